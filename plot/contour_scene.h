/* contour_scene.h: contour lines and their levels as items of the scene. */
#ifndef PLOT_CONTOUR_SCENE_H
#define PLOT_CONTOUR_SCENE_H

#include "plot/scene.h"

/* Adds the contours of the panel's series of this index, with a label on the lines of every level where
** there is room; which is a contour. */
void plot_scene_contour(plot_scene *scene, const plot_panel *panel, const plot_panel_layout *layout,
                        size_t index, const plot_frame *frame);

#endif
