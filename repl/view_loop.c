/* view_loop.c -- the notebook's screen from its opening to its end: keys, the kernel and signals are waited for together, and a
** frame is drawn when something has changed, after a key at once, else at most 30 times a second. */
#define _GNU_SOURCE /* ppoll */
#include "repl/view.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "repl/sync_later.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"
#include "repl/view_terminal.h"

#define FRAME          (1.0 / 30)
#define CLOCK          0.1  /* how often a running cell's time is shown */
#define EVENTS         256  /* of the kernel, before keys are looked at again */
#define MOST_SECONDS   0.01 /* the same as a time */
#define LAST_ANSWERS   0.3 /* at the end, for answers that would go to who reads the terminal next */
#define MOST_SNAPSHOTS 64

double view_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static volatile sig_atomic_t signals_seen[NSIG];
static sigset_t open_mask;

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

/* They are blocked, but for the time that is spent waiting. */
static void catch_signals(void)
{
    static const int caught[] = { SIGWINCH, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGINT, SIGCHLD };
    struct sigaction action = { .sa_handler = on_signal };
    sigset_t blocked;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigaction(caught[i], &action, NULL);
        sigaddset(&blocked, caught[i]);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of writing */
    sigprocmask(SIG_BLOCK, &blocked, &open_mask);
}

/* ---- what is waited for ---------------------------------------------------------------------- */

#define PASTE_LEAST 16 /* bytes at once that nobody types */

/* Are these keys among the cells a paste that the terminal did not mark?  Two lines at least, of text only. */
static bool is_paste(const view *v, const char *bytes, size_t n)
{
    bool among =
        v->mode == MODE_COMMAND && !v->ends && !v->overlay.on && !v->line.on && !v->question.on;
    if (!among || n < PASTE_LEAST || strchr(":/", *bytes) || key_reader_wait(&v->keys) > 0)
        return false;
    bool lines = false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if ((c < ' ' && !strchr("\r\n\t", c)) || c == 0x7F) return false;
        lines = lines || (c < ' ' && c != '\t' && i + 1 < n);
    }
    return lines;
}

static void read_keys(view *v)
{
    char bytes[4096];
    ssize_t n = read(view_terminal_fd(), bytes, sizeof bytes);
    if (n > 0 && is_paste(v, bytes, (size_t)n))
        view_key(v, &(key_event){ .key = PRESS_PASTE, .bytes = bytes, .size = (size_t)n });
    else if (n > 0)
        key_reader_add(&v->keys, bytes, (size_t)n, view_now());
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        signals_seen[SIGHUP] = 1; /* the terminal is gone */
}

static void take_keys(view *v)
{
    key_event e;
    while (!v->ends && key_reader_next(&v->keys, view_now(), &e)) view_key(v, &e);
}

/* Seconds until the beginning of a key that has come is taken for all of it; < 0: there is none. */
static double key_wait(const key_reader *r)
{
    double wait = key_reader_wait(r), left = r->came + wait - view_now();
    return wait == 0 ? -1 : left > 0 ? left : 0;
}

static void hear_kernel(view *v)
{
    kernel_event e;
    double start = view_now();
    for (int i = 0; v->kernel && i < EVENTS && view_now() < start + MOST_SECONDS; i++) {
        if (!kernel_poll(v->kernel, &e)) break;
        view_hear(v, &e);
    }
    view_pump(v);
}

static void end_by(view *v, int signal)
{
    view_keep_found(v);
    view_note_edits(v, true);
    v->ends = true;
    v->status = 128 + signal;
}

static void take_signals(view *v)
{
    if (take_signal(SIGTERM)) end_by(v, SIGTERM);
    if (take_signal(SIGHUP)) end_by(v, SIGHUP);
    if (take_signal(SIGINT)) do_interrupt(v, "");
    if (take_signal(SIGTSTP)) do_suspend(v, "");
    if (take_signal(SIGWINCH)) {
        view_terminal_resize(&v->rows, &v->columns);
        v->follow = v->dirty = v->hurry = true;
        view_tell_size(v);
    }
    if (take_signal(SIGCONT)) { /* after SIGSTOP, too, when others have written on the screen */
        view_terminal_enter();
        v->dirty = v->hurry = true;
    }
    take_signal(SIGCHLD);
}

/* Seconds until something is to be done even if nothing comes; < 0: never. */
static double patience(const view *v, double drawn)
{
    double least = -1, waits[6] = { -1, -1, -1, -1, -1, -1 };
    int ms = v->kernel ? kernel_timeout(v->kernel) : -1;
    if (ms >= 0) waits[0] = ms / 1e3;
    waits[1] = key_wait(&v->keys);
    if (v->dirty) waits[2] = drawn + FRAME - view_now();
    if (v->running) waits[3] = CLOCK;
    if (v->unsaved_since > 0) waits[4] = 0.5;
    if (view_question_wait(v) > 0) waits[5] = view_question_wait(v);
    for (int i = 0; i < 6; i++) {
        if (i != 0 && waits[i] == -1) continue;
        if (i == 0 && ms < 0) continue;
        double wait = waits[i] < 0 ? 0 : waits[i];
        if (least < 0 || wait < least) least = wait;
    }
    return least;
}

