/* render.c: the way from a figure to text: layout, scene, raster, encoder. */
#include "plot/encode.h"
#include "plot/figure.h"
#include "plot/layout.h"
#include "plot/raster.h"
#include "plot/scene.h"

#include <stdio.h>
#include <stdlib.h>

static plot_status draw(const plot_figure *figure, const plot_frame *frame, plot_text *out)
{
    plot_layout layout;
    plot_scene scene = { .item = NULL };
    plot_cells cells = { .cell = NULL };
    plot_status status = plot_layout_init(&layout, figure, frame);
    if (status == PLOT_OK) status = plot_scene_init(&scene, figure, frame, &layout);
    if (status == PLOT_OK)
        status = plot_cells_init(&cells, &figure->memory, frame->cols, frame->rows);
    if (status == PLOT_OK) status = plot_raster(&cells, &figure->memory, &scene, frame);
    if (status == PLOT_OK) status = plot_encode(out, &figure->memory, &cells, frame);
    plot_cells_free(&cells);
    plot_scene_free(&scene);
    plot_layout_free(&layout);
    return status;
}

plot_status plot_render(const plot_figure *figure, const plot_frame *frame, plot_text *out)
{
    *out = (plot_text){ .bytes = NULL };
    if (frame->cols < 1 || frame->rows < 1 || frame->cols > PLOT_FRAME_MAX ||
        frame->rows > PLOT_FRAME_MAX) {
        snprintf(out->error, sizeof out->error, "plot: a frame of %d by %d: both must be 1 to %d",
                 frame->cols, frame->rows, PLOT_FRAME_MAX);
        return PLOT_INVALID;
    }
    plot_status status = draw(figure, frame, out);
    if (status != PLOT_OK)
        snprintf(out->error, sizeof out->error, "plot: out of memory for a frame of %d by %d",
                 frame->cols, frame->rows);
    return status;
}

void plot_text_free(plot_text *out)
{
    free(out->bytes);
    *out = (plot_text){ .bytes = NULL };
}
