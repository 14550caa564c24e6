/* matrix.h -- what the files of linear algebra share.  A matrix is the last two dimensions of a tensor; those
** in front are the batch. */
#ifndef ML_MATRIX_H
#define ML_MATRIX_H

#include "core/ops/hand.h"

/* Sizes of the last two dimensions, and how many matrices there are. */
int64_t ml_rows(const ml_tensor *x);
int64_t ml_columns(const ml_tensor *x);
int64_t ml_batch_of(const ml_tensor *x);

ml_status ml_want_matrix(const char *op, const ml_tensor *x) ML_CHECKED;
ml_status ml_want_square(const char *op, const ml_tensor *x) ML_CHECKED;
/* No nan and no infinity in x, which is contiguous, float32 or float64: iterative LAPACK routines would not
** end well.  The message describes GIVEN. */
ml_status ml_want_finite(const char *op, const ml_tensor *given, const ml_tensor *x) ML_CHECKED;
/* Fails with "op: x WHAT", naming matrix i (from 0) if x is a batch. */
ml_status ml_bad_matrix(const char *op, const ml_tensor *x, int64_t i, const char *what);

/* x (…,m,n) as (…,n,m), a view. */
ml_tensor *ml_turned(ml_tensor *x);
/* A fresh contiguous copy in DTYPE; by columns: of the turned x, so that memory runs down x's columns. */
ml_tensor *ml_fresh(ml_tensor *x, ml_dtype dtype);
ml_tensor *ml_fresh_columns(ml_tensor *x, ml_dtype dtype);
/* x's batch shape with the given sizes behind: contiguous, not initialised; n may be -1 for vectors. */
ml_tensor *ml_like_batch(const ml_tensor *x, ml_dtype dtype, int64_t m, int64_t n);
/* Both with the dimensions in front expanded to their common shape, views. */
ml_status ml_expand_batch(const char *op, ml_tensor **a, ml_tensor **b) ML_CHECKED;
/* (n,n) with one number below, on and above the diagonal, in x's dtype. */
ml_tensor *ml_pattern(const ml_tensor *x, int64_t n, double below, double on, double above);
/* x's columns (its last dimension) times the numbers of s (…,n). */
ml_tensor *ml_scale_columns(ml_tensor *x, ml_tensor *s);

#endif
