/* figure.h: what a figure retains.  Inside plot/ only.
**
**     figure ─ title
**        └─ panel ─ two axes (label, scale, limits)
**              └─ data, data, …      one for each series: the copied points and their statistics
**
** Statistics are taken once, when a series is added, for every combination of scales, so that the
** axes can be changed without another pass over the points. */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include "plot/glyphs.h"
#include "plot/plot.h"
#include "plot/plot_memory.h"
#include "plot/tick_label.h"

typedef struct {
    double lo, hi;
} plot_range;

/* The points that can be shown; x and y are meaningless when count is 0. */
typedef struct {
    size_t count;
    plot_range x, y;
} plot_extent;

/* A level of a contour plot: the points of its lines among the data's, each line ended by a gap. */
typedef struct {
    double value;
    size_t first, count;
    char label[PLOT_LABEL_SIZE];
} plot_level;

typedef struct {
    plot_kind kind;
    size_t n;
    double *x; /* NULL: 1 … n */
    double *y;
    double *smooth;           /* NULL, or the moving average of y */
    double weight;            /* the one smooth was made with */
    char *label;              /* NULL: none */
    int color;                /* palette entry from 0 */
    plot_glyph marker;        /* code 0: none asked for */
    bool sorted;              /* finite x never decrease */
    bool whole_x, whole_y;    /* all finite values are integers */
    size_t nan, infinite;     /* points lost to either; a point is counted once, NaN first */
    plot_extent extent[2][2]; /* by plot_scale of x, of y */
    plot_level *level;        /* contours: rising; their lines are the points */
    size_t levels;
} plot_data;

typedef struct {
    char *label;
    plot_scale scale;
    plot_range limits; /* NaN: left to the data */
} plot_axis_setting;

struct plot_panel {
    plot_figure *figure;
    plot_axis_setting axis[2];
    bool legend;
    plot_data *data;
    size_t count, capacity;
};

struct plot_figure {
    plot_memory memory;
    char *title;
    plot_panel panel;
    char error[120];
};

/* Fills data from a checked series.  On PLOT_NO_MEMORY data holds nothing. */
plot_status plot_data_init(plot_data *data, const plot_memory *memory, const plot_series *series);
void plot_data_free(plot_data *data);

/* Counts a point with finite places among those that can be shown. */
void plot_data_include(plot_data *data, double x, double y);

static inline double plot_data_x(const plot_data *data, size_t i)
{
    return data->x != NULL ? data->x[i] : (double)i + 1;
}

/* Writes to out, which may be y, the debiased exponential moving average of the finite values of y
** (weight w of the past, as TensorBoard's); what is not finite passes through and moves nothing. */
void plot_smooth(double *out, const double *y, size_t n, double w);

#endif
