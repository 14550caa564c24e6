/* iter.h -- pointwise work over strided tensors: broadcasting, collapsing, ordering and threads, once. */
#ifndef ML_ITER_H
#define ML_ITER_H

#include "core/op.h"

/* Fills JOB's operands, sizes and steps for operands t[0] (written) and t[1 … n-1] (broadcast to t[0]'s
** shape; their dtypes are kept).  The caller sets op, pass, type.  Dimensions are ordered by t[0]'s
** strides and collapsed where every operand allows it. */
void ml_plan(ml_launch *job, int n, ml_tensor *const t[]);
/* Operand K is the number V in host memory; *slot must live until the launch. */
void ml_plan_number(ml_launch *job, int k, double v, int64_t i, bool is_int, void *slot);
/* Runs JOB on the device of t[0] (which the caller made sure is everyone's): an error names op, dtype,
** device and the way out if there is no kernel. */
ml_status ml_run_launch(int device, const ml_launch *job) ML_CHECKED;

/* The kernel of a pointwise row for operands that need no plan: all as `simple` says of T, in T's dtype
** (a compute dtype), with steps of an element.  NULL: there is none, or T is not simple. */
ml_kernel *ml_simple_kernel(int op, int pass, const ml_tensor *t);
/* Dense in the CPU's memory, with T's shape and dtype. */
bool ml_simple_like(const ml_tensor *x, const ml_tensor *t);

/* Copies n elements between any two dtypes, rounding to nearest even; steps in bytes. */
void ml_convert(ml_dtype to, char *dst, int64_t dst_step, ml_dtype from, const char *src,
                int64_t src_step, int64_t n);

/* pieces of work, decided by shapes alone, picked up by the pool's threads; see pool.h.  Does nothing
** more once interrupted; ML_INTERRUPT then. */
ml_status ml_parallel_pieces(int64_t pieces, void (*run)(void *ctx, int64_t piece),
                             void *ctx) ML_CHECKED;

/* Where a loop over i … n may run to before it asks again, a few milliseconds on; i itself once interrupted, which ends
** it.  What it was to compute is then not there.
**
**     for (int64_t i = 0, end; i < (end = ml_stretch(i, n));)
**         for (; i < end; i++) … */
static inline int64_t ml_stretch(int64_t i, int64_t n)
{
    enum { STRETCH = 1 << 18 };
    return ml_interrupted() ? i : n - i < STRETCH ? n : i + STRETCH;
}

/* The dtype to compute in: float32 for the half types, int64 for integers and bool. */
ml_dtype ml_compute_type(ml_dtype dtype);
/* Contiguous, CPU, in DTYPE: what a hand-written kernel works on.  No gradient is recorded when called
** inside a run function. */
ml_tensor *ml_dense(ml_tensor *x, ml_dtype dtype);

#endif
