/* font.c: looking letters up and reading their outlines. */
#include "plot/font.h"

#include <stdbool.h>

const plot_font_entry *plot_font_find(const plot_font_face *face, uint32_t code)
{
    size_t low = 0, high = face->entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (face->entry[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < face->entries && face->entry[low].code == code ? &face->entry[low] : face->entry;
}

/* ---- outlines --------------------------------------------------------------------------------- */

static unsigned long take_number(plot_outline_reader *r)
{
    unsigned long n = 0;
    for (int shift = 0;; shift += 7) {
        unsigned byte = *r->at++;
        n |= (unsigned long)(byte & 127) << shift;
        if (byte < 128) return n;
    }
}

static int unfolded(unsigned long n)
{
    return n & 1 ? -(int)(n / 2) - 1 : (int)(n / 2);
}

/* Takes the next point; true if it lies on the curve. */
static bool take_point(plot_outline_reader *r)
{
    unsigned long n = take_number(r);
    r->x += unfolded(n / 2);
    r->y += unfolded(take_number(r));
    r->points--;
    return n & 1;
}

plot_outline_reader plot_outline_read(const plot_font_face *face, const plot_font_entry *entry)
{
    plot_outline_reader r = { .at = face->outline + entry->start };
    r.contours = (int)take_number(&r);
    return r;
}

static plot_outline_part curve_to(plot_outline_reader *r, int x, int y)
{
    return (plot_outline_part){ PLOT_OUTLINE_CURVE, x, y, r->off_x, r->off_y };
}

static void wait_for_end(plot_outline_reader *r, bool waiting)
{
    r->waiting = waiting;
    r->off_x = r->x;
    r->off_y = r->y;
}

plot_outline_part plot_outline_next(plot_outline_reader *r)
{
    while (r->points > 0) {
        if (!r->inside) {
            take_point(r);
            r->inside = 1;
            r->first_x = r->x;
            r->first_y = r->y;
            return (plot_outline_part){ PLOT_OUTLINE_MOVE, r->x, r->y, 0, 0 };
        }
        bool on = take_point(r);
        if (on && !r->waiting) return (plot_outline_part){ PLOT_OUTLINE_LINE, r->x, r->y, 0, 0 };
        if (!on && !r->waiting) {
            wait_for_end(r, true);
            continue;
        }
        plot_outline_part part = on ? curve_to(r, r->x, r->y)
                                    : curve_to(r, (r->off_x + r->x) / 2, (r->off_y + r->y) / 2);
        wait_for_end(r, !on);
        return part;
    }
    if (r->inside) {
        plot_outline_part part = { PLOT_OUTLINE_LINE, r->first_x, r->first_y, 0, 0 };
        if (r->waiting) part = curve_to(r, r->first_x, r->first_y);
        r->inside = r->waiting = 0;
        return part;
    }
    if (r->contours == 0) return (plot_outline_part){ .step = PLOT_OUTLINE_END };
    r->contours--;
    r->points = (int)take_number(r);
    /* Distances count from 0, 0 in every contour. */
    r->x = r->y = 0;
    return plot_outline_next(r);
}

/* ---- lines of text ---------------------------------------------------------------------------- */

static int kerning(const plot_font_face *face, uint32_t left, uint32_t right)
{
    size_t low = 0, high = face->pairs;
    uint64_t wanted = (uint64_t)left << 32 | right;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const plot_font_pair *pair = &face->pair[middle];
        uint64_t here = (uint64_t)pair->left << 32 | pair->right;
        if (here == wanted) return pair->by;
        if (here < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

plot_font_line plot_font_begin(plot_font_weight weight, const char *text)
{
    return (plot_font_line){ .face = &plot_font_faces[weight], .weight = weight, .text = text };
}

int plot_font_next(plot_font_line *line)
{
    plot_glyph glyph;
    if (!plot_glyph_next(&line->text, PLOT_UTF8, &glyph)) return 0;
    line->face = &plot_font_faces[line->weight];
    line->letter = plot_font_find(line->face, glyph.code);
    if (line->letter->code != glyph.code) {
        line->face = &plot_font_faces[PLOT_FONT_REGULAR];
        line->letter = plot_font_find(line->face, glyph.code);
    }
    line->x += kerning(line->face, line->before, glyph.code);
    line->at = line->x;
    line->before = glyph.code;
    if (glyph.width > 0) line->x += line->letter->advance;
    return 1;
}

double plot_font_width(const char *text, double size, plot_font_weight weight)
{
    plot_font_line line = plot_font_begin(weight, text);
    while (plot_font_next(&line)) continue;
    return line.x * size / line.face->em;
}

static void include(plot_font_box *box, double x, double y, bool *any)
{
    if (!*any) *box = (plot_font_box){ x, x, y, y };
    *any = true;
    if (x < box->left) box->left = x;
    if (x > box->right) box->right = x;
    if (y < box->bottom) box->bottom = y;
    if (y > box->top) box->top = y;
}

plot_font_box plot_font_ink(const char *text, double size, plot_font_weight weight)
{
    plot_font_line line = plot_font_begin(weight, text);
    plot_font_box box = { 0 };
    bool any = false;
    double scale = size / line.face->em;
    while (plot_font_next(&line)) {
        plot_outline_reader reader = plot_outline_read(line.face, line.letter);
        for (;;) {
            plot_outline_part part = plot_outline_next(&reader);
            if (part.step == PLOT_OUTLINE_END) break;
            include(&box, (line.at + part.x) * scale, part.y * scale, &any);
            if (part.step != PLOT_OUTLINE_CURVE) continue;
            include(&box, (line.at + part.control_x) * scale, part.control_y * scale, &any);
        }
    }
    return box;
}
