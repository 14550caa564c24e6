/* random.c -- random tensors: uniform, normal, integers; and the fills in place. */
#include "core/ops/create.h"
#include "core/ops/random_draw.h"
#include "core/iter.h"
#include "core/philox.h"

#include <math.h>

/* ---- drawing --------------------------------------------------------------------------------- */

enum { PIECE = 1 << 13 };

typedef struct draw_work {
    uint64_t seed, stream;
    int64_t n;
    ml_law law;
    ml_dtype type;
    int64_t low, high;
    void *y;
} draw_work;

static void draw_piece(void *ctx, int64_t piece)
{
    const draw_work *w = ctx;
    int64_t first = piece * PIECE, n = w->n - first < PIECE ? w->n - first : PIECE;
    uint64_t seed = w->seed, stream = w->stream, from = (uint64_t)first;
    if (w->law == ML_LAW_RANGE)
        ml_philox_range(seed, stream, from, n, w->low, w->high, (int64_t *)w->y + first);
    else if (w->law == ML_LAW_UNIFORM && w->type == ML_F64)
        ml_philox_uniform_f64(seed, stream, from, n, (double *)w->y + first);
    else if (w->law == ML_LAW_UNIFORM)
        ml_philox_uniform_f32(seed, stream, from, n, (float *)w->y + first);
    else if (w->type == ML_F64)
        ml_philox_normal_f64(seed, stream, from, n, (double *)w->y + first);
    else
        ml_philox_normal_f32(seed, stream, from, n, (float *)w->y + first);
}

static ml_tensor *draw(const char *op, draw_work *w, int ndim, const int64_t *shape)
{
    if (ml_check_shape(op, ndim, shape, &w->n) != ML_OK) return NULL;
    ml_tensor *y = ml_empty((ml_spec){ w->type, 0 }, ndim, shape);
    if (!y) return NULL;
    w->seed = ml_seed(), w->stream = ml_next_stream(), w->y = ml_data(y);
    if (w->n && ml_parallel_pieces((w->n - 1) / PIECE + 1, draw_piece, w) != ML_OK) return NULL;
    return y;
}

ml_tensor *ml_draw_floats(const char *op, ml_law law, ml_dtype type, int ndim, const int64_t *shape)
{
    return draw(op, &(draw_work){ .law = law, .type = type }, ndim, shape);
}

ml_tensor *ml_draw_ints(const char *op, int64_t low, int64_t high, int ndim, const int64_t *shape)
{
    return draw(op, &(draw_work){ .law = ML_LAW_RANGE, .type = ML_I64, .low = low, .high = high },
                ndim, shape);
}

/* ---- rand, randn ----------------------------------------------------------------------------- */

static ml_status draw_floats(const char *op, ml_law law, ml_spec spec, ml_arg shape,
                             const ml_arg options[], ml_tensor *out[])
{
    spec = ml_create_spec(options, spec);
    if (!ml_is_float(spec.dtype))
        return ml_fail(ML_DTYPE, "%s: dtype %s: a float dtype is needed; for integers use randint",
                       op, ml_dtype_name(spec.dtype));
    ml_dtype type = spec.dtype == ML_F64 ? ML_F64 : ML_F32;
    return ml_create_done(ml_draw_floats(op, law, type, shape.n, shape.ints), spec, options, out);
}

static ml_arg shape_of(const ml_tensor *x)
{
    return ML_INTS(x->shape, x->ndim);
}

static ml_spec spec_of(const ml_tensor *x)
{
    return (ml_spec){ ml_dtype_of(x), x->device };
}

ml_status ml_run_rand(const ml_arg in[], ml_tensor *out[])
{
    return draw_floats("rand", ML_LAW_UNIFORM, (ml_spec){ ML_F32, 0 }, in[0], in + 1, out);
}

ml_status ml_run_rand_like(const ml_arg in[], ml_tensor *out[])
{
    return draw_floats("rand_like", ML_LAW_UNIFORM, spec_of(in[0].t), shape_of(in[0].t), in + 1,
                       out);
}

