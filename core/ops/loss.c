/* loss.c -- losses of one number against one number: each a reduction over a pointwise row of terms, so that
** they run on every device and have gradients of every order; softer distances between vectors too. */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/nn_loss.h"

ml_status ml_parse_reduction(const char *op, const char *name, ml_reduction *out)
{
    static const char *const names[] = { "mean", "sum", "none", "batchmean" };
    int n = *op == 'k' ? 4 : 3; /* kl_div alone has batchmean */
    for (int i = 0; i < n; i++)
        if (!strcmp(name, names[i])) {
            *out = (ml_reduction)i;
            return ML_OK;
        }
    return ml_fail(ML_VALUE, "%s: reduction \"%s\": one of \"mean\", \"sum\", \"none\"%s is needed",
                   op, name, n == 4 ? ", \"batchmean\"" : "");
}

static ml_tensor *reduce(ml_tensor *terms, ml_reduction reduction)
{
    if (!terms) return NULL;
    switch (reduction) {
    case ML_MEAN: return ml_call1(ML_OP_mean, ML_T(terms));
    case ML_SUM: return ml_sum(terms, 0, NULL, false);
    case ML_BATCHMEAN:
        return ml_call1(ML_OP_div, ML_T(ml_sum(terms, 0, NULL, false)),
                        ML_F((double)(ml_ndim(terms) ? ml_shape(terms)[0] : 1)));
    case ML_NONE: break;
    }
    return terms;
}

/* Two shapes that merely broadcast, (N, 1) against (N), are nearly always a mistake: only a 0-dimensional one
** may differ. */
static ml_status check_pair(const char *op, const ml_tensor *x, const ml_tensor *target)
{
    if (ml_same_shape(x, target) || x->ndim == 0 || target->ndim == 0) return ML_OK;
    bool same_count = x->numel == target->numel;
    return ml_fail(ML_SHAPE, "%s: x %s and target %s have different shapes%s", op, ML_DESCRIBE(x),
                   ML_DESCRIBE(target),
                   same_count ? "; reshape one: target:reshape(x:shape())" : "");
}

/* Checks x and the target, then reduces what TERMS(x, target, extra) gives by argument REDUCTION. */
static ml_status pair_loss(const char *op, int terms, const ml_arg in[], const ml_arg *reduction,
                           const ml_arg *extra, ml_tensor **out)
{
    ml_reduction r;
    ML_TRY(ml_parse_reduction(op, reduction->s, &r));
    ML_TRY(check_pair(op, in[0].t, in[1].t));
    ml_arg args[3] = { in[0], in[1], extra ? *extra : ML_ABSENT };
    return ml_give(out, reduce(ml_call_one(terms, args, extra ? 3 : 2), r));
}

ml_status ml_run_mse_loss(const ml_arg in[], ml_tensor *out[])
{
    return pair_loss("mse_loss", ML_OP_mse_terms, in, &in[2], NULL, out);
}

ml_status ml_run_l1_loss(const ml_arg in[], ml_tensor *out[])
{
    return pair_loss("l1_loss", ML_OP_l1_terms, in, &in[2], NULL, out);
}

ml_status ml_run_smooth_l1_loss(const ml_arg in[], ml_tensor *out[])
{
    if (in[3].f < 0)
        return ml_fail(ML_VALUE, "smooth_l1_loss: beta is %g: it must not be negative", in[3].f);
    return pair_loss("smooth_l1_loss", ML_OP_smooth_l1_terms, in, &in[2], &in[3], out);
}

ml_status ml_run_huber_loss(const ml_arg in[], ml_tensor *out[])
{
    if (!(in[3].f > 0))
        return ml_fail(ML_VALUE, "huber_loss: delta is %g: it must be positive", in[3].f);
    return pair_loss("huber_loss", ML_OP_huber_terms, in, &in[2], &in[3], out);
}

ml_status ml_run_kl_div(const ml_arg in[], ml_tensor *out[])
{
    int terms = in[3].i ? ML_OP_kl_div_log_terms : ML_OP_kl_div_terms;
    return pair_loss("kl_div", terms, in, &in[2], NULL, out);
}

