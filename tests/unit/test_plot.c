/* test_plot.c: figures as their users see them: goldens, and what holds for every figure and frame.
**
** Goldens are tests/expected/plot_*.txt.  ACCEPT=1 in the environment writes what is drawn now there;
** look at the difference before keeping it. */
#define _XOPEN_SOURCE 700
#include "tests/test.h"

#include "plot/plot_memory.h"
#include "tests/unit/plot_figures.h"
#include "tests/unit/text_shape.h"

#include <dirent.h>
#include <locale.h>

static void check_golden(const char *name, const char *text)
{
    char path[200];
    char *expected = calloc(1, 1 << 20);
    snprintf(path, sizeof path, "tests/expected/plot_%s.txt", name);
    if (getenv("ACCEPT") != NULL) {
        FILE *file = fopen(path, "wb");
        CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    }
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        CHECK(fread(expected, 1, (1 << 20) - 1, file) > 0);
        fclose(file);
    }
    if (strcmp(expected, text) != 0)
        TEST_FAIL("%s differs (ACCEPT=1 accepts this):\n%s", path, text);
    free(expected);
}

TEST("every sample figure is drawn as its stored picture, on 80 by 24 without colour")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        char *text = drawn(figure, (plot_frame){ .cols = 80, .rows = 24 });
        if (strcmp(samples[i].name, "hostile") != 0) check_golden(samples[i].name, text);
        free(text);
        plot_figure_free(figure);
    }
}

TEST("every colour tier and ASCII have their stored picture")
{
    static const char *const names[] = { "ascii", "color_16", "color_256", "color_rgb" };
    plot_figure *figure = sample(1);
    for (int color = 0; color < 4; color++) {
        plot_frame frame = { 80, 24, color == 0 ? PLOT_ASCII : PLOT_UTF8, (plot_color)color,
                             PLOT_DARK };
        char *text = drawn(figure, frame);
        check_golden(names[color], text);
        free(text);
    }
    char *text = drawn(figure, (plot_frame){ 80, 24, PLOT_UTF8, PLOT_COLOR_RGB, PLOT_LIGHT });
    check_golden("color_rgb_light", text);
    free(text);
    plot_figure_free(figure);
}

TEST("contours have their stored picture in ASCII, 16 and all colours")
{
    static const char *const names[] = { "contour_ascii", "contour_color_16", "contour_color_256",
                                         "contour_color_rgb" };
    plot_figure *figure = sample(6);
    for (int color = 0; color < 4; color++) {
        plot_frame frame = { 80, 24, color == 0 ? PLOT_ASCII : PLOT_UTF8, (plot_color)color,
                             color == 1 ? PLOT_LIGHT : PLOT_DARK };
        char *text = drawn(figure, frame);
        check_golden(names[color], text);
        free(text);
    }
    plot_figure_free(figure);
}

TEST("hostile numbers alone in a series are drawn")
{
    const double values[] = { 0,         5e-324,   -5e-324,  2.3e-308,      1.7976931348623157e308,
                              1e308,     -1e308,   PLOT_NAN, PLOT_INFINITY, -PLOT_INFINITY,
                              1 + 1e-16, 1e15 + 1, -3 };
    enum { COUNT = sizeof values / sizeof *values };
    for (int i = 0; i < COUNT * COUNT * 8; i++) {
        double y[2] = { values[i / 8 % COUNT], values[i / 8 / COUNT] };
        double x[2] = { y[1], y[0] };
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        CHECK(plot_panel_scale(panel, PLOT_X, (plot_scale)(i & 1)) == PLOT_OK);
        CHECK(plot_panel_scale(panel, PLOT_Y, (plot_scale)(i >> 1 & 1)) == PLOT_OK);
        plot_series series = { .x = x, .y = y, .n = 2, .kind = (plot_kind)(i >> 2 & 1) };
        CHECK(plot_panel_add(panel, &series) == PLOT_OK);
        plot_frame frame = { .cols = 60, .rows = 15, .charset = PLOT_ASCII };
        char *text = drawn(figure, frame);
        check_shape(text, frame, "two hostile numbers");
        free(text);
        plot_figure_free(figure);
    }
}

