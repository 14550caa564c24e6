/* nn_kernels.c -- see nn_kernels.h.  Compiled once per instruction set, with ML_ISA its name.
**
** Sums run in fixed lanes: lane l takes elements l, l + LANES, …; every SEGMENT elements the lanes are folded
** by halves and added to a double.  The order depends on n alone. */
#include <string.h>

#include "core/isa.h"
#include "core/ops/nn_kernels.h"
#include "core/vecmath_wide.h"

#define T        float
#define F(name)  name##_f32
#define EXP(x)   ml_exp_f32(x)
#define LOG(x)   ml_log_f32(x)
#define INFINITE ML_INF
#include "core/ops/nn_loops.h"
#undef T
#undef F
#undef EXP
#undef LOG
#undef INFINITE

#define T        double
#define F(name)  name##_f64
#define EXP(x)   ml_exp_f64(x)
#define LOG(x)   ml_log_f64(x)
#define INFINITE ML_INFD
#include "core/ops/nn_loops.h"

#define TABLE(t)                                                                                   \
    {                                                                                              \
        .softmax_rows = softmax_rows_##t, .softmax_cols = softmax_cols_##t,                        \
        .backward_rows = backward_rows_##t, .backward_cols = backward_cols_##t,                    \
        .logsumexp_rows = logsumexp_rows_##t, .logsumexp_cols = logsumexp_cols_##t,                \
        .dot_rows = dot_rows_##t, .dot_cols = dot_cols_##t,                                        \
        .class_grad_rows = class_grad_rows_##t, .class_grad_cols = class_grad_cols_##t,            \
        .dropout = dropout_##t,                                                                    \
    }
const struct ml_nn_kernels ML_ISA_NAME(ml_nn_kernels) = { .f32 = TABLE(f32), .f64 = TABLE(f64) };
