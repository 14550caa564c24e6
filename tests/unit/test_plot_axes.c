/* test_plot_axes.c -- axes that panels share, and what takes an axis from what. */
#include "tests/test.h"
#include "tests/unit/plot_figures.h"

static plot_figure *two_panels(plot_axis axis)
{
    plot_figure *figure = plot_figure_new();
    bool rows = axis == PLOT_X;
    CHECK(plot_figure_panels(figure, rows ? 2 : 1, rows ? 1 : 2, NULL) == PLOT_OK);
    CHECK(plot_figure_share(figure, axis, true) == PLOT_OK);
    return figure;
}

/* The places of these values on both panels' axes; they are to be the same. */
static void check_same_places(plot_figure *figure, plot_axis axis, const double value[3])
{
    plot_renderer *r = plot_renderer_new();
    CHECK(plot_draw(r, figure, &(plot_frame){ .cols = 90, .rows = 30 }) == PLOT_OK);
    const plot_panel_layout *a = &r->layout.panel[0], *b = &r->layout.panel[1];
    for (int i = 0; i < 3; i++) {
        double first = plot_map_at(axis == PLOT_X ? &a->x.map : &a->y.map, value[i]);
        double second = plot_map_at(axis == PLOT_X ? &b->x.map : &b->y.map, value[i]);
        CHECK(first >= 0 && first <= 1);
        CHECK(first == second);
    }
    if (axis == PLOT_X) CHECK_EQ_INT(a->area.cols, b->area.cols);
    if (axis == PLOT_Y) CHECK_EQ_INT(a->area.rows, b->area.rows);
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("panels that share an axis show one range, whatever is in each and whichever has settings")
{
    const double whole[] = { 1, 2, 3, 4, 5, 6 }, parts[] = { 1.25, 2, 3.5, 4, 5, 5.5 };
    const double zero[6] = { 0 }, z[18] = { 1, 2 }, inside[] = { 2, 3.25, 5 };
    for (int kind = 0; kind < 12; kind++) {
        plot_axis axis = kind & 1 ? PLOT_Y : PLOT_X;
        plot_figure *figure = two_panels(axis);
        plot_panel *one = plot_figure_panel(figure, kind / 2 & 1);
        plot_panel *other = plot_figure_panel(figure, !(kind / 2 & 1));
        plot_series points = { .x = parts, .y = parts, .n = 6 };
        CHECK(plot_panel_add(one, &points) == PLOT_OK);
        plot_series bars = { .kind = PLOT_RECTS, .x = whole, .x2 = parts, .y = zero, .y2 = whole };
        bars.n = 6;
        bars.based = bars.valued = true;
        plot_image image = { .z = z, .rows = 6, .cols = 3, .x = { 1, 6 }, .y = { 1, 6 } };
        plot_series ints = { .x = whole, .y = whole, .n = 6 };
        if (kind / 4 == 0) CHECK(plot_panel_add(other, &bars) == PLOT_OK);
        if (kind / 4 == 1) CHECK(plot_panel_image(other, &image) == PLOT_OK);
        if (kind / 4 == 2) CHECK(plot_panel_add(other, &ints) == PLOT_OK);
        check_same_places(figure, axis, inside);
    }
}

TEST("the scale, direction and limits of a shared axis are set by any of its panels")
{
    const double a[] = { -1, 2, 30 }, b[] = { 5, 70, 800 }, inside[] = { 3, 30, 700 };
    for (int kind = 0; kind < 12; kind++) {
        plot_axis axis = kind & 1 ? PLOT_Y : PLOT_X;
        plot_figure *figure = two_panels(axis);
        plot_panel *one = plot_figure_panel(figure, kind / 2 & 1);
        plot_panel *other = plot_figure_panel(figure, !(kind / 2 & 1));
        CHECK(plot_panel_add(one, &(plot_series){ .x = a, .y = a, .n = 3 }) == PLOT_OK);
        CHECK(plot_panel_add(other, &(plot_series){ .x = b, .y = b, .n = 3 }) == PLOT_OK);
        if (kind / 4 == 0) CHECK(plot_panel_scale(one, axis, PLOT_LOG10) == PLOT_OK);
        if (kind / 4 == 1) CHECK(plot_panel_reverse(other, axis, true) == PLOT_OK);
        if (kind / 4 == 2) {
            CHECK(plot_panel_limits(one, axis, 2.5, PLOT_NAN) == PLOT_OK);
            CHECK(plot_panel_limits(other, axis, 1, 750) == PLOT_OK);
        }
        check_same_places(figure, axis, inside);
    }
}

TEST("on axes of equal units both have the length they should, as near as cells allow")
{
    const double x[] = { 0, 1, 2.7 }, y[] = { 0, 1, 2 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_add(panel, &(plot_series){ .kind = PLOT_SCATTER, .x = x, .y = y, .n = 3 }) ==
          PLOT_OK);
    CHECK(plot_panel_equal(panel, true) == PLOT_OK);
    plot_renderer *r = plot_renderer_new();
    for (int cols = 20; cols < 120; cols += 9) {
        CHECK(plot_draw(r, figure, &(plot_frame){ .cols = cols, .rows = 20 }) == PLOT_OK);
        const plot_panel_layout *p = &r->layout.panel[0];
        double across = (plot_map_at(&p->x.map, 1) - plot_map_at(&p->x.map, 0)) * p->area.cols;
        double up = (plot_map_at(&p->y.map, 1) - plot_map_at(&p->y.map, 0)) * p->area.rows * 2;
        CHECK_NEAR(across, up, 0.6);
    }
    plot_renderer_free(r);
    plot_figure_free(figure);
}

TEST("what stands on the right axis keeps it from a colour bar")
{
    const double z[] = { 1, 2, 3, 4 }, y[] = { 1000, 2000 };
    for (int kind = 0; kind < 3; kind++) {
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        plot_image image = { .z = z, .rows = 2, .cols = 2, .bar = true };
        CHECK(plot_panel_image(panel, &image) == PLOT_OK);
        if (kind == 1)
            CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 2, .right = true }) ==
                  PLOT_OK);
        plot_note rule = { .kind = PLOT_RULE, .axis = PLOT_RIGHT, .at = 1500 };
        if (kind == 2) CHECK(plot_panel_note(panel, &rule) == PLOT_OK);
        plot_renderer *r = plot_renderer_new();
        CHECK(plot_draw(r, figure, &(plot_frame){ .cols = 60, .rows = 15 }) == PLOT_OK);
        const plot_panel_layout *p = &r->layout.panel[0];
        double at = plot_map_at(&p->right.map, kind == 0 ? 2.5 : 1500);
        CHECK(p->right_axis);
        CHECK((p->bar_col >= 0) == (kind == 0));
        CHECK(at >= 0 && at <= 1);
        plot_renderer_free(r);
        plot_figure_free(figure);
    }
}

