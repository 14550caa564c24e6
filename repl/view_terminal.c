/* view_terminal.c -- see view_terminal.h. */
#define _GNU_SOURCE /* TIOCGWINSZ */
#include "repl/view_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "repl/terminal.h"
#include "repl/terminal_direct.h"

#include <curses.h>
#include <term.h> /* last: it makes macros of words */

#define ESCAPE_DELAY 25 /* milliseconds */

static struct {
    FILE *in, *out;
    SCREEN *screen;
    bool mouse;
} tty;

/* The Linux console takes unknown private sequences for others. */
static bool knows_private_sequences(void)
{
    const char *term = getenv("TERM");
    return term && strncmp(term, "linux", 5) != 0 && strncmp(term, "vt", 2) != 0;
}

const char *view_terminal_wishes(bool on, bool mouse)
{
    if (!knows_private_sequences()) return "";
    if (!on) return "\033[<u\033[>4m\033[?2004l\033[?1006l\033[?1000l";
    return mouse ? "\033[>4;1m\033[>1u\033[?2004h\033[?1000h\033[?1006h"
                 : "\033[>4;1m\033[>1u\033[?2004h";
}

static void put(const char *text)
{
    fputs(text, tty.out);
    fflush(tty.out);
}

/* Appends capability NAME without the delays that may stand in it. */
static void add_capability(char *to, size_t room, const char *name)
{
    char writable[16]; /* curses wants it so */
    snprintf(writable, sizeof writable, "%s", name);
    const char *s = tigetstr(writable);
    size_t n = strlen(to);
    if (!s || s == (char *)-1) return;
    for (; *s && n + 1 < room; s++) {
        const char *end = *s == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end)
            s = end;
        else
            to[n++] = *s;
    }
    to[n] = '\0';
}

/* What is written if we end without curses. */
static void prepare_restoration(void)
{
    char leave[256] = "";
    snprintf(leave, sizeof leave, "%s", view_terminal_wishes(false, false));
    add_capability(leave, sizeof leave, "rmkx");
    add_capability(leave, sizeof leave, "cnorm");
    add_capability(leave, sizeof leave, "sgr0");
    add_capability(leave, sizeof leave, "rmcup");
    terminal_take(fileno(tty.in), leave);
}

/* Curses on the terminal; with DIRECT as terminal_direct.h describes it. */
static SCREEN *open_screen(bool direct)
{
    int status;
    const char *term = getenv("TERM"), *own = getenv("TERMINFO");
    bool known = direct && term && setupterm(NULL, fileno(tty.out), &status) == OK;
    char *entry = known ? terminal_direct_entry(term) : NULL;
    char *before = own ? strdup(own) : NULL;
    bool changes = entry && (before || !own) && setenv("TERMINFO", entry, 1) == 0;
    SCREEN *screen = newterm(NULL, tty.out, tty.in);
    if (changes && before) setenv("TERMINFO", before, 1);
    if (changes && !before) unsetenv("TERMINFO");
    free(before);
    free(entry);
    return screen;
}

bool view_terminal_ask(void)
{
    if (!knows_private_sequences()) return false;
    put("\033]11;?\033\\\033[c");
    return true;
}

bool view_terminal_open(bool mouse, bool direct, char *error, size_t room)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    int other = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
    tty.in = fd >= 0 ? fdopen(fd, "r") : NULL;
    tty.out = other >= 0 ? fdopen(other, "w") : NULL;
    if (!tty.in || !tty.out) {
        snprintf(error, room, "/dev/tty: %s", strerror(errno));
        return false;
    }
    use_tioctl(TRUE);
    tty.screen = open_screen(direct);
    if (!tty.screen) {
        const char *term = getenv("TERM");
        snprintf(error, room, "curses does not know a terminal of type '%s' (TERM)",
                 term ? term : "");
        return false;
    }
    tty.mouse = mouse;
    prepare_restoration();
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_DELAY);
    leaveok(stdscr, FALSE);
    idlok(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    put(view_terminal_wishes(true, mouse));
    return true;
}

int view_terminal_fd(void)
{
    return fileno(tty.in);
}

void view_terminal_leave(void)
{
    put(view_terminal_wishes(false, tty.mouse));
    curs_set(1);
    endwin();
    fflush(tty.out);
}

void view_terminal_enter(void)
{
    reset_prog_mode();
    clearok(stdscr, TRUE);
    refresh();
    put(view_terminal_wishes(true, tty.mouse));
}

void view_terminal_close(void)
{
    if (tty.screen) {
        view_terminal_leave();
        delscreen(tty.screen);
    }
    terminal_release();
    if (tty.out) fclose(tty.out);
    if (tty.in) fclose(tty.in);
    tty.in = tty.out = NULL, tty.screen = NULL;
}

void view_terminal_redraw(void)
{
    clearok(stdscr, TRUE);
}

void view_terminal_suspend(void)
{
    struct sigaction usual = { .sa_handler = SIG_DFL }, ours;
    sigset_t stop, before;
    view_terminal_leave();
    sigemptyset(&usual.sa_mask);
    sigaction(SIGTSTP, &usual, &ours);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    int height, width;
    view_terminal_resize(&height, &width);
    view_terminal_enter();
}

void view_terminal_resize(int *height, int *width)
{
    struct winsize size = { 0 };
    if (ioctl(fileno(tty.in), TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
        (size.ws_row != LINES || size.ws_col != COLS))
        resize_term(size.ws_row, size.ws_col);
    clearok(stdscr, TRUE); /* what was there may have been cut, between two signals */
    *height = LINES, *width = COLS;
}
