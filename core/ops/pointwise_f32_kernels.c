/* pointwise_f32_kernels.c -- the pointwise rows in float; compiled once per instruction set. */
#include "core/vecmath_wide.h"

#define T               float
#define TYPE_ID         F32
#define KEEP_FLOAT(...) __VA_ARGS__
#define KEEP_INT(...)
#define KEEP_GRAD(...) __VA_ARGS__
#ifdef __AVX512F__
#define WIDE_exp , WIDE_LOOP
#endif
#include "core/ops/pointwise_loops.h"
