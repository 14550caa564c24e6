/* svg.c: the surface that is SVG 1.1: shapes and real text, for browsers, papers and editors of drawings.
**
** Numbers are written by us, in hundredths, so that no locale changes them.  Nothing has an id, so that
** several figures can stand in one page: what clips is a nested <svg>. */
#include "plot/marker.h"
#include "plot/png.h"
#include "plot/surface.h"

#include <math.h>
#include <stdlib.h>

static plot_svg_surface *own(plot_surface *surface)
{
    return (plot_svg_surface *)surface;
}

/* ---- numbers, colours, text ------------------------------------------------------------------- */

static long hundredths(double v)
{
    const double most = 1e7;
    if (isnan(v)) return 0;
    return (long)floor(fmin(fmax(v, -most), most) * 100 + 0.5);
}

static void put_hundredths(plot_bytes *out, long n)
{
    const char *sign = n < 0 ? "-" : "";
    long size = n < 0 ? -n : n;
    if (size % 100 == 0)
        plot_bytes_print(out, "%s%ld", sign, size / 100);
    else if (size % 10 == 0)
        plot_bytes_print(out, "%s%ld.%ld", sign, size / 100, size / 10 % 10);
    else
        plot_bytes_print(out, "%s%ld.%02ld", sign, size / 100, size % 100);
}

static void put_attribute(plot_bytes *out, const char *name, double v)
{
    plot_bytes_print(out, " %s=\"", name);
    put_hundredths(out, hundredths(v));
    plot_bytes_text(out, "\"");
}

/* name="#rrggbb", and its opacity. */
static void put_color(plot_bytes *out, const char *name, plot_rgba color)
{
    plot_bytes_print(out, " %s=\"#%02x%02x%02x\"", name, color.r, color.g, color.b);
    if (color.a == 255) return;
    plot_bytes_print(out, " %s-opacity=\"", name);
    put_hundredths(out, hundredths(color.a / 255.0));
    plot_bytes_text(out, "\"");
}

static void put_pen(plot_bytes *out, const plot_pen *pen, plot_rgba color)
{
    plot_bytes_text(out, " fill=\"none\"");
    put_color(out, "stroke", color);
    put_attribute(out, "stroke-width", pen->width);
    plot_bytes_text(out, " stroke-linecap=\"round\" stroke-linejoin=\"round\"");
    if (pen->dashes == 0) return;
    plot_bytes_text(out, " stroke-dasharray=\"");
    for (int i = 0; i < pen->dashes; i++) {
        if (i > 0) plot_bytes_text(out, " ");
        put_hundredths(out, hundredths(pen->dash[i]));
    }
    plot_bytes_text(out, "\"");
}

/* The text as XML may hold it: no control characters, no broken UTF-8 (glyphs.h), no markup. */
static void put_escaped(plot_bytes *out, const char *text)
{
    plot_glyph glyph;
    while (plot_glyph_next(&text, PLOT_UTF8, &glyph)) {
        char bytes[4];
        int length = plot_glyph_encode(glyph.code, bytes);
        if (glyph.code == '<')
            plot_bytes_text(out, "&lt;");
        else if (glyph.code == '>')
            plot_bytes_text(out, "&gt;");
        else if (glyph.code == '&')
            plot_bytes_text(out, "&amp;");
        else if (glyph.code == '"')
            plot_bytes_text(out, "&quot;");
        else
            plot_bytes_add(out, bytes, (size_t)length);
    }
}

void plot_svg_title(plot_bytes *out, const char *text)
{
    plot_bytes_text(out, "<title>");
    put_escaped(out, text);
    plot_bytes_text(out, "</title>\n");
}

/* ---- boxes ------------------------------------------------------------------------------------ */

static void put_box(plot_bytes *out, plot_box box)
{
    put_attribute(out, "x", fmin(box.x0, box.x1));
    put_attribute(out, "y", fmin(box.y0, box.y1));
    put_attribute(out, "width", fabs(box.x1 - box.x0));
    put_attribute(out, "height", fabs(box.y1 - box.y0));
}

