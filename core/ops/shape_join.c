/* shape_join.c -- several tensors made one, and one repeated, rolled, turned or padded. */
#include "core/ops/hand.h"
#include "core/call.h"

#include <string.h>

/* ---- cat, stack ------------------------------------------------------------------------------ */

/* PyTorch's old rule: a 1-D tensor without elements joins anything and adds nothing. */
static bool adds_nothing(const ml_tensor *t)
{
    return t->ndim == 1 && t->numel == 0;
}

/* The shape that joining gives, the dimension, and the common dtype. */
typedef struct join {
    int ndim, dim;
    int64_t shape[ML_MAX_DIMS];
    ml_dtype dtype;
} join;

static const ml_tensor *join_model(ml_arg list)
{
    for (int i = 0; i < list.n; i++)
        if (!adds_nothing(list.list[i])) return list.list[i];
    return list.list[0];
}

static ml_status join_plan(const ml_arg in[], join *j)
{
    ml_arg list = in[0];
    if (list.n == 0) return ml_fail(ML_VALUE, "cat: an empty list; at least one tensor is needed");
    const ml_tensor *first = join_model(list);
    if (first->ndim == 0)
        return ml_fail(ML_SHAPE, "cat: tensors without dimensions cannot be joined; use stack");
    if (!ml_check_dim("cat", first->ndim, in[1].i, &j->dim)) return ml_error_status();
    j->ndim = first->ndim, j->dtype = ml_dtype_of(list.list[0]);
    memcpy(j->shape, first->shape, sizeof j->shape);
    j->shape[j->dim] = 0;
    for (int i = 0; i < list.n; i++) {
        const ml_tensor *t = list.list[i];
        j->dtype = ml_promote(j->dtype, ml_dtype_of(t));
        if (adds_nothing(t)) continue;
        bool fits = t->ndim == j->ndim;
        for (int d = 0; fits && d < j->ndim; d++) fits = d == j->dim || t->shape[d] == j->shape[d];
        if (!fits)
            return ml_fail(ML_SHAPE,
                           "cat: tensor %d is %s, the first one %s: along dimension %d only "
                           "tensors that agree in all other sizes can be joined",
                           i + 1, ML_DESCRIBE(t), ML_DESCRIBE(first), j->dim + 1);
        if (__builtin_add_overflow(j->shape[j->dim], t->shape[j->dim], &j->shape[j->dim]))
            return ml_fail(ML_SHAPE, "cat: the result is too large");
    }
    return ML_OK;
}

ml_status ml_run_cat(const ml_arg in[], ml_tensor *out[])
{
    join j;
    int64_t at = 0, shape[ML_MAX_DIMS];
    ML_TRY(join_plan(in, &j));
    ml_tensor *y = ml_empty((ml_spec){ j.dtype, in[0].list[0]->device }, j.ndim, j.shape);
    if (!y) return ml_error_status();
    memcpy(shape, j.shape, sizeof shape);
    for (int i = 0; i < in[0].n; i++) {
        ml_tensor *t = in[0].list[i];
        if (t->numel == 0) continue;
        shape[j.dim] = t->shape[j.dim];
        ml_tensor *part = ml_view_as(y, j.ndim, shape, y->stride, at * y->stride[j.dim]);
        if (!part) return ml_error_status();
        ML_TRY(ml_assign(part, t));
        at += shape[j.dim];
    }
    return ml_give(out, y);
}

ml_status ml_grad_cat(const ml_grad_call *call)
{
    join j;
    int64_t at = 0;
    ml_arg list = call->in[0];
    ML_TRY(join_plan(call->in, &j));
    for (int i = 0; i < list.n && call->need[0]; i++) {
        const ml_tensor *t = list.list[i];
        if (adds_nothing(t)) continue;
        ml_tensor *g = ml_narrow(call->g[0], j.dim, at, t->shape[j.dim]);
        ML_TRY(ml_give(&call->gin_list[0][i], ml_cast(g, ml_dtype_of(t))));
        at += t->shape[j.dim];
    }
    return ML_OK;
}

