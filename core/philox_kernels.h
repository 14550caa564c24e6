/* What philox.c asks of the machine, one table per instruction set; all give the same bits. */
#ifndef ML_PHILOX_KERNELS_H
#define ML_PHILOX_KERNELS_H

#include <stdint.h>

/* A conversion makes n numbers, n a multiple of 4, of n words (f32) or 2 n (the others). */
typedef struct ml_philox_kernels {
    /* blocks block ... block + n - 1: 4 n words */
    void (*words)(uint64_t seed, uint64_t stream, uint64_t block, int64_t n, uint32_t *words);
    void (*uniform_f32)(int64_t n, const uint32_t *words, float *out);
    void (*uniform_f64)(int64_t n, const uint32_t *words, double *out);
    void (*normal_f32)(int64_t n, const uint32_t *words, float *out);
    void (*normal_f64)(int64_t n, const uint32_t *words, double *out);
    void (*range)(int64_t n, const uint32_t *words, int64_t low, uint64_t span, int64_t *out);
} ml_philox_kernels;

extern const ml_philox_kernels ml_philox_kernels_avx512, ml_philox_kernels_avx2,
    ml_philox_kernels_base;

#endif
