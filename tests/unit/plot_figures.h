/* plot_figures.h: the figures that the tests of plot/ draw, and ways to draw them. */
#ifndef PLOT_FIGURES_H
#define PLOT_FIGURES_H

#include "plot/figure.h"
#include "plot/plot.h"
#include "plot/render.h"
#include "plot/scale.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DO(call)                                                                                   \
    do {                                                                                           \
        plot_status status_ = (call);                                                              \
        if (status_ != PLOT_OK) return status_;                                                    \
    } while (0)

static inline double uniform(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) / 16777216.0;
}

/* Near enough to a normal deviate, and made of additions only: the same on every machine. */
static inline double noise(uint32_t *seed)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += uniform(seed);
    return sum;
}

/* Quarter-wave parabolas: a sine without libm, so that goldens hold on every machine. */
static inline double wave(double x)
{
    double turn = x - floor(x), half = turn < 0.5 ? turn : turn - 0.5;
    double bump = 16 * half * (0.5 - half);
    return turn < 0.5 ? bump : -bump;
}

enum { POINTS = 1000 };

static plot_status make_regression(plot_figure *f)
{
    double x[100], y[100], model[100];
    uint32_t seed = 1;
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < 100; i++) {
        x[i] = -3.1 + 0.0626 * i;
        model[i] = wave(x[i] / 6.2831853);
        y[i] = model[i] + 0.15 * noise(&seed);
    }
    DO(plot_figure_title(f, "sin(x), learnt by 10 neurons"));
    DO(plot_panel_label(p, PLOT_X, "x"));
    DO(plot_panel_label(p, PLOT_Y, "y"));
    DO(plot_panel_add(
        p, &(plot_series){ .kind = PLOT_SCATTER, .x = x, .y = y, .n = 100, .label = "data" }));
    return plot_panel_add(p, &(plot_series){ .x = x, .y = model, .n = 100, .label = "model" });
}

static plot_status add_training(plot_figure *f)
{
    double loss[POINTS], step[10], validation[10];
    uint32_t seed = 2;
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < POINTS; i++) {
        double trend = 1 / (0.4 + i / 60.0);
        loss[i] = trend + 0.18 + 0.08 * noise(&seed) * (trend + 0.1);
        if (i % 100 == 99) {
            step[i / 100] = i + 1;
            validation[i / 100] = trend + 0.25 + i * 4e-5;
        }
    }
    DO(plot_figure_title(f, "Training on Fashion-MNIST"));
    DO(plot_panel_label(p, PLOT_X, "step"));
    DO(plot_panel_label(p, PLOT_Y, "loss"));
    DO(plot_panel_add(p,
                      &(plot_series){ .y = loss, .n = POINTS, .label = "train", .smooth = 0.9 }));
    return plot_panel_add(
        p, &(plot_series){
               .x = step, .y = validation, .n = 10, .label = "validation", .marker = "●" });
}

static plot_status make_training(plot_figure *f)
{
    return add_training(f);
}

static plot_status make_log_training(plot_figure *f)
{
    DO(plot_panel_scale(plot_figure_panel(f, 0), PLOT_Y, PLOT_LOG10));
    return add_training(f);
}

static plot_status make_waves(plot_figure *f)
{
    double y[200];
    char label[16];
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 200; i++) y[i] = wave(i / 200.0 + 0.16 * k) * (1 - i / 400.0) + 0.1 * k;
        for (int i = 60; i < 80 && k == 2; i++) y[i] = PLOT_NAN;
        snprintf(label, sizeof label, "line %d", k + 1);
        DO(plot_panel_add(plot_figure_panel(f, 0),
                          &(plot_series){ .y = y, .n = 200, .label = label }));
    }
    return plot_figure_title(f, "Five waves, one with a hole");
}

static plot_status make_clouds(plot_figure *f)
{
    double x[300], y[300];
    char label[16];
    uint32_t seed = 3;
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 300; i++) {
            x[i] = 2 * k + noise(&seed);
            y[i] = k % 2 * 3 + noise(&seed);
        }
        snprintf(label, sizeof label, "class %d", k + 1);
        DO(plot_panel_add(
            plot_figure_panel(f, 0),
            &(plot_series){ .kind = PLOT_SCATTER, .x = x, .y = y, .n = 300, .label = label }));
    }
    return plot_figure_title(f, "Three clouds");
}

