/* memory.c -- host memory: a caching allocator, counters, limits, and the failing allocation of the tests.
**
** Blocks are 64-byte aligned and rounded up to a size class: four classes per power of two, so at most a
** quarter is lost.  A freed block goes to its class's list, last in first out, while the cache is under its
** bound; everything else goes back to the system.  Callers give the size back to ml_free, so a block carries
** no header.  Under AddressSanitizer nothing is cached, so that every overrun and late use is seen. */
#define _DEFAULT_SOURCE /* madvise */
#include "core/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CLASSES     160
#define HUGE_PAGE   ((size_t)2 << 20)
#define CACHE_BOUND ((int64_t)512 << 20) /* bytes held free at most */

#if defined(__SANITIZE_ADDRESS__)
#define CACHED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CACHED 0
#else
#define CACHED 1
#endif
#else
#define CACHED 1
#endif

typedef struct block {
    struct block *next;
} block;

/* Tensors belong to one thread; helper threads of loaders have caches of their own. */
static _Thread_local block *lists[CLASSES];
static _Thread_local int64_t cached;

static ml_memory_info devices[ML_MAX_DEVICES];
static int64_t live_all, allocated_all, limit;
static int64_t fail_at;         /* 0: none fails, and none is counted */
static atomic_llong fail_count; /* threads allocate, too */
static void (*pressure)(void *ctx);
static void *pressure_ctx;

/* Class of a size and the size it stands for: 64, 80, 96, 112, 128, 160, … */
static int size_class(size_t bytes, size_t *rounded)
{
    if (bytes <= 64) return *rounded = 64, 0;
    int log =
        63 - __builtin_clzll((unsigned long long)(bytes - 1)); /* 2^log < bytes <= 2^(log+1) */
    size_t quarter = (size_t)1 << (log - 2);
    size_t steps = (bytes - ((size_t)1 << log) + quarter - 1) / quarter; /* 1 … 4 */
    *rounded = (((size_t)1 << log) + steps * quarter + 63) & ~(size_t)63;
    return (log - 6) * 4 + (int)steps;
}

/* Large blocks ask for huge pages: fewer faults, fewer misses in the page tables, and quicker forks. */
static void *system_alloc(size_t bytes)
{
    void *p = NULL;
    bool huge = bytes >= 2 * HUGE_PAGE;
    if (posix_memalign(&p, huge ? HUGE_PAGE : 64, bytes) != 0) return NULL;
#ifdef MADV_HUGEPAGE
    if (huge) madvise(p, bytes, MADV_HUGEPAGE);
#endif
    return p;
}

static bool injected_failure(void)
{
    return atomic_fetch_add(&fail_count, 1) + 1 == fail_at;
}

void *ml_alloc(size_t bytes)
{
    if (__builtin_expect(fail_at > 0 && injected_failure(), 0)) return NULL;
    if (bytes > ((size_t)1 << 46)) return NULL;
    size_t rounded;
    int class = size_class(bytes, &rounded);
    if (!CACHED) return system_alloc(rounded);
    block *b = class < CLASSES ? lists[class] : NULL;
    if (!b) return system_alloc(rounded);
    lists[class] = b->next;
    cached -= (int64_t)rounded;
    return b;
}

void ml_free(void *p, size_t bytes)
{
    if (!p) return;
    size_t rounded;
    int class = size_class(bytes, &rounded);
    if (!CACHED || class >= CLASSES || cached + (int64_t)rounded > CACHE_BOUND) {
        free(p);
        return;
    }
    block *b = p;
    b->next = lists[class];
    lists[class] = b;
    cached += (int64_t)rounded;
}

void *ml_realloc(void *p, size_t old_bytes, size_t new_bytes)
{
    void *q = ml_alloc(new_bytes);
    if (q && p) memcpy(q, p, old_bytes < new_bytes ? old_bytes : new_bytes), ml_free(p, old_bytes);
    return q;
}

void ml_memory_trim(void)
{
    for (int i = 0; i < CLASSES; i++) {
        while (lists[i]) {
            block *b = lists[i];
            lists[i] = b->next;
            free(b);
        }
    }
    cached = 0;
}

bool ml_memory_take(int device, size_t bytes)
{
    if (limit && live_all + (int64_t)bytes > limit) return false;
    ml_memory_info *m = &devices[device];
    m->live += (int64_t)bytes, m->allocated += (int64_t)bytes;
    if (m->live > m->peak) m->peak = m->live;
    live_all += (int64_t)bytes, allocated_all += (int64_t)bytes;
    return true;
}

void ml_memory_give(int device, size_t bytes)
{
    devices[device].live -= (int64_t)bytes;
    live_all -= (int64_t)bytes;
}

bool ml_memory_relieve(void)
{
    if (pressure) pressure(pressure_ctx);
    ml_memory_trim();
    return fail_at <= 0; /* an injected failure is final */
}

ml_memory_info ml_memory(int device)
{
    ml_memory_info m = devices[device];
    m.cached = device == 0 ? cached : 0;
    m.tensors = ml_tensors_alive();
    return m;
}

int64_t ml_memory_live(void)
{
    return live_all;
}

void ml_memory_note(int64_t bytes)
{
    live_all += bytes;
    if (bytes > 0) allocated_all += bytes;
}

int64_t ml_memory_allocated(void)
{
    return allocated_all;
}

void ml_set_memory_pressure(void (*fn)(void *ctx), void *ctx)
{
    pressure = fn, pressure_ctx = ctx;
}

int64_t ml_set_memory_limit(int64_t bytes)
{
    int64_t last = limit;
    limit = bytes;
    return last;
}

int64_t ml_fail_allocation(int64_t k)
{
    int64_t n = fail_count;
    fail_at = k, fail_count = 0;
    return n;
}
