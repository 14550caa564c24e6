/* grid.h: the grid of character cells that a figure is drawn into, before it becomes text.
**
**     cell:   ┌ glyph (+ up to two marks on it), ink (what it is, not which colour), back (the same of
**             what is behind it), width
**
** A wide character fills two cells: the left has width 2, the right has width 0 and is never shown.
** Every row is exactly cols columns wide because nothing else has a width but 1. */
#ifndef PLOT_GRID_H
#define PLOT_GRID_H

#include "plot/colormap.h"
#include "plot/glyphs.h"
#include "plot/plot.h"
#include "plot/plot_memory.h"

#include <stdint.h>

#define PLOT_BLANK_BRAILLE 0x2800u

/* What a cell shows.  Colours are chosen by the theme, from this and the frame. */
typedef enum {
    PLOT_ROLE_TEXT, /* as back: nothing */
    PLOT_ROLE_TITLE,
    PLOT_ROLE_TICK,
    PLOT_ROLE_AXIS,
    PLOT_ROLE_SERIES, /* index: palette entry from 0; PLOT_COLORS: the axes' colour */
    PLOT_ROLE_FAINT,  /* the same, dimmed */
    PLOT_ROLE_TINT,   /* the same, nearly the background */
    PLOT_ROLE_SHADE,  /* index: place in the colour map of contours, 0 … 255 */
    PLOT_ROLE_MIX,    /* as SERIES, but nearly the background for rgb.r = 0, itself for 255 */
    PLOT_ROLE_RGB     /* the colour itself */
} plot_role;

typedef struct {
    uint8_t role;
    uint8_t index;
    plot_rgb rgb;
} plot_ink;

static inline bool plot_same_ink(plot_ink a, plot_ink b)
{
    return a.role == b.role && a.index == b.index && a.rgb.r == b.rgb.r && a.rgb.g == b.rgb.g &&
           a.rgb.b == b.rgb.b;
}

typedef struct {
    uint32_t glyph;
    uint32_t mark[2];
    plot_ink ink, back;
    uint8_t width;
} plot_cell;

typedef struct {
    int cols, rows;
    plot_cell *cell; /* rows × cols, row by row from the top */
    size_t capacity;
} plot_cells;

/* Makes the grid a blank one of this size, in the memory it has if that is large enough; at first it is all
** zero, and in the end released by plot_cells_free.  Fails only for lack of memory, as it was. */
plot_status plot_cells_init(plot_cells *cells, const plot_memory *memory, int cols, int rows);
void plot_cells_free(plot_cells *cells);

/* The cell, or NULL outside the grid. */
static inline plot_cell *plot_cells_at(const plot_cells *cells, int col, int row)
{
    if (col < 0 || row < 0 || col >= cells->cols || row >= cells->rows) return NULL;
    return &cells->cell[(size_t)row * (size_t)cells->cols + (size_t)col];
}

/* Puts one character before what is behind the cell; outside the grid nothing happens. */
void plot_cells_put(plot_cells *cells, int col, int row, plot_glyph glyph, plot_ink ink);

/* Writes the text from this column on, in at most width columns, cut with … where it is longer.
** Returns the columns written. */
int plot_cells_text(plot_cells *cells, int col, int row, int width, const char *text, plot_ink ink,
                    plot_charset charset);

#endif
