/* class_loss.c -- cross_entropy and nll_loss: one dimension of x holds C scores, the target a class.
**
** With weights w, smoothing e and target class t, row i of x (over the classes j) has the target row
**
**     q[j] = (1 - e) w[t] [j == t] + e / C w[j],      A = sum of q
**
** and the loss  A logsumexp(x) - sum(q x),  whose gradient is  A softmax(x) - q.  Without smoothing nothing but
** the target's element is read beside the logsumexp.  An ignored row has q = 0.  "mean" divides by the sum of
** w[t] over the rows that are not ignored (Szegedy et al., 2015, for the smoothing). */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/nn_loss.h"
#include "core/ops/nn_rows_cut.h"

typedef struct class_loss {
    const char *op;
    ml_reduction reduction;
    ml_dtype type;     /* F32 or F64 */
    ml_rows rows;      /* (N, C, inner) */
    ml_tensor *target; /* int64, dense: (N, inner) */
    const int64_t *class;
    const char *weight; /* C of type, or NULL */
    int64_t ignore;
    double smoothing;
    double weight_sum; /* of all classes */
    double divisor;    /* 1 unless "mean" */
} class_loss;

static double load(ml_dtype type, const char *p, int64_t i)
{
    return type == ML_F64 ? ((const double *)(const void *)p)[i]
                          : (double)((const float *)(const void *)p)[i];
}

static void store(ml_dtype type, char *p, int64_t i, double v)
{
    if (type == ML_F64)
        ((double *)(void *)p)[i] = v;
    else
        ((float *)(void *)p)[i] = (float)v;
}

static double weight_of(const class_loss *c, int64_t k)
{
    return c->weight ? load(c->type, c->weight, k) : 1;
}

static int64_t items(const class_loss *c)
{
    return c->rows.outer * c->rows.inner;
}

static bool ignored(const class_loss *c, int64_t item)
{
    return c->class[item] == c->ignore;
}

/* ---- setting up --------------------------------------------------------------------------------- */

static ml_status check_classes(class_loss *c)
{
    double sum = 0;
    for (int64_t i = 0; i < items(c); i++) {
        if (ignored(c, i)) continue;
        if (c->class[i] < 0 || c->class[i] >= c->rows.n)
            return ml_fail(ML_INDEX, "%s: target %lld at row %lld: classes are 1..%lld%s", c->op,
                           (long long)c->class[i] + 1, (long long)i + 1, (long long)c->rows.n,
                           c->class[i] < 0 ? " (labels from 0? use :add(1))" : "");
        sum += weight_of(c, c->class[i]);
    }
    c->divisor = c->reduction == ML_MEAN ? sum : 1;
    return ML_OK;
}

static ml_status take_weight(class_loss *c, const ml_arg *weight)
{
    c->weight_sum = (double)c->rows.n;
    if (!ml_given(*weight)) return ML_OK;
    if (weight->t->ndim != 1 || weight->t->shape[0] != c->rows.n)
        return ml_fail(ML_SHAPE, "%s: weight is %s: one number for each of %lld classes is needed",
                       c->op, ML_DESCRIBE(weight->t), (long long)c->rows.n);
    ml_tensor *w = ml_dense(weight->t, c->type);
    if (!w) return ml_error_status();
    c->weight = w->data, c->weight_sum = 0;
    for (int64_t k = 0; k < c->rows.n; k++) c->weight_sum += weight_of(c, k);
    return ML_OK;
}

/* options: weight, ignore_index, reduction, label_smoothing (or NULL). */
static ml_status take_options(class_loss *c, const ml_arg *options, bool smoothing)
{
    ML_TRY(take_weight(c, &options[0]));
    c->ignore = options[1].i;
    ML_TRY(ml_parse_reduction(c->op, options[2].s, &c->reduction));
    c->smoothing = smoothing ? options[3].f : 0;
    if (!(c->smoothing >= 0 && c->smoothing <= 1))
        return ml_fail(ML_VALUE, "%s: label_smoothing is %g: it must be from 0 to 1", c->op,
                       c->smoothing);
    return check_classes(c);
}

static ml_status take_target(class_loss *c, ml_tensor *target)
{
    if (!ml_is_int((ml_dtype)target->dtype))
        return ml_fail(ML_DTYPE, "%s: the target is %s: int64 classes from 1 are needed%s", c->op,
                       ML_DESCRIBE(target),
                       ml_is_float((ml_dtype)target->dtype) ? "; convert with target:to(\"int64\")"
                                                            : "");
    c->target = ml_dense(target, ML_I64);
    c->class = c->target ? (const int64_t *)(const void *)c->target->data : NULL;
    return c->target ? ML_OK : ml_error_status();
}

