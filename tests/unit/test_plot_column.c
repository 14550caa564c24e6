/* test_plot_column.c: columns of numbers and what is known of their stretches. */
#include "tests/test.h"

#include "plot/column.h"
#include "tests/unit/plot_figures.h"

static const plot_memory memory = { 0 };

/* The first of the lowest and of the highest, by looking at all; false if one is not finite. */
static bool by_looking(const double *v, size_t from, size_t to, size_t *low, size_t *high)
{
    *low = *high = from;
    for (size_t i = from; i < to; i++) {
        if (!isfinite(v[i])) return false;
        if (v[i] < v[*low]) *low = i;
        if (v[i] > v[*high]) *high = i;
    }
    return true;
}

static void fill(double *v, size_t n, int round, uint32_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = (double)(float)(round & 1 ? floor(noise(seed) * 3) : noise(seed));
        if (round % 3 == 2 && uniform(seed) < 0.0005) v[i] = round & 4 ? PLOT_NAN : -PLOT_INFINITY;
    }
}

TEST("the ends of a stretch are those that a look at every number finds")
{
    enum { N = 70000 };
    double *v = malloc(N * sizeof *v);
    float *narrow = malloc(N * sizeof *narrow);
    uint32_t seed = 5;
    for (int round = 0; round < 8; round++) {
        plot_column wide = { 0 }, floats = { 0 };
        fill(v, N, round, &seed);
        for (size_t i = 0; i < N; i++) narrow[i] = (float)v[i];
        CHECK(plot_column_reserve(&floats, &memory, N, true));
        plot_column_append(&floats, (plot_numbers_in){ .narrow = narrow }, N);
        for (size_t done = 0, n; done < N; done += n) {
            n = 1 + (size_t)(uniform(&seed) * (round & 1 ? 9000 : 100));
            if (n > N - done) n = N - done;
            CHECK(plot_column_reserve(&wide, &memory, done + n, false));
            plot_column_append(&wide, (plot_numbers_in){ .wide = v + done }, n);
        }
        for (int k = 0; k < 400; k++) {
            size_t from = (size_t)(uniform(&seed) * (N - 1)), low, high, at_low, at_high;
            size_t to = from + 1 + (size_t)(uniform(&seed) * (double)(k & 1 ? 200 : N - from - 1));
            if (to > N) to = N;
            bool finite = by_looking(v, from, to, &low, &high);
            CHECK(plot_column_range(&wide, from, to, &at_low, &at_high) == finite);
            if (finite) CHECK(at_low == low && at_high == high);
            CHECK(plot_column_range(&floats, from, to, &at_low, &at_high) == finite);
            if (finite) CHECK(at_low == low && at_high == high);
        }
        plot_column_free(&wide);
        plot_column_free(&floats);
    }
    free(v);
    free(narrow);
}

TEST("a column of floats that doubles come to keeps its numbers, as doubles")
{
    const float first[] = { 1.5f, 2.5f };
    const double more[] = { 0.1 };
    plot_column column = { 0 };
    CHECK(plot_column_reserve(&column, &memory, 2, true));
    plot_column_append(&column, (plot_numbers_in){ .narrow = first }, 2);
    CHECK(plot_column_reserve(&column, &memory, 3, false));
    plot_column_append(&column, (plot_numbers_in){ .wide = more }, 1);
    CHECK_NEAR(plot_column_at(&column, 1), 2.5, 0);
    CHECK_NEAR(plot_column_at(&column, 2), 0.1, 0);
    plot_column_free(&column);
}

/* What the statistics should be, by looking at every point. */
static void check_statistics(const plot_data *data, const double *x, const double *y, size_t n)
{
    plot_data wanted = { .kind = data->kind, .sorted = true, .finite_x = true };
    double last = -PLOT_INFINITY;
    wanted.whole_x = wanted.whole_y = true;
    for (size_t i = 0; i < n; i++) {
        double at = x != NULL ? x[i] : (double)i + 1;
        wanted.finite_x &= isfinite(at) != 0;
        wanted.nan += isnan(at) || isnan(y[i]);
        wanted.infinite += !(isnan(at) || isnan(y[i])) && !(isfinite(at) && isfinite(y[i]));
        if (!isfinite(at) || !isfinite(y[i])) continue;
        wanted.sorted &= at >= last;
        last = at;
        wanted.whole_x &= at == floor(at);
        wanted.whole_y &= y[i] == floor(y[i]);
        plot_data_include(&wanted, at, y[i]);
    }
    CHECK(wanted.sorted == data->sorted && wanted.finite_x == data->finite_x);
    CHECK(wanted.whole_x == data->whole_x && wanted.whole_y == data->whole_y);
    CHECK(wanted.nan == data->nan && wanted.infinite == data->infinite);
    CHECK(memcmp(wanted.extent, data->extent, sizeof wanted.extent) == 0);
}

