/* test_terminal_graphics.c: asking a terminal what it can draw, with a terminal played by the test. */
#define _GNU_SOURCE /* openpty, login_tty */
#include "tests/test.h"

#include "repl/terminal_answers.h"
#include "repl/terminal_graphics.h"

#include <poll.h>
#include <pty.h>
#include <utmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* ---- the reader of answers -------------------------------------------------------------------- */

#define KITTY "\033_Gi=31;OK\033\\"
#define NAME  "\033P>|kitty(0.32.2)\033\\"
#define CELL  "\033[6;18;9t"
#define DARK  "\033]11;rgb:1e1e/1e1e/2e2e\033\\"
#define SYNC  "\033[?2026;2$y"
#define DA1   "\033[?62;4;22c"

static terminal_answers read_all(const char *text, size_t piece)
{
    terminal_answers a;
    answers_begin(&a);
    for (size_t at = 0, n = strlen(text); at < n; at += piece)
        CHECK(answers_read(&a, text + at, n - at < piece ? n - at : piece));
    answers_end(&a);
    CHECK(a.ntyped < sizeof a.typed);
    a.typed[a.ntyped] = '\0';
    return a;
}

TEST("answers are told from keys, however they are cut")
{
    static const char text[] = "ls\r" KITTY "\033[A" NAME "\033[?1;0;256S" CELL "é" DARK SYNC DA1
                               "\033OP\033x\033\033[200~paste\033[201~";
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        terminal_answers a = read_all(text, piece);
        CHECK(a.done && a.kitty && a.sixel && a.synchronised);
        CHECK_EQ_INT(a.cell_width, 9);
        CHECK_EQ_INT(a.cell_height, 18);
        CHECK_EQ_INT(a.registers, 256);
        CHECK_EQ_INT(a.background, 0x1e1e2e);
        CHECK_EQ_STR(a.name, "kitty(0.32.2)");
        CHECK_EQ_STR(a.typed, "ls\r\033[Aé\033OP\033x\033\033[200~paste\033[201~");
    }
}

TEST("a terminal that says no, or little, has said so")
{
    terminal_answers a = read_all("\033_Gi=31;ENOTSUP:no\033\\\033[?2026;0$y\033[?64;1;2;22c", 5);
    CHECK(a.done && !a.kitty && !a.sixel && !a.synchronised);
    CHECK_EQ_INT(a.cell_width, 0);
    CHECK_EQ_INT(a.background, -1);
    a = read_all("\033]11;rgb:f/8/0\a\033]11;#123456\a\033[6;0;9t\033[?6c", 3);
    CHECK_EQ_INT(a.background, 0xff8800);
    CHECK_EQ_INT(a.cell_height, 0);
    CHECK(a.done && !a.sixel);
    CHECK_EQ_STR(a.typed, "");
}

TEST("half an answer is dropped at the end, half a key is kept")
{
    static const char *const cases[][2] = { { "a\033", "a\033" },       { "a\033[", "a\033[" },
                                            { "\033[1;5", "\033[1;5" }, { "b\033[?62;4", "b" },
                                            { "b\033_Gi=31;O", "b" },   { "\033P>|na", "" },
                                            { "c\033]", "c\033]" } };
    for (int i = 0; i < 7; i++) {
        terminal_answers a = read_all(cases[i][0], 2);
        CHECK_EQ_STR(a.typed, cases[i][1]);
        CHECK(!a.done);
    }
    /* A string that is cut off, or has no end, hides nothing that follows. */
    terminal_answers a = read_all("\033]11;rgb:" DA1 "x", 4);
    CHECK(a.done && a.background == -1);
    CHECK_EQ_STR(a.typed, "x");
}

TEST("garbage of any kind is read without harm")
{
    static const char bits[] = "\033\033\033[[?;:0123456789\\_P]Gctyu$S\a\n~\x80\xff";
    uint32_t seed = 3;
    for (int round = 0; round < 2000; round++) {
        terminal_answers a;
        char text[900];
        answers_begin(&a);
        for (int k = 0; k < 6; k++) {
            for (size_t i = 0; i < sizeof text; i++) {
                seed = seed * 1664525u + 1013904223u;
                text[i] = round & 1 ? bits[(seed >> 16) % (sizeof bits - 1)] : (char)(seed >> 20);
            }
            size_t before = a.ntyped;
            if (!answers_read(&a, text, sizeof text)) CHECK(a.ntyped == before && k >= 3);
        }
        answers_end(&a);
        CHECK(a.ntyped <= sizeof a.typed && strlen(a.name) < sizeof a.name);
        CHECK(a.background >= -1 && a.background <= 0xffffff);
    }
}

/* ---- a terminal ------------------------------------------------------------------------------- */

typedef struct {
    const char *term;         /* TERM; NULL: xterm-256color */
    const char *setting;      /* MOONLAB_GRAPHICS */
    const char *mux;          /* TMUX */
    const char *first, *then; /* sent when DA1 is asked for, and 60 ms later */
    bool piped;               /* standard output is no terminal */
} terminal_script;