/* x (N, C, d1, …) or (C) and a target of its shape without C. */
static ml_status take_shapes(class_loss *c, const ml_tensor *x, const ml_tensor *target)
{
    int dim = x->ndim > 1;
    bool fits = x->ndim >= 1 && target->ndim == x->ndim - 1;
    for (int i = 0; fits && i < target->ndim; i++)
        fits = target->shape[i] == x->shape[i < dim ? i : i + 1];
    if (!fits)
        return ml_fail(
            ML_SHAPE,
            "%s: x %s and target %s do not fit; x (N, C) needs a target (N), x (N, C, d1, …) "
            "a target (N, d1, …), x (C) a single class",
            c->op, ML_DESCRIBE(x), ML_DESCRIBE(target));
    c->rows = ml_rows_of(x, dim);
    return ML_OK;
}

static ml_status start(class_loss *c, const char *op, ml_tensor *x, ml_tensor *target,
                       const ml_arg *options, bool smoothing)
{
    *c = (class_loss){ .op = op, .type = ml_compute_type((ml_dtype)x->dtype) };
    ML_TRY(take_shapes(c, x, target));
    ML_TRY(take_target(c, target));
    return take_options(c, options, smoothing);
}

/* Losses of the rows, in ITEMS' type, as the reduction asks for them: in a fixed order, in double. */
static ml_tensor *reduce(const class_loss *c, ml_tensor *each, ml_dtype dtype)
{
    double lane[8] = { 0 }, sum = 0;
    if (!each || c->reduction == ML_NONE) return ml_cast(each, dtype);
    for (int64_t i = 0; i < each->numel; i++) lane[i % 8] += load(c->type, each->data, i);
    for (int l = 0; l < 8; l++) sum += lane[l];
    return ml_scalar(sum / c->divisor, dtype);
}

/* ---- forward ------------------------------------------------------------------------------------ */

typedef struct forward_job {
    const class_loss *c;
    const ml_row_kernels *k;
    const char *x;
    char *lse, *each, *dot; /* one per item; dot NULL without smoothing */
} forward_job;

static void finish_items(const forward_job *f, int64_t offset, int64_t item, int64_t count)
{
    const class_loss *c = f->c;
    int64_t step = c->rows.inner == 1 ? c->rows.n : 1;
    double e = c->smoothing, share = e / (double)c->rows.n;
    for (int64_t i = item; i < item + count; i++, offset += step) {
        if (ignored(c, i)) {
            store(c->type, f->each, i, 0);
            continue;
        }
        double lse = load(c->type, f->lse, i), w = weight_of(c, c->class[i]);
        double picked = load(c->type, f->x, offset + c->class[i] * c -> rows.inner);
        double loss = (1 - e) * w * (lse - picked);
        if (f->dot) loss += share * (c->weight_sum * lse - load(c->type, f->dot, i));
        store(c->type, f->each, i, loss);
    }
}

static void forward_piece(void *ctx, const ml_rows *r, int64_t offset, int64_t item, int64_t count)
{
    const forward_job *f = ctx;
    size_t size = ml_dtype_size(f->c->type), at = (size_t)item * size;
    const char *x = f->x + (size_t)offset * size;
    if (r->inner == 1) {
        f->k->logsumexp_rows(x, f->lse + at, count, r->n);
        if (f->dot) f->k->dot_rows(x, f->c->weight, f->dot + at, count, r->n);
    } else {
        f->k->logsumexp_cols(x, f->lse + at, r->n, r->inner, count);
        if (f->dot) f->k->dot_cols(x, f->c->weight, f->dot + at, r->n, r->inner, count);
    }
    finish_items(f, offset, item, count);
}

ml_status ml_run_cross_entropy_labels(const ml_arg in[], ml_tensor *out[])
{
    class_loss c;
    ml_tensor *x = in[0].t;
    ML_TRY(start(&c, "cross_entropy", x, in[1].t, &in[2], true));
    ml_tensor *dense = ml_dense(x, c.type), *lse = ml_empty_like(c.target, c.type);
    ml_tensor *each = ml_empty_like(c.target, c.type), *dot = NULL;
    if (c.smoothing > 0) dot = ml_empty_like(c.target, c.type);
    if (!dense || !lse || !each || (c.smoothing > 0 && !dot)) return ml_error_status();
    forward_job f = { &c,         ml_row_kernels_for(c.type), dense->data, lse->data,
                      each->data, dot ? dot->data : NULL };
    ML_TRY(ml_rows_run(&c.rows, forward_piece, &f));
    out[1] = lse; /* in the compute dtype: its error would be everyone's */
    return ml_give(&out[0], reduce(&c, each, (ml_dtype)x->dtype));
}

