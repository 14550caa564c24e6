/* kitty.c: see sw.kovidgoyal.net/kitty/graphics-protocol. */
#include "plot/graphics.h"
#include "plot/png.h"

#include <stdlib.h>

#define CHUNK 3072 /* bytes that become 4096 of base64 */

/* Characters that number rows and columns of a picture, from 0 on, as runs: the combining marks of class 230 of
** Unicode 6.0 that no normalisation changes (kitty's rowcolumn-diacritics.txt). */
static const struct {
    uint32_t first, last;
} marks[] = {
    { 0x305, 0x305 },     { 0x30d, 0x30e },     { 0x310, 0x310 },     { 0x312, 0x312 },
    { 0x33d, 0x33f },     { 0x346, 0x346 },     { 0x34a, 0x34c },     { 0x350, 0x352 },
    { 0x357, 0x357 },     { 0x35b, 0x35b },     { 0x363, 0x36f },     { 0x483, 0x487 },
    { 0x592, 0x595 },     { 0x597, 0x599 },     { 0x59c, 0x5a1 },     { 0x5a8, 0x5a9 },
    { 0x5ab, 0x5ac },     { 0x5af, 0x5af },     { 0x5c4, 0x5c4 },     { 0x610, 0x617 },
    { 0x657, 0x65b },     { 0x65d, 0x65e },     { 0x6d6, 0x6dc },     { 0x6df, 0x6e2 },
    { 0x6e4, 0x6e4 },     { 0x6e7, 0x6e8 },     { 0x6eb, 0x6ec },     { 0x730, 0x730 },
    { 0x732, 0x733 },     { 0x735, 0x736 },     { 0x73a, 0x73a },     { 0x73d, 0x73d },
    { 0x73f, 0x741 },     { 0x743, 0x743 },     { 0x745, 0x745 },     { 0x747, 0x747 },
    { 0x749, 0x74a },     { 0x7eb, 0x7f1 },     { 0x7f3, 0x7f3 },     { 0x816, 0x819 },
    { 0x81b, 0x823 },     { 0x825, 0x827 },     { 0x829, 0x82d },     { 0x951, 0x951 },
    { 0x953, 0x954 },     { 0xf82, 0xf83 },     { 0xf86, 0xf87 },     { 0x135d, 0x135f },
    { 0x17dd, 0x17dd },   { 0x193a, 0x193a },   { 0x1a17, 0x1a17 },   { 0x1a75, 0x1a7c },
    { 0x1b6b, 0x1b6b },   { 0x1b6d, 0x1b73 },   { 0x1cd0, 0x1cd2 },   { 0x1cda, 0x1cdb },
    { 0x1ce0, 0x1ce0 },   { 0x1dc0, 0x1dc1 },   { 0x1dc3, 0x1dc9 },   { 0x1dcb, 0x1dcc },
    { 0x1dd1, 0x1de6 },   { 0x1dfe, 0x1dfe },   { 0x20d0, 0x20d1 },   { 0x20d4, 0x20d7 },
    { 0x20db, 0x20dc },   { 0x20e1, 0x20e1 },   { 0x20e7, 0x20e7 },   { 0x20e9, 0x20e9 },
    { 0x20f0, 0x20f0 },   { 0x2cef, 0x2cf1 },   { 0x2de0, 0x2dff },   { 0xa66f, 0xa66f },
    { 0xa67c, 0xa67d },   { 0xa6f0, 0xa6f1 },   { 0xa8e0, 0xa8f1 },   { 0xaab0, 0xaab0 },
    { 0xaab2, 0xaab3 },   { 0xaab7, 0xaab8 },   { 0xaabe, 0xaabf },   { 0xaac1, 0xaac1 },
    { 0xfe20, 0xfe26 },   { 0x10a0f, 0x10a0f }, { 0x10a38, 0x10a38 }, { 0x1d185, 0x1d189 },
    { 0x1d1aa, 0x1d1ad }, { 0x1d242, 0x1d244 }
};

/* The mark of a number; 0: there is none. */
static uint32_t mark_of(uint32_t number)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        uint32_t count = marks[i].last - marks[i].first + 1;
        if (number < count) return marks[i].first + number;
        number -= count;
    }
    return 0;
}

static void add_keys(plot_bytes *out, const plot_placement *placement)
{
    /* Transmit and display, PNG, no answers, and the cursor stays. */
    plot_bytes_text(out, "a=T,f=100,q=2,C=1,");
    if (placement->cols > 0) plot_bytes_print(out, "c=%d,", placement->cols);
    if (placement->rows > 0) plot_bytes_print(out, "r=%d,", placement->rows);
    if (placement->id > 0) plot_bytes_print(out, "i=%u,p=1,", (unsigned)placement->id);
    if (placement->tmux) plot_bytes_text(out, "U=1,");
}

static void add_chunks(plot_bytes *out, const plot_bytes *png, const plot_placement *placement)
{
    for (size_t at = 0; at < png->count; at += CHUNK) {
        size_t left = png->count - at;
        /* tmux passes on what stands between, with every ESC doubled. */
        plot_bytes_text(out, placement->tmux ? "\033Ptmux;\033\033_G" : "\033_G");
        if (at == 0) add_keys(out, placement);
        plot_bytes_print(out, "m=%d;", left > CHUNK);
        plot_bytes_base64(out, png->data + at, left > CHUNK ? CHUNK : left);
        plot_bytes_text(out, placement->tmux ? "\033\033\\\033\\" : "\033\\");
    }
}

plot_status plot_kitty_row(plot_bytes *out, const plot_placement *placement, int row)
{
    char bytes[4];
    uint32_t marks_of_row[2] = { mark_of((uint32_t)row), mark_of(placement->id >> 24) };
    plot_bytes_print(out, "\033[38;5;%um", (unsigned)(placement->id & 255));
    for (int col = 0; col < placement->cols; col++) {
        uint32_t all[] = { 0x10eeee, marks_of_row[0], mark_of((uint32_t)col), marks_of_row[1] };
        for (int i = 0; i < 4; i++) {
            if (all[i] == 0) return PLOT_INVALID;
            plot_bytes_add(out, bytes, (size_t)plot_glyph_encode(all[i], bytes));
        }
    }
    plot_bytes_text(out, "\033[39m");
    return out->failed ? PLOT_NO_MEMORY : PLOT_OK;
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
