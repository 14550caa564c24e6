/* lines.c -- tensors seen along one dimension: sizes, results, and the gradient of picking. */
#include "core/ops/lines.h"
#include "core/iter.h"
#include "core/tensor.h"

#include <string.h>

ml_status lines_along(const char *op, const ml_tensor *x, int64_t dim, lines *out)
{
    *out = (lines){ 0, 1, 1, 1 };
    if (!ml_check_dim(op, x->ndim, dim, &out->dim)) return ml_error_status();
    for (int d = 0; d < x->ndim; d++) {
        if (d < out->dim)
            out->outer *= x->shape[d];
        else if (d == out->dim)
            out->n = x->shape[d];
        else
            out->inner *= x->shape[d];
    }
    return ML_OK;
}

ml_tensor *lines_result(const ml_tensor *x, int dim, int64_t n, bool keepdim, ml_dtype dtype)
{
    int64_t shape[ML_MAX_DIMS];
    int ndim = 0;
    for (int d = 0; d < x->ndim; d++)
        if (d != dim)
            shape[ndim++] = x->shape[d];
        else if (n != 1 || keepdim)
            shape[ndim++] = n;
    return ml_empty((ml_spec){ dtype, 0 }, ndim, shape);
}

ml_tensor *lines_as_rows(ml_tensor *x, int dim, ml_dtype dtype)
{
    if (dim + 1 < x->ndim) x = ml_transpose(x, dim, x->ndim - 1);
    return x ? ml_dense(x, dtype) : NULL;
}

ml_tensor *lines_from_rows(ml_tensor *rows, int dim, ml_dtype dtype)
{
    if (!rows) return NULL;
    if (dim + 1 < rows->ndim) rows = ml_transpose(rows, dim, rows->ndim - 1);
    return rows ? ml_dense(rows, dtype) : NULL;
}

ml_tensor *lines_picked_gradient(const ml_tensor *x, int dim, ml_tensor *index, ml_tensor *g,
                                 bool dropped)
{
    if (dropped && x->ndim > 0) index = ml_unsqueeze(index, dim), g = ml_unsqueeze(g, dim);
    ml_tensor *zeros = ml_zeros((ml_spec){ (ml_dtype)x->dtype, x->device }, x->ndim, x->shape);
    return ml_call1(ML_OP_scatter_add, ML_T(zeros), ML_I(dim), ML_T(index), ML_T(g));
}
