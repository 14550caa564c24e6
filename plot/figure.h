/* figure.h: what a figure retains.  Inside plot/ only.
**
**     figure ─ title, rows × cols of places
**        └─ panel, panel, … ─ the places it takes; three axes (label, scale, limits)
**              └─ data, data, …      one for each thing that was added: the copied numbers and their
**                                    statistics
**
** Statistics are taken once, when numbers are added, for every combination of scales, so that the axes
** can be changed without another pass over the points. */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include "plot/column.h"
#include "plot/digest.h"
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
    size_t rows, cols;
    size_t capacity;    /* elements that the memory has room for */
    double *z;          /* NULL: rgb */
    unsigned char *rgb; /* 3 bytes an element */
    double x[2], y[2];  /* the outer edges */
    plot_colormap map;
    plot_scale scale;
    double lo, hi; /* of the map: lo < hi, or both are NaN when there is no finite number */
    bool peak, bar, classes;
    char (*text)[PLOT_ELEMENT_TEXT]; /* NULL: none */
} plot_matrix;

/* Of data that was abridged when it was written, what all of it was. */
typedef struct {
    size_t n;
    plot_digest x, y, x2,
        y2; /* of those that it has; an image's z is y, of its rgb there is the hash alone */
} plot_whole;

typedef struct {
    plot_kind kind;
    size_t n, capacity;   /* points; those that x2 and y2 have room for */
    plot_column x, y;     /* x: empty for 1 … n */
    double *x2, *y2;      /* NULL where the kind has none */
    plot_column smooth;   /* empty, or the moving average of y */
    double weight;        /* the one smooth was made with */
    double average, past; /* where the moving average stands: plot_smooth */
    char *label;          /* NULL: none.  Of notes: the text */
    int color;            /* palette entry from 0; PLOT_COLORS: the axes' */
    plot_glyph marker;    /* code 0: none asked for */
    bool bare, right, faint, dashed, tinted, across;    /* as of plot_series */
    bool based, valued, inside, solid, capped, snapped; /* the same */
    bool mapped;                                        /* the same */
    plot_colormap map;
    double place;
    bool sorted, finite_x;    /* finite x never decrease; all are finite */
    double last_x;            /* the last finite one */
    bool whole_x, whole_y;    /* all finite values are integers */
    size_t nan, infinite;     /* points lost to either; a point is counted once, NaN first */
    plot_extent extent[2][2]; /* by plot_is_log of the scales of x, of y */
    plot_level *level;        /* contours: rising; their lines are the points */
    size_t levels;
    plot_matrix matrix; /* images */
    plot_whole *
        whole; /* NULL: all of it is here; else nan, infinite, whole_x, whole_y, extent are those of all */
    plot_axis axis; /* rules and spans */
    double at, to;
    int align;
} plot_data;

typedef struct {
    char *label;
    plot_scale scale;
    plot_range limits; /* NaN: left to the data */
    bool reversed;
    plot_unit unit;
    double threshold; /* symlog; 0: the usual */
    char **names;     /* categories; one block with the texts behind */
    size_t names_count;
} plot_axis_setting;

/* Rows and columns of the figure's places, the last ones included. */
typedef struct {
    int row, col, row_end, col_end;
} plot_place;

struct plot_panel {
    plot_figure *figure;
    plot_place place;
    char *title;
    int title_color; /* palette entry from 1; 0: that of text */
    plot_axis_setting axis[PLOT_AXES];
    bool legend, axes, equal;
    plot_data *data;
    size_t count, capacity;
};

struct plot_figure {
    plot_memory memory;
    char *title;
    plot_panel **panel; /* each by itself: they keep their places in memory */
    size_t count, capacity;
    int rows, cols;
    double height[PLOT_TRACKS_MAX], width[PLOT_TRACKS_MAX]; /* weights; 0: 1 */
    bool share[2];                                          /* by PLOT_X, PLOT_Y */
    char error[120];
};

/* How many points it stands for. */
static inline size_t plot_data_count(const plot_data *data)
{
    return data->whole != NULL ? data->whole->n : data->n;
}

/* For the files that build: room for one more thing in the panel, empty, or NULL. */
plot_data *plot_panel_next(plot_panel *panel);

/* For the files that build: sets the figure's message and returns status. */
__attribute__((format(__printf__, 3, 4))) plot_status
plot_fail(plot_figure *figure, plot_status status, const char *format, ...);

/* Is it an image that is only there for its colour bar? */
static inline bool plot_is_bar_alone(const plot_data *data)
{
    return data->kind == PLOT_IMAGE && data->matrix.rows * data->matrix.cols == 0;
}

/* Which of the two extents of an axis counts under this scale. */
static inline bool plot_is_log(plot_scale scale)
{
    return scale == PLOT_LOG10;
}

/* Fills data, which is new or holds the same kind, from a checked series.  On PLOT_NO_MEMORY new data holds
** nothing, and old data is as it was. */
plot_status plot_data_init(plot_data *data, const plot_memory *memory, const plot_series *series);
/* The same for a matrix, for a note. */
plot_status plot_image_init(plot_data *data, const plot_memory *memory, const plot_image *image);
plot_status plot_note_init(plot_data *data, const plot_memory *memory, const plot_note *note);
void plot_data_free(plot_data *data);
void plot_whole_free(plot_data *data);

/* Adds points, all or none. */
plot_status plot_data_append(plot_data *data, const plot_memory *memory, const double *x,
                             const double *y, const double *y2, size_t n);

/* Counts the elements from first on. */
void plot_data_statistics(plot_data *data, size_t first);

/* plot_figure_read, from this memory. */
plot_status plot_figure_read_in(plot_memory memory, const char *bytes, size_t size,
                                plot_figure **figure, plot_wish *wish, char *error, size_t room);

/* Makes *slot a copy of the text, NULL for none; false, with nothing changed, when memory is out. */
bool plot_set_text(const plot_memory *memory, char **slot, const char *text);

/* Counts a point with finite places among those that can be shown. */
void plot_data_include(plot_data *data, double x, double y);

static inline double plot_data_x(const plot_data *data, size_t i)
{
    return plot_column_at(&data->x, i);
}

/* Writes to out, which may be y, the debiased exponential moving average of the finite values of y
** (weight w of the past, as TensorBoard's); what is not finite passes through and moves nothing.
** *average and *past say where it stands, 0 and 1 at first. */
void plot_smooth(double *out, const double *y, size_t n, double w, double *average, double *past);

#endif
