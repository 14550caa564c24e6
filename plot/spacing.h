/* spacing.h: equally spaced numbers. */
#ifndef PLOT_SPACING_H
#define PLOT_SPACING_H

#include <math.h>
#include <stddef.h>

/* The number at part i / n of the way from low to high, as NumPy's linspace rounds it. */
static inline double plot_spaced(double low, double high, size_t i, size_t n)
{
    if (i == 0) return low;
    if (i == n) return high;
    double range = high - low, part = (double)i / (double)n;
    if (!isfinite(range)) return low * (1 - part) + high * part;
    return low + (double)i * (range / (double)n);
}

#endif
