/* view_commands.c -- commands of the notebook: cells, moving between them, running them. */
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

/* After an operation that returned GOOD: cell I is selected. */
static void done(view *v, bool good, int i)
{
    if (!good) {
        view_complain(v, "that is not possible here, or memory is out");
        return;
    }
    view_select(v, i);
    view_note_edits(v, false);
}

static int cells(const view *v)
{
    return notebook_count(v->nb);
}

/* ---- moving ---------------------------------------------------------------------------------- */

void do_next(view *v, const char *argument)
{
    (void)argument;
    view_select(v, v->cell + 1);
}

void do_previous(view *v, const char *argument)
{
    (void)argument;
    view_select(v, v->cell - 1);
}

/* Moves the end of the selection that is not its anchor. */
static void extend(view *v, int by)
{
    int anchor = v->anchor, to = v->cell + by;
    if (to < 0 || to >= cells(v)) return;
    view_select(v, to);
    v->anchor = anchor;
}

void do_extend_down(view *v, const char *argument)
{
    (void)argument;
    extend(v, 1);
}

void do_extend_up(view *v, const char *argument)
{
    (void)argument;
    extend(v, -1);
}

void do_first(view *v, const char *argument)
{
    (void)argument;
    view_edit_end(v);
    view_select(v, 0);
}

void do_last(view *v, const char *argument)
{
    (void)argument;
    view_edit_end(v);
    view_select(v, cells(v) - 1);
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    v->at_end = c ? c->id : 0;
}

/* Scrolls, and selects a cell that is on the screen then. */
static void page(view *v, int by)
{
    int row, rows = v->main_rows > 3 ? v->main_rows - 2 : 1, old = v->cell;
    view_edit_end(v);
    view_scroll(v, by * rows);
    int i = view_cell_at(v, by > 0 ? 0 : v->main_rows - 1, &row);
    if (i < 0) i = by > 0 ? cells(v) - 1 : v->top;
    if (by > 0 && row > 0 && i + 1 < cells(v) && view_cell_at(v, v->main_rows - 1, &row) > i) i++;
    if (by > 0 ? i > old : i < old) v->cell = v->anchor = i;
}

void do_page_down(view *v, const char *argument)
{
    (void)argument;
    page(v, 1);
}

void do_page_up(view *v, const char *argument)
{
    (void)argument;
    page(v, -1);
    if (v->top == 0 && v->top_row == 0) v->cell = v->anchor = 0;
}

void do_scroll_down(view *v, const char *argument)
{
    (void)argument;
    view_scroll(v, 1);
}

void do_scroll_up(view *v, const char *argument)
{
    (void)argument;
    view_scroll(v, -1);
}

/* ---- cells ----------------------------------------------------------------------------------- */

void do_edit(view *v, const char *argument)
{
    (void)argument;
    if (cells(v) == 0) notebook_insert(v->nb, 0, CELL_CODE, "", 0);
    view_select(v, v->cell);
    view_edit_begin(v, false);
}

void do_leave(view *v, const char *argument)
{
    (void)argument;
    if (v->mode == MODE_EDIT) {
        const key_event escape = { .key = PRESS_ESCAPE };
        view_edit_key(v, &escape);
        return;
    }
    v->anchor = v->cell;
    notebook_pattern_free(v->pattern);
    v->pattern = NULL;
}

static void insert(view *v, int at)
{
    done(v, notebook_insert(v->nb, at, CELL_CODE, "", 0), at);
}

void do_insert_above(view *v, const char *argument)
{
    (void)argument;
    insert(v, v->cell);
}

void do_insert_below(view *v, const char *argument)
{
    (void)argument;
    insert(v, cells(v) ? v->cell + 1 : 0);
}

/* A notebook without cells has nowhere to type. */
static void refill(view *v)
{
    if (cells(v) == 0) notebook_insert(v->nb, 0, CELL_CODE, "", 0);
}

void do_delete(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    notebook_begin(v->nb);
    bool good = notebook_delete(v->nb, first, count);
    refill(v);
    notebook_end(v->nb);
    done(v, good, first);
    if (good)
        view_say(v,
                 count == 1 ? "deleted; z brings it back" : "%d cells deleted; z brings them back",
                 count);
}

