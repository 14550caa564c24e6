/* test_plot_statistics.c: what plots compute, against values by NumPy 2.4 and SciPy 1.17, and what holds for any
** data. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#include "plot/statistics.h"

/* The data that NumPy and SciPy were given, too: u = (7919 i mod 1009) / 1009, x = 10 u^3 - 2 u. */
static void fill_skewed(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double u = (double)(i * 7919 % 1009) / 1009;
        x[i] = 10 * u * u * u - 2 * u;
    }
}

static unsigned long long random_state = 1;
static double uniform(void)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(random_state >> 11) * 0x1p-53;
}

/* Numbers of many kinds: even, bell-shaped, whole, constant, far apart, with gaps. */
static size_t fill_random(double *x, size_t most)
{
    size_t n = (size_t)(uniform() * (double)most);
    int kind = (int)(uniform() * 6);
    for (size_t i = 0; i < n; i++) {
        double u = uniform(), bell = u + uniform() + uniform() + uniform() - 2;
        const double kinds[] = { u, bell * 1000, floor(u * 20), 7, exp(bell * 20), bell };
        x[i] = kinds[kind];
        if (kind == 5 && uniform() < 0.1) x[i] = uniform() < 0.5 ? (double)NAN : -(double)INFINITY;
    }
    return n;
}

static const plot_binning automatic = { 0, NAN, NAN, false, 0 };

TEST("automatic bins and their counts are NumPy's")
{
    static const double counts[] = { 109, 21, 15, 12, 10, 9, 8, 8, 8 };
    double x[1000], edge[513], count[512];
    plot_binning b = automatic;
    fill_skewed(x, 200);
    CHECK(plot_binning_choose(&b, x, 200, NULL) == PLOT_OK);
    CHECK_EQ_INT(b.bins, 9);
    plot_binning_edges(&b, edge);
    CHECK(edge[0] == -0.3442634518141702 && edge[1] == 0.5705958051817582);
    CHECK(edge[9] == 7.889469861149185);
    CHECK(plot_histogram(x, NULL, 200, edge, 9, count, NULL) == PLOT_OK);
    CHECK(memcmp(count, counts, sizeof counts) == 0);
    plot_histogram_scale(edge, 9, count, PLOT_DENSITY, false);
    CHECK_NEAR(count[0], 0.5957200474634597, 1e-15);
    CHECK_NEAR(count[2], 0.08197982304543024, 1e-16);
    b = automatic;
    fill_skewed(x, 1000);
    CHECK(plot_binning_choose(&b, x, 1000, NULL) == PLOT_OK);
    CHECK_EQ_INT(b.bins, 15);
}

TEST("few whole numbers get a bin each, many the same number of them in each bin")
{
    double x[3000], edge[513];
    plot_binning b = automatic;
    for (int i = 0; i < 3000; i++) x[i] = i % 7 + 1;
    CHECK(plot_binning_choose(&b, x, 3000, NULL) == PLOT_OK);
    CHECK(b.bins == 7 && b.low == 0.5 && b.high == 7.5);
    for (int i = 0; i < 3000; i++) x[i] = i * 37 % 3000;
    b = automatic;
    CHECK(plot_binning_choose(&b, x, 3000, NULL) == PLOT_OK);
    plot_binning_edges(&b, edge);
    for (size_t i = 0; i < b.bins; i++) CHECK(edge[i + 1] - edge[i] == edge[1] - edge[0]);
    CHECK(edge[0] == -0.5 && edge[1] == floor(edge[1]) + 0.5);
    b = (plot_binning){ 0, NAN, NAN, false, 10 };
    CHECK(plot_binning_choose(&b, x, 3000, NULL) == PLOT_OK && b.bins == 10);
    for (int i = 0; i < 3000; i++) x[i] = 3;
    b = automatic;
    CHECK(plot_binning_choose(&b, x, 3000, NULL) == PLOT_OK);
    CHECK(b.bins == 1 && b.low == 2.5 && b.high == 3.5);
}

