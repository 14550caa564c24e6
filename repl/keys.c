/* keys.c -- see keys.h.  Sources: xterm's "Control Sequences" (ctlseqs), the kitty keyboard protocol, console_codes(4). */
#include "repl/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASTE_MOST  ((size_t)64 << 20)
#define ANSWER_MOST 200

/* Seconds until the beginning of something is known to be all of it. */
#define ESCAPE_WAIT   0.025 /* Escape itself */
#define SEQUENCE_WAIT 0.25  /* what nobody types */
#define ANSWER_WAIT   1.0
#define RESUME_WAIT   0.1
#define RESUME_WITHIN 0.2 /* after Escape was taken for a key */

static const struct {
    key_code key;
    const char *name, *shown;
} named[] = {
    { PRESS_ENTER, "Enter", "\r" },
    { PRESS_TAB, "Tab", "\t" },
    { PRESS_ESCAPE, "Esc", "\033" },
    { PRESS_RUBOUT, "Backspace", "\177" },
    { PRESS_UP, "Up", "\033[A" },
    { PRESS_DOWN, "Down", "\033[B" },
    { PRESS_LEFT, "Left", "\033[D" },
    { PRESS_RIGHT, "Right", "\033[C" },
    { PRESS_HOME, "Home", "\033[H" },
    { PRESS_END, "End", "\033[F" },
    { PRESS_PAGE_UP, "PgUp", "" },
    { PRESS_PAGE_DOWN, "PgDn", "" },
    { PRESS_INSERT, "Insert", "" },
    { PRESS_DELETE, "Delete", "\033[3~" },
    { PRESS_F + 1, "F1", "" },
    { PRESS_F + 2, "F2", "" },
    { PRESS_F + 3, "F3", "" },
    { PRESS_F + 4, "F4", "" },
    { PRESS_F + 5, "F5", "" },
    { PRESS_F + 6, "F6", "" },
    { PRESS_F + 7, "F7", "" },
    { PRESS_F + 8, "F8", "" },
    { PRESS_F + 9, "F9", "" },
    { PRESS_F + 10, "F10", "" },
    { PRESS_F + 11, "F11", "" },
    { PRESS_F + 12, "F12", "" },
    { ' ', "Space", " " },
    { PRESS_PASTE, "Paste", "" },
    { PRESS_MOUSE, "Mouse", "" },
    { PRESS_ANSWER, "Answer", "" },
};
#define NAMED (sizeof named / sizeof *named)

/* ---- characters ------------------------------------------------------------------------------ */

/* The character at S, of *n bytes; what is no UTF-8 is its byte alone.  *n is 0 if more is needed. */
static key_code decode(const char *s, size_t size, size_t *n)
{
    unsigned char c = (unsigned char)*s;
    size_t length = c >= 0xF0 && c < 0xF5 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
    key_code code = length == 1 ? c : c & (0xFFu >> (length + 1));
    if (c >= 0xF5) length = 1, code = c;
    for (size_t i = 1; i < length; i++) {
        if (i == size) return *n = 0, 0;
        unsigned char next = (unsigned char)s[i];
        if ((next & 0xC0) != 0x80) return *n = 1, c;
        code = code << 6 | (next & 0x3F);
    }
    *n = length;
    return code;
}

static size_t encode(key_code c, char *out)
{
    if (c < 0x80) return *out = (char)c, 1;
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6), out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F)), out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The key of a character, among them the control characters. */
static key_code key_of(key_code c)
{
    switch (c) {
    case '\r': return PRESS_ENTER;
    case '\t': return PRESS_TAB;
    case 033: return PRESS_ESCAPE;
    case 0177:
    case '\b': return PRESS_RUBOUT;
    case 0: return PRESS_CONTROL | ' ';
    default: break;
    }
    if (c <= 26) return PRESS_CONTROL | ('a' + c - 1);
    return c < 32 ? PRESS_CONTROL | (c + 64) : c;
}

/* ---- names ----------------------------------------------------------------------------------- */

key_code key_parse(const char *name, size_t size)
{
    key_code modifiers = 0;
    for (; size > 2 && name[1] == '-'; name += 2, size -= 2) {
        key_code more = *name == 'C'   ? PRESS_CONTROL
                        : *name == 'M' ? PRESS_ALT
                        : *name == 'S' ? PRESS_SHIFT
                                       : 0;
        if (!more) return 0;
        modifiers |= more;
    }
    for (size_t i = 0; i < NAMED; i++)
        if (strlen(named[i].name) == size && memcmp(named[i].name, name, size) == 0)
            return named[i].key | modifiers;
    size_t n = 0;
    key_code c = size > 0 ? decode(name, size, &n) : 0;
    return n == size && c > 32 ? c | modifiers : 0;
}

