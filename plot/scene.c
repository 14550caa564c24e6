/* scene.c: makes the items of a figure. */
#include "plot/scene.h"

#include "plot/bar_values.h"
#include "plot/contour_scene.h"
#include "plot/legend.h"

#include <stdlib.h>

/* What the steps of the building of a panel share. */
typedef struct {
    plot_scene *scene;
    const plot_panel *panel;
    const plot_panel_layout *layout;
    const plot_frame *frame;
} builder;

void plot_scene_add(plot_scene *scene, plot_item item)
{
    void *items = scene->item;
    if (!plot_grow(scene->points.memory, &items, &scene->capacity, scene->count, 1, sizeof item)) {
        scene->points.failed = true;
        return;
    }
    item.panel = scene->panel;
    scene->item = items;
    scene->item[scene->count++] = item;
}

static void add_text(plot_scene *scene, plot_role role, int col, int row, int width, int align,
                     const char *text)
{
    plot_scene_add(scene, (plot_item){ .kind = PLOT_ITEM_TEXT,
                                       .style.ink.role = (uint8_t)role,
                                       .col = col,
                                       .row = row,
                                       .width = width,
                                       .align = align,
                                       .text = text });
}

/* Centres the text over the area, as far as what is around it lets it. */
static void add_centred(plot_scene *scene, plot_ink ink, int row, const plot_rect *area,
                        const plot_rect *outer, plot_charset charset, const char *text)
{
    int width = plot_text_width(text, charset), end = outer->col + outer->cols;
    if (width > outer->cols) width = outer->cols;
    int col = area->col + (area->cols - width) / 2;
    if (col + width > end) col = end - width;
    plot_scene_add(scene, (plot_item){ .kind = PLOT_ITEM_TEXT,
                                       .style.ink = ink,
                                       .col = col > outer->col ? col : outer->col,
                                       .row = row,
                                       .width = width,
                                       .text = text });
}

static void add_y_numbers(builder *b)
{
    const plot_panel_layout *layout = b->layout;
    const plot_rect *area = &layout->area;
    int right = area->col + area->cols + (layout->bar_col >= 0 ? 1 + PLOT_BAR_COLS : 0);
    for (int i = 0; layout->y_axis && layout->y_numbers && i < layout->y.count; i++) {
        const plot_tick *tick = &layout->y.tick[i];
        int row = area->row + area->rows - 1 - tick->cell;
        add_text(b->scene, PLOT_ROLE_TICK, area->col - 2 - tick->width, row, tick->width, 1,
                 plot_tick_text(tick));
    }
    for (int i = 0; layout->right_axis && i < layout->right.count; i++) {
        const plot_tick *tick = &layout->right.tick[i];
        int row = area->row + area->rows - 1 - tick->cell;
        add_text(b->scene, PLOT_ROLE_TICK, right + 2, row, tick->width, -1, plot_tick_text(tick));
    }
}

static void add_x_numbers(builder *b)
{
    const plot_panel_layout *layout = b->layout;
    const plot_rect *area = &layout->area;
    for (int i = 0; layout->x_axis && layout->x_numbers && i < layout->x.count; i++) {
        const plot_tick *tick = &layout->x.tick[i];
        add_text(b->scene, PLOT_ROLE_TICK, area->col + tick->start, area->row + area->rows + 1,
                 tick->width, 0, plot_tick_text(tick));
    }
}

/* The labels of the y axes stand left and right in the header row, beside the legend. */
static void add_y_labels(builder *b)
{
    const plot_panel_layout *layout = b->layout;
    const plot_rect *outer = &layout->outer;
    const plot_data *bar = plot_bar_image(b->panel);
    const char *left = b->panel->axis[PLOT_Y].label, *right = b->panel->axis[PLOT_RIGHT].label;
    int end = outer->col + outer->cols;
    if (layout->header_row < 0 || !b->panel->axes) return;
    if (right == NULL && bar != NULL) right = bar->label;
    if (right != NULL && layout->right_axis) {
        int width = plot_text_width(right, b->frame->charset);
        if (width > outer->cols / 4) width = outer->cols / 4;
        end -= plot_margin(outer) + width;
        add_text(b->scene, PLOT_ROLE_TEXT, end, layout->header_row, width, 1, right);
        end -= 2;
    }
    for (size_t i = 0; i < layout->entries; i++)
        if (layout->entry[i].row == layout->header_row && layout->entry[i].col - 1 < end)
            end = layout->entry[i].col - 1;
    if (left != NULL)
        add_text(b->scene, PLOT_ROLE_TEXT, outer->col, layout->header_row, end - outer->col, -1,
                 left);
}

