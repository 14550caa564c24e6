/* shape_view.c -- views that keep every element: other sizes, other order of dimensions.
**
** A view shares its input's memory; only sizes, strides and the first element's place change.  Each
** gradient is the opposite view. */
#include "core/ops/hand.h"

#include <string.h>

static ml_tensor *relayout(ml_tensor *x, int ndim, const int64_t *shape, const int64_t *stride)
{
    return ml_view_as(x, ndim, shape, stride, 0);
}

/* Gradient of every view that only renames positions in row-major order. */
static ml_status reshape_back(const ml_grad_call *call)
{
    const ml_tensor *x = call->in[0].t;
    ML_GRAD(call, 0, ml_reshape(call->g[0], x->ndim, x->shape));
    return ML_OK;
}

/* ---- view, reshape, flatten, unflatten ------------------------------------------------------- */

/* Copies the wanted sizes to shape[], -1 replaced by what is left of NUMEL elements. */
static ml_status resolve_sizes(const char *op, const ml_tensor *x, int64_t numel, int n,
                               const int64_t *sizes, int64_t *shape)
{
    char text[200];
    if (n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "%s: %d sizes: a tensor has at most %d dimensions", op, n,
                       ML_MAX_DIMS);
    int open = -1;
    for (int i = 0; i < n; i++) {
        shape[i] = sizes[i];
        if (sizes[i] != -1) continue;
        if (open >= 0) return ml_fail(ML_SHAPE, "%s: only one size may be -1", op);
        open = i, shape[i] = 1;
    }
    int64_t known;
    ML_TRY(ml_check_shape(op, n, shape, &known));
    if (open >= 0 && known > 0 && numel % known == 0)
        shape[open] = numel / known;
    else if (open >= 0 || known != numel)
        return ml_fail(ML_SHAPE, "%s: %s: %lld elements do not fit into shape (%s)%s", op,
                       ML_DESCRIBE(x), (long long)numel, ml_shape_text(n, sizes, text, sizeof text),
                       open >= 0 && known == 0 ? ": -1 could be anything beside a size of 0" : "");
    return ML_OK;
}

/* Strides under which x's memory has SHAPE, which has as many elements; false if it needs a copy.
** Walks both shapes from the end: every run of x's dimensions that is one regular stretch of memory
** must be used up by a run of the new ones. */
static bool view_strides(const ml_tensor *x, int ndim, const int64_t *shape, int64_t *stride)
{
    int64_t base = x->ndim ? x->stride[x->ndim - 1] : 1, have = 1, want = 1;
    int v = ndim - 1;
    if (x->contiguous) { /* strides of size-1 dimensions mean nothing, so start afresh */
        for (; v >= 0; v--) stride[v] = want, want *= shape[v] > 0 ? shape[v] : 1;
        return true;
    }
    for (int d = x->ndim - 1; d >= 0; d--) {
        have *= x->shape[d];
        if (d > 0 && (x->shape[d - 1] == 1 || x->stride[d - 1] == have * base)) continue;
        for (; v >= 0 && (want < have || shape[v] == 1); v--) {
            stride[v] = want * base;
            want *= shape[v];
        }
        if (want != have) return false;
        if (d > 0) base = x->stride[d - 1], have = want = 1;
    }
    return v < 0;
}

ml_status ml_run_view(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    ML_TRY(resolve_sizes("view", x, x->numel, in[1].n, in[1].ints, shape));
    if (!view_strides(x, in[1].n, shape, stride))
        return ml_fail(ML_SHAPE,
                       "view: %s with strides (%s) cannot be seen as (%s) without a copy; use "
                       "x:reshape(…)",
                       ML_DESCRIBE(x), ml_shape_text(x->ndim, x->stride, (char[200]){ 0 }, 200),
                       ml_shape_text(in[1].n, shape, (char[200]){ 0 }, 200));
    return ml_give(out, relayout(x, in[1].n, shape, stride));
}

ml_status ml_grad_view(const ml_grad_call *call)
{
    return reshape_back(call);
}

static ml_tensor *view_or_copy(ml_tensor *x, int ndim, const int64_t *shape)
{
    int64_t stride[ML_MAX_DIMS];
    if (!view_strides(x, ndim, shape, stride)) {
        x = ml_clone(x);
        if (!x || !view_strides(x, ndim, shape, stride)) return NULL;
    }
    return relayout(x, ndim, shape, stride);
}

ml_status ml_run_reshape(const ml_arg in[], ml_tensor *out[])
{
    int64_t shape[ML_MAX_DIMS];
    ML_TRY(resolve_sizes("reshape", in[0].t, in[0].t->numel, in[1].n, in[1].ints, shape));
    return ml_give(out, view_or_copy(in[0].t, in[1].n, shape));
}

