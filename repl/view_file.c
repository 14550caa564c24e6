/* view_file.c -- the notebook's file: opened, saved, recovered, closed. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "repl/export.h"
#include "repl/ipynb.h"
#include "repl/percent.h"
#include "repl/view_private.h"

#define NOTE_AFTER 2.0 /* seconds that an edit may be known to nobody else */

/* ---- the journal ----------------------------------------------------------------------------- */

void view_note_edits(view *v, bool now)
{
    char error[256];
    if (!v->journal) return;
    if (v->unsaved_since == 0) v->unsaved_since = view_now();
    if (!now && view_now() - v->unsaved_since < NOTE_AFTER) return;
    v->unsaved_since = 0;
    if (!journal_edits(v->journal, v->nb, error, sizeof error)) view_complain(v, "%s", error);
}

/* The folder, with a slash, of journals of notebooks that have no file; NULL: there is none. */
static char *untitled_folder(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    buffer b = { 0 };
    if (state && *state == '/')
        buffer_format(&b, "%s/moonlab/", state);
    else if (home && *home == '/')
        buffer_format(&b, "%s/.local/state/moonlab/", home);
    else
        return NULL;
    char *path = buffer_take(&b, NULL);
    for (char *p = path ? path + 1 : NULL; p && *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        bool there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (there) continue;
        free(path);
        return NULL;
    }
    return path;
}

/* Where edits are noted; V's own. */
static void find_journal(view *v)
{
    free(v->journal_path);
    v->journal_path = v->path ? sidecar_path(v->path, ".journal.jsonl") : NULL;
    char *folder = v->path ? NULL : untitled_folder();
    if (folder) {
        buffer b = { 0 };
        buffer_format(&b, "%suntitled-%ld.journal.jsonl", folder, (long)getpid());
        v->journal_path = buffer_take(&b, NULL);
        free(folder);
    }
}

