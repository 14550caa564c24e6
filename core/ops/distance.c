/* distance.c -- cdist: distances between two sets of points.  Differences are taken before they are squared,
** so that near points keep their digits. */
#include <math.h>

#include "core/isa.h"
#include "core/iter.h"
#include "core/ops/distance_kernels.h"
#include "core/ops/matrix.h"

enum { WORK = 1 << 18 }; /* coordinates worth a piece */

/* x (batch,rows,d), y (batch,d,n), out (batch,rows,n) */
typedef struct job {
    const ml_tensor *x, *y;
    ml_tensor *out;
    int64_t rows, n, d, total, group;
    double p;
} job;

static void run_piece(void *ctx, int64_t piece)
{
    const job *w = ctx;
    const ml_distance_kernels *k = ML_BY_ISA(&ml_distance_kernels);
    int64_t end = (piece + 1) * w->group < w->total ? (piece + 1) * w->group : w->total;
    for (int64_t row = piece * w->group; row < end; row++) {
        int64_t x = row * w->d, y = row / w->rows * w->d * w->n, at = row * w->n;
        if (w->out->dtype == ML_F32)
            k->f32(w->n, w->d, w->p, (const float *)w->x->data + x, (const float *)w->y->data + y,
                   (float *)w->out->data + at);
        else
            k->f64(w->n, w->d, w->p, (const double *)w->x->data + x, (const double *)w->y->data + y,
                   (double *)w->out->data + at);
    }
}

static ml_status check_points(const ml_tensor *a, const ml_tensor *b, double p)
{
    if (a->ndim < 2 || b->ndim < 2 || ml_columns(a) != ml_columns(b))
        return ml_fail(ML_SHAPE,
                       "cdist: %s and %s: two sets of points with as many coordinates are needed: "
                       "(…, P, D) and (…, R, D)",
                       ML_DESCRIBE(a), ML_DESCRIBE(b));
    if (!(p >= 0)) return ml_fail(ML_VALUE, "cdist: p is %g; it must be 0 or more", p);
    return ML_OK;
}

ml_status ml_run_cdist(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    ml_dtype dtype = ml_promote(ml_dtype_of(a), ml_dtype_of(b)), type = ml_compute_type(dtype);
    ML_TRY(check_points(a, b, ml_number(in[2])));
    ML_TRY(ml_expand_batch("cdist", &a, &b));
    ml_tensor *x = ml_dense(a, type), *y = ml_fresh_columns(b, type);
    ml_tensor *result = ml_like_batch(a, type, ml_rows(a), ml_rows(b));
    if (!x || !y || !result) return ml_error_status();
    job w = { .x = x,
              .y = y,
              .out = result,
              .rows = ml_rows(a),
              .n = ml_rows(b),
              .d = ml_columns(a),
              .p = ml_number(in[2]) };
    w.total = ml_batch_of(a) * w.rows;
    if (result->numel > 0) {
        int64_t each = w.n * (w.d > 0 ? w.d : 1);
        w.group = each < WORK ? WORK / each : 1;
        ML_TRY(ml_parallel_pieces((w.total + w.group - 1) / w.group, run_piece, &w));
    }
    return ml_give(out, ml_cast(result, dtype));
}

/* ---- gradient -------------------------------------------------------------------------------- */

/* g / y, and 0 where points coincide */
static ml_tensor *over_distance(ml_tensor *g, ml_tensor *y)
{
    ml_tensor *zero = ml_cast(ml_call1(ML_OP_eq, ML_T(y), ML_F(0)), ml_dtype_of(y));
    ml_tensor *keep = zero ? ml_add_scalar(ml_neg(zero), 1) : NULL;
    return ml_div(ml_mul(g, keep), ml_add(y, zero));
}

/* Euclidean: with w = g / y, the sum over j of w[i][j] (a[i] - b[j]). */
static ml_tensor *pull(ml_tensor *w, ml_tensor *a, ml_tensor *b)
{
    return ml_sub(ml_mul(ml_sum(w, 1, (int[]){ -1 }, true), a), ml_matmul(w, b));
}

/* g times d y / d (a[i] - b[j]), for each coordinate: (…,P,R,D) */
static ml_tensor *by_coordinate(const ml_grad_call *call, double p)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t;
    ml_tensor *y = ml_unsqueeze(call->y[0], -1), *g = ml_unsqueeze(call->g[0], -1);
    ml_tensor *d = ml_sub(ml_unsqueeze(a, -2), ml_unsqueeze(b, -3)), *sign = ml_sign(d);
    if (!y || !g || !sign) return NULL;
    if (p == 1) return ml_mul(g, sign);
    if (p == 0) return ml_mul_scalar(ml_mul(g, sign), 0);
    if (isinf(p)) return ml_mul(ml_mul(g, sign), ml_cast(ml_eq(ml_abs(d), y), ml_dtype_of(y)));
    ml_tensor *ratio = over_distance(ml_abs(d), y); /* at most 1 */
    if (p < 1) { /* where the difference is 0 the slope is infinite; taken as 0 */
        ml_tensor *zero = ml_cast(ml_call1(ML_OP_eq, ML_T(ratio), ML_F(0)), ml_dtype_of(y));
        ratio = ml_add(ratio, zero);
    }
    return ml_mul(ml_mul(g, sign), ratio ? ml_pow_scalar(ratio, p - 1) : NULL);
}

static ml_tensor *fit(ml_tensor *g, const ml_tensor *x)
{
    if (!g) return NULL;
    return ml_cast(ml_sum_to(g, x->ndim, x->shape), ml_dtype_of(x));
}

ml_status ml_grad_cdist(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t;
    double p = ml_number(call->in[2]);
    if (p == 2) {
        ml_tensor *w = over_distance(call->g[0], call->y[0]);
        if (!w) return ml_error_status();
        ML_GRAD(call, 0, fit(pull(w, a, b), a));
        ML_GRAD(call, 1, fit(pull(ml_turned(w), b, a), b));
        return ML_OK;
    }
    ml_tensor *each = by_coordinate(call, p);
    if (!each) return ml_error_status();
    ML_GRAD(call, 0, fit(ml_sum(each, 1, (int[]){ -2 }, false), a));
    ML_GRAD(call, 1, fit(ml_neg(ml_sum(each, 1, (int[]){ -3 }, false)), b));
    return ML_OK;
}