void key_name(key_code key, char name[KEY_NAME_ROOM])
{
    char base[8] = "";
    key_code c = key & ~(key_code)PRESS_MODIFIERS;
    const char *word = base;
    for (size_t i = 0; i < NAMED; i++)
        if (named[i].key == c) word = named[i].name;
    if (word == base) base[encode(c, base)] = '\0';
    snprintf(name, KEY_NAME_ROOM, "%s%s%s%s", key & PRESS_CONTROL ? "C-" : "",
             key & PRESS_ALT ? "M-" : "", key & PRESS_SHIFT ? "S-" : "", word);
}

size_t key_bytes(key_code key, char bytes[16])
{
    key_code c = key & ~(key_code)PRESS_MODIFIERS;
    size_t n = 0;
    if (key & PRESS_ALT) bytes[n++] = '\033';
    for (size_t i = 0; i < NAMED; i++) {
        if (named[i].key != c) continue;
        size_t length = strlen(named[i].shown);
        int modifier =
            1 + !!(key & PRESS_SHIFT) + 2 * !!(key & PRESS_ALT) + 4 * !!(key & PRESS_CONTROL);
        if (length == 3 && named[i].shown[1] == '[' && modifier > 1) /* as xterm does */
            return (size_t)snprintf(bytes, 16, "\033[1;%d%c", modifier, named[i].shown[2]);
        if (c == PRESS_TAB && key & PRESS_SHIFT) return (size_t)snprintf(bytes, 16, "\033[Z");
        memcpy(bytes + n, c == ' ' && key & PRESS_CONTROL ? "\0" : named[i].shown, length);
        return length ? n + length : 0;
    }
    if (c >= PRESS_ENTER) return 0;
    if (key & PRESS_CONTROL) {
        if (c < '@' || c > '~') return 0;
        bytes[n++] = (char)(c & 31);
        return n;
    }
    return n + encode(c, bytes + n);
}

/* ---- sequences ------------------------------------------------------------------------------- */

#define PARAMETERS 6

typedef struct sequence { /* ESC [ private p0 ; p1 … final */
    char private, final;
    int n, p[PARAMETERS];
} sequence;

/* 1 + a set of bits: Shift, Alt, Control; others (Super, the locks) do not count. */
static key_code modifiers_of(int p)
{
    int bits = p > 0 ? p - 1 : 0;
    return (bits & 1 ? PRESS_SHIFT : 0u) | (bits & 2 ? PRESS_ALT : 0u) |
           (bits & 4 ? PRESS_CONTROL : 0u);
}

/* A character with modifiers as these protocols tell it. */
static key_code coded(int code, int modifier)
{
    key_code m = modifiers_of(modifier), c = (key_code)code;
    if (code == 57414) return PRESS_ENTER | m; /* of the keypad */
    if (code <= 0 || code >= 0xE000) return 0;
    if (c == '\r' || c == '\t' || c == 033 || c == 0177 || c == '\b') return key_of(c) | m;
    if (m & PRESS_SHIFT && c >= 'a' && c <= 'z' && !(m & PRESS_CONTROL)) c -= 32;
    if (m & PRESS_CONTROL && c >= 'A' && c <= 'Z') c += 32;
    if (c > ' ') m &= ~(key_code)PRESS_SHIFT; /* it is in the character */
    return c | m;
}

static key_code tilde_key(const sequence *s)
{
    static const key_code keys[] = {
        [1] = PRESS_HOME,    [2] = PRESS_INSERT,    [3] = PRESS_DELETE,  [4] = PRESS_END,
        [5] = PRESS_PAGE_UP, [6] = PRESS_PAGE_DOWN, [7] = PRESS_HOME,    [8] = PRESS_END,
        [11] = PRESS_F + 1,  [12] = PRESS_F + 2,    [13] = PRESS_F + 3,  [14] = PRESS_F + 4,
        [15] = PRESS_F + 5,  [17] = PRESS_F + 6,    [18] = PRESS_F + 7,  [19] = PRESS_F + 8,
        [20] = PRESS_F + 9,  [21] = PRESS_F + 10,   [23] = PRESS_F + 11, [24] = PRESS_F + 12,
    };
    int p = s->p[0];
    if (p == 27 && s->n >= 3) return coded(s->p[2], s->p[1]);
    if (p < 0 || p >= (int)(sizeof keys / sizeof *keys) || !keys[p]) return 0;
    return keys[p] | modifiers_of(s->n > 1 ? s->p[1] : 1);
}

