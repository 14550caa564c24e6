/* Exponentials, logarithms, powers and hyperbolic functions of float.  The ones that networks spend
** their time in work in float throughout; the others compute in double and round once.  Methods and
** sources as in vecmath_f64.h. */
#ifndef ML_VECMATH_F32_H
#define ML_VECMATH_F32_H

#include "core/vecmath_f64.h"

/* ln 2 = ML_LN2F_HIGH + ML_LN2F_LOW; the first has 15 bits, so its products with exponents are
** exact. */
#define ML_LN2F_HIGH 0x1.62e4p-1f
#define ML_LN2F_LOW  0x1.7f7d1cp-20f

/* (exp(r) - 1 - r) / r^2 on +-0.35, 2^-31.9 */
#define ML_EXP_P6_F32 0x1.a1a992p-13f
#define ML_EXP_P5_F32 0x1.6d7b4cp-10f
#define ML_EXP_P4_F32 0x1.11108ap-7f
#define ML_EXP_P3_F32 0x1.5554a8p-5f
#define ML_EXP_P2_F32 0x1.555556p-3f

/* exp(x) = (1 + m + low) 2^k, |m| < 0.42; low is what rounding m lost. */
typedef struct {
    float m, low, k;
} ml_exponential_f32;

/* exp(x + low) for |x| < 300 and low below an ulp or so of x. */
ML_INLINE ml_exponential_f32 ml_exp_parts_f32(float x, float low)
{
    float k = ml_fma_f32(x, 0x1.715476p+0f, 0x1.8p23f) - 0x1.8p23f;
    float h = ml_fma_f32(-k, ML_LN2F_HIGH, x), l = ml_fma_f32(k, ML_LN2F_LOW, -low);
    float r = h - l, tail = (h - r) - l;
    float p = ML_EXP_P6_F32;
    p = ml_horner2_f32(p, r, ML_EXP_P5_F32, ML_EXP_P4_F32);
    p = ml_horner3_f32(p, r, ML_EXP_P3_F32, ML_EXP_P2_F32, 0.5f);
    float rest = ml_fma_f32(r * r, p, tail), m = r + rest;
    return (ml_exponential_f32){ m, (r - m) + rest, k };
}

/* (1 + e.m) 2^(e.k + n), rounded once even where it is subnormal; k + n in [-250, 250]. */
ML_INLINE float ml_exp_scale_f32(ml_exponential_f32 e, float n)
{
    float k = e.k + n, half = ml_rint_small_f32(0.5f * k);
    return (1 + e.m) * ml_pow2_f32(half) * ml_pow2_f32(k - half);
}

ML_INLINE float ml_clamp_f32(float x, float low, float high)
{
    float y = x > high ? high : x;
    return y < low ? low : y;
}

/* The parts without what rounding lost: exp(x) = y 2^k, y in (0.7, 1.42), then scaled.  vecmath_wide.h does the
** same with whole vectors. */
ML_INLINE float ml_exp_f32(float x)
{
    float y = ml_clamp_f32(x, -104, 89);
    float k = ml_fma_f32(y, 0x1.715476p+0f, 0x1.8p23f) - 0x1.8p23f;
    float r = ml_fma_f32(-k, ML_LN2F_LOW, ml_fma_f32(-k, ML_LN2F_HIGH, y)), p = ML_EXP_P6_F32;
    p = ml_horner4_f32(p, r, ML_EXP_P5_F32, ML_EXP_P4_F32, ML_EXP_P3_F32, ML_EXP_P2_F32);
    p = ml_horner3_f32(p, r, 0.5f, 1, 1);
    float half = ml_rint_small_f32(0.5f * k);
    return p * ml_pow2_f32(half) * ml_pow2_f32(k - half);
}

ML_INLINE float ml_exp2_f32(float x)
{
    float y = ml_clamp_f32(x, -151, 129), k = ml_rint_small_f32(y), f = y - k;
    /* f ln 2 in two parts: the first factor has 15 bits, which leaves f exact only with FMA; the
    ** part lost otherwise is below 2^-25 of the result. */
    float r = f * 0x1.62e43p-1f;
    float low = ml_fma_f32(f, ML_LN2F_HIGH, -r) + f * ML_LN2F_LOW;
    return ml_exp_scale_f32(ml_exp_parts_f32(r, low), k);
}

/* exp(x) - 1 from the parts of exp(x), k in [-30, 128]. */
ML_INLINE float ml_expm1_scale_f32(ml_exponential_f32 e)
{
    float s = ml_pow2_f32(e.k - 1);
    return 2 * ml_fma_f32(s, e.m, s - 0.5f);
}

ML_INLINE float ml_expm1_f32(float x)
{
    float y = ml_expm1_scale_f32(ml_exp_parts_f32(ml_clamp_f32(x, -18, 89), 0));
    return ml_fabs_f32(x) < 0x1p-25f ? x : y;
}

/* x = m 2^k with m in [sqrt(1/2), sqrt(2)), for finite x > 0. */
typedef struct {
    float m, k;
} ml_split_parts_f32;

ML_INLINE ml_split_parts_f32 ml_split_f32(float x)
{
    float up = x * 0x1p23f, shift = x < 0x1p-126f ? 23 + 127.0f : 127.0f;
    uint32_t u = ml_bits_f32(x < 0x1p-126f ? up : x) + (0x3f800000u - 0x3f3504f3u);
    uint32_t m = (u & 0x007fffffu) + 0x3f3504f3u;
    float k = ml_from_bits_f32((u >> 23) | 0x4b000000u) - 0x1p23f;
    return (ml_split_parts_f32){ ml_from_bits_f32(m), k - shift };
}

