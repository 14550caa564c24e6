/* matrix.c -- what the files of linear algebra share. */
#include "core/ops/matrix.h"

#include <math.h>
#include <string.h>

int64_t ml_rows(const ml_tensor *x)
{
    return x->shape[x->ndim - 2];
}

int64_t ml_columns(const ml_tensor *x)
{
    return x->shape[x->ndim - 1];
}

int64_t ml_batch_of(const ml_tensor *x)
{
    int64_t n = 1;
    for (int d = 0; d < x->ndim - 2; d++) n *= x->shape[d];
    return n;
}

ml_status ml_want_matrix(const char *op, const ml_tensor *x)
{
    if (!x) return ml_error_status();
    if (x->ndim >= 2) return ML_OK;
    return ml_fail(ML_SHAPE, "%s: %s is not a matrix; it takes at least two dimensions", op,
                   ML_DESCRIBE(x));
}

ml_status ml_want_square(const char *op, const ml_tensor *x)
{
    ML_TRY(ml_want_matrix(op, x));
    if (ml_rows(x) == ml_columns(x)) return ML_OK;
    return ml_fail(ML_SHAPE, "%s: %s: %lld rows and %lld columns, but the matrix must be square",
                   op, ML_DESCRIBE(x), (long long)ml_rows(x), (long long)ml_columns(x));
}

static bool is_finite_at(const ml_tensor *x, int64_t i)
{
    return x->dtype == ML_F32 ? isfinite(((const float *)x->data)[i])
                              : isfinite(((const double *)x->data)[i]);
}

ml_status ml_want_finite(const char *op, const ml_tensor *given, const ml_tensor *x)
{
    for (int64_t i = 0; i < x->numel; i++)
        if (!is_finite_at(x, i))
            return ml_bad_matrix(op, given, i / (ml_rows(x) * ml_columns(x)),
                                 "has nan or infinite elements");
    return ML_OK;
}

ml_status ml_bad_matrix(const char *op, const ml_tensor *x, int64_t i, const char *what)
{
    if (x->ndim > 2)
        return ml_fail(ML_VALUE, "%s: matrix %lld of %s %s", op, (long long)i + 1, ML_DESCRIBE(x),
                       what);
    return ml_fail(ML_VALUE, "%s: %s %s", op, ML_DESCRIBE(x), what);
}

ml_tensor *ml_turned(ml_tensor *x)
{
    return x ? ml_transpose(x, -2, -1) : NULL;
}

ml_tensor *ml_fresh(ml_tensor *x, ml_dtype dtype)
{
    ml_tensor *y = x && x->dtype != dtype ? ml_cast(x, dtype) : x;
    if (!y) return NULL;
    return y != x && y->contiguous ? y : ml_clone(y);
}

ml_tensor *ml_fresh_columns(ml_tensor *x, ml_dtype dtype)
{
    return ml_fresh(ml_turned(x), dtype);
}

ml_tensor *ml_like_batch(const ml_tensor *x, ml_dtype dtype, int64_t m, int64_t n)
{
    int64_t shape[ML_MAX_DIMS];
    int ndim = x->ndim - 2;
    memcpy(shape, x->shape, sizeof shape);
    shape[ndim++] = m;
    if (n >= 0) shape[ndim++] = n;
    return ml_empty((ml_spec){ dtype, x->device }, ndim, shape);
}

ml_status ml_expand_batch(const char *op, ml_tensor **a, ml_tensor **b)
{
    ml_tensor *t[2] = { *a, *b };
    int ndim = t[0]->ndim > t[1]->ndim ? t[0]->ndim : t[1]->ndim;
    for (int k = 0; k < 2; k++) {
        int64_t shape[ML_MAX_DIMS];
        for (int d = 0; d < ndim - 2; d++) {
            int i = d - ndim + t[0]->ndim, j = d - ndim + t[1]->ndim;
            int64_t m = i < 0 ? 1 : t[0]->shape[i], n = j < 0 ? 1 : t[1]->shape[j];
            if (m != n && m != 1 && n != 1)
                return ml_fail(ML_SHAPE,
                               "%s: %s and %s: the dimensions in front, %lld and %lld, do not "
                               "broadcast",
                               op, ML_DESCRIBE(t[0]), ML_DESCRIBE(t[1]), (long long)m,
                               (long long)n);
            shape[d] = m == 1 ? n : m;
        }
        shape[ndim - 2] = ml_rows(t[k]), shape[ndim - 1] = ml_columns(t[k]);
        ML_TRY(ml_give(k ? b : a, ml_expand(t[k], ndim, shape)));
    }
    return ML_OK;
}

ml_tensor *ml_pattern(const ml_tensor *x, int64_t n, double below, double on, double above)
{
    ml_tensor *p = ml_empty((ml_spec){ ML_F64, 0 }, 2, (int64_t[]){ n, n });
    if (!p) return NULL;
    double *v = (double *)p->data;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) *v++ = j < i ? below : j == i ? on : above;
    return ml_cast(p, ml_dtype_of(x));
}

ml_tensor *ml_scale_columns(ml_tensor *x, ml_tensor *s)
{
    s = s ? ml_unsqueeze(s, -2) : NULL;
    return x && s ? ml_mul(x, s) : NULL;
}
