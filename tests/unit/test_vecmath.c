/* The functions of vecmath.h, in the kernels that the product runs, under every instruction set
** that this machine has: ulp against long double libm, the edges of C17 annex F, lanes equal to
** single elements. */
#include "core/vecmath.h"

#include "core/isa.h"
#include "core/kernels.h"
#include "tests/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define DECLARE(isa) extern const ml_kernel_table ml_kernels_F32_##isa, ml_kernels_F64_##isa;
DECLARE(base)
#if defined __x86_64__
DECLARE(avx2)
DECLARE(avx512)
#endif

static const struct {
    const char *name;
    const ml_kernel_table *f32, *f64;
} isas[] = {
    { "base", &ml_kernels_F32_base, &ml_kernels_F64_base },
#if defined __x86_64__
    { "avx2", &ml_kernels_F32_avx2, &ml_kernels_F64_avx2 },
    { "avx512", &ml_kernels_F32_avx512, &ml_kernels_F64_avx512 },
#endif
};

static int isa_count(void) /* that this machine can run */
{
    int count = 1;
#if defined __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return count;
    count++;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        count++;
#endif
    return count;
}

/* ---- references ------------------------------------------------------------------------------ */

static const long double pi = 3.14159265358979323846264338327950288L;

static long double exp_ref(long double x)
{
    return expl(x);
}

static long double sigmoid_ref(long double x)
{
    return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
}

static long double rsqrt_ref(long double x)
{
    return 1 / sqrtl(x);
}

/* Newton's method on erf, or on erfc where that is small. */
static long double erfinv_ref(long double x)
{
    long double a = fabsl(x), y = a * 0.88622692545275801364908L;
    if (!(a < 1)) return a == 1 ? copysignl(INFINITY, x) : NAN;
    if (a < 1e-6L) return copysignl(y * (1 + a * a * 0.26179938779914943653855L), x);
    if (a > 0.5L) y = sqrtl(-logl((1 - a) * (1 + a)));
    for (int i = 0; i < 60; i++) {
        long double error = a < 0.5L ? erfl(y) - a : (1 - a) - erfcl(y);
        long double step = error / (2 / sqrtl(pi) * expl(-y * y));
        y -= step / (1 + y * step);
    }
    return copysignl(y, x);
}

/* Recurrence up to 20, asymptotic series, reflection (DLMF 5.5.2, 5.5.4, 5.11.2). */
static long double digamma_ref(long double x)
{
    if (x == 0) return copysignl(INFINITY, -x);
    if (x < 0) {
        long double d = x - rintl(x);
        return d == 0 ? (long double)NAN : digamma_ref(1 - x) - pi * cosl(pi * d) / sinl(pi * d);
    }
    long double sum = 0;
    for (; x < 20; x++) sum -= 1 / x;
    static const long double b[] = { 1.0L / 12,  -1.0L / 120,     1.0L / 252, -1.0L / 240,
                                     1.0L / 132, -691.0L / 32760, 1.0L / 12 };
    long double z = 1 / (x * x), tail = 0;
    for (int i = 6; i >= 0; i--) tail = (tail + b[i]) * z;
    return sum + logl(x) - 0.5L / x - tail;
}

static long double trigamma_ref(long double x)
{
    if (x <= 0) {
        long double d = x - rintl(x), q = pi / sinl(pi * d);
        return d == 0 ? (long double)INFINITY : q * q - trigamma_ref(1 - x);
    }
    if (isinf(x)) return 0;
    long double sum = 0;
    for (; x < 20; x++) sum += 1 / (x * x);
    static const long double b[] = { 1.0L / 6,  -1.0L / 30,     1.0L / 42, -1.0L / 30,
                                     5.0L / 66, -691.0L / 2730, 7.0L / 6 };
    long double w = 1 / x, z = w * w, tail = 0;
    for (int i = 6; i >= 0; i--) tail = (tail + b[i]) * z;
    return sum + w + z / 2 + w * tail;
}

/* ---- functions ------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    int op;
    long double (*reference)(long double);
    double ulp32, ulp64; /* allowed */
    double floor;        /* errors count in ulps of at least this */
} function;