ml_status ml_run_randn(const ml_arg in[], ml_tensor *out[])
{
    return draw_floats("randn", ML_LAW_NORMAL, (ml_spec){ ML_F32, 0 }, in[0], in + 1, out);
}

ml_status ml_run_randn_like(const ml_arg in[], ml_tensor *out[])
{
    return draw_floats("randn_like", ML_LAW_NORMAL, spec_of(in[0].t), shape_of(in[0].t), in + 1,
                       out);
}

/* ---- integers -------------------------------------------------------------------------------- */

/* The largest integer up to which DTYPE holds every one. */
static int64_t largest(ml_dtype dtype)
{
    switch (dtype) {
    case ML_F32: return 1 << 24;
    case ML_F64: return (int64_t)1 << 53;
    case ML_BF16: return 1 << 8;
    case ML_F16: return 1 << 11;
    case ML_I64: return INT64_MAX;
    case ML_I32: return INT32_MAX;
    case ML_I8: return INT8_MAX;
    case ML_U8: return UINT8_MAX;
    case ML_BOOL:
    case ML_NDTYPE: break;
    }
    return 1;
}

static int64_t smallest(ml_dtype dtype)
{
    if (dtype == ML_U8 || dtype == ML_BOOL) return 0;
    int64_t most = largest(dtype);
    return ml_is_float(dtype) ? -most : -most - 1;
}

static ml_status check_range(const char *op, int64_t low, int64_t high, ml_dtype dtype)
{
    if (low >= high)
        return ml_fail(ML_VALUE, "%s: from %lld to %lld (left out): there is no number in between",
                       op, (long long)low, (long long)high);
    if (low < smallest(dtype) || high - 1 > largest(dtype))
        return ml_fail(ML_VALUE, "%s: from %lld to %lld: %s only goes from %lld to %lld", op,
                       (long long)low, (long long)high, ml_dtype_name(dtype),
                       (long long)smallest(dtype), (long long)largest(dtype));
    return ML_OK;
}

static ml_status ints_between(const char *op, ml_arg low, ml_arg high, ml_spec spec, ml_arg shape,
                              const ml_arg options[], ml_tensor *out[])
{
    int64_t from = ml_given(high) ? low.i : 0, to = ml_given(high) ? high.i : low.i;
    spec = ml_create_spec(options, spec);
    ML_TRY(check_range(op, from, to, spec.dtype));
    return ml_create_done(ml_draw_ints(op, from, to, shape.n, shape.ints), spec, options, out);
}

ml_status ml_run_randint(const ml_arg in[], ml_tensor *out[])
{
    return ints_between("randint", in[0], in[1], (ml_spec){ ML_I64, 0 }, in[2], in + 3, out);
}

ml_status ml_run_randint_like(const ml_arg in[], ml_tensor *out[])
{
    return ints_between("randint_like", in[1], in[2], spec_of(in[0].t), shape_of(in[0].t), in + 3,
                        out);
}

/* ---- normal ---------------------------------------------------------------------------------- */

static ml_status check_deviation(const char *op, ml_arg std)
{
    if (std.kind != ML_ARG_TENSOR && !(ml_number(std) >= 0))
        return ml_fail(ML_VALUE, "%s: std %g: a standard deviation cannot be negative", op,
                       ml_number(std));
    return ML_OK;
}

/* A tensor argument of `normal` without history, in the dtype of the result. */
static ml_arg as_operand(ml_arg a, ml_dtype dtype)
{
    return a.kind == ML_ARG_TENSOR ? ML_T(ml_cast(ml_detach(a.t), dtype)) : ML_F(ml_number(a));
}

