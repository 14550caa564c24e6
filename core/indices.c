/* indices.c -- checking of index tensors; sums into rows. */
#include "core/indices.h"
#include "core/iter.h"
#include "core/tensor.h"

#include <stdio.h>

/* ---- checking -------------------------------------------------------------------------------- */

/* "(2, 3)": position AT of a contiguous tensor, counted from 1. */
static const char *position_text(const ml_tensor *t, int64_t at, char *buf, size_t n)
{
    int64_t place[ML_MAX_DIMS];
    for (int d = t->ndim - 1; d >= 0; d--) place[d] = at % t->shape[d], at /= t->shape[d];
    size_t used = 0;
    for (int d = 0; d < t->ndim && used < n; d++)
        used +=
            (size_t)snprintf(buf + used, n - used, d ? ", %lld" : "%lld", (long long)place[d] + 1);
    return buf;
}

static ml_tensor *out_of_range(const char *op, const ml_tensor *index, int64_t at, int64_t value,
                               int64_t size, int dim)
{
    char where[120] = "", what[64] = "the tensor";
    position_text(index, at, where, sizeof where);
    if (dim >= 0) snprintf(what, sizeof what, "dimension %d", dim + 1);
    return ML_NULL(ML_INDEX, "%s: index %lld%s%s%s is out of range: %s has size %lld, %s%lld%s", op,
                   (long long)(value < 0 ? value : value + 1), index->ndim ? " at position (" : "",
                   where, index->ndim ? ")" : "", what, (long long)size,
                   size ? "so indices go from 1 to " : "so there is no valid index, not even ",
                   (long long)(size ? size : 1), size ? ", or from -1 backwards" : "");
}

static bool has_negative(int64_t n, const int64_t *at)
{
    int64_t any = 0;
    for (int64_t i = 0; i < n; i++) any |= at[i];
    return any < 0;
}

static int64_t first_bad(int64_t n, const int64_t *at, int64_t size)
{
    int64_t bad = 0;
    for (int64_t i = 0; i < n; i++) bad |= (at[i] >= size) | (at[i] < -size);
    for (int64_t i = 0; bad && i < n; i++)
        if (at[i] >= size || at[i] < -size) return i;
    return -1;
}

ml_tensor *ml_indices(const char *op, ml_tensor *index, int64_t size, int dim)
{
    if (!index) return NULL;
    if (!ml_is_int(ml_dtype_of(index)))
        return ML_NULL(ML_DTYPE,
                       "%s: the index is %s; whole numbers (int64) are needed, or for a mask "
                       "masked_select or x[mask]",
                       op, ML_DESCRIBE(index));
    ml_tensor *dense = ml_dense(index, ML_I64);
    if (!dense) return NULL;
    const int64_t *at = ml_data(dense);
    int64_t bad = first_bad(dense->numel, at, size);
    if (bad >= 0) return out_of_range(op, dense, bad, at[bad], size, dim);
    if (!has_negative(dense->numel, at)) return dense;
    ml_tensor *positive = ml_empty_like(dense, ML_I64);
    if (!positive) return NULL;
    int64_t *to = ml_data(positive);
    for (int64_t i = 0; i < dense->numel; i++) to[i] = at[i] < 0 ? at[i] + size : at[i];
    return positive;
}

/* ---- sums into rows -------------------------------------------------------------------------- */

/* A piece is one block, one stretch of columns, one range of y's rows: no two pieces share an
** element of y, and each goes through the index in order. */
enum { COLUMNS = 64, WORTH = 1 << 16, RANGES = 8 };

typedef struct row_work {
    const ml_row_sum *sum;
    int64_t column_cuts, ranges;
} row_work;

#define ADD_ROWS(name, T)                                                                          \
    static void name(const ml_row_sum *s, int64_t block, int64_t from, int64_t to, int64_t c0,     \
                     int64_t c1)                                                                   \
    {                                                                                              \
        T *y = (T *)s->y + block * s->rows * s->width;                                             \
        const T *src = (const T *)s->src + block * s->n * s->width;                                \
        T alpha = (T)s->alpha;                                                                     \
        for (int64_t k = 0; k < s->n; k++) {                                                       \
            int64_t row = s->index[k];                                                             \
            if (row < from || row >= to) continue;                                                 \
            T *restrict a = y + row * s->width;                                                    \
            const T *restrict b = src + k * s->width;                                              \
            for (int64_t j = c0; j < c1; j++) a[j] += alpha * b[j];                                \
        }                                                                                          \
    }
ADD_ROWS(add_rows_f32, float)
ADD_ROWS(add_rows_f64, double)
ADD_ROWS(add_rows_i64, int64_t)

static void row_piece(void *ctx, int64_t piece)
{
    const row_work *w = ctx;
    const ml_row_sum *s = w->sum;
    int64_t range = piece % w->ranges, cut = piece / w->ranges % w->column_cuts;
    int64_t block = piece / w->ranges / w->column_cuts;
    int64_t from = s->rows * range / w->ranges, to = s->rows * (range + 1) / w->ranges;
    int64_t c0 = cut * COLUMNS, c1 = cut == w->column_cuts - 1 ? s->width : c0 + COLUMNS;
    if (s->type == ML_F32)
        add_rows_f32(s, block, from, to, c0, c1);
    else if (s->type == ML_F64)
        add_rows_f64(s, block, from, to, c0, c1);
    else
        add_rows_i64(s, block, from, to, c0, c1);
}

ml_status ml_add_rows(const ml_row_sum *sum)
{
    row_work w = { sum, 1, 1 };
    if (sum->outer == 0 || sum->n == 0 || sum->width == 0 || sum->rows == 0) return ML_OK;
    if (sum->n * sum->width >= WORTH) {
        w.column_cuts = sum->width / COLUMNS ? sum->width / COLUMNS : 1;
        /* narrow rows: every piece reads the whole index, which pays from a few elements on */
        if (w.column_cuts < RANGES && sum->width >= 4)
            w.ranges = sum->rows < RANGES ? sum->rows : RANGES / w.column_cuts;
    }
    return ml_parallel_pieces(sum->outer * w.column_cuts * w.ranges, row_piece, &w);
}
