/* contour.h: from numbers on a grid to the lines along which they are equal. */
#ifndef PLOT_CONTOUR_H
#define PLOT_CONTOUR_H

#include "plot/figure.h"

/* Levels that a plot without levels of its own has, about. */
#define PLOT_LEVELS_USUAL 8

/* Fills data from a checked grid: the levels, their lines and the statistics of the grid.  On
** PLOT_NO_MEMORY data holds nothing. */
plot_status plot_contour_init(plot_data *data, const plot_memory *memory, const plot_grid *grid);

#endif
