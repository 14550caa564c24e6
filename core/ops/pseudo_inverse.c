/* pseudo_inverse.c -- pinv, least squares, rank: what singular values and rank-revealing QR say of matrices
** that have no inverse. */
#include <float.h>
#include <math.h>

#include "core/iter.h"
#include "core/ops/lapack_batch.h"
#include "core/ops/matrix.h"

/* Below this part of the largest, a singular value counts as 0. */
static double tolerance(const ml_tensor *x, ml_arg given)
{
    if (ml_given(given)) return ml_number(given);
    int64_t m = ml_rows(x), n = ml_columns(x);
    double accuracy = ml_dtype_of(x) == ML_F64 ? DBL_EPSILON : (double)FLT_EPSILON;
    return (double)(m > n ? m : n) * accuracy;
}

/* The largest of each row of s (…,p), which fall, kept as (…,1) */
static ml_tensor *largest(ml_tensor *s)
{
    return ml_narrow(s, -1, 0, 1);
}

ml_status ml_run_pinv(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *usv[3];
    ML_TRY(ml_want_matrix("pinv", x));
    ml_dtype dtype = ml_dtype_of(x);
    if (x->numel == 0) {
        ml_tensor *y = ml_turned(x);
        return ml_give(out, y ? ml_zeros_like(y) : NULL);
    }
    x = ml_dense(x, ml_compute_type(dtype));
    ML_TRY(ml_call(ML_OP_svd, (ml_arg[]){ ML_T(x) }, 1, usv));
    ml_tensor *s = usv[1], *least = ml_mul_scalar(largest(s), tolerance(x, in[1]));
    ml_tensor *keep = ml_cast(ml_gt(s, least), ml_dtype_of(s)); /* 1 or 0 */
    ml_tensor *lost = keep ? ml_add_scalar(ml_neg(keep), 1) : NULL;
    ml_tensor *one_over = ml_div(keep, ml_add(s, lost)); /* s 0 is not divided by */
    ml_tensor *v = ml_scale_columns(ml_turned(usv[2]), one_over);
    return ml_give(out, ml_cast(ml_matmul(v, ml_turned(usv[0])), dtype));
}

/* d/da of sum(g * pinv(a)), at constant rank (Golub and Pereyra, 1973).  p is pinv(a). */
static ml_tensor *pinv_gradient(ml_tensor *a, ml_tensor *p, ml_tensor *g)
{
    ml_tensor *gt = ml_turned(g), *pt = ml_turned(p);
    if (ml_rows(a) <= ml_columns(a)) {
        ml_tensor *k = ml_matmul(gt, p), *kp = ml_matmul(k, pt);
        ml_tensor *y = ml_sub(kp, ml_turned(ml_matmul(p, k)));
        y = ml_sub(y, ml_matmul(ml_matmul(a, p), kp));
        return ml_add(y, ml_matmul(ml_matmul(pt, p), ml_sub(gt, ml_matmul(k, a))));
    }
    ml_tensor *k = ml_matmul(p, gt), *pk = ml_matmul(pt, k);
    ml_tensor *y = ml_sub(pk, ml_turned(ml_matmul(k, p)));
    y = ml_add(y, ml_matmul(ml_matmul(ml_sub(gt, ml_matmul(a, k)), p), pt));
    return ml_sub(y, ml_matmul(ml_matmul(pk, p), a));
}

ml_status ml_grad_pinv(const ml_grad_call *call)
{
    return ml_give(&call->gin[0], pinv_gradient(call->in[0].t, call->y[0], call->g[0]));
}

/* b (…,m,k) by columns, in columns of max(m,n) for gelsy to leave its answer in. */
static ml_tensor *padded_columns(ml_tensor *b, ml_dtype type, int64_t length)
{
    int64_t m = ml_rows(b);
    ml_tensor *y = ml_like_batch(b, type, ml_columns(b), length);
    if (!y || ml_copy_(ml_narrow(y, -1, 0, m), ml_turned(b)) != ML_OK) return NULL;
    if (length > m && ml_fill_(ml_narrow(y, -1, m, length - m), 0) != ML_OK) return NULL;
    return y;
}

