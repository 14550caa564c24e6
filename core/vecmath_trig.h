/* Trigonometric functions and their inverses, float and double.
**
** Arguments are reduced as M. Payne and R. Hanek do (SIGNUM Newsletter 18, 1983): x 2/pi modulo 4
** from as many bits of 2/pi as matter to an x of that size, so every finite argument is reduced
** exactly enough, 1e300 as well as 1.  Polynomials are minimax fits made for this file (Remez). */
#ifndef ML_VECMATH_TRIG_H
#define ML_VECMATH_TRIG_H

#include "core/vecmath_base.h"

#define ML_PI_2     0x1.921fb54442d18p+0 /* pi/2 */
#define ML_PI_2_LOW 0x1.1a62633145c07p-54
#define ML_TAN_PI_8 0x1.a827999fcef32p-2

/* 2^(32 j) 2/pi modulo 4 (row 0: 2/pi itself) as four doubles, [i][j]. */
static const double ml_two_over_pi[4][31] = {
    { 0x1.45f306dc9c883p-1,  -0x1.b1bbead603d8bp+0, 0x1.fc2757d1f534ep+0,  0x1.f534ddc0db629p+0,
      0x1.b6c52b3278872p-1,  0x1.3c439041fe516p+0,  0x1.fe5163abdebbcp+0,  -0x1.0a21d4f246dc9p-3,
      0x1.b7246e3a424ddp+0,  -0x1.bdb22d1ff9b6dp+0, 0x1.924bba8274648p-6,  -0x1.f62e6de301e21p+0,
      0x1.fc3bd63962535p-1,  0x1.62534e7dd1047p-1,  -0x1.177dca0ad144cp+0, 0x1.2ebb4484e99c7p+0,
      0x1.d338e04d68bf0p-1,  -0x1.4ba081bec66e3p+0, 0x1.3991d63983534p+0,  0x1.835339f49c846p+0,
      0x1.3908bf177bf25p-1,  -0x1.081b5f13801dap-2, -0x1.c00ed00043f4dp-1, -0x1.0fd33f8086877p-3,
      -0x1.0d0ee74a5f593p-4, -0x1.4beb25c125930p-1, -0x1.25930261b069fp-1, -0x1.b069ec9161738p-1,
      -0x1.61738132c3403p-1, -0x1.61a015d28ad84p+0, 0x1.7527bac7ebe5fp+0 },
    { -0x1.6b01ec5417056p-55, 0x1.f47d4d377036ep-54,  -0x1.1f924eb53361ep-55,
      0x1.664f10e4107f9p-54,  0x1.07f9458eaf7afp-58,  0x1.d5ef5de2b0db9p-55,
      0x1.586dc91b8e909p-54,  0x1.d2126e9700325p-59,  0x1.700324977504fp-55,
      -0x1.15f62e6de301ep-56, 0x1.cfe1deb1cb12ap-60,  -0x1.38d3b5963045ep-54,
      -0x1.822efb9415a29p-57, -0x1.0568a25dbd8b3p-55, 0x1.213a671c09ad1p-54,
      0x1.35a2fbf209cc9p-59,  -0x1.bec66e29c67cbp-56, 0x1.8e60d4ce7d272p-54,
      -0x1.82d8dee81d108p-54, -0x1.d1081b5f13802p-58, 0x1.d8ffc4bffef03p-59,
      -0x1.0fd33f8086877p-67, 0x1.fde5e2316b415p-61,  -0x1.d297d64b824b2p-58,
      0x1.f6d367ecf27cbp-60,  -0x1.30d834f648b0cp-56, 0x1.b74f463f669e6p-56,
      -0x1.32c3402ba515bp-57, 0x1.16ba93dd63f5fp-55,  -0x1.4e050683a130cp-54,
      0x1.7b3d0739f78a5p-56 },
    { -0x1.6447e493ad4cep-109, -0x1.d6a66c3bc6fbep-108, 0x1.c820ff28b1d5fp-111,
      0x1.163abdebbc562p-108,  -0x1.d4f246dc8e2dfp-115, 0x1.1b8e909374b80p-110,
      0x1.ba5c00c925dd4p-109,  -0x1.a22bec5cdbc60p-113, -0x1.cdbc603c429c7p-109,
      -0x1.0a71a76b2c609p-111, -0x1.63045df7282b4p-114, 0x1.1afa975da2427p-111,
      0x1.a24274ce38136p-111,  -0x1.c7eca5d040df6p-111, 0x1.f7e413991d63ap-108,
      -0x1.4e33e566305b2p-115, 0x1.9cfa4e422fc5ep-111,  0x1.17e2ef7e4a0ecp-110,
      -0x1.b5f13801da001p-110, 0x1.2fffbc0b301fep-113,  -0x1.9fc04343b9d29p-114,
      -0x1.d297d64b824b2p-122, -0x1.2e092c98130d8p-116, -0x1.8130d834f648bp-112,
      0x1.36e9e8c7ecd3dp-117,  0x1.8fd9a797fa8b6p-110,  -0x1.5d28ad8453814p-116,
      -0x1.14e050683a131p-114, 0x1.7c5ecf41ce7dep-110,  0x1.ce7de294a4baap-110,
      0x1.497535fdafd89p-111 },
    { 0x1.e21c820ff28b2p-163,  -0x1.ae9c5421443aap-168, -0x1.443a9e48db91cp-168,
      -0x1.236e4716f6c8bp-162, 0x1.374b801924bbbp-170,  0x1.924bba8274648p-166,
      0x1.3a32439fc3bd6p-165,  -0x1.e214e34ed658cp-168, 0x1.894d39f74411bp-163,
      0x1.1046bea5d7689p-165,  -0x1.44bb7b16638fep-168, 0x1.338e04d68befdp-165,
      -0x1.741037d8cdc54p-165, -0x1.9b8a719f2b318p-166, -0x1.f2b3182d8dee8p-162,
      0x1.08bf177bf2507p-169,  -0x1.036be27003b40p-167, 0x1.ff897ffde0598p-164,
      0x1.e05980fef2f12p-164,  -0x1.a1dce94beb25cp-169, -0x1.f592e092c9813p-168,
      -0x1.8130d834f648bp-176, -0x1.a7b24585ce04dp-171, -0x1.738132c3402bap-169,
      -0x1.00ae9456c229cp-171, -0x1.5b08a7028341dp-165, -0x1.a0e84c2f8c608p-172,
      0x1.0739f78a5292fp-168,  0x1.4a525d4d7f6bfp-165,  -0x1.404a04ee072a3p-164,
      -0x1.ca8bdea7f33eep-170 },
};

