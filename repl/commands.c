/* commands.c -- the commands that run something and end: run, -e, standard input, doctor. */
#include "repl/commands.h"
#include "repl/terminal_graphics.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "repl/headless.h"

/* ---- errors ---------------------------------------------------------------------------------- */

void show_error(const invocation *in, const char *message)
{
    fflush(stdout);
    const char *end = strchr(message, '\n');
    int first = end ? (int)(end - message) : (int)strlen(message);
    bool color = in->terminal.errors && in->terminal.color;
    fprintf(stderr, "%s%.*s%s%s\n", color ? "\033[31m" : "", first, message, color ? "\033[0m" : "",
            message + first);
}

/* Gives the bytes, as they were typed, back to standard input, in front of what is there. */
static void unread(const char *bytes, size_t n)
{
    for (; n > 0; n--) {
        int c = (unsigned char)bytes[n - 1];
        if (ungetc(c == '\r' ? '\n' : c, stdin) == EOF) return;
    }
}

void find_graphics(void *ctx, session_graphics *out)
{
    const invocation *in = ctx;
    static unsigned pictures; /* numbers that were given away */
    char typed[4096];
    *out = terminal_graphics_ask(&in->terminal)->is;
    out->picture = (unsigned)getpid() * 256 + pictures; /* another moonlab's would be replaced */
    pictures += 256;
    /* What was typed meanwhile is for the code that reads standard input. */
    if (!in->prompting) unread(typed, terminal_graphics_typed(typed, sizeof typed));
}

session *open_session(const invocation *in)
{
    char error[512];
    session *s = session_open(&in->options, error, sizeof error);
    if (!s) exit(usage_error("%s", error));
    return s;
}

int report(const invocation *in, session *s, session_status status)
{
    switch (status) {
    case SESSION_OK: return 0;
    case SESSION_EXIT: return session_exit_code(s);
    case SESSION_INTERRUPTED: show_error(in, session_error(s)); return 128 + SIGINT;
    case SESSION_ERROR:
    case SESSION_INCOMPLETE: break;
    }
    /* Nobody reads the output any more: nothing to tell. */
    if (!(session_output_failed(s) && errno == EPIPE)) show_error(in, session_error(s));
    return 1;
}

int finish(session *s, int status)
{
    bool failed = s && session_output_failed(s);
    session_close(s);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (!failed && errno != EPIPE)
            fprintf(stderr, "moonlab: standard output: %s\n", strerror(errno ? errno : EIO));
        return status ? status : 1;
    }
    return status;
}

/* ---- while code runs ------------------------------------------------------------------------- */

static session *volatile running;
static volatile sig_atomic_t interrupts;

/* Has the last Ctrl-C been given time to stop what runs?  Then this one counts. */
static bool counts(void)
{
    static volatile long long last;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    long long now = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
    if (interrupts > 0 && now - last < 300) return false;
    last = now;
    return true;
}

static void on_interrupt(int signal)
{
    static const char note[] = "\nstill running: Ctrl-C once more ends moonlab\n";
    (void)signal;
    int saved = errno;
    if (running) session_interrupt(running);
    if (!counts()) return;
    interrupts++;
    if (interrupts == 2 && write(STDERR_FILENO, note, sizeof note - 1) < 0) interrupts = 2;
    if (interrupts > 2) {
        terminal_restore();
        _exit(128 + SIGINT);
    }
    errno = saved;
}

static void on_time(int signal)
{
    (void)signal;
    if (running) session_time_over(running);
}

static void set_timer(int seconds)
{
    setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
}

void running_begin(session *s, const invocation *in)
{
    struct sigaction action = { .sa_handler = on_interrupt }; /* ends a read that waits */
    sigemptyset(&action.sa_mask);
    interrupts = 0;
    running = s;
    sigaction(SIGINT, &action, NULL);
    if (in->options.time_limit > 0) {
        action.sa_handler = on_time;
        sigaction(SIGALRM, &action, NULL);
        set_timer(in->options.time_limit);
    }
}

void running_end(void)
{
    set_timer(0);
    running = NULL;
}

/* ---- the commands ---------------------------------------------------------------------------- */

static int run_text(invocation *in, const char *code, size_t size, const char *name)
{
    session *s = open_session(in);
    running_begin(s, in);
    int status = report(in, s, session_text(s, code, size, name));
    running_end();
    return finish(s, status);
}

int command_code(invocation *in, int argc, char **argv)
{
    if (argc == 0)
        return usage_error("-e: the code is missing; for example: moonlab -e 'print(1)'");
    if (argc > 1)
        return usage_error("-e: '%s' after the code: quote the whole of the code", argv[1]);
    return run_text(in, argv[0], strlen(argv[0]), "-e");
}

