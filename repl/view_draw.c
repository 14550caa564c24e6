/* view_draw.c -- a frame: the cells that are to be seen, then what stands around and over them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/output_rows.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"

#define GUTTER 3

/* ---- times ----------------------------------------------------------------------------------- */

void view_write_time(char *out, size_t room, double s)
{
    if (s < 1e-3)
        snprintf(out, room, "%.2g ms", s * 1e3);
    else if (s < 1)
        snprintf(out, room, "%.3g ms", s * 1e3);
    else if (s < 100)
        snprintf(out, room, "%.3g s", s);
    else if (s < 3600)
        snprintf(out, room, "%d min %02d s", (int)s / 60, (int)s % 60);
    else
        snprintf(out, room, "%d h %02d min", (int)s / 3600, (int)s / 60 % 60);
}

/* NOW, which is T, of a run that took BEFORE seconds last time (< 0: unknown), and what is left of that. */
static void describe_left(const char *now, double before, double t, char *out, size_t room)
{
    char all[32], left[32];
    view_write_time(all, sizeof all, before);
    view_write_time(left, sizeof left, before - t);
    if (before < 0)
        snprintf(out, room, "running %s", now);
    else if (t < before)
        snprintf(out, room, "running %s of about %s, %s left", now, all, left);
    else
        snprintf(out, room, "running %s, longer than before (%s)", now, all);
}

/* What stands at the right of a cell's head: how long it takes, took, and took before. */
static void describe_time(const view *v, const cell_state *s, const outputs *o, char *out,
                          size_t room)
{
    char now[32], before[32] = "";
    *out = '\0';
    if (s->before >= 0) view_write_time(before, sizeof before, s->before);
    if (s->run == RUN_RUNNING) {
        double t = view_now() - s->started;
        if (t < 0.2) return;
        snprintf(now, sizeof now, t < 60 ? "%.1f s" : "%.0f s", t);
        if (t >= 60) view_write_time(now, sizeof now, t);
        describe_left(now, s->before, t, out, room);
    } else if (s->run == RUN_QUEUED) {
        int place = 0;
        while (place < v->nqueue && v->queue[place] != s->id) place++;
        snprintf(out, room, "waits: %d%s%s", place + 1, *before ? ", about " : "", before);
    } else if (s->seconds >= 0) {
        view_write_time(now, sizeof now, s->seconds);
        snprintf(out, room, "%s%s%s%s", now, *before ? " (before " : "", before,
                 *before ? ")" : "");
    } else if (o && o->seconds >= 0) {
        view_write_time(now, sizeof now, o->seconds);
        snprintf(out, room, "before %s", now);
    }
}

/* ---- a cell ---------------------------------------------------------------------------------- */

static void draw_state(const view *v, const cell_state *s, int i, int y)
{
    if (s->run == RUN_RUNNING)
        canvas_glyph(y, 1, "▶", '>', PART_RUNNING);
    else if (s->run == RUN_QUEUED)
        canvas_glyph(y, 1, "…", '.', PART_RUNNING);
    else if (s->run == RUN_FAILED && run_log_last(&v->log, s->id) >= 0 &&
             v->log.list[run_log_last(&v->log, s->id)].source != notebook_at(v->nb, i)->hash)
        canvas_glyph(y, 1, "○", 'o', PART_STALE);
    else if (s->run == RUN_FAILED)
        canvas_glyph(y, 1, "!", '!', PART_FAILED);
    else if (view_cell_fresh(v, i))
        canvas_glyph(y, 1, "●", '*', PART_FRESH);
    else
        canvas_glyph(y, 1, "○", 'o', s->run == RUN_NEVER ? PART_DIM : PART_STALE);
}

static void draw_head(view *v, const block *b, const cell_state *s, int i, int y)
{
    const notebook_cell *c = b->cell;
    char name[64], time[128];
    int right = v->main_columns - 1, width = right - GUTTER;
    if (cell_is_code(c)) {
        draw_state(v, s, i, y);
        describe_time(v, s, c->outputs, time, sizeof time);
        if (canvas_width(time) + 12 >= width)
            time[strcspn(time, ",(")] = '\0'; /* the least of it */
        int n = canvas_width(time);
        if (n + 12 < width) {
            canvas_text(y, right - n, n, time, s->run == RUN_RUNNING ? PART_RUNNING : PART_DIM);
            width -= n + 1;
        }
    }
    int at = 0;
    if (*c->title) {
        at = canvas_text(y, GUTTER, width, c->title, PART_TITLE) + 1;
    } else if (c->type == CELL_CODE) {
        snprintf(name, sizeof name, "cell %d", i + 1);
        at = canvas_text(y, GUTTER, width, name, PART_DIM) + 1;
    }
    if (c->type != CELL_CODE)
        at += canvas_text(y, GUTTER + at, width - at, cell_type_word(c->type), PART_DIM) + 1;
    if (*c->options && at < width) canvas_text(y, GUTTER + at, width - at, c->options, PART_DIM);
}

