/* solve.c -- determinants, inverses, systems of equations: what LU, Cholesky's and triangular
** factorisations give.  x (*,n,n) row by row is the transposed matrix column by column, as LAPACK reads it:
** determinants and inverses need no copy turned over. */
#include <math.h>

#include "core/iter.h"
#include "core/ops/lapack_batch.h"
#include "core/ops/matrix.h"

static const char singular[] = "is singular: it has no inverse";

/* ---- LU -------------------------------------------------------------------------------------- */

typedef struct factors {
    ml_tensor *lu; /* of the turned x, by columns */
    ml_tensor *pivot;
    ml_lapack w;
    int64_t bad;
} factors;

/* Factorises x turned. */
static ml_status factorise(const char *op, ml_tensor *x, factors *f)
{
    ML_TRY(ml_want_square(op, x));
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    ML_TRY(ml_give(&f->lu, ml_fresh(x, type)));
    int64_t n = ml_rows(x), batch = ml_batch_of(x);
    ML_TRY(ml_give(&f->pivot, ml_empty((ml_spec){ ML_I32, 0 }, 2, (int64_t[]){ batch, n })));
    f->w = (ml_lapack){ .op = op,
                        .dtype = type,
                        .batch = batch,
                        .m = n,
                        .n = n,
                        .a = f->lu->data,
                        .pivot = (int32_t *)f->pivot->data };
    return ml_lapack_lu(&f->w, &f->bad);
}

/* The product of U's diagonal: its sign, and the logarithm of its absolute value; with the rows'
** exchanges, the determinant. */
static double read_determinant(const factors *f, int64_t i, double *log_abs)
{
    int64_t n = f->w.n;
    double sign = 1;
    *log_abs = 0;
    for (int64_t j = 0; j < n; j++) {
        int64_t at = i * n * n + j * n + j;
        double u = f->w.dtype == ML_F32 ? (double)((const float *)f->lu->data)[at]
                                        : ((const double *)f->lu->data)[at];
        if (f->w.pivot[i * n + j] != j + 1) sign = -sign;
        if (u < 0) sign = -sign;
        if (u == 0 || u != u) sign = u;
        *log_abs += log(fabs(u));
    }
    return sign == 0 ? 0 : sign; /* not -0 */
}

/* The same without logarithms, which would cost digits. */
static double read_product(const factors *f, int64_t i)
{
    int64_t n = f->w.n;
    double product = 1;
    for (int64_t j = 0; j < n; j++) {
        int64_t at = i * n * n + j * n + j;
        product *= f->w.dtype == ML_F32 ? (double)((const float *)f->lu->data)[at]
                                        : ((const double *)f->lu->data)[at];
        if (f->w.pivot[i * n + j] != j + 1) product = -product;
    }
    return product;
}

static void put(ml_tensor *t, int64_t i, double v)
{
    if (t->dtype == ML_F32)
        ((float *)t->data)[i] = (float)v;
    else
        ((double *)t->data)[i] = v;
}

/* A tensor of x's batch shape */
static ml_tensor *batch_numbers(const ml_tensor *x, ml_dtype dtype)
{
    return ml_empty((ml_spec){ dtype, 0 }, x->ndim - 2, x->shape);
}

ml_status ml_run_det(const ml_arg in[], ml_tensor *out[])
{
    factors f;
    ML_TRY(factorise("det", in[0].t, &f));
    ml_tensor *y = batch_numbers(in[0].t, f.w.dtype);
    if (!y) return ml_error_status();
    for (int64_t i = 0; i < f.w.batch; i++) put(y, i, read_product(&f, i));
    return ml_give(out, ml_cast(y, ml_dtype_of(in[0].t)));
}

ml_status ml_run_slogdet(const ml_arg in[], ml_tensor *out[])
{
    factors f;
    ML_TRY(factorise("slogdet", in[0].t, &f));
    ml_tensor *sign = batch_numbers(in[0].t, f.w.dtype),
              *log_abs = batch_numbers(in[0].t, f.w.dtype);
    if (!sign || !log_abs) return ml_error_status();
    for (int64_t i = 0; i < f.w.batch; i++) {
        double l;
        put(sign, i, read_determinant(&f, i, &l));
        put(log_abs, i, l);
    }
    ML_TRY(ml_give(&out[0], ml_cast(sign, ml_dtype_of(in[0].t))));
    return ml_give(&out[1], ml_cast(log_abs, ml_dtype_of(in[0].t)));
}

