/* gemm_kernels.c -- matrix products of one thread, compiled once per instruction set (ML_ISA).
**
** The idea (Goto and van de Geijn, 2008): a tile of C, ROWS x 2 vectors, stays in registers while k runs;
** a panel of B, KC x 2 vectors, is copied side by side so that it stays in the first-level cache for all
** rows of A.  A is read where it lies, or, of large products, from a copy in the order of reading. */
#include "core/ops/gemm_kernels.h"

#include <string.h>

#if defined __AVX512F__ || defined __AVX2__
#include <immintrin.h>
#endif

#define INLINE     static inline __attribute__((always_inline))
#define UNROLL     _Pragma("GCC unroll 16")
#define CAT_(a, b) a##b
#define CAT(a, b)  CAT_(a, b)

#if defined __AVX512F__
#define VECTOR_BYTES 64
#define ROWS         12
typedef __mmask16 mask_f32;
typedef __mmask8 mask_f64;
INLINE mask_f32 tail_f32(int64_t n)
{
    return (mask_f32)((1u << n) - 1);
}
INLINE mask_f64 tail_f64(int64_t n)
{
    return (mask_f64)((1u << n) - 1);
}
#define LOAD_F32(p)             _mm512_loadu_ps(p)
#define LOAD_F64(p)             _mm512_loadu_pd(p)
#define STORE_F32(p, v)         _mm512_storeu_ps(p, v)
#define STORE_F64(p, v)         _mm512_storeu_pd(p, v)
#define LOAD_TAIL_F32(p, m)     _mm512_maskz_loadu_ps(m, p)
#define LOAD_TAIL_F64(p, m)     _mm512_maskz_loadu_pd(m, p)
#define STORE_TAIL_F32(p, m, v) _mm512_mask_storeu_ps(p, m, v)
#define STORE_TAIL_F64(p, m, v) _mm512_mask_storeu_pd(p, m, v)
#define FMA_F32(a, b, c)        _mm512_fmadd_ps(a, b, c)
#define FMA_F64(a, b, c)        _mm512_fmadd_pd(a, b, c)
#define SPREAD_F32(x)           _mm512_set1_ps(x)
#define SPREAD_F64(x)           _mm512_set1_pd(x)
typedef __m512 vec_f32;
typedef __m512d vec_f64;
#elif defined __AVX2__
#define VECTOR_BYTES            32
#define ROWS                    6
typedef __m256i mask_f32;
typedef __m256i mask_f64;
INLINE mask_f32 tail_f32(int64_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}
INLINE mask_f64 tail_f64(int64_t n)
{
    const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), lane);
}
#define LOAD_F32(p)             _mm256_loadu_ps(p)
#define LOAD_F64(p)             _mm256_loadu_pd(p)
#define STORE_F32(p, v)         _mm256_storeu_ps(p, v)
#define STORE_F64(p, v)         _mm256_storeu_pd(p, v)
#define LOAD_TAIL_F32(p, m)     _mm256_maskload_ps(p, m)
#define LOAD_TAIL_F64(p, m)     _mm256_maskload_pd(p, m)
#define STORE_TAIL_F32(p, m, v) _mm256_maskstore_ps(p, m, v)
#define STORE_TAIL_F64(p, m, v) _mm256_maskstore_pd(p, m, v)
#define FMA_F32(a, b, c)        _mm256_fmadd_ps(a, b, c)
#define FMA_F64(a, b, c)        _mm256_fmadd_pd(a, b, c)
#define SPREAD_F32(x)           _mm256_set1_ps(x)
#define SPREAD_F64(x)           _mm256_set1_pd(x)
typedef __m256 vec_f32;
typedef __m256d vec_f64;
#else
#define VECTOR_BYTES            16
#define ROWS                    4
typedef float vec_f32 __attribute__((vector_size(16)));
typedef double vec_f64 __attribute__((vector_size(16)));
typedef size_t mask_f32, mask_f64; /* bytes */
INLINE size_t tail_f32(int64_t n)
{
    return (size_t)n * sizeof(float);
}
INLINE size_t tail_f64(int64_t n)
{
    return (size_t)n * sizeof(double);
}
INLINE vec_f32 load_f32(const float *p, size_t bytes)
{
    vec_f32 v = { 0 };
    memcpy(&v, p, bytes);
    return v;
}
INLINE vec_f64 load_f64(const double *p, size_t bytes)
{
    vec_f64 v = { 0 };
    memcpy(&v, p, bytes);
    return v;
}
#define LOAD_F32(p)             load_f32(p, 16)
#define LOAD_F64(p)             load_f64(p, 16)
INLINE void store_f32(float *p, size_t bytes, vec_f32 v)
{
    memcpy(p, &v, bytes);
}
INLINE void store_f64(double *p, size_t bytes, vec_f64 v)
{
    memcpy(p, &v, bytes);
}
#define STORE_F32(p, v)         store_f32(p, 16, v)
#define STORE_F64(p, v)         store_f64(p, 16, v)
#define LOAD_TAIL_F32(p, m)     load_f32(p, m)
#define LOAD_TAIL_F64(p, m)     load_f64(p, m)
#define STORE_TAIL_F32(p, m, v) store_f32(p, m, v)
#define STORE_TAIL_F64(p, m, v) store_f64(p, m, v)
#define FMA_F32(a, b, c)        ((a) * (b) + (c))
#define FMA_F64(a, b, c)        ((a) * (b) + (c))
#define SPREAD_F32(x)           ((vec_f32){ x, x, x, x })
#define SPREAD_F64(x)           ((vec_f64){ x, x })
#endif