/* sin and cos of one argument, before its quadrant k (an integer) swaps and negates them. */
typedef struct {
    double sin, cos, k;
} ml_circle;

/* v modulo 4, in [-2, 2], exactly; |v| < 2^53 for the small form. */
ML_INLINE double ml_mod4_small(double v)
{
    return v - 4 * ml_rint_small_f64(0.25 * v);
}

ML_INLINE double ml_mod4(double v)
{
    return v - 4 * ml_round_f64(0.25 * v);
}

/* Angle x = (k + f.v + f.e) pi/2 with |f| <= 1/2 up to a rounding, k a small integer, relative
** error of f 2^-100 unless x is among the few doubles nearest a multiple of pi/2 (then still
** 2^-60). */
ML_INLINE ml_twofold ml_reduce_f64(double x, double *k)
{
    /* x = m 2^(32 j), m an integer where j > 0: j = max(exponent - 52, 0) / 32.  Arithmetic instead
    ** of a comparison, which gcc would turn into a branch around the table's first row. */
    double e =
        ml_from_bits_f64(((ml_bits_f64(x) >> 52) & 2047) | 0x4330000000000000u) - (0x1p52 + 1075);
    double n = (e + ml_fabs_f64(e)) * 0x1p-6 - 0x1.fp-2;
    uint64_t j = ml_bits_f64(n + 0x1.8p52) & 31;
    double m = x * ml_from_bits_f64((uint64_t)(1023 - 32 * j) << 52);
    ml_twofold p1 = ml_two_product(m, ml_two_over_pi[0][j]);
    ml_twofold p2 = ml_two_product(m, ml_two_over_pi[1][j]);
    ml_twofold p3 = ml_two_product(m, ml_two_over_pi[2][j]);
    ml_twofold s = ml_two_sum(ml_mod4(p1.v), ml_mod4_small(p1.e));
    ml_twofold t = ml_two_sum(s.v, ml_mod4_small(p2.v));
    *k = ml_rint_small_f64(t.v);
    ml_twofold u = ml_two_sum(t.v - *k, p2.e);
    ml_twofold v = ml_two_sum(u.v, p3.v);
    double low = (s.e + t.e) + (u.e + v.e) + (p3.e + m * ml_two_over_pi[3][j]);
    return ml_fast_two_sum(v.v, low);
}

