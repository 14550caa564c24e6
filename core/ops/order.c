/* order.c -- operators made of sorted or ranked lines: sort, argsort, topk, kthvalue, median, mode.
**
** dim is moved behind the others first, so that lines are rows; a row is always one thread's.  Each
** operator is a row_kernel that finds positions; the values are picked from the row afterwards. */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/lines.h"
#include "core/ops/reduction.h"
#include "core/ops/sort_keys.h"

#include <stdatomic.h>
#include <math.h>
#include <string.h>

enum { PIECE = 8192 };

typedef struct work work;
/* Finds the w->m positions that the operator picks from a row, with keys[n], rest[n] and entries[2
** n] to use. */
typedef void row_kernel(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                        int64_t *index);

struct work {
    row_kernel *kernel;
    ml_dtype type;
    bool descending;
    int64_t rank; /* of kthvalue */
    int64_t n, m, rows, group;
    const char *data;      /* (rows, n) */
    char *value;           /* (rows, m) */
    int64_t *index;        /* (rows, m) */
    atomic_bool no_memory; /* in a thread */
};

/* ---- rows ------------------------------------------------------------------------------------ */

static void enter(int64_t n, const uint64_t *keys, sort_entry *entries)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) entries[i] = (sort_entry){ keys[i], i };
}

static void take_indices(int64_t n, const sort_entry *entries, int64_t *index)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) index[i] = entries[i].index;
}

static int64_t count_below(int64_t n, const uint64_t *keys, uint64_t key)
{
    int64_t count = 0;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) count += keys[i] < key;
    return count;
}

static void sort_row(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                     int64_t *index)
{
    (void)rest;
    enter(w->n, keys, entries);
    sort_entries(w->n, entries, entries + w->n);
    take_indices(w->n, entries, index);
}

/* Elements before the m-th key, and of those equal to it the first ones; then these sorted. */
static void top_row(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                    int64_t *index)
{
    if (w->m == 0) return;
    uint64_t last = sort_select(w->n, keys, w->m - 1, rest);
    int64_t equal = w->m - count_below(w->n, keys, last), taken = 0;
    for (int64_t i = 0, end; taken < w->m && i < (end = ml_stretch(i, w->n));)
        for (; taken < w->m && i < end; i++) {
            if (keys[i] > last || (keys[i] == last && equal-- <= 0)) continue;
            entries[taken++] = (sort_entry){ keys[i], i };
        }
    if (ml_interrupted()) return;
    sort_entries(w->m, entries, entries + w->m);
    take_indices(w->m, entries, index);
}

/* Where the element of rank k in a stable sort lies. */
static int64_t place_of_rank(int64_t n, const uint64_t *keys, int64_t k, uint64_t *rest)
{
    uint64_t key = sort_select(n, keys, k, rest);
    k -= count_below(n, keys, key);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++)
            if (keys[i] == key && k-- <= 0) return i;
    return 0; /* interrupted */
}

static void rank_row(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                     int64_t *index)
{
    (void)entries;
    *index = place_of_rank(w->n, keys, w->rank, rest);
}

/* The lower of the two in the middle; the first nan if there is one. */
static void median_row(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                       int64_t *index)
{
    bool has_nan;
    uint64_t nan = sort_nan_key(w->type, &has_nan);
    (void)entries;
    for (int64_t i = 0, end; has_nan && i < (end = ml_stretch(i, w->n));)
        for (; i < end; i++)
            if (keys[i] == nan) {
                *index = i;
                return;
            }
    *index = place_of_rank(w->n, keys, (w->n - 1) / 2, rest);
}

/* The longest run of a sorted row, the first of several; its last position. */
static void mode_row(const work *w, const uint64_t *keys, uint64_t *rest, sort_entry *entries,
                     int64_t *index)
{
    (void)rest;
    enter(w->n, keys, entries);
    sort_entries(w->n, entries, entries + w->n);
    int64_t longest = 0, begin = 0;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, w->n));)
        for (; i < end; i++) {
            if (entries[i].key != entries[begin].key) begin = i;
            if (i + 1 - begin > longest) longest = i + 1 - begin, *index = entries[i].index;
        }
}

/* ---- all rows -------------------------------------------------------------------------------- */

