/* vecmath_wide.h -- vectors of 64 bytes, LANES elements each, for kernels that are more than a loop over elements:
** parts of vectors, maxima, exponentials.  Lanes give the bits of vecmath.h's functions.
**
** Where the machine has no such vectors the compiler makes them of what there is. */
#ifndef ML_VECMATH_WIDE_H
#define ML_VECMATH_WIDE_H

#include "core/vecmath.h"

#include <string.h>

#if defined __AVX512F__
#include <immintrin.h>
#endif

enum { ML_LANES_F32 = 16, ML_LANES_F64 = 8 };

typedef float ml_wide_f32 __attribute__((vector_size(64)));
typedef double ml_wide_f64 __attribute__((vector_size(64)));

/* load: n elements at x, the other lanes `fill`; store: the first n lanes.  n at least LANES: all. */
#if defined __AVX512F__
ML_INLINE ml_wide_f32 ml_load_f32(const float *x, int64_t n, float fill)
{
    if (n >= ML_LANES_F32) return (ml_wide_f32)_mm512_loadu_ps(x);
    __mmask16 mask = (__mmask16)((1u << n) - 1);
    return (ml_wide_f32)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), mask, x);
}

ML_INLINE ml_wide_f64 ml_load_f64(const double *x, int64_t n, double fill)
{
    if (n >= ML_LANES_F64) return (ml_wide_f64)_mm512_loadu_pd(x);
    __mmask8 mask = (__mmask8)((1u << n) - 1);
    return (ml_wide_f64)_mm512_mask_loadu_pd(_mm512_set1_pd(fill), mask, x);
}

ML_INLINE void ml_store_f32(float *y, int64_t n, ml_wide_f32 v)
{
    if (n >= ML_LANES_F32)
        _mm512_storeu_ps(y, (__m512)v);
    else
        _mm512_mask_storeu_ps(y, (__mmask16)((1u << n) - 1), (__m512)v);
}

ML_INLINE void ml_store_f64(double *y, int64_t n, ml_wide_f64 v)
{
    if (n >= ML_LANES_F64)
        _mm512_storeu_pd(y, (__m512d)v);
    else
        _mm512_mask_storeu_pd(y, (__mmask8)((1u << n) - 1), (__m512d)v);
}

/* a > b ? a : b, lane by lane */
ML_INLINE ml_wide_f32 ml_max_wide_f32(ml_wide_f32 a, ml_wide_f32 b)
{
    return (ml_wide_f32)_mm512_max_ps((__m512)a, (__m512)b);
}

ML_INLINE ml_wide_f64 ml_max_wide_f64(ml_wide_f64 a, ml_wide_f64 b)
{
    return (ml_wide_f64)_mm512_max_pd((__m512d)a, (__m512d)b);
}

