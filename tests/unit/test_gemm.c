/* test_gemm.c -- matrix products on raw memory against plain loops, and the same bits for any threads. */
#include "core/ops/gemm.h"

#include <math.h>
#include <stdlib.h>

#include "core/isa.h"
#include "core/ops/gemm_kernels.h"
#include "tests/test.h"

static uint64_t seed = 1;

static double next_number(void) /* a multiple of 1/8 in [-2, 2): small sums of products are exact */
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 59) / 8 - 2;
}

static float *numbers_f32(int64_t n)
{
    float *p = malloc((size_t)(n + 1) * sizeof *p);
    for (int64_t i = 0; p && i < n; i++) p[i] = (float)next_number();
    return p;
}

static double *numbers_f64(int64_t n)
{
    double *p = malloc((size_t)(n + 1) * sizeof *p);
    for (int64_t i = 0; p && i < n; i++) p[i] = next_number();
    return p;
}

/* A product with dense or padded, plain or transposed operands. */
static ml_gemm layout(int64_t m, int64_t n, int64_t k, int transposed, int64_t pad, bool accumulate)
{
    ml_gemm g = { .m = m, .n = n, .k = k, .c_row = n + pad, .accumulate = accumulate };
    g.a_row = transposed & 1 ? 1 : k + pad, g.a_col = transposed & 1 ? m + pad : 1;
    g.b_row = transposed & 2 ? 1 : n + pad, g.b_col = transposed & 2 ? k + pad : 1;
    return g;
}

/* The number of elements of C that differ from plain loops', which are exact on these numbers, and of those
** between C's rows that changed. */
static int wrong_f32(const ml_gemm *g, const float *a, const float *b, const float *before,
                     const float *c)
{
    int wrong = 0;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->c_row; j++) {
            int64_t at = i * g->c_row + j;
            double sum = g->accumulate || j >= g->n ? (double)before[at] : 0;
            for (int64_t k = 0; j < g->n && k < g->k; k++)
                sum +=
                    (double)a[i * g->a_row + k * g->a_col] * (double)b[k * g->b_row + j * g->b_col];
            wrong += (float)sum != c[at];
        }
    return wrong;
}

static int wrong_f64(const ml_gemm *g, const double *a, const double *b, const double *before,
                     const double *c)
{
    int wrong = 0;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->c_row; j++) {
            int64_t at = i * g->c_row + j;
            double sum = g->accumulate || j >= g->n ? before[at] : 0;
            for (int64_t k = 0; j < g->n && k < g->k; k++)
                sum += a[i * g->a_row + k * g->a_col] * b[k * g->b_row + j * g->b_col];
            wrong += sum != c[at];
        }
    return wrong;
}

static int check_f32(const ml_gemm *g, int64_t pad)
{
    int64_t left = (g->m + pad) * (g->k + pad), right = (g->k + pad) * (g->n + pad);
    int64_t out = g->m * g->c_row;
    float *a = numbers_f32(left), *b = numbers_f32(right), *c = numbers_f32(out),
          *before = numbers_f32(out);
    memcpy(before, c, (size_t)out * sizeof *c);
    int wrong = ml_gemm_f32(g, a, b, c) != ML_OK ? -1 : wrong_f32(g, a, b, before, c);
    free(a), free(b), free(c), free(before);
    return wrong;
}

static int check_f64(const ml_gemm *g, int64_t pad)
{
    int64_t left = (g->m + pad) * (g->k + pad), right = (g->k + pad) * (g->n + pad);
    int64_t out = g->m * g->c_row;
    double *a = numbers_f64(left), *b = numbers_f64(right), *c = numbers_f64(out),
           *before = numbers_f64(out);
    memcpy(before, c, (size_t)out * sizeof *c);
    int wrong = ml_gemm_f64(g, a, b, c) != ML_OK ? -1 : wrong_f64(g, a, b, before, c);
    free(a), free(b), free(c), free(before);
    return wrong;
}

TEST("every product with sizes 0 to 17 is exact on exact numbers, transposed, padded, accumulated")
{
    int wrong = 0;
    for (int64_t m = 0; m <= 17; m++)
        for (int64_t n = 0; n <= 17; n++)
            for (int64_t k = 0; k <= 17; k++)
                for (int how = 0; how < 16; how++) {
                    ml_gemm g = layout(m, n, k, how & 3, how & 4 ? 3 : 0, how & 8);
                    wrong += check_f32(&g, 3) + check_f64(&g, 3);
                }
    CHECK_EQ_INT(wrong, 0);
}

