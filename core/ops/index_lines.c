/* index_lines.c -- an index for every element: gather, scatter, scatter_add, take_along_dim.
**
** The big tensor (x of gather, y of scatter) and two small ones of the index's shape meet along
** dim: big[…, index[…, k, …], …] with small[…, k, …].  Elements that differ in another coordinate
** than that along dim never meet, so these *lines* are shared out among threads; along a line work
** goes in order. */
#include "core/ops/hand.h"
#include "core/call.h"
#include "core/indices.h"
#include "core/iter.h"

#include <string.h>

typedef struct lines lines;
/* Lines j0 … j1-1 (next to each other in the last dimension) from one outer place. */
typedef void line_kernel(const lines *l, char *big, const int64_t *index, char *small, int64_t j0,
                         int64_t j1);

struct lines {
    line_kernel *kernel;
    char *big, *small;
    const int64_t *index;
    size_t size;                        /* bytes of an element */
    int64_t along;                      /* big's stride along dim */
    int64_t k, index_k, small_k;        /* number of places along dim, and strides, in elements */
    int64_t j, big_j, index_j, small_j; /* lines in the last dimension (1 if dim is the last) */
    int nouter;
    int64_t outer[ML_MAX_DIMS], big_step[ML_MAX_DIMS], index_step[ML_MAX_DIMS],
        small_step[ML_MAX_DIMS];
    int64_t groups, cuts, cut; /* outer places; cuts of j lines each into `cut` */
    int64_t groups_per_piece;
};

#define LINES(name, T, statement)                                                                  \
    static void name(const lines *l, char *big_, const int64_t *index, char *small_, int64_t j0,   \
                     int64_t j1)                                                                   \
    {                                                                                              \
        for (int64_t k = 0; k < l->k; k++) {                                                       \
            for (int64_t j = j0; j < j1; j++) {                                                    \
                int64_t at = index[k * l->index_k + j * l->index_j];                               \
                T *big = (T *)big_ + at * l->along + j * l->big_j;                                 \
                T *small = (T *)small_ + k * l->small_k + j * l->small_j;                          \
                statement;                                                                         \
            }                                                                                      \
        }                                                                                          \
    }
LINES(gather_8, uint8_t, *small = *big)
LINES(gather_16, uint16_t, *small = *big)
LINES(gather_32, uint32_t, *small = *big)
LINES(gather_64, uint64_t, *small = *big)
LINES(put_8, uint8_t, *big = *small)
LINES(put_16, uint16_t, *big = *small)
LINES(put_32, uint32_t, *big = *small)
LINES(put_64, uint64_t, *big = *small)
LINES(add_f32, float, *big += *small)
LINES(add_f64, double, *big += *small)
LINES(add_i64, int64_t, *big = (int64_t)((uint64_t)*big + (uint64_t)*small))
LINES(multiply_f32, float, *big *= *small)
LINES(multiply_f64, double, *big *= *small)
LINES(multiply_i64, int64_t, *big = (int64_t)((uint64_t)*big * (uint64_t)*small))

typedef enum { PUT, ADD, MULTIPLY, GATHER } line_action;

static line_kernel *pick_kernel(line_action action, ml_dtype type)
{
    static line_kernel *const add[] = { add_f32, add_f64, add_i64 };
    static line_kernel *const multiply[] = { multiply_f32, multiply_f64, multiply_i64 };
    static line_kernel *const put[] = { put_8, put_16, put_32, put_64 };
    static line_kernel *const gather[] = { gather_8, gather_16, gather_32, gather_64 };
    int number = type == ML_F32 ? 0 : type == ML_F64 ? 1 : 2;
    size_t size = ml_dtype_size(type);
    int width = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    switch (action) {
    case ADD: return add[number];
    case MULTIPLY: return multiply[number];
    case PUT: return put[width];
    case GATHER: return gather[width];
    }
    return NULL;
}

