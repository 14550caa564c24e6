/* failing_memory.h -- an allocator whose K-th allocation fails, for K = 1, 2, …: `sweep` tries a step with each, and finds what is
** lost.  With sanitizers, which have allocators of their own, it is skipped. */
#ifndef FAILING_MEMORY_H
#define FAILING_MEMORY_H

#include <errno.h>
#include <stdlib.h>

#include "tests/test.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || !defined __GLIBC__
enum { SWEEPS = 0 };
static long fail_at, allocations, live;
#else
enum { SWEEPS = 1 };

/* ---- an allocator that fails when it is told to ---------------------------------------------- */

static long fail_at, allocations, live; /* fail_at 0: never */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);
#pragma GCC visibility push(default) /* libraries call them, too */
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void free(void *p);
#pragma GCC visibility pop

static inline int refuses(void)
{
    return ++allocations == fail_at && (errno = ENOMEM);
}

void *malloc(size_t n)
{
    void *p = refuses() ? NULL : __libc_malloc(n);
    live += p != NULL;
    return p;
}

void *calloc(size_t n, size_t size)
{
    void *p = refuses() ? NULL : __libc_calloc(n, size);
    live += p != NULL;
    return p;
}

void *realloc(void *old, size_t n)
{
    void *p = refuses() ? NULL : __libc_realloc(old, n);
    live += p && !old;
    return p;
}

void free(void *p)
{
    live -= p != NULL;
    __libc_free(p);
}
#endif

/* Runs STEP with every allocation failing once, until none does. */
static inline void sweep(void (*step)(void))
{
    if (!SWEEPS) {
        SKIP("the sanitizer has its own allocator");
        return;
    }
    fail_at = 0;
    step(); /* what is allocated once and kept */
    for (long k = 1; k < 100000 && !test_failures; k++) {
        long before = live;
        allocations = 0, fail_at = k;
        step();
        int failed = allocations >= k;
        fail_at = 0;
        if (live != before)
            TEST_FAIL("%ld blocks are lost when allocation %ld fails", live - before, k);
        if (!failed) return;
    }
}

#endif
