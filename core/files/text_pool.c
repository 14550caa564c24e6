/* text_pool.c -- see text_pool.h. */
#include "core/files/text_pool.h"

#include <string.h>

#include "core/tensor.h"

/* Multiplies the halves of 128 bits together, eight bytes at a time: quick, and good enough for open
** addressing. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t high_a = a >> 32, low_a = a & 0xffffffff, high_b = b >> 32, low_b = b & 0xffffffff;
    return (a * b) ^ (high_a * high_b + ((high_a * low_b) >> 32) + ((low_a * high_b) >> 32));
}

static uint64_t hash(const char *text, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ n, word;
    for (; n >= 8; text += 8, n -= 8) {
        memcpy(&word, text, 8);
        h = mix(h ^ word, 0xd6e8feb86659fd93u);
    }
    word = 0;
    memcpy(&word, text, n);
    return mix(h ^ word, 0xa0761d6478bd642fu) ^ h >> 29;
}

/* Makes *p, of *room elements of SIZE bytes, at least WANTED long; false out of memory. */
static bool grow(void **p, int64_t *room, int64_t wanted, size_t size)
{
    if (wanted <= *room) return true;
    int64_t more = *room * 2 > wanted ? *room * 2 : wanted + 16;
    void *new = ml_alloc((size_t)more * size);
    if (!new) return false;
    if (*p) memcpy(new, *p, (size_t)*room * size), ml_free(*p, (size_t)*room * size);
    *p = new, *room = more;
    return true;
}

const char *ml_text_pool_get(const ml_text_pool *pool, int64_t number, size_t *n)
{
    size_t start = pool->end[number - 1];
    if (n) *n = pool->end[number] - start - 1;
    return pool->bytes + start;
}

/* The slot of TEXT: where it stands, or a free one. */
static int64_t *find_slot(const ml_text_pool *pool, const char *text, size_t n)
{
    uint64_t mask = (uint64_t)pool->nslots - 1;
    for (uint64_t i = hash(text, n) & mask;; i = (i + 1) & mask) {
        size_t length;
        int64_t *slot = &pool->slot[i];
        if (*slot == 0) return slot;
        const char *there = ml_text_pool_get(pool, *slot, &length);
        if (length == n && memcmp(there, text, n) == 0) return slot;
    }
}

static bool more_slots(ml_text_pool *pool)
{
    if (pool->n * 2 < pool->nslots) return true;
    int64_t old = pool->nslots, new = old ? old * 2 : 32;
    int64_t *slot = ml_alloc((size_t) new * sizeof *slot);
    if (!slot) return false;
    memset(slot, 0, (size_t) new * sizeof *slot);
    if (pool->slot) ml_free(pool->slot, (size_t)old * sizeof *slot);
    pool->slot = slot, pool->nslots = new;
    for (int64_t i = 1; i <= pool->n; i++) {
        size_t n;
        const char *text = ml_text_pool_get(pool, i, &n);
        *find_slot(pool, text, n) = i;
    }
    return true;
}

static bool make_room(ml_text_pool *pool, size_t n)
{
    void *bytes = pool->bytes, *end = pool->end;
    int64_t room = (int64_t)pool->room;
    bool good = grow(&bytes, &room, (int64_t)(pool->used + n + 1), 1);
    pool->bytes = bytes, pool->room = (size_t)room;
    if (!good) return false;
    good = grow(&end, &pool->end_room, pool->n + 2, sizeof(size_t));
    pool->end = end;
    return good;
}

int64_t ml_text_pool_add(ml_text_pool *pool, const char *text, size_t n, bool *is_new)
{
    *is_new = false;
    if (!more_slots(pool)) return 0;
    int64_t *slot = find_slot(pool, text, n);
    if (*slot) return *slot;
    if (!make_room(pool, n)) return 0;
    memcpy(pool->bytes + pool->used, text, n);
    pool->bytes[pool->used + n] = '\0';
    if (pool->n == 0) pool->end[0] = 0;
    pool->used += n + 1;
    pool->end[++pool->n] = pool->used;
    *is_new = true;
    return *slot = pool->n;
}

static int compare(const ml_text_pool *pool, int64_t a, int64_t b)
{
    size_t na, nb;
    const char *ta = ml_text_pool_get(pool, a, &na), *tb = ml_text_pool_get(pool, b, &nb);
    int order = memcmp(ta, tb, na < nb ? na : nb);
    return order ? order : na < nb ? -1 : na > nb;
}

/* Lets order[i] sink in the heap of n. */
static void sink(const ml_text_pool *pool, int64_t *order, int64_t i, int64_t n)
{
    int64_t moved = order[i];
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && compare(pool, order[child], order[child + 1]) < 0) child++;
        if (compare(pool, moved, order[child]) >= 0) break;
        order[i] = order[child];
    }
    order[i] = moved;
}

/* order[k]: the number of the text in place k. */
static void sort_numbers(const ml_text_pool *pool, int64_t *order)
{
    int64_t n = pool->n;
    for (int64_t i = 0; i < n; i++) order[i] = i + 1;
    for (int64_t i = n / 2; i-- > 0;) sink(pool, order, i, n);
    while (n-- > 1) {
        int64_t last = order[n];
        order[n] = order[0], order[0] = last;
        sink(pool, order, 0, n);
    }
}

bool ml_text_pool_sort(ml_text_pool *pool, int64_t *rank)
{
    ml_text_pool sorted = { 0 };
    size_t bytes = (size_t)(pool->n + 1) * sizeof(int64_t);
    int64_t *order = ml_alloc(bytes);
    bool good = order != NULL, is_new;
    if (good) sort_numbers(pool, order);
    for (int64_t k = 0; k < pool->n && good; k++) {
        size_t n;
        const char *text = ml_text_pool_get(pool, order[k], &n);
        rank[order[k] - 1] = k + 1;
        good = ml_text_pool_add(&sorted, text, n, &is_new) > 0;
    }
    if (order) ml_free(order, bytes);
    ml_text_pool_free(good ? pool : &sorted);
    if (good) *pool = sorted;
    return good;
}

void ml_text_pool_free(ml_text_pool *pool)
{
    if (pool->bytes) ml_free(pool->bytes, pool->room);
    if (pool->end) ml_free(pool->end, (size_t)pool->end_room * sizeof *pool->end);
    if (pool->slot) ml_free(pool->slot, (size_t)pool->nslots * sizeof *pool->slot);
    *pool = (ml_text_pool){ 0 };
}
