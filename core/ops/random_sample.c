/* random_sample.c -- drawing by probability: bernoulli, multinomial, randperm. */
#include "core/ops/random_draw.h"
#include "core/iter.h"
#include "core/ops/sort_keys.h"
#include "core/vecmath.h"

#include <math.h>

/* ---- bernoulli ------------------------------------------------------------------------------- */

static ml_status check_probabilities(const char *op, const ml_tensor *p)
{
    const double *at = ml_data(p);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, p->numel));)
        for (; i < end; i++)
            if (!(at[i] >= 0 && at[i] <= 1))
                return ml_fail(ML_VALUE,
                               "%s: probability %g (element %lld): it must lie between 0 and 1", op,
                               at[i], (long long)i + 1);
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

/* Ones and zeros of DTYPE with the probabilities p, a tensor of the wanted shape or one element. */
static ml_tensor *flip_coins(const char *op, ml_tensor *p, ml_dtype dtype, int ndim,
                             const int64_t *shape)
{
    p = ml_dense(p, ML_F64);
    if (!p || check_probabilities(op, p) != ML_OK) return NULL;
    ml_tensor *u = ml_draw_floats(op, ML_LAW_UNIFORM, ML_F64, ndim, shape);
    ml_tensor *y = u ? ml_empty((ml_spec){ ML_BOOL, 0 }, ndim, shape) : NULL;
    if (!y) return NULL;
    const double *probability = ml_data(p), *random = ml_data(u);
    uint8_t *at = ml_data(y);
    int64_t step = p->numel == 1 ? 0 : 1;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, y->numel));)
        for (; i < end; i++) at[i] = random[i] < probability[i * step];
    return ml_cast(y, dtype);
}

ml_status ml_run_bernoulli(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *p = in[0].t;
    return ml_give(out, flip_coins("bernoulli", p, ml_dtype_of(p), p->ndim, p->shape));
}

ml_status ml_run_bernoulli_(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *p = in[1].t;
    if (in[1].kind != ML_ARG_TENSOR)
        p = ml_scalar(ml_number(in[1]), ML_F64);
    else if (p->numel != 1)
        p = ml_expand(p, x->ndim, x->shape);
    if (!p) return ml_error_status();
    return ml_give(out, flip_coins("bernoulli_", p, ml_dtype_of(x), x->ndim, x->shape));
}

/* ---- randperm -------------------------------------------------------------------------------- */

ml_status ml_run_randperm(const ml_arg in[], ml_tensor *out[])
{
    int64_t n = in[0].i;
    ml_tensor *u = ml_draw_floats("randperm", ML_LAW_UNIFORM, ML_F64, 1, &n);
    ml_tensor *y = u ? ml_empty((ml_spec){ ML_I64, 0 }, 1, &n) : NULL;
    if (!y) return ml_error_status();
    const double *random = ml_data(u);
    int64_t *at = ml_data(y);
    /* Fisher and Yates, from inside out: place i takes a random earlier one's value (or its own) */
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) {
            int64_t j = (int64_t)(random[i] * (double)(i + 1));
            at[i] = at[j];
            at[j] = i;
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ml_give(out, y);
}

/* ---- multinomial ----------------------------------------------------------------------------- */

/* The weights of a row added up into sums[]; -1 with an error, else how many are positive. */
static int64_t add_up(const double *weight, int64_t n, int64_t row, double *sums)
{
    double sum = 0;
    int64_t positive = 0;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) {
            if (!(weight[i] >= 0) || isinf(weight[i]))
                return ml_fail(ML_VALUE,
                               "multinomial: weight %g (row %lld, place %lld): it must be finite "
                               "and not negative",
                               weight[i], (long long)row + 1, (long long)i + 1),
                       -1;
            positive += weight[i] > 0;
            sums[i] = sum += weight[i];
        }
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted"), -1;
    if (positive == 0 || isinf(sum))
        return ml_fail(
                   ML_VALUE,
                   "multinomial: the weights of row %lld add up to %g; a positive sum is needed",
                   (long long)row + 1, sum),
               -1;
    return positive;
}

