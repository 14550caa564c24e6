/* view_line.c -- the line at the bottom that commands, searches and arguments are typed into */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

/* ---- the line -------------------------------------------------------------------------------- */

static void set_text(entry_line *l, const char *text)
{
    l->text.size = 0;
    buffer_puts(&l->text, text);
    l->point = l->text.size;
}

void view_line_open(view *v, char kind, int which, const char *text)
{
    entry_line *l = &v->line;
    l->on = true, l->kind = kind, l->command = which, l->shown = -1;
    set_text(l, text);
    v->dirty = v->hurry = true;
}

void view_line_free(view *v)
{
    for (int i = 0; i < v->line.nhistory; i++) free(v->line.history[i]);
    buffer_free(&v->line.text);
    v->line = (entry_line){ 0 };
}

static void remember(entry_line *l)
{
    const int most = (int)(sizeof l->history / sizeof *l->history);
    size_t n = l->text.size + 1;
    char *copy = malloc(n + 1);
    if (!copy || l->text.size == 0) {
        free(copy);
        return;
    }
    copy[0] = l->kind == '/' ? '/' : ':'; /* searches come back in searches */
    memcpy(copy + 1, l->text.data, n);
    if (l->nhistory == most) free(l->history[--l->nhistory]);
    memmove(l->history + 1, l->history, (size_t)l->nhistory * sizeof *l->history);
    l->history[0] = copy;
    l->nhistory++;
}

static void recall(entry_line *l, int by)
{
    char mark = l->kind == '/' ? '/' : ':';
    for (int i = l->shown + by; i >= -1 && i < l->nhistory; i += by) {
        if (i >= 0 && l->history[i][0] != mark) continue;
        l->shown = i;
        set_text(l, i < 0 ? "" : l->history[i] + 1);
        return;
    }
}

static size_t before(const entry_line *l, size_t at)
{
    while (at > 0 && (l->text.data[--at] & 0xC0) == 0x80) continue;
    return at;
}

static size_t after(const entry_line *l, size_t at)
{
    if (at < l->text.size) at++;
    while (at < l->text.size && (l->text.data[at] & 0xC0) == 0x80) at++;
    return at;
}

static void delete_from(entry_line *l, size_t from, size_t to)
{
    if (to <= from) return;
    memmove(l->text.data + from, l->text.data + to, l->text.size - to + 1);
    l->text.size -= to - from;
    l->point = from;
}

/* Takes bytes in at the cursor; only the first line of a paste. */
void view_line_insert(entry_line *l, const char *bytes, size_t size)
{
    size_t n = 0;
    while (n < size && (unsigned char)bytes[n] >= ' ' && bytes[n] != 0x7F) n++;
    if (l->text.size + n > 4000) return;
    char *tail = copy_bytes(l->text.data ? l->text.data + l->point : "", l->text.size - l->point);
    if (!tail) return;
    l->text.size = l->point;
    buffer_add(&l->text, bytes, n);
    buffer_puts(&l->text, tail);
    l->point += n;
    free(tail);
}

/* ---- done ------------------------------------------------------------------------------------ */

/* What follows `moonlab WORD` in the shell; NULL: it is no command of moonlab. */
static const char *shell_arguments(const char *word)
{
    static const struct {
        const char *name, *arguments;
    } commands[] = {
#define COMMAND(name, arguments, help, function) { name, arguments },
#define OPTION(...)
#include "repl/options.def"
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(word, commands[i].name) == 0 && *word != '-') return commands[i].arguments;
    return NULL;
}

