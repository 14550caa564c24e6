/* shared_axis.h: which panels show one axis together, and what is set about it. */
#ifndef PLOT_SHARED_AXIS_H
#define PLOT_SHARED_AXIS_H

#include "plot/figure.h"

/* Do two panels of a figure show this axis together?  A panel does with itself. */
bool plot_shares_axis(const plot_panel *a, const plot_panel *b, plot_axis axis);

/* Is there another panel that shows the axis? */
bool plot_axis_is_shared(const plot_panel *panel, plot_axis axis);

/* What is set about the axis: of each setting, what the first of the panels that show it together has.  The
** label is the panel's own. */
plot_axis_setting plot_shared_setting(const plot_panel *panel, plot_axis axis);

/* The points of the panel's data that its scales can show. */
const plot_extent *plot_shown_extent(const plot_panel *panel, const plot_data *data);

#endif