void do_cut(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    notebook_begin(v->nb);
    bool good = notebook_cut(v->nb, first, count);
    refill(v);
    notebook_end(v->nb);
    done(v, good, first);
    if (good)
        view_say(v,
                 count == 1 ? "cut; v pastes it, z brings it back"
                            : "%d cells cut; v pastes them, z brings them back",
                 count);
}

void do_copy(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    if (notebook_copy(v->nb, first, count))
        view_say(v, count == 1 ? "1 cell copied" : "%d cells copied", count);
    v->anchor = v->cell;
}

static void paste(view *v, int at)
{
    if (notebook_clipboard(v->nb) == 0) {
        view_say(v, "nothing was copied or cut yet (c, x)");
        return;
    }
    int n = notebook_paste(v->nb, at);
    done(v, n >= 0, at + (n > 0 ? n - 1 : 0));
}

void do_paste(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    paste(v, first + count);
}

void do_paste_above(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    paste(v, first);
}

static void move(view *v, int by)
{
    int first, count, anchor = v->anchor, cell = v->cell;
    bool edits = v->mode == MODE_EDIT;
    view_selection(v, &first, &count);
    if (first + by < 0 || first + by + count > cells(v)) return;
    bool good = notebook_move(v->nb, first, count, first + by);
    done(v, good, cell + by);
    if (good && !edits) v->anchor = anchor + by;
}

void do_move_up(view *v, const char *argument)
{
    (void)argument;
    move(v, -1);
}

void do_move_down(view *v, const char *argument)
{
    (void)argument;
    move(v, 1);
}

void do_split(view *v, const char *argument)
{
    (void)argument;
    if (v->mode != MODE_EDIT) {
        view_say(v, "a cell is split at the cursor, while it is edited");
        return;
    }
    size_t point = cell_editor_look().point;
    view_edit_end(v);
    done(v, notebook_split(v->nb, v->cell, point), v->cell + 1);
    view_edit_begin(v, false);
    if (v->mode == MODE_EDIT) cell_editor_go(0, false);
}

void do_merge(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    if (count == 1) count = 2;
    if (first + count > cells(v)) {
        view_say(v, "there is no cell below to join with");
        return;
    }
    done(v, notebook_merge(v->nb, first, count), first);
}

static void set_type(view *v, cell_type type)
{
    int first, count, cell = v->cell, anchor = v->anchor;
    view_selection(v, &first, &count);
    done(v, notebook_set_type(v->nb, first, count, type), cell);
    v->anchor = anchor;
}

void do_markdown(view *v, const char *argument)
{
    (void)argument;
    set_type(v, CELL_MARKDOWN);
}

void do_code(view *v, const char *argument)
{
    (void)argument;
    set_type(v, CELL_CODE);
}

void do_note(view *v, const char *argument)
{
    (void)argument;
    set_type(v, CELL_NOTE);
}

void do_title(view *v, const char *argument)
{
    done(v, notebook_set_title(v->nb, v->cell, argument + strspn(argument, " ")), v->cell);
}

void do_options(view *v, const char *argument)
{
    done(v, notebook_set_options(v->nb, v->cell, argument + strspn(argument, " ")), v->cell);
}

void do_undo(view *v, const char *argument)
{
    (void)argument;
    int at;
    if (notebook_undo(v->nb, &at))
        done(v, true, at);
    else
        view_say(v, "nothing left to undo");
}

void do_redo(view *v, const char *argument)
{
    (void)argument;
    int at;
    if (notebook_redo(v->nb, &at))
        done(v, true, at);
    else
        view_say(v, "nothing left to do again");
}

/* ---- running --------------------------------------------------------------------------------- */

static bool can_run(view *v)
{
    if (v->kernel && kernel_state_of(v->kernel) == KERNEL_DEAD) kernel_restart(v->kernel);
    if (!v->kernel) view_kernel_start(v);
    return v->kernel != NULL;
}

/* Runs what is selected; the last of it is selected then. */
static void run_selected(view *v)
{
    int first, count;
    if (v->mode == MODE_EDIT) v->anchor = v->cell;
    view_selection(v, &first, &count);
    if (!can_run(v)) return;
    for (int i = first; i < first + count; i++) view_enqueue(v, i);
    view_edit_end(v);
    view_select(v, first + count - 1);
    view_pump(v);
}

