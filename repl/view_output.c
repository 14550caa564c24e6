/* view_output.c -- commands on outputs, errors, and searches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"
#include "repl/view_programs.h"

/* ---- outputs --------------------------------------------------------------------------------- */

void do_fold(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    const cell_state *now = view_state_at(v, v->cell);
    bool hidden = now && !now->hidden;
    for (int i = first; i < first + count; i++) {
        cell_state *s = view_state_at(v, i);
        if (s) s->hidden = hidden;
    }
}

static void clear_outputs(view *v, int i)
{
    cell_state *s = view_state_at(v, i);
    if (!s || s->run == RUN_RUNNING) return;
    notebook_set_outputs(v->nb, i, NULL);
    s->outputs++;
    s->seconds = -1;
}

void do_clear(view *v, const char *argument)
{
    (void)argument;
    int first, count;
    view_selection(v, &first, &count);
    for (int i = first; i < first + count; i++) clear_outputs(v, i);
}

void do_clear_all(view *v, const char *argument)
{
    (void)argument;
    for (int i = 0; i < notebook_count(v->nb); i++) clear_outputs(v, i);
}

void do_pager(view *v, const char *argument)
{
    (void)argument;
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    const outputs *o = c ? c->outputs : NULL;
    buffer text = { 0 };
    for (int i = 0; o && i < o->n; i++) {
        size_t size;
        char *plain = output_plain(&o->list[i], &size);
        if (plain) buffer_add(&text, plain, size);
        if (size > 0 && plain && plain[size - 1] != '\n') buffer_puts(&text, "\n");
        free(plain);
    }
    if (text.size == 0)
        view_say(v, "this cell has no output");
    else if (text.failed)
        view_complain(v, "out of memory");
    else
        view_page(v, text.data, text.size);
    buffer_free(&text);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* Goes to LINE, from 1, of cell I, to edit it. */
static void go_to_line(view *v, int i, int line)
{
    view_edit_end(v);
    view_select(v, i);
    view_edit_begin(v, false);
    if (v->mode == MODE_EDIT) cell_editor_go_line((size_t)(line > 0 ? line - 1 : 0), 0);
}

void do_error(view *v, const char *argument)
{
    (void)argument;
    int n = notebook_count(v->nb), from = v->cell;
    for (int k = 0; k < n;
         k++) { /* this cell's error, or that of the nearest cell below, and around */
        int i = (from + k) % n;
        const notebook_cell *c = notebook_at(v->nb, i);
        cell_state *s = view_state_at(v, i);
        for (int r = 0; s && c->outputs && r < c->outputs->n; r++) {
            const output *o = &c->outputs->list[r];
            const char *name;
            char word[64];
            size_t size;
            int line, at;
            if (o->kind != OUTPUT_ERROR) continue;
            if (!output_place(o, ++s->place, &name, &size, &line) &&
                !output_place(o, s->place = 0, &name, &size, &line))
                continue;
            snprintf(word, sizeof word, "%.*s", (int)(size < 60 ? size : 60), name);
            at = view_cell_named(v, word);
            if (at < 0) {
                view_say(v, "%s is not in this notebook now", word);
                return;
            }
            go_to_line(v, at, line);
            view_edit_end(v);
            view_edit_begin(v, false);
            view_say(v, "%s, line %d", word, line);
            return;
        }
    }
    view_say(v, "no error to go to");
}

/* ---- search ---------------------------------------------------------------------------------- */

/* A search for lower case alone does not mind case. */
static bool has_capitals(const char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z') return true;
    return false;
}

static bool find(view *v, bool backwards, bool from_here)
{
    int n = notebook_count(v->nb);
    notebook_match m = { .cell = v->cell };
    if (!v->pattern || n == 0) return false;
    if (!from_here && !backwards) m.cell++;
    bool found = notebook_find(v->nb, v->pattern, &m, backwards);
    if (!found) { /* around */
        const notebook_cell *last = notebook_at(v->nb, n - 1);
        m = backwards ? (notebook_match){ n - 1, last->size, 0 } : (notebook_match){ 0, 0, 0 };
        found = notebook_find(v->nb, v->pattern, &m, backwards);
    }
    if (!found) {
        view_complain(v, "not found");
        return false;
    }
    view_select(v, m.cell);
    cell_state *s = view_state_at(v, m.cell);
    if (s && s->text) cell_text_set_point(s->text, m.at);
    return true;
}

void do_search(view *v, const char *argument)
{
    char error[200], text[4100];
    size_t n = strlen(argument);
    bool regex = n > 2 && argument[0] == '/' && argument[n - 1] == '/';
    snprintf(text, sizeof text, "%.*s", (int)(regex ? n - 2 : n), argument + regex);
    notebook_pattern *p =
        notebook_pattern_new(text, regex, !has_capitals(text), error, sizeof error);
    if (!p) {
        view_complain(v, "%s", error);
        return;
    }
    notebook_pattern_free(v->pattern);
    v->pattern = p;
    if (find(v, false, true)) view_say(v, "n next, N previous, Esc ends the search");
}

static void search_again(view *v, bool backwards)
{
    if (!v->pattern)
        view_say(v, "nothing was searched for yet (/)");
    else
        find(v, backwards, false);
}

void do_search_next(view *v, const char *argument)
{
    (void)argument;
    search_again(v, false);
}

void do_search_previous(view *v, const char *argument)
{
    (void)argument;
    search_again(v, true);
}

/* /OLD/NEW/, whatever character stands for the slash. */
void do_replace(view *v, const char *argument)
{
    char error[200], mark[2] = { *argument, '\0' };
    const char *middle = *mark ? strchr(argument + 1, *mark) : NULL;
    if (!middle || middle == argument + 1 || *mark == ' ') {
        view_complain(v, "replace: /OLD/NEW/ is expected");
        return;
    }
    char *old = copy_bytes(argument + 1, (size_t)(middle - argument - 1));
    char *new = copy_bytes(middle + 1, strcspn(middle + 1, mark));
    notebook_pattern *p =
        old && new ? notebook_pattern_new(old, false, false, error, sizeof error) : NULL;
    int n = p ? notebook_replace(v->nb, p, new, 0, notebook_count(v->nb)) : -1;
    if (n < 0)
        view_complain(v, "replace: out of memory");
    else
        view_say(v, n == 1 ? "1 match replaced" : "%d matches replaced", n);
    notebook_pattern_free(p);
    free(old);
    free(new);
    view_note_edits(v, false);
}
