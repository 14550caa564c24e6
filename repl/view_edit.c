/* view_edit.c -- the cell that is edited: keys go to the editor of cells, its text goes to the notebook. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

static void highlight(void *ctx, const char *text, size_t size, char *kinds)
{
    (void)ctx;
    session_highlight(NULL, text, size, kinds);
}

/* The kernel is asked as soon as it has time; if the text has changed when the answer comes, nothing happens. */
static void complete(void *ctx, unsigned ticket, const char *text, size_t size, size_t point)
{
    view *v = ctx;
    free(v->wants_completion);
    v->wants_completion = copy_bytes(text, size);
    v->completion_point = point;
    v->ticket = ticket;
    view_pump(v);
}

/* ---- what is told of calls ------------------------------------------------------------------- */

void view_edit_question(buffer *text)
{
    cell_editor_view e = cell_editor_look();
    const cell_editor_popup *p = cell_editor_popup_now();
    bool chosen = p && p->chosen >= 0;
    buffer_add(text, e.text, chosen ? p->start : e.point);
    if (chosen) buffer_puts(text, p->words[p->chosen]);
}

void view_edit_about(view *v, const char *text)
{
    if (v->mode != MODE_EDIT || !v->about_of) return;
    snprintf(v->about, sizeof v->about, "%s", text ? text : "");
    v->about[strcspn(v->about, "\r\n")] = '\0';
    v->dirty = v->hurry = true;
}

/* Asks about the chosen word or the call around the cursor, if it is another than before. */
static void wonder(view *v)
{
    const cell_editor_popup *p = cell_editor_popup_now();
    size_t from, length;
    int argument;
    uint64_t of = 0;
    if (p && p->chosen >= 0)
        of = hash_bytes(p->words[p->chosen], strlen(p->words[p->chosen]));
    else if (v->mode == MODE_EDIT && cell_editor_call(&from, &length, &argument))
        of = hash_bytes(cell_editor_look().text + from, length);
    if (of == v->about_of) return;
    v->about_of = of;
    *v->about = '\0';
    v->wants_about = of != 0;
    view_pump(v);
}

/* Ctrl-R looks through the cells, the one that is edited first, then upwards and around. */
static const char *history(void *ctx, int i)
{
    const view *v = ctx;
    int n = notebook_count(v->nb);
    if (i >= n) return NULL;
    return notebook_at(v->nb, (v->cell - i + n) % n)->source;
}

bool view_editor_open(view *v, char *error, size_t room)
{
    const cell_editor_host host = { v, highlight, complete, history };
    return cell_editor_open(&host, error, room);
}

/* The text as it is now becomes the cell's source. */
static void take_text(view *v)
{
    cell_editor_view e = cell_editor_look();
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (c && c->size == e.size && memcmp(c->source, e.text, e.size) == 0) return;
    if (!notebook_edit(v->nb, v->cell, e.text, e.size, v->joins))
        view_complain(v, "out of memory: the last change is not in the notebook");
    v->joins = true;
    view_note_edits(v, false);
}

void view_edit_offer(view *v, const json_t *answer)
{
    const json_t *list = json_object_get(answer, "words");
    size_t n = json_array_size(list);
    char **words = calloc(n + 1, sizeof *words);
    if (!words) return;
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (word) words[k++] = (char *)(uintptr_t)word;
    }
    size_t start = (size_t)json_integer_value(json_object_get(answer, "start"));
    if (v->mode == MODE_EDIT && k > 0 && cell_editor_offer(v->ticket, words, start)) take_text(v);
    free(words);
    if (k == 0 && v->mode == MODE_EDIT && !*v->about)
        view_say(v, "nothing that can stand here is known");
    wonder(v);
    v->dirty = v->hurry = true;
}

