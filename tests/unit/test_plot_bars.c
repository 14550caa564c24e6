/* test_plot_bars.c: bars on their axes, cell by cell; violins' bodies; whiskers; numbers beside bars. */
#include "tests/test.h"

#include "plot/bar_values.h"
#include "plot/layout.h"
#include "tests/unit/plot_figures.h"

/* A figure without axes, whose area is the whole frame, from 0 to 1 both ways. */
static plot_panel *bare_panel(plot_figure *figure)
{
    plot_panel *panel = plot_figure_panel(figure, 0);
    if (plot_panel_axes(panel, false) != PLOT_OK ||
        plot_panel_limits(panel, PLOT_X, 0, 1) != PLOT_OK ||
        plot_panel_limits(panel, PLOT_Y, 0, 1) != PLOT_OK)
        exit(3);
    return panel;
}

static void add_bar(plot_panel *panel, bool across, double from, double to, double base, double tip)
{
    plot_series bar = { .kind = PLOT_RECTS, .n = 1, .across = across, .based = true };
    bar.x = across ? &base : &from;
    bar.x2 = across ? &tip : &to;
    bar.y = across ? &from : &base;
    bar.y2 = across ? &to : &tip;
    if (plot_panel_add(panel, &bar) != PLOT_OK) exit(3);
}

/* The eighths of the cell that its block fills from the near end, -1 for other characters. */
static int eighths_of(unsigned glyph, bool across)
{
    if (glyph == ' ') return 0;
    if (glyph == 0x2588) return 8;
    if (across) return glyph >= 0x2589 && glyph <= 0x258f ? 0x2590 - (int)glyph : -1;
    return glyph >= 0x2581 && glyph <= 0x2587 ? (int)glyph - 0x2580 : -1;
}

TEST(
    "a bar is as many eighths of a cell long as its value says, on every frame, standing and lying")
{
    uint32_t seed = 3;
    for (int cols = 1; cols <= 60; cols += 1 + cols / 6) {
        for (int rows = 1; rows <= 30; rows += 1 + rows / 5) {
            for (int across = 0; across < 2; across++) {
                double value = uniform(&seed);
                plot_figure *figure = plot_figure_new();
                plot_frame frame = { .cols = cols, .rows = rows };
                add_bar(bare_panel(figure), across, 0, 1, 0, value);
                plot_renderer *r = draw_cells(figure, &frame);
                int cells = across ? cols : rows, sum = 0, want = (int)(value * cells * 8 + 0.5);
                for (int i = 0; i < cells; i++) {
                    int part = eighths_of(
                        plot_drawn_cell(r, across ? i : 0, across ? 0 : rows - 1 - i).glyph,
                        across);
                    if (part < 0 || (i > 0 && part > 0 && sum != 8 * i))
                        TEST_FAIL("%d by %d: cell %d", cols, rows, i);
                    sum += part;
                }
                CHECK_EQ_INT(sum, want > 0 ? want : 1);
                plot_renderer_free(r);
                plot_figure_free(figure);
            }
        }
    }
}

static plot_ruler fitted(const plot_figure *figure, int cols, int rows, plot_axis axis)
{
    plot_layout layout = { 0 };
    plot_frame frame = { .cols = cols, .rows = rows };
    plot_memory memory = { 0 };
    if (plot_layout_init(&layout, &memory, figure, &frame) != PLOT_OK) exit(3);
    plot_ruler ruler = axis == PLOT_X ? layout.panel[0].x : layout.panel[0].y;
    plot_layout_free(&layout);
    return ruler;
}