static plot_status make_finder(plot_figure *f)
{
    double x[61], y[61];
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < 61; i++) {
        x[i] = pow(10, -6 + i / 10.0);
        y[i] = i < 40 ? 2.3 - 0.02 * i : 1.5 + (i - 40) * (i - 40) * 0.1;
    }
    y[7] = 0;
    DO(plot_figure_title(f, "Learning rate finder"));
    DO(plot_panel_label(p, PLOT_X, "learning rate"));
    DO(plot_panel_scale(p, PLOT_X, PLOT_LOG10));
    DO(plot_panel_scale(p, PLOT_Y, PLOT_LOG10));
    return plot_panel_add(p, &(plot_series){ .x = x, .y = y, .n = 61 });
}

/* A valley along a parabola (Rosenbrock's, on 41 by 31 points), and a way down it. */
static plot_status make_contour(plot_figure *f)
{
    double x[41], y[31], z[31 * 41];
    const double way_x[] = { -1.5, -1.2, -0.6, 0.1, 0.7, 1 };
    const double way_y[] = { 2.2, 1.4, 0.4, 0, 0.5, 1 };
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < 31 * 41; i++) {
        double a = x[i % 41] = -2 + i % 41 * 0.1, b = y[i / 41] = -0.5 + i / 41 * 0.1;
        z[i] = (1 - a) * (1 - a) + 20 * (b - a * a) * (b - a * a);
    }
    DO(plot_figure_title(f, "A curved valley"));
    DO(plot_panel_label(p, PLOT_X, "x"));
    DO(plot_panel_contour(p, &(plot_grid){ .z = z, .x = x, .y = y, .rows = 31, .cols = 41 }));
    return plot_panel_add(
        p, &(plot_series){ .x = way_x, .y = way_y, .n = 6, .label = "descent", .marker = "o" });
}

/* Hills and hollows, every second one of their lines dotted, with holes in the data. */
static plot_status make_contour_hills(plot_figure *f)
{
    double z[40 * 60];
    for (int i = 0; i < 40 * 60; i++) z[i] = wave(i % 60 / 40.0) * wave(i / 60 / 30.0 + 0.1);
    for (int i = 0; i < 12; i++)
        z[(14 + i / 4) * 60 + 25 + i % 4] = i == 5 ? PLOT_INFINITY : PLOT_NAN;
    return plot_panel_contour(plot_figure_panel(f, 0),
                              &(plot_grid){ .z = z, .rows = 40, .cols = 60, .label = "height" });
}

/* Everything a careless or hostile caller can put into a figure. */
static plot_status make_hostile(plot_figure *f)
{
    double y[40], x[40];
    plot_panel *p = plot_figure_panel(f, 0);
    uint32_t seed = 4;
    for (int k = 0; k < 12; k++) {
        for (int i = 0; i < 40; i++) {
            x[i] = k % 3 == 0 ? i : noise(&seed) * (k % 3 == 1 ? 1e308 : 1);
            y[i] = noise(&seed) * (k % 4 == 0 ? 1e-320 : k % 4 == 1 ? 1e307 : 1);
            if (i % 7 == k % 7) y[i] = k & 1 ? PLOT_NAN : PLOT_INFINITY;
        }
        plot_series s = { .kind = k % 2 ? PLOT_SCATTER : PLOT_LINE,
                          .x = k % 5 == 0 ? NULL : x,
                          .y = y,
                          .n = k == 7   ? 0
                               : k == 8 ? 1
                                        : 40,
                          .smooth = k % 4 == 2 ? 0.999 : 0,
                          .marker = k == 6   ? "漢"
                                    : k == 9 ? "\xcc\x81\x1b"
                                             : NULL,
                          .label = k == 3 ? NULL
                                          : "\x1b[2J\a 漢字 e\xcc\x81 \xff\xc0\x80 \xe2\x80\xae" };
        DO(plot_panel_add(p, &s));
    }
    DO(plot_panel_label(p, PLOT_X, "\t\r\n\x7f\xc2\x9b"));
    DO(plot_panel_label(
        p, PLOT_Y, "a very long label that is wider than most of the frames it will stand on"));
    return plot_figure_title(
        f, "\x1b]0;title\a \xf0\x9f\x98\x80\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x98\x80");
}

