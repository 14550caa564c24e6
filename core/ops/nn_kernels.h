/* nn_kernels.h -- the inner loops of softmax, the class losses and dropout, once per instruction set.
**
** "Rows" kernels work on rows of n neighbouring elements; "cols" kernels on n x width elements whose rows lie
** `stride` elements apart and are reduced down the columns, width at most ML_COLS.  Pointers are to float or
** double, by the table they stand in. */
#ifndef ML_NN_KERNELS_H
#define ML_NN_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

#define ML_COLS 64

typedef struct ml_row_kernels {
    /* y = softmax(x), or its logarithm */
    void (*softmax_rows)(const void *x, void *y, int64_t rows, int64_t n, bool log);
    void (*softmax_cols)(const void *x, void *y, int64_t n, int64_t stride, int64_t width,
                         bool log);
    /* gx = y * (g - sum(g * y)), or for the logarithm g - exp(y) * sum(g) */
    void (*backward_rows)(const void *g, const void *y, void *gx, int64_t rows, int64_t n,
                          bool log);
    void (*backward_cols)(const void *g, const void *y, void *gx, int64_t n, int64_t stride,
                          int64_t width, bool log);
    /* out[i] = log(sum(exp(x))) */
    void (*logsumexp_rows)(const void *x, void *out, int64_t rows, int64_t n);
    void (*logsumexp_cols)(const void *x, void *out, int64_t n, int64_t stride, int64_t width);
    /* out[i] = sum(w[j] * x[j]); w NULL: all 1 */
    void (*dot_rows)(const void *x, const void *w, void *out, int64_t rows, int64_t n);
    void (*dot_cols)(const void *x, const void *w, void *out, int64_t n, int64_t stride,
                     int64_t width);
    /* gx = a[i] * exp(x - m[i]) - b[i] * w[j]; w NULL: all 1 */
    void (*class_grad_rows)(const void *x, const void *m, const void *a, const void *b,
                            const void *w, void *gx, int64_t rows, int64_t n);
    void (*class_grad_cols)(const void *x, const void *m, const void *a, const void *b,
                            const void *w, void *gx, int64_t n, int64_t stride, int64_t width);
    /* y[i] = word[i] >= threshold ? x[i] * scale : 0 */
    void (*dropout)(const void *x, void *y, int64_t n, const uint32_t *word, uint32_t threshold,
                    double scale);
} ml_row_kernels;

struct ml_nn_kernels {
    ml_row_kernels f32, f64;
};

extern const struct ml_nn_kernels ml_nn_kernels_avx512, ml_nn_kernels_avx2, ml_nn_kernels_base;

#endif
