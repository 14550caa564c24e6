/* pointwise_loops.h -- the kernels of every pointwise row for one compute type.
**
** The includer defines T, TYPE_ID (F32, F64, I64), KEEP_FLOAT, KEEP_INT and KEEP_GRAD, which keep or drop rows.
** A row becomes a scalar function, so that errors point at the formula; the loops run it.  Operands are dense
** or, for two-operand forward kernels, numbers (step 0): see iter.c.  p[0] may be p[1] exactly, never overlap
** otherwise.  No guard: included once per file. */
#include "core/isa.h"
#include "core/kernels.h"
#include "core/rowmath.h"

#define K(x) ((T)(x))

/* No element depends on another: the compiler need not ask whether operands overlap. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" /* integer division stays scalar */
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif
#define LOOP                                                                                       \
    INDEPENDENT                                                                                    \
    for (int64_t i = 0; i < n; i++)
#define P(j)  ((const T *)p[j])
#define OUT   ((T *)p[0])
#define MASK  ((uint8_t *)p[0])
#define KERNEL(f) static void f(int64_t n, char *const p[], const int64_t step[])
#define VALUE(f)  ML_INLINE T f
#define ZERO_STEP(j) (step[j] == 0)

/* WIDTH(name): for rows of two operands and next to no arithmetic memory decides, and half of the widest vectors
** get more out of it. */
#if defined __AVX512F__ && !defined __clang__
#define HALF , __attribute__((target("prefer-vector-width=256")))
#else
#define HALF
#endif
#define LIGHT_add HALF
#define LIGHT_sub HALF
#define LIGHT_mul HALF
#define LIGHT_div HALF
#define SECOND_(a, b, ...) b
#define SECOND(...) SECOND_(__VA_ARGS__)
#define WIDTH(name) SECOND(LIGHT_##name, , )

