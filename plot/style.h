/* style.h: how each series of a panel is told from the others on a given frame. */
#ifndef PLOT_STYLE_H
#define PLOT_STYLE_H

#include "plot/grid.h"
#include "plot/figure.h"

/* Dots on and off along a line, as bits from the lowest; bit i stands for the dots whose column (steep
** lines: row) is i modulo period.  Bound to places, not to the line, so that it never depends on how
** many points a line has. */
typedef struct {
    unsigned bits;
    int period; /* 0: every second dot of the panel, as on a chess board */
} plot_dash;

static inline bool plot_dash_on(plot_dash dash, bool flat, int x, int y)
{
    if (dash.period == 0) return ((x ^ y) & 1) == 0;
    return dash.bits >> (flat ? x : y) % dash.period & 1;
}

typedef struct {
    plot_ink ink;
    plot_dash dash;
    char stroke;     /* ASCII: the character a line is drawn with; 0: slopes, - / | \ _ */
    plot_glyph mark; /* code 0: none on lines, the smallest dot on scatters */
    bool sparse;     /* the mark is only there to tell the line from others: not at every point */
    int pattern; /* what rectangles are filled with where colours do not tell them apart, from 0 */
    bool across; /* rectangles and bands: they lie, their lengths along x */
    bool solid;  /* bands: filled, not tinted */
    int sample;  /* columns of its sample in the legend */
} plot_style;

/* The pattern of bands and tinted areas. */
#define PLOT_PATTERN_BAND (-1)

/* The style of panel's series of this index; cells is the panel's size. */
plot_style plot_style_of(const plot_panel *panel, size_t index, const plot_frame *frame, int cells);

/* What shows a place, 0 … 1, in a colour map where colours are few: small marks to large ones. */
plot_glyph plot_mark_of_place(double place, plot_charset charset);

/* The style of a level of the contours of this index: its place among the levels is its place in the
** colour map.  Without colour neighbours differ by dots, unless all are dotted to keep back behind other
** series. */
plot_style plot_style_of_level(const plot_panel *panel, size_t index, size_t level,
                               const plot_frame *frame);

/* The same for the raw line behind its moving average. */
plot_style plot_style_behind(plot_style style, const plot_frame *frame);

#endif