/* On the CPU, where looking costs little, numbers that are no probabilities are named. */
static ml_status check_probabilities(const char *op, ml_tensor *x)
{
    if (ml_device_of(x) != 0) return ML_OK;
    ml_tensor *dense = ml_dense(ml_detach(x), ML_F64);
    if (!dense) return ml_error_status();
    const double *v = (const double *)(const void *)dense->data;
    for (int64_t i = 0; i < dense->numel; i++)
        if (v[i] < 0 || v[i] > 1)
            return ml_fail(
                ML_VALUE,
                "%s: x has %g at element %lld: probabilities from 0 to 1 are needed; apply "
                "sigmoid, or use binary_cross_entropy_with_logits",
                op, v[i], (long long)i + 1);
    return ML_OK;
}

/* Terms times the weights, which broadcast, then reduced. */
static ml_tensor *weighted(ml_tensor *terms, const ml_arg *weight, ml_reduction reduction)
{
    return reduce(ml_given(*weight) ? ml_mul(terms, weight->t) : terms, reduction);
}

ml_status ml_run_binary_cross_entropy(const ml_arg in[], ml_tensor *out[])
{
    static const char op[] = "binary_cross_entropy";
    ml_reduction r;
    ML_TRY(ml_parse_reduction(op, in[3].s, &r));
    ML_TRY(check_pair(op, in[0].t, in[1].t));
    ML_TRY(check_probabilities(op, in[0].t));
    return ml_give(out, weighted(ml_bce_terms(in[0].t, in[1].t), &in[2], r));
}

ml_status ml_run_binary_cross_entropy_with_logits(const ml_arg in[], ml_tensor *out[])
{
    static const char op[] = "binary_cross_entropy_with_logits";
    ml_reduction r;
    ML_TRY(ml_parse_reduction(op, in[3].s, &r));
    ML_TRY(check_pair(op, in[0].t, in[1].t));
    ml_tensor *terms = ml_call1(ML_OP_bce_logits_terms, in[0], in[1], in[4]);
    return ml_give(out, weighted(terms, &in[2], r));
}

/* ---- vectors ------------------------------------------------------------------------------------ */

/* Of x over dim: sqrt(max(sum of squares, eps^2)).  The clamp under the root keeps the gradient at 0 finite. */
static ml_tensor *euclidean(ml_tensor *x, int dim, bool keepdim, double eps)
{
    ml_tensor *sum = ml_sum(ml_mul(x, x), 1, &dim, keepdim);
    return ml_sqrt(ml_call1(ML_OP_clamp, ML_T(sum), ML_F(eps * eps)));
}

ml_status ml_run_normalize(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *size;
    int dim;
    if (!ml_check_dim("normalize", ml_ndim(x), in[2].i, &dim)) return ml_error_status();
    if (in[1].f == 2) {
        size = euclidean(x, dim, true, in[3].f);
    } else {
        const int64_t dims[] = { dim };
        ml_tensor *norm = ml_call1(ML_OP_norm, ML_T(x), in[1], ML_INTS(dims, 1), ML_B(true));
        size = ml_call1(ML_OP_clamp, ML_T(norm), in[3]);
    }
    return ml_give(out, ml_div(x, size));
}

ml_status ml_run_cosine_similarity(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    int64_t shape[ML_MAX_DIMS];
    int dim, ndim = ml_broadcast("cosine_similarity", 2, (ml_tensor *const[]){ a, b }, shape);
    if (ndim < 0 || !ml_check_dim("cosine_similarity", ndim, in[2].i, &dim))
        return ml_error_status();
    a = ml_expand(a, ndim, shape), b = ml_expand(b, ndim, shape);
    if (!a || !b) return ml_error_status();
    ml_tensor *size = ml_mul(euclidean(a, dim, false, in[3].f), euclidean(b, dim, false, in[3].f));
    return ml_give(out, ml_div(ml_sum(ml_mul(a, b), 1, &dim, false), size));
}