ml_status ml_grad_reshape(const ml_grad_call *call)
{
    return reshape_back(call);
}

ml_status ml_run_flatten(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int first, last, n = 0;
    if (!ml_check_dim("flatten", x->ndim, in[1].i, &first)) return ml_error_status();
    if (!ml_check_dim("flatten", x->ndim, in[2].i, &last)) return ml_error_status();
    if (first > last)
        return ml_fail(ML_INDEX, "flatten: start_dim %d comes after end_dim %d", first + 1,
                       last + 1);
    int64_t shape[ML_MAX_DIMS];
    for (int d = 0; d < first; d++) shape[n++] = x->shape[d];
    shape[n] = 1;
    for (int d = first; d <= last && d < x->ndim; d++) shape[n] *= x->shape[d];
    n++;
    for (int d = last + 1; d < x->ndim; d++) shape[n++] = x->shape[d];
    return ml_give(out, view_or_copy(x, n, shape));
}

ml_status ml_grad_flatten(const ml_grad_call *call)
{
    return reshape_back(call);
}

ml_status ml_run_unflatten(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dim, n = in[2].n;
    if (!ml_check_dim("unflatten", x->ndim, in[1].i, &dim)) return ml_error_status();
    if (x->ndim == 0 || n == 0 || x->ndim - 1 + n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "unflatten: %s: dimension %d cannot become %d dimensions",
                       ML_DESCRIBE(x), dim + 1, n);
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    memcpy(shape, x->shape, sizeof shape);
    memcpy(stride, x->stride, sizeof stride);
    ML_TRY(resolve_sizes("unflatten", x, x->shape[dim], n, in[2].ints, shape + dim));
    int64_t step = x->stride[dim];
    for (int i = n - 1; i >= 0; i--) {
        stride[dim + i] = step;
        step *= shape[dim + i];
    }
    for (int d = dim + 1; d < x->ndim; d++) {
        shape[d + n - 1] = x->shape[d];
        stride[d + n - 1] = x->stride[d];
    }
    return ml_give(out, relayout(x, x->ndim + n - 1, shape, stride));
}

ml_status ml_grad_unflatten(const ml_grad_call *call)
{
    return reshape_back(call);
}

/* ---- the order of dimensions ----------------------------------------------------------------- */

static ml_tensor *permuted(ml_tensor *x, const int *dims)
{
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = x->shape[dims[i]];
        stride[i] = x->stride[dims[i]];
    }
    return relayout(x, x->ndim, shape, stride);
}

static ml_status exchange(const char *op, const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int a, b, dims[ML_MAX_DIMS];
    if (!ml_check_dim(op, x->ndim, in[1].i, &a)) return ml_error_status();
    if (!ml_check_dim(op, x->ndim, in[2].i, &b)) return ml_error_status();
    for (int i = 0; i < ML_MAX_DIMS; i++) dims[i] = i == a ? b : i == b ? a : i;
    return ml_give(out, permuted(x, dims));
}

ml_status ml_run_transpose(const ml_arg in[], ml_tensor *out[])
{
    return exchange("transpose", in, out);
}

ml_status ml_grad_transpose(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_transpose(call->g[0], (int)call->in[1].i, (int)call->in[2].i));
    return ML_OK;
}

ml_status ml_run_swapaxes(const ml_arg in[], ml_tensor *out[])
{
    return exchange("swapaxes", in, out);
}

ml_status ml_grad_swapaxes(const ml_grad_call *call)
{
    return ml_grad_transpose(call);
}

ml_status ml_run_t(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (x->ndim > 2)
        return ml_fail(ML_SHAPE, "t: %s: a matrix is expected; use x:transpose(i, j)",
                       ML_DESCRIBE(x));
    return ml_give(out, permuted(x, x->ndim == 2 ? (int[]){ 1, 0 } : (int[]){ 0 }));
}

ml_status ml_grad_t(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_call1(ML_OP_t, ML_T(call->g[0])));
    return ML_OK;
}

ml_status ml_check_dims(const char *op, const ml_tensor *x, int n, const int64_t *dims, int *to)
{
    unsigned seen = 0;
    if (n > x->ndim)
        return ml_fail(ML_SHAPE, "%s: %d dimensions given, %s has %d", op, n, ML_DESCRIBE(x),
                       x->ndim);
    for (int i = 0; i < n; i++) {
        if (!ml_check_dim(op, x->ndim, dims[i], &to[i])) return ml_error_status();
        if (seen & 1u << to[i])
            return ml_fail(ML_INDEX, "%s: dimension %d is given twice", op, to[i] + 1);
        seen |= 1u << to[i];
    }
    return ML_OK;
}

