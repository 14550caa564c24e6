/* render.h: what a renderer keeps, for the files that draw other things than cells. */
#ifndef PLOT_RENDER_H
#define PLOT_RENDER_H

#include "plot/encode.h"
#include "plot/figure.h"
#include "plot/layout.h"
#include "plot/raster.h"
#include "plot/scene.h"

struct plot_renderer {
    plot_memory memory;
    plot_frame frame; /* of the last drawing */
    plot_layout layout;
    plot_scene scene;
    plot_cells cells;
    plot_raster_memory room;
    plot_writer text;
};

/* A renderer that allocates from this memory. */
plot_renderer *plot_renderer_new_in(plot_memory memory);

/* Frees what the renderer keeps, but not itself. */
void plot_renderer_release(plot_renderer *renderer);

/* Lays out the figure and makes its scene, without drawing it; both borrow from the figure.  detail is the
** scene's. */
plot_status plot_draw_scene(plot_renderer *renderer, const plot_figure *figure,
                            const plot_frame *frame, int detail) PLOT_MUST_CHECK;

#endif
