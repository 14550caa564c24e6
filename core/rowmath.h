/* Mathematics of the operator rows: in a row's formula exp(x), pow(a, b), floor(x) ... mean the function
** of the operands' type, as <tgmath.h> would have it, but vectorisable.  Include it last, in kernel files
** only: it takes over libm's names.
**
** float and double get vecmath.h.  Every integer type computes in int64 and wraps; nothing traps: division
** by zero gives 0, INT64_MIN / -1 wraps.  Functions without an integer meaning take integers as double. */
#ifndef ML_ROWMATH_H
#define ML_ROWMATH_H

#include "vecmath.h"

#include <math.h>
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

ML_INLINE int64_t ml_maximum_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

ML_INLINE int64_t ml_minimum_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

ML_INLINE int64_t ml_copysign_i64(int64_t x, int64_t sign)
{
    int64_t a = ml_fabs_i64(x);
    return sign < 0 ? (int64_t)(0 - (uint64_t)a) : a;
}

/* C's remainder, with the sign of a; 0 where b is 0. */
ML_INLINE int64_t ml_fmod_i64(int64_t a, int64_t b)
{
    int64_t safe = b == 0 || b == -1 ? 1 : b;
    return a % safe;
}

/* The remainder of floor division, with the sign of b; 0 where b is 0. */
ML_INLINE int64_t ml_remainder_i64(int64_t a, int64_t b)
{
    int64_t r = ml_fmod_i64(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* floor(a / b); 0 where b is 0. */
ML_INLINE int64_t ml_floor_divide_i64(int64_t a, int64_t b)
{
    if (b == 0) return 0;
    if (b == -1) return (int64_t)(0 - (uint64_t)a);
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

/* a to the power b modulo 2^64; for b < 0 what the fraction truncates to, and 0 for 0 to a negative power. */
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

/* Floating point beyond libm's names. */
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

/* The larger and the smaller; nan if either is. */
ML_INLINE double ml_maximum_f64(double a, double b)
{
    double y = a > b ? a : b;
    return a != a ? a : y;
}

ML_INLINE float ml_maximum_f32(float a, float b)
{
    float y = a > b ? a : b;
    return a != a ? a : y;
}

ML_INLINE double ml_minimum_f64(double a, double b)
{
    double y = a < b ? a : b;
    return a != a ? a : y;
}

ML_INLINE float ml_minimum_f32(float a, float b)
{
    float y = a < b ? a : b;
    return a != a ? a : y;
}

ML_INLINE double ml_rsqrt_f64(double x)
{
    return 1 / ml_sqrt_f64(x);
}

ML_INLINE float ml_rsqrt_f32(float x)
{
    return 1 / ml_sqrt_f32(x);
}

/* The remainder of floor division as Python has it: the sign of b, exact up to one rounding. */
ML_INLINE double ml_remainder_f64(double a, double b)
{
    double r = ml_fmod_f64(a, b), other = r + b;
    double y = (r < 0) != (b < 0) ? other : r;
    return r == 0 ? ml_copysign_f64(r, b) : y;
}

ML_INLINE float ml_remainder_f32(float a, float b)
{
    float r = ml_fmod_f32(a, b), other = r + b;
    float y = (r < 0) != (b < 0) ? other : r;
    return r == 0 ? ml_copysign_f32(r, b) : y;
}

/* floor of the exact a / b, so that floor_divide(1, 0.1) is 9; a / 0 is as in a / b. */
ML_INLINE double ml_floor_divide_f64(double a, double b)
{
    double q = (a - ml_remainder_f64(a, b)) / b, whole = ml_round_f64(q), plain = a / b;
    whole = whole == 0 ? ml_copysign_f64(0, plain) : whole;
    return b == 0 ? plain : whole;
}

ML_INLINE float ml_floor_divide_f32(float a, float b)
{
    double q = ml_floor_divide_f64((double)a, (double)b);
    return (float)q;
}

/* By type: float, double, or anything else through F. */
#define ML_ROW1(name, F, x)                                                                        \
    _Generic((x), float : ml_##name##_f32, double : ml_##name##_f64, default : F)(x)
/* By the type of a if it is a floating one, else by what a and b promote to. */
#define ML_ROW2(name, F, a, b)                                                                     \
    _Generic((a), float                                                                            \
             : ml_##name##_f32, double                                                             \
             : ml_##name##_f64, default                                                            \
             : _Generic((a) + (b), float                                                           \
                        : ml_##name##_f32, double                                                  \
                        : ml_##name##_f64, default                                                 \
                        : F))(a, b)

#undef exp
#undef expm1
#undef exp2
#undef log
#undef log1p
#undef log2
#undef log10
#undef sqrt
#undef sin
#undef cos
#undef tan
#undef asin
#undef acos
#undef atan
#undef sinh
#undef cosh
#undef tanh
#undef asinh
#undef acosh
#undef atanh
#undef erf
#undef erfc
#undef lgamma
#undef floor
#undef ceil
#undef round
#undef trunc
#undef fabs
#undef abs
#undef pow
#undef atan2
#undef hypot
#undef fmod
#undef remainder
#undef copysign
#undef isnan
#undef isinf
#undef isfinite

#define exp(x)     ML_ROW1(exp, ml_exp_f64, x)
#define expm1(x)   ML_ROW1(expm1, ml_expm1_f64, x)
#define exp2(x)    ML_ROW1(exp2, ml_exp2_f64, x)
#define log(x)     ML_ROW1(log, ml_log_f64, x)
#define log1p(x)   ML_ROW1(log1p, ml_log1p_f64, x)
#define log2(x)    ML_ROW1(log2, ml_log2_f64, x)
#define log10(x)   ML_ROW1(log10, ml_log10_f64, x)
#define sqrt(x)    ML_ROW1(sqrt, ml_sqrt_f64, x)
#define rsqrt(x)   ML_ROW1(rsqrt, ml_rsqrt_f64, x)
#define sin(x)     ML_ROW1(sin, ml_sin_f64, x)
#define cos(x)     ML_ROW1(cos, ml_cos_f64, x)
#define tan(x)     ML_ROW1(tan, ml_tan_f64, x)
#define asin(x)    ML_ROW1(asin, ml_asin_f64, x)
#define acos(x)    ML_ROW1(acos, ml_acos_f64, x)
#define atan(x)    ML_ROW1(atan, ml_atan_f64, x)
#define sinh(x)    ML_ROW1(sinh, ml_sinh_f64, x)
#define cosh(x)    ML_ROW1(cosh, ml_cosh_f64, x)
#define tanh(x)    ML_ROW1(tanh, ml_tanh_f64, x)
#define asinh(x)   ML_ROW1(asinh, ml_asinh_f64, x)
#define acosh(x)   ML_ROW1(acosh, ml_acosh_f64, x)
#define atanh(x)   ML_ROW1(atanh, ml_atanh_f64, x)
#define sigmoid(x) ML_ROW1(sigmoid, ml_sigmoid_f64, x)
#define erf(x)     ML_ROW1(erf, ml_erf_f64, x)
#define erfc(x)    ML_ROW1(erfc, ml_erfc_f64, x)
#define erfinv(x)  ML_ROW1(erfinv, ml_erfinv_f64, x)
#define lgamma(x)  ML_ROW1(lgamma, ml_lgamma_f64, x)
#define digamma(x) ML_ROW1(digamma, ml_digamma_f64, x)

#define floor(x) ML_ROW1(floor, ml_same_i64, x)
#define ceil(x)  ML_ROW1(ceil, ml_same_i64, x)
#define round(x) ML_ROW1(round, ml_same_i64, x)
#define trunc(x) ML_ROW1(trunc, ml_same_i64, x)
#define abs(x)   ML_ROW1(fabs, ml_fabs_i64, x)
#define fabs(x)  ML_ROW1(fabs, ml_fabs_i64, x)
#define sign(x)  ML_ROW1(sign, ml_sign_i64, x)

#define pow(a, b)          ML_ROW2(pow, ml_pow_i64, a, b)
#define fmod(a, b)         ML_ROW2(fmod, ml_fmod_i64, a, b)
#define remainder(a, b)    ML_ROW2(remainder, ml_remainder_i64, a, b)
#define floor_divide(a, b) ML_ROW2(floor_divide, ml_floor_divide_i64, a, b)
#define maximum(a, b)      ML_ROW2(maximum, ml_maximum_i64, a, b)
#define minimum(a, b)      ML_ROW2(minimum, ml_minimum_i64, a, b)
#define copysign(a, b)     ML_ROW2(copysign, ml_copysign_i64, a, b)
#define atan2(a, b)        ML_ROW2(atan2, ml_atan2_f64, a, b)
#define hypot(a, b)        ML_ROW2(hypot, ml_hypot_f64, a, b)

#define isnan(x)    ((x) != (x))
#define isinf(x)    (fabs(x) == ML_INF)
#define isfinite(x) ((x) - (x) == 0)

#endif
