/* shape_slice.c -- views of some of the elements: select, narrow, slices, diagonals, pieces; and
** the opposite, putting a tensor into such a region of zeros or of a copy. */
#include "core/ops/hand.h"
#include "core/call.h"

#include <string.h>

/* A regular region of a tensor: sizes and strides of the whole view, and where it begins. */
typedef struct region {
    int ndim;
    int64_t shape[ML_MAX_DIMS], stride[ML_MAX_DIMS], offset;
} region;

static ml_tensor *region_view(ml_tensor *x, const region *r)
{
    return ml_view_as(x, r->ndim, r->shape, r->stride, r->offset);
}

/* Zeros of g's dtype and device with g in one region of them. */
static ml_tensor *region_of_zeros(ml_tensor *g, ml_tensor *zeros, const region *r)
{
    ml_tensor *view = zeros ? region_view(zeros, r) : NULL;
    if (!view || ml_assign(view, g) != ML_OK) return NULL;
    return zeros;
}

static ml_tensor *zeros_of(ml_tensor *g, ml_arg shape)
{
    return ml_zeros((ml_spec){ ml_dtype_of(g), g->device }, shape.n, shape.ints);
}

static ml_arg shape_of(const ml_tensor *x)
{
    return ML_INTS(x->shape, x->ndim);
}

/* ---- slice ----------------------------------------------------------------------------------- */

/* The region of x that starts, steps and sizes (one each per leading dimension) describe. */
static ml_status slice_region(const char *op, const ml_tensor *x, const ml_arg slice[3], region *r)
{
    ml_arg starts = slice[0], steps = slice[1], sizes = slice[2];
    if (starts.n != steps.n || starts.n != sizes.n || starts.n > x->ndim)
        return ml_fail(ML_SHAPE,
                       "%s: %s: %d starts, %d steps, %d sizes: as many of each are needed, at most "
                       "one per dimension",
                       op, ML_DESCRIBE(x), starts.n, steps.n, sizes.n);
    r->ndim = x->ndim, r->offset = 0;
    memcpy(r->shape, x->shape, sizeof r->shape);
    memcpy(r->stride, x->stride, sizeof r->stride);
    for (int d = 0; d < starts.n; d++) {
        int64_t start = starts.ints[d], step = steps.ints[d], size = sizes.ints[d], last;
        if (size < 0 || __builtin_mul_overflow(size > 0 ? size - 1 : 0, step, &last) ||
            __builtin_add_overflow(last, start, &last) || start < 0 || last < 0 ||
            (size > 0 && (start >= x->shape[d] || last >= x->shape[d])))
            return ml_fail(ML_INDEX,
                           "%s: %s: %lld places from %lld in steps of %lld do not lie within the "
                           "%lld of dimension %d",
                           op, ML_DESCRIBE(x), (long long)size, (long long)start + 1,
                           (long long)step, (long long)x->shape[d], d + 1);
        r->shape[d] = size;
        r->stride[d] = x->stride[d] * step;
        r->offset += start * x->stride[d];
    }
    return ML_OK;
}

ml_status ml_run_slice(const ml_arg in[], ml_tensor *out[])
{
    region r;
    ML_TRY(slice_region("slice", in[0].t, in + 1, &r));
    return ml_give(out, region_view(in[0].t, &r));
}

ml_status ml_grad_slice(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(
        call, 0,
        ml_call1(ML_OP_slice_backward, ML_T(call->g[0]), shape_of(in[0].t), in[1], in[2], in[3]));
    return ML_OK;
}

ml_status ml_run_slice_backward(const ml_arg in[], ml_tensor *out[])
{
    region r;
    ml_tensor *zeros = zeros_of(in[0].t, in[1]);
    if (!zeros) return ml_error_status();
    ML_TRY(slice_region("slice_backward", zeros, in + 2, &r));
    return ml_give(out, region_of_zeros(in[0].t, zeros, &r));
}

ml_status ml_grad_slice_backward(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    const ml_tensor *g = in[0].t;
    if (!call->need[0]) return ML_OK;
    ml_tensor *back = ml_call1(ML_OP_slice, ML_T(call->g[0]), in[2], in[3], in[4]);
    return ml_give(&call->gin[0], ml_sum_to(back, g->ndim, g->shape));
}

/* src without those leading dimensions of size 1 that the region does not have. */
static ml_tensor *without_leading_ones(ml_tensor *src, int ndim)
{
    int drop = 0;
    while (src->ndim - drop > ndim && src->shape[drop] == 1) drop++;
    return drop ? ml_reshape(src, src->ndim - drop, src->shape + drop) : src;
}