static void start_journal(view *v)
{
    journal_close(v->journal);
    find_journal(v);
    v->journal = v->journal_path
                     ? journal_open(v->journal_path, v->nb, v->file.there ? v->file.hash : 0)
                     : NULL;
    v->unsaved_since = 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void forget_notebook(view *v)
{
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

bool view_open(view *v, const char *path, char *error, size_t room)
{
    notebook_file f = { 0 };
    if (path && !(access(path, F_OK) < 0 && errno == ENOENT)) {
        if (!notebook_load(path, true, &f, error, room)) return false;
    } else {
        f.notebook = notebook_new();
        f.is_ipynb = path && ends_in(path, ".ipynb");
        if (!f.notebook) {
            snprintf(error, room, "out of memory");
            return false;
        }
    }
    forget_notebook(v);
    v->nb = f.notebook, v->file = f.state, v->header = f.header, v->is_ipynb = f.is_ipynb;
    v->path = path ? copy_bytes(path, strlen(path)) : NULL;
    start_journal(v);
    if (notebook_count(v->nb) == 0) { /* not something to be saved */
        notebook_insert(v->nb, 0, CELL_CODE, "", 0);
        notebook_saved(v->nb);
    }
    read_seed(v);
    v->follow = v->dirty = true;
    return true;
}

/* ---- recovery -------------------------------------------------------------------------------- */

static recovery found; /* while the question is open */
static char *found_in; /* the journal of an untitled notebook that it comes from */

/* What has been typed meanwhile stands below what was found. */
static bool keep_typed(view *v)
{
    bool good = true, one = v->path != NULL;
    int first = one ? v->cell : 0, last = one ? v->cell : notebook_count(v->nb) - 1;
    if (!view_modified(v) || (one && v->mode != MODE_EDIT)) return true;
    for (int i = first; good && i <= last; i++) {
        const notebook_cell *c = notebook_at(v->nb, i);
        if (c && !view_cell_empty(c))
            good = notebook_insert_cell(found.notebook, notebook_count(found.notebook), c);
    }
    return good;
}

static void answer_recovery(view *v, char key)
{
    char error[256];
    bool edits = v->mode == MODE_EDIT;
    if (key == 'r' && !keep_typed(v)) {
        view_complain(v, "out of memory: nothing is recovered; it is offered at the next start");
    } else if (key == 'r') {
        view_edit_end(v);
        view_blocks_free(v);
        notebook_free(v->nb);
        v->nb = found.notebook, found.notebook = NULL;
        view_select(v, v->path ? 0 : notebook_count(v->nb) - 1);
        if (edits) view_edit_begin(v, true);
        view_note_edits(v, true);
        view_say(v, "recovered; it is not saved yet");
        if (found_in) unlink(found_in);
    } else if (key == 'D') {
        if (found_in)
            unlink(found_in);
        else if (v->journal_path &&
                 !file_append(v->journal_path, "{\"do\":\"discard\"}\n", 17, error, sizeof error))
            view_complain(v, "%s", error);
    }
    notebook_free(found.notebook);
    found = (recovery){ 0 };
    free(found_in);
    found_in = NULL;
}

static void ask_recovery(view *v)
{
    char when[40] = "";
    time_t t = (time_t)found.time;
    struct tm local;
    if (localtime_r(&t, &local)) strftime(when, sizeof when, "%F %R", &local);
    view_ask(v, found_in ? "rDl" : "rDr", answer_recovery,
             "%s that was not saved when moonlab ended (%s)%s: r recovers it, D drops it%s",
             found_in ? "there is an untitled notebook" : "there is work", when,
             found.file_changed ? ", and the file has been changed since" : "",
             found_in ? ", l leaves it for later" : "");
    view_ask_unexpected(v);
}

/* An untitled notebook of a process that is no more. */
static void find_untitled(void)
{
    char *folder = untitled_folder();
    DIR *d = folder ? opendir(folder) : NULL;
    for (struct dirent *e; d && !found.notebook && (e = readdir(d));) {
        long pid;
        char error[256];
        int n = 0;
        /* NOLINTNEXTLINE(cert-err34-c): a name of ours */
        if (sscanf(e->d_name, "untitled-%ld.journal.jsonl%n", &pid, &n) != 1 || e->d_name[n] ||
            n == 0)
            continue;
        if (kill((pid_t)pid, 0) == 0 || errno == EPERM) continue;
        buffer b = { 0 };
        buffer_format(&b, "%s%s", folder, e->d_name);
        char *path = buffer_take(&b, NULL);
        if (path && journal_recover(path, 0, &found, error, sizeof error) && found.notebook) {
            found_in = path;
        } else {
            if (path) unlink(path); /* nothing unsaved is in it */
            free(path);
        }
    }
    if (d) closedir(d);
    free(folder);
}

void view_offer_recovery(view *v)
{
    char error[256];
    if (!v->path)
        find_untitled();
    else if (v->journal_path && !journal_recover(v->journal_path, v->file.there ? v->file.hash : 0,
                                                 &found, error, sizeof error))
        view_complain(v, "%s", error);
    if (found.notebook) ask_recovery(v);
}

/* ---- saving ---------------------------------------------------------------------------------- */

static void write_notebook(view *v, buffer *b)
{
    if (v->is_ipynb)
        ipynb_print(v->nb, b);
    else
        percent_print(v->nb, b);
}

/* Is the only thing there the empty cell that a new notebook is shown with? */
static bool is_blank(const view *v)
{
    return notebook_count(v->nb) == 1 && view_cell_empty(notebook_at(v->nb, 0)) && !v->file.there;
}

bool view_modified(const view *v)
{
    return (notebook_modified(v->nb) || v->header_changed) && !is_blank(v);
}

void view_discard(view *v)
{
    char error[256];
    if (v->journal && !journal_discarded(v->journal, error, sizeof error))
        view_complain(v, "%s", error);
    if (!v->path && v->journal_path) unlink(v->journal_path);
}

static void set_path(view *v, const char *path)
{
    char *own = copy_bytes(path, strlen(path));
    if (!own) return;
    view_discard(v); /* what the old file does not have is in the new one */
    free(v->path);
    v->path = own;
    v->is_ipynb = ends_in(path, ".ipynb");
    start_journal(v);
}

/* The outputs and the journal: what is there besides. */
static bool save_rest(view *v)
{
    char error[300];
    v->header.seed = v->seed;
    if (!v->is_ipynb && !sidecar_write(v->path, v->nb, &v->header, error, sizeof error)) {
        view_complain(v, "saved, but not the outputs: %s", error);
        return false;
    }
    if (v->journal && !journal_saved(v->journal, v->nb, v->file.hash, error, sizeof error)) {
        view_complain(v, "saved, but the journal: %s", error);
        return false;
    }
    return true;
}

static char *pending; /* the file of the question about a conflict; NULL: the notebook's own */
static bool pending_quit;
static bool save(view *v, const char *path, bool anyway, bool quit);

static void answer_conflict(view *v, char key)
{
    char *path = pending, error[300];
    pending = NULL;
    if (key == 'o') {
        save(v, path, true, pending_quit);
    } else if (key == 'r' && v->path) {
        char *own = copy_bytes(v->path, strlen(v->path));
        view_discard(v);
        if (own && !view_open(v, own, error, sizeof error)) view_complain(v, "%s", error);
        free(own);
    } else
        view_say(v, "not saved");
    free(path);
}

/* Writes the notebook to PATH, or with NULL to its file.  True if that is done; else it was said, or asked, why not. */
static bool save(view *v, const char *path, bool anyway, bool quit)
{
    char error[300];
    bool own = !path || (v->path && strcmp(path, v->path) == 0), was_ipynb = v->is_ipynb;
    const char *to = own ? v->path : path;
    file_state state;
    buffer b = { 0 };
    if (!own) v->is_ipynb = ends_in(to, ".ipynb");
    write_notebook(v, &b);
    v->is_ipynb = was_ipynb;
    if (b.failed) {
        buffer_free(&b);
        view_complain(v, "out of memory: not saved");
        return false;
    }
    save_options o = { .new = !own && !anyway, .state = &state };
    if (own && !anyway) o.expected = &v->file;
    save_result result = file_save(to, b.data ? b.data : "", b.size, &o, error, sizeof error);
    buffer_free(&b);
    if (result == SAVE_DONE) {
        if (!own) set_path(v, to);
        v->file = state;
        notebook_saved(v->nb);
        v->header_changed = false;
        bool good = save_rest(v);
        if (good) view_say(v, "saved as %s", v->path);
        if (quit && good) v->ends = true;
        return good;
    }
    if (result == SAVE_FAILED) {
        view_complain(v, "not saved: %s", error);
        return false;
    }
    free(pending);
    pending = own ? NULL : copy_bytes(to, strlen(to));
    pending_quit = quit;
    if (result == SAVE_CHANGED)
        view_ask(
            v, "orc", answer_conflict,
            "%s has been changed by another program: o overwrites it, r reads it again (what is "
            "unsaved here goes), c cancels",
            to);
    else
        view_ask(v, "oc", answer_conflict, "there is a file %s: o overwrites it, c cancels", to);
    return false;
}

static void write_to(view *v, const char *argument, bool anyway, bool quit)
{
    argument += strspn(argument, " ");
    if (!*argument && !v->path) {
        const char *name = quit ? "wq" : "w";
        view_line_open(v, '=', view_command_find(name, strlen(name)), "untitled.lua");
        return;
    }
    if (*argument && !ends_in(argument, ".lua") && !ends_in(argument, ".ipynb")) {
        view_complain(v, "a notebook's file ends in .lua or .ipynb; :export writes other formats");
        return;
    }
    save(v, *argument ? argument : NULL, anyway, quit);
}

void do_save(view *v, const char *argument)
{
    (void)argument;
    write_to(v, "", false, false);
}

void do_write(view *v, const char *argument)
{
    write_to(v, argument, false, false);
}

void do_write_anyway(view *v, const char *argument)
{
    write_to(v, argument, true, false);
}

void do_write_quit(view *v, const char *argument)
{
    write_to(v, argument, false, true);
}

static char *exported; /* the file of the question */
static void export_to(view *v, const char *path, bool anyway);

static void answer_export(view *v, char key)
{
    char *path = exported;
    exported = NULL;
    if (key == 'o') export_to(v, path, true);
    free(path);
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
    } else if (result == SAVE_FAILED || !(exported = copy_bytes(path, strlen(path)))) {
        view_complain(v, "%s", error);
    } else
        view_ask(v, "oc", answer_export, "there is a file %s: o overwrites it, c cancels", path);
}

void do_export(view *v, const char *argument)
{
    export_to(v, argument + strspn(argument, " "), false);
}

/* ---- leaving --------------------------------------------------------------------------------- */

static char *next_path; /* what is opened when this notebook is closed; NULL: moonlab ends */

static void leave(view *v)
{
    char error[400], *path = next_path;
    next_path = NULL;
    if (!path) {
        v->ends = true;
        return;
    }
    view_edit_end(v);
    if (view_open(v, path, error, sizeof error)) {
        if (v->kernel) do_restart(v, "");
        view_say(v, "%s", path);
        view_offer_recovery(v);
    } else
        view_complain(v, "%s", error);
    free(path);
}

static void answer_unsaved(view *v, char key)
{
    if (key == 's') {
        if (!v->path) {
            write_to(v, "", false, next_path == NULL);
        } else if (save(v, NULL, false, next_path == NULL) && next_path)
            leave(v);
    } else if (key == 'd') {
        view_discard(v);
        leave(v);
    } else {
        free(next_path);
        next_path = NULL;
    }
}

static void try_to_leave(view *v, const char *path)
{
    free(next_path);
    next_path = path ? copy_bytes(path, strlen(path)) : NULL;
    if (view_modified(v)) {
        view_ask(v, "sdc", answer_unsaved,
                 "%s has changes that are not saved: s saves, d drops them, c cancels",
                 v->path ? v->path : "this notebook");
        return;
    }
    if (!v->path && v->journal_path) unlink(v->journal_path);
    leave(v);
}

static void answer_running(view *v, char key)
{
    if (key == 'e') try_to_leave(v, NULL);
}

void do_quit(view *v, const char *argument)
{
    (void)argument;
    if (v->running)
        view_ask(v, "ew", answer_running, "a cell is running: e ends it and moonlab, w waits");
    else
        try_to_leave(v, NULL);
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

void view_close_notebook(view *v)
{
    forget_notebook(v);
    journal_close(v->journal);
    free(v->journal_path);
    free(pending);
    free(exported);
    free(next_path);
    notebook_free(found.notebook);
    free(found_in);
}