static void clip(plot_surface *surface, const plot_box *box)
{
    plot_bytes *out = own(surface)->out;
    if (box == NULL) {
        plot_bytes_text(out, "</svg>\n");
        return;
    }
    plot_bytes_text(out, "<svg");
    put_box(out, *box);
    plot_bytes_text(out, " viewBox=\"");
    double part[] = { box->x0, box->y0, box->x1 - box->x0, box->y1 - box->y0 };
    for (int i = 0; i < 4; i++) {
        if (i > 0) plot_bytes_text(out, " ");
        put_hundredths(out, hundredths(part[i]));
    }
    plot_bytes_text(out, "\">\n");
}

static void rect(plot_surface *surface, plot_box box, plot_rgba color)
{
    plot_bytes *out = own(surface)->out;
    plot_bytes_text(out, "<rect");
    put_box(out, box);
    put_color(out, "fill", color);
    plot_bytes_text(out, "/>\n");
}

static void image(plot_surface *surface, plot_box box, const plot_rgba *color, int cols, int rows)
{
    plot_bytes *out = own(surface)->out;
    plot_bytes png = { .memory = out->memory };
    /* Only read; a canvas has no const pixels. */
    union {
        const plot_rgba *given;
        plot_rgba *pixel;
    } pixels = { color };
    plot_pixels canvas = { .width = cols, .height = rows, .pixel = pixels.pixel };
    if (out->failed) return;
    out->failed = plot_png(&png, &canvas, 1) != PLOT_OK;
    plot_bytes_text(out, "<image");
    put_box(out, box);
    plot_bytes_text(out, " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\""
                         " xlink:href=\"data:image/png;base64,");
    plot_bytes_base64(out, png.data, png.count);
    plot_bytes_text(out, "\"/>\n");
    free(png.data);
}

/* ---- paths ------------------------------------------------------------------------------------ */

static void begin(plot_surface *surface, const plot_pen *pen)
{
    plot_svg_surface *s = own(surface);
    s->stroked = pen != NULL;
    if (pen != NULL) s->pen = *pen;
    s->open = false;
    s->start = s->out->count;
    plot_bytes_text(s->out, "<path d=\"");
}

static void put_place(plot_svg_surface *s, char step, double x, double y)
{
    s->last_x = hundredths(x);
    s->last_y = hundredths(y);
    plot_bytes_add(s->out, &step, 1);
    put_hundredths(s->out, s->last_x);
    if (s->last_y >= 0) plot_bytes_text(s->out, " ");
    put_hundredths(s->out, s->last_y);
}

static void move(plot_surface *surface, double x, double y)
{
    plot_svg_surface *s = own(surface);
    if (s->open && !s->stroked) plot_bytes_text(s->out, "Z");
    s->open = true;
    put_place(s, 'M', x, y);
}

static void line(plot_surface *surface, double x, double y)
{
    plot_svg_surface *s = own(surface);
    if (!s->open) {
        move(surface, x, y);
        return;
    }
    long from_x = s->last_x, from_y = s->last_y, to_x = hundredths(x), to_y = hundredths(y);
    if (to_y == from_y) { /* a piece of no length is a dot */
        plot_bytes_text(s->out, "h");
        put_hundredths(s->out, to_x - from_x);
    } else if (to_x == from_x) {
        plot_bytes_text(s->out, "v");
        put_hundredths(s->out, to_y - from_y);
    } else {
        put_place(s, 'L', x, y);
    }
    s->last_x = to_x;
    s->last_y = to_y;
}

static void end(plot_surface *surface, plot_rgba color)
{
    plot_svg_surface *s = own(surface);
    if (!s->open) { /* nothing was drawn */
        if (!s->out->failed) s->out->count = s->start;
        return;
    }
    plot_bytes_text(s->out, s->stroked ? "\"" : "Z\"");
    if (s->stroked)
        put_pen(s->out, &s->pen, color);
    else
        put_color(s->out, "fill", color);
    plot_bytes_text(s->out, "/>\n");
}

/* ---- letters and marks ------------------------------------------------------------------------ */