TEST("a second drawing gives the same bytes")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i), *twin = sample(i);
        plot_frame frame = { .cols = 77, .rows = 19, .color = PLOT_COLOR_256 };
        char *first = drawn(figure, frame), *second = drawn(figure, frame),
             *other = drawn(twin, frame);
        CHECK_EQ_STR(second, first);
        CHECK_EQ_STR(other, first);
        free(first);
        free(second);
        free(other);
        plot_figure_free(figure);
        plot_figure_free(twin);
    }
}

TEST("a locale with decimal commas changes nothing")
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", "de_DE",
                                         "fr_FR" };
    const char *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && found == NULL; i++)
        found = setlocale(LC_ALL, names[i]);
    setlocale(LC_ALL, "C");
    if (found == NULL) {
        SKIP("no locale with decimal commas is installed");
        return;
    }
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        plot_frame frame = { .cols = 80, .rows = 24 };
        char *plain = drawn(figure, frame);
        setlocale(LC_ALL, found);
        char *foreign = drawn(figure, frame);
        setlocale(LC_ALL, "C");
        CHECK_EQ_STR(foreign, plain);
        free(plain);
        free(foreign);
        plot_figure_free(figure);
    }
}

TEST("no source of plot/ asks the C library to write or read a decimal point")
{
    static const char *const words[] = { "%f",   "%g",    "%e",        ".*f",    ".*g",
                                         "atof", "scanf", "setlocale", "wcwidth" };
    DIR *folder = opendir("plot");
    CHECK(folder != NULL);
    int files = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char path[300], line[400];
        snprintf(path, sizeof path, "plot/%s", entry->d_name);
        size_t length = strlen(path);
        FILE *file = path[length - 2] == '.' ? fopen(path, "r") : NULL;
        files += file != NULL;
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (strstr(line, words[i]) != NULL) TEST_FAIL("%s: %s", path, line);
        if (file != NULL) fclose(file);
    }
    CHECK(files > 10);
    if (folder != NULL) closedir(folder);
}

TEST("points that are not numbers are never joined over, and are counted")
{
    double y[64];
    for (int i = 0; i < 64; i++) y[i] = i < 20 || i > 43 ? 1.5 : i & 1 ? PLOT_NAN : PLOT_INFINITY;
    plot_figure *figure = plot_figure_new();
    CHECK(plot_panel_add(plot_figure_panel(figure, 0), &(plot_series){ .y = y, .n = 64 }) ==
          PLOT_OK);
    plot_frame frame = { .cols = 80, .rows = 12 };
    plot_renderer *drawing = draw_cells(figure, &frame);
    int left = drawing->layout.panel[0].area.col +
               plot_part(plot_map_at(&drawing->layout.panel[0].x.map, 20),
                         drawing->layout.panel[0].area.cols);
    int right = drawing->layout.panel[0].area.col +
                plot_part(plot_map_at(&drawing->layout.panel[0].x.map, 45),
                          drawing->layout.panel[0].area.cols);
    int before = 0, between = 0, after = 0;
    for (int row = drawing->layout.panel[0].area.row;
         row < drawing->layout.panel[0].area.row + drawing->layout.panel[0].area.rows; row++) {
        for (int col = drawing->layout.panel[0].area.col; col < drawing->cells.cols; col++) {
            int ink = has_ink(cell_at(&drawing->cells, col, row));
            before += ink && col <= left;
            between += ink && col > left && col < right;
            after += ink && col >= right;
        }
    }
    CHECK(before > 10 && after > 10);
    CHECK_EQ_INT(between, 0);
    plot_renderer_free(drawing);
    char *text = drawn(figure, frame);
    CHECK(strstr(text, "12 NaN, 12 Inf") != NULL);
    CHECK(strstr(text, "▲") != NULL);
    free(text);
    plot_figure_free(figure);
}

