/* view_state.c -- what the screen knows of each cell, the selection, and messages. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

/* ---- states ---------------------------------------------------------------------------------- */

cell_state *view_state_of(view *v, uint64_t id)
{
    if (id >= v->nstates) {
        uint64_t n = id + 64;
        cell_state **states = realloc(v->states, n * sizeof *states);
        if (!states) return NULL;
        memset(states + v->nstates, 0, (n - v->nstates) * sizeof *states);
        v->states = states, v->nstates = n;
    }
    if (!v->states[id]) {
        cell_state *s = v->states[id] = calloc(1, sizeof *s);
        if (s) *s = (cell_state){ .id = id, .seconds = -1, .before = -1, .place = -1 };
    }
    return v->states[id];
}

cell_state *view_state_at(view *v, int i)
{
    const notebook_cell *c = notebook_at(v->nb, i);
    return c ? view_state_of(v, c->id) : NULL;
}

void view_states_free(view *v)
{
    for (uint64_t i = 0; i < v->nstates; i++) {
        if (v->states[i]) cell_text_free(v->states[i]->text);
        free(v->states[i]);
    }
    free(v->states);
    v->states = NULL, v->nstates = 0;
}

void view_note_taken_back(view *v)
{
    for (uint64_t i = 0; i < v->nstates; i++) {
        cell_state *s = v->states[i];
        if (s && s->run == RUN_FAILED && run_log_last(&v->log, s->id) < 0) s->run = RUN_DONE;
    }
    v->dirty = true;
}

bool view_cell_fresh(const view *v, int i)
{
    const notebook_cell *c = notebook_at(v->nb, i);
    return c && run_log_fresh(&v->log, c->id, c->hash);
}

bool view_cell_empty(const notebook_cell *cell)
{
    return strspn(cell->source, " \t\r\n") == cell->size;
}

bool view_reproducible(const view *v)
{
    int n = 0;
    for (int i = 0; i < notebook_count(v->nb) && n < v->log.n; i++) {
        const notebook_cell *c = notebook_at(v->nb, i);
        if (!cell_is_code(c) || view_cell_empty(c)) continue;
        const run_entry *e = &v->log.list[n++];
        if (e->id != c->id || e->source != c->hash) return false;
    }
    return n == v->log.n;
}

int view_cell_named(view *v, const char *name)
{
    for (int i = 0; i < notebook_count(v->nb); i++) {
        uint64_t id = notebook_at(v->nb, i)->id;
        if (id < v->nstates && v->states[id] && strcmp(v->states[id]->name, name) == 0) return i;
    }
    return -1;
}

/* ---- the selection --------------------------------------------------------------------------- */

void view_select(view *v, int i)
{
    int n = notebook_count(v->nb);
    if (i >= n) i = n - 1;
    v->cell = v->anchor = i < 0 ? 0 : i;
    v->follow = v->dirty = v->hurry = true;
}

void view_selection(const view *v, int *first, int *count)
{
    int n = notebook_count(v->nb), a = v->cell, b = v->anchor < n ? v->anchor : v->cell;
    *first = a < b ? a : b;
    *count = n ? (a < b ? b - a : a - b) + 1 : 0;
}

/* ---- messages -------------------------------------------------------------------------------- */

__attribute__((format(__printf__, 3, 0))) static void set_message(view *v, bool is_error,
                                                                  const char *format, va_list args)
{
    char text[sizeof v->message];
    vsnprintf(text, sizeof text, format, args);
    char *visible = session_visible(text);
    snprintf(v->message, sizeof v->message, "%s", visible ? visible : "out of memory");
    free(visible);
    for (char *s = v->message; *s; s++)
        if (*s == '\n') *s = ' ';
    v->message_is_error = is_error;
    v->dirty = true;
}

void view_say(view *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(v, false, format, args);
    va_end(args);
}

void view_complain(view *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(v, true, format, args);
    va_end(args);
}