enum {
    KC = ML_GEMM_BLOCK,   /* rows of a panel of B: 256 x 2 vectors of 64 bytes are 32 KB */
    COPY_ROWS = 4 * ROWS, /* for fewer rows a copy of B does not pay */
    /* While a panel is used, the next one is fetched, a cache line in so many steps of k (of 192 rows). */
    FETCH_EVERY = 192 / ROWS * 64 / (2 * VECTOR_BYTES),
};

/* Tiles are of nearly equal height: how many m rows make, and how high the first of those left is. */
#define ROW_TILES(m)          (((m) + ROWS - 1) / ROWS)
#define TILE_HEIGHT(m, tiles) (((m) + (tiles)-1) / (tiles))

/* A square of B turned over: to[i * to_row + j] = from[j * from_row + i], i and j below SQUARE. */
#if defined __AVX2__
#define SQUARE_F32 8
#define SQUARE_F64 4
INLINE void turn_f32(const float *from, int64_t from_row, float *to, int64_t to_row)
{
    __m256 r[8], s[8];
    UNROLL for (int i = 0; i < 4; i++)
    { /* the left half of a row beside that of the fourth below */
        const float *p = from + i * from_row, *q = p + 4 * from_row;
        r[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(q), 1);
        r[i + 4] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + 4)),
                                        _mm_loadu_ps(q + 4), 1);
    }
    UNROLL for (int h = 0; h < 8; h += 4)
    {
        s[h] = _mm256_unpacklo_ps(r[h], r[h + 1]);
        s[h + 1] = _mm256_unpackhi_ps(r[h], r[h + 1]);
        s[h + 2] = _mm256_unpacklo_ps(r[h + 2], r[h + 3]);
        s[h + 3] = _mm256_unpackhi_ps(r[h + 2], r[h + 3]);
        _mm256_storeu_ps(to + h * to_row, _mm256_shuffle_ps(s[h], s[h + 2], 0x44));
        _mm256_storeu_ps(to + (h + 1) * to_row, _mm256_shuffle_ps(s[h], s[h + 2], 0xee));
        _mm256_storeu_ps(to + (h + 2) * to_row, _mm256_shuffle_ps(s[h + 1], s[h + 3], 0x44));
        _mm256_storeu_ps(to + (h + 3) * to_row, _mm256_shuffle_ps(s[h + 1], s[h + 3], 0xee));
    }
}
INLINE void turn_f64(const double *from, int64_t from_row, double *to, int64_t to_row)
{
    __m256d r[4];
    UNROLL for (int i = 0; i < 2; i++)
    {
        const double *p = from + i * from_row, *q = p + 2 * from_row;
        r[i] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(p)), _mm_loadu_pd(q), 1);
        r[i + 2] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(p + 2)),
                                        _mm_loadu_pd(q + 2), 1);
    }
    UNROLL for (int h = 0; h < 4; h += 2)
    {
        _mm256_storeu_pd(to + h * to_row, _mm256_unpacklo_pd(r[h], r[h + 1]));
        _mm256_storeu_pd(to + (h + 1) * to_row, _mm256_unpackhi_pd(r[h], r[h + 1]));
    }
}
#else
#define SQUARE_F32 4
#define SQUARE_F64 2
INLINE void turn_f32(const float *from, int64_t from_row, float *to, int64_t to_row)
{
    UNROLL for (int i = 0; i < 4; i++) UNROLL for (int j = 0; j < 4; j++) to[i * to_row + j] =
        from[j * from_row + i];
}
INLINE void turn_f64(const double *from, int64_t from_row, double *to, int64_t to_row)
{
    UNROLL for (int i = 0; i < 2; i++) UNROLL for (int j = 0; j < 2; j++) to[i * to_row + j] =
        from[j * from_row + i];
}
#endif

#define NUMBER     float
#define NAME(x)    x##_f32
#define SQUARE     SQUARE_F32
#define LOAD       LOAD_F32
#define STORE      STORE_F32
#define LOAD_TAIL  LOAD_TAIL_F32
#define STORE_TAIL STORE_TAIL_F32
#define FMA        FMA_F32
#define SPREAD     SPREAD_F32
#include "core/ops/gemm_loops.h"

#undef NUMBER
#undef NAME
#undef SQUARE
#undef LOAD
#undef STORE
#undef LOAD_TAIL
#undef STORE_TAIL
#undef FMA
#undef SPREAD
#define NUMBER     double
#define NAME(x)    x##_f64
#define SQUARE     SQUARE_F64
#define LOAD       LOAD_F64
#define STORE      STORE_F64
#define LOAD_TAIL  LOAD_TAIL_F64
#define STORE_TAIL STORE_TAIL_F64
#define FMA        FMA_F64
#define SPREAD     SPREAD_F64
#include "core/ops/gemm_loops.h"

const ml_gemm_kernels CAT(ml_gemm_kernels_, ML_ISA) = {
    .f32 = product_f32,
    .f64 = product_f64,
    .dots_f32 = dots_f32,
    .dots_f64 = dots_f64,
    .panel_f32 = panel_f32,
    .panel_f64 = panel_f64,
    .copy_left_f32 = copy_left_f32,
    .copy_left_f64 = copy_left_f64,
    .copy_right_f32 = copy_right_f32,
    .copy_right_f64 = copy_right_f64,
    .rows = ROWS,
    .panel_bytes = 2 * VECTOR_BYTES,
};
