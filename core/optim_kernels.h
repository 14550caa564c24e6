/* optim_kernels.h -- the inner loops of optimiser steps, once per instruction set. */
#ifndef ML_OPTIM_KERNELS_H
#define ML_OPTIM_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* What is the same for all elements of one parameter in one step. */
typedef struct ml_optim_scalars {
    double sign;                /* -1 to climb instead of descend */
    double lr;                  /* Adam: lr / bias_correction1; Adagrad: with its decay */
    double lr_grad;             /* NAdam: the rate of the gradient itself */
    double decay;               /* added to the gradient, times the parameter */
    double shrink;              /* decoupled decay: 1 - lr * weight_decay; else 1 */
    double momentum, dampening; /* dampening: 1 - dampening, what a gradient counts */
    double rate1, beta2, rate2; /* 1 - beta1; beta2 (RMSprop: alpha, Adadelta: rho); 1 - beta2 */
    double correction;          /* sqrt(bias_correction2) */
    double eps;
    bool nesterov, first, amsgrad; /* first: the momentum buffer has no value yet */
} ml_optim_scalars;

/* n elements of a parameter, its gradient, its states. */
typedef void ml_optim_kernel(int64_t n, void *p, const void *g, void *const state[],
                             const ml_optim_scalars *c);

typedef struct ml_optim_loops {
    ml_optim_kernel *sgd, *adam, *rmsprop, *adagrad, *adadelta, *adamax, *nadam;
    double (*sum_power)(int64_t n, const void *g,
                        double p); /* of |g|^p; p INFINITY: the largest |g| */
    void (*scale)(int64_t n, void *g, double factor);
    void (*clamp)(int64_t n, void *g, double limit);
} ml_optim_loops;

struct ml_optim_kernels {
    ml_optim_loops f32, f64;
};

extern const struct ml_optim_kernels ml_optim_kernels_avx512, ml_optim_kernels_avx2,
    ml_optim_kernels_base;

#endif
