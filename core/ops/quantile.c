/* quantile.c -- quantiles: sort, then look between two neighbours.  Written in operators, so the
** gradient goes back through the sort to the elements chosen. */
#include "core/ops/reduction.h"
#include "core/iter.h"
#include "core/op_run.h"
#include "core/tensor.h"

#include <string.h>

typedef enum interpolation { LINEAR, LOWER, HIGHER, NEAREST, MIDPOINT } interpolation;

static ml_status parse_interpolation(const char *name, interpolation *out)
{
    static const char *const names[] = { "linear", "lower", "higher", "nearest", "midpoint" };
    for (int i = 0; i < 5; i++)
        if (!strcmp(name, names[i])) {
            *out = (interpolation)i;
            return ML_OK;
        }
    return ml_fail(
        ML_VALUE,
        "quantile: interpolation \"%s\" is unknown; use linear, lower, higher, nearest or midpoint",
        name);
}

/* q (a number or a tensor) as float64 values between 0 and 1, (Q) or (). */
static ml_tensor *read_q(const ml_arg *q)
{
    ml_tensor *t = q->kind == ML_ARG_TENSOR
                       ? ml_detach(q->t)
                       : ml_scalar(q->kind == ML_ARG_INT ? (double)q->i : q->f, ML_F64);
    if (!t) return NULL;
    if (t->ndim > 1)
        return ML_NULL(ML_SHAPE, "quantile: q is %s; use a number or a tensor of one dimension",
                       ML_DESCRIBE(t));
    t = ml_dense(t, ML_F64);
    const double *v = t ? ml_data(t) : NULL;
    for (int64_t i = 0; v && i < t->numel; i++)
        if (!(v[i] >= 0 && v[i] <= 1))
            return ML_NULL(ML_VALUE, "quantile: q holds %g; a quantile lies between 0 and 1", v[i]);
    return v ? t : NULL;
}

/* The place q * (n - 1) in sorted (…, n), or the last one (where sort put it) in slices that hold a
** nan: (…, Q) float64. */
static ml_tensor *ranks(ml_tensor *sorted, ml_tensor *q)
{
    int last = sorted->ndim - 1;
    int64_t n = sorted->shape[last], shape[ML_MAX_DIMS];
    ml_tensor *spoilt = ml_isnan(ml_narrow(ml_detach(sorted), last, n - 1, 1));
    ml_tensor *rank = ml_mul_scalar(ml_reshape(q, 1, &q->numel), (double)(n - 1));
    rank = ml_call1(ML_OP_where, ML_T(spoilt), ML_F((double)(n - 1)), ML_T(rank));
    memcpy(shape, sorted->shape, sizeof shape);
    shape[last] = q->numel;
    return ml_expand(rank, sorted->ndim, shape);
}

static ml_tensor *at_ranks(ml_tensor *sorted, ml_tensor *rank)
{
    return ml_call1(ML_OP_gather, ML_T(sorted), ML_I(sorted->ndim - 1),
                    ML_T(ml_cast(rank, ML_I64)));
}

static ml_tensor *between(ml_tensor *sorted, ml_tensor *rank, interpolation how)
{
    if (how == LOWER) return at_ranks(sorted, ml_floor(rank));
    if (how == HIGHER) return at_ranks(sorted, ml_ceil(rank));
    if (how == NEAREST) return at_ranks(sorted, ml_round(rank));
    ml_tensor *lower = ml_floor(rank), *weight = ml_sub(rank, lower);
    if (how == MIDPOINT) weight = ml_mul_scalar(ml_ceil(weight), 0.5);
    weight = ml_cast(weight, (ml_dtype)sorted->dtype);
    return ml_lerp(at_ranks(sorted, lower), at_ranks(sorted, ml_ceil(rank)), weight);
}

/* x with dimension DIM moved behind the others. */
static ml_tensor *dim_last(ml_tensor *x, int dim)
{
    int perm[ML_MAX_DIMS], n = 0;
    for (int d = 0; d < x->ndim; d++)
        if (d != dim) perm[n++] = d;
    perm[n] = dim;
    return ml_permute(x, perm);
}

static ml_tensor *last_first(ml_tensor *x)
{
    int perm[ML_MAX_DIMS] = { 0 };
    if (!x) return NULL;
    perm[0] = x->ndim - 1;
    for (int d = 1; d < x->ndim; d++) perm[d] = d - 1;
    return ml_permute(x, perm);
}

static ml_status check_input(const ml_tensor *x)
{
    if (!ml_is_float((ml_dtype)x->dtype))
        return ml_fail(ML_DTYPE, "quantile: %s: a float tensor is needed; convert with x:float()",
                       ML_DESCRIBE(x));
    if (x->numel == 0)
        return ml_fail(ML_SHAPE, "quantile: %s is empty and has no quantiles", ML_DESCRIBE(x));
    return ML_OK;
}

/* The result is (Q, …) with the reduced dimension left out, or 1 if keepdim; without Q where q is a
** number. */
ml_status ml_run_quantile(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    bool all = in[2].kind == ML_ARG_NONE || x->ndim == 0;
    int64_t shape[ML_MAX_DIMS + 1];
    interpolation how = LINEAR;
    int dim = 0, n = 0;
    ML_TRY(parse_interpolation(in[4].s, &how));
    ML_TRY(check_input(x));
    if (!all && !ml_check_dim("quantile", x->ndim, in[2].i, &dim)) return ml_error_status();
    ml_tensor *q = read_q(&in[1]);
    ml_tensor *t = all ? ml_reshape(x, 1, &x->numel) : dim_last(x, dim);
    if (!q || !t) return ml_error_status();
    ml_tensor *sorted = ml_call1(ML_OP_sort, ML_T(t));
    if (!sorted) return ml_error_status();
    ml_tensor *rank = ranks(sorted, q);
    ml_tensor *y = rank ? last_first(between(sorted, rank, how)) : NULL;
    if (q->ndim) shape[n++] = q->numel;
    n += reduce_shape(x, all ? ~0u : 1u << dim, in[3].i, shape + n);
    if (n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE,
                       "quantile: %s with several q would give %d dimensions, more than %d",
                       ML_DESCRIBE(x), n, ML_MAX_DIMS);
    out[0] = ml_reshape(y, n, shape);
    return ML_OK;
}
