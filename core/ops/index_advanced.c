/* index_advanced.c -- index, index_put, take: index tensors and masks for several dimensions at
** once.
**
** x is seen as (outer, picked, inner), where `picked` joins the dimensions that are indexed; the
** index tensors broadcast to one shape and become one linear index into it, and whole places along
** that one dimension are copied.  As in NumPy the index's dimensions take the place of the picked
** ones if these stand side by side; otherwise the picked dimensions are moved to the front
** first. */
#include "core/ops/index_positions.h"
#include "core/indices.h"
#include "core/iter.h"

#include <string.h>

typedef struct picks {
    int n, first[ML_MAX_DIMS], span[ML_MAX_DIMS]; /* dimensions of x that each index takes */
    ml_tensor *index[ML_MAX_DIMS];                /* checked; a mask's positions */
    int64_t size[ML_MAX_DIMS];                    /* places that each can name */
    ml_tensor *linear;                            /* (places) */
    int ndim;                                     /* of the index tensors' common shape */
    int64_t shape[ML_MAX_DIMS];
    bool moved; /* x must be permuted by dims */
    int dims[ML_MAX_DIMS];
    int outer; /* dimensions before the picked ones, after moving */
    int picked;
} picks;

/* ---- reading the arguments ------------------------------------------------------------------- */

static ml_status read_index(const char *op, const ml_tensor *x, ml_tensor *t, int first, int i,
                            picks *p)
{
    bool mask = ml_dtype_of(t) == ML_BOOL;
    int span = mask ? t->ndim : 1;
    if (span == 0)
        return ml_fail(ML_SHAPE, "%s: index %d is a single bool; it names no places", op, i + 1);
    if (first + span > x->ndim)
        return ml_fail(ML_SHAPE, "%s: %s has %d dimensions, index %d would need dimension %d", op,
                       ML_DESCRIBE(x), x->ndim, i + 1, first + span);
    p->first[i] = first, p->span[i] = span, p->size[i] = 1;
    for (int d = 0; d < span; d++) {
        p->size[i] *= x->shape[first + d];
        if (mask && t->shape[d] != x->shape[first + d])
            return ml_fail(
                ML_SHAPE,
                "%s: the mask is %s, x %s: their sizes must be equal from dimension %d on", op,
                ML_DESCRIBE(t), ML_DESCRIBE(x), first + 1);
    }
    p->index[i] = mask ? ml_mask_positions(t) : ml_indices(op, t, p->size[i], first);
    return p->index[i] ? ML_OK : ml_error_status();
}

/* The order of dimensions with the picked ones together. */
static ml_status order_dims(const char *op, const ml_tensor *x, picks *p)
{
    unsigned used = 0;
    int n = 0;
    bool adjacent = true;
    for (int i = 0; i < p->n; i++) {
        if (i > 0 && p->first[i] != p->first[i - 1] + p->span[i - 1]) adjacent = false;
        for (int d = p->first[i]; d < p->first[i] + p->span[i]; d++, n++) {
            if (used & 1u << d)
                return ml_fail(ML_INDEX, "%s: dimension %d is indexed twice", op, d + 1);
            used |= 1u << d, p->dims[n] = d;
        }
    }
    p->picked = n, p->moved = !adjacent, p->outer = adjacent ? p->first[0] : 0;
    for (int d = 0; d < x->ndim; d++)
        if (!(used & 1u << d)) p->dims[n++] = d;
    return ML_OK;
}

/* One index out of several: ((i0 * size1 + i1) * size2 + i2) …, over their broadcast shape. */
static ml_status join_indices(const char *op, picks *p)
{
    p->ndim = ml_broadcast(op, p->n, p->index, p->shape);
    if (p->ndim < 0) return ml_error_status();
    if (p->n == 1) return ml_give(&p->linear, ml_reshape(p->index[0], 1, &(int64_t){ -1 }));
    ml_tensor *y = ml_zeros((ml_spec){ ML_I64, 0 }, p->ndim, p->shape);
    if (!y) return ml_error_status();
    int64_t *to = ml_data(y);
    for (int i = 0; i < p->n; i++) {
        ml_tensor *t = ml_expand(p->index[i], p->ndim, p->shape);
        if (t) t = ml_dense(t, ML_I64);
        if (!t) return ml_error_status();
        const int64_t *at = ml_data(t);
        for (int64_t k = 0; k < y->numel; k++) to[k] = to[k] * p->size[i] + at[k];
    }
    return ml_give(&p->linear, ml_reshape(y, 1, &y->numel));
}