TEST("bins of equal ratio cover the positive values, the others lie below")
{
    const double x[] = { 1, 10, 100, 1000, -5, 0, NAN, 31 };
    double edge[4], count[3];
    plot_outside outside;
    plot_binning b = { 3, NAN, NAN, true, 0 };
    CHECK(plot_binning_choose(&b, x, 8, NULL) == PLOT_OK);
    plot_binning_edges(&b, edge);
    CHECK_NEAR(edge[1], 10, 1e-13);
    CHECK_NEAR(edge[2], 100, 1e-12);
    CHECK(edge[0] == 1 && edge[3] == 1000);
    CHECK(plot_histogram(x, NULL, 8, edge, 3, count, &outside) == PLOT_OK);
    CHECK(count[0] == 1 && count[1] == 2 && count[2] == 2);
    CHECK(outside.below == 2 && outside.above == 0 && outside.skipped == 1);
    b = (plot_binning){ 0, NAN, NAN, true, 0 };
    CHECK(plot_binning_choose(&b, x, 8, NULL) == PLOT_OK && b.bins >= 2);
}

TEST("given edges of any width, weights and cumulated measures")
{
    const double x[] = { 0, 1, 1.5, 2, 9, 10, 11, -1 }, w[] = { 1, 2, 3, 4, 5, 6, 7, NAN };
    const double edge[] = { 0, 1, 2, 10 };
    double count[3];
    plot_outside outside;
    CHECK(plot_histogram(x, NULL, 8, edge, 3, count, &outside) == PLOT_OK);
    CHECK(count[0] == 1 && count[1] == 2 && count[2] == 3 && outside.above == 1);
    CHECK(outside.below == 1);
    plot_histogram_scale(edge, 3, count, PLOT_DENSITY, true);
    CHECK_NEAR(count[0], 1.0 / 6, 1e-15);
    CHECK_NEAR(count[2], 1, 1e-15);
    CHECK(plot_histogram(x, w, 8, edge, 3, count, &outside) == PLOT_OK);
    CHECK(count[0] == 1 && count[1] == 5 && count[2] == 15 && outside.above == 7);
    CHECK_EQ_INT(outside.skipped, 1);
    plot_histogram_scale(edge, 3, count, PLOT_COUNT, true);
    CHECK(count[0] == 1 && count[1] == 6 && count[2] == 21);
}

TEST("quantiles are NumPy's, by selection as by sorting")
{
    static const double part[] = { 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1 };
    static const double numpy[] = { -0.3442634518141702, -0.3212448569739577, -0.21786513529546214,
                                    0.2637788173832698,  2.7372789189351185,  5.452542905910501,
                                    7.889469861149185 };
    static double x[20000];
    double q[13], s[13], many[13];
    fill_skewed(x, 200);
    CHECK(plot_quantiles(x, 200, part, 7, q, NULL) == PLOT_OK);
    for (int i = 0; i < 7; i++) CHECK(q[i] == numpy[i]);
    for (int round = 0; round < 40; round++) {
        size_t n = fill_random(x, 20000);
        for (int i = 0; i < 13; i++) many[i] = i == 12 ? 1 : uniform();
        CHECK(plot_quantiles(x, n, many, 13, s, NULL) == PLOT_OK);
        CHECK(plot_quantiles(x, n, many, 7, q, NULL) == PLOT_OK);
        CHECK(memcmp(q, s, 7 * sizeof *q) == 0);
    }
}

TEST("boxes have matplotlib's whiskers, outliers and notch")
{
    static const double beyond[] = { 7.889469861149185,
                                     7.779878934651544,
                                     7.671223482348461,
                                     7.563499766081319,
                                     7.45670404769149,
                                     7.350832589020359,
                                     30,
                                     -20 };
    double x[203], outlier[8];
    plot_box box;
    fill_skewed(x, 200);
    x[200] = 30, x[201] = -20, x[202] = NAN;
    CHECK(plot_box_measure(&box, x, 203, 1.5, NULL) == PLOT_OK);
    CHECK(box.lower == -0.21998008030672536 && box.median == 0.2637788173832698);
    CHECK(box.upper == 2.7669628343868915 && box.whisker_low == -0.3442634518141702);
    CHECK(box.whisker_high == 7.115981769113336);
    CHECK_NEAR(box.mean, 1.5641412258017762, 1e-14);
    CHECK_NEAR(box.notch_low, -0.06617327767812153, 1e-15);
    CHECK(box.count == 202 && box.skipped == 1 && box.outliers == 8);
    plot_box_outliers(&box, x, 203, outlier);
    CHECK(memcmp(outlier, beyond, sizeof beyond) == 0);
    CHECK(plot_box_measure(&box, x, 203, INFINITY, NULL) == PLOT_OK);
    CHECK(box.outliers == 0 && box.whisker_high == 30 && box.whisker_low == -20);
}