typedef struct {
    char said[400];  /* what the child found */
    char asked[400]; /* what it wrote to the terminal */
    int milliseconds;
    bool restored; /* the terminal's modes */
} outcome;

static long long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void be_asking(const terminal_script *script, int report)
{
    char typed[200], line[400];
    set("TERM", script->term ? script->term : "xterm-256color");
    set("MOONLAB_GRAPHICS", script->setting);
    set("TMUX", script->mux);
    set("STY", NULL);
    set("TERM_PROGRAM", NULL);
    if (script->piped) dup2(report, STDOUT_FILENO);
    terminal t = terminal_open();
    const terminal_graphics *g = terminal_graphics_ask(&t);
    g = terminal_graphics_ask(&t); /* is not asked again */
    size_t n = terminal_graphics_typed(typed, sizeof typed - 1);
    typed[n] = '\0';
    int length =
        snprintf(line, sizeof line, "%d %dx%d %lx sync%d answered%d [%s] {%s}", (int)g->is.kind,
                 g->is.cell_width, g->is.cell_height, (unsigned long)g->is.background & 0xffffffff,
                 g->is.synchronised, g->answered, g->name, typed);
    _exit(write(report, line, (size_t)length) != length);
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_lflag == b->c_lflag && a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

/* Plays the terminal until the child has ended. */
static void play(int master, int child_end, const terminal_script *script, outcome *out)
{
    size_t asked = 0;
    bool answered = false;
    for (long long end = milliseconds() + 3000; milliseconds() < end;) {
        struct pollfd fds[2] = { { master, POLLIN, 0 }, { child_end, POLLIN, 0 } };
        poll(fds, 2, 50);
        if (fds[0].revents & POLLIN) {
            ssize_t n = read(master, out->asked + asked, sizeof out->asked - 1 - asked);
            if (n > 0) asked += (size_t)n;
        }
        out->asked[asked] = '\0';
        if (!answered && strstr(out->asked, "\033[c")) {
            answered = true;
            if (script->first) CHECK(write(master, script->first, strlen(script->first)) > 0);
            nanosleep(&(struct timespec){ .tv_nsec = 60000000 }, NULL);
            if (script->then) CHECK(write(master, script->then, strlen(script->then)) > 0);
        }
        if (!(fds[1].revents & (POLLIN | POLLHUP))) continue;
        ssize_t n = read(child_end, out->said, sizeof out->said - 1);
        out->said[n > 0 ? n : 0] = '\0';
        return;
    }
    TEST_FAIL("the child does not end");
}

static outcome run(terminal_script script)
{
    outcome out = { .said = "" };
    struct termios before, after;
    struct winsize size = { .ws_row = 24, .ws_col = 80, .ws_xpixel = 640, .ws_ypixel = 384 };
    int report[2], master = -1, slave = -1;
    CHECK(pipe(report) == 0 && openpty(&master, &slave, NULL, NULL, &size) == 0);
    tcgetattr(slave, &before);
    long long start = milliseconds();
    pid_t child = fork();
    if (child == 0) {
        close(master);
        login_tty(slave);
        be_asking(&script, report[1]);
    }
    close(report[1]);
    play(master, report[0], &script, &out);
    out.milliseconds = (int)(milliseconds() - start);
    kill(child, SIGKILL);
    int status;
    waitpid(child, &status, 0);
    tcgetattr(slave, &after);
    out.restored = same_modes(&before, &after);
    close(slave), close(master), close(report[0]);
    return out;
}

TEST("a terminal that answers is asked once, and what is typed meanwhile is kept")
{
    outcome o =
        run((terminal_script){ .first = KITTY NAME "print(1)" CELL, .then = DARK SYNC DA1 "\r" });
    CHECK_EQ_STR(o.said, "1 9x18 1e1e2e sync1 answered1 [kitty(0.32.2)] {print(1)\r}");
    CHECK(o.restored);
    CHECK(strstr(o.asked, "\033_Gi=31") && strstr(o.asked, "\033]11;?") &&
          strstr(o.asked, "\033[16t"));
    CHECK(strstr(strstr(o.asked, "\033[c") + 1, "\033[c") == NULL);
    CHECK(o.milliseconds < 290);
}

TEST("sixel needs its attribute and the size of a cell, which the kernel may know")
{
    outcome o = run((terminal_script){ .first = CELL DA1 });
    CHECK_EQ_STR(o.said, "2 9x18 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .first = DA1 });
    CHECK_EQ_STR(o.said, "2 8x16 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .first = CELL "\033[?62;22c" });
    CHECK_EQ_STR(o.said, "0 9x18 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .first = "\033P>|iTerm2 3.5.0\033\\" CELL DA1 });
    CHECK_EQ_STR(o.said, "3 9x18 ffffffff sync0 answered1 [iTerm2 3.5.0] {}");
}

TEST("silence costs 300 ms, garbage no more, and both mean characters")
{
    outcome o = run((terminal_script){ .first = NULL });
    CHECK_EQ_STR(o.said, "0 8x16 ffffffff sync0 answered0 [] {}");
    CHECK(o.restored && o.milliseconds >= 295 && o.milliseconds < 1500);
    o = run((terminal_script){ .first = "\033_Ggarbage\033]", .then = "\033P>|\033[?" });
    CHECK(strncmp(o.said, "0 8x16 ffffffff sync0 answered0", 31) == 0);
    CHECK(o.restored && o.milliseconds < 1500);
    o = run((terminal_script){ .first = CELL, .then = "typed" });
    CHECK_EQ_STR(o.said, "0 9x18 ffffffff sync0 answered0 [] {typed}");
}

TEST("in a multiplexer there are characters, unless it is said otherwise")
{
    outcome o = run((terminal_script){ .mux = "/tmp/tmux,1,0", .first = KITTY CELL DARK DA1 });
    CHECK_EQ_STR(o.said, "0 9x18 1e1e2e sync0 answered1 [] {}");
    CHECK(strstr(o.asked, "\033_G") == NULL);
    o = run((terminal_script){ .term = "screen-256color", .first = CELL DA1 });
    CHECK_EQ_STR(o.said, "0 9x18 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .mux = "x", .setting = "sixel", .first = CELL DA1 });
    CHECK_EQ_STR(o.said, "2 9x18 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .setting = "cells", .first = KITTY CELL DA1 });
    CHECK_EQ_STR(o.said, "0 9x18 ffffffff sync0 answered1 [] {}");
    o = run((terminal_script){ .setting = "nonsense", .first = KITTY CELL DA1 });
    CHECK_EQ_STR(o.said, "1 9x18 ffffffff sync0 answered1 [] {}");
}

TEST("what is no terminal, or a dumb one, is not asked")
{
    outcome o = run((terminal_script){ .term = "dumb", .first = KITTY CELL DA1 });
    CHECK_EQ_STR(o.said, "0 0x0 ffffffff sync0 answered0 [] {}");
    CHECK_EQ_STR(o.asked, "");
    o = run((terminal_script){ .piped = true, .first = KITTY CELL DA1 });
    CHECK_EQ_STR(o.said, "0 0x0 ffffffff sync0 answered0 [] {}");
    CHECK_EQ_STR(o.asked, "");
}

/* ---- moonlab on it ---------------------------------------------------------------------------- */

/* Runs moonlab -e CODE on a terminal that answers; returns what it writes, up to its end. */
static const char *moonlab(const char *code, const char *answers, const char *setting)
{
    static char out[200000];
    const char *program = getenv("MOONLAB") ? getenv("MOONLAB") : "build/moonlab";
    struct winsize size = { .ws_row = 30, .ws_col = 100, .ws_xpixel = 900, .ws_ypixel = 540 };
    size_t n = 0;
    bool answered = false;
    int master;
    pid_t child = forkpty(&master, NULL, NULL, &size);
    if (child == 0) {
        set("TERM", "xterm-256color");
        set("LC_ALL", "C.UTF-8");
        set("MOONLAB_GRAPHICS", setting);
        set("TMUX", NULL), set("STY", NULL), set("NO_COLOR", NULL), set("TERM_PROGRAM", NULL);
        execl(program, program, "-e", code, (char *)NULL);
        _exit(127);
    }
    for (ssize_t k; n + 1 < sizeof out && (k = read(master, out + n, sizeof out - 1 - n)) > 0;) {
        n += (size_t)k;
        out[n] = '\0';
        if (answered || !strstr(out, "\033[c")) continue;
        answered = true;
        CHECK(write(master, answers, strlen(answers)) > 0);
    }
    out[n] = '\0';
    waitpid(child, NULL, 0);
    close(master);
    return out;
}

#define FIGURE "plot.line({1, 4, 9}, {title='T'}):show()"

TEST("moonlab shows a figure as the terminal can draw it, and code reads what was typed meanwhile")
{
    const char *program = getenv("MOONLAB") ? getenv("MOONLAB") : "build/moonlab";
    if (access(program, X_OK) != 0) {
        SKIP("moonlab is not built");
        return;
    }
    const char *out =
        moonlab(FIGURE " print('read', io.read())", "typed\r" KITTY CELL DARK DA1, NULL);
    CHECK(strstr(out, "\033_Ga=T,f=100") != NULL && strstr(out, "read\ttyped") != NULL);
    CHECK(strstr(out, "⠤") == NULL);
    out = moonlab(FIGURE, CELL DARK DA1, NULL);
    CHECK(strstr(out, "\033P0;1q\"1;1;") != NULL);
    out = moonlab(FIGURE, CELL DARK "\033[?62;22c", NULL);
    CHECK(strstr(out, "\033P") == NULL && strstr(out, "⠤") != NULL);
    out = moonlab("plot.line({1, 4, 9}):show{graphics=false}", KITTY CELL DARK DA1, NULL);
    CHECK(strstr(out, "a=T") == NULL && strstr(out, "⠤") != NULL);
    out = moonlab(FIGURE, KITTY CELL DA1, "cells");
    CHECK(strstr(out, "a=T") == NULL && strstr(out, "⠤") != NULL);
    /* Nothing is asked when nothing is shown. */
    out = moonlab("print(#plot.line({1, 4, 9}):text())", DA1, NULL);
    CHECK(strstr(out, "\033[c") == NULL);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
