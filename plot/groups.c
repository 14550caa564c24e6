/* groups.c: distributions, and the means of groups with their intervals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/scale.h"
#include "plot/sorting.h"

plot_status plot_ecdf(const double *x, size_t n, double *value, double *part, size_t *count,
                      const plot_memory *memory)
{
    plot_sorted *item;
    size_t sorted, kept = 0;
    plot_status status = plot_sort_numbers(x, NULL, n, &item, &sorted, memory);
    if (status != PLOT_OK) return status;
    for (size_t i = 0; i < sorted; i++) {
        double each = plot_key_value(item[i].key);
        if (kept == 0 || value[kept - 1] != each) value[kept++] = each;
        part[kept - 1] = (double)(i + 1) / (double)sorted;
    }
    *count = kept;
    free(item);
    return PLOT_OK;
}

/* ---- intervals ------------------------------------------------------------------------------- */

#define RESAMPLES      1000
#define RESAMPLED_MOST 65536 /* values in all: a tenth of a second */

/* How many standard deviations a normal variable stays within, with probability LEVEL: Newton's method. */
static double normal_reach(double level)
{
    double z = 1;
    for (int i = 0; i < 60; i++) {
        double excess = erf(z * sqrt(0.5)) - level;
        double slope = sqrt(2 / acos(-1)) * exp(-z * z / 2);
        double step = excess / slope;
        if (!isfinite(step)) break;
        z = fmax(z - step, z / 4);
        z = fmin(z, 9);
        if (fabs(step) < 1e-14) break;
    }
    return z;
}

/* SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* The mean of as many values drawn from them again. */
static double resampled_mean(const double *y, size_t n, uint64_t *state)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += y[((next_random(state) >> 32) * n) >> 32] / (double)n;
    return sum;
}

static plot_status bootstrap(plot_group *group, const double *y, size_t n, double level,
                             const plot_memory *memory)
{
    double mean[RESAMPLES], end[2];
    uint64_t state = 0;
    for (int i = 0; i < RESAMPLES; i++) mean[i] = resampled_mean(y, n, &state);
    plot_status status = plot_quantiles(
        mean, RESAMPLES, (double[]){ (1 - level) / 2, (1 + level) / 2 }, 2, end, memory);
    group->low = end[0];
    group->high = end[1];
    return status;
}

/* Fills in all but x from the group's n values. */
static plot_status measure_group(plot_group *group, const double *y, size_t n, plot_spread spread,
                                 double level, const plot_memory *memory)
{
    plot_summary s = plot_summarize(y, n);
    group->count = s.count;
    group->mean = s.mean;
    group->deviation = s.deviation;
    if (spread == PLOT_EXTENT) {
        group->low = s.low;
        group->high = s.high;
        return PLOT_OK;
    }
    if (spread == PLOT_BOOTSTRAP && n > 1) return bootstrap(group, y, n, level, memory);
    double error = s.deviation / (spread == PLOT_DEVIATION ? 1 : sqrt((double)n));
    if (spread == PLOT_NORMAL) error *= normal_reach(level);
    if (n == 1) error = PLOT_NAN;
    group->low = s.mean - error;
    group->high = s.mean + error;
    return PLOT_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static size_t finite_values(const double *y, size_t n, double *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(y[i])) kept[count++] = y[i];
    return count;
}

/* The values in SORTED order of x, group by group. */
static plot_status measure_groups(const plot_sorted *sorted, size_t n, double *value,
                                  plot_spread spread, double level, plot_group *group,
                                  size_t *count, const plot_memory *memory)
{
    plot_status status = PLOT_OK;
    for (size_t i = 0, end; i < n && status == PLOT_OK; i = end) {
        double x = plot_key_value(sorted[i].key);
        for (end = i + 1; end < n && plot_key_value(sorted[end].key) == x;) end++;
        group[*count].x = x;
        status = measure_group(&group[(*count)++], value + i, end - i, spread, level, memory);
    }
    return status;
}

plot_status plot_group_means(const double *x, const double *y, size_t n, plot_spread spread,
                             double level, plot_group *group, size_t *count,
                             const plot_memory *memory)
{
    plot_sorted *sorted = NULL;
    size_t kept = 0;
    plot_status status = PLOT_NO_MEMORY;
    *count = 0;
    if (spread == PLOT_BOOTSTRAP && n > RESAMPLED_MOST) spread = PLOT_NORMAL;
    if (!(level > 0 && level < 1)) return PLOT_INVALID;
    double *value = plot_scratch(memory, n, sizeof *value);
    if (value == NULL) return PLOT_NO_MEMORY;
    if (x == NULL) {
        kept = finite_values(y, n, value);
        status = kept == 0 ? PLOT_OK : measure_group(group, value, kept, spread, level, memory);
        *count = kept > 0;
        if (kept > 0) group->x = 0;
    } else if (plot_sort_numbers(x, y, n, &sorted, &kept, memory) == PLOT_OK) {
        for (size_t i = 0; i < kept; i++) value[i] = y[sorted[i].at];
        status = measure_groups(sorted, kept, value, spread, level, group, count, memory);
        free(sorted);
    }
    free(value);
    return status;
}
