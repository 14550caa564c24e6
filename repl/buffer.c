/* buffer.c -- see buffer.h. */
#include "repl/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(buffer *b, size_t n)
{
    if (b->failed || n > SIZE_MAX / 4 - b->size) return b->failed = true, false;
    if (b->size + n + 1 <= b->room) return true;
    size_t room = 2 * (b->size + n) + 64;
    char *larger = realloc(b->data, room);
    if (!larger) return b->failed = true, false;
    b->data = larger, b->room = room;
    return true;
}

void buffer_add(buffer *b, const char *s, size_t n)
{
    if (!reserve(b, n)) return;
    if (n > 0) memcpy(b->data + b->size, s, n);
    b->size += n;
    b->data[b->size] = '\0';
}

void buffer_puts(buffer *b, const char *s)
{
    buffer_add(b, s, strlen(s));
}

void buffer_format(buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n < 0) b->failed = true;
    if (n >= 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->size, (size_t)n + 1, format, again);
        b->size += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

char *buffer_take(buffer *b, size_t *size)
{
    if (size) *size = b->size;
    char *data = b->failed ? NULL : b->data ? b->data : calloc(1, 1);
    if (b->failed) free(b->data);
    *b = (buffer){ 0 };
    return data;
}

void buffer_free(buffer *b)
{
    free(b->data);
    *b = (buffer){ 0 };
}

char *copy_bytes(const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (!copy) return NULL;
    if (n > 0) memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

uint64_t hash_bytes(const char *s, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 1099511628211u;
    return h;
}