static void unknown_command(view *v, const char *name, size_t size)
{
    const char *best = NULL;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(size < 63 ? size : 63), name);
    int least = (int)strlen(word) / 3 + 2;
    for (int i = 0; i < view_command_count; i++) {
        if (!view_commands[i].name) continue;
        bool begins = strncmp(word, view_commands[i].name, strlen(word)) == 0;
        int distance = begins ? 0 : session_name_distance(word, view_commands[i].name, least);
        if (distance < least) least = distance, best = view_commands[i].name;
    }
    const char *arguments = shell_arguments(word);
    if (arguments)
        view_complain(v, "':%s' is a command for the shell, where C-z leads: moonlab %s %s", word,
                      word, arguments);
    else if (best)
        view_complain(v, "unknown command ':%s'; did you mean :%s?", word, best);
    else
        view_complain(v, "unknown command ':%s'; ? lists all", word);
}

static void run_line(view *v, const char *text)
{
    text += strspn(text, " ");
    size_t n = strcspn(text, " ");
    char *end;
    long number = strtol(text, &end, 10);
    if (n > 0 && end == text + n && number > 0) {
        view_select(v,
                    number > notebook_count(v->nb) ? notebook_count(v->nb) - 1 : (int)number - 1);
        return;
    }
    int which = view_command_find(text, n);
    if (n == 0) return;
    if (which < 0) {
        unknown_command(v, text, n);
        return;
    }
    text += n + strspn(text + n, " ");
    if (*text && !*view_commands[which].argument) {
        view_complain(v, ":%s takes nothing after it", view_commands[which].name);
        return;
    }
    view_do(v, which, text);
}

static void take_line(view *v)
{
    entry_line *l = &v->line;
    l->on = false;
    remember(l);
    char *text = copy_bytes(l->text.data ? l->text.data : "", l->text.size);
    if (!text) return;
    if (l->kind == ':')
        run_line(v, text);
    else if (*text || l->kind == '=')
        view_do(v, l->command, *text ? text : " ");
    free(text);
}

void view_line_key(view *v, const key_event *e)
{
    entry_line *l = &v->line;
    char bytes[16];
    *v->message = '\0';
    if (e->key == PRESS_ENTER || e->key == (PRESS_CONTROL | 'j')) {
        take_line(v);
    } else if (e->key == PRESS_ESCAPE || e->key == (PRESS_CONTROL | 'c') ||
               (e->key == PRESS_RUBOUT && l->text.size == 0)) {
        l->on = false;
    } else if (e->key == PRESS_TAB) {
        view_line_complete(v);
    } else if (e->key == PRESS_UP || e->key == PRESS_DOWN) {
        recall(l, e->key == PRESS_UP ? 1 : -1);
    } else if (e->key == PRESS_LEFT || e->key == (PRESS_CONTROL | 'b')) {
        l->point = before(l, l->point);
    } else if (e->key == PRESS_RIGHT || e->key == (PRESS_CONTROL | 'f')) {
        l->point = after(l, l->point);
    } else if (e->key == PRESS_HOME || e->key == (PRESS_CONTROL | 'a')) {
        l->point = 0;
    } else if (e->key == PRESS_END || e->key == (PRESS_CONTROL | 'e')) {
        l->point = l->text.size;
    } else if (e->key == PRESS_RUBOUT) {
        delete_from(l, before(l, l->point), l->point);
    } else if (e->key == PRESS_DELETE || e->key == (PRESS_CONTROL | 'd')) {
        delete_from(l, l->point, after(l, l->point));
    } else if (e->key == (PRESS_CONTROL | 'u')) {
        delete_from(l, 0, l->point);
    } else if (e->key == (PRESS_CONTROL | 'k')) {
        delete_from(l, l->point, l->text.size);
    } else if (e->key == (PRESS_CONTROL | 'w')) {
        size_t from = l->point;
        while (from > 0 && l->text.data[from - 1] == ' ') from--;
        while (from > 0 && l->text.data[from - 1] != ' ') from--;
        delete_from(l, from, l->point);
    } else if (e->key == PRESS_PASTE) {
        view_line_insert(l, e->bytes, e->size);
    } else if (!(e->key & (PRESS_CONTROL | PRESS_ALT))) {
        view_line_insert(l, bytes, key_bytes(e->key, bytes));
    }
}
