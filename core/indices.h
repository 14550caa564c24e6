/* indices.h -- index tensors: checked before use, and deterministic sums into the rows they
** name. */
#ifndef ML_INDICES_H
#define ML_INDICES_H

#include "core/moonlab.h"

/* INDEX as contiguous int64 on the CPU, every element in 0 … size-1 (negative ones counted from the
** end). NULL with an error if its dtype is not an integer one, or naming the first element that is
** out of range, its position, and the range, all counted from 1.  DIM is the indexed dimension, -1
** for a flattened tensor.  May return INDEX itself: read only. */
ml_tensor *ml_indices(const char *op, ml_tensor *index, int64_t size, int dim);

/* Rows of WIDTH elements of compute type TYPE (F32, F64, I64): y[index[k]] += alpha * src[k] for k
** = 0, 1, … n-1, in this order for every element of y, on all threads.  y has ROWS rows, all
** indices are in range.  Blocks (y, src, the same index) are repeated OUTER times. */
typedef struct ml_row_sum {
    ml_dtype type;
    int64_t outer, rows, n, width;
    const int64_t *index;
    const void *src;
    void *y;
    double alpha; /* a whole number for I64 */
} ml_row_sum;
ml_status ml_add_rows(const ml_row_sum *sum) ML_CHECKED;

#endif
