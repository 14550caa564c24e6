/* legend.h: which series the legend names, what it says of them, and where. */
#ifndef PLOT_LEGEND_H
#define PLOT_LEGEND_H

#include "plot/layout.h"

/* Frames of fewer rows have no legend. */
#define PLOT_ROWS_FOR_LEGEND 9

/* Rows that the whole legend wants on this frame; 0 for none. */
int plot_legend_rows(const plot_panel *panel, const plot_frame *frame);

/* Places the entries in so many rows from layout->header_row on, right-aligned, beside the y label;
** those for which there is no room are counted as unlisted. */
plot_status plot_legend_place(plot_layout *layout, const plot_figure *figure,
                              const plot_frame *frame, int rows);

/* Writes what stands for so many unlisted entries; returns its columns, as snprintf. */
int plot_unlisted_text(int count, char *text, size_t size);

#endif