/* The number of cells with ink of the series with this color (from 1). */
static int cells_of(const plot_cells *cells, int color, plot_role role, int from_row)
{
    int count = 0;
    for (int i = from_row * cells->cols; i < cells->cols * cells->rows; i++)
        count += has_ink(&cells->cell[i]) && cells->cell[i].ink.index == color - 1 &&
                 cells->cell[i].ink.role == role;
    return count;
}

TEST("a line whose points are all out of view is drawn where it crosses it")
{
    const double x[] = { -100, 100 }, y[] = { -100, 100 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_add(panel, &(plot_series){ .x = x, .y = y, .n = 2 }) == PLOT_OK);
    CHECK(plot_panel_limits(panel, PLOT_X, -1, 1) == PLOT_OK);
    CHECK(plot_panel_limits(panel, PLOT_Y, -1, 1) == PLOT_OK);
    plot_frame frame = { .cols = 40, .rows = 20 };
    plot_renderer *drawing = draw_cells(figure, &frame);
    CHECK(cells_of(&drawing->cells, 1, PLOT_ROLE_SERIES, 0) >= drawing->layout.panel[0].area.cols);
    plot_renderer_free(drawing);
    plot_figure_free(figure);
}

TEST("the series with most dots gives a cell its colour, and faint ink gives way to any other")
{
    double flat[400], steep[400];
    for (int i = 0; i < 400; i++) {
        flat[i] = 0.5;
        steep[i] = i & 1;
    }
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_frame frame = { .cols = 60, .rows = 20, .color = PLOT_COLOR_16 };
    CHECK(plot_panel_add(panel, &(plot_series){ .y = steep, .n = 400, .color = 3 }) == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = flat, .n = 400, .color = 5 }) == PLOT_OK);
    plot_renderer *drawing = draw_cells(figure, &frame);
    CHECK_EQ_INT(cells_of(&drawing->cells, 5, PLOT_ROLE_SERIES, 0), 0);
    plot_renderer_free(drawing);
    plot_figure_free(figure);

    figure = plot_figure_new();
    panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_add(panel, &(plot_series){
                                    .y = steep, .n = 400, .color = 3, .smooth = 0.99 }) == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = flat, .n = 400, .color = 5 }) == PLOT_OK);
    drawing = draw_cells(figure, &frame);
    CHECK(cells_of(&drawing->cells, 5, PLOT_ROLE_SERIES, 0) +
              cells_of(&drawing->cells, 3, PLOT_ROLE_SERIES, 0) >=
          drawing->layout.panel[0].area.cols - 4);
    CHECK(cells_of(&drawing->cells, 3, PLOT_ROLE_FAINT, 0) >
          5 * drawing->layout.panel[0].area.cols);
    plot_renderer_free(drawing);
    plot_figure_free(figure);
}

TEST("leaving out what cannot be seen changes no cell of a line")
{
    enum { N = 20000 };
    double *x = malloc(N * sizeof *x), *y = malloc(N * sizeof *y);
    uint32_t seed = 9;
    for (int round = 0; round < 24; round++) {
        double at = 0, level = 0;
        for (int i = 0; i < N; i++) {
            at += uniform(&seed) * (uniform(&seed) < 0.001 ? 300 : 1);
            level += 0.1 * noise(&seed);
            x[i] = round & 1 ? at : floor(at / 5);
            y[i] = fabs(level) + 1e-3 + (uniform(&seed) < 0.001 ? 20 : 0);
            if (round & 2 && uniform(&seed) < 0.01) y[i] = PLOT_NAN;
        }
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        double other[] = { 1, 2 };
        CHECK(plot_panel_add(panel, &(plot_series){ .y = other, .n = 2 }) == PLOT_OK);
        CHECK(plot_panel_add(panel, &(plot_series){ .x = x, .y = y, .n = N }) == PLOT_OK);
        if (round & 4) {
            CHECK(plot_panel_limits(panel, PLOT_X, x[N / 3], x[N / 2]) == PLOT_OK);
            CHECK(plot_panel_limits(panel, PLOT_Y, 1, 3) == PLOT_OK);
        }
        if (round & 8) CHECK(plot_panel_scale(panel, PLOT_Y, PLOT_LOG10) == PLOT_OK);
        if (round & 16) CHECK(plot_panel_scale(panel, PLOT_X, PLOT_LOG10) == PLOT_OK);
        plot_frame frame = { .cols = 50 + round, .rows = 20 };
        char *reduced = drawn(figure, frame);
        CHECK(panel->data[1].sorted);
        panel->data[1].sorted = false; /* M4 is for sorted lines only */
        char *all = drawn(figure, frame);
        CHECK_EQ_STR(reduced, all);
        free(reduced);
        free(all);
        plot_figure_free(figure);
    }
    free(x);
    free(y);
}