ml_status ml_run_permute(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dims[ML_MAX_DIMS];
    ML_TRY(ml_check_dims("permute", x, in[1].n, in[1].ints, dims));
    if (in[1].n != x->ndim)
        return ml_fail(ML_SHAPE, "permute: %d dimensions given, %s has %d: name each once", in[1].n,
                       ML_DESCRIBE(x), x->ndim);
    return ml_give(out, permuted(x, dims));
}

static ml_tensor *permute_back(ml_tensor *g, const int *dims)
{
    int back[ML_MAX_DIMS];
    for (int i = 0; i < g->ndim; i++) back[dims[i]] = i;
    return ml_permute(g, back);
}

ml_status ml_grad_permute(const ml_grad_call *call)
{
    int dims[ML_MAX_DIMS];
    ML_TRY(ml_check_dims("permute", call->in[0].t, call->in[1].n, call->in[1].ints, dims));
    ML_GRAD(call, 0, permute_back(call->g[0], dims));
    return ML_OK;
}

/* The permutation that puts dimensions source[] at places destination[]. */
static ml_status moved_dims(const ml_tensor *x, ml_arg source, ml_arg destination, int *dims)
{
    int from[ML_MAX_DIMS], to[ML_MAX_DIMS];
    unsigned used = 0;
    if (source.n != destination.n)
        return ml_fail(ML_SHAPE, "movedim: %d dimensions to %d places: the numbers must be equal",
                       source.n, destination.n);
    ML_TRY(ml_check_dims("movedim", x, source.n, source.ints, from));
    ML_TRY(ml_check_dims("movedim", x, destination.n, destination.ints, to));
    for (int i = 0; i < x->ndim; i++) dims[i] = -1;
    for (int i = 0; i < source.n; i++) dims[to[i]] = from[i], used |= 1u << from[i];
    for (int i = 0, next = 0; i < x->ndim; i++) {
        if (dims[i] >= 0) continue;
        while (used & 1u << next) next++;
        dims[i] = next++;
    }
    return ML_OK;
}

ml_status ml_run_movedim(const ml_arg in[], ml_tensor *out[])
{
    int dims[ML_MAX_DIMS];
    ML_TRY(moved_dims(in[0].t, in[1], in[2], dims));
    return ml_give(out, permuted(in[0].t, dims));
}

ml_status ml_grad_movedim(const ml_grad_call *call)
{
    int dims[ML_MAX_DIMS];
    ML_TRY(moved_dims(call->in[0].t, call->in[1], call->in[2], dims));
    ML_GRAD(call, 0, permute_back(call->g[0], dims));
    return ML_OK;
}

ml_status ml_run_flip(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dims[ML_MAX_DIMS];
    int64_t stride[ML_MAX_DIMS], offset = 0;
    ML_TRY(ml_check_dims("flip", x, in[1].n, in[1].ints, dims));
    memcpy(stride, x->stride, sizeof stride);
    for (int i = 0; i < in[1].n; i++) {
        int d = dims[i];
        if (x->shape[d] > 0) offset += (x->shape[d] - 1) * x->stride[d];
        stride[d] = -stride[d];
    }
    return ml_give(out, ml_view_as(x, x->ndim, x->shape, stride, offset));
}

ml_status ml_grad_flip(const ml_grad_call *call)
{
    ML_GRAD(call, 0, ml_call1(ML_OP_flip, ML_T(call->g[0]), call->in[1]));
    return ML_OK;
}

/* ---- dimensions of size 1 -------------------------------------------------------------------- */

ml_status ml_run_squeeze(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dims[ML_MAX_DIMS], n = 0;
    unsigned drop = ml_given(in[1]) ? 0 : ~0u;
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    if (ml_given(in[1]) && (x->ndim > 0 || in[1].n != 1)) {
        ML_TRY(ml_check_dims("squeeze", x, in[1].n, in[1].ints, dims));
        for (int i = 0; i < in[1].n; i++) drop |= 1u << dims[i];
    } else if (ml_given(in[1]) && !ml_check_dim("squeeze", 0, in[1].ints[0], dims)) {
        return ml_error_status();
    }
    for (int d = 0; d < x->ndim; d++) {
        if (x->shape[d] == 1 && drop & 1u << d) continue;
        shape[n] = x->shape[d];
        stride[n++] = x->stride[d];
    }
    return ml_give(out, relayout(x, n, shape, stride));
}

