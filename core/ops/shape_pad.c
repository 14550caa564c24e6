/* shape_pad.c -- pad: places added at the ends of dimensions, or cut off.
**
** A constant is one copy into a filled tensor; the other modes join slices of x, one dimension
** after the other.  Either way the gradient comes from the operators used. */
#include "core/ops/hand.h"

#include <string.h>

/* What is added before and after each dimension of x, from F.pad's list: last dimension first. */
typedef struct padding {
    int64_t before[ML_MAX_DIMS], after[ML_MAX_DIMS];
} padding;

static ml_status read_padding(const ml_tensor *x, ml_arg pad, padding *p)
{
    *p = (padding){ 0 };
    if (pad.n % 2 || pad.n / 2 > x->ndim)
        return ml_fail(ML_SHAPE,
                       "pad: %d numbers for %s: two are needed for each dimension to be padded, "
                       "from the last one on",
                       pad.n, ML_DESCRIBE(x));
    for (int i = 0; i < pad.n / 2; i++) {
        int d = x->ndim - 1 - i;
        int64_t size;
        p->before[d] = pad.ints[2 * i], p->after[d] = pad.ints[2 * i + 1];
        if (__builtin_add_overflow(x->shape[d], p->before[d], &size) ||
            __builtin_add_overflow(size, p->after[d], &size) || size < 0 ||
            (p->before[d] < 0 && x->shape[d] + p->before[d] < 0) ||
            (p->after[d] < 0 && x->shape[d] + p->after[d] < 0))
            return ml_fail(
                ML_SHAPE,
                "pad: %lld before and %lld after dimension %d of %s: nothing would be left",
                (long long)p->before[d], (long long)p->after[d], d + 1, ML_DESCRIBE(x));
    }
    return ML_OK;
}

/* x without what negative padding cuts off; those entries become 0. */
static ml_tensor *crop(ml_tensor *x, padding *p)
{
    for (int d = 0; x && d < x->ndim; d++) {
        int64_t front = p->before[d] < 0 ? -p->before[d] : 0,
                back = p->after[d] < 0 ? -p->after[d] : 0;
        if (!front && !back) continue;
        x = ml_narrow(x, d, front, x->shape[d] - front - back);
        if (front) p->before[d] = 0;
        if (back) p->after[d] = 0;
    }
    return x;
}

static ml_tensor *pad_constant(ml_tensor *x, const padding *p, double value)
{
    int64_t shape[ML_MAX_DIMS], ones[ML_MAX_DIMS];
    for (int d = 0; d < x->ndim; d++) {
        shape[d] = x->shape[d] + p->before[d] + p->after[d];
        ones[d] = 1;
    }
    ml_tensor *y = ml_full((ml_spec){ ml_dtype_of(x), x->device }, x->ndim, shape, value);
    if (!y) return NULL;
    return ml_call1(ML_OP_slice_put, ML_T(y), ML_T(x), ML_INTS(p->before, x->ndim),
                    ML_INTS(ones, x->ndim), ML_INTS(x->shape, x->ndim));
}

typedef enum { REFLECT, REPLICATE, CIRCULAR } pad_mode;

/* The COUNT places that go before (or after) dimension d of x. */
static ml_tensor *pad_end(ml_tensor *x, int d, int64_t count, bool front, pad_mode mode)
{
    int64_t n = x->shape[d], dim = d, shape[ML_MAX_DIMS];
    if (mode == CIRCULAR) return ml_narrow(x, d, front ? n - count : 0, count);
    if (mode == REFLECT) {
        ml_tensor *part = ml_narrow(x, d, front ? 1 : n - 1 - count, count);
        return ml_call1(ML_OP_flip, ML_T(part), ML_INTS(&dim, 1));
    }
    memcpy(shape, x->shape, sizeof shape);
    shape[d] = count;
    return ml_expand(ml_narrow(x, d, front ? 0 : n - 1, 1), x->ndim, shape);
}

static ml_tensor *pad_dimension(ml_tensor *x, int d, int64_t before, int64_t after, pad_mode mode)
{
    static const char *const needs[] = { "less than", "at least one place of", "no more than" };
    int64_t n = x->shape[d], most = mode == REFLECT    ? n - 1
                                    : mode == CIRCULAR ? n
                                    : n > 0            ? INT64_MAX
                                                       : 0;
    if (before > most || after > most)
        return ML_NULL(
            ML_SHAPE,
            "pad: %lld before and %lld after dimension %d: this mode needs %s its size, %lld",
            (long long)before, (long long)after, d + 1, needs[mode], (long long)n);
    ml_tensor *part[3];
    int count = 0;
    if (before) part[count++] = pad_end(x, d, before, true, mode);
    part[count++] = x;
    if (after) part[count++] = pad_end(x, d, after, false, mode);
    for (int i = 0; i < count; i++)
        if (!part[i]) return NULL;
    return ml_call1(ML_OP_cat, ML_LIST(part, count), ML_I(d));
}

ml_status ml_run_pad(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    const char *mode = in[2].s;
    padding p;
    ML_TRY(read_padding(x, in[1], &p));
    ml_tensor *y = crop(x, &p);
    if (!y) return ml_error_status();
    if (!strcmp(mode, "constant")) return ml_give(out, pad_constant(y, &p, ml_number(in[3])));
    pad_mode m = !strcmp(mode, "reflect")     ? REFLECT
                 : !strcmp(mode, "replicate") ? REPLICATE
                                              : CIRCULAR;
    if (m == CIRCULAR && strcmp(mode, "circular"))
        return ml_fail(
            ML_VALUE, "pad: mode \"%s\": constant, reflect, replicate or circular is needed", mode);
    for (int d = x->ndim - 1; d >= 0 && y; d--)
        if (p.before[d] || p.after[d]) y = pad_dimension(y, d, p.before[d], p.after[d], m);
    return ml_give(out, y == x ? ml_clone(x) : y);
}
