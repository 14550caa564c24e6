/* pixels_text.c: letters and marks on the canvas. */
#include "plot/marker.h"
#include "plot/pixels.h"

#include <math.h>

/* Where the font's plane lies on the canvas. */
typedef struct {
    double x, y, scale;
    bool turned;
} ground;

static double across(const ground *g, double x, double y)
{
    return g->turned ? g->x - y * g->scale : g->x + x * g->scale;
}

static double down(const ground *g, double x, double y)
{
    return g->turned ? g->y - x * g->scale : g->y - y * g->scale;
}

static void add_letter(plot_pixels *canvas, const ground *g, const plot_font_line *line)
{
    plot_outline_reader reader = plot_outline_read(line->face, line->letter);
    for (;;) {
        plot_outline_part part = plot_outline_next(&reader);
        double x = line->at + part.x, y = part.y;
        double control_x = line->at + part.control_x, control_y = part.control_y;
        if (part.step == PLOT_OUTLINE_END) return;
        if (part.step == PLOT_OUTLINE_MOVE)
            plot_pixels_move(canvas, across(g, x, y), down(g, x, y));
        else if (part.step == PLOT_OUTLINE_LINE)
            plot_pixels_line(canvas, across(g, x, y), down(g, x, y));
        else
            plot_pixels_curve(canvas, across(g, control_x, control_y),
                              down(g, control_x, control_y), across(g, x, y), down(g, x, y));
    }
}

static void draw_text(plot_pixels *canvas, const plot_letters *letters, const plot_pen *pen,
                      plot_rgba color)
{
    plot_font_line line = plot_font_begin(letters->weight, letters->text);
    double width = plot_font_width(letters->text, letters->size, letters->weight);
    double back = letters->align == PLOT_ALIGN_LEFT     ? 0
                  : letters->align == PLOT_ALIGN_CENTRE ? width / 2
                                                        : width;
    ground g = { letters->x, letters->y, letters->size / line.face->em, letters->turned };
    if (!isfinite(width) || !isfinite(g.x + g.y)) return;
    *(letters->turned ? &g.y : &g.x) += letters->turned ? back : -back;
    plot_pixels_begin(canvas, pen);
    while (plot_font_next(&line)) add_letter(canvas, &g, &line);
    plot_pixels_end(canvas, color);
}

void plot_pixels_text(plot_pixels *canvas, const plot_letters *letters, plot_rgba color)
{
    draw_text(canvas, letters, NULL, color);
}

void plot_pixels_rim(plot_pixels *canvas, const plot_letters *letters, double width,
                     plot_rgba color)
{
    draw_text(canvas, letters, &(plot_pen){ .width = width }, color);
}

/* ---- marks ------------------------------------------------------------------------------------ */

/* A letter with the middle of its ink at x, y. */
static void draw_letter(plot_pixels *canvas, uint32_t code, double x, double y, double size,
                        plot_rgba color)
{
    char text[5] = "";
    plot_glyph_encode(code, text);
    plot_font_box ink = plot_font_ink(text, size, PLOT_FONT_REGULAR);
    plot_letters letters = { .text = text,
                             .x = x - (ink.left + ink.right) / 2,
                             .y = y + (ink.bottom + ink.top) / 2,
                             .size = size };
    plot_pixels_text(canvas, &letters, color);
}

void plot_pixels_marker(plot_pixels *canvas, uint32_t code, double x, double y, double size,
                        plot_rgba color)
{
    const plot_marker *marker = plot_marker_find(code);
    plot_pen pen = { .width = size * PLOT_MARKER_PEN };
    if (marker == NULL) {
        if (code < 0x110000) draw_letter(canvas, code, x, y, size * PLOT_MARKER_LETTER, color);
        return;
    }
    plot_pixels_begin(canvas, marker->filled ? NULL : &pen);
    if (marker->kind == PLOT_MARKER_CIRCLE) plot_pixels_circle(canvas, x, y, marker->radius * size);
    bool strokes = marker->kind == PLOT_MARKER_STROKES;
    for (int i = 0; i < marker->points + (strokes ? 0 : 1) && marker->points > 0; i++) {
        const double *at = marker->at[i % marker->points];
        bool begins = strokes ? i % 2 == 0 : i == 0;
        if (begins)
            plot_pixels_move(canvas, x + at[0] * size, y + at[1] * size);
        else
            plot_pixels_line(canvas, x + at[0] * size, y + at[1] * size);
    }
    plot_pixels_end(canvas, color);
}
