/* view_run.c -- cells run in the kernel: the queue, and what the kernel tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

/* How often in a row a kernel that ended without a cell is brought back, and begun anew: it may be why it ends. */
enum { MOST_REWINDS = 1, MOST_RESTARTS = 3 };

bool view_busy(const view *v)
{
    return v->running != 0;
}

bool view_kernel_start(view *v)
{
    char error[256];
    v->kernel_seed = v->seed;
    free(v->kernel_path);
    v->kernel_path = v->path ? copy_bytes(v->path, strlen(v->path)) : NULL;
    v->options.session.notebook = v->kernel_path;
    v->kernel = kernel_start(&v->options, error, sizeof error);
    if (!v->kernel) view_complain(v, "no kernel: %s", error);
    return v->kernel != NULL;
}

void view_tell_size(view *v)
{
    view_measure(v);
    if (v->kernel)
        kernel_resize(v->kernel, v->main_columns > 5 ? v->main_columns - 4 : 1,
                      v->main_rows > 3 ? v->main_rows - 1 : 2, v->options.session.light);
}

/* ---- the queue ------------------------------------------------------------------------------- */

void view_enqueue(view *v, int i)
{
    const notebook_cell *c = notebook_at(v->nb, i);
    cell_state *s = view_state_at(v, i);
    if (!c || !s || !cell_is_code(c) || view_cell_empty(c) || view_edit_is_command(v, c)) return;
    for (int k = 0; k < v->nqueue; k++)
        if (v->queue[k] == c->id) return;
    if (v->nqueue == v->queue_room) {
        int room = v->queue_room ? 2 * v->queue_room : 64;
        uint64_t *queue = realloc(v->queue, (size_t)room * sizeof *queue);
        if (!queue) {
            view_complain(v, "out of memory");
            return;
        }
        v->queue = queue, v->queue_room = room;
    }
    v->queue[v->nqueue++] = c->id;
    if (s->run != RUN_RUNNING) s->run = RUN_QUEUED;
    v->dirty = true;
}

/* What a cell that was to be run is when it is not. */
static cell_run run_before(const view *v, uint64_t id)
{
    int last = run_log_last(&v->log, id);
    return last < 0 ? RUN_NEVER : v->log.list[last].failed ? RUN_FAILED : RUN_DONE;
}

void view_forget_queue(view *v)
{
    v->all_since = 0;
    for (int i = 0; i < v->nqueue; i++) {
        cell_state *s = view_state_of(v, v->queue[i]);
        if (s && s->run == RUN_QUEUED) s->run = run_before(v, s->id);
    }
    v->nqueue = 0;
    v->stale_mode = false;
    v->dirty = true;
}

/* The next cell to run, taken off the queue; -1: none. */
static int take_next(view *v)
{
    while (v->nqueue > 0) {
        uint64_t id = v->queue[0];
        memmove(v->queue, v->queue + 1, (size_t)--v->nqueue * sizeof *v->queue);
        int i = notebook_find_id(v->nb, id);
        if (i >= 0) return i;
    }
    while (v->stale_mode) {
        int i = v->stale_from++;
        const notebook_cell *c = notebook_at(v->nb, i);
        if (!c) v->stale_mode = false;
        bool runs = c && cell_is_code(c) && !view_cell_empty(c);
        if (runs && !view_cell_fresh(v, i)) return i;
    }
    return -1;
}

static void run_cell(view *v, int i)
{
    const notebook_cell *c = notebook_at(v->nb, i);
    cell_state *s = view_state_at(v, i);
    outputs *o = s ? notebook_outputs(v->nb, i) : NULL;
    if (!o) {
        view_complain(v, "out of memory: the cell was not run");
        view_forget_queue(v);
        return;
    }
    view_note_edits(v, true);
    snprintf(s->name, sizeof s->name, "cell %d", i + 1);
    s->before = v->journal ? journal_duration(v->journal, c->hash) : -1;
    if (s->before < 0 && o->source == c->hash) s->before = o->seconds;
    if (!kernel_run(v->kernel, (long long)c->id, s->name, c->source, c->size)) return;
    s->run = RUN_RUNNING, s->started = view_now(), s->seconds = -1, s->place = -1;
    s->clears = true;
    o->source = c->hash;
    v->running = v->at_end = c->id, v->interrupts = 0, v->kernel_ends = 0;
    v->dirty = true;
}