static void text(plot_surface *surface, const plot_letters *letters, plot_rgba color,
                 plot_rgba halo)
{
    static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };
    plot_bytes *out = own(surface)->out;
    if (letters->text[0] == '\0') return;
    plot_bytes_text(out, "<text");
    if (letters->turned) {
        plot_bytes_text(out, " transform=\"translate(");
        put_hundredths(out, hundredths(letters->x));
        plot_bytes_text(out, " ");
        put_hundredths(out, hundredths(letters->y));
        plot_bytes_text(out, ") rotate(-90)\"");
    } else {
        put_attribute(out, "x", letters->x);
        put_attribute(out, "y", letters->y);
    }
    put_attribute(out, "font-size", letters->size);
    plot_bytes_text(out, anchors[letters->align]);
    if (letters->weight == PLOT_FONT_BOLD) plot_bytes_text(out, " font-weight=\"bold\"");
    put_color(out, "fill", color);
    if (halo.a > 0) {
        put_color(out, "stroke", halo);
        put_attribute(out, "stroke-width", 2 * PLOT_HALO_WIDTH * letters->size);
        plot_bytes_text(out, " stroke-linejoin=\"round\" paint-order=\"stroke\"");
    }
    plot_bytes_text(out, ">");
    put_escaped(out, letters->text);
    plot_bytes_text(out, "</text>\n");
}

static void put_shape(plot_surface *surface, const plot_marker *m, double x, double y, double size)
{
    bool strokes = m->kind == PLOT_MARKER_STROKES;
    for (int i = 0; i < m->points; i++) {
        double at_x = x + m->at[i][0] * size, at_y = y + m->at[i][1] * size;
        if (strokes ? i % 2 == 0 : i == 0)
            move(surface, at_x, at_y);
        else
            line(surface, at_x, at_y);
    }
    if (!m->filled && !strokes) plot_bytes_text(own(surface)->out, "Z");
}

/* A letter with the middle of its ink at x, y. */
static void put_letter(plot_surface *surface, uint32_t code, double x, double y, double size,
                       plot_rgba color)
{
    char letter[5] = "";
    plot_glyph_encode(code, letter);
    plot_font_box ink = plot_font_ink(letter, size, PLOT_FONT_REGULAR);
    plot_letters letters = { .text = letter,
                             .x = x - (ink.left + ink.right) / 2,
                             .y = y + (ink.bottom + ink.top) / 2,
                             .size = size };
    text(surface, &letters, color, (plot_rgba){ 0 });
}

static void marker(plot_surface *surface, uint32_t code, double x, double y, double size,
                   plot_rgba color)
{
    plot_bytes *out = own(surface)->out;
    const plot_marker *m = plot_marker_find(code);
    plot_pen pen = { .width = size * PLOT_MARKER_PEN };
    if (m == NULL) {
        put_letter(surface, code, x, y, size * PLOT_MARKER_LETTER, color);
        return;
    }
    if (m->kind != PLOT_MARKER_CIRCLE) {
        begin(surface, m->filled ? NULL : &pen);
        put_shape(surface, m, x, y, size);
        end(surface, color);
        return;
    }
    plot_bytes_text(out, "<circle");
    put_attribute(out, "cx", x);
    put_attribute(out, "cy", y);
    put_attribute(out, "r", m->radius * size);
    if (m->filled)
        put_color(out, "fill", color);
    else
        put_pen(out, &pen, color);
    plot_bytes_text(out, "/>\n");
}

static const plot_surface_kind svg = { clip, rect, begin, move, line, end, marker, text, image };

plot_svg_surface plot_svg_surface_of(plot_bytes *out)
{
    return (plot_svg_surface){ .surface = { &svg, 2 }, .out = out };
}

void plot_svg_begin(plot_bytes *out, double width, double height, double scale)
{
    plot_bytes_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\""
                         " xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
    put_attribute(out, "width", width * scale);
    put_attribute(out, "height", height * scale);
    plot_bytes_text(out, " viewBox=\"0 0 ");
    put_hundredths(out, hundredths(width));
    plot_bytes_text(out, " ");
    put_hundredths(out, hundredths(height));
    plot_bytes_text(out, "\" font-family=\"DejaVu Sans,Verdana,sans-serif\""
                         " xml:space=\"preserve\">\n");
}
