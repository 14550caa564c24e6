/* optim.c -- optimiser steps over lists of parameters.
**
** A step first prepares a job for each parameter (dense memory of the compute dtype, the step's scalars), then
** runs all jobs' blocks on the threads, then writes back what had to be copied. */
#include "core/optim.h"

#include "core/iter.h"
#include "core/optim_batch.h"
#include "core/tensor.h"

#include <math.h>
#include <string.h>

#define SGD(bits)    (1u << ML_SGD | (bits))
#define ADAMS        (1u << ML_ADAM | 1u << ML_ADAMW)
#define NRADAM       (1u << ML_NADAM | 1u << ML_RADAM)
#define BETAS        (ADAMS | NRADAM | 1u << ML_ADAMAX)
#define RMS          (1u << ML_RMSPROP)
#define ADA          (1u << ML_ADAGRAD)
#define DELTA        (1u << ML_ADADELTA)
#define EPS          (BETAS | RMS | ADA | DELTA)
#define FIELD(field) offsetof(ml_optim_options, field)

const ml_optim_field ml_optim_fields[] = {
    { "lr", FIELD(lr), SGD(EPS), false },
    { "weight_decay", FIELD(weight_decay), SGD(EPS), false },
    { "momentum", FIELD(momentum), SGD(RMS), false },
    { "dampening", FIELD(dampening), SGD(0), false },
    { "nesterov", FIELD(nesterov), SGD(0), true },
    { "beta1", FIELD(beta1), BETAS, false },
    { "beta2", FIELD(beta2), BETAS, false },
    { "eps", FIELD(eps), EPS, false },
    { "amsgrad", FIELD(amsgrad), ADAMS, true },
    { "alpha", FIELD(alpha), RMS, false },
    { "rho", FIELD(alpha), DELTA, false },
    { "centered", FIELD(centered), RMS, true },
    { "lr_decay", FIELD(lr_decay), ADA, false },
    { "initial_accumulator_value", FIELD(initial_accumulator_value), ADA, false },
    { "momentum_decay", FIELD(momentum_decay), 1u << ML_NADAM, false },
    { "decoupled_weight_decay", FIELD(decoupled_weight_decay), NRADAM, true },
    { "maximize", FIELD(maximize), SGD(EPS), true },
    { 0 },
};

const char *ml_optim_name(ml_optim_kind kind)
{
    static const char *const names[ML_OPTIM_KINDS] = { "SGD",     "Adam",    "AdamW",
                                                       "RMSprop", "Adagrad", "Adadelta",
                                                       "Adamax",  "NAdam",   "RAdam" };
    return names[kind];
}

/* PyTorch's defaults. */
ml_optim_options ml_optim_defaults(ml_optim_kind kind)
{
    ml_optim_options o = { .lr = 0.001, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .alpha = 0.99 };
    if (kind == ML_ADAMW) o.weight_decay = 0.01;
    if (kind == ML_RMSPROP) o.lr = 0.01;
    if (kind == ML_ADAGRAD) o.lr = 0.01, o.eps = 1e-10;
    if (kind == ML_ADADELTA) o.lr = 1, o.alpha = 0.9, o.eps = 1e-6;
    if (kind == ML_ADAMAX || kind == ML_NADAM) o.lr = 0.002;
    if (kind == ML_NADAM) o.momentum_decay = 0.004;
    return o;
}

static double field_value(const ml_optim_options *o, const ml_optim_field *f)
{
    double v;
    memcpy(&v, (const char *)o + f->offset, sizeof v);
    return v;
}

ml_status ml_optim_check(ml_optim_kind kind, const ml_optim_options *o)
{
    const char *name = ml_optim_name(kind);
    for (const ml_optim_field *f = ml_optim_fields; f->name; f++) {
        double v = field_value(o, f);
        bool rate = f->offset == FIELD(beta1) || f->offset == FIELD(beta2);
        if (!(f->kinds & 1u << kind)) continue;
        if (kind == ML_ADADELTA && f->offset == FIELD(alpha) && v > 1)
            return ml_fail(ML_VALUE, "optim.Adadelta: rho is %g: it must be at most 1", v);
        if (!(v >= 0) || isinf(v) || (rate && v >= 1))
            return ml_fail(ML_VALUE, "optim.%s: %s is %g: it must %s", name, f->name, v,
                           rate ? "be at least 0 and less than 1" : "not be negative");
    }
    if (kind == ML_SGD && o->nesterov != 0 && (o->momentum == 0 || o->dampening != 0))
        return ml_fail(ML_VALUE,
                       "optim.SGD: nesterov needs a momentum above 0 and a dampening of 0");
    return ML_OK;
}

/* ---- state -------------------------------------------------------------------------------------- */