static ml_status stack_check(const ml_arg in[], int *dim)
{
    ml_arg list = in[0];
    if (list.n == 0)
        return ml_fail(ML_VALUE, "stack: an empty list; at least one tensor is needed");
    const ml_tensor *first = list.list[0];
    if (first->ndim == ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "stack: %s: a tensor has at most %d dimensions",
                       ML_DESCRIBE(first), ML_MAX_DIMS);
    for (int i = 1; i < list.n; i++)
        if (!ml_same_shape(first, list.list[i]))
            return ml_fail(ML_SHAPE,
                           "stack: tensor %d is %s, the first one %s: all must have one shape; use "
                           "cat to join along an existing dimension",
                           i + 1, ML_DESCRIBE(list.list[i]), ML_DESCRIBE(first));
    return ml_check_dim("stack", first->ndim + 1, in[1].i, dim) ? ML_OK : ml_error_status();
}

ml_status ml_run_stack(const ml_arg in[], ml_tensor *out[])
{
    int dim;
    ml_arg list = in[0];
    ML_TRY(stack_check(in, &dim));
    const ml_tensor *first = list.list[0];
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    ml_dtype dtype = ml_dtype_of(first);
    for (int i = 1; i < list.n; i++) dtype = ml_promote(dtype, ml_dtype_of(list.list[i]));
    for (int d = 0; d <= first->ndim; d++)
        shape[d] = d == dim ? list.n : first->shape[d < dim ? d : d - 1];
    ml_tensor *y = ml_empty((ml_spec){ dtype, first->device }, first->ndim + 1, shape);
    if (!y) return ml_error_status();
    for (int d = 0; d < first->ndim; d++) stride[d] = y->stride[d < dim ? d : d + 1];
    for (int i = 0; i < list.n && y->numel; i++) {
        ml_tensor *part = ml_view_as(y, first->ndim, first->shape, stride, i * y->stride[dim]);
        if (!part) return ml_error_status();
        ML_TRY(ml_assign(part, list.list[i]));
    }
    return ml_give(out, y);
}

ml_status ml_grad_stack(const ml_grad_call *call)
{
    int dim;
    ml_arg list = call->in[0];
    ML_TRY(stack_check(call->in, &dim));
    for (int i = 0; i < list.n && call->need[0]; i++) {
        ml_tensor *g = ml_select(call->g[0], dim, i);
        ML_TRY(ml_give(&call->gin_list[0][i], ml_cast(g, ml_dtype_of(list.list[i]))));
    }
    return ML_OK;
}

/* cat along DIM of the list's tensors, each reshaped to at least NDIM dimensions. */
static ml_status cat_as(ml_arg list, int ndim, int dim, ml_tensor *out[])
{
    ml_tensor **t = ml_alloc((size_t)list.n * sizeof *t + 1);
    if (!t) return ml_fail(ML_MEMORY, "out of memory");
    ml_tensor *y = NULL;
    bool ok = true;
    for (int i = 0; i < list.n && ok; i++) {
        t[i] = list.list[i];
        while (t[i] && t[i]->ndim < ndim) t[i] = ml_unsqueeze(t[i], 0);
        ok = t[i] != NULL;
    }
    if (ok) y = ml_call1(ML_OP_cat, ML_LIST(t, list.n), ML_I(dim));
    ml_free(t, (size_t)list.n * sizeof *t + 1);
    return ml_give(out, y);
}

ml_status ml_run_hstack(const ml_arg in[], ml_tensor *out[])
{
    bool flat = in[0].n > 0 && in[0].list[0]->ndim < 2;
    return cat_as(in[0], 1, flat ? 0 : 1, out);
}

ml_status ml_run_vstack(const ml_arg in[], ml_tensor *out[])
{
    return cat_as(in[0], 2, 0, out);
}

/* ---- repeats, tile, repeat_interleave -------------------------------------------------------- */

/* Every run of RUN elements of x laid down COUNT times in a row: (outer, run) becomes (outer, count,
** run), seen in SHAPE. */
static ml_tensor *repeat_runs(ml_tensor *x, int64_t run, int64_t count, int ndim,
                              const int64_t *shape)
{
    int64_t outer = run ? x->numel / run : 0;
    ml_tensor *y = ml_reshape(x, 3, (int64_t[]){ outer, 1, run });
    y = ml_expand(y, 3, (int64_t[]){ outer, count, run });
    return ml_reshape(y, ndim, shape);
}