/* Standing bars in two groups, whiskers on them, a band behind, all on one panel. */
static plot_status make_bars(plot_figure *f)
{
    plot_panel *p = plot_figure_panel(f, 0);
    double left[6], right[6], base[6] = { 0 }, top[6], low[6], high[6], middle[6];
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 6; i++) {
            left[i] = i + 0.1 + 0.4 * k;
            right[i] = left[i] + 0.4;
            middle[i] = left[i] + 0.2;
            top[i] = 1 + wave(i / 9.0 + 0.2 * k) * 0.8;
            low[i] = top[i] - 0.2;
            high[i] = top[i] + 0.25;
        }
        DO(plot_panel_add(p, &(plot_series){ .kind = PLOT_RECTS,
                                             .x = left,
                                             .x2 = right,
                                             .y = base,
                                             .y2 = top,
                                             .n = 6,
                                             .label = k ? "test" : "train" }));
        DO(plot_panel_add(p, &(plot_series){ .kind = PLOT_SEGMENTS,
                                             .x = middle,
                                             .x2 = middle,
                                             .y = low,
                                             .y2 = high,
                                             .n = 6,
                                             .color = 8 }));
    }
    DO(plot_panel_add(
        p, &(plot_series){
               .kind = PLOT_BAND, .x = middle, .y = low, .y2 = high, .n = 6, .label = "range" }));
    return plot_figure_title(f, "Bars with whiskers");
}

/* Lying bars, some of them negative, and a tinted stretch. */
static plot_status make_lying(plot_figure *f)
{
    plot_panel *p = plot_figure_panel(f, 0);
    const double from[] = { 0, 0, 0, 0 }, to[] = { 3.3, -1.7, 0.4, 2 };
    const double low[] = { 0.6, 1.6, 2.6, 3.6 }, high[] = { 1.4, 2.4, 3.4, 4.4 };
    DO(plot_panel_add(p, &(plot_series){ .kind = PLOT_RECTS,
                                         .x = from,
                                         .x2 = to,
                                         .y = low,
                                         .y2 = high,
                                         .n = 4,
                                         .across = true }));
    return plot_panel_add(p, &(plot_series){ .kind = PLOT_RECTS,
                                             .x = to + 2,
                                             .x2 = to + 3,
                                             .y = low,
                                             .y2 = high + 3,
                                             .n = 1,
                                             .tinted = true,
                                             .label = "tinted" });
}

/* Stacked bars on named places with their numbers, capped errors, and a filled body that lies. */
static plot_status make_names(plot_figure *f)
{
    static const char *const names[] = { "shirt", "\xe6\xbc\xa2\xe5\xad\x97", "a long name", "" };
    plot_panel *p = plot_figure_panel(f, 0);
    double left[4], right[4], base[4] = { 0 }, middle[4], low[4], high[4], sum[4];
    for (int i = 0; i < 4; i++) {
        left[i] = i + 0.6;
        right[i] = i + 1.4;
        middle[i] = i + 1;
        low[i] = 3 * i - 2.25;
        high[i] = low[i] + 0.9;
        sum[i] = low[i] + (low[i] < 0 ? -2 : 3);
    }
    plot_series bars = { .kind = PLOT_RECTS,
                         .x = left,
                         .x2 = right,
                         .y = base,
                         .y2 = low,
                         .n = 4,
                         .label = "one",
                         .based = true,
                         .valued = true,
                         .inside = true };
    DO(plot_panel_add(p, &bars));
    bars.y = low;
    bars.y2 = sum;
    bars.label = "two";
    DO(plot_panel_add(p, &bars));
    plot_series lines = { .kind = PLOT_SEGMENTS,
                          .x = middle,
                          .x2 = middle,
                          .y = low,
                          .y2 = high,
                          .n = 4,
                          .color = PLOT_AXES_COLOR,
                          .capped = true };
    DO(plot_panel_add(p, &lines));
    lines.x = left;
    lines.x2 = right;
    lines.y2 = low;
    lines.snapped = true;
    lines.capped = false;
    DO(plot_panel_add(p, &lines));
    DO(plot_panel_add(p, &(plot_series){ .kind = PLOT_BAND,
                                         .x = left + 2,
                                         .x2 = right + 2,
                                         .y = high + 2,
                                         .n = 2,
                                         .across = true,
                                         .solid = true,
                                         .label = "body" }));
    return plot_panel_names(p, PLOT_X, names, 4);
}

/* A matrix with holes, its colours explained by a bar. */
static plot_status make_heatmap(plot_figure *f)
{
    double z[6 * 9];
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < 6 * 9; i++) z[i] = wave(i % 9 / 8.0) * (i / 9 - 2.5);
    z[13] = PLOT_NAN;
    z[40] = -PLOT_INFINITY;
    DO(plot_panel_label(p, PLOT_X, "input"));
    return plot_panel_image(p, &(plot_image){ .z = z,
                                              .rows = 6,
                                              .cols = 9,
                                              .map = PLOT_RDBU,
                                              .centered = true,
                                              .bar = true,
                                              .label = "weight" });
}

