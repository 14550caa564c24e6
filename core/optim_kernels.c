/* optim_kernels.c -- see optim_kernels.h.  Compiled once per instruction set, with ML_ISA its name.  Every
** element is computed by itself with correctly rounded operations, so cuts do not change bits. */
#include "core/optim_kernels.h"
#include "core/isa.h"

#include <math.h>

#define T       float
#define F(name) name##_f32
#define ROOT(x) sqrtf(x)
#define ABS(x)  fabsf(x)
#include "core/optim_loops.h"
#undef T
#undef F
#undef ROOT
#undef ABS

#define T       double
#define F(name) name##_f64
#define ROOT(x) sqrt(x)
#define ABS(x)  fabs(x)
#include "core/optim_loops.h"

#define TABLE(t)                                                                                   \
    {                                                                                              \
        .sgd = sgd_##t, .adam = adam_##t, .rmsprop = rmsprop_##t, .adagrad = adagrad_##t,          \
        .adadelta = adadelta_##t, .adamax = adamax_##t, .nadam = nadam_##t,                        \
        .sum_power = sum_power_##t, .scale = scale_##t, .clamp = clamp_##t                         \
    }
const struct ml_optim_kernels ML_ISA_NAME(ml_optim_kernels) = { .f32 = TABLE(f32),
                                                                .f64 = TABLE(f64) };