/* All of standard input, NUL-terminated; NULL with a message. */
static char *read_all(size_t *size)
{
    size_t n = 0, room = 1 << 16;
    char *data = malloc(room);
    while (data) {
        n += fread(data + n, 1, room - n - 1, stdin);
        if (n < room - 1) break;
        char *larger = realloc(data, room *= 2);
        if (!larger) free(data);
        data = larger;
    }
    if (!data)
        usage_error("out of memory while reading standard input");
    else if (ferror(stdin)) {
        usage_error("standard input: %s", strerror(errno));
        free(data);
        return NULL;
    } else
        data[n] = '\0';
    *size = n;
    return data;
}

int command_stdin(invocation *in, int argc, char **argv)
{
    if (argc > 0) return usage_error("'%s': code from standard input takes no arguments", argv[0]);
    size_t size;
    char *code = read_all(&size);
    if (!code) return 1;
    int status = run_text(in, code, size, "stdin");
    free(code);
    return status;
}

typedef struct run_arguments {
    const char *file;
    char **args, **params;
    int nargs, nparams;
} run_arguments;

/* Sorts the words after "run" into *r; 0, or 1 with the error shown. */
static int read_run_arguments(run_arguments *r, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--") == 0) {
            if (!r->file && ++i < argc) r->file = argv[i];
            for (i++; i < argc; i++) r->args[r->nargs++] = argv[i];
        } else if (strcmp(word, "-p") == 0) {
            if (++i == argc) return usage_error("-p: name=value is missing after it");
            r->params[r->nparams++] = argv[i];
        } else if (!r->file && word[0] == '-' && word[1])
            return usage_error(
                "run %s: options stand before the command, as in: moonlab %s run FILE.lua", word,
                word);
        else if (!r->file)
            r->file = word;
        else
            r->args[r->nargs++] = argv[i];
    }
    return r->file ? 0 : usage_error("run: which script? moonlab run FILE.lua");
}

/* Is PATH a notebook: Jupyter's, or a file with cells?  What is no ordinary file is a script: it can be read only once. */
static bool open_notebook(const char *path, notebook_file *file, int *status)
{
    char error[512];
    struct stat s;
    if (stat(path, &s) < 0 || !S_ISREG(s.st_mode)) return false;
    bool good = notebook_load(path, false, file, error, sizeof error);
    if (!good && file->is_ipynb) *status = usage_error("run: %s", error);
    if (good && file->is_script) notebook_unload(file);
    return good && !file->is_script;
}

int command_run(invocation *in, int argc, char **argv)
{
    run_arguments r = { 0 };
    char **words = calloc(2 * (size_t)argc + 2, sizeof *words);
    if (!words) return usage_error("out of memory");
    r.args = words, r.params = words + argc + 1;
    int status = read_run_arguments(&r, argc, argv);
    notebook_file file;
    if (status == 0 && open_notebook(r.file, &file, &status)) {
        status = run_notebook(in, &file, r.file, r.nargs, r.args, r.params, r.nparams);
        notebook_unload(&file);
    } else if (status == 0) {
        session *s = open_session(in);
        running_begin(s, in);
        status = report(in, s, session_script(s, r.file, r.nargs, r.args, r.nparams, r.params));
        running_end();
        status = finish(s, status);
    }
    free(words);
    return status;
}

static const char *graphics_name(session_graphics_kind kind)
{
    switch (kind) {
    case SESSION_KITTY: return "kitty";
    case SESSION_SIXEL: return "sixel";
    case SESSION_ITERM: return "iTerm2";
    case SESSION_CELLS: break;
    }
    return "characters only";
}

static void print_graphics(const terminal *t)
{
    const terminal_graphics *g = terminal_graphics_ask(t);
    printf("graphics        %s", graphics_name(g->is.kind));
    if (g->reason) printf(" (%s)", g->reason);
    if (g->by_choice && g->is.kind != SESSION_CELLS) printf(" (by MOONLAB_GRAPHICS)");
    if (g->is.cell_width > 0)
        printf(", a character is %d x %d pixels", g->is.cell_width, g->is.cell_height);
    if (g->is.background >= 0) printf(", background #%06lx", (unsigned long)g->is.background);
    if (g->answered) printf(", synchronised updates %s", g->is.synchronised ? "yes" : "no");
    if (*g->name) printf(", %s", g->name);
    printf("\n");
}

int command_doctor(invocation *in, int argc, char **argv)
{
    if (argc > 0) return usage_error("doctor takes no arguments, but was given '%s'", argv[0]);
    session *s = open_session(in);
    char *text = session_doctor(s);
    if (text) {
        const terminal *t = &in->terminal;
        printf("%sterminal        input %s, output %s, %d x %d, %s, colours %d\n", text,
               t->input ? "yes" : "no", t->output ? "yes" : "no", in->options.columns,
               in->options.rows, t->utf8 ? "UTF-8" : "not UTF-8", in->options.color_depth);
        print_graphics(t);
    } else
        show_error(in, session_error(s));
    int status = text ? 0 : 1;
    free(text);
    return finish(s, status);
}
