/* reduction.c -- reductions that any device can run (sum, mean, prod, amax, amin, any, all, norm),
** and how a reducing launch is planned.  reduce_cpu.c runs it on the CPU. */
#include "core/ops/reduction.h"
#include "core/iter.h"
#include "core/op_run.h"
#include "core/tensor.h"

#include <math.h>
#include <string.h>

/* ---- dimensions ------------------------------------------------------------------------------ */

ml_status reduce_dims(const char *op, int ndim, const ml_arg *dim, unsigned *mask)
{
    const int64_t *dims = dim->kind == ML_ARG_INTS ? dim->ints : &dim->i;
    int n = dim->kind == ML_ARG_INTS ? dim->n : dim->kind == ML_ARG_INT ? 1 : 0;
    *mask = n == 0 ? (1u << ndim) - 1 : 0;
    for (int i = 0; i < n; i++) {
        int d;
        if (!ml_check_dim(op, ndim, dims[i], &d)) return ml_error_status();
        if (*mask & 1u << d) return ml_fail(ML_VALUE, "%s: dimension %d is given twice", op, d + 1);
        *mask |= 1u << d;
    }
    return ML_OK;
}

int reduce_shape(const ml_tensor *x, unsigned mask, bool keepdim, int64_t shape[ML_MAX_DIMS])
{
    int n = 0;
    for (int d = 0; d < x->ndim; d++)
        if (!(mask & 1u << d))
            shape[n++] = x->shape[d];
        else if (keepdim)
            shape[n++] = 1;
    return n;
}

int64_t reduce_count(const ml_tensor *x, unsigned mask)
{
    int64_t n = 1;
    for (int d = 0; d < x->ndim; d++)
        if (mask & 1u << d) n *= x->shape[d];
    return n;
}

ml_tensor *reduce_spread(ml_tensor *t, const ml_tensor *x, unsigned mask, bool keepdim)
{
    int64_t shape[ML_MAX_DIMS];
    if (!keepdim) t = ml_reshape(t, reduce_shape(x, mask, true, shape), shape);
    return ml_expand(t, x->ndim, x->shape);
}

/* ---- planning -------------------------------------------------------------------------------- */

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* Dimensions of x longer than 1 with bit WANT in MASK, largest stride first (stride 0 before
** all). */
static int order_dims(const ml_tensor *x, unsigned mask, bool want, int order[ML_MAX_DIMS])
{
    int n = 0;
    for (int d = 0; d < x->ndim; d++) {
        if (x->shape[d] == 1 || (mask >> d & 1u) != want) continue;
        int i = n++;
        uint64_t key = (uint64_t)magnitude(x->stride[d]) - 1;
        for (; i > 0 && (uint64_t)magnitude(x->stride[order[i - 1]]) - 1 < key; i--)
            order[i] = order[i - 1];
        order[i] = d;
    }
    return n;
}

/* Appends a dimension, or lets the last one swallow it where every operand allows that (never
** before FIRST). */
static void add_dim(ml_launch *job, int first, int64_t size, const int64_t step[3])
{
    int last = job->ndim - 1;
    bool join = last >= first;
    for (int k = 0; k < 3 && join; k++) join = job->step[k][last] == step[k] * size;
    int d = join ? last : job->ndim++;
    job->size[d] = join ? job->size[d] * size : size;
    for (int k = 0; k < 3; k++) job->step[k][d] = step[k];
}