/* Asks the kernel; false if it has no time for that now. */
static bool ask(view *v, long long *open, const char *word, const char *text, size_t size,
                size_t point)
{
    if (!kernel_ask(v->kernel, v->asked.last + 1, word, text, size, point)) return false;
    *open = ++v->asked.last;
    return true;
}

/* What the user waits for at the cursor is asked while a cell runs, too. */
static void ask_what_is_wanted(view *v, bool idle)
{
    if (v->wants_completion) {
        char *text = v->wants_completion;
        if (!ask(v, &v->asked.completion, "complete", text, strlen(text), v->completion_point))
            return;
        v->wants_completion = NULL;
        free(text);
    } else if (v->wants_about && v->mode == MODE_EDIT) {
        buffer text = { 0 };
        view_edit_question(&text);
        v->wants_about =
            text.data && !ask(v, &v->asked.about, "about", text.data, text.size, text.size);
        buffer_free(&text);
    } else if (v->wants_variables && v->panel && idle)
        v->wants_variables = !ask(v, &v->asked.variables, "variables", "", 0, 0);
}

void view_pump(view *v)
{
    if (!v->kernel) return;
    bool idle = kernel_state_of(v->kernel) == KERNEL_IDLE && !v->running;
    int i = idle ? take_next(v) : -1;
    if (i >= 0)
        run_cell(v, i);
    else
        ask_what_is_wanted(v, idle);
}

/* ---- what comes ------------------------------------------------------------------------------ */

/* The outputs of the cell that runs, those of its last run gone; NULL if it is there no more. */
static outputs *target(view *v, cell_state **state)
{
    int i = v->running ? notebook_find_id(v->nb, v->running) : -1;
    cell_state *s = i >= 0 ? view_state_at(v, i) : NULL;
    outputs *o = s ? notebook_outputs(v->nb, i) : NULL;
    if (!o) return NULL;
    if (s->clears) {
        uint64_t source = o->source;
        outputs_clear(o);
        o->source = source, o->seconds = -1;
        s->clears = false;
    }
    s->outputs++;
    *state = s;
    v->dirty = true;
    return o;
}

static void add_output(view *v, output_kind kind, const kernel_event *e)
{
    cell_state *s;
    outputs *o = target(v, &s);
    if (!o) return;
    bool good;
    if (kind == OUTPUT_STREAM) {
        good = outputs_print(o, e->kind == KERNEL_ERRORS, e->text, e->size);
    } else {
        const char *digits = e->data ? json_string_value(json_object_get(e->data, "digits")) : NULL;
        output record = { .kind = kind, .text = (char *)(uintptr_t)e->text, .size = e->size };
        record.data = (char *)(uintptr_t)(digits ? digits : "");
        record.data_size = strlen(record.data);
        record.mime = (char *)(uintptr_t) "";
        record.key = kind == OUTPUT_PROGRESS ? 1 : 0;
        good = outputs_add(o, &record);
    }
    if (!good) view_complain(v, "out of memory: some output is missing");
}

/* What it printed last time is no longer its output, even if it shows nothing now. */
static void drop_old_output(view *v)
{
    cell_state *s;
    target(v, &s);
}

static const char *status_word(session_status status)
{
    return status == SESSION_OK ? "ok" : status == SESSION_INTERRUPTED ? "interrupted" : "error";
}

static void say_all_run(view *v)
{
    char time[32];
    view_write_time(time, sizeof time, view_now() - v->all_since);
    view_say(v, "all cells have been run, in %s", time);
}

static void hear_done(view *v, const kernel_event *e)
{
    uint64_t id = v->running;
    drop_old_output(v);
    if (e->status == SESSION_EXIT) return; /* its kernel ends: that is heard next */
    v->running = 0;
    v->wants_variables = v->dirty = true;
    int i = notebook_find_id(v->nb, id);
    cell_state *s = view_state_of(v, id);
    if (!s) return;
    if (v->environment) {
        json_decref(v->header.environment);
        v->header.environment = json_incref(v->environment);
    }
    bool failed = e->status != SESSION_OK;
    const notebook_cell *c = notebook_at(v->nb, i);
    if (e->status == SESSION_ERROR && c && cell_has_tag(c, "raises")) failed = false;
    s->run = failed ? RUN_FAILED : RUN_DONE;
    s->seconds = e->seconds;
    outputs *o = i >= 0 ? notebook_outputs(v->nb, i) : NULL;
    uint64_t source = o ? o->source : 0;
    if (v->question.while_running) v->question = (question){ 0 };
    if (o) o->seconds = e->seconds;
    run_log_add(&v->log, id, source, json_object_get(e->data, "reads"),
                json_object_get(e->data, "writes"), failed);
    char error[256];
    if (v->journal &&
        !journal_run(v->journal, source, e->seconds, status_word(e->status), error, sizeof error))
        view_complain(v, "journal: %s", error);
    if (failed) {
        int left = v->nqueue;
        view_forget_queue(v);
        if (e->status == SESSION_INTERRUPTED)
            view_say(v, "interrupted%s", left ? "; the cells after it were not run" : "");
        else
            view_complain(v, "%s failed%s; %se goes to the line", s->name,
                          left ? ", and the cells after it were not run" : "",
                          v->mode == MODE_EDIT ? "Esc, then " : "");
    } else if (v->all_since > 0 && v->nqueue == 0)
        say_all_run(v);
    if (v->nqueue == 0) v->all_since = 0;
}

