/* statistic.c -- var, std, logsumexp, and sums and counts that skip nan or 0. */
#include "core/ops/reduction.h"
#include "core/iter.h"
#include "core/op_run.h"
#include "core/tensor.h"

#include <math.h>

/* ---- variance -------------------------------------------------------------------------------- */

/* What the sum of squares is divided by: n - correction, never below 0. */
static double divisor(const ml_tensor *x, unsigned mask, const ml_arg in[])
{
    double correction = in[4].kind == ML_ARG_FLOAT ? in[4].f : in[2].i ? 1 : 0;
    return fmax((double)reduce_count(x, mask) - correction, 0);
}

/* Two passes, mean then squared distances, both in double: no cancellation, and one rounding at the
** end. */
static ml_tensor *variance(const char *op, const ml_arg in[], ml_dtype out)
{
    ml_tensor *x = in[0].t;
    unsigned mask;
    if (reduce_dims(op, x->ndim, &in[1], &mask) != ML_OK) return NULL;
    double by = divisor(x, mask, in);
    ml_tensor *mean = reduce_launch(ML_OP_mean, x, mask, in[3].i, ML_F64, ML_F64, NULL, NULL);
    return mean ? reduce_launch(ML_OP_var, x, mask, in[3].i, out, ML_F64, mean, &by) : NULL;
}

ml_status ml_run_var(const ml_arg in[], ml_tensor *out[])
{
    out[0] = variance("var", in, (ml_dtype)in[0].t->dtype);
    return ML_OK;
}

ml_status ml_run_std(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *v = variance("std", in, ML_F64);
    out[0] = v ? ml_cast(ml_sqrt(v), (ml_dtype)in[0].t->dtype) : NULL;
    return ML_OK;
}

/* g * 2 * (x - mean) / divisor, g being the variance's gradient. */
static ml_status variance_gradient(const ml_grad_call *call, ml_tensor *g)
{
    ml_tensor *x = call->in[0].t;
    unsigned mask;
    ML_TRY(reduce_dims("var", x->ndim, &call->in[1], &mask));
    ml_tensor *mean = ml_call1(ML_OP_mean, ML_T(x), call->in[1], ML_B(true));
    g = ml_mul_scalar(g, 2 / divisor(x, mask, call->in));
    call->gin[0] = ml_mul(reduce_spread(g, x, mask, call->in[3].i), ml_sub(x, mean));
    return ML_OK;
}

ml_status ml_grad_var(const ml_grad_call *call)
{
    return variance_gradient(call, call->g[0]);
}

/* Of elements that are all equal the gradient is 0. */
ml_status ml_grad_std(const ml_grad_call *call)
{
    ml_tensor *zero = ml_call1(ML_OP_eq, ML_T(call->y[0]), ML_I(0));
    ml_tensor *safe = ml_call1(ML_OP_where, ML_T(zero), ML_F(1), ML_T(call->y[0]));
    ml_tensor *g = ml_div(call->g[0], ml_mul_scalar(safe, 2));
    return variance_gradient(call, ml_call1(ML_OP_where, ML_T(zero), ML_F(0), ML_T(g)));
}

/* ---- log-sum-exp ----------------------------------------------------------------------------- */

/* log(sum(exp(x - m))) + m with m the largest element, or 0 where that is infinite. */
ml_status ml_run_logsumexp(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_dtype dtype = (ml_dtype)x->dtype, type = ml_compute_type(dtype);
    bool keepdim = in[2].i;
    unsigned mask;
    ML_TRY(reduce_dims("logsumexp", x->ndim, &in[1], &mask));
    if (x->numel == 0) { /* log of an empty sum */
        ml_tensor *sum = reduce_launch(ML_OP_sum, x, mask, keepdim, dtype, type, NULL, NULL);
        out[0] = sum ? ml_log(sum) : NULL;
        return ML_OK;
    }
    ml_tensor *m = reduce_launch(ML_OP_amax, x, mask, true, type, type, NULL, NULL);
    if (!m) return ml_error_status();
    m = ml_call1(ML_OP_where, ML_T(ml_isinf(m)), ML_F(0), ML_T(m));
    ml_tensor *e = ml_exp(ml_sub(ml_cast(x, type), m));
    ml_tensor *sum = e ? reduce_launch(ML_OP_sum, e, mask, true, type, type, NULL, NULL) : NULL;
    if (!sum) return ml_error_status();
    int64_t shape[ML_MAX_DIMS];
    int ndim = reduce_shape(x, mask, keepdim, shape);
    out[0] = ml_cast(ml_reshape(ml_add(ml_log(sum), m), ndim, shape), dtype);
    return ML_OK;
}

ml_status ml_grad_logsumexp(const ml_grad_call *call)
{
    ml_tensor *x = call->in[0].t;
    bool keepdim = call->in[2].i;
    unsigned mask;
    ML_TRY(reduce_dims("logsumexp", x->ndim, &call->in[1], &mask));
    ml_tensor *y = reduce_spread(call->y[0], x, mask, keepdim);
    /* -inf - -inf is no number: nothing but -inf has no gradient. */
    y = ml_call1(ML_OP_where, ML_T(ml_isinf(y)), ML_F(0), ML_T(y));
    call->gin[0] = ml_mul(reduce_spread(call->g[0], x, mask, keepdim), ml_exp(ml_sub(x, y)));
    return ML_OK;
}

/* ---- counting and skipping ------------------------------------------------------------------- */

ml_status ml_run_count_nonzero(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *differs = ml_call1(ML_OP_ne, in[0], ML_I(0));
    out[0] = ml_call1(ML_OP_sum, ML_T(differs), in[1]);
    return ML_OK;
}

static ml_tensor *without_nan(ml_tensor *x)
{
    if (!ml_is_float((ml_dtype)x->dtype)) return x;
    return ml_call1(ML_OP_where, ML_T(ml_isnan(x)), ML_F(0), ML_T(x));
}

ml_status ml_run_nansum(const ml_arg in[], ml_tensor *out[])
{
    out[0] = ml_call1(ML_OP_sum, ML_T(without_nan(in[0].t)), in[1], in[2], in[3]);
    return ML_OK;
}

ml_status ml_run_nanmean(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_tensor *numbers = ml_logical_not(ml_isnan(x));
    ml_tensor *sum = ml_call1(ML_OP_sum, ML_T(without_nan(x)), in[1], in[2], in[3]);
    ml_tensor *count = ml_call1(ML_OP_sum, ML_T(numbers), in[1], in[2]);
    if (!sum || !count) return ml_error_status();
    out[0] = ml_div(
        sum, ml_cast(count, ml_is_float((ml_dtype)sum->dtype) ? (ml_dtype)sum->dtype : ML_F32));
    return ML_OK;
}