ml_status ml_run_logdet(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *sl[2];
    ML_TRY(ml_call(ML_OP_slogdet, in, 1, sl));
    /* nan where the determinant is negative: log(sign) is 0 or nan, and -inf + log_abs where it is 0 */
    return ml_give(out, ml_add(sl[1], ml_log(ml_detach(sl[0]))));
}

static ml_tensor *inverse(ml_tensor *x)
{
    return x ? ml_call1(ML_OP_inv, ML_T(x)) : NULL;
}

/* Numbers of a batch (…) as (…,1,1) */
static ml_tensor *as_matrices(ml_tensor *t)
{
    t = t ? ml_unsqueeze(t, -1) : NULL;
    return t ? ml_unsqueeze(t, -1) : NULL;
}

static bool has_zero(ml_tensor *y)
{
    ml_tensor *d = ml_dense(y, ML_F64);
    for (int64_t i = 0; d && i < d->numel; i++)
        if (((const double *)d->data)[i] == 0) return true;
    return false;
}

/* Cofactors of x = U S V', also where it is singular: det(U) det(V) U c V', c[i] being the product of all
** singular values but the i-th. */
static ml_tensor *cofactors(ml_tensor *x)
{
    ml_tensor *usv[3];
    int64_t n = ml_rows(x);
    if (ml_call(ML_OP_svd, (ml_arg[]){ ML_T(x) }, 1, usv) != ML_OK) return NULL;
    ml_tensor *rest = ml_pattern(x, n, 1, 0, 1), *one = ml_pattern(x, n, 0, 1, 0);
    if (!rest || !one) return NULL;
    ml_tensor *others = ml_add(ml_mul(ml_unsqueeze(usv[1], -2), rest), one);
    ml_tensor *c =
        others ? ml_call1(ML_OP_prod, ML_T(others), ML_INTS((int64_t[]){ -1 }, 1)) : NULL;
    ml_tensor *sign = ml_mul(ml_call1(ML_OP_det, ML_T(usv[0])), ml_call1(ML_OP_det, ML_T(usv[2])));
    ml_tensor *y = ml_matmul(ml_scale_columns(usv[0], c), usv[2]);
    return y && sign ? ml_mul(y, as_matrices(ml_detach(sign))) : NULL;
}

ml_status ml_grad_det(const ml_grad_call *call)
{
    ml_tensor *x = call->in[0].t, *y = call->y[0], *g = call->g[0];
    if (has_zero(y)) return ml_give(&call->gin[0], ml_mul(as_matrices(g), cofactors(x)));
    ml_tensor *scale = as_matrices(ml_mul(g, y));
    return ml_give(&call->gin[0], ml_mul(scale, ml_turned(inverse(x))));
}

ml_status ml_grad_slogdet(const ml_grad_call *call)
{
    if (!call->g[1]) return ML_OK; /* the sign's gradient is 0 */
    ml_tensor *turned = ml_turned(inverse(call->in[0].t));
    return ml_give(&call->gin[0], turned ? ml_mul(as_matrices(call->g[1]), turned) : NULL);
}

ml_status ml_run_inv(const ml_arg in[], ml_tensor *out[])
{
    factors f;
    ml_tensor *x = in[0].t;
    ML_TRY(factorise("inv", x, &f));
    if (f.bad < 0) ML_TRY(ml_lapack_lu_invert(&f.w, &f.bad));
    if (f.bad >= 0) return ml_bad_matrix("inv", x, f.bad, singular);
    return ml_give(out, ml_cast(f.lu, ml_dtype_of(x)));
}

/* -y' g y' */
ml_status ml_grad_inv(const ml_grad_call *call)
{
    ml_tensor *turned = ml_turned(call->y[0]);
    return ml_give(&call->gin[0], ml_neg(ml_matmul(ml_matmul(turned, call->g[0]), turned)));
}

/* ---- systems --------------------------------------------------------------------------------- */

/* b may be a batch of vectors: one dimension less than a, and a's sizes. */
static bool is_vectors(const ml_tensor *a, const ml_tensor *b)
{
    if (b->ndim == 1) return true;
    if (b->ndim != a->ndim - 1) return false;
    for (int d = 0; d < b->ndim; d++)
        if (b->shape[d] != a->shape[d]) return false;
    return true;
}

