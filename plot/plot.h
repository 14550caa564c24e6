/* plot.h: figures of numbers, drawn as text.
**
** A figure is plain retained data: panels, and series of numbers in each panel.  Nothing is drawn
** until it is rendered, and rendering is a pure function of the figure and a frame (size, character
** set, colours): no globals, no locale, no clock, so the same two give the same bytes everywhere.
**
**     plot_figure *f = plot_figure_new();
**     plot_panel *p = plot_figure_panel(f, 0);
**     plot_panel_add(p, &(plot_series){ .kind = PLOT_LINE, .y = loss, .n = n, .label = "train" });
**     plot_text out;
**     plot_render(f, &(plot_frame){ .cols = 80, .rows = 24 }, &out);
**     fputs(out.bytes, stdout);
**     plot_text_free(&out);
**     plot_figure_free(f);
**
** Ownership: the figure copies everything it is given; its panels live as long as it does.
** Strings are UTF-8 and may hold anything: bytes that are no UTF-8 and control characters are shown
** as symbols and never reach the terminal. */
#ifndef PLOT_PLOT_H
#define PLOT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#define PLOT_MUST_CHECK __attribute__((warn_unused_result))

typedef enum {
    PLOT_OK,
    PLOT_NO_MEMORY, /* nothing was changed; the figure is as it was before the call */
    PLOT_INVALID    /* an argument makes no sense; the message says which */
} plot_status;

typedef enum { PLOT_LINE, PLOT_SCATTER, PLOT_CONTOUR } plot_kind;
typedef enum { PLOT_X, PLOT_Y } plot_axis;
typedef enum { PLOT_LINEAR, PLOT_LOG10 } plot_scale;

typedef enum { PLOT_UTF8, PLOT_ASCII } plot_charset;
typedef enum { PLOT_NO_COLOR, PLOT_COLOR_16, PLOT_COLOR_256, PLOT_COLOR_RGB } plot_color;
typedef enum { PLOT_DARK, PLOT_LIGHT } plot_background;

typedef struct plot_figure plot_figure;
typedef struct plot_panel plot_panel;

/* One series of n points, a PLOT_LINE or PLOT_SCATTER, copied by plot_panel_add.  A point whose x or y is NaN or infinite, or not
** positive on a logarithmic axis, is a gap: it never joins or moves anything, and the legend counts
** it.  All members but y and n may be left zero. */
typedef struct {
    plot_kind kind;
    const double *x; /* n values; NULL: 1, 2, … n */
    const double *y; /* n values; may be NULL when n is 0 */
    size_t n;
    const char *label;  /* what the legend calls it; NULL: not in the legend */
    int color;          /* 1 … PLOT_COLORS from the palette; 0: the next one of the panel */
    const char *marker; /* a character drawn at every point, "." the smallest dot there is;
                        ** NULL: none on lines, chosen by the number of points on scatters */
    double smooth;      /* lines: weight of the past in [0, 1) of a debiased exponential moving
                        ** average; the raw line stays behind it, dimmed.  0: none */
    bool bare;          /* smooth lines: without the raw line; the axes fit the average alone */
} plot_series;

#define PLOT_COLORS 8

#define PLOT_LEVELS_MAX 100

/* Numbers on a grid, drawn as lines along which they are equal.  Cells with a corner that is NaN or
** infinite are left out, and the legend counts those values.  All members but z, rows and cols may be
** left zero. */
typedef struct {
    const double *z;     /* rows × cols, row by row: z[i * cols + j] stands at x[j], y[i] */
    const double *x, *y; /* cols and rows finite values; NULL: 1, 2, … */
    size_t rows, cols;   /* with less than 2 of either there are no lines */
    const double *level; /* the values that get a line, finite; NULL: chosen, round ones, at equal
                         ** factors where the numbers span decades */
    size_t levels;       /* as many; without level about as many are chosen, 0: the usual number */
    const char *label;   /* what the legend calls it; NULL: not in the legend */
} plot_grid;

/* Where a figure is drawn: exactly rows lines, each exactly cols columns wide. */
typedef struct {
    int cols, rows; /* both 1 … PLOT_FRAME_MAX */
    plot_charset charset;
    plot_color color;
    plot_background background;
} plot_frame;

#define PLOT_FRAME_MAX 4096

/* What plot_render gives: rows lines, each ended by '\n', and a final 0 that length does not count.
** After a failure bytes is NULL and error says why. */
typedef struct {
    char *bytes;
    size_t length;
    char error[120];
} plot_text;

/* An empty figure with one panel, or NULL when memory is out.  Give it back to plot_figure_free,
** which also takes NULL. */
plot_figure *plot_figure_new(void);
void plot_figure_free(plot_figure *figure);

/* The message of the last call on this figure or its panels that failed; "" if none did. */
const char *plot_figure_error(const plot_figure *figure);

/* The title above all panels.  NULL or "" takes it away. */
plot_status plot_figure_title(plot_figure *figure, const char *text) PLOT_MUST_CHECK;

/* The panel of this index, counted from 0; NULL when the figure has fewer.  Owned by the figure. */
plot_panel *plot_figure_panel(plot_figure *figure, size_t index);

/* What an axis shows.  NULL or "" takes the label away. */
plot_status plot_panel_label(plot_panel *panel, plot_axis axis, const char *text) PLOT_MUST_CHECK;

/* Linear unless set.  Data is kept as given: the scale can be changed at any time. */
plot_status plot_panel_scale(plot_panel *panel, plot_axis axis, plot_scale scale) PLOT_MUST_CHECK;

/* Fixes the ends of an axis; NaN leaves that end to the data.  Fails if lo >= hi, or if an end is
** infinite.  On a logarithmic axis an end that is not positive is left to the data. */
plot_status plot_panel_limits(plot_panel *panel, plot_axis axis, double lo,
                              double hi) PLOT_MUST_CHECK;

/* Legends are shown unless this says no; only series with a label, and those with gaps, are in it. */
plot_status plot_panel_legend(plot_panel *panel, bool shown) PLOT_MUST_CHECK;

/* Adds a series on top of those already there. */
plot_status plot_panel_add(plot_panel *panel, const plot_series *series) PLOT_MUST_CHECK;

/* Adds contour lines; other series are drawn over them, in whatever order they are added. */
plot_status plot_panel_contour(plot_panel *panel, const plot_grid *grid) PLOT_MUST_CHECK;

/* Draws the figure into out, which is overwritten whatever it held.  PLOT_OK: out->bytes belongs to
** the caller, who ends it with plot_text_free.  A frame too small for everything sheds the legend
** first, then axis labels, title and ticks; it never fails for that. */
plot_status plot_render(const plot_figure *figure, const plot_frame *frame,
                        plot_text *out) PLOT_MUST_CHECK;
void plot_text_free(plot_text *out);

#endif
