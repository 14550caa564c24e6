/* view_keys.c -- what a key does: by mode, by the table of bindings, by what is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/save.h"
#include "repl/view_private.h"

static view_action *const actions[] = {
#define SECTION(title)                                    NULL,
#define VIEW(name, which, edit, argument, help, function) function,
#include "repl/commands.def"
};

void view_read_bindings(view *v)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char path[4096], error[256];
    size_t size;
    if (!view_bindings_start(&v->bindings)) view_complain(v, "out of memory: keys are missing");
    if (config && *config == '/')
        snprintf(path, sizeof path, "%s/moonlab/keys", config);
    else if (home && *home == '/')
        snprintf(path, sizeof path, "%s/.config/moonlab/keys", home);
    else
        return;
    char *text = file_read(path, &size, NULL, error, sizeof error);
    if (!text) return; /* that there is none is usual */
    if (!view_bindings_read(&v->bindings, path, text, error, sizeof error))
        view_complain(v, "%s", error);
    free(text);
}

void view_do(view *v, int which, const char *argument)
{
    const view_command *c = &view_commands[which];
    *v->message = '\0';
    v->dirty = v->hurry = true;
    if (*c->argument && *c->argument != '[' && !*argument) {
        const notebook_cell *cell = notebook_at(v->nb, v->cell);
        bool title = strcmp(c->name, "title") == 0, options = strcmp(c->name, "options") == 0;
        view_line_open(v, strcmp(c->name, "search") == 0 ? '/' : '=', which,
                       cell && title     ? cell->title
                       : cell && options ? cell->options
                                         : "");
        return;
    }
    actions[which](v, argument);
}

/* ---- the mouse ------------------------------------------------------------------------------- */

static void click(view *v, const key_event *e)
{
    int row, i = e->x < v->main_columns && e->y >= v->main_top && e->y < v->main_top + v->main_rows
                     ? view_cell_at(v, e->y - v->main_top, &row)
                     : -1;
    if (i < 0) return;
    bool again = i == v->cell && v->anchor == v->cell;
    const block *b = view_block(v, i);
    int source = b ? row - view_source_row(b) : -1;
    bool in_source = b && b->as_source && source >= 0 && source < b->source.n;
    bool edits = v->mode == MODE_EDIT;
    if (edits && !again) view_edit_end(v);
    if (i != v->cell) view_select(v, i);
    v->anchor = v->cell;
    if (!in_source || !(edits || again)) {
        if (edits && !in_source) view_edit_end(v);
        return;
    }
    uint32_t at = styled_byte(&b->source, source, e->x - 3 < 0 ? 0 : e->x - 3);
    if (v->mode != MODE_EDIT) view_edit_begin(v, false);
    view_edit_go(v, at);
}

static void mouse(view *v, const key_event *e)
{
    if (e->button == 64 || e->button == 65) {
        int by = e->button == 64 ? -3 : 3;
        if (v->overlay.on) {
            v->overlay.top += by;
            if (v->overlay.top < 0) v->overlay.top = 0;
        } else
            view_scroll(v, by);
        return;
    }
    if (e->button == 0 && !v->overlay.on && !v->line.on) click(v, e);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* A key alone, or the second of two. */
static bool run_binding(view *v, key_code key)
{
    key_code keys[BINDING_KEYS] = { v->before ? v->before : key, v->before ? key : 0 };
    int which = -1;
    view_found found = view_bindings_find(&v->bindings, v->mode, keys, &which);
    bool second = v->before != 0;
    v->before = 0;
    if (found == FOUND_COMMAND) {
        if (which >= 0) view_do(v, which, "");
        return true;
    }
    if (found == FOUND_BEGINNING) {
        v->before = key;
        *v->message = '\0';
        return true;
    }
    return second && run_binding(v, key);
}

/* ---- letters among the cells ----------------------------------------------------------------- */

#define TYPING 0.5 /* seconds between letters of somebody who types a text */

static bool is_letter(key_code key)
{
    return key >= ' ' && key < PRESS_ENTER;
}

static void complain_of_stray(view *v, key_code key)
{
    char name[KEY_NAME_ROOM];
    double now = view_now();
    bool goes_on = now < v->strayed + TYPING;
    key_name(key, name);
    if (!is_letter(key) || (!goes_on && now > v->acted + TYPING))
        view_say(v, "%s does nothing here; ? lists the keys, Enter edits the cell", name);
    else
        view_say(v, "Enter edits the cell, and then letters are text%s; ? lists the keys",
                 now < v->acted + 2 * TYPING ? "; z takes back what they did" : "");
    if (is_letter(key)) v->strayed = now;
}

/* Is a text typed among the cells?  What comes soon after a letter without meaning is no command.  (Text that begins with letters
** that have one has done something by then: z takes it back.) */
static bool is_stray(const view *v, key_code key)
{
    return is_letter(key) && key != ':' && view_now() < v->strayed + TYPING;
}

/* A key among the cells, or one that has a meaning while a cell is edited. */
static bool act(view *v, key_code key)
{
    bool among = v->mode == MODE_COMMAND;
    if (among && is_stray(v, key)) {
        complain_of_stray(v, key);
        return true;
    }
    if (!is_letter(key)) v->strayed = v->acted = 0;
    if (!run_binding(v, key)) return false;
    if (among && is_letter(key)) v->acted = view_now();
    return true;
}

void view_key(view *v, const key_event *e)
{
    if (e->resumed) view_edit_resume(v);
    if (e->key == PRESS_ESCAPE) view_edit_escaping(v);
    if (e->key == PRESS_ANSWER) {
        view_hear_terminal(v, e);
        return;
    }
    v->dirty = v->hurry = true;
    v->at_end = 0;
    bool early =
        v->question.on && v->question.unasked > 0 && (view_question_wait(v) > 0 || v->line.on);
    if (early) v->question.unasked = view_now();
    if (v->question.on && !early) {
        view_question_key(v, e);
    } else if (e->key == PRESS_MOUSE) {
        mouse(v, e);
    } else if (v->line.on) {
        view_line_key(v, e);
    } else if (v->overlay.on && e->key != (PRESS_CONTROL | 'c') &&
               e->key != (PRESS_CONTROL | 'z')) {
        view_overlay_key(v, e);
    } else if (v->mode == MODE_EDIT && cell_editor_popup_now() && e->key < PRESS_SHIFT &&
               (e->key == PRESS_ENTER || e->key == PRESS_ESCAPE || e->key == PRESS_PAGE_UP ||
                e->key == PRESS_PAGE_DOWN)) {
        *v->message = '\0';
        view_edit_key(v, e);
    } else if (!act(v, e->key)) {
        *v->message = '\0';
        if (v->mode == MODE_EDIT)
            view_edit_key(v, e);
        else if (e->key == PRESS_PASTE)
            view_edit_paste(v, e);
        else
            complain_of_stray(v, e->key);
    }
}