ml_status ml_grad_squeeze(const ml_grad_call *call)
{
    return reshape_back(call);
}

ml_status ml_run_unsqueeze(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dim, n = x->ndim + 1;
    int64_t shape[ML_MAX_DIMS + 1], stride[ML_MAX_DIMS + 1];
    if (n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "unsqueeze: %s: a tensor has at most %d dimensions",
                       ML_DESCRIBE(x), ML_MAX_DIMS);
    if (!ml_check_dim("unsqueeze", n, in[1].i, &dim)) return ml_error_status();
    for (int d = 0; d < n; d++) {
        int from = d < dim ? d : d - 1;
        shape[d] = d == dim ? 1 : x->shape[from];
        stride[d] = d == dim ? 1 : x->stride[from];
    }
    return ml_give(out, relayout(x, n, shape, stride));
}

ml_status ml_grad_unsqueeze(const ml_grad_call *call)
{
    return reshape_back(call);
}

static ml_status expand(const char *op, ml_tensor *x, int n, const int64_t *sizes, ml_tensor *out[])
{
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS], numel;
    int new = n - x->ndim;
    if (new < 0 || n > ML_MAX_DIMS)
        return ml_fail(
            ML_SHAPE,
            "%s: %s to %d dimensions: there must be at least as many as now, and at most %d", op,
            ML_DESCRIBE(x), n, ML_MAX_DIMS);
    for (int d = 0; d < n; d++) {
        int64_t size = d < new ? 1 : x->shape[d - new];
        shape[d] = sizes[d] == -1 && d >= new ? size : sizes[d];
        stride[d] = d < new || size != shape[d] ? 0 : x->stride[d - new];
        if (size != 1 && size != shape[d])
            return ml_fail(
                ML_SHAPE,
                "%s: %s: size %lld of dimension %d cannot become %lld: only a size of 1 expands",
                op, ML_DESCRIBE(x), (long long)size, d - new + 1, (long long)shape[d]);
    }
    ML_TRY(ml_check_shape(op, n, shape, &numel));
    return ml_give(out, relayout(x, n, shape, stride));
}

static ml_status expand_back(const ml_grad_call *call)
{
    const ml_tensor *x = call->in[0].t;
    ML_GRAD(call, 0, ml_sum_to(call->g[0], x->ndim, x->shape));
    return ML_OK;
}

ml_status ml_run_expand(const ml_arg in[], ml_tensor *out[])
{
    return expand("expand", in[0].t, in[1].n, in[1].ints, out);
}

ml_status ml_grad_expand(const ml_grad_call *call)
{
    return expand_back(call);
}

ml_status ml_run_broadcast_to(const ml_arg in[], ml_tensor *out[])
{
    return expand("broadcast_to", in[0].t, in[1].n, in[1].ints, out);
}

ml_status ml_grad_broadcast_to(const ml_grad_call *call)
{
    return expand_back(call);
}

ml_status ml_run_expand_as(const ml_arg in[], ml_tensor *out[])
{
    return expand("expand_as", in[0].t, in[1].t->ndim, in[1].t->shape, out);
}

ml_status ml_grad_expand_as(const ml_grad_call *call)
{
    return expand_back(call);
}

/* ---- for C ----------------------------------------------------------------------------------- */

ml_tensor *ml_reshape(ml_tensor *x, int ndim, const int64_t *shape)
{
    return ml_call1(ML_OP_reshape, ML_T(x), ML_INTS(shape, ndim));
}

ml_tensor *ml_expand(ml_tensor *x, int ndim, const int64_t *shape)
{
    return ml_call1(ML_OP_expand, ML_T(x), ML_INTS(shape, ndim));
}

ml_tensor *ml_transpose(ml_tensor *x, int dim0, int dim1)
{
    return ml_call1(ML_OP_transpose, ML_T(x), ML_I(dim0), ML_I(dim1));
}

ml_tensor *ml_permute(ml_tensor *x, const int *dims)
{
    int64_t wide[ML_MAX_DIMS];
    if (!x) return NULL;
    for (int i = 0; i < x->ndim; i++) wide[i] = dims[i];
    return ml_call1(ML_OP_permute, ML_T(x), ML_INTS(wide, x->ndim));
}

ml_tensor *ml_unsqueeze(ml_tensor *x, int dim)
{
    return ml_call1(ML_OP_unsqueeze, ML_T(x), ML_I(dim));
}

ml_tensor *ml_squeeze(ml_tensor *x, int dim)
{
    return ml_call1(ML_OP_squeeze, ML_T(x), ML_INTS(&(int64_t){ dim }, 1));
}