/* ---- backward ----------------------------------------------------------------------------------- */

typedef struct backward_job {
    const class_loss *c;
    const ml_row_kernels *k;
    const char *x, *lse;
    char *up, *down; /* per item: what multiplies softmax(x), and w[j] */
    const char *g;   /* one number, or one per item */
    char *gx;
} backward_job;

static void prepare_items(const backward_job *b, int64_t item, int64_t count)
{
    const class_loss *c = b->c;
    double share = c->smoothing / (double)c->rows.n;
    for (int64_t i = item; i < item + count; i++) {
        double g = load(c->type, b->g, c->reduction == ML_NONE ? i : 0) / c->divisor;
        bool skip = ignored(c, i);
        double a =
            skip ? 0 : (1 - c->smoothing) * weight_of(c, c->class[i]) + share * c->weight_sum;
        store(c->type, b->up, i, skip ? 0 : g * a);
        store(c->type, b->down, i, skip ? 0 : g * share);
    }
}

static void subtract_picked(const backward_job *b, int64_t offset, int64_t item, int64_t count)
{
    const class_loss *c = b->c;
    int64_t step = c->rows.inner == 1 ? c->rows.n : 1;
    for (int64_t i = item; i < item + count; i++, offset += step) {
        if (ignored(c, i)) {
            for (int64_t j = 0; j < c->rows.n; j++)
                store(c->type, b->gx, offset + j * c->rows.inner, 0);
            continue;
        }
        double g = load(c->type, b->g, c->reduction == ML_NONE ? i : 0) / c->divisor;
        int64_t at = offset + c->class[i] * c->rows.inner;
        double q = g * (1 - c->smoothing) * weight_of(c, c->class[i]);
        store(c->type, b->gx, at, load(c->type, b->gx, at) - q);
    }
}

static void backward_piece(void *ctx, const ml_rows *r, int64_t offset, int64_t item, int64_t count)
{
    const backward_job *b = ctx;
    size_t size = ml_dtype_size(b->c->type), from = (size_t)offset * size, at = (size_t)item * size;
    prepare_items(b, item, count);
    if (r->inner == 1)
        b->k->class_grad_rows(b->x + from, b->lse + at, b->up + at, b->down + at, b->c->weight,
                              b->gx + from, count, r->n);
    else
        b->k->class_grad_cols(b->x + from, b->lse + at, b->up + at, b->down + at, b->c->weight,
                              b->gx + from, r->n, r->inner, count);
    subtract_picked(b, offset, item, count);
}

static ml_status check_backward(const class_loss *c, const ml_tensor *g, const ml_tensor *lse)
{
    int64_t expected = c->reduction == ML_NONE ? items(c) : 1;
    if (g->numel == expected && lse->numel == items(c)) return ML_OK;
    return ml_fail(
        ML_SHAPE,
        "cross_entropy_backward: g %s and logsumexp %s: %lld and %lld elements are needed",
        ML_DESCRIBE(g), ML_DESCRIBE(lse), (long long)expected, (long long)items(c));
}

ml_status ml_run_cross_entropy_backward(const ml_arg in[], ml_tensor *out[])
{
    class_loss c;
    ml_tensor *x = in[1].t;
    ML_TRY(start(&c, "cross_entropy_backward", x, in[3].t, &in[4], true));
    ML_TRY(check_backward(&c, in[0].t, in[2].t));
    ml_tensor *g = ml_dense(in[0].t, c.type), *lse = ml_dense(in[2].t, c.type);
    ml_tensor *dense = ml_dense(x, c.type), *gx = ml_empty_like(x, c.type);
    ml_tensor *up = ml_empty_like(c.target, c.type), *down = ml_empty_like(c.target, c.type);
    if (!g || !lse || !dense || !gx || !up || !down) return ml_error_status();
    backward_job b = { &c,          ml_row_kernels_for(c.type),
                       dense->data, lse->data,
                       up->data,    down->data,
                       g->data,     gx->data };
    if (c.rows.n > 0) ML_TRY(ml_rows_run(&c.rows, backward_piece, &b));
    return ml_give(&out[0], ml_cast(gx, (ml_dtype)x->dtype));
}

