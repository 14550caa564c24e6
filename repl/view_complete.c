/* view_complete.c -- Tab on the line at the bottom: names of commands, and after one what its argument in commands.def says:
** FILE, NAME (of the manual), SAMPLE or THEME.  What all that fits has in common is put in; if that is nothing, all is shown. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "repl/view_private.h"
#include "repl/view_samples.h"

typedef struct matches {
    const char *word; /* what they begin with */
    size_t size;
    char **list;
    int n, room;
} matches;

/* Takes NAME with ENDING after it if it fits; what there is no memory for is not offered. */
static void offer(matches *m, const char *name, const char *ending)
{
    size_t n = strlen(name);
    if (strncmp(name, m->word, m->size) != 0) return;
    if (m->n == m->room) {
        int room = m->room ? 2 * m->room : 32;
        char **larger = realloc(m->list, (size_t)room * sizeof *larger);
        if (!larger) return;
        m->list = larger, m->room = room;
    }
    char *copy = malloc(n + strlen(ending) + 1);
    if (!copy) return;
    memcpy(copy, name, n + 1);
    memcpy(copy + n, ending, strlen(ending) + 1);
    m->list[m->n++] = copy;
}

/* ---- what can stand there -------------------------------------------------------------------- */

static void offer_commands(matches *m)
{
    for (int i = 0; i < view_command_count; i++)
        if (view_commands[i].name)
            offer(m, view_commands[i].name, *view_commands[i].argument ? " " : "");
}

static void offer_samples(matches *m)
{
    for (int i = 0; i < view_sample_count; i++) offer(m, view_samples[i].name, "");
}

static void offer_names(matches *m)
{
    bool found;
    char *names = manual_text("names", NULL, 80, false, &found);
    for (char *at = found ? names : NULL, *end; at; at = end ? end + 1 : NULL) {
        end = strchr(at, '\n');
        if (end) *end = '\0';
        if (*at) offer(m, at, "");
    }
    free(names);
}

/* Files in the folder that the word names; it is cut off the word. */
static void offer_files(matches *m, bool any)
{
    const char *slash = strrchr(m->word, '/');
    buffer path = { 0 };
    buffer_add(&path, slash ? m->word : "./", slash ? (size_t)(slash - m->word) + 1 : 2);
    size_t folder = path.size;
    DIR *d = path.failed ? NULL : opendir(path.data);
    if (slash) m->size -= (size_t)(slash - m->word) + 1, m->word = slash + 1;
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        if (e->d_name[0] == '.' && *m->word != '.') continue;
        path.size = folder;
        buffer_puts(&path, e->d_name);
        bool is_folder = !path.failed && stat(path.data, &s) == 0 && S_ISDIR(s.st_mode);
        if (is_folder || any || ends_in(e->d_name, ".lua") || ends_in(e->d_name, ".ipynb"))
            offer(m, e->d_name, is_folder ? "/" : "");
    }
    if (d) closedir(d);
    buffer_free(&path);
}

static void offer_themes(matches *m)
{
    offer(m, "auto", "");
    for (int i = 0; i < THEMES; i++) offer(m, theme_name((view_theme)i), "");
}

static void offer_argument(matches *m, int which)
{
    const char *argument = which >= 0 ? view_commands[which].argument : "";
    if (strstr(argument, "FILE")) offer_files(m, strcmp(view_commands[which].name, "export") == 0);
    if (strstr(argument, "NAME")) offer_names(m);
    if (strstr(argument, "SAMPLE")) offer_samples(m);
    if (strstr(argument, "THEME")) offer_themes(m);
}

/* ---- Tab ------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t common_size(const matches *m)
{
    size_t common = strlen(m->list[0]);
    for (int i = 1; i < m->n; i++)
        while (strncmp(m->list[0], m->list[i], common) != 0) common--;
    while (common > 0 && (m->list[0][common] & 0xC0) == 0x80) common--; /* whole characters */
    return common;
}

static void show(view *v, const matches *m)
{
    buffer b = { 0 };
    for (int i = 0; i < m->n; i++) {
        size_t n = strlen(m->list[i]);
        if (m->list[i][n - 1] == ' ') n--;
        if (b.size + n + 8 > sizeof v->message) {
            buffer_puts(&b, v->charset == PLOT_ASCII ? "  ..." : "  …");
            break;
        }
        buffer_format(&b, "%s%.*s", i ? "  " : "", (int)n, m->list[i]);
    }
    char *text = buffer_take(&b, NULL);
    if (text) view_say(v, "%s", text);
    free(text);
}

void view_line_complete(view *v)
{
    entry_line *l = &v->line;
    char *text = copy_bytes(l->text.data ? l->text.data : "", l->text.size);
    if (!text || l->point != l->text.size || l->kind == '/') {
        free(text);
        return;
    }
    char *name = text + strspn(text, " "), *space = l->kind == ':' ? strchr(name, ' ') : NULL;
    char *word = space ? space + strspn(space, " ") : name;
    matches m = { .word = word, .size = strlen(word) };
    if (l->kind == '=')
        offer_argument(&m, l->command);
    else if (space)
        offer_argument(&m, view_command_find(name, (size_t)(space - name)));
    else
        offer_commands(&m);
    if (m.n > 0) {
        qsort(m.list, (size_t)m.n, sizeof *m.list, compare);
        size_t common = common_size(&m);
        if (common > m.size)
            view_line_insert(l, m.list[0] + m.size, common - m.size);
        else if (m.n > 1)
            show(v, &m);
    } else
        view_say(v, "nothing that can stand here begins so");
    for (int i = 0; i < m.n; i++) free(m.list[i]);
    free(m.list);
    free(text);
}
