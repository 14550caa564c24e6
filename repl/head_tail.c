/* head_tail.c -- see head_tail.h.  The tail grows to twice what is kept, then its older half goes. */
#include "repl/head_tail.h"

#include <stdlib.h>
#include <string.h>

void head_tail_open(head_tail *t, size_t most)
{
    *t = (head_tail){ .most = most };
}

void head_tail_close(head_tail *t)
{
    free(t->head);
    free(t->tail);
    *t = (head_tail){ .most = t->most };
}

static bool reserve(char **data, size_t *room, size_t needed, size_t most)
{
    if (needed <= *room) return true;
    size_t more = *room ? *room : 256;
    while (more < needed) more *= 2;
    if (more > most) more = most;
    char *larger = realloc(*data, more);
    if (!larger) return false;
    *data = larger, *room = more;
    return true;
}

/* How many of the first N bytes of TEXT end a line; all of them if none does. */
static size_t whole_lines(const char *text, size_t n)
{
    for (size_t i = n; i > 0; i--)
        if (text[i - 1] == '\n') return i;
    return n;
}

/* Adds what still belongs to the head; how much that was in *TAKEN. */
static bool add_head(head_tail *t, const char *text, size_t size, size_t *taken)
{
    *taken = 0;
    if (t->full) return true;
    size_t n = t->most - t->head_size;
    bool fits = size <= n;
    n = fits ? size : whole_lines(text, n);
    if (!reserve(&t->head, &t->head_room, t->head_size + n, t->most)) return false;
    if (n > 0) memcpy(t->head + t->head_size, text, n);
    t->head_size += n, *taken = n;
    t->full = !fits;
    return true;
}

static void drop_front(head_tail *t, size_t n)
{
    t->tail_size -= n, t->dropped += n;
    memmove(t->tail, t->tail + n, t->tail_size);
}

bool head_tail_add(head_tail *t, const char *text, size_t size)
{
    size_t taken;
    if (!add_head(t, text, size, &taken)) return false;
    text += taken, size -= taken;
    if (size > t->most) { /* its end is all that will be seen */
        t->dropped += t->tail_size + size - t->most;
        t->tail_size = 0;
        text += size - t->most, size = t->most;
    }
    if (t->tail_size + size > 2 * t->most) drop_front(t, t->tail_size - t->most);
    if (!reserve(&t->tail, &t->tail_room, t->tail_size + size, 2 * t->most)) {
        t->dropped += size;
        return false;
    }
    if (size > 0) memcpy(t->tail + t->tail_size, text, size);
    t->tail_size += size;
    return true;
}

const char *head_tail_end(const head_tail *t, size_t *size, size_t *dropped)
{
    size_t from = t->tail_size > t->most ? t->tail_size - t->most : 0;
    *dropped = t->dropped + from, *size = t->tail_size - from;
    if (*dropped == 0 || *size == 0) return t->tail;
    const char *line = memchr(t->tail + from, '\n', *size);
    size_t cut = line ? (size_t)(line + 1 - (t->tail + from)) : 0;
    if (cut == *size) cut = 0; /* one long line */
    *dropped += cut, *size -= cut;
    return t->tail + from + cut;
}
