/* raster_fill.c: areas of colour: images, bars, bands.
**
** Images have two dots in a cell, one above the other: ▀ in the colour of the upper before that of the lower.
** Bars end in eighths of a cell.  Without colour images are shades and bars patterns. */
#include "plot/image.h"
#include "plot/raster_parts.h"
#include "plot/theme.h"

#include <string.h>

enum {
    UPPER_HALF = 0x2580,
    FULL = 0x2588,
    LEFT_EIGHTH = 0x258f,
    RIGHT_HALF = 0x2590,
    TOP = 0x2594
};

static bool is_ascii(const plot_canvas *c)
{
    return c->frame->charset == PLOT_ASCII;
}

static plot_cell *cell_of(const plot_canvas *c, int col, int row)
{
    return plot_cells_at(c->cells, c->rect.col + col, c->rect.row + row);
}

plot_glyph plot_fill_glyph(int pattern, const plot_frame *frame)
{
    static const uint32_t shades[] = { FULL, 0x2592, 0x2591, 0x2593 };
    static const char letters[] = "#=+%";
    if (pattern == PLOT_PATTERN_BAND)
        return (plot_glyph){ frame->charset == PLOT_ASCII ? ':' : 0x2591, 1 };
    if (frame->color != PLOT_NO_COLOR && frame->charset == PLOT_UTF8) pattern = 0;
    return (plot_glyph){ frame->charset == PLOT_ASCII ? (uint32_t)letters[pattern % 4]
                                                      : shades[pattern % 4],
                         1 };
}

/* ---- images ---------------------------------------------------------------------------------- */

static uint32_t shade_of(double place, bool ascii)
{
    static const uint32_t shades[] = { ' ', 0x2591, 0x2592, 0x2593, FULL };
    static const char letters[] = " .:-=+*#%@";
    if (ascii) return (uint32_t)letters[plot_part(place, 10)];
    return shades[plot_part(place, 5)];
}

/* The shade of a class: its own without colour, else how strong it is; full for what is as strong as can be. */
static uint32_t shade_of_class(const plot_sample *sample, const plot_frame *frame)
{
    static const uint32_t of_class[] = { ' ', 0x2591, 0x2592, 0x2593 };
    static const char letters[] = " .:%";
    bool ascii = frame->charset == PLOT_ASCII;
    if (sample->place > 0.9) return ascii ? '#' : FULL;
    if (frame->color != PLOT_NO_COLOR)
        return sample->place < 0.15 ? (ascii ? '.' : 0xb7) : ascii ? ':' : 0x2591;
    return ascii ? (uint32_t)letters[sample->entry % 4] : of_class[sample->entry % 4];
}

/* Is the matrix a picture, in which white is light?  What is printed dark on light is then turned round. */
static bool is_inverted(const plot_canvas *c, const plot_matrix *m)
{
    return c->frame->background == PLOT_LIGHT && (m->rgb != NULL || m->map == PLOT_GREY);
}

static void put_shade(plot_canvas *c, int col, int row, plot_sample sample)
{
    uint32_t nothing = is_ascii(c) ? '?' : 0xb7;
    if (sample.outside) return;
    plot_glyph glyph = { sample.shown ? shade_of(sample.place, is_ascii(c)) : nothing, 1 };
    plot_ink ink = sample.shown ? plot_sample_ink(&sample) : (plot_ink){ .role = PLOT_ROLE_AXIS };
    if (sample.shown && sample.entry >= 0) glyph.code = shade_of_class(&sample, c->frame);
    plot_cells_put(c->cells, col, row, glyph, ink);
}

/* A cell of two dots, the upper and the lower. */
static void put_halves(plot_canvas *c, int col, int row, plot_sample upper, plot_sample lower)
{
    plot_cell *cell = plot_cells_at(c->cells, col, row);
    plot_ink top = plot_sample_ink(&upper), bottom = plot_sample_ink(&lower);
    if (cell == NULL) return;
    if (!upper.shown && !lower.shown) {
        put_shade(c, col, row, upper.outside ? lower : upper);
    } else if (upper.shown && lower.shown && plot_same_ink(top, bottom)) {
        plot_cells_put(c->cells, col, row, (plot_glyph){ FULL, 1 }, top);
    } else if (!upper.shown) {
        plot_cells_put(c->cells, col, row, (plot_glyph){ 0x2584, 1 }, bottom);
    } else {
        if (lower.shown) cell->back = bottom;
        plot_cells_put(c->cells, col, row, (plot_glyph){ UPPER_HALF, 1 }, top);
    }
}

