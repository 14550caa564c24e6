/* optim_batch.h -- a list of arrays as one line of fixed blocks, so that threads share many small parameters and
** one big one alike. */
#ifndef ML_OPTIM_BATCH_H
#define ML_OPTIM_BATCH_H

#include "core/optim.h"
#include "core/optim_kernels.h"

#define ML_OPTIM_BLOCK 8192

typedef struct ml_optim_job {
    int64_t n, first_block;
    size_t size; /* of an element */
    char *p, *state[ML_OPTIM_STATES];
    const char *g;
    const ml_optim_loops *loops;
    ml_optim_kernel *step;
    ml_optim_scalars scalars;
    ml_tensor *copy_to; /* the tensor whose copy p is; NULL: p is its own memory */
    ml_tensor *from;    /* the tensor that p is the memory of */
} ml_optim_job;

typedef struct ml_optim_batch {
    ml_optim_job *jobs;
    int n, capacity;
    int64_t blocks;
    double value;    /* a factor, a limit, a power */
    double *partial; /* one per block */
} ml_optim_batch;

/* Room for CAPACITY jobs; ml_optim_batch_close gives it back. */
ml_status ml_optim_batch_open(ml_optim_batch *b, int capacity) ML_CHECKED;
void ml_optim_batch_close(ml_optim_batch *b);
void ml_optim_batch_add(ml_optim_batch *b, const ml_optim_job *job);
/* The job of a block, and the block's first element and length in it. */
const ml_optim_job *ml_optim_batch_find(const ml_optim_batch *b, int64_t block, int64_t *first,
                                        int64_t *n);
/* RUN(b, block) for every block. */
ml_status ml_optim_batch_run(ml_optim_batch *b, void (*run)(void *b, int64_t block)) ML_CHECKED;

const ml_optim_loops *ml_optim_loops_for(ml_dtype compute);
/* Memory of t as elements of COMPUTE: t itself if it is dense, else a copy (*copied). */
ml_tensor *ml_optim_dense(ml_tensor *t, ml_dtype compute, bool *copied);
/* A parameter and its gradient: floats in the CPU's memory? */
ml_status ml_optim_check_param(const char *op, const ml_tensor *p, int index) ML_CHECKED;

#endif
