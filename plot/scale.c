/* scale.c: making maps. */
#include "plot/scale.h"

plot_map plot_map_make(plot_scale scale, long double lo, long double hi)
{
    double unit = 1;
    if (scale != PLOT_LOG10) {
        int exponent;
        frexpl(fmaxl(fabsl(lo), fabsl(hi)), &exponent);
        unit = ldexp(1, exponent < -1023 ? 1023 : -exponent);
    }
    long double low = lo * (long double)unit, high = hi * (long double)unit;
    return (plot_map){ .scale = scale,
                       .unit = unit,
                       .lo = (double)low,
                       .slope = (double)(1 / (high - low)),
                       .threshold = 1 };
}

double plot_symlog(double v, double threshold)
{
    const double log10_e = 0.43429448190325182765;
    double size = fabs(v), ratio = size / threshold;
    double y = isfinite(ratio) ? log1p(ratio) * log10_e : log10(size) - log10(threshold);
    return v < 0 ? -y : y;
}

long double plot_symlog_inverse(long double y, double threshold)
{
    const long double ln_10 = 2.30258509299404568402L;
    long double size = (long double)threshold * expm1l(fabsl(y) * ln_10);
    return y < 0 ? -size : size;
}
