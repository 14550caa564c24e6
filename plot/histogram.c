/* histogram.c: how many bins, where their edges are, and what lies in each. */
#include <math.h>
#include <stdlib.h>

#include "plot/scale.h"
#include "plot/sorting.h"
#include "plot/spacing.h"

#define MOST_USUAL 512
#define FEW_WHOLE  50 /* whole numbers that get a bin each, whatever the number of values */

/* ---- how many bins --------------------------------------------------------------------------- */

/* The width of NumPy's "auto" for n values of a range; 0 if they have none. */
static plot_status automatic_width(const double *x, size_t n, size_t count, double range,
                                   double *width, const plot_memory *memory)
{
    static const double part[] = { 0.25, 0.75 };
    double quartile[2];
    plot_status status = plot_quantiles(x, n, part, 2, quartile, memory);
    if (status != PLOT_OK) return status;
    double size = (double)count;
    double freedman_diaconis = 2 * (quartile[1] - quartile[0]) / cbrt(size);
    double least = range / sqrt(size) / 2, sturges = range / (log2(size) + 1);
    *width = fmin(fmax(freedman_diaconis, least), sturges);
    return PLOT_OK;
}

static bool all_whole(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && x[i] != floor(x[i])) return false;
    return true;
}

/* Bins of 1, 2, 3, … whole numbers each, with these in their middle. */
static void center_on_whole(plot_binning *b, double width, size_t most)
{
    double first = ceil(b->low), numbers = floor(b->high) - first + 1;
    width = numbers <= FEW_WHOLE ? 1 : fmax(1, round(width));
    width = fmax(width, ceil(numbers / (double)most));
    b->bins = (size_t)ceil(numbers / width);
    b->low = first - 0.5;
    b->high = b->low + (double)b->bins * width;
}

/* Chooses the bins between the ends for N values, on the scale on which bins are equally wide. */
static plot_status choose_bins(plot_binning *b, const double *value, size_t n, bool whole,
                               const plot_memory *memory)
{
    size_t most = b->most > 0 ? b->most : MOST_USUAL, count = 0;
    double low = b->log ? log10(b->low) : b->low, high = b->log ? log10(b->high) : b->high;
    double range = high - low, width = 0;
    for (size_t i = 0; i < n; i++) count += isfinite(value[i]) != 0;
    plot_status status = PLOT_OK;
    if (count > 0) status = automatic_width(value, n, count, range, &width, memory);
    if (status != PLOT_OK) return status;
    double bins = width > 0 && isfinite(range) ? ceil(range / width) : 1;
    b->bins = bins < (double)most ? (size_t)fmax(bins, 1) : most;
    if (whole && count > 0 && b->low > -0x1p52 && b->high < 0x1p52) center_on_whole(b, width, most);
    return PLOT_OK;
}

/* Of the values between the ends alone. */
static plot_status choose_bins_within(plot_binning *b, const double *x, size_t n,
                                      const plot_memory *memory)
{
    size_t kept = 0;
    double *value = plot_scratch(memory, n, sizeof *value);
    if (value == NULL) return PLOT_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (x[i] >= b->low && x[i] <= b->high) value[kept++] = b->log ? log10(x[i]) : x[i];
    plot_status status = choose_bins(b, value, kept, false, memory);
    free(value);
    return status;
}

/* The range of the values that can be shown. */
static plot_span range_of_data(const plot_binning *b, const double *x, size_t n)
{
    double low = PLOT_INFINITY, high = -PLOT_INFINITY, above = b->log ? 0 : -PLOT_INFINITY;
    for (size_t i = 0; i < n; i++) {
        bool shown = (x[i] > above) & (isfinite(x[i]) != 0);
        low = shown && x[i] < low ? x[i] : low;
        high = shown && x[i] > high ? x[i] : high;
    }
    if (low <= high) return (plot_span){ low, high, 0 };
    return b->log ? (plot_span){ 1, 10, 0 } : (plot_span){ 0, 1, 0 };
}

/* Ends that were not given, on the side where the data put them. */
static void complete_ends(plot_binning *b, const double *x, size_t n)
{
    plot_span data = range_of_data(b, x, n);
    double low = data.low, high = data.high;
    bool free_low = isnan(b->low), free_high = isnan(b->high);
    if (free_low) b->low = free_high || low < b->high ? low : b->high;
    if (free_high) b->high = high > b->low ? high : b->low;
    if (b->low < b->high) return;
    low = high = b->low;
    plot_widen(&low, &high);
    if (b->log) {
        low = fmax(b->low / 2, 0x1p-1074);
        high = fmin(b->low * 2, 0x1.fffffffffffffp1023);
    }
    if (free_low) b->low = low;
    if (free_high) b->high = high;
}

