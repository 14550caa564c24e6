/* gemm_kernels.h -- what gemm.c asks of the machine: the products that one thread computes, one table
** per instruction set.
**
** Every element of C is computed alike whatever the sizes m and n, its place, and the strides: k is cut
** into blocks of 256, each block is a chain of (fused, where the machine has them) multiply-adds in the
** order of k, and the blocks' sums are added one after the other.  So the cut of a product into tiles does
** not change a bit, and AVX2 and AVX-512 give the same ones.  Rows of dot products (`dots`) are the
** exception: their lanes add side by side. */
#ifndef ML_GEMM_KERNELS_H
#define ML_GEMM_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* Strides of C (m,n) (+)= A (m,k) B (k,n), in elements.  C's columns are adjacent; A's and B's
** strides are any. */
typedef struct ml_block {
    int64_t m, n, k;
    int64_t a_row, a_col, b_row, b_col, c_row;
    bool accumulate; /* C += instead of C = */
} ml_block;

/* y[i * y_step] (+)= sum over j of a[i * a_row + j] * x[j], i < m, j < k. */
typedef struct ml_dots {
    int64_t m, k, a_row, y_step;
    bool accumulate;
} ml_dots;

typedef struct ml_gemm_kernels {
    void (*f32)(const ml_block *s, const float *a, const float *b, float *c);
    void (*f64)(const ml_block *s, const double *a, const double *b, double *c);
    void (*dots_f32)(const ml_dots *s, const float *a, const float *x, float *y);
    void (*dots_f64)(const ml_dots *s, const double *a, const double *x, double *y);
} ml_gemm_kernels;

extern const ml_gemm_kernels ml_gemm_kernels_avx512, ml_gemm_kernels_avx2, ml_gemm_kernels_base;

#endif
