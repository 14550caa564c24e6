/* What the functions of vecmath.h are made of: bit casts, fused multiply-add, polynomials, error-
** free sums and products, rounding.  Everything is branch-free and free of libm calls, so that a
** loop over it vectorises, and gives the same bits in the vector body and in the scalar tail. */
#ifndef ML_VECMATH_BASE_H
#define ML_VECMATH_BASE_H

#include <stdint.h>

/* A call left in a loop would keep it scalar, so nothing here may stay a call. */
#define ML_INLINE static inline __attribute__((always_inline))

#define ML_INF  __builtin_inff()
#define ML_NAN  __builtin_nanf("")
#define ML_INFD __builtin_inf()
#define ML_NAND __builtin_nan("")

/* A file whose results must be the same bits under every instruction set defines ML_UNFUSED. */
#if defined __FMA__ && !defined ML_UNFUSED
#define ML_FUSED
#endif

/* A value and what its rounding lost: v + e is the exact (or a twice as precise) value. */
typedef struct {
    double v, e;
} ml_twofold;

ML_INLINE uint64_t ml_bits_f64(double x)
{
    union {
        double f;
        uint64_t u;
    } c = { x };
    return c.u;
}

ML_INLINE double ml_from_bits_f64(uint64_t u)
{
    union {
        uint64_t u;
        double f;
    } c = { u };
    return c.f;
}

ML_INLINE uint32_t ml_bits_f32(float x)
{
    union {
        float f;
        uint32_t u;
    } c = { x };
    return c.u;
}

ML_INLINE float ml_from_bits_f32(uint32_t u)
{
    union {
        uint32_t u;
        float f;
    } c = { u };
    return c.f;
}

