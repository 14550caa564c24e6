/* view_file.c -- the notebook's file: opened, changed for another, closed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repl/percent.h"
#include "repl/view_private.h"

/* ---- opening --------------------------------------------------------------------------------- */

static void forget_notebook(view *v)
{
    view_journal_end(v);
    view_forget_found(v);
    view_blocks_free(v);
    view_states_free(v);
    run_log_clear(&v->log);
    notebook_free(v->nb);
    json_decref(v->header.environment);
    free(v->path);
    v->nb = NULL, v->path = NULL, v->header_changed = false;
    v->header = (sidecar_header){ 0 };
    v->cell = v->anchor = v->top = v->top_row = 0;
}

/* The file's own seed, if the command line has none. */
static void read_seed(view *v)
{
    size_t size;
    uint64_t seed;
    const char *header = notebook_header(v->nb, &size);
    if (!v->has_seed && percent_seed(header, size, &seed)) v->seed = seed;
    v->options.session.seed = v->seed, v->options.session.has_seed = true;
}

/* The notebook of PATH, or an empty one.  Outputs that cannot be read are left out, with a message. */
static bool load(const char *path, notebook_file *f, char *error, size_t room)
{
    *error = '\0';
    if (path && !(access(path, F_OK) < 0 && errno == ENOENT)) {
        char unused[1], why[400];
        if (notebook_load(path, true, f, why, sizeof why)) return true;
        bool without = f->sidecar == SIDECAR_BROKEN;
        snprintf(error, room, "%s%s", without ? "opened without outputs: " : "", why);
        return without && notebook_load(path, false, f, unused, sizeof unused);
    }
    *f = (notebook_file){ .notebook = notebook_new() };
    if (!f->notebook) snprintf(error, room, "out of memory");
    return f->notebook != NULL;
}

bool view_open(view *v, const char *path, char *error, size_t room)
{
    notebook_file f;
    char *own = path ? copy_bytes(path, strlen(path)) : NULL;
    if (!load(path, &f, error, room)) {
        free(own);
        return false;
    }
    view_edit_end(v);
    if (view_modified(v)) view_discard(v);
    forget_notebook(v);
    v->nb = f.notebook, v->file = f.state, v->header = f.header, v->path = own;
    view_journal_start(v);
    if (notebook_count(v->nb) == 0) { /* not something to be saved */
        notebook_insert(v->nb, 0, CELL_CODE, "", 0);
        notebook_saved(v->nb);
    }
    read_seed(v);
    v->follow = v->dirty = true;
    return true;
}

bool view_is_blank(const view *v)
{
    return notebook_count(v->nb) == 1 && view_cell_empty(notebook_at(v->nb, 0)) && !v->file.there;
}

bool view_modified(const view *v)
{
    return v->nb && (notebook_modified(v->nb) || v->header_changed) && !view_is_blank(v);
}

/* ---- leaving --------------------------------------------------------------------------------- */

void view_go_on(view *v, const char *then)
{
    char error[400];
    if (!*then) {
        v->ends = true;
        return;
    }
    bool good = view_open(v, then, error, sizeof error);
    if (good && v->kernel) do_restart(v, "");
    if (*error)
        view_complain(v, "%s", error);
    else
        view_say(v, "%s", then);
    if (good) view_ask_opened(v);
}

static void answer_unsaved(view *v, char key)
{
    const char *then = v->question.then;
    if (key == 's' && !v->path) {
        view_save_as(v, !*then);
    } else if (key == 's') {
        view_save(v, NULL, false, then);
    } else if (key == 'd') {
        if (!*then) view_discard(v);
        view_go_on(v, then);
    }
}

/* THEN: the file to be opened; "": the end. */
static void try_to_leave(view *v, const char *then)
{
    if (!view_modified(v)) {
        view_go_on(v, then);
        return;
    }
    view_ask(v, "sdc", answer_unsaved,
             "%s has changes that are not saved: s saves, d drops them, c cancels",
             v->path ? v->path : "this notebook");
    view_ask_about(v, NULL, then);
}

static void answer_running(view *v, char key)
{
    if (key == 'e') try_to_leave(v, "");
}

void do_quit(view *v, const char *argument)
{
    (void)argument;
    if (v->running)
        view_ask(v, "ew", answer_running, "a cell is running: e ends it and moonlab, w waits");
    else
        try_to_leave(v, "");
}

void do_quit_anyway(view *v, const char *argument)
{
    (void)argument;
    view_discard(v);
    v->ends = true;
}

void do_open(view *v, const char *argument)
{
    argument += strspn(argument, " ");
    if (!ends_in(argument, ".lua") && !ends_in(argument, ".ipynb"))
        view_complain(v, "a notebook's file ends in .lua or .ipynb");
    else
        try_to_leave(v, argument);
}

void view_free(view *v)
{
    view_overlay_close(v);
    view_line_free(v);
    view_question_free(v);
    view_bindings_free(&v->bindings);
    key_reader_free(&v->keys);
    notebook_pattern_free(v->pattern);
    free(v->queue);
    json_decref(v->variables);
    json_decref(v->environment);
    free(v->wants_completion);
    free(v->kernel_path);
    forget_notebook(v);
}
