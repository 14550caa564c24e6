/* test_plot_contour.c: contour lines, their levels and their labels. */
#include "tests/test.h"

#include "plot/colormap.h"
#include "plot/contour.h"
#include "tests/unit/plot_figures.h"

#include <float.h>

static const plot_memory memory = { 0 };

static plot_data traced(plot_grid grid)
{
    plot_data data;
    if (plot_contour_init(&data, &memory, &grid) != PLOT_OK) exit(3);
    return data;
}

/* The number of lines among the data's points: each ends with a gap. */
static int lines_of(const plot_data *data)
{
    int lines = 0;
    for (size_t i = 0; i < data->n; i++) lines += isnan(data->x.wide[i]) != 0;
    return lines;
}

enum { SIDE = 81 };

/* f(x, y) on SIDE × SIDE places from -2 to 2. */
static void fill(double *z, double *places, double (*f)(double, double))
{
    for (int i = 0; i < SIDE; i++) places[i] = -2 + 4.0 * i / (SIDE - 1);
    for (int i = 0; i < SIDE * SIDE; i++) z[i] = f(places[i % SIDE], places[i / SIDE]);
}

static double square_distance(double x, double y)
{
    return x * x + y * y;
}

TEST("the level of a bowl is a circle: one closed line at the right distance")
{
    static double z[SIDE * SIDE], at[SIDE];
    const double level[] = { 1, 2.25 };
    fill(z, at, square_distance);
    plot_data data = traced((plot_grid){
        .z = z, .x = at, .y = at, .rows = SIDE, .cols = SIDE, .level = level, .levels = 2 });
    CHECK_EQ_INT(data.levels, 2);
    CHECK_EQ_INT(lines_of(&data), 2);
    for (size_t k = 0; k < data.levels; k++) {
        const plot_level *l = &data.level[k];
        const double *x = data.x.wide + l->first, *y = data.y.wide + l->first;
        CHECK(l->count > 100);
        CHECK(x[0] == x[l->count - 2] && y[0] == y[l->count - 2]);
        for (size_t i = 0; i + 1 < l->count; i++)
            CHECK_NEAR(sqrt(square_distance(x[i], y[i])), sqrt(level[k]), 1e-3);
    }
    plot_data_free(&data);
}

TEST("on a saddle the mean of the corners says which of them are joined")
{
    /* high at the lower left and the upper right; the mean is 0 */
    const double z[] = { 1, -1, -1, 1 };
    for (int high = 0; high < 2; high++) {
        const double level[] = { high ? -0.5 : 0.5 };
        plot_data data =
            traced((plot_grid){ .z = z, .rows = 2, .cols = 2, .level = level, .levels = 1 });
        CHECK_EQ_INT(lines_of(&data), 2);
        CHECK_EQ_INT(data.n, 6);
        for (int i = 0; i < 2; i++) {
            const double *x = data.x.wide + 3 * i, *y = data.y.wide + 3 * i;
            /* the middle of a line lies near the corner that it cuts off: 1 1 or 2 2 are the high ones */
            bool near_high = (x[0] + x[1] < 3) == (y[0] + y[1] < 3);
            CHECK(near_high == !high);
        }
        plot_data_free(&data);
    }
}

/* How the cell edge at (x, y) of the unit grid is reached: does a value between the ends of the edge that
** the point lies on equal the level? */
static bool on_edge(const double *z, size_t cols, double x, double y, double level)
{
    size_t col = (size_t)floor(x - 1), row = (size_t)floor(y - 1);
    double along = x - 1 - (double)col, up = y - 1 - (double)row;
    if (along > 1e-9 && up > 1e-9) return false;
    double from = z[row * cols + col];
    double to = along > up ? z[row * cols + col + 1] : up > 0 ? z[(row + 1) * cols + col] : from;
    double part = fmax(along, up);
    return fabs(from * (1 - part) + to * part - level) < 1e-9;
}

