/* encode.c: rows of cells as text.
**
** A sequence is written only where the colours change, never for a blank's ink, and every row ends without
** one, so that any row can be cut out and pasted. */
#include "plot/encode.h"

#include "plot/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plot_write(plot_writer *w, const plot_memory *memory, const char *bytes, size_t count)
{
    void *grown = w->bytes;
    if (w->failed) return;
    w->failed = !plot_grow(memory, &grown, &w->capacity, w->count, count, 1);
    w->bytes = grown;
    if (w->failed) return;
    memcpy(w->bytes + w->count, bytes, count);
    w->count += count;
}

/* The parameters of one colour; base is 30 for ink, 40 for what is behind. */
static int color_parameters(char *text, size_t size, plot_color tier, unsigned value, unsigned base)
{
    switch (tier) {
    case PLOT_NO_COLOR: break;
    case PLOT_COLOR_16:
        return snprintf(text, size, ";%u", value < 8 ? base + value : base + 52 + value);
    case PLOT_COLOR_256: return snprintf(text, size, ";%u;5;%u", base + 8, value);
    case PLOT_COLOR_RGB:
        return snprintf(text, size, ";%u;2;%u;%u;%u", base + 8, value >> 16, value >> 8 & 0xff,
                        value & 0xff);
    }
    return 0;
}

static bool same_colors(const plot_shown *a, const plot_shown *b)
{
    return a->bold == b->bold && a->dim == b->dim && a->ink_tier == b->ink_tier &&
           a->ink == b->ink && a->back_tier == b->back_tier && a->back == b->back;
}

/* Is there nothing on in `from` that a sequence for `to` would leave on? */
static bool overwrites(const plot_shown *from, const plot_shown *to)
{
    return from->bold <= to->bold && from->dim <= to->dim &&
           (from->ink_tier == PLOT_NO_COLOR || to->ink_tier != PLOT_NO_COLOR) &&
           (from->back_tier == PLOT_NO_COLOR || to->back_tier != PLOT_NO_COLOR);
}

void plot_encode_ink(plot_writer *w, const plot_memory *memory, const plot_shown *from,
                     const plot_shown *to)
{
    static const plot_shown own = { 0 };
    char text[80] = "";
    size_t used = 0, size = sizeof text;
    if (from == NULL) from = &own;
    if (to == NULL) to = &own;
    if (same_colors(from, to)) return;
    bool reset = !overwrites(from, to);
    if (reset) from = &own;
    if (to->bold && !from->bold) used += (size_t)snprintf(text + used, size - used, ";1");
    if (to->dim && !from->dim) used += (size_t)snprintf(text + used, size - used, ";2");
    if (to->ink_tier != from->ink_tier || to->ink != from->ink)
        used += (size_t)color_parameters(text + used, size - used, to->ink_tier, to->ink, 30);
    if (to->back_tier != from->back_tier || to->back != from->back)
        used += (size_t)color_parameters(text + used, size - used, to->back_tier, to->back, 40);
    plot_write(w, memory, "\033[", 2);
    if (reset) plot_write(w, memory, "0", 1);
    if (used > 0) plot_write(w, memory, text + !reset, used - !reset);
    plot_write(w, memory, "m", 1);
}

void plot_encode_glyph(plot_writer *w, const plot_memory *memory, const plot_shown *cell)
{
    const uint32_t code[3] = { cell->glyph, cell->mark[0], cell->mark[1] };
    char bytes[12];
    int count = 0;
    for (int i = 0; i < 3; i++)
        if (code[i] != 0) count += plot_glyph_encode(code[i], bytes + count);
    if (w->failed || (size_t)count > w->capacity - w->count) {
        plot_write(w, memory, bytes, (size_t)count);
        return;
    }
    for (int i = 0; i < count; i++) w->bytes[w->count++] = bytes[i];
}

static void write_row(plot_writer *w, const plot_memory *memory, const plot_cell *cell, int cols,
                      const plot_frame *frame)
{
    plot_shown current = { 0 };
    const plot_cell *last = NULL;
    for (int col = 0; col < cols; col++) {
        bool blank = cell[col].glyph == ' ' || cell[col].glyph == PLOT_BLANK_BRAILLE;
        if (cell[col].width == 0) continue;
        plot_shown shown = { .glyph = cell[col].glyph,
                             .mark = { cell[col].mark[0], cell[col].mark[1] } };
        bool same = last != NULL && plot_same_ink(last->back, cell[col].back) &&
                    (blank || plot_same_ink(last->ink, cell[col].ink));
        if (frame->color != PLOT_NO_COLOR && !same) {
            plot_shown wanted = plot_theme_cell(&cell[col], frame);
            if (blank) {
                wanted.ink_tier = current.ink_tier;
                wanted.ink = current.ink;
                wanted.bold = current.bold;
                wanted.dim = current.dim;
            }
            plot_encode_ink(w, memory, &current, &wanted);
            current = wanted;
            last = blank ? NULL : &cell[col];
        }
        plot_encode_glyph(w, memory, &shown);
    }
    plot_encode_ink(w, memory, &current, NULL);
    plot_write(w, memory, "\n", 1);
}

plot_status plot_encode(plot_writer *w, const plot_memory *memory, const plot_cells *cells,
                        const plot_frame *frame)
{
    w->count = 0;
    w->failed = false;
    for (int row = 0; row < cells->rows; row++)
        write_row(w, memory, cells->cell + (size_t)row * (size_t)cells->cols, cells->cols, frame);
    plot_write(w, memory, "", 1);
    return w->failed ? PLOT_NO_MEMORY : PLOT_OK;
}
