/* layout.h: where everything stands on the frame.
**
**                     title                        title_row of the figure
**                  panel's title                   title_row of the panel
**     y label              ⠤⠤ train   ⠤⠤ test      header_row, legend entries (more rows below)
**      1.0 ┤ ┌──────────────────────┐ ├ 0.1
**          │ │ area                 │ │           axes and numbers left and right
**      0.0 ┤ └──────────────────────┘ ├ 0.0
**          └─┬──────────┬──────────┬──┘           area.row + area.rows, the x axis
**            0         10         20              the row below it, its labels
**                    x label                      x_label_row
**
** Panels that begin in one row of places begin their areas in one row of cells, and so on for the other
** three sides.  Rows of -1 are not shown. */
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
    const plot_panel *panel;
    plot_rect outer, area; /* an area of no rows or columns: the panel is not shown */
    bool x_axis, y_axis, right_axis;
    bool x_numbers, y_numbers; /* not where a panel with the same axis has them */
    int title_row, header_row, x_label_row;
    int bar_col;       /* the first of the PLOT_BAR_COLS columns of a colour bar; -1: none */
    plot_entry *entry; /* some of the layout's */
    size_t entries;
    int unlisted; /* legend entries for which there was no room */
    int unlisted_col, unlisted_row;
    plot_ruler x, y, right; /* right: of the right axis or the colour bar */
} plot_panel_layout;

#define PLOT_BAR_COLS 2

typedef struct {
    int title_row;
    plot_panel_layout *panel; /* one for each of the figure's */
    size_t panels, panel_capacity;
    plot_entry *entry;
    size_t entry_capacity;
} plot_layout;

/* The image whose colours the panel's bar explains, or NULL: there is none, or the right axis, which the bar
** has for its numbers, is taken. */
const plot_data *plot_bar_image(const plot_panel *panel);

/* Lays out the figure in the memory the layout has; at first it is all zero, and in the end released by
** plot_layout_free.  Fails only for lack of memory. */
plot_status plot_layout_init(plot_layout *layout, const plot_memory *memory,
                             const plot_figure *figure, const plot_frame *frame);
void plot_layout_free(plot_layout *layout);

/* figure_rows.c: is there a free row between the rows of panels, which have nothing that parts them? */
bool plot_has_row_gaps(const plot_figure *figure);

/* The whole number of dots, two of which stand in a cell above each other, that each element of a picture has
** across and down; 0: less than one. */
int plot_picture_times(int cols, int halves, size_t elements_across, size_t elements_down);

/* Columns that a panel of this width leaves free on its right. */
static inline int plot_margin(const plot_rect *outer)
{
    return outer->cols >= 40 ? 2 : 0;
}

#endif
