/* nn_rows_cut.h -- how work along one dimension is cut for threads: used by softmax and the class losses. */
#ifndef ML_NN_ROWS_CUT_H
#define ML_NN_ROWS_CUT_H

#include "core/iter.h"
#include "core/ops/nn_kernels.h"

/* A dense tensor seen as (outer, n, inner): n is the dimension worked along. */
typedef struct ml_rows {
    int64_t outer, n, inner;
} ml_rows;

/* One piece: rows of n neighbours (inner 1): `count` of them.  Else columns: `count` (at most ML_COLS) of them,
** rows `inner` elements apart.  offset: of the first element in (outer, n, inner); item: in (outer, inner). */
typedef void ml_rows_work(void *ctx, const ml_rows *rows, int64_t offset, int64_t item,
                          int64_t count);

ml_rows ml_rows_of(const ml_tensor *x, int dim);
ml_status ml_rows_run(const ml_rows *rows, ml_rows_work *work, void *ctx) ML_CHECKED;

const ml_row_kernels *ml_row_kernels_for(ml_dtype compute); /* of F32 or F64 */

#endif
