/* shape_copy.c -- copies of one tensor: clone, cast, triangles, diagonal matrices. */
#include "core/ops/hand.h"
#include "core/call.h"
#include "core/iter.h"

#include <math.h>
#include <string.h>

/* ---- clone, contiguous, cast, detach --------------------------------------------------------- */

static ml_status copy_as(ml_tensor *x, ml_dtype dtype, ml_tensor *out[])
{
    ml_tensor *y = ml_empty_like(x, dtype);
    if (!y) return ml_error_status();
    ML_TRY(ml_assign(y, x));
    return ml_give(out, y);
}

ml_status ml_run_clone(const ml_arg in[], ml_tensor *out[])
{
    return copy_as(in[0].t, ml_dtype_of(in[0].t), out);
}

ml_status ml_grad_clone(const ml_grad_call *call)
{
    ML_GRAD(call, 0, call->g[0]);
    return ML_OK;
}

/* An alias, not x itself: the recorded history belongs to the result, not to x. */
ml_status ml_run_contiguous(const ml_arg in[], ml_tensor *out[])
{
    if (in[0].t->contiguous) return ml_give(out, ml_alias(in[0].t));
    return ml_run_clone(in, out);
}

ml_status ml_grad_contiguous(const ml_grad_call *call)
{
    return ml_grad_clone(call);
}

ml_status ml_run_cast(const ml_arg in[], ml_tensor *out[])
{
    ml_dtype dtype = (ml_dtype)in[1].i;
    if (dtype == ml_dtype_of(in[0].t)) return ml_give(out, ml_alias(in[0].t));
    return copy_as(in[0].t, dtype, out);
}

ml_status ml_grad_cast(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_cast(call->g[0], ml_dtype_of(call->in[0].t)));
    return ML_OK;
}

ml_status ml_run_detach(const ml_arg in[], ml_tensor *out[])
{
    return ml_give(out, ml_detach(in[0].t));
}

ml_tensor *ml_clone(ml_tensor *x)
{
    return ml_call1(ML_OP_clone, ML_T(x));
}

ml_tensor *ml_contiguous(ml_tensor *x)
{
    return !x || x->contiguous ? x : ml_call1(ML_OP_contiguous, ML_T(x));
}

ml_tensor *ml_cast(ml_tensor *x, ml_dtype dtype)
{
    if (!x || ml_dtype_of(x) == dtype) return x;
    return ml_call1(ML_OP_cast, ML_T(x), (ml_arg){ .kind = ML_ARG_DTYPE, .i = dtype });
}

ml_tensor *ml_number_tensor(const char *op, ml_arg number, ml_dtype dtype)
{
    if (number.kind == ML_ARG_INT) return ml_cast(ml_from(&number.i, ML_I64, 0, NULL), dtype);
    if (number.kind != ML_ARG_FLOAT) return ML_NULL(ML_VALUE, "%s: a number is missing", op);
    if (!ml_is_float(dtype) && floor(number.f) != number.f)
        return ML_NULL(ML_DTYPE, "%s: the number %g does not fit into %s; convert the tensor first",
                       op, number.f, ml_dtype_name(dtype));
    return ml_cast(ml_from(&number.f, ML_F64, 0, NULL), dtype);
}

/* ---- tril, triu ------------------------------------------------------------------------------ */

typedef struct triangle {
    const char *x;
    char *y;
    int64_t nrows, rows, columns; /* nrows in all matrices, rows in each */
    int64_t diagonal, rows_per_piece;
    size_t size; /* bytes of an element */
    bool lower;
} triangle;

static void triangle_rows(void *ctx, int64_t piece)
{
    const triangle *j = ctx;
    int64_t first = piece * j->rows_per_piece, end = first + j->rows_per_piece;
    for (int64_t i = first; i < end && i < j->nrows; i++) {
        /* columns 0 … cut-1 are at or below the diagonal for tril, strictly below it for triu */
        int64_t cut = i % j->rows + j->diagonal + (j->lower ? 1 : 0);
        cut = cut < 0 ? 0 : cut > j->columns ? j->columns : cut;
        size_t at = (size_t)(i * j->columns) * j->size, left = (size_t)cut * j->size;
        size_t right = (size_t)(j->columns - cut) * j->size;
        const char *x = j->x + at;
        char *y = j->y + at;
        if (j->lower)
            memcpy(y, x, left), memset(y + left, 0, right);
        else
            memset(y, 0, left), memcpy(y + left, x + left, right);
    }
}

static ml_status triangle_of(const char *op, bool lower, const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (x->ndim < 2)
        return ml_fail(ML_SHAPE, "%s: %s: at least 2 dimensions are needed", op, ML_DESCRIBE(x));
    int64_t rows = x->shape[x->ndim - 2], columns = x->shape[x->ndim - 1], diagonal = in[1].i;
    x = ml_dense(x, ml_dtype_of(x));
    ml_tensor *y = ml_empty_like(x, ml_dtype_of(in[0].t));
    if (!x || !y) return ml_error_status();
    *out = y;
    if (x->numel == 0) return ML_OK;
    if (diagonal < -rows) diagonal = -rows;
    if (diagonal > columns) diagonal = columns;
    triangle job = { x->data,
                     y->data,
                     x->numel / columns,
                     rows,
                     columns,
                     diagonal,
                     0,
                     ml_dtype_size(ml_dtype_of(x)),
                     lower };
    job.rows_per_piece = 1 + (1 << 16) / columns;
    return ml_parallel_pieces((job.nrows - 1) / job.rows_per_piece + 1, triangle_rows, &job);
}

ml_status ml_run_tril(const ml_arg in[], ml_tensor *out[])
{
    return triangle_of("tril", true, in, out);
}

ml_status ml_grad_tril(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_call1(ML_OP_tril, ML_T(call->g[0]), call->in[1]));
    return ML_OK;
}

ml_status ml_run_triu(const ml_arg in[], ml_tensor *out[])
{
    return triangle_of("triu", false, in, out);
}

ml_status ml_grad_triu(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_call1(ML_OP_triu, ML_T(call->g[0]), call->in[1]));
    return ML_OK;
}

/* ---- diag, diagflat -------------------------------------------------------------------------- */

/* The square matrix with the 1-D tensor x on its diagonal OFFSET. */
static ml_status diagonal_matrix(const char *op, ml_tensor *x, int64_t offset, ml_tensor *out[])
{
    int64_t n, size[2];
    if (offset < -((int64_t)1 << 40) || offset > (int64_t)1 << 40)
        return ml_fail(ML_SHAPE, "%s: a matrix with diagonal %lld is too large", op,
                       (long long)offset);
    size[0] = size[1] = x->numel + (offset < 0 ? -offset : offset);
    ML_TRY(ml_check_shape(op, 2, size, &n));
    return ml_give(out, ml_call1(ML_OP_diagonal_backward, ML_T(x), ML_INTS(size, 2), ML_I(offset)));
}

ml_status ml_run_diag(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (x->ndim == 1) return diagonal_matrix("diag", x, in[1].i, out);
    if (x->ndim != 2)
        return ml_fail(ML_SHAPE, "diag: %s: 1 or 2 dimensions are needed; use diagonal or diagflat",
                       ML_DESCRIBE(x));
    return ml_give(out, ml_clone(ml_call1(ML_OP_diagonal, ML_T(x), in[1])));
}

ml_status ml_run_diagflat(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *flat = ml_reshape(in[0].t, 1, &(int64_t){ -1 });
    return flat ? diagonal_matrix("diagflat", flat, in[1].i, out) : ml_error_status();
}
