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
** A figure that changes is drawn by a plot_renderer, which keeps its buffers between frames.
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

typedef enum {
    PLOT_LINE,     /* points joined */
    PLOT_SCATTER,  /* points alone */
    PLOT_BAND,     /* the area between y and y2; if across, between x and x2 */
    PLOT_SEGMENTS, /* a straight line from (x, y) to (x2, y2), each by itself */
    PLOT_RECTS,    /* a filled rectangle between (x, y) and (x2, y2), each by itself */
    PLOT_CONTOUR,  /* plot_panel_contour */
    PLOT_IMAGE,    /* plot_panel_image */
    PLOT_RULE,     /* plot_panel_note: a line across the whole panel */
    PLOT_SPAN,     /* a stripe across the whole panel */
    PLOT_NOTE      /* a text at a place */
} plot_kind;

typedef enum { PLOT_X, PLOT_Y, PLOT_RIGHT } plot_axis; /* PLOT_RIGHT: a second y axis */
#define PLOT_AXES 3

typedef enum {
    PLOT_LINEAR,
    PLOT_LOG10,
    PLOT_SYMLOG,   /* logarithmic on both sides of zero, linear around it */
    PLOT_TIME,     /* seconds since 1970-01-01 00:00 UTC, on the Gregorian calendar */
    PLOT_DURATION, /* seconds */
    PLOT_CATEGORY  /* the k-th of some names stands at k, counted from 1 */
} plot_scale;

/* How the numbers of linear, log10 and symlog axes are written. */
typedef enum {
    PLOT_PLAIN,
    PLOT_PERCENT, /* fractions as parts of a hundred: 0.5 is 50% */
    PLOT_BYTES    /* with binary prefixes, ticks at multiples of powers of two: 512KiB */
} plot_unit;

typedef enum { PLOT_UTF8, PLOT_ASCII } plot_charset;
typedef enum { PLOT_NO_COLOR, PLOT_COLOR_16, PLOT_COLOR_256, PLOT_COLOR_RGB } plot_color;
typedef enum { PLOT_DARK, PLOT_LIGHT } plot_background;
typedef enum { PLOT_VIRIDIS, PLOT_MAGMA, PLOT_GREY, PLOT_RDBU } plot_colormap;
#define PLOT_COLORMAPS 4

typedef struct plot_figure plot_figure;
typedef struct plot_panel plot_panel;
typedef struct plot_renderer plot_renderer;

/* One series of n points (or bands, segments, rectangles), copied by plot_panel_add.  An element with a
** number that is NaN or infinite, or not positive on a logarithmic axis, is a gap: it never joins or
** moves anything, and the legend counts it.  All members but y and n may be left zero. */
typedef struct {
    plot_kind kind;
    const double *x;                  /* n values; NULL: 1, 2, … n */
    const double *y;                  /* n values; may be NULL when n is 0 */
    const float *x_narrow, *y_narrow; /* instead of x, of y: kept as floats */
    const double *x2, *y2;            /* bands need y2 (across: x2), segments and rectangles both */
    size_t n;
    const char *label;  /* what the legend calls it; NULL: not in the legend */
    int color;          /* 1 … PLOT_COLORS from the palette; 0: the next one of the panel;
                        ** PLOT_AXES_COLOR: the axes', which is black or white on filled areas */
    const char *marker; /* a character drawn at every point, "." the smallest dot there is;
                        ** NULL: none on lines, chosen by the number of points on scatters */
    double smooth;      /* lines: weight of the past in [0, 1) of a debiased exponential moving
                        ** average; the raw line stays behind it, dimmed.  0: none */
    bool bare;          /* smooth lines: without the raw line; the axes fit the average alone */
    bool right;         /* on the second y axis */
    bool faint;         /* dimmed, and behind what is not */
    bool dashed;        /* lines and segments */
    bool tinted;        /* rectangles: coloured behind, not filled */
    bool across;        /* rectangles: bars that lie; the others stand */
    bool based;         /* rectangles: bars on 0, which their axis puts on the edge of a cell */
    bool valued;  /* rectangles: their lengths as numbers beside their ends, where there is room */
    bool inside;  /* valued: in the middle of each */
    bool solid;   /* bands: filled, not tinted */
    bool capped;  /* segments: a short line across the end (x2, y2) */
    bool snapped; /* segments along an axis: from cell to cell, as the sides of rectangles */
    bool mapped;  /* scatters: in the colour of place, 0 … 1, in map; of few colours: in marks */
    plot_colormap map;
    double place;
} plot_series;