/* out is contiguous and has x's shape without the dimensions of MASK; mean (or NULL) likewise. */
static void plan(ml_launch *job, const ml_tensor *out, const ml_tensor *x, const ml_tensor *mean,
                 unsigned mask)
{
    int64_t place[ML_MAX_DIMS], run = 1, size = (int64_t)ml_dtype_size((ml_dtype)x->dtype);
    int order[ML_MAX_DIMS];
    memset(job->step, 0, sizeof job->step);
    job->data[0] = out->data, job->data[1] = x->data, job->data[2] = mean ? mean->data : NULL;
    job->dtype[0] = (ml_dtype)out->dtype, job->dtype[1] = (ml_dtype)x->dtype;
    job->noperands = 2, job->numel = x->numel, job->ndim = 0;
    for (int d = x->ndim - 1; d >= 0; d--) {
        place[d] = mask & 1u << d ? 0 : run;
        run *= mask & 1u << d ? 1 : x->shape[d];
    }
    int n = order_dims(x, mask, false, order);
    for (int i = 0; i < n; i++) {
        int d = order[i];
        const int64_t step[3] = { place[d] * (int64_t)ml_dtype_size(job->dtype[0]),
                                  x->stride[d] * size,
                                  mean ? place[d] * (int64_t)ml_dtype_size((ml_dtype)mean->dtype)
                                       : 0 };
        add_dim(job, 0, x->shape[d], step);
    }
    int kept = job->ndim;
    n = order_dims(x, mask, true, order);
    for (int i = 0; i < n; i++) {
        int64_t count = x->shape[order[i]], step = x->stride[order[i]] * size;
        if (step < 0) job->data[1] += step * (count - 1), step = -step;
        add_dim(job, kept, count, (const int64_t[3]){ 0, step, 0 });
    }
    if (n == 0) add_dim(job, kept, 1, (const int64_t[3]){ 0, size, 0 });
    job->reduced = job->ndim - kept;
}

/* The result of reducing nothing; false: it has none. */
static bool of_nothing(int op, const double *number, double *value)
{
    bool negative = op == ML_OP_norm && number && *number < 0;
    *value = op == ML_OP_prod || op == ML_OP_all   ? 1
             : op == ML_OP_mean || op == ML_OP_var ? (double)NAN
                                                   : 0;
    return op != ML_OP_amax && op != ML_OP_amin && !negative;
}

static ml_status reduce_nothing(int op, ml_tensor *out, const ml_tensor *x, const double *number)
{
    double value;
    if (of_nothing(op, number, &value)) return ml_fill_(out, value);
    return ml_fail(ML_SHAPE,
                   "%s: %s: the reduced dimensions are empty and nothing has no %s element; "
                   "test x:numel() first",
                   ml_ops[op].name, ML_DESCRIBE(x), op == ML_OP_amax ? "largest" : "smallest");
}

static ml_status reduce_into(int op, ml_tensor *out, ml_tensor *x, unsigned mask, ml_dtype type,
                             ml_tensor *mean, const double *number)
{
    if (out->numel == 0) return ML_OK;
    if (x->numel == 0) return reduce_nothing(op, out, x, number);
    ml_launch job;
    double slot;
    memset(job.host, 0, sizeof job.host);
    job.op = op, job.pass = ML_FORWARD, job.type = type;
    plan(&job, out, x, mean, mask);
    if (mean) job.dtype[2] = (ml_dtype)mean->dtype, job.noperands = 3;
    if (number) ml_plan_number(&job, job.noperands, *number, 0, false, &slot);
    return ml_run_launch(x->device, &job);
}

ml_tensor *reduce_launch(int op, ml_tensor *x, unsigned mask, bool keepdim, ml_dtype out,
                         ml_dtype type, ml_tensor *mean, const double *number)
{
    int64_t shape[ML_MAX_DIMS];
    ml_tensor *y =
        ml_empty((ml_spec){ out, x->device }, reduce_shape(x, mask, keepdim, shape), shape);
    return y && reduce_into(op, y, x, mask, type, mean, number) == ML_OK ? y : NULL;
}

/* ---- sums ------------------------------------------------------------------------------------ */

static ml_dtype sum_dtype(const ml_tensor *x, const ml_arg *dtype)
{
    if (dtype->kind == ML_ARG_DTYPE) return (ml_dtype)dtype->i;
    return ml_is_float((ml_dtype)x->dtype) ? (ml_dtype)x->dtype : ML_I64;
}

static ml_status run_sum(int op, const ml_arg in[], ml_tensor *out[])
{
    unsigned mask;
    ml_dtype dtype = sum_dtype(in[0].t, &in[3]);
    ML_TRY(reduce_dims(ml_ops[op].name, in[0].t->ndim, &in[1], &mask));
    out[0] = reduce_launch(op, in[0].t, mask, in[2].i, dtype, ml_compute_type(dtype), NULL, NULL);
    return ML_OK;
}

