/* matmul.c -- the matrix product and its relatives.  Operands are used where they lie, whatever their
** strides; only half-precision ones are converted first. */
#include <string.h>

#include "core/iter.h"
#include "core/ops/gemm.h"
#include "core/ops/hand.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

/* a (…,m,k) @ b (…,k,n), vectors already given their second dimension */
typedef struct matrices {
    int64_t m, n, k;
    int64_t a_row, a_col, b_row, b_col;
    int nbatch;
    int64_t batch[ML_MAX_DIMS], a_step[ML_MAX_DIMS], b_step[ML_MAX_DIMS];
} matrices;

/* What may have been meant, where that really fits. */
static const char *advice(const ml_tensor *a, const ml_tensor *b)
{
    if (a->ndim != 2 || b->ndim != 2) return "";
    if (a->shape[1] == b->shape[1]) return "; did you mean b:t()?";
    if (a->shape[0] == b->shape[0]) return "; did you mean a:t()?";
    if (a->shape[0] == b->shape[1]) return "; did you mean b @ a?";
    return "";
}

static int64_t size_at(const ml_tensor *t, int dims_in_front, int ndim, int d)
{
    int at = d - (ndim - dims_in_front);
    return at < 0 ? 1 : t->shape[at];
}

static int64_t step_at(const ml_tensor *t, int dims_in_front, int ndim, int d)
{
    int at = d - (ndim - dims_in_front);
    return at < 0 || t->shape[at] == 1 ? 0 : t->stride[at];
}

static ml_status read_batch(const ml_tensor *a, const ml_tensor *b, matrices *x)
{
    int left = a->ndim > 2 ? a->ndim - 2 : 0, right = b->ndim > 2 ? b->ndim - 2 : 0;
    x->nbatch = left > right ? left : right;
    for (int d = 0; d < x->nbatch; d++) {
        int64_t i = size_at(a, left, x->nbatch, d), j = size_at(b, right, x->nbatch, d);
        if (i != j && i != 1 && j != 1)
            return ml_fail(
                ML_SHAPE,
                "matmul: a %s @ b %s: the dimensions in front of the matrices, %lld and %lld, "
                "do not broadcast",
                ML_DESCRIBE(a), ML_DESCRIBE(b), (long long)i, (long long)j);
        x->batch[d] = i == 1 ? j : i;
        x->a_step[d] = step_at(a, left, x->nbatch, d);
        x->b_step[d] = step_at(b, right, x->nbatch, d);
    }
    return ML_OK;
}

static ml_status read_matrices(const ml_tensor *a, const ml_tensor *b, matrices *x)
{
    int i = a->ndim, j = b->ndim;
    if (i == 0 || j == 0)
        return ml_fail(ML_SHAPE, "matmul: a %s @ b %s: a number is no matrix; multiply with a * b",
                       ML_DESCRIBE(a), ML_DESCRIBE(b));
    x->m = i == 1 ? 1 : a->shape[i - 2], x->a_row = i == 1 ? 0 : a->stride[i - 2];
    x->k = a->shape[i - 1], x->a_col = a->stride[i - 1];
    x->n = j == 1 ? 1 : b->shape[j - 1], x->b_col = j == 1 ? 0 : b->stride[j - 1];
    int64_t k = j == 1 ? b->shape[0] : b->shape[j - 2];
    x->b_row = j == 1 ? b->stride[0] : b->stride[j - 2];
    if (x->k != k)
        return ml_fail(ML_SHAPE, "matmul: a %s @ b %s: inner sizes %lld and %lld differ%s",
                       ML_DESCRIBE(a), ML_DESCRIBE(b), (long long)x->k, (long long)k, advice(a, b));
    return read_batch(a, b, x);
}

static ml_tensor *make_result(const ml_tensor *a, const ml_tensor *b, const matrices *x,
                              ml_dtype dtype)
{
    int64_t shape[ML_MAX_DIMS + 2];
    int n = x->nbatch;
    memcpy(shape, x->batch, (size_t)n * sizeof *shape);
    if (a->ndim > 1) shape[n++] = x->m;
    if (b->ndim > 1) shape[n++] = x->n;
    return ml_empty((ml_spec){ dtype, a->device }, n, shape);
}

/* Dimensions in front that only a has become rows of a, where a's memory allows it. */
static void fold_batch(matrices *x)
{
    while (x->nbatch > 0) {
        int d = x->nbatch - 1;
        if (x->b_step[d] != 0 || (x->m > 1 && x->a_step[d] != x->m * x->a_row)) return;
        if (x->m == 1) x->a_row = x->a_step[d];
        x->m *= x->batch[d];
        x->nbatch--;
    }
}

