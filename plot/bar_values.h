/* bar_values.h: the numbers beside bars. */
#ifndef PLOT_BAR_VALUES_H
#define PLOT_BAR_VALUES_H

#include "plot/scene.h"

/* Cells that an axis must have beyond the ends of the bars on it for their numbers. */
int plot_bar_room(const plot_panel *panel, plot_axis axis);

/* Adds the numbers of the bars of this index, if all of them have room; view is theirs, in cells. */
void plot_scene_bar_values(plot_scene *scene, const plot_panel *panel, size_t index,
                           const plot_view *view);

#endif
