/* decompose.c -- QR, singular values, eigenvalues of symmetric matrices.
**
** Their gradients follow Walter and Lehmann ("Algorithmic differentiation of linear algebra functions with
** application in optimum experimental design", 2010) and Townsend ("Differentiating the singular value
** decomposition", 2016).  They exist where the singular values (eigenvalues) are distinct, and mean something
** for functions that do not depend on the signs of the vectors. */
#include <string.h>

#include "core/iter.h"
#include "core/ops/lapack_batch.h"
#include "core/ops/matrix.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static ml_tensor *sum_of(ml_tensor *a, ml_tensor *b) /* either may be absent */
{
    return !a ? b : !b ? a : ml_add(a, b);
}

/* ---- QR -------------------------------------------------------------------------------------- */

/* The upper triangle of a's first rows: a by columns, (…,n,m), to r (…,rows,n). */
static ml_status take_upper(const ml_tensor *a, ml_tensor *r)
{
    int64_t rows = ml_rows(r), n = ml_columns(r), m = ml_columns(a), batch = ml_batch_of(r);
    size_t size = ml_dtype_size(ml_dtype_of(a));
    memset(r->data, 0, (size_t)r->numel * size);
    for (int64_t i = 0; i < batch * rows && !ml_interrupted(); i++)
        for (int64_t j = i % rows; j < n; j++) {
            int64_t from = (i / rows * n + j) * m + i % rows;
            memcpy(r->data + (size_t)(i * n + j) * size, a->data + (size_t)from * size, size);
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

ml_status ml_run_qr(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ML_TRY(ml_want_matrix("qr", x));
    bool complete = !strcmp(in[1].s, "complete");
    if (!complete && strcmp(in[1].s, "reduced"))
        return ml_fail(ML_VALUE, "qr: mode \"%s\" is unknown; it is \"reduced\" or \"complete\"",
                       in[1].s);
    ml_dtype dtype = ml_dtype_of(x), type = ml_compute_type(dtype);
    int64_t m = ml_rows(x), n = ml_columns(x), k = complete ? m : smaller(m, n);
    ml_tensor *a = ml_fresh_columns(x, type);
    ml_tensor *q = ml_like_batch(x, type, k, m), *r = ml_like_batch(x, type, k, n);
    if (!a || !q || !r) return ml_error_status();
    ml_lapack w = { .op = "qr",
                    .dtype = type,
                    .batch = ml_batch_of(x),
                    .m = m,
                    .n = n,
                    .k = k,
                    .a = a->data,
                    .b = q->data };
    ML_TRY(ml_lapack_qr(&w));
    ML_TRY(take_upper(a, r));
    ML_TRY(ml_give(&out[0], ml_cast(ml_contiguous(ml_turned(q)), dtype)));
    return ml_give(&out[1], ml_cast(r, dtype));
}

/* Of a (m,n) with m >= n: (gq + q s) inverse(r'), where s is the lower triangle of r gr' - gq' q made
** symmetric. */
static ml_tensor *tall_gradient(ml_tensor *q, ml_tensor *r, ml_tensor *gq, ml_tensor *gr)
{
    ml_tensor *m = gr ? ml_matmul(r, ml_turned(gr)) : NULL;
    ml_tensor *qq = gq ? ml_neg(ml_matmul(ml_turned(gq), q)) : NULL;
    ml_tensor *sum = sum_of(m, qq), *half = ml_pattern(q, ml_columns(q), 1, 0.5, 0);
    ml_tensor *lower = sum && half ? ml_mul(sum, half) : NULL;
    if (!lower) return NULL;
    ml_tensor *right = sum_of(gq, ml_matmul(q, ml_add(lower, ml_turned(lower))));
    return ml_call1(ML_OP_solve_triangular, ML_T(ml_turned(r)), ML_T(right), ML_B(false),
                    ML_B(false));
}

/* Of a = (x y), x square: q and r's left part u are x's, its right part is v = q' y. */
static ml_tensor *wide_gradient(ml_tensor *a, ml_tensor *q, ml_tensor *r, ml_tensor *gq,
                                ml_tensor *gr)
{
    int64_t m = ml_rows(a), n = ml_columns(a);
    ml_tensor *u = ml_narrow(r, -1, 0, m), *y = ml_narrow(a, -1, m, n - m);
    ml_tensor *gu = gr ? ml_narrow(gr, -1, 0, m) : NULL;
    ml_tensor *gv = gr ? ml_narrow(gr, -1, m, n - m) : ml_zeros_like(y);
    gq = sum_of(gq, gr ? ml_matmul(y, ml_turned(gv)) : NULL);
    ml_tensor *parts[2] = { tall_gradient(q, u, gq, gu), ml_matmul(q, gv) };
    if (!parts[0] || !parts[1]) return NULL;
    return ml_call1(ML_OP_cat, ML_LIST(parts, 2), ML_I(-1));
}

ml_status ml_grad_qr(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *q = call->y[0], *r = call->y[1];
    int64_t m = ml_rows(a), n = ml_columns(a);
    if (m > n && !strcmp(call->in[1].s, "complete"))
        return ml_fail(ML_GRAPH,
                       "qr: %s: with mode \"complete\" there is a gradient only where there are "
                       "not more rows than columns; use \"reduced\"",
                       ML_DESCRIBE(a));
    return ml_give(&call->gin[0], m >= n ? tall_gradient(q, r, call->g[0], call->g[1])
                                         : wide_gradient(a, q, r, call->g[0], call->g[1]));
}

/* ---- singular values ------------------------------------------------------------------------- */

static void fill_identity(ml_tensor *x)
{
    int64_t n = ml_rows(x);
    memset(x->data, 0, (size_t)x->numel * ml_dtype_size(ml_dtype_of(x)));
    for (int64_t row = 0; row < ml_batch_of(x) * n; row++) {
        if (x->dtype == ML_F32)
            ((float *)x->data)[row * n + row % n] = 1;
        else
            ((double *)x->data)[row * n + row % n] = 1;
    }
}

/* x row by row is x' = V S U' to LAPACK: its U is V, in columns, which row by row is V'. */
static ml_status run_svd(const char *op, ml_tensor *x, bool full, bool vectors, ml_tensor *usv[3])
{
    ML_TRY(ml_want_matrix(op, x));
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    int64_t m = ml_rows(x), n = ml_columns(x), p = smaller(m, n);
    ml_tensor *a = ml_fresh(x, type);
    if (!a) return ml_error_status();
    ML_TRY(ml_want_finite(op, x, a));
    ML_TRY(ml_give(&usv[1], ml_like_batch(x, type, p, -1)));
    if (vectors) {
        ML_TRY(ml_give(&usv[0], ml_like_batch(x, type, m, full ? m : p)));
        ML_TRY(ml_give(&usv[2], ml_like_batch(x, type, full ? n : p, n)));
    }
    if (p == 0) {
        if (vectors && full) fill_identity(usv[0]), fill_identity(usv[2]);
        return ML_OK;
    }
    int64_t bad;
    ml_lapack w = { .op = op,
                    .dtype = type,
                    .batch = ml_batch_of(x),
                    .m = n,
                    .n = m,
                    .a = a->data,
                    .c = usv[1]->data,
                    .full = full,
                    .vectors = vectors };
    if (vectors) w.b = usv[2]->data, w.d = usv[0]->data;
    ML_TRY(ml_lapack_svd(&w, &bad));
    return bad < 0 ? ML_OK : ml_bad_matrix(op, x, bad, "has singular values that did not converge");
}

ml_status ml_run_svd(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *usv[3] = { 0 };
    ML_TRY(run_svd("svd", in[0].t, in[1].i, true, usv));
    for (int i = 0; i < 3; i++) ML_TRY(ml_give(&out[i], ml_cast(usv[i], ml_dtype_of(in[0].t))));
    return ML_OK;
}

ml_status ml_run_svdvals(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *usv[3] = { 0 };
    ML_TRY(run_svd("svdvals", in[0].t, false, false, usv));
    return ml_give(out, ml_cast(usv[1], ml_dtype_of(in[0].t)));
}

/* x - x' over e, which holds differences of squared singular values (or of eigenvalues). */
static ml_tensor *skew_over(ml_tensor *x, ml_tensor *e)
{
    ml_tensor *skew = x ? ml_sub(x, ml_turned(x)) : NULL;
    return skew && e ? ml_div(skew, e) : NULL;
}

/* e[i][j] = s[j] - s[i], and 1 on the diagonal */
static ml_tensor *differences(ml_tensor *s)
{
    ml_tensor *d = s ? ml_sub(ml_unsqueeze(s, -2), ml_unsqueeze(s, -1)) : NULL;
    ml_tensor *one = d ? ml_pattern(s, s->shape[s->ndim - 1], 0, 1, 0) : NULL;
    return one ? ml_add(d, one) : NULL;
}

/* g - q q' g: the part of g outside of the span of q's columns */
static ml_tensor *outside(ml_tensor *g, ml_tensor *q)
{
    return ml_sub(g, ml_matmul(q, ml_matmul(ml_turned(q), g)));
}

/* u (skew(u' gu) / e  s  +  s  skew(v' gv) / e  +  diag gs) v'  +  (1 - u u') gu / s v'
** + u / s gv' (1 - v v') */
static ml_tensor *svd_gradient(ml_tensor *u, ml_tensor *s, ml_tensor *vh, ml_tensor *const g[])
{
    ml_tensor *gu = g[0], *gs = g[1], *gvh = g[2], *v = ml_turned(vh), *y = NULL;
    ml_tensor *e = gu || gvh ? differences(ml_mul(s, s)) : NULL;
    if (gs) y = ml_matmul(ml_scale_columns(u, gs), vh);
    if (gu) {
        ml_tensor *inner = ml_scale_columns(skew_over(ml_matmul(ml_turned(u), gu), e), s);
        y = sum_of(y, ml_matmul(ml_matmul(u, inner), vh));
        if (ml_rows(u) > ml_columns(u))
            y = sum_of(y, ml_matmul(ml_div(outside(gu, u), ml_unsqueeze(s, -2)), vh));
    }
    if (gvh) {
        ml_tensor *gv = ml_turned(gvh);
        ml_tensor *inner = skew_over(ml_matmul(vh, gv), e);
        y = sum_of(y, ml_matmul(ml_matmul(ml_scale_columns(u, s), inner), vh));
        if (ml_columns(vh) > ml_rows(vh))
            y = sum_of(y, ml_matmul(ml_div(u, ml_unsqueeze(s, -2)), ml_turned(outside(gv, v))));
    }
    return y;
}

ml_status ml_grad_svd(const ml_grad_call *call)
{
    ml_tensor *u = call->y[0], *s = call->y[1], *vh = call->y[2], *g[3];
    memcpy(g, call->g, sizeof g);
    int64_t p = s->shape[s->ndim - 1];
    if ((g[0] && ml_columns(u) > p) || (g[2] && ml_rows(vh) > p))
        return ml_fail(ML_GRAPH,
                       "svd: with full_matrices only the singular values have a gradient: the "
                       "other vectors may be turned at will");
    if (ml_columns(u) > p) u = ml_narrow(u, -1, 0, p);
    if (ml_rows(vh) > p) vh = ml_narrow(vh, -2, 0, p);
    return ml_give(&call->gin[0], u && vh ? svd_gradient(u, s, vh, g) : NULL);
}

ml_status ml_grad_svdvals(const ml_grad_call *call)
{
    ml_tensor *usv[3] = { 0 };
    ML_TRY(ml_call(ML_OP_svd, call->in, 1, usv));
    return ml_give(&call->gin[0], ml_matmul(ml_scale_columns(usv[0], call->g[0]), usv[2]));
}

/* ---- eigenvalues of symmetric matrices ------------------------------------------------------- */

static ml_status run_eigh(const char *op, const ml_arg in[], bool vectors, ml_tensor **values,
                          ml_tensor **rows)
{
    ml_tensor *x = in[0].t;
    const char *half = in[1].s;
    ML_TRY(ml_want_square(op, x));
    if (strcmp(half, "L") && strcmp(half, "U"))
        return ml_fail(ML_VALUE,
                       "%s: uplo \"%s\" is unknown; it is \"L\", to read the lower triangle, or "
                       "\"U\"",
                       op, half);
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    ML_TRY(ml_give(rows, ml_fresh(x, type)));
    ML_TRY(ml_want_finite(op, x, *rows));
    int64_t bad, n = ml_rows(x);
    ML_TRY(ml_give(values, ml_like_batch(x, type, n, -1)));
    ml_lapack w = { .op = op,
                    .dtype = type,
                    .batch = ml_batch_of(x),
                    .n = n,
                    .a = (*rows)->data,
                    .b = (*values)->data,
                    .vectors = vectors,
                    .upper = *half == 'L' };
    ML_TRY(ml_lapack_eigh(&w, &bad));
    return bad < 0 ? ML_OK : ml_bad_matrix(op, x, bad, "has eigenvalues that did not converge");
}

ml_status ml_run_eigh(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *values = NULL, *rows = NULL;
    ml_dtype dtype = ml_dtype_of(in[0].t);
    ML_TRY(run_eigh("eigh", in, true, &values, &rows));
    ML_TRY(ml_give(&out[0], ml_cast(values, dtype)));
    return ml_give(&out[1], ml_cast(ml_contiguous(ml_turned(rows)), dtype));
}

ml_status ml_run_eigvalsh(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *values = NULL, *rows = NULL;
    ML_TRY(run_eigh("eigvalsh", in, false, &values, &rows));
    return ml_give(out, ml_cast(values, ml_dtype_of(in[0].t)));
}

/* v (diag gl + skew(v' gv) / 2e) v': symmetric, as x is taken to be. */
ml_status ml_grad_eigh(const ml_grad_call *call)
{
    ml_tensor *l = call->y[0], *v = call->y[1], *gl = call->g[0], *gv = call->g[1], *y = NULL;
    if (gl) y = ml_matmul(ml_scale_columns(v, gl), ml_turned(v));
    if (gv) {
        ml_tensor *inner = skew_over(ml_matmul(ml_turned(v), gv), differences(l));
        y = sum_of(y, ml_matmul(ml_matmul(v, ml_mul_scalar(inner, 0.5)), ml_turned(v)));
    }
    return ml_give(&call->gin[0], y);
}

ml_status ml_grad_eigvalsh(const ml_grad_call *call)
{
    ml_tensor *lv[2];
    ML_TRY(ml_call(ML_OP_eigh, call->in, 2, lv));
    return ml_give(&call->gin[0], ml_matmul(ml_scale_columns(lv[1], call->g[0]), ml_turned(lv[1])));
}
