/* fuzz_figure.c -- any bytes as the building of a figure: panels, settings of axes, series of every kind with every number a
** double can be, images, notes, points added and contents replaced; drawn on frames from 1 × 1 to 500 × 200. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { POINTS = 60 };

static void demand(bool good)
{
    if (!good) abort();
}

typedef struct {
    const uint8_t *bytes;
    size_t left;
} source;

static uint8_t take(source *s)
{
    if (s->left == 0) return 0;
    s->left--;
    return *s->bytes++;
}

/* Small numbers, hostile ones, and any. */
static double number(source *s)
{
    static const double hostile[] = {
        0,         -1,    (double)NAN, (double)INFINITY, -(double)INFINITY, 5e-324,
        -2.3e-308, 1e308, -1e308,      1e-300,           1.7976931e308,     1e15,
        0.1,       1e9
    };
    uint8_t kind = take(s);
    double value;
    uint8_t raw[8];
    if (kind < 160) return (kind - 80) / 8.0;
    if (kind < 240) return hostile[kind % (sizeof hostile / sizeof *hostile)];
    for (int i = 0; i < 8; i++) raw[i] = take(s);
    memcpy(&value, raw, sizeof value);
    return value;
}

static size_t numbers(source *s, double out[POINTS])
{
    size_t n = take(s) % POINTS;
    for (size_t i = 0; i < n; i++) out[i] = number(s);
    return n;
}

static void text(source *s, char out[12])
{
    size_t n = take(s) % 11;
    for (size_t i = 0; i < n; i++) out[i] = (char)take(s);
    out[n] = '\0';
}

static void add_series(source *s, plot_panel *panel)
{
    static double value[4][POINTS];
    float narrow[POINTS];
    char label[12], marker[12];
    uint8_t flags = take(s), more = take(s), bars = take(s);
    memset(value, 0, sizeof value);
    size_t n = numbers(s, value[0]);
    for (int i = 1; i < 4; i++)
        for (size_t k = 0; k < n; k++) value[i][k] = flags & 1 << i ? number(s) : (double)k;
    for (size_t k = 0; k < n; k++) narrow[k] = (float)value[0][k];
    text(s, label);
    text(s, marker);
    plot_series series = { .kind = (plot_kind)(more % 6),
                           .x = flags & 2 ? value[1] : NULL,
                           .y = flags & 1 ? NULL : value[0],
                           .y_narrow = flags & 1 ? narrow : NULL,
                           .x2 = value[2],
                           .y2 = value[3],
                           .n = n,
                           .label = label,
                           .marker = flags & 16 ? marker : NULL,
                           .color = more % 10,
                           .smooth = flags & 32 && more % 6 == 0 ? 0.9 : 0,
                           .bare = flags & 64,
                           .right = flags & 128,
                           .faint = more & 16,
                           .dashed = more & 32,
                           .tinted = more & 64,
                           .across = more & 128,
                           .based = bars & 1,
                           .valued = bars & 2,
                           .inside = bars & 4,
                           .solid = bars & 8,
                           .capped = bars & 16,
                           .snapped = bars & 32 };
    size_t before = plot_panel_count(panel);
    if (plot_panel_add(panel, &series) != PLOT_OK) return;
    if (more & 8)
        demand(plot_panel_append(panel, before, value[3], value[2], value[1], n) <= PLOT_INVALID);
    if (flags & 8) demand(plot_panel_replace(panel, before, &series) == PLOT_OK);
}

static void add_image(source *s, plot_panel *panel)
{
    double z[POINTS];
    uint8_t flags = take(s);
    size_t n = numbers(s, z), cols = n > 0 ? 1 + take(s) % n : 0;
    plot_image image = { .z = flags & 1 ? NULL : z,
                         .rgb = flags & 1 ? (const unsigned char *)z : NULL,
                         .rows = cols > 0 ? n / cols : 0,
                         .cols = cols,
                         .map = (plot_colormap)(flags >> 1 & 3),
                         .scale = flags & 8 ? PLOT_LOG10 : PLOT_LINEAR,
                         .bar = flags & 16,
                         .peak = flags & 32,
                         .centered = flags & 64,
                         .center = flags & 64 ? number(s) : 0,
                         .label = "image" };
    if (flags & 128)
        image.lo = number(s), image.hi = number(s), image.x[0] = number(s), image.x[1] = number(s);
    demand(plot_panel_image(panel, &image) <= PLOT_INVALID);
}

static void add_contour(source *s, plot_panel *panel)
{
    double z[POINTS];
    size_t n = numbers(s, z), cols = n > 0 ? 1 + take(s) % n : 0;
    plot_grid grid = {
        .z = z, .rows = cols > 0 ? n / cols : 0, .cols = cols, .levels = take(s) % 9
    };
    demand(plot_panel_contour(panel, &grid) <= PLOT_INVALID);
}

