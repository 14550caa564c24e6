/* theme.h: what colour an ink is, on which background and in which colour tier.  The only place where
** colours are chosen. */
#ifndef PLOT_THEME_H
#define PLOT_THEME_H

#include "plot/grid.h"

/* The ink's colour, as RGB; ink of text and titles has the theme's text colour. */
plot_rgb plot_theme_rgb(plot_ink ink, plot_background background);

/* The colour, or one like it that is light or dark enough to be seen as a dot on the background. */
plot_rgb plot_theme_visible(plot_rgb color, plot_background background);

/* The background that the theme is made for. */
plot_rgb plot_theme_ground(plot_background background);

/* The cell as it is shown on this frame. */
plot_shown plot_theme_cell(const plot_cell *cell, const plot_frame *frame);

#endif
