/* raster_dots.c: lines and clouds become dots, dots become braille (or the ASCII that looks most alike).
**
** Every item of dots is first drawn alone, on a plane of one byte a cell (the bits of a braille
** character), then laid on the panel:
**
**     dots   all dots of the cell        best  how many dots its strongest item has there
**     owner  that item: it gives the cell its colour; the later of two that are as strong
**
** A faint item (a raw line, contours) gives way: in a cell where anything else has a dot, nothing of it is
** left. */
#include "plot/raster_parts.h"

#include <stdlib.h>

const uint8_t plot_braille_bit[4][2] = {
    { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
};

/* Cuts the segment from a to b down to the panel (Liang and Barsky, "A New Concept and Method for Line
** Clipping", 1984); false if nothing of it is there. */
static bool clip(plot_point *a, plot_point *b)
{
    double dx = b->x - a->x, dy = b->y - a->y, from = 0, to = 1;
    const double step[4] = { -dx, dx, -dy, dy };
    const double room[4] = { a->x, 1 - a->x, a->y, 1 - a->y };
    for (int i = 0; i < 4; i++) {
        if (step[i] == 0 && room[i] < 0) return false;
        if (step[i] < 0) from = fmax(from, room[i] / step[i]);
        if (step[i] > 0) to = fmin(to, room[i] / step[i]);
    }
    if (from > to) return false;
    plot_point start = *a;
    if (from > 0) *a = (plot_point){ start.x + from * dx, start.y + from * dy };
    if (to < 1) *b = (plot_point){ start.x + to * dx, start.y + to * dy };
    return true;
}

/* The dash's dots of a column from one row to another, cell by cell. */
static void draw_upright(plot_canvas *c, plot_dash dash, int x, int from, int to)
{
    int y = from < to ? from : to, end = from < to ? to : from;
    int period = dash.period > 0 ? dash.period : 2, phase = y % period;
    unsigned bits = dash.period > 0 ? dash.bits : x & 1 ? 2 : 1;
    while (y <= end) {
        uint8_t *dots = &c->plane[(size_t)(y / 4) * (size_t)c->rect.cols + (size_t)(x / 2)];
        int last = (y | 3) < end ? (y | 3) : end;
        for (; y <= last; y++) {
            if (bits >> phase & 1) *dots |= plot_braille_bit[y & 3][x & 1];
            phase = phase + 1 == period ? 0 : phase + 1;
        }
    }
}

/* All dots from a to b, by Bresenham's algorithm. */
static void draw_segment(plot_canvas *c, plot_dash dash, plot_point a, plot_point b)
{
    if (!clip(&a, &b)) return;
    int columns = c->rect.cols * 2, rows = c->rect.rows * 4;
    int x = plot_dot_of(a.x, columns), y = plot_dot_of(a.y, rows);
    int x_end = plot_dot_of(b.x, columns), y_end = plot_dot_of(b.y, rows);
    int dx = abs(x_end - x), dy = -abs(y_end - y), error = dx + dy;
    bool flat = dx > -dy;
    if (dx == 0) {
        draw_upright(c, dash, x, y, y_end);
        return;
    }
    int right = x < x_end ? 1 : -1, down = y < y_end ? 1 : -1;
    int period = dash.period > 0 ? dash.period : 1, step = flat ? right : down;
    int phase = (flat ? x : y) % period; /* every dot is one further along the longer side */
    for (;;) {
        bool on = dash.period > 0 ? dash.bits >> phase & 1 : ((x ^ y) & 1) == 0;
        if (on) plot_put_dot(c, x, y);
        if (x == x_end && y == y_end) return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x += right;
        }
        if (twice <= dx) {
            error += dx;
            y += down;
        }
        phase += step;
        phase = phase == period ? 0 : phase < 0 ? period - 1 : phase;
    }
}

static void draw_point(plot_canvas *c, plot_point point)
{
    if (!plot_in_view(point)) return;
    plot_put_dot(c, plot_part(point.x, c->rect.cols * 2), plot_part(point.y, c->rect.rows * 4));
}

/* Draws what joins the points from i on that are in one column of dots, in view; returns the last of them. */
static size_t draw_column(plot_canvas *c, const plot_item *item, size_t i)
{
    const plot_point *point = c->scene->points.point + item->first;
    int columns = c->rect.cols * 2, rows = c->rect.rows * 4;
    if (!plot_in_view(point[i])) return i;
    int x = plot_part(point[i].x, columns), low = plot_part(point[i].y, rows), high = low;
    size_t last = i;
    while (last + 1 < item->count && plot_in_view(point[last + 1]) &&
           plot_part(point[last + 1].x, columns) == x) {
        int y = plot_part(point[++last].y, rows);
        low = y < low ? y : low;
        high = y > high ? y : high;
    }
    if (last > i) draw_upright(c, item->style.dash, x, low, high);
    return last;
}

