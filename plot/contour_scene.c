/* contour_scene.c: a line item for every level, and a text item on it that says which level it is.
**
** A label wants a place where its line is flat for as long as the text is, free of other labels and, if
** possible, of other lines. */
#include "plot/contour_scene.h"

#include <string.h>

/* Frames with smaller panels have no labels on lines. */
enum { ROWS_FOR_LEVELS = 6, COLUMNS_FOR_LEVELS = 16 };

/* What stands on the panel's cells while labels look for places. */
typedef struct {
    const plot_rect *rect;
    uint8_t
        *cell; /* FREE, LABEL, or the level (from 2, modulo the others) of the last line there */
} cell_map;

enum { FREE, LABEL, FIRST_LEVEL };

static uint8_t mark_of_level(size_t level)
{
    return (uint8_t)(FIRST_LEVEL + level % (UINT8_MAX - FIRST_LEVEL));
}

static bool is_shown(plot_point p)
{
    return p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1;
}

static int row_of(const cell_map *map, plot_point p)
{
    return plot_part(p.y, map->rect->rows);
}

static int column_of(const cell_map *map, plot_point p)
{
    return plot_part(p.x, map->rect->cols);
}

static void mark_lines(cell_map *map, const plot_scene *scene, const plot_item *item, uint8_t mark)
{
    const plot_point *point = scene->points.point + item->first;
    for (size_t i = 0; i < item->count; i++) {
        if (!is_shown(point[i])) continue;
        map->cell[row_of(map, point[i]) * map->rect->cols + column_of(map, point[i])] = mark;
    }
}

/* A candidate: the text's first cell, and how badly it stands there. */
typedef struct {
    int col, row;
    double cost;
} spot;

/* What the cells from (col, row) on cost; negative if another label is there or too near. */
static double cost_of_cells(const cell_map *map, int col, int row, int width, uint8_t mark)
{
    double cost = 0;
    for (int i = col - 1; i <= col + width; i++) {
        if (i < 0 || i >= map->rect->cols) continue;
        uint8_t cell = map->cell[row * map->rect->cols + i];
        if (cell == LABEL) return -1;
        cost += cell != FREE && cell != mark;
    }
    return cost;
}

/* How many rows the line moves away from a place, followed from its point `from` on, in steps of 1 or -1,
** until it is half the text's width away; large if it ends before that. */
static double bend_towards(const cell_map *map, const plot_point *point, size_t count,
                           plot_point place, size_t from, int step, int width)
{
    enum { TOO_MUCH = 100 };
    double reach = (width + 1) / 2.0 / map->rect->cols, away = 0;
    plot_point last = place;
    for (size_t k = from; k < count && is_shown(point[k]); k += (size_t)step) {
        double before = fabs(last.x - place.x), here = fabs(point[k].x - place.x), y = point[k].y;
        if (here >= reach) y = last.y + (y - last.y) * (reach - before) / (here - before);
        away = fmax(away, fabs(y - place.y) * map->rect->rows);
        if (here >= reach || away > map->rect->rows) return away;
        last = point[k];
    }
    return TOO_MUCH;
}

/* The best of the middles of all segments. */
static spot best_spot(const cell_map *map, const plot_scene *scene, const plot_item *item,
                      int width, uint8_t mark)
{
    enum { BEND_ALLOWED = 2 };
    const plot_point *point = scene->points.point + item->first;
    spot best = { .cost = PLOT_INFINITY };
    for (size_t i = 0; i + 1 < item->count; i++) {
        if (!is_shown(point[i]) || !is_shown(point[i + 1])) continue;
        plot_point middle = { (point[i].x + point[i + 1].x) / 2,
                              (point[i].y + point[i + 1].y) / 2 };
        int row = row_of(map, middle), col = column_of(map, middle) - (width - 1) / 2;
        if (col < 0 || col + width > map->rect->cols) continue;
        double bend = fmax(bend_towards(map, point, item->count, middle, i, -1, width),
                           bend_towards(map, point, item->count, middle, i + 1, 1, width));
        double cells = cost_of_cells(map, col, row, width, mark);
        if (bend > BEND_ALLOWED || cells < 0 || bend + cells >= best.cost) continue;
        best = (spot){ col, row, bend + cells };
    }
    return best;
}

/* Labels the level whose line is the scene's item of this index, if there is a place. */
static void add_label(plot_scene *scene, cell_map *map, size_t item, const plot_level *level,
                      uint8_t mark)
{
    enum { CROWDED = 3 };
    int width = (int)strlen(level->label);
    spot place = best_spot(map, scene, &scene->item[item], width, mark);
    if (place.cost > CROWDED) return;
    memset(map->cell + place.row * map->rect->cols + place.col, LABEL, (size_t)width);
    plot_scene_add(scene, (plot_item){ .kind = PLOT_ITEM_TEXT,
                                       .style.ink = scene->item[item].style.ink,
                                       .col = map->rect->col + place.col,
                                       .row = map->rect->row + place.row,
                                       .width = width,
                                       .align = -1,
                                       .text = level->label });
}

static void add_labels(plot_scene *scene, const plot_rect *rect, const plot_data *data,
                       size_t first_item)
{
    cell_map map = { .rect = rect };
    plot_points *points = &scene->points;
    size_t cells = (size_t)rect->cols * (size_t)rect->rows;
    void *seen = points->seen;
    if (rect->rows < ROWS_FOR_LEVELS || rect->cols < COLUMNS_FOR_LEVELS || points->failed) return;
    points->failed = !plot_grow(points->memory, &seen, &points->seen_capacity, 0, cells, 1);
    points->seen = seen;
    if (points->failed) return;
    map.cell = points->seen;
    memset(map.cell, FREE, cells);
    for (size_t i = 0; i < data->levels; i++)
        mark_lines(&map, scene, &scene->item[first_item + i], mark_of_level(i));
    for (size_t i = 0; i < data->levels; i++)
        add_label(scene, &map, first_item + i, &data->level[i], mark_of_level(i));
}

void plot_scene_contour(plot_scene *scene, const plot_panel *panel, const plot_panel_layout *layout,
                        size_t index, const plot_frame *frame)
{
    const plot_data *data = &panel->data[index];
    size_t first_item = scene->count;
    int detail = scene->detail > 0 ? scene->detail : 1;
    for (size_t i = 0; i < data->levels; i++) {
        const plot_level *level = &data->level[i];
        plot_data lines = { .n = level->count };
        if (level->count > 0) {
            lines.x.wide = data->x.wide + level->first;
            lines.y.wide = data->y.wide + level->first;
        }
        plot_view view = { .data = &lines,
                           .y = &lines.y,
                           .x_map = layout->x.map,
                           .y_map = layout->y.map,
                           .columns = layout->area.cols * 2 * detail,
                           .rows = layout->area.rows * 4 * detail };
        plot_scene_add_points(scene, PLOT_ITEM_LINE, plot_style_of_level(panel, index, i, frame),
                              &view, plot_reduce_line);
    }
    add_labels(scene, &layout->area, data, first_item);
}
