/* scan.c -- along one dimension, element after element: cumsum, cumprod, cummax, cummin,
** linear_scan.
**
** A line is always one thread's, so its bits do not depend on threads.  float32 lines accumulate in
** double. */
#include "core/iter.h"
#include "core/ops/hand.h"
#include "core/ops/lines.h"

enum { SCAN_COLUMNS = 128, PIECE = 32768 };

#define T         float
#define A         double
#define S         f32
#define IS_NAN(v) ((v) != (v))
#include "core/ops/scan_loops.def"

#define T         double
#define A         double
#define S         f64
#define IS_NAN(v) ((v) != (v))
#include "core/ops/scan_loops.def"

#define T         int64_t
#define A         uint64_t
#define S         i64
#define IS_NAN(v) false
#include "core/ops/scan_loops.def"

typedef enum scan_action { SUM, PRODUCT, MAX, MIN, LINEAR } scan_action;

typedef struct work {
    scan_action action;
    bool reverse, exclusive;
    ml_dtype type;
    int64_t size;
    lines at;
    const char *x, *b; /* b: of LINEAR */
    char *y;
    int64_t *index; /* of MAX and MIN */
    int64_t blocks, units, group;
} work;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* h = a * h + b, in double. */
static void linear_f32(const work *w, int64_t width, int64_t step, const float *a, const float *b,
                       float *y)
{
    double h[SCAN_COLUMNS] = { 0 };
    for (int64_t k = 0, end; k < (end = ml_stretch(k, w->at.n));)
        for (; k < end; k++, a += step, b += step, y += step)
            for (int64_t j = 0; j < width; j++) {
                double next = (double)a[j] * h[j] + (double)b[j];
                y[j] = (float)(w->exclusive ? h[j] : next);
                h[j] = next;
            }
}

static void linear_f64(const work *w, int64_t width, int64_t step, const double *a, const double *b,
                       double *y)
{
    double h[SCAN_COLUMNS] = { 0 };
    for (int64_t k = 0, end; k < (end = ml_stretch(k, w->at.n));)
        for (; k < end; k++, a += step, b += step, y += step)
            for (int64_t j = 0; j < width; j++) {
                double next = a[j] * h[j] + b[j];
                y[j] = w->exclusive ? h[j] : next;
                h[j] = next;
            }
}

static void run_linear(const work *w, int64_t width, int64_t step, int64_t offset)
{
    const void *a = w->x + offset, *b = w->b + offset;
    void *y = w->y + offset;
    if (w->type == ML_F32)
        linear_f32(w, width, step, a, b, y);
    else
        linear_f64(w, width, step, a, b, y);
}

static void run_extremes(const work *w, int64_t width, int64_t step, int64_t offset)
{
    const void *x = w->x + offset;
    void *y = w->y + offset;
    int64_t *index = w->index + offset / w->size, n = w->at.n;
    bool max = w->action == MAX;
    if (w->type == ML_F32)
        extremes_f32(n, width, step, x, y, index, max);
    else if (w->type == ML_F64)
        extremes_f64(n, width, step, x, y, index, max);
    else
        extremes_i64(n, width, step, x, y, index, max);
}

static void run_line(const work *w, int64_t step, int64_t offset)
{
    const void *x = w->x + offset;
    void *y = w->y + offset;
    bool product = w->action == PRODUCT;
    if (w->type == ML_F32)
        accumulate_line_f32(w->at.n, step, x, y, product, w->exclusive);
    else if (w->type == ML_F64)
        accumulate_line_f64(w->at.n, step, x, y, product, w->exclusive);
    else
        accumulate_line_i64(w->at.n, step, x, y, product, w->exclusive);
}

static void run_lines(const work *w, int64_t width, int64_t step, int64_t offset)
{
    const void *x = w->x + offset;
    void *y = w->y + offset;
    bool product = w->action == PRODUCT;
    if (w->type == ML_F32)
        accumulate_f32(w->at.n, width, step, x, y, product, w->exclusive);
    else if (w->type == ML_F64)
        accumulate_f64(w->at.n, width, step, x, y, product, w->exclusive);
    else
        accumulate_i64(w->at.n, width, step, x, y, product, w->exclusive);
}

