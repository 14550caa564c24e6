/* view_samples.c -- the samples, which are in the program, and what a new notebook says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/percent.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"
#include "repl/view_samples.h"

/* Its title, or what it begins with, after "-- ". */
static void describe(const view_sample *s, char *out, size_t room)
{
    const char *text = s->text;
    while (strncmp(text, "-- ---", 6) == 0 || strncmp(text, "-- %%", 5) == 0 ||
           strncmp(text, "-- moonlab:", 11) == 0 || *text == '\n' ||
           strncmp(text, "-- #", 4) == 0) {
        size_t n = strcspn(text, "\n");
        if (!text[n]) break;
        text += n + 1;
    }
    while (*text == '-' || *text == ' ') text++;
    if (strncmp(text, "title: ", 7) == 0) text += 7;
    snprintf(out, room, "%.*s", (int)strcspn(text, "\n"), text);
}

/* A copy, without a file: saving asks for its name. */
static void open_copy(view *v, const view_sample *s)
{
    char error[256];
    notebook *nb = percent_parse(s->text, s->size);
    if (!nb || !view_open(v, NULL, error, sizeof error)) {
        view_complain(v, "out of memory");
        notebook_free(nb);
        return;
    }
    view_blocks_free(v);
    notebook_free(v->nb);
    v->nb = nb;
    view_select(v, 0);
    if (v->kernel) do_restart(v, "");
    view_say(v, "%s: R runs it all, r cell by cell; s saves your copy", s->name);
}

static const view_sample *find_sample(const char *name)
{
    for (int i = 0; i < view_sample_count; i++)
        if (strcmp(name, view_samples[i].name) == 0) return &view_samples[i];
    return NULL;
}

static void answer_unsaved(view *v, char key)
{
    if (key == 'd') open_copy(v, find_sample(v->question.subject));
}

static void open_sample(view *v, int i)
{
    if (!view_modified(v)) {
        open_copy(v, &view_samples[i]);
        return;
    }
    view_ask(v, "dc", answer_unsaved,
             "%s has changes that are not saved: d drops them and opens the sample, c cancels",
             v->path ? v->path : "this notebook");
    view_ask_about(v, view_samples[i].name, NULL);
}

void view_draw_welcome(const view *v, int y)
{
    static const struct {
        const char *key, *text, *brief; /* brief: for a small screen; NULL: not there */
    } lines[] = {
        { "", "A new notebook: cells of Lua, each with what it shows below it.", NULL },
        { "", "", NULL },
        { "Type", "for example   plot.line{y = lab.randn(200):cumsum(1)}", NULL },
        { "F5", "runs the cell and goes on to the next; so does Shift-Enter", "runs the cell" },
        { "Tab", "completes names; F1 shows the manual on what is at the cursor",
          "completes names; F1 manual" },
        { "Esc", "leaves the cell; then:", "leaves the cell; then" },
        { "  ?", "lists all keys", "lists all keys" },
        { "  :samples", "and Enter: samples to open and run", "samples to open" },
        { "  s", "saves the notebook", "saves the notebook" },
        { "  :q", "and Enter: ends moonlab", "ends moonlab" },
    };
    enum { LINES = sizeof lines / sizeof *lines, WIDE = 76 };
    const notebook_cell *c = notebook_at(v->nb, 0);
    bool brief = v->main_columns < WIDE || v->main_top + v->main_rows - y < LINES;
    if (!view_is_blank(v) || c->type != CELL_CODE) return;
    for (int i = 0; i < LINES; i++) {
        const char *text = brief ? lines[i].brief : lines[i].text;
        if (!text) continue;
        if (y >= v->main_top + v->main_rows) return;
        int at = *lines[i].key ? 14 : 3;
        canvas_text(y, 3, 11, lines[i].key, PART_KEY);
        canvas_text(y++, at, v->main_columns - at, text, PART_DIM);
    }
}

void do_samples(view *v, const char *argument)
{
    buffer b = { 0 };
    char what[120];
    argument += strspn(argument, " ");
    view_edit_end(v);
    if (*argument) {
        const view_sample *s = find_sample(argument);
        if (s)
            open_sample(v, (int)(s - view_samples));
        else
            view_complain(v, "no sample '%s'; :samples lists them", argument);
        return;
    }
    for (int i = 0; i < view_sample_count; i++) {
        describe(&view_samples[i], what, sizeof what);
        buffer_format(&b, "%-26s %s\n", view_samples[i].name, what);
    }
    view_overlay_choose(v, "Samples: each opens as a copy, and nothing is run",
                        buffer_take(&b, NULL), open_sample);
}