static void pick_values(const work *w, const char *row, const int64_t *index, char *value)
{
    for (int64_t i = 0, end; i < (end = ml_stretch(i, w->m));) {
        if (w->type == ML_F32)
            for (; i < end; i++) memcpy(value + 4 * i, row + 4 * index[i], 4);
        else
            for (; i < end; i++) memcpy(value + 8 * i, row + 8 * index[i], 8);
    }
}

static void run_piece(void *ctx, int64_t piece)
{
    work *w = ctx;
    int64_t size = (int64_t)ml_dtype_size(w->type), end = (piece + 1) * w->group;
    size_t bytes = (size_t)w->n * (2 * sizeof(uint64_t) + 2 * sizeof(sort_entry));
    uint64_t *keys = ml_alloc(bytes), *rest = keys + w->n;
    if (!keys) {
        atomic_store(&w->no_memory, true);
        return;
    }
    for (int64_t r = piece * w->group; r < end && r < w->rows && !ml_interrupted(); r++) {
        const char *row = w->data + r * w->n * size;
        int64_t *index = w->index + r * w->m;
        sort_keys(w->type, row, w->n, w->descending, keys);
        w->kernel(w, keys, rest, (sort_entry *)(void *)(rest + w->n), index);
        if (!ml_interrupted()) pick_values(w, row, index, w->value + r * w->m * size);
    }
    ml_free(keys, bytes);
}

/* Runs W along DIM of x: values and indices with w->m places along the dimension. */
static ml_status run_rows(const char *op, work *w, ml_tensor *x, int dim, ml_tensor **value,
                          ml_tensor **index)
{
    w->type = ml_compute_type((ml_dtype)x->dtype);
    ml_tensor *rows = lines_as_rows(x, dim, w->type);
    if (!rows) return ml_error_status();
    int last = rows->ndim - 1;
    ml_tensor *k = lines_result(rows, last, w->m, true, ML_I64);
    ml_tensor *v = lines_result(rows, last, w->m, true, w->type);
    if (!k || !v) return ml_error_status();
    w->data = rows->data, w->index = (int64_t *)(void *)k->data, w->value = v->data;
    w->rows = w->n ? rows->numel / w->n : 0;
    w->group = w->n < PIECE ? PIECE / (w->n ? w->n : 1) : 1;
    ML_TRY(ml_parallel_pieces((w->rows + w->group - 1) / w->group, run_piece, w));
    if (w->no_memory) return ml_fail(ML_MEMORY, "%s: %s: out of memory", op, ML_DESCRIBE(x));
    ML_TRY(ml_give(index, lines_from_rows(k, dim, ML_I64)));
    return ml_give(value, lines_from_rows(v, dim, (ml_dtype)x->dtype));
}

/* x's dimension is not empty, or x has no lines at all. */
static ml_status check_not_empty(const char *op, const ml_tensor *x, const lines *at)
{
    if (at->n > 0 || at->outer * at->inner == 0) return ML_OK;
    return ml_fail(ML_SHAPE,
                   "%s: %s: dimension %d is empty and has no such element; choose another one", op,
                   ML_DESCRIBE(x), at->dim + 1);
}

static ml_status drop_dim(ml_tensor *t[2], int dim, bool keepdim)
{
    for (int i = 0; i < 2 && !keepdim; i++)
        if (t[i] && t[i]->ndim > 0) ML_TRY(ml_give(&t[i], ml_squeeze(t[i], dim)));
    return ML_OK;
}

/* ---- operators ------------------------------------------------------------------------------- */

static ml_status run_sort(const char *op, const ml_arg in[], ml_tensor **value, ml_tensor **index)
{
    lines at;
    ML_TRY(lines_along(op, in[0].t, in[1].i, &at));
    work w = { .kernel = sort_row, .descending = in[2].i, .n = at.n, .m = at.n };
    return run_rows(op, &w, in[0].t, at.dim, value, index);
}

ml_status ml_run_sort(const ml_arg in[], ml_tensor *out[])
{
    return run_sort("sort", in, &out[0], &out[1]);
}

ml_status ml_run_argsort(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *value = NULL;
    return run_sort("argsort", in, &value, &out[0]);
}

ml_status ml_run_topk(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t k = in[1].i;
    lines at;
    ML_TRY(lines_along("topk", x, in[2].i, &at));
    if (k < 0 || k > at.n)
        return ml_fail(ML_VALUE, "topk: %s: k is %lld, but dimension %d has %lld elements",
                       ML_DESCRIBE(x), (long long)k, at.dim + 1, (long long)at.n);
    work w = { .kernel = top_row, .descending = in[3].i, .n = at.n, .m = k };
    return run_rows("topk", &w, x, at.dim, &out[0], &out[1]);
}