/* a * b + c: fused where the instruction set fuses, two roundings elsewhere; never the compiler's
** choice. */
ML_INLINE double ml_fma_f64(double a, double b, double c)
{
#ifdef ML_FUSED
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

ML_INLINE float ml_fma_f32(float a, float b, float c)
{
#ifdef ML_FUSED
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

#define ML_FMA(a, b, c) _Generic((a) * (b) + (c), float : ml_fma_f32, double : ml_fma_f64)(a, b, c)

/* Steps of Horner's rule, highest coefficient first: ((p x + a) x + b) ... */
ML_INLINE double ml_horner2_f64(double p, double x, double a, double b)
{
    return ml_fma_f64(ml_fma_f64(p, x, a), x, b);
}

ML_INLINE double ml_horner3_f64(double p, double x, double a, double b, double c)
{
    return ml_fma_f64(ml_horner2_f64(p, x, a, b), x, c);
}

ML_INLINE double ml_horner4_f64(double p, double x, double a, double b, double c, double d)
{
    return ml_horner2_f64(ml_horner2_f64(p, x, a, b), x, c, d);
}

ML_INLINE float ml_horner2_f32(float p, float x, float a, float b)
{
    return ml_fma_f32(ml_fma_f32(p, x, a), x, b);
}

ML_INLINE float ml_horner3_f32(float p, float x, float a, float b, float c)
{
    return ml_fma_f32(ml_horner2_f32(p, x, a, b), x, c);
}

ML_INLINE float ml_horner4_f32(float p, float x, float a, float b, float c, float d)
{
    return ml_horner2_f32(ml_horner2_f32(p, x, a, b), x, c, d);
}

ML_INLINE double ml_fabs_f64(double x)
{
    return __builtin_fabs(x);
}

ML_INLINE float ml_fabs_f32(float x)
{
    return __builtin_fabsf(x);
}

ML_INLINE double ml_copysign_f64(double x, double sign)
{
    return __builtin_copysign(x, sign);
}

ML_INLINE float ml_copysign_f32(float x, float sign)
{
    return __builtin_copysignf(x, sign);
}

ML_INLINE double ml_sqrt_f64(double x)
{
    return __builtin_sqrt(x);
}

ML_INLINE float ml_sqrt_f32(float x)
{
    return __builtin_sqrtf(x);
}

/* Exact sum, for |a| >= |b| or a == 0 (Dekker 1971). */
ML_INLINE ml_twofold ml_fast_two_sum(double a, double b)
{
    double v = a + b;
    return (ml_twofold){ v, (a - v) + b };
}

/* Exact sum (Knuth, TAOCP 2, 4.2.2). */
ML_INLINE ml_twofold ml_two_sum(double a, double b)
{
    double v = a + b, bb = v - a;
    return (ml_twofold){ v, (a - (v - bb)) + (b - bb) };
}

/* Exact product unless it under- or overflows; without FMA (Dekker 1971) |a|, |b| < 2^996. */
ML_INLINE ml_twofold ml_two_product(double a, double b)
{
    double v = a * b;
#ifdef ML_FUSED
    return (ml_twofold){ v, __builtin_fma(a, b, -v) };
#else
    double ca = 0x1.0000002p27 * a, ha = ca - (ca - a), la = a - ha;
    double cb = 0x1.0000002p27 * b, hb = cb - (cb - b), lb = b - hb;
    return (ml_twofold){ v, ((ha * hb - v) + ha * lb + la * hb) + la * lb };
#endif
}

/* Nearest integer, ties to even, for |x| < 2^51 (f64) and 2^22 (f32): adding 1.5 * 2^52 leaves no
** room for fraction bits. */
ML_INLINE double ml_rint_small_f64(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

ML_INLINE float ml_rint_small_f32(float x)
{
    return (x + 0x1.8p23f) - 0x1.8p23f;
}

/* 2^k for an integral k in [-1022, 1023] (f64), [-126, 127] (f32). */
ML_INLINE double ml_pow2_f64(double k)
{
    return ml_from_bits_f64(ml_bits_f64(k + (0x1p52 + 1023)) << 52);
}

ML_INLINE float ml_pow2_f32(float k)
{
    return ml_from_bits_f32(ml_bits_f32(k + (0x1p23f + 127)) << 23);
}

/* Rounding to integers.  Without SSE4.1 there is no instruction for it, and 2^52 + |x| does it. */
ML_INLINE double ml_round_f64(double x)
{
#ifdef __SSE4_1__
    return __builtin_rint(x);
#else
    double a = ml_fabs_f64(x), r = (a + 0x1p52) - 0x1p52;
    return ml_copysign_f64(a < 0x1p52 ? r : a, x);
#endif
}

ML_INLINE float ml_round_f32(float x)
{
#ifdef __SSE4_1__
    return __builtin_rintf(x);
#else
    float a = ml_fabs_f32(x), r = (a + 0x1p23f) - 0x1p23f;
    return ml_copysign_f32(a < 0x1p23f ? r : a, x);
#endif
}

ML_INLINE double ml_floor_f64(double x)
{
#ifdef __SSE4_1__
    return __builtin_floor(x);
#else
    double r = ml_round_f64(x), down = r - 1;
    return r > x ? down : r;
#endif
}

ML_INLINE float ml_floor_f32(float x)
{
#ifdef __SSE4_1__
    return __builtin_floorf(x);
#else
    float r = ml_round_f32(x), down = r - 1;
    return r > x ? down : r;
#endif
}

ML_INLINE double ml_ceil_f64(double x)
{
#ifdef __SSE4_1__
    return __builtin_ceil(x);
#else
    double r = ml_round_f64(x), up = r + 1;
    return ml_copysign_f64(r < x ? up : r, x);
#endif
}

ML_INLINE float ml_ceil_f32(float x)
{
#ifdef __SSE4_1__
    return __builtin_ceilf(x);
#else
    float r = ml_round_f32(x), up = r + 1;
    return ml_copysign_f32(r < x ? up : r, x);
#endif
}

ML_INLINE double ml_trunc_f64(double x)
{
#ifdef __SSE4_1__
    return __builtin_trunc(x);
#else
    return ml_copysign_f64(ml_floor_f64(ml_fabs_f64(x)), x);
#endif
}

ML_INLINE float ml_trunc_f32(float x)
{
#ifdef __SSE4_1__
    return __builtin_truncf(x);
#else
    return ml_copysign_f32(ml_floor_f32(ml_fabs_f32(x)), x);
#endif
}

#endif
