/* prompt.c -- moonlab repl: the loop of the line prompt.
**
** Readline edits an entry of several lines (editor.c), which is drawn by screen.c; on a dumb terminal Readline draws
** itself, and an entry is gathered line by line.  Readline's callback interface is used, so that signals are seen
** between keys only: they are blocked except inside ppoll.  While code runs the terminal is in its usual mode. */
#define _GNU_SOURCE /* ppoll */
#include "repl/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "repl/code_shape.h"
#include "repl/editor.h"
#include "repl/history.h"
#include "repl/screen.h"
#include "repl/terminal_graphics.h"

static struct {
    prompt *p;
    char *line; /* what Readline returned */
    bool have_line;
    bool drawn; /* by screen.c */
    bool fresh; /* nothing of the line has been */
    int fd;     /* of the terminal */
    char *note;
    sigset_t open_mask; /* the signals that are blocked while nothing is awaited */
} reading;

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

/* ---- running --------------------------------------------------------------------------------- */

bool prompt_run(prompt *p, const char *code, size_t size, const char *name)
{
    running_begin(p->session, p->in);
    session_status result = session_cell(p->session, code, size, name);
    running_end();
    fflush(stdout);
    p->status = result == SESSION_OK ? 0 : report(p->in, p->session, result);
    p->ends = p->ends || result == SESSION_EXIT || session_output_failed(p->session);
    return result == SESSION_OK;
}

void prompt_remember_cell(prompt *p, const char *code, size_t size, bool succeeded)
{
    const char *s = code + strspn(code, " \t\r\n");
    size_t n = size - (size_t)(s - code);
    while (n > 0 && strchr(" \t\r\n", s[n - 1])) n--;
    if (n == 0 || *s == '?' || s[n - 1] == '?') return;
    if (!succeeded) {
        p->nfailed++;
        return;
    }
    if (p->ncells == p->room) {
        int room = 2 * p->room + 32;
        char **cells = realloc(p->cells, (size_t)room * sizeof *cells);
        if (!cells) return;
        p->cells = cells, p->room = room;
    }
    char *copy = strndup(code, (size_t)(s - code) + n);
    if (copy) p->cells[p->ncells++] = copy;
}

static bool wants_out(const char *entry)
{
    static const char *const words[] = { "exit", "quit", "exit()", "quit()", ":q", ":q!" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], entry) == 0) return true;
    return false;
}

static bool is_whole(prompt *p, const char *entry, size_t size)
{
    if (prompt_is_command(entry)) return prompt_command_complete(p, entry);
    return session_complete(p->session, entry, size);
}

/* Runs a whole entry, a command or code; true unless it failed. */
static bool run_entry(prompt *p, const char *entry)
{
    char name[32];
    if (wants_out(entry)) return p->ends = true;
    if (prompt_is_command(entry)) {
        bool good = prompt_command(p, entry);
        fflush(stdout);
        return good;
    }
    snprintf(name, sizeof name, "prompt %d", ++p->number);
    bool good = prompt_run(p, entry, strlen(entry), name);
    prompt_remember_cell(p, entry, strlen(entry), good);
    return good;
}

/* ---- what the editor needs ------------------------------------------------------------------- */

static bool host_complete(void *ctx, const char *text, size_t size)
{
    return is_whole(ctx, text, size);
}

static void host_highlight(void *ctx, const char *text, size_t size, char *kinds)
{
    prompt *p = ctx;
    if (text[strspn(text, " ")] == '?')
        memset(kinds, ' ', size);
    else
        session_highlight(p->session, text, size, kinds);
}

static char **host_completions(void *ctx, const char *text, size_t size, size_t point,
                               size_t *start)
{
    prompt *p = ctx;
    char *before = prompt_is_command(text) ? strndup(text, point) : NULL;
    char **words = before ? prompt_completions(p, before, start)
                          : session_completions(p->session, text, point, start);
    /* What would be put there is there already. */
    for (int i = 0; words && words[i]; i++) {
        size_t n = strlen(words[i]);
        if (n > 0 && point < size && text[point] == words[i][n - 1] && strchr("\"'(", text[point]))
            words[i][n - 1] = '\0';
    }
    free(before);
    return words;
}

static char *host_about(void *ctx, const char *text, size_t size, size_t point)
{
    prompt *p = ctx;
    (void)size;
    return session_about(p->session, text, point);
}

static void host_note(void *ctx, const char *note)
{
    (void)ctx;
    free(reading.note);
    reading.note = note ? strdup(note) : NULL;
}

static void host_words(void *ctx, char *const words[], int n)
{
    const terminal *t = &((prompt *)ctx)->in->terminal;
    int columns = t->columns > 0 ? t->columns : 80;
    char *note = session_in_columns(words, n, columns, t->rows > 6 ? t->rows / 2 : 3);
    if (note) host_note(ctx, note);
    free(note);
}

