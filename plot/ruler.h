/* ruler.h: the range an axis shows and the numbers along it.
**
**     cells    0   1   2   3   4   5   6   7      counted from the left or lower end of the axis
**     ticks    0.0         0.5         1.0        at = place in [0, 1], cell = the cell it falls in
**
** Automatic ends are widened so that a step between ticks is a whole number of cells and every tick
** falls on the same dot of its cell: numbers stand exactly where they are read.  Months, years, names
** and symlog decades are not equally far apart: there the lowest tick stands so, the others where
** they belong.
**
** A tick's text is plot_tick_text(tick), drawn in tick->width columns: names are cut to that with …,
** everything else is just as wide. */
#ifndef PLOT_RULER_H
#define PLOT_RULER_H

#include "plot/figure.h"
#include "plot/scale.h"
#include "plot/tick_label.h"

#define PLOT_TICKS_MAX 128

typedef struct {
    double value; /* what the label says, exactly rounded */
    double at;
    int cell;         /* if it stands on an edge, the lower of the two: -1 at the low end */
    int start;        /* x axis: where its label starts, in columns from the panel's left edge */
    int width;        /* columns that its label takes */
    const char *name; /* categories: the need's name, UTF-8 of any length; else NULL */
    char label[PLOT_LABEL_SIZE];
} plot_tick;

typedef struct {
    plot_map map;
    int count; /* may be 0, when no number fits */
    int label_width;
    plot_tick tick[PLOT_TICKS_MAX]; /* ascending in at: in value, too, unless reversed */
} plot_ruler;

typedef struct {
    plot_axis axis;
    plot_scale scale;
    plot_range data;   /* lo > hi: there is none */
    plot_range limits; /* NaN: from the data.  Categories are all shown, with limits
                       ** just to the edges of the first and the last */
    bool whole;        /* the data are integers: no tick between them */
    bool edge;    /* ticks stand on edges of cells, 0 on that of the axis if nothing is beyond it */
    bool reverse; /* values fall from the left or lower end of the axis on */
    plot_unit unit;
    double threshold; /* symlog: where decades begin; 1 unless above 0 */
    int cells;
    int room_left, room_right; /* x axis: columns beside the panel that labels may reach into */
    const char *const
        *names; /* categories: names_count of them, borrowed as long as the ruler lives */
    size_t names_count;
    int name_width;          /* categories on a y axis: the most columns of a name; 0: any number */
    plot_charset charset;    /* what names and labels are measured and written for */
    const plot_ruler *align; /* NULL, or a ruler with as many cells whose ticks this one's should
                             ** stand beside, where that gives good numbers */
} plot_ruler_need;

/* Chooses the best ruler; never fails. */
void plot_ruler_fit(plot_ruler *ruler, const plot_ruler_need *need);

static inline const char *plot_tick_text(const plot_tick *tick)
{
    return tick->name != NULL ? tick->name : tick->label;
}

#endif
