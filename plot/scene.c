/* scene.c: makes the items of a figure. */
#include "plot/scene.h"

#include "plot/contour_scene.h"
#include "plot/legend.h"

#include <stdlib.h>

/* What the steps of the building share. */
typedef struct {
    plot_scene *scene;
    const plot_figure *figure;
    const plot_frame *frame;
    const plot_layout *layout;
} builder;

void plot_scene_add(plot_scene *scene, plot_item item)
{
    void *items = scene->item;
    if (!plot_grow(scene->points.memory, &items, &scene->capacity, scene->count, 1, sizeof item)) {
        scene->points.failed = true;
        return;
    }
    scene->item = items;
    scene->item[scene->count++] = item;
}

static void add_text(builder *b, plot_role role, int col, int row, int width, const char *text)
{
    plot_scene_add(b->scene, (plot_item){ .kind = PLOT_ITEM_TEXT,
                                          .style.ink.role = (uint8_t)role,
                                          .col = col,
                                          .row = row,
                                          .width = width,
                                          .text = text });
}

/* Centres the text over the panel, as far as the frame lets it. */
static void add_centred(builder *b, plot_role role, int row, const char *text)
{
    const plot_rect *panel = &b->layout->panel;
    int width = plot_text_width(text, b->frame->charset);
    if (width > b->frame->cols) width = b->frame->cols;
    int col = panel->col + (panel->cols - width) / 2;
    if (col + width > b->frame->cols) col = b->frame->cols - width;
    add_text(b, role, col > 0 ? col : 0, row, width, text);
}

static void add_tick_labels(builder *b)
{
    const plot_layout *layout = b->layout;
    const plot_rect *panel = &layout->panel;
    for (int i = 0; layout->y_axis && i < layout->y.count; i++) {
        const plot_tick *tick = &layout->y.tick[i];
        int row = panel->row + panel->rows - 1 - tick->cell;
        add_text(b, PLOT_ROLE_TICK, panel->col - 2 - tick->width, row, tick->width, tick->label);
    }
    for (int i = 0; layout->x_axis && i < layout->x.count; i++) {
        const plot_tick *tick = &layout->x.tick[i];
        add_text(b, PLOT_ROLE_TICK, panel->col + tick->start, panel->row + panel->rows + 1,
                 tick->width, tick->label);
    }
}

static void add_labels(builder *b)
{
    const plot_layout *layout = b->layout;
    const plot_panel *panel = &b->figure->panel;
    const char *y_label = panel->axis[PLOT_Y].label;
    if (layout->title_row >= 0)
        add_centred(b, PLOT_ROLE_TITLE, layout->title_row, b->figure->title);
    if (layout->x_label_row >= 0)
        add_centred(b, PLOT_ROLE_TEXT, layout->x_label_row, panel->axis[PLOT_X].label);
    if (layout->header_row < 0 || y_label == NULL) return;
    int end = b->frame->cols;
    for (size_t i = 0; i < layout->entries; i++)
        if (layout->entry[i].row == layout->header_row && layout->entry[i].col - 1 < end)
            end = layout->entry[i].col - 1;
    add_text(b, PLOT_ROLE_TEXT, 0, layout->header_row, end, y_label);
}

static void add_legend(builder *b)
{
    const plot_layout *layout = b->layout;
    int cells = layout->panel.cols * layout->panel.rows;
    for (size_t i = 0; i < layout->entries; i++) {
        const plot_entry *entry = &layout->entry[i];
        const char *name = b->figure->panel.data[entry->series].label;
        int col = entry->col;
        plot_scene_add(
            b->scene,
            (plot_item){ .kind = PLOT_ITEM_SAMPLE,
                         .style = plot_style_of(&b->figure->panel, entry->series, b->frame, cells),
                         .col = col,
                         .row = entry->row,
                         .width = entry->sample });
        col += entry->sample + 1;
        if (name != NULL) add_text(b, PLOT_ROLE_TEXT, col, entry->row, entry->name, name);
        if (name != NULL) col += entry->name + 1;
        if (entry->note == 0) continue;
        if (name != NULL) {
            add_text(b, PLOT_ROLE_TICK, col, entry->row, 1, "(");
            add_text(b, PLOT_ROLE_TICK, col + entry->note - 1, entry->row, 1, ")");
        }
        add_text(b, PLOT_ROLE_TICK, col + (name != NULL), entry->row, entry->note,
                 entry->note_text);
    }
    if (layout->unlisted == 0) return;
    plot_item more = { .kind = PLOT_ITEM_TEXT,
                       .style.ink.role = PLOT_ROLE_TICK,
                       .col = layout->unlisted_col,
                       .row = layout->unlisted_row };
    more.width = plot_unlisted_text(layout->unlisted, more.own_text, sizeof more.own_text);
    plot_scene_add(b->scene, more);
}

