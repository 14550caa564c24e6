/* colormap.h: numbers as colours. */
#ifndef PLOT_COLORMAP_H
#define PLOT_COLORMAP_H

#include "plot/plot.h"

#include <stdint.h>

typedef struct {
    uint8_t r, g, b;
} plot_rgb;

/* The colour at this place, 0 to 1, of viridis or magma (van der Walt and Smith's maps of matplotlib, equally
** steep to the eye and in grey), of grey from black to white, or of ColorBrewer's red to blue through
** white.  Places outside are moved to the ends. */
plot_rgb plot_colormap_at(plot_colormap map, double at);

/* How light the colour looks, 0 to 1 (the luma of ITU-R BT.601). */
double plot_lightness(plot_rgb color);

#endif