/* What is put into the region of x: src, checked to broadcast to it, or a number as a tensor. */
static ml_tensor *put_source(ml_tensor *x, const region *r, ml_arg value)
{
    if (value.kind != ML_ARG_TENSOR)
        return ml_to_device(ml_number_tensor("slice_put", value, ml_dtype_of(x)), x->device);
    ml_tensor *src = without_leading_ones(value.t, r->ndim);
    if (!src) return NULL;
    int extra = r->ndim - src->ndim;
    bool fits = extra >= 0;
    for (int d = 0; fits && d < src->ndim; d++)
        fits = src->shape[d] == 1 || src->shape[d] == r->shape[d + extra];
    if (!fits)
        return ML_NULL(ML_SHAPE, "slice_put: %s does not fit into a region (%s) of %s",
                       ML_DESCRIBE(src), ml_shape_text(r->ndim, r->shape, (char[200]){ 0 }, 200),
                       ML_DESCRIBE(x));
    return ml_apart(src, x);
}

ml_status ml_run_slice_put(const ml_arg in[], ml_tensor *out[])
{
    region r;
    ML_TRY(slice_region("slice_put", in[0].t, in + 2, &r));
    ml_tensor *src = put_source(in[0].t, &r, in[1]);
    ml_tensor *y = src ? ml_changed_copy(in[0].t) : NULL;
    if (!y) return ml_error_status();
    ML_TRY(slice_region("slice_put", y, in + 2, &r)); /* y is contiguous, x may not be */
    ml_tensor *view = region_view(y, &r);
    if (!view) return ml_error_status();
    ML_TRY(ml_assign(view, src));
    return ml_give(out, y);
}

ml_status ml_grad_slice_put(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(call, 0, ml_call1(ML_OP_slice_put, ML_T(call->g[0]), ML_I(0), in[2], in[3], in[4]));
    if (!call->need[1]) return ML_OK;
    const ml_tensor *src = in[1].t;
    ml_tensor *part = ml_call1(ML_OP_slice, ML_T(call->g[0]), in[2], in[3], in[4]);
    if (!part) return ml_error_status();
    int drop = src->ndim > part->ndim ? src->ndim - part->ndim : 0;
    part = ml_cast(ml_sum_to(part, src->ndim - drop, src->shape + drop), ml_dtype_of(src));
    return ml_give(&call->gin[1], drop ? ml_reshape(part, src->ndim, src->shape) : part);
}

/* ---- narrow, select -------------------------------------------------------------------------- */

/* start 0 … size, where start = size only with length 0; negative ones count from the end. */
static ml_status narrow_range(const ml_tensor *x, const ml_arg in[], int *dim, int64_t *start)
{
    int64_t length = in[3].i;
    if (x->ndim == 0)
        return ml_fail(ML_SHAPE, "narrow: a tensor without dimensions cannot be narrowed");
    if (!ml_check_dim("narrow", x->ndim, in[1].i, dim)) return ml_error_status();
    int64_t size = x->shape[*dim];
    *start = in[2].i < 0 ? in[2].i + size : in[2].i;
    if (length < 0 || *start < 0 || *start > size || length > size - *start)
        return ml_fail(ML_INDEX, "narrow: %lld places from %lld on: dimension %d of %s has %lld",
                       (long long)length, (long long)(in[2].i < 0 ? in[2].i : in[2].i + 1),
                       *dim + 1, ML_DESCRIBE(x), (long long)size);
    return ML_OK;
}

ml_status ml_run_narrow(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dim;
    int64_t start, shape[ML_MAX_DIMS];
    ML_TRY(narrow_range(x, in, &dim, &start));
    memcpy(shape, x->shape, sizeof shape);
    shape[dim] = in[3].i;
    return ml_give(out, ml_view_as(x, x->ndim, shape, x->stride, start * x->stride[dim]));
}

/* The opposite of taking LENGTH places from START along DIM: g, which has them, in zeros like x. */
static ml_tensor *narrow_back(ml_tensor *g, const ml_tensor *x, int dim, int64_t start,
                              int64_t length)
{
    int64_t starts[ML_MAX_DIMS] = { 0 }, steps[ML_MAX_DIMS], sizes[ML_MAX_DIMS];
    for (int d = 0; d <= dim; d++) steps[d] = 1, sizes[d] = x->shape[d];
    starts[dim] = start, sizes[dim] = length;
    return ml_call1(ML_OP_slice_backward, ML_T(g), shape_of(x), ML_INTS(starts, dim + 1),
                    ML_INTS(steps, dim + 1), ML_INTS(sizes, dim + 1));
}

