/* abridge.h: of data that is large, as much as a drawing needs that tells so many dots apart:
**
**     lines, bands      first, lowest, highest and last point of each column of dots, and where they are broken
**     lines across x    the points that lie on no straight piece of them
**     scatters          which dots of a grid have points, as bits
**     images            means (or extremes) of blocks of elements                                          */
#ifndef PLOT_ABRIDGE_H
#define PLOT_ABRIDGE_H

#include "plot/layout.h"

typedef struct {
    size_t n;
    double *x, *y, *x2, *y2, *smooth; /* n of each that the data has, and x */
    size_t cols, rows;                /* a scatter: dots; an image: elements */
    double *across, *down; /* a scatter: where the middles of dots are; n dots have points */
    unsigned char *bits;   /* row by row from the top, eight a byte, the first the highest */
    double *z;             /* an image: rows × cols, */
    unsigned char *rgb;    /* or three bytes each */
} plot_excerpt;

/* Is the data so large that a part is enough for so many columns of dots? */
bool plot_is_abridged(const plot_data *data, int columns);

/* That part of data in the panel laid out like this; released by plot_abridge_free, also after PLOT_NO_MEMORY. */
plot_status plot_abridge(plot_excerpt *part, const plot_memory *memory, const plot_data *data,
                         const plot_panel_layout *layout, int columns);
void plot_abridge_free(plot_excerpt *part);

/* Which dots have points, from the numbers that plot_abridge gave: fills x and y, n of each; false if the bits are not
** n. */
bool plot_dots_expand(const unsigned char *bits, size_t cols, size_t rows, const double *across,
                      const double *down, double *x, double *y, size_t n);

/* All of the data in numbers, that of an earlier abridgement if there was one; NULL when memory is out. */
plot_whole *plot_whole_of(const plot_data *data, const plot_memory *memory);

#endif
