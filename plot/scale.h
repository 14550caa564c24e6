/* scale.h: from values to places along an axis.
**
** A place is 0 at the low end of the axis, 1 at its high end, or the other way round on a reversed axis.
** The map is monotone, and free of overflow for every finite value: what is not logarithmic is
** first scaled by a power of two, which is exact.
**
**     linear, time, duration, category     v
**     log10                                log10 v
**     symlog, of threshold c               sign(v) log10(1 + |v| / c) */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H

#include "plot/plot.h"

#include <math.h>

/* math.h has them as floats. */
#define PLOT_NAN      ((double)NAN)
#define PLOT_INFINITY ((double)INFINITY)

typedef struct {
    plot_scale scale;
    double unit; /* brings the ends of the axis into [-1, 1]; log10: 1 */
    double lo;   /* the low end: what the formula makes of it, × unit */
    double slope;
    double threshold; /* symlog: c, above 0 */
    bool reverse;
} plot_map;

/* The map from [lo, hi], lo < hi, which are values of a linear scale and of the others what the formulas
** above make of them.  Its threshold is 1 and it is not reversed; both members may be set afterwards. */
plot_map plot_map_make(plot_scale scale, long double lo, long double hi);

/* sign(v) log10(1 + |v| / threshold), and the v of which it is y. */
double plot_symlog(double v, double threshold);
long double plot_symlog_inverse(long double y, double threshold);

/* The place of v, cut off far outside the axis; NaN for what the axis cannot show.  The ends of the
** axis are on it, whatever rounding says. */
static inline double plot_map_at(const plot_map *map, double v)
{
    if (!isfinite(v) || (map->scale == PLOT_LOG10 && v <= 0)) return PLOT_NAN;
    double on_scale = map->scale == PLOT_LOG10    ? log10(v)
                      : map->scale == PLOT_SYMLOG ? plot_symlog(v, map->threshold) * map->unit
                                                  : v * map->unit;
    double place = (on_scale - map->lo) * map->slope;
    if (place < 0)
        place = place > -1e-9 ? 0 : place < -1e6 ? -1e6 : place;
    else if (place > 1)
        place = place < 1 + 1e-9 ? 1 : place > 1e6 ? 1e6 : place;
    return map->reverse ? 1 - place : place;
}

/* The place of v, far below the axis if it is lower than a logarithmic axis shows. */
static inline double plot_map_floored(const plot_map *map, double v)
{
    double at = plot_map_at(map, v);
    return isnan(at) && isfinite(v) ? (map->reverse ? 1e6 : -1e6) : at;
}

/* The value at a place of the axis, inside it or not. */
static inline double plot_map_value(const plot_map *map, double place)
{
    double at = (map->reverse ? 1 - place : place) / map->slope + map->lo;
    if (map->scale == PLOT_LOG10) return pow(10, at);
    at /= map->unit;
    return map->scale == PLOT_SYMLOG ? (double)plot_symlog_inverse((long double)at, map->threshold)
                                     : at;
}

/* The one of count equal parts of the axis that the place lies in; -1 below it, count above it. */
static inline int plot_part(double place, int count)
{
    if (place < 0) return -1;
    if (place > 1) return count;
    int part = (int)(place * count);
    return part < count ? part : count - 1;
}

#endif