bool view_edit_searches(const view *v)
{
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (v->mode != MODE_EDIT || !c) return false;
    cell_editor_view e = cell_editor_look();
    return e.size != c->size || memcmp(e.text, c->source, e.size) != 0;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

void view_edit_begin(view *v, bool at_end)
{
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    cell_state *s = view_state_at(v, v->cell);
    if (!c || !s) return;
    if (c->size > VIEW_SOURCE_MOST) {
        view_complain(v, "this cell has %zu MB: E edits it in $EDITOR", c->size >> 20);
        return;
    }
    size_t size = 0;
    const char *text = s->text ? cell_text_bytes(s->text, &size) : NULL;
    bool good = true;
    if (!s->text)
        good = (s->text = cell_text_new(c->source, c->size)) != NULL;
    else if (size != c->size || memcmp(text, c->source, size) != 0)
        good = cell_text_set(s->text, c->source, c->size, 0, false);
    if (!good) {
        view_complain(v, "out of memory: the cell cannot be edited");
        return;
    }
    if (at_end) cell_text_set_point(s->text, c->size);
    cell_editor_enter(s->text);
    v->about_of = 0;
    *v->about = '\0';
    v->mode = MODE_EDIT;
    v->anchor = v->cell;
    v->joins = false;
    v->follow = v->dirty = v->hurry = true;
}

void view_edit_end(view *v)
{
    if (v->mode != MODE_EDIT) return;
    cell_text *t = cell_editor_current();
    if (t) cell_text_close_step(t);
    cell_editor_enter(NULL);
    v->mode = MODE_COMMAND;
    v->dirty = v->hurry = true;
}

static void to_neighbour(view *v, int by)
{
    int to = v->cell + by;
    if (to < 0 || to >= notebook_count(v->nb)) return;
    size_t column = cell_editor_look().column;
    view_edit_end(v);
    view_select(v, to);
    view_edit_begin(v, false);
    if (v->mode == MODE_EDIT) cell_editor_go_line(by < 0 ? (size_t)-1 : 0, column);
}

static void act_on(view *v, cell_editor_result result)
{
    v->follow = v->dirty = v->hurry = true;
    switch (result) {
    case EDITOR_NOTHING:
    case EDITOR_MOVED: break;
    case EDITOR_CHANGED: take_text(v); break;
    case EDITOR_UPWARDS: to_neighbour(v, -1); break;
    case EDITOR_DOWNWARDS: to_neighbour(v, 1); break;
    case EDITOR_LEAVE: view_edit_end(v); break;
    case EDITOR_COMMAND: do_command(v, ""); break;
    }
    wonder(v);
}

void view_edit_paste(view *v, const key_event *e)
{
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (!c || !view_cell_empty(c)) do_insert_below(v, "");
    key_event pasted = *e;
    while (pasted.size > 0 && strchr("\r\n", pasted.bytes[pasted.size - 1])) pasted.size--;
    view_edit_begin(v, false);
    view_edit_key(v, &pasted);
    if (v->mode == MODE_EDIT) view_say(v, "pasted as a cell; Esc leaves it");
}

bool view_edit_is_command(view *v, const notebook_cell *c)
{
    const char *s = c->source + strspn(c->source, " \n"), *name = s + (*s == ':');
    size_t n = strcspn(name, " \n");
    bool is_one = *s == ':' && n > 0 && view_command_find(name, n) >= 0;
    const char *rest = name + strcspn(name, "\n");
    if (!is_one || rest[strspn(rest, " \n")]) return false;
    view_complain(v, "Esc first, then :%.*s (here it is text of the cell)", (int)n, name);
    return true;
}

void view_edit_key(view *v, const key_event *e)
{
    char bytes[16];
    if (e->key == PRESS_PASTE && e->size + cell_editor_look().size > VIEW_SOURCE_MOST) {
        view_complain(v, "not pasted: the cell would have %zu MB, and 1 can be edited",
                      (e->size + cell_editor_look().size + (1 << 20) - 1) >> 20);
        return;
    }
    if (e->key == PRESS_PASTE) {
        act_on(v, cell_editor_paste(e->bytes, e->size));
        return;
    }
    size_t n = key_bytes(e->key, bytes);
    if (n > 0) act_on(v, cell_editor_key(bytes, n));
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    if (e->key == PRESS_ENTER && v->mode == MODE_EDIT && c) view_edit_is_command(v, c);
}

void view_edit_escaping(view *v)
{
    cell_editor_view e = cell_editor_look();
    v->escaped.edited = v->mode == MODE_EDIT;
    v->escaped.inserting = e.inserting;
    v->escaped.cell = v->cell;
    v->escaped.point = e.point;
}

void view_edit_resume(view *v)
{
    if (!v->escaped.edited || v->cell != v->escaped.cell) return;
    if (v->mode != MODE_EDIT) view_edit_begin(v, false);
    cell_editor_view e = cell_editor_look();
    if (e.vi && e.inserting != v->escaped.inserting)
        cell_editor_key(v->escaped.inserting ? "i" : "\033", 1);
    view_edit_go(v, v->escaped.point);
}

void view_edit_go(view *v, size_t point)
{
    if (v->mode == MODE_EDIT) cell_editor_go(point, false);
    v->follow = v->dirty = v->hurry = true;
}