static ml_status want_rows(const char *op, const ml_tensor *a, const ml_tensor *b)
{
    if (b->ndim >= 2 && ml_rows(b) == ml_rows(a)) return ML_OK;
    return ml_fail(ML_SHAPE, "%s: a %s and b %s: b needs as many rows as a", op, ML_DESCRIBE(a),
                   ML_DESCRIBE(b));
}

static ml_dtype common_type(const ml_tensor *a, const ml_tensor *b)
{
    return ml_promote(ml_dtype_of(a), ml_dtype_of(b));
}

ml_status ml_run_solve(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    ML_TRY(ml_want_square("solve", a));
    bool vectors = is_vectors(a, b);
    if (vectors && !(b = ml_unsqueeze(b, -1))) return ml_error_status();
    ML_TRY(want_rows("solve", a, b));
    ML_TRY(ml_expand_batch("solve", &a, &b));
    ml_dtype dtype = common_type(a, b), type = ml_compute_type(dtype);
    factors f;
    ML_TRY(factorise("solve", ml_cast(a, type), &f));
    if (f.bad >= 0) return ml_bad_matrix("solve", a, f.bad, singular);
    ml_tensor *y = ml_fresh_columns(b, type);
    if (!y) return ml_error_status();
    f.w.b = y->data, f.w.k = ml_columns(b), f.w.transposed = true;
    ML_TRY(ml_lapack_lu_solve(&f.w));
    y = ml_contiguous(ml_turned(y));
    if (y && vectors) y = ml_squeeze(y, -1);
    return ml_give(out, y ? ml_cast(y, dtype) : NULL);
}

/* A gradient summed to the shape and in the dtype of x, whose matrix form is `matrix`. */
static ml_tensor *fit(ml_tensor *g, const ml_tensor *matrix, const ml_tensor *x)
{
    if (!g) return NULL;
    g = ml_reshape(ml_sum_to(g, matrix->ndim, matrix->shape), x->ndim, x->shape);
    return g ? ml_cast(g, ml_dtype_of(x)) : NULL;
}

/* With y = inverse(a) b: gb = inverse(a') g, ga = -gb y'. */
ml_status ml_grad_solve(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t, *y = call->y[0], *g = call->g[0];
    const ml_tensor *matrix = b;
    if (is_vectors(a, b)) {
        g = ml_unsqueeze(g, -1), y = ml_unsqueeze(y, -1), matrix = ml_unsqueeze(call->in[1].t, -1);
        if (!g || !y || !matrix) return ml_error_status();
    }
    ml_tensor *gb = ml_call1(ML_OP_solve, ML_T(ml_turned(a)), ML_T(g));
    if (!gb) return ml_error_status();
    ML_GRAD(call, 1, fit(gb, matrix, b));
    ML_GRAD(call, 0, fit(ml_neg(ml_matmul(gb, ml_turned(y))), a, a));
    return ML_OK;
}

/* ---- triangles ------------------------------------------------------------------------------- */

/* inverse(a) b; unit: a's diagonal counts as 1. */
static ml_tensor *solve_triangle(ml_tensor *a, ml_tensor *b, bool upper, bool unit)
{
    if (!a || !b) return NULL;
    return ml_call1(ML_OP_solve_triangular, ML_T(a), ML_T(b), ML_B(upper), ML_B(true), ML_B(unit));
}

static ml_status run_triangle(ml_tensor *a, ml_tensor *b, bool upper, bool unit, ml_tensor **out)
{
    static const char op[] = "solve_triangular";
    if (!a || !b) return ml_error_status();
    ml_dtype type = ml_compute_type(common_type(a, b));
    ML_TRY(want_rows(op, a, b));
    ML_TRY(ml_expand_batch(op, &a, &b));
    ml_tensor *left = ml_dense(a, type), *y = ml_fresh_columns(b, type);
    if (!left || !y) return ml_error_status();
    int64_t bad, n = ml_rows(a);
    ml_lapack w = { .op = op,
                    .dtype = type,
                    .batch = ml_batch_of(a),
                    .m = n,
                    .n = n,
                    .k = ml_columns(b),
                    .a = left->data,
                    .b = y->data,
                    .upper = !upper,
                    .transposed = true,
                    .unit = unit };
    ML_TRY(ml_lapack_triangular(&w, &bad));
    if (bad >= 0) return ml_bad_matrix(op, a, bad, "has a zero on its diagonal: it has no inverse");
    return ml_give(out, ml_contiguous(ml_turned(y)));
}