TEST("large products, one row, one column, long k are exact on exact numbers")
{
    static const int64_t sizes[][3] = { { 130, 131, 129 }, { 1, 700, 300 },  { 700, 1, 300 },
                                        { 3, 5, 5003 },    { 1, 1, 6000 },   { 300, 37, 257 },
                                        { 37, 300, 511 },  { 12, 33, 4100 }, { 193, 513, 20 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int how = 0; how < 16; how++) {
            ml_gemm g =
                layout(sizes[i][0], sizes[i][1], sizes[i][2], how & 3, how & 4 ? 5 : 0, how & 8);
            CHECK_EQ_INT(check_f32(&g, 5), 0);
            CHECK_EQ_INT(check_f64(&g, 5), 0);
        }
}

TEST("a batch repeats the product, and a step of 0 repeats an operand")
{
    for (int64_t m = 1; m < 80; m += 13) {
        int64_t n = 9, k = 7;
        ml_gemm g = layout(m, n, k, 0, 0, false);
        g.nbatch = 2, g.batch[0] = 3, g.batch[1] = 5;
        g.a_step[0] = m * k, g.b_step[1] = k * n;
        g.c_step[0] = 5 * m * n, g.c_step[1] = m * n;
        float *a = numbers_f32(3 * m * k), *b = numbers_f32(5 * k * n),
              *c = numbers_f32(15 * m * n);
        CHECK(ml_gemm_f32(&g, a, b, c) == ML_OK);
        for (int i = 0; i < 15; i++)
            CHECK_EQ_INT(wrong_f32(&g, a + i / 5 * m * k, b + i % 5 * k * n, NULL, c + i * m * n),
                         0);
        free(a), free(b), free(c);
    }
}

/* Bytes of the product of random numbers under `threads`; the caller frees them. */
static float *product_under(int threads, const ml_gemm *g, const float *a, const float *b)
{
    float *c = calloc((size_t)(g->m * g->c_row), sizeof *c);
    CHECK(ml_set_threads(threads) == ML_OK);
    CHECK(ml_gemm_f32(g, a, b, c) == ML_OK);
    return c;
}

TEST("1, 2, 3 and 8 threads give the same bits, split k or not")
{
    static const int64_t sizes[][3] = { { 301, 407, 513 },  { 7, 11, 60001 },  { 1, 3000, 1001 },
                                        { 3001, 1, 1003 },  { 1, 1, 1000003 }, { 65, 129, 8193 },
                                        { 1000, 33, 1025 }, { 10, 784, 9999 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int how = 0; how < 4; how++) {
            ml_gemm g = layout(sizes[i][0], sizes[i][1], sizes[i][2], how, 0, false);
            float *a = numbers_f32(g.m * g.k), *b = numbers_f32(g.k * g.n);
            for (int64_t j = 0; j < g.m * g.k; j++) a[j] = a[j] / 3 + 0.01f * (float)next_number();
            float *one = product_under(1, &g, a, b);
            static const int threads[] = { 2, 3, 8 };
            for (int t = 0; t < 3; t++) {
                float *other = product_under(threads[t], &g, a, b);
                CHECK(memcmp(one, other, (size_t)(g.m * g.n) * sizeof *one) == 0);
                free(other);
            }
            free(a), free(b), free(one);
        }
}

TEST("a row of a product has the same bits alone with others as within many")
{
    ml_gemm g = layout(200, 70, 700, 0, 0, false);
    float *a = numbers_f32(g.m * g.k), *b = numbers_f32(g.k * g.n);
    for (int64_t j = 0; j < g.m * g.k; j++) a[j] = a[j] / 3;
    float *all = product_under(2, &g, a, b);
    for (int64_t rows = 1; rows < 60; rows += 7) {
        ml_gemm some = g;
        some.m = rows;
        float *c = product_under(2, &some, a, b);
        CHECK(memcmp(c, all, (size_t)(rows * g.n) * sizeof *c) == 0);
        free(c);
    }
    free(a), free(b), free(all);
}

static ml_block block_of(const ml_gemm *g)
{
    return (ml_block){ .m = g->m,
                       .n = g->n,
                       .k = g->k,
                       .a_row = g->a_row,
                       .a_col = g->a_col,
                       .b_row = g->b_row,
                       .b_col = g->b_col,
                       .c_row = g->c_row,
                       .accumulate = g->accumulate };
}

TEST("every instruction set this machine has agrees with plain loops")
{
    const ml_gemm_kernels *set[] = { &ml_gemm_kernels_base, &ml_gemm_kernels_avx2,
                                     &ml_gemm_kernels_avx512 };
    for (int level = 0; level <= ml_isa_level(); level++)
        for (int64_t m = 1; m < 70; m += 5)
            for (int64_t n = 1; n < 70; n += 3)
                for (int how = 0; how < 8; how++) {
                    ml_gemm g = layout(m, n, 19, how & 3, 0, how & 4);
                    ml_block s = block_of(&g);
                    float *a = numbers_f32(m * 19), *b = numbers_f32(19 * n),
                          *c = numbers_f32(m * n);
                    float *before = malloc((size_t)(m * n) * sizeof *c);
                    memcpy(before, c, (size_t)(m * n) * sizeof *c);
                    set[level]->f32(&s, a, b, c);
                    CHECK_EQ_INT(wrong_f32(&g, a, b, before, c), 0);
                    free(a), free(b), free(c), free(before);
                }
}

/* C by copies of A, or where it lies, and of B's panels. */
static void multiply_copied(const ml_gemm_kernels *kernels, const ml_gemm *g, bool copy_left,
                            const float *a, const float *b, float *c)
{
    int64_t width = kernels->panel_bytes / (int64_t)sizeof *b, rows = g->m + kernels->rows;
    float *left = aligned_alloc(64, (size_t)(rows * ML_GEMM_BLOCK + 16) / 16 * 64);
    float *panel = aligned_alloc(64, (size_t)(width * ML_GEMM_BLOCK) * sizeof *panel);
    kernels->copy_left_f32(g->m, g->k, a, g->a_row, g->a_col, left);
    ml_block s = block_of(g);
    s.copied = copy_left, s.next = panel;
    for (int64_t j = 0; j < g->n; j += width) {
        s.n = g->n - j < width ? g->n - j : width;
        kernels->copy_right_f32(g->k, s.n, b + j * g->b_col, g->b_row, g->b_col, panel);
        kernels->panel_f32(&s, copy_left ? left : a, panel, c + j);
    }
    free(left), free(panel);
}

TEST("products by copies agree with plain loops, under every instruction set")
{
    const ml_gemm_kernels *set[] = { &ml_gemm_kernels_base, &ml_gemm_kernels_avx2,
                                     &ml_gemm_kernels_avx512 };
    for (int level = 0; level <= ml_isa_level(); level++)
        for (int64_t m = 1; m < 70; m += 3)
            for (int64_t n = 1; n < 70; n += 9)
                for (int how = 0; how < 16; how++) {
                    ml_gemm g = layout(m, n, 1 + (m * 7 + n) % 41, how & 3, 0, how & 4);
                    float *a = numbers_f32(m * g.k), *b = numbers_f32(g.k * n),
                          *c = numbers_f32(m * n), *before = malloc((size_t)(m * n) * sizeof *c);
                    memcpy(before, c, (size_t)(m * n) * sizeof *c);
                    multiply_copied(set[level], &g, how & 8, a, b, c);
                    CHECK_EQ_INT(wrong_f32(&g, a, b, before, c), 0);
                    free(a), free(b), free(c), free(before);
                }
}

TEST("very large products, which go by copies, are exact on exact numbers")
{
    static const int64_t sizes[][3] = { { 200, 700, 300 }, { 333, 300, 261 }, { 65, 1300, 300 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int how = 0; how < 4; how++) {
            ml_gemm g = layout(sizes[i][0], sizes[i][1], sizes[i][2], how, 5, how & 1);
            CHECK_EQ_INT(check_f32(&g, 5), 0);
            CHECK_EQ_INT(check_f64(&g, 5), 0);
        }
}

TEST("an element of a very large product has the same bits as in a small one")
{
    ml_gemm g = layout(400, 700, 530, 0, 0, false);
    float *a = numbers_f32(g.m * g.k), *b = numbers_f32(g.k * g.n);
    for (int64_t j = 0; j < g.m * g.k; j++) a[j] = a[j] / 3;
    float *all = product_under(2, &g, a, b), *one = product_under(1, &g, a, b);
    CHECK(memcmp(all, one, (size_t)(g.m * g.n) * sizeof *all) == 0);
    ml_gemm some = g;
    some.m = 50;
    float *c = product_under(2, &some, a, b);
    CHECK(memcmp(c, all, (size_t)(some.m * g.n) * sizeof *c) == 0);
    free(a), free(b), free(all), free(one), free(c);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