TEST("densities are SciPy's within 1e-4")
{
    static const int at[] = { 0, 3, 5, 8, 12 };
    static const double scott[] = { 0.00070735358654889, 0.28262274515636604, 0.08906824235591909,
                                    0.04897716406369373, 0.00419731396263317 };
    static const double silverman[] = { 0.00124893762095275, 0.27064083554104024,
                                        0.09148360369824385, 0.0490391494422933,
                                        0.00474007791891721 };
    double x[200], density[15];
    fill_skewed(x, 200);
    plot_summary s = plot_summarize(x, 200);
    CHECK_NEAR(s.mean, 1.5297826380597939, 1e-14);
    CHECK_NEAR(s.deviation, 2.343668713316841, 1e-14);
    double h = plot_bandwidth(&s, PLOT_SCOTT, 1), k = plot_bandwidth(&s, PLOT_SILVERMAN, 1);
    CHECK_NEAR(h, 0.8122509413498127, 1e-14);
    CHECK_NEAR(k, 0.860355561992062, 1e-14);
    CHECK_NEAR(plot_bandwidth(&s, PLOT_SCOTT, 2) / s.deviation, 0.41351855420001377, 1e-14);
    CHECK(plot_density(x, 200, h, (plot_span){ -3, 11, 15 }, density, NULL) == PLOT_OK);
    for (int i = 0; i < 5; i++) CHECK_NEAR(density[at[i]], scott[i], 3e-5);
    CHECK(plot_density(x, 200, k, (plot_span){ -3, 11, 15 }, density, NULL) == PLOT_OK);
    for (int i = 0; i < 5; i++) CHECK_NEAR(density[at[i]], silverman[i], 3e-5);
}

TEST("counts and densities in a plane are NumPy's and SciPy's")
{
    static const double counts[] = { 0, 41, 31, 1, 0, 0, 0, 0,  59, 0, 11, 0, 0, 0, 0, 21, 0, 0,
                                     0, 8,  0,  0, 0, 0, 5, 16, 0,  0, 0,  0, 0, 7, 0, 0,  0 };
    static const double bottom[] = { 4.1344913069971331e-03, 1.1269919654896656e-02,
                                     8.7065570181468002e-03, 3.1931089748357764e-03,
                                     4.9238176808187584e-04, 2.9474233839630543e-05,
                                     3.0061083470617875e-06 };
    static const double middle[] = { 0.00317914431352029, 0.0069025146669372, 0.00318411028905451,
                                     0.00134106108240473, 0.0020388494048634, 0.00162999481605794,
                                     0.00033764941607917 };
    double x[200], y[200], cell[35];
    plot_span columns = { -3, 11, 7 }, rows = { -4, 20, 5 };
    fill_skewed(x, 200);
    for (int i = 0; i < 200; i++) y[i] = 2 * x[199 - i] + 1;
    CHECK(plot_counts2d(x, y, 200, columns, rows, cell, NULL) == PLOT_OK);
    CHECK(memcmp(cell, counts, sizeof counts) == 0);
    CHECK(plot_density2d(x, y, 200, 0.9, 1.7, columns, rows, cell, NULL) == PLOT_OK);
    for (int j = 0; j < 7; j++) {
        CHECK_NEAR(cell[j], bottom[j], 1e-5);
        CHECK_NEAR(cell[14 + j], middle[j], 1e-5);
    }
}

