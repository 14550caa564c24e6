/* Error functions, gamma functions, hypot and fmod, float and double.
**
** erfc: W. Cody's scaling exp(x^2) erfc(x) in the variable of M. Shepherd and J. Laframboise (Math.
** Comp. 36, 1981); erfinv: the variable and branches of M. Giles, "Approximating the erfinv
** function" (GPU Computing Gems, 2010); gamma: Stirling's series and recurrences (DLMF 5.5, 5.11).
** All polynomials are minimax fits made for this file (Remez). */
#ifndef ML_VECMATH_SPECIAL_H
#define ML_VECMATH_SPECIAL_H

#include "core/vecmath_f32.h"
#include "core/vecmath_trig.h"

/* erfc(a) for a >= 0. */
ML_INLINE double ml_erfc_positive(double a)
{
    a = a > 28 ? 28.0 : a;
    double t = (a - 4) / (a + 4);
    /* (1 + 2 a) exp(a^2) erfc(a) for a in [0, 28], 2^-59 */
    double p = 1.201653418366632131e-9;
    p = ml_horner4_f64(p, t, 1.682898605111629299e-9, -1.408365791560228192e-8,
                       -1.749338302873729126e-8, 1.10352158538769818e-7);
    p = ml_horner4_f64(p, t, 7.414715206704467281e-8, -8.259808270573657069e-7,
                       2.941209142714509568e-7, 5.710202314562429889e-6);
    p = ml_horner4_f64(p, t, -0.00001122215841288348317, -2.439944302466969608e-5,
                       1.506217140007924207e-4, -1.992566256962398264e-4);
    p = ml_horner4_f64(p, t, -7.577732968989354125e-4, 5.031969964971850164e-3,
                       -1.619773405657028469e-2, 3.716751553896376653e-2);
    p = ml_horner4_f64(p, t, -0.0663303658123273135, 9.373283499825718409e-2,
                       -1.010390660362992462e-1, 6.809705425469530248e-2);
    p = ml_horner3_f64(p, t, 0.01537965210261964963, -1.396211168405625353e-1, 1.23299511862555251);
    ml_twofold square = ml_two_product(a, a);
    return p / (1 + 2 * a) * ml_exp_scale(ml_exp_parts(-square.v, -square.e), 0);
}

/* erf(x) for |x| <= 1. */
ML_INLINE double ml_erf_small(double x)
{
    double z = x * x, p = 5.960415365014176035e-11; /* erf(x)/x - 1, 2^-62 */
    p = ml_horner4_f64(p, z, -1.137480060582506525e-9, 1.466028980041461117e-8,
                       -1.635039062499179175e-7, 1.646100796845902668e-6);
    p = ml_horner4_f64(p, z, -1.492559574165118885e-5, 1.205533113173868948e-4,
                       -8.548326981393705574e-4, 5.223977624827904726e-3);
    p = ml_horner4_f64(p, z, -0.0268661706450778241, 0.1128379167095488422, -0.3761263890318374817,
                       0.1283791670955125738);
    return ml_fma_f64(x, p, x);
}

ML_INLINE double ml_erf_f64(double x)
{
    double a = ml_fabs_f64(x), inner = ml_erf_small(x), outer = 1 - ml_erfc_positive(a);
    return a < 1 ? inner : ml_copysign_f64(outer, x);
}

ML_INLINE double ml_erfc_f64(double x)
{
    double inner = 1 - ml_erf_small(x), right = ml_erfc_positive(ml_fabs_f64(x));
    double left = 2 - right, outer = x < 0 ? left : right;
    return ml_fabs_f64(x) < 0.5 ? inner : outer;
}