ml_status ml_run_normal(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *t[2] = { in[0].kind == ML_ARG_TENSOR ? in[0].t : NULL,
                        in[1].kind == ML_ARG_TENSOR ? in[1].t : NULL };
    ml_tensor *first = t[0] ? t[0] : t[1];
    int64_t shape[ML_MAX_DIMS];
    int ndim = first ? ml_broadcast("normal", 2, t, shape) : 0;
    ml_spec spec = { ML_F32, first ? first->device : 0 };
    if (ndim < 0) return ml_error_status();
    if (first && ml_is_float(ml_dtype_of(first))) spec.dtype = ml_dtype_of(first);
    if (t[0] && t[1] && ml_is_float(ml_dtype_of(t[1])))
        spec.dtype = ml_promote(spec.dtype, ml_dtype_of(t[1]));
    spec = ml_create_spec(in + 3, spec);
    if (!ml_is_float(spec.dtype))
        return ml_fail(ML_DTYPE, "normal: dtype %s: a float dtype is needed",
                       ml_dtype_name(spec.dtype));
    if (!first && !ml_given(in[2]))
        return ml_fail(ML_VALUE,
                       "normal: two numbers and no shape; use lab.normal(mean, std, {n})");
    ML_TRY(check_deviation("normal", in[1]));
    const int64_t *sizes = ml_given(in[2]) ? in[2].ints : shape;
    if (ml_given(in[2])) ndim = in[2].n;
    ml_dtype type = spec.dtype == ML_F64 ? ML_F64 : ML_F32;
    ml_tensor *z =
        ml_to_device(ml_draw_floats("normal", ML_LAW_NORMAL, type, ndim, sizes), spec.device);
    z = ml_call1(ML_OP_mul, ML_T(z), as_operand(in[1], type));
    z = ml_call1(ML_OP_add, ML_T(z), as_operand(in[0], type));
    return ml_create_done(z, spec, in + 3, out);
}

/* ---- in place -------------------------------------------------------------------------------- */

static ml_tensor *draw_like(const char *op, ml_law law, const ml_tensor *x)
{
    ml_dtype type = ml_dtype_of(x) == ML_F64 ? ML_F64 : ML_F32;
    return ml_draw_floats(op, law, type, x->ndim, x->shape);
}

ml_status ml_run_zero_(const ml_arg in[], ml_tensor *out[])
{
    return ml_give(out, ml_zeros_like(in[0].t));
}

ml_status ml_run_uniform_(const ml_arg in[], ml_tensor *out[])
{
    double from = in[1].f, to = in[2].f;
    if (!(from <= to) || !isfinite(to - from))
        return ml_fail(ML_VALUE, "uniform_: from %g to %g: the first must not be the larger one",
                       from, to);
    ml_tensor *y = ml_cast(draw_like("uniform_", ML_LAW_UNIFORM, in[0].t), ml_dtype_of(in[0].t));
    if (from == 0 && to == 1) return ml_give(out, y);
    y = ml_add_scalar(ml_mul_scalar(y, to - from), from);
    return ml_give(out, y);
}

ml_status ml_run_normal_(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(check_deviation("normal_", in[2]));
    ml_tensor *y = draw_like("normal_", ML_LAW_NORMAL, in[0].t);
    if (in[2].f != 1) y = ml_mul_scalar(y, in[2].f);
    if (in[1].f != 0) y = ml_add_scalar(y, in[1].f);
    return ml_give(out, ml_cast(y, ml_dtype_of(in[0].t)));
}

ml_status ml_run_exponential_(const ml_arg in[], ml_tensor *out[])
{
    if (!(in[1].f > 0))
        return ml_fail(ML_VALUE, "exponential_: rate %g: a positive one is needed", in[1].f);
    ml_tensor *u = draw_like("exponential_", ML_LAW_UNIFORM, in[0].t);
    ml_tensor *y = ml_mul_scalar(ml_log1p(ml_neg(u)), -1 / in[1].f);
    return ml_give(out, ml_cast(y, ml_dtype_of(in[0].t)));
}

ml_status ml_run_random_(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_dtype dtype = ml_dtype_of(x);
    bool both = ml_given(in[1]) && ml_given(in[2]);
    int64_t low = both ? in[1].i : 0, most = largest(dtype),
            high = most < INT64_MAX ? most + 1 : most;
    if (ml_given(in[2]))
        high = in[2].i;
    else if (ml_given(in[1]))
        high = in[1].i;
    ML_TRY(check_range("random_", low, high, dtype));
    return ml_give(out, ml_cast(ml_draw_ints("random_", low, high, x->ndim, x->shape), dtype));
}
