/* Tests of the core without Lua: ownership, memory, dtypes, versions, gradients from C. */
#include "tests/test.h"

#include "core/half.h"
#include "core/iter.h"
#include "core/op.h"
#include "core/tensor.h"

#include <math.h>

static ml_tensor *vector(int n, const float *v)
{
    return ml_from(v, ML_F32, 1, (const int64_t[]){ n });
}

TEST("a scope releases what was made inside, and keeps what was retained")
{
    int64_t before = ml_memory(0).tensors;
    ml_scope s;
    ml_scope_open(&s);
    ml_tensor *kept = ml_retain(vector(3, (const float[]){ 1, 2, 3 }));
    vector(3, (const float[]){ 4, 5, 6 });
    CHECK_EQ_INT(ml_memory(0).tensors, before + 2);
    ml_scope_close(&s);
    CHECK_EQ_INT(ml_memory(0).tensors, before + 1);
    ml_release(kept);
    CHECK_EQ_INT(ml_memory(0).tensors, before);
}

TEST("a scope can hand one tensor to the outer scope")
{
    ml_scope outer, inner;
    ml_scope_open(&outer);
    ml_scope_open(&inner);
    ml_tensor *t = vector(2, (const float[]){ 1, 2 });
    t = ml_scope_return(&inner, t);
    CHECK(t && ((float *)ml_data(t))[1] == 2);
    ml_scope_close(&outer);
}

TEST("a NULL argument yields NULL and leaves the first message in place")
{
    ml_scope s;
    ml_scope_open(&s);
    ml_tensor *a = vector(2, (const float[]){ 1, 2 }), *b = vector(3, (const float[]){ 1, 2, 3 });
    ml_tensor *y = ml_exp(ml_mul(ml_add(a, b), a));
    CHECK(y == NULL);
    CHECK(strstr(ml_error(), "add:") == ml_error());
    CHECK_EQ_INT(ml_error_status(), ML_SHAPE);
    ml_clear_error();
    ml_scope_close(&s);
}

TEST("blocks are 64-byte aligned and memory is counted")
{
    ml_scope s;
    int64_t live = ml_memory(0).live;
    ml_scope_open(&s);
    for (int64_t n = 1; n < 3000; n = n * 3 / 2 + 1) {
        ml_tensor *t = ml_empty((ml_spec){ ML_F64, 0 }, 1, &n);
        CHECK(t && (uintptr_t)ml_data(t) % 64 == 0);
    }
    CHECK(ml_memory(0).live > live);
    ml_scope_close(&s);
    CHECK_EQ_INT(ml_memory(0).live, live);
}

TEST("every float16 and bfloat16 comes back from float32 as it was")
{
    for (uint32_t u = 0; u < 65536; u++) {
        float h = ml_from_f16((uint16_t)u), b = ml_from_bf16((uint16_t)u);
        if (h == h && ml_to_f16(h) != u) TEST_FAIL("float16 %04x", u);
        if (b == b && ml_to_bf16(b) != u) TEST_FAIL("bfloat16 %04x", u);
    }
}

TEST("float16 rounds to nearest even, as a slow search says")
{
    for (uint32_t u = 1; u < 0x7bff; u += 7) { /* between each pair of neighbours */
        double lo = (double)ml_from_f16((uint16_t)u), hi = (double)ml_from_f16((uint16_t)(u + 1)),
               mid = (lo + hi) / 2;
        CHECK_EQ_INT(ml_to_f16((float)(lo + (hi - lo) * 0.499)), u);
        CHECK_EQ_INT(ml_to_f16((float)(lo + (hi - lo) * 0.501)), u + 1);
        CHECK_EQ_INT(ml_to_f16((float)mid), u % 2 == 0 ? u : u + 1);
    }
    CHECK_EQ_INT(ml_to_f16(65519.9f), 0x7bff);
    CHECK_EQ_INT(ml_to_f16(65520.0f), 0x7c00);
    CHECK_EQ_INT(ml_to_f16(1e-10f), 0);
    CHECK_EQ_INT(ml_to_f16(-0.0f), 0x8000);
}

TEST("conversions saturate, truncate, wrap and see truth")
{
    const double in[] = { 1e300, -1e300, NAN, 2.9, -2.9, 300, 0 };
    const int64_t want[] = { INT64_MAX, INT64_MIN, 0, 2, -2, 300, 0 };
    int64_t out[7];
    uint8_t bytes[7], truth[7];
    ml_convert(ML_I64, (char *)out, 8, ML_F64, (const char *)in, 8, 7);
    ml_convert(ML_U8, (char *)bytes, 1, ML_F64, (const char *)in, 8, 7);
    ml_convert(ML_BOOL, (char *)truth, 1, ML_F64, (const char *)in, 8, 7);
    for (int i = 0; i < 7; i++) CHECK_EQ_INT(out[i], want[i]);
    CHECK_EQ_INT(bytes[5], 300 % 256);
    CHECK_EQ_INT(truth[0] + truth[2] + truth[6], 2);
}

