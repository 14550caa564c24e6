/* index_rows.c -- whole places along one dimension: index_select, index_add, index_copy,
** index_fill.
**
** A tensor indexed along dim is seen as (outer, n, inner): places are runs of `inner` elements. */
#include "core/ops/hand.h"
#include "core/call.h"
#include "core/indices.h"
#include "core/iter.h"

#include <string.h>

typedef struct places {
    int dim;
    int64_t outer, n, inner;
    ml_tensor *index; /* checked, 1-D */
} places;

static ml_status find_places(const char *op, const ml_tensor *x, ml_arg dim, ml_tensor *index,
                             places *p)
{
    if (index->ndim > 1)
        return ml_fail(ML_SHAPE, "%s: the index is %s; one dimension is needed", op,
                       ML_DESCRIBE(index));
    if (!ml_check_dim(op, x->ndim, dim.i, &p->dim)) return ml_error_status();
    p->outer = p->inner = 1;
    p->n = x->ndim ? x->shape[p->dim] : 1;
    for (int d = 0; d < p->dim; d++) p->outer *= x->shape[d];
    for (int d = p->dim + 1; d < x->ndim; d++) p->inner *= x->shape[d];
    p->index = ml_indices(op, index, p->n, p->dim);
    return p->index ? ML_OK : ml_error_status();
}

/* ---- copying places -------------------------------------------------------------------------- */

/* Forward (put false): to (outer, k, inner) from (outer, n, inner) at index.  Put: the other way
** round. All in bytes of one size. */
typedef struct copy_work {
    const char *from;
    char *to;
    const int64_t *index;
    int64_t outer, n, k, bytes; /* bytes of a place */
    int64_t per_piece, cuts,
        cut; /* copy: places per piece; put: byte ranges of a place, and their size */
} copy_work;

static void copy_place(char *to, const char *from, int64_t bytes)
{
    if (bytes == 4)
        memcpy(to, from, 4);
    else if (bytes == 8)
        memcpy(to, from, 8);
    else
        memcpy(to, from, (size_t)bytes);
}

static void select_piece(void *ctx, int64_t piece)
{
    const copy_work *w = ctx;
    int64_t first = piece * w->per_piece, end = first + w->per_piece, all = w->outer * w->k;
    for (int64_t i = first; i < end && i < all; i++)
        copy_place(w->to + i * w->bytes,
                   w->from + (i / w->k * w->n + w->index[i % w->k]) * w->bytes, w->bytes);
}

/* One block and one range of bytes within the places, through the index in order: the last one
** stays. */
static void put_piece(void *ctx, int64_t piece)
{
    const copy_work *w = ctx;
    int64_t block = piece / w->cuts, first = piece % w->cuts * w->cut;
    int64_t bytes = w->bytes - first < w->cut ? w->bytes - first : w->cut;
    char *to = w->to + block * w->n * w->bytes + first;
    const char *from = w->from + block * w->k * w->bytes + first;
    for (int64_t i = 0; i < w->k; i++)
        copy_place(to + w->index[i] * w->bytes, from + i * w->bytes, bytes);
}

ml_status ml_run_index_select(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    places p;
    int64_t shape[ML_MAX_DIMS];
    ML_TRY(find_places("index_select", x, in[1], in[2].t, &p));
    memcpy(shape, x->shape, sizeof shape);
    if (x->ndim)
        shape[p.dim] = p.index->numel;
    else if (p.index->numel != 1)
        return ml_fail(
            ML_SHAPE, "index_select: a tensor without dimensions has one place, %lld are asked for",
            (long long)p.index->numel);
    ml_tensor *from = ml_dense(x, ml_dtype_of(x));
    ml_tensor *y = ml_empty((ml_spec){ ml_dtype_of(x), 0 }, x->ndim, shape);
    if (!from || !y) return ml_error_status();
    *out = y;
    if (y->numel == 0) return ML_OK;
    copy_work w = { .from = from->data,
                    .to = y->data,
                    .index = ml_data(p.index),
                    .outer = p.outer,
                    .n = p.n,
                    .k = p.index->numel,
                    .bytes = p.inner * (int64_t)ml_dtype_size(ml_dtype_of(x)) };
    w.per_piece = 1 + (1 << 17) / w.bytes;
    return ml_parallel_pieces((w.outer * w.k - 1) / w.per_piece + 1, select_piece, &w);
}