ml_status ml_run_sum(const ml_arg in[], ml_tensor *out[])
{
    return run_sum(ML_OP_sum, in, out);
}

/* g with x's dtype and shape: what every element of x gets of a sum's gradient. */
static ml_status spread_gradient(const ml_grad_call *call, ml_tensor *g)
{
    const ml_tensor *x = call->in[0].t;
    unsigned mask;
    ML_TRY(reduce_dims("sum", x->ndim, &call->in[1], &mask));
    call->gin[0] = reduce_spread(ml_cast(g, (ml_dtype)x->dtype), x, mask, call->in[2].i);
    return ML_OK;
}

ml_status ml_grad_sum(const ml_grad_call *call)
{
    return spread_gradient(call, call->g[0]);
}

ml_tensor *ml_sum(ml_tensor *x, int ndims, const int *dims, bool keepdim)
{
    int64_t list[ML_MAX_DIMS];
    if (ndims > ML_MAX_DIMS) return ML_NULL(ML_VALUE, "sum: %d dimensions are given", ndims);
    for (int i = 0; i < ndims; i++) list[i] = dims[i];
    return ml_call1(ML_OP_sum, ML_T(x), ML_INTS(list, ndims), ML_B(keepdim));
}

/* The dimensions of g along which a tensor of SHAPE was repeated to g's shape. */
static ml_status broadcast_dims(const ml_tensor *g, int ndim, const int64_t *shape, unsigned *mask)
{
    int lead = g->ndim - ndim;
    bool fits = lead >= 0;
    *mask = 0;
    for (int d = 0; d < g->ndim && fits; d++) {
        int64_t size = d < lead ? 1 : shape[d - lead];
        if (d < lead || size != g->shape[d]) *mask |= 1u << d;
        fits = d < lead || size == g->shape[d] || size == 1;
    }
    if (fits) return ML_OK;
    return ml_fail(ML_SHAPE, "sum_to: %s: the shape (%s) does not broadcast to it", ML_DESCRIBE(g),
                   ml_shape_text(ndim, shape, (char[96]){ 0 }, 96));
}

ml_tensor *ml_sum_to(ml_tensor *g, int ndim, const int64_t *shape)
{
    unsigned mask;
    if (!g || broadcast_dims(g, ndim, shape, &mask) != ML_OK) return NULL;
    if (mask == 0) return g;
    if (ml_grad_enabled() && ml_requires_grad(g)) {
        int64_t dims[ML_MAX_DIMS];
        int n = 0;
        for (int d = 0; d < g->ndim; d++)
            if (mask & 1u << d) dims[n++] = d;
        return ml_reshape(ml_call1(ML_OP_sum, ML_T(g), ML_INTS(dims, n)), ndim, shape);
    }
    ml_tensor *y = ml_empty((ml_spec){ (ml_dtype)g->dtype, g->device }, ndim, shape);
    ml_dtype type = ml_compute_type((ml_dtype)g->dtype);
    return y && reduce_into(ML_OP_sum, y, g, mask, type, NULL, NULL) == ML_OK ? y : NULL;
}

/* Integers add up in double: their sum can be larger than float32 counts exactly. */
ml_status ml_run_mean(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    bool whole = !ml_is_float((ml_dtype)x->dtype);
    ml_dtype dtype = in[3].kind == ML_ARG_DTYPE ? (ml_dtype)in[3].i
                     : whole                    ? ML_F32
                                                : (ml_dtype)x->dtype;
    unsigned mask;
    if (!ml_is_float(dtype))
        return ml_fail(ML_DTYPE,
                       "mean: dtype %s was asked for: a mean is not an integer; use a float dtype",
                       ml_dtype_name(dtype));
    ML_TRY(reduce_dims("mean", x->ndim, &in[1], &mask));
    ml_dtype type = whole ? ML_F64 : ml_compute_type(dtype);
    out[0] = reduce_launch(ML_OP_mean, x, mask, in[2].i, dtype, type, NULL, NULL);
    return ML_OK;
}

ml_status ml_grad_mean(const ml_grad_call *call)
{
    unsigned mask;
    ML_TRY(reduce_dims("mean", call->in[0].t->ndim, &call->in[1], &mask));
    double n = (double)reduce_count(call->in[0].t, mask);
    return spread_gradient(call, ml_call1(ML_OP_div, ML_T(call->g[0]), ML_F(n)));
}

