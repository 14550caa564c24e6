/* Random numbers: the published vectors, prefixes, equal bits under every instruction set,
** statistics. */
#include "core/philox.h"

#include "core/isa.h"
#include "core/philox_kernels.h"
#include "tests/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { COUNT = 1 << 18 };

/* The known answers of Random123 (kat_vectors, philox4x32 10): a counter is (block, stream). */
TEST("philox gives the published words")
{
    static const struct {
        uint64_t block, stream, key;
        uint32_t words[4];
    } known[] = {
        { 0, 0, 0, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { UINT64_MAX, UINT64_MAX, UINT64_MAX, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { 0x85a308d3243f6a88,
          0x0370734413198a2e,
          0x299f31d0a4093822,
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (int i = 0; i < 3; i++) {
        uint32_t words[4];
        ML_BY_ISA(&ml_philox_kernels)
            ->words(known[i].key, known[i].stream, known[i].block, 1, words);
        CHECK(memcmp(words, known[i].words, sizeof words) == 0);
    }
    uint32_t words[4];
    ml_philox_u32(0, 0, 0, 4, words);
    CHECK(memcmp(words, known[0].words, sizeof words) == 0);
    ml_philox_u32(0, 0, 2, 1, words);
    CHECK(words[0] == known[0].words[2]);
}

/* Every kind of number as bytes, so that one loop tests them all. */
typedef struct {
    const char *name;
    int size;
    void (*fill)(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, void *out);
} kind;

#define FILL(name, type)                                                                           \
    static void fill_##name(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, void *out)  \
    {                                                                                              \
        ml_philox_##name(seed, stream, first, n, (type *)out);                                     \
    }
FILL(u32, uint32_t)
FILL(uniform_f32, float)
FILL(uniform_f64, double)
FILL(normal_f32, float)
FILL(normal_f64, double)

static void fill_range(uint64_t seed, uint64_t stream, uint64_t first, int64_t n, void *out)
{
    ml_philox_range(seed, stream, first, n, -1000, 1000000007, out);
}

static const kind kinds[] = {
    { "u32", 4, fill_u32 },
    { "uniform_f32", 4, fill_uniform_f32 },
    { "uniform_f64", 8, fill_uniform_f64 },
    { "normal_f32", 4, fill_normal_f32 },
    { "normal_f64", 8, fill_normal_f64 },
    { "range", 8, fill_range },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

TEST("any part of a stream is what the whole stream has there")
{
    enum { N = 2000 };
    static char whole[8 * N], part[8 * N + 1];
    for (int k = 0; k < KINDS; k++) {
        int size = kinds[k].size;
        kinds[k].fill(5, 7, 0, N, whole);
        for (int first = 0; first < N; first += first < 20 ? 1 : 197) {
            for (int n = 0; n <= N - first; n += n < 20 ? 1 : 311) {
                part[n * size] = 77;
                kinds[k].fill(5, 7, (uint64_t)first, n, part);
                if (memcmp(part, whole + first * size, (size_t)(n * size)) != 0)
                    TEST_FAIL("%s: %d numbers from %d differ", kinds[k].name, n, first);
                if (part[n * size] != 77) TEST_FAIL("%s: writes beyond n", kinds[k].name);
            }
        }
    }
}

TEST("seeds and streams differ in every word, and indices beyond 2^32 do not repeat")
{
    enum { N = 64 };
    for (int k = 0; k < KINDS; k++) {
        static char a[8 * N], b[8 * N];
        static const uint64_t other[][3] = { { 1, 0, 0 },
                                             { (uint64_t)1 << 32, 0, 0 },
                                             { 0, 1, 0 },
                                             { 0, (uint64_t)1 << 32, 0 },
                                             { 0, 0, (uint64_t)1 << 34 },
                                             { 0, 0, (uint64_t)1 << 63 } };
        kinds[k].fill(0, 0, 0, N, a);
        for (size_t o = 0; o < sizeof other / sizeof *other; o++) {
            kinds[k].fill(other[o][0], other[o][1], other[o][2], N, b);
            int same = 0;
            for (int i = 0; i < N; i++)
                same +=
                    !memcmp(a + i * kinds[k].size, b + i * kinds[k].size, (size_t)kinds[k].size);
            CHECK_EQ_INT(same, 0);
        }
    }
}

static bool same_bits(const ml_philox_kernels *a, const ml_philox_kernels *b)
{
    enum { N = 4096 };
    static uint32_t words[2][2 * N];
    static double numbers[2][N];
    const ml_philox_kernels *k[2] = { a, b };
    bool same = true;
#define COMPARE(call)                                                                              \
    do {                                                                                           \
        for (int i = 0; i < 2; i++) memset(numbers[i], 0, sizeof numbers[i]), call;                \
        same = same && memcmp(numbers[0], numbers[1], sizeof numbers[0]) == 0;                     \
    } while (0)
    for (int i = 0; i < 2; i++)
        k[i]->words(123456789012345, 3, ((uint64_t)1 << 32) - 100, N / 2, words[i]);
    same = memcmp(words[0], words[1], sizeof words[0]) == 0;
    words[0][0] = words[0][1] = 0, words[0][4] = words[0][5] = UINT32_MAX;
    words[0][2] = 0x80000000, words[0][3] = 0x7fffffff;
    COMPARE(k[i]->uniform_f32(N, words[0], (float *)numbers[i]));
    COMPARE(k[i]->uniform_f64(N, words[0], numbers[i]));
    COMPARE(k[i]->normal_f32(N, words[0], (float *)numbers[i]));
    COMPARE(k[i]->normal_f64(N, words[0], numbers[i]));
    COMPARE(k[i]->range(N, words[0], -5, UINT64_MAX - 3, (int64_t *)numbers[i]));
#undef COMPARE
    return same;
}

TEST("every instruction set gives the same bits")
{
#if defined __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2"))
        CHECK(same_bits(&ml_philox_kernels_base, &ml_philox_kernels_avx2));
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        CHECK(same_bits(&ml_philox_kernels_base, &ml_philox_kernels_avx512));
#else
    CHECK(same_bits(&ml_philox_kernels_base, &ml_philox_kernels_base));
#endif
}

TEST("normal numbers are those of Box and Muller")
{
    enum { N = 1000 };
    static uint32_t words[4 * N];
    static float single[2 * N];
    static double full[2 * N];
    const double two_pi = 6.283185307179586;
    ml_philox_u32(3, 4, 0, 4 * N, words);
    ml_philox_normal_f32(3, 4, 0, 2 * N, single);
    ml_philox_normal_f64(3, 4, 0, 2 * N, full);
    for (int i = 0; i < N; i++) {
        const uint32_t *w = words + 2 * i;
        double r = sqrt(-2 * log((w[0] + 0.5) * 0x1p-32)), angle = two_pi * (w[1] * 0x1p-32);
        CHECK_NEAR(single[2 * i], r * cos(angle), 5e-7);
        CHECK_NEAR(single[2 * i + 1], r * sin(angle), 5e-7);
        w = words + 4 * i;
        r = sqrt(-2 * log(((double)(w[0] >> 5) * 0x1p26 + (w[1] >> 6) + 1) * 0x1p-53));
        angle = two_pi * ((w[2] >> 5) * 0x1p-27 + (w[3] >> 6) * 0x1p-53);
        CHECK_NEAR(full[2 * i], r * cos(angle), 1e-14);
        CHECK_NEAR(full[2 * i + 1], r * sin(angle), 1e-14);
    }
}

TEST("normal numbers are finite at the ends")
{
    static const uint32_t zero[8] = { 0 },
                          ones[8] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                      UINT32_MAX, UINT32_MAX, 0,          0 };
    const ml_philox_kernels *k = ML_BY_ISA(&ml_philox_kernels);
    float single[4];
    double full[4];
    k->normal_f32(4, zero, single);
    CHECK_NEAR(single[0], sqrt(-2 * log(0x1p-33)), 1e-6);
    CHECK_NEAR(single[1], 0, 0);
    k->normal_f32(4, ones, single);
    for (int i = 0; i < 4; i++) CHECK(fabsf(single[i]) < 2e-5f);
    k->normal_f64(4, zero, full);
    CHECK_NEAR(full[0], sqrt(-2 * log(0x1p-53)), 1e-14);
    CHECK_NEAR(full[1], 0, 0);
    k->normal_f64(4, ones, full);
    for (int i = 0; i < 4; i++) CHECK_NEAR(full[i], 0, 0);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double normal_below(double x)
{
    return 0.5 * erfc(-x * sqrt(0.5));
}

static double uniform_below(double x)
{
    return x;
}

/* Kolmogorov-Smirnov: sqrt(n) times the largest distance; above 1.95 once in a thousand streams. */
static double distance(double *x, int n, double (*below)(double))
{
    double most = 0;
    qsort(x, (size_t)n, sizeof *x, by_size);
    for (int i = 0; i < n; i++) {
        double p = below(x[i]);
        most = fmax(most, fmax(p - (double)i / n, (double)(i + 1) / n - p));
    }
    return most * sqrt(n);
}

/* Mean of x^power over its expected value and standard error, in standard errors. */
static double moment(const double *x, int power, double mean, double variance)
{
    double sum = 0;
    for (int i = 0; i < COUNT; i++) sum += pow(x[i], power);
    return fabs(sum / COUNT - mean) / sqrt(variance / COUNT);
}

/* Correlation with the number LAG before, in standard errors, after the mean is taken off. */
static double correlation(const double *x, int lag, double mean, double variance)
{
    double sum = 0;
    for (int i = lag; i < COUNT; i++) sum += (x[i] - mean) * (x[i - lag] - mean);
    return fabs(sum / COUNT) / (variance / sqrt(COUNT));
}

static double *sample(void (*f64)(uint64_t, uint64_t, uint64_t, int64_t, double *),
                      void (*f32)(uint64_t, uint64_t, uint64_t, int64_t, float *), uint64_t stream)
{
    double *x = malloc(COUNT * sizeof *x);
    float *y = malloc(COUNT * sizeof *y);
    if (f64)
        f64(42, stream, 0, COUNT, x);
    else {
        f32(42, stream, 0, COUNT, y);
        for (int i = 0; i < COUNT; i++) x[i] = (double)y[i];
    }
    free(y);
    return x;
}

TEST("uniform numbers are uniform, uncorrelated, in [0, 1)")
{
    for (uint64_t stream = 0; stream < 4; stream++) {
        double *x = stream % 2 ? sample(ml_philox_uniform_f64, NULL, stream)
                               : sample(NULL, ml_philox_uniform_f32, stream);
        CHECK(moment(x, 1, 0.5, 1. / 12) < 4);
        CHECK(moment(x, 2, 1. / 3, 4. / 45) < 4);
        for (int lag = 1; lag <= 8; lag++) CHECK(correlation(x, lag, 0.5, 1. / 12) < 4);
        CHECK(distance(x, COUNT, uniform_below) < 1.95);
        CHECK(x[0] >= 0 && x[COUNT - 1] < 1);
        free(x);
    }
}

TEST("normal numbers have the normal moments, distribution and tails")
{
    for (uint64_t stream = 0; stream < 4; stream++) {
        double *x = stream % 2 ? sample(ml_philox_normal_f64, NULL, stream)
                               : sample(NULL, ml_philox_normal_f32, stream);
        CHECK(moment(x, 1, 0, 1) < 4);
        CHECK(moment(x, 2, 1, 2) < 4);
        CHECK(moment(x, 3, 0, 15) < 4);
        CHECK(moment(x, 4, 3, 96) < 4);
        for (int lag = 1; lag <= 8; lag++) CHECK(correlation(x, lag, 0, 1) < 4);
        CHECK(distance(x, COUNT, normal_below) < 1.95);
        CHECK(x[0] < -4 && x[COUNT - 1] > 4 && x[COUNT - 1] < 8.6);
        free(x);
    }
}

TEST("integers stay in their range, reach its ends, and are equally likely")
{
    static int64_t x[COUNT];
    static const int64_t spans[] = { 1, 2, 3, 10, 97, 256 };
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        double hits[256] = { 0 }, chi = 0, expected = (double)COUNT / (double)spans[s];
        ml_philox_range(1, s, 0, COUNT, -7, -7 + spans[s], x);
        for (int i = 0; i < COUNT; i++) {
            CHECK(x[i] >= -7 && x[i] < -7 + spans[s]);
            hits[(x[i] + 7) & 255]++;
        }
        for (int i = 0; i < spans[s]; i++)
            chi += (hits[i] - expected) * (hits[i] - expected) / expected;
        double degrees = (double)(spans[s] - 1);
        CHECK(chi <= degrees + 4 * sqrt(2 * degrees) + 1e-9);
    }
    ml_philox_range(1, 0, 0, COUNT, INT64_MIN, INT64_MAX, x);
    double mean = 0;
    for (int i = 0; i < COUNT; i++) mean += (double)x[i] * 0x1p-63 / COUNT;
    CHECK(fabs(mean) < 4 / sqrt(3.0 * COUNT));
    ml_philox_range(1, 0, 0, 100, INT64_MAX - 1, INT64_MAX, x);
    for (int i = 0; i < 100; i++) CHECK(x[i] == INT64_MAX - 1);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
