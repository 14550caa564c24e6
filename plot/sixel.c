/* sixel.c: bands of six rows; in each, every colour of the band in turn writes the pixels that are its own.
** See DEC's VT330/VT340 Programmer Reference Manual, volume 2, chapter 14. */
#include "plot/graphics.h"
#include "plot/quantise.h"

#include <stdlib.h>
#include <string.h>

/* Adds count times the six pixels `bits`. */
static void add_run(plot_bytes *out, int count, uint8_t bits)
{
    char six = (char)('?' + bits), three[3] = { six, six, six };
    if (count > 3)
        plot_bytes_print(out, "!%d%c", count, six);
    else
        plot_bytes_add(out, three, (size_t)count);
}

/* One colour's pixels of a band, without the blank ones at its end. */
static void add_row(plot_bytes *out, const uint8_t *bits, int width)
{
    while (width > 0 && bits[width - 1] == 0) width--;
    for (int x = 0, from = 0; x < width; from = x) {
        while (x < width && bits[x] == bits[from]) x++;
        add_run(out, x - from, bits[from]);
    }
}

/* The six rows from top on; bits is count × width, all 0, and is left so. */
static void add_band(plot_bytes *out, const plot_palette *palette, const plot_pixels *canvas,
                     int top, uint8_t *bits)
{
    size_t width = (size_t)canvas->width;
    bool used[PLOT_PALETTE_MAX] = { false }, any = false;
    for (int k = 0; k < 6 && top + k < canvas->height; k++) {
        const uint16_t *index = palette->index + (size_t)(top + k) * width;
        for (size_t x = 0; x < width; x++) {
            if (index[x] == 0) continue;
            bits[(index[x] - 1u) * width + x] |= (uint8_t)(1 << k);
            used[index[x] - 1] = true;
        }
    }
    for (int i = 0; i < palette->count; i++) {
        if (!used[i]) continue;
        plot_bytes_print(out, any ? "$#%d" : "#%d", i);
        add_row(out, bits + (size_t)i * width, canvas->width);
        memset(bits + (size_t)i * width, 0, width);
        any = true;
    }
    plot_bytes_text(out, "-");
}

static int hundredths(uint8_t value)
{
    return (value * 100 + 127) / 255;
}

static void add_picture(plot_bytes *out, const plot_palette *palette, const plot_pixels *canvas,
                        uint8_t *bits)
{
    /* Pixels as wide as high; 1: those not drawn keep what is there. */
    plot_bytes_text(out, "\033P0;1q");
    plot_bytes_print(out, "\"1;1;%d;%d", canvas->width, canvas->height);
    for (int i = 0; i < palette->count; i++) {
        plot_rgba c = palette->color[i];
        plot_bytes_print(out, "#%d;2;%d;%d;%d", i, hundredths(c.r), hundredths(c.g),
                         hundredths(c.b));
    }
    for (int top = 0; top < canvas->height; top += 6) add_band(out, palette, canvas, top, bits);
    plot_bytes_text(out, "\033\\");
}

static plot_status add_with(plot_bytes *out, const plot_pixels *canvas, plot_rgba ground, int most)
{
    plot_palette palette;
    plot_status status = plot_palette_init(&palette, out->memory, canvas, ground, most);
    if (status != PLOT_OK) return status;
    size_t room = (size_t)palette.count * (size_t)canvas->width;
    uint8_t *bits = plot_resize(out->memory, NULL, room, 1);
    if (bits != NULL) {
        memset(bits, 0, room);
        add_picture(out, &palette, canvas, bits);
    }
    bool failed = bits == NULL || out->failed;
    free(bits);
    plot_palette_free(&palette);
    return failed ? PLOT_NO_MEMORY : PLOT_OK;
}

plot_status plot_sixel(plot_bytes *out, const plot_pixels *canvas, const plot_placement *placement)
{
    static const int most[] = { PLOT_PALETTE_MAX, 64, 16 };
    size_t limit = placement->max_bytes > 0 ? placement->max_bytes : PLOT_SIXEL_BYTES;
    size_t before = out->count;
    for (int i = 0; i < 3; i++) {
        plot_status status = add_with(out, canvas, placement->ground, most[i]);
        if (status == PLOT_OK && out->count - before <= limit) return PLOT_OK;
        out->count = before;
        if (status != PLOT_OK) return status;
    }
    return PLOT_INVALID;
}