ML_INLINE float ml_erf_f32(float x)
{
    float a = ml_fabs_f32(x), z = x * x;
    float p = 0x1.5b4de0p-14f; /* erf(x)/x - 1 on [0, 0.94], 2^-30 */
    p = ml_horner3_f32(p, z, -0x1.a9d212p-11f, 0x1.54bce4p-8f, -0x1.b80d94p-6f);
    p = ml_horner3_f32(p, z, 0x1.ce2e00p-4f, -0x1.812742p-2f, 0x1.06eba8p-3f);
    float inner = ml_fma_f32(x, p, x);
    float b = a > 4.05f ? 4.05f : a, q = 0x1.25939cp-16f; /* -log erfc(b) on [0.9, 4.05], 2^-29 */
    q = ml_horner4_f32(q, b, -0x1.960644p-12f, 0x1.009c9ap-8f, -0x1.8f7904p-6f, 0x1.b67a7cp-4f);
    q = ml_horner3_f32(q, b, 0x1.44e190p-1f, 0x1.20ff98p+0f, -0x1.634ea0p-15f);
    float outer = 1 - ml_exp_f32(-q);
    return a < 0.92f ? inner : ml_copysign_f32(outer, x);
}

ML_INLINE float ml_erfc_f32(float x)
{
    return (float)ml_erfc_f64((double)x);
}

/* erfinv(x) / x as a function of w = -log(1 - x^2): three branches, all evaluated. */
ML_INLINE double ml_erfinv_ratio(double w)
{
    double t = w - 3.125, p = -3.004673427494464694e-22; /* w < 6.25, 2^-58 */
    p = ml_horner4_f64(p, t, 3.218540133533079153e-21, 1.655592887459400813e-20,
                       -3.48720584997068634e-19, 6.952729567705930591e-19);
    p = ml_horner4_f64(p, t, 1.554417481706096212e-17, -1.234434816872114697e-16,
                       -3.986454088781535346e-17, 6.533297798383297973e-15);
    p = ml_horner4_f64(p, t, -4.001600811028140465e-14, -8.079267461743153386e-14,
                       2.630504041535466336e-12, -1.297850505321619248e-11);
    p = ml_horner4_f64(p, t, -5.414294829176699889e-11, 1.051222568998131016e-9,
                       -4.11266063837356743e-9, -2.907038989864158265e-8);
    p = ml_horner4_f64(p, t, 4.234788171143878484e-7, -1.365469177261510697e-6,
                       -1.388252339419271035e-5, 1.867342080205284625e-4);
    p = ml_horner4_f64(p, t, -7.407025341545559294e-4, -6.033670871426996257e-3,
                       0.2401581824255883329, 1.653654562683102717);
    double s = ml_sqrt_f64(w), u = s - 3.25, q = 7.526514668182989712e-9; /* w < 16, 2^-59 */
    q = ml_horner4_f64(q, u, -1.528552118925077087e-8, -2.048471093339835093e-8,
                       1.31532998910170686e-7, -2.460087627486557287e-7);
    q = ml_horner4_f64(q, u, -2.755625123920146544e-8, 1.48193331174856187e-6,
                       -3.985743749795335563e-6, 2.932445332240371727e-6);
    q = ml_horner4_f64(q, u, 1.246504215815156976e-5, -4.732064801125550912e-5,
                       6.828711429096434129e-5, 2.403150799598982197e-5);
    q = ml_horner4_f64(q, u, -3.55037813380088673e-4, 9.532893419958624269e-4,
                       -1.688275535477492137e-3, 2.491442097938911929e-3);
    q = ml_horner4_f64(q, u, -3.751208508223815164e-3, 5.370914553555335635e-3,
                       1.005258967694165374, 3.083885610492220675);
    double v = s - 5, r = 4.998037288636784882e-12; /* s < 6.1, 2^-59 */
    r = ml_horner4_f64(r, v, -2.042417584413356336e-11, 1.89729754610026386e-11,
                       6.971016811203227497e-11, -3.893479825307721558e-10);
    r = ml_horner4_f64(r, v, 1.315752093201093133e-9, -3.524686357822612947e-9,
                       7.821642912977096494e-9, -1.52198558506838387e-8);
    r = ml_horner4_f64(r, v, 2.901854979069304251e-8, -6.757028874299453859e-8,
                       2.290528461118242438e-7, -9.93026063612232643e-7);
    r = ml_horner4_f64(r, v, 4.52605252100145451e-6, -1.968177112438981364e-5,
                       7.599527809731532398e-5, -2.150301198032755027e-4);
    r = ml_horner3_f64(r, v, -1.387193183801708208e-4, 1.01030046486454493, 4.849906401408584342);
    double y = w < 16 ? q : r;
    return w < 6.25 ? p : y;
}

