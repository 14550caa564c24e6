/* raster.h: a scene drawn on character cells. */
#ifndef PLOT_RASTER_H
#define PLOT_RASTER_H

#include "plot/grid.h"
#include "plot/scene.h"

typedef struct plot_dots_cell plot_dots_cell;

/* What the drawing needs beside the cells; all zero at first, kept for the next time. */
typedef struct {
    uint8_t *plane;
    size_t plane_capacity;
    plot_dots_cell *dots;
    size_t dots_capacity;
} plot_raster_memory;

void plot_raster_free(plot_raster_memory *room);

/* Draws the scene on a blank grid of the frame's size.  Fails only for lack of memory. */
plot_status plot_raster(plot_cells *cells, plot_raster_memory *room, const plot_memory *memory,
                        const plot_scene *scene, const plot_frame *frame);

#endif
