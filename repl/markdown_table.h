/* markdown_table.h -- a table of styled cells, laid out when all of them are known: columns as wide as they need to be if there
** is room, else the widest are made narrower and their text is wrapped. */
#ifndef REPL_MARKDOWN_TABLE_H
#define REPL_MARKDOWN_TABLE_H

#include "repl/markdown.h"
#include "repl/styled.h"

typedef struct markdown_table {
    styled cells; /* a row for each cell */
    struct table_cell {
        int row; /* of `cells` */
        int line, column;
        bool head;
        markdown_align align;
    } * list;
    int n, room, lines;
    bool failed;
} markdown_table;

void table_begin(markdown_table *t, plot_charset charset);
void table_line(markdown_table *t);
/* What is put into t->cells from now on is the next cell of the line. */
void table_cell(markdown_table *t, const markdown_node *cell);
/* Appends the table to S. */
void table_put(markdown_table *t, styled *s);
void table_free(markdown_table *t);

#endif
