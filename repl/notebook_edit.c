/* notebook_edit.c -- what can be done to a notebook: each operation is one step made of steps_replace. */
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/notebook_steps.h"

static bool in_range(const notebook *nb, int first, int count)
{
    return first >= 0 && count >= 0 && first <= nb->n && count <= nb->n - first;
}

/* One step that replaces a range; takes over the caller's holds of the CELLS, which may be NULL out of memory. */
static bool replace(notebook *nb, int at, int nold, notebook_cell **cells, int n, uint64_t edited,
                    bool joins)
{
    bool good = true;
    for (int i = 0; i < n; i++) good = good && cells[i];
    notebook_begin(nb);
    if (good)
        good = steps_replace(nb, at, nold, cells, n);
    else
        nb->failed = true;
    good = steps_commit(nb, edited, joins) && good;
    for (int i = 0; i < n; i++) cell_release(cells[i]);
    return good;
}

/* ---- cells that come and go ------------------------------------------------------------------ */

bool notebook_append(notebook *nb, notebook_cell *cell)
{
    if (nb->n == nb->room) {
        int room = 2 * nb->room + 16;
        notebook_cell **larger = realloc(nb->cells, (size_t)room * sizeof(notebook_cell *));
        if (!larger) return false;
        nb->cells = larger, nb->room = room;
    }
    cell->id = nb->next_id++;
    nb->cells[nb->n++] = cell;
    return true;
}

bool notebook_insert(notebook *nb, int at, cell_type type, const char *source, size_t size)
{
    if (!in_range(nb, at, 0)) return false;
    notebook_cell *cell = cell_new(nb->next_id++, type, source, size);
    return replace(nb, at, 0, &cell, 1, 0, false);
}

/* Another cell like this one, with outputs of its own. */
static notebook_cell *clone(notebook *nb, const notebook_cell *like)
{
    notebook_cell *cell = cell_copy(like);
    if (!cell) return NULL;
    cell->id = nb->next_id++;
    const outputs *from = like->outputs;
    if (!from) return cell;
    outputs_release(cell->outputs);
    cell->outputs = outputs_new(from->limit);
    bool good = cell->outputs != NULL;
    for (int i = 0; good && i < from->n; i++) good = outputs_add(cell->outputs, &from->list[i]);
    if (good) {
        cell->outputs->source = from->source, cell->outputs->seconds = from->seconds;
        cell->outputs->dropped = from->dropped;
        return cell;
    }
    cell_release(cell);
    return NULL;
}

bool notebook_insert_cell(notebook *nb, int at, const notebook_cell *like)
{
    if (!in_range(nb, at, 0)) return false;
    notebook_cell *cell = clone(nb, like);
    return replace(nb, at, 0, &cell, 1, 0, false);
}

bool notebook_delete(notebook *nb, int first, int count)
{
    return in_range(nb, first, count) && replace(nb, first, count, NULL, 0, 0, false);
}

bool notebook_move(notebook *nb, int first, int count, int to)
{
    if (!in_range(nb, first, count) || to < 0 || to > nb->n - count) return false;
    if (to == first || count == 0) return true;
    notebook_cell **cells = malloc((size_t)count * sizeof *cells);
    if (!cells) return false;
    for (int i = 0; i < count; i++) cells[i] = cell_hold(nb->cells[first + i]);
    notebook_begin(nb);
    bool good = steps_replace(nb, first, count, NULL, 0) && steps_replace(nb, to, 0, cells, count);
    good = steps_commit(nb, 0, false) && good;
    for (int i = 0; i < count; i++) cell_release(cells[i]);
    free(cells);
    return good;
}

/* ---- changes of a cell ----------------------------------------------------------------------- */

bool notebook_edit(notebook *nb, int i, const char *source, size_t size, bool join)
{
    if (!in_range(nb, i, 1)) return false;
    const notebook_cell *old = nb->cells[i];
    if (old->size == size && memcmp(old->source, source, size) == 0) return true;
    notebook_cell *cell = cell_copy(old);
    if (cell && !cell_set_source(cell, source, size)) cell_release(cell), cell = NULL;
    return replace(nb, i, 1, &cell, 1, old->id, join);
}

