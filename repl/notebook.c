/* notebook.c -- see notebook.h.  Here: the cells, the steps, undo.  What the operations do: notebook_edit.c. */
#include "repl/notebook.h"

#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/notebook_steps.h"

#define UNDO_BYTES ((size_t)64 << 20) /* of replaced cells; the oldest steps go first */

notebook *notebook_new(void)
{
    notebook *nb = calloc(1, sizeof *nb);
    if (!nb) return NULL;
    nb->next_id = 1, nb->next_serial = 1;
    nb->header = copy_bytes("", 0);
    if (nb->header) return nb;
    free(nb);
    return NULL;
}

static void release_all(notebook_cell **cells, int n)
{
    for (int i = 0; i < n; i++) cell_release(cells[i]);
    free(cells);
}

static void free_changes(step *s)
{
    for (int i = 0; i < s->n; i++) {
        release_all(s->changes[i].old, s->changes[i].nold);
        release_all(s->changes[i].new, s->changes[i].nnew);
    }
    free(s->changes);
    *s = (step){ 0 };
}

static void free_steps(steps *list)
{
    for (int i = 0; i < list->n; i++) free_changes(&list->list[i]);
    list->n = 0;
}

void notebook_free(notebook *nb)
{
    if (!nb) return;
    free_changes(&nb->open);
    free_steps(&nb->done);
    free_steps(&nb->undone);
    free(nb->done.list);
    free(nb->undone.list);
    release_all(nb->clipboard, nb->nclipboard);
    release_all(nb->cells, nb->n);
    free(nb->header);
    free(nb);
}

/* ---- looking --------------------------------------------------------------------------------- */

int notebook_count(const notebook *nb)
{
    return nb->n;
}

const notebook_cell *notebook_at(const notebook *nb, int i)
{
    return i >= 0 && i < nb->n ? nb->cells[i] : NULL;
}

int notebook_find_id(const notebook *nb, uint64_t id)
{
    for (int i = 0; i < nb->n; i++)
        if (nb->cells[i]->id == id) return i;
    return -1;
}

const char *notebook_header(const notebook *nb, size_t *size)
{
    *size = nb->header_size;
    return nb->header;
}

bool notebook_set_header(notebook *nb, const char *header, size_t size)
{
    char *copy = copy_bytes(header, size);
    if (!copy) return false;
    free(nb->header);
    nb->header = copy, nb->header_size = size;
    return true;
}

bool notebook_crlf(const notebook *nb)
{
    return nb->crlf;
}

void notebook_set_crlf(notebook *nb, bool crlf)
{
    nb->crlf = crlf;
}

/* ---- outputs --------------------------------------------------------------------------------- */

static void set_in(notebook_cell **cells, int n, uint64_t id, outputs *o)
{
    for (int i = 0; i < n; i++) {
        if (cells[i]->id != id || cells[i]->outputs == o) continue;
        outputs_release(cells[i]->outputs);
        cells[i]->outputs = outputs_hold(o);
    }
}

static void set_in_steps(const step *list, int n, uint64_t id, outputs *o)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < list[i].n; k++) {
            set_in(list[i].changes[k].old, list[i].changes[k].nold, id, o);
            set_in(list[i].changes[k].new, list[i].changes[k].nnew, id, o);
        }
}

bool notebook_set_outputs(notebook *nb, int i, outputs *o)
{
    if (i < 0 || i >= nb->n) return false;
    uint64_t id = nb->cells[i]->id;
    outputs_hold(o);
    set_in(nb->cells + i, 1, id, o);
    set_in_steps(&nb->open, 1, id, o);
    set_in_steps(nb->done.list, nb->done.n, id, o);
    set_in_steps(nb->undone.list, nb->undone.n, id, o);
    outputs_release(o);
    return true;
}

