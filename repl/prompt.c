/* prompt.c -- moonlab repl: Lua line by line on GNU Readline.
**
** Readline is driven through its callback interface, so that signals are seen between keys only: they are blocked
** except inside ppoll.  While code runs the terminal is in its usual mode. */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "repl/commands.h"

#define HISTORY_ENTRIES 5000

static struct {
    char *line; /* what Readline returned */
    bool have_line, at_end;
    session *session; /* for completion */
    char *history;    /* file, NULL: none is kept */
} prompt;

static volatile sig_atomic_t signals_seen[NSIG];

static void on_signal(int signal)
{
    signals_seen[signal] = 1;
}

static bool take_signal(int signal)
{
    bool seen = signals_seen[signal];
    signals_seen[signal] = 0;
    return seen;
}

/* ---- history --------------------------------------------------------------------------------- */

static char *joined(const char *a, const char *b)
{
    size_t n = strlen(a) + strlen(b) + 1;
    char *s = malloc(n);
    if (s) snprintf(s, n, "%s%s", a, b);
    return s;
}

/* Makes the folders of PATH that are not there, for this user only. */
static bool make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        bool there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!there) return false;
    }
    return true;
}

/* The file, its folder made; NULL if there is no place for one. */
static char *history_file(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *path = state && *state == '/' ? joined(state, "/moonlab/history")
                 : home && *home == '/' ? joined(home, "/.local/state/moonlab/history")
                                        : NULL;
    if (path && !make_folders(path)) {
        free(path);
        return NULL;
    }
    return path;
}

static void open_history(void)
{
    using_history();
    history_comment_char = '#'; /* with times before entries, an entry may have many lines */
    history_write_timestamps = 1;
    history_multiline_entries = 1;
    stifle_history(HISTORY_ENTRIES);
    prompt.history = history_file();
    if (prompt.history) read_history(prompt.history);
}

static void remember(const char *code)
{
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (strspn(code, " \t\n") == strlen(code) || (last && strcmp(last->line, code) == 0)) return;
    add_history(code);
    if (!prompt.history) return;
    /* At once: a crash loses nothing.  The file is made here, for nobody else's eyes. */
    FILE *f = fopen(prompt.history, "ab");
    if (f) fchmod(fileno(f), 0600), fclose(f), append_history(1, prompt.history);
}

/* ---- completion ------------------------------------------------------------------------------ */

static char **candidates;

static char *next_candidate(const char *word, int state)
{
    static int i;
    (void)word;
    if (state == 0) i = 0;
    return candidates && candidates[i] ? strdup(candidates[i++]) : NULL;
}

static char **complete(const char *word, int start, int end)
{
    (void)start, (void)end;
    rl_attempted_completion_over = 1;
    rl_completion_append_character = '\0';
    candidates = session_completions(prompt.session, word);
    char **matches = rl_completion_matches(word, next_candidate);
    for (int i = 0; candidates && candidates[i]; i++) free(candidates[i]);
    free(candidates);
    candidates = NULL;
    return matches;
}

/* ---- one line -------------------------------------------------------------------------------- */

static void on_line(char *line)
{
    prompt.line = line;
    prompt.have_line = true;
    prompt.at_end = line == NULL;
    rl_callback_handler_remove();
}

/* Does with SIGNAL, which is blocked and caught, what would be done without us; returns if that does. */
static void yield_to(int signal)
{
    struct sigaction usual = { .sa_handler = SIG_DFL }, ours;
    sigset_t set, mask;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigaction(signal, &usual, &ours);
    raise(signal);
    sigprocmask(SIG_UNBLOCK, &set, &mask); /* here it is delivered */
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(signal, &ours, NULL);
}

static void suspend(void)
{
    rl_deprep_terminal();
    yield_to(SIGTSTP);
    rl_prep_terminal(1);
    rl_on_new_line();
    rl_forced_update_display();
}

/* Signals that came while a key was awaited; false if the line is given up. */
static bool attend(invocation *in)
{
    if (take_signal(SIGWINCH)) {
        rl_resize_terminal();
        terminal_size(&in->terminal);
        session_resize(prompt.session, in->terminal.columns, in->terminal.rows);
    }
    if (take_signal(SIGTSTP)) suspend();
    for (int i = 0; i < 2; i++) {
        int signal = i ? SIGHUP : SIGTERM;
        if (!take_signal(signal)) continue;
        rl_callback_handler_remove();
        terminal_restore();
        yield_to(signal);
    }
    return !take_signal(SIGINT);
}

typedef enum line_result { LINE_GIVEN, LINE_DROPPED, LINE_END } line_result;

