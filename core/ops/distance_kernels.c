/* distance_kernels.c -- distances of one point to many, compiled once per instruction set. */
#include "core/ops/distance_kernels.h"

#include <string.h>

#include "core/isa.h"
#include "core/rowmath.h"

enum { STRIP = 512 }; /* columns whose sums stay in the first-level cache */

#define NUMBER  float
#define NAME(x) x##_f32
#include "core/ops/distance_loops.h"
#undef NUMBER
#undef NAME
#define NUMBER  double
#define NAME(x) x##_f64
#include "core/ops/distance_loops.h"

const ml_distance_kernels ML_ISA_NAME(ml_distance_kernels) = { distances_f32, distances_f64 };
