/* axis_need.c: the ranges of axes, from their settings and the data. */
#include "plot/axis_need.h"

#include "plot/bar_values.h"
#include "plot/shared_axis.h"

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
    plot_scale scale = plot_shared_setting(panel, axis).scale;
    const plot_data *bar = axis == PLOT_RIGHT ? plot_bar_image(panel) : NULL;
    plot_range range = nothing;
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        const plot_extent *extent = plot_shown_extent(panel, data);
        if (extent->count > 0 && on_axis(data, axis))
            widen(&range, axis == PLOT_X ? extent->x : extent->y);
        widen(&range, noted(data, axis, scale));
    }
    return bar != NULL ? (plot_range){ bar->matrix.lo, bar->matrix.hi } : range;
}

/* What all panels cover that show the axis. */
static plot_range cover_shared(const plot_panel *panel, plot_axis axis)
{
    const plot_figure *figure = panel->figure;
    plot_range range = nothing;
    for (size_t i = 0; i < figure->count; i++)
        if (plot_shares_axis(panel, figure->panel[i], axis))
            widen(&range, cover(figure->panel[i], axis));
    return range;
}

plot_range plot_axis_range(const plot_panel *panel, plot_axis axis)
{
    plot_range limits = plot_shared_setting(panel, axis).limits, range = cover_shared(panel, axis);
    if (!isnan(limits.lo)) range.lo = limits.lo;
    if (!isnan(limits.hi)) range.hi = limits.hi;
    return range;
}

/* Do the panel's data reach the ends of the axis?  Contours, images and units of one length do. */
static bool is_flush(const plot_panel *panel, plot_axis axis)
{
    if (axis == PLOT_RIGHT) return plot_bar_image(panel) != NULL;
    for (size_t i = 0; i < panel->count; i++)
        if (panel->data[i].kind == PLOT_CONTOUR ||
            (panel->data[i].kind == PLOT_IMAGE && !plot_is_bar_alone(&panel->data[i])))
            return true;
    return panel->equal;
}

/* The ends that were set, or where the axis must end. */
static plot_range limits_of(plot_range limits, bool flush, plot_range data)
{
    if (!flush || !(data.lo < data.hi)) return limits;
    if (isnan(limits.lo) && !(data.lo >= limits.hi)) limits.lo = data.lo;
    if (isnan(limits.hi) && !(data.hi <= limits.lo)) limits.hi = data.hi;
    return limits;
}

/* Has the panel anything on the axis that is not an integer? */
static bool has_parts(const plot_panel *panel, plot_axis axis)
{
    for (size_t i = 0; i < panel->count; i++) {
        const plot_data *data = &panel->data[i];
        bool whole = axis == PLOT_X ? data->whole_x : data->whole_y;
        if (data->kind < PLOT_RULE && on_axis(data, axis) && !whole) return true;
    }
    return false;
}

static bool has_any(const plot_panel *panel, plot_axis axis)
{
    for (size_t i = 0; i < panel->count; i++)
        if (panel->data[i].kind < PLOT_RULE && on_axis(&panel->data[i], axis)) return true;
    return false;
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

/* Leaves room cells for the numbers beside bars, and, on a logarithmic axis, for the shortest bar. */
static plot_range with_bars(bool logarithmic, int room, int cells, plot_range data)
{
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

/* What the data of all panels that show the axis ask of it. */
typedef struct {
    bool any, parts, bars, flush;
    int room; /* for the numbers beside bars */
} demand;

static demand demand_of(const plot_panel *panel, plot_axis axis)
{
    const plot_figure *figure = panel->figure;
    demand all = { .any = false };
    for (size_t i = 0; i < figure->count; i++) {
        const plot_panel *p = figure->panel[i];
        if (!plot_shares_axis(panel, p, axis)) continue;
        int room = plot_bar_room(p, axis);
        all.any |= has_any(p, axis);
        all.parts |= has_parts(p, axis);
        all.bars |= has_bars(p, axis);
        all.flush |= is_flush(p, axis);
        if (room > all.room) all.room = room;
    }
    return all;
}

plot_ruler_need plot_axis_need(const plot_frame *frame, const plot_panel_layout *layout,
                               plot_axis axis)
{
    const plot_panel *panel = layout->panel;
    const plot_axis_setting setting = plot_shared_setting(panel, axis);
    const plot_data *bar = axis == PLOT_RIGHT ? plot_bar_image(panel) : NULL;
    const demand asked = demand_of(panel, axis);
    plot_range data = cover_shared(panel, axis);
    bool edge = bar == NULL && asked.bars;
    int cells = axis == PLOT_X ? layout->area.cols : layout->area.rows;
    if (edge) data = with_bars(plot_is_log(setting.scale), asked.room, cells, data);
    bool whole =
        bar == NULL && asked.any && !asked.parts && (axis == PLOT_X || data.hi - data.lo >= 3);
    return (plot_ruler_need){ .axis = axis == PLOT_X ? PLOT_X : PLOT_Y,
                              .scale = bar != NULL ? bar->matrix.scale : setting.scale,
                              .reverse = bar == NULL && setting.reversed,
                              .unit = setting.unit,
                              .threshold = setting.threshold,
                              .names = (const char *const *)setting.names,
                              .names_count = setting.names_count,
                              .name_width = layout->outer.cols / 3,
                              .charset = frame->charset,
                              .align = axis == PLOT_RIGHT && bar == NULL ? &layout->y : NULL,
                              .data = data,
                              .limits = limits_of(setting.limits, asked.flush, data),
                              .whole = whole,
                              .edge = edge,
                              .cells = cells };
}