/* ---- the target as rows ------------------------------------------------------------------------- */

/* The dimension of the classes beside a target of ndim dimensions. */
static int class_dim(int ndim)
{
    return ndim > 0;
}

static void fill_target_row(const class_loss *c, char *q, int64_t item)
{
    int64_t inner = c->rows.inner, at = item / inner * c->rows.n * inner + item % inner;
    double share = c->smoothing / (double)c->rows.n;
    for (int64_t k = 0; k < c->rows.n; k++) {
        double v = ignored(c, item) ? 0 : share * weight_of(c, k);
        if (!ignored(c, item) && k == c->class[item]) v += (1 - c->smoothing) * weight_of(c, k);
        store(c->type, q, at + k * inner, v / c->divisor);
    }
}

ml_status ml_run_class_targets(const ml_arg in[], ml_tensor *out[])
{
    class_loss c = { .op = "class_targets", .type = ml_compute_type((ml_dtype)in[6].i) };
    ml_tensor *target = in[0].t;
    int64_t shape[ML_MAX_DIMS + 1], numel;
    int dim = class_dim(target->ndim);
    if (!ml_is_float((ml_dtype)in[6].i))
        return ml_fail(ML_DTYPE, "class_targets: dtype is %s: a float dtype is needed",
                       ml_dtype_name((ml_dtype)in[6].i));
    for (int i = 0; i <= target->ndim; i++)
        shape[i] = i == dim ? in[1].i : target->shape[i < dim ? i : i - 1];
    ML_TRY(ml_check_shape("class_targets", target->ndim + 1, shape, &numel));
    ml_tensor *q = ml_empty((ml_spec){ c.type, 0 }, target->ndim + 1, shape);
    if (!q) return ml_error_status();
    c.rows = ml_rows_of(q, dim);
    ML_TRY(take_target(&c, target));
    ML_TRY(take_options(&c, &in[2], true));
    for (int64_t i = 0; i < items(&c); i++) fill_target_row(&c, q->data, i);
    return ml_give(&out[0], ml_cast(q, (ml_dtype)in[6].i));
}

/* class_targets for x (saved or a ghost) and the call's options: weight, ignore_index, reduction, smoothing. */
static ml_tensor *targets_like(ml_tensor *x, const ml_arg *target, const ml_arg *options,
                               bool smoothing)
{
    int64_t classes = ml_shape(x)[class_dim(ml_ndim(x) - 1)];
    return ml_call1(ML_OP_class_targets, *target, ML_I(classes), options[0], options[1], options[2],
                    smoothing ? options[3] : ML_F(0),
                    (ml_arg){ .kind = ML_ARG_DTYPE, .i = (int64_t)ml_dtype_of(x) });
}

/* g, one number or one per row, ready to multiply a tensor like x. */
static ml_tensor *beside_classes(ml_tensor *g, int ndim)
{
    return ml_ndim(g) == ndim - 1 && ndim > 1 ? ml_unsqueeze(g, 1) : g;
}

static ml_status no_weight_gradient(const ml_grad_call *c, int weight)
{
    if (!c->need[weight]) return ML_OK;
    return ml_fail(ML_GRAPH,
                   "%s: the class weights require a gradient, which is not defined for them; "
                   "use weight:detach()",
                   "cross_entropy");
}

ml_status ml_grad_cross_entropy_labels(const ml_grad_call *c)
{
    ml_tensor *x = c->in[0].t, *lse = c->y[1], *gx = NULL;
    ML_TRY(no_weight_gradient(c, 2));
    if (c->g[0])
        gx = ml_call1(ML_OP_cross_entropy_backward, ML_T(c->g[0]), ML_T(x), ML_T(lse), c->in[1],
                      c->in[2], c->in[3], c->in[4], c->in[5]);
    if (c->g[1]) {
        int n = ml_ndim(x);
        ml_tensor *p = ml_exp(ml_sub(x, beside_classes(lse, n)));
        ml_tensor *more = ml_mul(beside_classes(c->g[1], n), p);
        gx = ml_cast(c->g[0] ? ml_add(gx, more) : more, ml_dtype_of(x));
    }
    return gx ? ml_give(&c->gin[0], gx) : ml_error_status();
}

