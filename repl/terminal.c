/* terminal.c -- see terminal.h. */
#define _GNU_SOURCE /* TIOCGWINSZ */
#include "repl/terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios found;
static volatile sig_atomic_t is_known;

static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT };

static void on_crash(int signal)
{
    terminal_restore();
    raise(signal); /* the handler was taken away (SA_RESETHAND): ends the process */
}

/* The screen that was taken: its terminal, the state that was found, and what is written to leave it. */
static struct {
    volatile sig_atomic_t on;
    int fd;
    struct termios found;
    char leave[256];
    size_t size;
} taken;

static void give_up_taken(void)
{
    taken.on = 0;
}

void terminal_take(int fd, const char *leave)
{
    static bool at_fork;
    taken.fd = fd;
    taken.size = strlen(leave) < sizeof taken.leave ? strlen(leave) : 0;
    memcpy(taken.leave, leave, taken.size);
    taken.found = found; /* of the same terminal */
    if (!is_known) return;
    if (!at_fork) at_fork = pthread_atfork(NULL, NULL, give_up_taken) == 0;
    taken.on = 1;
}

void terminal_release(void)
{
    taken.on = 0;
}

static volatile sig_atomic_t marks_on = -1; /* the descriptor on which pastes are marked */

void terminal_mark_pastes(int fd, bool on)
{
    marks_on = on ? fd : -1;
    if (write(fd, on ? "\033[?2004h" : "\033[?2004l", 8) < 0) marks_on = -1;
}

void terminal_restore(void)
{
    if (marks_on >= 0) terminal_mark_pastes(marks_on, false);
    if (taken.on) {
        ssize_t written = write(taken.fd, taken.leave, taken.size);
        (void)written; /* what follows is done in any case */
        tcsetattr(taken.fd, TCSANOW, &taken.found);
        taken.on = 0;
    }
    if (is_known) tcsetattr(STDIN_FILENO, TCSANOW, &found);
}

static void open_closed_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        /* The other way round, so that using it fails as a closed one does. */
        int null = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        if (null >= 0 && null != fd) dup2(null, fd), close(null);
    }
}

static int number_of(const char *name)
{
    const char *value = getenv(name);
    int n = value ? atoi(value) : 0;
    return n > 0 && n < 10000 ? n : 0;
}

void terminal_size(terminal *t)
{
    struct winsize size = { 0 };
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0) ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    t->columns = size.ws_col ? size.ws_col : number_of("COLUMNS");
    t->rows = size.ws_row ? size.ws_row : number_of("LINES");
}

static int color_depth(void)
{
    const char *term = getenv("TERM"), *more = getenv("COLORTERM");
    if (!term || strcmp(term, "dumb") == 0) return 0;
    if (more && (strstr(more, "truecolor") || strstr(more, "24bit"))) return 24;
    return strstr(term, "256color") ? 256 : strstr(term, "direct") ? 24 : 16;
}

terminal terminal_open(void)
{
    open_closed_streams();
    const char *no_color = getenv("NO_COLOR");
    terminal t = {
        .input = isatty(STDIN_FILENO),
        .output = isatty(STDOUT_FILENO),
        .errors = isatty(STDERR_FILENO),
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .depth = color_depth(),
    };
    t.color = t.output && t.depth > 0 && !(no_color && *no_color);
    terminal_size(&t);
    if (t.input && tcgetattr(STDIN_FILENO, &found) == 0) {
        is_known = 1;
        atexit(terminal_restore);
        struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_RESETHAND | SA_NODEFER };
        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
            sigaction(crashes[i], &action, NULL);
    }
    return t;
}
