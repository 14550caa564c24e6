/* base64.c -- see base64.h. */
#include "repl/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(buffer *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 3) {
        uint32_t bits = 0;
        size_t n = size - i < 3 ? size - i : 3;
        for (size_t k = 0; k < 3; k++) bits = bits << 8 | (k < n ? (unsigned char)bytes[i + k] : 0);
        char four[4];
        for (size_t k = 0; k < 4; k++) four[k] = k <= n ? letters[bits >> (18 - 6 * k) & 63] : '=';
        buffer_add(out, four, 4);
    }
}

bool base64_decode(buffer *out, const char *s, size_t n)
{
    uint32_t bits = 0;
    int have = 0;
    size_t i = 0;
    for (; i < n && s[i] != '='; i++) {
        if (strchr(" \t\r\n", s[i]) && s[i]) continue;
        const char *at = s[i] ? strchr(letters, s[i]) : NULL;
        if (!at) return false;
        bits = bits << 6 | (uint32_t)(at - letters);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        char byte = (char)(bits >> have & 0xff);
        buffer_add(out, &byte, 1);
    }
    for (; i < n; i++)
        if (!strchr("= \t\r\n", s[i]) || !s[i]) return false;
    return have < 6;
}