/* The shape that sizes[] times x's (with ones in front) gives. */
static ml_status repeated_shape(const char *op, const ml_tensor *x, int n, const int64_t *sizes)
{
    int64_t shape[ML_MAX_DIMS], numel;
    for (int d = 0; d < n; d++) {
        if (sizes[d] < 0)
            return ml_fail(ML_SHAPE, "%s: %lld times along dimension %d: it cannot be negative", op,
                           (long long)sizes[d], d + 1);
        int64_t size = d < n - x->ndim ? 1 : x->shape[d - (n - x->ndim)];
        if (__builtin_mul_overflow(size, sizes[d], &shape[d]))
            return ml_fail(ML_SHAPE, "%s: the result is too large", op);
    }
    return ml_check_shape(op, n, shape, &numel);
}

static ml_status repeat(const char *op, ml_tensor *x, int n, const int64_t *sizes, ml_tensor *out[])
{
    int64_t shape[ML_MAX_DIMS], run = 1;
    ML_TRY(repeated_shape(op, x, n, sizes));
    for (int d = 0; d < n; d++) shape[d] = d < n - x->ndim ? 1 : x->shape[d - (n - x->ndim)];
    ml_tensor *y = ml_reshape(x, n, shape);
    bool changed = false;
    for (int d = n - 1; d >= 0 && y; d--) {
        int64_t size = shape[d];
        shape[d] *= sizes[d];
        if (sizes[d] != 1) {
            /* without elements any tensor of the right shape will do */
            y = y->numel == 0 ? ml_zeros((ml_spec){ ml_dtype_of(y), y->device }, n, shape)
                              : repeat_runs(y, run * size, sizes[d], n, shape);
            changed = true;
        }
        run *= shape[d];
    }
    return ml_give(out, changed || !y ? y : ml_clone(y));
}

ml_status ml_run_repeats(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (in[1].n < x->ndim || in[1].n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE,
                       "repeats: %s and %d numbers: one per dimension is needed, or more for new "
                       "dimensions in front (at most %d)",
                       ML_DESCRIBE(x), in[1].n, ML_MAX_DIMS);
    return repeat("repeats", x, in[1].n, in[1].ints, out);
}

ml_status ml_run_tile(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t sizes[ML_MAX_DIMS];
    int n = in[1].n > x->ndim ? in[1].n : x->ndim;
    if (n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "tile: %d numbers: a tensor has at most %d dimensions", n,
                       ML_MAX_DIMS);
    for (int d = 0; d < n; d++) sizes[d] = d < n - in[1].n ? 1 : in[1].ints[d - (n - in[1].n)];
    return repeat("tile", x, n, sizes, out);
}

/* Place k of the result is place index[k] of x: counts[i] times i. */
static ml_tensor *interleave_index(ml_tensor *counts, int64_t size)
{
    ml_tensor *n = ml_contiguous(ml_cast(counts, ML_I64));
    const int64_t *count = n ? ml_data(n) : NULL;
    int64_t total = 0, step = counts->numel == 1 ? 0 : 1;
    if (!count) return NULL;
    for (int64_t i = 0; i < size; i++)
        if (count[i * step] < 0 || __builtin_add_overflow(total, count[i * step], &total))
            return ML_NULL(ML_VALUE, "repeat_interleave: place %lld is to be repeated %lld times",
                           (long long)i + 1, (long long)count[i * step]);
    ml_tensor *index = ml_empty((ml_spec){ ML_I64, 0 }, 1, &total);
    if (!index) return NULL;
    int64_t *at = ml_data(index);
    for (int64_t i = 0; i < size; i++)
        for (int64_t k = 0; k < count[i * step]; k++) *at++ = i;
    return index;
}

ml_status ml_run_repeat_interleave(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *counts = in[1].t;
    int dim = 0;
    if (!ml_given(in[2]) || x->ndim == 0)
        x = ml_reshape(x, 1, &(int64_t){ -1 });
    else if (!ml_check_dim("repeat_interleave", x->ndim, in[2].i, &dim))
        return ml_error_status();
    if (!x) return ml_error_status();
    if (in[1].kind == ML_ARG_FLOAT)
        return ml_fail(ML_VALUE, "repeat_interleave: %g times: a whole number is needed", in[1].f);
    if (in[1].kind == ML_ARG_INT) counts = ml_from(&in[1].i, ML_I64, 0, NULL);
    if (!counts) return ml_error_status();
    if (ml_is_float(ml_dtype_of(counts)))
        return ml_fail(ML_DTYPE, "repeat_interleave: repeats is %s; whole numbers are needed",
                       ML_DESCRIBE(counts));
    if (counts->ndim > 1 || (counts->numel != 1 && counts->numel != x->shape[dim]))
        return ml_fail(ML_SHAPE,
                       "repeat_interleave: repeats is %s: one number, or one for each of the %lld "
                       "places of dimension %d is needed",
                       ML_DESCRIBE(counts), (long long)x->shape[dim], dim + 1);
    ml_tensor *index = interleave_index(counts, x->shape[dim]);
    return ml_give(out, ml_call1(ML_OP_index_select, ML_T(x), ML_I(dim), ML_T(index)));
}