static void wait_and_act(view *v, double drawn)
{
    struct pollfd fds[2] = { { .fd = view_terminal_fd(), .events = POLLIN },
                             { .fd = v->kernel ? kernel_fd(v->kernel) : -1, .events = POLLIN } };
    double wait = patience(v, drawn);
    struct timespec t = { (time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9) };
    int n = ppoll(fds, 2, wait < 0 ? NULL : &t, &open_mask);
    take_signals(v);
    if (v->ends) return;
    if (n > 0 && fds[0].revents) read_keys(v);
    take_keys(v);
    if (v->ends) return; /* what was dropped is not noted again */
    hear_kernel(v);
    view_ask_again(v);
    if (n == 0 && (v->running || v->question.unasked > 0)) v->dirty = true;
    if (v->unsaved_since > 0) view_note_edits(v, false);
}

/* ---- from beginning to end ------------------------------------------------------------------- */

static void live(view *v)
{
    double drawn = 0;
    view_draw(v);
    bool asks =
        v->options.session.color_depth > 0; /* what is asked after the first frame costs no time */
    v->keys.asked = asks && view_terminal_ask();
    while (!v->ends) {
        wait_and_act(v, drawn);
        double now = view_now();
        if (!v->ends && v->dirty && (v->hurry || now >= drawn + FRAME)) {
            view_draw(v);
            drawn = view_now();
        }
    }
}

/* Answers that are still under way are waited for, and what comes is dropped. */
static void take_answers(view *v)
{
    key_event e;
    struct pollfd input = { .fd = view_terminal_fd(), .events = POLLIN };
    double end = view_now() + LAST_ANSWERS, left = LAST_ANSWERS;
    while (v->keys.asked && left > 0 && !signals_seen[SIGHUP]) {
        if (poll(&input, 1, (int)(left * 1e3)) <= 0) break;
        read_keys(v);
        while (key_reader_next(&v->keys, view_now(), &e)) continue;
        left = end - view_now();
    }
}

static void prepare(view *v, const invocation *in)
{
    v->in = in;
    v->charset = in->terminal.utf8 ? PLOT_UTF8 : PLOT_ASCII;
    v->seed = in->options.seed, v->has_seed = in->options.has_seed;
    v->follow = true;
    v->options = (kernel_options){ .session = in->options,
                                   .most_snapshots = in->snapshot_bytes > 0 ? MOST_SNAPSHOTS : 0,
                                   .snapshot_bytes = in->snapshot_bytes };
    session_options *s = &v->options.session;
    s->redraw = true;
    s->columns = in->terminal.columns > 5 ? in->terminal.columns - 4 : 1;
    v->columns = in->terminal.columns, v->rows = in->terminal.rows;
    view_measure(v);
    s->rows = v->main_rows > 3 ? v->main_rows - 1 : 2;
    s->color = in->terminal.color;
    s->color_depth = s->color ? in->terminal.depth : 0;
    if (!theme_start(&v->theme))
        view_complain(v, "MOONLAB_THEME is %s; auto, dark, light or plain is expected",
                      getenv("MOONLAB_THEME"));
    s->light = theme_on_light(&v->theme);
}

static void clean_up(view *v)
{
    if (v->kernel) kernel_stop(v->kernel);
    cell_editor_close();
    view_free(v);
    sync_finish();
}

bool view_is_possible(const invocation *in)
{
    const char *term = getenv("TERM");
    return in->terminal.input && in->terminal.output && term && *term && strcmp(term, "dumb") != 0;
}

int view_notebook(const invocation *in, const char *path)
{
    static view v; /* large, and there is one */
    char error[512] = "";
    prepare(&v, in);
    bool good =
        view_open(&v, path, error, sizeof error) && view_editor_open(&v, error, sizeof error);
    if (good) view_kernel_start(&v); /* forked before there is a screen that it could spoil */
    catch_signals();
    sync_start();
    good =
        good && view_terminal_open(true, v.options.session.color_depth == 24, error, sizeof error);
    if (!good) {
        clean_up(&v);
        return usage_error("%s", error);
    }
    canvas_open(v.options.session.color_depth, v.charset);
    canvas_theme(theme_of(&v.theme));
    if (*error) view_complain(&v, "%s", error);
    view_read_bindings(&v);
    view_ask_opened(&v);
    if (view_is_blank(&v) && !v.looks) view_edit_begin(&v, false);
    live(&v);
    take_answers(&v);
    view_terminal_close();
    clean_up(&v);
    return v.status;
}
