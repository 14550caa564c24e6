/* test_reduction.c -- reductions and sorting: accuracy, the same bits for any threads and
** instruction set, edges. */
#include "core/isa.h"
#include "core/op.h"
#include "core/ops/reduction.h"
#include "core/ops/sort_keys.h"
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

static uint64_t seed = 1;

static double next_number(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 4503599627370496.0 - 1;
}

static ml_tensor *numbers(ml_dtype dtype, int ndim, const int64_t *shape)
{
    ml_tensor *t = ml_empty((ml_spec){ ML_F64, 0 }, ndim, shape);
    double *p = ml_data(t);
    for (int64_t i = 0; i < ml_numel(t); i++) p[i] = 100 * next_number();
    return ml_cast(t, dtype);
}

static bool same_bits(ml_tensor *a, ml_tensor *b)
{
    return a && b && ml_numel(a) == ml_numel(b) && ml_dtype_of(a) == ml_dtype_of(b) &&
           !memcmp(ml_data(a), ml_data(b), (size_t)ml_numel(a) * ml_dtype_size(ml_dtype_of(a)));
}

static double value(ml_tensor *t)
{
    double f;
    int64_t i;
    return t && ml_item(t, &f, &i) ? f : (double)NAN;
}

/* ---- accuracy -------------------------------------------------------------------------------- */

TEST("a float32 sum of ten million numbers is as exact as pairwise summation")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *x = ml_full((ml_spec){ ML_F32, 0 }, 1, &(int64_t){ 10000000 }, 0.1);
    CHECK_NEAR(value(ml_call1(ML_OP_sum, ML_T(x))) / 1e7, (double)0.1f, 2e-8);
    int64_t tall[] = { 1000000, 10 }, one = 0;
    ml_tensor *y = ml_full((ml_spec){ ML_F32, 0 }, 2, tall, 0.1);
    ml_tensor *columns = ml_call1(ML_OP_sum, ML_T(y), ML_INTS(&one, 1));
    for (int j = 0; j < 10; j++) CHECK_NEAR(((float *)ml_data(columns))[j] / 1e6f, 0.1f, 3e-8);
    ml_scope_close(&scope);
}

TEST("the variance of numbers far from 0 keeps its digits")
{
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t n = 100000;
    ml_tensor *x = ml_empty((ml_spec){ ML_F32, 0 }, 1, &n);
    float *p = ml_data(x);
    for (int64_t i = 0; i < n; i++) p[i] = (float)(1000000 + (i & 1));
    CHECK_NEAR(value(ml_call1(ML_OP_var, ML_T(x), ML_ABSENT, ML_B(false))), 0.25, 1e-7);
    ml_scope_close(&scope);
}

TEST("half types add up in float32 and round once")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *x = ml_full((ml_spec){ ML_BF16, 0 }, 1, &(int64_t){ 4096 }, 1);
    CHECK_NEAR(value(ml_call1(ML_OP_sum, ML_T(x))), 4096, 0);
    x = ml_full((ml_spec){ ML_F16, 0 }, 1, &(int64_t){ 60000 }, 1);
    CHECK_NEAR(value(ml_call1(ML_OP_sum, ML_T(x))), 60000, 0);
    CHECK_NEAR(value(ml_call1(ML_OP_mean, ML_T(x))), 1, 0);
    ml_scope_close(&scope);
}

TEST("integer sums wrap around instead of stopping the program")
{
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t v[] = { INT64_MAX, 1, 2 }, n = 3;
    ml_tensor *sum = ml_call1(ML_OP_sum, ML_T(ml_from(v, ML_I64, 1, &n)));
    CHECK_EQ_INT(*(int64_t *)ml_data(sum), INT64_MIN + 2);
    ml_scope_close(&scope);
}

/* ---- the same bits --------------------------------------------------------------------------- */

static ml_tensor *reduced(int op, ml_tensor *x, const int64_t *dims, int n)
{
    return ml_call1(op, ML_T(x), n ? ML_INTS(dims, n) : ML_ABSENT);
}

