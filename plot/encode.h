/* encode.h: a grid of cells as text, with escape sequences for colours where the frame has them. */
#ifndef PLOT_ENCODE_H
#define PLOT_ENCODE_H

#include "plot/grid.h"

/* Text that grows; all zero at first, and what it holds is kept for the next time. */
typedef struct {
    char *bytes;
    size_t count, capacity;
    bool failed; /* memory was out: the text is not complete */
} plot_writer;

void plot_write(plot_writer *w, const plot_memory *memory, const char *bytes, size_t count);

/* Writes the grid's rows, each ended by '\n', and a final 0.  Fails only for lack of memory. */
plot_status plot_encode(plot_writer *w, const plot_memory *memory, const plot_cells *cells,
                        const plot_frame *frame);

/* Writes the SGR sequence that turns colours and attributes from one cell's into another's; a NULL cell
** stands for the terminal's own. */
void plot_encode_ink(plot_writer *w, const plot_memory *memory, const plot_shown *from,
                     const plot_shown *to);

/* Writes the cell's character and its marks. */
void plot_encode_glyph(plot_writer *w, const plot_memory *memory, const plot_shown *cell);

#endif