/* ---- products -------------------------------------------------------------------------------- */

ml_status ml_run_prod(const ml_arg in[], ml_tensor *out[])
{
    return run_sum(ML_OP_prod, in, out);
}

/* The kept dimensions of MASK first, then the reduced ones: perm[i] is the old place of dimension
** i. */
static int reduced_last(int ndim, unsigned mask, int perm[ML_MAX_DIMS], int inverse[ML_MAX_DIMS])
{
    int n = 0, kept;
    for (int d = 0; d < ndim; d++)
        if (!(mask & 1u << d)) perm[n++] = d;
    kept = n;
    for (int d = 0; d < ndim; d++)
        if (mask & 1u << d) perm[n++] = d;
    for (int i = 0; i < ndim; i++) inverse[perm[i]] = i;
    return kept;
}

/* Of every element of x, the product of the others reduced with it: what comes before times what
** comes after, so that zeros are right. */
static ml_tensor *product_of_others(ml_tensor *x, unsigned mask)
{
    int perm[ML_MAX_DIMS], inverse[ML_MAX_DIMS], kept = reduced_last(x->ndim, mask, perm, inverse);
    int64_t flat[ML_MAX_DIMS + 1], full[ML_MAX_DIMS];
    for (int i = 0; i < x->ndim; i++) flat[i] = full[i] = x->shape[perm[i]];
    flat[kept] = reduce_count(x, mask);
    ml_tensor *t = ml_reshape(ml_permute(x, perm), kept + 1, flat);
    ml_tensor *before =
        ml_call1(ML_OP_cumprod, ML_T(t), ML_I(kept), ML_ABSENT, ML_B(false), ML_B(true));
    ml_tensor *after =
        ml_call1(ML_OP_cumprod, ML_T(t), ML_I(kept), ML_ABSENT, ML_B(true), ML_B(true));
    return ml_permute(ml_reshape(ml_mul(before, after), x->ndim, full), inverse);
}

ml_status ml_grad_prod(const ml_grad_call *call)
{
    ml_tensor *x = call->in[0].t;
    unsigned mask;
    ML_TRY(reduce_dims("prod", x->ndim, &call->in[1], &mask));
    ML_TRY(spread_gradient(call, call->g[0]));
    if (x->ndim && x->numel) call->gin[0] = ml_mul(call->gin[0], product_of_others(x, mask));
    return ML_OK;
}

/* ---- extremes -------------------------------------------------------------------------------- */

static ml_status run_extreme(int op, const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_dtype dtype = (ml_dtype)x->dtype;
    unsigned mask;
    ML_TRY(reduce_dims(ml_ops[op].name, x->ndim, &in[1], &mask));
    out[0] = reduce_launch(op, x, mask, in[2].i, dtype, ml_compute_type(dtype), NULL, NULL);
    return ML_OK;
}

ml_status ml_run_amax(const ml_arg in[], ml_tensor *out[])
{
    return run_extreme(ML_OP_amax, in, out);
}

ml_status ml_run_amin(const ml_arg in[], ml_tensor *out[])
{
    return run_extreme(ML_OP_amin, in, out);
}

/* Elements equal to the result share its gradient; a nan result belongs to the nans. */
ml_status ml_grad_amax(const ml_grad_call *call)
{
    ml_tensor *x = call->in[0].t;
    bool keepdim = call->in[2].i;
    unsigned mask;
    ML_TRY(reduce_dims("amax", x->ndim, &call->in[1], &mask));
    ml_tensor *y = reduce_spread(call->y[0], x, mask, keepdim), *held = ml_detach(x);
    ml_tensor *equal = ml_logical_or(ml_eq(held, y), ml_isnan(held));
    ml_tensor *chosen = ml_logical_and(equal, ml_eq(ml_isnan(held), ml_isnan(y)));
    int64_t dims[ML_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < x->ndim; d++)
        if (mask & 1u << d) dims[n++] = d;
    chosen = ml_cast(chosen, (ml_dtype)x->dtype);
    ml_tensor *count =
        n ? ml_call1(ML_OP_sum, ML_T(chosen), ML_INTS(dims, n), ML_B(keepdim)) : chosen;
    call->gin[0] = ml_mul(reduce_spread(ml_div(call->g[0], count), x, mask, keepdim), chosen);
    return ML_OK;
}