/* Row ROW of cell I at line Y. */
static void draw_row(view *v, const block *b, int i, int row, int y)
{
    int first, count, last = b->height - 1;
    view_selection(v, &first, &count);
    bool selected = i >= first && i < first + count;
    bool edited = v->mode == MODE_EDIT && i == v->cell;
    const cell_state *s = view_state_at(v, i);
    if (row == last || !s) return;
    if (selected) canvas_glyph(y, 0, "┃", '|', edited ? PART_EDITBAR : PART_BAR);
    if (row < b->head) {
        draw_head(v, b, s, i, y);
        return;
    }
    int source = row - b->head, out = source - b->source.n, columns = v->main_columns - GUTTER;
    if (source < b->source.n) {
        bool goes_on = source > 0 && b->source.rows[source - 1].goes_on;
        if (b->as_source) canvas_glyph(y, 1, goes_on ? "┆" : "│", goes_on ? ':' : '|', PART_LINE);
        canvas_row(y, GUTTER, columns, &b->source, source);
    } else
        canvas_row(y, GUTTER, columns, &b->out, out);
}

static void clear_marks(styled *s)
{
    for (int i = 0; i < s->ncells; i++)
        s->cells[i].style.flags &= (uint16_t) ~(STYLE_SELECTED | STYLE_PARTNER | STYLE_MATCH);
}

/* The block that is edited, with selection and brackets marked; the place of the cursor in it. */
static void mark_edited(view *v, int *row, int *column)
{
    block *b = view_block(v, v->cell);
    cell_editor_view e = cell_editor_look();
    *row = *column = 0;
    if (!b) return;
    clear_marks(&b->source);
    if (e.selected != e.selected_to) {
        size_t from = e.selected < e.selected_to ? e.selected : e.selected_to;
        size_t to = e.selected < e.selected_to ? e.selected_to : e.selected;
        styled_mark(&b->source, (uint32_t)from, (uint32_t)to, STYLE_SELECTED);
    }
    if (e.partner < e.size)
        styled_mark(&b->source, (uint32_t)e.partner, (uint32_t)e.partner + 1, STYLE_PARTNER);
    styled_find(&b->source, (uint32_t)e.point, row, column);
    *row += b->head;
}

static void mark_matches(view *v, int i, block *b)
{
    notebook_match m = { .cell = i };
    clear_marks(&b->source);
    for (int n = 0; n < 1000 && notebook_find(v->nb, v->pattern, &m, false) && m.cell == i; n++) {
        styled_mark(&b->source, (uint32_t)m.at, (uint32_t)(m.at + m.size), STYLE_MATCH);
        m.at += m.size ? m.size : 1;
    }
}

/* Draws the cells; where the cursor of the editor is, -1 if it is not on the screen. */
static void draw_cells(view *v, int *cursor_y, int *cursor_x)
{
    int row = -1, column = 0, y = -v->top_row;
    *cursor_y = *cursor_x = -1;
    for (int i = v->top; y < v->main_rows && i < notebook_count(v->nb); i++) {
        block *b = view_block(v, i);
        if (!b) break;
        bool edited = v->mode == MODE_EDIT && i == v->cell;
        if (edited)
            mark_edited(v, &row, &column);
        else if (v->pattern && b->as_source)
            mark_matches(v, i, b);
        else
            clear_marks(&b->source);
        for (int r = y < 0 ? -y : 0; r < b->height && y + r < v->main_rows; r++)
            draw_row(v, b, i, r, v->main_top + y + r);
        if (edited && y + row >= 0 && y + row < v->main_rows)
            *cursor_y = v->main_top + y + row, *cursor_x = GUTTER + column;
        y += b->height;
    }
    if (*cursor_x >= v->main_columns) *cursor_x = v->main_columns - 1;
    view_draw_welcome(v, v->main_top + y);
}

/* ---- the pop-up of completion ---------------------------------------------------------------- */

#define POPUP_ROWS 10
#define POPUP_KIND 10 /* columns, with the blank before them */

