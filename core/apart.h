/* apart.h -- work that cannot be stopped, such as a library's call, done by a child process that can be killed.
**
**     parent   fork ── waits, looking at ml_interrupted ──────── takes the results over
**     child       └── run(ctx) on its own copy of all memory ──┘ _exit
**
** Only what is named as a result comes back: it lies in memory that both see.  Killed work leaves nothing behind, no
** lock, no memory, and the bits are those of run(ctx) called here. */
#ifndef ML_APART_H
#define ML_APART_H

#include "core/moonlab.h"

/* SIZE bytes at *at, a pointer that run finds through its context; if `given`, run reads them as well. */
typedef struct ml_result {
    void *at; /* the address of the pointer */
    size_t size;
    bool given;
} ml_result;

/* Calls run(ctx) in a child, or here if the system refuses one.  Fails when interrupted (results are then as they were),
** and with ML_MEMORY if the child is ended by someone else, most likely for want of memory. */
ml_status ml_run_apart(const char *op, void (*run)(void *ctx), void *ctx, int n,
                       const ml_result results[]) ML_CHECKED;

#endif