TEST("promotion is symmetric and never loses to itself")
{
    for (int a = 0; a < ML_NDTYPE; a++)
        for (int b = 0; b < ML_NDTYPE; b++) {
            ml_dtype ab = ml_promote((ml_dtype)a, (ml_dtype)b);
            CHECK_EQ_INT(ab, ml_promote((ml_dtype)b, (ml_dtype)a));
            CHECK_EQ_INT(ml_promote(ab, (ml_dtype)a), ab);
        }
}

TEST("the plan collapses and orders dimensions")
{
    ml_scope s;
    ml_launch job = { .type = ML_F32 };
    ml_scope_open(&s);
    ml_tensor *a = ml_zeros((ml_spec){ ML_F32, 0 }, 3, (const int64_t[]){ 4, 5, 6 });
    ml_tensor *t = ml_transpose(a, 0, 2), *u = ml_transpose(ml_zeros_like(a), 0, 2);
    ml_plan(&job, 2, (ml_tensor *[]){ a, a });
    CHECK_EQ_INT(job.ndim, 1);
    CHECK_EQ_INT(job.size[0], 120);
    ml_plan(&job, 2, (ml_tensor *[]){ t, u });
    CHECK_EQ_INT(job.ndim, 1);
    ml_tensor *row = ml_zeros((ml_spec){ ML_F32, 0 }, 1, (const int64_t[]){ 6 });
    ml_plan(&job, 2, (ml_tensor *[]){ a, row });
    CHECK_EQ_INT(job.ndim, 2);
    CHECK_EQ_INT(job.size[0], 20);
    CHECK_EQ_INT(job.step[1][0], 0);
    ml_scope_close(&s);
}

TEST("gradients work from C, and releasing the loss releases the graph")
{
    int64_t before = ml_memory(0).tensors;
    ml_scope s;
    ml_scope_open(&s);
    ml_tensor *w = vector(2, (const float[]){ 2, 3 });
    CHECK_EQ_INT(ml_set_requires_grad(w, true), ML_OK);
    ml_tensor *loss = ml_sum(ml_mul(w, ml_exp(w)), 0, NULL, false);
    CHECK_EQ_INT(ml_backward(1, &loss, NULL, NULL), ML_OK);
    const float *g = ml_data(ml_grad_of(w));
    CHECK_NEAR(g[0], exp(2) * 3, 1e-4);
    CHECK_NEAR(g[1], exp(3) * 4, 1e-4);
    ml_scope_close(&s);
    CHECK_EQ_INT(ml_memory(0).tensors, before);
}

TEST("a training step survives every failing allocation and leaks nothing")
{
    int64_t before = ml_memory(0).tensors;
    for (int64_t k = 1; k < 500; k++) {
        ml_scope s;
        ml_fail_allocation(k);
        ml_scope_open(&s);
        ml_tensor *w = vector(2, (const float[]){ 2, 3 });
        ml_status status = w ? ml_set_requires_grad(w, true) : ml_error_status();
        ml_tensor *y =
            status == ML_OK ? ml_sum(ml_tanh(ml_mul(w, ml_exp(w))), 0, NULL, false) : NULL;
        status = y ? ml_backward(1, &y, NULL, NULL) : ml_error_status();
        ml_scope_close(&s);
        int64_t used = ml_fail_allocation(0);
        CHECK_EQ_INT(ml_memory(0).tensors, before);
        ml_clear_error();
        if (status == ML_OK && used < k) return;
        CHECK(status == ML_MEMORY);
    }
    TEST_FAIL("the sweep never ended");
}

TEST("every signature parses and every formula is in the grammar")
{
    for (int op = 0; op < ml_nops; op++) {
        CHECK(ml_signature_of(op) != NULL);
        for (int k = 0; k < 3; k++)
            if (ml_ops[op].d[k]) CHECK_EQ_INT(ml_formula_check(ml_ops[op].d[k]), ML_OK);
        CHECK(ml_ops[op].help[0] && strstr(ml_ops[op].example, " --> "));
        if (ml_error_status() != ML_OK)
            TEST_FAIL("%s: %s", ml_ops[op].name, ml_error()), ml_clear_error();
    }
}

TEST("tensors describe themselves within the buffer")
{
    ml_scope s;
    char small[8];
    ml_scope_open(&s);
    ml_tensor *t = ml_zeros((ml_spec){ ML_F64, 0 }, 2, (const int64_t[]){ 2, 3 });
    CHECK_EQ_STR(ML_DESCRIBE(t), "float64 [2 3]");
    ml_describe(t, small, sizeof small);
    CHECK_EQ_INT(strlen(small), 7);
    ml_scope_close(&s);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
