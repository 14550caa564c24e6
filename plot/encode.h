/* encode.h: a grid of cells as text, with escape sequences for colours where the frame has them. */
#ifndef PLOT_ENCODE_H
#define PLOT_ENCODE_H

#include "plot/grid.h"

/* Writes the grid to out; fails only for lack of memory, leaving out empty. */
plot_status plot_encode(plot_text *out, const plot_memory *memory, const plot_cells *cells,
                        const plot_frame *frame);

#endif
