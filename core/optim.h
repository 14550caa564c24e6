/* optim.h -- one step of an optimiser over a list of parameters: a fused, threaded pass over each, with the
** formulas of PyTorch; and gradient clipping.  Works in float32 or float64 (half types in float32); the
** same bits for any number of threads. */
#ifndef ML_OPTIM_H
#define ML_OPTIM_H

#include "core/moonlab.h"

typedef enum ml_optim_kind {
    ML_SGD,
    ML_ADAM,
    ML_ADAMW,
    ML_RMSPROP,
    ML_ADAGRAD,
    ML_ADADELTA,
    ML_ADAMAX,
    ML_NADAM,
    ML_RADAM,
    ML_OPTIM_KINDS
} ml_optim_kind;

/* An optimiser reads those that its kind has: see ml_optim_fields. */
typedef struct ml_optim_options {
    double lr, weight_decay;
    double momentum, dampening;                   /* SGD; momentum: RMSprop too */
    double beta1, beta2;                          /* Adam, AdamW, Adamax, NAdam, RAdam */
    double eps;                                   /* all but SGD */
    double alpha;                                 /* RMSprop; Adadelta's rho */
    double lr_decay, initial_accumulator_value;   /* Adagrad */
    double momentum_decay;                        /* NAdam */
    double nesterov, amsgrad, centered, maximize; /* 0 or 1 */
    double decoupled_weight_decay;                /* 0 or 1: NAdam, RAdam */
} ml_optim_options;

/* One option: its name, place in ml_optim_options, kinds that have it (bits), whether it is a yes or no. */
typedef struct ml_optim_field {
    const char *name;
    size_t offset;
    unsigned kinds;
    bool flag;
} ml_optim_field;

extern const ml_optim_field ml_optim_fields[]; /* ends with a NULL name */
const char *ml_optim_name(ml_optim_kind kind); /* "SGD" */
ml_optim_options ml_optim_defaults(ml_optim_kind kind);
/* Are the values possible?  Fails naming the first that is not. */
ml_status ml_optim_check(ml_optim_kind kind, const ml_optim_options *options) ML_CHECKED;

#define ML_OPTIM_STATES 3

/* A parameter and what its optimiser remembers.  Owns one reference to each. */
typedef struct ml_optim_slot {
    ml_tensor *param;
    int64_t step;      /* steps taken */
    double mu_product; /* NAdam: the product of its momenta so far, from the first step on */
    ml_tensor *state[ML_OPTIM_STATES]; /* NULL until needed; dense, shape of param */
} ml_optim_slot;

/* The name of a state tensor ("exp_avg"), NULL if KIND has fewer. */
const char *ml_optim_state_name(ml_optim_kind kind, int state);
void ml_optim_clear(ml_optim_slot *slot); /* gives everything back */
/* SLOT's state tensor becomes a copy of FROM (its shape is checked), or goes for NULL. */
ml_status ml_optim_set_state(ml_optim_slot *slot, ml_optim_kind kind, int state,
                             ml_tensor *from) ML_CHECKED;

/* Changes each parameter that has a gradient by one step.  Records no history; counts as an in-place change. */
ml_status ml_optim_step(ml_optim_kind kind, const ml_optim_options *options, int n,
                        ml_optim_slot slots[]) ML_CHECKED;

/* Scales the gradients so that their common norm (norm_type 2, 1, INFINITY, …) is at most max_norm; *norm is
** what it was.  With `strict` a norm that is not finite is an error and changes nothing. */
ml_status ml_clip_grad_norm(int n, ml_tensor *const params[], double max_norm, double norm_type,
                            bool strict, double *norm) ML_CHECKED;
/* Brings every element of the gradients into -limit … limit. */
ml_status ml_clip_grad_value(int n, ml_tensor *const params[], double limit) ML_CHECKED;

#endif
