/* softmax.c -- softmax, log_softmax, their gradients, and how rows are cut for threads. */
#include "core/ops/nn_rows_cut.h"

#include "core/isa.h"
#include "core/op_run.h"
#include "core/tensor.h"

enum { PIECE = 16384 }; /* elements worth a piece of their own */

const ml_row_kernels *ml_row_kernels_for(ml_dtype compute)
{
    const struct ml_nn_kernels *k = ML_BY_ISA(&ml_nn_kernels);
    return compute == ML_F64 ? &k->f64 : &k->f32;
}

ml_rows ml_rows_of(const ml_tensor *x, int dim)
{
    ml_rows r = { 1, 1, 1 };
    for (int i = 0; i < x->ndim; i++) {
        if (i < dim)
            r.outer *= x->shape[i];
        else if (i == dim)
            r.n = x->shape[i];
        else
            r.inner *= x->shape[i];
    }
    return r;
}

typedef struct cut {
    const ml_rows *rows;
    int64_t blocks, per; /* column blocks of one outer index (rows: of all), blocks per piece */
    int64_t pieces;      /* per outer index */
    ml_rows_work *work;
    void *ctx;
} cut;

static void run_row_piece(void *ctx, int64_t piece)
{
    const cut *c = ctx;
    int64_t first = piece * c->per, left = c->rows->outer - first;
    c->work(c->ctx, c->rows, first * c->rows->n, first, left < c->per ? left : c->per);
}

static void run_column_piece(void *ctx, int64_t piece)
{
    const cut *c = ctx;
    int64_t outer = piece / c->pieces, first = piece % c->pieces * c->per, inner = c->rows->inner;
    for (int64_t b = first; b < first + c->per && b < c->blocks; b++) {
        int64_t column = b * ML_COLS, left = inner - column;
        c->work(c->ctx, c->rows, outer * c->rows->n * inner + column, outer * inner + column,
                left < ML_COLS ? left : ML_COLS);
    }
}

ml_status ml_rows_run(const ml_rows *rows, ml_rows_work *work, void *ctx)
{
    cut c = { .rows = rows, .work = work, .ctx = ctx };
    if (rows->outer == 0 || rows->inner == 0) return ML_OK;
    if (rows->inner == 1) {
        c.per = rows->n < PIECE ? PIECE / (rows->n + 1) + 1 : 1;
        return ml_parallel_pieces((rows->outer + c.per - 1) / c.per, run_row_piece, &c);
    }
    int64_t width = rows->inner < ML_COLS ? rows->inner : ML_COLS, block = rows->n * width + 1;
    c.blocks = (rows->inner + ML_COLS - 1) / ML_COLS;
    c.per = block < PIECE ? PIECE / block + 1 : 1;
    c.pieces = (c.blocks + c.per - 1) / c.per;
    return ml_parallel_pieces(rows->outer * c.pieces, run_column_piece, &c);
}

typedef struct softmax_job {
    const ml_row_kernels *k;
    const char *a, *b; /* x; or g and y */
    char *to;
    size_t size;
    bool log;
} softmax_job;

static void forward_piece(void *ctx, const ml_rows *r, int64_t offset, int64_t item, int64_t count)
{
    const softmax_job *s = ctx;
    const char *x = s->a + (size_t)offset * s->size;
    char *y = s->to + (size_t)offset * s->size;
    (void)item;
    if (r->inner == 1)
        s->k->softmax_rows(x, y, count, r->n, s->log);
    else
        s->k->softmax_cols(x, y, r->n, r->inner, count, s->log);
}

static void backward_piece(void *ctx, const ml_rows *r, int64_t offset, int64_t item, int64_t count)
{
    const softmax_job *s = ctx;
    size_t at = (size_t)offset * s->size;
    (void)item;
    if (r->inner == 1)
        s->k->backward_rows(s->a + at, s->b + at, s->to + at, count, r->n, s->log);
    else
        s->k->backward_cols(s->a + at, s->b + at, s->to + at, r->n, r->inner, count, s->log);
}

static ml_status forward(const char *op, const ml_arg in[], ml_tensor *out[], bool log)
{
    int dim;
    ml_tensor *x = in[0].t;
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    if (!ml_check_dim(op, ml_ndim(x), in[1].i, &dim)) return ml_error_status();
    ml_tensor *dense = ml_dense(x, type), *y = dense ? ml_empty_like(dense, type) : NULL;
    if (!y) return ml_error_status();
    ml_rows rows = ml_rows_of(dense, dim);
    softmax_job job = { ml_row_kernels_for(type), dense->data, NULL, y->data,
                        ml_dtype_size(type),      log };
    if (rows.n > 0) ML_TRY(ml_rows_run(&rows, forward_piece, &job));
    out[0] = ml_cast(y, ml_dtype_of(x));
    return out[0] ? ML_OK : ml_error_status();
}

