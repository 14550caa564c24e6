/* machine.c -- version and threads, as the outside sees them. */
#include "core/moonlab.h"
#include "core/pool.h"

const char *ml_version(void)
{
    return "0.1.0";
}

int ml_threads(void)
{
    return ml_pool_threads();
}

ml_status ml_set_threads(int n)
{
    if (n < 1 || n > ML_MAX_THREADS)
        return ml_fail(ML_VALUE, "set_num_threads: %d: between 1 and %d threads are possible", n,
                       ML_MAX_THREADS);
    ml_pool_set_threads(n);
    return ML_OK;
}