/* Rows from *top on for N words, below line Y or above it, where there is more room: never over it. */
static int place_popup(const view *v, int y, int n, int *top)
{
    int below = v->main_top + v->main_rows - y - 1, above = y - v->main_top;
    int rows = n < POPUP_ROWS ? n : POPUP_ROWS, more = n > rows;
    bool down = rows + more <= below || below >= above;
    int room = down ? below : above;
    if (rows + more > room) rows = room - 1;
    *top = down ? y + 1 : y - rows - (n > rows);
    return rows;
}

static int popup_width(const cell_editor_popup *p, int first, int rows)
{
    int width = 12;
    for (int i = first; i < first + rows; i++) {
        int w = canvas_width(p->words[i]) + 2 + POPUP_KIND;
        if (w > width) width = w;
    }
    return width;
}

static void draw_popup_row(int y, int x, int width, const char *text, canvas_part part)
{
    canvas_fill(y, x, width, " ", ' ', part);
    canvas_glyph(y, x, "▏", '|', PART_POPUP_DIM);
    canvas_text(y, x + 1, width - 2, text, part);
    canvas_glyph(y, x + width - 1, "▕", '|', PART_POPUP_DIM);
}

static void draw_popup(view *v, int y, int x)
{
    const cell_editor_popup *p = cell_editor_popup_now();
    if (!p || p->n == 0 || y < 0) return;
    int top, rows = place_popup(v, y, p->n, &top);
    if (rows < 1) return;
    int first = p->chosen >= rows ? p->chosen - rows + 1 : 0, width = popup_width(p, first, rows);
    cell_editor_view e = cell_editor_look();
    x -= 1 + styled_width(e.text + p->start, e.point - p->start, v->charset);
    if (width > v->columns) width = v->columns;
    if (x + width > v->columns) x = v->columns - width;
    if (x < 0) x = 0;
    for (int i = 0; i < rows; i++) {
        const char *word = p->words[first + i];
        bool chosen = first + i == p->chosen;
        draw_popup_row(top + i, x, width, word, chosen ? PART_CHOSEN : PART_POPUP);
        if (canvas_width(word) + 1 + POPUP_KIND > width) continue;
        canvas_text(top + i, x + width - POPUP_KIND, POPUP_KIND - 1, completion_kind(word),
                    chosen ? PART_CHOSEN : PART_POPUP_DIM);
    }
    if (p->n > rows) {
        char more[40];
        snprintf(more, sizeof more, "%d of %d", p->chosen < 0 ? 0 : p->chosen + 1, p->n);
        draw_popup_row(top + rows, x, width, more, PART_POPUP_DIM);
    }
}

/* ---- the frame ------------------------------------------------------------------------------- */

static void draw_panel(view *v)
{
    if (v->main_columns == v->columns || v->main_rows < 1) return;
    int x = v->main_columns, columns = v->columns - x - 2;
    styled rows = { 0 };
    for (int y = 0; y < v->main_rows; y++) canvas_glyph(v->main_top + y, x, "│", '|', PART_LINE);
    if (v->variables) variable_rows(&rows, v->variables, columns, v->charset);
    canvas_text(v->main_top, x + 2, columns, "variables", PART_DIM);
    int room = v->main_rows - 1;
    for (int i = 0; i < rows.n && i < room; i++) {
        if (i == room - 1 && rows.n > room) {
            char more[32];
            snprintf(more, sizeof more, "%d more", rows.n - i);
            canvas_text(v->main_top + 1 + i, x + 2, columns, more, PART_DIM);
        } else
            canvas_row(v->main_top + 1 + i, x + 2, columns, &rows, i);
    }
    if (json_array_size(v->variables) == 0)
        canvas_text(v->main_top + 1, x + 2, columns, view_busy(v) ? "…" : "none yet", PART_DIM);
    styled_free(&rows);
}

void view_draw(view *v)
{
    int y = -1, x = -1, line_y = -1, line_x = -1;
    canvas_begin(&v->rows, &v->columns);
    view_measure(v);
    view_follow(v);
    if (v->overlay.on)
        view_draw_overlay(v);
    else {
        draw_cells(v, &y, &x);
        draw_panel(v);
    }
    view_draw_status(v);
    view_draw_bottom(v, &line_y, &line_x);
    if (v->mode == MODE_EDIT && !v->overlay.on) draw_popup(v, y, x);
    if (line_y >= 0) y = line_y, x = line_x;
    bool shown = y >= 0 && (line_y >= 0 || (v->mode == MODE_EDIT && !v->overlay.on));
    canvas_end(shown ? y : -1, x);
    v->dirty = v->hurry = false;
}
