/* grid.c: the grid of cells; wide characters are never left in halves. */
#include "plot/grid.h"

#include <stdlib.h>

static const plot_cell blank = { .glyph = ' ', .width = 1 };

plot_status plot_cells_init(plot_cells *cells, const plot_memory *memory, int cols, int rows)
{
    size_t count = (size_t)cols * (size_t)rows;
    *cells = (plot_cells){ .cols = cols, .rows = rows };
    cells->cell = plot_resize(memory, NULL, count, sizeof *cells->cell);
    if (cells->cell == NULL) return PLOT_NO_MEMORY;
    for (size_t i = 0; i < count; i++) cells->cell[i] = blank;
    return PLOT_OK;
}

void plot_cells_free(plot_cells *cells)
{
    free(cells->cell);
    cells->cell = NULL;
}

static plot_cell *cell_at(const plot_cells *cells, int col, int row)
{
    if (col < 0 || row < 0 || col >= cells->cols || row >= cells->rows) return NULL;
    return &cells->cell[(size_t)row * (size_t)cells->cols + (size_t)col];
}

/* Blanks the cell, and the other half if it is half of a wide character. */
static void clear(plot_cell *cell)
{
    if (cell->width == 2) cell[1] = blank;
    if (cell->width == 0) cell[-1] = blank;
    *cell = blank;
}

/* A third mark on one character is dropped. */
static void add_mark(plot_cell *cell, uint32_t code)
{
    if (cell->mark[0] == 0)
        cell->mark[0] = code;
    else if (cell->mark[1] == 0)
        cell->mark[1] = code;
}

void plot_cells_put(plot_cells *cells, int col, int row, plot_glyph glyph, plot_ink ink)
{
    plot_cell *cell = cell_at(cells, col, row);
    if (cell == NULL) return;
    if (glyph.width == 0) {
        add_mark(cell->width == 0 ? cell - 1 : cell, glyph.code);
        return;
    }
    if (glyph.width == 2 && col + 1 >= cells->cols) return;
    clear(cell);
    *cell = (plot_cell){ .glyph = glyph.code, .ink = ink, .width = (uint8_t)glyph.width };
    if (glyph.width == 2) {
        clear(cell + 1);
        cell[1] = (plot_cell){ .glyph = ' ', .ink = ink, .width = 0 };
    }
}

int plot_cells_text(plot_cells *cells, int col, int row, int width, const char *text, plot_ink ink,
                    plot_charset charset)
{
    int cut = plot_text_width(text, charset) > width;
    int room = cut ? width - 1 : width;
    int used = 0;
    plot_glyph glyph;
    if (width <= 0) return 0;
    while (plot_glyph_next(&text, charset, &glyph)) {
        if (used + glyph.width > room) break;
        if (glyph.width > 0)
            plot_cells_put(cells, col + used, row, glyph, ink);
        else if (used > 0)
            plot_cells_put(cells, col + used - 1, row, glyph, ink);
        used += glyph.width;
    }
    if (!cut) return used;
    plot_glyph more = { charset == PLOT_UTF8 ? 0x2026 : '~', 1 };
    plot_cells_put(cells, col + used, row, more, ink);
    return used + 1;
}