static void add_labels(builder *b)
{
    const plot_panel_layout *layout = b->layout;
    plot_ink title = { .role = PLOT_ROLE_TITLE }, text = { .role = PLOT_ROLE_TEXT };
    if (b->panel->title_color > 0)
        title =
            (plot_ink){ .role = PLOT_ROLE_SERIES, .index = (uint8_t)(b->panel->title_color - 1) };
    if (layout->title_row >= 0)
        add_centred(b->scene, title, layout->title_row, &layout->area, &layout->outer,
                    b->frame->charset, b->panel->title);
    if (layout->x_label_row >= 0)
        add_centred(b->scene, text, layout->x_label_row, &layout->area, &layout->outer,
                    b->frame->charset, b->panel->axis[PLOT_X].label);
    add_y_labels(b);
}

static void add_entry(builder *b, const plot_entry *entry)
{
    const plot_rect *area = &b->layout->area;
    const char *name = entry->name > 0 ? b->panel->data[entry->series].label : NULL;
    int col = entry->col;
    plot_scene_add(b->scene, (plot_item){ .kind = PLOT_ITEM_SAMPLE,
                                          .style = plot_style_of(b->panel, entry->series, b->frame,
                                                                 area->cols * area->rows),
                                          .data = &b->panel->data[entry->series],
                                          .col = col,
                                          .row = entry->row,
                                          .width = entry->sample });
    col += entry->sample + 1;
    if (name != NULL) add_text(b->scene, PLOT_ROLE_TEXT, col, entry->row, entry->name, -1, name);
    if (name != NULL) col += entry->name + 1;
    if (entry->note == 0) return;
    if (name != NULL) {
        add_text(b->scene, PLOT_ROLE_TICK, col, entry->row, 1, -1, "(");
        add_text(b->scene, PLOT_ROLE_TICK, col + entry->note - 1, entry->row, 1, -1, ")");
    }
    add_text(b->scene, PLOT_ROLE_TICK, col + (name != NULL), entry->row, entry->note, -1,
             entry->note_text);
}

