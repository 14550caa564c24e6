/* seeds.h -- good files of every format, made by code: where the fuzz targets begin. */
#ifndef FUZZ_SEEDS_H
#define FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

typedef struct fuzz_seed {
    const char *target; /* "npy": fuzz_npy.c */
    uint8_t bytes[4096];
    size_t n;
} fuzz_seed;

/* How many there are, of all targets. */
int fuzz_seed_count(void);
/* Fills in seed I; false if it cannot be made (no temporary file). */
int fuzz_seed_make(int i, fuzz_seed *seed);

#endif