/* ---- the product ----------------------------------------------------------------------------- */

typedef struct int_job {
    const ml_gemm *g;
    const int64_t *a, *b;
    int64_t *c;
} int_job;

/* One row of C, of one product.  Overflow wraps around. */
static void int_row(void *ctx, int64_t piece)
{
    const int_job *w = ctx;
    const ml_gemm *g = w->g;
    int64_t i = piece % g->m, rest = piece / g->m;
    const int64_t *a = w->a + i * g->a_row, *b = w->b;
    uint64_t *c = (uint64_t *)w->c + piece * g->n;
    for (int d = g->nbatch - 1; d >= 0; d--) {
        a += rest % g->batch[d] * g->a_step[d];
        b += rest % g->batch[d] * g->b_step[d];
        rest /= g->batch[d];
    }
    memset(c, 0, (size_t)g->n * sizeof *c);
    for (int64_t k = 0; k < g->k; k++) {
        uint64_t left = (uint64_t)a[k * g->a_col];
        const int64_t *row = b + k * g->b_row;
        for (int64_t j = 0; j < g->n; j++) c[j] += left * (uint64_t)row[j * g->b_col];
    }
}

static ml_gemm gemm_of(const matrices *x)
{
    ml_gemm g = { .m = x->m,
                  .n = x->n,
                  .k = x->k,
                  .a_row = x->a_row,
                  .a_col = x->a_col,
                  .b_row = x->b_row,
                  .b_col = x->b_col,
                  .c_row = x->n,
                  .nbatch = x->nbatch };
    int64_t step = x->m * x->n;
    for (int d = x->nbatch - 1; d >= 0; step *= x->batch[d--]) {
        g.batch[d] = x->batch[d];
        g.a_step[d] = x->a_step[d], g.b_step[d] = x->b_step[d], g.c_step[d] = step;
    }
    return g;
}

/* c = a @ b of one compute dtype; a and b have any strides, c is contiguous. */
static ml_status multiply(ml_dtype dtype, matrices *x, const ml_tensor *a, const ml_tensor *b,
                          ml_tensor *c)
{
    if (c->numel == 0) return ML_OK;
    if (dtype == ML_I64) {
        ml_gemm g = gemm_of(x);
        int_job job = { &g, (const int64_t *)a->data, (const int64_t *)b->data,
                        (int64_t *)c->data };
        return ml_parallel_pieces(c->numel / x->n, int_row, &job);
    }
    fold_batch(x);
    ml_gemm g = gemm_of(x);
    return ml_gemm_run(dtype, &g, a->data, b->data, c->data);
}

ml_status ml_run_matmul(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    ml_dtype dtype = ml_promote(a->dtype, b->dtype), type = ml_compute_type(dtype);
    if (a->dtype != type) a = ml_dense(a, type);
    if (b->dtype != type) b = ml_dense(b, type);
    if (!a || !b) return ml_error_status();
    matrices x;
    ML_TRY(read_matrices(a, b, &x));
    ml_tensor *c = make_result(a, b, &x, type);
    if (!c) return ml_error_status();
    ML_TRY(multiply(type, &x, a, b, c));
    out[0] = ml_cast(c, dtype);
    return out[0] ? ML_OK : ml_error_status();
}

/* ---- its gradient ---------------------------------------------------------------------------- */

static ml_tensor *turned(ml_tensor *x)
{
    return ml_transpose(x, -2, -1);
}

/* x (…,r,c) as (-1,c) */
static ml_tensor *rows_of(ml_tensor *x)
{
    if (!x) return NULL;
    int64_t columns = ml_shape(x)[ml_ndim(x) - 1];
    return ml_reshape(x, 2, (int64_t[]){ columns ? ml_numel(x) / columns : 0, columns });
}

/* d/db of sum(g * (a @ b)) for matrices: a' g, summed over the dimensions that b lacks. */
static ml_tensor *right_gradient(ml_tensor *a, ml_tensor *b, ml_tensor *g)
{
    if (ml_ndim(b) == 2 && ml_ndim(a) > 2 && ml_shape(a)[ml_ndim(a) - 1] > 0 && ml_shape(b)[1] > 0)
        return ml_matmul(turned(rows_of(a)), rows_of(g));
    return ml_matmul(turned(a), g);
}

