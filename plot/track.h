/* track.h: what is kept of a number that is measured again and again, so that drawing it costs as much after
** a million steps as after a thousand, and so that what is unusual about it is noticed at once.
**
** All values are retained, 16 bytes each.  Beside them:
**
**     buckets   equally many values each, twice as many whenever PLOT_BUCKETS of them are full: the place of
**               the last value, the lowest and the highest, the moving average
**     window    the last PLOT_WINDOW finite values in order: a value more than 6 median absolute deviations
**               above their median is a spike
**     average   debiased exponential moving average of all finite values
**
** A value costs a few dozen nanoseconds, whatever came before it. */
#ifndef PLOT_TRACK_H
#define PLOT_TRACK_H

#include "plot/plot.h"

#define PLOT_BUCKETS 512 /* an even number */
#define PLOT_WINDOW  63

/* The last so many finite values, sorted. */
typedef struct {
    double recent[PLOT_WINDOW], sorted[PLOT_WINDOW];
    int count, next; /* next: where the oldest of recent will be overwritten once it is full */
} plot_window;

/* All zero is an empty window.  A value that is not finite is left out. */
void plot_window_push(plot_window *window, double value);
double plot_window_median(const plot_window *window); /* NaN when empty */
/* The median of the distances from the median. */
double plot_window_deviation(const plot_window *window);

typedef struct plot_track plot_track;

/* WEIGHT, in [0, 1), is that of the past in the moving average.  Only a track that is WATCHED has a window.  NULL
** when memory is out. */
plot_track *plot_track_new(double weight, bool watched);
void plot_track_free(plot_track *track);

/* Adds a value; places never fall.  Fails for lack of memory alone, and then nothing is added. */
plot_status plot_track_push(plot_track *track, double place, double value) PLOT_MUST_CHECK;

typedef struct {
    size_t n, bad;          /* values; those that are NaN or infinite */
    double first_bad;       /* the place of the first of them */
    double place, last;     /* of the last value */
    double median;          /* of the window */
    double average;         /* NaN: there is no finite value yet */
    double lowest, highest; /* finite ones; lowest is above highest if there are none */
    double lowest_average, lowest_average_place; /* of the moving average, from the 10th value on */
    double early_average; /* the moving average after 10 values; NaN before */
    size_t spikes;
    double spike_place, spike_value, spike_median; /* the last one, and what was usual then */
} plot_track_facts;
plot_track_facts plot_track_look(const plot_track *track);
double plot_track_last(const plot_track *track); /* NaN: there is none */

/* The buckets, the one that is being filled included: count numbers each.  lo, hi and average are NaN for a bucket
** without finite values.  Valid until the next push. */
typedef struct {
    const double *place, *lo, *hi, *average;
    size_t count;
} plot_buckets;
plot_buckets plot_track_buckets(const plot_track *track);

/* All values and their places, valid until the next push. */
void plot_track_values(const plot_track *track, const double **place, const double **value,
                       size_t *n);

/* Where most values are: from the lowest to the highest of the buckets' extremes, but for a part of 1/50 of the
** buckets at the upper end if that lies far above the others.  lo > hi if there are no finite values.  POSITIVE: of
** positive values alone, and far means factors. */
void plot_track_bulk(const plot_track *track, bool positive, double *lo, double *hi);

/* How many values are above LIMIT. */
size_t plot_track_above(const plot_track *track, double limit);

/* ---- sizes of many numbers over time --------------------------------------------------------- */

#define PLOT_SPREAD_COLUMNS 128 /* an even number */
#define PLOT_SPREAD_ROWS    48  /* powers of two, 2^-36 … 2^12: about 1.5e-11 to 4,000 */
#define PLOT_SPREAD_LOWEST  (-36)

/* The distribution of magnitudes at many places: each column is for equally many, from 0 on, twice as many
** whenever the last one is passed.  Row i counts numbers from 2^(i - 36) up to twice that; what is smaller, larger,
** 0 or not finite is counted in no row. */
typedef struct plot_spread plot_spread;
plot_spread *plot_spread_new(void);
void plot_spread_free(plot_spread *spread);
/* Begins a sample at this place. */
void plot_spread_begin(plot_spread *spread, double place);
/* Counts numbers in it. */
void plot_spread_add(plot_spread *spread, const double *value, size_t n);

/* A matrix of PLOT_SPREAD_ROWS rows, the first at the bottom: the decimal logarithm of the part of a column's numbers
** that are in a row, NaN for none; a column without any is as the one before.  It reaches from place 0 to *end; *low
** and *high are the rows that have any numbers, low > high if none.  Room for PLOT_SPREAD_COLUMNS columns is needed;
** returns how many there are, each row of the matrix as long. */
size_t plot_spread_matrix(const plot_spread *spread, double *z, double *end, int *low, int *high);

#endif
