/* test_plot_track.c: running statistics against those of all values at once. */
#include "tests/test.h"

#include "plot/track.h"
#include "tests/unit/plot_figures.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(const double *values, int n)
{
    double sorted[PLOT_WINDOW];
    memcpy(sorted, values, (size_t)n * sizeof *values);
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static double deviation_of(const double *values, int n)
{
    double distance[PLOT_WINDOW], median = median_of(values, n);
    for (int i = 0; i < n; i++) distance[i] = fabs(values[i] - median);
    return median_of(distance, n);
}

/* Values with ties, jumps, NaN and Inf among them. */
static double value_at(int i, uint32_t *seed)
{
    if (i % 97 == 50) return i % 2 ? PLOT_NAN : PLOT_INFINITY;
    if (i % 61 == 30) return 40 + i;
    if (i % 500 > 400) return 3;
    return floor(8 * uniform(seed)) + (i % 3 ? noise(seed) : 0);
}

TEST("the median and its deviation in a window are those of a sort of its values")
{
    plot_window w = { 0 };
    double finite[3000];
    uint32_t seed = 1;
    int n = 0;
    CHECK(isnan(plot_window_median(&w)) && isnan(plot_window_deviation(&w)));
    for (int i = 0; i < 3000; i++) {
        double value = value_at(i, &seed);
        plot_window_push(&w, value);
        if (isfinite(value)) finite[n++] = value;
        int count = n < PLOT_WINDOW ? n : PLOT_WINDOW;
        if (n == 0) continue;
        CHECK_NEAR(plot_window_median(&w), median_of(finite + n - count, count), 1e-12);
        CHECK_NEAR(plot_window_deviation(&w), deviation_of(finite + n - count, count), 1e-12);
    }
}

TEST("spikes, what is not finite, the extremes and the average are those of all values")
{
    enum { N = 20000, BEFORE_SPIKES = 20 };
    static double y[N], average[N], finite[N];
    uint32_t seed = 2;
    int count = 0, bad = 0, spikes = 0, spike_at = 0, first_bad = -1;
    double sum = 0, past = 1, lowest = PLOT_INFINITY, highest = -PLOT_INFINITY;
    plot_track *t = plot_track_new(0.95, true);
    for (int i = 0; i < N; i++) {
        y[i] = value_at(i, &seed);
        CHECK(plot_track_push(t, i + 1, y[i]) == PLOT_OK);
        if (!isfinite(y[i])) {
            if (bad++ == 0) first_bad = i + 1;
            continue;
        }
        int have = count < PLOT_WINDOW ? count : PLOT_WINDOW;
        if (have >= BEFORE_SPIKES) {
            double median = median_of(finite + count - have, have);
            double deviation = fmax(deviation_of(finite + count - have, have), 1e-3 * fabs(median));
            if (y[i] > median + 6 * deviation) spikes++, spike_at = i + 1;
        }
        finite[count++] = y[i];
        lowest = fmin(lowest, y[i]);
        highest = fmax(highest, y[i]);
    }
    plot_smooth(average, finite, (size_t)count, 0.95, &sum, &past);
    plot_track_facts f = plot_track_look(t);
    CHECK_EQ_INT(f.n, N);
    CHECK_EQ_INT(f.bad, bad);
    CHECK_EQ_INT(f.first_bad, first_bad);
    CHECK_EQ_INT(f.spikes, spikes);
    CHECK_EQ_INT(f.spike_place, spike_at);
    CHECK(spikes > 100);
    CHECK_NEAR(f.average, average[count - 1], 1e-12);
    CHECK(f.lowest == lowest && f.highest == highest);
    CHECK_NEAR(f.early_average, average[9], 1e-12);
    double least = PLOT_INFINITY;
    for (int i = 9; i < count; i++) least = fmin(least, average[i]);
    CHECK_NEAR(f.lowest_average, least, 1e-12);
    plot_track_free(t);
}

TEST("buckets cover all values with their extremes, and are bounded in number")
{
    for (int n = 0; n < 5000; n += n < 4 ? 1 : n < 2000 ? 251 : 997) {
        plot_track *t = plot_track_new(0.5, false);
        uint32_t seed = 3;
        double y[5000];
        for (int i = 0; i < n; i++) {
            y[i] = value_at(i, &seed);
            CHECK(plot_track_push(t, 2 * i, y[i]) == PLOT_OK);
        }
        plot_buckets b = plot_track_buckets(t);
        CHECK(b.count <= PLOT_BUCKETS);
        CHECK(n <= PLOT_BUCKETS ? b.count == (size_t)n : b.count > PLOT_BUCKETS / 2);
        int next = 0;
        for (size_t k = 0; k < b.count; k++) {
            double lo = PLOT_NAN, hi = PLOT_NAN;
            for (; next < n && 2 * next <= b.place[k]; next++) {
                if (!isfinite(y[next])) continue;
                lo = fmin(lo, y[next]);
                hi = fmax(hi, y[next]);
            }
            CHECK((isnan(lo) && isnan(b.lo[k])) || lo == b.lo[k]);
            CHECK((isnan(hi) && isnan(b.hi[k])) || hi == b.hi[k]);
            CHECK(isnan(lo) == isnan(b.average[k]));
        }
        CHECK_EQ_INT(next, n);
        size_t above = 0;
        for (int i = 0; i < n; i++) above += isfinite(y[i]) && y[i] > 20;
        CHECK_EQ_INT(plot_track_above(t, 20), above);
        plot_track_free(t);
    }
}

TEST("a spread shows what part of the numbers is of what size, at any number of places")
{
    static double z[PLOT_SPREAD_ROWS * PLOT_SPREAD_COLUMNS];
    double end;
    int low, high;
    plot_spread *s = plot_spread_new();
    const double numbers[] = { 1, -1.5, 0.25, 0, PLOT_NAN, 1e300, 1.99, PLOT_INFINITY };
    plot_spread_add(s, numbers, 8); /* before a place: nothing */
    CHECK_EQ_INT(plot_spread_matrix(s, z, &end, &low, &high), 0);
    CHECK(low > high);
    for (int place = 0; place < 1000; place += 3) {
        plot_spread_begin(s, place);
        plot_spread_add(s, numbers, 8);
        size_t columns = plot_spread_matrix(s, z, &end, &low, &high);
        CHECK(columns >= 1 && columns <= PLOT_SPREAD_COLUMNS);
        CHECK(end > place && end <= 2 * place + 1);
        CHECK_EQ_INT(low, 34); /* 2^-2 */
        CHECK_EQ_INT(high, 36);
        for (size_t col = 0; col < columns; col++) {
            CHECK_NEAR(z[36 * columns + col], log10(0.75), 1e-12);
            CHECK_NEAR(z[34 * columns + col], log10(0.25), 1e-12);
            CHECK(isnan(z[35 * columns + col]));
        }
    }
    plot_spread_free(s);
    plot_spread_free(NULL);
    plot_track_free(NULL);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
