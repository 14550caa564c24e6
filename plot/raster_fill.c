/* raster_fill.c: areas of colour: images, bars, bands.
**
** Images have two dots in a cell, one above the other: ▀ in the colour of the upper before that of the lower.
** Bars end in eighths of a cell.  Without colour images are shades and bars patterns. */
#include "plot/image.h"
#include "plot/raster_parts.h"

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
        put_shade(c, col, row, upper);
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

static plot_sample bar_sample(const plot_matrix *m, double place)
{
    return (plot_sample){ true, place, plot_matrix_color(m, place), -1 };
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
                put_halves(c, x, y, bar_sample(&image->matrix, place + half),
                           bar_sample(&image->matrix, place - half));
            else
                put_shade(c, x, y, bar_sample(&image->matrix, place));
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

static void put_part(plot_canvas *c, int col, int row, stretch part, const plot_style *style)
{
    plot_cell *cell = cell_of(c, col, row);
    bool eighth = !is_ascii(c) && (c->frame->color != PLOT_NO_COLOR || style->pattern % 4 == 0);
    int x = c->rect.col + col, y = c->rect.row + row;
    if (cell == NULL || part.from >= part.to) return;
    if (part.from == 0 && part.to == 8) {
        plot_cells_put(c->cells, x, y, plot_fill_glyph(style->pattern, c->frame), style->ink);
    } else if (!eighth) {
        if (part.to - part.from >= 4)
            plot_cells_put(c->cells, x, y, plot_fill_glyph(style->pattern, c->frame), style->ink);
    } else if (part.from > 0 && part.to == 8 && c->frame->color != PLOT_NO_COLOR &&
               cell->glyph == block_of((stretch){ 0, part.from }, style->across)) {
        cell->back = style->ink; /* the bar that this one stands on ends in the cell */
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

/* Dots of one column of dots, between two places. */
static void put_column(plot_canvas *c, int x, double low, double high)
{
    int rows = c->rect.rows * 4;
    if (fmax(low, high) < 0 || fmin(low, high) > 1) return;
    int first = plot_dot_of(fmin(low, high), rows), last = plot_dot_of(fmax(low, high), rows);
    for (int y = first; y <= last; y++) plot_put_dot(c, x, y);
}

/* The band between two pairs of points. */
static void put_piece(plot_canvas *c, const plot_point from[2], const plot_point to[2])
{
    int columns = c->rect.cols * 2;
    double left = from[0].x, right = to[0].x;
    if (fmax(left, right) < 0 || fmin(left, right) > 1) return;
    int first = plot_dot_of(fmin(left, right), columns),
        last = plot_dot_of(fmax(left, right), columns);
    for (int x = first; x <= last; x++) {
        double at = right != left ? ((x + 0.5) / columns - left) / (right - left) : 0;
        at = fmin(fmax(at, 0), 1);
        put_column(c, x, from[0].y + at * (to[0].y - from[0].y),
                   from[1].y + at * (to[1].y - from[1].y));
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
        put_piece(c, point + i, point + (joins ? i + 2 : i));
    }
    for (int col = 0; col < c->rect.cols; col++) tint_column(c, col, item->style.ink);
}

void plot_fill(plot_canvas *c, const plot_item *item)
{
    if (item->kind == PLOT_ITEM_IMAGE) fill_image(c, item->data);
    if (item->kind == PLOT_ITEM_RECTS) fill_rects(c, item);
    if (item->kind == PLOT_ITEM_AREA) fill_area(c, item);
}