void plot_scene_add_points(plot_scene *scene, plot_item_kind kind, plot_style style,
                           const plot_view *view, void (*reduce)(plot_points *, const plot_view *))
{
    size_t first = scene->points.count;
    reduce(&scene->points, view);
    plot_scene_add(scene, (plot_item){ .kind = kind,
                                       .style = style,
                                       .first = first,
                                       .count = scene->points.count - first });
}

/* Gives out, for every run of lost values, the last point before it that is shown (the first after it
** when it comes first).  A line that is mostly gaps gets none: they would hide it. */
static void reduce_to_breaks(plot_points *out, const plot_view *view)
{
    size_t before = out->count;
    plot_point last = { PLOT_NAN, PLOT_NAN };
    bool waiting = false;
    for (size_t i = 0; i < view->data->n; i++) {
        bool lost = !isfinite(view->y[i]) || !isfinite(plot_data_x(view->data, i));
        plot_point point = plot_view_at(view, i);
        if (lost && !waiting && !isnan(last.x)) plot_points_add(out, last);
        if (waiting && isnan(last.x) && !isnan(point.x)) plot_points_add(out, point);
        waiting = lost || (waiting && isnan(point.x));
        if (!isnan(point.x)) last = point;
        if (out->count - before > (size_t)view->columns / 8) {
            out->count = before;
            return;
        }
    }
}

static void add_breaks(builder *b, plot_style style, const plot_view *view)
{
    const plot_data *data = view->data;
    if (data->nan + data->infinite == 0) return;
    style.mark = (plot_glyph){ b->frame->charset == PLOT_UTF8 ? 0x25b2 : '^', 1 };
    plot_scene_add_points(b->scene, PLOT_ITEM_MARKS, style, view, reduce_to_breaks);
}

/* Gives out one point in every so many columns: enough to follow a line by its marks. */
static void reduce_to_sparse(plot_points *out, const plot_view *view)
{
    enum { CELLS_BETWEEN = 12 };
    int last = -1;
    for (size_t i = 0; i < view->data->n; i++) {
        plot_point point = plot_view_at(view, i);
        if (!(point.x >= 0 && point.x <= 1)) continue;
        int group = plot_part(point.x, view->columns) / CELLS_BETWEEN;
        if (group == last) continue;
        last = group;
        plot_points_add(out, point);
    }
}

/* Marks take whole cells, so clouds of them are reduced to cells. */
static void add_marks(builder *b, plot_style style, plot_view view)
{
    view.columns = b->layout->panel.cols;
    view.rows = b->layout->panel.rows;
    plot_scene_add_points(b->scene, PLOT_ITEM_MARKS, style, &view,
                          style.sparse ? reduce_to_sparse : plot_reduce_cloud);
}

static void add_series(builder *b, size_t index, bool behind)
{
    const plot_rect *panel = &b->layout->panel;
    const plot_data *data = &b->figure->panel.data[index];
    plot_style style = plot_style_of(&b->figure->panel, index, b->frame, panel->cols * panel->rows);
    plot_view view = { .data = data,
                       .y = data->smooth != NULL && !behind ? data->smooth : data->y,
                       .x_map = b->layout->x.map,
                       .y_map = b->layout->y.map,
                       .columns = panel->cols * 2,
                       .rows = panel->rows * 4 };
    if (data->kind == PLOT_CONTOUR) return;
    if (behind) {
        if (data->smooth == NULL) return;
        plot_scene_add_points(b->scene, PLOT_ITEM_LINE, plot_style_behind(style, b->frame), &view,
                              plot_reduce_line);
    } else if (data->kind == PLOT_LINE) {
        plot_scene_add_points(b->scene, PLOT_ITEM_LINE, style, &view, plot_reduce_line);
        if (style.mark.code != 0) add_marks(b, style, view);
        add_breaks(b, style, &view);
    } else if (style.mark.code != 0) {
        add_marks(b, style, view);
    } else {
        plot_scene_add_points(b->scene, PLOT_ITEM_CLOUD, style, &view, plot_reduce_cloud);
    }
}

plot_status plot_scene_init(plot_scene *scene, const plot_figure *figure, const plot_frame *frame,
                            const plot_layout *layout)
{
    builder b = { scene, figure, frame, layout };
    *scene = (plot_scene){ .layout = layout, .points.memory = &figure->memory };
    for (size_t i = 0; i < figure->panel.count; i++) plot_scene_contour(scene, figure, i, frame);
    for (size_t i = 0; i < figure->panel.count; i++) add_series(&b, i, true);
    for (size_t i = 0; i < figure->panel.count; i++) add_series(&b, i, false);
    add_tick_labels(&b);
    add_labels(&b);
    add_legend(&b);
    return scene->points.failed ? PLOT_NO_MEMORY : PLOT_OK;
}

void plot_scene_free(plot_scene *scene)
{
    free(scene->item);
    free(scene->points.point);
}
