/* reduce_kernels.c -- the inner loops of reductions, compiled once per instruction set (ML_ISA).
**
** reduce_loops.def holds the loops for one element type; here they become one function per type and
** kind. Vectors are spelled out only where a leaf keeps its lanes in registers: the compiler
** vectorises the rest. */
#include "core/ops/reduction.h"
#include "core/isa.h"

#include <math.h>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

#define INLINE static inline __attribute__((always_inline))

#define T        float
#define U        float
#define B        int32_t
#define S        f32
#define FLOATING 1
#define ABS(x)   fabsf(x)
#define LOWEST   -INFINITY
#define HIGHEST  INFINITY
#include "core/ops/reduce_loops.def"

#define T        double
#define U        double
#define B        int64_t
#define S        f64
#define FLOATING 1
#define ABS(x)   fabs(x)
#define LOWEST   (double)-INFINITY
#define HIGHEST  (double)INFINITY
#include "core/ops/reduce_loops.def"

#define T        int64_t
#define U        uint64_t
#define B        int64_t
#define S        i64
#define FLOATING 0
#define LOWEST   INT64_MIN
#define HIGHEST  INT64_MAX
#include "core/ops/reduce_loops.def"

#define T        uint8_t
#define U        uint8_t
#define B        int8_t
#define S        u8
#define FLOATING 0
#define LOWEST   0
#define HIGHEST  UINT8_MAX
#include "core/ops/reduce_loops.def"

#define KERNEL(kind, type, c)                                                                      \
    static void rows_##kind##_##type(int64_t nrows, int64_t n, const void *p, int64_t step,        \
                                     const void *mean, void *out)                                  \
    {                                                                                              \
        rows_##type(nrows, n, (const c *)p, step, (const c *)mean, (c *)out, REDUCE_##kind);       \
    }                                                                                              \
    static void cols_##kind##_##type(int64_t nrows, int64_t width, const void *p, int64_t step,    \
                                     const void *mean, bool first, void *acc)                      \
    {                                                                                              \
        cols_##type(nrows, width, (const c *)p, step, (const c *)mean, first, (c *)acc,            \
                    REDUCE_##kind);                                                                \
    }                                                                                              \
    static void merge_##kind##_##type(int64_t n, void *a, const void *b)                           \
    {                                                                                              \
        merge_##type(n, (c *)a, (const c *)b, REDUCE_##kind);                                      \
    }
#define ENTRY(kind, type, c)                                                                       \
    .at[REDUCE_##kind][TYPE_##type] = { rows_##kind##_##type, cols_##kind##_##type,                \
                                        merge_##kind##_##type },
#define TYPE_f32 REDUCE_F32
#define TYPE_f64 REDUCE_F64
#define TYPE_i64 REDUCE_I64
#define TYPE_u8  REDUCE_U8

#define NUMBERS(each, type, c)                                                                     \
    each(SUM, type, c) each(PROD, type, c) each(MAX, type, c) each(MIN, type, c)
#define FLOATS(each, type, c)                                                                      \
    NUMBERS(each, type, c)                                                                         \
    each(ABS_SUM, type, c) each(SQUARE_SUM, type, c) each(DEVIATION, type, c) each(COUNT, type, c) \
        each(ABS_MAX, type, c) each(ABS_MIN, type, c)
#define ALL(each)                                                                                  \
    FLOATS(each, f32, float)                                                                       \
    FLOATS(each, f64, double)                                                                      \
    NUMBERS(each, i64, int64_t)                                                                    \
    each(ANY, u8, uint8_t) each(ALL, u8, uint8_t)

ALL(KERNEL)

const reduce_kernels ML_ISA_NAME(ml_reduce_kernels) = { ALL(ENTRY) };