/* A colour picture, twice as wide as high, without axes. */
static plot_status make_picture(plot_figure *f)
{
    unsigned char rgb[3 * 16 * 32];
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < 16 * 32; i++) {
        rgb[3 * i] = (unsigned char)(i % 32 * 8);
        rgb[3 * i + 1] = (unsigned char)(i / 32 * 16);
        rgb[3 * i + 2] = (i % 32 / 4 + i / 32 / 4) % 2 ? 200 : 40;
    }
    DO(plot_panel_axes(p, false));
    DO(plot_panel_equal(p, true));
    return plot_panel_image(p, &(plot_image){ .rgb = rgb, .rows = 16, .cols = 32 });
}

/* Panels over each other with one x axis, one with two y axes, rules, a span and notes. */
static plot_status make_panels(plot_figure *f)
{
    const int place[] = { 1, 1, 2, 3 };
    const double weight[] = { 2, 1 };
    double y[60], lr[60];
    for (int i = 0; i < 60; i++) {
        y[i] = 2 / (1 + i / 10.0);
        lr[i] = i < 30 ? 1e-2 : 1e-3;
    }
    DO(plot_figure_title(f, "A run"));
    DO(plot_figure_panels(f, 2, 2, place));
    DO(plot_figure_weights(f, PLOT_Y, weight));
    DO(plot_figure_share(f, PLOT_X, true));
    plot_panel *p = plot_figure_panel(f, 0);
    DO(plot_panel_label(p, PLOT_Y, "loss"));
    DO(plot_panel_label(p, PLOT_RIGHT, "rate"));
    DO(plot_panel_scale(p, PLOT_RIGHT, PLOT_LOG10));
    DO(plot_panel_add(p, &(plot_series){ .y = y, .n = 60, .label = "train" }));
    DO(plot_panel_add(
        p, &(plot_series){ .y = lr, .n = 60, .label = "lr", .right = true, .faint = true }));
    DO(plot_panel_note(
        p, &(plot_note){ .kind = PLOT_RULE, .axis = PLOT_X, .at = 30, .text = "lr ×0.1" }));
    DO(plot_panel_note(
        p, &(plot_note){ .kind = PLOT_SPAN, .axis = PLOT_X, .at = 45, .to = 52, .text = "night" }));
    DO(plot_panel_note(
        p,
        &(plot_note){
            .kind = PLOT_NOTE, .at = 20, .to = 1.5, .text = "steep\nthen flat", .marker = "★" }));
    for (size_t i = 1; i < 3; i++) {
        p = plot_figure_panel(f, i);
        DO(plot_panel_title(p, i == 1 ? "left" : "right"));
        DO(plot_panel_add(p, &(plot_series){ .y = y, .n = i == 1 ? 60 : 30 }));
        DO(plot_panel_note(p, &(plot_note){ .kind = PLOT_RULE, .axis = PLOT_Y, .at = 0.5 }));
    }
    return PLOT_OK;
}

/* Regions of classes under their points, and a matrix with texts on its elements. */
static plot_status make_classes(plot_figure *f)
{
    static const char *const text[] = { "12", "3", NULL, "0", "15", "", "80%", "1é", "\x80" };
    double z[20 * 30], x[40], y[40], part[] = { 0.8, 0.2, 0, 0, 1, 0, PLOT_NAN, PLOT_NAN, 0.5 };
    uint32_t seed = 5;
    for (int i = 0; i < 20 * 30; i++)
        z[i] = (i % 30 < 10 ? 0 : i / 30 < 10 ? 1 : 2) + fmin(abs(i % 30 - 10) / 20.0, 0.99);
    z[17] = PLOT_NAN;
    z[18] = -1;
    for (int i = 0; i < 40; i++) {
        x[i] = 1 + 29 * uniform(&seed);
        y[i] = 1 + 19 * uniform(&seed);
    }
    DO(plot_figure_panels(f, 1, 2, NULL));
    plot_panel *left = plot_figure_panel(f, 0), *right = plot_figure_panel(f, 1);
    DO(plot_panel_title(left, "✓ regions"));
    DO(plot_panel_title_color(left, 3));
    DO(plot_panel_image(left, &(plot_image){ .z = z, .rows = 20, .cols = 30, .classes = true }));
    DO(plot_panel_add(
        left, &(plot_series){ .kind = PLOT_SCATTER, .x = x, .y = y, .n = 40, .label = "points" }));
    DO(plot_panel_title(right, "✗ counts"));
    DO(plot_panel_title_color(right, 6));
    DO(plot_panel_reverse(right, PLOT_Y, true));
    return plot_panel_image(right, &(plot_image){ .z = part, .rows = 3, .cols = 3, .text = text });
}

