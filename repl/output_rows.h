/* output_rows.h -- what a cell has shown, and texts of the kernel, as rows. */
#ifndef REPL_OUTPUT_ROWS_H
#define REPL_OUTPUT_ROWS_H

#include <jansson.h>

#include "repl/figure_view.h"

typedef struct output_fold {
    int head, tail; /* lines of a record that are shown when it has more than both; both 0: all */
} output_fold;

/* The records of O, one below the other, in LOOK's columns and characters; figures as they look there.  Text is shown as a terminal would leave it: colours are kept, lines that were drawn
** again appear once, what else controls a terminal is dropped or a symbol.  Rows of an error that name a place ("cell 3:2: ")
** lead to it: styled_target gives the cell's name and the line. */
void output_rows(styled *s, const outputs *o, output_fold fold, const figure_look *look);
/* Text with colours, as the kernel draws figures, help and tables; wrapped by words if it is to be read. */
void terminal_rows(styled *s, const char *text, size_t size, styled_wrap wrap, int columns,
                   plot_charset charset);
/* The variables that a kernel told (KERNEL_ANSWER), each a row, cut to fit: the name, and of the rest what there is room for. */
void variable_rows(styled *s, const json_t *variables, int columns, plot_charset charset);

#endif