ML_INLINE double ml_erfinv_f64(double x)
{
    double y = x * ml_erfinv_ratio(-ml_log_f64((1 - x) * (1 + x)));
    return ml_fabs_f64(x) == 1 ? ml_copysign_f64(ML_INFD, x) : y;
}

ML_INLINE float ml_erfinv_f32(float x)
{
    return (float)ml_erfinv_f64((double)x);
}

/* sin and cos of pi x, as ml_circle_f64 gives them of x; exact at multiples of 1/2. */
ML_INLINE ml_circle ml_circle_pi_f64(double x)
{
    double turn = x - 2 * ml_round_f64(0.5 * x), k = ml_rint_small_f64(2 * turn);
    double f = 2 * turn - k;
    ml_twofold r = ml_two_product(f, ML_PI_2);
    r.e = ml_fma_f64(f, ML_PI_2_LOW, r.e);
    return (ml_circle){ ml_sin_poly(r.v, r.e), ml_cos_poly(r.v, r.e), k };
}

/* log gamma(1 + f) for f in [0, 1]; it is 0 at both ends, and relatively accurate there. */
ML_INLINE double ml_lgamma_middle(double f)
{
    double t = f - 0.5, p = -8.199266005150671861e-6; /* log gamma(1 + f) / (f (f - 1)), 2^-59 */
    p = ml_horner4_f64(p, t, 1.2148933291219143e-5, -7.779757415000827823e-6,
                       1.317488320732891736e-5, -2.752506961904968526e-5);
    p = ml_horner4_f64(p, t, 4.303358507356857303e-5, -6.603962773574225705e-5,
                       1.053533926331193306e-4, -1.689374405339740633e-4);
    p = ml_horner4_f64(p, t, 2.713140456347489073e-4, -4.379906860745000733e-4,
                       7.115190338540882253e-4, -1.164414766997024047e-3);
    p = ml_horner4_f64(p, t, 1.922916315035503699e-3, -3.212074065356965764e-3,
                       5.446457839040165853e-3, -9.425622448736429932e-3);
    p = ml_horner4_f64(p, t, 1.679709863127582685e-2, -3.130848750100821488e-2,
                       6.291140107456437949e-2, -1.459598959143060909e-1);
    p = ml_fma_f64(p, t, 4.8312895054098089e-1);
    return f * (f - 1) * p;
}

/* gamma's argument y stepped down towards [1, 2], and the product of the steps. */
typedef struct {
    double y, product;
} ml_gamma_steps;

ML_INLINE ml_gamma_steps ml_gamma_down(ml_gamma_steps g)
{
    double y = g.y - 1, product = g.product * y;
    return (ml_gamma_steps){ g.y > 2 ? y : g.y, g.y > 2 ? product : g.product };
}