TEST("in noise every point is where the level is crossed, and no line ends inside")
{
    enum { ROWS = 23, COLS = 31 };
    double z[ROWS * COLS];
    uint32_t seed = 11;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < ROWS * COLS; i++) z[i] = noise(&seed);
        plot_data data = traced((plot_grid){ .z = z, .rows = ROWS, .cols = COLS });
        size_t points = 0, crossings = 0, start = 0;
        for (size_t k = 0; k < data.levels; k++) {
            double level = data.level[k].value;
            for (int i = 0; i < ROWS * COLS; i++) {
                if (i % COLS + 1 < COLS) crossings += (z[i] >= level) != (z[i + 1] >= level);
                if (i / COLS + 1 < ROWS) crossings += (z[i] >= level) != (z[i + COLS] >= level);
            }
            for (size_t i = data.level[k].first; i < data.level[k].first + data.level[k].count;
                 i++) {
                double x = data.x.wide[i], y = data.y.wide[i];
                if (!isnan(x)) {
                    CHECK(on_edge(z, COLS, x, y, level));
                    points++;
                    continue;
                }
                bool closed = data.x.wide[start] == data.x.wide[i - 1] &&
                              data.y.wide[start] == data.y.wide[i - 1];
                points -= closed; /* its first point is there twice */
                for (int end = 0; end < 2 && !closed; end++) {
                    double ex = data.x.wide[end ? i - 1 : start],
                           ey = data.y.wide[end ? i - 1 : start];
                    CHECK(ex == 1 || ex == COLS || ey == 1 || ey == ROWS);
                }
                start = i + 1;
            }
        }
        CHECK(data.levels >= 4);
        CHECK_EQ_INT(points, crossings);
        plot_data_free(&data);
    }
}

TEST("cells with a value that is not finite are left out, and such values are counted")
{
    static double z[SIDE * SIDE], at[SIDE];
    const double level[] = { 1 };
    fill(z, at, square_distance);
    z[40 * SIDE + 60] = PLOT_NAN; /* on the circle, at x = 1, y = 0 */
    z[40 * SIDE + 20] = -PLOT_INFINITY;
    plot_data data = traced((plot_grid){
        .z = z, .x = at, .y = at, .rows = SIDE, .cols = SIDE, .level = level, .levels = 1 });
    CHECK_EQ_INT(data.nan, 1);
    CHECK_EQ_INT(data.infinite, 1);
    CHECK_EQ_INT(lines_of(&data), 2);
    for (size_t i = 0; i < data.n; i++)
        CHECK(isnan(data.x.wide[i]) || fabs(data.x.wide[i]) < 0.96 ||
              fabs(data.y.wide[i]) >= 0.05 - 1e-12);
    plot_data_free(&data);
}

static double ramp_low, ramp_high;

static double ramp(double x, double y)
{
    (void)y;
    return ramp_low + (ramp_high - ramp_low) * (x + 2) / 4;
}

static double decades(double x, double y)
{
    (void)y;
    return pow(10, 2 * x);
}

static plot_data filled(double (*f)(double, double), size_t wanted)
{
    static double z[SIDE * SIDE], at[SIDE];
    fill(z, at, f);
    return traced(
        (plot_grid){ .z = z, .x = at, .y = at, .rows = SIDE, .cols = SIDE, .levels = wanted });
}

TEST("chosen levels are round numbers between the ends, about as many as wanted")
{
    static const double ends[][2] = { { 0, 1 },          { -3, 5 },      { 1e6, 1.0001e6 },
                                      { -1e-7, 3e-7 },   { 0, 1.7e308 }, { -7, 7.5 },
                                      { 1e-320, 3e-320 } };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        for (size_t wanted = 1; wanted < 40; wanted += 6) {
            ramp_low = ends[i][0];
            ramp_high = ends[i][1];
            plot_data data = filled(ramp, wanted);
            if (data.levels < 1 || data.levels > wanted + 1 || 3 * data.levels < wanted)
                TEST_FAIL("%zu levels for %zu from %g to %g", data.levels, wanted, ramp_low,
                          ramp_high);
            for (size_t k = 0; k < data.levels; k++) {
                const plot_level *l = &data.level[k];
                CHECK(l->value > ramp_low && l->value < ramp_high);
                CHECK(k == 0 || l->value > l[-1].value);
                CHECK(l->count > 0 && l->label[0] != '\0');
            }
            plot_data_free(&data);
        }
    }
    ramp_low = 0, ramp_high = 1;
    plot_data data = filled(ramp, 0);
    CHECK_EQ_STR(data.level[0].label, "0.2");
    CHECK_EQ_INT(data.levels, 4);
    plot_data_free(&data);
}

