/* layout.c: rows first, then the y ruler (which says how wide its labels are), then columns, then the x
** ruler.  The legend's places come last, since they hang on the panel's right edge. */
#include "plot/layout.h"

#include "plot/legend.h"

#include <stdlib.h>

/* Frames of fewer rows than these do without. */
enum { ROWS_FOR_AXIS = 4, ROWS_FOR_TITLE = 6, ROWS_FOR_LABELS = 8 };
/* The panel keeps this many columns, or the y axis goes. */
enum { COLUMNS_FOR_PANEL = 8 };

/* What the panel's series cover under its scales. */
static void cover(const plot_panel *panel, plot_range *x, plot_range *y)
{
    plot_scale x_scale = panel->axis[PLOT_X].scale, y_scale = panel->axis[PLOT_Y].scale;
    *x = *y = (plot_range){ PLOT_INFINITY, -PLOT_INFINITY };
    for (size_t i = 0; i < panel->count; i++) {
        const plot_extent *extent = &panel->data[i].extent[x_scale][y_scale];
        if (extent->count == 0) continue;
        x->lo = fmin(x->lo, extent->x.lo);
        x->hi = fmax(x->hi, extent->x.hi);
        y->lo = fmin(y->lo, extent->y.lo);
        y->hi = fmax(y->hi, extent->y.hi);
    }
}

static bool all_whole(const plot_panel *panel, plot_axis axis)
{
    for (size_t i = 0; i < panel->count; i++)
        if (!(axis == PLOT_X ? panel->data[i].whole_x : panel->data[i].whole_y)) return false;
    return panel->count > 0;
}

/* The ends that were set; where contours cover the panel they reach its edges. */
static plot_range limits_of(const plot_panel *panel, plot_axis axis, plot_range data)
{
    plot_range limits = panel->axis[axis].limits;
    bool covered = false;
    for (size_t i = 0; i < panel->count; i++) covered |= panel->data[i].kind == PLOT_CONTOUR;
    if (!covered || !(data.lo < data.hi)) return limits;
    if (isnan(limits.lo) && !(data.lo >= limits.hi)) limits.lo = data.lo;
    if (isnan(limits.hi) && !(data.hi <= limits.lo)) limits.hi = data.hi;
    return limits;
}

static plot_ruler_need need_of(const plot_panel *panel, plot_axis axis, plot_range data, int cells)
{
    const plot_axis_setting *setting = &panel->axis[axis];
    bool whole = all_whole(panel, axis) && (axis == PLOT_X || data.hi - data.lo >= 3);
    return (plot_ruler_need){ .axis = axis,
                              .scale = setting->scale,
                              .data = data,
                              .limits = limits_of(panel, axis, data),
                              .whole = whole,
                              .cells = cells };
}

static int header_rows(const plot_panel *panel, const plot_frame *frame)
{
    const char *label = panel->axis[PLOT_Y].label;
    int legend = frame->rows >= PLOT_ROWS_FOR_LEGEND ? plot_legend_rows(panel, frame) : 0;
    int rows = legend < frame->rows / 6 ? legend : frame->rows / 6;
    return rows > 0 ? rows : label != NULL && frame->rows >= ROWS_FOR_LABELS;
}

static void lay_rows(plot_layout *layout, const plot_figure *figure, const plot_frame *frame,
                     int *header)
{
    const plot_panel *panel = &figure->panel;
    bool x_label = panel->axis[PLOT_X].label != NULL && frame->rows >= ROWS_FOR_LABELS;
    int top = 0;
    layout->title_row = layout->header_row = layout->x_label_row = -1;
    if (figure->title != NULL && frame->rows >= ROWS_FOR_TITLE) layout->title_row = top++;
    *header = header_rows(panel, frame);
    if (*header > 0) layout->header_row = top;
    top += *header;
    layout->x_axis = frame->rows >= ROWS_FOR_AXIS;
    int bottom = frame->rows - x_label - 2 * layout->x_axis;
    if (x_label) layout->x_label_row = frame->rows - 1;
    layout->panel.row = top;
    layout->panel.rows = bottom - top;
}

static void lay_columns(plot_layout *layout, const plot_frame *frame)
{
    int gutter = layout->y.label_width + 2, margin = frame->cols >= 40 ? 2 : 0;
    layout->y_axis = layout->x_axis && frame->cols >= gutter + margin + COLUMNS_FOR_PANEL;
    if (!layout->y_axis) gutter = margin = 0;
    layout->panel.col = gutter;
    layout->panel.cols = frame->cols - gutter - margin;
}

plot_status plot_layout_init(plot_layout *layout, const plot_figure *figure,
                             const plot_frame *frame)
{
    const plot_panel *panel = &figure->panel;
    plot_range x, y;
    int header;
    *layout = (plot_layout){ .entry = NULL };
    cover(panel, &x, &y);
    lay_rows(layout, figure, frame, &header);
    plot_ruler_need need = need_of(panel, PLOT_Y, y, layout->panel.rows);
    plot_ruler_fit(&layout->y, &need);
    lay_columns(layout, frame);
    need = need_of(panel, PLOT_X, x, layout->panel.cols);
    need.room_left = layout->panel.col;
    need.room_right = frame->cols - layout->panel.col - layout->panel.cols;
    plot_ruler_fit(&layout->x, &need);
    return plot_legend_place(layout, figure, frame, header);
}

void plot_layout_free(plot_layout *layout)
{
    free(layout->entry);
    layout->entry = NULL;
}
