/* optim_clip.c -- clipping of gradients, by their common norm or by value. */
#include "core/iter.h"
#include "core/optim_batch.h"
#include "core/tensor.h"

#include <math.h>

static void power_block(void *ctx, int64_t block)
{
    const ml_optim_batch *b = ctx;
    int64_t first, n;
    const ml_optim_job *j = ml_optim_batch_find(b, block, &first, &n);
    b->partial[block] = j->loops->sum_power(n, j->g + (size_t)first * j->size, b->value);
}

static void scale_block(void *ctx, int64_t block)
{
    const ml_optim_batch *b = ctx;
    int64_t first, n;
    const ml_optim_job *j = ml_optim_batch_find(b, block, &first, &n);
    j->loops->scale(n, j->p + (size_t)first * j->size, b->value);
}

static void clamp_block(void *ctx, int64_t block)
{
    const ml_optim_batch *b = ctx;
    int64_t first, n;
    const ml_optim_job *j = ml_optim_batch_find(b, block, &first, &n);
    j->loops->clamp(n, j->p + (size_t)first * j->size, b->value);
}

/* One job per gradient; p is its own memory or, if it is not dense, a copy's. */
static ml_status gather_gradients(ml_optim_batch *b, const char *name, int n,
                                  ml_tensor *const params[])
{
    for (int i = 0; i < n; i++) {
        ml_tensor *g = params[i]->grad;
        bool copied;
        if (!g) continue;
        ML_TRY(ml_optim_check_param(name, params[i], i));
        ml_dtype type = ml_compute_type((ml_dtype)g->dtype);
        ml_tensor *dense = ml_optim_dense(g, type, &copied);
        if (!dense) return ml_error_status();
        ml_optim_batch_add(b, &(ml_optim_job){ .n = dense->numel,
                                               .size = ml_dtype_size(type),
                                               .p = dense->data,
                                               .g = dense->data,
                                               .loops = ml_optim_loops_for(type),
                                               .copy_to = copied ? g : NULL,
                                               .from = dense });
    }
    return ML_OK;
}

/* Changes all gradients by RUN, and copies back those that were no dense memory.  An expanded gradient, whose
** elements share memory, is replaced by the copy. */
static ml_status change_gradients(ml_optim_batch *b, void (*run)(void *, int64_t), int n,
                                  ml_tensor *const params[])
{
    ML_TRY(ml_optim_batch_run(b, run));
    for (int i = 0, k = 0; i < n; i++) {
        ml_tensor *g = params[i]->grad;
        if (!g) continue;
        const ml_optim_job *j = &b->jobs[k++];
        if (!j->copy_to)
            ml_touch(g, ML_OP_mul);
        else
            ML_TRY(ml_set_grad(params[i], ml_cast(j->from, (ml_dtype)g->dtype)));
    }
    return ML_OK;
}

static double total_norm(const ml_optim_batch *b, double norm_type)
{
    double total = 0;
    for (int64_t i = 0; i < b->blocks; i++) {
        double v = b->partial[i];
        if (!isinf(norm_type))
            total += v;
        else if (v > total || isnan(v))
            total = v;
    }
    return isinf(norm_type) ? total : norm_type == 2 ? sqrt(total) : pow(total, 1 / norm_type);
}

static ml_status clip_norm(ml_optim_batch *b, int n, ml_tensor *const params[], double max_norm,
                           double norm_type, bool strict, double *norm)
{
    size_t bytes = (size_t)(b->blocks + 1) * sizeof(double);
    b->value = norm_type;
    b->partial = ml_alloc(bytes);
    if (!b->partial) return ml_fail(ML_MEMORY, "clip_grad_norm_: out of memory");
    ml_status status = ml_optim_batch_run(b, power_block);
    if (status == ML_OK) *norm = total_norm(b, norm_type);
    ml_free(b->partial, bytes);
    if (status != ML_OK) return status;
    if (strict && !isfinite(*norm))
        return ml_fail(
            ML_VALUE,
            "clip_grad_norm_: the norm of the gradients is %s; a loss that is nan or inf, or "
            "a learning rate too high, makes it so",
            isnan(*norm) ? "nan" : "inf");
    double factor = max_norm / (*norm + 1e-6);
    if (factor >= 1) return ML_OK;
    b->value = factor;
    return change_gradients(b, scale_block, n, params);
}

ml_status ml_clip_grad_norm(int n, ml_tensor *const params[], double max_norm, double norm_type,
                            bool strict, double *norm)
{
    ml_optim_batch b;
    ml_scope scope;
    *norm = 0;
    if (!(norm_type > 0) || !(max_norm >= 0))
        return ml_fail(
            ML_VALUE,
            "clip_grad_norm_: max_norm %g, norm_type %g: the norm must not be negative, its "
            "type must be positive",
            max_norm, norm_type);
    ML_TRY(ml_optim_batch_open(&b, n));
    ml_scope_open(&scope);
    bool was = ml_set_grad_enabled(false);
    ml_status status = gather_gradients(&b, "clip_grad_norm_", n, params);
    if (status == ML_OK) status = clip_norm(&b, n, params, max_norm, norm_type, strict, norm);
    ml_set_grad_enabled(was);
    ml_scope_close(&scope);
    ml_optim_batch_close(&b);
    return status;
}

ml_status ml_clip_grad_value(int n, ml_tensor *const params[], double limit)
{
    ml_optim_batch b;
    ml_scope scope;
    if (!(limit >= 0))
        return ml_fail(ML_VALUE, "clip_grad_value_: the limit is %g: it must not be negative",
                       limit);
    ML_TRY(ml_optim_batch_open(&b, n));
    ml_scope_open(&scope);
    bool was = ml_set_grad_enabled(false);
    ml_status status = gather_gradients(&b, "clip_grad_value_", n, params);
    b.value = limit;
    if (status == ML_OK) status = change_gradients(&b, clamp_block, n, params);
    ml_set_grad_enabled(was);
    ml_scope_close(&scope);
    ml_optim_batch_close(&b);
    return status;
}
