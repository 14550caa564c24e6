/* terminal_graphics.c -- see terminal_graphics.h. */
#define _GNU_SOURCE /* TIOCGWINSZ */
#include "repl/terminal_graphics.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "repl/terminal_answers.h"

#define PATIENCE 300 /* ms */

static terminal_graphics known;
static terminal_answers answers;
static bool late; /* answers may still come */

/* ---- the questions --------------------------------------------------------------------------- */

/* A picture of one pixel that is not to be shown.  Apple's Terminal would print it. */
static const char ask_kitty[] = "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\";

static const char ask_rest[] = "\033[>0q"        /* what are you called? */
                               "\033[?1;1;0S"    /* how many colours has sixel? */
                               "\033[16t"        /* how large is a cell? */
                               "\033]11;?\033\\" /* which colour is the background? */
                               "\033[?2026$p"    /* can updates be synchronised? */
                               "\033[c";         /* and who are you?  All answer this. */

static bool in_multiplexer(void)
{
    const char *term = getenv("TERM");
    return getenv("TMUX") || getenv("STY") || strncmp(term, "screen", 6) == 0 ||
           strncmp(term, "tmux", 4) == 0;
}

static bool write_all(const char *s, size_t n)
{
    while (n > 0) {
        ssize_t k = write(STDOUT_FILENO, s, n);
        if (k <= 0) return false;
        s += k, n -= (size_t)k;
    }
    return true;
}

static bool ask(void)
{
    const char *program = getenv("TERM_PROGRAM");
    bool prints = program && strcmp(program, "Apple_Terminal") == 0;
    if (!prints && !in_multiplexer() && !write_all(ask_kitty, sizeof ask_kitty - 1)) return false;
    return write_all(ask_rest, sizeof ask_rest - 1);
}

/* ---- the answers ----------------------------------------------------------------------------- */

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Reads what is there within some milliseconds; false if there is nothing, or no room for it. */
static bool read_some(int milliseconds)
{
    char bytes[256];
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    if (sizeof answers.typed - answers.ntyped < sizeof bytes + sizeof answers.sequence)
        return false;
    if (poll(&input, 1, milliseconds) <= 0) return false;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    return n > 0 && answers_read(&answers, bytes, (size_t)n);
}

static void listen(void)
{
    long long end = now() + PATIENCE;
    while (!answers.done) {
        long long left = end - now();
        if (left <= 0 || !read_some((int)left)) break;
    }
    late = !answers.done;
    answers_end(&answers);
}

/* Turns off echo and lines, so that answers neither show nor wait for Enter. */
static bool make_raw(struct termios *before)
{
    if (tcgetattr(STDIN_FILENO, before) != 0) return false;
    struct termios raw = *before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR);
    raw.c_cc[VMIN] = 0, raw.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

/* Asks and listens with the terminal raw.  Signals wait until it is as it was. */
static void converse(void)
{
    static const int held[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTOU, SIGALRM };
    sigset_t block, mask;
    struct termios before;
    sigemptyset(&block);
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) sigaddset(&block, held[i]);
    sigprocmask(SIG_BLOCK, &block, &mask);
    if (make_raw(&before)) {
        known.asked = true;
        if (ask()) listen();
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* ---- what follows from them ------------------------------------------------------------------ */

/* Where the terminal does not say how large a cell is, the kernel may know how large the window is. */
static void find_cell(void)
{
    struct winsize size = { 0 };
    known.is.cell_width = answers.cell_width, known.is.cell_height = answers.cell_height;
    if (known.is.cell_width > 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return;
    if (size.ws_col == 0 || size.ws_row == 0) return;
    known.is.cell_width = size.ws_xpixel / size.ws_col;
    known.is.cell_height = size.ws_ypixel / size.ws_row;
    if (known.is.cell_height == 0) known.is.cell_width = 0;
}

static const struct {
    const char *name;
    session_graphics_kind kind;
} choices[] = { { "cells", SESSION_CELLS },
                { "kitty", SESSION_KITTY },
                { "sixel", SESSION_SIXEL },
                { "iterm", SESSION_ITERM } };

static bool read_choice(void)
{
    const char *choice = getenv("MOONLAB_GRAPHICS");
    for (size_t i = 0; choice && i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(choices[i].name, choice) != 0) continue;
        known.is.kind = choices[i].kind;
        if (known.is.kind == SESSION_CELLS) known.reason = "MOONLAB_GRAPHICS says so";
        return true;
    }
    return false;
}

static void choose(void)
{
    known.by_choice = read_choice();
    if (known.by_choice) return;
    if (in_multiplexer())
        known.reason = "in tmux or screen, unless MOONLAB_GRAPHICS is kitty, sixel or iterm";
    else if (answers.kitty)
        known.is.kind = SESSION_KITTY;
    else if (strncmp(answers.name, "iTerm2", 6) == 0)
        known.is.kind = SESSION_ITERM;
    else if (answers.sixel && known.is.cell_width > 0)
        known.is.kind = SESSION_SIXEL;
    else
        known.reason = known.answered ? "the terminal has no graphics that moonlab knows"
                                      : "the terminal did not answer";
}

/* Standard input and output are one terminal, which can be asked, and this process may read from it. */
static bool can_be_asked(const terminal *t)
{
    const char *term = getenv("TERM");
    if (!t->input || !t->output) return false;
    if (!term || !*term || strcmp(term, "dumb") == 0 || strcmp(term, "linux") == 0) return false;
    return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

const terminal_graphics *terminal_graphics_ask(const terminal *t)
{
    static bool done;
    if (done) return &known;
    done = true;
    answers_begin(&answers);
    known.is.background = -1;
    if (!can_be_asked(t)) {
        known.reason = t->input && t->output ? "this terminal is not asked" : "no terminal";
        return &known;
    }
    converse();
    known.answered = answers.done;
    known.is.background = answers.background;
    known.is.synchronised = answers.synchronised;
    known.is.tmux = getenv("TMUX") != NULL;
    memcpy(known.name, answers.name, sizeof known.name);
    find_cell();
    choose();
    if (known.is.kind != SESSION_CELLS && known.is.cell_width == 0) {
        /* The protocols scale to cells; sixel, only ever chosen by hand then, does not. */
        known.is.cell_width = 10, known.is.cell_height = 20;
    }
    return &known;
}

size_t terminal_graphics_typed(char *bytes, size_t room)
{
    if (late) {
        while (!answers.done && read_some(0)) continue;
        late = !answers.done;
        answers_end(&answers);
    }
    size_t n = answers.ntyped < room ? answers.ntyped : room;
    memcpy(bytes, answers.typed, n);
    memmove(answers.typed, answers.typed + n, answers.ntyped - n);
    answers.ntyped -= n;
    return n;
}