const char *ml_optim_state_name(ml_optim_kind kind, int state)
{
    static const char *const names[][ML_OPTIM_STATES] = {
        [ML_SGD] = { "momentum_buffer" },
        [ML_ADAM] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq" },
        [ML_ADAMW] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq" },
        [ML_RMSPROP] = { "square_avg", "momentum_buffer", "grad_avg" },
        [ML_ADAGRAD] = { "sum" },
        [ML_ADADELTA] = { "square_avg", "acc_delta" },
        [ML_ADAMAX] = { "exp_avg", "exp_inf" },
        [ML_NADAM] = { "exp_avg", "exp_avg_sq" },
        [ML_RADAM] = { "exp_avg", "exp_avg_sq" },
    };
    return state >= 0 && state < ML_OPTIM_STATES ? names[kind][state] : NULL;
}

static bool needs_state(ml_optim_kind kind, const ml_optim_options *o, int state)
{
    switch (kind) {
    case ML_SGD: return state == 0 && o->momentum != 0;
    case ML_ADAM:
    case ML_ADAMW: return state < 2 || o->amsgrad != 0;
    case ML_RMSPROP: return state == 0 || (state == 1 ? o->momentum != 0 : o->centered != 0);
    case ML_ADAGRAD: return state == 0;
    case ML_ADADELTA:
    case ML_ADAMAX:
    case ML_NADAM:
    case ML_RADAM: return state < 2;
    case ML_OPTIM_KINDS: break;
    }
    return false;
}

void ml_optim_clear(ml_optim_slot *slot)
{
    ml_release(slot->param);
    for (int k = 0; k < ML_OPTIM_STATES; k++) ml_release(slot->state[k]);
    *slot = (ml_optim_slot){ 0 };
}

static ml_dtype state_type(const ml_tensor *param)
{
    return ml_compute_type((ml_dtype)param->dtype);
}

ml_status ml_optim_set_state(ml_optim_slot *slot, ml_optim_kind kind, int state, ml_tensor *from)
{
    ml_tensor *copy = NULL;
    if (from) {
        if (!ml_same_shape(from, slot->param))
            return ml_fail(ML_SHAPE, "optim.%s: %s is %s, but its parameter %s",
                           ml_optim_name(kind), ml_optim_state_name(kind, state), ML_DESCRIBE(from),
                           ML_DESCRIBE(slot->param));
        bool was = ml_set_grad_enabled(false);
        copy = ml_clone(ml_cast(from, state_type(slot->param)));
        ml_set_grad_enabled(was);
        if (!copy) return ml_error_status();
    }
    ml_retain(copy);
    ml_release(slot->state[state]);
    slot->state[state] = copy;
    return ML_OK;
}

/* Makes the state tensors that are missing; *first: the momentum buffer was among them. */
static ml_status fill_state(ml_optim_slot *slot, ml_optim_kind kind, const ml_optim_options *o,
                            bool *first)
{
    *first = false;
    for (int k = 0; k < ML_OPTIM_STATES; k++) {
        if (!needs_state(kind, o, k) || slot->state[k]) continue;
        double value = kind == ML_ADAGRAD ? o->initial_accumulator_value : 0;
        ml_spec spec = { state_type(slot->param), slot->param->device };
        ml_tensor *t = ml_full(spec, slot->param->ndim, slot->param->shape, value);
        if (!t) return ml_error_status();
        slot->state[k] = ml_retain(t);
        if (kind == ML_SGD) *first = true;
    }
    return ML_OK;
}

/* ---- steps -------------------------------------------------------------------------------------- */

static void step_block(void *ctx, int64_t block)
{
    int64_t first, n;
    const ml_optim_job *j = ml_optim_batch_find(ctx, block, &first, &n);
    size_t at = (size_t)first * j->size;
    void *state[ML_OPTIM_STATES];
    for (int k = 0; k < ML_OPTIM_STATES; k++) state[k] = j->state[k] ? j->state[k] + at : NULL;
    j->step(n, j->p + at, j->g + at, state, &j->scalars);
}

/* NAdam's momentum in a step (Dozat, 2016). */
static double nadam_momentum(const ml_optim_options *o, int64_t step)
{
    return o->beta1 * (1 - 0.5 * pow(0.96, (double)step * o->momentum_decay));
}

/* The product of NAdam's momenta up to this step. */
static double nadam_product(const ml_optim_options *o, const ml_optim_slot *slot)
{
    return (slot->step ? slot->mu_product : 1) * nadam_momentum(o, slot->step + 1);
}

static void set_nadam(ml_optim_scalars *c, const ml_optim_options *o, const ml_optim_slot *slot)
{
    double now = nadam_momentum(o, slot->step + 1), next = nadam_momentum(o, slot->step + 2),
           product = nadam_product(o, slot);
    c->lr = o->lr * next / (1 - product * next);
    c->lr_grad = o->lr * (1 - now) / (1 - product);
}

/* RAdam's step is Adam's times its rectification; where the variance is not yet known well, the gradients' mean
** alone: then the kernel divides by sqrt(v) / infinity + 1 (Liu et al., 2020). */
static void set_radam(ml_optim_scalars *c, const ml_optim_options *o, int64_t step)
{
    double power = pow(o->beta2, (double)step), longest = 2 / (1 - o->beta2) - 1,
           length = longest - 2 * (double)step * power / (1 - power);
    if (length > 5) {
        c->lr *=
            sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) *
            c->correction;
        c->correction = 1;
    } else {
        c->correction = (double)INFINITY, c->eps = 1;
    }
}

