/* embedding.c -- rows of a table picked by position, and the gradient: rows summed by position.  The gradient
** is cut by columns, each piece adding its columns of every row in order, so that no two threads meet in an
** element and the sums have one order. */
#include <string.h>

#include "core/iter.h"
#include "core/ops/hand.h"

enum { PIECE = 16384 };

/* Positions as they index the table: negative ones count from the end.  NULL with an error. */
static const int64_t *check_positions(const char *op, ml_tensor *index, int64_t rows,
                                      ml_tensor **keep)
{
    if (!ml_is_int((ml_dtype)index->dtype)) {
        ml_fail(ML_DTYPE, "%s: positions are %s: int64 ones are needed", op, ML_DESCRIBE(index));
        return NULL;
    }
    if (rows < 0) {
        ml_fail(ML_SHAPE, "%s: a table of %lld rows", op, (long long)rows);
        return NULL;
    }
    *keep = ml_dense(index, ML_I64);
    if (!*keep) return NULL;
    const int64_t *at = (const int64_t *)(*keep)->data;
    for (int64_t i = 0; i < (*keep)->numel; i++)
        if (at[i] < -rows || at[i] >= rows) {
            ml_fail(ML_INDEX, "%s: position %lld at element %lld: the table has rows 1..%lld", op,
                    (long long)(at[i] < 0 ? at[i] : at[i] + 1), (long long)i + 1, (long long)rows);
            return NULL;
        }
    return at;
}

static ml_status check_padding(const char *op, const ml_arg *padding, int64_t rows, int64_t *out)
{
    *out = -1;
    if (!ml_given(*padding)) return ML_OK;
    return ml_check_index(op, rows, padding->i, out) ? ML_OK : ml_error_status();
}

typedef struct pick {
    const int64_t *at;
    const char *table;
    char *to;
    int64_t n, rows, per;
    size_t bytes; /* of one row */
} pick;

static void pick_piece(void *ctx, int64_t piece)
{
    const pick *p = ctx;
    int64_t first = piece * p->per, end = first + p->per < p->n ? first + p->per : p->n;
    for (int64_t i = first; i < end; i++) {
        int64_t row = p->at[i] < 0 ? p->at[i] + p->rows : p->at[i];
        memcpy(p->to + (size_t)i * p->bytes, p->table + (size_t)row * p->bytes, p->bytes);
    }
}

ml_status ml_run_embedding(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *index = in[0].t, *w = in[1].t, *keep = NULL;
    int64_t padding, shape[ML_MAX_DIMS + 1];
    if (w->ndim != 2)
        return ml_fail(ML_SHAPE, "embedding: weight is %s: it must be (rows, D)", ML_DESCRIBE(w));
    if (index->ndim == ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "embedding: positions %s: at most %d dimensions, one is added",
                       ML_DESCRIBE(index), ML_MAX_DIMS - 1);
    ML_TRY(check_padding("embedding", &in[2], w->shape[0], &padding));
    memcpy(shape, index->shape, sizeof index->shape);
    shape[index->ndim] = w->shape[1];
    const int64_t *at = check_positions("embedding", index, w->shape[0], &keep);
    ml_tensor *table = ml_dense(w, (ml_dtype)w->dtype);
    out[0] =
        at && table ? ml_empty((ml_spec){ (ml_dtype)w->dtype, 0 }, index->ndim + 1, shape) : NULL;
    if (!out[0]) return ml_error_status();
    pick p = { .at = at,
               .table = table->data,
               .to = out[0]->data,
               .n = index->numel,
               .rows = w->shape[0],
               .per = PIECE / (w->shape[1] + 1) + 1,
               .bytes = (size_t)w->shape[1] * ml_dtype_size((ml_dtype)w->dtype) };
    return p.bytes ? ml_parallel_pieces((p.n + p.per - 1) / p.per, pick_piece, &p) : ML_OK;
}

typedef struct gather {
    const int64_t *at;
    const char *g;
    char *to;
    int64_t n, rows, width, columns, padding; /* columns of a piece */
    ml_dtype type;
} gather;