static void draw_line(plot_canvas *c, const plot_item *item)
{
    const plot_point *point = c->scene->points.point + item->first;
    for (size_t i = 0, last; i < item->count; i = last + 1) {
        last = i;
        if (isnan(point[i].x)) continue;
        last = draw_column(c, item, i);
        bool joined = i > 0 && !isnan(point[i - 1].x);
        bool joins = last + 1 < item->count && !isnan(point[last + 1].x);
        if (joins) draw_segment(c, item->style.dash, point[last], point[last + 1]);
        if (!joined && !joins && last == i) draw_point(c, point[i]);
    }
}

static void draw_cloud(plot_canvas *c, const plot_item *item)
{
    const plot_point *point = c->scene->points.point + item->first;
    for (size_t i = 0; i < item->count; i++) draw_point(c, point[i]);
}

int plot_dots_in(uint8_t dots)
{
    int count = 0;
    for (unsigned rest = dots; rest != 0; rest &= rest - 1) count++;
    return count;
}

/* Lays the plane of the item on the panel and clears the plane. */
static void merge(plot_canvas *c, size_t index)
{
    uint8_t role = c->scene->item[index].style.ink.role;
    bool faint = role == PLOT_ROLE_FAINT || role == PLOT_ROLE_SHADE;
    size_t count = (size_t)c->rect.cols * (size_t)c->rect.rows;
    for (size_t i = 0; i < count; i++) {
        uint8_t dots = c->plane[i];
        plot_dots_cell *cell = &c->dots[i];
        if (dots == 0) continue;
        c->plane[i] = 0;
        if (cell->faint && !faint) *cell = (plot_dots_cell){ 0 };
        cell->faint = faint;
        cell->dots |= dots;
        if (plot_dots_in(dots) < cell->best) continue;
        cell->best = (uint8_t)plot_dots_in(dots);
        cell->owner = (uint32_t)index;
    }
}

void plot_draw_dots(plot_canvas *c, size_t item)
{
    const plot_item *drawn = &c->scene->item[item];
    if (drawn->kind == PLOT_ITEM_LINE)
        draw_line(c, drawn);
    else
        draw_cloud(c, drawn);
    merge(c, item);
}

/* The ASCII character that looks most like these dots. */
static char look_alike(uint8_t dots)
{
    int count = plot_dots_in(dots), top = 3, bottom = 0, sum[2] = { 0, 0 }, in[2] = { 0, 0 };
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 2; column++) {
            if (!(dots & plot_braille_bit[row][column])) continue;
            top = row < top ? row : top;
            bottom = row;
            sum[column] += row;
            in[column]++;
        }
    }
    if (count > 6) return '#';
    if (bottom - top >= 2) {
        if (in[0] == 0 || in[1] == 0) return '|';
        int lean = sum[0] * in[1] - sum[1] * in[0], limit = in[0] * in[1];
        return lean > limit ? '/' : lean < -limit ? '\\' : '|';
    }
    if (top + bottom < 2) return '\'';
    return top + bottom < 5 ? '-' : count > 1 ? '_' : '.';
}

static uint32_t glyph_of(const plot_canvas *c, const plot_dots_cell *cell)
{
    if (c->frame->charset == PLOT_UTF8) return PLOT_BLANK_BRAILLE + cell->dots;
    char stroke = c->scene->item[cell->owner].style.stroke;
    return (uint32_t)(stroke != 0 ? stroke : look_alike(cell->dots));
}

/* Is there part of a bar of that colour?  Dots would take away more than they add. */
static bool is_own_block(const plot_cell *cell, plot_ink ink)
{
    return cell->glyph >= 0x2580 && cell->glyph <= 0x259f && plot_same_ink(cell->ink, ink);
}

/* Blanks left of a row's last dots are braille too: in some fonts spaces are not as wide. */
void plot_put_dots(plot_canvas *c)
{
    const plot_glyph blank = { PLOT_BLANK_BRAILLE, 1 };
    for (int row = 0; row < c->rect.rows; row++) {
        const plot_dots_cell *cell = c->dots + (size_t)row * (size_t)c->rect.cols;
        int end = c->rect.cols, y = c->rect.row + row;
        while (end > 0 && cell[end - 1].dots == 0) end--;
        for (int col = 0; col < end; col++) {
            int x = c->rect.col + col;
            plot_ink ink = c->scene->item[cell[col].owner].style.ink;
            if (cell[col].dots != 0 && is_own_block(plot_cells_at(c->cells, x, y), ink)) continue;
            if (cell[col].dots != 0)
                plot_put_front(c, x, y, (plot_glyph){ glyph_of(c, &cell[col]), 1 }, ink);
            else if (c->frame->charset == PLOT_UTF8 && plot_cells_at(c->cells, x, y)->glyph == ' ')
                plot_cells_put(c->cells, x, y, blank, (plot_ink){ .role = PLOT_ROLE_TEXT });
        }
    }
}
