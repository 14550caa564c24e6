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
    bool accumulate;  /* C += instead of C = */
    bool copied;      /* by copy_left: A's strides do not matter */
    const void *next; /* then: the panel that will be needed after this one */
} ml_block;

enum { ML_GEMM_BLOCK = 256 }; /* of k */

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

    /* The same block by block of k <= ML_GEMM_BLOCK, from copies.  B: panels of panel_bytes / its size columns,
    ** row by row.  A: ML_GEMM_BLOCK * (m rounded up to `rows`) numbers. */
    void (*panel_f32)(const ml_block *s, const float *a, const float *panel, float *c);
    void (*panel_f64)(const ml_block *s, const double *a, const double *panel, double *c);
    void (*copy_left_f32)(int64_t m, int64_t k, const float *a, int64_t a_row, int64_t a_col,
                          float *to);
    void (*copy_left_f64)(int64_t m, int64_t k, const double *a, int64_t a_row, int64_t a_col,
                          double *to);
    void (*copy_right_f32)(int64_t k, int64_t n, const float *b, int64_t b_row, int64_t b_col,
                           float *panel);
    void (*copy_right_f64)(int64_t k, int64_t n, const double *b, int64_t b_row, int64_t b_col,
                           double *panel);
    int rows, panel_bytes;
} ml_gemm_kernels;

extern const ml_gemm_kernels ml_gemm_kernels_avx512, ml_gemm_kernels_avx2, ml_gemm_kernels_base;

#endif
