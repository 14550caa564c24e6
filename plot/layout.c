/* layout.c: rows first, then the y rulers (which say how wide their labels are), then columns, then the x
** rulers.  The legends' places come last, since they hang on the panels' right edges. */
#include "plot/layout.h"

#include "plot/axis_need.h"
#include "plot/legend.h"
#include "plot/shared_axis.h"

#include <stdlib.h>

/* Panels of fewer rows than these do without. */
enum { ROWS_FOR_AXIS = 4, ROWS_FOR_TITLE = 6, ROWS_FOR_LABELS = 8 };
/* The area keeps this many columns, or the y axes go; so many are between panels. */
enum { COLUMNS_FOR_AREA = 8, BETWEEN = 2 };

const plot_data *plot_bar_image(const plot_panel *panel)
{
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        bool note = data->kind == PLOT_RULE || data->kind == PLOT_SPAN;
        if (data->right || (note && data->axis == PLOT_RIGHT)) return NULL;
    }
    for (size_t i = panel->count; i-- > 0;) {
        const plot_matrix *m = &panel->data[i].matrix;
        if (panel->data[i].kind == PLOT_IMAGE && m->bar && m->lo < m->hi) return &panel->data[i];
    }
    return NULL;
}

/* ---- rows and columns of places -------------------------------------------------------------- */

/* The first cell of every track and the one after the last, with the space shared by weight. */
static void divide(int first, int cells, int count, const double *weight,
                   int edge[PLOT_TRACKS_MAX + 1])
{
    double total = 0, so_far = 0;
    for (int i = 0; i < count; i++) total += weight[i] > 0 ? weight[i] : 1;
    for (int i = 0; i < count; i++) {
        edge[i] = first + (int)(cells * so_far / total + 0.5);
        so_far += weight[i] > 0 ? weight[i] : 1;
    }
    edge[count] = first + cells;
}

/* Pictures beside each other are equally large: of the cells those that cannot be shared are left over. */
static int shared(const plot_figure *figure, int cells, int count, const double *weight)
{
    for (size_t i = 0; i < figure->count; i++)
        if (figure->panel[i]->axes) return cells;
    for (int i = 0; i < count; i++)
        if (weight[i] > 0 && weight[i] != weight[0]) return cells;
    return cells < count ? cells : cells / count * count;
}

