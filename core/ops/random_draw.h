/* random_draw.h -- tensors of random numbers, for the files of the random family. */
#ifndef ML_RANDOM_DRAW_H
#define ML_RANDOM_DRAW_H

#include "core/ops/hand.h"

typedef enum ml_law { ML_LAW_UNIFORM, ML_LAW_NORMAL, ML_LAW_RANGE } ml_law;

/* A new CPU tensor of random numbers from the next stream, in TYPE F32 or F64: UNIFORM on [0, 1),
** or NORMAL with mean 0 and variance 1. */
ml_tensor *ml_draw_floats(const char *op, ml_law law, ml_dtype type, int ndim,
                          const int64_t *shape);
/* The same for int64 numbers from [low, high), low < high. */
ml_tensor *ml_draw_ints(const char *op, int64_t low, int64_t high, int ndim, const int64_t *shape);

#endif
