/* raster.c: a scene on cells, panel by panel: fills, then dots, then marks and text in front of them. */
#include "plot/raster_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- in front -------------------------------------------------------------------------------- */

static plot_rgb mean(plot_rgb a, plot_rgb b)
{
    return (plot_rgb){ (uint8_t)((a.r + b.r) / 2), (uint8_t)((a.g + b.g) / 2),
                       (uint8_t)((a.b + b.b) / 2) };
}

/* Does the block fill at least half of its cell? */
static bool is_mostly_filled(uint32_t glyph)
{
    return (glyph >= 0x2584 && glyph <= 0x2588) || (glyph >= 0x2589 && glyph <= 0x258c);
}

void plot_put_front(plot_canvas *c, int col, int row, plot_glyph glyph, plot_ink ink)
{
    plot_cell *cell = plot_cells_at(c->cells, col, row);
    if (cell == NULL) return;
    bool block = cell->glyph >= 0x2580 && cell->glyph <= 0x259f && glyph.width > 0;
    if (block && c->frame->color != PLOT_NO_COLOR) {
        bool two = cell->glyph != 0x2588 && cell->back.role != PLOT_ROLE_TEXT;
        if (two && cell->ink.role == PLOT_ROLE_RGB && cell->back.role == PLOT_ROLE_RGB)
            cell->back.rgb = mean(cell->ink.rgb, cell->back.rgb);
        else if (!two && is_mostly_filled(cell->glyph))
            cell->back = cell->ink;
    }
    plot_cells_put(c->cells, col, row, glyph, ink);
}

static void put_marks(plot_canvas *c, const plot_item *item)
{
    const plot_point *point = c->scene->points.point + item->first;
    plot_glyph mark = item->style.mark;
    for (size_t i = 0; i < item->count; i++) {
        if (!plot_in_view(point[i])) continue;
        int col = plot_part(point[i].x, c->rect.cols), row = plot_part(point[i].y, c->rect.rows);
        if (col + mark.width > c->rect.cols) col = c->rect.cols - mark.width;
        if (col < 0) continue;
        plot_put_front(c, c->rect.col + col, c->rect.row + row, mark, item->style.ink);
    }
}

