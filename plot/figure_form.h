/* figure_form.h: what the files that describe a figure as text share. */
#ifndef PLOT_FIGURE_FORM_H
#define PLOT_FIGURE_FORM_H

#include "plot/coder.h"
#include "plot/layout.h"

#define PLOT_FORM_COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

extern const char *const plot_form_scales[PLOT_CATEGORY + 1];

/* The coder fails with the figure's message unless status is good. */
static inline void plot_form_check(plot_coder *c, const plot_figure *figure, plot_status status)
{
    if (status != PLOT_OK) plot_code_fail(c, status, "%s", figure->error);
}

/* Writes the data, abridged for so many columns of dots if it is large and has a place on the layout, which may be NULL. */
void plot_form_write(plot_coder *c, const plot_data *data, const plot_panel_layout *layout,
                     int columns);
/* Adds what comes next to the panel. */
void plot_form_read(plot_coder *c, plot_panel *panel);

#endif
