/* index_mask.c -- masks: masked_select, masked_scatter, masked_fill, nonzero; one_hot.
**
** A mask is first turned into the flat positions where it is true, in order. */
#include "core/ops/index_positions.h"
#include "core/call.h"
#include "core/iter.h"

#include <string.h>

/* ---- positions ------------------------------------------------------------------------------- */

enum { BLOCK = 1 << 14 };

typedef struct position_work {
    const uint8_t *mask;
    int64_t n;
    int64_t *start; /* per block: how many are true, then how many before it */
    int64_t *position;
} position_work;

static void count_block(void *ctx, int64_t block)
{
    const position_work *w = ctx;
    int64_t first = block * BLOCK, end = first + BLOCK < w->n ? first + BLOCK : w->n, count = 0;
    for (int64_t i = first; i < end; i++) count += w->mask[i] != 0;
    w->start[block] = count;
}

static void write_block(void *ctx, int64_t block)
{
    const position_work *w = ctx;
    int64_t first = block * BLOCK, end = first + BLOCK < w->n ? first + BLOCK : w->n;
    int64_t *to = w->position + w->start[block];
    for (int64_t i = first; i < end; i++)
        if (w->mask[i]) *to++ = i;
}

ml_tensor *ml_mask_positions(ml_tensor *mask)
{
    mask = ml_dense(mask, ML_BOOL);
    if (!mask) return NULL;
    int64_t blocks = (mask->numel + BLOCK - 1) / BLOCK, total = 0;
    ml_tensor *start = ml_empty((ml_spec){ ML_I64, 0 }, 1, &blocks);
    if (!start) return NULL;
    position_work w = { ml_data(mask), mask->numel, ml_data(start), NULL };
    if (blocks && ml_parallel_pieces(blocks, count_block, &w) != ML_OK) return NULL;
    for (int64_t i = 0; i < blocks; i++) {
        int64_t count = w.start[i];
        w.start[i] = total, total += count;
    }
    ml_tensor *positions = ml_empty((ml_spec){ ML_I64, 0 }, 1, &total);
    if (!positions) return NULL;
    w.position = ml_data(positions);
    if (blocks && ml_parallel_pieces(blocks, write_block, &w) != ML_OK) return NULL;
    return positions;
}

/* ---- moving the elements where a mask is true ------------------------------------------------ */

static ml_status check_mask(const char *op, const ml_tensor *mask)
{
    if (ml_dtype_of(mask) == ML_BOOL) return ML_OK;
    return ml_fail(ML_DTYPE,
                   "%s: the mask is %s; a bool tensor is needed, for example from x:gt(0)", op,
                   ML_DESCRIBE(mask));
}

typedef struct move_work {
    const int64_t *position;
    int64_t n;
    size_t size;
    const char *from;
    char *to;
    bool spread; /* element k to position k, else from it */
} move_work;

#define MOVE(T)                                                                                    \
    for (int64_t i = first; i < end; i++) {                                                        \
        if (w->spread)                                                                             \
            ((T *)to)[w->position[i]] = ((const T *)from)[i];                                      \
        else                                                                                       \
            ((T *)to)[i] = ((const T *)from)[w->position[i]];                                      \
    }

static void move_piece(void *ctx, int64_t piece)
{
    const move_work *w = ctx;
    int64_t first = piece * BLOCK, end = first + BLOCK < w->n ? first + BLOCK : w->n;
    const void *from = w->from;
    void *to = w->to;
    if (w->size == 8)
        MOVE(uint64_t)
    else if (w->size == 4)
        MOVE(uint32_t)
    else if (w->size == 2)
        MOVE(uint16_t)
    else
        MOVE(uint8_t)
}

static ml_status move_elements(const ml_tensor *positions, const ml_tensor *from, ml_tensor *to,
                               bool spread)
{
    move_work w = { ml_data(positions), positions->numel, ml_dtype_size(ml_dtype_of(to)),
                    from->data,         to->data,         spread };
    return ml_parallel_pieces((w.n + BLOCK - 1) / BLOCK, move_piece, &w);
}

ml_status ml_run_masked_select(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *mask = in[1].t;
    int64_t shape[ML_MAX_DIMS];
    ML_TRY(check_mask("masked_select", mask));
    int ndim = ml_broadcast("masked_select", 2, (ml_tensor *[]){ x, mask }, shape);
    if (ndim < 0) return ml_error_status();
    x = ml_dense(ml_expand(x, ndim, shape), ml_dtype_of(x));
    ml_tensor *positions = ml_mask_positions(ml_expand(mask, ndim, shape));
    if (!x || !positions) return ml_error_status();
    ml_tensor *y = ml_empty((ml_spec){ ml_dtype_of(x), 0 }, 1, &positions->numel);
    if (!y) return ml_error_status();
    *out = y;
    return y->numel ? move_elements(positions, x, y, false) : ML_OK;
}

ml_status ml_grad_masked_select(const ml_grad_call *call)
{
    const ml_tensor *x = call->in[0].t;
    ml_tensor *mask = call->in[1].t;
    int64_t shape[ML_MAX_DIMS];
    if (!call->need[0]) return ML_OK;
    int ndim = ml_broadcast("masked_select", 2, (ml_tensor *[]){ call->in[0].t, mask }, shape);
    ml_tensor *zeros = ml_zeros((ml_spec){ ml_dtype_of(x), x->device }, ndim, shape);
    ml_tensor *g = ml_call1(ML_OP_masked_scatter, ML_T(zeros), ML_T(mask), ML_T(call->g[0]));
    return ml_give(&call->gin[0], ml_sum_to(g, x->ndim, x->shape));
}

