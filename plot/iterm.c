/* iterm.c: see iterm2.com/documentation-images.html. */
#include "plot/graphics.h"
#include "plot/png.h"

#include <stdlib.h>

static void add_file(plot_bytes *out, const plot_bytes *png, const plot_placement *placement)
{
    plot_bytes_print(out, "\033]1337;File=inline=1;size=%zu;preserveAspectRatio=0;", png->count);
    if (placement->cols > 0) plot_bytes_print(out, "width=%d;", placement->cols);
    if (placement->rows > 0) plot_bytes_print(out, "height=%d;", placement->rows);
    plot_bytes_text(out, "doNotMoveCursor=1:");
    plot_bytes_base64(out, png->data, png->count);
    plot_bytes_text(out, "\a");
}

plot_status plot_iterm(plot_bytes *out, const plot_pixels *canvas, const plot_placement *placement)
{
    size_t limit = placement->max_bytes > 0 ? placement->max_bytes : PLOT_GRAPHICS_BYTES;
    size_t before = out->count;
    plot_bytes png = { .memory = out->memory };
    plot_status status = plot_png(&png, canvas, 1);
    if (status == PLOT_OK) add_file(out, &png, placement);
    free(png.data);
    if (status == PLOT_OK && out->failed) status = PLOT_NO_MEMORY;
    if (status == PLOT_OK && out->count - before > limit) status = PLOT_INVALID;
    if (status != PLOT_OK) out->count = before;
    return status;
}
