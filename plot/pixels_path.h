/* pixels_path.h: how a path becomes coverage.  For the files of the canvas only.
**
** Filled, a place of coverage holds what the winding number's mean over the pixel differs by from the pixel
** to its left, so that adding up a row gives each pixel's.  Drawn with a pen, it holds the part covered. */
#ifndef PLOT_PIXELS_PATH_H
#define PLOT_PIXELS_PATH_H

#include "plot/pixels.h"

static inline size_t plot_coverage_at(const plot_pixels *canvas, int x, int y)
{
    return (size_t)y * ((size_t)canvas->width + 2) + (size_t)x;
}

/* Says that coverage may not be 0 any more in columns left … right and rows top … bottom, inclusive. */
static inline void plot_path_touch(plot_pixels *canvas, int left, int right, int top, int bottom)
{
    plot_pixel_box *box = &canvas->path.touched;
    if (left < box->left) box->left = left;
    if (right >= box->right) box->right = right + 1;
    if (top < box->top) box->top = top;
    if (bottom >= box->bottom) box->bottom = bottom + 1;
}

/* One edge of what is filled. */
void plot_fill_edge(plot_pixels *canvas, double x0, double y0, double x1, double y1);

/* One straight piece of what is drawn with the path's pen; moves on along the dashes. */
void plot_stroke_piece(plot_pixels *canvas, double x0, double y0, double x1, double y1);

#endif