static void add_note(source *s, plot_panel *panel)
{
    char what[12];
    uint8_t kind = take(s);
    double at = number(s), to = number(s);
    text(s, what);
    plot_note note = { .kind = (plot_kind)(PLOT_RULE + kind % 3),
                       .axis = (plot_axis)(kind / 3 % 3),
                       .at = at,
                       .to = to,
                       .text = what,
                       .align = kind % 5 % 3 - 1,
                       .marker = kind & 64 ? "*" : NULL,
                       .color = kind % 9 };
    demand(plot_panel_note(panel, &note) <= PLOT_INVALID);
}

static void set_axis(source *s, plot_panel *panel)
{
    static const char *const names[] = { "one", "\xe6\xbc\xa2\xe5\xad\x97", "a very long name",
                                         "" };
    plot_axis axis = (plot_axis)(take(s) % 3);
    uint8_t what = take(s);
    char label[12];
    text(s, label);
    bool ok = true;
    if (what % 8 == 0)
        ok = plot_panel_scale(panel, axis, (plot_scale)(what / 8 % 6)) <= PLOT_INVALID;
    if (what % 8 == 1) ok = plot_panel_limits(panel, axis, number(s), number(s)) <= PLOT_INVALID;
    if (what % 8 == 2) ok = plot_panel_reverse(panel, axis, what & 8) <= PLOT_INVALID;
    if (what % 8 == 3) ok = plot_panel_names(panel, axis, names, what / 8 % 5) <= PLOT_INVALID;
    if (what % 8 == 4) ok = plot_panel_unit(panel, axis, (plot_unit)(what / 8 % 3)) <= PLOT_INVALID;
    if (what % 8 == 5) ok = plot_panel_threshold(panel, axis, number(s)) <= PLOT_INVALID;
    if (what % 8 == 6) ok = plot_panel_label(panel, axis, label) <= PLOT_INVALID;
    if (what == 7) ok = plot_panel_equal(panel, true) == PLOT_OK;
    if (what == 15) ok = plot_panel_axes(panel, false) == PLOT_OK;
    if (what == 23) ok = plot_panel_title(panel, label) == PLOT_OK;
    demand(ok);
}

static void build(source *s, plot_figure *figure)
{
    uint8_t shape = take(s);
    int place[16];
    for (int i = 0; i < 16; i++) place[i] = shape & 128 ? take(s) % 5 : 0;
    int rows = 1 + (shape & 3), cols = 1 + (shape >> 2 & 3);
    demand(plot_figure_panels(figure, rows, cols, shape & 128 ? place : NULL) <= PLOT_INVALID);
    demand(plot_figure_share(figure, shape & 16 ? PLOT_X : PLOT_Y, shape & 32) == PLOT_OK);
    if (shape & 64) demand(plot_figure_title(figure, "title") == PLOT_OK);
    while (s->left > 0) {
        uint8_t what = take(s);
        plot_panel *panel = plot_figure_panel(figure, what / 8 % plot_figure_count(figure));
        switch (what % 8) {
        case 0:
        case 1:
        case 2: add_series(s, panel); break;
        case 3: add_image(s, panel); break;
        case 4: add_contour(s, panel); break;
        case 5: add_note(s, panel); break;
        default: set_axis(s, panel); break;
        }
    }
}

/* Small, as a file or as a terminal draws it; a picture may be too much for a terminal. */
static void draw_picture(const plot_figure *figure, const plot_frame *frame, uint8_t look)
{
    plot_picture picture = { (plot_format)(look % 3), 1 + look, look & 64 };
    plot_terminal terminal = { (plot_protocol)(look % 3), 1 + look % 7, 1 + look % 13,
                               look & 1 ? 0x102030 : -1,  look & 2,     look };
    plot_text out;
    if (look & 128)
        demand(plot_render_graphics(figure, frame, &terminal, &out) != PLOT_NO_MEMORY);
    else
        demand(plot_render_picture(figure, frame, &picture, &out) == PLOT_OK);
    plot_text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    source s = { bytes, n };
    plot_figure *figure = plot_figure_new();
    plot_renderer *renderer = plot_renderer_new();
    uint8_t size = take(&s), look = take(&s);
    plot_frame frame = { 1 + (size * 37 + look * 3) % 500, 1 + (size * 11 + look) % 200,
                         (plot_charset)(look & 1), (plot_color)(look >> 1 & 3),
                         (plot_background)(look >> 3 & 1) };
    if (look & 112) frame.cols = 1 + size % 90, frame.rows = 1 + look % 28;
    build(&s, figure);
    for (int i = 0; i < 2; i++) {
        const char *drawn;
        size_t length;
        demand(plot_draw(renderer, figure, &frame) == PLOT_OK);
        demand(plot_drawn_text(renderer, &drawn, &length) == PLOT_OK);
        if (length < (size_t)frame.rows) abort();
        frame.cols = frame.cols % 40 + 1;
    }
    draw_picture(figure, &frame, (uint8_t)(look * 5 + size));
    plot_renderer_free(renderer);
    plot_figure_free(figure);
    return 0;
}