/* Polynomials of sin and cos on [-pi/4, pi/4], at r + low. */
ML_INLINE double ml_sin_poly(double r, double low)
{
    double z = r * r, p = -7.578728205301294862e-13; /* (sin(r)/r - 1)/z, 2^-68 */
    p = ml_horner3_f64(p, z, 1.60583675206203293e-10, -2.505210492143185184e-8,
                       2.755731921424278998e-6);
    p = ml_horner3_f64(p, z, -1.984126984125520836e-4, 8.333333333333322946e-3,
                       -1.666666666666666664e-1);
    return r + ml_fma_f64(z * r, p, low * (1 - 0.5 * z));
}

ML_INLINE double ml_cos_poly(double r, double low)
{
    double z = r * r, p = -1.136024867661134723e-11; /* (cos(r) - 1 + z/2)/z^2, 2^-64 */
    p = ml_horner3_f64(p, z, 2.087573643024461457e-9, -2.75573144633189414e-7,
                       2.480158728992966449e-5);
    p = ml_horner2_f64(p, z, -1.388888888887497751e-3, 4.166666666666660555e-2);
    double half = 0.5 * z, c = 1 - half;
    return c + (((1 - c) - half) + ml_fma_f64(z * z, p, -r * low));
}

ML_INLINE ml_circle ml_circle_f64(double x)
{
    double k;
    ml_twofold f = ml_reduce_f64(x, &k), r = ml_two_product(f.v, ML_PI_2);
    r.e += ml_fma_f64(f.v, ML_PI_2_LOW, f.e * ML_PI_2);
    return (ml_circle){ ml_sin_poly(r.v, r.e), ml_cos_poly(r.v, r.e), k };
}

/* sin in quadrant k + turn: the even quadrants hold the sine, the others the cosine; the sign is
** the second bit of the quadrant. */
ML_INLINE double ml_circle_pick(ml_circle c, double turn)
{
    double k = c.k + turn, half = 0.5 * k;
    double v = ml_rint_small_f64(half) == half ? c.sin : c.cos;
    return ml_from_bits_f64(ml_bits_f64(v) ^ ((ml_bits_f64(k + 0x1.8p52) & 2) << 62));
}

ML_INLINE double ml_sin_f64(double x)
{
    double y = ml_circle_pick(ml_circle_f64(x), 0);
    return ml_fabs_f64(x) < 0x1p-27 ? x : y;
}

ML_INLINE double ml_cos_f64(double x)
{
    return ml_circle_pick(ml_circle_f64(x), 1);
}

ML_INLINE double ml_tan_f64(double x)
{
    ml_circle c = ml_circle_f64(x);
    double y = ml_circle_pick(c, 0) / ml_circle_pick(c, 1);
    return ml_fabs_f64(x) < 0x1p-27 ? x : y;
}

/* sin and cos of f pi/2, |f| <= 1/2 up to a rounding: to 2^-36, plenty for float. */
ML_INLINE ml_circle ml_circle_quarter(double f, double k)
{
    double z = f * f;
    double s = ml_horner3_f64(1.582643373765291727e-4, z, -4.681298584286715009e-3,
                              7.969258867889807785e-2, -6.45964096545328865e-1);
    double c = ml_horner3_f64(9.040342336508186683e-4, z, -2.086029571662433075e-2,
                              2.536692453044682209e-1, -1.233700543420414779);
    return (ml_circle){ f * ml_fma_f64(z, s, ML_PI_2), ml_fma_f64(z, c, 1), k };
}

