/* render.c: the way from a figure to cells and text: layout, scene, raster, encoder. */
#include "plot/render.h"

#include "plot/theme.h"

#include <stdio.h>
#include <stdlib.h>

plot_renderer *plot_renderer_new_in(plot_memory memory)
{
    plot_renderer *renderer = plot_resize(&memory, NULL, 1, sizeof *renderer);
    if (renderer != NULL) *renderer = (plot_renderer){ .memory = memory };
    return renderer;
}

plot_renderer *plot_renderer_new(void)
{
    return plot_renderer_new_in((plot_memory){ 0 });
}

void plot_renderer_release(plot_renderer *r)
{
    plot_layout_free(&r->layout);
    plot_scene_free(&r->scene);
    plot_cells_free(&r->cells);
    plot_raster_free(&r->room);
    free(r->text.bytes);
}

void plot_renderer_free(plot_renderer *renderer)
{
    if (renderer == NULL) return;
    plot_renderer_release(renderer);
    free(renderer);
}

static bool fits(const plot_frame *frame)
{
    return frame->cols >= 1 && frame->rows >= 1 && frame->cols <= PLOT_FRAME_MAX &&
           frame->rows <= PLOT_FRAME_MAX;
}

plot_status plot_draw_scene(plot_renderer *r, const plot_figure *figure, const plot_frame *frame,
                            int detail)
{
    if (!fits(frame)) return PLOT_INVALID;
    r->frame = *frame;
    r->scene.detail = detail;
    plot_status status = plot_layout_init(&r->layout, &r->memory, figure, frame);
    if (status != PLOT_OK) return status;
    return plot_scene_init(&r->scene, &r->memory, figure, frame, &r->layout);
}

plot_status plot_draw(plot_renderer *r, const plot_figure *figure, const plot_frame *frame)
{
    plot_status status = plot_draw_scene(r, figure, frame, 1);
    if (status == PLOT_OK)
        status = plot_cells_init(&r->cells, &r->memory, frame->cols, frame->rows);
    if (status == PLOT_OK) status = plot_raster(&r->cells, &r->room, &r->memory, &r->scene, frame);
    if (status != PLOT_OK) r->cells.cols = r->cells.rows = 0;
    return status;
}

plot_status plot_drawn_text(plot_renderer *r, const char **bytes, size_t *length)
{
    plot_status status = plot_encode(&r->text, &r->memory, &r->cells, &r->frame);
    *bytes = status == PLOT_OK ? r->text.bytes : "";
    *length = status == PLOT_OK ? r->text.count - 1 : 0;
    return status;
}

plot_shown plot_drawn_cell(const plot_renderer *r, int col, int row)
{
    const plot_cell *cell = plot_cells_at(&r->cells, col, row);
    return cell != NULL ? plot_theme_cell(cell, &r->frame)
                        : (plot_shown){ .glyph = ' ', .width = 1 };
}

plot_status plot_render(const plot_figure *figure, const plot_frame *frame, plot_text *out)
{
    plot_renderer r = { .memory = figure->memory };
    *out = (plot_text){ .bytes = NULL };
    if (!fits(frame)) {
        snprintf(out->error, sizeof out->error, "plot: a frame of %d by %d: both must be 1 to %d",
                 frame->cols, frame->rows, PLOT_FRAME_MAX);
        return PLOT_INVALID;
    }
    plot_status status = plot_draw(&r, figure, frame);
    if (status == PLOT_OK) status = plot_encode(&r.text, &r.memory, &r.cells, frame);
    if (status == PLOT_OK) {
        out->bytes = r.text.bytes;
        out->length = r.text.count - 1;
        r.text.bytes = NULL;
    } else {
        snprintf(out->error, sizeof out->error, "plot: out of memory for a frame of %d by %d",
                 frame->cols, frame->rows);
    }
    plot_renderer_release(&r);
    return status;
}

void plot_text_free(plot_text *out)
{
    free(out->bytes);
    *out = (plot_text){ .bytes = NULL };
}
