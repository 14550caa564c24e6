/* reduction.h -- the reductions' own header: planning a reducing launch, and the kernels that run
** it.
**
** The order of a sum is a function of shapes and strides alone, so that every number of threads and
** every instruction set gives the same bits:
**
**     256 bytes of lanes     element i of a leaf goes to lane i mod (256 / size); lanes fold in halves
**     blocks of 16 rounds    whose lanes are added to those of the blocks before
**     leaves                 of 4096 elements along a run, of 64 or 256 rows down columns
**     a tree of leaves       neighbours joined first, as a binary counter carries */
#ifndef ML_REDUCTION_H
#define ML_REDUCTION_H

#include "core/op.h"

enum {
    REDUCE_LEAF = 4096,
    REDUCE_LEAF_ROWS = 64,
    REDUCE_NARROW_LEAF_ROWS = 256,
    REDUCE_LANE_BYTES = 256
};

/* What is done to each element, then how two results join. */
typedef enum reduce_kind {
    REDUCE_SUM,
    REDUCE_PROD,
    REDUCE_MAX, /* nan wins */
    REDUCE_MIN, /* nan wins */
    REDUCE_ABS_SUM,
    REDUCE_SQUARE_SUM,
    REDUCE_DEVIATION, /* sum of (x - mean)^2 */
    REDUCE_COUNT,     /* of elements that are not 0 */
    REDUCE_ABS_MAX,
    REDUCE_ABS_MIN,
    REDUCE_ANY, /* of bytes 0 and 1 */
    REDUCE_ALL,
    REDUCE_KINDS
} reduce_kind;

typedef enum reduce_type {
    REDUCE_F32,
    REDUCE_F64,
    REDUCE_I64,
    REDUCE_U8,
    REDUCE_TYPES
} reduce_type;

typedef struct reduce_kernel {
    /* out[r] = reduction of the n > 0 elements at p + r * step, r < nrows; mean[r] for
    ** REDUCE_DEVIATION */
    void (*rows)(int64_t nrows, int64_t n, const void *p, int64_t step, const void *mean,
                 void *out);
    /* acc[j] joined (begun, if FIRST) with p[r * step + j] for all r < nrows, j < width; mean[j] */
    void (*cols)(int64_t nrows, int64_t width, const void *p, int64_t step, const void *mean,
                 bool first, void *acc);
    /* a[j] = join(a[j], b[j]), j < n */
    void (*merge)(int64_t n, void *a, const void *b);
} reduce_kernel; /* steps in elements */

typedef struct reduce_kernels {
    reduce_kernel at[REDUCE_KINDS][REDUCE_TYPES];
} reduce_kernels;

extern const reduce_kernels ml_reduce_kernels_base;
#if defined(__x86_64__)
extern const reduce_kernels ml_reduce_kernels_avx2, ml_reduce_kernels_avx512;
#endif

/* The dimensions of argument DIM (absent or empty: all) of an ndim-dimensional tensor, a bit
** each. */
ml_status reduce_dims(const char *op, int ndim, const ml_arg *dim, unsigned *mask) ML_CHECKED;
/* Shape of x reduced over MASK; returns its length. */
int reduce_shape(const ml_tensor *x, unsigned mask, bool keepdim, int64_t shape[ML_MAX_DIMS]);
/* How many elements of x go into one result. */
int64_t reduce_count(const ml_tensor *x, unsigned mask);

/* A reducing launch of OP from x over MASK: a new tensor of dtype OUT, computed in TYPE.  MEAN,
** which may be NULL, has the result's shape and dtype float64; NUMBER, which may be NULL, is an
** operand in host memory. */
ml_tensor *reduce_launch(int op, ml_tensor *x, unsigned mask, bool keepdim, ml_dtype out,
                         ml_dtype type, ml_tensor *mean, const double *number);

/* t with the dimensions of MASK put back as size 1 where keepdim was false, then expanded to x's
** shape: how a reduction's gradient, or its result, meets x again.  Records gradients. */
ml_tensor *reduce_spread(ml_tensor *t, const ml_tensor *x, unsigned mask, bool keepdim);

#endif
