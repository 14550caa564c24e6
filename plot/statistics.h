/* statistics.h: what plots compute from numbers before they draw: histograms, quantiles, boxes, densities,
** means with their intervals, distributions.
**
** This header is public, as plot.h is.  Plain arrays come in and plain arrays go out, owned by the caller; MEMORY
** gives what is needed meanwhile (NULL: realloc) and nothing of it is left afterwards.  PLOT_NO_MEMORY is returned
** where it gives none, PLOT_INVALID where an argument makes no sense; the results are then not to be used.
**
** NaN and infinite values never count: they are skipped, and counted as such.  Of no values at all a statistic is
** NaN.  Sums do not overflow, whatever the values; results follow from the values and their order alone. */
#ifndef PLOT_STATISTICS_H
#define PLOT_STATISTICS_H

#include "plot/plot.h"
#include "plot/plot_memory.h"

/* ---- summaries ------------------------------------------------------------------------------- */

typedef struct {
    size_t count, skipped; /* finite values, and the others */
    double low, high;      /* the least and the largest */
    double mean;
    double deviation; /* standard deviation of a sample (divisor count - 1); 0 of a single value */
} plot_summary;

plot_summary plot_summarize(const double *x, size_t n);

/* Makes [*low, *high] an interval of some length: around one value half a unit to both sides, as NumPy does, or
** more where that would not change it; [0, 1] where an end is NaN. */
void plot_widen(double *low, double *high);

/* ---- quantiles ------------------------------------------------------------------------------- */

/* quantile[i] = the value below which the part part[i], from 0 to 1, of the values lies: linear between neighbours
** (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996; NumPy's default).  O(n) for few
** parts: the digits of the values are counted and followed, no value is moved. */
plot_status plot_quantiles(const double *x, size_t n, const double *part, size_t parts,
                           double *quantile, const plot_memory *memory) PLOT_MUST_CHECK;

/* A box and its whiskers (Tukey, "Exploratory Data Analysis", 1977). */
typedef struct {
    size_t count, skipped;
    double lower, median, upper; /* quartiles */
    double mean;                 /* of all values */
    double
        whisker_low; /* the least value not below lower - reach * (upper - lower); never above lower */
    double
        whisker_high; /* the largest not above upper + reach * (upper - lower); never below upper */
    double notch_low,
        notch_high;  /* median -+ 1.57 * (upper - lower) / sqrt(count): medians whose notches do not
                                   ** overlap differ (McGill, Tukey and Larsen, "Variations of Box Plots", 1978) */
    size_t outliers; /* values beyond the whiskers */
} plot_box;

/* REACH, usually 1.5, is how many times the box is long a whisker may be; infinity: to the last values. */
plot_status plot_box_measure(plot_box *box, const double *x, size_t n, double reach,
                             const plot_memory *memory) PLOT_MUST_CHECK;

/* The box->outliers values beyond the whiskers, in the order of x. */
void plot_box_outliers(const plot_box *box, const double *x, size_t n, double *outlier);

/* ---- histograms ------------------------------------------------------------------------------ */

/* Bins of equal width, or of equal ratio: [low, …), …, […, high]. */
typedef struct {
    size_t bins;      /* 0: plot_binning_choose finds how many */
    double low, high; /* NaN: plot_binning_choose takes the data's */
    bool log;         /* of equal ratio; values that are not positive lie outside */
    size_t most;      /* bins that are chosen at most; 0: 512 */
} plot_binning;

/* Fills in what is 0 or NaN.  The number of bins is NumPy's "auto": the narrower of the bins of Sturges, "The Choice
** of a Class Interval" (1926), and of Freedman and Diaconis, "On the histogram as a density estimator" (1981), which
** are not narrower than half of range / sqrt(n).  Where all values are whole, each bin holds equally many whole
** numbers, only one if there are few, and they lie at its middle.  PLOT_INVALID: low >= high, an infinite end, or an
** end of bins of equal ratio that is not positive. */
plot_status plot_binning_choose(plot_binning *binning, const double *x, size_t n,
                                const plot_memory *memory) PLOT_MUST_CHECK;

/* The bins + 1 edges, rising, the first low and the last high. */
void plot_binning_edges(const plot_binning *binning, double *edge);

typedef struct {
    double below, above; /* how many values, or what weight, lie outside the edges */
    size_t skipped;      /* values, or weights, that are no finite numbers */
} plot_outside;

/* count[i] = how many values lie in [edge[i], edge[i + 1]), in the last bin also on its edge; with WEIGHT, n numbers or
** NULL, the sum of theirs.  PLOT_INVALID: no bin, or edges that are not finite and rising.  OUTSIDE may be NULL. */
plot_status plot_histogram(const double *x, const double *weight, size_t n, const double *edge,
                           size_t bins, double *count, plot_outside *outside) PLOT_MUST_CHECK;

