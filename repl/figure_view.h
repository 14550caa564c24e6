/* figure_view.h -- figures that were kept by their data, drawn anew for whoever shows them.
**
**     kernel ── form ──► output.data ──┬──► rows of the screen, at its present width
**       (plot_figure_write)            ├──► text of 80 columns, SVG: exports
**                                      └──► the numbers, to be compared                      */
#ifndef REPL_FIGURE_VIEW_H
#define REPL_FIGURE_VIEW_H

#include "repl/outputs.h"
#include "repl/styled.h"

typedef struct figure_look {
    int columns; /* for the figure */
    int rows;    /* of the part of the screen in which it is seen */
    plot_charset charset;
    plot_background background;
    plot_color color;
} figure_look;

#define FIGURE_MIME "application/vnd.moonlab.plot" /* of its data among other programs' */

/* Is it a figure by its data? */
bool output_has_figure(const output *r);
/* Appends its rows: as many columns as there are, or fewer if it was asked to be shown so.  Of data that cannot be read a
** note says why. */
void figure_put(styled *s, const output *r, const figure_look *look);
/* It as text of 80 columns without colours; as SVG; its labels and numbers, as of plot_data_text.  Freed by the caller; NULL if
** it cannot be read, or out of memory. */
char *figure_text(const output *r, size_t *size);
char *figure_svg(const output *r, size_t *size);
char *figure_numbers(const output *r, size_t *size);

#endif
