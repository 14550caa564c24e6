/* hand.h -- small helpers of hand-written operators. */
#ifndef ML_HAND_H
#define ML_HAND_H

#include "core/op_run.h"
#include "core/tensor.h"

/* Stores a run's or gradient's result; a NULL forwards the pending error. */
static inline ml_status ml_give(ml_tensor **slot, ml_tensor *t)
{
    *slot = t;
    return t ? ML_OK : ml_error_status();
}

/* The gradient of argument K, made only when it is wanted. */
#define ML_GRAD(call, k, expression)                                                               \
    do {                                                                                           \
        if ((call)->need[k]) ML_TRY(ml_give(&(call)->gin[k], (expression)));                       \
    } while (0)

static inline bool ml_given(ml_arg a)
{
    return a.kind != ML_ARG_NONE;
}

/* A number argument's value. */
static inline double ml_number(ml_arg a)
{
    return a.kind == ML_ARG_FLOAT ? a.f : (double)a.i;
}

/* A number argument as a 0-dimensional CPU tensor of DTYPE, exact for integers; an error for a
** fraction where DTYPE has none. */
ml_tensor *ml_number_tensor(const char *op, ml_arg number, ml_dtype dtype);

/* N distinct dimensions of x (from 0, negative ones from the end), made 0 … ndim-1 in to[]. */
ml_status ml_check_dims(const char *op, const ml_tensor *x, int n, const int64_t *dims,
                        int *to) ML_CHECKED;

#endif
