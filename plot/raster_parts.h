/* raster_parts.h: between the files that draw a panel on cells. */
#ifndef PLOT_RASTER_PARTS_H
#define PLOT_RASTER_PARTS_H

#include "plot/raster.h"

/* A cell of the area while lines and clouds are laid on it. */
struct plot_dots_cell {
    uint8_t dots, best;
    bool faint;
    uint32_t owner;
};

/* The panel being drawn. */
typedef struct {
    plot_cells *cells;
    const plot_scene *scene;
    const plot_panel_layout *layout;
    const plot_frame *frame;
    plot_rect rect; /* its area */
    uint8_t *
        plane; /* one byte a cell of the area, the bits of a braille character: all 0 between items */
    plot_dots_cell *dots; /* one a cell of the area */
} plot_canvas;

/* The braille bit of a dot in its cell, by its row and column (Unicode, chapter 21.1). */
extern const uint8_t plot_braille_bit[4][2];

int plot_dots_in(uint8_t dots);

static inline void plot_put_dot(plot_canvas *c, int x, int y)
{
    size_t cell = (size_t)(y / 4) * (size_t)c->rect.cols + (size_t)(x / 2);
    c->plane[cell] |= plot_braille_bit[y % 4][x % 2];
}

/* The dot or cell, of count along the area, that the place is in; places outside are moved to its edge. */
static inline int plot_dot_of(double place, int count)
{
    return plot_part(fmin(fmax(place, 0), 1), count);
}

static inline bool plot_in_view(plot_point point)
{
    return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

/* Puts a character in front of what the cell shows: a block becomes what is behind it. */
void plot_put_front(plot_canvas *c, int col, int row, plot_glyph glyph, plot_ink ink);

/* raster_dots.c: draws a LINE or CLOUD on the plane and lays it on the area; in the end all dots become
** characters. */
void plot_draw_dots(plot_canvas *c, size_t item);
void plot_put_dots(plot_canvas *c);

/* raster_fill.c: an IMAGE, RECTS or AREA, straight on the cells; a colour bar. */
void plot_fill(plot_canvas *c, const plot_item *item);
void plot_fill_bar(plot_canvas *c);

/* The character that fills a cell in this pattern. */
plot_glyph plot_fill_glyph(int pattern, const plot_frame *frame);

#endif
