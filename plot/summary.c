/* summary.c: count, range, mean and deviation of numbers, in two passes that cannot overflow. */
#include "plot/scale.h"
#include "plot/statistics.h"

#include <float.h>
#include <math.h>

static plot_summary range_of(const double *x, size_t n)
{
    plot_summary s = { .low = PLOT_INFINITY, .high = -PLOT_INFINITY };
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) continue;
        s.low = x[i] < s.low ? x[i] : s.low;
        s.high = x[i] > s.high ? x[i] : s.high;
        s.count++;
    }
    s.skipped = n - s.count;
    return s;
}

/* Of numbers in [middle - half, middle + half], half not 0: they are brought to [-1, 1] first. */
static void mean_and_deviation(plot_summary *s, const double *x, size_t n, double middle,
                               double half)
{
    int exponent;
    (void)frexp(half, &exponent);
    exponent = exponent < -1000 ? -1000 : exponent;
    double scale = ldexp(1, -exponent), sum = 0, squares = 0, count = (double)s->count;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) continue;
        double d = (x[i] - middle) * scale;
        sum += d;
        squares += d * d;
    }
    double mean = sum / count, variance = (squares - sum * mean) / (count - 1);
    s->mean = middle + ldexp(mean, exponent);
    s->deviation = ldexp(sqrt(variance > 0 ? variance : 0), exponent);
}

plot_summary plot_summarize(const double *x, size_t n)
{
    plot_summary s = range_of(x, n);
    if (s.count == 0) {
        s.low = s.high = s.mean = s.deviation = PLOT_NAN;
        return s;
    }
    s.mean = s.low;
    double half = s.high / 2 - s.low / 2;
    if (half > 0) mean_and_deviation(&s, x, n, s.low / 2 + s.high / 2, half);
    if (s.mean < s.low) s.mean = s.low;
    if (s.mean > s.high) s.mean = s.high;
    return s;
}

void plot_widen(double *low, double *high)
{
    if (isnan(*low) || isnan(*high)) {
        *low = 0;
        *high = 1;
    }
    if (*low < *high) return;
    double value = *low, half = fmax(0.5, fabs(value) * 0x1p-40);
    *low = fmax(value - half, -DBL_MAX);
    *high = fmin(value + half, DBL_MAX);
}