/* The lanes in one: halves of the vector, halves of what that gives, and so on. */
#define ML_FOLD_F32(op)                                                                            \
    __m256 a =                                                                                     \
        _mm256_##op##_ps(_mm512_castps512_ps256((__m512)v), _mm512_extractf32x8_ps((__m512)v, 1)); \
    __m128 b = _mm_##op##_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));              \
    b = _mm_##op##_ps(b, _mm_movehl_ps(b, b));                                                     \
    return _mm_cvtss_f32(_mm_##op##_ss(b, _mm_shuffle_ps(b, b, 1)));
#define ML_FOLD_F64(op)                                                                            \
    __m256d a = _mm256_##op##_pd(_mm512_castpd512_pd256((__m512d)v),                               \
                                 _mm512_extractf64x4_pd((__m512d)v, 1));                           \
    __m128d b = _mm_##op##_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));             \
    return _mm_cvtsd_f64(_mm_##op##_sd(b, _mm_unpackhi_pd(b, b)));
ML_INLINE float ml_sum_lanes_f32(ml_wide_f32 v){ ML_FOLD_F32(add) } ML_INLINE
    double ml_sum_lanes_f64(ml_wide_f64 v){ ML_FOLD_F64(add) } ML_INLINE
    float ml_max_lanes_f32(ml_wide_f32 v){ ML_FOLD_F32(max) } ML_INLINE
    double ml_max_lanes_f64(ml_wide_f64 v){ ML_FOLD_F64(max) }

/* ml_exp_f32 with one instruction for the scaling.  What is 0 skips it: it is slow on subnormal results, and
** exp(-inf) is common. */
ML_INLINE ml_wide_f32 ml_exp_wide_f32(ml_wide_f32 v)
{
    const __m512 round = _mm512_set1_ps(0x1.8p23f), one = _mm512_set1_ps(1);
    __mmask16 positive = _mm512_cmp_ps_mask((__m512)v, _mm512_set1_ps(-104), _CMP_NLT_UQ);
    __m512 x = _mm512_min_ps(_mm512_set1_ps(89), (__m512)v); /* the second operand if one is nan */
    __m512 k = _mm512_fmadd_ps(x, _mm512_set1_ps(0x1.715476p+0f), round) - round;
    __m512 r = _mm512_fnmadd_ps(k, _mm512_set1_ps(ML_LN2F_HIGH), x);
    r = _mm512_fnmadd_ps(k, _mm512_set1_ps(ML_LN2F_LOW), r);
    __m512 p = _mm512_set1_ps(ML_EXP_P6_F32);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ML_EXP_P5_F32));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ML_EXP_P4_F32));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ML_EXP_P3_F32));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ML_EXP_P2_F32));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
    p = _mm512_fmadd_ps(_mm512_fmadd_ps(p, r, one), r, one);
    return (ml_wide_f32)_mm512_maskz_scalef_ps(positive, p, k);
}
#else
#define ML_WIDE(T, t, lanes)                                                                       \
    ML_INLINE ml_wide_##t ml_load_##t(const T *x, int64_t n, T fill)                               \
    {                                                                                              \
        ml_wide_##t v;                                                                             \
        T lane[lanes];                                                                             \
        for (int i = 0; i < lanes; i++) lane[i] = fill;                                            \
        memcpy(n >= lanes ? (void *)&v : lane, x, n >= lanes ? sizeof v : (size_t)n * sizeof(T));  \
        if (n < lanes) memcpy(&v, lane, sizeof v);                                                 \
        return v;                                                                                  \
    }                                                                                              \
    ML_INLINE void ml_store_##t(T *y, int64_t n, ml_wide_##t v)                                    \
    {                                                                                              \
        memcpy(y, &v, n >= lanes ? sizeof v : (size_t)n * sizeof(T));                              \
    }                                                                                              \
    ML_INLINE ml_wide_##t ml_max_wide_##t(ml_wide_##t a, ml_wide_##t b)                            \
    {                                                                                              \
        __typeof__(a > b) above = a > b;                                                           \
        return (ml_wide_##t)(((__typeof__(above))a & above) | ((__typeof__(above))b & ~above));    \
    }                                                                                              \
    ML_INLINE T ml_sum_lanes_##t(ml_wide_##t v)                                                    \
    {                                                                                              \
        T lane[lanes];                                                                             \
        memcpy(lane, &v, sizeof v);                                                                \
        for (int w = lanes / 2; w > 0; w /= 2)                                                     \
            for (int l = 0; l < w; l++) lane[l] += lane[l + w];                                    \
        return lane[0];                                                                            \
    }                                                                                              \
    ML_INLINE T ml_max_lanes_##t(ml_wide_##t v)                                                    \
    {                                                                                              \
        T lane[lanes];                                                                             \
        memcpy(lane, &v, sizeof v);                                                                \
        for (int w = lanes / 2; w > 0; w /= 2)                                                     \
            for (int l = 0; l < w; l++) lane[l] = lane[l + w] > lane[l] ? lane[l + w] : lane[l];   \
        return lane[0];                                                                            \
    }
ML_WIDE(float, f32, ML_LANES_F32)
ML_WIDE(double, f64, ML_LANES_F64)
#undef ML_WIDE

ML_INLINE ml_wide_f32 ml_exp_wide_f32(ml_wide_f32 v)
{
    float lane[ML_LANES_F32];
    memcpy(lane, &v, sizeof v);
    for (int i = 0; i < ML_LANES_F32; i++) lane[i] = ml_exp_f32(lane[i]);
    memcpy(&v, lane, sizeof v);
    return v;
}
#endif

ML_INLINE ml_wide_f64 ml_exp_wide_f64(ml_wide_f64 v)
{
    double lane[ML_LANES_F64];
    memcpy(lane, &v, sizeof v);
    for (int i = 0; i < ML_LANES_F64; i++) lane[i] = ml_exp_f64(lane[i]);
    memcpy(&v, lane, sizeof v);
    return v;
}

#endif
