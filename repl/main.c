/* main.c -- the command line of moonlab: options, then a command of options.def. */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repl/commands.h"
#include "repl/notebook_load.h"
#include "repl/view.h"

#define SAFE_SECONDS   600
#define MEGABYTE       ((size_t)1000000)
#define MOST_MEGABYTES 100000000

typedef enum option_id {
    OPTION_THREADS,
    OPTION_SEED,
    OPTION_DEVICE,
    OPTION_NO_COLOR,
    OPTION_SAFE,
    OPTION_SNAPSHOTS,
    OPTION_VERSION,
    OPTION_HELP,
} option_id;

static const struct {
    const char *name, *argument;
    option_id id;
} options[] = {
#define COMMAND(...)
#define OPTION(name, argument, help, id) { name, argument, id },
#include "repl/options.def"
};

static const struct {
    const char *name;
    command *run;
} commands[] = {
#define COMMAND(name, arguments, help, function) { name, function },
#define OPTION(...)
#include "repl/options.def"
};

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

int usage_error(const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    char *visible = session_visible(message);
    fprintf(stderr, "moonlab: %s\n", visible ? visible : "out of memory");
    free(visible);
    return 1;
}

/* ---- options --------------------------------------------------------------------------------- */

static const char *nearest(const char *word, const char *const names[], int n)
{
    const char *best = NULL;
    int least = (int)strlen(word) / 3 + 2;
    for (int i = 0; i < n; i++) {
        int distance = session_name_distance(word, names[i], least);
        if (distance < least) least = distance, best = names[i];
    }
    return best;
}

static int unknown(const char *kind, const char *word)
{
    const char *names[COUNT(options) + COUNT(commands)];
    int n = 0;
    for (int i = 0; i < COUNT(options); i++) names[n++] = options[i].name;
    for (int i = 0; i < COUNT(commands); i++) names[n++] = commands[i].name;
    const char *near = nearest(word, names, n);
    if (near)
        return usage_error("unknown %s '%s'; did you mean %s? (moonlab --help lists all)", kind,
                           word, near);
    return usage_error("unknown %s '%s'; moonlab --help lists all", kind, word);
}

static bool parse_count(const char *text, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value > most) return false;
    *out = value;
    return true;
}

/* Takes option ID with its VALUE ("" if it has none); 0, or an exit status with the error shown. */
static int set_option(invocation *in, option_id id, const char *value)
{
    uint64_t n;
    switch (id) {
    case OPTION_THREADS:
        if (!parse_count(value, 1024, &n) || n == 0)
            return usage_error("--threads %s: a number from 1 to 1024 is expected", value);
        in->options.threads = (int)n;
        return 0;
    case OPTION_SEED:
        if (!parse_count(value, UINT64_MAX, &n))
            return usage_error("--seed %s: a whole number from 0 to 2^64-1 is expected", value);
        in->options.seed = n, in->options.has_seed = true;
        return 0;
    case OPTION_DEVICE: in->options.device = value; return 0;
    case OPTION_NO_COLOR: in->terminal.color = false; return 0;
    case OPTION_SAFE:
        in->options.safe = true;
        in->options.time_limit = SAFE_SECONDS;
        return 0;
    case OPTION_SNAPSHOTS:
        if (!parse_count(value, MOST_MEGABYTES, &n))
            return usage_error("--snapshots %s: a number of megabytes from 0 to %d is expected",
                               value, MOST_MEGABYTES);
        in->snapshot_bytes = (size_t)n * MEGABYTE;
        return 0;
    case OPTION_VERSION:
    case OPTION_HELP: break;
    }
    return 0;
}

static size_t usual_snapshot_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    size_t most = 2000 * MEGABYTE, quarter = (size_t)pages / 4 * (size_t)size;
    return pages > 0 && size > 0 && quarter < most ? quarter : most;
}

static int find_option(const char *word, size_t length)
{
    for (int i = 0; i < COUNT(options); i++)
        if (strlen(options[i].name) == length && memcmp(options[i].name, word, length) == 0)
            return i;
    return -1;
}

static int print_version(void)
{
    printf("moonlab %s\n", session_version());
    return finish(NULL, 0);
}

static int print_usage(const invocation *in)
{
    usage(in->terminal.color);
    return finish(NULL, 0);
}

/* Reads the options at *i, which it moves on; -1 to go on, or the exit status. */
static int read_options(invocation *in, int argc, char **argv, int *i)
{
    for (; *i < argc && strncmp(argv[*i], "--", 2) == 0 && argv[*i][2]; ++*i) {
        const char *word = argv[*i], *equals = strchr(word, '=');
        size_t length = equals ? (size_t)(equals - word) : strlen(word);
        int k = find_option(word, length);
        if (k < 0) return unknown("option", word);
        const char *value = equals ? equals + 1 : NULL;
        if (!*options[k].argument && value)
            return usage_error("%s takes no value", options[k].name);
        if (*options[k].argument && !value) {
            if (*i + 1 >= argc)
                return usage_error("%s: %s is missing after it", word, options[k].argument);
            value = argv[++*i];
        }
        if (options[k].id == OPTION_VERSION) return print_version();
        if (options[k].id == OPTION_HELP) return print_usage(in);
        int status = set_option(in, options[k].id, value ? value : "");
        if (status) return status;
    }
    return -1;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int open_notebook(const invocation *in, int argc, char **argv)
{
    if (argc > 1)
        return usage_error("'%s' after %s: one notebook is opened at a time", argv[1], argv[0]);
    if (view_is_possible(in)) return view_notebook(in, argv[0]);
    return usage_error("%s: the notebook needs a terminal that is not a dumb one; to run it: "
                       "moonlab run %s",
                       argv[0], argv[0]);
}

static int run_command(invocation *in, int argc, char **argv)
{
    if (argc == 0 && view_is_possible(in)) return view_notebook(in, NULL);
    if (argc == 0)
        return in->terminal.input ? command_repl(in, 0, NULL) : command_stdin(in, 0, NULL);
    const char *word = argv[0];
    for (int i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, word) == 0) return commands[i].run(in, argc - 1, argv + 1);
    if (strcmp(word, "-h") == 0) return print_usage(in);
    if (ends_in(word, ".lua") || ends_in(word, ".ipynb")) return open_notebook(in, argc, argv);
    return unknown(word[0] == '-' ? "option" : "command", word);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    setlocale(LC_COLLATE, "C"); /* texts are ordered in the same way everywhere */
    invocation in = { .terminal = terminal_open(), .snapshot_bytes = usual_snapshot_bytes() };
    int i = 1, status = read_options(&in, argc, argv, &i);
    if (status >= 0) return status;
    in.options.color = in.terminal.color;
    in.options.columns = in.terminal.columns, in.options.rows = in.terminal.rows;
    in.options.utf8 = in.terminal.utf8;
    in.options.redraw = in.terminal.output && in.terminal.depth > 0;
    in.options.color_depth = in.terminal.color ? in.terminal.depth : 0;
    in.options.graphics = find_graphics, in.options.graphics_ctx = &in;
    return run_command(&in, argc - i, argv + i);
}