static void hear_end(view *v, const kernel_event *e)
{
    uint64_t id = v->running;
    cell_state *s = NULL;
    outputs *o = target(v, &s);
    char text[300], why[160]; /* a copy: it is gone when there is another kernel */
    snprintf(why, sizeof why, "%s", e->text ? e->text : "");
    v->running = 0;
    if (v->question.while_running) v->question = (question){ 0 };
    view_forget_queue(v);
    bool brought_back = v->kernel_ends++ < MOST_REWINDS && kernel_rewind(v->kernel, (long long)id);
    bool restarted = !brought_back && v->kernel_ends <= MOST_RESTARTS && kernel_restart(v->kernel);
    if (!brought_back) run_log_clear(&v->log);
    view_note_taken_back(v);
    snprintf(text, sizeof text, "the kernel ended: %s; %s\n", why,
             brought_back && id ? "the state before this cell has been brought back"
             : brought_back     ? "the state after the last cell has been brought back"
             : restarted        ? "a new one was started, without variables"
                                : "no new one was started (0 0 tries that)");
    if (s) s->run = RUN_FAILED;
    if (o) {
        output record = { .kind = OUTPUT_ERROR, .text = text, .size = strlen(text) };
        record.data = record.mime = (char *)(uintptr_t) "";
        outputs_add(o, &record);
    }
    view_complain(v, "%.*s", (int)strlen(text) - 1, text);
}

static void hear_ready(view *v, const kernel_event *e)
{
    json_decref(v->environment);
    v->environment = json_deep_copy(json_object_get(e->data, "environment"));
    v->dirty = v->wants_variables = true;
}

static void hear_answer(view *v, const kernel_event *e)
{
    if (e->id <= 0) return;
    if (e->id == v->asked.variables) {
        json_decref(v->variables);
        v->variables = json_deep_copy(json_object_get(e->data, "variables"));
        v->dirty = true;
    }
    if (e->id == v->asked.completion) view_edit_offer(v, e->data);
    if (e->id == v->asked.about)
        view_edit_about(v, json_string_value(json_object_get(e->data, "text")));
}

/* Why the state before cell ID cannot be brought back; NULL: it can. */
static void note_lost(view *v, long long id, const char *why)
{
    cell_state *s = view_state_of(v, (uint64_t)id);
    if (s) snprintf(s->lost, sizeof s->lost, "%s", why ? why : "");
}

void view_hear(view *v, const kernel_event *e)
{
    switch (e->kind) {
    case KERNEL_READY: hear_ready(v, e); break;
    case KERNEL_RUNNING: note_lost(v, e->id, e->text); break;
    case KERNEL_OUTPUT:
    case KERNEL_ERRORS: add_output(v, OUTPUT_STREAM, e); break;
    case KERNEL_VALUE: add_output(v, OUTPUT_VALUE, e); break;
    case KERNEL_FIGURE: add_output(v, OUTPUT_FIGURE, e); break;
    case KERNEL_PROGRESS: add_output(v, OUTPUT_PROGRESS, e); break;
    case KERNEL_ERROR: add_output(v, OUTPUT_ERROR, e); break;
    case KERNEL_DONE: hear_done(v, e); break;
    case KERNEL_ANSWER: hear_answer(v, e); break;
    case KERNEL_MEASURED: v->dirty = true; break;
    case KERNEL_FORGOT: note_lost(v, e->id, e->text); break;
    case KERNEL_ENDED: hear_end(v, e); break;
    }
}
