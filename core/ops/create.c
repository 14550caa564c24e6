/* create.c -- new tensors: filled, like another one, sequences. */
#include "core/ops/create.h"
#include "core/call.h"
#include "core/iter.h"

#include <math.h>

/* ---- what every creating row shares ---------------------------------------------------------- */

ml_spec ml_create_spec(const ml_arg options[], ml_spec otherwise)
{
    if (ml_given(options[0])) otherwise.dtype = (ml_dtype)options[0].i;
    if (ml_given(options[1])) otherwise.device = (int)options[1].i;
    return otherwise;
}

ml_status ml_create_done(ml_tensor *t, ml_spec spec, const ml_arg options[], ml_tensor *out[])
{
    t = ml_to_device(ml_cast(t, spec.dtype), spec.device);
    if (!t) return ml_error_status();
    if (options[2].i) ML_TRY(ml_set_requires_grad(t, true));
    return ml_give(out, t);
}

static const ml_spec plain = { ML_F32, 0 };

static ml_spec spec_of(const ml_tensor *x)
{
    return (ml_spec){ ml_dtype_of(x), x->device };
}

/* ---- filled ---------------------------------------------------------------------------------- */

static ml_status filled(const char *op, ml_spec spec, ml_arg shape, double value,
                        const ml_arg options[], ml_tensor *out[])
{
    int64_t numel;
    spec = ml_create_spec(options, spec);
    ML_TRY(ml_check_shape(op, shape.n, shape.ints, &numel));
    return ml_create_done(ml_full(spec, shape.n, shape.ints, value), spec, options, out);
}

static ml_arg shape_of(const ml_tensor *x)
{
    return ML_INTS(x->shape, x->ndim);
}

ml_status ml_run_zeros(const ml_arg in[], ml_tensor *out[])
{
    return filled("zeros", plain, in[0], 0, in + 1, out);
}

ml_status ml_run_ones(const ml_arg in[], ml_tensor *out[])
{
    return filled("ones", plain, in[0], 1, in + 1, out);
}

ml_status ml_run_zeros_like(const ml_arg in[], ml_tensor *out[])
{
    return filled("zeros_like", spec_of(in[0].t), shape_of(in[0].t), 0, in + 1, out);
}

ml_status ml_run_ones_like(const ml_arg in[], ml_tensor *out[])
{
    return filled("ones_like", spec_of(in[0].t), shape_of(in[0].t), 1, in + 1, out);
}

static ml_status unset(const char *op, ml_spec spec, ml_arg shape, const ml_arg options[],
                       ml_tensor *out[])
{
    int64_t numel;
    spec = ml_create_spec(options, spec);
    ML_TRY(ml_check_shape(op, shape.n, shape.ints, &numel));
    return ml_create_done(ml_empty(spec, shape.n, shape.ints), spec, options, out);
}

ml_status ml_run_empty(const ml_arg in[], ml_tensor *out[])
{
    return unset("empty", plain, in[0], in + 1, out);
}

ml_status ml_run_empty_like(const ml_arg in[], ml_tensor *out[])
{
    return unset("empty_like", spec_of(in[0].t), shape_of(in[0].t), in + 1, out);
}

static ml_status full(const char *op, ml_spec spec, ml_arg shape, ml_arg value,
                      const ml_arg options[], ml_tensor *out[])
{
    int64_t numel;
    spec = ml_create_spec(options, spec);
    ML_TRY(ml_check_shape(op, shape.n, shape.ints, &numel));
    ml_tensor *one = value.t;
    if (value.kind != ML_ARG_TENSOR) one = ml_number_tensor(op, value, spec.dtype);
    if (!one) return ml_error_status();
    if (one->numel != 1)
        return ml_fail(ML_SHAPE, "%s: the value is %s; a single number is needed", op,
                       ML_DESCRIBE(one));
    ml_tensor *y = ml_empty(spec, shape.n, shape.ints);
    if (!y) return ml_error_status();
    ML_TRY(ml_assign(y, ml_detach(ml_reshape(one, 0, NULL))));
    return ml_create_done(y, spec, options, out);
}

ml_status ml_run_full(const ml_arg in[], ml_tensor *out[])
{
    ml_spec spec = plain;
    if (in[1].kind == ML_ARG_TENSOR) spec.dtype = ml_dtype_of(in[1].t);
    return full("full", spec, in[0], in[1], in + 2, out);
}

ml_status ml_run_full_like(const ml_arg in[], ml_tensor *out[])
{
    return full("full_like", spec_of(in[0].t), shape_of(in[0].t), in[1], in + 2, out);
}

ml_status ml_run_eye(const ml_arg in[], ml_tensor *out[])
{
    int64_t numel, shape[2] = { in[0].i, ml_given(in[1]) ? in[1].i : in[0].i };
    ml_spec spec = ml_create_spec(in + 2, plain);
    ML_TRY(ml_check_shape("eye", 2, shape, &numel));
    ml_tensor *y = ml_zeros((ml_spec){ ML_U8, 0 }, 2, shape);
    if (!y) return ml_error_status();
    uint8_t *at = ml_data(y);
    for (int64_t i = 0; i < shape[0] && i < shape[1]; i++) at[i * shape[1] + i] = 1;
    return ml_create_done(y, spec, in + 2, out);
}

/* ---- sequences ------------------------------------------------------------------------------- */

enum { PIECE = 1 << 15 };

