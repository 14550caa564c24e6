/* test_plot_image.c: matrices as colours: what a dot shows, texts on elements, pictures and their sizes. */
#include "tests/test.h"

#include "plot/image.h"
#include "plot/axis_need.h"
#include "plot/layout.h"
#include "plot/theme.h"
#include "tests/unit/plot_figures.h"

/* A figure of one image, without axes and with equal units if it is a picture. */
static plot_figure *figure_of(const plot_image *image, bool picture)
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = figure != NULL ? plot_figure_panel(figure, 0) : NULL;
    if (p == NULL || plot_panel_image(p, image) != PLOT_OK) exit(3);
    if (picture && plot_panel_axes(p, false) != PLOT_OK) exit(3);
    if (picture && plot_panel_equal(p, true) != PLOT_OK) exit(3);
    if (plot_panel_reverse(p, PLOT_Y, true) != PLOT_OK) exit(3);
    return figure;
}

/* The sampling of a figure's image as columns × rows of dots, the first row at the top. */
static plot_sampling sampling_of(plot_figure *figure, int columns, int rows)
{
    const plot_matrix *m = &plot_figure_panel(figure, 0)->data[0].matrix;
    plot_sampling s = { m, plot_map_make(PLOT_LINEAR, m->x[0], m->x[1]),
                        plot_map_make(PLOT_LINEAR, m->y[0], m->y[1]), columns, rows };
    s.y_map.reverse = true;
    return s;
}

