/* sorting.h: numbers in rising order, by their digits. */
#ifndef PLOT_SORTING_H
#define PLOT_SORTING_H

#include <stdint.h>

#include "plot/plot_memory.h"
#include "plot/statistics.h"

typedef struct {
    uint64_t key; /* plot_key of the number */
    size_t at;    /* where it was */
} plot_sorted;

/* Order of keys is order of numbers; -0 comes before 0. */
uint64_t plot_key(double x);
double plot_key_value(uint64_t key);

/* Sorts n items by key, equal ones in the order they have: O(n).  SPARE has room for n more. */
void plot_sort(plot_sorted *item, plot_sorted *spare, size_t n);

/* The finite ones of x in order: *item, of *count, is the caller's to free.  With Y, those at whose place y is finite. */
plot_status plot_sort_numbers(const double *x, const double *y, size_t n, plot_sorted **item,
                              size_t *count, const plot_memory *memory) PLOT_MUST_CHECK;

/* As plot_resize of nothing, for users' memory, which may be NULL. */
void *plot_scratch(const plot_memory *memory, size_t count, size_t size);

#endif