static void host_clear(void *ctx)
{
    (void)ctx;
    screen_clear();
}

static bool host_wait(void *ctx)
{
    (void)ctx;
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    while (ppoll(&input, 1, NULL, &reading.open_mask) < 0)
        if (signals_seen[SIGINT] || signals_seen[SIGTERM] || signals_seen[SIGHUP]) return false;
    return true;
}

/* Draws the entry; FINAL: as it stays, without help for editing. */
static void draw(const char *text, size_t point, bool final)
{
    size_t size = strlen(text);
    char *kinds = malloc(size + 1);
    if (kinds) host_highlight(reading.p, text, size, kinds);
    screen_view view = { .prompt = rl_display_prompt ? rl_display_prompt : "",
                         .more = ".. ",
                         .text = text,
                         .size = size,
                         .point = final ? size : point,
                         .mark = size,
                         .kinds = kinds };
    if (!final && kinds) view.mark = code_partner(text, size, kinds, point);
    if (!final) view.note = reading.note;
    if (final) view.prompt = "> ";
    screen_draw(&view);
    free(kinds);
}

static void redisplay(void)
{
    bool waiting = editor_keys_wait(), fresh = reading.fresh;
    reading.fresh = false;
    /* What was typed while code ran has been echoed, and will be drawn. */
    if (waiting && fresh) screen_clear_line();
    if (waiting) return; /* a later key draws */
    draw(rl_line_buffer, (size_t)rl_point, false);
}

/* ---- one line -------------------------------------------------------------------------------- */

