/* view_help.c -- commands of help and panels: the keys, the manual, the variables. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

void do_variables(view *v, const char *argument)
{
    (void)argument;
    v->panel = !v->panel;
    v->wants_variables = true;
    view_tell_size(v);
    if (v->panel && v->columns < 68) view_say(v, "the panel of variables needs a wider terminal");
}

void do_command(view *v, const char *argument)
{
    (void)argument;
    view_line_open(v, ':', 0, "");
}

/* ---- the keys -------------------------------------------------------------------------------- */

#define WITH_NAMES 100 /* columns that have room for the names of commands on keys */
#define WITH_EDIT  72  /* and for the keys while editing */

static void add_row(const view *v, buffer *b, int i)
{
    const view_command *c = &view_commands[i];
    char keys[100], edit[100], name[40];
    view_bindings_show(&v->bindings, MODE_COMMAND, i, keys, sizeof keys);
    view_bindings_show(&v->bindings, MODE_EDIT, i, edit, sizeof edit);
    snprintf(name, sizeof name, ":%s %s", c->name, c->argument);
    buffer_format(b, "%-18s ", *keys ? keys : name);
    if (v->columns >= WITH_EDIT) buffer_format(b, "%-12s ", edit);
    if (*keys && v->columns >= WITH_NAMES)
        buffer_format(b, "%-45s %s\n", c->help, name);
    else
        buffer_format(b, "%s\n", c->help);
}

void do_keys(view *v, const char *argument)
{
    (void)argument;
    buffer b = { 0 };
    bool edit = v->columns >= WITH_EDIT;
    buffer_format(
        &b,
        "Enter edits a cell, Esc leaves it.  While it is edited, letters are text, and other "
        "keys Readline's%s.  C- is Ctrl, S- Shift, M- Alt; what begins with : is typed, and "
        "Enter after it.\n",
        edit ? " and those of the second column" : "");
    for (int i = 0; i < view_command_count; i++) {
        const char *section = view_commands[i].section;
        if (section)
            buffer_format(&b, "\n\033[1m%-18s %-*s%s\033[0m\n", section,
                          v->columns >= WITH_NAMES ? 59 : 0, i == 0 && edit ? "while editing" : "",
                          v->columns >= WITH_NAMES ? "command" : "");
        else
            add_row(v, &b, i);
    }
    buffer_puts(&b, "\nA cell that begins with ? shows help: ?lab.sum.\n"
                    "The mouse selects, its wheel scrolls.\n"
                    "Lines like \"command Q q\" and \"edit C-r run\" in ~/.config/moonlab/keys\n"
                    "give other keys; moonlab keys shows what the terminal sends.\n");
    view_overlay_open(v, "Keys", buffer_take(&b, NULL), STYLED_WORDS);
}

/* ---- the manual ------------------------------------------------------------------------------ */

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || strchr("_.:", c);
}

/* The name at POINT of TEXT, as nn.Linear; "" if there is none. */
static void name_at(const char *text, size_t size, size_t point, char *out, size_t room)
{
    size_t from = point, to = point;
    while (from > 0 && text[from - 1] && is_name(text[from - 1])) from--;
    while (to < size && text[to] && is_name(text[to])) to++;
    snprintf(out, room, "%.*s", (int)(to - from < room ? to - from : room - 1), text + from);
}

/* The last name of the line before POINT, the arguments of a call skipped: lab.svd after lab.svd(x). */
static void name_before(const char *text, size_t size, size_t point, char *out, size_t room)
{
    int depth = 0;
    *out = '\0';
    while (point > 0 && text[--point] != '\n') {
        char c = text[point];
        depth += (c == ')') - (c == '(');
        if (depth <= 0 && c && is_name(c)) {
            name_at(text, size, point, out, room);
            return;
        }
    }
}

static void show_help(view *v, const char *name)
{
    bool found;
    char title[200];
    char *text =
        manual_text(*name ? "page" : "overview", *name ? name : NULL,
                    v->columns > 104 ? 100 : v->columns - 4, v->in->terminal.color, &found);
    if (text && !found) {
        view_complain(v, "%s", text);
        free(text);
        return;
    }
    snprintf(title, sizeof title, "%s",
             *name ? name : "The manual   (:help NAME shows a page of it)");
    view_overlay_open(v, title, text, STYLED_WORDS);
}

void do_help(view *v, const char *argument)
{
    char name[128];
    argument += strspn(argument, " ");
    snprintf(name, sizeof name, "%s", argument);
    if (!*name && v->mode == MODE_EDIT) {
        size_t start, length;
        int which;
        cell_editor_view e = cell_editor_look();
        name_at(e.text, e.size, e.point, name, sizeof name);
        if (!*name && cell_editor_call(&start, &length, &which))
            snprintf(name, sizeof name, "%.*s", (int)(length < 100 ? length : 100), e.text + start);
        if (!*name) name_before(e.text, e.size, e.point, name, sizeof name);
        /* Methods are known by their last name, as in x:sum. */
        const char *colon = strrchr(name, ':');
        if (colon) {
            show_help(v, colon + 1);
            return;
        }
    }
    show_help(v, name);
}
