/* basics.c -- filling, copying between dtypes and devices, single numbers. */
#include "core/call.h"
#include "core/device_list.h"
#include "core/iter.h"
#include "core/op_run.h"
#include "core/tensor.h"

#include <string.h>

static ml_status fill(ml_tensor *x, double value)
{
    ml_launch job = { .op = ML_NOP,
                      .pass = ML_FORWARD,
                      .type = ml_compute_type((ml_dtype)x->dtype) };
    double slot;
    if (!x->numel) return ML_OK;
    ml_plan(&job, 1, &x);
    ml_plan_number(&job, 1, value, 0, false, &slot);
    return ml_run_launch(x->device, &job);
}

ml_tensor *ml_full(ml_spec spec, int ndim, const int64_t *shape, double value)
{
    ml_tensor *t = ml_empty(spec, ndim, shape);
    if (!t) return NULL;
    if (value == 0 && spec.device == 0)
        memset(t->data, 0, t->storage->bytes);
    else if (fill(t, value) != ML_OK)
        return NULL;
    return t;
}

ml_tensor *ml_zeros(ml_spec spec, int ndim, const int64_t *shape)
{
    return ml_full(spec, ndim, shape, 0);
}

ml_tensor *ml_zeros_like(const ml_tensor *like)
{
    return like ? ml_full((ml_spec){ (ml_dtype)like->dtype, like->device }, like->ndim, like->shape,
                          0)
                : NULL;
}

ml_tensor *ml_ones_like(const ml_tensor *like)
{
    return like ? ml_full((ml_spec){ (ml_dtype)like->dtype, like->device }, like->ndim, like->shape,
                          1)
                : NULL;
}

ml_tensor *ml_scalar(double value, ml_dtype dtype)
{
    return ml_full((ml_spec){ dtype, 0 }, 0, NULL, value);
}

static ml_status may_write(const char *op, const ml_tensor *x)
{
    if (ml_grad_enabled() && x->requires_grad && !x->node)
        return ml_fail(ML_GRAPH,
                       "%s: a leaf that requires a gradient cannot be changed in place; "
                       "do it inside lab.no_grad(function() … end)",
                       op);
    return ML_OK;
}

ml_status ml_fill_(ml_tensor *x, double value)
{
    if (!x) return ml_error_status();
    ML_TRY(may_write("fill_", x));
    ML_TRY(fill(x, value));
    ml_touch(x, ML_OP_fill);
    return ML_OK;
}

/* ---- copying --------------------------------------------------------------------------------------- */

static ml_status copy_same_device(ml_tensor *dst, ml_tensor *src)
{
    ml_launch job = { .op = ML_NOP,
                      .pass = ML_FORWARD,
                      .type = ml_compute_type((ml_dtype)dst->dtype) };
    if (dst->storage == src->storage && dst->data != src->data) src = ml_clone(src);
    if (!src) return ml_error_status();
    ml_plan(&job, 2, (ml_tensor *[]){ dst, src });
    return ml_run_launch(dst->device, &job);
}

/* A contiguous copy of x, which is contiguous, in another memory. */
static ml_tensor *move(const ml_tensor *x, int device)
{
    ml_tensor *y = ml_empty((ml_spec){ (ml_dtype)x->dtype, device }, x->ndim, x->shape);
    size_t bytes = (size_t)x->numel * ml_dtype_size((ml_dtype)x->dtype);
    if (!y) return NULL;
    if (x->device == 0)
        return ml_device_copy(device, ML_TO_DEVICE, y->data, x->data, bytes) == ML_OK ? y : NULL;
    if (device == 0)
        return ml_device_copy(x->device, ML_FROM_DEVICE, y->data, x->data, bytes) == ML_OK ? y
                                                                                           : NULL;
    ml_tensor *host = move(x, 0);
    return host ? move(host, device) : NULL;
}

ml_status ml_assign(ml_tensor *dst, ml_tensor *src)
{
    if (!dst || !src) return ml_error_status();
    int64_t shape[ML_MAX_DIMS];
    int ndim = ml_broadcast("copy_", 2, (ml_tensor *[]){ dst, src }, shape);
    if (ndim < 0) return ml_error_status();
    if (ndim != dst->ndim || memcmp(shape, dst->shape, sizeof(int64_t) * (size_t)ndim))
        return ml_fail(ML_SHAPE, "copy_: %s does not fit into %s", ML_DESCRIBE(src),
                       ML_DESCRIBE(dst));
    if (dst->numel == 0) return ML_OK;
    if (src->device != dst->device) src = ml_to_device(src, dst->device);
    return src ? copy_same_device(dst, src) : ml_error_status();
}

ml_status ml_copy_(ml_tensor *dst, ml_tensor *src)
{
    if (!dst || !src) return ml_error_status();
    return ml_call_inplace(ML_OP_copy, (ml_arg[]){ ML_T(dst), ML_T(src) }, 2);
}

/* copy: x's shape and dtype, src's values; the gradient goes to src alone. */
ml_status ml_run_copy(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *y = ml_empty_like(x, (ml_dtype)x->dtype);
    if (!y) return ml_error_status();
    out[0] = y;
    return ml_assign(y, in[1].t);
}

ml_status ml_grad_copy(const ml_grad_call *c)
{
    const ml_tensor *src = c->in[1].t;
    if (c->need[0]) c->gin[0] = ml_zeros_like(c->g[0]);
    if (c->need[1])
        c->gin[1] = ml_cast(ml_to_device(ml_sum_to(c->g[0], src->ndim, src->shape), src->device),
                            (ml_dtype)src->dtype);
    return ML_OK;
}

ml_status ml_run_fill(const ml_arg in[], ml_tensor *out[])
{
    out[0] = ml_empty_like(in[0].t, (ml_dtype)in[0].t->dtype);
    if (!out[0]) return ml_error_status();
    return fill(out[0], in[1].f);
}

ml_status ml_run_to_device(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    out[0] = x->device == in[1].i ? ml_alias(x) : move(ml_contiguous(x), (int)in[1].i);
    return out[0] ? ML_OK : ml_error_status();
}

ml_status ml_grad_to_device(const ml_grad_call *c)
{
    c->gin[0] = ml_to_device(c->g[0], c->in[0].t->device);
    return ML_OK;
}

ml_tensor *ml_to_device(ml_tensor *x, int device)
{
    if (!x || x->device == device) return x;
    return ml_call1(ML_OP_to_device, ML_T(x), ((ml_arg){ .kind = ML_ARG_DEVICE, .i = device }));
}

bool ml_item(const ml_tensor *t, double *f, int64_t *i)
{
    char bytes[8];
    if (t->numel != 1) {
        ml_fail(ML_SHAPE, "item: %s has %lld elements, not 1", ML_DESCRIBE(t), (long long)t->numel);
        return false;
    }
    const char *p = t->data;
    if (t->device != 0) {
        if (ml_device_copy(t->device, ML_FROM_DEVICE, bytes, t->data,
                           ml_dtype_size((ml_dtype)t->dtype)) != ML_OK)
            return false;
        p = bytes;
    }
    ml_convert(ML_F64, (char *)f, 8, (ml_dtype)t->dtype, p, 8, 1);
    ml_convert(ML_I64, (char *)i, 8, (ml_dtype)t->dtype, p, 8, 1);
    return true;
}