static void check_threads(int op, ml_tensor *x, const int64_t *dims, int n)
{
    static const int counts[] = { 2, 3, 8 };
    CHECK(ml_set_threads(1) == ML_OK);
    ml_tensor *one = reduced(op, x, dims, n);
    CHECK(one != NULL);
    for (int i = 0; i < 3; i++) {
        CHECK(ml_set_threads(counts[i]) == ML_OK);
        if (!same_bits(one, reduced(op, x, dims, n)))
            TEST_FAIL("%s of %s differs with %d threads", ml_ops[op].name, ML_DESCRIBE(x),
                      counts[i]);
    }
    CHECK(ml_set_threads(1) == ML_OK);
}

TEST("reductions of every layout give the same bits under 1, 2, 3 and 8 threads")
{
    static const int64_t shapes[][3] = {
        { 1, 1, 1000003 }, { 3, 100, 7000 }, { 70001, 1, 10 }, { 9, 4099, 33 }
    };
    static const int64_t dims[][2] = { { 0, 0 }, { 2, 0 }, { 0, 0 }, { 1, 0 }, { 0, 2 } };
    static const int ndims[] = { 0, 1, 1, 1, 2 };
    static const int ops[] = { ML_OP_sum, ML_OP_mean, ML_OP_var, ML_OP_amax };
    static const ml_dtype dtypes[] = { ML_F32, ML_F64, ML_BF16, ML_I32 };
    for (int s = 0; s < 4; s++)
        for (int t = 0; t < 4; t++) {
            ml_scope scope;
            ml_scope_open(&scope);
            ml_tensor *x = numbers(dtypes[t], 3, shapes[s]);
            for (int d = 0; d < 5; d++)
                for (int o = 0; o < 4; o++) check_threads(ops[o], x, dims[d], ndims[d]);
            ml_scope_close(&scope);
        }
}

TEST("the sum of a row does not depend on where it lies or on its neighbours")
{
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t shape[] = { 5, 4999 }, last = 1;
    ml_tensor *x = numbers(ML_F32, 2, shape), *rows = reduced(ML_OP_sum, x, &last, 1);
    for (int64_t r = 0; r < 5; r++) {
        float sum = (float)value(reduced(ML_OP_sum, ml_select(x, 0, r), NULL, 0));
        CHECK(sum == ((float *)ml_data(rows))[r]);
    }
    ml_scope_close(&scope);
}

/* Adds up the differences of one kernel between two tables, over lengths around every boundary. */
static int kernel_differences(const reduce_kernel *a, const reduce_kernel *b, size_t size,
                              const void *x)
{
    static const int64_t lengths[] = {
        1, 2, 15, 16, 17, 31, 63, 64, 65, 127, 128, 129, 1000, 4096
    };
    int wrong = 0;
    for (int i = 0; i < 14; i++) {
        char p[8] = { 0 }, q[8] = { 0 }, wide[2][64 * 8] = { { 0 } };
        a->rows(1, lengths[i], x, 0, x, p), b->rows(1, lengths[i], x, 0, x, q);
        wrong += memcmp(p, q, size) != 0;
        int64_t width = 1 + i * 4, nrows = 4096 / width;
        a->cols(nrows, width, x, width, x, true, wide[0]),
            b->cols(nrows, width, x, width, x, true, wide[1]);
        wrong += memcmp(wide[0], wide[1], (size_t)width * size) != 0;
    }
    return wrong;
}

static const void *test_numbers(int type)
{
    static float f32[4096];
    static double f64[4096];
    static int64_t i64[4096];
    static uint8_t u8[4096];
    for (int i = 0; i < 4096; i++) {
        f64[i] = type == REDUCE_F64 && i == 4000 ? (double)NAN : next_number();
        f32[i] = (float)f64[i], i64[i] = (int64_t)(f64[i] * 1e18), u8[i] = i % 3 != 0;
    }
    return type == REDUCE_F32   ? f32
           : type == REDUCE_F64 ? (const void *)f64
           : type == REDUCE_I64 ? (const void *)i64
                                : u8;
}