TEST("bars above 0 stand on the axis, bars below 0 hang from its end, and ticks are on edges of "
     "cells")
{
    uint32_t seed = 5;
    for (int round = 0; round < 400; round++) {
        double size = pow(10, 12 * uniform(&seed) - 6) * (round % 2 ? -1 : 1);
        bool across = round % 4 > 1;
        plot_figure *figure = plot_figure_new();
        int cols = 20 + round % 90, rows = 8 + round % 37;
        add_bar(plot_figure_panel(figure, 0), across, 0, 1, 0, size);
        plot_ruler ruler = fitted(figure, cols, rows, across ? PLOT_X : PLOT_Y);
        CHECK_NEAR(plot_map_at(&ruler.map, 0), size < 0 ? 1 : 0, size < 0 ? 1e-12 : 0);
        double tip = plot_map_at(&ruler.map, size);
        CHECK(tip >= 0 && tip <= 1 && fabs(tip - (size < 0 ? 1 : 0)) > 0.6);
        CHECK(ruler.count > 0);
        for (int i = 1; i < ruler.count; i++) {
            const plot_tick *tick = &ruler.tick[i], *first = &ruler.tick[0];
            double cells = (tick->cell - first->cell) / (tick->at - first->at);
            CHECK_NEAR(cells, floor(cells + 0.5), 1e-6); /* whole cells apart */
            CHECK_NEAR(tick->at * cells, tick->cell + 1, 1e-5);
        }
        plot_figure_free(figure);
    }
}

TEST("the tick of 0 is beside the axis itself, that of a bar's value beside its last full cell")
{
    plot_figure *figure = plot_figure_new();
    plot_frame frame = { .cols = 30, .rows = 12 };
    add_bar(plot_figure_panel(figure, 0), false, 0, 1, 0, 10);
    char *text = drawn(figure, frame);
    CHECK(strstr(text, "10 ┤█") != NULL);
    CHECK(strstr(text, " 0 └") != NULL);
    free(text);
    plot_figure_free(figure);
}

TEST("bars on a logarithmic axis reach its low end, and the least of them is seen")
{
    const double left[] = { 0, 1, 2 }, right[] = { 1, 2, 3 }, base[3] = { 0 },
                 tip[] = { 1, 30, 5000 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_scale(panel, PLOT_Y, PLOT_LOG10) == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .kind = PLOT_RECTS,
                                                .x = left,
                                                .x2 = right,
                                                .y = base,
                                                .y2 = tip,
                                                .n = 3,
                                                .based = true }) == PLOT_OK);
    plot_ruler ruler = fitted(figure, 40, 14, PLOT_Y);
    double last = 0;
    for (int i = 0; i < 3; i++) {
        double at = plot_map_at(&ruler.map, tip[i]);
        CHECK(at > last + 0.02 && at <= 1);
        last = at;
    }
    plot_frame frame = { .cols = 40, .rows = 14 };
    plot_renderer *r = draw_cells(figure, &frame);
    CHECK(eighths_of(plot_drawn_cell(r, 10, 11).glyph, false) > 0);
    CHECK_EQ_INT(plot_drawn_cell(r, 33, 11).glyph, 0x2588);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("bars that meet in a cell are both in it, the least of three parts is left out")
{
    static const struct {
        double middle, top;
        unsigned glyph;
        bool ink_above; /* the upper bar's colour is the character's */
        bool two;
    } cases[] = {
        { 0.5, 1.0, 0x2584, false, true },    /* half and half */
        { 0.25, 1.0, 0x2582, false, true },   /* a quarter and the rest */
        { 0.5, 0.625, 0x2584, false, false }, /* four, one, three free: the one goes */
        { 0.5, 0.9375, 0x2584, false, true }, /* four, three and a half, less free: that goes */
        { 0.125, 0.5, 0x2584, true, false },  /* one, three, four free: the first goes */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plot_figure *figure = plot_figure_new();
        plot_frame frame = { .cols = 1, .rows = 1, .color = PLOT_COLOR_RGB };
        add_bar(bare_panel(figure), false, 0, 1, 0, cases[i].middle);
        add_bar(plot_figure_panel(figure, 0), false, 0, 1, cases[i].middle, cases[i].top);
        plot_renderer *r = draw_cells(figure, &frame);
        plot_shown cell = plot_drawn_cell(r, 0, 0);
        CHECK_EQ_INT(cell.glyph, cases[i].glyph);
        CHECK_EQ_INT(cell.ink, cases[i].ink_above ? 0xf0a330 : 0x56b4e9);
        CHECK_EQ_INT(cell.back_tier == PLOT_COLOR_RGB, cases[i].two);
        if (cases[i].two) CHECK_EQ_INT(cell.back, 0xf0a330);
        plot_renderer_free(r);
        plot_figure_free(figure);
    }
}