ml_status ml_run_masked_scatter(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *source = in[2].t;
    ML_TRY(check_mask("masked_scatter", in[1].t));
    ml_tensor *mask = ml_expand(in[1].t, x->ndim, x->shape),
              *positions = mask ? ml_mask_positions(mask) : NULL;
    if (!positions) return ml_error_status();
    if (positions->numel > source->numel)
        return ml_fail(
            ML_SHAPE,
            "masked_scatter: %lld elements of the mask are true, the source has only %lld",
            (long long)positions->numel, (long long)source->numel);
    if (ml_is_float(ml_dtype_of(source)) && !ml_is_float(ml_dtype_of(x)))
        return ml_fail(
            ML_DTYPE,
            "masked_scatter: the source is %s and does not fit into x, %s; convert one of them",
            ML_DESCRIBE(source), ML_DESCRIBE(x));
    source = ml_apart(ml_dense(source, ml_dtype_of(x)), x);
    ml_tensor *y = source ? ml_changed_copy(x) : NULL;
    if (!y) return ml_error_status();
    *out = y;
    return positions->numel ? move_elements(positions, source, y, true) : ML_OK;
}

/* The first of source's elements were used, one for each true one of the mask. */
static ml_tensor *source_gradient(ml_tensor *g, ml_tensor *mask, const ml_tensor *source)
{
    ml_tensor *used = ml_call1(ML_OP_masked_select, ML_T(g), ML_T(mask));
    if (!used) return NULL;
    int64_t start = 0, step = 1, size = used->numel;
    used = ml_call1(ML_OP_slice_backward, ML_T(used), ML_INTS(&source->numel, 1),
                    ML_INTS(&start, 1), ML_INTS(&step, 1), ML_INTS(&size, 1));
    return ml_reshape(ml_cast(used, ml_dtype_of(source)), source->ndim, source->shape);
}

ml_status ml_grad_masked_scatter(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ml_tensor *g = call->g[0], *mask = ml_expand(in[1].t, g->ndim, g->shape);
    ML_GRAD(call, 0, ml_call1(ML_OP_masked_fill, ML_T(g), ML_T(mask), ML_I(0)));
    ML_GRAD(call, 2, source_gradient(g, mask, in[2].t));
    return ML_OK;
}

ml_status ml_run_masked_fill(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_arg value = in[2];
    ML_TRY(check_mask("masked_fill", in[1].t));
    if (value.kind == ML_ARG_TENSOR) {
        if (value.t->numel != 1)
            return ml_fail(ML_SHAPE, "masked_fill: the value is %s; a single number is needed",
                           ML_DESCRIBE(value.t));
        value.t = ml_cast(value.t->ndim ? ml_reshape(value.t, 0, NULL) : value.t, ml_dtype_of(x));
    } else if (!ml_is_float(ml_dtype_of(x))) {
        value =
            ML_T(ml_to_device(ml_number_tensor("masked_fill", value, ml_dtype_of(x)), x->device));
    }
    return ml_give(out, ml_call1(ML_OP_where, in[1], value, ML_T(x)));
}

/* ---- nonzero, one_hot ------------------------------------------------------------------------ */

ml_status ml_run_nonzero(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *positions = ml_mask_positions(ml_cast(x, ML_BOOL));
    if (!positions) return ml_error_status();
    ml_tensor *y = ml_empty((ml_spec){ ML_I64, 0 }, 2, (int64_t[]){ positions->numel, x->ndim });
    if (!y) return ml_error_status();
    const int64_t *at = ml_data(positions);
    int64_t *to = ml_data(y);
    for (int64_t i = 0; i < positions->numel; i++, to += x->ndim) {
        int64_t rest = at[i];
        for (int d = x->ndim - 1; d >= 0; d--) to[d] = rest % x->shape[d], rest /= x->shape[d];
    }
    return ml_give(out, y);
}

/* How many classes there must be at least; -1 with an error for a negative class. */
static int64_t count_classes(const ml_tensor *labels)
{
    const int64_t *at = ml_data(labels);
    int64_t most = -1;
    for (int64_t i = 0; i < labels->numel; i++) {
        if (at[i] < 0)
            return ml_fail(ML_INDEX, "one_hot: class %lld (element %lld): classes count from 1",
                           (long long)at[i], (long long)i + 1),
                   -1;
        if (at[i] > most) most = at[i];
    }
    return most + 1;
}

ml_status ml_run_one_hot(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *labels = ml_dense(in[0].t, ML_I64);
    int64_t classes = in[1].i, shape[ML_MAX_DIMS + 1], least = labels ? count_classes(labels) : -1;
    if (least < 0) return ml_error_status();
    if (classes == -1 && labels->numel == 0)
        return ml_fail(ML_VALUE, "one_hot: without elements num_classes must be given");
    if (classes == -1) classes = least;
    if (classes < least)
        return ml_fail(ML_INDEX, "one_hot: class %lld, but num_classes is %lld", (long long)least,
                       (long long)classes);
    memcpy(shape, labels->shape, sizeof labels->shape);
    shape[labels->ndim] = classes;
    ml_tensor *y = ml_zeros((ml_spec){ ML_I64, 0 }, labels->ndim + 1, shape);
    if (!y) return ml_error_status();
    const int64_t *at = ml_data(labels);
    int64_t *to = ml_data(y);
    for (int64_t i = 0; i < labels->numel; i++) to[i * classes + at[i]] = 1;
    return ml_give(out, y);
}
