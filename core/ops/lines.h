/* lines.h -- a dense tensor seen along one dimension, for operators that go through it in order.
**
** With outer the product of the sizes before the dimension and inner of those behind it, element k
** of line (o, i) lies at (o * n + k) * inner + i. */
#ifndef ML_LINES_H
#define ML_LINES_H

#include "core/op.h"

typedef struct lines {
    int dim;
    int64_t outer, n, inner;
} lines;

/* Sizes of x around DIM (a 0-dimensional tensor counts as one line of one element). */
ml_status lines_along(const char *op, const ml_tensor *x, int64_t dim, lines *out) ML_CHECKED;
/* An uninitialised CPU tensor of x's shape with N places along DIM; the dimension goes if n is 1
** and KEEPDIM false. */
ml_tensor *lines_result(const ml_tensor *x, int dim, int64_t n, bool keepdim, ml_dtype dtype);
/* x with DIM moved behind the others, dense, in DTYPE: its lines are rows, one behind the other. */
ml_tensor *lines_as_rows(ml_tensor *x, int dim, ml_dtype dtype);
/* Rows (…, n) made along the last dimension go back to DIM, dense, cast to DTYPE. */
ml_tensor *lines_from_rows(ml_tensor *rows, int dim, ml_dtype dtype);
/* The gradient of an operator that picked elements along DIM: g added up at the positions INDEX.
** Both lack the dimension if DROPPED. */
ml_tensor *lines_picked_gradient(const ml_tensor *x, int dim, ml_tensor *index, ml_tensor *g,
                                 bool dropped);

#endif
