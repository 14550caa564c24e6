/* terminal_text.c -- see terminal_text.h. */
#include "repl/terminal_text.h"

#include <string.h>

/* The bytes of the escape sequence at S: CSI, the strings OSC, DCS, SOS, PM and APC, or one of two bytes. */
static size_t escape_length(const char *s, size_t n)
{
    size_t i = 1;
    if (n < 2) return 1;
    if (s[1] == '[') {
        for (i = 2; i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x40;) i++;
        return i < n ? i + 1 : i;
    }
    if (s[1] && strchr("]PX^_", s[1])) {
        for (i = 2; i < n && s[i] != '\n'; i++) {
            if (s[i] == '\a') return i + 1;
            if (s[i] == '\033' && i + 1 < n && s[i + 1] == '\\') return i + 2;
        }
        return i;
    }
    while (i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x30) i++;
    return i < n ? i + 1 : i;
}

size_t terminal_piece_at(const char *s, size_t n, terminal_piece *piece)
{
    size_t k = 1;
    switch (*s) {
    case '\n': *piece = PIECE_NEWLINE; return 1;
    case '\r': *piece = PIECE_RETURN; return 1;
    case '\b': *piece = PIECE_BACKSPACE; return 1;
    case '\033':
        k = escape_length(s, n);
        *piece = k > 2 && s[1] == '[' && s[k - 1] == 'm' ? PIECE_STYLE : PIECE_ESCAPE;
        return k;
    default: *piece = PIECE_TEXT;
    }
    while (k < n && s[k] != '\n' && s[k] != '\r' && s[k] != '\b' && s[k] != '\033') k++;
    return k;
}
