/* kitty.c: see sw.kovidgoyal.net/kitty/graphics-protocol. */
#include "plot/graphics.h"
#include "plot/png.h"

#include <stdlib.h>

#define CHUNK 3072 /* bytes that become 4096 of base64 */

static void add_keys(plot_bytes *out, const plot_placement *placement)
{
    /* Transmit and display, PNG, no answers, and the cursor stays. */
    plot_bytes_text(out, "a=T,f=100,q=2,C=1,");
    if (placement->cols > 0) plot_bytes_print(out, "c=%d,", placement->cols);
    if (placement->rows > 0) plot_bytes_print(out, "r=%d,", placement->rows);
    if (placement->id > 0) plot_bytes_print(out, "i=%u,p=1,", (unsigned)placement->id);
}

static void add_chunks(plot_bytes *out, const plot_bytes *png, const plot_placement *placement)
{
    for (size_t at = 0; at < png->count; at += CHUNK) {
        size_t left = png->count - at;
        plot_bytes_text(out, "\033_G");
        if (at == 0) add_keys(out, placement);
        plot_bytes_print(out, "m=%d;", left > CHUNK);
        plot_bytes_base64(out, png->data + at, left > CHUNK ? CHUNK : left);
        plot_bytes_text(out, "\033\\");
    }
}

plot_status plot_kitty(plot_bytes *out, const plot_pixels *canvas, const plot_placement *placement)
{
    size_t limit = placement->max_bytes > 0 ? placement->max_bytes : PLOT_GRAPHICS_BYTES;
    size_t before = out->count;
    plot_bytes png = { .memory = out->memory };
    plot_status status = plot_png(&png, canvas, 1);
    if (status == PLOT_OK) add_chunks(out, &png, placement);
    free(png.data);
    if (status == PLOT_OK && out->failed) status = PLOT_NO_MEMORY;
    if (status == PLOT_OK && out->count - before > limit) status = PLOT_INVALID;
    if (status != PLOT_OK) out->count = before;
    return status;
}