bool notebook_set_type(notebook *nb, int first, int count, cell_type type)
{
    if (!in_range(nb, first, count)) return false;
    notebook_begin(nb);
    for (int i = first; i < first + count && !nb->failed; i++) {
        if (nb->cells[i]->type == type) continue;
        notebook_cell *cell = cell_copy(nb->cells[i]);
        if (cell && cell_set_type(cell, type))
            steps_replace(nb, i, 1, &cell, 1);
        else
            nb->failed = true;
        cell_release(cell);
    }
    return steps_commit(nb, 0, false);
}

static bool set_field(notebook *nb, int i, const char *text,
                      bool (*set)(notebook_cell *cell, const char *text))
{
    if (!in_range(nb, i, 1)) return false;
    notebook_cell *cell = cell_copy(nb->cells[i]);
    if (cell && !set(cell, text)) cell_release(cell), cell = NULL;
    return replace(nb, i, 1, &cell, 1, 0, false);
}

bool notebook_set_title(notebook *nb, int i, const char *title)
{
    return set_field(nb, i, title, cell_set_title);
}

bool notebook_set_options(notebook *nb, int i, const char *options)
{
    return set_field(nb, i, options, cell_set_options);
}

bool notebook_split(notebook *nb, int i, size_t offset)
{
    if (!in_range(nb, i, 1) || offset > nb->cells[i]->size) return false;
    const notebook_cell *old = nb->cells[i];
    size_t end = offset, start = offset;
    while (end > 0 && old->source[end - 1] == '\n') end--;
    while (start < old->size && old->source[start] == '\n') start++;
    notebook_cell *parts[2] = { cell_copy(old), NULL };
    parts[1] = cell_new(nb->next_id++, old->type, old->source + start, old->size - start);
    if (parts[0] && !cell_set_source(parts[0], old->source, end))
        cell_release(parts[0]), parts[0] = NULL;
    return replace(nb, i, 1, parts, 2, 0, false);
}

bool notebook_merge(notebook *nb, int first, int count)
{
    if (!in_range(nb, first, count) || count < 1) return false;
    buffer b = { 0 };
    bool code = cell_is_code(nb->cells[first]);
    for (int i = first; i < first + count; i++) {
        if (i > first) buffer_puts(&b, code ? "\n" : "\n\n");
        buffer_add(&b, nb->cells[i]->source, nb->cells[i]->size);
    }
    size_t size;
    char *source = buffer_take(&b, &size);
    notebook_cell *cell = source ? cell_copy(nb->cells[first]) : NULL;
    if (cell && !cell_set_source(cell, source, size)) cell_release(cell), cell = NULL;
    free(source);
    return replace(nb, first, count, &cell, 1, 0, false);
}

/* ---- clipboard ------------------------------------------------------------------------------- */

bool notebook_copy(notebook *nb, int first, int count)
{
    if (!in_range(nb, first, count)) return false;
    notebook_cell **cells = malloc(((size_t)count + 1) * sizeof *cells);
    if (!cells) return false;
    for (int i = 0; i < count; i++) cells[i] = cell_hold(nb->cells[first + i]);
    for (int i = 0; i < nb->nclipboard; i++) cell_release(nb->clipboard[i]);
    free(nb->clipboard);
    nb->clipboard = cells, nb->nclipboard = count;
    return true;
}

bool notebook_cut(notebook *nb, int first, int count)
{
    return notebook_copy(nb, first, count) && notebook_delete(nb, first, count);
}

int notebook_clipboard(const notebook *nb)
{
    return nb->nclipboard;
}

int notebook_paste(notebook *nb, int at)
{
    if (!in_range(nb, at, 0)) return -1;
    int n = nb->nclipboard;
    notebook_cell **cells = malloc(((size_t)n + 1) * sizeof *cells);
    if (!cells) return -1;
    for (int i = 0; i < n; i++) cells[i] = clone(nb, nb->clipboard[i]);
    bool good = replace(nb, at, 0, cells, n, 0, false);
    free(cells);
    return good ? n : -1;
}
