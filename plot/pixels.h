/* pixels.h: a canvas of pixels, and what is drawn on it with soft edges.
**
** Places are in pixels from the top left corner: pixel i, j is the square from (i, j) to (i + 1, j + 1).
** A shape is a path, given piece by piece and filled, or drawn with a pen, at its end:
**
**     plot_pixels_begin(canvas, NULL);                    or a pen: &(plot_pen){ .width = 2 }
**     plot_pixels_move(canvas, 10, 10);
**     plot_pixels_line(canvas, 90, 10);
**     plot_pixels_line(canvas, 50, 80);
**     plot_pixels_end(canvas, (plot_rgba){ 200, 30, 30, 255 });
**
** What is filled covers each pixel by exactly the part of it that lies inside (nonzero winding; where
** edges cross inside a pixel, to a fraction of it).  A pen covers by the distance from the line, with round
** ends and joins, and never twice where a path meets itself.
**
** Drawing takes no memory, cannot fail, and gives the same bytes on every machine.  Places may be anything:
** those beyond 1e9 are taken as 1e9, and NaN and infinity break the path. */
#ifndef PLOT_PIXELS_H
#define PLOT_PIXELS_H

#include "plot/font.h"
#include "plot/plot.h"
#include "plot/plot_memory.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint8_t r, g, b, a; /* a: 0 nothing … 255 covers; r, g, b are not multiplied by it */
} plot_rgba;

/* Puts the colour, as far as part, 0 … 1, says, over the pixel. */
void plot_pixels_blend(plot_rgba *pixel, plot_rgba color, float part);

typedef struct {
    int left, top, right, bottom; /* right and bottom lie outside */
} plot_pixel_box;

#define PLOT_DASHES_MAX 8

/* Ends are round: they lengthen each dash by half the width at both ends, as SVG's stroke-linecap="round". */
typedef struct {
    double width;
    double dash[PLOT_DASHES_MAX]; /* lengths on and off, in turn, an even number of them */
    int dashes;                   /* 0: solid */
} plot_pen;

/* The path that is being drawn; pixels.c and its helpers only. */
typedef struct {
    bool stroked, open;
    plot_pen pen;
    double first_x, first_y, x, y, along;
    plot_pixel_box touched; /* the coverage that is not 0 */
} plot_path;

#define PLOT_PIXELS_MAX 16384 /* pixels a side */

typedef struct {
    int width, height;
    plot_rgba *pixel; /* height × width, row by row from the top */
    plot_pixel_box clip;
    float *coverage; /* of the path that is drawn: height × (width + 2), 0 between paths */
    size_t room;     /* elements that both arrays have at least */
    plot_path path;
} plot_pixels;

/* Gives the canvas this size, 1 … PLOT_PIXELS_MAX each (else PLOT_INVALID), makes it all transparent and
** clips to all of it.  A canvas that is all zero is a new one; one that is as large already takes no
** memory.  After PLOT_NO_MEMORY it is as before.  Released by plot_pixels_free. */
plot_status plot_pixels_size(plot_pixels *canvas, const plot_memory *memory, int width,
                             int height) PLOT_MUST_CHECK;
void plot_pixels_free(plot_pixels *canvas);

void plot_pixels_clear(plot_pixels *canvas, plot_rgba color); /* replaces everything, clip or not */

/* From now on nothing outside the box changes. */
void plot_pixels_clip(plot_pixels *canvas, plot_pixel_box box);

void plot_pixels_begin(plot_pixels *canvas, const plot_pen *pen);
void plot_pixels_move(plot_pixels *canvas, double x, double y);
void plot_pixels_line(plot_pixels *canvas, double x, double y);
void plot_pixels_curve(plot_pixels *canvas, double control_x, double control_y, double x, double y);
void plot_pixels_circle(plot_pixels *canvas, double x, double y, double radius);
void plot_pixels_end(plot_pixels *canvas, plot_rgba color);

/* The rectangle between two corners, with parts of pixels at its edges. */
void plot_pixels_rect(plot_pixels *canvas, double x0, double y0, double x1, double y1,
                      plot_rgba color);

/* cols × rows colours, row by row from the top, between two corners, which are rounded to pixels: enlarged
** they are sharp rectangles, made smaller they are averaged. */
void plot_pixels_image(plot_pixels *canvas, double x0, double y0, double x1, double y1,
                       const plot_rgba *color, int cols, int rows);

typedef enum { PLOT_ALIGN_LEFT, PLOT_ALIGN_CENTRE, PLOT_ALIGN_RIGHT } plot_align;

/* One line of text; x, y is on its baseline: at its left end, middle or right end.  Turned, it reads
** upwards. */
typedef struct {
    const char *text; /* UTF-8; anything: see glyphs.h */
    double x, y, size;
    plot_font_weight weight;
    plot_align align;
    bool turned;
} plot_letters;

void plot_pixels_text(plot_pixels *canvas, const plot_letters *letters, plot_rgba color);

/* The text's outlines drawn with a pen: a rim for the text to stand on. */
void plot_pixels_rim(plot_pixels *canvas, const plot_letters *letters, double width,
                     plot_rgba color);

/* A mark of this character, about size pixels wide, with its middle at x, y: see marker.h. */
void plot_pixels_marker(plot_pixels *canvas, uint32_t code, double x, double y, double size,
                        plot_rgba color);

#endif