typedef enum {
    PLOT_COUNT,
    PLOT_FRACTION, /* adds up to 1 */
    PLOT_DENSITY   /* has the area 1 */
} plot_measure;

/* Turns counts into another measure, and each into the sum of those up to it, which are fractions for PLOT_DENSITY. */
void plot_histogram_scale(const double *edge, size_t bins, double *count, plot_measure measure,
                          bool cumulative);

/* ---- densities ------------------------------------------------------------------------------- */

typedef enum {
    PLOT_SCOTT, /* n^(-1/(d+4)) of the deviation: Scott, "Multivariate Density Estimation" (1992) */
    PLOT_SILVERMAN /* (n (d+2)/4)^(-1/(d+4)) of it: Silverman, "Density Estimation" (1986) */
} plot_bandwidth_rule;

/* The deviation of the Gaussian at each value of a sample in d dimensions; 0 if the sample has no spread. */
double plot_bandwidth(const plot_summary *sample, plot_bandwidth_rule rule, int dims);

/* Equally spaced numbers. */
typedef struct {
    double low, high;
    size_t n;
} plot_span;

/* density[i] = the mean of Gaussians of deviation BANDWIDTH around the values, at the n places of AT, the first at low
** and the last at high.  A bandwidth below 3/4 of the places' distance is raised to that, so that no value is missed
** between them.  O(n + places): values are spread linearly over a fine grid, whose variance the Gaussians are
** relieved of (Wand, "Fast Computation of Multivariate Kernel Estimators", 1994).  That changes the density of one
** value by less than 4e-4 of its peak (in a plane 1.2e-2), that of many by far less.  PLOT_INVALID: ends that are
** not finite or nearer than 1e-300 to a place, a negative or infinite bandwidth. */
plot_status plot_density(const double *x, size_t n, double bandwidth, plot_span at, double *density,
                         const plot_memory *memory) PLOT_MUST_CHECK;

/* count[i * columns.n + j] = how many points lie in cell (i, j) of a grid of equal cells, j along x: as NumPy's
** histogram2d, the last cells hold their upper edge.  Of OUTSIDE, which may be NULL, below counts points left of the
** grid or under it, above the others.  PLOT_INVALID as for plot_density. */
plot_status plot_counts2d(const double *x, const double *y, size_t n, plot_span columns,
                          plot_span rows, double *count, plot_outside *outside) PLOT_MUST_CHECK;

/* density[i * columns.n + j] = the mean of Gaussians of deviations x_bandwidth and y_bandwidth around the points, at
** the middle of each cell of plot_counts2d; otherwise as plot_density. */
plot_status plot_density2d(const double *x, const double *y, size_t n, double x_bandwidth,
                           double y_bandwidth, plot_span columns, plot_span rows, double *density,
                           const plot_memory *memory) PLOT_MUST_CHECK;

/* ---- distributions and means ----------------------------------------------------------------- */

/* The different values, rising, and the part of all values that is not larger than each; *count of both, at most n. */
plot_status plot_ecdf(const double *x, size_t n, double *value, double *part, size_t *count,
                      const plot_memory *memory) PLOT_MUST_CHECK;

typedef enum {
    PLOT_DEVIATION, /* mean -+ the standard deviation */
    PLOT_ERROR,     /* mean -+ the standard error, deviation / sqrt(count) */
    PLOT_NORMAL,    /* interval of confidence, by the normal distribution */
    PLOT_BOOTSTRAP, /* interval of confidence: quantiles of 1000 means of resampled values (Efron, "Bootstrap Methods",
                    ** 1979), drawn alike in every call; of more than 2^16 values PLOT_NORMAL, which it comes close to */
    PLOT_EXTENT /* the least and the largest value */
} plot_spread;

typedef struct {
    double x; /* what the group has in common */
    size_t count;
    double mean, deviation;
    double low,
        high; /* as the spread says; a single value has no errors and intervals: both are NaN */
} plot_group;

/* The mean of the values y of each different x, with their spread, in the order of x; *count groups, at most n.
** Pairs with a number that is not finite are skipped.  X NULL: all are one group.  LEVEL, above 0 and below 1, is the
** confidence of an interval.  PLOT_INVALID: another level. */
plot_status plot_group_means(const double *x, const double *y, size_t n, plot_spread spread,
                             double level, plot_group *group, size_t *count,
                             const plot_memory *memory) PLOT_MUST_CHECK;

#endif
