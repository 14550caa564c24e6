/* surface.h: what a scene is drawn on when it is not cells: pixels (draw_pixels.c) or SVG (svg.c).
**
** Units are those of the drawing, y downwards.  A path is given as on a canvas (pixels.h): begun with a pen
** or without, which fills it, then moved and joined, and ended with its colour. */
#ifndef PLOT_SURFACE_H
#define PLOT_SURFACE_H

#include "plot/bytes.h"
#include "plot/pixels.h"

typedef struct {
    double x0, y0, x1, y1;
} plot_box;

typedef struct plot_surface plot_surface;

typedef struct {
    /* Until it is called with NULL nothing is drawn outside the box. */
    void (*clip)(plot_surface *surface, const plot_box *box);
    /* Sharp: where there are pixels its edges are theirs, and it has one at least each way. */
    void (*rect)(plot_surface *surface, plot_box box, plot_rgba color);
    void (*begin)(plot_surface *surface, const plot_pen *pen);
    void (*move)(plot_surface *surface, double x, double y);
    void (*line)(plot_surface *surface, double x, double y);
    void (*end)(plot_surface *surface, plot_rgba color);
    void (*marker)(plot_surface *surface, uint32_t code, double x, double y, double size,
                   plot_rgba color);
    /* The text, on a rim of the colour halo unless that is transparent. */
    void (*text)(plot_surface *surface, const plot_letters *letters, plot_rgba color,
                 plot_rgba halo);
    void (*image)(plot_surface *surface, plot_box box, const plot_rgba *color, int cols, int rows);
} plot_surface_kind;

struct plot_surface {
    const plot_surface_kind *kind;
    double detail; /* pixels to a unit, for what is sampled */
};

/* Pixels: (x, y) of the drawing is the canvas's (x + left, y + top) × detail. */
typedef struct {
    plot_surface surface;
    plot_pixels *canvas;
    double left, top;
} plot_pixel_surface;

plot_pixel_surface plot_pixel_surface_of(plot_pixels *canvas, double scale, double left,
                                         double top);

/* SVG elements, added to out; out->failed says that they are not complete. */
typedef struct {
    plot_surface surface;
    plot_bytes *out;
    plot_pen pen;
    bool stroked, open;
    long last_x, last_y; /* hundredths */
    size_t start;        /* of the path that is open */
} plot_svg_surface;

plot_svg_surface plot_svg_surface_of(plot_bytes *out);

/* The start of a document of this size, shown scale times as large, which ends with </svg>, and what programs
** call it. */
void plot_svg_begin(plot_bytes *out, double width, double height, double scale);
void plot_svg_title(plot_bytes *out, const char *text);

#define PLOT_HALO_WIDTH 0.15 /* of a text's rim on either side, in its sizes */

#endif
