/* prompt_commands.c -- the commands of the prompt, :help, :time, … (prompt_commands.def). */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/percent.h"
#include "repl/prompt.h"
#include "repl/save.h"

typedef enum argument_kind { NOTHING, CODE, PATH, NAME } argument_kind;

/* Each gets what stands after the name, trimmed, and whether ! ended the name; true unless it failed. */
typedef bool prompt_function(prompt *p, const char *argument, bool forced);
#define PROMPT(name, arguments, kind, help, function) static prompt_function function;
#include "repl/prompt_commands.def"

static const struct {
    const char *name, *arguments;
    argument_kind kind;
    const char *help;
    prompt_function *run;
} commands[] = {
#define PROMPT(name, arguments, kind, help, function) { name, arguments, kind, help, function },
#include "repl/prompt_commands.def"
};

#define COUNT (int)(sizeof commands / sizeof *commands)

static bool fail(prompt *p, const char *message)
{
    char *visible = session_visible(message);
    show_error(p->in, visible ? visible : message);
    free(visible);
    return false;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0';
}

/* ---- time ------------------------------------------------------------------------------------ */

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print_seconds(double s)
{
    static const struct {
        double least, factor;
        const char *unit;
    } units[] = { { 1, 1, "s" }, { 1e-3, 1e3, "ms" }, { 1e-6, 1e6, "µs" }, { 0, 1e9, "ns" } };
    int i = 0;
    while (s < units[i].least) i++;
    printf("%.3g %s", s * units[i].factor, units[i].unit);
}

static void name_entry(prompt *p, char name[32])
{
    snprintf(name, 32, "prompt %d", ++p->number);
}

static bool prompt_time(prompt *p, const char *code, bool forced)
{
    (void)forced;
    char name[32];
    if (is_blank(code))
        return fail(p, ":time: what is to be timed? for example :time lab.randn(1000, 1000):sum()");
    name_entry(p, name);
    double start = seconds_now();
    bool good = prompt_run(p, code, strlen(code), name);
    double taken = seconds_now() - start;
    prompt_remember_cell(p, code, strlen(code), good);
    if (good) print_seconds(taken), putchar('\n');
    return good;
}

