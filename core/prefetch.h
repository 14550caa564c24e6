/* prefetch.h -- batches of rows, gathered ahead by threads of their own, delivered in order.
**
**     sources (N, …), order ──► slots: batches next … next + depth - 1 ──► ml_prefetch_next
**                                 ▲ filled by the workers, in order
**
** The calling thread makes a batch's tensors; workers only copy bytes into them, so what comes out
** does not depend on their number, and at most `depth` batches are in memory.  If the next batch is
** not yet begun, the calling thread gathers it itself: with busy workers, or none, nothing waits.
** Small batches, which cost less than waking a thread, it always gathers itself.
**
** A source that is changed in place between two calls shows in all batches delivered after that, as
** without workers.  After fork a child goes on without them. */
#ifndef ML_PREFETCH_H
#define ML_PREFETCH_H

#include "core/moonlab.h"

#define ML_PREFETCH_SMALL 32768 /* bytes of a batch below which no thread is woken */

typedef struct ml_prefetch_options {
    int n;                    /* sources */
    ml_tensor *const *source; /* contiguous, on the CPU, all of the same first size */
    ml_tensor *order; /* int64, on the CPU: rows from 0 in the order wanted; NULL: all rows */
    int64_t batch_size;
    bool drop_last; /* leave out a last batch that is smaller */
    int workers;    /* threads; if the system refuses some, fewer do */
    int depth;      /* batches ahead, from 1 */
    int64_t small;  /* bytes: ML_PREFETCH_SMALL, or another in tests */
} ml_prefetch_options;

typedef struct ml_prefetch ml_prefetch;

/* NULL on failure: an order outside the rows, no memory.  Holds the sources and the order. */
ml_prefetch *ml_prefetch_open(const ml_prefetch_options *options);
/* The next batch into out[n], of the current scope; *more is false, and nothing given, at the end. */
ml_status ml_prefetch_next(ml_prefetch *p, ml_tensor *out[], bool *more) ML_CHECKED;
/* Ends and joins the workers and drops batches not delivered.  NULL does nothing. */
void ml_prefetch_close(ml_prefetch *p);

#endif
