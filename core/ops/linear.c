/* linear.c -- y = x @ weight^T + bias, the layer under most networks, as one matrix product that starts from
** the bias. */
#include <string.h>

#include "core/iter.h"
#include "core/ops/gemm.h"
#include "core/ops/hand.h"

static ml_status check(const ml_tensor *x, const ml_tensor *w, const ml_tensor *b)
{
    if (w->ndim != 2)
        return ml_fail(ML_SHAPE, "linear: weight is %s: it must be (out, in)", ML_DESCRIBE(w));
    if (x->ndim < 1 || x->shape[x->ndim - 1] != w->shape[1])
        return ml_fail(ML_SHAPE, "linear: x %s with weight %s: the last size of x must be %lld",
                       ML_DESCRIBE(x), ML_DESCRIBE(w), (long long)w->shape[1]);
    if (b && (b->ndim != 1 || b->shape[0] != w->shape[0]))
        return ml_fail(ML_SHAPE, "linear: bias is %s: with weight %s it must have %lld elements",
                       ML_DESCRIBE(b), ML_DESCRIBE(w), (long long)w->shape[0]);
    if (x->dtype != w->dtype || (b && b->dtype != w->dtype))
        return ml_fail(ML_DTYPE,
                       "linear: x %s, weight %s%s%s: the dtypes differ; convert with x:to(\"%s\")",
                       ML_DESCRIBE(x), ML_DESCRIBE(w), b ? ", bias " : "", b ? ML_DESCRIBE(b) : "",
                       ml_dtype_name((ml_dtype)w->dtype));
    return ML_OK;
}

/* Every row of the (m, n) matrix at y becomes the row at b; short rows are copied many at a time. */
static void fill_rows(char *y, const char *b, int64_t m, size_t bytes)
{
    size_t all = (size_t)m * bytes, done = bytes,
           most = bytes > 4096 ? bytes : 4096 / (bytes + !bytes) * bytes;
    if (all == 0) return;
    memcpy(y, b, bytes);
    while (done < all) {
        size_t n = done < most ? done : most;
        n = n < all - done ? n : all - done;
        memcpy(y + done, y, n);
        done += n;
    }
}

ml_status ml_run_linear(const ml_arg in[], ml_tensor *out[])
{
    ml_tensor *x = in[0].t, *w = in[1].t, *b = ml_given(in[2]) ? in[2].t : NULL;
    ML_TRY(check(x, w, b));
    ml_dtype type = ml_compute_type((ml_dtype)x->dtype);
    int64_t shape[ML_MAX_DIMS], k = w->shape[1], n = w->shape[0], numel;
    memcpy(shape, x->shape, sizeof shape);
    shape[x->ndim - 1] = n;
    ML_TRY(ml_check_shape("linear", x->ndim, shape, &numel));
    ml_tensor *dx = ml_dense(x, type), *dw = ml_dense(w, type), *db = b ? ml_dense(b, type) : NULL;
    ml_tensor *y = ml_empty((ml_spec){ type, 0 }, x->ndim, shape);
    if (!dx || !dw || (b && !db) || !y) return ml_error_status();
    int64_t m = n ? numel / n : 0;
    if (b) fill_rows(y->data, db->data, m, (size_t)n * ml_dtype_size(type));
    ml_gemm gemm = { .m = m,
                     .n = n,
                     .k = k,
                     .a_row = k,
                     .a_col = 1,
                     .b_row = 1,
                     .b_col = k,
                     .c_row = n,
                     .accumulate = b != NULL };
    if (numel > 0) ML_TRY(ml_gemm_run(type, &gemm, dx->data, dw->data, y->data));
    return ml_give(&out[0], ml_cast(y, (ml_dtype)x->dtype));
}

/* x as a matrix whose columns are its last dimension. */
static ml_tensor *matrix(ml_tensor *x)
{
    if (ml_ndim(x) == 2) return x;
    int64_t columns = ml_shape(x)[ml_ndim(x) - 1], rows = columns ? ml_numel(x) / columns : 0;
    return ml_reshape(x, 2, (const int64_t[]){ rows, columns });
}

ml_status ml_grad_linear(const ml_grad_call *c)
{
    ml_tensor *x = c->in[0].t, *w = c->in[1].t, *g = matrix(c->g[0]);
    if (!g) return ml_error_status();
    ML_GRAD(c, 0, ml_reshape(ml_matmul(g, w), ml_ndim(x), ml_shape(x)));
    ML_GRAD(c, 1, ml_matmul(ml_transpose(g, 0, 1), matrix(x)));
    ML_GRAD(c, 2, ml_sum(g, 1, (const int[]){ 0 }, false));
    return ML_OK;
}
