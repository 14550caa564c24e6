/* buffer.h -- bytes that are put together piece by piece.  A failed allocation is remembered: pieces added after it are
** dropped, and buffer_take returns NULL, so that only the end needs a check.
**
**     buffer b = { 0 };
**     buffer_puts(&b, "a = ");
**     buffer_format(&b, "%d", 1);
**     char *text = buffer_take(&b, NULL);        the caller's; NULL out of memory */
#ifndef REPL_BUFFER_H
#define REPL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct buffer {
    char *data; /* NUL-terminated, or NULL while nothing was added */
    size_t size, room;
    bool failed;
} buffer;

void buffer_add(buffer *b, const char *s, size_t n);
void buffer_puts(buffer *b, const char *s);
void buffer_format(buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The bytes, NUL-terminated and the caller's; the buffer is empty then.  NULL if memory ran out. */
char *buffer_take(buffer *b, size_t *size);
void buffer_free(buffer *b);

/* A copy of N bytes with a NUL after them; NULL out of memory. */
char *copy_bytes(const char *s, size_t n);
/* FNV-1a of 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): tells texts apart, not forgeries. */
uint64_t hash_bytes(const char *s, size_t n);

#endif
