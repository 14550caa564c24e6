/* raster.c: lines and clouds become dots, dots become braille (or the ASCII that looks most alike).
**
** Every item of dots is first drawn alone, on a plane of one byte a cell (the bits of a braille
** character), then laid on the panel:
**
**     union  all dots of the cell        best  how many dots its strongest item has there
**     owner  that item: it gives the cell its colour; the later of two that are as strong
**
** A faint item (a raw line, contours) gives way: in a cell where anything else has a dot, nothing of it is left.  Marks and
** text cover dots. */
#include "plot/raster.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t dots, best;
    bool faint;
    size_t owner;
} panel_cell;

typedef struct {
    plot_cells *cells;
    const plot_scene *scene;
    plot_charset charset;
    plot_rect rect;
    uint8_t *plane;   /* rect.rows × rect.cols */
    panel_cell *cell; /* the same */
} panel;

/* The braille bit of a dot in its cell, by its row and column (Unicode, chapter 21.1). */
static const uint8_t braille_bit[4][2] = {
    { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
};

static void put_dot(panel *p, int x, int y)
{
    size_t cell = (size_t)(y / 4) * (size_t)p->rect.cols + (size_t)(x / 2);
    p->plane[cell] |= braille_bit[y % 4][x % 2];
}

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

static int dot_of(double place, int count)
{
    return plot_part(fmin(fmax(place, 0), 1), count);
}

/* All dots from a to b, by Bresenham's algorithm. */
static void draw_segment(panel *p, plot_dash dash, plot_point a, plot_point b)
{
    if (!clip(&a, &b)) return;
    int columns = p->rect.cols * 2, rows = p->rect.rows * 4;
    int x = dot_of(a.x, columns), y = dot_of(a.y, rows);
    int x_end = dot_of(b.x, columns), y_end = dot_of(b.y, rows);
    int dx = abs(x_end - x), dy = -abs(y_end - y), error = dx + dy;
    bool flat = dx > -dy;
    for (;;) {
        if (plot_dash_on(dash, flat, x, y)) put_dot(p, x, y);
        if (x == x_end && y == y_end) return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x += x < x_end ? 1 : -1;
        }
        if (twice <= dx) {
            error += dx;
            y += y < y_end ? 1 : -1;
        }
    }
}