TEST("groups have SciPy's means, deviations and intervals")
{
    double x[202], y[202];
    plot_group group[202];
    size_t count;
    fill_skewed(y, 200);
    for (int i = 0; i < 200; i++) x[i] = i % 4;
    x[200] = 9, y[200] = 5, x[201] = 1, y[201] = NAN;
    CHECK(plot_group_means(x, y, 202, PLOT_NORMAL, 0.9, group, &count, NULL) == PLOT_OK);
    CHECK(count == 5 && group[1].count == 50 && group[1].x == 1 && group[4].x == 9);
    CHECK_NEAR(group[1].mean, 1.5893667301618541, 1e-14);
    CHECK_NEAR(group[1].deviation, 2.4281359696861493, 1e-14);
    CHECK_NEAR(group[1].low, 1.0245399794174113, 1e-12);
    CHECK_NEAR(group[3].high, 2.052007289859204, 1e-12);
    CHECK(group[4].mean == 5 && isnan(group[4].low) && isnan(group[4].high));
    CHECK(plot_group_means(x, y, 202, PLOT_BOOTSTRAP, 0.9, group, &count, NULL) == PLOT_OK);
    CHECK_NEAR(group[1].low, 1.0469, 0.05);
    CHECK_NEAR(group[1].high, 2.1676, 0.05);
    double low = group[1].low;
    CHECK(plot_group_means(x, y, 202, PLOT_BOOTSTRAP, 0.9, group, &count, NULL) == PLOT_OK);
    CHECK(group[1].low == low);
    CHECK(plot_group_means(NULL, y, 202, PLOT_EXTENT, 0.9, group, &count, NULL) == PLOT_OK);
    CHECK(count == 1 && group[0].count == 201 && group[0].low == -0.3442634518141702);
    CHECK(plot_group_means(x, y, 202, PLOT_ERROR, 1, group, &count, NULL) == PLOT_INVALID);
}

TEST("the distribution of values with ties rises to 1")
{
    const double x[] = { 3, 1, NAN, 3, 2, 1, -0.0, 0.0, INFINITY };
    double value[9], part[9];
    size_t count;
    CHECK(plot_ecdf(x, 9, value, part, &count, NULL) == PLOT_OK);
    CHECK(count == 4 && value[0] == 0 && value[1] == 1 && value[2] == 2 && value[3] == 3);
    CHECK_NEAR(part[0], 2.0 / 7, 1e-15);
    CHECK_NEAR(part[2], 5.0 / 7, 1e-15);
    CHECK(part[3] == 1);
}

TEST("for any data counts add up, densities have the area 1 and quantiles rise")
{
    static double x[5000], weight[5000], edge[513], count[512], weighted[512], density[400];
    double q[21], part[21];
    for (int i = 0; i < 21; i++) part[i] = i / 20.0;
    for (int round = 0; round < 300; round++) {
        size_t n = fill_random(x, round % 3 ? 5000 : 40);
        plot_summary s = plot_summarize(x, n);
        plot_binning b = automatic;
        if (round % 5 == 0) b.bins = 1 + (size_t)(uniform() * 500);
        plot_outside outside;
        CHECK(plot_binning_choose(&b, x, n, NULL) == PLOT_OK && b.bins >= 1 && b.bins <= 512);
        plot_binning_edges(&b, edge);
        CHECK(plot_histogram(x, NULL, n, edge, b.bins, count, &outside) == PLOT_OK);
        double total = 0;
        for (size_t i = 0; i < b.bins; i++) total += count[i];
        CHECK(total == (double)s.count && outside.skipped == s.skipped);
        for (size_t i = 0; i < n; i++) weight[i] = 2;
        CHECK(plot_histogram(x, weight, n, edge, b.bins, weighted, NULL) == PLOT_OK);
        for (size_t i = 0; i < b.bins; i++) CHECK(weighted[i] == 2 * count[i]);
        CHECK(plot_quantiles(x, n, part, 21, q, NULL) == PLOT_OK);
        for (int i = 1; i < 21; i++) CHECK(s.count == 0 || q[i] >= q[i - 1]);
        if (s.count == 0) continue;
        double h = plot_bandwidth(&s, PLOT_SCOTT, 1), low = s.low - 6 * h, high = s.high + 6 * h;
        low -= high - low, high += high - low;
        plot_widen(&low, &high);
        CHECK(plot_density(x, n, h, (plot_span){ low, high, 400 }, density, NULL) == PLOT_OK);
        double area = 0;
        for (int i = 0; i < 400; i++) area += density[i] * (high - low) / 399;
        CHECK_NEAR(area, 1, 2e-4);
    }
}

