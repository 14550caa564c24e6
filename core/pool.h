/* The thread pool: pieces of work, decided by shapes alone, picked up by threads.
**
** Which thread runs which piece is left to chance, so a piece must depend on nothing but its
** number, and write where no other piece does: then results are the same bits under any number of
** threads. */
#ifndef ML_POOL_H
#define ML_POOL_H

#include <stdint.h>

#define ML_MAX_THREADS 256

/* Calls run(ctx, piece) for piece = 0 ... pieces - 1, on this thread and the pool's, and returns
** when all have been run.  What pieces wrote is then visible here.  Called inside a piece, or while
** another thread has the pool, it runs them one after another on this thread.  After ml_interrupt
** the pieces not yet begun are left out: ask ml_interrupted. */
void ml_parallel(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx);

/* Threads that ml_parallel may use, the caller's included; at first ml_processors().  Threads start
** when first needed; if the system refuses some, the work is done by fewer. */
int ml_pool_threads(void);
/* n is brought into 1 ... ML_MAX_THREADS.  Inside a piece it takes effect with the next
** ml_parallel. */
void ml_pool_set_threads(int n);

/* Ends and joins the threads; the next ml_parallel starts them again.  A child after fork has no
** threads of the pool in any case, and starts its own.  Does nothing inside a piece. */
void ml_pool_stop(void);

#endif