static void on_line(char *line)
{
    reading.line = line;
    reading.have_line = true;
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

static bool pastes_marked(void)
{
    const char *value = rl_variable_value("enable-bracketed-paste");
    return reading.drawn && value && strcmp(value, "on") == 0;
}

static void suspend(void)
{
    if (pastes_marked()) terminal_mark_pastes(reading.fd, false);
    rl_deprep_terminal();
    yield_to(SIGTSTP);
    rl_prep_terminal(1);
    if (pastes_marked()) terminal_mark_pastes(reading.fd, true);
    if (reading.drawn) screen_forget();
    rl_on_new_line();
    rl_forced_update_display();
}

/* Looks how large the terminal is.  Readline, which divides by parts of the columns, is not told of fewer than 8. */
static void measure(invocation *in)
{
    const terminal *t = &in->terminal;
    terminal_size(&in->terminal);
    session_resize(reading.p->session, t->columns, t->rows);
    int columns = t->columns > 0 ? t->columns : 80;
    rl_set_screen_size(t->rows > 0 ? t->rows : 24, columns < 8 ? 8 : columns);
}

static void resize(invocation *in)
{
    measure(in);
    if (reading.drawn) screen_resized();
    rl_forced_update_display();
}

/* Signals that came while a key was awaited; false if the line is given up. */
static bool attend(invocation *in)
{
    if (take_signal(SIGWINCH)) resize(in);
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

static void drop_line(void)
{
    if (!reading.drawn) rl_crlf();
    rl_callback_sigcleanup();
    rl_free_line_state(); /* shows the line once more */
    if (reading.drawn) {
        draw(rl_line_buffer, 0, true);
        screen_leave();
    }
    rl_callback_handler_remove();
}

/* Waits for keys until there is a line; the end of input is a line that is NULL. */
static line_result wait_for_line(invocation *in, const sigset_t *open_mask)
{
    reading.open_mask = *open_mask;
    while (!reading.have_line) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        int ready = editor_keys_wait() ? 1 : ppoll(&input, 1, NULL, open_mask), code = errno;
        /* A key that is there hides a signal that came before it. */
        sigset_t blocked;
        sigprocmask(SIG_SETMASK, open_mask, &blocked);
        sigprocmask(SIG_SETMASK, &blocked, NULL);
        if (!attend(in)) {
            drop_line();
            return LINE_DROPPED;
        }
        host_note(NULL, NULL);
        if (ready > 0)
            rl_callback_read_char();
        else if (ready < 0 && code != EINTR)
            return LINE_END;
    }
    return reading.line ? LINE_GIVEN : LINE_END;
}

/* What was typed while the terminal was asked something. */
static void take_typed(void)
{
    char typed[256];
    for (size_t n; (n = terminal_graphics_typed(typed, sizeof typed)) > 0;) editor_type(typed, n);
}

/* Shows the prompt and reads a line into *line. */
static line_result read_line(invocation *in, const char *text, char **line,
                             const sigset_t *open_mask)
{
    reading.have_line = false;
    reading.fresh = true;
    measure(in);
    rl_callback_handler_install(text, on_line);
    take_typed();
    if (pastes_marked()) terminal_mark_pastes(reading.fd, true);
    line_result result = wait_for_line(in, open_mask);
    if (pastes_marked()) terminal_mark_pastes(reading.fd, false);
    if (reading.drawn && result != LINE_DROPPED) {
        draw(result == LINE_GIVEN ? reading.line : "", 0, true);
        screen_leave();
    } else if (result == LINE_END)
        putchar('\n');
    *line = reading.line;
    reading.line = NULL;
    return result;
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

/* ---- the loop -------------------------------------------------------------------------------- */

typedef struct piece { /* of code, gathered until it is complete */
    char *text;
    size_t size;
} piece;

static bool add_line(piece *e, const char *line)
{
    size_t n = strlen(line);
    char *text = realloc(e->text, e->size + n + 2);
    if (!text) return false;
    if (e->size > 0) text[e->size++] = '\n';
    memcpy(text + e->size, line, n + 1);
    e->text = text, e->size += n;
    return true;
}

static void drop(piece *e)
{
    free(e->text);
    *e = (piece){ 0 };
}

static void trim_end(piece *e)
{
    while (e->size > 0 && strchr(" \t\r\n", e->text[e->size - 1])) e->text[--e->size] = '\0';
}

static int loop(prompt *p)
{
    piece entry = { 0 };
    while (!p->ends) {
        sigset_t open_mask;
        char *line = NULL;
        catch_signals(&open_mask);
        line_result result = read_line(p->in, entry.text ? ".. " : "> ", &line, &open_mask);
        release_signals(&open_mask);
        if (result == LINE_END) break;
        if (result == LINE_DROPPED) {
            drop(&entry);
            continue;
        }
        bool added = add_line(&entry, line);
        free(line);
        if (!added) {
            show_error(p->in, "out of memory: the line is dropped");
            drop(&entry);
        } else if (is_whole(p, entry.text, entry.size)) {
            trim_end(&entry);
            history_add(entry.text);
            run_entry(p, entry.text);
            drop(&entry);
            if (!p->ends) p->status = 0;
        }
    }
    drop(&entry);
    return p->status;
}

/* The same without a terminal: no prompts, nothing edited; stops at the first error. */
static int loop_plain(prompt *p)
{
    piece entry = { 0 };
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool good = true;
    while (good && !p->ends && (n = getline(&line, &room, stdin)) >= 0) {
        if (n > 0 && line[n - 1] == '\n') line[n - 1] = '\0';
        if (!add_line(&entry, line)) {
            show_error(p->in, "out of memory");
            good = false;
            break;
        }
        if (!is_whole(p, entry.text, entry.size)) continue;
        good = run_entry(p, entry.text);
        drop(&entry);
    }
    if (entry.text && good) good = run_entry(p, entry.text);
    drop(&entry);
    free(line);
    return good || p->status ? p->status : 1;
}

/* Opens Readline on the terminal, which standard output or error is. */
static bool open_terminal(prompt *p)
{
    const char *term = getenv("TERM");
    static editor_host host;
    terminal *t = &p->in->terminal;
    if (!t->input || (!t->output && !t->errors)) return false;
    reading.p = p;
    reading.fd = t->output ? STDOUT_FILENO : STDERR_FILENO;
    reading.drawn = term && *term && strcmp(term, "dumb") != 0;
    rl_outstream = t->output ? stdout : stderr;
    host = (editor_host){ .ctx = p,
                          .complete = host_complete,
                          .highlight = host_highlight,
                          .completions = host_completions,
                          .about = host_about,
                          .show_words = host_words,
                          .show_note = host_note,
                          .clear = host_clear,
                          .wait = host_wait };
    if (reading.drawn) {
        rl_outstream = fopen("/dev/null", "w"); /* all is drawn by us */
        if (!rl_outstream) return false;
        screen_open(t, reading.fd);
    }
    editor_open(&host, reading.drawn);
    if (reading.drawn)
        rl_redisplay_function = redisplay; /* before, it would turn off the marking of pastes */
    return true;
}

int command_repl(invocation *in, int argc, char **argv)
{
    if (argc > 0) return usage_error("repl takes no arguments, but was given '%s'", argv[0]);
    prompt p = { .in = in, .session = open_session(in) };
    int status;
    if (open_terminal(&p)) {
        in->prompting = true;
        history_open();
        printf("moonlab %s   ?name shows help, :help more, Tab completes, Ctrl-D ends\n",
               session_version());
        fflush(stdout);
        status = loop(&p);
        history_close();
    } else
        status = loop_plain(&p);
    for (int i = 0; i < p.ncells; i++) free(p.cells[i]);
    free(p.cells);
    host_note(NULL, NULL);
    return finish(p.session, status);
}
