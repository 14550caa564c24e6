/* drawing.h: a scene drawn on a surface.
**
** The drawing is laid out like the cells: a cell is cell_width by cell_height units, and the areas, legends
** and margins are where the layout has them.  Inside the areas, and along their axes, everything has its
** exact place. */
#ifndef PLOT_DRAWING_H
#define PLOT_DRAWING_H

#include "plot/scene.h"
#include "plot/surface.h"

typedef struct {
    plot_surface *surface;
    const plot_scene *scene;
    plot_background background;
    bool bare; /* the ground is not known: no rims around texts */
    double cell_width, cell_height;
    const plot_memory *memory;
    plot_rgba *room; /* for pictures; released by plot_drawing_free */
    size_t capacity;
    bool failed; /* memory was out: something is missing */
} plot_drawing;

/* Everything there is. */
void plot_drawing_all(plot_drawing *drawing);
/* What lies in the area of the panel of this index, without axes. */
void plot_drawing_area(plot_drawing *drawing, int panel);
void plot_drawing_free(plot_drawing *drawing);

/* ---- between the files that draw ---------------------------------------------------------------- */

static inline plot_box plot_drawing_box(const plot_drawing *d, const plot_rect *rect)
{
    return (plot_box){ rect->col * d->cell_width, rect->row * d->cell_height,
                       (rect->col + rect->cols) * d->cell_width,
                       (rect->row + rect->rows) * d->cell_height };
}

/* Line widths and sizes are given for cells 16 units high. */
static inline double plot_drawing_units(const plot_drawing *d, double size)
{
    return size * d->cell_height / 16;
}

/* The ink's colour; translucent where it is dimmed and filled. */
plot_rgba plot_drawing_line_color(const plot_drawing *d, plot_ink ink);
plot_rgba plot_drawing_fill_color(const plot_drawing *d, plot_ink ink);

/* The pen for lines of this style. */
plot_pen plot_drawing_pen(const plot_drawing *d, const plot_style *style);
double plot_drawing_mark_size(const plot_drawing *d, const plot_data *data);

/* A TEXT of the scene, unless it is a number of an axis, or stands inside its area and inside is false, or the
** other way round. */
void plot_drawing_item_text(const plot_drawing *d, const plot_item *item, bool inside);

/* A line of text; its middle is at height y if it is not turned. */
void plot_drawing_text(const plot_drawing *d, const char *text, double x, double y, double size,
                       plot_align align, plot_ink ink, bool halo);

enum { PLOT_TEXT_SIZE = 12, PLOT_TICK_SIZE = 11, PLOT_PANEL_TITLE_SIZE = 12, PLOT_TITLE_SIZE = 14 };

#endif
