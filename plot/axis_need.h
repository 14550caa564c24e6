/* axis_need.h: what an axis of a panel must show. */
#ifndef PLOT_AXIS_NEED_H
#define PLOT_AXIS_NEED_H

#include "plot/layout.h"

/* Has the panel a right axis, of its own or of a colour bar? */
bool plot_has_right(const plot_panel *panel);

/* The range to be shown, before it is rounded: the set limits, else what the data cover, together with
** that of the panels that share the axis.  lo > hi: nothing. */
plot_range plot_axis_range(const plot_panel *panel, plot_axis axis);

/* The need for the axis' ruler; for PLOT_X without the room beside the area. */
plot_ruler_need plot_axis_need(const plot_frame *frame, const plot_panel_layout *layout,
                               plot_axis axis);

#endif
