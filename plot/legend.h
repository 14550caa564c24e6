/* legend.h: which series the legend names, what it says of them, and where. */
#ifndef PLOT_LEGEND_H
#define PLOT_LEGEND_H

#include "plot/layout.h"

/* Panels of fewer rows have no legend. */
#define PLOT_ROWS_FOR_LEGEND 9

/* Rows that the whole legend wants on a panel of this place; 0 for none. */
int plot_legend_rows(const plot_panel *panel, const plot_rect *outer, const plot_frame *frame);

/* Places the entries of every panel in so many rows from its header_row on, right-aligned, beside the y
** label; those for which there is no room are counted as unlisted. */
plot_status plot_legends_place(plot_layout *layout, const plot_memory *memory,
                               const plot_frame *frame, const int rows[]);

/* Writes what stands for so many unlisted entries; returns its columns, as snprintf. */
int plot_unlisted_text(int count, char *text, size_t size);

#endif