ml_status ml_run_lstsq(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    ML_TRY(ml_want_matrix("lstsq", a));
    bool vector = b->ndim == 1;
    if (vector && !(b = ml_unsqueeze(b, -1))) return ml_error_status();
    if (b->ndim < 2 || ml_rows(b) != ml_rows(a))
        return ml_fail(ML_SHAPE, "lstsq: a %s and b %s: b needs as many rows as a", ML_DESCRIBE(a),
                       ML_DESCRIBE(in[1].t));
    ML_TRY(ml_expand_batch("lstsq", &a, &b));
    ml_dtype dtype = ml_promote(ml_dtype_of(a), ml_dtype_of(b)), type = ml_compute_type(dtype);
    int64_t m = ml_rows(a), n = ml_columns(a), length = m > n ? m : n;
    ml_tensor *left = ml_fresh_columns(a, type), *y = left ? padded_columns(b, type, length) : NULL;
    if (!y) return ml_error_status();
    ML_TRY(ml_want_finite("lstsq", a, left));
    ml_lapack w = { .op = "lstsq",
                    .dtype = type,
                    .batch = ml_batch_of(a),
                    .m = m,
                    .n = n,
                    .k = ml_columns(b),
                    .a = left->data,
                    .b = y->data };
    if (m == 0)
        ML_TRY(ml_fill_(y, 0));
    else if (n > 0 && w.k > 0)
        ML_TRY(ml_lapack_lstsq(&w));
    y = ml_contiguous(ml_turned(ml_narrow(y, -1, 0, n)));
    if (y && vector) y = ml_squeeze(y, -1);
    return ml_give(out, y ? ml_cast(y, dtype) : NULL);
}

static ml_tensor *fit(ml_tensor *g, const ml_tensor *matrix, const ml_tensor *x)
{
    if (!g) return NULL;
    return ml_cast(ml_reshape(ml_sum_to(g, matrix->ndim, matrix->shape), x->ndim, x->shape),
                   ml_dtype_of(x));
}

/* The answer is pinv(a) b. */
ml_status ml_grad_lstsq(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t, *g = call->g[0], *matrix = b;
    if (b->ndim == 1) {
        g = ml_unsqueeze(g, -1), matrix = ml_unsqueeze(b, -1);
        if (!g || !matrix) return ml_error_status();
    }
    ml_tensor *p = ml_call1(ML_OP_pinv, ML_T(a));
    if (!p) return ml_error_status();
    ML_GRAD(call, 1, fit(ml_matmul(ml_turned(p), g), matrix, b));
    if (!call->need[0]) return ML_OK;
    ml_tensor *gp = ml_matmul(g, ml_turned(matrix));
    return ml_give(&call->gin[0], gp ? fit(pinv_gradient(a, p, gp), a, a) : NULL);
}

ml_status ml_run_matrix_rank(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ML_TRY(ml_want_matrix("matrix_rank", x));
    double part = tolerance(x, ML_ABSENT);
    x = ml_dense(x, ml_compute_type(ml_dtype_of(x)));
    ml_tensor *s = x ? ml_call1(ML_OP_svdvals, ML_T(x)) : NULL;
    if (!s) return ml_error_status();
    if (s->numel == 0) return ml_give(out, ml_zeros((ml_spec){ ML_I64, 0 }, x->ndim - 2, x->shape));
    ml_tensor *least = ml_given(in[1]) ? ml_scalar(ml_number(in[1]), ml_dtype_of(s))
                                       : ml_mul_scalar(largest(s), part);
    return ml_give(out, ml_sum(ml_cast(ml_gt(s, least), ML_I64), 1, (int[]){ -1 }, false));
}