/* log(1 + f) + k ln 2 + low, for 1 + f in [sqrt(1/2), sqrt(2)). */
ML_INLINE float ml_log_parts_f32(float f, float k, float low)
{
    float half = 0.5f * f * f;
    /* (log(1 + f) - f + f^2/2) / f^3 on [-0.2935, 0.4145], 2^-30 */
    float p = 0x1.1bed56p-4f;
    p = ml_horner4_f32(p, f, -0x1.e35496p-4f, 0x1.e63e3p-4f, -0x1.fb32a2p-4f, 0x1.233358p-3f);
    p = ml_horner4_f32(p, f, -0x1.55634ep-3f, 0x1.99a538p-3f, -0x1.ffffecp-3f, 0x1.555546p-2f);
    float tail = ml_fma_f32(f * f * f, p, ml_fma_f32(k, ML_LN2F_LOW, low));
    return ml_fma_f32(k, ML_LN2F_HIGH, f - (half - tail));
}

/* The value y of a logarithm at x > 0, or what logarithms have at 0, inf, nan and below 0. */
ML_INLINE float ml_log_edges_f32(float x, float y)
{
    y = x < ML_INF ? y : x; /* inf and nan */
    y = x > 0 ? y : x == 0 ? -ML_INF : ML_NAN;
    return y;
}

ML_INLINE float ml_log_f32(float x)
{
    ml_split_parts_f32 a = ml_split_f32(x);
    return ml_log_edges_f32(x, ml_log_parts_f32(a.m - 1, a.k, 0));
}

ML_INLINE float ml_log1p_f32(float x)
{
    float u = 1 + x, a = x - (u - 1), b = 1 - (u - x);
    float c = x > 1 ? b : a;
    ml_split_parts_f32 p = ml_split_f32(u);
    float y = ml_log_edges_f32(u, ml_log_parts_f32(p.m - 1, p.k, c / u));
    return ml_fabs_f32(x) < 0x1p-25f ? x : y;
}

/* log(x) / ln 2 * scale in double, for float x > 0 (so normal as a double): rel. error 2^-50. */
ML_INLINE double ml_log_of_float(float x)
{
    double d = (double)x;
    uint64_t u = ml_bits_f64(d) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    uint64_t m = (u & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu;
    double k = ml_from_bits_f64((u >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
    return ml_log_parts(ml_from_bits_f64(m) - 1, k, 0);
}

ML_INLINE float ml_log2_f32(float x)
{
    return ml_log_edges_f32(x, (float)(ml_log_of_float(x) * ML_LOG2E));
}

ML_INLINE float ml_log10_f32(float x)
{
    return ml_log_edges_f32(x, (float)(ml_log_of_float(x) * 0x1.bcb7b1526e50ep-2));
}

ML_INLINE float ml_pow_f32(float x, float y)
{
    /* Both factors have room to spare in double; |y log x| is clamped where float has ended. */
    double p = ml_clamp_f64((double)y * ml_log_of_float(ml_fabs_f32(x)), -200, 200);
    double r = ml_exp_scale(ml_exp_parts(p, 0), 0);
    return (float)ml_pow_edges((double)x, (double)y, r);
}

ML_INLINE float ml_sigmoid_f32(float x)
{
    float e = ml_exp_f32(-ml_fabs_f32(x)), d = 1 + e, lost = (1 - d) + e;
    float y = (x < 0 ? e : 1.0f) / d, other = 1 - y;
    /* 1/d is y, or 1 - y below 0 */
    return y - y * lost * (x < 0 ? other : y);
}

ML_INLINE float ml_tanh_f32(float x)
{
    float a = ml_fabs_f32(x);
    ml_exponential_f32 e = ml_exp_parts_f32(2 * (a > 10 ? 10.0f : a), 0);
    float t = ml_expm1_scale_f32(e), d = t + 2, lost = t - (d - 2);
    float y = t / d; /* 1/d is (1 - y)/2 */
    float near = 0.5f - 0.5f * y;
    near = a < 1 ? near : 0.0f; /* beyond, t / d is good enough */
    y += (4 * ml_pow2_f32(e.k - 1) * e.low * near - y * lost) * near;
    return ml_copysign_f32(y, x);
}

ML_INLINE float ml_sinh_f32(float x)
{
    ml_exponential_f32 e = ml_exp_parts_f32(ml_clamp_f32(ml_fabs_f32(x), 0, 90), 0);
    ml_exponential_f32 small = e;
    small.k = e.k > 30 ? 30.0f : e.k;
    float t = ml_expm1_scale_f32(small), y = 0.5f * (t + t / (t + 1)),
          big = ml_exp_scale_f32(e, -1);
    y = e.k > 16 ? big : y;
    return ml_fabs_f32(x) < 0x1p-13f ? x : ml_copysign_f32(y, x);
}

ML_INLINE float ml_cosh_f32(float x)
{
    ml_exponential_f32 e = ml_exp_parts_f32(ml_clamp_f32(ml_fabs_f32(x), 0, 90), 0);
    float h = ml_exp_scale_f32(e, -1);
    return h + 0.25f / h;
}

ML_INLINE float ml_asinh_f32(float x)
{
    return (float)ml_asinh_f64((double)x);
}

ML_INLINE float ml_acosh_f32(float x)
{
    return (float)ml_acosh_f64((double)x);
}

ML_INLINE float ml_atanh_f32(float x)
{
    return (float)ml_atanh_f64((double)x);
}

#endif