static void put_rule(plot_canvas *c, const plot_item *item)
{
    plot_point at = c->scene->points.point[item->first];
    bool ascii = c->frame->charset == PLOT_ASCII;
    if (!plot_in_view(at)) return;
    if (item->upright) {
        plot_glyph glyph = { ascii ? ':' : 0x250a, 1 };
        int col = c->rect.col + plot_part(at.x, c->rect.cols);
        for (int i = 0; i < c->rect.rows; i++)
            plot_put_front(c, col, c->rect.row + i, glyph, item->style.ink);
    } else {
        plot_glyph glyph = { ascii ? '.' : 0x2508, 1 };
        int row = c->rect.row + plot_part(at.y, c->rect.rows);
        for (int i = 0; i < c->rect.cols; i++)
            plot_put_front(c, c->rect.col + i, row, glyph, item->style.ink);
    }
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* One line of a note, cut to the area; returns the start of the next, or NULL. */
static const char *put_note_line(plot_canvas *c, const char *text, int col, int row, int align,
                                 plot_ink ink)
{
    char line[256];
    const char *end = strchr(text, '\n');
    size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
    if (length >= sizeof line) length = sizeof line - 1;
    memcpy(line, text, length);
    line[length] = '\0';
    int width = plot_text_width(line, c->frame->charset);
    if (width > c->rect.cols) width = c->rect.cols;
    int start = align < 0 ? col : align > 0 ? col - width + 1 : col - (width - 1) / 2;
    if (start + width > c->rect.cols) start = c->rect.cols - width;
    if (start < 0) start = 0;
    if (row >= 0 && row < c->rect.rows)
        for (int i = 0; i < width; i++) /* makes what is there the background */
            plot_put_front(c, c->rect.col + start + i, c->rect.row + row, (plot_glyph){ ' ', 1 },
                           ink);
    if (row >= 0 && row < c->rect.rows)
        plot_cells_text(c->cells, c->rect.col + start, c->rect.row + row, width, line, ink,
                        c->frame->charset);
    return end != NULL ? end + 1 : NULL;
}

static int lines_of(const char *text)
{
    int lines = 1;
    for (; *text != '\0'; text++) lines += *text == '\n';
    return lines;
}

static void put_note(plot_canvas *c, const plot_item *item)
{
    plot_point at = c->scene->points.point[item->first];
    const char *text = plot_item_text(item);
    plot_glyph mark = item->style.mark;
    if (!plot_in_view(at)) return;
    int col = plot_part(at.x, c->rect.cols), row = plot_part(at.y, c->rect.rows), away = 0;
    if (mark.code != 0)
        plot_put_front(c, c->rect.col + col, c->rect.row + row, mark, item->style.ink);
    if (mark.code != 0 || item->upright) away = item->upright ? 1 : 1 + mark.width;
    bool left = item->align < 0 || (mark.code != 0 && item->align == 0), flip = false;
    int width = plot_text_width(text, c->frame->charset);
    if (away > 0 && left && col + away + width > c->rect.cols && col - away - width + 1 >= 0)
        flip = true; /* there is no room right of it, but left */
    int align = away == 0 ? item->align : left != flip ? -1 : 1;
    if (away > 0) col += align < 0 ? away : -away;
    if (item->align == 0 && mark.code == 0) row -= (lines_of(text) - 1) / 2;
    while (text != NULL && *text != '\0')
        text = put_note_line(c, text, col, row++, align, item->style.ink);
}

/* ---- around the area ------------------------------------------------------------------------- */

static void put_right_axis(const plot_canvas *c, plot_ink ink)
{
    bool ascii = c->frame->charset == PLOT_ASCII, bar = c->layout->bar_col >= 0;
    plot_glyph upright = { ascii ? '|' : 0x2502, 1 }, tick = { ascii ? '+' : 0x251c, 1 };
    plot_glyph corner = { ascii ? '+' : 0x2518, 1 };
    int col = bar ? c->layout->bar_col + PLOT_BAR_COLS : c->rect.col + c->rect.cols;
    int bottom = c->rect.row + c->rect.rows;
    for (int i = 0; i < c->rect.rows; i++)
        plot_cells_put(c->cells, col, c->rect.row + i, upright, ink);
    for (int i = 0; i < c->layout->right.count; i++)
        plot_cells_put(c->cells, col, bottom - 1 - c->layout->right.tick[i].cell, tick, ink);
    if (!bar) plot_cells_put(c->cells, col, bottom, corner, ink);
}

static void put_axes(const plot_canvas *c)
{
    const plot_panel_layout *layout = c->layout;
    bool ascii = c->frame->charset == PLOT_ASCII;
    plot_ink ink = { .role = PLOT_ROLE_AXIS };
    int left = c->rect.col - 1, bottom = c->rect.row + c->rect.rows;
    plot_glyph upright = { ascii ? '|' : 0x2502, 1 }, across = { ascii ? '-' : 0x2500, 1 };
    plot_glyph y_tick = { ascii ? '+' : 0x2524, 1 }, x_tick = { ascii ? '+' : 0x252c, 1 };
    plot_glyph corner = { ascii ? '+' : 0x2514, 1 };
    if (layout->y_axis) {
        for (int i = 0; i < c->rect.rows; i++)
            plot_cells_put(c->cells, left, c->rect.row + i, upright, ink);
        for (int i = 0; i < layout->y.count; i++)
            plot_cells_put(c->cells, left, bottom - 1 - layout->y.tick[i].cell, y_tick, ink);
        plot_cells_put(c->cells, left, bottom, corner, ink);
    }
    if (layout->x_axis) {
        for (int i = 0; i < c->rect.cols; i++)
            plot_cells_put(c->cells, c->rect.col + i, bottom, across, ink);
        for (int i = 0; i < layout->x.count; i++)
            if (layout->x.tick[i].cell >= 0)
                plot_cells_put(c->cells, c->rect.col + layout->x.tick[i].cell, bottom, x_tick, ink);
    }
    if (layout->right_axis) put_right_axis(c, ink);
}

#define CLOUD_SAMPLE (PLOT_BLANK_BRAILLE + 0x36) /* four dots */

/* The character of a piece of line through the middle of the row, at a column of the sample. */
static uint32_t line_glyph(const plot_style *style, int col, plot_charset charset)
{
    uint32_t code = PLOT_BLANK_BRAILLE;
    if (charset == PLOT_ASCII) return (uint32_t)(style->stroke != 0 ? style->stroke : '-');
    for (int x = 0; x < 2; x++)
        if (plot_dash_on(style->dash, true, 2 * col + x, 0)) code |= plot_braille_bit[1][x];
    return code;
}

static void put_sample(plot_cells *cells, const plot_frame *frame, const plot_item *item)
{
    const plot_style *style = &item->style;
    bool ascii = frame->charset == PLOT_ASCII;
    for (int col = 0; col < item->width; col++) {
        plot_glyph glyph = { line_glyph(style, col, frame->charset), 1 };
        plot_ink ink = style->ink;
        if (item->data->kind == PLOT_IMAGE) glyph.code = ascii ? '?' : 0xb7;
        if (item->data->kind == PLOT_SCATTER) glyph.code = ascii ? '.' : CLOUD_SAMPLE;
        if (item->data->kind == PLOT_RECTS || item->data->kind == PLOT_BAND)
            glyph = plot_fill_glyph(item->data->kind == PLOT_RECTS ? style->pattern
                                    : style->solid                 ? 0
                                                                   : PLOT_PATTERN_BAND,
                                    frame);
        plot_cells_put(cells, item->col + col, item->row, glyph, ink);
    }
    if (style->mark.code != 0)
        plot_cells_put(cells, item->col + item->width / 2, item->row, style->mark, style->ink);
}

/* ---- the order ------------------------------------------------------------------------------- */

static bool make_room(plot_raster_memory *room, const plot_memory *memory, const plot_scene *scene)
{
    size_t most = 0;
    void *plane = room->plane, *dots = room->dots;
    for (size_t i = 0; i < scene->layout->panels; i++) {
        const plot_rect *area = &scene->layout->panel[i].area;
        size_t count = (size_t)area->cols * (size_t)area->rows;
        if (count > most) most = count;
    }
    bool plane_made = plot_grow(memory, &plane, &room->plane_capacity, 0, most, 1);
    room->plane = plane;
    bool dots_made = plot_grow(memory, &dots, &room->dots_capacity, 0, most, sizeof *room->dots);
    room->dots = dots;
    return plane_made && dots_made;
}

/* Draws the items of one panel, which stand together in the scene from first to end. */
static void draw_panel(plot_canvas *c, size_t first, size_t end)
{
    const plot_item *item = c->scene->item;
    size_t count = (size_t)c->rect.cols * (size_t)c->rect.rows;
    if (count == 0) return;
    memset(c->plane, 0, count);
    memset(c->dots, 0, count * sizeof *c->dots);
    for (size_t i = first; i < end; i++) {
        if (item[i].kind == PLOT_ITEM_LINE || item[i].kind == PLOT_ITEM_CLOUD) plot_draw_dots(c, i);
        if (item[i].kind == PLOT_ITEM_RULE) put_rule(c, &item[i]);
        plot_fill(c, &item[i]);
    }
    plot_put_dots(c);
    plot_fill_bar(c);
    put_axes(c);
    for (size_t i = first; i < end; i++) {
        if (item[i].kind == PLOT_ITEM_MARKS) put_marks(c, &item[i]);
        if (item[i].kind == PLOT_ITEM_NOTE) put_note(c, &item[i]);
    }
}

static void put_text(plot_cells *cells, const plot_frame *frame, const plot_item *item)
{
    plot_cells_text(cells, item->col, item->row, item->width, plot_item_text(item), item->style.ink,
                    frame->charset);
}

plot_status plot_raster(plot_cells *cells, plot_raster_memory *room, const plot_memory *memory,
                        const plot_scene *scene, const plot_frame *frame)
{
    if (!make_room(room, memory, scene)) return PLOT_NO_MEMORY;
    for (size_t first = 0, end; first < scene->count; first = end) {
        int panel = scene->item[first].panel;
        for (end = first; end < scene->count && scene->item[end].panel == panel;) end++;
        if (panel < 0) continue;
        const plot_panel_layout *layout = &scene->layout->panel[panel];
        plot_canvas c = { cells, scene, layout, frame, layout->area, room->plane, room->dots };
        draw_panel(&c, first, end);
    }
    for (size_t i = 0; i < scene->count; i++) {
        const plot_item *item = &scene->item[i];
        if (item->kind == PLOT_ITEM_SAMPLE) put_sample(cells, frame, item);
        if (item->kind == PLOT_ITEM_TEXT) put_text(cells, frame, item);
    }
    return PLOT_OK;
}

void plot_raster_free(plot_raster_memory *room)
{
    free(room->plane);
    free(room->dots);
    *room = (plot_raster_memory){ 0 };
}
