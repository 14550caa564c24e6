/* layout.h: where everything stands on the frame.
**
**                     title                        title_row
**     y label              ⠤⠤ train   ⠤⠤ test      header_row, legend entries (more rows below)
**      1.0 ┤ ┌──────────────────────────────┐
**          │ │ panel                        │
**      0.0 ┤ └──────────────────────────────┘
**          └─┬──────────┬──────────┬─────────      panel.row + panel.rows, the x axis
**            0         10         20               the row below it, its labels
**                    x label                       x_label_row
**
** Rows of -1 are not shown. */
#ifndef PLOT_LAYOUT_H
#define PLOT_LAYOUT_H

#include "plot/figure.h"
#include "plot/ruler.h"

typedef struct {
    int col, row, cols, rows;
} plot_rect;

typedef struct {
    size_t series;
    int col, row;
    int sample, name, note; /* columns of each; 0: not there */
    char note_text[64];     /* "3 NaN, 1 infinite" */
} plot_entry;

typedef struct {
    plot_rect panel;
    bool x_axis, y_axis; /* with their tick labels */
    int title_row, header_row, x_label_row;
    plot_entry *entry;
    size_t entries;
    int unlisted; /* legend entries for which there was no room */
    int unlisted_col, unlisted_row;
    plot_ruler x, y;
} plot_layout;

/* Lays out the figure; released by plot_layout_free.  Fails only for lack of memory. */
plot_status plot_layout_init(plot_layout *layout, const plot_figure *figure,
                             const plot_frame *frame);
void plot_layout_free(plot_layout *layout);

#endif