ml_status ml_run_solve_triangular(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t, *y;
    bool upper = in[2].i, left = in[3].i;
    ML_TRY(ml_want_square("solve_triangular", a));
    ML_TRY(ml_want_matrix("solve_triangular", b));
    ml_dtype dtype = common_type(a, b);
    if (left) {
        ML_TRY(run_triangle(a, b, upper, in[4].i, &y));
    } else { /* y a = b is a' y' = b' */
        ML_TRY(run_triangle(ml_turned(a), ml_turned(b), !upper, in[4].i, &y));
        y = ml_contiguous(ml_turned(y));
    }
    return ml_give(out, y ? ml_cast(y, dtype) : NULL);
}

ml_status ml_grad_solve_triangular(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t, *y = call->y[0], *g = call->g[0];
    bool upper = call->in[2].i, left = call->in[3].i, unit = call->in[4].i;
    ml_tensor *gb = left ? solve_triangle(ml_turned(a), g, !upper, unit)
                         : ml_turned(solve_triangle(a, ml_turned(g), upper, unit));
    if (!gb) return ml_error_status();
    ML_GRAD(call, 1, fit(gb, b, b));
    if (!call->need[0]) return ML_OK;
    ml_tensor *ga = left ? ml_matmul(gb, ml_turned(y)) : ml_matmul(ml_turned(y), gb);
    ml_tensor *mask = ml_pattern(a, ml_rows(a), upper ? 0 : -1, unit ? 0 : -1, upper ? -1 : 0);
    return ml_give(&call->gin[0], fit(ga && mask ? ml_mul(ga, mask) : NULL, a, a));
}

/* Zeros above or below the diagonals of x, which is contiguous. */
static ml_status clear_triangle(ml_tensor *x, bool above)
{
    int64_t n = ml_rows(x);
    for (int64_t row = 0; row < ml_batch_of(x) * n && !ml_interrupted(); row++) {
        int64_t i = row % n, from = above ? i + 1 : 0, to = above ? n : i;
        for (int64_t j = from; j < to; j++) put(x, row * n + j, 0);
    }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

ml_status ml_run_cholesky(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    bool upper = in[1].i;
    ML_TRY(ml_want_square("cholesky", x));
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    ml_tensor *y = ml_fresh(x, type);
    if (!y) return ml_error_status();
    int64_t bad, n = ml_rows(x);
    ml_lapack w = { .op = "cholesky",
                    .dtype = type,
                    .batch = ml_batch_of(x),
                    .m = n,
                    .n = n,
                    .a = y->data,
                    .upper = !upper };
    ML_TRY(ml_lapack_cholesky(&w, &bad));
    if (bad >= 0) return ml_bad_matrix("cholesky", x, bad, "is not positive definite");
    ML_TRY(clear_triangle(y, !upper));
    return ml_give(out, ml_cast(y, ml_dtype_of(x)));
}

/* With L' the turned L: S = inverse(L') phi(L' g) inverse(L), where phi keeps the lower triangle and half
** of the diagonal; the gradient is (S + S') / 2 (Murray, "Differentiation of the Cholesky decomposition",
** 2016). */
ml_status ml_grad_cholesky(const ml_grad_call *call)
{
    bool upper = call->in[1].i;
    ml_tensor *l = upper ? ml_turned(call->y[0]) : call->y[0];
    ml_tensor *g = upper ? ml_turned(call->g[0]) : call->g[0];
    ml_tensor *phi = l ? ml_pattern(l, ml_rows(l), 1, 0.5, 0) : NULL;
    if (!l || !g || !phi) return ml_error_status();
    ml_tensor *lower = ml_mul(ml_matmul(ml_turned(l), g), phi);
    ml_tensor *half = solve_triangle(ml_turned(l), lower, true, false);
    ml_tensor *s = half ? solve_triangle(ml_turned(l), ml_turned(half), true, false) : NULL;
    ml_tensor *sum = s ? ml_add(s, ml_turned(s)) : NULL;
    return ml_give(&call->gin[0], sum ? ml_mul_scalar(sum, 0.5) : NULL);
}

ml_status ml_run_cholesky_solve(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *b = in[0].t, *l = in[1].t;
    ML_TRY(ml_want_square("cholesky_solve", l));
    ML_TRY(want_rows("cholesky_solve", l, b));
    if (in[2].i && !(l = ml_turned(l))) return ml_error_status();
    ml_tensor *half = solve_triangle(l, b, false, false);
    return ml_give(out, solve_triangle(ml_turned(l), half, true, false));
}