/* First place whose sum is above u times the whole. */
static int64_t search(const double *sums, int64_t n, double u)
{
    double wanted = u * sums[n - 1];
    int64_t low = 0, high = n - 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (sums[middle] > wanted)
            high = middle;
        else
            low = middle + 1;
    }
    while (low > 0 && sums[low] == sums[low - 1])
        low--; /* rounding must not end on a weight of 0 */
    return low;
}

/* Without putting back: every place waits an exponential time, at its weight as rate; those that
** come first are drawn, in this order (Efraimidis and Spirakis, 2006). */
static void race(const double *weight, const double *u, int64_t n, double *time, uint64_t *keys,
                 sort_entry *entries)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++)
            time[i] = weight[i] > 0 ? -ml_log1p_f64(-u[i]) / weight[i] : (double)INFINITY;
    sort_keys(ML_F64, time, n, false, keys);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) entries[i] = (sort_entry){ keys[i], i };
    sort_entries(n, entries, entries + n);
}

/* Places drawn to TO: with replacement by SUMS, else those that came first. */
static void take_places(int64_t count, int64_t n, const double *sums, const double *u,
                        const sort_entry *entries, int64_t *to)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, count));)
        for (; i < end; i++) to[i] = entries ? entries[i].index : search(sums, n, u[i]);
}

static ml_status draw_rows(const ml_tensor *weights, int64_t rows, int64_t n, int64_t count,
                           bool replacement, ml_tensor *y)
{
    int64_t shape[2] = { rows, replacement ? count : n };
    ml_tensor *random = ml_draw_floats("multinomial", ML_LAW_UNIFORM, ML_F64, 2, shape);
    ml_tensor *sums = random ? ml_empty((ml_spec){ ML_F64, 0 }, 1, &n) : NULL;
    int64_t room = replacement ? 0 : 5 * n; /* keys, then entries, twice */
    ml_tensor *space = sums ? ml_empty((ml_spec){ ML_I64, 0 }, 1, &room) : NULL;
    if (!space) return ml_error_status();
    int64_t *to = ml_data(y);
    uint64_t *keys = replacement ? NULL : ml_data(space);
    sort_entry *entries = keys ? (sort_entry *)(void *)(keys + n) : NULL;
    for (int64_t r = 0; r < rows; r++, to += count) {
        const double *weight = (const double *)ml_data(weights) + r * n;
        const double *u = (const double *)ml_data(random) + r * shape[1];
        int64_t positive = add_up(weight, n, r, ml_data(sums));
        if (positive < 0) return ml_error_status();
        if (!replacement && count > positive)
            return ml_fail(ML_VALUE,
                           "multinomial: %lld draws without replacement, but only %lld positive "
                           "weights in row %lld",
                           (long long)count, (long long)positive, (long long)r + 1);
        if (!replacement) race(weight, u, n, ml_data(sums), keys, entries);
        take_places(count, n, ml_data(sums), u, entries, to);
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    }
    return ML_OK;
}

ml_status ml_run_multinomial(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t count = in[1].i;
    if (x->ndim < 1 || x->ndim > 2 || x->shape[x->ndim - 1] == 0)
        return ml_fail(ML_SHAPE,
                       "multinomial: the weights are %s; one or two dimensions and at least one "
                       "weight are needed",
                       ML_DESCRIBE(x));
    if (count < 1)
        return ml_fail(ML_VALUE, "multinomial: %lld draws: at least 1 is needed", (long long)count);
    int64_t n = x->shape[x->ndim - 1], rows = x->ndim == 2 ? x->shape[0] : 1,
            shape[2] = { rows, count };
    ml_tensor *weights = ml_dense(x, ML_F64);
    ml_tensor *y = ml_empty((ml_spec){ ML_I64, 0 }, x->ndim, shape + 2 - x->ndim);
    if (!weights || !y) return ml_error_status();
    ML_TRY(draw_rows(weights, rows, n, count, in[2].i, y));
    return ml_give(out, y);
}
