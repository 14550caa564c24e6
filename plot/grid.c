/* grid.c: the grid of cells; wide characters are never left in halves. */
#include "plot/grid.h"

#include <stdlib.h>

static const plot_cell blank = { .glyph = ' ', .width = 1 };

plot_status plot_cells_init(plot_cells *cells, const plot_memory *memory, int cols, int rows)
{
    size_t count = (size_t)cols * (size_t)rows;
    void *list = cells->cell;
    if (!plot_grow(memory, &list, &cells->capacity, 0, count, sizeof *cells->cell))
        return PLOT_NO_MEMORY;
    cells->cell = list;
    cells->cols = cols;
    cells->rows = rows;
    for (size_t i = 0; i < count; i++) cells->cell[i] = blank;
    return PLOT_OK;
}

void plot_cells_free(plot_cells *cells)
{
    free(cells->cell);
    *cells = (plot_cells){ 0 };
}

static void blank_one(plot_cell *cell)
{
    plot_ink back = cell->back;
    *cell = blank;
    cell->back = back;
}

/* Blanks the cell, and the other half if it is half of a wide character; what is behind them stays. */
static void clear(plot_cell *cell)
{
    if (cell->width == 2) blank_one(cell + 1);
    if (cell->width == 0) blank_one(cell - 1);
    blank_one(cell);
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
    plot_cell *cell = plot_cells_at(cells, col, row);
    if (cell == NULL) return;
    if (glyph.width == 0) {
        add_mark(cell->width == 0 ? cell - 1 : cell, glyph.code);
        return;
    }
    if (glyph.width == 2 && col + 1 >= cells->cols) return;
    clear(cell);
    cell->glyph = glyph.code;
    cell->ink = ink;
    cell->width = (uint8_t)glyph.width;
    if (glyph.width == 2) {
        clear(cell + 1);
        cell[1].ink = ink;
        cell[1].width = 0;
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
