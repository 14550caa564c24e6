/* Exponentials, logarithms, powers and hyperbolic functions of double.
**
** Reductions and compensated forms follow W. J. Cody and W. Waite, "Software Manual for the
** Elementary Functions" (1980), and P. T. P. Tang's papers on exp, expm1 and log (ACM TOMS
** 1989-1992); twofold arithmetic follows T. J. Dekker (1971).  The polynomials are minimax fits
** made for this file with the Remez exchange algorithm; a comment at each gives its interval and
** error. */
#ifndef ML_VECMATH_F64_H
#define ML_VECMATH_F64_H

#include "core/vecmath_base.h"

#define ML_LN2   0x1.62e42fefa39efp-1
#define ML_LOG2E 0x1.71547652b82fep+0
/* ln 2 = ML_LN2_HIGH + ML_LN2_LOW; 42 bits of it, so that products with exponents are exact. */
#define ML_LN2_HIGH 0x1.62e42fefa3800p-1
#define ML_LN2_LOW  0x1.ef35793c76730p-45

/* exp(x) = (1 + m + low) 2^k, |m| < 0.42; low is what rounding m lost. */
typedef struct {
    double m, low, k;
} ml_exponential;

/* exp(x + low) for |x| < 2000 and low below an ulp or so of x. */
ML_INLINE ml_exponential ml_exp_parts(double x, double low)
{
    double k = ml_fma_f64(x, ML_LOG2E, 0x1.8p52) - 0x1.8p52;
    double h = ml_fma_f64(-k, ML_LN2_HIGH, x), l = ml_fma_f64(k, ML_LN2_LOW, -low);
    double r = h - l, tail = (h - r) - l;
    /* (exp(r) - 1 - r) / r^2 on +-0.35, 2^-61.6 */
    double p = 2.092545650392823384e-9;
    p = ml_horner4_f64(p, r, 2.511017329123304687e-8, 2.75572395375370914e-7,
                       2.75572411848319445e-6, 2.480158736418177248e-5);
    p = ml_horner3_f64(p, r, 1.984126988886589122e-4, 1.388888888886515724e-3,
                       8.333333333320668814e-3);
    p = ml_horner3_f64(p, r, 4.166666666666670406e-2, 1.66666666666666776e-1, 0.5);
    double rest = ml_fma_f64(r * r, p, tail), m = r + rest;
    return (ml_exponential){ m, (r - m) + rest, k };
}

/* (1 + e.m) 2^(e.k + n), rounded once even where it is subnormal; k + n in [-2000, 2000]. */
ML_INLINE double ml_exp_scale(ml_exponential e, double n)
{
    double k = e.k + n, half = ml_rint_small_f64(0.5 * k);
    return (1 + e.m) * ml_pow2_f64(half) * ml_pow2_f64(k - half);
}

ML_INLINE double ml_clamp_f64(double x, double low, double high)
{
    double y = x > high ? high : x;
    return y < low ? low : y;
}

ML_INLINE double ml_exp_f64(double x)
{
    return ml_exp_scale(ml_exp_parts(ml_clamp_f64(x, -746, 710), 0), 0);
}

ML_INLINE double ml_exp2_f64(double x)
{
    double y = ml_clamp_f64(x, -1076, 1025), k = ml_rint_small_f64(y);
    ml_twofold r = ml_two_product(y - k, ML_LN2);
    ml_exponential e = ml_exp_parts(r.v, r.e + (y - k) * 0x1.abc9e3b39803fp-56);
    return ml_exp_scale(e, k);
}

/* exp(x) - 1 from the parts of exp(x), k in [-64, 1024]. */
ML_INLINE double ml_expm1_scale(ml_exponential e)
{
    double s = ml_pow2_f64(e.k - 1);
    return 2 * ml_fma_f64(s, e.m, s - 0.5);
}

ML_INLINE double ml_expm1_f64(double x)
{
    double y = ml_expm1_scale(ml_exp_parts(ml_clamp_f64(x, -40, 710), 0));
    return ml_fabs_f64(x) < 0x1p-54 ? x : y;
}

/* x = m 2^k with m in [sqrt(1/2), sqrt(2)), for finite x > 0. */
typedef struct {
    double m, k;
} ml_split;