TEST("no values, one value and values at the ends of all numbers are fine")
{
    const double one[] = { 5 }, ends[] = { -1.7e308, 1.7e308, 1e-320, -1e-320, 0 };
    const double *data[] = { one, one, ends, ends + 1, ends + 2 };
    const size_t n[] = { 0, 1, 5, 1, 3 };
    double edge[513], count[512], q[1], value[5], part[5], density[20];
    for (int i = 0; i < 5; i++) {
        plot_binning b = automatic;
        size_t groups;
        plot_box box;
        CHECK(plot_binning_choose(&b, data[i], n[i], NULL) == PLOT_OK);
        plot_binning_edges(&b, edge);
        CHECK(plot_histogram(data[i], NULL, n[i], edge, b.bins, count, NULL) == PLOT_OK);
        CHECK(b.low < b.high && isfinite(b.low) && isfinite(b.high));
        CHECK(plot_quantiles(data[i], n[i], (double[]){ 0.5 }, 1, q, NULL) == PLOT_OK);
        CHECK(isnan(q[0]) == (n[i] == 0));
        CHECK(plot_box_measure(&box, data[i], n[i], 1.5, NULL) == PLOT_OK);
        CHECK(plot_ecdf(data[i], n[i], value, part, &groups, NULL) == PLOT_OK);
        CHECK(groups == (n[i] == 3 ? 3 : n[i]));
        plot_summary s = plot_summarize(data[i], n[i]);
        CHECK((n[i] == 0) == isnan(s.mean) && (n[i] < 1 || (s.mean >= s.low && s.mean <= s.high)));
        double low = s.low, high = s.high;
        plot_widen(&low, &high);
        plot_status status =
            plot_density(data[i], n[i], 0, (plot_span){ low, high, 20 }, density, NULL);
        CHECK(status == PLOT_OK || i == 2 || i == 4);
    }
    CHECK(plot_quantiles(one, 1, (double[]){ 1.5 }, 1, q, NULL) == PLOT_INVALID);
    CHECK(plot_histogram(one, NULL, 1, (double[]){ 2, 1 }, 1, count, NULL) == PLOT_INVALID);
    CHECK(plot_density(one, 1, -1, (plot_span){ 0, 1, 20 }, density, NULL) == PLOT_INVALID);
    CHECK(plot_density(one, 1, 1, (plot_span){ 1, 1, 20 }, density, NULL) == PLOT_INVALID);
    plot_binning bad = { 3, 2, 1, false, 0 };
    CHECK(plot_binning_choose(&bad, one, 1, NULL) == PLOT_INVALID);
}

static void *failing_resize(void *user, void *old, size_t n)
{
    int *left = user;
    return (*left)-- == 0 ? NULL : realloc(old, n);
}

/* Every function that needs memory, one after the other until one fails. */
static plot_status compute_all(const plot_memory *memory)
{
    static double x[6000], value[6000], part[6000];
    static plot_group group[6000];
    plot_binning log_bins = { 0, NAN, NAN, true, 0 }, bins = automatic;
    plot_span at = { 0, 5, 9 };
    plot_box box;
    size_t count;
    fill_skewed(x, 6000);
    plot_status status = plot_quantiles(x, 6000, (double[]){ 0.5 }, 1, value, memory);
    if (status == PLOT_OK) status = plot_binning_choose(&bins, x, 6000, memory);
    if (status == PLOT_OK) status = plot_binning_choose(&log_bins, x, 6000, memory);
    if (status == PLOT_OK) status = plot_box_measure(&box, x, 100, 1.5, memory);
    if (status == PLOT_OK) status = plot_density(x, 100, 1, at, value, memory);
    if (status == PLOT_OK) status = plot_density2d(x, x, 100, 1, 1, at, at, value, memory);
    if (status == PLOT_OK) status = plot_ecdf(x, 100, value, part, &count, memory);
    if (status == PLOT_OK)
        status = plot_group_means(x, x, 100, PLOT_ERROR, 0.5, group, &count, memory);
    if (status == PLOT_OK)
        status = plot_group_means(NULL, x, 100, PLOT_BOOTSTRAP, 0.5, group, &count, memory);
    return status;
}

TEST("running out of memory at any allocation is an error and leaks nothing")
{
    plot_status status = PLOT_NO_MEMORY;
    int k = 0;
    for (; k < 100 && status != PLOT_OK; k++) {
        int left = k;
        status = compute_all(&(plot_memory){ failing_resize, &left });
        CHECK(status == PLOT_OK || status == PLOT_NO_MEMORY);
    }
    CHECK(k > 20 && status == PLOT_OK);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
