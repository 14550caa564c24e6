/* count.c -- counting into bins: histc, bincount. */
#include "core/iter.h"
#include "core/ops/hand.h"

#include <math.h>

/* ---- histc ----------------------------------------------------------------------------------- */

/* Equal bounds mean those of the data; of data all equal, one to each side. */
static ml_status histogram_range(ml_tensor *dense, double *low, double *high)
{
    const double *v = (const double *)(const void *)dense->data;
    bool found = false;
    if (*low == *high) {
        for (int64_t i = 0, end; i < (end = ml_stretch(i, dense->numel));)
            for (; i < end; i++) {
                if (isnan(v[i])) continue;
                *low = found ? fmin(*low, v[i]) : v[i];
                *high = found ? fmax(*high, v[i]) : v[i];
                found = true;
            }
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        if (*low == *high) *low -= 1, *high += 1;
    }
    if (isfinite(*low) && isfinite(*high) && *low < *high) return ML_OK;
    return ml_fail(ML_VALUE, "histc: the range %g to %g is not finite and rising; give min and max",
                   *low, *high);
}

ml_status ml_run_histc(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *dense = ml_dense(x, ML_F64);
    int64_t bins = in[1].i;
    double low = in[2].f, high = in[3].f;
    if (bins < 1)
        return ml_fail(ML_VALUE, "histc: %lld bins were asked for; use 1 or more", (long long)bins);
    if (!dense) return ml_error_status();
    ML_TRY(histogram_range(dense, &low, &high));
    ml_tensor *y = ml_zeros((ml_spec){ ML_F64, 0 }, 1, &bins);
    if (!y) return ml_error_status();
    double *count = ml_data(y), scale = (double)bins / (high - low);
    const double *v = (const double *)(const void *)dense->data;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, dense->numel));)
        for (; i < end; i++) {
            if (!(v[i] >= low && v[i] <= high)) continue;
            int64_t bin = (int64_t)((v[i] - low) * scale);
            count[bin < bins ? bin : bins - 1]++;
        }
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    return ml_give(&out[0], ml_cast(y, (ml_dtype)x->dtype));
}

/* ---- bincount -------------------------------------------------------------------------------- */

static const int64_t MOST_CLASSES = (int64_t)1 << 48;

static ml_status check_classes(const ml_tensor *dense, int64_t *classes)
{
    const int64_t *v = (const int64_t *)(const void *)dense->data;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, dense->numel));)
        for (; i < end; i++) {
            if (v[i] < 0)
                return ml_fail(ML_INDEX,
                               "bincount: element %lld is %lld: class numbers count from 1",
                               (long long)i + 1, (long long)v[i]);
            if (v[i] > MOST_CLASSES)
                return ml_fail(ML_INDEX,
                               "bincount: element %lld is %lld: too large for a class number",
                               (long long)i + 1, (long long)v[i]);
            if (v[i] >= *classes) *classes = v[i] + 1;
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

static ml_tensor *weighted(const ml_tensor *dense, ml_tensor *weights, int64_t classes)
{
    bool floats = ml_is_float((ml_dtype)weights->dtype);
    ml_tensor *w = ml_dense(weights, ML_F64), *y = ml_zeros((ml_spec){ ML_F64, 0 }, 1, &classes);
    if (!w || !y) return NULL;
    const int64_t *v = (const int64_t *)(const void *)dense->data;
    const double *weight = (const double *)(const void *)w->data;
    double *sum = ml_data(y);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, dense->numel));)
        for (; i < end; i++) sum[v[i]] += weight[i];
    return ml_cast(y, floats ? (ml_dtype)weights->dtype : ML_F64);
}

ml_status ml_run_bincount(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *weights = ml_given(in[1]) ? in[1].t : NULL;
    int64_t classes = in[2].i;
    if (x->ndim != 1 || ml_is_float((ml_dtype)x->dtype))
        return ml_fail(ML_SHAPE,
                       "bincount: %s: integers in one dimension are needed; use x:flatten()",
                       ML_DESCRIBE(x));
    if (classes < 0)
        return ml_fail(ML_VALUE, "bincount: minlength is %lld; use 0 or more", (long long)classes);
    if (weights && !ml_same_shape(x, weights))
        return ml_fail(ML_SHAPE, "bincount: %s with weights %s: one weight per element is needed",
                       ML_DESCRIBE(x), ML_DESCRIBE(weights));
    ml_tensor *dense = ml_dense(x, ML_I64);
    if (!dense) return ml_error_status();
    ML_TRY(check_classes(dense, &classes));
    if (weights) return ml_give(&out[0], weighted(dense, weights, classes));
    ML_TRY(ml_give(&out[0], ml_zeros((ml_spec){ ML_I64, 0 }, 1, &classes)));
    const int64_t *v = (const int64_t *)(const void *)dense->data;
    int64_t *count = ml_data(out[0]);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, dense->numel));)
        for (; i < end; i++) count[v[i]]++;
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}
