/* Mathematics of the operator rows: in a row's formula exp(x), pow(a, b), floor(x) ... mean the
** function of the operands' type, as <tgmath.h> would have it, but vectorisable.  Include it last,
** in kernel files only: it takes over libm's names.
**
** float and double get vecmath.h.  Every integer type computes in int64 and wraps; nothing traps:
** division by zero gives 0, INT64_MIN / -1 wraps.  Functions without an integer meaning take
** integers as double. */
#ifndef ML_ROWMATH_H
#define ML_ROWMATH_H

#include "core/vecmath.h"

#include <math.h> /* so that nothing declares these names after us */
#include <stdlib.h>

/* Integers.  Wrapping goes through unsigned arithmetic, where it is defined. */
ML_INLINE int64_t ml_same_i64(int64_t x)
{
    return x;
}

ML_INLINE int64_t ml_fabs_i64(int64_t x)
{
    return (int64_t)(x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
}

ML_INLINE int64_t ml_sign_i64(int64_t x)
{
    return (x > 0) - (x < 0);
}

/* C's remainder, with the sign of a; 0 where b is 0. */
ML_INLINE int64_t ml_fmod_i64(int64_t a, int64_t b)
{
    int64_t safe = b == 0 || b == -1 ? 1 : b;
    return a % safe;
}

/* The remainder of floor division, with the sign of b; 0 where b is 0. */
ML_INLINE int64_t ml_floor_mod_i64(int64_t a, int64_t b)
{
    int64_t r = ml_fmod_i64(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* floor(a / b); 0 where b is 0. */
ML_INLINE int64_t ml_floor_div_i64(int64_t a, int64_t b)
{
    if (b == 0) return 0;
    if (b == -1) return (int64_t)(0 - (uint64_t)a);
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

/* a to the power b modulo 2^64; for b < 0 what the fraction truncates to, and 0 for 0 to a negative
** power. */
ML_INLINE int64_t ml_pow_i64(int64_t a, int64_t b)
{
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
    uint64_t base = (uint64_t)a, r = 1;
    for (uint64_t n = (uint64_t)b; n != 0; n >>= 1) {
        if (n & 1) r *= base;
        base *= base;
    }
    return (int64_t)r;
}

ML_INLINE int ml_never_i64(int64_t x)
{
    (void)x;
    return 0;
}

ML_INLINE int ml_always_i64(int64_t x)
{
    (void)x;
    return 1;
}

ML_INLINE int64_t ml_shift_left_i64(int64_t a, int64_t n)
{
    uint64_t y = (uint64_t)a << (n & 63);
    return (uint64_t)n < 64 ? (int64_t)y : 0;
}

ML_INLINE int64_t ml_shift_right_i64(int64_t a, int64_t n)
{
    return a >> ((uint64_t)n < 64 ? n : 63);
}

/* Floating point beyond libm's names. */
ML_INLINE int ml_is_inf_f64(double x)
{
    return ml_fabs_f64(x) == ML_INFD;
}

ML_INLINE int ml_is_inf_f32(float x)
{
    return ml_fabs_f32(x) == ML_INF;
}

ML_INLINE int ml_is_finite_f64(double x)
{
    return ml_fabs_f64(x) < ML_INFD;
}

ML_INLINE int ml_is_finite_f32(float x)
{
    return ml_fabs_f32(x) < ML_INF;
}

/* log(1 + exp(x)) */
ML_INLINE double ml_softplus_f64(double x)
{
    double y = ml_log1p_f64(ml_exp_f64(-ml_fabs_f64(x)));
    return (x > 0 ? x : 0.0) + y;
}

ML_INLINE float ml_softplus_f32(float x)
{
    float y = ml_log1p_f32(ml_exp_f32(-ml_fabs_f32(x)));
    return (x > 0 ? x : 0.0f) + y;
}

ML_INLINE double ml_sign_f64(double x)
{
    double y = x > 0 ? 1.0 : 0.0;
    y = x < 0 ? -1.0 : y;
    return x != x ? x : y;
}

ML_INLINE float ml_sign_f32(float x)
{
    float y = x > 0 ? 1.0f : 0.0f;
    y = x < 0 ? -1.0f : y;
    return x != x ? x : y;
}

/* The remainder of floor division as Python has it: the sign of b, exact up to one rounding. */
ML_INLINE double ml_floor_mod_f64(double a, double b)
{
    double r = ml_fmod_f64(a, b), other = r + b;
    double y = (r < 0) != (b < 0) ? other : r;
    return r == 0 ? ml_copysign_f64(r, b) : y;
}

ML_INLINE float ml_floor_mod_f32(float a, float b)
{
    float r = ml_fmod_f32(a, b), other = r + b;
    float y = (r < 0) != (b < 0) ? other : r;
    return r == 0 ? ml_copysign_f32(r, b) : y;
}

/* floor of the exact a / b, so that floor_div(1, 0.1) is 9; a / 0 is as in a / b. */
ML_INLINE double ml_floor_div_f64(double a, double b)
{
    double r = ml_fmod_f64(a, b), towards_0 = ml_round_f64((a - r) / b), plain = a / b;
    double whole = towards_0 - (r != 0 && (r < 0) != (b < 0) ? 1.0 : 0.0);
    whole = whole == 0 ? ml_copysign_f64(0, plain) : whole;
    return b == 0 ? plain : whole;
}

ML_INLINE float ml_floor_div_f32(float a, float b)
{
    double q = ml_floor_div_f64((double)a, (double)b);
    return (float)q;
}

/* By type: float, double, or anything else through F. */
#define ML_ROW1(name, F, x)                                                                        \
    _Generic((x), float : ml_##name##_f32, double : ml_##name##_f64, default : F)(x)
/* By the type that a and b promote to. */
#define ML_ROW2(name, F, a, b)                                                                     \
    _Generic((a) + (b), float : ml_##name##_f32, double : ml_##name##_f64, default : F)(a, b)

#define exp(x)      ML_ROW1(exp, ml_exp_f64, x)
#define expm1(x)    ML_ROW1(expm1, ml_expm1_f64, x)
#define exp2(x)     ML_ROW1(exp2, ml_exp2_f64, x)
#define log(x)      ML_ROW1(log, ml_log_f64, x)
#define log1p(x)    ML_ROW1(log1p, ml_log1p_f64, x)
#define log2(x)     ML_ROW1(log2, ml_log2_f64, x)
#define log10(x)    ML_ROW1(log10, ml_log10_f64, x)
#define sqrt(x)     ML_ROW1(sqrt, ml_sqrt_f64, x)
#define sin(x)      ML_ROW1(sin, ml_sin_f64, x)
#define cos(x)      ML_ROW1(cos, ml_cos_f64, x)
#define tan(x)      ML_ROW1(tan, ml_tan_f64, x)
#define asin(x)     ML_ROW1(asin, ml_asin_f64, x)
#define acos(x)     ML_ROW1(acos, ml_acos_f64, x)
#define atan(x)     ML_ROW1(atan, ml_atan_f64, x)
#define sinh(x)     ML_ROW1(sinh, ml_sinh_f64, x)
#define cosh(x)     ML_ROW1(cosh, ml_cosh_f64, x)
#define tanh(x)     ML_ROW1(tanh, ml_tanh_f64, x)
#define asinh(x)    ML_ROW1(asinh, ml_asinh_f64, x)
#define acosh(x)    ML_ROW1(acosh, ml_acosh_f64, x)
#define atanh(x)    ML_ROW1(atanh, ml_atanh_f64, x)
#define sigmoid(x)  ML_ROW1(sigmoid, ml_sigmoid_f64, x)
#define erf(x)      ML_ROW1(erf, ml_erf_f64, x)
#define erfc(x)     ML_ROW1(erfc, ml_erfc_f64, x)
#define erfinv(x)   ML_ROW1(erfinv, ml_erfinv_f64, x)
#define lgamma(x)   ML_ROW1(lgamma, ml_lgamma_f64, x)
#define digamma(x)  ML_ROW1(digamma, ml_digamma_f64, x)
#define trigamma(x) ML_ROW1(trigamma, ml_trigamma_f64, x)
#define softplus(x) ML_ROW1(softplus, ml_softplus_f64, x)

#define floor(x) ML_ROW1(floor, ml_same_i64, x)
#define ceil(x)  ML_ROW1(ceil, ml_same_i64, x)
#define round(x) ML_ROW1(round, ml_same_i64, x)
#define trunc(x) ML_ROW1(trunc, ml_same_i64, x)
#define abs(x)   ML_ROW1(fabs, ml_fabs_i64, x)
#define fabs(x)  ML_ROW1(fabs, ml_fabs_i64, x)
#define sign(x)  ML_ROW1(sign, ml_sign_i64, x)

#define pow(a, b)       ML_ROW2(pow, ml_pow_i64, a, b)
#define fmod(a, b)      ML_ROW2(fmod, ml_fmod_i64, a, b)
#define floor_mod(a, b) ML_ROW2(floor_mod, ml_floor_mod_i64, a, b)
#define floor_div(a, b) ML_ROW2(floor_div, ml_floor_div_i64, a, b)
#define copysign(a, b)  ML_ROW2(copysign, ml_copysign_f64, a, b)
#define atan2(a, b)     ML_ROW2(atan2, ml_atan2_f64, a, b)
#define hypot(a, b)     ML_ROW2(hypot, ml_hypot_f64, a, b)

/* Comparisons: 1 or 0. */
#define is_inf(x)    ML_ROW1(is_inf, ml_never_i64, x)
#define is_finite(x) ML_ROW1(is_finite, ml_always_i64, x)

/* Integers only; a shift by a negative count or beyond the width leaves 0, or the sign's bits. */
#define shift_left(a, b)  ml_shift_left_i64(a, b)
#define shift_right(a, b) ml_shift_right_i64(a, b)

#endif
