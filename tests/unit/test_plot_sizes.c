/* test_plot_sizes.c -- figures of every kind on frames from 1 by 1 to 500 by 200: some sizes; with PLOT_SIZES in
** the environment all up to 100 by 50 and each 17th above (minutes), with PLOT_SIZES=all every one (an hour). */
#define _XOPEN_SOURCE 700
#include "tests/unit/text_shape.h"

#include <locale.h>

enum { COLS = 500, ROWS = 200 };

/* Draws the figure in a renderer that has drawn other sizes; checks what it gives, and that again. */
static void check_frame(plot_renderer *r, const plot_figure *figure, plot_frame frame,
                        const char *name, bool thorough)
{
    const char *bytes;
    size_t length;
    CHECK(plot_draw(r, figure, &frame) == PLOT_OK);
    CHECK(plot_drawn_text(r, &bytes, &length) == PLOT_OK);
    check_shape(bytes, frame, name);
    check_ink(r, name);
    if (!thorough) return;
    char *again = drawn(figure, frame);
    if (strcmp(bytes, again) != 0)
        TEST_FAIL("%s on %d by %d: a second drawing differs", name, frame.cols, frame.rows);
    free(again);
}

static plot_frame frame_of(int cols, int rows, unsigned look)
{
    return (plot_frame){ cols, rows, (plot_charset)(look & 1), (plot_color)(look / 2 % 4),
                         (plot_background)(look / 8 & 1) };
}

/* Small sizes, where most has to be left out, and others between. */
static void check_some(plot_renderer *r, const plot_figure *figure, const char *name)
{
    uint32_t seed = 21;
    for (int cols = 1; cols <= 24; cols++)
        for (int rows = 1; rows <= 12; rows++)
            check_frame(r, figure, frame_of(cols, rows, (unsigned)(cols * 5 + rows)), name, false);
    for (int i = 0; i < 40; i++) {
        int cols = 1 + (int)(uniform(&seed) * (i % 4 == 0 ? COLS : 100));
        int rows = 1 + (int)(uniform(&seed) * (i % 4 == 0 ? ROWS : 40));
        check_frame(r, figure, frame_of(cols, rows, (unsigned)i), name, true);
    }
    check_frame(r, figure, frame_of(COLS, ROWS, 0), name, true);
    check_frame(r, figure, frame_of(1, ROWS, 1), name, true);
    check_frame(r, figure, frame_of(COLS, 1, 2), name, true);
}

/* Every size, or every step-th of those that are large. */
static void check_many(plot_renderer *r, const plot_figure *figure, const char *name, int step)
{
    for (int cols = 1; cols <= COLS; cols++)
        for (int rows = 1; rows <= ROWS; rows++)
            if ((cols <= 100 && rows <= 50) || (cols * ROWS + rows) % step == 0)
                check_frame(r, figure, frame_of(cols, rows, (unsigned)(cols * 7 + rows)), name,
                            false);
}

static void check_sizes(const plot_figure *figure, const char *name)
{
    const char *sizes = getenv("PLOT_SIZES");
    plot_renderer *r = plot_renderer_new();
    CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    if (sizes == NULL)
        check_some(r, figure, name);
    else
        check_many(r, figure, name, strcmp(sizes, "all") == 0 ? 1 : 17);
    setlocale(LC_CTYPE, "C");
    plot_renderer_free(r);
}

TEST("figures of every kind are whole, safe and within their panels at every size")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        check_sizes(figure, samples[i].name);
        plot_figure_free(figure);
    }
}

TEST("the same holds when limits leave most of what they show outside")
{
    for (int i = 0; i < SAMPLES; i++) {
        plot_figure *figure = sample(i);
        plot_renderer *r = plot_renderer_new();
        CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
        for (size_t k = 0; k < plot_figure_count(figure); k++) {
            plot_panel *panel = plot_figure_panel(figure, k);
            CHECK(plot_panel_limits(panel, PLOT_X, 0.5, 1.5) == PLOT_OK);
            CHECK(plot_panel_limits(panel, PLOT_Y, 0.2, 0.9) == PLOT_OK);
            CHECK(plot_panel_reverse(panel, (plot_axis)(i & 1), true) == PLOT_OK);
        }
        check_some(r, figure, samples[i].name);
        setlocale(LC_CTYPE, "C");
        plot_renderer_free(r);
        plot_figure_free(figure);
    }
}

/* A panel with something harmful wherever there can be text. */
static void add_texts(plot_panel *panel, const char *text)
{
    const char *const names[] = { text, text, text }, *const cells[] = { text, NULL, text, text };
    const double y[] = { 1, 2, 3 }, z[] = { 1, PLOT_NAN, 3, 5 };
    plot_image image = { .z = z, .rows = 2, .cols = 2, .bar = true, .label = text, .text = cells };
    CHECK(plot_panel_title(panel, text) == PLOT_OK);
    for (int axis = 0; axis < PLOT_AXES; axis++)
        CHECK(plot_panel_label(panel, (plot_axis)axis, text) == PLOT_OK);
    CHECK(plot_panel_names(panel, PLOT_X, names, 3) == PLOT_OK);
    CHECK(plot_panel_names(panel, PLOT_Y, names, 3) == PLOT_OK);
    CHECK(plot_panel_image(panel, &image) == PLOT_OK);
    for (int kind = 0; kind < 5; kind++) {
        plot_series s = { .kind = (plot_kind)kind, .x = y, .y = y, .x2 = y, .y2 = y, .n = 3 };
        s.label = s.marker = text;
        CHECK(plot_panel_add(panel, &s) == PLOT_OK);
    }
    plot_grid grid = { .z = z, .rows = 2, .cols = 2, .label = text };
    CHECK(plot_panel_contour(panel, &grid) == PLOT_OK);
    for (int kind = 0; kind < 9; kind++) {
        plot_note note = { .kind = (plot_kind)(PLOT_RULE + kind % 3), .at = 2, .to = 2.5 };
        note.axis = (plot_axis)(kind / 3 % 2);
        note.text = text;
        note.marker = kind & 1 ? text : NULL;
        note.align = kind / 3 - 1;
        CHECK(plot_panel_note(panel, &note) == PLOT_OK);
    }
}

TEST("no text of any part of a figure can reach the terminal as a command or shift a row")
{
    static const char *const texts[] = {
        "\033[2J\033]0;x\a",
        "\r\n\t\b\v\f\x7f",
        "\xc2\x9b"
        "31m\xc2\x85\xc2\xad",
        "\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\xe2\x81\xa6",
        "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97",
        "\xcc\x81\xcc\x81 e\xcc\x81\xcc\x81\xcc\x81",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7\xef\xb8\x8f\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
        "\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe6\xbc",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        plot_figure *figure = plot_figure_new();
        plot_renderer *r = plot_renderer_new();
        CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
        CHECK(plot_figure_panels(figure, 1, 2, NULL) == PLOT_OK);
        CHECK(plot_figure_title(figure, texts[i]) == PLOT_OK);
        for (size_t k = 0; k < 2; k++) add_texts(plot_figure_panel(figure, k), texts[i]);
        check_some(r, figure, texts[i]);
        setlocale(LC_CTYPE, "C");
        plot_renderer_free(r);
        plot_figure_free(figure);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
