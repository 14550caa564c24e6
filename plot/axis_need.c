/* axis_need.c: the ranges of axes, from their settings and the data. */
#include "plot/axis_need.h"

#include "plot/bar_values.h"

#include <float.h>

static const plot_range nothing = { PLOT_INFINITY, -PLOT_INFINITY };

static void widen(plot_range *range, plot_range more)
{
    range->lo = fmin(range->lo, more.lo);
    range->hi = fmax(range->hi, more.hi);
}

static bool on_axis(const plot_data *data, plot_axis axis)
{
    return axis == PLOT_X || data->right == (axis == PLOT_RIGHT);
}

bool plot_has_right(const plot_panel *panel)
{
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        bool note = data->kind == PLOT_RULE || data->kind == PLOT_SPAN;
        if (data->right || (note && data->axis == PLOT_RIGHT)) return true;
    }
    return plot_bar_image(panel) != NULL;
}

/* What a rule or a span wants to be shown. */
static plot_range noted(const plot_data *data, plot_axis axis, plot_scale scale)
{
    bool wanted = (data->kind == PLOT_RULE || data->kind == PLOT_SPAN) && data->axis == axis;
    plot_range range = { data->at, data->kind == PLOT_SPAN ? data->to : data->at };
    if (!wanted || (plot_is_log(scale) && range.hi <= 0)) return nothing;
    if (plot_is_log(scale) && range.lo <= 0) range.lo = range.hi;
    return range;
}

/* What the panel's data cover along an axis. */
static plot_range cover(const plot_panel *panel, plot_axis axis)
{
    plot_scale scale = panel->axis[axis].scale;
    const plot_data *bar = axis == PLOT_RIGHT ? plot_bar_image(panel) : NULL;
    plot_range range = nothing;
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        plot_axis y = data->right ? PLOT_RIGHT : PLOT_Y;
        const plot_extent *extent = &data->extent[plot_is_log(panel->axis[PLOT_X].scale)]
                                                 [plot_is_log(panel->axis[y].scale)];
        if (extent->count > 0 && on_axis(data, axis))
            widen(&range, axis == PLOT_X ? extent->x : extent->y);
        widen(&range, noted(data, axis, scale));
    }
    return bar != NULL ? (plot_range){ bar->matrix.lo, bar->matrix.hi } : range;
}

/* Do the panels show one axis together? */
static bool shares(const plot_figure *figure, plot_axis axis, const plot_place *a,
                   const plot_place *b)
{
    if (axis == PLOT_RIGHT || !figure->share[axis]) return false;
    if (axis == PLOT_X) return a->col == b->col && a->col_end == b->col_end;
    return a->row == b->row && a->row_end == b->row_end;
}

static plot_range cover_shared(const plot_figure *figure, const plot_panel *panel, plot_axis axis)
{
    plot_range range = cover(panel, axis);
    for (size_t i = 0; i < figure->count; i++)
        if (shares(figure, axis, &panel->place, &figure->panel[i]->place))
            widen(&range, cover(figure->panel[i], axis));
    return range;
}

/* The ends that were set, for this panel or, if the axis is shared, for the first that set them. */
static plot_range set_limits(const plot_figure *figure, const plot_panel *panel, plot_axis axis)
{
    plot_range limits = panel->axis[axis].limits;
    for (size_t i = 0; i < figure->count && isnan(limits.lo) && isnan(limits.hi); i++)
        if (shares(figure, axis, &panel->place, &figure->panel[i]->place))
            limits = figure->panel[i]->axis[axis].limits;
    return limits;
}

plot_range plot_axis_range(const plot_figure *figure, const plot_panel *panel, plot_axis axis)
{
    plot_range limits = set_limits(figure, panel, axis), range = cover_shared(figure, panel, axis);
    if (!isnan(limits.lo)) range.lo = limits.lo;
    if (!isnan(limits.hi)) range.hi = limits.hi;
    return range;
}