void do_run(view *v, const char *argument)
{
    (void)argument;
    run_selected(v);
    if (v->cell + 1 >= cells(v)) {
        insert(v, cells(v));
        view_edit_begin(v, false);
    } else
        view_select(v, v->cell + 1);
}

void do_run_stay(view *v, const char *argument)
{
    (void)argument;
    run_selected(v);
}

void do_run_insert(view *v, const char *argument)
{
    (void)argument;
    run_selected(v);
    insert(v, v->cell + 1);
    view_edit_begin(v, false);
}

void do_run_above(view *v, const char *argument)
{
    (void)argument;
    if (!can_run(v)) return;
    view_edit_end(v);
    for (int i = 0; i < v->cell; i++) view_enqueue(v, i);
    view_pump(v);
}

void do_run_stale(view *v, const char *argument)
{
    (void)argument;
    if (!can_run(v)) return;
    v->stale_mode = true, v->stale_from = 0;
    view_pump(v);
    if (!v->running) view_say(v, "all cells are up to date");
}

static void restart(view *v)
{
    view_forget_queue(v);
    if (v->running) {
        cell_state *s = view_state_of(v, v->running);
        if (s) s->run = RUN_NEVER;
    }
    v->running = 0;
    run_log_clear(&v->log);
    view_note_taken_back(v);
    json_decref(v->variables);
    v->variables = NULL;
    bool same_path = strcmp(v->path ? v->path : "", v->kernel_path ? v->kernel_path : "") == 0;
    if (v->kernel && (v->kernel_seed != v->seed || !same_path)) { /* it begins as its host does */
        kernel_stop(v->kernel);
        v->kernel = NULL;
    }
    bool good = v->kernel ? kernel_restart(v->kernel) : view_kernel_start(v);
    if (!good) view_complain(v, "no new kernel could be started");
}

/* From a new kernel, so that the result is what the file gives. */
void do_run_all(view *v, const char *argument)
{
    (void)argument;
    view_edit_end(v);
    if (v->running) {
        view_say(v, "a cell is running: i i stops it");
        return;
    }
    restart(v);
    for (int i = 0; i < cells(v); i++) view_enqueue(v, i);
    v->all_since = v->nqueue > 0 ? view_now() : 0;
    view_pump(v);
}

void do_restart(view *v, const char *argument)
{
    (void)argument;
    restart(v);
    view_say(v, "a new kernel: no cell has been run in it");
}

static void answer_kill(view *v, char key)
{
    if (key == 'k' && v->kernel) kernel_kill(v->kernel);
}

void do_interrupt(view *v, const char *argument)
{
    (void)argument;
    if (!v->running) {
        view_say(v, "nothing is running%s",
                 v->mode == MODE_COMMAND ? "; :q ends moonlab" : "; Esc, then :q ends moonlab");
        return;
    }
    view_forget_queue(v);
    kernel_interrupt(v->kernel);
    if (++v->interrupts == 1)
        view_say(v, "interrupted; if it does not stop, do that once more");
    else {
        view_ask(v, "kw", answer_kill, "it does not stop: k kills the kernel%s, w waits",
                 kernel_can_rewind(v->kernel, (long long)v->running)
                     ? " (the state before comes back)"
                     : " (its variables are lost)");
        v->question.while_running = true;
    }
}

void do_kill(view *v, const char *argument)
{
    (void)argument;
    if (v->kernel) kernel_kill(v->kernel);
}

void do_rewind(view *v, const char *argument)
{
    (void)argument;
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (!c || !v->kernel) return;
    if (!kernel_can_rewind(v->kernel, (long long)c->id)) {
        const cell_state *lost = view_state_of(v, c->id);
        if (run_log_last(&v->log, c->id) < 0 && v->running != c->id)
            view_say(v, "this cell was not run in this kernel: there is nothing to take back");
        else
            view_say(v, "the state before this cell is not kept: %s",
                     lost && *lost->lost ? lost->lost : "it has only just begun");
        return;
    }
    view_forget_queue(v);
    uint64_t running = v->running;
    cell_state *s = running ? view_state_of(v, running) : NULL;
    if (!kernel_rewind(v->kernel, (long long)c->id)) return;
    v->running = 0;
    if (running != c->id) run_log_rewind(&v->log, c->id);
    view_note_taken_back(v);
    if (s) s->run = RUN_NEVER;
    view_say(v, "the state is as it was before this cell was run");
}
