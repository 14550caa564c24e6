/* reduce.h: from all points of a series to those that can be seen.
**
** What is left out never changes a dot of the drawing: a line keeps the first, lowest, highest and last
** point of every column of dots (M4: Jugel and others, "M4: A Visualization-Oriented Time Series Data
** Aggregation", 2014), a cloud one point for every dot. */
#ifndef PLOT_REDUCE_H
#define PLOT_REDUCE_H

#include "plot/figure.h"
#include "plot/scale.h"

/* A place on the panel: x from 0 at its left edge to 1, y from 0 at its top to 1.  x is NaN for a gap
** between two runs of joined points. */
typedef struct {
    double x, y;
} plot_point;

typedef struct {
    plot_point *point;
    size_t count, capacity;
    const plot_memory *memory;
    bool failed;  /* memory was out: the points are not complete */
    bool ordered; /* of lines: which points they are is kept, too, in order */
    size_t *order;
    size_t order_capacity;
    unsigned char *seen; /* the dots that a cloud has covered */
    size_t seen_capacity;
} plot_points;

void plot_points_add(plot_points *points, plot_point point);
void plot_points_free(plot_points *points);

/* The points to place, and the dots they will be drawn on. */
typedef struct {
    const plot_data *data;
    const plot_column *y; /* data->y or data->smooth */
    plot_map x_map, y_map;
    int columns, rows;
} plot_view;

/* The place of point i; x is NaN if it cannot be shown. */
plot_point plot_view_at(const plot_view *view, size_t i);

void plot_reduce_line(plot_points *out, const plot_view *view);

/* For every run of lost values the last point before it that is shown (the first after it when it comes first).  A
** line that is mostly gaps gets none: their marks would hide it. */
void plot_reduce_breaks(plot_points *out, const plot_view *view);

void plot_reduce_cloud(plot_points *out, const plot_view *view);

/* Bands and rectangles: pairs of points (scene.h); of a band that has many, the first, the last and the
** reach of each column.  Segments: pairs with a gap between.  Rectangles that reach below what a logarithmic axis
** shows end far below it. */
void plot_reduce_band(plot_points *out, const plot_view *view);
void plot_reduce_rects(plot_points *out, const plot_view *view);
void plot_reduce_segments(plot_points *out, const plot_view *view);

#endif