static void add_legend(builder *b)
{
    const plot_panel_layout *layout = b->layout;
    for (size_t i = 0; i < layout->entries; i++) add_entry(b, &layout->entry[i]);
    if (layout->unlisted == 0) return;
    plot_item more = { .kind = PLOT_ITEM_TEXT,
                       .style.ink.role = PLOT_ROLE_TICK,
                       .col = layout->unlisted_col,
                       .row = layout->unlisted_row,
                       .align = -1 };
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

static void add_breaks(builder *b, plot_style style, const plot_view *view)
{
    const plot_data *data = view->data;
    if (data->nan + data->infinite == 0) return;
    style.mark = (plot_glyph){ b->frame->charset == PLOT_UTF8 ? 0x25b2 : '^', 1 };
    plot_scene_add_points(b->scene, PLOT_ITEM_MARKS, style, view, plot_reduce_breaks);
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

static int detail_of(const builder *b)
{
    return b->scene->detail > 0 ? b->scene->detail : 1;
}

/* Marks take whole cells, so clouds of them are reduced to cells. */
static void add_marks(builder *b, plot_style style, plot_view view)
{
    view.columns = b->layout->area.cols * detail_of(b);
    view.rows = b->layout->area.rows * detail_of(b);
    plot_scene_add_points(b->scene, PLOT_ITEM_MARKS, style, &view,
                          style.sparse ? reduce_to_sparse : plot_reduce_cloud);
}

static plot_view view_of(const builder *b, const plot_data *data)
{
    const plot_rect *area = &b->layout->area;
    return (plot_view){ .data = data,
                        .y = &data->y,
                        .x_map = b->layout->x.map,
                        .y_map = data->right ? b->layout->right.map : b->layout->y.map,
                        .columns = area->cols * 2 * detail_of(b),
                        .rows = area->rows * 4 * detail_of(b) };
}

static void add_line(builder *b, const plot_data *data, plot_style style, plot_view *view)
{
    if (plot_column_given(&data->smooth)) view->y = &data->smooth;
    plot_scene_add_points(b->scene, PLOT_ITEM_LINE, style, view, plot_reduce_line);
    if (style.mark.code != 0) add_marks(b, style, *view);
    add_breaks(b, style, view);
}

static void add_series(builder *b, const plot_data *data, plot_style style)
{
    plot_view view = view_of(b, data);
    switch (data->kind) {
    case PLOT_LINE: add_line(b, data, style, &view); break;
    case PLOT_SCATTER:
        if (style.mark.code != 0)
            add_marks(b, style, view);
        else
            plot_scene_add_points(b->scene, PLOT_ITEM_CLOUD, style, &view, plot_reduce_cloud);
        break;
    case PLOT_BAND:
        plot_scene_add_points(b->scene, PLOT_ITEM_AREA, style, &view, plot_reduce_band);
        break;
    case PLOT_SEGMENTS:
        plot_scene_add_points(b->scene, PLOT_ITEM_LINE, style, &view, plot_reduce_segments);
        break;
    case PLOT_RECTS:
        plot_scene_add_points(b->scene, PLOT_ITEM_RECTS, style, &view, plot_reduce_rects);
        break;
    case PLOT_CONTOUR:
    case PLOT_IMAGE:
    case PLOT_RULE:
    case PLOT_SPAN:
    case PLOT_NOTE: break;
    }
}

/* The raw line behind its moving average. */
static void add_raw(builder *b, const plot_data *data, plot_style style)
{
    plot_view view = view_of(b, data);
    plot_scene_add_points(b->scene, PLOT_ITEM_LINE, plot_style_behind(style, b->frame), &view,
                          plot_reduce_line);
}

static void add_one_point(builder *b, plot_item item, plot_point first, plot_point second)
{
    item.first = b->scene->points.count;
    item.count = item.kind == PLOT_ITEM_RECTS ? 2 : 1;
    plot_points_add(&b->scene->points, first);
    if (item.count == 2) plot_points_add(&b->scene->points, second);
    plot_scene_add(b->scene, item);
}

/* A rule or a span, and what is said of it, at the upper end of upright ones, at the right end of others. */
static void add_across(builder *b, const plot_data *data, plot_style style)
{
    bool upright = data->axis == PLOT_X;
    const plot_map *map = upright                    ? &b->layout->x.map
                          : data->axis == PLOT_RIGHT ? &b->layout->right.map
                                                     : &b->layout->y.map;
    bool span = data->kind == PLOT_SPAN;
    double at = span ? plot_map_floored(map, data->at) : plot_map_at(map, data->at);
    double to = span ? plot_map_floored(map, data->to) : at;
    if (isnan(at) || isnan(to)) return;
    plot_point a = upright ? (plot_point){ at, 0 } : (plot_point){ 0, 1 - at };
    plot_point c = upright ? (plot_point){ to, 1 } : (plot_point){ 1, 1 - to };
    plot_item_kind kind = span ? PLOT_ITEM_RECTS : PLOT_ITEM_RULE;
    add_one_point(b, (plot_item){ .kind = kind, .style = style, .upright = upright }, a, c);
    if (data->label == NULL) return;
    plot_item note = { .kind = PLOT_ITEM_NOTE,
                       .style.ink = style.ink,
                       .text = data->label,
                       .align = upright ? -1 : 1,
                       .upright = upright };
    if (note.style.ink.role == PLOT_ROLE_TINT) note.style.ink.role = PLOT_ROLE_SERIES;
    if (span && fmin(at, to) <= 1 && fmax(at, to) >= 0) at = fmin(fmax(at, 0), 1);
    add_one_point(b, note, upright ? (plot_point){ at, 0 } : (plot_point){ 1, 1 - at }, a);
}

static void add_note(builder *b, const plot_data *data, plot_style style)
{
    plot_point at = { plot_map_at(&b->layout->x.map, data->at),
                      1 - plot_map_at(&b->layout->y.map, data->to) };
    if (isnan(at.x) || isnan(at.y)) return;
    plot_item item = { .kind = PLOT_ITEM_NOTE,
                       .style = style,
                       .align = data->align,
                       .text = data->label != NULL ? data->label : "" };
    add_one_point(b, item, at, at);
}

/* The texts of a matrix in the middle of its elements, if each has room for all of its own and a space. */
static void add_element_texts(builder *b, const plot_data *data)
{
    const plot_matrix *m = &data->matrix;
    const plot_rect *area = &b->layout->area;
    int room = m->cols > 0 ? area->cols / (int)m->cols - 1 : 0;
    const double nudge = 1e-7; /* a middle between two cells is always in the first */
    if (m->text == NULL || (int)m->rows > area->rows) return;
    for (size_t i = 0; i < m->rows * m->cols; i++)
        if (plot_text_width(m->text[i], b->frame->charset) > room) return;
    for (size_t i = 0; i < m->rows * m->cols; i++) {
        size_t row = i / m->cols, col = i % m->cols;
        double x = m->x[0] + (m->x[1] - m->x[0]) * ((double)col + 0.5) / (double)m->cols;
        double y = m->y[0] + (m->y[1] - m->y[0]) * ((double)row + 0.5) / (double)m->rows;
        plot_point at = { plot_map_at(&b->layout->x.map, x) - nudge,
                          1 - plot_map_at(&b->layout->y.map, y) - nudge };
        if (m->text[i][0] != '\0')
            add_one_point(b, (plot_item){ .kind = PLOT_ITEM_NOTE, .text = m->text[i] }, at, at);
    }
}

/* ---- the order ------------------------------------------------------------------------------- */

typedef enum {
    LAYER_IMAGES,
    LAYER_SPANS,
    LAYER_AREAS,
    LAYER_CONTOURS,
    LAYER_FAINT,
    LAYER_SERIES,
    LAYER_NOTES,
    LAYERS
} layer;

static layer layer_of(const plot_data *data)
{
    switch (data->kind) {
    case PLOT_IMAGE: return LAYER_IMAGES;
    case PLOT_SPAN: return LAYER_SPANS;
    case PLOT_BAND:
    case PLOT_RECTS: return data->tinted ? LAYER_SPANS : LAYER_AREAS;
    case PLOT_CONTOUR: return LAYER_CONTOURS;
    case PLOT_LINE:
    case PLOT_SCATTER:
    case PLOT_SEGMENTS: return data->faint ? LAYER_FAINT : LAYER_SERIES;
    case PLOT_RULE: return LAYER_FAINT;
    case PLOT_NOTE: break;
    }
    return LAYER_NOTES;
}

static void add_data(builder *b, size_t index, layer now)
{
    const plot_rect *area = &b->layout->area;
    const plot_data *data = &b->panel->data[index];
    bool raw = data->kind == PLOT_LINE && plot_column_given(&data->smooth) && now == LAYER_FAINT;
    if (layer_of(data) != now && !raw) return;
    plot_style style = plot_style_of(b->panel, index, b->frame, area->cols * area->rows);
    if (raw) add_raw(b, data, style);
    if (layer_of(data) != now) return;
    switch (now) {
    case LAYER_IMAGES:
        if (plot_is_bar_alone(data)) break;
        plot_scene_add(b->scene, (plot_item){ .kind = PLOT_ITEM_IMAGE, .data = data });
        add_element_texts(b, data);
        break;
    case LAYER_CONTOURS: plot_scene_contour(b->scene, b->panel, b->layout, index, b->frame); break;
    case LAYER_SPANS:
    case LAYER_AREAS:
    case LAYER_FAINT:
    case LAYER_SERIES:
        if (data->kind >= PLOT_RULE)
            add_across(b, data, style);
        else
            add_series(b, data, style);
        break;
    case LAYER_NOTES: add_note(b, data, style); break;
    case LAYERS: break;
    }
}

static void add_bar_values(builder *b, size_t index)
{
    const plot_data *data = &b->panel->data[index];
    plot_view view = view_of(b, data);
    view.columns = b->layout->area.cols;
    view.rows = b->layout->area.rows;
    if (data->kind == PLOT_RECTS) plot_scene_bar_values(b->scene, b->panel, index, &view);
}

static void add_panel(builder *b)
{
    for (int now = 0; now < LAYERS; now++)
        for (size_t i = 0; i < b->panel->count; i++) add_data(b, i, (layer)now);
    for (size_t i = 0; i < b->panel->count; i++) add_bar_values(b, i);
    add_y_numbers(b);
    add_x_numbers(b);
    add_labels(b);
    add_legend(b);
}

static void add_title(plot_scene *scene, const plot_figure *figure, const plot_frame *frame,
                      const plot_layout *layout)
{
    plot_rect all = { 0, 0, frame->cols, frame->rows };
    const plot_rect *area = figure->count == 1 ? &layout->panel[0].area : &all;
    scene->panel = -1;
    add_centred(scene, (plot_ink){ .role = PLOT_ROLE_TITLE }, layout->title_row, area, &all,
                frame->charset, figure->title);
}

plot_status plot_scene_init(plot_scene *scene, const plot_memory *memory, const plot_figure *figure,
                            const plot_frame *frame, const plot_layout *layout)
{
    scene->layout = layout;
    scene->count = scene->points.count = 0;
    scene->points.memory = memory;
    void *points = scene->points.point;
    scene->points.failed =
        !plot_grow(memory, &points, &scene->points.capacity, 0, 1, sizeof(plot_point));
    scene->points.point = points;
    for (size_t i = 0; i < layout->panels; i++) {
        builder b = { scene, layout->panel[i].panel, &layout->panel[i], frame };
        scene->panel = (int)i;
        if (layout->panel[i].area.rows > 0) add_panel(&b);
    }
    if (layout->title_row >= 0) add_title(scene, figure, frame, layout);
    return scene->points.failed ? PLOT_NO_MEMORY : PLOT_OK;
}

void plot_scene_free(plot_scene *scene)
{
    free(scene->item);
    plot_points_free(&scene->points);
    *scene = (plot_scene){ .item = NULL };
}
