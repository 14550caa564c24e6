/* extreme.c -- largest and smallest elements with their positions: max, min, argmax, argmin.
**
** Lines that lie side by side in memory go by columns; others one by one, cut into chunks when
** long. */
#include "core/isa.h"
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/lines.h"
#include "core/ops/reduction.h"

#include <string.h>

enum { CHUNK = 65536, COLUMNS = 256, PIECE = 32768 };

#define T float
#define S f32
#include "core/ops/extreme_loops.def"

#define T double
#define S f64
#include "core/ops/extreme_loops.def"

/* Integers have no nan, and the compiler knows it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtautological-compare"
#define T int64_t
#define S i64
#include "core/ops/extreme_loops.def"
#pragma GCC diagnostic pop

typedef struct work {
    const reduce_kernel *kernel;
    ml_dtype type;
    int64_t size;
    bool max;
    lines at;
    const char *data;
    char *value; /* one per unit of work (row chunks), or per line (columns) */
    int64_t *index;
    int64_t chunks, blocks, units, group;
} work;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void best_of_row(const work *w, int64_t n, const void *p, void *value, int64_t *index)
{
    if (w->type == ML_F32)
        best_of_row_f32(w->kernel, n, p, w->max, value, index);
    else if (w->type == ML_F64)
        best_of_row_f64(w->kernel, n, p, w->max, value, index);
    else
        best_of_row_i64(w->kernel, n, p, w->max, value, index);
}

static void best_of_columns(const work *w, int64_t width, const void *p, void *value,
                            int64_t *index)
{
    if (w->type == ML_F32)
        best_of_columns_f32(w->at.n, width, p, w->at.inner, w->max, value, index);
    else if (w->type == ML_F64)
        best_of_columns_f64(w->at.n, width, p, w->at.inner, w->max, value, index);
    else
        best_of_columns_i64(w->at.n, width, p, w->at.inner, w->max, value, index);
}

static void run_unit(const work *w, int64_t u)
{
    if (w->at.inner == 1) {
        int64_t row = u / w->chunks, from = u % w->chunks * CHUNK;
        best_of_row(w, least(CHUNK, w->at.n - from), w->data + (row * w->at.n + from) * w->size,
                    w->value + u * w->size, &w->index[u]);
        w->index[u] += from;
        return;
    }
    int64_t outer = u / w->blocks, column = u % w->blocks * COLUMNS,
            line = outer * w->at.inner + column;
    best_of_columns(w, least(COLUMNS, w->at.inner - column),
                    w->data + (outer * w->at.n * w->at.inner + column) * w->size,
                    w->value + line * w->size, &w->index[line]);
}

static void run_piece(void *ctx, int64_t piece)
{
    const work *w = ctx;
    int64_t end = least((piece + 1) * w->group, w->units);
    for (int64_t u = piece * w->group; u < end; u++) run_unit(w, u);
}

/* Of a row's chunks, the first best one: its value and index move to value[row], index[row]. */
static void join_chunks(const work *w)
{
    for (int64_t row = 0; row < w->at.outer; row++) {
        int64_t first = row * w->chunks, best;
        char value[8] __attribute__((aligned(8)));
        best_of_row(w, w->chunks, w->value + first * w->size, value, &best);
        memcpy(w->value + row * w->size, value, (size_t)w->size);
        w->index[row] = w->index[first + best];
    }
}

static ml_status run(work *w)
{
    bool rows = w->at.inner == 1;
    w->chunks = rows ? (w->at.n + CHUNK - 1) / CHUNK : 1;
    w->blocks = (w->at.inner + COLUMNS - 1) / COLUMNS;
    w->units = w->at.outer * w->blocks * w->chunks;
    int64_t each = rows ? least(w->at.n, CHUNK) : w->at.n * least(w->at.inner, COLUMNS);
    w->group = each > 0 && each < PIECE ? PIECE / each : 1;
    ML_TRY(ml_parallel_pieces((w->units + w->group - 1) / w->group, run_piece, w));
    if (w->chunks > 1) join_chunks(w);
    return ML_OK;
}

static ml_status nothing_to_choose(const char *op, const ml_tensor *x, const ml_arg *dim,
                                   const lines *at)
{
    if (dim->kind == ML_ARG_NONE)
        return ml_fail(ML_SHAPE, "%s: %s is empty and has no such element; test x:numel() first",
                       op, ML_DESCRIBE(x));
    return ml_fail(ML_SHAPE,
                   "%s: %s: dimension %d is empty and has no such element; choose another one", op,
                   ML_DESCRIBE(x), at->dim + 1);
}