/* Unit: up to SCAN_COLUMNS lines side by side. */
static void run_unit(const work *w, int64_t u)
{
    int64_t outer = u / w->blocks, column = u % w->blocks * SCAN_COLUMNS;
    int64_t width = least(SCAN_COLUMNS, w->at.inner - column), step = w->at.inner;
    int64_t first = outer * w->at.n * w->at.inner + column;
    if (w->reverse) first += (w->at.n - 1) * step, step = -step;
    int64_t offset = first * w->size;
    if (w->action == LINEAR)
        run_linear(w, width, step, offset);
    else if (w->action == MAX || w->action == MIN)
        run_extremes(w, width, step, offset);
    else if (width == 1)
        run_line(w, step, offset);
    else
        run_lines(w, width, step, offset);
}

static void run_piece(void *ctx, int64_t piece)
{
    const work *w = ctx;
    int64_t end = least((piece + 1) * w->group, w->units);
    for (int64_t u = piece * w->group; u < end && !ml_interrupted(); u++) run_unit(w, u);
}

/* Runs W over x (dense, in w->type) into a new tensor of x's shape. */
static ml_tensor *scan(work *w, ml_tensor *x, ml_tensor *b, ml_tensor *index)
{
    ml_tensor *y = x ? ml_empty((ml_spec){ w->type, 0 }, x->ndim, x->shape) : NULL;
    if (!y || (w->action == LINEAR && !b)) return NULL;
    if (y->numel == 0) return y;
    w->size = (int64_t)ml_dtype_size(w->type);
    w->x = x->data, w->y = y->data, w->b = b ? b->data : NULL;
    w->index = index ? (int64_t *)(void *)index->data : NULL;
    w->blocks = (w->at.inner + SCAN_COLUMNS - 1) / SCAN_COLUMNS, w->units = w->at.outer * w->blocks;
    int64_t each = w->at.n * least(w->at.inner, SCAN_COLUMNS);
    w->group = each < PIECE ? PIECE / each : 1;
    return ml_parallel_pieces((w->units + w->group - 1) / w->group, run_piece, w) == ML_OK ? y
                                                                                           : NULL;
}

/* ---- cumsum, cumprod ------------------------------------------------------------------------- */

static ml_status run_cumulative(const char *op, const ml_arg in[], scan_action action,
                                ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    ml_dtype dtype = ml_is_float((ml_dtype)x->dtype) ? (ml_dtype)x->dtype : ML_I64;
    work w = { .action = action, .reverse = in[3].i, .exclusive = in[4].i };
    if (ml_given(in[2])) dtype = (ml_dtype)in[2].i;
    w.type = ml_compute_type(dtype);
    ML_TRY(lines_along(op, x, in[1].i, &w.at));
    ml_tensor *y = scan(&w, ml_dense(x, w.type), NULL, NULL);
    return ml_give(&out[0], y ? ml_cast(y, dtype) : NULL);
}

ml_status ml_run_cumsum(const ml_arg in[], ml_tensor *out[])
{
    return run_cumulative("cumsum", in, SUM, out);
}

ml_status ml_run_cumprod(const ml_arg in[], ml_tensor *out[])
{
    return run_cumulative("cumprod", in, PRODUCT, out);
}

ml_status ml_grad_cumsum(const ml_grad_call *call)
{
    ml_tensor *g = ml_call1(ML_OP_cumsum, ML_T(call->g[0]), call->in[1], ML_ABSENT,
                            ML_B(!call->in[3].i), call->in[4]);
    return ml_give(&call->gin[0], g ? ml_cast(g, (ml_dtype)call->in[0].t->dtype) : NULL);
}

/* With e[k] the product of what comes before x[k], and s[k] = g[k] + x[k+1] * s[k+1]: gradient e *
** s, which is right with zeros too.  The scan runs over x * s = x * (g + …), and is taken before
** each step. */
ml_status ml_grad_cumprod(const ml_grad_call *call)
{
    ml_tensor *g = call->g[0], *x = ml_cast(call->in[0].t, (ml_dtype)g->dtype);
    bool reverse = call->in[3].i, exclusive = call->in[4].i;
    ml_tensor *e =
        ml_call1(ML_OP_cumprod, ML_T(x), call->in[1], ML_ABSENT, ML_B(reverse), ML_B(true));
    ml_tensor *b = exclusive ? g : ml_mul(x, g);
    ml_tensor *s =
        ml_call1(ML_OP_linear_scan, ML_T(x), ML_T(b), call->in[1], ML_B(!reverse), ML_B(true));
    if (!exclusive) s = ml_add(g, s);
    g = ml_mul(e, s);
    return ml_give(&call->gin[0], g ? ml_cast(g, (ml_dtype)call->in[0].t->dtype) : NULL);
}