static ml_optim_scalars scalars_of(ml_optim_kind kind, const ml_optim_options *o,
                                   const ml_optim_slot *slot)
{
    int64_t step = slot->step + 1;
    ml_optim_scalars c = {
        .sign = o->maximize != 0 ? -1 : 1,
        .lr = o->lr,
        .decay = o->weight_decay,
        .shrink = 1,
        .momentum = o->momentum,
        .dampening = 1 - o->dampening,
        .nesterov = o->nesterov != 0,
        .eps = o->eps,
        .amsgrad = o->amsgrad != 0,
    };
    if (1u << kind & BETAS) {
        c.rate1 = 1 - o->beta1, c.beta2 = o->beta2, c.rate2 = 1 - o->beta2;
        c.lr = o->lr / (1 - pow(o->beta1, (double)step));
        c.correction = sqrt(1 - pow(o->beta2, (double)step));
    }
    if (kind == ML_NADAM) set_nadam(&c, o, slot);
    if (kind == ML_RADAM) set_radam(&c, o, step);
    if (kind == ML_ADAMW || o->decoupled_weight_decay != 0)
        c.decay = 0, c.shrink = 1 - o->lr * o->weight_decay;
    if (kind == ML_RMSPROP || kind == ML_ADADELTA) c.beta2 = o->alpha, c.rate2 = 1 - o->alpha;
    if (kind == ML_ADAGRAD) c.lr = o->lr / (1 + (double)(step - 1) * o->lr_decay);
    return c;
}

static ml_optim_kernel *kernel_of(ml_optim_kind kind, const ml_optim_loops *loops)
{
    switch (kind) {
    case ML_SGD: return loops->sgd;
    case ML_ADAM:
    case ML_ADAMW:
    case ML_RADAM: return loops->adam;
    case ML_RMSPROP: return loops->rmsprop;
    case ML_ADAGRAD: return loops->adagrad;
    case ML_ADADELTA: return loops->adadelta;
    case ML_ADAMAX: return loops->adamax;
    case ML_NADAM: return loops->nadam;
    case ML_OPTIM_KINDS: break;
    }
    return NULL;
}

static ml_status prepare(ml_optim_batch *b, ml_optim_kind kind, const ml_optim_options *o,
                         ml_optim_slot *slot)
{
    ml_dtype type = state_type(slot->param);
    bool first, copied;
    ML_TRY(fill_state(slot, kind, o, &first));
    ml_tensor *p = ml_optim_dense(slot->param, type, &copied),
              *g = ml_dense(slot->param->grad, type);
    if (!p || !g) return ml_error_status();
    ml_optim_job j = { .n = p->numel,
                       .size = ml_dtype_size(type),
                       .p = p->data,
                       .g = g->data,
                       .loops = ml_optim_loops_for(type),
                       .copy_to = copied ? slot->param : NULL,
                       .from = p };
    j.step = kernel_of(kind, j.loops);
    j.scalars = scalars_of(kind, o, slot);
    j.scalars.first = first;
    for (int k = 0; k < ML_OPTIM_STATES; k++)
        j.state[k] = needs_state(kind, o, k) ? slot->state[k]->data : NULL;
    ml_optim_batch_add(b, &j);
    return ML_OK;
}

static ml_status run_step(ml_optim_batch *b, ml_optim_kind kind, const ml_optim_options *o, int n,
                          ml_optim_slot slots[])
{
    for (int i = 0; i < n; i++) {
        if (!slots[i].param->grad) continue;
        ML_TRY(ml_optim_check_param(ml_optim_name(kind), slots[i].param, i));
        ML_TRY(prepare(b, kind, o, &slots[i]));
    }
    ML_TRY(ml_optim_batch_run(b, step_block));
    for (int i = 0; i < b->n; i++)
        if (b->jobs[i].copy_to) ML_TRY(ml_copy_(b->jobs[i].copy_to, b->jobs[i].from));
    for (int i = 0; i < n; i++) {
        if (!slots[i].param->grad) continue;
        if (kind == ML_NADAM) slots[i].mu_product = nadam_product(o, &slots[i]);
        slots[i].step++;
        ml_touch(slots[i].param, ML_OP_sub);
    }
    return ML_OK;
}

ml_status ml_optim_step(ml_optim_kind kind, const ml_optim_options *o, int n, ml_optim_slot slots[])
{
    ml_optim_batch b;
    ml_scope scope;
    ML_TRY(ml_optim_check(kind, o));
    ML_TRY(ml_optim_batch_open(&b, n));
    ml_scope_open(&scope);
    bool was = ml_set_grad_enabled(false);
    ml_status status = run_step(&b, kind, o, n, slots);
    ml_set_grad_enabled(was);
    ml_scope_close(&scope);
    ml_optim_batch_close(&b);
    return status;
}