ml_status ml_grad_narrow(const ml_grad_call *call)
{
    int dim;
    int64_t start;
    ML_TRY(narrow_range(call->in[0].t, call->in, &dim, &start));
    ML_GRAD(call, 0, narrow_back(call->g[0], call->in[0].t, dim, start, call->in[3].i));
    return ML_OK;
}

static ml_status select_place(const ml_tensor *x, const ml_arg in[], int *dim, int64_t *index)
{
    if (x->ndim == 0)
        return ml_fail(ML_SHAPE, "select: a tensor without dimensions has nothing to select");
    if (!ml_check_dim("select", x->ndim, in[1].i, dim)) return ml_error_status();
    return ml_check_index("select", x->shape[*dim], in[2].i, index) ? ML_OK : ml_error_status();
}

ml_status ml_run_select(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int dim, n = 0;
    int64_t index, shape[ML_MAX_DIMS], stride[ML_MAX_DIMS];
    ML_TRY(select_place(x, in, &dim, &index));
    for (int d = 0; d < x->ndim; d++) {
        if (d == dim) continue;
        shape[n] = x->shape[d];
        stride[n++] = x->stride[d];
    }
    return ml_give(out, ml_view_as(x, n, shape, stride, index * x->stride[dim]));
}

ml_status ml_grad_select(const ml_grad_call *call)
{
    int dim;
    int64_t index;
    ML_TRY(select_place(call->in[0].t, call->in, &dim, &index));
    ML_GRAD(call, 0, narrow_back(ml_unsqueeze(call->g[0], dim), call->in[0].t, dim, index, 1));
    return ML_OK;
}

/* ---- diagonal -------------------------------------------------------------------------------- */

/* in[] are offset, dim1, dim2. */
static ml_status diagonal_region(const char *op, const ml_tensor *x, const ml_arg in[], region *r)
{
    int a, b;
    if (x->ndim < 2)
        return ml_fail(ML_SHAPE, "%s: %s: at least 2 dimensions are needed", op, ML_DESCRIBE(x));
    if (!ml_check_dim(op, x->ndim, in[1].i, &a)) return ml_error_status();
    if (!ml_check_dim(op, x->ndim, in[2].i, &b)) return ml_error_status();
    if (a == b)
        return ml_fail(ML_INDEX, "%s: dim1 and dim2 are both %d; two different ones are needed", op,
                       a + 1);
    int64_t offset = in[0].i, rows = x->shape[a], columns = x->shape[b];
    /* the diagonal starts at (0, offset) or (-offset, 0); beyond the edge it is empty */
    int64_t skip_rows = offset < 0 ? (offset < -rows ? rows : -offset) : 0;
    int64_t skip_columns = offset > 0 ? (offset > columns ? columns : offset) : 0;
    int64_t n =
        rows - skip_rows < columns - skip_columns ? rows - skip_rows : columns - skip_columns;
    r->ndim = 0;
    for (int d = 0; d < x->ndim; d++) {
        if (d == a || d == b) continue;
        r->shape[r->ndim] = x->shape[d];
        r->stride[r->ndim++] = x->stride[d];
    }
    r->shape[r->ndim] = n;
    r->stride[r->ndim++] = x->stride[a] + x->stride[b];
    r->offset = n > 0 ? skip_rows * x->stride[a] + skip_columns * x->stride[b] : 0;
    return ML_OK;
}

ml_status ml_run_diagonal(const ml_arg in[], ml_tensor *out[])
{
    region r;
    ML_TRY(diagonal_region("diagonal", in[0].t, in + 1, &r));
    return ml_give(out, region_view(in[0].t, &r));
}

ml_status ml_grad_diagonal(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(call, 0,
            ml_call1(ML_OP_diagonal_backward, ML_T(call->g[0]), shape_of(in[0].t), in[1], in[2],
                     in[3]));
    return ML_OK;
}

ml_status ml_run_diagonal_backward(const ml_arg in[], ml_tensor *out[])
{
    region r;
    ml_tensor *zeros = zeros_of(in[0].t, in[1]);
    if (!zeros) return ml_error_status();
    ML_TRY(diagonal_region("diagonal_backward", zeros, in + 2, &r));
    return ml_give(out, region_of_zeros(in[0].t, zeros, &r));
}