/* The ends that were set; contours and images reach the area's edges, and bars stand on them. */
static plot_range limits_of(const plot_figure *figure, const plot_panel *panel, plot_axis axis,
                            plot_range data)
{
    plot_range limits = set_limits(figure, panel, axis);
    bool flush = axis == PLOT_RIGHT && plot_bar_image(panel) != NULL;
    for (size_t i = 0; axis != PLOT_RIGHT && i < panel->count; i++)
        flush |= panel->data[i].kind == PLOT_CONTOUR || panel->data[i].kind == PLOT_IMAGE;
    if (!flush || !(data.lo < data.hi)) return limits;
    if (isnan(limits.lo) && !(data.lo >= limits.hi)) limits.lo = data.lo;
    if (isnan(limits.hi) && !(data.hi <= limits.lo)) limits.hi = data.hi;
    return limits;
}

static bool all_whole(const plot_panel *panel, plot_axis axis)
{
    bool any = false;
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        if (data->kind >= PLOT_RULE || !on_axis(data, axis)) continue;
        if (!(axis == PLOT_X ? data->whole_x : data->whole_y)) return false;
        any = true;
    }
    return any;
}

static bool has_bars(const plot_panel *panel, plot_axis axis)
{
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        if (data->kind == PLOT_RECTS && data->based && data->across == (axis == PLOT_X) &&
            on_axis(data, axis))
            return true;
    }
    return false;
}

/* Leaves room for the numbers beside bars, and, on a logarithmic axis, for the shortest bar. */
static plot_range with_bars(const plot_panel *panel, plot_axis axis, int cells, plot_range data)
{
    bool logarithmic = plot_is_log(panel->axis[axis].scale);
    int room = plot_bar_room(panel, axis);
    if (!(data.lo <= data.hi)) return data;
    if (logarithmic && data.lo / 2 > 0) data.lo /= 2;
    if (room * 2 >= cells) return data;
    if (logarithmic) {
        data.hi = fmin(data.hi * pow(data.hi / data.lo, (double)room / (cells - room)), DBL_MAX);
        return data;
    }
    double more = (data.hi / 2 - data.lo / 2) * room / (cells - room) * 2;
    if (data.lo < 0) data.lo = fmax(data.lo - more, -DBL_MAX);
    if (data.hi > 0) data.hi = fmin(data.hi + more, DBL_MAX);
    return data;
}

plot_ruler_need plot_axis_need(const plot_figure *figure, const plot_frame *frame,
                               const plot_panel_layout *layout, plot_axis axis)
{
    const plot_panel *panel = layout->panel;
    const plot_axis_setting *setting = &panel->axis[axis];
    const plot_data *bar = axis == PLOT_RIGHT ? plot_bar_image(panel) : NULL;
    plot_range data = cover_shared(figure, panel, axis);
    bool edge = bar == NULL && has_bars(panel, axis);
    int cells = axis == PLOT_X ? layout->area.cols : layout->area.rows;
    if (edge) data = with_bars(panel, axis, cells, data);
    bool whole =
        bar == NULL && all_whole(panel, axis) && (axis == PLOT_X || data.hi - data.lo >= 3);
    return (plot_ruler_need){ .axis = axis == PLOT_X ? PLOT_X : PLOT_Y,
                              .scale = bar != NULL ? bar->matrix.scale : setting->scale,
                              .reverse = bar == NULL && setting->reversed,
                              .unit = setting->unit,
                              .threshold = setting->threshold,
                              .names = (const char *const *)setting->names,
                              .names_count = setting->names_count,
                              .name_width = layout->outer.cols / 3,
                              .charset = frame->charset,
                              .align = axis == PLOT_RIGHT && bar == NULL ? &layout->y : NULL,
                              .data = data,
                              .limits = limits_of(figure, panel, axis, data),
                              .whole = whole,
                              .edge = edge,

                              .cells = cells };
}