ml_status ml_grad_index_select(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    if (!call->need[0]) return ML_OK;
    const ml_tensor *x = in[0].t;
    ml_tensor *zeros = ml_zeros((ml_spec){ ml_dtype_of(x), x->device }, x->ndim, x->shape);
    return ml_give(&call->gin[0],
                   ml_call1(ML_OP_index_add, ML_T(zeros), in[1], in[2], ML_T(call->g[0])));
}

/* ---- index_add ------------------------------------------------------------------------------- */

static ml_status check_source(const char *op, const ml_tensor *x, const ml_tensor *source,
                              const places *p)
{
    bool fits = source->ndim == x->ndim || (x->ndim == 1 && source->ndim == 0);
    for (int d = 0; fits && d < source->ndim; d++)
        fits = source->shape[d] == (d == p->dim ? p->index->numel : x->shape[d]);
    if (fits && source->ndim == 0) fits = p->index->numel == 1;
    if (!fits)
        return ml_fail(ML_SHAPE,
                       "%s: x is %s, the source %s: it must have %lld places along dimension %d, "
                       "one per index, and x's other sizes",
                       op, ML_DESCRIBE(x), ML_DESCRIBE(source), (long long)p->index->numel,
                       p->dim + 1);
    if (ml_is_float(ml_dtype_of(source)) && !ml_is_float(ml_dtype_of(x)))
        return ml_fail(ML_DTYPE,
                       "%s: the source is %s and does not fit into x, %s; convert one of them", op,
                       ML_DESCRIBE(source), ML_DESCRIBE(x));
    return ML_OK;
}

/* A dense copy of x in TYPE that may be changed. */
static ml_tensor *dense_copy(ml_tensor *x, ml_dtype type)
{
    return ml_dtype_of(x) == type ? ml_changed_copy(x) : ml_dense(x, type);
}

ml_status ml_run_index_add(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *source = in[3].t;
    places p;
    ML_TRY(find_places("index_add", x, in[1], in[2].t, &p));
    ML_TRY(check_source("index_add", x, source, &p));
    ml_dtype type = ml_compute_type(ml_dtype_of(x));
    double alpha = in[4].f;
    if (type == ML_I64 && alpha != (double)(int64_t)alpha)
        return ml_fail(ML_VALUE, "index_add: alpha %g for %s: a whole number is needed", alpha,
                       ML_DESCRIBE(x));
    ml_tensor *src = ml_apart(ml_dense(source, type), x), *index = ml_apart(p.index, x);
    ml_tensor *y = src && index ? dense_copy(x, type) : NULL;
    if (!y) return ml_error_status();
    ml_row_sum sum = { type,           p.outer,   p.n,     index->numel, p.inner,
                       ml_data(index), src->data, y->data, alpha };
    ML_TRY(ml_add_rows(&sum));
    return ml_give(out, ml_cast(y, ml_dtype_of(x)));
}

ml_status ml_grad_index_add(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(call, 0, call->g[0]);
    if (!call->need[3]) return ML_OK;
    ml_tensor *g = ml_call1(ML_OP_index_select, ML_T(call->g[0]), in[1], in[2]);
    if (in[4].f != 1) g = ml_mul_scalar(g, in[4].f);
    g = ml_cast(g, ml_dtype_of(in[3].t));
    return ml_give(&call->gin[3], ml_reshape(g, in[3].t->ndim, in[3].t->shape));
}

/* ---- index_copy, index_fill ------------------------------------------------------------------ */

/* x with source's places; source is dense and of x's dtype. */
static ml_status put_places(ml_tensor *x, ml_tensor *source, const places *p, ml_tensor *out[])
{
    source = ml_apart(source, x);
    ml_tensor *index = ml_apart(p->index, x), *y = source && index ? ml_changed_copy(x) : NULL;
    if (!y) return ml_error_status();
    *out = y;
    if (source->numel == 0) return ML_OK;
    copy_work w = { .from = source->data,
                    .to = y->data,
                    .index = ml_data(index),
                    .outer = p->outer,
                    .n = p->n,
                    .k = index->numel,
                    .bytes = p->inner * (int64_t)ml_dtype_size(ml_dtype_of(y)) };
    w.cut = w.bytes * w.k < 1 << 17 ? w.bytes : 4096;
    w.cuts = (w.bytes - 1) / w.cut + 1;
    return ml_parallel_pieces(w.outer * w.cuts, put_piece, &w);
}