ml_status ml_grad_amin(const ml_grad_call *call)
{
    return ml_grad_amax(call);
}

static ml_status run_truth(int op, const ml_arg in[], ml_tensor *out[])
{
    unsigned mask;
    ML_TRY(reduce_dims(ml_ops[op].name, in[0].t->ndim, &in[1], &mask));
    out[0] = reduce_launch(op, in[0].t, mask, in[2].i, ML_BOOL, ML_I64, NULL, NULL);
    return ML_OK;
}

ml_status ml_run_any(const ml_arg in[], ml_tensor *out[])
{
    return run_truth(ML_OP_any, in, out);
}

ml_status ml_run_all(const ml_arg in[], ml_tensor *out[])
{
    return run_truth(ML_OP_all, in, out);
}

/* ---- norms ----------------------------------------------------------------------------------- */

/* A device has kernels for p 0, 1, 2 and the infinities; other powers are put together from
** operators. */
ml_status ml_run_norm(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    double p = in[1].f;
    ml_dtype dtype = (ml_dtype)x->dtype;
    unsigned mask;
    if (isnan(p))
        return ml_fail(ML_VALUE, "norm: p is nan; use a number such as 1, 2 or math.huge");
    ML_TRY(reduce_dims("norm", x->ndim, &in[2], &mask));
    if (p == 0 || p == 1 || p == 2 || isinf(p)) {
        out[0] =
            reduce_launch(ML_OP_norm, x, mask, in[3].i, dtype, ml_compute_type(dtype), NULL, &p);
        return ML_OK;
    }
    ml_dtype type = ml_compute_type(dtype);
    ml_tensor *powers = ml_pow_scalar(ml_abs(ml_cast(x, type)), p);
    if (!powers) return ML_OK;
    ml_tensor *sum = reduce_launch(ML_OP_sum, powers, mask, in[3].i, type, type, NULL, NULL);
    out[0] = ml_cast(ml_pow_scalar(sum, 1 / p), dtype);
    return ML_OK;
}

/* d norm / d x where 0 < p < inf: sign(x) * (|x| / y)^(p-1), 0 where x is 0. */
static ml_tensor *norm_slope(ml_tensor *x, ml_tensor *y, double p)
{
    if (p == 1) return ml_sign(x);
    ml_tensor *zero = ml_call1(ML_OP_eq, ML_T(x), ML_I(0));
    ml_tensor *ratio = ml_div(x, ml_call1(ML_OP_where, ML_T(zero), ML_F(1), ML_T(y)));
    if (p == 2) return ratio;
    ratio = ml_call1(ML_OP_where, ML_T(zero), ML_F(1), ML_T(ml_abs(ratio)));
    return ml_mul(ml_sign(x), ml_pow_scalar(ratio, p - 1));
}

ml_status ml_grad_norm(const ml_grad_call *call)
{
    ml_tensor *x = call->in[0].t;
    double p = call->in[1].f;
    bool keepdim = call->in[3].i;
    unsigned mask;
    if (p == 0) { /* a count has no slope */
        call->gin[0] = ml_zeros((ml_spec){ (ml_dtype)x->dtype, x->device }, x->ndim, x->shape);
        return ML_OK;
    }
    ML_TRY(reduce_dims("norm", x->ndim, &call->in[2], &mask));
    if (isinf(p)) {
        ml_grad_call of_abs = *call;
        const ml_arg in[] = { ML_T(ml_abs(x)), call->in[2], ML_B(keepdim) };
        of_abs.in = in;
        if (!in[0].t) return ml_error_status();
        ML_TRY(ml_grad_amax(&of_abs));
        call->gin[0] = ml_mul(call->gin[0], ml_sign(x));
        return ML_OK;
    }
    ml_tensor *y = reduce_spread(call->y[0], x, mask, keepdim);
    call->gin[0] = ml_mul(reduce_spread(call->g[0], x, mask, keepdim), norm_slope(x, y, p));
    return ML_OK;
}