/* gx = g (A p - q), p = exp(x - lse), A = sum(q).  With v the gradient of gx:
**   for g: sum(v (A p - q));  for x: v g A p;  for lse: -sum(v g A p) over the classes */
ml_status ml_grad_cross_entropy_backward(const ml_grad_call *c)
{
    ml_tensor *v = c->g[0], *g = c->in[0].t, *x = c->in[1].t, *lse = c->in[2].t;
    int n = ml_ndim(x), dim = class_dim(n - 1);
    ML_TRY(no_weight_gradient(c, 4));
    ml_tensor *q = targets_like(x, &c->in[3], &c->in[4], true);
    ml_tensor *ap = ml_mul(ml_sum(q, 1, &dim, true), ml_exp(ml_sub(x, beside_classes(lse, n))));
    if (!ap) return ml_error_status();
    if (c->need[0]) {
        ml_tensor *each = ml_sum(ml_mul(v, ml_sub(ap, q)), 1, &dim, false);
        ML_GRAD(c, 0,
                ml_ndim(g) ? ml_reshape(each, ml_ndim(g), ml_shape(g)) : ml_sum_to(each, 0, NULL));
    }
    ml_tensor *h = ml_mul(ml_mul(v, beside_classes(g, n)), ap);
    ML_GRAD(c, 1, ml_cast(h, ml_dtype_of(x)));
    ML_GRAD(c, 2, ml_neg(ml_reshape(ml_sum(h, 1, &dim, false), ml_ndim(lse), ml_shape(lse))));
    return ML_OK;
}

/* ---- nll_loss: linear in x ---------------------------------------------------------------------- */

ml_status ml_run_nll_loss(const ml_arg in[], ml_tensor *out[])
{
    class_loss c;
    ml_tensor *x = in[0].t;
    ML_TRY(start(&c, "nll_loss", x, in[1].t, &in[2], false));
    ml_tensor *dense = ml_dense(x, c.type), *each = ml_empty_like(c.target, c.type);
    if (!dense || !each) return ml_error_status();
    for (int64_t i = 0; i < items(&c); i++) {
        int64_t inner = c.rows.inner, at = i / inner * c.rows.n * inner + i % inner;
        double loss = 0;
        if (!ignored(&c, i))
            loss = -weight_of(&c, c.class[i]) * load(c.type, dense->data, at + c.class[i] * inner);
        store(c.type, each->data, i, loss);
    }
    return ml_give(&out[0], reduce(&c, each, (ml_dtype)x->dtype));
}

ml_status ml_grad_nll_loss(const ml_grad_call *c)
{
    ml_tensor *x = c->in[0].t;
    ML_TRY(no_weight_gradient(c, 2));
    ml_tensor *q = targets_like(x, &c->in[1], &c->in[2], false);
    return ml_give(&c->gin[0], ml_neg(ml_mul(beside_classes(c->g[0], ml_ndim(x)), q)));
}

/* ---- cross_entropy ------------------------------------------------------------------------------ */

/* The target holds probabilities, in the shape of x. */
static ml_status cross_entropy_soft(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *target = in[1].t;
    int dim = class_dim(ml_ndim(x) - 1);
    double classes = (double)ml_shape(x)[dim], e = in[5].f;
    ml_reduction r;
    ML_TRY(ml_parse_reduction("cross_entropy", in[4].s, &r));
    if (e > 0) target = ml_add_scalar(ml_mul_scalar(target, 1 - e), e / classes);
    ml_tensor *log_p = ml_call1(ML_OP_log_softmax, ML_T(x), ML_I(dim)),
              *terms = ml_mul(target, log_p);
    if (ml_given(in[2])) {
        ml_tensor *w = in[2].t;
        for (int i = dim + 1; i < ml_ndim(x); i++) w = ml_unsqueeze(w, -1);
        terms = ml_mul(terms, w);
    }
    ml_tensor *each = ml_neg(ml_sum(terms, 1, &dim, false));
    if (!each || r == ML_NONE) return ml_give(out, each);
    return ml_give(out,
                   r == ML_SUM ? ml_sum(each, 0, NULL, false) : ml_call1(ML_OP_mean, ML_T(each)));
}

ml_status ml_run_cross_entropy(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *result[ML_MAX_OUTPUTS] = { 0 };
    if (ml_is_float(ml_dtype_of(in[1].t)) && ml_ndim(in[0].t) && ml_same_shape(in[0].t, in[1].t))
        return cross_entropy_soft(in, out);
    ML_TRY(ml_call(ML_OP_cross_entropy_labels, in, 6, result));
    return ml_give(out, result[0]);
}
