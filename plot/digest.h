/* digest.h: what tells a long list of numbers from others, without all of it. */
#ifndef PLOT_DIGEST_H
#define PLOT_DIGEST_H

#include "plot/column.h"

#include <stdint.h>

#define PLOT_DIGEST_MOST                                                                           \
    200 /* numbers of a list that all are there; of a longer one about so many */

typedef struct {
    uint64_t hash; /* of all; of a list that is not long 0 */
    size_t count;
    double *some; /* evenly spread: all of a list that is not long */
} plot_digest;

/* Of the n numbers of a column or, if that is NULL, of an array; its numbers are released by free().  False when memory
** is out. */
bool plot_digest_make(plot_digest *digest, const plot_memory *memory, const plot_column *column,
                      const double *array, size_t n);

/* The hash of bytes: FNV-1a of 64 bits. */
uint64_t plot_digest_bytes(const unsigned char *bytes, size_t n);

#endif