ml_status ml_run_softmax(const ml_arg in[], ml_tensor *out[])
{
    return forward("softmax", in, out, false);
}

ml_status ml_run_log_softmax(const ml_arg in[], ml_tensor *out[])
{
    return forward("log_softmax", in, out, true);
}

ml_status ml_run_softmin(const ml_arg in[], ml_tensor *out[])
{
    out[0] = ml_call1(ML_OP_softmax, ML_T(ml_neg(in[0].t)), in[1]);
    return out[0] ? ML_OK : ml_error_status();
}

static ml_status backward(const char *op, const ml_arg in[], ml_tensor *out[], bool log)
{
    int dim;
    ml_dtype type = ml_compute_type(ml_dtype_of(in[1].t));
    if (!ml_same_shape(in[0].t, in[1].t))
        return ml_fail(ML_SHAPE, "%s: g %s and y %s must have the same shape", op,
                       ML_DESCRIBE(in[0].t), ML_DESCRIBE(in[1].t));
    if (!ml_check_dim(op, ml_ndim(in[1].t), in[2].i, &dim)) return ml_error_status();
    ml_tensor *g = ml_dense(in[0].t, type), *y = ml_dense(in[1].t, type);
    ml_tensor *gx = g && y ? ml_empty_like(y, type) : NULL;
    if (!gx) return ml_error_status();
    ml_rows rows = ml_rows_of(y, dim);
    softmax_job job = { ml_row_kernels_for(type), g->data, y->data, gx->data,
                        ml_dtype_size(type),      log };
    if (rows.n > 0) ML_TRY(ml_rows_run(&rows, backward_piece, &job));
    out[0] = ml_cast(gx, ml_dtype_of(in[1].t));
    return out[0] ? ML_OK : ml_error_status();
}

ml_status ml_run_softmax_backward(const ml_arg in[], ml_tensor *out[])
{
    return backward("softmax_backward", in, out, false);
}

ml_status ml_run_log_softmax_backward(const ml_arg in[], ml_tensor *out[])
{
    return backward("log_softmax_backward", in, out, true);
}

ml_status ml_grad_softmax(const ml_grad_call *c)
{
    c->gin[0] = ml_call1(ML_OP_softmax_backward, ML_T(c->g[0]), ML_T(c->y[0]), c->in[1]);
    return c->gin[0] ? ML_OK : ml_error_status();
}

ml_status ml_grad_log_softmax(const ml_grad_call *c)
{
    c->gin[0] = ml_call1(ML_OP_log_softmax_backward, ML_T(c->g[0]), ML_T(c->y[0]), c->in[1]);
    return c->gin[0] ? ML_OK : ml_error_status();
}

static ml_tensor *sum_kept(ml_tensor *x, const ml_arg *dim)
{
    return ml_sum(x, 1, (const int[]){ (int)dim->i }, true);
}

/* gx = y * (g - sum(g * y)).  With v the gradient of gx:
**   for g: y * (v - sum(v * y));  for y: v * (g - sum(g * y)) - g * sum(v * y) */
ml_status ml_grad_softmax_backward(const ml_grad_call *c)
{
    ml_tensor *v = c->g[0], *g = c->in[0].t, *y = c->in[1].t;
    if (c->need[0]) c->gin[0] = ml_call1(ML_OP_softmax_backward, ML_T(v), ML_T(y), c->in[2]);
    if (c->need[1]) {
        ml_tensor *gy = sum_kept(ml_mul(g, y), &c->in[2]), *vy = sum_kept(ml_mul(v, y), &c->in[2]);
        c->gin[1] = ml_sub(ml_mul(v, ml_sub(g, gy)), ml_mul(g, vy));
    }
    return ml_error_status();
}

/* gx = g - exp(y) * sum(g).  With v the gradient of gx:
**   for g: v - sum(v * exp(y));  for y: -v * exp(y) * sum(g) */
ml_status ml_grad_log_softmax_backward(const ml_grad_call *c)
{
    ml_tensor *v = c->g[0], *g = c->in[0].t, *p = ml_mul(v, ml_exp(c->in[1].t));
    if (c->need[0]) c->gin[0] = ml_sub(v, sum_kept(p, &c->in[2]));
    if (c->need[1]) c->gin[1] = ml_neg(ml_mul(p, sum_kept(g, &c->in[2])));
    return ml_error_status();
}
