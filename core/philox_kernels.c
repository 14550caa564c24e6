/* Philox4x32-10 and the numbers made of its words; compiled once per instruction set, without fused
** multiply-adds, so that seeds mean the same everywhere. */
#define ML_UNFUSED
#include "core/philox_kernels.h"

#include "core/isa.h"
#include "core/vecmath.h"

typedef struct {
    uint32_t a, b, c, d, key_low, key_high;
} state;

ML_INLINE state two_rounds(state s)
{
    uint64_t p = (uint64_t)s.a * 0xD2511F53u, q = (uint64_t)s.c * 0xCD9E8D57u;
    uint32_t a = (uint32_t)(q >> 32) ^ s.b ^ s.key_low, b = (uint32_t)q;
    uint32_t c = (uint32_t)(p >> 32) ^ s.d ^ s.key_high, d = (uint32_t)p;
    s.key_low += 0x9E3779B9u, s.key_high += 0xBB67AE85u;
    p = (uint64_t)a * 0xD2511F53u, q = (uint64_t)c * 0xCD9E8D57u;
    s.a = (uint32_t)(q >> 32) ^ b ^ s.key_low, s.b = (uint32_t)q;
    s.c = (uint32_t)(p >> 32) ^ d ^ s.key_high, s.d = (uint32_t)p;
    s.key_low += 0x9E3779B9u, s.key_high += 0xBB67AE85u;
    return s;
}

static void words(uint64_t seed, uint64_t stream, uint64_t block, int64_t n, uint32_t *restrict out)
{
    for (int64_t i = 0; i < n; i++) {
        uint64_t counter = block + (uint64_t)i;
        state s = { .a = (uint32_t)counter,
                    .b = (uint32_t)(counter >> 32),
                    .c = (uint32_t)stream,
                    .d = (uint32_t)(stream >> 32),
                    .key_low = (uint32_t)seed,
                    .key_high = (uint32_t)(seed >> 32) };
        s = two_rounds(two_rounds(two_rounds(two_rounds(two_rounds(s)))));
        out[4 * i] = s.a, out[4 * i + 1] = s.b, out[4 * i + 2] = s.c, out[4 * i + 3] = s.d;
    }
}

/* 53 bits of two words, times 2^-53; both parts are small enough for a conversion from int32. */
ML_INLINE double fraction(uint32_t high, uint32_t low)
{
    return (double)(int32_t)(high >> 5) * 0x1p-27 + (double)(int32_t)(low >> 6) * 0x1p-53;
}

static void uniform_f32(int64_t n, const uint32_t *restrict w, float *restrict out)
{
    for (int64_t i = 0; i < n; i++) out[i] = (float)(int32_t)(w[i] >> 8) * 0x1p-24f;
}

static void uniform_f64(int64_t n, const uint32_t *restrict w, double *restrict out)
{
    for (int64_t i = 0; i < n; i++) out[i] = fraction(w[2 * i], w[2 * i + 1]);
}

/* sqrt(-2 log u) for 0 < u <= 1, a normal number. */
ML_INLINE double radius(double u)
{
    ml_split a = ml_split_f64(u);
    return ml_sqrt_f64(-2 * ml_log_parts(a.m - 1, a.k, 0));
}

static void normal_f32(int64_t n, const uint32_t *restrict w, float *restrict out)
{
    for (int64_t i = 0; i < n / 2; i++) {
        /* uint32 to double: its upper and lower half are int32s */
        uint32_t u = w[2 * i], v = w[2 * i + 1];
        double r = radius((double)(int32_t)(u >> 16) * 0x1p-16 +
                          ((double)(int32_t)(u & 0xffff) + 0.5) * 0x1p-32);
        double turn = (double)(int32_t)v * 0x1p-30, k = ml_rint_small_f64(turn);
        ml_circle c = ml_circle_quarter(turn - k, k);
        out[2 * i] = (float)(r * ml_circle_pick(c, 1));
        out[2 * i + 1] = (float)(r * ml_circle_pick(c, 0));
    }
}

static void normal_f64(int64_t n, const uint32_t *restrict w, double *restrict out)
{
    for (int64_t i = 0; i < n / 2; i++) {
        double r = radius(fraction(w[4 * i], w[4 * i + 1]) + 0x1p-53);
        double turn = 4 * fraction(w[4 * i + 2], w[4 * i + 3]), k = ml_rint_small_f64(turn);
        double angle = (turn - k) * ML_PI_2;
        ml_circle c = { ml_sin_poly(angle, 0), ml_cos_poly(angle, 0), k };
        out[2 * i] = r * ml_circle_pick(c, 1);
        out[2 * i + 1] = r * ml_circle_pick(c, 0);
    }
}

/* The upper half of the product of span and the 64 bits of two words. */
static void range(int64_t n, const uint32_t *restrict w, int64_t low, uint64_t span,
                  int64_t *restrict out)
{
    uint64_t sl = (uint32_t)span, sh = span >> 32;
    for (int64_t i = 0; i < n; i++) {
        uint64_t h = w[2 * i], l = w[2 * i + 1];
        uint64_t a = h * sl, b = l * sh;
        uint64_t middle = (uint32_t)a + (uint64_t)(uint32_t)b + (l * sl >> 32);
        out[i] = (int64_t)((uint64_t)low + h * sh + (a >> 32) + (b >> 32) + (middle >> 32));
    }
}

const ml_philox_kernels ML_ISA_NAME(ml_philox_kernels) = { words,      uniform_f32, uniform_f64,
                                                           normal_f32, normal_f64,  range };
