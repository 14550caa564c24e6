/* view_layout.c -- cells as blocks of rows, and which of them are on the screen.
**
**     block   head      ● train              1.24 s           Markdown that is read has none without title or options
**             source    │ local net = …
**             output      epoch 1 …
**             blank
**
** Blocks are made when they are to be seen and kept while neither the cell's version, its outputs nor the width change; the
** place of the screen in the notebook is (top, top_row), so nothing depends on how many cells there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/code_rows.h"
#include "repl/markdown_rows.h"
#include "repl/output_rows.h"
#include "repl/view_private.h"

#define PANEL_COLUMNS 34
#define PANEL_FROM    90 /* columns of a terminal that has room for it */
#define GUTTER        3

void view_measure(view *v)
{
    bool tall = v->rows >= 10;
    v->main_top = tall ? 2 : 0;
    v->main_rows = v->rows - v->main_top - (tall ? 2 : v->rows > 1 ? 1 : 0);
    if (v->main_rows < 0) v->main_rows = 0;
    v->main_columns = v->columns;
    if (v->panel && v->columns >= 2 * PANEL_COLUMNS) v->main_columns -= PANEL_COLUMNS + 1;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static bool is_read(const notebook_cell *c)
{
    return c->type == CELL_MARKDOWN || c->type == CELL_NOTE || c->type == CELL_HINT;
}

/* What of a source is laid out: it may have a hundred megabytes, and a row takes ten times its bytes. */
static size_t shown_size(const notebook_cell *c)
{
    size_t n = c->size;
    if (n <= VIEW_SOURCE_MOST) return n;
    for (n = VIEW_SOURCE_MOST; n > 0 && (c->source[n] & 0xC0) == 0x80;) n--;
    return n;
}

static void lay_out_source(view *v, block *b)
{
    const notebook_cell *c = b->cell;
    size_t size = shown_size(c);
    if (b->as_source) {
        char *kinds = cell_is_code(c) ? malloc(size + 1) : NULL;
        if (kinds) session_highlight(NULL, c->source, size, kinds);
        code_rows(&b->source, c->source, size, kinds, b->columns, v->charset);
        free(kinds);
    } else
        markdown_rows(&b->source, c->source, size, b->columns, v->charset);
    if (size == c->size) return;
    char note[100];
    const char *dots = v->charset == PLOT_ASCII ? "..." : "…";
    snprintf(note, sizeof note, "%s %zu bytes more; E edits them in $EDITOR %s", dots,
             c->size - size, dots);
    styled_puts(&b->source, note, STYLE_NOTE);
    styled_end(&b->source);
}

/* Head and tail of a long output are on the screen together. */
static output_fold fold_of(const view *v, const block *b)
{
    int head = v->main_rows / 2;
    if (b->whole) return (output_fold){ 0, 0 };
    head = head < 5 ? 5 : head > 20 ? 20 : head;
    return (output_fold){ .head = head, .tail = head / 2 };
}

/* As many columns as the cell has, and the rows that the kernel draws for. */
static figure_look look_of(const view *v, const block *b)
{
    int depth = v->options.session.color_depth;
    return (figure_look){ .columns = b->columns,
                          .rows = v->options.session.rows,
                          .charset = v->charset,
                          .background = v->options.session.light ? PLOT_LIGHT : PLOT_DARK,
                          .color = depth >= 256  ? PLOT_COLOR_256
                                   : depth >= 24 ? PLOT_COLOR_RGB
                                   : depth >= 16 ? PLOT_COLOR_16
                                                 : PLOT_NO_COLOR };
}

static void lay_out_output(view *v, block *b)
{
    figure_look figures = look_of(v, b);
    styled_begin(&b->out, b->columns, v->charset, STYLED_WORDS);
    const outputs *o = b->cell->outputs;
    bool any = cell_is_code(b->cell) && o && o->n > 0;
    if (any && b->hidden) {
        styled_puts(&b->out,
                    v->charset == PLOT_ASCII ? "... output hidden; o shows it"
                                             : "… output hidden; o shows it",
                    STYLE_NOTE);
        styled_end(&b->out);
    } else if (any)
        output_rows(&b->out, o, fold_of(v, b), &figures);
    else
        styled_end(&b->out);
}

static block *find_block(view *v, uint64_t id)
{
    block *oldest = &v->blocks[0];
    for (int i = 0; i < BLOCKS; i++) {
        block *b = &v->blocks[i];
        if (b->cell && b->id == id) return b;
        if (!b->cell || (oldest->cell && v->clock - b->used > v->clock - oldest->used)) oldest = b;
    }
    return oldest;
}

block *view_block(view *v, int i)
{
    notebook_cell *c = (notebook_cell *)(uintptr_t)notebook_at(v->nb, i);
    cell_state *s = view_state_at(v, i);
    if (!c || !s) return NULL;
    block *b = find_block(v, c->id);
    int columns = v->main_columns - GUTTER - 1;
    if (columns < 1) columns = 1;
    bool editing = v->mode == MODE_EDIT && i == v->cell;
    bool as_source = !is_read(c) || editing || view_cell_empty(c);
    bool same = b->cell && b->id == c->id && b->columns == columns;
    bool source = same && b->cell == c && b->as_source == as_source;
    bool out = same && b->cell->outputs == c->outputs && b->outputs == s->outputs &&
               b->hidden == s->hidden && b->whole == s->whole && b->rows == v->main_rows &&
               cell_is_code(b->cell) == cell_is_code(c);
    b->used = ++v->clock;
    if (source && out) return b;
    cell_hold(c);
    cell_release(b->cell);
    b->cell = c, b->id = c->id, b->columns = columns, b->as_source = as_source;
    b->rows = v->main_rows;
    b->outputs = s->outputs, b->hidden = s->hidden, b->whole = s->whole;
    b->head = as_source || c->type != CELL_MARKDOWN || *c->title || *c->options;
    if (!source) lay_out_source(v, b);
    if (!out) lay_out_output(v, b);
    b->height = b->head + b->source.n + b->out.n + 1;
    return b;
}

void view_blocks_free(view *v)
{
    for (int i = 0; i < BLOCKS; i++) {
        cell_release(v->blocks[i].cell);
        styled_free(&v->blocks[i].source);
        styled_free(&v->blocks[i].out);
        v->blocks[i] = (block){ 0 };
    }
}

int view_source_row(const block *b)
{
    return b->head;
}

static int height_of(view *v, int i)
{
    const block *b = view_block(v, i);
    return b ? b->height : 1;
}

/* ---- the place in the notebook --------------------------------------------------------------- */

/* Makes row ROW of cell I the one N rows below the top of the screen, as far as there are rows above. */
static void place(view *v, int i, int row, int n)
{
    v->top = i, v->top_row = row - n;
    while (v->top_row < 0 && v->top > 0) v->top_row += height_of(v, --v->top);
    if (v->top_row < 0) v->top_row = 0;
}

/* How many rows below the top of the screen row ROW of cell I is; -1: above it; main_rows: below the screen. */
static int rows_below_top(view *v, int i, int row)
{
    if (i < v->top || (i == v->top && row < v->top_row)) return -1;
    int y = -v->top_row;
    for (int k = v->top; k < i && y < v->main_rows; k++) y += height_of(v, k);
    return y + row < v->main_rows ? y + row : v->main_rows;
}

/* Scrolls as little as makes the rows FROM … TO of cell I visible, or as many of the first as there is room for. */
static void show_rows(view *v, int i, int from, int to)
{
    if (to >= from + v->main_rows) to = from + v->main_rows - 1;
    if (rows_below_top(v, i, from) < 0)
        place(v, i, from, 0);
    else if (rows_below_top(v, i, to) >= v->main_rows)
        place(v, i, to, v->main_rows - 1);
}

void view_follow(view *v)
{
    int n = notebook_count(v->nb);
    if (v->top >= n) v->top = n ? n - 1 : 0, v->top_row = 0;
    const block *b = n ? view_block(v, v->cell) : NULL;
    if (!b || v->main_rows < 1) return;
    const block *first = view_block(v, v->top);
    if (first && v->top_row >= first->height) v->top_row = first->height - 1;
    if (!v->follow) return;
    b = view_block(v, v->cell);
    if (v->mode == MODE_EDIT) {
        if (b->height - 1 <= v->main_rows) show_rows(v, v->cell, 0, b->height - 2);
        cell_editor_view e = cell_editor_look();
        int row = 0, column;
        styled_find(&b->source, (uint32_t)e.point, &row, &column);
        row += view_source_row(b);
        int last = b->head + b->source.n - 1;
        bool with_head = row > 0 && row == b->head && row < v->main_rows;
        show_rows(v, v->cell, with_head ? 0 : row, row < last ? row + 1 : row);
        return;
    }
    const cell_state *s = view_state_at(v, v->cell);
    int from = 0, to = b->height - 2;
    if (s && s->id == v->at_end && to >= v->main_rows) from = to - v->main_rows + 1;
    show_rows(v, v->cell, from, to);
}

void view_scroll(view *v, int n)
{
    int last = notebook_count(v->nb) - 1;
    v->follow = false, v->dirty = v->hurry = true;
    v->top_row += n;
    while (v->top_row < 0 && v->top > 0) v->top_row += height_of(v, --v->top);
    if (v->top_row < 0) v->top_row = 0;
    while (v->top < last && v->top_row >= height_of(v, v->top))
        v->top_row -= height_of(v, v->top++);
    /* Not beyond the end, which stays at the bottom of the screen. */
    if (n > 0 && last >= 0 && rows_below_top(v, last, height_of(v, last) - 2) < v->main_rows)
        place(v, last, height_of(v, last) - 2, v->main_rows - 1);
}

int view_cell_at(view *v, int y, int *row)
{
    y += v->top_row;
    for (int i = v->top; i < notebook_count(v->nb); i++) {
        int height = height_of(v, i);
        if (y < height) {
            *row = y;
            return i;
        }
        y -= height;
    }
    return -1;
}