TEST("numbers stand beside all bars of a series or, where one is too thin, beside none")
{
    const double left[] = { 0, 1, 2 }, right[] = { 0.8, 1.8, 2.8 }, base[3] = { 0 };
    const double tip[] = { 4, 12.345, -7 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_add(panel, &(plot_series){ .kind = PLOT_RECTS,
                                                .x = left,
                                                .x2 = right,
                                                .y = base,
                                                .y2 = tip,
                                                .n = 3,
                                                .based = true,
                                                .valued = true }) == PLOT_OK);
    CHECK_EQ_INT(plot_bar_room(panel, PLOT_Y), 1);
    CHECK_EQ_INT(plot_bar_room(panel, PLOT_X), 0);
    char *text = drawn(figure, (plot_frame){ .cols = 40, .rows = 14 });
    CHECK(strstr(text, " 4 ") != NULL && strstr(text, "12.3") != NULL &&
          strstr(text, "-7") != NULL);
    free(text);
    text = drawn(figure, (plot_frame){ .cols = 14, .rows = 14 });
    CHECK(strstr(text, "12.3") == NULL && strstr(text, "-7") == NULL);
    free(text);
    plot_figure_free(figure);
}

TEST("text and error bars on a bar are black or white, and the bar goes on behind them")
{
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = bare_panel(figure);
    plot_frame frame = { .cols = 9, .rows = 3, .color = PLOT_COLOR_RGB };
    const double x = 0.5, low = 0.1, high = 0.9;
    add_bar(panel, false, 0, 1, 0, 1);
    CHECK(plot_panel_add(panel, &(plot_series){ .kind = PLOT_SEGMENTS,
                                                .x = &x,
                                                .x2 = &x,
                                                .y = &low,
                                                .y2 = &high,
                                                .n = 1,
                                                .color = PLOT_AXES_COLOR,
                                                .capped = true }) == PLOT_OK);
    CHECK(plot_panel_note(panel,
                          &(plot_note){ .kind = PLOT_NOTE, .at = 0.05, .to = 0.5, .text = "n" }) ==
          PLOT_OK);
    plot_renderer *r = draw_cells(figure, &frame);
    plot_shown line = plot_drawn_cell(r, 4, 1), text = plot_drawn_cell(r, 0, 1);
    CHECK(line.glyph > 0x2800 && line.glyph < 0x2900);
    CHECK_EQ_INT(line.back, 0x56b4e9);
    CHECK_EQ_INT(line.ink, 0);
    CHECK_EQ_INT(text.glyph, 'n');
    CHECK_EQ_INT(text.back, 0x56b4e9);
    CHECK_EQ_INT(text.ink, 0);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

/* Dots of the braille character in a cell, as bits; 0 for others. */
static unsigned dots_at(const plot_renderer *r, int col, int row)
{
    unsigned glyph = plot_drawn_cell(r, col, row).glyph;
    return glyph > 0x2800 && glyph < 0x2900 ? glyph - 0x2800 : 0;
}

TEST("a capped segment has a short line across its second end")
{
    plot_figure *figure = plot_figure_new();
    plot_frame frame = { .cols = 5, .rows = 4 };
    const double x = 0.45, low = 0.1, high = 0.9;
    CHECK(plot_panel_add(bare_panel(figure), &(plot_series){ .kind = PLOT_SEGMENTS,
                                                             .x = &x,
                                                             .x2 = &x,
                                                             .y = &low,
                                                             .y2 = &high,
                                                             .n = 1,
                                                             .capped = true }) == PLOT_OK);
    plot_renderer *r = draw_cells(figure, &frame);
    CHECK_EQ_INT(dots_at(r, 2, 1), 0x47); /* ⡇ */
    CHECK_EQ_INT(dots_at(r, 2, 0), 0x56); /* ⡖: the cap to the right … */
    CHECK_EQ_INT(dots_at(r, 1, 0), 0x10); /* … and to the left */
    CHECK_EQ_INT(dots_at(r, 1, 3), 0);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("a band that lies is filled between its left and right edges, alike on both sides")
{
    const double left[] = { 0.49, 0.21, 0.49 }, right[] = { 0.51, 0.79, 0.51 }, y[] = { 0, 0.5, 1 };
    plot_figure *figure = plot_figure_new();
    plot_frame frame = { .cols = 20, .rows = 10 };
    CHECK(plot_panel_add(bare_panel(figure), &(plot_series){ .kind = PLOT_BAND,
                                                             .x = left,
                                                             .x2 = right,
                                                             .y = y,
                                                             .n = 3,
                                                             .across = true,
                                                             .solid = true }) == PLOT_OK);
    plot_renderer *r = draw_cells(figure, &frame);
    CHECK_EQ_INT(plot_drawn_cell(r, 10, 5).glyph, 0x2588);
    CHECK_EQ_INT(plot_drawn_cell(r, 2, 5).glyph, ' ');
    CHECK_EQ_INT(plot_drawn_cell(r, 17, 5).glyph, ' ');
    for (int row = 0; row < 10; row++)
        for (int col = 0; col < 9; col++)
            CHECK_EQ_INT(plot_drawn_cell(r, col, row).glyph == ' ',
                         plot_drawn_cell(r, 19 - col, row).glyph == ' ');
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("a band that lies needs its right edge, another its upper one, and each can become the other")
{
    const double one = 1;
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    plot_series band = { .kind = PLOT_BAND, .x = &one, .y = &one, .y2 = &one, .n = 1 };
    CHECK(plot_panel_add(panel, &band) == PLOT_OK);
    band.across = true;
    CHECK(plot_panel_add(panel, &band) == PLOT_INVALID);
    band.x2 = &one;
    CHECK(plot_panel_add(panel, &band) == PLOT_OK);
    CHECK(plot_panel_append(panel, 0, &one, &one, &one, 1) == PLOT_OK);
    CHECK(plot_panel_append(panel, 1, &one, &one, &one, 1) == PLOT_INVALID);
    const double many[] = { 1, 2, 3, 4, 5 };
    plot_series standing = { .kind = PLOT_BAND, .x = many, .y = many, .y2 = many, .n = 5 };
    CHECK(plot_panel_replace(panel, 1, &standing) == PLOT_OK);
    CHECK_EQ_INT(panel->data[1].extent[0][0].count, 10);
    CHECK_NEAR(panel->data[1].extent[0][0].x.hi, 5, 0);
    plot_figure_free(figure);
}

TEST("the names of an axis are equally many cells apart where that leaves little of it free")
{
    static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };
    for (size_t n = 1; n <= 7; n++) {
        for (int cells = 20; cells < 90; cells++) {
            plot_ruler_need need = { .axis = PLOT_X,
                                     .scale = PLOT_CATEGORY,
                                     .limits = { PLOT_NAN, PLOT_NAN },
                                     .names = names,
                                     .names_count = n,
                                     .cells = cells };
            plot_ruler ruler;
            plot_ruler_fit(&ruler, &need);
            CHECK_EQ_INT(ruler.count, n);
            bool even = cells % (int)n * 6 <= cells;
            for (size_t i = 2; i < n && even; i++)
                CHECK_EQ_INT(ruler.tick[i].cell - ruler.tick[i - 1].cell,
                             ruler.tick[1].cell - ruler.tick[0].cell);
            CHECK(plot_map_at(&ruler.map, 0.5) >= 0 &&
                  plot_map_at(&ruler.map, (double)n + 0.5) <= 1.02);
        }
    }
}

TEST("panels with one y axis number it at the left alone")
{
    const double y[] = { 1, 2, 3 };
    plot_figure *figure = plot_figure_new();
    CHECK(plot_figure_panels(figure, 1, 2, NULL) == PLOT_OK);
    for (size_t i = 0; i < 2; i++)
        CHECK(plot_panel_add(plot_figure_panel(figure, i), &(plot_series){ .y = y, .n = 3 }) ==
              PLOT_OK);
    CHECK(plot_figure_share(figure, PLOT_Y, true) == PLOT_OK);
    plot_layout layout = { 0 };
    plot_memory memory = { 0 };
    CHECK(plot_layout_init(&layout, &memory, figure, &(plot_frame){ .cols = 80, .rows = 20 }) ==
          PLOT_OK);
    CHECK(layout.panel[0].y_numbers && !layout.panel[1].y_numbers);
    CHECK(layout.panel[1].y_axis);
    CHECK_EQ_INT(layout.panel[1].area.col - layout.panel[1].outer.col, 1);
    plot_layout_free(&layout);
    plot_figure_free(figure);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
