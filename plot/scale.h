/* scale.h: from values to places along an axis.
**
** A place is 0 at the low end of the axis, 1 at its high end.  The map is monotone, and free of
** overflow for every finite value: linear values are first scaled by a power of two, which is exact. */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H

#include "plot/plot.h"

#include <math.h>

/* math.h has them as floats. */
#define PLOT_NAN      ((double)NAN)
#define PLOT_INFINITY ((double)INFINITY)

typedef struct {
    plot_scale scale;
    double unit; /* linear: brings the ends of the axis into [-1, 1] */
    double lo;   /* the low end: value × unit, or its logarithm */
    double slope;
} plot_map;

/* The map from [lo, hi], lo < hi: values if linear, base-10 logarithms of them if logarithmic. */
plot_map plot_map_make(plot_scale scale, long double lo, long double hi);

/* The place of v, cut off far outside the axis; NaN for what the axis cannot show.  The ends of the
** axis are on it, whatever rounding says. */
static inline double plot_map_at(const plot_map *map, double v)
{
    if (!isfinite(v) || (map->scale == PLOT_LOG10 && v <= 0)) return PLOT_NAN;
    double place = ((map->scale == PLOT_LOG10 ? log10(v) : v * map->unit) - map->lo) * map->slope;
    if (place < 0) return place > -1e-9 ? 0 : place < -1e6 ? -1e6 : place;
    if (place > 1) return place < 1 + 1e-9 ? 1 : place > 1e6 ? 1e6 : place;
    return place;
}

/* The value at a place of the axis, inside it or not. */
static inline double plot_map_value(const plot_map *map, double place)
{
    double at = place / map->slope + map->lo;
    return map->scale == PLOT_LOG10 ? pow(10, at) : at / map->unit;
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