/* A gradient in the shape and dtype of input x. */
static ml_tensor *fit(ml_tensor *g, const ml_tensor *matrix, const ml_tensor *x)
{
    if (!g || !matrix) return NULL;
    g = ml_sum_to(g, ml_ndim(matrix), ml_shape(matrix));
    return ml_cast(ml_reshape(g, ml_ndim(x), ml_shape(x)), ml_dtype_of(x));
}

ml_status ml_grad_matmul(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t, *g = call->g[0];
    bool row = ml_ndim(a) == 1, column = ml_ndim(b) == 1;
    ml_tensor *left = row ? ml_unsqueeze(a, 0) : a, *right = column ? ml_unsqueeze(b, 1) : b;
    if (column) g = ml_unsqueeze(g, -1);
    if (row) g = ml_unsqueeze(g, -2);
    if (!left || !right || !g) return ml_error_status();
    if (call->need[0]) {
        call->gin[0] = fit(ml_matmul(g, turned(right)), left, a);
        if (!call->gin[0]) return ml_error_status();
    }
    if (call->need[1]) {
        call->gin[1] = fit(right_gradient(left, right, g), right, b);
        if (!call->gin[1]) return ml_error_status();
    }
    return ML_OK;
}

ml_tensor *ml_matmul(ml_tensor *a, ml_tensor *b)
{
    if (!a || !b) return NULL;
    return ml_call1(ML_OP_matmul, ML_T(a), ML_T(b));
}

/* ---- relatives ------------------------------------------------------------------------------- */

static ml_status want_dims(const char *op, const ml_tensor *a, int i, const ml_tensor *b, int j)
{
    static const char *const kind[] = { "a number", "a vector", "a matrix",
                                        "a stack of matrices (3 dimensions)" };
    if (ml_ndim(a) == i && ml_ndim(b) == j) return ML_OK;
    return ml_fail(ML_SHAPE, "%s: %s and %s: it takes %s and %s; matmul takes any", op,
                   ML_DESCRIBE(a), ML_DESCRIBE(b), kind[i], kind[j]);
}

ml_status ml_run_mm(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("mm", in[0].t, 2, in[1].t, 2));
    return ml_give(out, ml_matmul(in[0].t, in[1].t));
}

ml_status ml_run_mv(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("mv", in[0].t, 2, in[1].t, 1));
    return ml_give(out, ml_matmul(in[0].t, in[1].t));
}

ml_status ml_run_dot(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("dot", in[0].t, 1, in[1].t, 1));
    return ml_give(out, ml_matmul(in[0].t, in[1].t));
}

ml_status ml_run_bmm(const ml_arg in[], ml_tensor *out[])
{
    const ml_tensor *a = in[0].t, *b = in[1].t;
    ML_TRY(want_dims("bmm", a, 3, b, 3));
    if (ml_shape(a)[0] != ml_shape(b)[0])
        return ml_fail(ML_SHAPE, "bmm: %s and %s: %lld matrices and %lld; matmul broadcasts them",
                       ML_DESCRIBE(a), ML_DESCRIBE(b), (long long)ml_shape(a)[0],
                       (long long)ml_shape(b)[0]);
    return ml_give(out, ml_matmul(in[0].t, in[1].t));
}

ml_status ml_run_outer(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("outer", in[0].t, 1, in[1].t, 1));
    return ml_give(out, ml_mul(ml_unsqueeze(in[0].t, 1), in[1].t));
}

/* beta * in[0] + alpha * in[1] @ in[2]; beta 0 means that in[0]'s values do not matter, even nan. */
static ml_status add_product(const ml_arg in[], ml_tensor *out[])
{
    double beta = ml_number(in[3]), alpha = ml_number(in[4]);
    ml_tensor *product = ml_matmul(in[1].t, in[2].t), *input = in[0].t;
    if (product && alpha != 1) product = ml_mul_scalar(product, alpha);
    if (beta == 0)
        input = ml_zeros_like(input);
    else if (beta != 1)
        input = ml_mul_scalar(input, beta);
    return ml_give(out, product && input ? ml_add(input, product) : NULL);
}

ml_status ml_run_addmm(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("addmm", in[1].t, 2, in[2].t, 2));
    return add_product(in, out);
}

ml_status ml_run_addmv(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("addmv", in[1].t, 2, in[2].t, 1));
    return add_product(in, out);
}

ml_status ml_run_baddbmm(const ml_arg in[], ml_tensor *out[])
{
    ML_TRY(want_dims("baddbmm", in[1].t, 3, in[2].t, 3));
    return add_product(in, out);
}
