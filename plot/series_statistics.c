/* series_statistics.c: what a series covers, group by group where its columns have nodes. */
#include "plot/figure.h"

#include "plot/scale.h"

#include <math.h>

static void widen(plot_range *range, double low, double high)
{
    if (low < range->lo) range->lo = low;
    if (high > range->hi) range->hi = high;
}

static void include(plot_extent *extent, size_t count, plot_range x, plot_range y)
{
    if (extent->count == 0) {
        extent->x = x;
        extent->y = y;
    }
    extent->count += count;
    widen(&extent->x, x.lo, x.hi);
    widen(&extent->y, y.lo, y.hi);
}

void plot_data_include(plot_data *data, double x, double y)
{
    plot_range at_x = { x, x }, at_y = { y, y };
    include(&data->extent[0][0], 1, at_x, at_y);
    if (x > 0) include(&data->extent[1][0], 1, at_x, at_y);
    if (y > 0) include(&data->extent[0][1], 1, at_x, at_y);
    if (x > 0 && y > 0) include(&data->extent[1][1], 1, at_x, at_y);
}

/* ---- one by one ------------------------------------------------------------------------------ */

static bool is_whole(double a, double b)
{
    return a == floor(a) && b == floor(b);
}

/* An element: what its kind lacks of the other end is as this end. */
static void take_one(plot_data *data, size_t i)
{
    double x = plot_data_x(data, i), y = plot_column_at(&data->y, i);
    double x2 = data->x2 != NULL ? data->x2[i] : x, y2 = data->y2 != NULL ? data->y2[i] : y;
    data->finite_x = data->finite_x && isfinite(x);
    if (!isfinite(x) || !isfinite(y) || !isfinite(x2) || !isfinite(y2)) {
        if (isnan(x) || isnan(y) || isnan(x2) || isnan(y2))
            data->nan++;
        else
            data->infinite++;
        return;
    }
    data->sorted = data->sorted && x >= data->last_x;
    data->last_x = x;
    data->whole_x = data->whole_x && is_whole(x, x2);
    data->whole_y = data->whole_y && is_whole(y, y2);
    plot_data_include(data, x, y);
    if (data->x2 != NULL || data->y2 != NULL) plot_data_include(data, x2, y2);
}

/* ---- group by group -------------------------------------------------------------------------- */

/* The x from `first` to before `end` that belong to y above 0, at least one. */
static plot_range x_of_positive(const plot_data *data, size_t first, size_t end)
{
    while (plot_column_at(&data->y, first) <= 0) first++;
    do end--;
    while (plot_column_at(&data->y, end) <= 0);
    return (plot_range){ plot_data_x(data, first), plot_data_x(data, end) };
}

/* Includes a group's part above 0, if there is one. */
static void include_positive(plot_data *data, size_t first, plot_range x, plot_range y)
{
    size_t count = PLOT_GROUP;
    if (y.hi <= 0) return;
    if (y.lo <= 0) {
        y.lo = plot_column_positive(&data->y, first / PLOT_GROUP, &count);
        x = x_of_positive(data, first, first + PLOT_GROUP);
    }
    include(&data->extent[0][1], count, x, y);
    if (x.lo > 0) include(&data->extent[1][1], count, x, y);
}

static bool group_is_whole(const plot_column *column, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        double v = plot_column_at(column, i);
        if (v != floor(v)) return false;
    }
    return true;
}

static bool group_is_sorted(const plot_data *data, size_t first, size_t end)
{
    double last = data->last_x;
    for (size_t i = first; i < end && plot_column_given(&data->x); i++) {
        double x = plot_column_at(&data->x, i);
        if (!(x >= last)) return false;
        last = x;
    }
    return true;
}

/* Takes the group that begins with element first as a whole; false if that needs a look at each. */
static bool take_group(plot_data *data, size_t first)
{
    size_t end = first + PLOT_GROUP, group = first / PLOT_GROUP;
    bool given = plot_column_given(&data->x);
    if (group >= data->y.level[0].count || (given && group >= data->x.level[0].count)) return false;
    const plot_node *y = &data->y.level[0].node[group];
    plot_range x = { (double)first + 1, (double)end };
    if (given)
        x = (plot_range){ data->x.level[0].node[group].low, data->x.level[0].node[group].high };
    bool finite = isfinite(x.lo) && isfinite(x.hi) && isfinite(y->low) && isfinite(y->high);
    if (!finite || !data->sorted || !(x.lo > 0 || x.hi <= 0) || !group_is_sorted(data, first, end))
        return false;
    plot_range range = { y->low, y->high };
    include(&data->extent[0][0], PLOT_GROUP, x, range);
    if (x.lo > 0) include(&data->extent[1][0], PLOT_GROUP, x, range);
    include_positive(data, first, x, range);
    data->last_x = x.hi;
    if (data->whole_y) data->whole_y = group_is_whole(&data->y, first, end);
    if (data->whole_x && given) data->whole_x = group_is_whole(&data->x, first, end);
    return true;
}

void plot_data_statistics(plot_data *data, size_t first)
{
    bool points = data->x2 == NULL && data->y2 == NULL;
    for (size_t i = first; i < data->n;) {
        if (points && i % PLOT_GROUP == 0 && take_group(data, i))
            i += PLOT_GROUP;
        else
            take_one(data, i++);
    }
}