static key_code letter_key(char letter)
{
    switch (letter) {
    case 'A': return PRESS_UP;
    case 'B': return PRESS_DOWN;
    case 'C': return PRESS_RIGHT;
    case 'D': return PRESS_LEFT;
    case 'H': return PRESS_HOME;
    case 'F': return PRESS_END;
    case 'M': return PRESS_ENTER;
    case 'P': return PRESS_F + 1;
    case 'Q': return PRESS_F + 2;
    case 'R': return PRESS_F + 3;
    case 'S': return PRESS_F + 4;
    default: return 0;
    }
}

static void take_mouse(const sequence *s, key_event *out)
{
    int button = s->p[0] & ~28;                             /* without modifiers */
    if (s->n < 3 || s->final != 'M' || button & 32) return; /* released, or moved */
    *out = (key_event){ .key = PRESS_MOUSE, .button = button, .x = s->p[1] - 1, .y = s->p[2] - 1 };
}

static void take_sequence(const sequence *s, key_event *out)
{
    if (s->private == '<') return take_mouse(s, out);
    if (s->private == '?') out->key = PRESS_ANSWER;
    if (s->private) return;
    key_code key = letter_key(s->final);
    if (s->final == '~')
        out->key = tilde_key(s);
    else if (s->final == 'u')
        out->key = coded(s->p[0], s->n > 1 ? s->p[1] : 1);
    else if (s->final == 'Z')
        out->key = PRESS_TAB | PRESS_SHIFT;
    else if (key && s->p[0] <= 1) /* else it is a report */
        out->key = key | modifiers_of(s->n > 1 ? s->p[1] : 1);
}

/* Reads the sequence after ESC [ at S into *out; its bytes, 0 if more are needed. */
static size_t read_sequence(const char *s, size_t size, sequence *out)
{
    size_t i = 0;
    bool digits = false;
    *out = (sequence){ .n = 1 };
    if (i < size && strchr("<=>?", s[i]) && s[i]) out->private = s[i++];
    for (; i < size; i++) {
        unsigned char c = (unsigned char)s[i];
        int *p = &out->p[out->n - 1];
        if (c >= '0' && c <= '9') {
            digits = true;
            if (*p < 100000) *p = *p * 10 + (c - '0');
        } else if (c == ';' && out->n < PARAMETERS)
            out->n++;
        else if (c == ':') { /* of a subparameter only the first counts */
            while (i + 1 < size && s[i + 1] >= '0' && s[i + 1] <= ':') i++;
        } else if (c >= 0x40 && c <= 0x7E) {
            if (c == '[' && !digits && !out->private) /* the Linux console: ESC [ [ A is F1 */
                return i + 1 < size ? (out->final = '~', out->p[0] = s[i + 1] - 'A' + 11, i + 2)
                                    : 0;
            out->final = (char)c;
            return i + 1;
        } else if (c < 0x20 || c > 0x7E)
            return i; /* broken off */
    }
    return size > 64 ? size : 0;
}

/* ---- the reader ------------------------------------------------------------------------------ */

void key_reader_add(key_reader *r, const char *bytes, size_t size, double now)
{
    bool late = r->escaped > 0 && now < r->escaped + RESUME_WITHIN && size > 0;
    bool goes_on = late && (*bytes == '[' || (*bytes == ']' && r->asked) ||
                            (*bytes == 'O' && size > 1 && letter_key(bytes[1])));
    if (r->taken == r->bytes.size) r->bytes.size = r->taken = 0;
    if (goes_on) buffer_puts(&r->bytes, "\033");
    r->resumed = goes_on;
    r->escaped = 0;
    r->came = now;
    buffer_add(&r->bytes, bytes, size);
}

double key_reader_wait(const key_reader *r)
{
    size_t size = r->bytes.size - r->taken;
    if (size == 0 || r->pasting) return 0;
    const char *s = r->bytes.data + r->taken;
    if (size == 1 && *s == '\033') return ESCAPE_WAIT;
    return r->asked && s[1] == ']' ? ANSWER_WAIT : r->resumed ? RESUME_WAIT : SEQUENCE_WAIT;
}

