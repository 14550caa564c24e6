/* ruler.h: the range an axis shows and the numbers along it.
**
**     cells    0   1   2   3   4   5   6   7      counted from the low end of the axis
**     ticks    0.0         0.5         1.0        at = place in [0, 1], cell = the cell it falls in
**
** Automatic ends are widened so that a step between ticks is a whole number of cells and every tick
** falls on the same dot of its cell: numbers stand exactly where they are read. */
#ifndef PLOT_RULER_H
#define PLOT_RULER_H

#include "plot/figure.h"
#include "plot/scale.h"
#include "plot/tick_label.h"

#define PLOT_TICKS_MAX 64

typedef struct {
    double value; /* what the label says, exactly rounded */
    double at;
    int cell;
    int start; /* x axis: where its label starts, in columns from the panel's left edge */
    int width;
    char label[PLOT_LABEL_SIZE];
} plot_tick;

typedef struct {
    plot_map map;
    int count; /* may be 0, when no number fits */
    int label_width;
    plot_tick tick[PLOT_TICKS_MAX]; /* ascending */
} plot_ruler;

typedef struct {
    plot_axis axis;
    plot_scale scale;
    plot_range data;   /* lo > hi: there is none */
    plot_range limits; /* NaN: from the data */
    bool whole;        /* the data are integers: no tick between them */
    int cells;
    int room_left, room_right; /* x axis: columns beside the panel that labels may reach into */
} plot_ruler_need;

/* Chooses the best ruler; never fails. */
void plot_ruler_fit(plot_ruler *ruler, const plot_ruler_need *need);

#endif