static void place_panels(plot_layout *layout, const plot_figure *figure, const plot_frame *frame)
{
    int row[PLOT_TRACKS_MAX + 1], col[PLOT_TRACKS_MAX + 1];
    bool title = figure->title != NULL && frame->rows >= ROWS_FOR_TITLE;
    layout->title_row = title ? 0 : -1;
    int gap = plot_has_row_gaps(figure);
    int height = frame->rows - title + gap, width = frame->cols + BETWEEN;
    divide(title, shared(figure, height, figure->rows, figure->height), figure->rows,
           figure->height, row);
    int used = shared(figure, width, figure->cols, figure->width);
    divide((width - used) / 2, used, figure->cols, figure->width, col);
    for (size_t i = 0; i < layout->panels; i++) {
        const plot_place *place = &figure->panel[i]->place;
        int top = row[place->row], left = col[place->col];
        int right = col[place->col_end + 1] - BETWEEN, bottom = row[place->row_end + 1] - gap;
        layout->panel[i] =
            (plot_panel_layout){ .panel = figure->panel[i],
                                 .bar_col = -1,
                                 .title_row = -1,
                                 .header_row = -1,
                                 .x_label_row = -1,
                                 .outer = { left, top, right > left ? right - left : 0,
                                            bottom > top ? bottom - top : 0 } };
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Has a panel below, or to the left, the numbers of this one's axis? */
static bool numbered_elsewhere(const plot_panel *panel, plot_axis axis)
{
    const plot_place *own = &panel->place;
    for (size_t i = 0; i < panel->figure->count; i++) {
        const plot_panel *other = panel->figure->panel[i];
        bool nearer =
            axis == PLOT_X ? other->place.row > own->row_end : other->place.col_end < own->col;
        if (nearer && plot_shares_axis(panel, other, axis)) return true;
    }
    return false;
}

static int header_rows(const plot_panel *panel, int rows, const plot_rect *outer,
                       const plot_frame *frame)
{
    const plot_data *bar = plot_bar_image(panel);
    bool label = panel->axis[PLOT_Y].label != NULL || panel->axis[PLOT_RIGHT].label != NULL ||
                 (bar != NULL && bar->label != NULL);
    int legend = rows >= PLOT_ROWS_FOR_LEGEND ? plot_legend_rows(panel, outer, frame) : 0;
    int most = legend < rows / 6 ? legend : rows / 6;
    return most > 0 ? most : label && panel->axes && rows >= ROWS_FOR_LABELS;
}

/* Rows above and below the area of one panel. */
typedef struct {
    int title, header, legend, axis, label;
} row_need;

static row_need need_rows(const plot_panel_layout *p, const plot_figure *figure,
                          const plot_frame *frame)
{
    const plot_panel *panel = p->panel;
    int rows = p->outer.rows + (figure->count == 1 && figure->title != NULL);
    bool numbers = !numbered_elsewhere(panel, PLOT_X);
    row_need need = { .header = header_rows(panel, rows, &p->outer, frame) };
    need.legend = rows >= PLOT_ROWS_FOR_LEGEND ? need.header : 0;
    need.title = panel->title != NULL && rows >= ROWS_FOR_TITLE - 2;
    need.axis = panel->axes && rows >= ROWS_FOR_AXIS ? 1 + numbers : 0;
    need.label =
        panel->axes && numbers && panel->axis[PLOT_X].label != NULL && rows >= ROWS_FOR_LABELS;
    return need;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static void set_rows(plot_panel_layout *p, const row_need *need, int top, int bottom)
{
    int row = p->outer.row;
    if (need->title) p->title_row = row++;
    if (need->header > 0) p->header_row = row;
    p->x_axis = need->axis > 0;
    p->x_numbers = need->axis > 1;
    p->area.row = p->outer.row + top;
    p->area.rows = p->outer.rows - top - bottom;
    if (need->label) p->x_label_row = p->area.row + p->area.rows + need->axis;
}

static void lay_rows(plot_layout *layout, const plot_figure *figure, const plot_frame *frame,
                     int legend[])
{
    int above[PLOT_TRACKS_MAX] = { 0 }, below[PLOT_TRACKS_MAX] = { 0 };
    for (size_t i = 0; i < layout->panels; i++) {
        const plot_place *place = &figure->panel[i]->place;
        row_need need = need_rows(&layout->panel[i], figure, frame);
        above[place->row] = most(above[place->row], need.title + need.header);
        below[place->row_end] = most(below[place->row_end], need.axis + need.label);
    }
    for (size_t i = 0; i < layout->panels; i++) {
        const plot_place *place = &figure->panel[i]->place;
        row_need need = need_rows(&layout->panel[i], figure, frame);
        int top = above[place->row], bottom = below[place->row_end];
        legend[i] = need.legend;
        if (layout->panel[i].outer.rows - top - bottom < 1) /* only what it needs itself */
            top = need.title + need.header, bottom = need.axis + need.label;
        set_rows(&layout->panel[i], &need, top, bottom);
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

static int right_gutter(const plot_panel_layout *p, bool bar)
{
    if (!p->right_axis) return 0;
    return p->right.label_width + 2 + bar * (PLOT_BAR_COLS + 1);
}

static void fit_y_rulers(plot_layout *layout, const plot_frame *frame)
{
    for (size_t i = 0; i < layout->panels; i++) {
        plot_panel_layout *p = &layout->panel[i];
        plot_ruler_need need = plot_axis_need(frame, p, PLOT_Y);
        if (p->area.rows < 1) continue;
        p->y_axis = p->right_axis = p->x_axis;
        p->y_numbers = !numbered_elsewhere(p->panel, PLOT_Y);
        plot_ruler_fit(&p->y, &need);
        if (!plot_has_right(p->panel)) p->right_axis = false;
        if (!p->right_axis) continue;
        need = plot_axis_need(frame, p, PLOT_RIGHT);
        plot_ruler_fit(&p->right, &need);
    }
}

/* Puts the area between its gutters; axes for which there is no room go. */
static void set_columns(plot_panel_layout *p, int left, int right)
{
    int margin = plot_margin(&p->outer), cols = p->outer.cols;
    bool bar = plot_bar_image(p->panel) != NULL;
    if (!p->panel->axes) margin = 0;
    if (!p->y_axis || cols < left + right + margin + COLUMNS_FOR_AREA) {
        p->right_axis = false;
        right = 0;
    }
    p->y_axis = p->y_axis && cols >= left + margin + COLUMNS_FOR_AREA;
    if (!p->y_axis) left = margin = 0;
    p->area.col = p->outer.col + left;
    p->area.cols = cols - left - (right > margin ? right : margin);
    if (bar && p->right_axis) p->bar_col = p->area.col + p->area.cols + 1;
}

static void lay_columns(plot_layout *layout, const plot_figure *figure)
{
    int left[PLOT_TRACKS_MAX] = { 0 }, right[PLOT_TRACKS_MAX] = { 0 };
    for (size_t i = 0; i < layout->panels; i++) {
        const plot_panel_layout *p = &layout->panel[i];
        const plot_place *place = &figure->panel[i]->place;
        bool bar = plot_bar_image(p->panel) != NULL;
        if (!p->y_axis) continue;
        left[place->col] = most(left[place->col], p->y_numbers ? p->y.label_width + 2 : 1);
        right[place->col_end] = most(right[place->col_end], right_gutter(p, bar));
    }
    for (size_t i = 0; i < layout->panels; i++) {
        plot_panel_layout *p = &layout->panel[i];
        const plot_place *place = &figure->panel[i]->place;
        if (p->area.rows < 1) continue;
        set_columns(p, left[place->col], right[place->col_end]);
    }
}

/* ---- areas of a given shape ------------------------------------------------------------------ */

/* Cells of a row of n dots, two of which stand in a cell if high. */
static void shape_image(plot_panel_layout *p, const plot_matrix *m)
{
    int cols = p->area.cols, halves = 2 * p->area.rows, n = (int)m->cols, r = (int)m->rows;
    if (p->panel->equal) {
        int times = plot_picture_times(cols, halves, m->cols, m->rows);
        double scale = fmin((double)cols / n, (double)halves / r);
        p->area.cols = times > 0 ? n * times : most((int)(n * scale + 0.5), 1);
        p->area.rows = times > 0 ? (r * times + 1) / 2 : most((int)(r * scale / 2 + 0.5), 1);
        return;
    }
    bool x_free = !plot_axis_is_shared(p->panel, PLOT_X);
    if (x_free && n <= cols && 3 * (cols % n) <= cols) p->area.cols -= cols % n;
    if (plot_axis_is_shared(p->panel, PLOT_Y)) return;
    if (r <= p->area.rows && 3 * (p->area.rows % r) <= p->area.rows)
        p->area.rows -= p->area.rows % r;
    else if (r > p->area.rows && r <= halves && (halves - halves % r) % 2 == 0)
        p->area.rows = (halves - halves % r) / 2;
}

/* Shrinks the area until a unit of x is as long as one of y. */
static void shape_equal(plot_panel_layout *p, plot_range x, plot_range y)
{
    double ratio = 2 * (x.hi - x.lo) / (y.hi - y.lo); /* columns for a row */
    if (!(ratio > 0 && isfinite(ratio))) return;
    if (p->area.rows * ratio <= p->area.cols)
        p->area.cols = most((int)(p->area.rows * ratio + 0.5), 1);
    else
        p->area.rows = most((int)(p->area.cols / ratio + 0.5), 1);
}

static bool is_other(double limit, double edge)
{
    return !isnan(limit) && limit != edge;
}

/* Do the axes show more or less than the image covers? */
static bool shows_other(const plot_panel *panel, const plot_matrix *m)
{
    const plot_range *x = &panel->axis[PLOT_X].limits, *y = &panel->axis[PLOT_Y].limits;
    return is_other(x->lo, m->x[0]) || is_other(x->hi, m->x[1]) || is_other(y->lo, m->y[0]) ||
           is_other(y->hi, m->y[1]);
}

/* Gives areas of images and of equal units their shape, in the middle of their columns; true if that changed
** numbers of rows, and with them the rulers. */
static bool shape_areas(plot_layout *layout, const plot_frame *frame)
{
    bool changed = false;
    for (size_t i = 0; i < layout->panels; i++) {
        plot_panel_layout *p = &layout->panel[i];
        const plot_data *image = NULL;
        plot_rect before = p->area;
        if (p->area.rows < 1 || p->area.cols < 1) continue;
        for (size_t k = 0; k < p->panel->count && image == NULL; k++)
            if (p->panel->data[k].kind == PLOT_IMAGE) image = &p->panel->data[k];
        if (image != NULL && image->matrix.rows * image->matrix.cols > 0 &&
            !shows_other(p->panel, &image->matrix))
            shape_image(p, &image->matrix);
        else if (p->panel->equal)
            shape_equal(p, plot_axis_range(p->panel, PLOT_X), plot_axis_range(p->panel, PLOT_Y));
        int spare = before.cols - p->area.cols, sunk = before.rows - p->area.rows;
        p->area.col += spare / 2;
        if (p->bar_col >= 0) p->bar_col -= spare - spare / 2;
        if (p->x_label_row >= 0) p->x_label_row -= sunk;
        if (sunk == 0) continue;
        changed = true;
        plot_ruler_need need = plot_axis_need(frame, p, PLOT_Y);
        plot_ruler_fit(&p->y, &need);
        if (!p->right_axis) continue;
        need = plot_axis_need(frame, p, PLOT_RIGHT);
        plot_ruler_fit(&p->right, &need);
    }
    return changed;
}

static void fit_x_rulers(plot_layout *layout, const plot_frame *frame)
{
    for (size_t i = 0; i < layout->panels; i++) {
        plot_panel_layout *p = &layout->panel[i];
        if (p->area.rows < 1 || p->area.cols < 1) {
            p->area.rows = p->area.cols = 0;
            continue;
        }
        plot_ruler_need need = plot_axis_need(frame, p, PLOT_X);
        need.room_left = p->area.col - p->outer.col;
        need.room_right = p->outer.col + p->outer.cols - p->area.col - p->area.cols;
        plot_ruler_fit(&p->x, &need);
    }
}

plot_status plot_layout_init(plot_layout *layout, const plot_memory *memory,
                             const plot_figure *figure, const plot_frame *frame)
{
    int legend[PLOT_PANELS_MAX];
    void *list = layout->panel;
    if (!plot_grow(memory, &list, &layout->panel_capacity, 0, figure->count, sizeof *layout->panel))
        return PLOT_NO_MEMORY;
    layout->panel = list;
    layout->panels = figure->count;
    place_panels(layout, figure, frame);
    lay_rows(layout, figure, frame, legend);
    fit_y_rulers(layout, frame);
    lay_columns(layout, figure);
    if (shape_areas(layout, frame)) { /* once more, for the new numbers */
        lay_columns(layout, figure);
        shape_areas(layout, frame);
    }
    fit_x_rulers(layout, frame);
    return plot_legends_place(layout, memory, frame, legend);
}

void plot_layout_free(plot_layout *layout)
{
    free(layout->panel);
    free(layout->entry);
    *layout = (plot_layout){ 0 };
}
