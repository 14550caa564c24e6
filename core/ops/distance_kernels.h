/* distance_kernels.h -- distances of one point to many, one table per instruction set. */
#ifndef ML_DISTANCE_KERNELS_H
#define ML_DISTANCE_KERNELS_H

#include <stdint.h>

/* out[j] = p-norm of x - y[.][j] for j < n, over d coordinates: x has d adjacent numbers, y d rows of n
** adjacent ones.  Coordinates are added in their order.  p 0 counts those that differ. */
typedef struct ml_distance_kernels {
    void (*f32)(int64_t n, int64_t d, double p, const float *x, const float *y, float *out);
    void (*f64)(int64_t n, int64_t d, double p, const double *x, const double *y, double *out);
} ml_distance_kernels;

extern const ml_distance_kernels ml_distance_kernels_avx512, ml_distance_kernels_avx2,
    ml_distance_kernels_base;

#endif
