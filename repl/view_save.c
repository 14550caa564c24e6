/* view_save.c -- the notebook written to its file, to another, or in another format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/export.h"
#include "repl/view_private.h"

/* ---- saving ---------------------------------------------------------------------------------- */

static void set_path(view *v, const char *path)
{
    char *own = copy_bytes(path, strlen(path));
    if (!own) return;
    view_discard(v); /* what the old file does not have is in the new one */
    view_journal_end(v);
    free(v->path);
    v->path = own;
    view_journal_start(v);
}

static void tell_saved(view *v)
{
    if (v->looks)
        view_say(v, "saved as %s, which another moonlab has open, too", v->path);
    else
        view_say(v, "saved as %s", v->path);
    v->looks = false; /* whoever saves it next is told that it was changed */
}

static void after_save(view *v, const char *to, const file_state *state)
{
    char error[300];
    if (!v->path || strcmp(to, v->path) != 0) set_path(v, to);
    v->file = *state;
    v->header_changed = false;
    if (v->journal && !journal_saved(v->journal, v->nb, v->file.hash, error, sizeof error))
        view_complain(v, "saved, but the journal: %s", error);
    else
        tell_saved(v);
}

static void answer_conflict(view *v, char key)
{
    const char *path = v->question.subject;
    char error[300];
    if (key == 'o')
        view_save(v, path, true, v->question.then);
    else if (key == 'c')
        view_say(v, "not saved");
    else if (!view_open(v, path, error, sizeof error) || *error)
        view_complain(v, "%s", error);
}

static void ask_conflict(view *v, save_result result, const char *to, const char *then)
{
    if (result == SAVE_CHANGED)
        view_ask(
            v, "orc", answer_conflict,
            "%s has been changed by another program: o overwrites it, r reads it again (what is "
            "unsaved here goes), c cancels",
            to);
    else
        view_ask(v, "oc", answer_conflict, "there is a file %s: o overwrites it, c cancels", to);
    view_ask_about(v, to, then);
}

void view_save(view *v, const char *path, bool anyway, const char *then)
{
    char error[300];
    const char *to = path ? path : v->path;
    bool own = v->path && strcmp(to, v->path) == 0;
    if (own && v->looks && !anyway) {
        view_ask(v, "oc", answer_conflict,
                 "%s is only looked at, as another moonlab has it open: o writes it, c cancels",
                 to);
        view_ask_about(v, to, then);
        return;
    }
    file_state state;
    save_options o = { .new = !own && !anyway, .state = &state };
    if (own && !anyway) o.expected = &v->file;
    v->header.seed = v->seed;
    save_result result = notebook_store(v->nb, to, &o, &v->header, error, sizeof error);
    switch (result) {
    case SAVE_DONE:
        after_save(v, to, &state);
        if (then) view_go_on(v, then);
        break;
    case SAVE_PARTLY:
        after_save(v, to, &state);
        view_complain(v, "saved, but not the outputs: %s", error);
        break;
    case SAVE_FAILED: view_complain(v, "not saved: %s", error); break;
    case SAVE_CHANGED:
    case SAVE_EXISTS: ask_conflict(v, result, to, then); break;
    }
}

/* ARGUMENT as it was typed; "": the notebook's own file, or, if it has none, one that is asked for. */
static void write_to(view *v, const char *argument, bool anyway, const char *then)
{
    argument += strspn(argument, " ");
    if (!*argument && !v->path)
        view_save_as(v, then != NULL);
    else if (*argument && !ends_in(argument, ".lua") && !ends_in(argument, ".ipynb"))
        view_complain(v, "a notebook's file ends in .lua or .ipynb; :export writes other formats");
    else
        view_save(v, *argument ? argument : NULL, anyway, then);
}

void view_save_as(view *v, bool quit)
{
    const char *name = quit ? "wq" : "w";
    view_line_open(v, '=', view_command_find(name, strlen(name)), "untitled.lua");
}

void do_save(view *v, const char *argument)
{
    (void)argument;
    write_to(v, "", false, NULL);
}

void do_write(view *v, const char *argument)
{
    write_to(v, argument, false, NULL);
}

void do_write_anyway(view *v, const char *argument)
{
    write_to(v, argument, true, NULL);
}

void do_write_quit(view *v, const char *argument)
{
    write_to(v, argument, false, "");
}

/* ---- other formats --------------------------------------------------------------------------- */

static void export_to(view *v, const char *path, bool anyway);

static void answer_export(view *v, char key)
{
    if (key == 'o') export_to(v, v->question.subject, true);
}

static void export_to(view *v, const char *path, bool anyway)
{
    char error[300];
    const export_form *form = export_find(path, error, sizeof error);
    buffer b = { 0 };
    if (!form) {
        view_complain(v, "%s", error);
        return;
    }
    form->write(&b, v->nb, v->path ? v->path : "untitled.lua", NULL);
    if (b.failed) {
        buffer_free(&b);
        view_complain(v, "out of memory");
        return;
    }
    save_options o = { .new = !anyway };
    save_result result = file_save(path, b.data ? b.data : "", b.size, &o, error, sizeof error);
    buffer_free(&b);
    if (result == SAVE_DONE) {
        view_say(v, "written to %s", path);
    } else if (result == SAVE_FAILED) {
        view_complain(v, "%s", error);
    } else {
        view_ask(v, "oc", answer_export, "there is a file %s: o overwrites it, c cancels", path);
        view_ask_about(v, path, NULL);
    }
}

void do_export(view *v, const char *argument)
{
    export_to(v, argument + strspn(argument, " "), false);
}