static void line_piece(void *ctx, int64_t piece)
{
    const lines *l = ctx;
    int64_t j0 = piece % l->cuts * l->cut, j1 = j0 + l->cut < l->j ? j0 + l->cut : l->j;
    int64_t first = piece / l->cuts * l->groups_per_piece, end = first + l->groups_per_piece;
    for (int64_t i = first; i < end && i < l->groups; i++) {
        int64_t rest = i, big = 0, index = 0, small = 0;
        for (int d = l->nouter - 1; d >= 0; d--) {
            int64_t at = rest % l->outer[d];
            rest /= l->outer[d];
            big += at * l->big_step[d], index += at * l->index_step[d],
                small += at * l->small_step[d];
        }
        l->kernel(l, l->big + big * (int64_t)l->size, l->index + index,
                  l->small + small * (int64_t)l->size, j0, j1);
    }
}

/* index is checked and dense, not empty; big, small of one dtype.  All have the same number of
** dimensions (not 0), and big and small are at least as large as index in every one but big's
** dim. */
static ml_status run_lines(line_action action, const ml_tensor *big, int dim,
                           const ml_tensor *index, const ml_tensor *small)
{
    int last = big->ndim - 1;
    lines l = { .kernel = pick_kernel(action, ml_dtype_of(big)),
                .big = big->data,
                .small = small->data,
                .index = ml_data(index),
                .size = ml_dtype_size(ml_dtype_of(big)),
                .along = big->stride[dim],
                .k = index->shape[dim],
                .index_k = index->stride[dim],
                .small_k = small->stride[dim],
                .j = 1,
                .groups = 1 };
    if (dim != last) {
        l.j = index->shape[last], l.big_j = big->stride[last];
        l.index_j = index->stride[last], l.small_j = small->stride[last];
    }
    for (int d = 0; d < last + (dim == last); d++) {
        if (d == dim) continue;
        int i = l.nouter++;
        l.outer[i] = index->shape[d], l.groups *= l.outer[i];
        l.big_step[i] = big->stride[d];
        l.index_step[i] = index->stride[d], l.small_step[i] = small->stride[d];
    }
    l.cut = l.j * l.k < 1 << 15 ? l.j : 64;
    l.cuts = (l.j - 1) / l.cut + 1;
    l.groups_per_piece = 1 + (1 << 15) / (l.k * l.cut);
    return ml_parallel_pieces(((l.groups - 1) / l.groups_per_piece + 1) * l.cuts, line_piece, &l);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static ml_tensor *at_least_1d(ml_tensor *t)
{
    return t && t->ndim == 0 ? ml_reshape(t, 1, &(int64_t){ 1 }) : t;
}

/* index must have big's dimensions and, but for dim, be nowhere longer than big. */
static ml_status check_lines(const char *op, const ml_tensor *big, ml_arg dim_arg,
                             const ml_tensor *index, int *dim)
{
    if (!ml_check_dim(op, big->ndim, dim_arg.i, dim)) return ml_error_status();
    int a = big->ndim ? big->ndim : 1, b = index->ndim ? index->ndim : 1;
    bool fits = a == b;
    for (int d = 0; fits && d < index->ndim && d < big->ndim; d++)
        fits = d == *dim || index->shape[d] <= big->shape[d];
    if (fits || index->numel == 0) return ML_OK;
    return ml_fail(ML_SHAPE,
                   "%s: x is %s, the index %s: it needs as many dimensions, and no larger size "
                   "than x's but in dimension %d",
                   op, ML_DESCRIBE(big), ML_DESCRIBE(index), *dim + 1);
}

static ml_status check_src(const char *op, const ml_tensor *x, const ml_tensor *index,
                           const ml_tensor *src)
{
    int a = src->ndim ? src->ndim : 1, b = index->ndim ? index->ndim : 1;
    bool fits = a == b;
    for (int d = 0; fits && d < src->ndim && d < index->ndim; d++)
        fits = index->shape[d] <= src->shape[d];
    if (!fits && index->numel)
        return ml_fail(ML_SHAPE,
                       "%s: the index is %s, src %s: src needs at least the index's sizes", op,
                       ML_DESCRIBE(index), ML_DESCRIBE(src));
    if (ml_is_float(ml_dtype_of(src)) && !ml_is_float(ml_dtype_of(x)))
        return ml_fail(ML_DTYPE, "%s: src is %s and does not fit into x, %s; convert one of them",
                       op, ML_DESCRIBE(src), ML_DESCRIBE(x));
    return ML_OK;
}

/* ---- gather ---------------------------------------------------------------------------------- */

ml_status ml_run_gather(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *index = in[2].t;
    int dim;
    ML_TRY(check_lines("gather", x, in[1], index, &dim));
    ml_tensor *y = ml_empty((ml_spec){ ml_dtype_of(x), 0 }, index->ndim, index->shape);
    index = at_least_1d(ml_indices("gather", index, x->ndim ? x->shape[dim] : 1, dim));
    ml_tensor *small = at_least_1d(y);
    x = at_least_1d(x);
    if (!y || !index || !small || !x) return ml_error_status();
    *out = y;
    return y->numel ? run_lines(GATHER, x, dim, index, small) : ML_OK;
}

ml_status ml_grad_gather(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    const ml_tensor *x = in[0].t;
    if (!call->need[0]) return ML_OK;
    ml_tensor *zeros = ml_zeros((ml_spec){ ml_dtype_of(x), x->device }, x->ndim, x->shape);
    return ml_give(&call->gin[0],
                   ml_call1(ML_OP_scatter_add, ML_T(zeros), in[1], in[2], ML_T(call->g[0])));
}

/* ---- scatter --------------------------------------------------------------------------------- */

/* src as a dense tensor of TYPE with strides that cover the index: a number is the same
** everywhere. */
static ml_tensor *source_for(const char *op, ml_arg src, const ml_tensor *index, ml_dtype type)
{
    if (src.kind == ML_ARG_TENSOR) return at_least_1d(ml_dense(src.t, type));
    ml_tensor *one = ml_number_tensor(op, src, type);
    return at_least_1d(ml_expand(one, index->ndim, index->shape));
}

static ml_status scatter(const char *op, line_action action, const ml_arg in[], ml_arg src,
                         ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *index = in[2].t;
    int dim;
    ML_TRY(check_lines(op, x, in[1], index, &dim));
    if (src.kind == ML_ARG_TENSOR) ML_TRY(check_src(op, x, index, src.t));
    ml_dtype type = action == PUT ? ml_dtype_of(x) : ml_compute_type(ml_dtype_of(x));
    index = ml_apart(at_least_1d(ml_indices(op, index, x->ndim ? x->shape[dim] : 1, dim)), x);
    ml_tensor *small =
        index && index->numel ? ml_apart(source_for(op, src, index, type), x) : index;
    if (!small) return ml_error_status();
    ml_tensor *y = ml_dtype_of(x) == type ? ml_changed_copy(x) : ml_dense(x, type);
    ml_tensor *big = at_least_1d(y);
    if (!big) return ml_error_status();
    if (index->numel) ML_TRY(run_lines(action, big, dim, index, small));
    return ml_give(out, ml_cast(y, ml_dtype_of(x)));
}

static ml_status read_reduce(ml_arg reduce, line_action *action)
{
    *action = PUT;
    if (!ml_given(reduce)) return ML_OK;
    if (!strcmp(reduce.s, "add")) return *action = ADD, ML_OK;
    if (!strcmp(reduce.s, "multiply")) return *action = MULTIPLY, ML_OK;
    return ml_fail(ML_VALUE, "scatter: reduce \"%s\": \"add\" or \"multiply\" is needed", reduce.s);
}

ml_status ml_run_scatter(const ml_arg in[], ml_tensor *out[])
{
    line_action action;
    ML_TRY(read_reduce(in[4], &action));
    return scatter("scatter", action, in, in[3], out);
}

/* Of several values put at one place only the last one keeps its gradient. */
static ml_tensor *only_last(ml_tensor *g, const ml_tensor *x, ml_arg dim, ml_tensor *index)
{
    ml_tensor *last = ml_zeros((ml_spec){ ML_I64, 0 }, x->ndim, x->shape);
    ml_tensor *order = ml_empty((ml_spec){ ML_I64, 0 }, index->ndim, index->shape);
    if (!g || !last || !order) return NULL;
    int64_t *at = ml_data(order);
    for (int64_t i = 0; i < order->numel; i++) at[i] = i;
    last = ml_call1(ML_OP_scatter, ML_T(last), dim, ML_T(index), ML_T(order));
    last = ml_call1(ML_OP_gather, ML_T(last), dim, ML_T(index));
    return ml_call1(ML_OP_where, ML_T(ml_eq(last, order)), ML_T(g), ML_I(0));
}

/* g, of the index's shape, as a gradient of src, which may be larger. */
static ml_tensor *like_src(ml_tensor *g, const ml_tensor *src)
{
    int64_t starts[ML_MAX_DIMS] = { 0 }, steps[ML_MAX_DIMS];
    if (!g) return NULL;
    g = ml_cast(g, ml_dtype_of(src));
    if (!g || ml_same_shape(g, src)) return g;
    if (g->numel == src->numel) return ml_reshape(g, src->ndim, src->shape);
    if (g->ndim != src->ndim)
        return ml_zeros((ml_spec){ ml_dtype_of(src), src->device }, src->ndim, src->shape);
    for (int d = 0; d < src->ndim; d++) steps[d] = 1;
    return ml_call1(ML_OP_slice_backward, ML_T(g), ML_INTS(src->shape, src->ndim),
                    ML_INTS(starts, src->ndim), ML_INTS(steps, src->ndim),
                    ML_INTS(g->shape, g->ndim));
}

ml_status ml_grad_scatter(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ml_tensor *g = call->g[0];
    line_action action;
    ML_TRY(read_reduce(in[4], &action));
    if (action == ADD) ML_GRAD(call, 0, g);
    if (action == PUT) ML_GRAD(call, 0, ml_call1(ML_OP_scatter, ML_T(g), in[1], in[2], ML_I(0)));
    if (action == MULTIPLY) {
        ML_GRAD(call, 0, ml_call1(ML_OP_scatter, ML_T(g), in[1], in[2], in[3], in[4]));
        if (call->need[3])
            return ml_fail(ML_GRAPH,
                           "scatter: with reduce=\"multiply\" src has no gradient; detach() it");
    }
    if (!call->need[3]) return ML_OK;
    ml_tensor *picked = ml_call1(ML_OP_gather, ML_T(g), in[1], in[2]);
    if (action == PUT) picked = only_last(picked, in[0].t, in[1], in[2].t);
    return ml_give(&call->gin[3], like_src(picked, in[3].t));
}

ml_status ml_run_scatter_add(const ml_arg in[], ml_tensor *out[])
{
    return scatter("scatter_add", ADD, in, in[3], out);
}

ml_status ml_grad_scatter_add(const ml_grad_call *call)
{
    const ml_arg *in = call->in;
    ML_GRAD(call, 0, call->g[0]);
    ML_GRAD(call, 3, like_src(ml_call1(ML_OP_gather, ML_T(call->g[0]), in[1], in[2]), in[3].t));
    return ML_OK;
}

/* ---- take_along_dim -------------------------------------------------------------------------- */

ml_status ml_run_take_along_dim(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *index = in[1].t;
    int64_t a[ML_MAX_DIMS], b[ML_MAX_DIMS];
    int dim = 0;
    if (!ml_given(in[2])) {
        x = ml_reshape(x, 1, &(int64_t){ -1 }), index = ml_reshape(index, 1, &(int64_t){ -1 });
    } else {
        if (!ml_check_dim("take_along_dim", x->ndim, in[2].i, &dim)) return ml_error_status();
        if (x->ndim != index->ndim)
            return ml_fail(ML_SHAPE,
                           "take_along_dim: x is %s, the index %s: they need as many dimensions",
                           ML_DESCRIBE(x), ML_DESCRIBE(index));
        for (int d = 0; d < x->ndim; d++) {
            bool along = d == dim;
            a[d] = along || x->shape[d] != 1 ? x->shape[d] : index->shape[d];
            b[d] = along || index->shape[d] != 1 ? index->shape[d] : x->shape[d];
        }
        x = ml_expand(x, x->ndim, a), index = ml_expand(index, index->ndim, b);
    }
    return ml_give(out, ml_call1(ML_OP_gather, ML_T(x), ML_I(dim), ML_T(index)));
}