/* Has the frame colours enough for halves? */
static bool has_halves(const plot_canvas *c)
{
    return c->frame->color >= PLOT_COLOR_256 && !is_ascii(c);
}

static void fill_image(plot_canvas *c, const plot_data *data)
{
    bool halves = has_halves(c), inverted = !halves && is_inverted(c, &data->matrix);
    bool blank = data->matrix.text != NULL || data->matrix.classes;
    plot_sampling s = { &data->matrix, c->layout->x.map, c->layout->y.map, c->rect.cols,
                        c->rect.rows * (halves ? 2 : 1) };
    for (int row = 0; row < c->rect.rows; row++) {
        for (int col = 0; col < c->rect.cols; col++) {
            int x = c->rect.col + col, y = c->rect.row + row;
            plot_sample upper = plot_image_at(&s, col, halves ? 2 * row : row);
            plot_sample lower = halves ? plot_image_at(&s, col, 2 * row + 1) : upper;
            if (blank && !upper.shown && !lower.shown) continue;
            if (inverted) upper.place = 1 - upper.place;
            if (halves)
                put_halves(c, x, y, upper, lower);
            else
                put_shade(c, x, y, upper);
        }
    }
}

static plot_sample bar_sample(const plot_canvas *c, const plot_data *image, double place)
{
    plot_rgb color = plot_matrix_color(&image->matrix, place);
    if (plot_is_bar_alone(image)) color = plot_theme_visible(color, c->frame->background);
    return (plot_sample){ .shown = true, .place = place, .color = color, .entry = -1 };
}

void plot_fill_bar(plot_canvas *c)
{
    const plot_data *image = c->layout->bar_col >= 0 ? plot_bar_image(c->layout->panel) : NULL;
    if (image == NULL) return;
    for (int row = 0; row < c->rect.rows; row++) {
        double place = 1 - (row + 0.5) / c->rect.rows, half = 0.25 / c->rect.rows;
        for (int col = 0; col < PLOT_BAR_COLS; col++) {
            int x = c->layout->bar_col + col, y = c->rect.row + row;
            if (has_halves(c))
                put_halves(c, x, y, bar_sample(c, image, place + half),
                           bar_sample(c, image, place - half));
            else if (plot_is_bar_alone(image) && c->frame->color < PLOT_COLOR_256)
                plot_cells_put(c->cells, x, y, plot_mark_of_place(place, c->frame->charset),
                               (plot_ink){ .role = PLOT_ROLE_TEXT });
            else
                put_shade(c, x, y, bar_sample(c, image, place));
        }
    }
}

/* ---- bars ------------------------------------------------------------------------------------ */

/* A stretch of cells, in eighths of one. */
typedef struct {
    int from, to;
} stretch;

/* Whole cells, at least one if the stretch is in view. */
static stretch whole_cells(double from, double to, int cells)
{
    double low = fmin(from, to), high = fmax(from, to);
    if (high < 0 || low > 1) return (stretch){ 0, 0 };
    int first = (int)(fmax(low, 0) * cells + 0.5), end = (int)(fmin(high, 1) * cells + 0.5);
    if (first >= end) {
        first = plot_dot_of((low + high) / 2, cells);
        end = first + 1;
    }
    return (stretch){ 8 * first, 8 * end };
}

/* Eighths, at least one unless the stretch is empty. */
static stretch eighths(double from, double to, int cells)
{
    double low = fmin(from, to), high = fmax(from, to);
    if (high < 0 || low > 1 || low == high) return (stretch){ 0, 0 };
    stretch s = { (int)(fmax(low, 0) * cells * 8 + 0.5), (int)(fmin(high, 1) * cells * 8 + 0.5) };
    if (s.from == s.to && s.to < 8 * cells) s.to++;
    if (s.from == s.to) s.from--;
    return s;
}

/* How much of a cell, from its near end (the low end of the axis), is before and up to the stretch. */
static stretch in_cell(stretch s, int cell)
{
    stretch part = { s.from - 8 * cell, s.to - 8 * cell };
    if (part.from < 0) part.from = 0;
    if (part.to > 8) part.to = 8;
    return part;
}

/* The block that fills this part of a cell best: from the near end all eighths, from the far end halves. */
static uint32_t block_of(stretch part, bool across)
{
    if (part.from == 0)
        return across ? (uint32_t)(LEFT_EIGHTH + 1 - part.to) : (uint32_t)(UPPER_HALF + part.to);
    if (part.to == 8 && part.from >= 7) return across ? 0x2595 : TOP;
    if (part.to - part.from >= 6) return FULL;
    if (part.from + part.to >= 8) return across ? RIGHT_HALF : UPPER_HALF;
    return across ? 0x258c : 0x2584;
}