TEST("every instruction set's kernels give the same bits")
{
#if defined(__x86_64__)
    static const size_t sizes[] = { 4, 8, 8, 1 };
    if (ml_isa_level() == 0) SKIP("this processor has the baseline only");
    for (int k = 0; k < REDUCE_KINDS; k++)
        for (int t = 0; t < REDUCE_TYPES; t++) {
            const reduce_kernel *base = &ml_reduce_kernels_base.at[k][t];
            if (!base->rows) continue;
            const void *x = test_numbers(t);
            if (ml_isa_level() >= 1)
                CHECK_EQ_INT(
                    kernel_differences(base, &ml_reduce_kernels_avx2.at[k][t], sizes[t], x), 0);
            if (ml_isa_level() >= 2)
                CHECK_EQ_INT(
                    kernel_differences(base, &ml_reduce_kernels_avx512.at[k][t], sizes[t], x), 0);
        }
#else
    SKIP("one instruction set");
#endif
}

/* ---- sum_to ---------------------------------------------------------------------------------- */

TEST("sum_to undoes every broadcast, and gives back a tensor that was not broadcast")
{
    static const int64_t from[] = { 3, 4, 5 };
    static const int64_t to[][3] = { { 3, 4, 5 }, { 1, 4, 5 }, { 3, 1, 5 }, { 3, 4, 1 },
                                     { 1, 4, 1 }, { 4, 5 },    { 1, 5 },    { 4, 1 },
                                     { 5 },       { 1 } };
    static const int ndims[] = { 3, 3, 3, 3, 3, 2, 2, 2, 1, 1 };
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *g = numbers(ML_F64, 3, from);
    CHECK(ml_sum_to(g, 3, from) == g);
    for (int i = 0; i < 10; i++) {
        ml_tensor *y = ml_sum_to(g, ndims[i], to[i]);
        CHECK(y && ml_ndim(y) == ndims[i]);
        for (int d = 0; y && d < ndims[i]; d++) CHECK_EQ_INT(ml_shape(y)[d], to[i][d]);
        if (y)
            CHECK_NEAR(value(ml_call1(ML_OP_sum, ML_T(y))), value(ml_call1(ML_OP_sum, ML_T(g))),
                       1e-10);
    }
    CHECK_NEAR(value(ml_sum_to(g, 0, NULL)), value(ml_call1(ML_OP_sum, ML_T(g))), 1e-10);
    CHECK(ml_sum_to(g, 2, (int64_t[]){ 2, 5 }) == NULL);
    CHECK(strstr(ml_error(), "does not broadcast") != NULL);
    ml_clear_error();
    CHECK(ml_sum_to(NULL, 0, NULL) == NULL);
    ml_scope_close(&scope);
}

TEST("sum_to of a tensor with a history records its own gradient")
{
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t shape[] = { 2, 3 }, row[] = { 1, 3 };
    ml_tensor *x = numbers(ML_F64, 2, shape), *g[1] = { NULL };
    CHECK(ml_set_requires_grad(x, true) == ML_OK);
    ml_tensor *y = ml_sum_to(x, 2, row), *ones = ml_ones_like(y);
    CHECK(ml_grad(1, &y, &ones, 1, &x, g, &(ml_backward_options){ 0 }) == ML_OK);
    for (int i = 0; g[0] && i < 6; i++) CHECK(((double *)ml_data(ml_contiguous(g[0])))[i] == 1);
    ml_scope_close(&scope);
}

/* ---- nothing --------------------------------------------------------------------------------- */

