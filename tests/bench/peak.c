/* peak.c -- prints how many GFLOP/s of float32 the FMA units of one core do: independent chains of fused multiply-adds
** in registers, the best of several tries. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <time.h>

enum { CHAINS = 24, STEPS = 2000000, TRIES = 9 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#if defined __x86_64__
#include <immintrin.h>

__attribute__((target("avx512f"), noinline)) static float chains_512(void)
{
    __m512 c[CHAINS], a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(1e-9f);
    _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS; k++) c[k] = _mm512_set1_ps((float)k);
    for (long i = 0; i < STEPS; i++)
        _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS; k++) c[k] =
            _mm512_fmadd_ps(c[k], a, b);
    float sum = 0;
    _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS; k++) sum += _mm512_reduce_add_ps(c[k]);
    return sum;
}

__attribute__((target("avx2,fma"), noinline)) static float chains_256(void)
{
    __m256 c[CHAINS / 2], a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(1e-9f);
    _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS / 2; k++) c[k] = _mm256_set1_ps((float)k);
    for (long i = 0; i < STEPS; i++)
        _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS / 2; k++) c[k] =
            _mm256_fmadd_ps(c[k], a, b);
    float lane[8], sum = 0;
    _Pragma("GCC unroll 24") for (int k = 0; k < CHAINS / 2; k++)
    {
        _mm256_storeu_ps(lane, c[k]);
        sum += lane[0];
    }
    return sum;
}

static double measure(float (*chains)(void), double operations)
{
    double best = 0;
    volatile float used = 0;
    for (int i = 0; i < TRIES; i++) {
        double start = seconds();
        used += chains();
        double rate = operations / (seconds() - start) / 1e9;
        if (rate > best) best = rate;
    }
    return best;
}

int main(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        printf("%.1f\n", measure(chains_512, 2.0 * 16 * CHAINS * STEPS));
    else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        printf("%.1f\n", measure(chains_256, 2.0 * 8 * (CHAINS / 2) * STEPS));
    return 0;
}
#else
int main(void)
{
    return 0; /* unknown: nothing is printed */
}
#endif