/* log gamma(x), x > 0: below 8 by steps to [1, 2], above by Stirling's series. */
ML_INLINE double ml_lgamma_positive(double x)
{
    ml_gamma_steps g = { x, 1 };
    g = ml_gamma_down(ml_gamma_down(ml_gamma_down(g)));
    g = ml_gamma_down(ml_gamma_down(ml_gamma_down(g)));
    double product = x < 1 ? x : g.product;
    double log = ml_log_f64(x < 8 ? product : x), signed_log = x < 1 ? -log : log;
    double w = 1 / x, z = w * w, p = 1.796443723688305731e-1;
    p = ml_horner4_f64(p, z, -2.955065359477124183e-2, 6.410256410256410256e-3,
                       -1.917526917526917527e-3, 8.417508417508417508e-4);
    p = ml_horner4_f64(p, z, -5.952380952380952381e-4, 7.936507936507936508e-4,
                       -2.777777777777777778e-3, 8.333333333333333333e-2);
    /* (x - 1/2)(log x - 1) + (log(2 pi) - 1)/2 + series */
    double stirling = ml_fma_f64(x - 0.5, log - 1, ml_fma_f64(w, p, 0.4189385332046727418));
    double fraction = g.y - 1;
    double small = ml_lgamma_middle(x < 1 ? x : fraction) + signed_log;
    double y = x < 8 ? small : stirling;
    return x == ML_INFD ? x : y;
}

/* log |gamma(x)|; inf at 0, -1, -2, ... and at both infinities. */
ML_INLINE double ml_lgamma_f64(double x)
{
    double a = ml_fabs_f64(x), mirror = 1 - x;
    double y = ml_lgamma_positive(x < 0 ? mirror : x);
    double sine = ml_fabs_f64(ml_circle_pick(ml_circle_pi_f64(x), 0)) * 0x1.45f306dc9c883p-2;
    double left = -ml_log_f64(a < 0x1p-60 ? a : sine) - y;
    left = sine == 0 && a > 0x1p-60 ? ML_INFD : left;
    double r = x < 0 ? left : y;
    return a == ML_INFD ? a : r;
}

/* The numerator and denominator of 1/x + 1/(x + 1) + ..., and the x reached. */
typedef struct {
    double x, num, den;
} ml_digamma_steps;

ML_INLINE ml_digamma_steps ml_digamma_up(ml_digamma_steps g)
{
    double x = g.x + 1, num = ml_fma_f64(g.num, g.x, g.den), den = g.den * g.x;
    return (ml_digamma_steps){ g.x < 8 ? x : g.x, g.x < 8 ? num : g.num, g.x < 8 ? den : g.den };
}

/* The logarithmic derivative of gamma: -inf at 0 (+inf at -0), nan at -1, -2, ... */
ML_INLINE double ml_digamma_f64(double x)
{
    double mirror = 1 - x, a = x < 0 ? mirror : x, first = 1 / a, next = a + 1;
    ml_digamma_steps g = { a < 8 ? next : a, 0, 1 };
    g = ml_digamma_up(ml_digamma_up(ml_digamma_up(ml_digamma_up(g))));
    g = ml_digamma_up(ml_digamma_up(ml_digamma_up(g)));
    double w = 1 / g.x, z = w * w, p = 3.053954330270119744;
    p = ml_horner4_f64(p, z, -4.432598039215686275e-1, 8.333333333333333333e-2,
                       -2.109279609279609280e-2, 7.575757575757575758e-3);
    p = ml_horner4_f64(p, z, -4.166666666666666667e-3, 3.968253968253968254e-3,
                       -8.333333333333333333e-3, 8.333333333333333333e-2);
    double y = ml_log_f64(g.x) - ml_fma_f64(z, p, 0.5 * w) - g.num / g.den;
    y -= a < 8 ? first : 0.0;
    ml_circle c = ml_circle_pi_f64(x);
    double sine = ml_circle_pick(c, 0), cosine = ml_circle_pick(c, 1);
    double left = y - 2 * ML_PI_2 * cosine / sine;
    left = sine == 0 ? ML_NAND : left;
    double r = x < 0 ? left : y;
    r = x == 0 ? -ml_copysign_f64(ML_INFD, x) : r;
    return x == ML_INFD ? x : r;
}

/* One step of 1/x^2 + 1/(x + 1)^2 + ... towards x >= 8. */
ML_INLINE ml_digamma_steps ml_trigamma_up(ml_digamma_steps g)
{
    double x = g.x + 1, z = g.x * g.x, num = ml_fma_f64(g.num, z, g.den), den = g.den * z;
    return (ml_digamma_steps){ g.x < 8 ? x : g.x, g.x < 8 ? num : g.num, g.x < 8 ? den : g.den };
}