TEST("leaving out what cannot be seen changes no cell of a band beyond the columns it is in")
{
    enum { N = 4000 };
    double x[N], low[N], high[N];
    uint32_t seed = 11;
    for (int round = 0; round < 16; round++) {
        double at = 0;
        for (int i = 0; i < N; i++) {
            at += uniform(&seed) < 0.002 ? 2000 : uniform(&seed);
            x[i] = at;
            low[i] = round & 1 ? i * 0.01 : wave(i / 900.0);
            high[i] = low[i] + 0.2 + 0.1 * wave(i / 500.0);
        }
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        plot_series band = { .kind = PLOT_BAND, .x = x, .y = low, .y2 = high, .n = N };
        CHECK(plot_panel_add(panel, &band) == PLOT_OK);
        if (round & 2) CHECK(plot_panel_limits(panel, PLOT_X, x[2000], x[2040]) == PLOT_OK);
        if (round & 4) CHECK(plot_panel_reverse(panel, PLOT_X, true) == PLOT_OK);
        if (round & 8) CHECK(plot_panel_scale(panel, PLOT_X, PLOT_SYMLOG) == PLOT_OK);
        plot_frame frame = { .cols = 70, .rows = 20 };
        char *reduced = drawn(figure, frame);
        CHECK(panel->data[0].sorted);
        panel->data[0].sorted = false;
        char *all = drawn(figure, frame);
        CHECK_EQ_STR(reduced, all);
        free(reduced);
        free(all);
        plot_figure_free(figure);
    }
}

TEST("without colour no two series of a panel look alike")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    for (int i = 0; i < 8; i++) {
        const double y[] = { i, i };
        CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 2 }) == PLOT_OK);
    }
    for (int charset = 0; charset < 2; charset++) {
        plot_frame frame = { .cols = 60, .rows = 30, .charset = (plot_charset)charset };
        plot_renderer *drawing = draw_cells(figure, &frame);
        uint32_t look[8][60] = { 0 };
        for (int i = 0; i < 8; i++) {
            int row = drawing->layout.panel[0].area.row + drawing->layout.panel[0].area.rows - 1 -
                      plot_part(plot_map_at(&drawing->layout.panel[0].y.map, i),
                                drawing->layout.panel[0].area.rows);
            for (int col = 0; col < drawing->layout.panel[0].area.cols; col++)
                look[i][col] =
                    cell_at(&drawing->cells, drawing->layout.panel[0].area.col + col, row)->glyph;
            for (int k = 0; k < i; k++) CHECK(memcmp(look[i], look[k], sizeof *look) != 0);
        }
        plot_renderer_free(drawing);
    }
    plot_figure_free(figure);
}

TEST("a logarithmic axis counts what it cannot show, and labels decades")
{
    const double y[] = { 1e-6, 1e-2, 0, -5, 1e3 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_scale(panel, PLOT_Y, PLOT_LOG10) == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 5, .label = "loss" }) == PLOT_OK);
    char *text = drawn(figure, (plot_frame){ .cols = 80, .rows = 40 });
    CHECK(strstr(text, "loss (2 points ≤ 0)") != NULL);
    CHECK(strstr(text, "1e-6 ┤") != NULL && strstr(text, "1e3 ┤") != NULL);
    free(text);
    plot_figure_free(figure);
}

