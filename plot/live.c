/* live.c: the difference between two drawings as a terminal's moves and characters.
**
** Rows are gone through from the top.  In a row only cells that have changed are written; the cursor jumps
** over the others, unless there are so few of them, in the colours that the pen has, that writing them again
** takes fewer bytes.  Everything stands between the two marks of a synchronised update (mode 2026), which
** terminals that do not know it ignore.  All moves are relative to the row below the figure, in which the
** cursor rests, so it does not matter where on the screen that is. */
#include "plot/live.h"

#include "plot/render.h"
#include "plot/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char begin_update[] = "\033[?2026h", end_update[] = "\033[?2026l";

plot_live *plot_live_new_in(plot_memory memory)
{
    plot_live *live = plot_resize(&memory, NULL, 1, sizeof *live);
    if (live != NULL) *live = (plot_live){ .memory = memory };
    return live;
}

plot_live *plot_live_new(void)
{
    return plot_live_new_in((plot_memory){ 0 });
}

void plot_live_free(plot_live *live)
{
    if (live == NULL) return;
    plot_cells_free(&live->sent);
    free(live->text.bytes);
    free(live);
}

int plot_live_rows(const plot_live *live)
{
    return live->sent.rows;
}

void plot_live_end(plot_live *live)
{
    live->sent.rows = live->sent.cols = 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put(plot_live *live, const char *bytes, size_t count)
{
    plot_write(&live->text, &live->memory, bytes, count);
}

/* CSI n letter; nothing if n is 0. */
static void put_move(plot_live *live, int n, char letter)
{
    char text[16];
    if (n <= 0) return;
    int count = n > 1 ? snprintf(text, sizeof text, "\033[%d%c", n, letter)
                      : snprintf(text, sizeof text, "\033[%c", letter);
    put(live, text, (size_t)count);
}

static int digits(int n)
{
    return n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : 4;
}

/* The bytes of a jump of n columns to the right. */
static int jump_size(int n)
{
    return n > 1 ? 3 + digits(n) : 3;
}

static bool is_blank(const plot_cell *cell)
{
    return cell->glyph == ' ' || cell->glyph == PLOT_BLANK_BRAILLE;
}

/* Do the two look alike?  The ink of a blank is not seen, and there are two blanks. */
static bool same_look(const plot_cell *a, const plot_cell *b)
{
    bool blanks = is_blank(a) && is_blank(b);
    return (blanks || (a->glyph == b->glyph && plot_same_ink(a->ink, b->ink))) &&
           a->mark[0] == b->mark[0] && a->mark[1] == b->mark[1] && a->width == b->width &&
           plot_same_ink(a->back, b->back);
}

static plot_shown shown_of(const plot_live *live, const plot_cell *cell, const plot_frame *frame)
{
    plot_shown shown = plot_theme_cell(cell, frame);
    if (!is_blank(cell)) return shown;
    shown.ink_tier = live->pen.ink_tier;
    shown.ink = live->pen.ink;
    shown.bold = live->pen.bold;
    shown.dim = live->pen.dim;
    return shown;
}

static void put_cell(plot_live *live, const plot_cell *cell, const plot_frame *frame)
{
    if (cell->width == 0) return;
    plot_shown shown = shown_of(live, cell, frame);
    plot_encode_ink(&live->text, &live->memory, &live->pen, &shown);
    plot_encode_glyph(&live->text, &live->memory, &shown);
    live->pen = shown;
    live->col += cell->width;
}

static void drop_pen(plot_live *live)
{
    plot_encode_ink(&live->text, &live->memory, &live->pen, NULL);
    live->pen = (plot_shown){ 0 };
}

/* ---- the difference -------------------------------------------------------------------------- */

static bool same_pen(const plot_shown *a, const plot_shown *b)
{
    return a->bold == b->bold && a->dim == b->dim && a->ink_tier == b->ink_tier &&
           a->ink == b->ink && a->back_tier == b->back_tier && a->back == b->back;
}

/* The bytes of a cell's characters, or many if writing it would need other colours. */
static int cost_of(const plot_live *live, const plot_cell *cell, const plot_frame *frame)
{
    char bytes[4];
    int cost = 0;
    if (cell->width == 0) return 0;
    plot_shown shown = shown_of(live, cell, frame);
    if (!same_pen(&shown, &live->pen)) return 100;
    cost += plot_glyph_encode(cell->glyph, bytes);
    for (int i = 0; i < 2; i++)
        if (cell->mark[i] != 0) cost += plot_glyph_encode(cell->mark[i], bytes);
    return cost;
}

/* Is writing the cells between the cursor and col again no dearer than a jump over them? */
static bool cheaper_to_write(const plot_live *live, const plot_cell *row, int col,
                             const plot_frame *frame)
{
    int jump = jump_size(col - live->col), cost = 0;
    if (col - live->col > jump) return false;
    for (int i = live->col; i < col && cost <= jump; i++) cost += cost_of(live, &row[i], frame);
    return cost <= jump;
}

static void go_to(plot_live *live, const plot_cell *row, int line, int col, const plot_frame *frame)
{
    put_move(live, line - live->row, 'B');
    bool here = live->row == line && live->col >= 0 && live->col <= col;
    live->row = line;
    if (here && live->col == col) return;
    if (here && cheaper_to_write(live, row, col, frame)) {
        while (live->col < col) put_cell(live, &row[live->col], frame);
        return;
    }
    if (!here && (live->col < 0 || live->col > col)) {
        put(live, "\r", 1);
        live->col = 0;
    }
    put_move(live, col - live->col, 'C');
    live->col = col;
}

/* After a character in the last column terminals differ in where the cursor is. */
static void note_edge(plot_live *live)
{
    if (live->col >= live->sent.cols) live->col = -1;
}

static void put_changes(plot_live *live, const plot_cells *cells, const plot_frame *frame)
{
    live->row = -1; /* nothing written yet: the cursor is still below the figure */
    for (int line = 0; line < cells->rows; line++) {
        const plot_cell *row = cells->cell + (size_t)line * (size_t)cells->cols;
        const plot_cell *old = live->sent.cell + (size_t)line * (size_t)cells->cols;
        for (int col = 0; col < cells->cols; col++) {
            if (row[col].width == 0 || same_look(&row[col], &old[col])) continue;
            if (live->row < 0) {
                put(live, begin_update, sizeof begin_update - 1);
                put_move(live, cells->rows - line, 'A');
                live->row = line;
                live->col = 0;
            }
            go_to(live, row, line, col, frame);
            put_cell(live, &row[col], frame);
            note_edge(live);
        }
    }
    if (live->row < 0) return;
    drop_pen(live);
    put(live, "\r", 1);
    put_move(live, cells->rows - live->row, 'B');
    put(live, end_update, sizeof end_update - 1);
}

/* ---- anew ------------------------------------------------------------------------------------ */

/* Columns of the row up to its last cell that is seen; a row of blanks has none. */
static int used_columns(const plot_cells *cells, int line)
{
    const plot_cell *row = cells->cell + (size_t)line * (size_t)cells->cols;
    int used = cells->cols;
    while (used > 0 && row[used - 1].width == 1 && row[used - 1].glyph == ' ' &&
           row[used - 1].back.role == PLOT_ROLE_TEXT)
        used--;
    return used;
}

/* The rows that the figure takes on a terminal that has wrapped its lines to this width. */
static int rows_taken(const plot_live *live, int cols)
{
    int rows = 0;
    for (int line = 0; line < live->sent.rows; line++) {
        int used = used_columns(&live->sent, line);
        rows += used > cols ? (used + cols - 1) / cols : 1;
    }
    return rows;
}

/* Line by line: a terminal may keep what is cleared as a whole among the lines that have scrolled away. */
static void put_erasure(plot_live *live, int cols)
{
    int rows = rows_taken(live, cols);
    put(live, "\r", 1);
    put_move(live, rows, 'A');
    for (int i = 0; i < rows; i++) put(live, "\033[K\n", 4);
    put_move(live, rows, 'A');
}

static void put_whole(plot_live *live, const plot_cells *cells, const plot_frame *frame)
{
    put(live, begin_update, sizeof begin_update - 1);
    if (live->sent.rows > 0) put_erasure(live, cells->cols);
    for (int line = 0; line < cells->rows; line++) {
        const plot_cell *row = cells->cell + (size_t)line * (size_t)cells->cols;
        int used = used_columns(cells, line);
        for (int col = 0; col < used; col++) put_cell(live, &row[col], frame);
        drop_pen(live);
        put(live, "\r\n", 2);
    }
    put(live, end_update, sizeof end_update - 1);
}

static bool same_frame(const plot_frame *a, const plot_frame *b)
{
    return a->cols == b->cols && a->rows == b->rows && a->charset == b->charset &&
           a->color == b->color && a->background == b->background;
}

/* Makes room for the copy of these cells, keeping what is there. */
static bool reserve_cells(plot_live *live, const plot_cells *cells)
{
    size_t count = (size_t)cells->cols * (size_t)cells->rows;
    size_t have = (size_t)live->sent.cols * (size_t)live->sent.rows;
    void *list = live->sent.cell;
    if (count <= live->sent.capacity) return true;
    bool grown = plot_grow(&live->memory, &list, &live->sent.capacity, have, count - have,
                           sizeof *live->sent.cell);
    live->sent.cell = list;
    return grown;
}

static plot_status give(plot_live *live, const char **bytes, size_t *length)
{
    bool good = !live->text.failed;
    *bytes = good && live->text.count > 0 ? live->text.bytes : "";
    *length = good ? live->text.count : 0;
    return good ? PLOT_OK : PLOT_NO_MEMORY;
}

static void restart(plot_live *live)
{
    live->text.count = 0;
    live->text.failed = false;
    live->pen = (plot_shown){ 0 };
    live->col = live->row = 0;
}

plot_status plot_live_frame(plot_live *live, const plot_renderer *renderer, const char **bytes,
                            size_t *length)
{
    const plot_cells *cells = &renderer->cells;
    size_t count = (size_t)cells->cols * (size_t)cells->rows;
    restart(live);
    if (!reserve_cells(live, cells)) live->text.failed = true;
    if (count == 0 || live->text.failed) return give(live, bytes, length);
    if (live->sent.rows > 0 && same_frame(&live->frame, &renderer->frame))
        put_changes(live, cells, &renderer->frame);
    else
        put_whole(live, cells, &renderer->frame);
    plot_status status = give(live, bytes, length);
    if (status != PLOT_OK) return status;
    memcpy(live->sent.cell, cells->cell, count * sizeof *cells->cell);
    live->sent.cols = cells->cols;
    live->sent.rows = cells->rows;
    live->frame = renderer->frame;
    return PLOT_OK;
}

plot_status plot_live_erase(plot_live *live, const char **bytes, size_t *length)
{
    restart(live);
    if (live->sent.rows > 0) put_erasure(live, live->sent.cols);
    plot_status status = give(live, bytes, length);
    if (status == PLOT_OK) plot_live_end(live);
    return status;
}
