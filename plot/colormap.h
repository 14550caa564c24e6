/* colormap.h: colours for numbers. */
#ifndef PLOT_COLORMAP_H
#define PLOT_COLORMAP_H

#include <stdint.h>

typedef struct {
    uint8_t r, g, b;
} plot_rgb;

/* The colour of viridis at this place, 0 (dark blue) to 1 (yellow): equal steps look equally large, also to
** colour-blind readers and in grey (Smith and van der Walt, 2015). */
plot_rgb plot_viridis(double at);

#endif