ml_status ml_run_index_copy(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    places p;
    ML_TRY(find_places("index_copy", x, in[1], in[2].t, &p));
    ML_TRY(check_source("index_copy", x, in[3].t, &p));
    return put_places(x, ml_dense(in[3].t, ml_dtype_of(x)), &p, out);
}

/* Of the places that index names several times only the last one keeps its gradient. */
static ml_tensor *only_last(ml_tensor *g, const ml_tensor *x, int dim, ml_tensor *index)
{
    int64_t n = x->ndim ? x->shape[dim] : 1, k = index->numel, shape[ML_MAX_DIMS];
    ml_tensor *order = ml_empty((ml_spec){ ML_I64, 0 }, 1, &k),
              *last = ml_zeros((ml_spec){ ML_I64, 0 }, 1, &n);
    if (!g || !order || !last) return NULL;
    int64_t *at = ml_data(order);
    for (int64_t i = 0; i < k; i++) at[i] = i;
    last = ml_call1(ML_OP_index_copy, ML_T(last), ML_I(0), ML_T(index), ML_T(order));
    last = ml_call1(ML_OP_index_select, ML_T(last), ML_I(0), ML_T(index));
    ml_tensor *kept = ml_eq(last, order);
    for (int d = 0; d < g->ndim; d++) shape[d] = d == dim ? k : 1;
    return ml_call1(ML_OP_where, ML_T(ml_reshape(kept, g->ndim, shape)), ML_T(g), ML_I(0));
}

ml_status ml_grad_index_copy(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    const ml_tensor *x = in[0].t, *source = in[3].t;
    int dim;
    ML_GRAD(call, 0, ml_call1(ML_OP_index_fill, ML_T(call->g[0]), in[1], in[2], ML_I(0)));
    if (!call->need[3]) return ML_OK;
    if (!ml_check_dim("index_copy", x->ndim, in[1].i, &dim)) return ml_error_status();
    ml_tensor *g = ml_call1(ML_OP_index_select, ML_T(call->g[0]), in[1], in[2]);
    g = ml_cast(only_last(g, x, dim, in[2].t), ml_dtype_of(source));
    return ml_give(&call->gin[3], ml_reshape(g, source->ndim, source->shape));
}

ml_status ml_run_index_fill(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *value = in[3].t;
    places p;
    int64_t shape[ML_MAX_DIMS];
    ML_TRY(find_places("index_fill", x, in[1], in[2].t, &p));
    if (in[3].kind != ML_ARG_TENSOR) value = ml_number_tensor("index_fill", in[3], ml_dtype_of(x));
    if (!value) return ml_error_status();
    if (value->numel != 1)
        return ml_fail(ML_SHAPE, "index_fill: the value is %s; a single number is needed",
                       ML_DESCRIBE(value));
    memcpy(shape, x->shape, sizeof shape);
    if (x->ndim) shape[p.dim] = p.index->numel;
    value = ml_expand(ml_reshape(value, 0, NULL), x->ndim, shape);
    return put_places(x, value ? ml_dense(value, ml_dtype_of(x)) : NULL, &p, out);
}

ml_status ml_grad_index_fill(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(call, 0, ml_call1(ML_OP_index_fill, ML_T(call->g[0]), in[1], in[2], ML_I(0)));
    if (!call->need[3]) return ML_OK;
    const ml_tensor *value = in[3].t;
    ml_tensor *filled =
        ml_call1(ML_OP_index_fill, ML_T(ml_zeros_like(call->g[0])), in[1], in[2], ML_I(1));
    ml_tensor *g = ml_sum(ml_mul(call->g[0], filled), 0, NULL, false);
    return ml_give(&call->gin[3],
                   ml_reshape(ml_cast(g, ml_dtype_of(value)), value->ndim, value->shape));
}
