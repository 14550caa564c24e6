/* quantise.h: a canvas in few colours, for outputs that have a palette. */
#ifndef PLOT_QUANTISE_H
#define PLOT_QUANTISE_H

#include "plot/pixels.h"

#define PLOT_PALETTE_MAX 256

typedef struct {
    plot_rgba color[PLOT_PALETTE_MAX];
    int count;
    uint16_t *index; /* of each pixel: 0 transparent, else 1 + its colour's */
} plot_palette;

/* Finds at most `most` colours, 2 … PLOT_PALETTE_MAX, for the canvas on a ground.  As many colours as there
** are when they are no more, else the means of boxes that are cut, the one of the greatest squared error
** first, at its mean along the axis of that error (after Heckbert's median cut, 1982, and Wu's, 1991).  Fails
** only for lack of memory; released by plot_palette_free. */
plot_status plot_palette_init(plot_palette *palette, const plot_memory *memory,
                              const plot_pixels *canvas, plot_rgba ground, int most);
void plot_palette_free(plot_palette *palette);

#endif