ml_status ml_grad_diagonal_backward(const ml_grad_call *call)
{
    const ml_tensor *g = call->in[0].t;
    if (!call->need[0]) return ML_OK;
    ml_tensor *back =
        ml_call1(ML_OP_diagonal, ML_T(call->g[0]), call->in[2], call->in[3], call->in[4]);
    return ml_give(&call->gin[0], ml_sum_to(back, g->ndim, g->shape));
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static ml_status piece_dim(const char *op, const ml_tensor *x, ml_arg arg, int *dim)
{
    if (x->ndim == 0) return ml_fail(ML_SHAPE, "%s: a tensor without dimensions cannot be cut", op);
    return ml_check_dim(op, x->ndim, arg.i, dim) ? ML_OK : ml_error_status();
}

static ml_status return_piece(ml_tensor *x, int dim, int64_t start, int64_t length)
{
    ml_tensor *piece = ml_narrow(x, dim, start, length);
    if (!piece) return ml_error_status();
    ml_return_list(piece);
    return ML_OK;
}

/* Pieces of EACH places, the last one smaller; one empty piece of an empty dimension. */
static ml_status equal_pieces(ml_tensor *x, int dim, int64_t each)
{
    int64_t size = x->shape[dim], at = 0;
    do {
        ML_TRY(return_piece(x, dim, at, size - at < each ? size - at : each));
        at += each;
    } while (at < size);
    return ML_OK;
}

ml_status ml_run_split(const ml_arg in[], ml_tensor *out[])
{
    (void)out;
    ml_tensor *x = in[0].t;
    const int64_t *sizes = in[1].ints;
    int dim;
    ML_TRY(piece_dim("split", x, in[2], &dim));
    int64_t size = x->shape[dim], total = 0;
    if (in[1].n == 1) {
        if (sizes[0] < 0 || (sizes[0] == 0 && size > 0))
            return ml_fail(ML_VALUE, "split: pieces of %lld places: 1 or more are needed",
                           (long long)sizes[0]);
        return equal_pieces(x, dim, sizes[0] ? sizes[0] : 1);
    }
    for (int i = 0; i < in[1].n; i++)
        if (sizes[i] < 0 || __builtin_add_overflow(total, sizes[i], &total))
            total = -1, i = in[1].n;
    if (total != size)
        return ml_fail(ML_SHAPE,
                       "split: the %d sizes must not be negative and add up to %lld, the size of "
                       "dimension %d of %s",
                       in[1].n, (long long)size, dim + 1, ML_DESCRIBE(x));
    int64_t at = 0;
    for (int i = 0; i < in[1].n; at += sizes[i++]) ML_TRY(return_piece(x, dim, at, sizes[i]));
    return ML_OK;
}

ml_status ml_run_chunk(const ml_arg in[], ml_tensor *out[])
{
    (void)out;
    ml_tensor *x = in[0].t;
    int64_t n = in[1].i;
    int dim;
    ML_TRY(piece_dim("chunk", x, in[2], &dim));
    if (n < 1) return ml_fail(ML_VALUE, "chunk: %lld pieces: 1 or more are needed", (long long)n);
    int64_t size = x->shape[dim], each = size / n + (size % n != 0);
    return equal_pieces(x, dim, each ? each : 1);
}

ml_status ml_run_tensor_split(const ml_arg in[], ml_tensor *out[])
{
    (void)out;
    ml_tensor *x = in[0].t;
    int64_t n = in[1].i;
    int dim;
    ML_TRY(piece_dim("tensor_split", x, in[2], &dim));
    if (n < 1 || n > (int64_t)1 << 20)
        return ml_fail(ML_VALUE, "tensor_split: %lld pieces: 1 or more are needed", (long long)n);
    int64_t size = x->shape[dim], at = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t length = size / n + (i < size % n);
        ML_TRY(return_piece(x, dim, at, length));
        at += length;
    }
    return ML_OK;
}

ml_status ml_run_unbind(const ml_arg in[], ml_tensor *out[])
{
    (void)out;
    int dim;
    ML_TRY(piece_dim("unbind", in[0].t, in[1], &dim));
    for (int64_t i = 0; i < in[0].t->shape[dim]; i++) {
        ml_tensor *place = ml_select(in[0].t, dim, i);
        if (!place) return ml_error_status();
        ml_return_list(place);
    }
    return ML_OK;
}

/* ---- for C ----------------------------------------------------------------------------------- */

ml_tensor *ml_narrow(ml_tensor *x, int dim, int64_t start, int64_t length)
{
    return ml_call1(ML_OP_narrow, ML_T(x), ML_I(dim), ML_I(start), ML_I(length));
}

ml_tensor *ml_select(ml_tensor *x, int dim, int64_t index)
{
    return ml_call1(ML_OP_select, ML_T(x), ML_I(dim), ML_I(index));
}