TEST("a span that begins below what a logarithmic axis shows is drawn from its end")
{
    const double y[] = { 1, 10, 100 };
    plot_figure *figure = plot_figure_new();
    plot_panel *panel = plot_figure_panel(figure, 0);
    CHECK(plot_panel_scale(panel, PLOT_Y, PLOT_LOG10) == PLOT_OK);
    CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 3 }) == PLOT_OK);
    plot_note span = { .kind = PLOT_SPAN, .axis = PLOT_Y, .at = -2, .to = 5, .text = "low" };
    CHECK(plot_panel_note(panel, &span) == PLOT_OK);
    plot_text out;
    CHECK(plot_render(figure, &(plot_frame){ .cols = 60, .rows = 15 }, &out) == PLOT_OK);
    CHECK(out.bytes != NULL && strstr(out.bytes, "░░░░") != NULL);
    CHECK(out.bytes != NULL && strstr(out.bytes, "low") != NULL);
    plot_text_free(&out);
    plot_figure_free(figure);
}

/* Columns of the area in which there is a mark of lost values, as a text of digits. */
static void marks_in(const plot_figure *figure, char *out)
{
    plot_renderer *r = draw_cells(figure, &(plot_frame){ .cols = 60, .rows = 15 });
    const plot_rect *area = &r->layout.panel[0].area;
    for (int i = 0; i < area->rows * area->cols; i++) {
        int col = i % area->cols, row = i / area->cols;
        if (plot_cells_at(&r->cells, area->col + col, area->row + row)->glyph == 0x25b2)
            out += sprintf(out, "%d,%d ", col * 10 / area->cols, row * 10 / area->rows);
    }
    *out = '\0';
    plot_renderer_free(r);
}

TEST("values that are lost are marked once a run, at a point that is shown, also on logarithmic "
     "axes")
{
    const double y[] = { PLOT_NAN, -1,       1,   10,   PLOT_NAN, PLOT_INFINITY,
                         -5,       PLOT_NAN, 100, 1000, 0,        PLOT_NAN };
    char text[2][200];
    for (int kind = 0; kind < 2; kind++) {
        plot_figure *figure = plot_figure_new();
        plot_panel *panel = plot_figure_panel(figure, 0);
        CHECK(plot_panel_scale(panel, PLOT_Y, kind ? PLOT_LOG10 : PLOT_LINEAR) == PLOT_OK);
        CHECK(plot_panel_add(panel, &(plot_series){ .y = y, .n = 12 }) == PLOT_OK);
        marks_in(figure, text[kind]);
        plot_figure_free(figure);
    }
    /* linear: -1, 10, -5 and 0; logarithmic: 1000, 10, and 1, before which nothing is shown */
    CHECK_EQ_STR(text[0], "0,9 2,9 5,9 9,9 ");
    CHECK_EQ_STR(text[1], "9,0 1,5 0,8 ");
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
