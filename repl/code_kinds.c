/* code_kinds.c -- see code_kinds.h.  Lua is read forwards, so what stands before the line of a change stays what it is; and where
** both the old text and the new one are outside of strings and comments at the same line end, the rest does, too. */
#include "repl/code_kinds.h"

#include <stdlib.h>
#include <string.h>

void code_kinds_forget(code_kinds *k)
{
    k->known = false;
}

void code_kinds_free(code_kinds *k)
{
    free(k->text);
    free(k->kinds);
    *k = (code_kinds){ 0 };
}

static bool reserve(code_kinds *k, size_t size)
{
    if (size < k->room) return true;
    size_t room = size + size / 2 + 256;
    char *text = realloc(k->text, room);
    if (text) k->text = text;
    char *kinds = realloc(k->kinds, room);
    if (kinds) k->kinds = kinds;
    if (!text || !kinds) return false;
    k->room = room;
    return true;
}

/* Is AT the start of a line, at which no string or comment goes on? */
static bool is_border(const char *text, const char *kinds, size_t at)
{
    return at == 0 || (text[at - 1] == '\n' && kinds[at - 1] == ' ');
}

/* The last border at or before AT. */
static size_t border_before(const char *text, const char *kinds, size_t at)
{
    while (!is_border(text, kinds, at)) at--;
    return at;
}

/* The first border of the present text after AT; its size if there is none. */
static size_t border_after(const code_kinds *k, size_t at)
{
    for (const char *end; at < k->size && (end = memchr(k->text + at, '\n', k->size - at));) {
        at = (size_t)(end - k->text) + 1;
        if (k->kinds[at - 1] == ' ') return at;
    }
    return k->size;
}

/* The bytes at the start and at the end that TEXT has in common with the present one. */
static void compare(const code_kinds *k, const char *text, size_t size, size_t *head, size_t *tail)
{
    size_t least = size < k->size ? size : k->size;
    *head = *tail = 0;
    while (*head < least && text[*head] == k->text[*head]) ++*head;
    while (*tail < least - *head && text[size - *tail - 1] == k->text[k->size - *tail - 1]) ++*tail;
}

const char *code_kinds_of(code_kinds *k, const char *text, size_t size, code_highlight *highlight,
                          void *ctx)
{
    size_t head, tail;
    if (k->known && k->size == size && memcmp(k->text, text, size) == 0) return k->kinds;
    if (!reserve(k, size)) {
        k->known = false;
        return NULL;
    }
    if (!k->known) k->size = 0;
    compare(k, text, size, &head, &tail);
    size_t from = border_before(k->text, k->kinds, head), old_size = k->size;
    size_t old_end = border_after(k, old_size - tail), rest = old_size - old_end, end = size - rest;
    memmove(k->kinds + end, k->kinds + old_end, rest);
    memcpy(k->text + from, text + from, size - from);
    k->size = size, k->known = true;
    highlight(ctx, text + from, end - from, k->kinds + from);
    if (end < size && !is_border(text, k->kinds, end))
        highlight(ctx, text + from, size - from, k->kinds + from);
    k->kinds[size] = ' ';
    return k->kinds;
}
