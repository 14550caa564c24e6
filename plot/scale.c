/* scale.c: making maps. */
#include "plot/scale.h"

plot_map plot_map_make(plot_scale scale, long double lo, long double hi)
{
    double unit = 1;
    if (scale == PLOT_LINEAR) {
        int exponent;
        frexpl(fmaxl(fabsl(lo), fabsl(hi)), &exponent);
        unit = ldexp(1, exponent < -1023 ? 1023 : -exponent);
    }
    long double low = lo * (long double)unit, high = hi * (long double)unit;
    return (plot_map){ scale, unit, (double)low, (double)(1 / (high - low)) };
}