TEST("series for which the legend has no room are counted in it")
{
    plot_figure *figure = plot_figure_new();
    const double y[] = { 1, 2 };
    char label[32];
    for (int i = 0; i < 30; i++) {
        snprintf(label, sizeof label, "series number %d", i + 1);
        CHECK(plot_panel_add(plot_figure_panel(figure, 0),
                             &(plot_series){ .y = y, .n = 2, .label = label }) == PLOT_OK);
    }
    char *text = drawn(figure, (plot_frame){ .cols = 80, .rows = 24, .color = PLOT_COLOR_16 });
    CHECK(strstr(text, " more") != NULL);
    CHECK(strstr(text, "series number 1\033") != NULL || strstr(text, "series number 1 ") != NULL);
    CHECK(strstr(text, "series number 30") == NULL);
    free(text);
    CHECK(plot_panel_legend(plot_figure_panel(figure, 0), false) == PLOT_OK);
    text = drawn(figure, (plot_frame){ .cols = 80, .rows = 24 });
    CHECK(strstr(text, "series") == NULL && strstr(text, "more") == NULL);
    free(text);
    plot_figure_free(figure);
}

TEST("what makes no sense is refused with a message that says what")
{
    const double y[] = { 1 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_text out;
    CHECK_EQ_STR(plot_figure_error(figure), "");
    CHECK(plot_figure_panel(figure, 1) == NULL);
    CHECK(plot_panel_add(panel, &(plot_series){ .n = 3 }) == PLOT_INVALID);
    CHECK(strstr(plot_figure_error(figure), "without y") != NULL);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 1, .color = 10 }) == PLOT_INVALID);
    CHECK(strstr(plot_figure_error(figure), "1 to 8") != NULL);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 1, .smooth = 1 }) == PLOT_INVALID);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 1, .smooth = PLOT_NAN }) ==
          PLOT_INVALID);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 1, .kind = (plot_kind)77 }) ==
          PLOT_INVALID);
    CHECK(plot_panel_limits(panel, PLOT_X, 2, 1) == PLOT_INVALID);
    CHECK(plot_panel_limits(panel, PLOT_X, 0, PLOT_INFINITY) == PLOT_INVALID);
    CHECK(plot_panel_scale(panel, (plot_axis)5, PLOT_LINEAR) == PLOT_INVALID);
    CHECK(plot_panel_label(panel, (plot_axis)-1, "x") == PLOT_INVALID);
    CHECK(plot_render(figure, &(plot_frame){ .cols = 0, .rows = 5 }, &out) == PLOT_INVALID);
    CHECK(strstr(out.error, "0 by 5") != NULL && out.bytes == NULL);
    CHECK(plot_render(figure, &(plot_frame){ .cols = 5, .rows = 1 << 30 }, &out) == PLOT_INVALID);
    CHECK(panel->count == 0);
    plot_text_free(&out);
    plot_figure_free(figure);
    plot_figure_free(NULL);
}

/* Fails the allocation that *user counts down to. */
static void *failing_resize(void *user, void *old, size_t n)
{
    int *left = user;
    return (*left)-- == 0 ? NULL : realloc(old, n);
}

TEST("running out of memory at any allocation is an error and leaks nothing")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_status status = PLOT_NO_MEMORY;
        int k = 0;
        for (; k < 2000 && status != PLOT_OK; k++) {
            int left = k;
            plot_figure *figure = plot_figure_new_in((plot_memory){ failing_resize, &left });
            if (figure == NULL) continue;
            status = samples[i].make(figure);
            CHECK(status == PLOT_OK || strstr(plot_figure_error(figure), "out of memory") != NULL);
            plot_text out = { .bytes = NULL };
            if (status == PLOT_OK) {
                status = plot_render(figure, &(plot_frame){ .cols = 50, .rows = 15 }, &out);
                CHECK((status == PLOT_OK) == (out.bytes != NULL));
                CHECK(status == PLOT_OK || strstr(out.error, "out of memory") != NULL);
            }
            plot_text_free(&out);
            plot_figure_free(figure);
        }
        CHECK(k > 4 && status == PLOT_OK);
    }
}