#define PLOT_COLORS     8
#define PLOT_AXES_COLOR (PLOT_COLORS + 1)

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

/* A matrix as colours: each element fills its rectangle.  The first row is at the low end of the y
** axis, which plot_panel_reverse turns round.  All members but z or rgb, rows and cols may be left zero. */
typedef struct {
    const double *z; /* rows × cols numbers, row by row; NaN and infinite ones have no colour */
    const unsigned char *rgb; /* instead of z: 3 bytes each, red, green, blue */
    size_t rows, cols;
    double x[2], y[2]; /* the outer edges; both equal: 0.5 … cols + 0.5, 0.5 … rows + 0.5 */
    plot_colormap map;
    double lo, hi; /* the ends of the map; both equal: those of the numbers */
    bool centered; /* widen the ends to be as far below as above center */
    double center;
    plot_scale scale; /* of the colours */
    bool peak;        /* where a dot covers several numbers it shows the greatest, not the mean */
    bool classes; /* z are classes: k + c is class k = 0, 1, …, in that colour of the palette, the
                        ** stronger the greater c is, from 0 to below 1 */
    bool bar;     /* a colour bar beside the panel, on the second y axis; without elements, but with
                  ** ends, an image is the bar alone, of scatters that are mapped */
    const char *label;       /* of the colour bar */
    const char *const *text; /* NULL, or rows × cols texts, some perhaps NULL, of at most
                             ** PLOT_ELEMENT_TEXT - 1 bytes: written on the elements if there is room for
                             ** all of them; elements without colour are then blank */
} plot_image;

#define PLOT_ELEMENT_TEXT 12

/* What explains a panel.  The axes make room for rules and spans, but not for notes. */
typedef struct {
    plot_kind kind; /* PLOT_RULE, PLOT_SPAN or PLOT_NOTE */
    plot_axis
        axis; /* rules and spans: whose values at and to are; a rule of PLOT_X stands upright */
    double at,
        to; /* a rule's place is at, a span reaches from at to to, a note stands at x = at, y = to */
    const char
        *text; /* notes: what stands there, \n begins a new line; rules and spans: beside them;
                      ** NULL: nothing */
    int align; /* notes: -1 begins at its place, 0 has it in its middle, 1 ends there */
    const char *marker; /* notes: a character at the place itself, the text beside it */
    int color;          /* 1 … PLOT_COLORS; 0: that of the axes */
} plot_note;

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

/* Bytes that the numbers in the figure take. */
size_t plot_figure_memory(const plot_figure *figure);

/* The title above all panels.  NULL or "" takes it away. */
plot_status plot_figure_title(plot_figure *figure, const char *text) PLOT_MUST_CHECK;

#define PLOT_PANELS_MAX 256
#define PLOT_TRACKS_MAX 32

/* Divides the figure into rows × cols places and makes a panel for each number 1, 2, … in place, row by
** row; a number that stands at several places, a rectangle of them, is one panel over them all; 0 leaves
** a place empty.  NULL: every place has its own.  Panels that exist already stay as they are.  Fails for
** more than PLOT_TRACKS_MAX rows or columns, a number that is no rectangle or is left out. */
plot_status plot_figure_panels(plot_figure *figure, int rows, int cols,
                               const int *place) PLOT_MUST_CHECK;

