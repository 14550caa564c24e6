/* sorting.c: a radix sort of doubles, least digit first.  Digits that all numbers share cost one look. */
#include "plot/sorting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     6 /* of 64 bits */
#define BUCKETS    (1 << DIGIT_BITS)

uint64_t plot_key(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((uint64_t)((int64_t)bits >> 63) | (uint64_t)1 << 63);
}

double plot_key_value(uint64_t key)
{
    uint64_t bits = key >> 63 ? key ^ (uint64_t)1 << 63 : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static size_t digit_of(uint64_t key, int digit)
{
    return (size_t)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

static void insertion_sort(plot_sorted *item, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        plot_sorted moving = item[i];
        size_t at = i;
        for (; at > 0 && item[at - 1].key > moving.key; at--) item[at] = item[at - 1];
        item[at] = moving;
    }
}

/* Moves the items into the order of one digit; false if they all have the same. */
static int sort_digit(const plot_sorted *from, plot_sorted *to, size_t n, int digit)
{
    size_t start[BUCKETS] = { 0 };
    for (size_t i = 0; i < n; i++) start[digit_of(from[i].key, digit)]++;
    if (start[digit_of(from[0].key, digit)] == n) return 0;
    for (size_t b = 0, sum = 0; b < BUCKETS; b++) {
        size_t count = start[b];
        start[b] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++) to[start[digit_of(from[i].key, digit)]++] = from[i];
    return 1;
}

void plot_sort(plot_sorted *item, plot_sorted *spare, size_t n)
{
    if (n < 64) {
        insertion_sort(item, n);
        return;
    }
    plot_sorted *from = item, *to = spare;
    for (int digit = 0; digit < DIGITS; digit++) {
        if (!sort_digit(from, to, n, digit)) continue;
        plot_sorted *other = from;
        from = to;
        to = other;
    }
    if (from != item) memcpy(item, from, n * sizeof *item);
}

void *plot_scratch(const plot_memory *memory, size_t count, size_t size)
{
    static const plot_memory usual = { NULL, NULL };
    return plot_resize(memory != NULL ? memory : &usual, NULL, count, size);
}

plot_status plot_sort_numbers(const double *x, const double *y, size_t n, plot_sorted **item,
                              size_t *count, const plot_memory *memory)
{
    size_t kept = 0;
    plot_sorted *spare = plot_scratch(memory, n, sizeof *spare);
    *item = spare != NULL ? plot_scratch(memory, n, sizeof **item) : NULL;
    *count = 0;
    if (*item != NULL) {
        for (size_t i = 0; i < n; i++)
            if (isfinite(x[i]) && (y == NULL || isfinite(y[i])))
                (*item)[kept++] = (plot_sorted){ plot_key(x[i]), i };
        plot_sort(*item, spare, kept);
        *count = kept;
    }
    free(spare);
    return *item != NULL ? PLOT_OK : PLOT_NO_MEMORY;
}