/* Rows of one operand whose function the includer has for whole vectors: it defines WIDE_name as , WIDE_LOOP. */
#define PLAIN_LOOP(name) LOOP OUT[i] = name##_of(P(1)[i]);
#define WIDE_LOOP(name)                                                                            \
    for (int64_t i = 0; i < n; i += ML_LANES_F32)                                                  \
        ml_store_f32(OUT + i, n - i, ml_##name##_wide_f32(ml_load_f32(P(1) + i, n - i, 0)));

/* Rows by type: KEEP_x(code) keeps the code or drops it. */
#define ROWS_FLOAT(...) KEEP_FLOAT(__VA_ARGS__)
#define ROWS_INT(...)   KEEP_INT(__VA_ARGS__)
#define ROWS_NUM(...)   __VA_ARGS__
#define ROWS_BITS(...)  KEEP_INT(__VA_ARGS__)
#define ROWS_ALL(...)   __VA_ARGS__

#define none 0 /* in a gradient column: never called */

#define LOOP2(out, f)                                                                              \
    if (ZERO_STEP(1) && ZERO_STEP(2)) {                                                            \
        T u = P(1)[0], v = P(2)[0];                                                                \
        LOOP out[i] = f(u, v);                                                                     \
    } else if (ZERO_STEP(2)) {                                                                     \
        T v = P(2)[0];                                                                             \
        LOOP out[i] = f(P(1)[i], v);                                                               \
    } else if (ZERO_STEP(1)) {                                                                     \
        T u = P(1)[0];                                                                             \
        LOOP out[i] = f(u, P(2)[i]);                                                               \
    } else {                                                                                       \
        LOOP out[i] = f(P(1)[i], P(2)[i]);                                                         \
    }

#define UNARY(name, types, Y, dx, ...)                                                             \
    ROWS_##types(                                                                                  \
        VALUE(name##_of)(T x) { return (T)(Y); }                                                   \
        KERNEL(name##_forward) { (void)step; SECOND(WIDE_##name, PLAIN_LOOP, )(name) }             \
        KEEP_GRAD(                                                                                 \
        VALUE(name##_dx_of)(T g, T x, T y) { (void)g, (void)x, (void)y; return (T)(dx); }          \
        KERNEL(name##_dx) { (void)step; LOOP OUT[i] = name##_dx_of(P(1)[i], P(2)[i], P(3)[i]); }))

#define UNARY1(name, sig, types, Y, dx, ...)                                                       \
    ROWS_##types(                                                                                  \
        VALUE(name##_of)(T x, T a) { (void)a; return (T)(Y); }                                     \
        KERNEL(name##_forward) { LOOP2(OUT, name##_of) }                                           \
        KEEP_GRAD(                                                                                 \
        VALUE(name##_dx_of)(T g, T x, T a, T y) { (void)g, (void)x, (void)a, (void)y; return (T)(dx); } \
        KERNEL(name##_dx) { (void)step; LOOP OUT[i] = name##_dx_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i]); }))

#define UNARY2(name, sig, types, Y, dx, ...)                                                       \
    ROWS_##types(                                                                                  \
        VALUE(name##_of)(T x, T a, T b) { (void)a, (void)b; return (T)(Y); }                       \
        KERNEL(name##_forward) { (void)step; LOOP OUT[i] = name##_of(P(1)[i], P(2)[i], P(3)[i]); } \
        KEEP_GRAD(                                                                                 \
        VALUE(name##_dx_of)(T g, T x, T a, T b, T y)                                               \
        { (void)g, (void)x, (void)a, (void)b, (void)y; return (T)(dx); }                           \
        KERNEL(name##_dx) { (void)step; LOOP OUT[i] = name##_dx_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i], P(5)[i]); }))

#define BINARY(name, types, Y, da, db, ...)                                                        \
    ROWS_##types(                                                                                  \
        VALUE(name##_of)(T a, T b) { return (T)(Y); }                                              \
        WIDTH(name) KERNEL(name##_forward) { LOOP2(OUT, name##_of) }                               \
        KEEP_GRAD(                                                                                 \
        VALUE(name##_da_of)(T g, T a, T b, T y) { (void)g, (void)a, (void)b, (void)y; return (T)(da); } \
        VALUE(name##_db_of)(T g, T a, T b, T y) { (void)g, (void)a, (void)b, (void)y; return (T)(db); } \
        KERNEL(name##_da) { (void)step; LOOP OUT[i] = name##_da_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i]); } \
        KERNEL(name##_db) { (void)step; LOOP OUT[i] = name##_db_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i]); }))

#define TERNARY(name, sig, types, Y, da, db, dc, ...)                                              \
    ROWS_##types(                                                                                  \
        VALUE(name##_of)(T a, T b, T c) { return (T)(Y); }                                         \
        KERNEL(name##_forward) { (void)step; LOOP OUT[i] = name##_of(P(1)[i], P(2)[i], P(3)[i]); } \
        KEEP_GRAD(                                                                                 \
        VALUE(name##_da_of)(T g, T a, T b, T c, T y)                                               \
        { (void)g, (void)a, (void)b, (void)c, (void)y; return (T)(da); }                           \
        VALUE(name##_db_of)(T g, T a, T b, T c, T y)                                               \
        { (void)g, (void)a, (void)b, (void)c, (void)y; return (T)(db); }                           \
        VALUE(name##_dc_of)(T g, T a, T b, T c, T y)                                               \
        { (void)g, (void)a, (void)b, (void)c, (void)y; return (T)(dc); }                           \
        KERNEL(name##_da) { (void)step; LOOP OUT[i] = name##_da_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i], P(5)[i]); } \
        KERNEL(name##_db) { (void)step; LOOP OUT[i] = name##_db_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i], P(5)[i]); } \
        KERNEL(name##_dc) { (void)step; LOOP OUT[i] = name##_dc_of(P(1)[i], P(2)[i], P(3)[i], P(4)[i], P(5)[i]); }))

#define COMPARE(name, types, Y, ...)                                                               \
    ROWS_##types(                                                                                  \
        static inline uint8_t name##_of(T a, T b) { return (uint8_t)(Y); }                                  \
        KERNEL(name##_forward) { LOOP2(MASK, name##_of) })

#define PREDICATE(name, types, Y, ...)                                                             \
    ROWS_##types(                                                                                  \
        static inline uint8_t name##_of(T x) { return (uint8_t)(Y); }                                       \
        KERNEL(name##_forward) { (void)step; LOOP MASK[i] = name##_of(P(1)[i]); })

#define REDUCE(...)
#define OP(...)
#define PLAIN(...)
#define VIEW(...)
#define COMPOSITE(...)
#define CREATE(...)
#include "core/ops/all.def"

/* The table. */
#define UNARY(name, types, ...)                                                                    \
    ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward, KEEP_GRAD([ML_GRAD_A] = name##_dx, ) }, )
#define UNARY1(name, sig, types, ...)                                                              \
    ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward, KEEP_GRAD([ML_GRAD_A] = name##_dx, ) }, )
#define UNARY2(name, sig, types, ...)                                                              \
    ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward, KEEP_GRAD([ML_GRAD_A] = name##_dx, ) }, )
#define BINARY(name, types, ...)                                                                   \
    ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward,                                 \
        KEEP_GRAD([ML_GRAD_A] = name##_da, [ML_GRAD_B] = name##_db, ) }, )
#define TERNARY(name, sig, types, ...)                                                             \
    ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward,                                 \
        KEEP_GRAD([ML_GRAD_A] = name##_da, [ML_GRAD_B] = name##_db, [ML_GRAD_C] = name##_dc, ) }, )
#define COMPARE(name, types, ...)   ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward }, )
#define PREDICATE(name, types, ...) ROWS_##types([ML_OP_##name] = { [ML_FORWARD] = name##_forward }, )
#define REDUCE(...)
#define OP(...)
#define PLAIN(...)
#define VIEW(...)
#define COMPOSITE(...)
#define CREATE(...)
#define TABLE_NAME ML_ISA_CAT(ML_ISA_CAT(ml_kernels, TYPE_ID), ML_ISA)
extern const ml_kernel_table TABLE_NAME;
const ml_kernel_table TABLE_NAME = { {
#include "core/ops/all.def"
} };