TEST("a change that fails for lack of memory leaves the figure as it was")
{
    const double y[] = { 1, 2, 3 };
    plot_frame frame = { .cols = 60, .rows = 15 };
    for (int k = 0; k < 6; k++) {
        int left = 1 << 30;
        plot_figure *figure = plot_figure_new_in((plot_memory){ failing_resize, &left });
        plot_series series = { .y = y, .n = 3, .x = y, .label = "one", .smooth = 0.5 };
        CHECK(plot_panel_add(plot_figure_panel(figure, 0), &series) == PLOT_OK);
        CHECK(plot_figure_title(figure, "before") == PLOT_OK);
        char *before = drawn(figure, frame);
        left = k == 5 ? 0 : k;
        if (k == 5)
            CHECK(plot_figure_title(figure, "afterwards") == PLOT_NO_MEMORY);
        else if (k < 4)
            CHECK(plot_panel_add(plot_figure_panel(figure, 0), &series) == PLOT_NO_MEMORY);
        left = 1 << 30;
        char *after = drawn(figure, frame);
        CHECK_EQ_STR(after, before);
        free(before);
        free(after);
        plot_figure_free(figure);
    }
}

TEST("contents that cannot be replaced for lack of memory stay, and take points as before")
{
    const double few[] = { 1, 2, 3 };
    double many[500];
    for (int i = 0; i < 500; i++) many[i] = i;
    for (int k = 0; k < 24; k++) {
        int left = 1 << 30;
        plot_figure *figure = plot_figure_new_in((plot_memory){ failing_resize, &left });
        plot_panel *panel = plot_figure_panel(figure, 0);
        plot_series old[] = { { .y = few, .n = 3, .label = "old" },
                              { .kind = PLOT_BAND, .x = few, .y = few, .y2 = few, .n = 3 } };
        plot_series new[] = {
            { .x = many, .y = many, .n = 500, .label = "new", .smooth = 0.5 },
            { .kind = PLOT_BAND, .x = many, .y = many, .x2 = many, .n = 500, .across = true }
        };
        for (size_t i = 0; i < 2; i++) CHECK(plot_panel_add(panel, &old[i]) == PLOT_OK);
        char *before = drawn(figure, (plot_frame){ .cols = 60, .rows = 15 });
        left = k / 2;
        plot_status status = plot_panel_replace(panel, k % 2, &new[k % 2]);
        CHECK((status == PLOT_NO_MEMORY) == (left < 0));
        left = 1 << 30;
        if (status != PLOT_OK) {
            char *after = drawn(figure, (plot_frame){ .cols = 60, .rows = 15 });
            CHECK_EQ_STR(after, before);
            free(after);
            CHECK(plot_panel_append(panel, 1, many, many, many, 400) == PLOT_OK);
        }
        CHECK(k > 1 || status != PLOT_OK);
        CHECK(k < 22 || status == PLOT_OK);
        free(before);
        plot_figure_free(figure);
    }
}

/* Counts in *user what is allocated. */
static void *counting_resize(void *user, void *old, size_t n)
{
    ++*(int *)user;
    return realloc(old, n);
}

TEST("after the first frame a renderer needs no memory, and draws what one drawing gives")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        int allocations = 0;
        plot_renderer *r = plot_renderer_new_in((plot_memory){ counting_resize, &allocations });
        plot_frame frame = { .cols = 100, .rows = 30, .color = PLOT_COLOR_RGB };
        char *once = drawn(figure, frame);
        for (int round = 0; round < 3; round++) {
            const char *bytes;
            size_t length;
            CHECK(plot_draw(r, figure, &frame) == PLOT_OK);
            CHECK(plot_drawn_text(r, &bytes, &length) == PLOT_OK);
            CHECK(strlen(once) == length);
            CHECK_EQ_STR(bytes, once);
            if (round > 0 && allocations > 0) TEST_FAIL("%s: %d", samples[i].name, allocations);
            allocations = 0;
        }
        free(once);
        plot_renderer_free(r);
        plot_figure_free(figure);
    }
}