/* to[at[i]] += g[i], for columns first … end-1 */
#define ADD_ROWS(T)                                                                                \
    static void add_rows_##T(const gather *s, int64_t first, int64_t end)                          \
    {                                                                                              \
        for (int64_t i = 0; i < s->n; i++) {                                                       \
            int64_t row = s->at[i] < 0 ? s->at[i] + s->rows : s->at[i];                            \
            if (row == s->padding) continue;                                                       \
            const T *from = (const T *)(const void *)s->g + i * s->width;                          \
            T *to = (T *)(void *)s->to + row * s->width;                                           \
            for (int64_t j = first; j < end; j++) to[j] += from[j];                                \
        }                                                                                          \
    }
ADD_ROWS(float)
ADD_ROWS(double)

static void gather_piece(void *ctx, int64_t piece)
{
    const gather *s = ctx;
    int64_t first = piece * s->columns;
    int64_t end = first + s->columns < s->width ? first + s->columns : s->width;
    if (s->type == ML_F64)
        add_rows_double(s, first, end);
    else
        add_rows_float(s, first, end);
}

ml_status ml_run_embedding_backward(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *g = in[0].t, *index = in[1].t, *keep = NULL;
    ml_dtype type = ml_compute_type((ml_dtype)g->dtype);
    int64_t rows = in[2].i, padding;
    if (g->ndim != index->ndim + 1 || memcmp(g->shape, index->shape, sizeof(int64_t) * index->ndim))
        return ml_fail(ML_SHAPE,
                       "embedding_backward: g %s for positions %s: g must have one dimension more",
                       ML_DESCRIBE(g), ML_DESCRIBE(index));
    ML_TRY(check_padding("embedding_backward", &in[3], rows, &padding));
    int64_t width = g->shape[g->ndim - 1];
    const int64_t *at = check_positions("embedding_backward", index, rows, &keep);
    ml_tensor *dense = at ? ml_dense(g, type) : NULL;
    ml_tensor *sum =
        dense ? ml_zeros((ml_spec){ type, 0 }, 2, (const int64_t[]){ rows, width }) : NULL;
    if (!sum) return ml_error_status();
    gather s = { .at = at,
                 .g = dense->data,
                 .to = sum->data,
                 .n = index->numel,
                 .rows = rows,
                 .width = width,
                 .columns = 64,
                 .padding = padding,
                 .type = type };
    if (s.n * width < PIECE) s.columns = width + 1;
    ML_TRY(ml_parallel_pieces((width + s.columns - 1) / s.columns, gather_piece, &s));
    return ml_give(&out[0], ml_cast(sum, (ml_dtype)g->dtype));
}

ml_status ml_grad_embedding(const ml_grad_call *c)
{
    int64_t rows = ml_shape(c->in[1].t)[0];
    ML_GRAD(c, 1,
            ml_call1(ML_OP_embedding_backward, ML_T(c->g[0]), c->in[0], ML_I(rows), c->in[2]));
    return ML_OK;
}

/* The gradient of a sum of rows: the rows of v, but 0 where the position is the padding. */
ml_status ml_grad_embedding_backward(const ml_grad_call *c)
{
    if (!c->need[0]) return ML_OK;
    ml_tensor *rows = ml_call1(ML_OP_embedding, c->in[1], ML_T(c->g[0]), c->in[3]);
    if (rows && ml_given(c->in[3])) {
        int64_t padding = c->in[3].i < 0 ? c->in[3].i + c->in[2].i : c->in[3].i;
        ml_tensor *index = c->in[1].t;
        ml_tensor *padded = ml_call1(ML_OP_eq, ML_T(index), ML_I(padding));
        ml_tensor *same = ml_call1(ML_OP_eq, ML_T(index), ML_I(padding - c->in[2].i));
        ml_tensor *both = ml_unsqueeze(ml_logical_or(padded, same), -1);
        rows = ml_call1(ML_OP_where, ML_T(both), ML_I(0), ML_T(rows));
    }
    return ml_give(&c->gin[0], rows);
}
