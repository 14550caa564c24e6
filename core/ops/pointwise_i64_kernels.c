/* pointwise_i64_kernels.c -- the pointwise rows in int64; compiled once per instruction set. */
#define T       int64_t
#define TYPE_ID I64
#define KEEP_FLOAT(...)
#define KEEP_INT(...) __VA_ARGS__
#define KEEP_GRAD(...)
#include "core/ops/pointwise_loops.h"
