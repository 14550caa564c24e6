/* digest.c: a hash of four lanes, which do not wait for each other, and a sample. */
#include "plot/digest.h"

#include <string.h>

enum { LANES = 4 };
#define OFFSET 14695981039346656037u
#define PRIME  1099511628211u

static uint64_t mix(uint64_t h, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    h = (h ^ bits) * PRIME;
    return h ^ h >> 32;
}

static uint64_t hash_of(const plot_column *column, const double *array, size_t n)
{
    uint64_t lane[LANES] = { OFFSET, OFFSET + 1, OFFSET + 2, OFFSET + 3 };
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] =
            mix(lane[i % LANES], column != NULL ? plot_column_at(column, i) : array[i]);
    for (int i = 1; i < LANES; i++) lane[0] = (lane[0] ^ lane[i]) * PRIME;
    return lane[0];
}

bool plot_digest_make(plot_digest *digest, const plot_memory *memory, const plot_column *column,
                      const double *array, size_t n)
{
    size_t step = n > PLOT_DIGEST_MOST ? n / PLOT_DIGEST_MOST : 1, count = 0;
    double *some = plot_resize(memory, NULL, n / step + 1, sizeof *some);
    if (some == NULL) return false;
    for (size_t i = 0; i < n; i += step)
        some[count++] = column != NULL ? plot_column_at(column, i) : array[i];
    *digest = (plot_digest){ .hash = step > 1 ? hash_of(column, array, n) : 0,
                             .count = count,
                             .some = some };
    return true;
}

uint64_t plot_digest_bytes(const unsigned char *bytes, size_t n)
{
    uint64_t h = OFFSET;
    for (size_t i = 0; i < n; i++) h = (h ^ bytes[i]) * PRIME;
    return h;
}