/* The derivative of digamma; inf at 0, -1, -2, ... */
ML_INLINE double ml_trigamma_f64(double x)
{
    double mirror = 1 - x, a = x < 0 ? mirror : x, first = 1 / (a * a), next = a + 1;
    ml_digamma_steps g = { a < 8 ? next : a, 0, 1 };
    g = ml_trigamma_up(ml_trigamma_up(ml_trigamma_up(ml_trigamma_up(g))));
    g = ml_trigamma_up(ml_trigamma_up(ml_trigamma_up(g)));
    double w = 1 / g.x, z = w * w, p = 5.497117794486215539e1; /* Bernoulli numbers */
    p = ml_horner4_f64(p, z, -7.092156862745098039, 1.166666666666666667, -2.531135531135531136e-1,
                       7.575757575757575758e-2);
    p = ml_horner4_f64(p, z, -3.333333333333333333e-2, 2.380952380952380952e-2,
                       -3.333333333333333333e-2, 1.666666666666666667e-1);
    double y = ml_fma_f64(z, ml_fma_f64(w, p, 0.5), w) + g.num / g.den + (a < 8 ? first : 0.0);
    double sine = ml_circle_pick(ml_circle_pi_f64(x), 0), t = 2 * ML_PI_2 / sine;
    double left = t * t - y;
    return x < 0 ? left : y;
}

ML_INLINE float ml_trigamma_f32(float x)
{
    return (float)ml_trigamma_f64((double)x);
}

ML_INLINE float ml_lgamma_f32(float x)
{
    return (float)ml_lgamma_f64((double)x);
}

ML_INLINE float ml_digamma_f32(float x)
{
    return (float)ml_digamma_f64((double)x);
}

/* sqrt(x^2 + y^2) without overflow on the way; inf if either is infinite, even beside nan. */
ML_INLINE double ml_hypot_f64(double x, double y)
{
    double a = ml_fabs_f64(x), b = ml_fabs_f64(y);
    double big = a > b ? a : b, down = 1, up = 1;
    down = big > 0x1p500 ? 0x1p-600 : down;
    up = big > 0x1p500 ? 0x1p600 : up;
    down = big < 0x1p-450 ? 0x1p600 : down;
    up = big < 0x1p-450 ? 0x1p-600 : up;
    a *= down;
    b *= down;
    double r = ml_sqrt_f64(ml_fma_f64(a, a, b * b)) * up;
    r = a == ML_INFD ? a : r;
    return b == ML_INFD ? b : r;
}

ML_INLINE float ml_hypot_f32(float x, float y)
{
    double a = (double)x, b = (double)y, r = ml_sqrt_f64(a * a + b * b);
    r = ml_fabs_f64(a) == ML_INFD ? ML_INFD : r;
    return (float)(ml_fabs_f64(b) == ML_INFD ? ML_INFD : r);
}

/* x - trunc(x/y) y, exactly.  The one function here with a branch, so loops over it stay scalar: a
** quotient of more than 52 bits needs libm's long division, which is exact too. */
ML_INLINE double ml_fmod_f64(double x, double y)
{
    double a = ml_fabs_f64(x), b = ml_fabs_f64(y);
    if (!(a < 0x1p52 * b && b > 0x1p-900 && b < 0x1p900)) return __builtin_fmod(x, y);
    ml_twofold p = ml_two_product(ml_floor_f64(a / b), b);
    double r = (a - p.v) - p.e;
    return ml_copysign_f64(r < 0 ? r + b : r, x); /* the quotient may have been rounded up */
}

ML_INLINE float ml_fmod_f32(float x, float y)
{
    return (float)ml_fmod_f64((double)x, (double)y);
}

#endif
