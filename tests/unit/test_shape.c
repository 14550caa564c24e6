/* test_shape.c -- shapes, indices and random numbers by the core's C functions. */
#include "tests/test.h"

#include "core/indices.h"
#include "core/op.h"

#include <stdlib.h>

static ml_tensor *count_up(int ndim, const int64_t *shape)
{
    ml_tensor *t = ml_empty((ml_spec){ ML_F32, 0 }, ndim, shape);
    float *at = ml_data(t);
    for (int64_t i = 0; i < ml_numel(t); i++) at[i] = (float)i;
    return t;
}

static float at(ml_tensor *t, int64_t i)
{
    t = ml_contiguous(t);
    return ((float *)ml_data(t))[i];
}

TEST("the C functions of views agree with the layout they promise")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *x = count_up(2, (int64_t[]){ 2, 3 });
    CHECK(at(ml_transpose(x, 0, 1), 1) == 3);
    CHECK(at(ml_permute(x, (int[]){ 1, 0 }), 5) == 5);
    CHECK(at(ml_select(x, 1, -1), 1) == 5);
    CHECK(at(ml_narrow(x, 1, 1, 2), 2) == 4);
    CHECK_EQ_INT(ml_ndim(ml_unsqueeze(x, -1)), 3);
    CHECK_EQ_INT(ml_ndim(ml_squeeze(ml_unsqueeze(x, 0), 0)), 2);
    CHECK(at(ml_expand(ml_select(x, 0, 1), 2, (int64_t[]){ 2, 3 }), 4) == 4);
    CHECK(ml_tensor_id(ml_reshape(x, 1, (int64_t[]){ -1 })) == ml_tensor_id(x));
    CHECK(ml_contiguous(x) == x);
    CHECK(ml_cast(x, ML_F32) == x);
    CHECK(ml_tensor_id(ml_clone(x)) != ml_tensor_id(x));
    ml_scope_close(&scope);
}

TEST("an earlier failure passes through every C function and keeps its message")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *x = count_up(1, (int64_t[]){ 3 }), *bad = ml_select(x, 0, 3);
    CHECK(bad == NULL);
    CHECK(!ml_reshape(bad, 1, (int64_t[]){ 3 }) && !ml_expand(bad, 1, (int64_t[]){ 3 }));
    CHECK(!ml_transpose(bad, 0, 1) && !ml_permute(bad, (int[]){ 0 }) && !ml_unsqueeze(bad, 0));
    CHECK(!ml_squeeze(bad, 0) && !ml_narrow(bad, 0, 0, 1) && !ml_select(bad, 0, 0));
    CHECK(!ml_cast(bad, ML_F64) && !ml_contiguous(bad) && !ml_clone(bad) &&
          !ml_indices("x", bad, 1, 0));
    CHECK_EQ_INT(ml_error_status(), ML_INDEX);
    CHECK(strstr(ml_error(), "select: index 4 is out of range") != NULL);
    ml_clear_error();
    ml_scope_close(&scope);
}

TEST("sizes that overflow are errors, not memory")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *x = count_up(1, (int64_t[]){ 1 });
    int64_t huge = INT64_MAX;
    CHECK(!ml_expand(x, 2, (int64_t[]){ huge, huge }));
    ml_clear_error();
    CHECK(!ml_reshape(x, 3, (int64_t[]){ huge, huge, -1 }));
    ml_clear_error();
    CHECK(!ml_narrow(x, 0, 1, huge));
    ml_clear_error();
    CHECK(!ml_call1(ML_OP_slice, ML_T(x), ML_INTS(&(int64_t){ 0 }, 1), ML_INTS(&huge, 1),
                    ML_INTS(&huge, 1)));
    ml_clear_error();
    CHECK(!ml_call1(ML_OP_pad, ML_T(x), ML_INTS(((int64_t[]){ huge, huge }), 2)));
    ml_clear_error();
    CHECK(!ml_call1(ML_OP_diagflat, ML_T(x), ML_I(INT64_MIN)));
    ml_clear_error();
    CHECK(!ml_call1(ML_OP_cat, ML_LIST(NULL, 0)));
    ml_clear_error();
    ml_scope_close(&scope);
}

/* n rows into `rows`, in every way the work may be cut: against one loop. */
static void check_row_sums(int64_t outer, int64_t rows, int64_t n, int64_t width)
{
    size_t y_count = (size_t)(outer * rows * width), src_count = (size_t)(outer * n * width);
    float *y = calloc(y_count, sizeof *y), *want = calloc(y_count, sizeof *want);
    float *src = malloc(src_count * sizeof *src);
    int64_t *index = malloc((size_t)n * sizeof *index);
    uint32_t state = 1;
    for (size_t i = 0; i < src_count; i++)
        src[i] = (float)((state = state * 1664525u + 1013904223u) >> 8) * 1e-3f;
    for (int64_t k = 0; k < n; k++)
        index[k] = (int64_t)((state = state * 1664525u + 1013904223u) >> 8) % rows;
    for (int64_t b = 0; b < outer; b++)
        for (int64_t k = 0; k < n; k++)
            for (int64_t j = 0; j < width; j++)
                want[(b * rows + index[k]) * width + j] += src[(b * n + k) * width + j];
    ml_row_sum sum = { ML_F32, outer, rows, n, width, index, src, y, 1 };
    CHECK_EQ_INT(ml_add_rows(&sum), ML_OK);
    CHECK(memcmp(y, want, y_count * sizeof *y) == 0);
    free(y), free(want), free(src), free(index);
}

TEST("sums into rows have the bits of one plain loop, however the work is cut")
{
    for (int threads = 1; threads <= 3; threads++) {
        CHECK_EQ_INT(ml_set_threads(threads), ML_OK);
        check_row_sums(1, 10, 100, 5);
        check_row_sums(1, 3, 70000, 1);
        check_row_sums(1, 3, 30000, 4);
        check_row_sums(1, 1000, 9000, 8);
        check_row_sums(2, 50, 3000, 100);
        check_row_sums(1, 7, 200, 1000);
        check_row_sums(3, 5, 1, 1);
    }
}

TEST("every random operation takes the next stream, and a state brings it back")
{
    uint64_t seed, stream;
    ml_scope scope;
    ml_scope_open(&scope);
    ml_manual_seed(42);
    ml_rng_state(&seed, &stream);
    CHECK_EQ_INT(seed, 42);
    int64_t shape = 5;
    ml_tensor *a = ml_call1(ML_OP_randn, ML_INTS(&shape, 1));
    ml_tensor *b = ml_call1(ML_OP_randn, ML_INTS(&shape, 1));
    CHECK(memcmp(ml_data(a), ml_data(b), 20) != 0);
    ml_set_rng_state(seed, stream);
    ml_tensor *c = ml_call1(ML_OP_randn, ML_INTS(&shape, 1));
    CHECK(memcmp(ml_data(a), ml_data(c), 20) == 0);
    CHECK_EQ_INT(ml_next_stream(), 1);
    ml_scope_close(&scope);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
