/* kernels.h -- the CPU's kernels, one table per instruction set, picked at start. */
#ifndef ML_KERNELS_H
#define ML_KERNELS_H

#include "core/op.h"

typedef struct ml_kernel_table {
    ml_kernel *at[ML_NOP][ML_NPASS];
} ml_kernel_table;

/* The kernel of a pointwise row; type F32, F64 or I64; NULL if there is none. */
ml_kernel *ml_cpu_kernel(int op, int pass, ml_dtype type);
/* A reducing launch; in ops/reduce_cpu.c. */
ml_status ml_cpu_reduce(const ml_launch *job);

#endif