TEST("a picture is magnified by a whole number, and every dot is exactly its element")
{
    enum { N = 7, TIMES = 4 };
    unsigned char rgb[3 * N * N];
    for (int i = 0; i < 3 * N * N; i++) rgb[i] = (unsigned char)(i + 60);
    plot_figure *figure = figure_of(&(plot_image){ .rgb = rgb, .rows = N, .cols = N }, true);
    plot_frame frame = { .cols = 40, .rows = 15, .color = PLOT_COLOR_RGB };
    plot_renderer *r = draw_cells(figure, &frame);
    int left = (40 - TIMES * N) / 2;
    for (int row = 0; row < TIMES * N / 2; row++) {
        for (int col = 0; col < TIMES * N; col++) {
            plot_shown cell = plot_drawn_cell(r, left + col, row);
            const unsigned char *dot = rgb + 3 * (row * 2 / TIMES * N + col / TIMES);
            CHECK_EQ_INT(cell.ink, dot[0] << 16 | dot[1] << 8 | dot[2]);
            CHECK_EQ_INT(cell.glyph, 0x2588);
        }
    }
    CHECK_EQ_INT(plot_drawn_cell(r, left - 1, 0).glyph, ' ');
    CHECK_EQ_INT(plot_drawn_cell(r, left + TIMES * N, 0).glyph, ' ');
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("two elements above each other stand in one cell, the upper one before the lower")
{
    unsigned char rgb[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    plot_figure *figure = figure_of(&(plot_image){ .rgb = rgb, .rows = 2, .cols = 2 }, true);
    plot_frame frame = { .cols = 2, .rows = 1, .color = PLOT_COLOR_RGB };
    plot_renderer *r = draw_cells(figure, &frame);
    for (int col = 0; col < 2; col++) {
        plot_shown cell = plot_drawn_cell(r, col, 0);
        CHECK_EQ_INT(cell.glyph, 0x2580);
        CHECK_EQ_INT(cell.ink, col == 0 ? 0x010203 : 0x040506);
        CHECK_EQ_INT(cell.back, col == 0 ? 0x070809 : 0x0a0b0c);
    }
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("a dot that covers several elements has their mean, each weighed by how much it covers")
{
    double z[] = { 0, 1, 2, 3, 4, 5 }, want[] = { 1 / 3.0, 5 / 3.0, 10 / 3.0, 14 / 3.0 };
    plot_figure *figure = figure_of(&(plot_image){ .z = z, .rows = 1, .cols = 6 }, false);
    plot_sampling s = sampling_of(figure, 4, 1);
    for (int i = 0; i < 4; i++) CHECK_NEAR(5 * plot_image_at(&s, i, 0).place, want[i], 1e-9);
    plot_figure_free(figure);
}

TEST("the mean over all dots of a reduced matrix is that of its elements")
{
    uint32_t seed = 11;
    for (int round = 0; round < 60; round++) {
        int rows = 1 + (int)(40 * uniform(&seed)), cols = 1 + (int)(40 * uniform(&seed));
        int down = 1 + (int)(rows * uniform(&seed)), across = 1 + (int)(cols * uniform(&seed));
        double z[1600], sum = 0, dots = 0;
        for (int i = 0; i < rows * cols; i++) sum += z[i] = uniform(&seed);
        plot_figure *figure = figure_of(
            &(plot_image){ .z = z, .rows = (size_t)rows, .cols = (size_t)cols, .lo = 0, .hi = 1 },
            false);
        plot_sampling s = sampling_of(figure, across, down);
        for (int i = 0; i < down * across; i++)
            dots += plot_image_at(&s, i % across, i / across).place;
        CHECK_NEAR(dots / (down * across), sum / (rows * cols), 1e-9);
        plot_figure_free(figure);
    }
}

TEST("numbers that are not finite weigh nothing, and where there are no others nothing is shown")
{
    double z[] = { PLOT_NAN, 3, PLOT_NAN, PLOT_INFINITY, 1, 2 };
    plot_figure *figure = figure_of(&(plot_image){ .z = z, .rows = 1, .cols = 6 }, false);
    plot_sampling s = sampling_of(figure, 3, 1);
    CHECK_NEAR(plot_image_at(&s, 0, 0).place, 1, 1e-12);
    CHECK(!plot_image_at(&s, 1, 0).shown);
    CHECK_NEAR(plot_image_at(&s, 2, 0).place, 0.25, 1e-12);
    plot_figure_free(figure);
}

TEST("the peak of a dot is its number farthest from 0, and belongs to no other dot")
{
    enum { N = 97, DOTS = 13 };
    for (int at = 0; at < N; at++) {
        double z[N] = { 0 };
        z[at] = -1;
        plot_figure *figure = figure_of(
            &(plot_image){ .z = z, .rows = 1, .cols = N, .lo = -1, .hi = 1, .peak = true }, false);
        plot_sampling s = sampling_of(figure, DOTS, 1);
        int seen = 0;
        for (int i = 0; i < DOTS; i++) seen += plot_image_at(&s, i, 0).place == 0;
        CHECK_EQ_INT(seen, 1);
        plot_figure_free(figure);
    }
}

TEST("a reversed axis turns a matrix round")
{
    double z[] = { 0, 1, 2, 3, 4, 5 };
    plot_figure *figure = figure_of(&(plot_image){ .z = z, .rows = 2, .cols = 3 }, false);
    plot_sampling s = sampling_of(figure, 3, 2), turned = s;
    turned.x_map.reverse = true;
    turned.y_map.reverse = false;
    for (int i = 0; i < 6; i++)
        CHECK_NEAR(plot_image_at(&s, i % 3, i / 3).place,
                   plot_image_at(&turned, 2 - i % 3, 1 - i / 3).place, 1e-12);
    CHECK_NEAR(plot_image_at(&s, 0, 0).place, 0, 0);
    CHECK_NEAR(plot_image_at(&s, 2, 1).place, 1, 0);
    plot_figure_free(figure);
}

TEST("of classes a dot shows the one that has most of it, as strong as that is on the whole dot")
{
    double z[] = { 0.5, 1.25, 1.75, 9.5, PLOT_NAN, -3 };
    plot_figure *figure =
        figure_of(&(plot_image){ .z = z, .rows = 1, .cols = 6, .classes = true }, false);
    plot_sampling three = sampling_of(figure, 2, 1), one = sampling_of(figure, 6, 1);
    plot_sample sample = plot_image_at(&three, 0, 0);
    CHECK(sample.shown && sample.entry == 1);
    CHECK_NEAR(sample.place, (0.25 + 0.75) / 3, 1e-12);
    CHECK_EQ_INT(plot_image_at(&one, 3, 0).entry, 9 % PLOT_COLORS);
    CHECK(!plot_image_at(&one, 4, 0).shown && !plot_image_at(&one, 5, 0).shown);
    plot_figure_free(figure);
}

TEST("matrices of extreme numbers and shapes are drawn")
{
    static const double extreme[] = { 1e308, -1e308, 5e-324, 0, 1e308, -PLOT_INFINITY };
    for (int rows = 1; rows <= 6; rows++) {
        for (int flags = 0; flags < 8; flags++) {
            plot_figure *figure =
                figure_of(&(plot_image){ .z = extreme,
                                         .rows = (size_t)rows,
                                         .cols = (size_t)(6 / rows),
                                         .peak = flags & 1,
                                         .classes = flags & 2,
                                         .scale = flags & 4 ? PLOT_LOG10 : PLOT_LINEAR },
                          flags & 1);
            for (int k = 0; k < 40; k++)
                free(drawn(figure, (plot_frame){ 1 + k * 3 % 37, 1 + k, (plot_charset)(k & 1),
                                                 (plot_color)(k % 4), PLOT_DARK }));
            plot_figure_free(figure);
        }
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static bool has(const char *bytes, const char *text)
{
    return strstr(bytes, text) != NULL;
}

TEST("texts stand on their elements if there is room for all of them, or not at all")
{
    static const char *const text[] = { "11", "1234", "7", "8" };
    double z[] = { 0, 1, PLOT_NAN, 0.5 };
    plot_figure *figure =
        figure_of(&(plot_image){ .z = z, .rows = 2, .cols = 2, .text = text }, true);
    char *wide = drawn(figure, (plot_frame){ .cols = 24, .rows = 6 });
    char *tight = drawn(figure, (plot_frame){ .cols = 8, .rows = 3 });
    char *low = drawn(figure, (plot_frame){ .cols = 12, .rows = 1 });
    CHECK(has(wide, "11") && has(wide, "1234") && has(wide, "7") && has(wide, "8"));
    CHECK(!has(wide, "·") && !has(wide, "NaN")); /* what has no colour is blank */
    CHECK(!has(tight, "11") && !has(tight, "7"));
    CHECK(!has(low, "11"));
    free(wide);
    free(tight);
    free(low);
    plot_figure_free(figure);
}

TEST("texts on colours are black or white, whichever can be read")
{
    static const char *const text[] = { "a", "b" };
    double z[] = { 0, 1 };
    plot_figure *figure = figure_of(
        &(plot_image){ .z = z, .rows = 1, .cols = 2, .map = PLOT_GREY, .text = text }, false);
    plot_frame frame = { .cols = 20, .rows = 3, .color = PLOT_COLOR_RGB };
    plot_renderer *r = draw_cells(figure, &frame);
    int seen = 0;
    for (int i = 0; i < 60; i++) {
        plot_shown cell = plot_drawn_cell(r, i % 20, i / 20);
        if (cell.glyph != 'a' && cell.glyph != 'b') continue;
        CHECK_EQ_INT(cell.back, cell.glyph == 'a' ? 0 : 0xffffff);
        CHECK_EQ_INT(cell.ink, cell.glyph == 'a' ? 0xffffff : 0);
        seen++;
    }
    CHECK_EQ_INT(seen, 2);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("without colour a picture has the same light on a dark and on a light terminal")
{
    double z[] = { 0, 1 };
    plot_figure *figure =
        figure_of(&(plot_image){ .z = z, .rows = 1, .cols = 2, .map = PLOT_GREY }, true);
    char *dark = drawn(figure, (plot_frame){ .cols = 4, .rows = 1 });
    char *light = drawn(figure, (plot_frame){ .cols = 4, .rows = 1, .background = PLOT_LIGHT });
    CHECK_EQ_STR(dark, "  ██\n");
    CHECK_EQ_STR(light, "██  \n");
    free(dark);
    free(light);
    plot_figure_free(figure);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

TEST("a picture asks for the rows that it fills when it is magnified by a whole number")
{
    double z[28 * 28] = { 0 };
    plot_figure *figure = figure_of(&(plot_image){ .z = z, .rows = 28, .cols = 28 }, true);
    CHECK_EQ_INT(plot_figure_rows(figure, 80, 20, 40), 28);
    CHECK_EQ_INT(plot_figure_rows(figure, 80, 20, 21), 14);
    CHECK_EQ_INT(plot_figure_rows(figure, 20, 20, 40), 10);
    CHECK(plot_figure_title(figure, "a boot") == PLOT_OK);
    CHECK_EQ_INT(plot_figure_rows(figure, 80, 20, 40), 29);
    CHECK_EQ_INT(plot_figure_rows(figure, 1, 20, 1), 6); /* for the title to be shown */
    CHECK(plot_panel_axes(plot_figure_panel(figure, 0), true) == PLOT_OK);
    CHECK_EQ_INT(plot_figure_rows(figure, 80, 20, 40), 20);
    plot_figure_free(figure);
}

TEST("figures of many rows of panels ask for more rows than others")
{
    plot_figure *figure = sample(0);
    CHECK_EQ_INT(plot_figure_rows(figure, 80, 20, 40), 20);
    CHECK(plot_figure_panels(figure, 5, 2, NULL) == PLOT_OK);
    CHECK(plot_figure_rows(figure, 80, 20, 40) > 30);
    plot_figure_free(figure);
}

TEST("pictures in rows are equally large, with a free row between them")
{
    double z[8 * 8] = { 0 };
    plot_figure *figure = plot_figure_new();
    CHECK(plot_figure_panels(figure, 3, 4, NULL) == PLOT_OK);
    for (size_t i = 0; i < 12; i++) {
        plot_panel *p = plot_figure_panel(figure, i);
        CHECK(plot_panel_axes(p, false) == PLOT_OK && plot_panel_equal(p, true) == PLOT_OK);
        CHECK(plot_panel_image(p, &(plot_image){ .z = z, .rows = 8, .cols = 8 }) == PLOT_OK);
    }
    plot_frame frame = { .cols = 78, .rows = plot_figure_rows(figure, 78, 20, 40) };
    plot_renderer *r = draw_cells(figure, &frame);
    CHECK_EQ_INT(frame.rows, 3 * 8 + 2);
    for (size_t i = 0; i < 12; i++) {
        const plot_rect *area = &r->layout.panel[i].area, *first = &r->layout.panel[0].area;
        CHECK(area->cols == 16 && area->rows == 8);
        CHECK_EQ_INT(area->row, (int)(i / 4) * 9);
        CHECK_EQ_INT(area->col - first->col, (int)(i % 4) * 20);
    }
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("the title of a panel has the colour it was given, and only those there are can be given")
{
    plot_figure *figure = sample(SAMPLES - 2);
    plot_frame frame = { .cols = 80, .rows = 20, .color = PLOT_COLOR_16 };
    plot_renderer *r = draw_cells(figure, &frame);
    bool green = false;
    for (int col = 0; col < 80; col++) {
        plot_shown cell = plot_drawn_cell(r, col, 0);
        if (cell.glyph == 0x2713) green = cell.ink_tier == PLOT_COLOR_16 && cell.ink == 10;
    }
    CHECK(green);
    CHECK(plot_panel_title_color(plot_figure_panel(figure, 0), PLOT_COLORS + 1) == PLOT_INVALID);
    CHECK(plot_panel_title_color(plot_figure_panel(figure, 0), -1) == PLOT_INVALID);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("numbers at both ends of what a double holds have the ends of the map, and their mean its "
     "middle")
{
    const double wide[] = { 1e-300, 1, 1e300 }, far[] = { -1.7e308, 1.7e308 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_image image = { .z = wide, .rows = 1, .cols = 3, .scale = PLOT_LOG10 };
    CHECK(plot_panel_image(panel, &image) == PLOT_OK);
    image = (plot_image){ .z = far, .rows = 1, .cols = 2 };
    CHECK(plot_panel_image(panel, &image) == PLOT_OK);
    plot_sampling s = { &panel->data[0].matrix, plot_map_make(PLOT_LINEAR, 0.5L, 3.5L),
                        plot_map_make(PLOT_LINEAR, 0.5L, 1.5L), 3, 1 };
    for (int i = 0; i < 3; i++) CHECK_NEAR(plot_image_at(&s, i, 0).place, i / 2.0, 1e-9);
    s = (plot_sampling){ &panel->data[1].matrix, plot_map_make(PLOT_LINEAR, 0.5L, 2.5L),
                         plot_map_make(PLOT_LINEAR, 0.5L, 1.5L), 1, 1 };
    CHECK_NEAR(plot_image_at(&s, 0, 0).place, 0.5, 1e-9);
    image.scale = PLOT_SYMLOG;
    CHECK(plot_panel_image(panel, &image) == PLOT_INVALID);
    plot_figure_free(figure);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}

/* ---- scatters in the colours of a map --------------------------------------------------------- */

/* Three points at the places 0.1, 0.5 and 0.9 of a map, and a bar from 0 to 10. */
static plot_figure *mapped_figure(plot_colormap map)
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = figure != NULL ? plot_figure_panel(figure, 0) : NULL;
    for (int i = 0; p != NULL && i < 3; i++) {
        double x = i, y = 1;
        plot_series series = { .kind = PLOT_SCATTER,
                               .x = &x,
                               .y = &y,
                               .n = 1,
                               .mapped = true,
                               .map = map,
                               .place = 0.1 + 0.4 * i };
        if (plot_panel_add(p, &series) != PLOT_OK) exit(3);
    }
    plot_image bar = { .map = map, .lo = 0, .hi = 10, .bar = true, .label = "loss" };
    if (p == NULL || plot_panel_image(p, &bar) != PLOT_OK) exit(3);
    return figure;
}

/* The same with room beside the points, on which no number of an axis stands. */
static plot_figure *roomy_figure(plot_colormap map)
{
    plot_figure *figure = mapped_figure(map);
    if (plot_panel_limits(plot_figure_panel(figure, 0), PLOT_X, -1, 3) != PLOT_OK) exit(3);
    return figure;
}

/* The figure's marks, row by row, at most 3, and how many there are. */
static int marks_of(const plot_renderer *r, const plot_frame *frame, plot_shown mark[3])
{
    static const unsigned marks[] = { 0x2022, 0xb7, 0x25cf, 'x', '.', 'o', '@' };
    int count = 0, end = frame->cols - 10; /* before the bar */
    for (int row = 0; row < frame->rows; row++) {
        for (int col = 8; col < end; col++) {
            plot_shown cell = plot_drawn_cell(r, col, row);
            for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
                if (cell.glyph == marks[i] && count < 3 && row < frame->rows - 2)
                    mark[count++] = cell;
        }
    }
    return count;
}

TEST("points of a colour map have the colours that the map has at their places")
{
    plot_figure *figure = roomy_figure(PLOT_VIRIDIS);
    plot_frame frame = { .cols = 50, .rows = 12, .color = PLOT_COLOR_RGB };
    plot_renderer *r = draw_cells(figure, &frame);
    plot_shown mark[3] = { { 0 } };
    CHECK_EQ_INT(marks_of(r, &frame, mark), 3);
    for (int i = 1; i < 3; i++) { /* the first is lightened on dark */
        plot_rgb want = plot_colormap_at(PLOT_VIRIDIS, 0.1 + 0.4 * i);
        CHECK_EQ_INT(mark[i].ink, want.r << 16 | want.g << 8 | want.b);
    }
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("where there are few colours, points of a colour map are small to large marks")
{
    static const unsigned utf8[] = { 0xb7, 0x2022, 0x25cf }, ascii[] = { '.', 'o', '@' };
    plot_figure *figure = roomy_figure(PLOT_MAGMA);
    for (int color = 0; color < 2; color++) {
        for (int charset = 0; charset < 2; charset++) {
            plot_frame frame = { 50, 12, (plot_charset)charset, (plot_color)color, PLOT_LIGHT };
            plot_renderer *r = draw_cells(figure, &frame);
            plot_shown mark[3] = { { 0 } };
            CHECK_EQ_INT(marks_of(r, &frame, mark), 3);
            for (int i = 0; i < 3; i++)
                CHECK_EQ_INT(mark[i].glyph, charset == PLOT_ASCII ? ascii[i] : utf8[i]);
            plot_renderer_free(r);
        }
    }
    plot_figure_free(figure);
}

TEST("no point of a colour map is lost on its background")
{
    for (int background = 0; background < 2; background++) {
        double ground = plot_lightness(plot_theme_ground((plot_background)background));
        for (int map = 0; map < PLOT_COLORMAPS; map++) {
            for (int i = 0; i <= 100; i++) {
                plot_rgb own = plot_colormap_at((plot_colormap)map, i / 100.0);
                plot_rgb shown = plot_theme_visible(own, (plot_background)background);
                CHECK(fabs(plot_lightness(shown) - ground) > 0.14);
            }
        }
    }
}

TEST("a bar alone explains its numbers and leaves the axes to the points")
{
    plot_figure *figure = mapped_figure(PLOT_VIRIDIS);
    char *text = drawn(figure, (plot_frame){ .cols = 50, .rows = 12 });
    CHECK(strstr(text, "loss") != NULL && strstr(text, "10") != NULL);
    plot_range x = plot_axis_range(plot_figure_panel(figure, 0), PLOT_X);
    CHECK_NEAR(x.lo, 0, 0);
    CHECK_NEAR(x.hi, 2, 0);
    free(text);
    plot_figure_free(figure);
}

TEST("a place in a map that is not finite, a map that there is not, and lines of a map are refused")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *p = plot_figure_panel(figure, 0);
    double y = 1;
    plot_series good = { .kind = PLOT_SCATTER, .y = &y, .n = 1, .mapped = true };
    plot_series bad[] = { good, good, good };
    bad[0].place = PLOT_NAN;
    bad[1].map = PLOT_COLORMAPS;
    bad[2].kind = PLOT_LINE;
    for (int i = 0; i < 3; i++) CHECK_EQ_INT(plot_panel_add(p, &bad[i]), PLOT_INVALID);
    CHECK_EQ_INT(plot_panel_add(p, &good), PLOT_OK);
    plot_figure_free(figure);
}

TEST("tints of all colours differ in 256 colours, too")
{
    for (int background = 0; background < 2; background++) {
        plot_frame frame = { .color = PLOT_COLOR_256, .background = (plot_background)background };
        unsigned tint[PLOT_COLORS];
        for (int i = 0; i < PLOT_COLORS; i++) {
            plot_cell cell = { .glyph = ' ', .back = { PLOT_ROLE_TINT, (uint8_t)i, { 0 } } };
            tint[i] = plot_theme_cell(&cell, &frame).back;
            for (int k = 0; k < i; k++) CHECK(tint[k] != tint[i]);
        }
    }
}
