/* search.c -- unique and searchsorted. */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/lines.h"
#include "core/ops/sort_keys.h"

#include <string.h>

/* ---- unique ---------------------------------------------------------------------------------- */

/* n things in rising order: order[i] is which, fresh[i] whether it differs from the one before. */
typedef struct ranking {
    int64_t n, different;
    int64_t *order;
    bool *fresh;
} ranking;

static int64_t *new_indices(int64_t n)
{
    ml_tensor *t = ml_empty((ml_spec){ ML_I64, 0 }, 1, &n);
    return t ? (int64_t *)(void *)t->data : NULL;
}

/* Room from the scope, released with it. */
static bool make_ranking(ranking *r, int64_t n)
{
    ml_tensor *fresh = ml_empty((ml_spec){ ML_BOOL, 0 }, 1, &n);
    r->n = n, r->different = 0;
    r->order = fresh ? new_indices(n) : NULL;
    r->fresh = fresh ? (bool *)fresh->data : NULL;
    return r->order != NULL;
}

/* Each nan differs from every other element. */
static ml_status rank_elements(ml_tensor *dense, ranking *r)
{
    int64_t n = dense->numel, room = 6 * n;
    bool has_nan;
    ml_dtype type = (ml_dtype)dense->dtype;
    uint64_t nan = sort_nan_key(type, &has_nan), *keys = (uint64_t *)(void *)new_indices(room);
    if (!keys || !make_ranking(r, n)) return ml_error_status();
    sort_entry *entries = (sort_entry *)(void *)(keys + n);
    sort_keys(type, dense->data, n, false, keys);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) entries[i] = (sort_entry){ keys[i], i };
    sort_entries(n, entries, entries + n);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) {
            r->order[i] = entries[i].index;
            r->fresh[i] = i == 0 || entries[i].key != entries[i - 1].key ||
                          (has_nan && entries[i].key == nan);
            r->different += r->fresh[i];
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

static int compare_rows(const uint64_t *keys, int64_t m, int64_t a, int64_t b)
{
    for (int64_t j = 0; j < m; j++) {
        uint64_t x = keys[a * m + j], y = keys[b * m + j];
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

/* Merge sort, from the bottom, of row numbers; the result is where *order points afterwards. */
static void sort_rows(int64_t n, int64_t m, const uint64_t *keys, int64_t **order, int64_t **other)
{
    for (int64_t w = 1; w < n && !ml_interrupted(); w *= 2) {
        for (int64_t i = 0; i < n && !ml_interrupted(); i += 2 * w) {
            int64_t a = i, b = i + w < n ? i + w : n, mid = b, end = i + 2 * w < n ? i + 2 * w : n;
            for (int64_t k = i, stop; k < (stop = ml_stretch(k, end));)
                for (; k < stop; k++) {
                    bool left = b >= end ||
                                (a < mid && compare_rows(keys, m, (*order)[a], (*order)[b]) <= 0);
                    (*other)[k] = left ? (*order)[a++] : (*order)[b++];
                }
        }
        int64_t *swap = *order;
        *order = *other, *other = swap;
    }
}

/* Rows of `dense` (n, …) by their elements, the first ones counting most. */
static ml_status rank_slices(ml_tensor *dense, ranking *r)
{
    int64_t n = dense->shape[0], m = n ? dense->numel / n : 0;
    int64_t *keys = new_indices(n * m), *other = keys ? new_indices(n) : NULL;
    if (!other || !make_ranking(r, n)) return ml_error_status();
    sort_keys((ml_dtype)dense->dtype, dense->data, n * m, false, (uint64_t *)keys);
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) r->order[i] = i;
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    sort_rows(n, m, (uint64_t *)keys, &r->order, &other);
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
        for (; i < end; i++) {
            r->fresh[i] =
                i == 0 || compare_rows((uint64_t *)keys, m, r->order[i - 1], r->order[i]) != 0;
            r->different += r->fresh[i];
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

/* The first one of each kind, where each thing went, and how many of each kind there are. */
static ml_status unique_indices(const ranking *r, ml_tensor **first, ml_tensor **inverse,
                                ml_tensor **counts)
{
    if (!r->fresh) return ml_error_status();
    ML_TRY(ml_give(first, ml_empty((ml_spec){ ML_I64, 0 }, 1, &r->different)));
    ML_TRY(ml_give(inverse, ml_empty((ml_spec){ ML_I64, 0 }, 1, &r->n)));
    ML_TRY(ml_give(counts, ml_zeros((ml_spec){ ML_I64, 0 }, 1, &r->different)));
    int64_t *f = ml_data(*first), *v = ml_data(*inverse), *c = ml_data(*counts), kind = -1;
    for (int64_t i = 0, end; i < (end = ml_stretch(i, r->n));)
        for (; i < end; i++) {
            if (r->fresh[i]) f[++kind] = r->order[i];
            v[r->order[i]] = kind;
            c[kind]++;
        }
    return ml_interrupted() ? ml_fail(ML_INTERRUPT, "interrupted") : ML_OK;
}

ml_status ml_run_unique(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *first = NULL, *inverse = NULL, *counts = NULL;
    bool slices = ml_given(in[4]);
    ranking r = { 0 };
    int dim = 0;
    if (slices && !ml_check_dim("unique", x->ndim, in[4].i, &dim)) return ml_error_status();
    ml_tensor *t = slices && x->ndim ? ml_transpose(x, 0, dim) : ml_reshape(x, 1, &x->numel);
    ml_tensor *dense = t ? ml_dense(t, ml_compute_type((ml_dtype)x->dtype)) : NULL;
    if (!dense) return ml_error_status();
    ML_TRY(slices ? rank_slices(dense, &r) : rank_elements(dense, &r));
    ML_TRY(unique_indices(&r, &first, &inverse, &counts));
    ml_tensor *y = ml_call1(ML_OP_index_select, ML_T(t), ML_I(0), ML_T(first));
    ML_TRY(ml_give(&out[0], y && slices && x->ndim ? ml_contiguous(ml_transpose(y, 0, dim)) : y));
    out[1] = out[2] = NULL;
    if (in[2].i)
        ML_TRY(ml_give(&out[1], slices ? inverse : ml_reshape(inverse, x->ndim, x->shape)));
    if (in[3].i) out[2] = counts;
    return ML_OK;
}

/* ---- searchsorted ---------------------------------------------------------------------------- */

/* How many of the n rising keys are below KEY, or not above it. */
static int64_t insertion_place(int64_t n, const uint64_t *keys, uint64_t key, bool right)
{
    int64_t from = 0;
    while (n > 0) {
        int64_t half = n / 2;
        bool before = right ? keys[from + half] <= key : keys[from + half] < key;
        from += before ? half + 1 : 0;
        n = before ? n - half - 1 : half;
    }
    return from;
}

typedef struct search {
    ml_dtype type;
    bool right;
    int64_t n, m, total,
        row; /* values per sequence; in all; step from sequence to sequence, 0 or n */
    const uint64_t *keys;
    const char *values;
    int64_t *index;
} search;

enum { SEARCH_PIECE = 2048 };

static void search_piece(void *ctx, int64_t piece)
{
    const search *s = ctx;
    uint64_t key[SEARCH_PIECE];
    int64_t from = piece * SEARCH_PIECE,
            count = s->total - from < SEARCH_PIECE ? s->total - from : SEARCH_PIECE;
    sort_keys(s->type, s->values + from * (int64_t)ml_dtype_size(s->type), count, false, key);
    for (int64_t i = 0; i < count; i++)
        s->index[from + i] =
            insertion_place(s->n, s->keys + (from + i) / s->m * s->row, key[i], s->right);
}

/* Either one sequence for all values, or one for each row of them. */
static ml_status check_rows(const ml_tensor *sequence, const ml_tensor *values)
{
    bool fits = sequence->ndim >= 1 && (sequence->ndim == 1 || sequence->ndim == values->ndim);
    for (int d = 0; fits && d < sequence->ndim - 1; d++)
        fits = sequence->shape[d] == values->shape[d];
    if (fits) return ML_OK;
    return ml_fail(ML_SHAPE,
                   "searchsorted: %s with values %s: the sequence must have one dimension, or the "
                   "values' sizes in all but the last",
                   ML_DESCRIBE(sequence), ML_DESCRIBE(values));
}

ml_status ml_run_searchsorted(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *sequence = in[0].t, *values = in[1].t;
    ml_dtype dtype = (ml_dtype)sequence->dtype;
    if (in[1].kind != ML_ARG_TENSOR) {
        bool whole = in[1].kind == ML_ARG_INT;
        if (!whole && !ml_is_float(dtype)) dtype = ML_F64;
        values = whole ? ml_from(&in[1].i, ML_I64, 0, NULL) : ml_from(&in[1].f, ML_F64, 0, NULL);
    } else {
        dtype = ml_promote(dtype, (ml_dtype)values->dtype);
    }
    if (!values) return ml_error_status();
    ML_TRY(check_rows(sequence, values));
    search s = { .type = ml_compute_type(dtype), .right = in[2].i };
    ml_tensor *dense = ml_dense(sequence, s.type), *wanted = ml_dense(values, s.type);
    int64_t *keys = new_indices(sequence->numel);
    ml_tensor *index = ml_empty((ml_spec){ ML_I64, 0 }, values->ndim, values->shape);
    if (!dense || !wanted || !keys || !index) return ml_error_status();
    sort_keys(s.type, dense->data, dense->numel, false, (uint64_t *)keys);
    s.n = sequence->shape[sequence->ndim - 1], s.keys = (uint64_t *)keys, s.values = wanted->data;
    s.total = values->numel, s.m = values->ndim ? values->shape[values->ndim - 1] : 1;
    s.row = sequence->ndim > 1 ? s.n : 0, s.index = ml_data(index);
    ML_TRY(ml_parallel_pieces((s.total + SEARCH_PIECE - 1) / SEARCH_PIECE, search_piece, &s));
    return ml_give(&out[0], index);
}
