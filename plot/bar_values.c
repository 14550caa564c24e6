/* bar_values.c: what bars stand for, as numbers beside their ends or within them: for all the bars of a series, or,
** where one of them is too thin, for none. */
#include "plot/bar_values.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    plot_point a, b; /* its base, its end: cells from the left and from the bottom */
    char text[PLOT_LABEL_SIZE];
    int width;
} valued_bar;

/* Three digits of fractions, all of whole numbers. */
static void write_value(double value, char text[PLOT_LABEL_SIZE])
{
    double size = fabs(value), unit = 1;
    if (size < 100 && size > 0) unit = pow(10, 2 - floor(log10(size)));
    if (size < 1e6 && isfinite(value * unit)) value = round(value * unit) / unit;
    plot_label_value(value, text);
}

static double length_of(const plot_data *data, size_t i)
{
    return data->across ? data->x2[i] - plot_data_x(data, i)
                        : data->y2[i] - plot_column_at(&data->y, i);
}

/* false if the bar cannot be shown. */
static bool bar_at(valued_bar *out, const plot_view *view, size_t i)
{
    const plot_data *data = view->data;
    double value = length_of(data, i);
    double x = plot_map_at(&view->x_map, plot_data_x(data, i)),
           x2 = plot_map_at(&view->x_map, data->x2[i]);
    double y = plot_map_at(&view->y_map, plot_column_at(&data->y, i)),
           y2 = plot_map_at(&view->y_map, data->y2[i]);
    if (isnan(x)) x = data->across ? 0 : x; /* 0 on a logarithmic axis */
    if (isnan(y)) y = data->across ? y : 0;
    if (!isfinite(value) || isnan(x) || isnan(x2) || isnan(y) || isnan(y2)) return false;
    out->a = (plot_point){ x * view->columns, y * view->rows };
    out->b = (plot_point){ x2 * view->columns, y2 * view->rows };
    write_value(value, out->text);
    out->width = (int)strlen(out->text);
    return true;
}

/* Is the bar thick enough for its number? */
static bool has_room(const valued_bar *bar, bool across, bool alone)
{
    enum { BARS_DIFFER = 1 }; /* columns between the numbers of neighbours */
    if (across) return fabs(bar->b.y - bar->a.y) >= 0.6;
    return fabs(bar->b.x - bar->a.x) + 0.5 >= bar->width + (alone ? 0 : BARS_DIFFER);
}

/* Is there room between base and end? */
static bool fits_inside(const valued_bar *bar, bool across)
{
    if (across) return fabs(bar->b.x - bar->a.x) >= bar->width;
    return fabs(bar->b.y - bar->a.y) >= 1;
}

/* The cell in which a number stands that begins or ends there. */
static plot_point cell_beside(const valued_bar *bar, bool across)
{
    const double block = 1.0 / 16; /* half of the smallest block */
    double x = (bar->a.x + bar->b.x) / 2, y = (bar->a.y + bar->b.y) / 2;
    if (across && bar->b.x >= bar->a.x)
        x = ceil(bar->b.x - block) + 1;
    else if (across)
        x = floor(bar->b.x + block) - 2;
    else if (bar->b.y >= bar->a.y)
        y = ceil(bar->b.y - block);
    else
        y = floor(bar->b.y + block) - 1;
    return (plot_point){ across ? x + 0.5 : x, across ? y : y + 0.5 };
}

static void add_value(plot_scene *scene, const plot_view *view, const valued_bar *bar)
{
    const plot_data *data = view->data;
    plot_item item = { .kind = PLOT_ITEM_NOTE,
                       .style.ink.role = PLOT_ROLE_TEXT,
                       .first = scene->points.count,
                       .count = 1 };
    plot_point at = { (bar->a.x + bar->b.x) / 2, (bar->a.y + bar->b.y) / 2 };
    if (!data->inside) at = cell_beside(bar, data->across);
    if (!data->inside && data->across) item.align = bar->b.x >= bar->a.x ? -1 : 1;
    snprintf(item.own_text, sizeof item.own_text, "%.15s", bar->text);
    plot_points_add(&scene->points, (plot_point){ at.x / view->columns, 1 - at.y / view->rows });
    plot_scene_add(scene, item);
}

static bool all_have_room(const plot_panel *panel, const plot_view *view)
{
    size_t series = 0;
    valued_bar bar;
    for (size_t i = 0; i < panel->count; i++) series += panel->data[i].kind == PLOT_RECTS;
    for (size_t i = 0; i < view->data->n; i++) {
        if (!bar_at(&bar, view, i)) continue;
        if (!has_room(&bar, view->data->across, series == 1 || view->data->inside)) return false;
    }
    return true;
}

void plot_scene_bar_values(plot_scene *scene, const plot_panel *panel, size_t index,
                           const plot_view *view)
{
    const plot_data *data = &panel->data[index];
    valued_bar bar;
    if (!data->valued || !all_have_room(panel, view)) return;
    for (size_t i = 0; i < data->n; i++)
        if (bar_at(&bar, view, i) && (!data->inside || fits_inside(&bar, data->across)))
            add_value(scene, view, &bar);
}

int plot_bar_room(const plot_panel *panel, plot_axis axis)
{
    int room = 0;
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        bool own =
            axis == PLOT_X ? data->across : !data->across && data->right == (axis == PLOT_RIGHT);
        if (data->kind != PLOT_RECTS || !data->valued || data->inside || !own) continue;
        if (axis != PLOT_X && room == 0) room = 1;
        for (size_t k = 0; axis == PLOT_X && k < data->n; k++) {
            char text[PLOT_LABEL_SIZE];
            if (!isfinite(length_of(data, k))) continue;
            write_value(length_of(data, k), text);
            int width = (int)strlen(text) + 2;
            if (width > room) room = width;
        }
    }
    return room;
}