/* How high rows are, or how wide columns, compared to each other: one positive number for each. */
plot_status plot_figure_weights(plot_figure *figure, plot_axis axis,
                                const double *weight) PLOT_MUST_CHECK;

/* Panels above each other share their x axis (PLOT_X), those beside each other their y axis (PLOT_Y):
** the same range, labelled once. */
plot_status plot_figure_share(plot_figure *figure, plot_axis axis, bool shared) PLOT_MUST_CHECK;

/* The panel of this index, counted from 0; NULL when the figure has fewer.  Owned by the figure. */
plot_panel *plot_figure_panel(plot_figure *figure, size_t index);
size_t plot_figure_count(const plot_figure *figure);

/* The panel at this row and column of places, both counted from 0; NULL if there is none. */
plot_panel *plot_figure_at(plot_figure *figure, int row, int col);

/* The title of one panel.  NULL or "" takes it away. */
plot_status plot_panel_title(plot_panel *panel, const char *text) PLOT_MUST_CHECK;

/* The colour of that title, 1 … PLOT_COLORS; 0: that of all text. */
plot_status plot_panel_title_color(plot_panel *panel, int color) PLOT_MUST_CHECK;

/* What an axis shows.  NULL or "" takes the label away. */
plot_status plot_panel_label(plot_panel *panel, plot_axis axis, const char *text) PLOT_MUST_CHECK;

/* Linear unless set.  Data is kept as given: the scale can be changed at any time. */
plot_status plot_panel_scale(plot_panel *panel, plot_axis axis, plot_scale scale) PLOT_MUST_CHECK;

/* PLOT_PLAIN unless set. */
plot_status plot_panel_unit(plot_panel *panel, plot_axis axis, plot_unit unit) PLOT_MUST_CHECK;

/* Up to which distance from 0 a PLOT_SYMLOG axis is nearly linear: above 0, 1 unless set. */
plot_status plot_panel_threshold(plot_panel *panel, plot_axis axis,
                                 double threshold) PLOT_MUST_CHECK;

/* Makes the axis one of categories: 1, 2, … have these names, copied. */
plot_status plot_panel_names(plot_panel *panel, plot_axis axis, const char *const *names,
                             size_t count) PLOT_MUST_CHECK;

/* Fixes the ends of an axis; NaN leaves that end to the data.  Fails if lo >= hi, or if an end is
** infinite.  On a logarithmic axis an end that is not positive is left to the data. */
plot_status plot_panel_limits(plot_panel *panel, plot_axis axis, double lo,
                              double hi) PLOT_MUST_CHECK;

/* Lets an axis run from right to left or from top to bottom. */
plot_status plot_panel_reverse(plot_panel *panel, plot_axis axis, bool reversed) PLOT_MUST_CHECK;

/* Legends are shown unless this says no; only series with a label, and those with gaps, are in it. */
plot_status plot_panel_legend(plot_panel *panel, bool shown) PLOT_MUST_CHECK;

/* Axes are drawn unless this says no. */
plot_status plot_panel_axes(plot_panel *panel, bool shown) PLOT_MUST_CHECK;

/* One unit of x is as long on the picture as one of y, for characters twice as high as wide. */
plot_status plot_panel_equal(plot_panel *panel, bool equal) PLOT_MUST_CHECK;

/* Adds a series on top of those already there. */
plot_status plot_panel_add(plot_panel *panel, const plot_series *series) PLOT_MUST_CHECK;

/* Adds n points to the series of this index (from 0, counting everything that was added to the panel),
** a line, scatter or standing band that has x; y2 is for bands.  Costs the new points alone. */
plot_status plot_panel_append(plot_panel *panel, size_t index, const double *x, const double *y,
                              const double *y2, size_t n) PLOT_MUST_CHECK;

/* Gives what was added at this index new contents, of the same kind; its memory is used again. */
plot_status plot_panel_replace(plot_panel *panel, size_t index,
                               const plot_series *series) PLOT_MUST_CHECK;