/* ---- roll, rot90, meshgrid ------------------------------------------------------------------- */

static ml_tensor *cat2(ml_tensor *a, ml_tensor *b, int dim)
{
    if (!a || !b) return NULL;
    return ml_call1(ML_OP_cat, ML_LIST(((ml_tensor *[]){ a, b }), 2), ML_I(dim));
}

static ml_tensor *rolled(ml_tensor *x, int dim, int64_t shift)
{
    int64_t n = x->shape[dim];
    if (n == 0 || shift % n == 0) return x;
    int64_t last = (shift % n + n) % n; /* so many come to the front */
    return cat2(ml_narrow(x, dim, n - last, last), ml_narrow(x, dim, 0, n - last), dim);
}

ml_status ml_run_roll(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *y = x;
    int dims[ML_MAX_DIMS];
    if (!ml_given(in[2])) {
        if (in[1].n != 1)
            return ml_fail(ML_SHAPE, "roll: %d shifts without dims: one is needed", in[1].n);
        y = ml_reshape(x, 1, &(int64_t){ -1 });
        if (y) y = rolled(y, 0, in[1].ints[0]);
        return ml_give(out, ml_clone(ml_reshape(y, x->ndim, x->shape)));
    }
    ML_TRY(ml_check_dims("roll", x, in[2].n, in[2].ints, dims));
    if (in[1].n != in[2].n)
        return ml_fail(ML_SHAPE, "roll: %d shifts for %d dimensions: one each is needed", in[1].n,
                       in[2].n);
    for (int i = 0; i < in[1].n && y; i++) y = rolled(y, dims[i], in[1].ints[i]);
    return ml_give(out, y == x ? ml_clone(x) : y);
}

ml_status ml_run_rot90(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t plane[2] = { 0, 1 }, k = (in[1].i % 4 + 4) % 4;
    int dims[2];
    if (ml_given(in[2]) && in[2].n != 2)
        return ml_fail(ML_SHAPE, "rot90: %d dimensions: 2 are needed", in[2].n);
    if (ml_given(in[2])) memcpy(plane, in[2].ints, sizeof plane);
    ML_TRY(ml_check_dims("rot90", x, 2, plane, dims));
    plane[0] = dims[0], plane[1] = dims[1];
    if (k == 0) return ml_give(out, ml_clone(x));
    if (k == 2) return ml_give(out, ml_call1(ML_OP_flip, ML_T(x), ML_INTS(plane, 2)));
    x = ml_call1(ML_OP_flip, ML_T(x), ML_INTS(&plane[k == 1], 1));
    return ml_give(out, ml_transpose(x, dims[0], dims[1]));
}

ml_status ml_run_meshgrid(const ml_arg in[], ml_tensor *out[])
{
    (void)out;
    ml_arg list = in[0];
    bool xy = !strcmp(in[1].s, "xy");
    int64_t shape[ML_MAX_DIMS], one[ML_MAX_DIMS];
    if (!xy && strcmp(in[1].s, "ij"))
        return ml_fail(ML_VALUE, "meshgrid: indexing \"%s\": \"ij\" or \"xy\" is needed", in[1].s);
    if (list.n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "meshgrid: %d axes: a tensor has at most %d dimensions", list.n,
                       ML_MAX_DIMS);
    xy = xy && list.n > 1;
    for (int i = 0; i < list.n; i++) {
        if (list.list[i]->ndim > 1)
            return ml_fail(ML_SHAPE, "meshgrid: tensor %d is %s: one dimension is needed", i + 1,
                           ML_DESCRIBE(list.list[i]));
        shape[xy && i < 2 ? 1 - i : i] = list.list[i]->numel;
    }
    for (int i = 0; i < list.n; i++) {
        for (int d = 0; d < list.n; d++) one[d] = 1;
        one[xy && i < 2 ? 1 - i : i] = list.list[i]->numel;
        ml_tensor *grid = ml_expand(ml_reshape(list.list[i], list.n, one), list.n, shape);
        if (!grid) return ml_error_status();
        ml_return_list(grid);
    }
    return ML_OK;
}
