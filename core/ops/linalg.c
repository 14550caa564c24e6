/* linalg.c -- what is written in other operators: traces, Kronecker and cross products, norms, powers,
** contractions over chosen dimensions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/ops/matrix.h"

ml_status ml_run_trace(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    if (x->ndim != 2)
        return ml_fail(
            ML_SHAPE, "trace: %s: it takes a matrix; for a batch use x:diagonal(0, -2, -1):sum(-1)",
            ML_DESCRIBE(x));
    ml_tensor *d = ml_call1(ML_OP_diagonal, ML_T(x));
    return ml_give(out, ml_sum(d, 0, NULL, false));
}

/* a (a0, a1, …) as (a0, 1, a1, 1, …) times b as (1, b0, 1, b1, …), read as (a0 b0, a1 b1, …) */
ml_status ml_run_kron(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    int n = a->ndim > b->ndim ? a->ndim : b->ndim;
    if (2 * n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "kron: %s and %s: at most %d dimensions are possible",
                       ML_DESCRIBE(a), ML_DESCRIBE(b), ML_MAX_DIMS / 2);
    int64_t left[ML_MAX_DIMS], right[ML_MAX_DIMS], shape[ML_MAX_DIMS];
    for (int d = 0; d < n; d++) {
        int i = d - n + a->ndim, j = d - n + b->ndim;
        int64_t p = i < 0 ? 1 : a->shape[i], q = j < 0 ? 1 : b->shape[j];
        left[2 * d] = p, left[2 * d + 1] = 1;
        right[2 * d] = 1, right[2 * d + 1] = q;
        if (__builtin_mul_overflow(p, q, &shape[d]))
            return ml_fail(ML_SHAPE, "kron: %s and %s: too large", ML_DESCRIBE(a), ML_DESCRIBE(b));
    }
    ml_tensor *y = ml_mul(ml_reshape(a, 2 * n, left), ml_reshape(b, 2 * n, right));
    return ml_give(out, ml_reshape(y, n, shape));
}

/* ---- cross ----------------------------------------------------------------------------------- */

/* x's places along dim moved back by `by`: y[i] = x[(i + by) % 3] */
static ml_tensor *rotated(ml_tensor *x, int dim, int64_t by)
{
    return ml_call1(ML_OP_roll, ML_T(x), ML_INTS((int64_t[]){ -by }, 1),
                    ML_INTS((int64_t[]){ dim }, 1));
}

ml_status ml_run_cross(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    int64_t shape[ML_MAX_DIMS];
    int dim, n = ml_broadcast("cross", 2, (ml_tensor *[]){ a, b }, shape);
    if (n < 0 || !ml_check_dim("cross", n, in[2].i, &dim)) return ml_error_status();
    if (n == 0 || shape[dim] != 3)
        return ml_fail(ML_SHAPE, "cross: %s and %s: dimension %d must have size 3", ML_DESCRIBE(a),
                       ML_DESCRIBE(b), dim + 1);
    a = ml_expand(a, n, shape), b = ml_expand(b, n, shape);
    return ml_give(out, ml_sub(ml_mul(rotated(a, dim, 1), rotated(b, dim, 2)),
                               ml_mul(rotated(a, dim, 2), rotated(b, dim, 1))));
}

/* ---- contraction ----------------------------------------------------------------------------- */

/* x with the n dimensions dims moved to the end (or the front), in their order, the others before (after)
** them, as a matrix. */
static ml_tensor *contracted_matrix(ml_tensor *x, int n, const int *dims, bool front)
{
    int order[ML_MAX_DIMS], free_dims = 0, at = front ? n : 0;
    int64_t inner = 1, outer = 1;
    for (int d = 0; d < x->ndim; d++) {
        bool taken = false;
        for (int i = 0; i < n; i++) taken |= dims[i] == d;
        if (taken) continue;
        order[at + free_dims++] = d;
        outer *= x->shape[d];
    }
    for (int i = 0; i < n; i++) {
        order[(front ? 0 : free_dims) + i] = dims[i];
        inner *= x->shape[dims[i]];
    }
    return ml_reshape(ml_permute(x, order), 2,
                      (int64_t[]){ front ? inner : outer, front ? outer : inner });
}

/* The sizes of x without dims, appended to shape[]; their new number. */
static int append_free(const ml_tensor *x, int n, const int *dims, int64_t shape[], int count)
{
    for (int d = 0; d < x->ndim; d++) {
        bool taken = false;
        for (int i = 0; i < n; i++) taken |= dims[i] == d;
        if (!taken) shape[count++] = x->shape[d];
    }
    return count;
}

/* The dimensions to contract: the lists given, or the last `count` of a with the first of b. */
static ml_status read_dims(const ml_arg in[], int *n, int da[], int db[])
{
    const ml_tensor *a = in[0].t, *b = in[1].t;
    int64_t first[ML_MAX_DIMS], second[ML_MAX_DIMS];
    if (ml_given(in[3]) != ml_given(in[4]) || (ml_given(in[3]) && in[3].n != in[4].n))
        return ml_fail(ML_VALUE,
                       "tensordot: dims_a and dims_b must be given both, with as many dimensions");
    if (ml_given(in[3])) {
        ML_TRY(ml_check_dims("tensordot", a, in[3].n, in[3].ints, da));
        ML_TRY(ml_check_dims("tensordot", b, in[4].n, in[4].ints, db));
        *n = in[3].n;
        return ML_OK;
    }
    if (in[2].i < 0 || in[2].i > a->ndim || in[2].i > b->ndim)
        return ml_fail(ML_SHAPE, "tensordot: %s and %s have not %lld dimensions to contract",
                       ML_DESCRIBE(a), ML_DESCRIBE(b), (long long)in[2].i);
    *n = (int)in[2].i;
    for (int i = 0; i < *n; i++) first[i] = a->ndim - *n + i, second[i] = i;
    for (int i = 0; i < *n; i++) da[i] = (int)first[i], db[i] = (int)second[i];
    return ML_OK;
}

