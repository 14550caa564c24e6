/* box_statistics.c: quartiles, whiskers, notches and outliers. */
#include <math.h>

#include "plot/statistics.h"

static bool beyond(const plot_box *box, double x)
{
    return isfinite(x) && (x < box->whisker_low || x > box->whisker_high);
}

/* The whiskers end at the last values within the fences; a whisker without a value ends at the box. */
static void find_whiskers(plot_box *box, const double *x, size_t n, double reach)
{
    double length = box->upper - box->lower;
    double margin = length > 0 ? reach * length : 0;
    double low = box->lower - margin, high = box->upper + margin;
    box->whisker_low = box->lower;
    box->whisker_high = box->upper;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) continue;
        if (x[i] >= low && x[i] < box->whisker_low) box->whisker_low = x[i];
        if (x[i] <= high && x[i] > box->whisker_high) box->whisker_high = x[i];
    }
    for (size_t i = 0; i < n; i++) box->outliers += beyond(box, x[i]);
}

plot_status plot_box_measure(plot_box *box, const double *x, size_t n, double reach,
                             const plot_memory *memory)
{
    static const double part[] = { 0.25, 0.5, 0.75 };
    double quartile[3];
    if (!(reach >= 0)) return PLOT_INVALID;
    plot_status status = plot_quantiles(x, n, part, 3, quartile, memory);
    if (status != PLOT_OK) return status;
    plot_summary s = plot_summarize(x, n);
    *box = (plot_box){ .count = s.count,
                       .skipped = s.skipped,
                       .lower = quartile[0],
                       .median = quartile[1],
                       .upper = quartile[2],
                       .mean = s.mean };
    double notch = 1.57 * (box->upper - box->lower) / sqrt((double)s.count);
    box->notch_low = box->median - notch;
    box->notch_high = box->median + notch;
    find_whiskers(box, x, n, reach);
    return PLOT_OK;
}

void plot_box_outliers(const plot_box *box, const double *x, size_t n, double *outlier)
{
    for (size_t i = 0, k = 0; i < n && k < box->outliers; i++)
        if (beyond(box, x[i])) outlier[k++] = x[i];
}