static bool prompt_bench(prompt *p, const char *code, bool forced)
{
    (void)forced;
    session_times times;
    if (is_blank(code))
        return fail(p, ":bench: what is to be timed? for example :bench lab.zeros(10) + 1");
    running_begin(p->session, p->in);
    session_status status = session_bench(p->session, code, strlen(code), &times);
    running_end();
    if (status != SESSION_OK) {
        p->status = report(p->in, p->session, status);
        p->ends = p->ends || status == SESSION_EXIT;
        return false;
    }
    print_seconds(times.median);
    printf(" a run (the middle half of %d measurements ", times.rounds);
    print_seconds(times.low);
    printf(" to ");
    print_seconds(times.high);
    printf(", of %lld run%s each)\n", times.runs, times.runs == 1 ? "" : "s");
    return true;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* PATH with a leading ~/ replaced; freed by the caller. */
static char *expanded(const char *path)
{
    const char *home = path[0] == '~' && path[1] == '/' ? getenv("HOME") : NULL;
    size_t n = strlen(path) + (home ? strlen(home) : 0) + 1;
    char *s = malloc(n);
    if (s) snprintf(s, n, "%s%s", home ? home : "", home ? path + 1 : path);
    return s;
}

static bool fail_file(prompt *p, const char *name, const char *path, const char *reason)
{
    char message[512];
    snprintf(message, sizeof message, "%s %s: %s", name, path, reason);
    return fail(p, message);
}

/* A message that names the file itself. */
static bool fail_named(prompt *p, const char *name, const char *message)
{
    char text[600];
    snprintf(text, sizeof text, "%s %s", name, message);
    return fail(p, text);
}

static bool prompt_save(prompt *p, const char *argument, bool forced)
{
    if (!*argument) return fail(p, ":save: where to? for example :save session.lua");
    if (p->ncells == 0) return fail(p, ":save: nothing has been entered yet");
    char *path = expanded(argument);
    if (!path) return fail(p, ":save: out of memory");
    bool exists;
    char error[512];
    bool saved = percent_write(path, forced, p->in->options.seed, p->cells, p->ncells, &exists,
                               error, sizeof error);
    if (!saved && exists)
        fail_file(p, ":save", path, "there is such a file already; :save! replaces it");
    else if (!saved)
        fail_named(p, ":save", error);
    if (saved) {
        char *visible = session_visible(path);
        printf("%d cell%s in %s", p->ncells, p->ncells == 1 ? "" : "s", visible ? visible : "it");
        if (p->nfailed) printf("; %d that failed left out", p->nfailed);
        putchar('\n');
        free(visible);
    }
    free(path);
    return saved;
}

/* Runs a cell of file "@path"; empty lines before it give its lines the file's numbers. */
static bool run_file_cell(prompt *p, const percent_cell *cell, const char *name)
{
    size_t before = (size_t)cell->line - 1;
    char *code = malloc(before + cell->size + 1);
    if (!code) return fail(p, ":load: out of memory");
    memset(code, '\n', before);
    memcpy(code + before, cell->text, cell->size);
    code[before + cell->size] = '\0';
    bool good = is_blank(code) || prompt_run(p, code, before + cell->size, name);
    if (!is_blank(code)) prompt_remember_cell(p, cell->text, cell->size, good);
    free(code);
    return good;
}

static bool prompt_load(prompt *p, const char *argument, bool forced)
{
    (void)forced;
    if (!*argument) return fail(p, ":load: which file? for example :load session.lua");
    char *name = expanded(argument), *at_name = name ? malloc(strlen(name) + 2) : NULL;
    char error[512] = "out of memory";
    size_t size = 0;
    char *file = at_name ? file_read(name, &size, NULL, error, sizeof error) : NULL;
    if (!file) fail_named(p, ":load", error);
    bool good = file != NULL;
    percent_reader r = percent_start(file ? file : "", size);
    percent_cell cell;
    if (good && size > 0 && *file == '\033')
        good = fail_file(p, ":load", argument, "bytecode is never loaded");
    while (good && !p->ends && percent_next(&r, &cell)) {
        if (cell.type != CELL_CODE && cell.type < CELL_EXERCISE) continue;
        sprintf(at_name, "@%s", name);
        good = run_file_cell(p, &cell, at_name);
    }
    free(file);
    free(at_name);
    free(name);
    return good;
}

/* ---- the others ------------------------------------------------------------------------------ */

static bool prompt_help(prompt *p, const char *argument, bool forced)
{
    (void)argument, (void)forced;
    bool color = p->in->terminal.color;
    for (int i = 0; i < COUNT; i++) {
        char left[32];
        snprintf(left, sizeof left, ":%s %s", commands[i].name, commands[i].arguments);
        printf("  %s%-13s%s %s\n", color ? "\033[1m" : "", left, color ? "\033[0m" : "",
               commands[i].help);
    }
    printf("\n  ?NAME, NAME?  show help, ??NAME the source\n"
           "  _             the last value; of several, _1, _2, ...\n"
           "  ;             at the end of an entry: its value is not shown\n"
           "  Tab           completes, and inside a call tells its arguments\n"
           "  Enter         runs a whole entry, else begins a line; Alt-Enter always does\n"
           "  Up, Ctrl-R    bring back earlier entries\n"
           "  Ctrl-C        stops what runs, or drops what was typed; Ctrl-D ends\n");
    return true;
}

static bool prompt_doc(prompt *p, const char *argument, bool forced)
{
    (void)forced;
    char *help = session_help(p->session, *argument ? argument : NULL);
    if (!help) return show_error(p->in, session_error(p->session)), false;
    printf("%s%s", help, *help && help[strlen(help) - 1] == '\n' ? "" : "\n");
    free(help);
    return true;
}

static bool prompt_who(prompt *p, const char *argument, bool forced)
{
    (void)argument, (void)forced;
    char *table = session_variables(p->session);
    if (!table) return fail(p, ":who: out of memory");
    printf("%s", *table ? table : "no variables yet\n");
    free(table);
    return true;
}

static bool prompt_quit(prompt *p, const char *argument, bool forced)
{
    (void)argument, (void)forced;
    p->ends = true;
    return true;
}

/* ---- dispatch -------------------------------------------------------------------------------- */

bool prompt_is_command(const char *text)
{
    text += strspn(text, " \t");
    return *text == ':' && text[1] != ':';
}

static size_t name_length(const char *s)
{
    size_t n = 0;
    while (isalpha((unsigned char)s[n])) n++;
    return n;
}

/* The command with this name, or the only one that begins so; -1 if there is none. */
static int find(const char *name, size_t n)
{
    int found = -1, count = 0;
    for (int i = 0; i < COUNT; i++) {
        if (strncmp(commands[i].name, name, n) != 0) continue;
        if (strlen(commands[i].name) == n) return i;
        found = i, count++;
    }
    return n > 0 && count == 1 ? found : -1;
}

static bool unknown(prompt *p, const char *name, size_t n)
{
    char word[32], message[120];
    int best = -1, least = 3;
    snprintf(word, sizeof word, "%.*s", (int)n, name);
    for (int i = 0; i < COUNT; i++) {
        int distance = session_name_distance(word, commands[i].name, least);
        if (distance < least) best = i, least = distance;
    }
    if (best >= 0)
        snprintf(message, sizeof message,
                 "unknown command ':%s'; did you mean :%s? (:help lists all)", word,
                 commands[best].name);
    else
        snprintf(message, sizeof message, "unknown command ':%s'; :help lists all", word);
    return fail(p, message);
}

bool prompt_command(prompt *p, const char *text)
{
    const char *name = text + strspn(text, " \t") + 1;
    size_t n = name_length(name);
    const char *rest = name + n;
    bool forced = *rest == '!';
    rest += forced;
    if (n == 0 && is_blank(rest)) return prompt_help(p, "", false);
    int i = find(name, n);
    if (i < 0 || (*rest && !isspace((unsigned char)*rest))) return unknown(p, name, n);
    char *argument = strdup(rest + strspn(rest, " \t\n"));
    if (!argument) return fail(p, "out of memory");
    for (size_t k = strlen(argument); k > 0 && isspace((unsigned char)argument[k - 1]);)
        argument[--k] = '\0';
    bool good = false;
    if (commands[i].kind == NOTHING && *argument)
        fail_file(p, ":", commands[i].name, "takes no arguments");
    else
        good = commands[i].run(p, argument, forced);
    free(argument);
    return good;
}

bool prompt_command_complete(prompt *p, const char *text)
{
    const char *name = text + strspn(text, " \t") + 1;
    size_t n = name_length(name);
    int i = find(name, n);
    if (i < 0 || commands[i].kind != CODE) return true;
    return session_complete(p->session, name + n, strlen(name + n));
}

/* ---- completion ------------------------------------------------------------------------------ */

static char **matching_names(const char *prefix)
{
    char **names = calloc(COUNT + 1, sizeof *names);
    int n = 0;
    for (int i = 0; names && i < COUNT; i++)
        if (strncmp(commands[i].name, prefix, strlen(prefix)) == 0)
            n += (names[n] = strdup(commands[i].name)) != NULL;
    if (names && n > 0) return names;
    free(names);
    return NULL;
}

/* Completes the argument as if MARK stood before it: a quote makes it a file, ? a name. */
static char **marked_completions(prompt *p, const char *mark, const char *argument, size_t at,
                                 size_t *start)
{
    size_t n = strlen(mark) + strlen(argument);
    char *text = malloc(n + 1);
    if (!text) return NULL;
    sprintf(text, "%s%s", mark, argument);
    char **words = session_completions(p->session, text, n, start);
    free(text);
    *start = *start >= strlen(mark) ? at + *start - strlen(mark) : at;
    for (int i = 0; words && *mark == '"' && words[i]; i++) { /* no quote closes this one */
        size_t length = strlen(words[i]);
        if (length > 0 && words[i][length - 1] == '"') words[i][length - 1] = '\0';
    }
    return words;
}

char **prompt_completions(prompt *p, const char *text, size_t *start)
{
    const char *name = text + strspn(text, " \t") + 1;
    size_t n = name_length(name);
    if (!name[n]) {
        *start = (size_t)(name - text);
        return matching_names(name);
    }
    int i = find(name, n);
    const char *argument = name + n + (name[n] == '!');
    argument += strspn(argument, " \t");
    size_t at = (size_t)(argument - text);
    if (i < 0) return NULL;
    switch (commands[i].kind) {
    case CODE: return marked_completions(p, "", argument, at, start);
    case PATH: return marked_completions(p, "\"", argument, at, start);
    case NAME: return marked_completions(p, "?", argument, at, start);
    case NOTHING: break;
    }
    return NULL;
}