ML_INLINE ml_split ml_split_f64(double x)
{
    double up = x * 0x1p54, shift = x < 0x1p-1022 ? 54 + 1023.0 : 1023.0;
    /* Adding (1 - sqrt(1/2)) in the mantissa's place carries into the exponent from sqrt(2) on. */
    uint64_t u = ml_bits_f64(x < 0x1p-1022 ? up : x) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    uint64_t m = (u & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu;
    double k = ml_from_bits_f64((u >> 52) | 0x4330000000000000u) - 0x1p52;
    return (ml_split){ ml_from_bits_f64(m), k - shift };
}

/* log(1 + f) + k ln 2 + low, for 1 + f in [sqrt(1/2), sqrt(2)). */
ML_INLINE double ml_log_parts(double f, double k, double low)
{
    double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
    /* (2 atanh(s) - 2 s) / (s z), z = s^2 in [0, 0.0297], 2^-65 */
    double p = 0.1326468730063074984;
    p = ml_horner4_f64(p, z, 0.1324868428447786467, 0.1538715236101117946, 0.1818177431631114785,
                       0.222222226626356768);
    p = ml_horner3_f64(p, z, 0.2857142856899055521, 0.4000000000000649647, 0.666666666666666608);
    double tail = ml_fma_f64(s, ml_fma_f64(z, p, half), ml_fma_f64(k, ML_LN2_LOW, low));
    return ml_fma_f64(k, ML_LN2_HIGH, f - (half - tail));
}

/* The value y of a logarithm at x > 0, or what logarithms have at 0, inf, nan and below 0. */
ML_INLINE double ml_log_edges_f64(double x, double y)
{
    y = x < ML_INFD ? y : x; /* inf and nan */
    y = x > 0 ? y : x == 0 ? -ML_INFD : ML_NAND;
    return y;
}

ML_INLINE double ml_log_f64(double x)
{
    ml_split a = ml_split_f64(x);
    return ml_log_edges_f64(x, ml_log_parts(a.m - 1, a.k, 0));
}

/* log(1 + x) + extra, x > -1 and finite: the rounding error c of 1 + x enters as log(u + c) = log u
** + c / u. */
ML_INLINE double ml_log1p_parts(double x, double extra)
{
    double u = 1 + x, a = x - (u - 1), b = 1 - (u - x);
    double c = x > 1 ? b : a;
    ml_split p = ml_split_f64(u);
    return ml_log_parts(p.m - 1, p.k + extra, c / u);
}

ML_INLINE double ml_log1p_f64(double x)
{
    double y = ml_log_edges_f64(1 + x, ml_log1p_parts(x, 0));
    return ml_fabs_f64(x) < 0x1p-54 ? x : y;
}

/* log(m) as a twofold, relative error 2^-66, m in [sqrt(1/2), sqrt(2)):
** 2 s (1 + z/3 + z^2 Q(z)) with s = (m - 1)/(m + 1), z = s^2. */
ML_INLINE ml_twofold ml_log_twofold(double m)
{
    double f = m - 1;
    ml_twofold g = ml_two_sum(m, 1);
    double s = f / g.v;
    ml_twofold sg = ml_two_product(s, g.v);
    double sl = ((f - sg.v) - sg.e - s * g.e) / g.v;
    ml_twofold z = ml_two_product(s, s);
    z.e = ml_fma_f64(2 * s, sl, z.e);
    /* (atanh(s)/s - 1 - z/3) / z^2 on [0, 0.0297], 2^-73 */
    double q = 0.05982891903569283916;
    q = ml_horner4_f64(q, z.v, 0.05839049206028991183, 0.06668063195062035519,
                       0.07692281394325821451, 0.09090909382876090952);
    q = ml_horner3_f64(q, z.v, 0.1111111110929017229, 0.1428571428571986549, 0.1999999999999999416);
    ml_twofold t = ml_fast_two_sum(0x1.5555555555555p-2, z.v * q);
    t.e += 0x1.5555555555555p-56;
    ml_twofold u = ml_two_product(z.v, t.v);
    u.e += z.v * t.e + z.e * t.v;
    ml_twofold v = ml_fast_two_sum(1, u.v);
    v.e += u.e;
    ml_twofold w = ml_two_product(2 * s, v.v);
    w.e += 2 * (s * v.e + sl * v.v);
    return ml_fast_two_sum(w.v, w.e);
}

/* log(x) as a twofold, for finite x > 0. */
ML_INLINE ml_twofold ml_log_precise(double x)
{
    ml_split a = ml_split_f64(x);
    ml_twofold w = ml_log_twofold(a.m), h = ml_fast_two_sum(a.k * ML_LN2_HIGH, w.v);
    return ml_fast_two_sum(h.v, h.e + ml_fma_f64(a.k, ML_LN2_LOW, w.e));
}

/* log(x) in another base: k * (high + low) + scale * log(m). */
ML_INLINE double ml_log_base(double x, double high, double low, double scale, double scale_low)
{
    ml_split a = ml_split_f64(x);
    ml_twofold w = ml_log_twofold(a.m), p = ml_two_product(w.v, scale);
    p.e += ml_fma_f64(w.v, scale_low, w.e * scale);
    ml_twofold h = ml_fast_two_sum(a.k * high, p.v);
    return ml_log_edges_f64(x, h.v + (h.e + ml_fma_f64(a.k, low, p.e)));
}

ML_INLINE double ml_log2_f64(double x)
{
    return ml_log_base(x, 1, 0, ML_LOG2E, 0x1.777d0ffda0d24p-56);
}

ML_INLINE double ml_log10_f64(double x)
{
    return ml_log_base(x, 0x1.34413509f7800p-2, 0x1.fef311f12b358p-46, 0x1.bcb7b1526e50ep-2,
                       0x1.95355baaafad3p-57);
}

/* pow(x, y) from r = pow(|x|, y) for finite non-zero x and finite y: signs and edges of C17
** F.10.4.4. */
ML_INLINE double ml_pow_edges(double x, double y, double r)
{
    double a = ml_fabs_f64(x), half = 0.5 * y;
    double even = ml_round_f64(half) == half ? 1.0 : 0.0; /* an even integer, or infinite */
    double integral = ml_round_f64(y) == y ? 1.0 : 0.0;
    double at_zero = y < 0 ? ML_INFD : 0.0, at_inf = y < 0 ? 0.0 : ML_INFD;
    double above = y > 0 ? ML_INFD : 0.0, below = y > 0 ? 0.0 : ML_INFD;
    double y_inf = a > 1 ? above : below;
    y_inf = a == 1 ? 1.0 : y_inf;
    r = a == 0 ? at_zero : r;
    r = a == ML_INFD ? at_inf : r;
    r = ml_fabs_f64(y) == ML_INFD ? y_inf : r;
    /* a negative x, minus zero too: the sign of odd powers, nan where y is not an integer */
    double odd = integral - even, signed_r = odd > 0 ? ml_copysign_f64(r, x) : r;
    double undefined = x < 0 ? 1.0 - integral : 0.0;
    undefined = a == ML_INFD ? 0.0 : undefined;
    r = undefined > 0 ? ML_NAND : signed_r;
    r = x != x ? x : r;
    r = y != y ? y : r;
    r = x == 1 ? 1.0 : r;
    return y == 0 ? 1.0 : r;
}

ML_INLINE double ml_pow_f64(double x, double y)
{
    ml_twofold l = ml_log_precise(ml_fabs_f64(x));
    /* Beyond y = 2^70 every power but those of 1 has left the range; products stay finite. */
    double v = ml_clamp_f64(y, -0x1p70, 0x1p70);
    ml_twofold p = ml_two_product(v, l.v);
    double low = ml_fma_f64(v, l.e, p.e);
    double e = ml_clamp_f64(p.v, -760, 720);
    low = e == p.v ? low : 0.0;
    return ml_pow_edges(x, y, ml_exp_scale(ml_exp_parts(e, low), 0));
}

ML_INLINE double ml_sigmoid_f64(double x)
{
    double e = ml_exp_f64(-ml_fabs_f64(x)), d = 1 + e, lost = (1 - d) + e;
    double y = (x < 0 ? e : 1.0) / d, other = 1 - y;
    /* 1/d is y, or 1 - y below 0 */
    return y - y * lost * (x < 0 ? other : y);
}

ML_INLINE double ml_tanh_f64(double x)
{
    double a = ml_fabs_f64(x);
    ml_exponential e = ml_exp_parts(2 * (a > 22 ? 22.0 : a), 0);
    double t = ml_expm1_scale(e), d = t + 2, lost = t - (d - 2);
    double y = t / d; /* 1/d is (1 - y)/2 */
    double near = 0.5 - 0.5 * y;
    near = a < 1 ? near : 0.0; /* beyond, t / d is good enough */
    y += (4 * ml_pow2_f64(e.k - 1) * e.low * near - y * lost) * near;
    return ml_copysign_f64(y, x);
}

ML_INLINE double ml_sinh_f64(double x)
{
    ml_exponential e = ml_exp_parts(ml_clamp_f64(ml_fabs_f64(x), 0, 711), 0);
    ml_exponential small = e;
    small.k = e.k > 60 ? 60.0 : e.k;
    double t = ml_expm1_scale(small), y = 0.5 * (t + t / (t + 1)), big = ml_exp_scale(e, -1);
    y = e.k > 32 ? big : y;
    return ml_fabs_f64(x) < 0x1p-28 ? x : ml_copysign_f64(y, x);
}

ML_INLINE double ml_cosh_f64(double x)
{
    ml_exponential e = ml_exp_parts(ml_clamp_f64(ml_fabs_f64(x), 0, 711), 0);
    double h = ml_exp_scale(e, -1);
    return h + 0.25 / h;
}

ML_INLINE double ml_asinh_f64(double x)
{
    double a = ml_fabs_f64(x), s = a * a, big = a - 1;
    double u = a + s / (1 + ml_sqrt_f64(s + 1));
    double y = ml_log1p_parts(a > 0x1p28 ? big : u, a > 0x1p28 ? 1.0 : 0.0);
    y = a < ML_INFD ? y : a;
    return a < 0x1p-28 ? x : ml_copysign_f64(y, x);
}

ML_INLINE double ml_acosh_f64(double x)
{
    double t = x - 1, u = t + ml_sqrt_f64(t * (t + 2));
    double y = ml_log1p_parts(x > 0x1p28 ? t : u, x > 0x1p28 ? 1.0 : 0.0);
    y = x < ML_INFD ? y : x;
    return x < 1 ? ML_NAND : y;
}

ML_INLINE double ml_atanh_f64(double x)
{
    double a = ml_fabs_f64(x);
    double y = 0.5 * ml_log1p_f64(2 * a / (1 - a));
    return a < 0x1p-28 ? x : ml_copysign_f64(y, x);
}

#endif