ml_status ml_run_tensordot(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *a = in[0].t, *b = in[1].t;
    int n = 0, da[ML_MAX_DIMS], db[ML_MAX_DIMS];
    ML_TRY(read_dims(in, &n, da, db));
    for (int i = 0; i < n; i++)
        if (a->shape[da[i]] != b->shape[db[i]])
            return ml_fail(ML_SHAPE,
                           "tensordot: %s and %s: dimension %d has size %lld, dimension %d %lld",
                           ML_DESCRIBE(a), ML_DESCRIBE(b), da[i] + 1, (long long)a->shape[da[i]],
                           db[i] + 1, (long long)b->shape[db[i]]);
    int64_t shape[2 * ML_MAX_DIMS];
    int ndim = append_free(b, n, db, shape, append_free(a, n, da, shape, 0));
    if (ndim > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE,
                       "tensordot: %s and %s: the result would have %d dimensions; %d are possible",
                       ML_DESCRIBE(a), ML_DESCRIBE(b), ndim, ML_MAX_DIMS);
    ml_tensor *y = ml_matmul(contracted_matrix(a, n, da, false), contracted_matrix(b, n, db, true));
    return ml_give(out, ml_reshape(y, ndim, shape));
}

/* ---- norms ----------------------------------------------------------------------------------- */

static ml_tensor *norm_over(ml_tensor *x, double p, const int64_t *dims, int n, bool keepdim)
{
    return ml_call1(ML_OP_norm, ML_T(x), ML_F(p), ML_INTS(dims, n), ML_B(keepdim));
}

static ml_tensor *extreme(ml_tensor *x, bool least, int64_t dim)
{
    return ml_call1(least ? ML_OP_amin : ML_OP_amax, ML_T(x), ML_INTS(&dim, 1), ML_B(false));
}

/* The norm over the last two dimensions, which disappear. */
static ml_tensor *last_norm(ml_tensor *x, const char *ord)
{
    static const int64_t both[] = { -2, -1 };
    if (!strcmp(ord, "fro")) return norm_over(x, 2, both, 2, false);
    if (!strcmp(ord, "nuc"))
        return ml_sum(ml_call1(ML_OP_svdvals, ML_T(x)), 1, (int[]){ -1 }, false);
    char *end;
    double p = strtod(ord, &end);
    bool least = p < 0;
    p = fabs(p);
    if (*end || end == ord || (p != 1 && p != 2 && !isinf(p)))
        return ML_NULL(ML_VALUE,
                       "matrix_norm: ord \"%s\" is unknown; it is \"fro\", \"nuc\", or 1, 2, "
                       "math.huge or their negatives",
                       ord);
    if (p == 2) return extreme(ml_call1(ML_OP_svdvals, ML_T(x)), least, -1);
    ml_tensor *sums = ml_sum(ml_abs(x), 1, (int[]){ p == 1 ? -2 : -1 }, false);
    return extreme(sums, least, -1);
}

ml_status ml_run_matrix_norm(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t;
    int pair[2] = { x->ndim - 2, x->ndim - 1 }, order[ML_MAX_DIMS], at = 0;
    ML_TRY(ml_want_matrix("matrix_norm", x));
    if (ml_given(in[2])) {
        if (in[2].n != 2)
            return ml_fail(ML_VALUE, "matrix_norm: dim has %d dimensions; a matrix has 2", in[2].n);
        ML_TRY(ml_check_dims("matrix_norm", x, 2, in[2].ints, pair));
    }
    for (int d = 0; d < x->ndim; d++)
        if (d != pair[0] && d != pair[1]) order[at++] = d;
    order[at] = pair[0], order[at + 1] = pair[1];
    ml_tensor *y = last_norm(ml_permute(x, order), in[1].s);
    if (in[3].i) { /* the lower of the two places first */
        y = ml_unsqueeze(y, pair[0] < pair[1] ? pair[0] : pair[1]);
        y = ml_unsqueeze(y, pair[0] < pair[1] ? pair[1] : pair[0]);
    }
    return ml_give(out, y);
}

/* ---- powers ---------------------------------------------------------------------------------- */

static ml_tensor *identity_like(const ml_tensor *x)
{
    ml_tensor *one = ml_pattern(x, ml_rows(x), 0, 1, 0);
    return one ? ml_contiguous(ml_expand(one, x->ndim, x->shape)) : NULL;
}

/* By squaring: the bits of n from the lowest up. */
ml_status ml_run_matrix_power(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *y = NULL;
    ML_TRY(ml_want_square("matrix_power", x));
    uint64_t n = in[1].i < 0 ? 0 - (uint64_t)in[1].i : (uint64_t)in[1].i;
    if (in[1].i < 0 && !(x = ml_call1(ML_OP_inv, ML_T(x)))) return ml_error_status();
    if (n == 0) return ml_give(out, identity_like(x));
    for (; n > 0 && x; n >>= 1) {
        if (n & 1) y = y ? ml_matmul(y, x) : x;
        if (n > 1) x = ml_matmul(x, x);
    }
    if (!x) return ml_error_status();
    return ml_give(out, in[1].i == 1 && y ? ml_clone(y) : y);
}