ml_status ml_run_kthvalue(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int64_t k = in[1].i;
    lines at;
    ML_TRY(lines_along("kthvalue", x, in[2].i, &at));
    ML_TRY(check_not_empty("kthvalue", x, &at));
    if (at.n > 0 && (k < 1 || k > at.n))
        return ml_fail(
            ML_VALUE,
            "kthvalue: %s: k is %lld, but dimension %d has %lld elements; k counts from 1",
            ML_DESCRIBE(x), (long long)k, at.dim + 1, (long long)at.n);
    work w = { .kernel = rank_row, .n = at.n, .m = 1, .rank = k - 1 };
    ML_TRY(run_rows("kthvalue", &w, x, at.dim, &out[0], &out[1]));
    return drop_dim(out, at.dim, in[3].i);
}

/* Of all elements: the value alone, nan for an empty tensor. */
static ml_status median_of_all(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *index;
    int64_t shape[ML_MAX_DIMS];
    int ndim = reduce_shape(x, ~0u, in[2].i, shape);
    if (x->numel == 0 && !ml_is_float((ml_dtype)x->dtype))
        return ml_fail(ML_SHAPE, "median: %s is empty and has no median", ML_DESCRIBE(x));
    if (x->numel == 0)
        return ml_give(&out[0],
                       ml_full((ml_spec){ (ml_dtype)x->dtype, 0 }, ndim, shape, (double)NAN));
    work w = { .kernel = median_row, .n = x->numel, .m = 1 };
    ml_tensor *flat = ml_reshape(x, 1, &x->numel);
    if (!flat) return ml_error_status();
    ML_TRY(run_rows("median", &w, flat, 0, &out[0], &index));
    return ml_give(&out[0], ml_reshape(out[0], ndim, shape));
}

ml_status ml_run_median(const ml_arg in[], ml_tensor *out[])
{
    lines at;
    out[1] = NULL;
    if (!ml_given(in[1])) return median_of_all(in, out);
    ML_TRY(lines_along("median", in[0].t, in[1].i, &at));
    ML_TRY(check_not_empty("median", in[0].t, &at));
    work w = { .kernel = median_row, .n = at.n, .m = 1 };
    ML_TRY(run_rows("median", &w, in[0].t, at.dim, &out[0], &out[1]));
    return drop_dim(out, at.dim, in[2].i);
}

ml_status ml_run_mode(const ml_arg in[], ml_tensor *out[])
{
    lines at;
    ML_TRY(lines_along("mode", in[0].t, in[1].i, &at));
    ML_TRY(check_not_empty("mode", in[0].t, &at));
    work w = { .kernel = mode_row, .n = at.n, .m = 1 };
    ML_TRY(run_rows("mode", &w, in[0].t, at.dim, &out[0], &out[1]));
    return drop_dim(out, at.dim, in[2].i);
}

/* ---- gradients: back to where the values were ------------------------------------------------ */

/* DIM is the argument, KEEPDIM tells whether the result still has the dimension. */
static ml_status picked_gradient(const ml_grad_call *call, int64_t dim, bool keepdim)
{
    const ml_tensor *x = call->in[0].t;
    int d;
    if (!call->g[0]) return ML_OK;
    if (!ml_check_dim("gradient", x->ndim, dim, &d)) return ml_error_status();
    return ml_give(&call->gin[0], lines_picked_gradient(x, d, call->y[1], call->g[0], !keepdim));
}

ml_status ml_grad_sort(const ml_grad_call *call)
{
    return picked_gradient(call, call->in[1].i, true);
}

ml_status ml_grad_topk(const ml_grad_call *call)
{
    return picked_gradient(call, call->in[2].i, true);
}

ml_status ml_grad_kthvalue(const ml_grad_call *call)
{
    return picked_gradient(call, call->in[2].i, call->in[3].i);
}

ml_status ml_grad_mode(const ml_grad_call *call)
{
    return picked_gradient(call, call->in[1].i, call->in[2].i);
}

ml_status ml_grad_median(const ml_grad_call *call)
{
    return ml_given(call->in[1]) ? picked_gradient(call, call->in[1].i, call->in[2].i)
                                 : ml_grad_amax(call);
}