#define F(name, reference, ulp32, ulp64, floor)                                                    \
    {                                                                                              \
#name, ML_OP_##name, reference, ulp32, ulp64, floor                                        \
    }
static const function functions[] = {
    F(exp, exp_ref, 1, 1, 0),
    F(expm1, expm1l, 1.6, 1.6, 0),
    F(exp2, exp2l, 1, 1, 0),
    F(log, logl, 1, 1, 0),
    F(log1p, log1pl, 1, 1, 0),
    F(log2, log2l, .51, .51, 0),
    F(log10, log10l, .51, .51, 0),
    F(sqrt, sqrtl, .5, .5, 0),
    F(rsqrt, rsqrt_ref, 1.5, 1.5, 0),
    F(sin, sinl, .51, 1, 0),
    F(cos, cosl, .51, 1, 0),
    F(tan, tanl, .51, 2.5, 0),
    F(asin, asinl, .51, 1.5, 0),
    F(acos, acosl, .51, 1.5, 0),
    F(atan, atanl, .51, 1.7, 0),
    F(sinh, sinhl, 2.5, 2.5, 0),
    F(cosh, coshl, 1.5, 1.5, 0),
    F(tanh, tanhl, 1.8, 1.8, 0),
    F(asinh, asinhl, .51, 2, 0),
    F(acosh, acoshl, .51, 3, 0),
    F(atanh, atanhl, .51, 2, 0),
    F(sigmoid, sigmoid_ref, 2, 2, 0),
    F(erf, erfl, 1.5, 1.5, 0),
    F(erfc, erfcl, .51, 4, 0),
    F(erfinv, erfinv_ref, .51, 3, 0),
    F(lgamma, lgammal, .51, 4, 4),
    F(digamma, digamma_ref, .51, 8, 4),
    F(trigamma, trigamma_ref, .51, 6, 0),
    F(floor, floorl, 0, 0, 0),
    F(ceil, ceill, 0, 0, 0),
    F(round, rintl, 0, 0, 0),
    F(trunc, truncl, 0, 0, 0),
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const struct {
    const char *name;
    int op;
    long double (*reference)(long double, long double);
    double ulp32, ulp64;
} functions2[] = {
    { "pow", ML_OP_pow, powl, .51, 1 },
    { "atan2", ML_OP_atan2, atan2l, .51, 2 },
    { "hypot", ML_OP_hypot, hypotl, .51, 1.3 },
    { "fmod", ML_OP_fmod, fmodl, 0, 0 },
    { "copysign", ML_OP_copysign, copysignl, 0, 0 },
};

/* ---- numbers --------------------------------------------------------------------------------- */

enum { N = 2048, MODES = 9 };

static const double edges[] = { 0.,
                                -0.,
                                1.,
                                -1.,
                                2.,
                                -2.,
                                3.,
                                -3.,
                                .5,
                                -.5,
                                1.5,
                                -1.5,
                                2.5,
                                -2.5,
                                INFINITY,
                                -INFINITY,
                                NAN,
                                5e-324,
                                -5e-324,
                                0x1p-1022,
                                0x1p-1074,
                                0x1p-126,
                                0x1p-149,
                                -0x1p-149,
                                0x1.fffffffffffffp1023,
                                -0x1.fffffffffffffp1023,
                                0x1.fffffep127,
                                -0x1.fffffep127,
                                709.78,
                                709.79,
                                -745.1,
                                -745.2,
                                88.72,
                                88.73,
                                -87.4,
                                -103.9,
                                -104.1,
                                127.99,
                                128,
                                -149,
                                -150,
                                1023.99,
                                1024,
                                -1022.5,
                                -1074,
                                -1075,
                                -1076,
                                0x1.fffffffffffffp-1,
                                0x1.0000000000001p0,
                                0x1.fffffep-1,
                                0x1.000002p0,
                                1e300,
                                -1e300,
                                1e30,
                                -1e30,
                                1e10,
                                1e-10,
                                -1e-10,
                                1e-300,
                                3.141592653589793,
                                1.5707963267948966,
                                7.853981633974483e-1,
                                6381956970095103. * 0x1p797,
                                16367173. * 0x1p72,
                                1e22,
                                22,
                                710,
                                -710,
                                711,
                                9,
                                11,
                                -11,
                                27,
                                28,
                                0x1p52,
                                0x1p53,
                                0x1p23,
                                -0x1p52,
                                0x1p51 + .5,
                                4503599627370495.5,
                                8388607.5f,
                                .49999999999999994,
                                .49999997f,
                                1e15,
                                2e5,
                                1e18 };
enum { EDGES = sizeof edges / sizeof *edges };

static uint64_t state = 88172645463325252u;

static uint64_t next_bits(void) /* xorshift64 (Marsaglia 2003) */
{
    state ^= state << 13, state ^= state >> 7;
    return state ^= state << 17;
}

static double draw(int mode)
{
    uint64_t bits = next_bits();
    double u = (double)(bits >> 11) * 0x1p-52 - 1; /* [-1, 1) */
    switch (mode) {
    case 0: return ml_from_bits_f64(bits);
    case 1: return u;
    case 2: return 4 * u;
    case 3: return 30 * u;
    case 4: return 750 * u;
    case 5: return exp(40 * u) * (bits & 1 ? 1 : -1);
    case 6: return 1 + .01 * u;
    case 7: return copysign(1 - exp(-36 * fabs(u)), u);
    default: return 1e6 * u;
    }
}

/* N numbers, as double and as float: of one mode, or (the last) all edges. */
static void draw_numbers(int mode, double *x, float *y)
{
    for (int i = 0; i < N; i++) {
        x[i] = mode == MODES ? edges[i % EDGES] : draw(mode);
        y[i] = (float)x[i];
        if (mode == 0) y[i] = ml_from_bits_f32((uint32_t)next_bits());
    }
}

/* ---- ulps ------------------------------------------------------------------------------------ */

/* The error of GOT in units of the last place of a type with DIGITS bits and least exponent LEAST;
** infinite where a nan, an infinity or the sign of a zero is wrong. */
static double ulps(double got, long double want, double floor, int digits, int least)
{
    double near = digits == 24 ? (double)(float)want : (double)want;
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (near == 0 && got == 0) return signbit(near) == signbit(got) ? 0 : INFINITY;
    if (isinf(near) || isinf(got)) return near == got ? 0 : INFINITY;
    double size = fmax(fabs(near), floor);
    int exponent = size == 0 ? least : ilogb(size) - digits + 1;
    return (double)(fabsl((long double)got - want) /
                    ldexpl(1, exponent < least ? least : exponent));
}

static double ulps_f64(double got, long double want, double floor)
{
    return ulps(got, want, floor, 53, -1074);
}

static double ulps_f32(float got, long double want, double floor)
{
    return ulps((double)got, want, floor, 24, -149);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static double x64[N], y64[N], out64[N];
static float x32[N], y32[N], out32[N];

static void run(ml_kernel *kernel, int64_t n, void *out, const void *x, const void *y, int size)
{
    char *p[] = { out, (char *)(uintptr_t)x, (char *)(uintptr_t)y };
    int64_t step[] = { size, size, size };
    kernel(n, p, step);
}

static void check_function(const function *f, const long double *want32, const long double *want64)
{
    for (int isa = 0; isa < isa_count(); isa++) {
        run(isas[isa].f32->at[f->op][ML_FORWARD], N, out32, x32, NULL, 4);
        run(isas[isa].f64->at[f->op][ML_FORWARD], N, out64, x64, NULL, 8);
        for (int i = 0; i < N; i++) {
            double e32 = ulps_f32(out32[i], want32[i], f->floor);
            double e64 = ulps_f64(out64[i], want64[i], f->floor);
            if (!(e32 <= f->ulp32))
                TEST_FAIL("%s %s f32: %a gives %a, %.3g ulp from %.12Lg", f->name, isas[isa].name,
                          (double)x32[i], (double)out32[i], e32, want32[i]);
            if (!(e64 <= f->ulp64))
                TEST_FAIL("%s %s f64: %a gives %a, %.3g ulp from %.21Lg", f->name, isas[isa].name,
                          x64[i], out64[i], e64, want64[i]);
        }
    }
}

TEST("functions of one number stay within their ulps, and are exact at the edges")
{
    static long double want32[N], want64[N];
    for (int mode = 0; mode <= MODES; mode++) {
        draw_numbers(mode, x64, x32);
        for (int f = 0; f < FUNCTIONS && test_failures < 20; f++) {
            for (int i = 0; i < N; i++) {
                want32[i] = functions[f].reference((long double)x32[i]);
                want64[i] = functions[f].reference((long double)x64[i]);
            }
            check_function(&functions[f], want32, want64);
        }
    }
}

static void check_function2(int f)
{
    for (int isa = 0; isa < isa_count(); isa++) {
        run(isas[isa].f32->at[functions2[f].op][ML_FORWARD], N, out32, x32, y32, 4);
        run(isas[isa].f64->at[functions2[f].op][ML_FORWARD], N, out64, x64, y64, 8);
        for (int i = 0; i < N; i++) {
            long double w32 = functions2[f].reference((long double)x32[i], (long double)y32[i]);
            long double w64 = functions2[f].reference((long double)x64[i], (long double)y64[i]);
            if (!(ulps_f32(out32[i], w32, 0) <= functions2[f].ulp32))
                TEST_FAIL("%s %s f32: %a, %a give %a, not %La", functions2[f].name, isas[isa].name,
                          (double)x32[i], (double)y32[i], (double)out32[i], w32);
            if (!(ulps_f64(out64[i], w64, 0) <= functions2[f].ulp64))
                TEST_FAIL("%s %s f64: %a, %a give %a, not %La", functions2[f].name, isas[isa].name,
                          x64[i], y64[i], out64[i], w64);
        }
    }
}

TEST("functions of two numbers stay within their ulps")
{
    for (int f = 0; f < (int)(sizeof functions2 / sizeof *functions2); f++) {
        for (int a = 0; a <= MODES; a++) {
            for (int b = 0; b <= MODES && test_failures < 20; b += 1 + (a + b) % 2) {
                draw_numbers(a, x64, x32);
                draw_numbers(b, y64, y32);
                check_function2(f);
            }
        }
    }
}

TEST("functions of two numbers are exact at all pairs of edges")
{
    for (int f = 0; f < (int)(sizeof functions2 / sizeof *functions2); f++) {
        for (int first = 0; first < EDGES * EDGES && test_failures < 20; first += N) {
            for (int i = 0; i < N; i++) {
                int pair = (first + i) % (EDGES * EDGES);
                x64[i] = edges[pair / EDGES], y64[i] = edges[pair % EDGES];
                x32[i] = (float)x64[i], y32[i] = (float)y64[i];
            }
            check_function2(f);
        }
    }
}

/* Does KERNEL give the same bits for n elements together as for each alone? */
static bool lanes_agree(ml_kernel *kernel, const void *x, const void *y, int size)
{
    char together[8 * 80], alone[8 * 80];
    for (int n = 1; n <= 80; n += n < 20 ? 1 : 15) {
        run(kernel, n, together, x, y, size);
        for (int i = 0; i < n; i++) {
            const char *a = (const char *)x + i * size, *b = (const char *)y + i * size;
            run(kernel, 1, alone + i * size, a, b, size);
        }
        if (memcmp(together, alone, (size_t)(n * size)) != 0) return false;
    }
    return true;
}

TEST("an element's bits do not depend on its place")
{
    for (int mode = 1; mode < MODES; mode++) {
        draw_numbers(mode, x64, x32);
        draw_numbers(1 + mode % 4, y64, y32);
        for (int isa = 0; isa < isa_count(); isa++) {
            for (int f = 0; f < FUNCTIONS + 5; f++) {
                int op = f < FUNCTIONS ? functions[f].op : functions2[f - FUNCTIONS].op;
                const char *name =
                    f < FUNCTIONS ? functions[f].name : functions2[f - FUNCTIONS].name;
                if (!lanes_agree(isas[isa].f32->at[op][ML_FORWARD], x32, y32, 4))
                    TEST_FAIL("%s %s f32: lanes differ", name, isas[isa].name);
                if (!lanes_agree(isas[isa].f64->at[op][ML_FORWARD], x64, y64, 8))
                    TEST_FAIL("%s %s f64: lanes differ", name, isas[isa].name);
            }
        }
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
