/* shared_axis.c: panels above each other may have one x axis, panels beside each other one y axis. */
#include "plot/shared_axis.h"

#include <math.h>

bool plot_shares_axis(const plot_panel *a, const plot_panel *b, plot_axis axis)
{
    if (a == b) return true;
    if (axis == PLOT_RIGHT || !a->figure->share[axis]) return false;
    if (axis == PLOT_X) return a->place.col == b->place.col && a->place.col_end == b->place.col_end;
    return a->place.row == b->place.row && a->place.row_end == b->place.row_end;
}

bool plot_axis_is_shared(const plot_panel *panel, plot_axis axis)
{
    for (size_t i = 0; i < panel->figure->count; i++) {
        const plot_panel *other = panel->figure->panel[i];
        if (other != panel && plot_shares_axis(panel, other, axis)) return true;
    }
    return false;
}

/* Sets what is not set yet. */
static void complete(plot_axis_setting *all, const plot_axis_setting *own)
{
    if (all->scale == PLOT_LINEAR) all->scale = own->scale;
    if (all->unit == PLOT_PLAIN) all->unit = own->unit;
    if (!(all->threshold > 0)) all->threshold = own->threshold;
    if (isnan(all->limits.lo)) all->limits.lo = own->limits.lo;
    if (isnan(all->limits.hi)) all->limits.hi = own->limits.hi;
    all->reversed |= own->reversed;
    if (all->names != NULL) return;
    all->names = own->names;
    all->names_count = own->names_count;
}

plot_axis_setting plot_shared_setting(const plot_panel *panel, plot_axis axis)
{
    const plot_figure *figure = panel->figure;
    plot_axis_setting all = panel->axis[axis];
    if (axis == PLOT_RIGHT || !figure->share[axis]) return all;
    all = (plot_axis_setting){ .label = all.label, .limits = { (double)NAN, (double)NAN } };
    for (size_t i = 0; i < figure->count; i++)
        if (plot_shares_axis(panel, figure->panel[i], axis))
            complete(&all, &figure->panel[i]->axis[axis]);
    return all;
}

const plot_extent *plot_shown_extent(const plot_panel *panel, const plot_data *data)
{
    bool x = plot_is_log(plot_shared_setting(panel, PLOT_X).scale);
    bool y = plot_is_log(plot_shared_setting(panel, data->right ? PLOT_RIGHT : PLOT_Y).scale);
    return &data->extent[x][y];
}