void key_reader_free(key_reader *r)
{
    buffer_free(&r->bytes);
    buffer_free(&r->paste);
    *r = (key_reader){ 0 };
}

/* Takes what has come of a paste; true with it at its end. */
static bool take_paste(key_reader *r, key_event *out)
{
    static const char mark[] = "\033[201~";
    size_t m = sizeof mark - 1, have = r->bytes.size - r->taken, n = have;
    const char *s = r->bytes.data + r->taken, *end = NULL;
    for (size_t i = 0; i < have && !end; i++)
        if (s[i] == mark[0]) {
            size_t left = have - i;
            if (memcmp(s + i, mark, left < m ? left : m) != 0) continue;
            if (left < m) n = i; /* perhaps the mark: it stays */
            if (left >= m) end = s + i, n = i;
            break;
        }
    if (r->paste.size + n <= PASTE_MOST) buffer_add(&r->paste, s, n);
    r->taken += n;
    if (!end) return false;
    r->taken += m;
    r->pasting = false;
    *out = (key_event){ .key = PRESS_PASTE, .bytes = r->paste.data ? r->paste.data : "" };
    out->size = r->paste.failed ? 0 : r->paste.size;
    return true;
}

/* The background's colour, ESC ] 11 ; … BEL or ESC \: its bytes, 0 if more are needed; false if it is something else. */
static bool take_answer(const char *s, size_t size, size_t *n)
{
    static const char start[] = "\033]11;";
    size_t i = sizeof start - 1;
    *n = 0;
    if (memcmp(s, start, size < i ? size : i) != 0) return false;
    for (; i < size && s[i] != '\a' && s[i] != '\033' && i < ANSWER_MOST; i++) continue;
    if (i < size && s[i] != '\033') *n = i + 1;
    if (i + 1 < size && s[i] == '\033') *n = s[i + 1] == '\\' ? i + 2 : i;
    return true;
}

/* What begins with ESC at S: its bytes, 0 if more are needed. */
static size_t take_escape(key_reader *r, const char *s, size_t size, key_event *out)
{
    sequence q;
    size_t n;
    if (size < 2) return 0;
    if (r->asked && take_answer(s, size, &n)) return out->key = PRESS_ANSWER, n;
    if (s[1] == '[') {
        n = read_sequence(s + 2, size - 2, &q);
        if (n == 0) return 0;
        if (q.private == '?' && q.final == 'c') r->asked = false;
        if (q.final == '~' && q.p[0] == 200) {
            r->pasting = true;
            r->paste.size = 0;
        } else if (q.final)
            take_sequence(&q, out);
        return n + 2;
    }
    if (s[1] == 'O') {
        if (size < 3) return 0;
        out->key = letter_key(s[2]);
        if (s[2] == 'M') out->key |= PRESS_SHIFT; /* Konsole's Shift-Return */
        return 3;
    }
    if (s[1] == '\033') return out->key = PRESS_ESCAPE, 1;
    key_code c = decode(s + 1, size - 1, &n);
    if (n > 0) out->key = key_of(c) | PRESS_ALT;
    return n ? n + 1 : 0;
}

/* Takes what waits, of SIZE bytes at S, as it is: the bytes that make a key. */
static size_t take_beginning(key_reader *r, const char *s, size_t size, key_event *out)
{
    bool alt = size == 2 && *s == '\033' && strchr("[O]", s[1]);
    if (size == 1 && *s == '\033') r->escaped = r->came;
    out->key = alt ? PRESS_ALT | (unsigned char)s[1] : key_of((unsigned char)*s);
    return alt ? 2 : 1;
}

bool key_reader_next(key_reader *r, double now, key_event *out)
{
    bool flush = now >= r->came + key_reader_wait(r);
    while (r->taken < r->bytes.size) {
        *out = (key_event){ 0 };
        if (r->pasting) return take_paste(r, out);
        const char *s = r->bytes.data + r->taken;
        size_t size = r->bytes.size - r->taken, n;
        if (*s == '\033')
            n = take_escape(r, s, size, out);
        else
            out->key = key_of(decode(s, size, &n));
        if (n == 0 && !flush) return false;
        bool resumed = r->resumed;
        r->resumed = false;
        if (resumed && (n == 0 || !out->key) && !r->pasting) {
            r->taken++; /* it was the key Escape, after all */
            continue;
        }
        if (n == 0) n = take_beginning(r, s, size, out);
        r->taken += n;
        out->bytes = s, out->size = n, out->resumed = resumed;
        if (out->key) return true;
    }
    return false;
}