/* A bar that begins within a cell, in which the bar below it ends.  A cell has two colours: of the bar below,
** this one and what is free above it, the least goes. */
static void put_on_top(plot_canvas *c, plot_cell *cell, int col, int row, stretch part,
                       const plot_style *style)
{
    int below = part.from, own = part.to - part.from, free = 8 - part.to;
    if (free <= own && free <= below)
        cell->back = style->ink;
    else if (below < own)
        plot_cells_put(c->cells, c->rect.col + col, c->rect.row + row,
                       (plot_glyph){ block_of((stretch){ 0, part.to }, style->across), 1 },
                       style->ink);
}

/* Is the cell at least as full already?  Bars narrower than a cell share one, which shows the longest. */
static bool is_fuller(const plot_canvas *c, const plot_cell *cell, stretch part,
                      const plot_style *style)
{
    if (!plot_same_ink(cell->ink, style->ink)) return false;
    if (cell->glyph == plot_fill_glyph(style->pattern, c->frame).code) return true;
    for (int filled = part.to; part.from == 0 && filled < 8; filled++)
        if (cell->glyph == block_of((stretch){ 0, filled }, style->across)) return true;
    return false;
}

static void put_part(plot_canvas *c, int col, int row, stretch part, const plot_style *style)
{
    plot_cell *cell = cell_of(c, col, row);
    bool eighth = !is_ascii(c) && (c->frame->color != PLOT_NO_COLOR || style->pattern % 4 == 0);
    int x = c->rect.col + col, y = c->rect.row + row;
    if (cell == NULL || part.from >= part.to) return;
    if (part.from == 0 && part.to == 8) {
        plot_cells_put(c->cells, x, y, plot_fill_glyph(style->pattern, c->frame), style->ink);
    } else if (is_fuller(c, cell, part, style)) {
        return;
    } else if (!eighth) {
        if (part.to - part.from >= 4)
            plot_cells_put(c->cells, x, y, plot_fill_glyph(style->pattern, c->frame), style->ink);
    } else if (part.from > 0 && c->frame->color != PLOT_NO_COLOR &&
               cell->glyph == block_of((stretch){ 0, part.from }, style->across)) {
        put_on_top(c, cell, col, row, part, style);
    } else {
        plot_cells_put(c->cells, x, y, (plot_glyph){ block_of(part, style->across), 1 },
                       style->ink);
    }
}

static void tint(plot_canvas *c, int col, int row, plot_ink ink)
{
    plot_cell *cell = cell_of(c, col, row);
    plot_ink faint = ink;
    if (cell == NULL) return;
    ink.role = PLOT_ROLE_TINT;
    faint.role = PLOT_ROLE_FAINT;
    if (c->frame->color >= PLOT_COLOR_256)
        cell->back = ink;
    else if (cell->glyph == ' ')
        plot_cells_put(c->cells, c->rect.col + col, c->rect.row + row,
                       plot_fill_glyph(PLOT_PATTERN_BAND, c->frame), faint);
}

static void fill_rect(plot_canvas *c, plot_point a, plot_point b, const plot_style *style)
{
    bool tinted = style->ink.role == PLOT_ROLE_TINT, across = style->across;
    double low = 1 - a.y, high = 1 - b.y; /* from the bottom */
    bool fine = !tinted && across, tall = !tinted && !across;
    stretch x = fine ? eighths(a.x, b.x, c->rect.cols) : whole_cells(a.x, b.x, c->rect.cols);
    stretch y = tall ? eighths(low, high, c->rect.rows) : whole_cells(low, high, c->rect.rows);
    for (int row = y.from / 8; row * 8 < y.to; row++) {
        for (int col = x.from / 8; col * 8 < x.to; col++) {
            if (tinted)
                tint(c, col, c->rect.rows - 1 - row, style->ink);
            else
                put_part(c, col, c->rect.rows - 1 - row, across ? in_cell(x, col) : in_cell(y, row),
                         style);
        }
    }
}

static void fill_rects(plot_canvas *c, const plot_item *item)
{
    const plot_point *point = c->scene->points.point + item->first;
    for (size_t i = 0; i + 1 < item->count; i += 2)
        fill_rect(c, point[i], point[i + 1], &item->style);
}