/* y[i] = start + i * step; from `half` on counted back from stop, so that both ends are exact. */
typedef struct sequence {
    ml_dtype type; /* F32, F64 or I64 */
    void *y;
    int64_t n, half;
    double start, stop, step;
    int64_t istart, istep;
} sequence;

static double term(const sequence *s, int64_t i)
{
    return i < s->half ? s->start + (double)i * s->step
                       : s->stop - (double)(s->n - 1 - i) * s->step;
}

static void sequence_piece(void *ctx, int64_t piece)
{
    const sequence *s = ctx;
    int64_t first = piece * PIECE, end = first + PIECE < s->n ? first + PIECE : s->n;
    if (s->type == ML_I64)
        for (int64_t i = first; i < end; i++) ((int64_t *)s->y)[i] = s->istart + i * s->istep;
    else if (s->type == ML_F64)
        for (int64_t i = first; i < end; i++) ((double *)s->y)[i] = term(s, i);
    else
        for (int64_t i = first; i < end; i++) ((float *)s->y)[i] = (float)term(s, i);
}

static ml_tensor *run_sequence(sequence *s)
{
    ml_tensor *y = ml_empty((ml_spec){ s->type, 0 }, 1, &s->n);
    if (!y || s->n == 0) return y;
    s->y = ml_data(y);
    return ml_parallel_pieces((s->n - 1) / PIECE + 1, sequence_piece, s) == ML_OK ? y : NULL;
}

/* A number, or a tensor of one element, which becomes one. */
static ml_status number_of(const char *op, ml_arg *a)
{
    double f;
    int64_t i;
    if (a->kind != ML_ARG_TENSOR) return ML_OK;
    if (a->t->numel != 1)
        return ml_fail(ML_SHAPE, "%s: %s where a single number is needed", op, ML_DESCRIBE(a->t));
    if (!ml_item(a->t, &f, &i)) return ml_error_status();
    *a = ml_is_float(ml_dtype_of(a->t)) ? ML_F(f) : ML_I(i);
    return ML_OK;
}

static ml_status int_count(int64_t start, int64_t stop, int64_t step, int64_t *n)
{
    /* in 128 bits: stop - start may be up to 2^64 */
    __int128 span = (__int128)stop - start, count = (span + step - (step > 0 ? 1 : -1)) / step;
    *n = count > INT64_MAX ? INT64_MAX : (int64_t)count;
    return ML_OK;
}

ml_status ml_run_arange(const ml_arg in[], ml_tensor *out[])
{
    ml_arg start = ML_I(0), stop = in[0], step = in[2];
    if (ml_given(in[1])) start = in[0], stop = in[1];
    ML_TRY(number_of("arange", &start));
    ML_TRY(number_of("arange", &stop));
    ML_TRY(number_of("arange", &step));
    bool ints = start.kind == ML_ARG_INT && stop.kind == ML_ARG_INT && step.kind == ML_ARG_INT;
    ml_spec spec = ml_create_spec(in + 3, (ml_spec){ ints ? ML_I64 : ML_F32, 0 });
    double a = ml_number(start), b = ml_number(stop), d = ml_number(step),
           count = ceil((b - a) / d);
    if (d == 0 || !isfinite(a) || !isfinite(b) || !isfinite(d))
        return ml_fail(ML_VALUE,
                       "arange: from %g to %g in steps of %g: finite numbers and a step other than "
                       "0 are needed",
                       a, b, d);
    if ((b - a) / d < 0)
        return ml_fail(ML_VALUE,
                       "arange: from %g to %g in steps of %g: the step leads away from the end", a,
                       b, d);
    sequence s = { .type = ints                   ? ML_I64
                           : spec.dtype == ML_F32 ? ML_F32
                                                  : ML_F64,
                   .start = a,
                   .step = d };
    if (count > 0x1p60) count = 0x1p60; /* ml_empty then says that it is too large */
    s.n = (int64_t)count;
    if (ints) {
        s.istart = start.i, s.istep = step.i;
        ML_TRY(int_count(start.i, stop.i, step.i, &s.n));
    }
    s.half = s.n;
    ML_TRY(ml_check_shape("arange", 1, &s.n, &(int64_t){ 0 }));
    return ml_create_done(run_sequence(&s), spec, in + 3, out);
}

static ml_tensor *equal_steps(const char *op, ml_arg start, ml_arg stop, int64_t steps,
                              ml_dtype type)
{
    int64_t numel;
    if (number_of(op, &start) != ML_OK || number_of(op, &stop) != ML_OK) return NULL;
    if (ml_check_shape(op, 1, &steps, &numel) != ML_OK) return NULL;
    double a = ml_number(start), b = ml_number(stop);
    sequence s = { .type = type,
                   .n = steps,
                   .half = steps == 1 ? 1 : steps / 2,
                   .start = a,
                   .stop = b,
                   .step = steps > 1 ? (b - a) / (double)(steps - 1) : 0 };
    return run_sequence(&s);
}

ml_status ml_run_linspace(const ml_arg in[], ml_tensor *out[])
{
    ml_spec spec = ml_create_spec(in + 3, plain);
    ml_dtype type = spec.dtype == ML_F32 ? ML_F32 : ML_F64;
    return ml_create_done(equal_steps("linspace", in[0], in[1], in[2].i, type), spec, in + 3, out);
}

ml_status ml_run_logspace(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *powers = equal_steps("logspace", in[0], in[1], in[2].i, ML_F64);
    ml_tensor *y = ml_call1(ML_OP_pow, in[3], ML_T(powers));
    return ml_create_done(y, ml_create_spec(in + 4, plain), in + 4, out);
}
