/* text.c -- see text.h. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "lua_api/text.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static int text_gc(lua_State *L)
{
    text *t = lua_touserdata(L, 1);
    free(t->data);
    t->data = NULL;
    return 0;
}

text *text_new(lua_State *L)
{
    text *t = lua_newuserdatauv(L, sizeof *t, 0);
    *t = (text){ .L = L };
    if (luaL_newmetatable(L, "moonlab.text")) {
        lua_pushcfunction(L, text_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    t->room = 256;
    t->data = calloc(1, t->room);
    if (!t->data) luaL_error(L, "out of memory");
    return t;
}

static void reserve(text *t, size_t n)
{
    if (n < t->room - t->size) return;
    size_t room = t->room;
    while (n >= room - t->size) {
        if (room > SIZE_MAX / 4) luaL_error(t->L, "out of memory: the text is too long");
        room *= 2;
    }
    char *data = realloc(t->data, room);
    if (!data) luaL_error(t->L, "out of memory");
    t->data = data, t->room = room;
}

void text_add(text *t, const char *s, size_t n)
{
    reserve(t, n);
    memcpy(t->data + t->size, s, n);
    t->size += n;
    t->data[t->size] = '\0';
}

void text_puts(text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

void text_format(text *t, const char *format, ...)
{
    char small[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (n < 0) luaL_error(t->L, "a text cannot be formatted");
    if ((size_t)n < sizeof small) {
        text_add(t, small, (size_t)n);
        return;
    }
    reserve(t, (size_t)n);
    va_start(args, format);
    vsnprintf(t->data + t->size, (size_t)n + 1, format, args);
    va_end(args);
    t->size += (size_t)n;
}

void text_insert(text *t, size_t at, const char *s)
{
    size_t n = strlen(s), after = t->size - at;
    text_puts(t, s); /* makes room */
    memmove(t->data + at + n, t->data + at, after);
    memcpy(t->data + at, s, n);
}

void text_repeat(text *t, const char *s, int times)
{
    for (int i = 0; i < times; i++) text_puts(t, s);
}

void text_push(const text *t)
{
    lua_pushlstring(t->L, t->data, t->size);
}

/* ---- control characters ---------------------------------------------------------------------- */

/* Decodes one well-formed UTF-8 sequence of at most n bytes into *code; its length, or 0. */
static int decode(const unsigned char *s, size_t n, uint32_t *code)
{
    int more = s[0] < 0x80                   ? 0
               : s[0] >= 0xC2 && s[0] < 0xE0 ? 1
               : (s[0] & 0xF0) == 0xE0       ? 2
               : s[0] >= 0xF0 && s[0] < 0xF5 ? 3
                                             : -1;
    if (more < 0 || n <= (size_t)more) return 0;
    static const unsigned char mask[] = { 0x7F, 0x1F, 0x0F, 0x07 };
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    uint32_t c = s[0] & mask[more];
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3F);
    }
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
    *code = c;
    return more + 1;
}

/* C1 controls, line separators and what turns the direction of the text around. */
static bool is_hidden(uint32_t c)
{
    return (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool is_control(unsigned char c, bool lines)
{
    return c == 0x7F || (c < 0x20 && !(lines && (c == '\n' || c == '\t')));
}

void text_visible(text *t, const char *s, size_t n, bool lines)
{
    size_t start = 0, i = 0;
    while (i < n) {
        unsigned char c = (unsigned char)s[i];
        uint32_t code = c;
        int length = 1;
        if (c < 0x80 ? !is_control(c, lines)
                     : (length = decode((const unsigned char *)s + i, n - i, &code)) > 0 &&
                           !is_hidden(code)) {
            i += (size_t)length;
            continue;
        }
        text_add(t, s + start, i - start);
        if (c == 0x7F)
            text_puts(t, "\u2421");
        else if (c < 0x20)
            text_add(t, (char[]){ '\xE2', '\x90', (char)(0x80 + c) }, 3);
        else if (length == 0)
            text_format(t, "\\x%02X", c);
        else
            text_format(t, "\\u{%x}", (unsigned)code);
        i += length > 0 ? (size_t)length : 1;
        start = i;
    }
    text_add(t, s + start, n - start);
}

bool text_is_plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t code;
        if ((unsigned char)s[i] < 0x80) {
            if (is_control((unsigned char)s[i++], true)) return false;
            continue;
        }
        int length = decode((const unsigned char *)s + i, n - i, &code);
        if (length == 0 || is_hidden(code)) return false;
        i += (size_t)length;
    }
    return true;
}

int text_columns(const char *s, size_t n)
{
    int columns = 0;
    for (size_t i = 0; i < n;) {
        uint32_t code;
        int length = decode((const unsigned char *)s + i, n - i, &code);
        int width = length > 0 ? wcwidth((wchar_t)code) : 1;
        columns += width > 0 ? width : length > 1 && width < 0 ? 1 : 0;
        i += length > 0 ? (size_t)length : 1;
    }
    return columns;
}

/* ---- nearest names --------------------------------------------------------------------------- */

#define LONGEST 64

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment (Damerau-Levenshtein without overlapping edits), three rows. */
int text_distance(const char *a, const char *b, int limit)
{
    int na = (int)strnlen(a, LONGEST + 1), nb = (int)strnlen(b, LONGEST + 1);
    if (na > LONGEST || nb > LONGEST || abs(na - nb) > limit) return limit + 1;
    int rows[3][LONGEST + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (int j = 0; j <= nb; j++) last[j] = j, before[j] = 0;
    for (int i = 1; i <= na; i++) {
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int change = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + change);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *free_row = before;
        before = last, last = row, row = free_row;
    }
    return last[nb] <= limit ? last[nb] : limit + 1;
}

void text_near_start(text_near *n, const char *wanted)
{
    int length = (int)strnlen(wanted, LONGEST);
    n->wanted = wanted;
    n->distance = (length < 4 ? 1 : length < 6 ? 2 : length / 3) + 1;
    n->best[0] = '\0';
}

/* How unlike the lengths of two names are. */
static int length_gap(const char *a, const char *b)
{
    return abs((int)strnlen(a, LONGEST) - (int)strnlen(b, LONGEST));
}

/* How unlike two names are; what begins with the wanted one, as mse_loss with mse, is as near as a slip of a key. */
static int name_distance(const char *wanted, const char *candidate, int limit)
{
    size_t length = strnlen(wanted, LONGEST);
    if (length > 1 && strncmp(candidate, wanted, length) == 0 && candidate[length] == '_') return 1;
    return text_distance(wanted, candidate, limit);
}

void text_near_try(text_near *n, const char *candidate)
{
    int distance = name_distance(n->wanted, candidate, n->distance);
    if (distance > n->distance || distance >= (int)strlen(candidate)) return;
    if (strlen(candidate) >= sizeof n->best || strcmp(candidate, n->wanted) == 0) return;
    if (distance == n->distance) {
        /* Between equals: the one as long as the wanted, then with its first letter, then the one that sorts first, so that the answer never
        ** depends on the order of a table. */
        int gap = length_gap(n->wanted, candidate), best_gap = length_gap(n->wanted, n->best);
        gap = 2 * gap + (candidate[0] != n->wanted[0]),
        best_gap = 2 * best_gap + (n->best[0] != n->wanted[0]);
        if (!n->best[0] || gap > best_gap || (gap == best_gap && strcmp(candidate, n->best) >= 0))
            return;
    }
    n->distance = distance;
    snprintf(n->best, sizeof n->best, "%s", candidate);
}
