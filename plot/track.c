/* track.c: buckets, a sorted window and a moving average, each brought up to date by every value. */
#include "plot/track.h"

#include "plot/figure.h"
#include "plot/plot_memory.h"
#include "plot/scale.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { EARLY = 10, SPIKE_AFTER = 20, SPIKE_DEVIATIONS = 6 };

struct plot_track {
    double weight;
    bool watched;
    plot_track_facts facts;
    double sum, past; /* of the moving average: plot_smooth */
    plot_window window;
    double place[PLOT_BUCKETS], lo[PLOT_BUCKETS], hi[PLOT_BUCKETS], average[PLOT_BUCKETS];
    size_t count;      /* buckets with values in them */
    size_t each, have; /* values of a full bucket, of the last one */
    double *x, *y;
    size_t x_capacity, y_capacity;
};

static const plot_memory usual = { 0 };

/* ---- window ---------------------------------------------------------------------------------- */

/* The place of the first of the sorted values that is not below this one. */
static int place_of(const plot_window *w, double value)
{
    int low = 0, high = w->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (w->sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void plot_window_push(plot_window *w, double value)
{
    if (!isfinite(value)) return;
    if (w->count == PLOT_WINDOW) {
        int old = place_of(w, w->recent[w->next]);
        w->count--;
        memmove(w->sorted + old, w->sorted + old + 1, (size_t)(w->count - old) * sizeof value);
    }
    int at = place_of(w, value);
    memmove(w->sorted + at + 1, w->sorted + at, (size_t)(w->count - at) * sizeof value);
    w->sorted[at] = value;
    w->count++;
    w->recent[w->next] = value;
    w->next = (w->next + 1) % PLOT_WINDOW;
}

double plot_window_median(const plot_window *w)
{
    int middle = w->count / 2;
    if (w->count == 0) return PLOT_NAN;
    if (w->count % 2 == 1) return w->sorted[middle];
    return w->sorted[middle - 1] + (w->sorted[middle] - w->sorted[middle - 1]) / 2;
}

/* The distances rise from the median outwards on both sides: two sorted lists, walked together. */
double plot_window_deviation(const plot_window *w)
{
    double median = plot_window_median(w), before = 0, now = 0;
    int right = w->count / 2, left = right - 1;
    for (int i = 0; i <= w->count / 2 && w->count > 0; i++) {
        double up = right < w->count ? w->sorted[right] - median : PLOT_INFINITY;
        double down = left >= 0 ? median - w->sorted[left] : PLOT_INFINITY;
        before = now;
        now = up < down ? up : down;
        if (up < down)
            right++;
        else
            left--;
    }
    if (w->count == 0) return PLOT_NAN;
    return w->count % 2 == 1 ? now : before + (now - before) / 2;
}

/* No more than the deviation: fewer than half of the values are nearer to the median. */
static double least_deviation(const plot_window *w, double median)
{
    int middle = w->count / 2, quarter = w->count / 4;
    return fmin(w->sorted[middle + quarter] - median, median - w->sorted[middle - quarter]);
}

/* Is the value far above those in the window?  Where they are all but equal, a thousandth of them is near. */
static bool is_spike(const plot_window *w, double value)
{
    double median = plot_window_median(w);
    if (w->count < SPIKE_AFTER || !(value > median)) return false;
    if (value - median <= SPIKE_DEVIATIONS * least_deviation(w, median)) return false;
    double deviation = fmax(plot_window_deviation(w), 1e-3 * fabs(median));
    return value - median > SPIKE_DEVIATIONS * deviation;
}

/* ---- track ----------------------------------------------------------------------------------- */

plot_track *plot_track_new(double weight, bool watched)
{
    plot_track *track = plot_resize(&usual, NULL, 1, sizeof *track);
    if (track == NULL) return NULL;
    memset(track, 0, sizeof *track);
    track->weight = weight;
    track->watched = watched;
    track->past = 1;
    track->each = 1;
    track->facts = (plot_track_facts){ .average = PLOT_NAN,
                                       .last = PLOT_NAN,
                                       .first_bad = PLOT_NAN,
                                       .lowest = PLOT_INFINITY,
                                       .highest = -PLOT_INFINITY,
                                       .lowest_average = PLOT_INFINITY,
                                       .early_average = PLOT_NAN };
    return track;
}

void plot_track_free(plot_track *track)
{
    if (track == NULL) return;
    free(track->x);
    free(track->y);
    free(track);
}

static bool keep(plot_track *t, double place, double value)
{
    void *x = t->x, *y = t->y;
    bool good = plot_grow(&usual, &x, &t->x_capacity, t->facts.n, 1, sizeof *t->x);
    t->x = x;
    good = good && plot_grow(&usual, &y, &t->y_capacity, t->facts.n, 1, sizeof *t->y);
    t->y = y;
    if (!good) return false;
    t->x[t->facts.n] = place;
    t->y[t->facts.n] = value;
    return true;
}

static void take_average(plot_track *t)
{
    plot_track_facts *f = &t->facts;
    plot_smooth(&f->average, &f->last, 1, t->weight, &t->sum, &t->past);
    size_t finite = f->n - f->bad;
    if (finite == EARLY) f->early_average = f->average;
    if (finite < EARLY || !(f->average < f->lowest_average)) return;
    f->lowest_average = f->average;
    f->lowest_average_place = f->place;
}

static void take_finite(plot_track *t)
{
    plot_track_facts *f = &t->facts;
    if (t->watched && is_spike(&t->window, f->last)) {
        f->spikes++;
        f->spike_place = f->place;
        f->spike_value = f->last;
        f->spike_median = plot_window_median(&t->window);
    }
    if (t->watched) plot_window_push(&t->window, f->last);
    f->lowest = fmin(f->lowest, f->last);
    f->highest = fmax(f->highest, f->last);
    take_average(t);
}

/* Two neighbours become one. */
static void merge_buckets(plot_track *t)
{
    for (size_t i = 0; i < PLOT_BUCKETS / 2; i++) {
        size_t a = 2 * i, b = a + 1;
        t->place[i] = t->place[b];
        t->lo[i] = fmin(t->lo[a], t->lo[b]); /* the other one where one is NaN */
        t->hi[i] = fmax(t->hi[a], t->hi[b]);
        t->average[i] = isnan(t->average[b]) ? t->average[a] : t->average[b];
    }
    t->count = PLOT_BUCKETS / 2;
    t->each *= 2;
    t->have = t->each;
}

static void take_bucket(plot_track *t)
{
    const plot_track_facts *f = &t->facts;
    double value = isfinite(f->last) ? f->last : PLOT_NAN;
    if (t->count == PLOT_BUCKETS && t->have == t->each) merge_buckets(t);
    if (t->count == 0 || t->have == t->each) {
        t->lo[t->count] = t->hi[t->count] = t->average[t->count] = PLOT_NAN;
        t->count++;
        t->have = 0;
    }
    size_t i = t->count - 1;
    t->have++;
    t->place[i] = f->place;
    t->lo[i] = fmin(t->lo[i], value);
    t->hi[i] = fmax(t->hi[i], value);
    if (!isnan(value)) t->average[i] = f->average;
}

plot_status plot_track_push(plot_track *track, double place, double value)
{
    plot_track_facts *f = &track->facts;
    if (!keep(track, place, value)) return PLOT_NO_MEMORY;
    f->n++;
    f->place = place;
    f->last = value;
    if (isfinite(value)) {
        take_finite(track);
    } else {
        if (f->bad == 0) f->first_bad = place;
        f->bad++;
    }
    take_bucket(track);
    return PLOT_OK;
}

double plot_track_last(const plot_track *track)
{
    return track->facts.last;
}

plot_track_facts plot_track_look(const plot_track *track)
{
    plot_track_facts facts = track->facts;
    facts.median = plot_window_median(&track->window);
    return facts;
}

plot_buckets plot_track_buckets(const plot_track *t)
{
    return (plot_buckets){ t->place, t->lo, t->hi, t->average, t->count };
}

void plot_track_values(const plot_track *track, const double **place, const double **value,
                       size_t *n)
{
    *place = track->x;
    *value = track->y;
    *n = track->facts.n;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Is the most far above the bulk, compared to how far that reaches? */
static bool stands_off(double most, double bulk, double lo, bool positive)
{
    if (positive) return log10(most / lo) > 1.5 * log10(bulk / lo) + 0.3;
    return most - lo > 2.5 * (bulk - lo);
}

void plot_track_bulk(const plot_track *track, bool positive, double *lo, double *hi)
{
    double high[PLOT_BUCKETS];
    size_t n = 0;
    *lo = PLOT_INFINITY;
    *hi = -PLOT_INFINITY;
    for (size_t i = 0; i < track->count; i++) {
        if (isnan(track->hi[i]) || (positive && track->lo[i] <= 0)) continue;
        high[n++] = track->hi[i];
        *lo = fmin(*lo, track->lo[i]);
    }
    if (n == 0) return;
    qsort(high, n, sizeof *high, compare);
    size_t few = n / 50 + (n >= 10);
    double most = high[n - 1], bulk = high[n - 1 - few];
    *hi = n >= 10 && bulk > *lo && stands_off(most, bulk, *lo, positive) ? bulk : most;
}

size_t plot_track_above(const plot_track *track, double limit)
{
    size_t count = 0;
    for (size_t i = 0; i < track->facts.n; i++)
        count += isfinite(track->y[i]) && track->y[i] > limit;
    return count;
}

/* ---- spread ---------------------------------------------------------------------------------- */

struct plot_spread {
    double count[PLOT_SPREAD_COLUMNS][PLOT_SPREAD_ROWS];
    size_t now;  /* the column that is being filled */
    double span; /* the places of a column; 0: nothing has begun */
};

plot_spread *plot_spread_new(void)
{
    plot_spread *spread = plot_resize(&usual, NULL, 1, sizeof *spread);
    if (spread != NULL) memset(spread, 0, sizeof *spread);
    return spread;
}

void plot_spread_free(plot_spread *spread)
{
    free(spread);
}

static void merge_columns(plot_spread *s)
{
    size_t half = PLOT_SPREAD_COLUMNS / 2;
    for (size_t i = 0; i < half; i++)
        for (int row = 0; row < PLOT_SPREAD_ROWS; row++)
            s->count[i][row] = s->count[2 * i][row] + s->count[2 * i + 1][row];
    memset(s->count[half], 0, half * sizeof *s->count);
    s->span *= 2;
}

void plot_spread_begin(plot_spread *s, double place)
{
    if (s->span == 0) s->span = 1;
    place = fmin(fmax(place, 0), 1e300); /* NaN is 0 */
    while (place / s->span >= PLOT_SPREAD_COLUMNS) merge_columns(s);
    s->now = (size_t)(place / s->span);
}

void plot_spread_add(plot_spread *s, const double *value, size_t n)
{
    if (s->span == 0) return;
    double *count = s->count[s->now];
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        int power = (int)(bits >> 52 & 0x7ff) - 1023; /* -1023 for 0, 1024 for what is not finite */
        int row = power - PLOT_SPREAD_LOWEST;
        if (row >= 0 && row < PLOT_SPREAD_ROWS) count[row]++;
    }
}

/* The column that is shown at this one: the last before it with numbers. */
static size_t shown_column(const plot_spread *s, size_t col, double *total)
{
    for (;; col--) {
        *total = 0;
        for (int row = 0; row < PLOT_SPREAD_ROWS; row++) *total += s->count[col][row];
        if (*total > 0 || col == 0) return col;
    }
}

size_t plot_spread_matrix(const plot_spread *s, double *z, double *end, int *low, int *high)
{
    size_t columns = s->span > 0 ? s->now + 1 : 0;
    *end = (double)columns * s->span;
    *low = PLOT_SPREAD_ROWS;
    *high = -1;
    for (size_t col = 0; col < columns; col++) {
        double total;
        const double *count = s->count[shown_column(s, col, &total)];
        for (int row = 0; row < PLOT_SPREAD_ROWS; row++) {
            double part = total > 0 ? count[row] / total : 0;
            z[(size_t)row * columns + col] = part > 0 ? log10(part) : PLOT_NAN;
            if (part > 0 && row < *low) *low = row;
            if (part > 0 && row > *high) *high = row;
        }
    }
    return columns;
}