TEST("a reduction over an empty dimension keeps its identity, and one without says why it fails")
{
    static const struct {
        int op;
        double want;
    } cases[] = {
        { ML_OP_sum, 0 }, { ML_OP_prod, 1 }, { ML_OP_any, 0 }, { ML_OP_all, 1 }, { ML_OP_norm, 0 }
    };
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t shape[] = { 0, 3 };
    ml_tensor *x = ml_zeros((ml_spec){ ML_F32, 0 }, 2, shape);
    for (int i = 0; i < 5; i++) CHECK_NEAR(value(ml_call1(cases[i].op, ML_T(x))), cases[i].want, 0);
    CHECK(isnan(value(ml_call1(ML_OP_mean, ML_T(x)))));
    CHECK(isnan(value(ml_call1(ML_OP_var, ML_T(x)))));
    CHECK(ml_call1(ML_OP_amax, ML_T(x)) == NULL);
    CHECK(strstr(ml_error(), "amax: float32 [0 3]") && strstr(ml_error(), "largest"));
    ml_clear_error();
    CHECK(ml_call1(ML_OP_argmin, ML_T(x), ML_I(0)) == NULL);
    CHECK(strstr(ml_error(), "dimension 1 is empty") != NULL);
    ml_clear_error();
    ml_scope_close(&scope);
}

/* ---- sorting --------------------------------------------------------------------------------- */

enum { MOST = 5000 };

static void fill_pattern(int pattern, int64_t n, sort_entry *e)
{
    for (int64_t i = 0; i < n; i++) {
        uint64_t v = (uint64_t)(n - i < i ? n - i : i); /* organ pipe */
        if (pattern == 0) v = (uint64_t)i;
        if (pattern == 1) v = (uint64_t)(n - i);
        if (pattern == 2) v = 7;
        if (pattern == 3) v = (uint64_t)(1e6 * (next_number() + 1));
        if (pattern == 4) v = (uint64_t)(3 * (next_number() + 1)) << 61;
        e[i] = (sort_entry){ v, i };
    }
}

TEST("sorting is stable for every size and pattern")
{
    static sort_entry e[MOST], scratch[MOST];
    static const int64_t sizes[] = { 0, 1, 2, 15, 16, 17, 33, 100, 767, 768, 769, MOST };
    for (int s = 0; s < 12; s++)
        for (int pattern = 0; pattern < 6; pattern++) {
            int64_t n = sizes[s], wrong = 0;
            uint64_t before = 0, after = 0;
            fill_pattern(pattern, n, e);
            for (int64_t i = 0; i < n; i++) before += e[i].key * (uint64_t)(e[i].index + 1);
            sort_entries(n, e, scratch);
            for (int64_t i = 0; i < n; i++) after += e[i].key * (uint64_t)(e[i].index + 1);
            for (int64_t i = 1; i < n; i++)
                wrong += e[i - 1].key > e[i].key ||
                         (e[i - 1].key == e[i].key && e[i - 1].index > e[i].index);
            CHECK_EQ_INT(wrong, 0);
            CHECK(before == after);
        }
}

TEST("selection by rank agrees with sorting")
{
    static sort_entry e[MOST], scratch[MOST];
    static uint64_t keys[MOST], rest[MOST];
    for (int pattern = 0; pattern < 6; pattern++) {
        fill_pattern(pattern, MOST, e);
        for (int i = 0; i < MOST; i++) keys[i] = e[i].key;
        sort_entries(MOST, e, scratch);
        for (int64_t k = 0; k < MOST; k += 499) CHECK(sort_select(MOST, keys, k, rest) == e[k].key);
    }
}

TEST("keys order numbers as numbers, both zeros alike, nan last")
{
    static const double f64[] = { -INFINITY, -1e300, -1, -5e-324,  -0.0,
                                  0.0,       5e-324, 1,  INFINITY, NAN };
    float f32[10];
    uint64_t k64[10], k32[10], down[10];
    for (int i = 0; i < 10; i++) f32[i] = (float)f64[i];
    f32[3] = -1e-45f, f32[6] = 1e-45f, f32[1] = -1e30f;
    sort_keys(ML_F64, f64, 10, false, k64), sort_keys(ML_F32, f32, 10, false, k32);
    sort_keys(ML_F64, f64, 10, true, down);
    for (int i = 1; i < 10; i++) {
        CHECK(i == 5 ? k64[4] == k64[5] : k64[i - 1] < k64[i]);
        CHECK(i == 5 ? k32[4] == k32[5] : k32[i - 1] < k32[i]);
        CHECK(i == 5 ? down[4] == down[5] : down[i - 1] > down[i]);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
