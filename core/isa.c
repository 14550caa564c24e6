/* isa.c -- picks the instruction set at start. */
#include "core/isa.h"
#include "core/moonlab.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "base", "avx2", "avx512" };

static int supported(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("fma"))
        return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
    return 0;
}

static int choose(void)
{
    int best = supported();
    const char *wish = getenv("MOONLAB_ISA");
    for (int i = 0; wish && i < best; i++)
        if (!strcmp(wish, names[i])) return i;
    return best;
}

int ml_isa_level(void)
{
    static int level = -1;
    if (level < 0) level = choose();
    return level;
}

const char *ml_isa(void)
{
    return names[ml_isa_level()];
}