plot_status plot_panel_replace_image(plot_panel *panel, size_t index,
                                     const plot_image *image) PLOT_MUST_CHECK;
plot_status plot_panel_replace_note(plot_panel *panel, size_t index,
                                    const plot_note *note) PLOT_MUST_CHECK;

/* Adds contour lines; other series are drawn over them, in whatever order they are added. */
plot_status plot_panel_contour(plot_panel *panel, const plot_grid *grid) PLOT_MUST_CHECK;

/* Adds a matrix as colours, behind everything else. */
plot_status plot_panel_image(plot_panel *panel, const plot_image *image) PLOT_MUST_CHECK;

/* Adds a rule, a span or a note. */
plot_status plot_panel_note(plot_panel *panel, const plot_note *note) PLOT_MUST_CHECK;

/* The palette entry, from 1, that the next series without a colour gets. */
int plot_panel_next_color(const plot_panel *panel);

/* How many things were added to the panel. */
size_t plot_panel_count(const plot_panel *panel);

/* The rows that show the figure well in so many columns.  Pictures (images of equal units without axes)
** get those that they fill, magnified by a whole number if they can be, of at most `most`; figures with
** more than two rows of other panels get more than the usual ones. */
int plot_figure_rows(const plot_figure *figure, int cols, int usual, int most);

/* Those that show it among other text, of which so many rows are in sight at once. */
int plot_figure_rows_among(const plot_figure *figure, int cols, int in_sight);

/* The frame of a figure as a file of its own, light; 0 leaves columns or rows to the figure. */
plot_frame plot_figure_page(const plot_figure *figure, int cols, int rows);

/* Draws the figure into out, which is overwritten whatever it held.  PLOT_OK: out->bytes belongs to
** the caller, who ends it with plot_text_free.  A frame too small for everything sheds the legend
** first, then axis labels, title and ticks; it never fails for that. */
plot_status plot_render(const plot_figure *figure, const plot_frame *frame,
                        plot_text *out) PLOT_MUST_CHECK;
void plot_text_free(plot_text *out);

/* The figure's labels and numbers as text, in all digits: the same for the same data, however it is drawn, and for
** other data another one.  Ownership and failure as of plot_render. */
plot_status plot_data_text(const plot_figure *figure, plot_text *out) PLOT_MUST_CHECK;

/* How a figure was asked to be shown; 0 leaves it to who shows it. */
typedef struct {
    int cols, rows;
    bool ascii;
    int background; /* 1 + a plot_background */
} plot_wish;

#define PLOT_FORM_MOST (1 << 20)

/* All of the figure as text (UTF-8, without control characters but line ends), from which plot_figure_read makes one that
** is drawn alike: the same text for the same figure.  Of large data as much is written as a drawing on 2,048 columns of dots
** needs, or fewer until all are at most PLOT_FORM_MOST bytes; what is told of it and plot_data_text stay those of all of it.
** PLOT_INVALID: that is not enough.  wish may be NULL.  Ownership as of plot_render. */
plot_status plot_figure_write(const plot_figure *figure, const plot_wish *wish,
                              plot_text *out) PLOT_MUST_CHECK;

/* The figure, the caller's, of such a text, which is not trusted; NULL, and in error which line is wrong, unless PLOT_OK. */
plot_status plot_figure_read(const char *bytes, size_t size, plot_figure **figure, plot_wish *wish,
                             char *error, size_t room) PLOT_MUST_CHECK;

/* Do the bytes begin like such a text? */
bool plot_is_written(const char *bytes, size_t size);

/* How a figure becomes a file.  It is laid out as on a frame's cells, of 8 × 16 units each with a margin of 12
** around them all; colours are always the theme's of frame->background. */
typedef enum { PLOT_SVG, PLOT_PNG, PLOT_HTML } plot_format;