TEST("what a series covers is found group by group as point by point")
{
    enum { N = 1000 };
    double x[N], y[N];
    uint32_t seed = 6;
    for (int round = 0; round < 64; round++) {
        for (int i = 0; i < N; i++) {
            x[i] = round & 1 ? i - 200 : (i + uniform(&seed)) * (round & 2 ? 1 : -1);
            y[i] = round & 4 ? floor(10 * noise(&seed)) : noise(&seed) + (round & 8 ? 9 : -3);
            if (round & 16 && uniform(&seed) < 0.003) y[i] = PLOT_NAN;
            if (round & 16 && uniform(&seed) < 0.003) x[i] = PLOT_INFINITY;
        }
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        const double *at = round & 32 ? NULL : x;
        CHECK(plot_panel_add(panel, &(plot_series){ .x = at, .y = y, .n = N }) == PLOT_OK);
        check_statistics(&panel->data[0], at, y, N);
        plot_figure_free(figure);
    }
}

TEST("floats are drawn as the same doubles are")
{
    enum { N = 30000 };
    double *x = malloc(N * sizeof *x), *y = malloc(N * sizeof *y);
    float *x32 = malloc(N * sizeof *x32), *y32 = malloc(N * sizeof *y32);
    uint32_t seed = 7;
    double level = 0;
    for (int i = 0; i < N; i++) {
        level += noise(&seed);
        x32[i] = (float)(i + uniform(&seed) * 0.5);
        y32[i] = i % 5000 == 77 ? NAN : (float)level;
        x[i] = (double)x32[i];
        y[i] = (double)y32[i];
    }
    for (int kind = 0; kind < 4; kind++) {
        plot_figure *a = plot_figure_new(), *b = plot_figure_new();
        plot_series s = {
            .kind = (plot_kind)(kind & 1), .x = x, .y = y, .n = N, .smooth = kind == 2 ? 0.9 : 0
        };
        CHECK(plot_panel_add(plot_figure_panel(a, 0), &s) == PLOT_OK);
        s.x = s.y = NULL;
        s.x_narrow = x32;
        s.y_narrow = y32;
        CHECK(plot_panel_add(plot_figure_panel(b, 0), &s) == PLOT_OK);
        char *wide = drawn(a, (plot_frame){ .cols = 90, .rows = 20 });
        char *narrow = drawn(b, (plot_frame){ .cols = 90, .rows = 20 });
        CHECK_EQ_STR(narrow, wide);
        free(wide);
        free(narrow);
        plot_figure_free(a);
        plot_figure_free(b);
    }
    free(x);
    free(y);
    free(x32);
    free(y32);
}

TEST("the first number that is not finite is found, wherever it is")
{
    enum { N = 300000 };
    plot_column column = { 0 };
    double *y = calloc(N, sizeof *y);
    const size_t lost[] = { 0, 1, 63, 64, 4095, 4096, 4097, 262143, 262144, 299999 };
    for (size_t k = 0; k < sizeof lost / sizeof *lost; k++)
        y[lost[k]] = k & 1 ? PLOT_NAN : PLOT_INFINITY;
    CHECK(plot_column_reserve(&column, &memory, N, false));
    plot_column_append(&column, (plot_numbers_in){ .wide = y }, N);
    size_t at = 0;
    for (size_t k = 0; k < sizeof lost / sizeof *lost; k++, at++) {
        at = plot_column_lost(&column, at);
        CHECK_EQ_INT(at, lost[k]);
    }
    CHECK_EQ_INT(plot_column_lost(&column, at), N);
    CHECK_EQ_INT(plot_column_lost(&column, 5000), 262143);
    free(y);
    plot_column_free(&column);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