/* The same reduction for float arguments, in double: m has 24 bits and each of the first two parts
** of 2/pi at most 29, so their products are exact.  Four windows of 2/pi, 26 bits apart, cover
** every float. */
ML_INLINE ml_circle ml_circle_f32(float x)
{
    double d = (double)x, a = ml_fabs_f64(d);
    double scale = 1, t1 = 0x1.45f306dp-1, t2 = 0x1.9391054p-30, t3 = 0x1.4fe13abe8fa9ap-59;
    scale = a < 0x1p50 ? scale : 0x1p-26;
    t1 = a < 0x1p50 ? t1 : 0x1.b939106p+0;
    t2 = a < 0x1p50 ? t2 : -0x1.6b01ec6p-29;
    t3 = a < 0x1p50 ? t3 : 0x1.7d1f534ddc0dbp-58;
    scale = a < 0x1p76 ? scale : 0x1p-52;
    t1 = a < 0x1p76 ? t1 : 0x1.529fc28p+0;
    t2 = a < 0x1p76 ? t2 : -0x1.505c15ap-29;
    t3 = a < 0x1p76 ? t3 : 0x1.377036d8a5665p-58;
    scale = a < 0x1p102 ? scale : 0x1p-78;
    t1 = a < 0x1p102 ? t1 : 0x1.d5f47d4p+0;
    t2 = a < 0x1p102 ? t2 : 0x1.a6ee06ep-29;
    t3 = a < 0x1p102 ? t3 : -0x1.3ad4cd8778df8p-59;
    double m = d * scale, r1 = ml_mod4_small(m * t1), r2 = ml_mod4_small(m * t2);
    double k = ml_rint_small_f64(r1 + r2), f = ((r1 - k) + r2) + m * t3;
    return ml_circle_quarter(f, k);
}

ML_INLINE float ml_sin_f32(float x)
{
    return (float)ml_circle_pick(ml_circle_f32(x), 0);
}

ML_INLINE float ml_cos_f32(float x)
{
    return (float)ml_circle_pick(ml_circle_f32(x), 1);
}

ML_INLINE float ml_tan_f32(float x)
{
    ml_circle c = ml_circle_f32(x);
    return (float)(ml_circle_pick(c, 0) / ml_circle_pick(c, 1));
}

/* atan(t) + base (given in two parts), |t| <= tan(pi/8). */
ML_INLINE double ml_atan_poly(double t, double base, double base_low)
{
    double z = t * t, p = -0.01780056421941659085; /* (atan(t)/t - 1)/z, 2^-59 */
    p = ml_horner3_f64(p, z, 0.03797119494923872027, -0.0503580699842698963,
                       0.05847157499040324667);
    p = ml_horner3_f64(p, z, -0.06663010470605936425, 0.07692052698987436337,
                       -0.090908973831894621);
    p = ml_horner4_f64(p, z, 0.1111111077248863492, -0.1428571428003010232, 0.1999999999995266565,
                       -0.333333333333331983);
    return base + (t + ml_fma_f64(t * z, p, base_low));
}

ML_INLINE double ml_atan_f64(double x)
{
    double a = ml_fabs_f64(x);
    double above = a - 1, over = a + 1;
    /* atan a = atan t + base, t = (a - 1)/(a + 1) or -1/a */
    double num = a > ML_TAN_PI_8 ? above : a, den = a > ML_TAN_PI_8 ? over : 1.0;
    double base = a > ML_TAN_PI_8 ? 0.5 * ML_PI_2 : 0.0;
    double low = a > ML_TAN_PI_8 ? 0.5 * ML_PI_2_LOW : 0.0;
    num = a > 0x1.3504f333f9de6p+1 ? -1.0 : num;
    den = a > 0x1.3504f333f9de6p+1 ? a : den;
    base = a > 0x1.3504f333f9de6p+1 ? ML_PI_2 : base;
    low = a > 0x1.3504f333f9de6p+1 ? ML_PI_2_LOW : low;
    return ml_copysign_f64(ml_atan_poly(num / den, base, low), x);
}

