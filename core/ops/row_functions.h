/* row_functions.h -- functions that formulas of the table use beside mathematics: division rounded down,
** shifts, classification; safe for every input, integers included. */
#ifndef ML_ROW_FUNCTIONS_H
#define ML_ROW_FUNCTIONS_H

#include "core/rowmath.h"
#include <stdint.h>

/* x / y rounded down; 0 for a zero divisor, INT64_MIN / -1 wraps. */
static inline int64_t ml_floor_div_i64(int64_t a, int64_t b)
{
    if (b == 0) return 0;
    if (b == -1) return (int64_t)(0 - (uint64_t)a);
    int64_t q = a / b;
    return q - ((a % b != 0) & ((a < 0) != (b < 0)));
}

static inline int64_t ml_floor_mod_i64(int64_t a, int64_t b)
{
    if (b == 0 || b == -1) return 0;
    int64_t r = a % b;
    return r + ((r != 0) & ((r < 0) != (b < 0)) ? b : 0);
}

/* The exact remainder with b's sign, and the quotient that belongs to it. */
static inline float ml_floor_mod_f32(float a, float b)
{
    float r = ml_fmod_f32(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static inline double ml_floor_mod_f64(double a, double b)
{
    double r = ml_fmod_f64(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static inline float ml_floor_div_f32(float a, float b)
{
    return ml_floor_f32(a / b);
}

static inline double ml_floor_div_f64(double a, double b)
{
    return ml_floor_f64(a / b);
}

static inline int64_t ml_shift_left_i64(int64_t a, int64_t b)
{
    return b < 0 || b > 63 ? 0 : (int64_t)((uint64_t)a << b);
}

static inline int64_t ml_shift_right_i64(int64_t a, int64_t b)
{
    return b < 0 || b > 63 ? (a < 0 ? -1 : 0) : a >> b;
}

/* log(1 + exp(z)) without overflow. */
static inline float ml_softplus_f32(float z)
{
    return (z > 0 ? z : 0) + ml_log1p_f32(ml_exp_f32(z < 0 ? z : -z));
}

static inline double ml_softplus_f64(double z)
{
    return (z > 0 ? z : 0) + ml_log1p_f64(ml_exp_f64(z < 0 ? z : -z));
}

/* Derivative of digamma: recurrence up to x >= 10, then the asymptotic series (DLMF 5.15.8); reflection
** below 0 (DLMF 5.15.6). */
static inline double ml_trigamma_f64(double x)
{
    double sign = 1, add = 0, sum = 0;
    if (x < 0.5) {
        double s = ml_sin_f64(3.141592653589793 * (x - 2 * ml_floor_f64(x / 2)));
        add = 9.869604401089358 / (s * s), sign = -1, x = 1 - x;
    }
    for (int i = 0; i < 10; i++) sum += x < 10 ? 1 / (x * x) : 0, x = x < 10 ? x + 1 : x;
    double r = 1 / x, r2 = r * r;
    double tail = r + r2 / 2 + r * r2 * (1.0 / 6 - r2 * (1.0 / 30 - r2 * (1.0 / 42 - r2 * (1.0 / 30 - r2 * (5.0 / 66 - r2 * (691.0 / 2730 - r2 * 7 / 6))))));
    return add + sign * (sum + tail);
}

static inline float ml_trigamma_f32(float x)
{
    return (float)ml_trigamma_f64((double)x);
}

#define BY_FLOAT(f, x)      _Generic((x), float: f##_f32, default: f##_f64)
#define BY_TYPE(f, x)       _Generic((x), float: f##_f32, double: f##_f64, default: f##_i64)
#define floor_div(a, b)     BY_TYPE(ml_floor_div, (a))(a, b)
#define floor_mod(a, b)     BY_TYPE(ml_floor_mod, (a))(a, b)
#define shift_left(a, b)    ml_shift_left_i64((int64_t)(a), (int64_t)(b))
#define shift_right(a, b)   ml_shift_right_i64((int64_t)(a), (int64_t)(b))
#define softplus(x)         BY_FLOAT(ml_softplus, (x))(x)
#define trigamma(x)         BY_FLOAT(ml_trigamma, (x))(x)
#define is_finite(x)        ((x) - (x) == 0)
#define is_inf(x)           ((x) == (x) && (x) - (x) != 0)

#endif
