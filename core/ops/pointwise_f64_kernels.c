/* pointwise_f64_kernels.c -- the pointwise rows in double; compiled once per instruction set. */
#define T               double
#define TYPE_ID         F64
#define KEEP_FLOAT(...) __VA_ARGS__
#define KEEP_INT(...)
#define KEEP_GRAD(...) __VA_ARGS__
#include "core/ops/pointwise_loops.h"