outputs *notebook_outputs(notebook *nb, int i)
{
    if (i < 0 || i >= nb->n) return NULL;
    if (nb->cells[i]->outputs) return nb->cells[i]->outputs;
    outputs *o = outputs_new(OUTPUTS_LIMIT);
    if (!o) return NULL;
    o->source = nb->cells[i]->hash;
    notebook_set_outputs(nb, i, o);
    outputs_release(o);
    return nb->cells[i]->outputs;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Room for N cells. */
static bool make_room(notebook *nb, int n)
{
    if (n <= nb->room) return true;
    int room = n + n / 2 + 16;
    notebook_cell **larger = realloc(nb->cells, (size_t)room * sizeof(notebook_cell *));
    if (!larger) return false;
    nb->cells = larger, nb->room = room;
    return true;
}

/* Puts the N cells (held by the caller) in the place of NOLD at AT; there is room. */
static void splice(notebook *nb, int at, int nold, notebook_cell *const *cells, int n)
{
    int after = nb->n - at - nold;
    if (after > 0)
        memmove(nb->cells + at + n, nb->cells + at + nold, (size_t)after * sizeof *cells);
    if (n > 0) memcpy(nb->cells + at, cells, (size_t)n * sizeof *cells);
    nb->n += n - nold;
}

static notebook_cell **hold_all(notebook_cell *const *cells, int n)
{
    notebook_cell **copy = malloc(((size_t)n + !n) * sizeof *copy);
    for (int i = 0; copy && i < n; i++) copy[i] = cell_hold(cells[i]);
    return copy;
}

static bool add_change(step *s, change c)
{
    change *larger =
        s->n % 8 ? s->changes : realloc(s->changes, ((size_t)s->n + 8) * sizeof *larger);
    if (!larger) return false;
    s->changes = larger;
    s->changes[s->n++] = c;
    return true;
}

bool steps_replace(notebook *nb, int at, int nold, notebook_cell *const *cells, int n)
{
    change c = { .at = at, .nold = nold, .nnew = n };
    c.old = hold_all(nb->cells + at, nold), c.new = hold_all(cells, n);
    if (!c.old || !c.new || !make_room(nb, nb->n + n) || !add_change(&nb->open, c)) {
        if (c.old) release_all(c.old, nold);
        if (c.new) release_all(c.new, n);
        return nb->failed = true, false;
    }
    for (int i = 0; i < n; i++) cell_hold(cells[i]);
    for (int i = 0; i < nold; i++) nb->open.bytes += nb->cells[at + i]->size + sizeof **c.old;
    splice(nb, at, nold, cells, n);
    for (int i = 0; i < nold; i++) cell_release(c.old[i]); /* the notebook's hold of it */
    return true;
}

/* Makes a step undone (or, AGAIN, done). */
static void apply(notebook *nb, const step *s, bool again)
{
    for (int k = 0; k < s->n; k++) {
        const change *c = &s->changes[again ? k : s->n - 1 - k];
        notebook_cell **from = again ? c->old : c->new, **to = again ? c->new : c->old;
        int nfrom = again ? c->nold : c->nnew, nto = again ? c->nnew : c->nold;
        for (int i = 0; i < nto; i++) cell_hold(to[i]);
        splice(nb, c->at, nfrom, to, nto);
        for (int i = 0; i < nfrom; i++) cell_release(from[i]);
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

void notebook_begin(notebook *nb)
{
    if (nb->depth++ == 0) nb->failed = false;
}

static bool push(steps *list, step s)
{
    if (list->n == list->room) {
        int room = list->room ? 2 * list->room : 32;
        step *larger = realloc(list->list, (size_t)room * sizeof *larger);
        if (!larger) return false;
        list->list = larger, list->room = room;
    }
    list->list[list->n++] = s;
    return true;
}

static void forget_oldest(notebook *nb)
{
    int gone = 0;
    while (nb->bytes > UNDO_BYTES && gone < nb->done.n - 1) {
        nb->bytes -= nb->done.list[gone].bytes;
        nb->oldest = nb->done.list[gone].serial;
        free_changes(&nb->done.list[gone++]);
    }
    if (gone == 0) return;
    nb->done.n -= gone;
    memmove(nb->done.list, nb->done.list + gone, (size_t)nb->done.n * sizeof *nb->done.list);
}

/* The step that the open one, an edit of one cell, can be joined to. */
static step *joinable(const notebook *nb)
{
    step *last = nb->done.n > 0 ? &nb->done.list[nb->done.n - 1] : NULL;
    if (!last || !nb->open.edited || last->edited != nb->open.edited || last->n != 1 ||
        nb->open.n != 1 || last->changes[0].at != nb->open.changes[0].at ||
        last->serial == nb->saved)
        return NULL;
    return last;
}

static void join(step *last, step *open)
{
    change *to = &last->changes[0], *from = &open->changes[0];
    notebook_cell **new = to->new;
    to->new = from->new, from->new = new; /* the state in between goes with the open step */
}

bool steps_commit(notebook *nb, uint64_t edited, bool joins)
{
    if (--nb->depth > 0) return !nb->failed;
    step s = nb->open;
    bool good = !nb->failed;
    nb->open.edited = edited;
    step *last = good && joins ? joinable(nb) : NULL;
    if (last) {
        join(last, &nb->open);
        last->serial = nb->next_serial++;
    } else if (good && s.n > 0) {
        s.edited = edited, s.serial = nb->next_serial++;
        good = push(&nb->done, s);
        if (good) nb->bytes += s.bytes, nb->open = (step){ 0 };
    }
    if (!good) apply(nb, &nb->open, false);
    bool changed = good && s.n > 0;
    free_changes(&nb->open);
    if (changed) {
        free_steps(&nb->undone);
        forget_oldest(nb);
    }
    return good;
}

void notebook_end(notebook *nb)
{
    steps_commit(nb, 0, false);
}

static int place_of(const notebook *nb, const step *s, bool again)
{
    const change *c = &s->changes[again ? s->n - 1 : 0];
    return c->at < nb->n ? c->at : nb->n > 0 ? nb->n - 1 : 0;
}

static bool shift(notebook *nb, steps *from, steps *to, bool again, int *at)
{
    if (nb->depth > 0 || from->n == 0) return false;
    step s = from->list[from->n - 1];
    s.edited = 0; /* what is typed now is a new step */
    if (!push(to, s)) return false;
    from->n--;
    nb->bytes += again ? s.bytes : 0 - s.bytes;
    apply(nb, &s, again);
    if (at) *at = place_of(nb, &s, again);
    return true;
}

bool notebook_undo(notebook *nb, int *at)
{
    return shift(nb, &nb->done, &nb->undone, false, at);
}

bool notebook_redo(notebook *nb, int *at)
{
    return shift(nb, &nb->undone, &nb->done, true, at);
}

uint64_t notebook_version(const notebook *nb)
{
    return nb->done.n > 0 ? nb->done.list[nb->done.n - 1].serial : nb->oldest;
}

bool notebook_modified(const notebook *nb)
{
    return notebook_version(nb) != nb->saved;
}

void notebook_saved(notebook *nb)
{
    nb->saved = notebook_version(nb);
}
