/* head_tail.h -- text of any length in bounded memory: its beginning and its end, as whole lines where that is possible.
**
**     head ──────────────┤ … 99.8 MB … ├────────────── tail
**
** For what a cell prints: everything can be added as it comes, and be read at any time. */
#ifndef REPL_HEAD_TAIL_H
#define REPL_HEAD_TAIL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct head_tail {
    size_t most; /* bytes kept of each, at most */
    char *head, *tail;
    size_t head_size, head_room, tail_size, tail_room; /* the tail's room is up to twice MOST */
    size_t dropped;                                    /* bytes between them */
    bool full;                                         /* nothing more goes to the head */
} head_tail;

void head_tail_open(head_tail *t, size_t most);
void head_tail_close(head_tail *t);
/* False if memory is out; then it counts as dropped. */
bool head_tail_add(head_tail *t, const char *text, size_t size);
/* How much of the end is the tail now: *TAIL of at most MOST bytes, from the start of a line if there is one in it.  What
** lies between it and the head is *DROPPED bytes, of which nothing is kept. */
const char *head_tail_end(const head_tail *t, size_t *size, size_t *dropped);

#endif