static bool in_view(plot_point point)
{
    return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

static void draw_point(panel *p, plot_point point)
{
    if (!in_view(point)) return;
    put_dot(p, plot_part(point.x, p->rect.cols * 2), plot_part(point.y, p->rect.rows * 4));
}

static void draw_line(panel *p, const plot_item *item)
{
    const plot_point *point = p->scene->points.point + item->first;
    for (size_t i = 0; i < item->count; i++) {
        if (isnan(point[i].x)) continue;
        bool joined = i > 0 && !isnan(point[i - 1].x);
        bool joins = i + 1 < item->count && !isnan(point[i + 1].x);
        if (joined) draw_segment(p, item->style.dash, point[i - 1], point[i]);
        if (!joined && !joins) draw_point(p, point[i]);
    }
}

static void draw_cloud(panel *p, const plot_item *item)
{
    const plot_point *point = p->scene->points.point + item->first;
    for (size_t i = 0; i < item->count; i++) draw_point(p, point[i]);
}

static int dots_in(uint8_t dots)
{
    int count = 0;
    for (unsigned rest = dots; rest != 0; rest &= rest - 1) count++;
    return count;
}

/* Lays the plane of the item on the panel and clears the plane. */
static void merge(panel *p, size_t index)
{
    uint8_t role = p->scene->item[index].style.ink.role;
    bool faint = role == PLOT_ROLE_FAINT || role == PLOT_ROLE_SHADE;
    size_t count = (size_t)p->rect.cols * (size_t)p->rect.rows;
    for (size_t i = 0; i < count; i++) {
        uint8_t dots = p->plane[i];
        panel_cell *cell = &p->cell[i];
        if (dots == 0) continue;
        p->plane[i] = 0;
        if (cell->faint && !faint) *cell = (panel_cell){ 0 };
        cell->faint = faint;
        cell->dots |= dots;
        if (dots_in(dots) < cell->best) continue;
        cell->best = (uint8_t)dots_in(dots);
        cell->owner = index;
    }
}

/* The ASCII character that looks most like these dots. */
static char look_alike(uint8_t dots)
{
    int count = dots_in(dots), top = 3, bottom = 0, sum[2] = { 0, 0 }, in[2] = { 0, 0 };
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 2; column++) {
            if (!(dots & braille_bit[row][column])) continue;
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

static uint32_t glyph_of(const panel *p, const panel_cell *cell)
{
    if (p->charset == PLOT_UTF8) return PLOT_BLANK_BRAILLE + cell->dots;
    char stroke = p->scene->item[cell->owner].style.stroke;
    return (uint32_t)(stroke != 0 ? stroke : look_alike(cell->dots));
}

/* Blanks left of a row's last dots are braille too: in some fonts spaces are not as wide. */
static void put_dots(panel *p)
{
    for (int row = 0; row < p->rect.rows; row++) {
        const panel_cell *cell = p->cell + (size_t)row * (size_t)p->rect.cols;
        int end = p->rect.cols;
        while (end > 0 && cell[end - 1].dots == 0) end--;
        for (int col = 0; col < end; col++) {
            if (cell[col].dots == 0 && p->charset == PLOT_ASCII) continue;
            plot_glyph glyph = { glyph_of(p, &cell[col]), 1 };
            plot_ink ink = { PLOT_ROLE_TEXT, 0 };
            if (cell[col].dots != 0) ink = p->scene->item[cell[col].owner].style.ink;
            plot_cells_put(p->cells, p->rect.col + col, p->rect.row + row, glyph, ink);
        }
    }
}

static void put_marks(panel *p, const plot_item *item)
{
    const plot_point *point = p->scene->points.point + item->first;
    plot_glyph mark = item->style.mark;
    for (size_t i = 0; i < item->count; i++) {
        if (!in_view(point[i])) continue;
        int col = plot_part(point[i].x, p->rect.cols), row = plot_part(point[i].y, p->rect.rows);
        if (col + mark.width > p->rect.cols) col = p->rect.cols - mark.width;
        if (col < 0) continue;
        plot_cells_put(p->cells, p->rect.col + col, p->rect.row + row, mark, item->style.ink);
    }
}

static plot_status draw_panel(panel *p, const plot_memory *memory)
{
    size_t count = (size_t)p->rect.cols * (size_t)p->rect.rows;
    p->plane = plot_resize(memory, NULL, count, sizeof *p->plane);
    p->cell = plot_resize(memory, NULL, count, sizeof *p->cell);
    bool ready = p->plane != NULL && p->cell != NULL;
    if (ready) {
        memset(p->plane, 0, count * sizeof *p->plane);
        memset(p->cell, 0, count * sizeof *p->cell);
        for (size_t i = 0; i < p->scene->count; i++) {
            const plot_item *item = &p->scene->item[i];
            if (item->kind == PLOT_ITEM_LINE) draw_line(p, item);
            if (item->kind == PLOT_ITEM_CLOUD) draw_cloud(p, item);
            if (item->kind == PLOT_ITEM_LINE || item->kind == PLOT_ITEM_CLOUD) merge(p, i);
        }
        put_dots(p);
    }
    free(p->plane);
    free(p->cell);
    return ready ? PLOT_OK : PLOT_NO_MEMORY;
}

static void put_axes(const panel *p)
{
    const plot_layout *layout = p->scene->layout;
    bool ascii = p->charset == PLOT_ASCII;
    plot_ink ink = { PLOT_ROLE_AXIS, 0 };
    int left = p->rect.col - 1, bottom = p->rect.row + p->rect.rows;
    plot_glyph upright = { ascii ? '|' : 0x2502, 1 }, across = { ascii ? '-' : 0x2500, 1 };
    plot_glyph y_tick = { ascii ? '+' : 0x2524, 1 }, x_tick = { ascii ? '+' : 0x252c, 1 };
    plot_glyph corner = { ascii ? '+' : 0x2514, 1 };
    if (layout->y_axis) {
        for (int i = 0; i < p->rect.rows; i++)
            plot_cells_put(p->cells, left, p->rect.row + i, upright, ink);
        for (int i = 0; i < layout->y.count; i++)
            plot_cells_put(p->cells, left, bottom - 1 - layout->y.tick[i].cell, y_tick, ink);
        plot_cells_put(p->cells, left, bottom, corner, ink);
    }
    if (layout->x_axis) {
        for (int i = 0; i < p->rect.cols; i++)
            plot_cells_put(p->cells, p->rect.col + i, bottom, across, ink);
        for (int i = 0; i < layout->x.count; i++)
            plot_cells_put(p->cells, p->rect.col + layout->x.tick[i].cell, bottom, x_tick, ink);
    }
}

#define CLOUD_SAMPLE (PLOT_BLANK_BRAILLE + 0x36) /* four dots */

/* A piece of line through the middle of the row, with the mark in its middle. */
static void put_sample(const panel *p, const plot_item *item)
{
    const plot_style *style = &item->style;
    for (int col = 0; col < item->width; col++) {
        uint32_t code = PLOT_BLANK_BRAILLE;
        for (int x = 0; x < 2; x++)
            if (plot_dash_on(style->dash, true, 2 * col + x, 0)) code |= braille_bit[1][x];
        if (p->charset == PLOT_ASCII) code = (uint32_t)(style->stroke != 0 ? style->stroke : '-');
        if (item->width == 1) code = p->charset == PLOT_ASCII ? '.' : CLOUD_SAMPLE;
        plot_cells_put(p->cells, item->col + col, item->row, (plot_glyph){ code, 1 }, style->ink);
    }
    if (style->mark.code != 0)
        plot_cells_put(p->cells, item->col + item->width / 2, item->row, style->mark, style->ink);
}

static void put_text(const panel *p, const plot_item *item)
{
    const char *text = item->text != NULL ? item->text : item->own_text;
    plot_cells_text(p->cells, item->col, item->row, item->width, text, item->style.ink, p->charset);
}

plot_status plot_raster(plot_cells *cells, const plot_memory *memory, const plot_scene *scene,
                        const plot_frame *frame)
{
    panel p = {
        .cells = cells, .scene = scene, .charset = frame->charset, .rect = scene->layout->panel
    };
    if (draw_panel(&p, memory) != PLOT_OK) return PLOT_NO_MEMORY;
    put_axes(&p);
    for (size_t i = 0; i < scene->count; i++) {
        const plot_item *item = &scene->item[i];
        if (item->kind == PLOT_ITEM_MARKS) put_marks(&p, item);
        if (item->kind == PLOT_ITEM_SAMPLE) put_sample(&p, item);
        if (item->kind == PLOT_ITEM_TEXT) put_text(&p, item);
    }
    return PLOT_OK;
}
