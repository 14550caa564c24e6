/* view_journal.c -- what is not saved: noted in a journal as it is typed, offered again after a crash; and the lock that tells
** of another moonlab on the same file.
**
**     xor.lua      .moonlab/xor.lua.lock, .moonlab/xor.lua.journal.jsonl      beside the file itself, if it is a link
**     no file, or no lock of it      untitled-N.lock, untitled-N.journal.jsonl in the user's folder of states
**
** A journal belongs to who has its lock; a journal that nobody has the lock of is the work of a moonlab that is no more. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "repl/view_private.h"

#define NOTE_AFTER    2.0  /* seconds that an edit may be known to nobody else */
#define MOST_UNTITLED 1000 /* journals of notebooks without a file */

/* ---- where ----------------------------------------------------------------------------------- */

/* The folder, with a slash, of journals of notebooks that have no file; NULL: there is none. */
static char *state_folder(void)
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

static char *untitled(const char *folder, long n, const char *ending)
{
    buffer b = { 0 };
    buffer_format(&b, "%suntitled-%ld%s", folder, n, ending);
    return buffer_take(&b, NULL);
}

/* The number in the name of a journal; 0: it is none. */
static long untitled_number(const char *name)
{
    static const char start[] = "untitled-";
    if (strncmp(name, start, sizeof start - 1) != 0) return 0;
    char *end;
    long n = strtol(name + sizeof start - 1, &end, 10);
    return n > 0 && strcmp(end, ".journal.jsonl") == 0 ? n : 0;
}

/* Takes the first number that nobody has, and whose journal is nobody's work. */
static void take_untitled(view *v)
{
    char *folder = state_folder();
    long holder;
    for (long n = 1; folder && !v->journal_path && n < MOST_UNTITLED; n++) {
        char *lock = untitled(folder, n, ".lock"), *path = untitled(folder, n, ".journal.jsonl");
        lock_result r = lock && path ? lock_take(&v->lock, lock, &holder) : LOCK_IMPOSSIBLE;
        if (r == LOCK_TAKEN && access(path, F_OK) == 0) {
            lock_release(&v->lock);
        } else if (r == LOCK_TAKEN) {
            v->journal_path = path, path = NULL;
        } else if (r == LOCK_IMPOSSIBLE)
            n = MOST_UNTITLED;
        free(lock);
        free(path);
    }
    free(folder);
}

/* By whatever name the file is opened, its lock and its journal are the same. */
static lock_result take_file(view *v)
{
    struct stat s;
    bool is_link = lstat(v->path, &s) == 0 && S_ISLNK(s.st_mode);
    char *real = is_link ? realpath(v->path, NULL) : NULL;
    char *lock = sidecar_path(real ? real : v->path, ".lock");
    lock_result r = lock ? lock_take(&v->lock, lock, &v->holder) : LOCK_IMPOSSIBLE;
    if (r == LOCK_TAKEN) v->journal_path = sidecar_path(real ? real : v->path, ".journal.jsonl");
    free(lock);
    free(real);
    return r;
}

/* ---- the journal ----------------------------------------------------------------------------- */

void view_journal_start(view *v)
{
    lock_result r = v->path ? take_file(v) : LOCK_IMPOSSIBLE;
    v->looks = r == LOCK_OTHER;
    v->apart = r != LOCK_TAKEN;
    if (v->apart) take_untitled(v);
    if (v->journal_path)
        v->journal = journal_open(v->journal_path, v->nb, v->file.there ? v->file.hash : 0);
    v->unsaved_since = 0;
}

/* Does the file's journal hold what is still asked about?  Nothing is added to it until that is answered, for a new line would
** take its place. */
static bool is_asked_about(const view *v)
{
    return v->found.work.notebook && !v->found.journal;
}

void view_journal_end(view *v)
{
    view_forget_found(v);
    if (v->question.on && v->question.unasked > 0) view_question_free(v); /* of what was opened */
    if (v->apart && v->journal_path && !view_modified(v)) unlink(v->journal_path);
    journal_close(v->journal);
    lock_release(&v->lock);
    free(v->journal_path);
    v->journal = NULL, v->journal_path = NULL;
}

bool view_note_edits(view *v, bool now)
{
    char error[256];
    if (!v->journal) return false;
    if (v->unsaved_since == 0) v->unsaved_since = view_now();
    if (is_asked_about(v) || (!now && view_now() - v->unsaved_since < NOTE_AFTER)) return false;
    v->unsaved_since = 0;
    if (journal_edits(v->journal, v->nb, error, sizeof error)) return true;
    view_complain(v, "%s", error);
    return false;
}

void view_discard(view *v)
{
    char error[256];
    if (is_asked_about(v)) return;
    if (v->apart && v->journal_path)
        unlink(v->journal_path);
    else if (v->journal && !journal_discarded(v->journal, error, sizeof error))
        view_complain(v, "%s", error);
}

/* ---- recovery -------------------------------------------------------------------------------- */

/* What has been typed meanwhile stands below what was found. */
static bool keep_typed(view *v)
{
    bool good = true;
    notebook *found = v->found.work.notebook;
    for (int i = 0; good && i < notebook_count(v->nb); i++) {
        const notebook_cell *c = notebook_at(v->nb, i);
        bool from_file = is_asked_about(v) && v->journal && journal_knows(v->journal, c);
        bool typed = !from_file && !view_cell_empty(c);
        if (typed) good = notebook_insert_cell(found, notebook_count(found), c);
    }
    return good;
}

