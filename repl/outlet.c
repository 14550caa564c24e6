/* outlet.c -- see outlet.h. */
#define _GNU_SOURCE /* getrandom */
#include "repl/outlet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILLS 16

void outlet_new_secret(char secret[OUTLET_SECRET])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char random[OUTLET_SECRET];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        struct timespec now; /* then it is only unlikely to be met by chance */
        clock_gettime(CLOCK_MONOTONIC, &now);
        for (size_t i = 0; i < sizeof random; i++)
            random[i] = (unsigned char)(now.tv_nsec >> (i & 7) * 3) ^ (unsigned char)i;
    }
    for (size_t i = 0; i < sizeof random; i++) secret[i] = letters[random[i] & 63];
}

bool outlet_mark(int fd, const char secret[OUTLET_SECRET], unsigned long long n)
{
    char mark[OUTLET_MARK + 1];
    snprintf(mark, sizeof mark, "-%.*s%016llx-", OUTLET_SECRET, secret, n);
    mark[0] = mark[OUTLET_MARK - 1] = '\0';
    for (;;) { /* so short a write is never cut */
        ssize_t written = write(fd, mark, OUTLET_MARK);
        if (written >= 0 || errno != EINTR) return written == OUTLET_MARK;
    }
}

void outlet_open(outlet *o, int fd, const char secret[OUTLET_SECRET])
{
    o->fd = fd, o->at = o->have = 0, o->muted = false;
    memcpy(o->secret, secret, OUTLET_SECRET);
}

void outlet_close(outlet *o)
{
    if (o->fd >= 0) close(o->fd);
    o->fd = -1, o->at = o->have = 0;
}

void outlet_renew(outlet *o, const char secret[OUTLET_SECRET])
{
    memcpy(o->secret, secret, OUTLET_SECRET);
    o->muted = true;
}

static void fill(outlet *o)
{
    if (o->fd < 0) return;
    memmove(o->data, o->data + o->at, o->have -= o->at);
    o->at = 0;
    ssize_t n;
    do n = read(o->fd, o->data + o->have, OUTLET_PIECE + OUTLET_MARK - o->have);
    while (n < 0 && errno == EINTR);
    if (n > 0) o->have += (size_t)n;
}

/* Do the N bytes at S begin a mark, as far as they go? */
static bool begins_mark(const outlet *o, const char *s, size_t n)
{
    if (n > 1 + OUTLET_SECRET) n = 1 + OUTLET_SECRET;
    return *s == '\0' && memcmp(s + 1, o->secret, n - 1) == 0;
}

/* Bytes up to the next mark, or to what may become one. */
static size_t text_length(const outlet *o)
{
    const char *s = o->data + o->at, *p = s, *end = o->data + o->have;
    while ((p = memchr(p, '\0', (size_t)(end - p))) && !begins_mark(o, p, (size_t)(end - p))) p++;
    return p ? (size_t)(p - s) : (size_t)(end - s);
}

outlet_status outlet_next(outlet *o, const char **text, size_t *size, unsigned long long *n)
{
    int fills = 0; /* a program in the background may write faster than we read */
    for (;;) {
        size_t length = text_length(o), left = o->have - o->at - length;
        *text = o->data + o->at, *size = length;
        if (length > 0) {
            o->at += length;
            if (!o->muted) return OUTLET_TEXT;
        } else if (left >= OUTLET_MARK) {
            char digits[17] = "";
            memcpy(digits, o->data + o->at + 1 + OUTLET_SECRET, 16);
            *n = strtoull(digits, NULL, 16);
            return OUTLET_AT_MARK;
        } else {
            size_t had = o->have - o->at;
            if (fills++ == MOST_FILLS) return OUTLET_EMPTY;
            fill(o);
            if (o->have == had) return OUTLET_EMPTY;
        }
    }
}

void outlet_pass(outlet *o)
{
    o->at += OUTLET_MARK;
    o->muted = false;
}