/* A row's chunks need room for a result each; the first ones are the final results. */
static ml_tensor *room(const ml_tensor *like, int64_t units, ml_dtype dtype)
{
    if (like->numel >= units) return ml_empty((ml_spec){ dtype, 0 }, like->ndim, like->shape);
    ml_tensor *t = ml_empty((ml_spec){ dtype, 0 }, 1, &units);
    return t ? ml_view_as(t, like->ndim, like->shape, like->stride, 0) : NULL;
}

/* Best elements of x along in[1], or of all, and their positions; keepdim is in[2]. */
static ml_status extremes(const char *op, const ml_arg in[], bool max, ml_tensor **value,
                          ml_tensor **index)
{
    ml_tensor *x = in[0].t;
    bool all = in[1].kind == ML_ARG_NONE, keepdim = in[2].i;
    ml_dtype type = ml_compute_type((ml_dtype)x->dtype);
    reduce_type column = type == ML_F32 ? REDUCE_F32 : type == ML_F64 ? REDUCE_F64 : REDUCE_I64;
    work w = { .type = type, .size = (int64_t)ml_dtype_size(type), .max = max };
    w.kernel = &ML_BY_ISA(&ml_reduce_kernels)->at[max ? REDUCE_MAX : REDUCE_MIN][column];
    if (all)
        w.at = (lines){ 0, 1, x->numel, 1 };
    else
        ML_TRY(lines_along(op, x, in[1].i, &w.at));
    int64_t shape[ML_MAX_DIMS];
    int ndim = reduce_shape(x, all ? ~0u : 1u << w.at.dim, keepdim, shape);
    ml_tensor *like = ml_empty((ml_spec){ ML_I64, 0 }, ndim, shape), *dense = ml_dense(x, type);
    if (!like || !dense) return ml_error_status();
    if (w.at.n == 0 && like->numel > 0) return nothing_to_choose(op, x, &in[1], &w.at);
    int64_t units = w.at.inner == 1 ? w.at.outer * ((w.at.n + CHUNK - 1) / CHUNK) : like->numel;
    *value = room(like, units, type), *index = room(like, units, ML_I64);
    if (!*value || !*index) return ml_error_status();
    w.data = dense->data, w.value = (*value)->data, w.index = (int64_t *)(void *)(*index)->data;
    return like->numel ? run(&w) : ML_OK;
}

static ml_status run_arg(const char *op, const ml_arg in[], bool max, ml_tensor *out[])
{
    ml_tensor *value = NULL, *index = NULL;
    ML_TRY(extremes(op, in, max, &value, &index));
    return ml_give(&out[0], ml_contiguous(index));
}

ml_status ml_run_argmax(const ml_arg in[], ml_tensor *out[])
{
    return run_arg("argmax", in, true, out);
}

ml_status ml_run_argmin(const ml_arg in[], ml_tensor *out[])
{
    return run_arg("argmin", in, false, out);
}

/* Without a dimension these are amax and amin, on any device. */
static ml_status run_extreme(int op, const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *value = NULL, *index = NULL;
    ml_dtype dtype = (ml_dtype)x->dtype;
    bool max = op == ML_OP_max;
    if (in[1].kind == ML_ARG_NONE) {
        out[1] = NULL;
        return ml_give(&out[0], reduce_launch(max ? ML_OP_amax : ML_OP_amin, x, ~0u, in[2].i, dtype,
                                              ml_compute_type(dtype), NULL, NULL));
    }
    if (x->device != 0)
        return ml_fail(
            ML_DEVICE,
            "%s: not available with a dimension on %s yet; use a%s, or move the tensor with "
            "x:to(\"cpu\")",
            ml_ops[op].name, ml_device_name(x->device), ml_ops[op].name);
    ML_TRY(extremes(ml_ops[op].name, in, max, &value, &index));
    ML_TRY(ml_give(&out[0], ml_cast(value, dtype)));
    return ml_give(&out[1], index);
}

ml_status ml_run_max(const ml_arg in[], ml_tensor *out[])
{
    return run_extreme(ML_OP_max, in, out);
}

ml_status ml_run_min(const ml_arg in[], ml_tensor *out[])
{
    return run_extreme(ML_OP_min, in, out);
}

ml_status ml_grad_max(const ml_grad_call *call)
{
    const ml_tensor *x = call->in[0].t;
    int dim;
    if (!call->g[0]) return ML_OK;
    if (call->in[1].kind == ML_ARG_NONE) return ml_grad_amax(call);
    if (!ml_check_dim("max", x->ndim, call->in[1].i, &dim)) return ml_error_status();
    return ml_give(&call->gin[0],
                   lines_picked_gradient(x, dim, call->y[1], call->g[0], !call->in[2].i));
}

ml_status ml_grad_min(const ml_grad_call *call)
{
    return ml_grad_max(call);
}