/* ---- bands ----------------------------------------------------------------------------------- */

/* Dots of one column of dots (across: row), between two places. */
static void put_slice(plot_canvas *c, bool across, int i, double low, double high)
{
    int dots = across ? c->rect.cols * 2 : c->rect.rows * 4;
    if (fmax(low, high) < 0 || fmin(low, high) > 1) return;
    int first = plot_dot_of(fmin(low, high), dots), last = plot_dot_of(fmax(low, high), dots);
    for (int k = first; k <= last; k++) plot_put_dot(c, across ? k : i, across ? i : k);
}

static plot_point transposed(plot_point p, bool across)
{
    return across ? (plot_point){ p.y, p.x } : p;
}

/* The band between two pairs of points. */
static void put_piece(plot_canvas *c, bool across, const plot_point from[2], const plot_point to[2])
{
    int dots = across ? c->rect.rows * 4 : c->rect.cols * 2;
    plot_point a = transposed(from[0], across), b = transposed(from[1], across);
    plot_point a2 = transposed(to[0], across), b2 = transposed(to[1], across);
    if (fmax(a.x, a2.x) < 0 || fmin(a.x, a2.x) > 1) return;
    int first = plot_dot_of(fmin(a.x, a2.x), dots), last = plot_dot_of(fmax(a.x, a2.x), dots);
    for (int i = first; i <= last; i++) {
        double at = a2.x != a.x ? ((i + 0.5) / dots - a.x) / (a2.x - a.x) : 0;
        at = fmin(fmax(at, 0), 1);
        put_slice(c, across, i, a.y + at * (a2.y - a.y), b.y + at * (b2.y - b.y));
    }
}

/* The character whose quarters are filled where these braille dots are. */
static uint32_t quarters_of(uint8_t dots)
{
    static const uint32_t quarters[] = { ' ',    0x2598, 0x259d, 0x2580, 0x2596, 0x258c,
                                         0x259e, 0x259b, 0x2597, 0x259a, 0x2590, 0x259c,
                                         0x2584, 0x2599, 0x259f, 0x2588 };
    int filled = 0;
    for (int quarter = 0; quarter < 4; quarter++) {
        int row = quarter / 2 * 2, col = quarter % 2;
        if (dots & (plot_braille_bit[row][col] | plot_braille_bit[row + 1][col]))
            filled |= 1 << quarter;
    }
    return quarters[filled];
}

static void put_solid(plot_canvas *c, plot_ink ink)
{
    for (int i = 0; i < c->rect.rows * c->rect.cols; i++) {
        uint8_t dots = c->plane[i];
        c->plane[i] = 0;
        if (dots == 0 || (is_ascii(c) && plot_dots_in(dots) < 4)) continue;
        plot_glyph glyph = { is_ascii(c) ? '#' : quarters_of(dots), 1 };
        plot_cells_put(c->cells, c->rect.col + i % c->rect.cols, c->rect.row + i / c->rect.cols,
                       glyph, ink);
    }
}

/* Tints the cells of a column that are at least half full, or the fullest. */
static void tint_column(plot_canvas *c, int col, plot_ink ink)
{
    int best = -1, most = 0;
    for (int row = 0; row < c->rect.rows; row++) {
        uint8_t *dots = &c->plane[(size_t)row * (size_t)c->rect.cols + (size_t)col];
        int count = plot_dots_in(*dots);
        *dots = 0;
        if (count > most) best = row, most = count;
        if (count >= 4) tint(c, col, row, ink);
    }
    if (best >= 0 && most < 4) tint(c, col, best, ink);
}

static void fill_area(plot_canvas *c, const plot_item *item)
{
    const plot_point *point = c->scene->points.point + item->first;
    for (size_t i = 0; i + 1 < item->count; i += 2) {
        if (isnan(point[i].x)) continue;
        bool joins = i + 3 < item->count && !isnan(point[i + 2].x);
        put_piece(c, item->style.across, point + i, point + (joins ? i + 2 : i));
    }
    if (item->style.solid) {
        put_solid(c, item->style.ink);
        return;
    }
    for (int col = 0; col < c->rect.cols; col++) tint_column(c, col, item->style.ink);
}

void plot_fill(plot_canvas *c, const plot_item *item)
{
    if (item->kind == PLOT_ITEM_IMAGE) fill_image(c, item->data);
    if (item->kind == PLOT_ITEM_RECTS) fill_rects(c, item);
    if (item->kind == PLOT_ITEM_AREA) fill_area(c, item);
}
