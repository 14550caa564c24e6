/* encode.c: the only place where colours are chosen and escape sequences are made.
**
** A sequence is written only where the ink changes, never before a blank, and every row ends without
** one, so that any row can be cut out and pasted. */
#include "plot/encode.h"

#include "plot/colormap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For a background: the palette in RGB and as one of the terminal's 16 colours (SGR parameter), the
** greys of axes and tick labels, what fading goes towards, and the part of the colour map that stands off
** the background.  The palettes follow Okabe and Ito's for colour-blind readers, made lighter or darker
** until each stands off, too. */
typedef struct {
    plot_rgb palette[PLOT_COLORS];
    uint8_t palette16[PLOT_COLORS];
    plot_rgb axis, tick, ground;
    double map_low, map_high;
    uint8_t map16[4]; /* the same in four of the 16 colours */
} theme;

static const theme themes[] = {
    [PLOT_DARK] = { { { 0x56, 0xb4, 0xe9 },
                      { 0xf0, 0xa3, 0x30 },
                      { 0x1f, 0xc1, 0x8d },
                      { 0xe5, 0x8b, 0xc1 },
                      { 0xf0, 0xe4, 0x42 },
                      { 0xf2, 0x67, 0x3a },
                      { 0x9a, 0x91, 0xf5 },
                      { 0xbf, 0xbf, 0xbf } },
                    { 96, 93, 92, 95, 33, 91, 94, 37 },
                    { 0x6b, 0x77, 0x85 },
                    { 0xa0, 0xaa, 0xb5 },
                    { 0x12, 0x16, 0x1a },
                    0.25,
                    1,
                    { 94, 96, 92, 93 } },
    [PLOT_LIGHT] = { { { 0x00, 0x72, 0xb2 },
                       { 0xc2, 0x60, 0x0a },
                       { 0x00, 0x80, 0x5c },
                       { 0xb0, 0x50, 0x8a },
                       { 0x8c, 0x7a, 0x00 },
                       { 0xc0, 0x39, 0x2b },
                       { 0x4b, 0x3f, 0xa6 },
                       { 0x55, 0x55, 0x55 } },
                     { 34, 33, 32, 35, 36, 31, 94, 90 },
                     { 0x8a, 0x93, 0xa0 },
                     { 0x59, 0x63, 0x6e },
                     { 0xff, 0xff, 0xff },
                     0,
                     0.8,
                     { 35, 34, 36, 32 } },
};

/* The nearest of the 6 × 6 × 6 cube and the 24 greys, as xterm has them. */
static int nearest256(plot_rgb color)
{
    static const int level[] = { 0, 95, 135, 175, 215, 255 };
    int best = 16, distance = 1 << 30;
    for (int i = 16; i < 256; i++) {
        int cube = i - 16, grey = 8 + 10 * (i - 232);
        int r = i < 232 ? level[cube / 36] : grey, g = i < 232 ? level[cube / 6 % 6] : grey;
        int b = i < 232 ? level[cube % 6] : grey;
        int here = (r - color.r) * (r - color.r) + (g - color.g) * (g - color.g) +
                   (b - color.b) * (b - color.b);
        if (here >= distance) continue;
        distance = here;
        best = i;
    }
    return best;
}

/* The colour, 55 % of the way to the background. */
static plot_rgb fade(plot_rgb color, plot_rgb ground)
{
    return (plot_rgb){ (uint8_t)((45 * color.r + 55 * ground.r) / 100),
                       (uint8_t)((45 * color.g + 55 * ground.g) / 100),
                       (uint8_t)((45 * color.b + 55 * ground.b) / 100) };
}

/* Writes the SGR parameters of the ink; "" for the terminal's own colour. */
static void parameters(char *text, size_t size, plot_ink ink, const plot_frame *frame)
{
    const theme *t = &themes[frame->background == PLOT_LIGHT];
    plot_role role = (plot_role)ink.role;
    bool series = role == PLOT_ROLE_SERIES || role == PLOT_ROLE_FAINT;
    plot_rgb color = series ? t->palette[ink.index] : role == PLOT_ROLE_AXIS ? t->axis : t->tick;
    if (role == PLOT_ROLE_SHADE)
        color = plot_viridis(t->map_low + (t->map_high - t->map_low) * ink.index / UINT8_MAX);
    text[0] = '\0';
    if (role == PLOT_ROLE_TITLE) snprintf(text, size, "1");
    if (role == PLOT_ROLE_TITLE || role == PLOT_ROLE_TEXT) return;
    if (role == PLOT_ROLE_FAINT) color = fade(color, t->ground);
    if (frame->color == PLOT_COLOR_RGB)
        snprintf(text, size, "38;2;%d;%d;%d", color.r, color.g, color.b);
    else if (frame->color == PLOT_COLOR_256)
        snprintf(text, size, "38;5;%d", nearest256(color));
    else if (series)
        snprintf(text, size, role == PLOT_ROLE_FAINT ? "2;%d" : "%d", t->palette16[ink.index]);
    else if (role == PLOT_ROLE_SHADE)
        snprintf(text, size, "%d", t->map16[ink.index / 64]);
    else if (role == PLOT_ROLE_AXIS)
        snprintf(text, size, "90");
}

typedef struct {
    char *bytes;
    size_t count, capacity;
    const plot_memory *memory;
    bool failed;
} writer;

static void put(writer *w, const char *bytes, size_t count)
{
    void *grown = w->bytes;
    if (w->failed) return;
    w->failed = !plot_grow(w->memory, &grown, &w->capacity, w->count, count, 1);
    w->bytes = grown;
    if (w->failed) return;
    memcpy(w->bytes + w->count, bytes, count);
    w->count += count;
}

static void put_ink(writer *w, const char *wanted, char *current, size_t size)
{
    char text[40];
    if (strcmp(wanted, current) == 0) return;
    const char *reset = current[0] != '\0' ? wanted[0] != '\0' ? "0;" : "0" : "";
    int length = snprintf(text, sizeof text, "\033[%s%sm", reset, wanted);
    put(w, text, (size_t)length);
    snprintf(current, size, "%s", wanted);
}

static void put_code(writer *w, uint32_t code)
{
    char bytes[4];
    if (code != 0) put(w, bytes, (size_t)plot_glyph_encode(code, bytes));
}

static void put_row(writer *w, const plot_cell *cell, int cols, const plot_frame *frame)
{
    char current[24] = "", wanted[24] = "";
    for (int col = 0; col < cols; col++) {
        if (cell[col].width == 0) continue;
        bool blank = cell[col].glyph == ' ' || cell[col].glyph == PLOT_BLANK_BRAILLE;
        if (!blank && frame->color != PLOT_NO_COLOR) {
            parameters(wanted, sizeof wanted, cell[col].ink, frame);
            put_ink(w, wanted, current, sizeof current);
        }
        put_code(w, cell[col].glyph);
        put_code(w, cell[col].mark[0]);
        put_code(w, cell[col].mark[1]);
    }
    put_ink(w, "", current, sizeof current);
    put(w, "\n", 1);
}

plot_status plot_encode(plot_text *out, const plot_memory *memory, const plot_cells *cells,
                        const plot_frame *frame)
{
    writer w = { .memory = memory };
    for (int row = 0; row < cells->rows; row++)
        put_row(&w, cells->cell + (size_t)row * (size_t)cells->cols, cells->cols, frame);
    put(&w, "", 1);
    if (w.failed) {
        free(w.bytes);
        return PLOT_NO_MEMORY;
    }
    out->bytes = w.bytes;
    out->length = w.count - 1;
    return PLOT_OK;
}
