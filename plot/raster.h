/* raster.h: a scene drawn on character cells. */
#ifndef PLOT_RASTER_H
#define PLOT_RASTER_H

#include "plot/grid.h"
#include "plot/scene.h"

/* Draws the scene on a grid of the frame's size.  Fails only for lack of memory. */
plot_status plot_raster(plot_cells *cells, const plot_memory *memory, const plot_scene *scene,
                        const plot_frame *frame);

#endif