plot_status plot_binning_choose(plot_binning *binning, const double *x, size_t n,
                                const plot_memory *memory)
{
    plot_binning b = *binning;
    bool given = !isnan(b.low) || !isnan(b.high);
    if (isinf(b.low) || isinf(b.high) || b.low >= b.high) return PLOT_INVALID;
    if (b.log && (b.low <= 0 || b.high <= 0)) return PLOT_INVALID;
    complete_ends(&b, x, n);
    plot_status status = PLOT_OK;
    if (b.bins == 0 && (b.log || given))
        status = choose_bins_within(&b, x, n, memory);
    else if (b.bins == 0)
        status = choose_bins(&b, x, n, all_whole(x, n), memory);
    if (status == PLOT_OK) *binning = b;
    return status;
}

void plot_binning_edges(const plot_binning *binning, double *edge)
{
    size_t n = binning->bins;
    double low = binning->low, high = binning->high;
    for (size_t i = 0; i <= n; i++) {
        edge[i] = binning->log ? pow(10, plot_spaced(log10(low), log10(high), i, n))
                               : plot_spaced(low, high, i, n);
        if (i > 0 && edge[i] < edge[i - 1]) edge[i] = edge[i - 1];
    }
    edge[0] = low;
    edge[n] = high;
}

/* ---- counting -------------------------------------------------------------------------------- */

/* Whether value i / n of the range is nearly edge i, so that a product finds the bin. */
static bool nearly_equal_bins(const double *edge, size_t bins)
{
    double width = edge[bins] / (double)bins - edge[0] / (double)bins;
    for (size_t i = 0; i <= bins; i++)
        if (!(fabs(edge[i] - plot_spaced(edge[0], edge[bins], i, bins)) <= width / 2)) return false;
    return true;
}

/* The bin of x in [edge[0], edge[bins]]. */
static size_t search_bin(const double *edge, size_t bins, double x)
{
    const double *at = edge;
    for (size_t n = bins; n > 1; n -= n / 2) at += x >= at[n / 2] ? n / 2 : 0;
    return (size_t)(at - edge);
}

static void count_equal(const double *x, const double *weight, size_t n, const double *edge,
                        size_t bins, double *count)
{
    double low = edge[0], high = edge[bins], half = low / 2;
    double per_half = (double)bins / (high / 2 - half);
    for (size_t i = 0; i < n; i++) {
        if (!(x[i] >= low && x[i] <= high)) continue;
        size_t bin = (size_t)((x[i] / 2 - half) * per_half);
        bin = bin < bins ? bin : bins - 1;
        while (x[i] < edge[bin]) bin--;
        while (bin + 1 < bins && x[i] >= edge[bin + 1]) bin++;
        count[bin] += weight == NULL ? 1 : isfinite(weight[i]) ? weight[i] : 0;
    }
}

static void count_any(const double *x, const double *weight, size_t n, const double *edge,
                      size_t bins, double *count)
{
    for (size_t i = 0; i < n; i++) {
        if (!(x[i] >= edge[0] && x[i] <= edge[bins])) continue;
        count[search_bin(edge, bins, x[i])] += weight == NULL        ? 1
                                               : isfinite(weight[i]) ? weight[i]
                                                                     : 0;
    }
}

static void count_outside(const double *x, const double *weight, size_t n, double low, double high,
                          plot_outside *outside)
{
    *outside = (plot_outside){ 0, 0, 0 };
    for (size_t i = 0; i < n; i++) {
        if (x[i] >= low && x[i] <= high && (weight == NULL || isfinite(weight[i]))) continue;
        double size = weight == NULL ? 1 : weight[i];
        if (!isfinite(x[i]) || !isfinite(size))
            outside->skipped++;
        else if (x[i] < low)
            outside->below += size;
        else
            outside->above += size;
    }
}

plot_status plot_histogram(const double *x, const double *weight, size_t n, const double *edge,
                           size_t bins, double *count, plot_outside *outside)
{
    if (bins == 0 || !isfinite(edge[0]) || !isfinite(edge[bins])) return PLOT_INVALID;
    for (size_t i = 0; i < bins; i++)
        if (!(edge[i] <= edge[i + 1])) return PLOT_INVALID;
    if (!(edge[0] < edge[bins])) return PLOT_INVALID;
    for (size_t i = 0; i < bins; i++) count[i] = 0;
    bool finite_factor = isfinite((double)bins / (edge[bins] / 2 - edge[0] / 2));
    if (finite_factor && nearly_equal_bins(edge, bins))
        count_equal(x, weight, n, edge, bins, count);
    else
        count_any(x, weight, n, edge, bins, count);
    if (outside != NULL) count_outside(x, weight, n, edge[0], edge[bins], outside);
    return PLOT_OK;
}

void plot_histogram_scale(const double *edge, size_t bins, double *count, plot_measure measure,
                          bool cumulative)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < bins; i++) total += count[i];
    for (size_t i = 0; i < bins; i++) {
        double width = edge[i + 1] - edge[i];
        if (measure != PLOT_COUNT && total != 0) count[i] /= total;
        if (measure == PLOT_DENSITY && !cumulative) count[i] = width > 0 ? count[i] / width : 0;
        if (cumulative) count[i] = sum += count[i];
    }
}