/* Shows the prompt and reads a line into *line. */
static line_result read_line(invocation *in, const char *text, char **line,
                             const sigset_t *open_mask)
{
    prompt.have_line = false;
    rl_callback_handler_install(text, on_line);
    while (!prompt.have_line) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        int ready = ppoll(&input, 1, NULL, open_mask), code = errno;
        /* A key that is there hides a signal that came before it. */
        sigset_t blocked;
        sigprocmask(SIG_SETMASK, open_mask, &blocked);
        sigprocmask(SIG_SETMASK, &blocked, NULL);
        if (!attend(in)) {
            rl_callback_sigcleanup();
            rl_free_line_state();
            rl_crlf();
            rl_callback_handler_remove();
            return LINE_DROPPED;
        }
        if (ready > 0)
            rl_callback_read_char();
        else if (ready < 0 && code != EINTR)
            return LINE_END;
    }
    *line = prompt.line;
    return prompt.at_end ? LINE_END : LINE_GIVEN;
}

/* ---- the loop -------------------------------------------------------------------------------- */

typedef struct piece { /* of code, gathered until it is complete */
    char *text;
    size_t size;
} piece;

static bool add_line(piece *p, const char *line)
{
    size_t n = strlen(line);
    char *text = realloc(p->text, p->size + n + 2);
    if (!text) return false;
    if (p->size > 0) text[p->size++] = '\n';
    memcpy(text + p->size, line, n + 1);
    p->text = text, p->size += n;
    return true;
}

static void drop(piece *p)
{
    free(p->text);
    *p = (piece){ 0 };
}

/* Runs it; true if the prompt goes on, else the exit status is in *status. */
static bool run_piece(invocation *in, session *s, const piece *p, int *status)
{
    static int number;
    char name[32];
    snprintf(name, sizeof name, "prompt %d", ++number);
    running_begin(s, in);
    session_status result = session_cell(s, p->text, p->size, name);
    running_end();
    fflush(stdout);
    if (result == SESSION_OK) return true;
    *status = report(in, s, result);
    return result != SESSION_EXIT && !session_output_failed(s);
}

static bool wants_out(const piece *p)
{
    static const char *const words[] = { "exit", "quit", "exit()", "quit()", ":q", ":quit" };
    for (size_t i = 0; p->text && i < sizeof words / sizeof *words; i++)
        if (strcmp(p->text, words[i]) == 0) return true;
    return false;
}

static void catch_signals(sigset_t *open_mask)
{
    static const int caught[] = { SIGINT, SIGTSTP, SIGTERM, SIGHUP, SIGWINCH };
    struct sigaction action = { .sa_handler = on_signal };
    sigset_t block;
    sigemptyset(&action.sa_mask);
    sigemptyset(&block);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigaddset(&block, caught[i]);
        sigaction(caught[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &block, open_mask);
}

/* Outside the reading of a line signals do what they usually do. */
static void release_signals(const sigset_t *open_mask)
{
    static const int usual[] = { SIGTSTP, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) signal(usual[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, open_mask, NULL);
}

static int loop(invocation *in, session *s)
{
    piece p = { 0 };
    int status = 0;
    for (bool go_on = true; go_on;) {
        sigset_t open_mask;
        char *line = NULL;
        catch_signals(&open_mask);
        line_result result = read_line(in, p.text ? ".. " : "> ", &line, &open_mask);
        release_signals(&open_mask);
        if (result == LINE_END) {
            putchar('\n');
            break;
        }
        if (result == LINE_DROPPED) {
            drop(&p);
            continue;
        }
        bool added = add_line(&p, line);
        free(line);
        if (!added) {
            show_error(in, "out of memory: the line is dropped");
            drop(&p);
        } else if (wants_out(&p))
            go_on = false;
        else if (session_complete(s, p.text, p.size)) {
            remember(p.text);
            go_on = run_piece(in, s, &p, &status);
            drop(&p);
        }
        if (go_on) status = 0;
    }
    drop(&p);
    return status;
}

/* The same without a terminal: no prompts, nothing edited; stops at the first error. */
static int loop_plain(invocation *in, session *s)
{
    piece p = { 0 };
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int status = 0;
    bool go_on = true;
    while (go_on && (n = getline(&line, &room, stdin)) >= 0) {
        if (n > 0 && line[n - 1] == '\n') line[n - 1] = '\0';
        if (!add_line(&p, line)) {
            show_error(in, "out of memory");
            status = 1;
            break;
        }
        if (!session_complete(s, p.text, p.size)) continue;
        go_on = run_piece(in, s, &p, &status) && status == 0;
        drop(&p);
    }
    if (p.text && status == 0) run_piece(in, s, &p, &status);
    drop(&p);
    free(line);
    return status;
}

int command_repl(invocation *in, int argc, char **argv)
{
    if (argc > 0) return usage_error("repl takes no arguments, but was given '%s'", argv[0]);
    session *s = open_session(in);
    if (!in->terminal.input) return finish(s, loop_plain(in, s));
    prompt.session = s;
    rl_readline_name = "moonlab";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_attempted_completion_function = complete;
    rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{(+-*/^%#,~[]?)";
    open_history();
    printf("moonlab %s   ?name shows help, Tab completes, Ctrl-D ends\n", session_version());
    int status = loop(in, s);
    if (prompt.history) history_truncate_file(prompt.history, 4 * HISTORY_ENTRIES);
    free(prompt.history);
    return finish(s, status);
}
