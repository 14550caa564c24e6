/* markdown_table.c -- see markdown_table.h. */
#include "repl/markdown_table.h"

#include <stdlib.h>
#include <string.h>

#define WIDEST  (1 << 20)
#define COLUMNS 64 /* of a table, at most: what stands in others is left out */
#define BETWEEN 3  /* columns of the terminal between two of the table */

void table_begin(markdown_table *t, plot_charset charset)
{
    styled_begin(&t->cells, WIDEST, charset, STYLED_CLIP);
    t->n = t->lines = 0;
}

void table_free(markdown_table *t)
{
    styled_free(&t->cells);
    free(t->list);
    *t = (markdown_table){ 0 };
}

void table_line(markdown_table *t)
{
    t->lines++;
}

void table_cell(markdown_table *t, const markdown_node *cell)
{
    if (t->n == t->room) {
        int room = 2 * t->room + 16;
        struct table_cell *larger = realloc(t->list, (size_t)room * sizeof *larger);
        if (!larger) {
            t->failed = true;
            return;
        }
        t->list = larger, t->room = room;
    }
    styled_end(&t->cells);
    bool first = t->n == 0 || t->list[t->n - 1].line != t->lines;
    t->list[t->n] = (struct table_cell){ .row = t->cells.n,
                                         .line = t->lines,
                                         .column = first ? 0 : t->list[t->n - 1].column + 1,
                                         .head = cell->head,
                                         .align = cell->align };
    t->n++;
}

/* ---- widths ---------------------------------------------------------------------------------- */

static int measure(const markdown_table *t, int width[COLUMNS])
{
    int columns = 0;
    memset(width, 0, COLUMNS * sizeof *width);
    for (int i = 0; i < t->n; i++) {
        const struct table_cell *c = &t->list[i];
        if (c->column >= COLUMNS) continue;
        int n = c->row < t->cells.n ? t->cells.rows[c->row].columns : 0;
        if (n > width[c->column]) width[c->column] = n;
        if (c->column >= columns) columns = c->column + 1;
    }
    for (int i = 0; i < columns; i++)
        if (width[i] == 0) width[i] = 1;
    return columns;
}

/* Makes the widest columns narrower until all fit into ROOM, or none is wider than 1. */
static void fit(int width[COLUMNS], int columns, int room)
{
    int total = BETWEEN * (columns - 1);
    for (int i = 0; i < columns; i++) total += width[i];
    while (total > room) {
        int most = 0, next = 1; /* the widest, and how wide the others are */
        for (int i = 1; i < columns; i++)
            if (width[i] > width[most]) most = i;
        for (int i = 0; i < columns; i++)
            if (i != most && width[i] > next) next = width[i];
        if (width[most] <= 1) return;
        int less = width[most] > next ? width[most] - next : 1;
        if (less > total - room) less = total - room;
        width[most] -= less, total -= less;
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void put_blanks(styled *s, int n)
{
    styled_repeat(s, " ", n, STYLE_PLAIN);
}

/* One row of a cell, in WIDTH columns. */
static void put_row(styled *s, const styled *wrapped, int row, int width, markdown_align align)
{
    int taken = row < wrapped->n ? wrapped->rows[row].columns : 0, free_columns = width - taken;
    if (free_columns < 0) free_columns = 0;
    int before = align == MARKDOWN_RIGHT    ? free_columns
                 : align == MARKDOWN_CENTER ? free_columns / 2
                                            : 0;
    put_blanks(s, before);
    if (row < wrapped->n) styled_copy(s, wrapped, row);
    put_blanks(s, free_columns - before);
}

/* The cells FIRST … END of one line, side by side. */
static void put_line(const markdown_table *t, styled *s, int first, int end,
                     const int width[COLUMNS], int columns)
{
    styled wrapped[COLUMNS] = { 0 };
    int rows = 1;
    bool utf8 = s->charset == PLOT_UTF8;
    for (int i = first; i < end; i++) {
        const struct table_cell *c = &t->list[i];
        if (c->column >= COLUMNS) break;
        styled *w = &wrapped[c->column];
        styled_begin(w, width[c->column], s->charset, STYLED_WORDS);
        if (c->row < t->cells.n) styled_copy(w, &t->cells, c->row);
        styled_end(w);
        if (w->n > rows) rows = w->n;
        s->failed = s->failed || w->failed;
    }
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < columns; i++) {
            markdown_align align = first + i < end ? t->list[first + i].align : MARKDOWN_LEFT;
            if (i > 0) styled_puts(s, utf8 ? " │ " : " | ", STYLE_RULE);
            put_row(s, &wrapped[i], row, width[i], align);
        }
        styled_end_row(s);
    }
    for (int i = 0; i < columns; i++) styled_free(&wrapped[i]);
}

static void put_rule(styled *s, const int width[COLUMNS], int columns)
{
    bool utf8 = s->charset == PLOT_UTF8;
    for (int i = 0; i < columns; i++) {
        if (i > 0) styled_puts(s, utf8 ? "─┼─" : "-+-", STYLE_RULE);
        styled_repeat(s, utf8 ? "─" : "-", width[i], STYLE_RULE);
    }
    styled_end_row(s);
}

void table_put(markdown_table *t, styled *s)
{
    int width[COLUMNS], columns, taken = 0;
    styled_wrap wrap = s->wrap;
    styled_end(&t->cells);
    columns = measure(t, width);
    for (int i = 0; i < s->nprefix; i++) taken += s->prefix[i].width;
    fit(width, columns, s->columns - taken);
    s->wrap = STYLED_CLIP;
    for (int first = 0, end; first < t->n; first = end) {
        for (end = first; end < t->n && t->list[end].line == t->list[first].line;) end++;
        put_line(t, s, first, end, width, columns);
        if (t->list[first].head) put_rule(s, width, columns);
    }
    s->wrap = wrap;
    s->failed = s->failed || t->failed || t->cells.failed;
}