TEST("values over decades have levels at equal factors")
{
    plot_data data = filled(decades, 0);
    for (size_t k = 1; k < data.levels; k++) {
        double factor = data.level[k].value / data.level[k - 1].value;
        CHECK_NEAR(factor, 10, 1e-9);
    }
    CHECK(data.levels >= 6);
    plot_data_free(&data);
    data = filled(decades, 16);
    CHECK_NEAR(data.level[1].value / data.level[0].value, 10.0 / 3, 0.4);
    plot_data_free(&data);
}

TEST("levels that are given are sorted, and drawn once")
{
    const double z[] = { 0, 1, 0, 1 }, level[] = { 0.75, 0.25, 0.75, 0.5, 9 };
    plot_data data =
        traced((plot_grid){ .z = z, .rows = 2, .cols = 2, .level = level, .levels = 5 });
    CHECK_EQ_INT(data.levels, 4);
    CHECK_EQ_STR(data.level[0].label, "0.25");
    CHECK_EQ_STR(data.level[2].label, "0.75");
    CHECK_EQ_INT(lines_of(&data), 3);
    plot_data_free(&data);
}

TEST("labels of single values say them with six digits")
{
    static const struct {
        double value;
        const char *label;
    } cases[] = { { 0, "0" },
                  { 0.1, "0.1" },
                  { -2.5, "-2.5" },
                  { 300, "300" },
                  { 1e-9, "1e-9" },
                  { 123456, "123456" },
                  { 25000, "25k" },
                  { 1.0 / 3, "0.333333" },
                  { -1e30, "-1e30" },
                  { 5e-324, "4.94066e-324" },
                  { 0.30000000000000004, "0.3" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char label[PLOT_LABEL_SIZE];
        plot_label_value(cases[i].value, label);
        CHECK_EQ_STR(label, cases[i].label);
    }
}

TEST("grids without room for a line, flat ones and hostile numbers are drawn")
{
    const double values[] = { 0,        5e-324, -5e-324,       2.3e-308,       DBL_MAX, -DBL_MAX,
                              PLOT_NAN, 1e308,  PLOT_INFINITY, -PLOT_INFINITY, 1,       -3 };
    enum { COUNT = sizeof values / sizeof *values };
    static const double places[] = { -DBL_MAX, 1, 1, DBL_MAX, 5e-324 };
    uint32_t seed = 12;
    for (int round = 0; round < 2000; round++) {
        double z[20];
        for (int i = 0; i < 20; i++) z[i] = values[(int)(uniform(&seed) * COUNT)];
        plot_grid grid = { .z = z, .rows = (size_t)(round % 5), .cols = (size_t)(round / 5 % 5) };
        if (round % 3 == 0) grid.x = places;
        if (round % 7 == 0) grid.level = values, grid.levels = 6;
        plot_figure *figure = plot_figure_new();
        CHECK(plot_panel_contour(plot_figure_panel(figure, 0), &grid) == PLOT_OK);
        CHECK(plot_panel_scale(plot_figure_panel(figure, 0), PLOT_X, (plot_scale)(round & 1)) ==
              PLOT_OK);
        char *text = drawn(figure, (plot_frame){ .cols = 50, .rows = 12 });
        CHECK(strlen(text) > 600);
        free(text);
        plot_figure_free(figure);
    }
}

TEST("contours reach the edges of their panel, and make room for what is beyond")
{
    const double z[] = { 0, 1, 0, 1 }, x[] = { 0.3, 7.7 }, far[] = { 20 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_frame frame = { .cols = 80, .rows = 24 };
    CHECK(plot_panel_contour(panel, &(plot_grid){ .z = z, .x = x, .rows = 2, .cols = 2 }) ==
          PLOT_OK);
    plot_renderer *drawing = draw_cells(figure, &frame);
    CHECK_NEAR(plot_map_at(&drawing->layout.panel[0].x.map, 0.3), 0, 1e-12);
    CHECK_NEAR(plot_map_at(&drawing->layout.panel[0].x.map, 7.7), 1, 1e-12);
    CHECK(plot_panel_add(panel, &(plot_series){ .x = far, .y = far, .n = 1 }) == PLOT_OK);
    CHECK(plot_draw(drawing, figure, &frame) == PLOT_OK);
    CHECK_NEAR(plot_map_at(&drawing->layout.panel[0].x.map, 20), 1, 1e-12);
    CHECK_EQ_INT(panel->data[1].color, 0); /* contours take no colour of the palette */
    plot_renderer_free(drawing);
    plot_figure_free(figure);
}

TEST("a line over contours keeps its cells, added before them or after")
{
    double z[40 * 40], path[40];
    for (int i = 0; i < 40 * 40; i++) z[i] = i % 40 + i / 40;
    for (int i = 0; i < 40; i++) path[i] = 40 - i;
    for (int first = 0; first < 2; first++) {
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        plot_series line = { .y = path, .n = 40 };
        if (first) CHECK(plot_panel_add(panel, &line) == PLOT_OK);
        CHECK(plot_panel_contour(panel, &(plot_grid){ .z = z, .rows = 40, .cols = 40 }) == PLOT_OK);
        if (!first) CHECK(plot_panel_add(panel, &line) == PLOT_OK);
        plot_frame frame = { .cols = 80, .rows = 24, .color = PLOT_COLOR_RGB };
        plot_renderer *drawing = draw_cells(figure, &frame);
        int series = 0, shades = 0, digits = 0;
        for (int i = 0; i < 80 * drawing->layout.panel[0].area.rows; i++) {
            const plot_cell *cell = &drawing->cells.cell[i];
            if (cell->glyph == PLOT_BLANK_BRAILLE) continue;
            series += cell->ink.role == PLOT_ROLE_SERIES;
            shades += cell->ink.role == PLOT_ROLE_SHADE;
            digits += cell->ink.role == PLOT_ROLE_SHADE && cell->glyph < 0x7f;
        }
        CHECK(series >= drawing->layout.panel[0].area.cols - 8 && shades > 100 && digits >= 8);
        plot_renderer_free(drawing);
        plot_figure_free(figure);
    }
}

TEST("a frame of any size shows contours")
{
    plot_figure *figure = sample(6);
    CHECK_EQ_STR(samples[6].name, "contour");
    for (int size = 0; size < 20 * 30; size++) {
        plot_frame frame = { size % 30 * 7 + 1, size / 30 * 5 + 1, (plot_charset)(size & 1),
                             (plot_color)(size % 4), PLOT_DARK };
        char *text = drawn(figure, frame);
        int rows = 0;
        for (const char *s = text; *s != '\0'; s++) rows += *s == '\n';
        CHECK_EQ_INT(rows, frame.rows);
        free(text);
    }
    plot_figure_free(figure);
}

TEST("viridis goes from dark blue to yellow, and gets lighter all the way")
{
    plot_rgb first = plot_colormap_at(PLOT_VIRIDIS, 0), last = plot_colormap_at(PLOT_VIRIDIS, 1);
    CHECK(first.r == 68 && first.g == 1 && first.b == 84);
    CHECK(last.r == 253 && last.g == 231 && last.b == 37);
    double before = -1;
    for (int i = 0; i <= 100; i++) {
        plot_rgb c = plot_colormap_at(PLOT_VIRIDIS, i / 100.0);
        double light = 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
        CHECK(light > before);
        before = light;
    }
    plot_rgb none = plot_colormap_at(PLOT_VIRIDIS, PLOT_NAN),
             below = plot_colormap_at(PLOT_VIRIDIS, -5), above = plot_colormap_at(PLOT_VIRIDIS, 7);
    CHECK(none.r == 68 && below.r == 68 && above.r == 253);
}

TEST("grids that make no sense are refused with a message that says what")
{
    const double z[4] = { 0 }, bad[] = { 1, PLOT_NAN };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    static const double many[PLOT_LEVELS_MAX + 1];
    const struct {
        plot_grid grid;
        const char *message;
    } cases[] = {
        { { .rows = 2, .cols = 2 }, "without z" },
        { { .z = z, .rows = 2, .cols = 2, .x = bad }, "place" },
        { { .z = z, .rows = 2, .cols = 2, .y = bad }, "place" },
        { { .z = z, .rows = 2, .cols = 2, .level = bad, .levels = 2 }, "level" },
        { { .z = z, .rows = 2, .cols = 2, .level = many, .levels = PLOT_LEVELS_MAX + 1 },
          "at most" },
        { { .z = z, .rows = SIZE_MAX / 2, .cols = 8 }, "grid" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(plot_panel_contour(panel, &cases[i].grid) == PLOT_INVALID);
        if (strstr(plot_figure_error(figure), cases[i].message) == NULL)
            TEST_FAIL("%s", plot_figure_error(figure));
    }
    CHECK(panel->count == 0);
    plot_figure_free(figure);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