typedef struct {
    plot_format format;
    int width; /* PNG: pixels, 1 … PLOT_PICTURE_MAX; 0: two for a unit.  The others are shown so wide;
                      ** 0: one pixel for a unit */
    bool transparent; /* without the theme's background */
} plot_picture;

#define PLOT_PICTURE_MAX 16384

/* The figure as the bytes of a file: SVG with shapes and text, the same in pixels as PNG, or an HTML page that
** holds the SVG.  As plot_render otherwise. */
plot_status plot_render_picture(const plot_figure *figure, const plot_frame *frame,
                                const plot_picture *picture, plot_text *out) PLOT_MUST_CHECK;

/* How a terminal draws pictures, and how large its cells are in pixels. */
typedef enum { PLOT_KITTY, PLOT_SIXEL, PLOT_ITERM } plot_protocol;

typedef struct {
    plot_protocol protocol;
    int cell_width, cell_height;
    long ground; /* its background, 0xrrggbb; -1: unknown */
    bool tmux;   /* there is tmux between: kitty's pictures go through it */
    unsigned
        picture; /* kitty through tmux: the number of the first picture; others have the next ones */
} plot_terminal;

/* As plot_render, for a terminal: the areas are drawn as pictures over cells that are left blank.  The cursor
** should be in the first column; the frame's rows must be fewer than the terminal's. */
plot_status plot_render_graphics(const plot_figure *figure, const plot_frame *frame,
                                 const plot_terminal *terminal, plot_text *out) PLOT_MUST_CHECK;

/* A renderer keeps its buffers from one drawing to the next: frames of one size after the first need
** no memory.  NULL when memory is out; plot_renderer_free takes NULL, too. */
plot_renderer *plot_renderer_new(void);
void plot_renderer_free(plot_renderer *renderer);

/* Draws the figure into the renderer's cells. */
plot_status plot_draw(plot_renderer *renderer, const plot_figure *figure,
                      const plot_frame *frame) PLOT_MUST_CHECK;

/* The last drawing as text, as of plot_render; bytes are the renderer's and last until its next call. */
plot_status plot_drawn_text(plot_renderer *renderer, const char **bytes,
                            size_t *length) PLOT_MUST_CHECK;

/* One cell of the last drawing as it is shown.  Colours are what the frame's tier has: none, one of the
** terminal's 16 (0 … 15), of its 256, or 0xRRGGBB. */
typedef struct {
    unsigned glyph, mark[2]; /* a character and up to two marks on it (0: none) */
    int width;               /* 1 or 2 columns; 0: the right half of the one before */
    bool bold, dim;
    plot_color ink_tier, back_tier;
    unsigned ink, back;
} plot_shown;
plot_shown plot_drawn_cell(const plot_renderer *renderer, int col, int row);

/* A figure that is drawn again and again in place on a terminal: what was sent is kept, and only the
** difference is sent.  The cursor is at the start of the line below the figure before and after every
** frame, and must be at the start of a line before the first; the terminal needs a row more than the
** figure.  NULL when memory is out; plot_live_free takes NULL, too. */
typedef struct plot_live plot_live;
plot_live *plot_live_new(void);
void plot_live_free(plot_live *live);

/* The bytes that turn what is on the terminal into the renderer's last drawing; to be sent whole, in the
** order of the calls.  They are none when nothing has changed, and live's until the next call.  After a
** change of the size the figure is written anew, over the old one as the terminal has wrapped it. */
plot_status plot_live_frame(plot_live *live, const plot_renderer *renderer, const char **bytes,
                            size_t *length) PLOT_MUST_CHECK;

/* The bytes that take the figure away and leave the cursor where it began, for other text to come there;
** the next frame is written anew, below. */
plot_status plot_live_erase(plot_live *live, const char **bytes, size_t *length) PLOT_MUST_CHECK;

/* The figure stays where it is for good; the next frame begins another below it. */
void plot_live_end(plot_live *live);

/* How many rows of the figure are on the terminal; 0: none. */
int plot_live_rows(const plot_live *live);

#endif
