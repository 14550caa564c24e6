/* gemm.h -- matrix products on raw memory, for the families that are built on them. */
#ifndef ML_GEMM_H
#define ML_GEMM_H

#include "core/moonlab.h"

/* C = A B, or C += A B, where A is (m,k), B is (k,n), C is (m,n); all strides in elements.  A transposed
** operand is one with its strides exchanged: nothing is ever copied for it.  C's columns are adjacent and its
** rows do not overlap.  `nbatch` dimensions in front repeat the product; step 0 repeats an operand (not C).
**
**     bias in the result: fill C with the bias, then accumulate. */
typedef struct ml_gemm {
    int64_t m, n, k;
    int64_t a_row, a_col, b_row, b_col, c_row;
    bool accumulate;
    int nbatch;
    int64_t batch[ML_MAX_DIMS];
    int64_t a_step[ML_MAX_DIMS], b_step[ML_MAX_DIMS], c_step[ML_MAX_DIMS];
} ml_gemm;

/* k 0 gives zeros (or leaves C as it is).  The same bits for any number of threads.  Fails out of memory
** and when interrupted; C is then unfinished. */
ml_status ml_gemm_f32(const ml_gemm *g, const float *a, const float *b, float *c) ML_CHECKED;
ml_status ml_gemm_f64(const ml_gemm *g, const double *a, const double *b, double *c) ML_CHECKED;
/* By dtype, ML_F32 or ML_F64. */
ml_status ml_gemm_run(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b,
                      void *c) ML_CHECKED;
/* One product on the calling thread, for use inside a piece of parallel work: no batch, cannot fail. */
void ml_gemm_here(ml_dtype dtype, const ml_gemm *g, const void *a, const void *b, void *c);

#endif
