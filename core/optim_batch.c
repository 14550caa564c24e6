/* optim_batch.c -- see optim_batch.h. */
#include "core/optim_batch.h"

#include "core/isa.h"
#include "core/iter.h"
#include "core/tensor.h"

enum { WORTH = 32768 }; /* elements from which on threads are called */

const ml_optim_loops *ml_optim_loops_for(ml_dtype compute)
{
    const struct ml_optim_kernels *k = ML_BY_ISA(&ml_optim_kernels);
    return compute == ML_F64 ? &k->f64 : &k->f32;
}

ml_status ml_optim_batch_open(ml_optim_batch *b, int capacity)
{
    *b = (ml_optim_batch){ .capacity = capacity };
    b->jobs = ml_alloc((size_t)(capacity + 1) * sizeof *b->jobs);
    return b->jobs ? ML_OK : ml_fail(ML_MEMORY, "optim: out of memory");
}

void ml_optim_batch_close(ml_optim_batch *b)
{
    ml_free(b->jobs, (size_t)(b->capacity + 1) * sizeof *b->jobs);
}

void ml_optim_batch_add(ml_optim_batch *b, const ml_optim_job *job)
{
    ml_optim_job *to = &b->jobs[b->n++];
    *to = *job;
    to->first_block = b->blocks;
    b->blocks += (job->n + ML_OPTIM_BLOCK - 1) / ML_OPTIM_BLOCK;
}

const ml_optim_job *ml_optim_batch_find(const ml_optim_batch *b, int64_t block, int64_t *first,
                                        int64_t *n)
{
    int low = 0, high = b->n - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (b->jobs[middle].first_block <= block)
            low = middle;
        else
            high = middle - 1;
    }
    const ml_optim_job *j = &b->jobs[low];
    *first = (block - j->first_block) * ML_OPTIM_BLOCK;
    *n = j->n - *first < ML_OPTIM_BLOCK ? j->n - *first : ML_OPTIM_BLOCK;
    return j;
}

ml_status ml_optim_batch_run(ml_optim_batch *b, void (*run)(void *b, int64_t block))
{
    int64_t n = 0;
    for (int i = 0; i < b->n && n < WORTH; i++) n += b->jobs[i].n;
    if (n >= WORTH) return ml_parallel_pieces(b->blocks, run, b);
    for (int64_t i = 0; i < b->blocks; i++) run(b, i);
    return ML_OK;
}

ml_tensor *ml_optim_dense(ml_tensor *t, ml_dtype compute, bool *copied)
{
    *copied = !t->contiguous || t->dtype != compute;
    return *copied ? ml_dense(t, compute) : t;
}

ml_status ml_optim_check_param(const char *op, const ml_tensor *p, int index)
{
    if (!ml_is_float((ml_dtype)p->dtype))
        return ml_fail(ML_DTYPE, "%s: parameter %d is %s: a float dtype is needed", op, index + 1,
                       ML_DESCRIBE(p));
    if (p->device != 0 || p->grad->device != 0)
        return ml_fail(ML_DEVICE,
                       "%s: parameter %d is on %s: steps run on the cpu only; move it with "
                       "x:to(\"cpu\")",
                       op, index + 1, ml_device_name(p->device));
    return ML_OK;
}
