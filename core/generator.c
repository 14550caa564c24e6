/* generator.c -- the generator's state: a seed, and how many streams were handed out.
**
** A random operation takes one stream; its element i is a pure function of (seed, stream, i), see
** philox.h.  So the state is two numbers, and results depend neither on threads nor on how much of a
** tensor is looked at. */
#include "core/moonlab.h"

static _Thread_local struct {
    uint64_t seed, stream;
} generator;

void ml_manual_seed(uint64_t seed)
{
    ml_set_rng_state(seed, 0);
}

uint64_t ml_seed(void)
{
    return generator.seed;
}

void ml_rng_state(uint64_t *seed, uint64_t *stream)
{
    *seed = generator.seed, *stream = generator.stream;
}

void ml_set_rng_state(uint64_t seed, uint64_t stream)
{
    generator.seed = seed, generator.stream = stream;
}

uint64_t ml_next_stream(void)
{
    return generator.stream++;
}