/* The angle of the point (x, y), C17 F.10.1.4 at the edges. */
ML_INLINE double ml_atan2_f64(double y, double x)
{
    double ax = ml_fabs_f64(x), ay = ml_fabs_f64(y);
    double big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
    /* keep big + small finite; two infinities make 45 degrees, and the origin lies on the x axis */
    double shrink = big > 0x1p1000 ? 0.25 : 1.0;
    big *= shrink;
    small *= shrink;
    small = big == ML_INFD ? (small == ML_INFD ? 1.0 : 0.0) : small;
    big = big == ML_INFD ? 1.0 : big;
    big = big == 0 ? 1.0 : big;
    double wide = small > ML_TAN_PI_8 * big ? 1.0 : 0.0;
    double less = small - big, more = small + big;
    double t = (wide > 0 ? less : small) / (wide > 0 ? more : big);
    double r = ml_atan_poly(t, 0.5 * ML_PI_2 * wide, 0.5 * ML_PI_2_LOW * wide);
    double complement = ML_PI_2 - (r - ML_PI_2_LOW);
    r = ay > ax ? complement : r;
    double supplement = 2 * ML_PI_2 - (r - 2 * ML_PI_2_LOW);
    r = ml_copysign_f64(1, x) < 0 ? supplement : r;
    r = x != x ? x : r;
    r = y != y ? y : r;
    return ml_copysign_f64(r, y);
}

/* z P(z) with asin(x) = x + x z P(z), z = x^2 <= 1/4. */
ML_INLINE double ml_asin_poly(double z)
{
    double p = 0.03263386037288182094; /* 2^-60 */
    p = ml_horner4_f64(p, z, -0.02099923075037494997, 0.02170101743765513078,
                       0.003712128968767245589, 0.01077779321790005384);
    p = ml_horner4_f64(p, z, 0.0113995499832680785, 0.01398071333572226657, 0.01735162396876161127,
                       0.02237221410870772288);
    p = ml_horner4_f64(p, z, 0.03038194274902204423, 0.04464285717345870335, 0.07499999999972477575,
                       0.166666666666667513);
    return z * p;
}

/* What asin and acos need for |x|: z = x^2 or (1 - |x|)/2, s = sqrt(z), and asin(s) = s + w. */
typedef struct {
    double s, w;
} ml_arc;

ML_INLINE ml_arc ml_arc_f64(double x)
{
    double a = ml_fabs_f64(x), inner = a * a, outer = 0.5 * (1 - a);
    double z = a > 0.5 ? outer : inner, root = ml_sqrt_f64(outer);
    ml_twofold q = ml_two_product(root, root); /* the square root's own rounding */
    double low = ((outer - q.v) - q.e) / (root > 0 ? 2 * root : 1.0);
    double s = a > 0.5 ? root : a;
    return (ml_arc){ s, ml_fma_f64(s, ml_asin_poly(z), a > 0.5 ? low : 0.0) };
}

ML_INLINE double ml_asin_f64(double x)
{
    ml_arc r = ml_arc_f64(x);
    double inner = r.s + r.w, outer = ML_PI_2 - (2 * r.s + (2 * r.w - ML_PI_2_LOW));
    return ml_copysign_f64(ml_fabs_f64(x) > 0.5 ? outer : inner, x);
}

ML_INLINE double ml_acos_f64(double x)
{
    ml_arc r = ml_arc_f64(x);
    double s = ml_copysign_f64(r.s, x), w = ml_copysign_f64(1, x) * r.w;
    double inner = ML_PI_2 - (s + (w - ML_PI_2_LOW));
    double right = 2 * (r.s + r.w), left = 2 * ML_PI_2 - (2 * r.s + 2 * (r.w - ML_PI_2_LOW));
    double y = x > 0.5 ? right : inner;
    return x < -0.5 ? left : y;
}

ML_INLINE float ml_asin_f32(float x)
{
    return (float)ml_asin_f64((double)x);
}

ML_INLINE float ml_acos_f32(float x)
{
    return (float)ml_acos_f64((double)x);
}

ML_INLINE float ml_atan_f32(float x)
{
    return (float)ml_atan_f64((double)x);
}

ML_INLINE float ml_atan2_f32(float y, float x)
{
    return (float)ml_atan2_f64((double)y, (double)x);
}

#endif
