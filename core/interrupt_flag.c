/* The flag that Ctrl-C raises and long work polls; see moonlab.h. */
#include "core/moonlab.h"

#include <stdatomic.h>

static atomic_bool interrupted; /* lock-free, so a signal handler may set it */

void ml_interrupt(void)
{
    atomic_store_explicit(&interrupted, true, memory_order_relaxed);
}

bool ml_interrupted(void)
{
    return atomic_load_explicit(&interrupted, memory_order_relaxed);
}

void ml_interrupt_clear(void)
{
    atomic_store_explicit(&interrupted, false, memory_order_relaxed);
}