/* Small pictures in rows, one of them in colour. */
static plot_status make_pictures(plot_figure *f)
{
    unsigned char rgb[3 * 6 * 6];
    double z[6 * 6];
    for (int i = 0; i < 6 * 6; i++) {
        z[i] = wave(i % 6 / 6.0) + i / 6;
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = (unsigned char)(i * (7 - 2 * c));
    }
    DO(plot_figure_panels(f, 2, 3, NULL));
    for (size_t i = 0; i < 6; i++) {
        plot_panel *p = plot_figure_panel(f, i);
        DO(plot_panel_axes(p, false));
        DO(plot_panel_equal(p, true));
        DO(plot_panel_reverse(p, PLOT_Y, true));
        DO(plot_panel_image(p, &(plot_image){ .z = i < 5 ? z : NULL,
                                              .rgb = i < 5 ? NULL : rgb,
                                              .rows = 6,
                                              .cols = 6,
                                              .map = (plot_colormap)(i % 4) }));
    }
    return PLOT_OK;
}

static plot_status make_empty(plot_figure *f)
{
    return plot_figure_title(f, "");
}

/* Points in the colours of a map, some lost, before a span; a bar alone explains them. */
static plot_status make_mapped(plot_figure *f)
{
    enum { SHADES = 6, EACH = 5 };
    plot_panel *p = plot_figure_panel(f, 0);
    for (int i = 0; i < SHADES; i++) {
        double x[EACH], y[EACH];
        for (int k = 0; k < EACH; k++) {
            x[k] = i + k / 5.0;
            y[k] = i == 3 && k == 2 ? PLOT_NAN : wave(x[k] / SHADES) + k;
        }
        DO(plot_panel_add(p, &(plot_series){ .kind = PLOT_SCATTER,
                                             .x = x,
                                             .y = y,
                                             .n = EACH,
                                             .mapped = true,
                                             .map = PLOT_RDBU,
                                             .place = i / (SHADES - 1.0) }));
    }
    DO(plot_panel_note(
        p, &(plot_note){ .kind = PLOT_SPAN, .axis = PLOT_X, .at = 1, .to = 2, .color = 5 }));
    return plot_panel_image(
        p, &(plot_image){ .map = PLOT_RDBU, .lo = -2, .hi = 2, .bar = true, .label = "slope" });
}

typedef struct {
    const char *name;
    plot_status (*make)(plot_figure *);
} sample_figure;

static const sample_figure samples[] = {
    { "regression", make_regression },
    { "training", make_training },
    { "log_training", make_log_training },
    { "waves", make_waves },
    { "clouds", make_clouds },
    { "finder", make_finder },
    { "contour", make_contour },
    { "contour_hills", make_contour_hills },
    { "bars", make_bars },
    { "lying", make_lying },
    { "names", make_names },
    { "heatmap", make_heatmap },
    { "picture", make_picture },
    { "panels", make_panels },
    { "hostile", make_hostile },
    { "empty", make_empty },
    { "mapped", make_mapped },
    { "classes", make_classes },
    { "pictures", make_pictures },
};
#define SAMPLES ((int)(sizeof samples / sizeof *samples))

/* A new figure of this sample; stops the program if memory is out. */
static inline plot_figure *sample(int i)
{
    plot_figure *figure = plot_figure_new();
    if (figure == NULL || samples[i].make(figure) != PLOT_OK) exit(3);
    return figure;
}

/* The figure drawn; the caller frees the bytes. */
static inline char *drawn(const plot_figure *figure, plot_frame frame)
{
    plot_text out;
    if (plot_render(figure, &frame, &out) != PLOT_OK) exit(3);
    return out.bytes;
}

/* Draws into the cells of a new renderer, for tests of what is where. */
static inline plot_renderer *draw_cells(const plot_figure *figure, const plot_frame *frame)
{
    plot_renderer *r = plot_renderer_new();
    if (r == NULL || plot_draw(r, figure, frame) != PLOT_OK) exit(3);
    return r;
}

#endif