static ml_status read_picks(const char *op, const ml_tensor *x, ml_arg list, ml_arg dims, picks *p)
{
    *p = (picks){ .n = list.n };
    if (list.n < 1 || list.n > x->ndim)
        return ml_fail(ML_SHAPE, "%s: %d index tensors for %s: 1 to %d are possible", op, list.n,
                       ML_DESCRIBE(x), x->ndim);
    if (ml_given(dims) && dims.n != list.n)
        return ml_fail(ML_SHAPE, "%s: %d index tensors for %d dimensions: one each is needed", op,
                       list.n, dims.n);
    for (int i = 0, next = 0; i < list.n; i++) {
        if (ml_given(dims) && !ml_check_dim(op, x->ndim, dims.ints[i], &next))
            return ml_error_status();
        ML_TRY(read_index(op, x, list.list[i], next, i, p));
        next += p->span[i];
    }
    ML_TRY(order_dims(op, x, p));
    ML_TRY(join_indices(op, p));
    if (x->ndim - p->picked + p->ndim > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "%s: the result would have %d dimensions; a tensor has at most %d",
                       op, x->ndim - p->picked + p->ndim, ML_MAX_DIMS);
    return ML_OK;
}

/* ---- x as (outer, picked, inner), and what becomes of it ------------------------------------- */

static ml_tensor *three(ml_tensor *x, const picks *p)
{
    int64_t shape[3] = { 1, 1, 1 };
    if (p->moved) x = ml_permute(x, p->dims);
    if (!x) return NULL;
    for (int d = 0; d < x->ndim; d++)
        shape[d < p->outer ? 0 : d < p->outer + p->picked ? 1 : 2] *= x->shape[d];
    return ml_reshape(x, 3, shape);
}

/* The sizes of index(x): outer …, the index's …, inner …; their number is returned. */
static int result_shape(const ml_tensor *x, const picks *p, int64_t *shape)
{
    int n = 0;
    for (int d = 0; d < p->outer; d++) shape[n++] = x->shape[d];
    for (int d = 0; d < p->ndim; d++) shape[n++] = p->shape[d];
    for (int d = p->outer + p->picked; d < x->ndim; d++)
        shape[n++] = x->shape[p->moved ? p->dims[d] : d];
    return n;
}

ml_status ml_run_index(const ml_arg in[], ml_tensor *out[])
{
    picks p;
    int64_t shape[ML_MAX_DIMS];
    ML_TRY(read_picks("index", in[0].t, in[1], in[2], &p));
    int n = result_shape(in[0].t, &p, shape);
    ml_tensor *y = ml_call1(ML_OP_index_select, ML_T(three(in[0].t, &p)), ML_I(1), ML_T(p.linear));
    return ml_give(out, ml_reshape(y, n, shape));
}

/* From (outer, picked, inner) back to x's shape. */
static ml_tensor *unthree(ml_tensor *y, const ml_tensor *x, const picks *p)
{
    int64_t shape[ML_MAX_DIMS];
    int back[ML_MAX_DIMS];
    if (!p->moved) return ml_reshape(y, x->ndim, x->shape);
    for (int d = 0; d < x->ndim; d++) shape[d] = x->shape[p->dims[d]], back[p->dims[d]] = d;
    return ml_permute(ml_reshape(y, x->ndim, shape), back);
}

/* values as (outer, places, inner). */
static ml_tensor *values_for(ml_arg values, ml_tensor *x, const picks *p, const ml_tensor *wide)
{
    int64_t shape[ML_MAX_DIMS], sizes[3] = { wide->shape[0], p->linear->numel, wide->shape[2] };
    int n = result_shape(x, p, shape);
    ml_tensor *v = values.t;
    if (values.kind != ML_ARG_TENSOR) v = ml_number_tensor("index_put", values, ml_dtype_of(x));
    if (!v) return NULL;
    bool fits = v->ndim <= n;
    for (int d = 0; fits && d < v->ndim; d++)
        fits = v->shape[d] == 1 || v->shape[d] == shape[n - v->ndim + d];
    if (!fits)
        return ML_NULL(ML_SHAPE, "index_put: the values are %s, the places they go to (%s)",
                       ML_DESCRIBE(v), ml_shape_text(n, shape, (char[200]){ 0 }, 200));
    return ml_reshape(ml_expand(v, n, shape), 3, sizes);
}

ml_status ml_run_index_put(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *y;
    picks p;
    ML_TRY(read_picks("index_put", x, in[1], in[4], &p));
    ml_tensor *wide = three(x, &p);
    if (!wide) return ml_error_status();
    if (in[2].kind != ML_ARG_TENSOR && !in[3].i) {
        y = ml_call1(ML_OP_index_fill, ML_T(wide), ML_I(1), ML_T(p.linear), in[2]);
    } else {
        ml_tensor *values = values_for(in[2], x, &p, wide);
        y = ml_call1(in[3].i ? ML_OP_index_add : ML_OP_index_copy, ML_T(wide), ML_I(1),
                     ML_T(p.linear), ML_T(values));
    }
    return ml_give(out, y ? unthree(y, x, &p) : NULL);
}

ml_status ml_run_take(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *index = ml_indices("take", in[1].t, x->numel, -1);
    if (!index) return ml_error_status();
    ml_tensor *flat = ml_reshape(index, 1, &index->numel), *all = ml_reshape(x, 1, &x->numel);
    ml_tensor *y = ml_call1(ML_OP_index_select, ML_T(all), ML_I(0), ML_T(flat));
    return ml_give(out, ml_reshape(y, index->ndim, index->shape));
}