TEST("points that are added later are drawn like those that were there from the start")
{
    enum { N = 700 };
    double x[N], y[N], high[N];
    uint32_t seed = 12;
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < N; i++) {
            x[i] = i + uniform(&seed);
            y[i] = noise(&seed);
            high[i] = y[i] + 1;
            if (uniform(&seed) < 0.02) y[i] = PLOT_NAN;
        }
        plot_series s = { .kind = (plot_kind)(round % 3), .x = x, .y = y, .label = "a" };
        if (s.kind == PLOT_BAND) s.y2 = high;
        if (s.kind == PLOT_LINE) s.smooth = round % 2 ? 0.9 : 0;
        s.bare = round >= 6;
        plot_figure *pieces = plot_figure_new(), *whole = plot_figure_new();
        plot_panel *p = plot_figure_panel(pieces, 0);
        CHECK(plot_panel_add(p, &s) == PLOT_OK);
        for (size_t done = 0, n; done < N; done += n) {
            n = 1 + (size_t)(uniform(&seed) * 50);
            if (n > N - done) n = N - done;
            CHECK(plot_panel_append(p, 0, x + done, y + done, high + done, n) == PLOT_OK);
        }
        s.n = N;
        CHECK(plot_panel_add(plot_figure_panel(whole, 0), &s) == PLOT_OK);
        char *a = drawn(pieces, (plot_frame){ .cols = 80, .rows = 20 });
        char *b = drawn(whole, (plot_frame){ .cols = 80, .rows = 20 });
        CHECK_EQ_STR(a, b);
        /* and the same contents, put in place of others */
        plot_series other = s;
        other.n = 3;
        CHECK(plot_panel_replace(p, 0, &other) == PLOT_OK);
        CHECK(plot_panel_replace(p, 0, &s) == PLOT_OK);
        char *c = drawn(pieces, (plot_frame){ .cols = 80, .rows = 20 });
        CHECK_EQ_STR(c, b);
        free(a);
        free(b);
        free(c);
        plot_figure_free(pieces);
        plot_figure_free(whole);
    }
}

TEST("an average that is drawn alone is drawn like a line of the averages")
{
    enum { N = 1200000 };
    double *y = malloc(N * sizeof *y), *average = malloc(N * sizeof *average), at = 0, past = 1;
    uint32_t seed = 5;
    for (int i = 0; i < N; i++) y[i] = noise(&seed) + i * 1e-5;
    plot_smooth(average, y, N, 0.9, &at, &past);
    plot_figure *figure = plot_figure_new(), *twin = plot_figure_new();
    plot_series bare = { .y = y, .n = N, .smooth = 0.9, .bare = true };
    CHECK(plot_panel_add(plot_figure_panel(figure, 0), &bare) == PLOT_OK);
    plot_series line = { .y = average, .n = N };
    CHECK(plot_panel_add(plot_figure_panel(twin, 0), &line) == PLOT_OK);
    char *a = drawn(figure, (plot_frame){ .cols = 30, .rows = 20 });
    char *b = drawn(twin, (plot_frame){ .cols = 30, .rows = 20 });
    CHECK_EQ_STR(a, b);
    free(a);
    free(b);
    free(y);
    free(average);
    plot_figure_free(figure);
    plot_figure_free(twin);
}

TEST("ends that a kind has not are not kept, and colours on a log scale have no center")
{
    const double y[] = { 1, 2, 3 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_series line = { .x = y, .y = y, .x2 = y, .y2 = y, .n = 3 };
    CHECK(plot_panel_add(panel, &line) == PLOT_OK);
    for (int i = 0; i < 10; i++) CHECK(plot_panel_append(panel, 0, y, y, NULL, 3) == PLOT_OK);
    CHECK_EQ_INT(panel->data[0].extent[0][0].count, 33);
    plot_image image = { .z = y, .rows = 1, .cols = 3, .scale = PLOT_LOG10, .centered = true };
    CHECK(plot_panel_image(panel, &image) == PLOT_INVALID);
    CHECK(strstr(plot_figure_error(figure), "no center") != NULL);
    plot_figure_free(figure);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
