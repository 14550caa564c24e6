/* quantiles.c: quantiles without sorting.
**
** The order of doubles is that of their bits (plot_key).  Counting the values by the first 16 bits tells in which
** bucket the value of a rank is; those of that bucket alone are copied out, and counted by their next 16 bits.
** So every quantile takes two passes over the data, however they are spread. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/scale.h"
#include "plot/sorting.h"

#define BUCKETS     65536
#define SORTED_FROM 12 /* parts; from here on sorting is quicker */

/* What is known while the values of one rank and of the next are looked for. */
typedef struct {
    uint32_t *count; /* of BUCKETS */
    uint64_t *key;   /* of the values still in question; room for one more than all */
    size_t n;
    size_t rank;   /* of the value, among these */
    uint64_t next; /* the least key known to be larger than all these; UINT64_MAX: none */
} selection;

/* The bucket with the value of the rank, which becomes the rank in it. */
static size_t find_bucket(const uint32_t *count, size_t *rank)
{
    size_t bucket = 0;
    for (; *rank >= count[bucket]; bucket++) *rank -= count[bucket];
    return bucket;
}

/* -0 is 0 here, so that keys and numbers have one order. */
static uint64_t key_of(double x)
{
    return plot_key(x + 0.0);
}

static size_t digit_of(uint64_t key, int shift)
{
    return (size_t)(key >> shift) & (BUCKETS - 1);
}

/* Leaves those with the rank's digit, and notes the least of the larger ones. */
static void select_digit(selection *s, int shift)
{
    memset(s->count, 0, BUCKETS * sizeof *s->count);
    for (size_t i = 0; i < s->n; i++) s->count[digit_of(s->key[i], shift)]++;
    size_t bucket = find_bucket(s->count, &s->rank), kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t digit = digit_of(s->key[i], shift);
        if (digit == bucket)
            s->key[kept++] = s->key[i];
        else if (digit > bucket && s->key[i] < s->next)
            s->next = s->key[i];
    }
    s->n = kept;
}

/* Few values: sorts them. */
static void select_few(selection *s)
{
    for (size_t i = 1; i < s->n; i++) {
        uint64_t moving = s->key[i];
        size_t at = i;
        for (; at > 0 && s->key[at - 1] > moving; at--) s->key[at] = s->key[at - 1];
        s->key[at] = moving;
    }
    if (s->rank + 1 < s->n) s->next = s->key[s->rank + 1];
    s->key[0] = s->key[s->rank];
}

/* The least finite value from LOW on; UINT64_MAX: none. */
static uint64_t least_from(const double *x, size_t n, double low)
{
    double least = PLOT_INFINITY;
    for (size_t i = 0; i < n; i++)
        if (x[i] >= low && x[i] < least) least = x[i];
    return isfinite(least) ? key_of(least) : UINT64_MAX;
}

/* The values of the rank and of the next one among those of x, whose first digits are counted in FIRST. */
static void select_pair(selection *s, const double *x, size_t n, const uint32_t *first,
                        double pair[2])
{
    size_t bucket = find_bucket(first, &s->rank);
    double low = plot_key_value((uint64_t)bucket << 48);
    double high = plot_key_value(((uint64_t)bucket + 1) << 48);
    s->n = 0;
    s->next = UINT64_MAX;
    for (size_t i = 0; i < n; i++) { /* without a branch: signs are hard to foresee */
        s->key[s->n] = key_of(x[i]);
        s->n += (size_t)(x[i] >= low) & (size_t)(x[i] < high);
    }
    if (s->rank + 1 >= s->n) s->next = least_from(x, n, high);
    for (int shift = 32; shift >= 0 && s->n > 64; shift -= 16) select_digit(s, shift);
    if (s->n <= 64)
        select_few(s);
    else if (s->rank + 1 < s->n)
        s->next = s->key[0]; /* all digits seen: they are equal */
    pair[0] = plot_key_value(s->key[0]);
    pair[1] = s->next == UINT64_MAX ? pair[0] : plot_key_value(s->next);
}

/* Between a and b, at t from 0 to 1: as NumPy rounds it. */
static double between(double a, double b, double t)
{
    double step = b - a;
    if (!isfinite(step)) return a * (1 - t) + b * t;
    return t < 0.5 ? a + step * t : b - step * (1 - t);
}

static void quantiles_by_selection(selection *s, uint32_t *first, const double *x, size_t n,
                                   size_t count, const double *part, size_t parts, double *quantile)
{
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i])) first[digit_of(key_of(x[i]), 48)]++;
    for (size_t i = 0; i < parts; i++) {
        double at = part[i] * (double)(count - 1), pair[2];
        s->rank = (size_t)at;
        select_pair(s, x, n, first, pair);
        quantile[i] = between(pair[0], pair[1], at - floor(at));
    }
}

static plot_status select_quantiles(const double *x, size_t n, size_t count, const double *part,
                                    size_t parts, double *quantile, const plot_memory *memory)
{
    uint32_t *counts = plot_scratch(memory, 2 * BUCKETS, sizeof *counts);
    uint64_t *key = counts != NULL ? plot_scratch(memory, count + 1, sizeof *key) : NULL;
    if (key != NULL) {
        selection s = { .count = counts + BUCKETS, .key = key };
        memset(counts, 0, BUCKETS * sizeof *counts);
        quantiles_by_selection(&s, counts, x, n, count, part, parts, quantile);
    }
    free(counts);
    free(key);
    return key != NULL ? PLOT_OK : PLOT_NO_MEMORY;
}

static plot_status sort_quantiles(const double *x, size_t n, const double *part, size_t parts,
                                  double *quantile, const plot_memory *memory)
{
    plot_sorted *item;
    size_t count;
    plot_status status = plot_sort_numbers(x, NULL, n, &item, &count, memory);
    if (status != PLOT_OK) return status;
    for (size_t i = 0; i < parts; i++) {
        double at = part[i] * (double)(count - 1);
        size_t rank = (size_t)at, next = rank + 1 < count ? rank + 1 : rank;
        quantile[i] =
            between(plot_key_value(item[rank].key), plot_key_value(item[next].key), at - floor(at));
    }
    free(item);
    return PLOT_OK;
}

plot_status plot_quantiles(const double *x, size_t n, const double *part, size_t parts,
                           double *quantile, const plot_memory *memory)
{
    size_t count = 0;
    for (size_t i = 0; i < parts; i++) {
        if (!(part[i] >= 0 && part[i] <= 1)) return PLOT_INVALID;
        quantile[i] = PLOT_NAN;
    }
    for (size_t i = 0; i < n; i++) count += isfinite(x[i]) != 0;
    if (count == 0 || parts == 0) return PLOT_OK;
    if (count < 4096 || parts >= SORTED_FROM || count > UINT32_MAX)
        return sort_quantiles(x, n, part, parts, quantile, memory);
    return select_quantiles(x, n, count, part, parts, quantile, memory);
}