/* ---- linear_scan ----------------------------------------------------------------------------- */

ml_status ml_run_linear_scan(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *t[2] = { in[0].t, in[1].t };
    ml_dtype dtype = ml_promote((ml_dtype)t[0]->dtype, (ml_dtype)t[1]->dtype);
    work w = {
        .action = LINEAR, .reverse = in[3].i, .exclusive = in[4].i, .type = ml_compute_type(dtype)
    };
    int64_t shape[ML_MAX_DIMS];
    int ndim = ml_broadcast("linear_scan", 2, t, shape);
    if (ndim < 0) return ml_error_status();
    for (int i = 0; i < 2; i++) {
        t[i] = ml_expand(t[i], ndim, shape);
        t[i] = t[i] ? ml_dense(t[i], w.type) : NULL;
        if (!t[i]) return ml_error_status();
    }
    ML_TRY(lines_along("linear_scan", t[0], in[2].i, &w.at));
    ml_tensor *y = scan(&w, t[0], t[1], NULL);
    return ml_give(&out[0], y ? ml_cast(y, dtype) : NULL);
}

static ml_tensor *to_input(ml_tensor *g, const ml_tensor *x)
{
    g = g ? ml_sum_to(g, x->ndim, x->shape) : NULL;
    return g ? ml_cast(g, (ml_dtype)x->dtype) : NULL;
}

/* t[k] = dL/dh[k] runs the other way: t[k] = g[k] + a[k+1] * t[k+1]; then db = t and da[k] = t[k] *
** h[k-1]. */
ml_status ml_grad_linear_scan(const ml_grad_call *call)
{
    ml_tensor *a = call->in[0].t, *b = call->in[1].t, *g = call->g[0];
    ml_arg dim = call->in[2], forth = ML_B(call->in[3].i), back = ML_B(!call->in[3].i),
           yes = ML_B(true);
    bool exclusive = call->in[4].i;
    ml_tensor *t =
        ml_call1(ML_OP_linear_scan, ML_T(a), ML_T(exclusive ? g : ml_mul(a, g)), dim, back, yes);
    if (!exclusive) t = ml_add(g, t);
    if (!t) return ml_error_status();
    if (call->need[0]) {
        ml_tensor *before =
            exclusive ? call->y[0] : ml_call1(ML_OP_linear_scan, ML_T(a), ML_T(b), dim, forth, yes);
        ML_TRY(ml_give(&call->gin[0], to_input(ml_mul(t, before), a)));
    }
    ML_GRAD(call, 1, to_input(t, b));
    return ML_OK;
}

/* ---- cummax, cummin -------------------------------------------------------------------------- */

static ml_status run_cumulative_extreme(const char *op, const ml_arg in[], scan_action action,
                                        ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    work w = { .action = action, .type = ml_compute_type((ml_dtype)x->dtype) };
    ML_TRY(lines_along(op, x, in[1].i, &w.at));
    ML_TRY(ml_give(&out[1], ml_empty((ml_spec){ ML_I64, 0 }, x->ndim, x->shape)));
    ml_tensor *y = scan(&w, ml_dense(x, w.type), NULL, out[1]);
    return ml_give(&out[0], y ? ml_cast(y, (ml_dtype)x->dtype) : NULL);
}

ml_status ml_run_cummax(const ml_arg in[], ml_tensor *out[])
{
    return run_cumulative_extreme("cummax", in, MAX, out);
}

ml_status ml_run_cummin(const ml_arg in[], ml_tensor *out[])
{
    return run_cumulative_extreme("cummin", in, MIN, out);
}

ml_status ml_grad_cummax(const ml_grad_call *call)
{
    const ml_tensor *x = call->in[0].t;
    int dim;
    if (!call->g[0]) return ML_OK;
    if (!ml_check_dim("cummax", x->ndim, call->in[1].i, &dim)) return ml_error_status();
    return ml_give(&call->gin[0], lines_picked_gradient(x, dim, call->y[1], call->g[0], false));
}

ml_status ml_grad_cummin(const ml_grad_call *call)
{
    return ml_grad_cummax(call);
}