/* What has been found has no outputs: cells that are as they are in the file have those of the file. */
static void keep_outputs(const notebook *from, notebook *to)
{
    int next = 0;
    for (int i = 0; i < notebook_count(to); i++) {
        uint64_t hash = notebook_at(to, i)->hash;
        int k = next;
        while (k < notebook_count(from) && notebook_at(from, k)->hash != hash) k++;
        if (k == notebook_count(from)) continue;
        if (notebook_at(from, k)->outputs)
            notebook_set_outputs(to, i, notebook_at(from, k)->outputs);
        next = k + 1;
    }
}

/* The notebook that was found in the place of the one that is open; false if it is in no journal then. */
static bool take_found(view *v)
{
    bool edits = v->mode == MODE_EDIT;
    view_edit_end(v);
    view_forget_queue(v);
    if (v->running || v->log.n > 0) do_restart(v, ""); /* it has run cells of the other */
    view_blocks_free(v);
    view_states_free(v);
    keep_outputs(v->nb, v->found.work.notebook);
    notebook_free(v->nb);
    v->nb = v->found.work.notebook, v->found.work.notebook = NULL;
    view_select(v, v->path ? 0 : notebook_count(v->nb) - 1);
    view_say(v, "recovered; it is not saved yet");
    if (edits) view_edit_begin(v, true);
    return view_note_edits(v, true);
}

void view_forget_found(view *v)
{
    notebook_free(v->found.work.notebook);
    free(v->found.journal);
    lock_release(&v->found.lock);
    v->found = (found_work){ 0 };
}

void view_keep_found(view *v)
{
    if (is_asked_about(v) && view_modified(v) && keep_typed(v)) take_found(v);
}

static void answer_recovery(view *v, char key)
{
    bool recovers = key == 'r', done = key == 'D';
    if (recovers && !keep_typed(v))
        view_complain(v, "out of memory: nothing is recovered; it is offered at the next start");
    else if (recovers)
        done = take_found(v);
    if (done && v->found.journal) unlink(v->found.journal);
    bool drops = key == 'D' && !v->found.journal;
    view_forget_found(v);
    if (!drops) return;
    view_discard(v);
    view_note_edits(v, true);
}

static void ask_recovery(view *v)
{
    char when[40] = "";
    const found_work *f = &v->found;
    time_t t = (time_t)f->work.time;
    struct tm local;
    if (localtime_r(&t, &local)) strftime(when, sizeof when, "%F %R", &local);
    view_ask(v, f->journal ? "rDl" : "rDr", answer_recovery,
             "%s that was not saved when moonlab ended (%s)%s: r recovers it, D drops it%s",
             f->journal ? "there is an untitled notebook" : "there is work", when,
             f->work.file_changed && !f->journal ? ", and the file has been changed since" : "",
             f->journal ? ", l leaves it for later" : "");
    view_ask_unexpected(v);
}

void view_ask_again(view *v)
{
    if (v->found.work.notebook && !v->question.on && !v->ends) ask_recovery(v);
}

/* The journal PATH, of a process that is no more if its lock can be had.  What has nothing unsaved in it goes. */
static void look_into(view *v, const char *lock, char *path)
{
    char error[256];
    long holder;
    if (lock_take(&v->found.lock, lock, &holder) != LOCK_TAKEN) return;
    v->found.journal = copy_bytes(path, strlen(path));
    bool read = v->found.journal && journal_recover(path, 0, &v->found.work, error, sizeof error);
    if (v->found.work.notebook) return;
    if (read) unlink(path);
    view_forget_found(v);
}

static void find_untitled(view *v)
{
    char *folder = state_folder();
    DIR *d = folder ? opendir(folder) : NULL;
    for (struct dirent *e; d && !v->found.work.notebook && (e = readdir(d));) {
        long n = untitled_number(e->d_name);
        char *lock = n ? untitled(folder, n, ".lock") : NULL;
        char *path = n ? untitled(folder, n, ".journal.jsonl") : NULL;
        bool own = path && v->journal_path && strcmp(path, v->journal_path) == 0;
        if (lock && path && !own) look_into(v, lock, path);
        free(lock);
        free(path);
    }
    if (d) closedir(d);
    free(folder);
}

/* ---- what is asked when a notebook is opened --------------------------------------------------- */

static void answer_other(view *v, char key)
{
    if (key == 'q') do_quit(v, "");
    if (key == 'o') v->looks = false;
    if (key == 'l') view_say(v, "nothing is written unasked: saving asks first");
}

static void ask_other(view *v)
{
    char who[40] = "";
    if (v->holder) snprintf(who, sizeof who, " (process %ld)", v->holder);
    view_ask(v, "oql", answer_other,
             "%s is open in another moonlab%s: o opens it here all the same, q quits, l only looks",
             v->path, who);
    view_ask_unexpected(v);
}

void view_ask_opened(view *v)
{
    char error[256];
    if (!v->journal)
        view_complain(v, "no journal can be written here: what is not saved is kept nowhere");
    if (v->looks) {
        ask_other(v);
        return;
    }
    if (!v->path)
        find_untitled(v);
    else if (!v->apart && v->journal_path &&
             !journal_recover(v->journal_path, v->file.there ? v->file.hash : 0, &v->found.work,
                              error, sizeof error))
        view_complain(v, "%s", error);
    if (v->found.work.notebook) ask_recovery(v);
}
