/* screen_times.c -- how fast the notebook's screen answers: screen_times MOONLAB FOLDER runs it on a pseudo-terminal in
** FOLDER, which is empty, and prints a Markdown table: of each row the median and the most of its samples, and what it is to be
** below.  A key is answered when what it writes has been read and nothing follows for a moment. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 21, QUIET = 15 /* milliseconds */, MOST = 30000 };

static const char *moonlab;
static int terminal;
static pid_t notebook;
static char seen[1 << 16]; /* the last that was read */
static size_t nseen;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench/screen_times: %s: %s\n", what, errno ? strerror(errno) : "no answer");
    exit(1);
}

/* Reads what comes within WAIT milliseconds; the bytes, 0: nothing has come. */
static size_t take(int wait)
{
    char bytes[16384];
    struct pollfd p = { .fd = terminal, .events = POLLIN };
    if (poll(&p, 1, wait) <= 0) return 0;
    ssize_t n = read(terminal, bytes, sizeof bytes);
    if (n <= 0) return 0;
    if (nseen + (size_t)n >= sizeof seen) nseen = 0;
    memcpy(seen + nseen, bytes, (size_t)n);
    nseen += (size_t)n;
    seen[nseen] = '\0';
    return (size_t)n;
}

static void await(const char *text)
{
    for (double end = now() + MOST; now() < end;) {
        take(100);
        if (memmem(seen, nseen, text, strlen(text))) return;
    }
    errno = 0;
    fail(text);
}

/* Until nothing comes, or for two seconds, if a cell prints. */
static void quiet(void)
{
    for (double most = now() + 2000; now() < most && take(10 * QUIET) > 0;) continue;
}

/* Starts on FILE; milliseconds until TEXT is there. */
static double begin(const char *file, const char *text)
{
    struct winsize size = { 30, 100, 0, 0 };
    double start = now();
    nseen = 0;
    notebook = forkpty(&terminal, NULL, NULL, &size);
    if (notebook < 0) fail("forkpty");
    if (notebook == 0) {
        execl(moonlab, moonlab, file, (char *)NULL);
        _exit(127);
    }
    await(text);
    return now() - start;
}

static void send_keys(const char *keys)
{
    if (write(terminal, keys, strlen(keys)) < 0) fail("write");
}

static void end(void)
{
    send_keys("\033");
    quiet();
    send_keys(":q!\r");
    for (int i = 0; i < 100 && waitpid(notebook, NULL, WNOHANG) == 0; i++) take(20);
    kill(notebook, SIGKILL);
    waitpid(notebook, NULL, 0);
    close(terminal);
}

/* Milliseconds until KEYS are answered, and the bytes that it takes. */
static double answer(const char *keys, size_t *bytes)
{
    double start = now(), last = start;
    *bytes = 0;
    send_keys(keys);
    for (size_t n; (n = take(last == start ? MOST : QUIET)) > 0; last = now()) *bytes += n;
    return last - start;
}

/* ---- the table ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *name, double samples[SAMPLES], double bound, const char *unit)
{
    qsort(samples, SAMPLES, sizeof *samples, by_size);
    printf("| %s | %.4g %s | %.4g %s | %g %s |\n", name, samples[SAMPLES / 2], unit,
           samples[SAMPLES - 1], unit, bound, unit);
    fflush(stdout);
}

static void write_cells(const char *file, int n)
{
    FILE *f = fopen(file, "w");
    if (!f) fail(file);
    for (int i = 1; i <= n; i++) fprintf(f, "-- %%%% number %d\nx%d = %d -- a line\n\n", i, i, i);
    fclose(f);
}

static void start(const char *name, const char *file, const char *text)
{
    double samples[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        samples[i] = begin(file, text);
        end();
    }
    row(name, samples, 50, "ms");
}

/* KEYS in turn, on what is open. */
static void keys_on(const char *name, const char *const keys[2], double bound, double most_bytes)
{
    double samples[SAMPLES], sizes[SAMPLES];
    size_t n;
    char title[100];
    quiet();
    for (int i = 0; i < SAMPLES; i++) samples[i] = answer(keys[i % 2], &n), sizes[i] = (double)n;
    row(name, samples, bound, "ms");
    if (most_bytes == 0) return;
    snprintf(title, sizeof title, "%s, bytes sent", name);
    row(title, sizes, most_bytes, "B");
}

static const char *const moves[] = { "j", "k" }, *const types[] = { "a", "b" };

static void in_cells(int n, double bound)
{
    char name[100], place[40];
    snprintf(place, sizeof place, "cell 1/%d", n);
    begin("cells.lua", place);
    snprintf(name, sizeof name, "j, k in %d cells", n);
    keys_on(name, moves, bound, n == 1000 ? 1000 : 0);
    send_keys("jjj\r");
    snprintf(name, sizeof name, "a letter in %d cells", n);
    keys_on(name, types, bound, n == 1000 ? 1000 : 0);
    end();
}

static void with_output(void)
{
    FILE *f = fopen("output.lua", "w");
    if (!f) fail("output.lua");
    fprintf(f, "for i = 1, 160000 do print((\"x\"):rep(63)) end print(\"all\")\n\n-- %%%%\ny\n");
    fclose(f);
    begin("output.lua", "cell 1/2");
    quiet();
    send_keys("\n");
    await("all");
    keys_on("j, k below 10 MB of output", moves, 50, 0);
    end();
}

/* A letter is there when it is read: other things are written all the while. */
static void while_printing(void)
{
    double samples[SAMPLES];
    FILE *f = fopen("prints.lua", "w");
    if (!f) fail("prints.lua");
    fprintf(f, "for i = 1, 1e12 do print((\"x\"):rep(63)) end\n\n-- %%%%\ny\n");
    fclose(f);
    begin("prints.lua", "cell 1/2");
    quiet();
    send_keys("\nj\r");
    await("EDIT");
    for (int i = 0; i < SAMPLES; i++) {
        char letter[] = { '\xD0', (char)(0x90 + i), '\0' }; /* А, Б, …: in no sequence */
        usleep(50000);
        while (take(0) > 0) continue;
        nseen = 0;
        double start = now();
        send_keys(letter);
        await(letter);
        samples[i] = now() - start;
    }
    row("a letter while a cell prints without end", samples, 50, "ms");
    for (int i = 0; i < SAMPLES; i++) {
        nseen = 0;
        double start = now();
        send_keys("\003");
        await("interrupted");
        samples[i] = now() - start;
        quiet();
        send_keys("\033");
        quiet();
        nseen = 0;
        send_keys("k\n");
        await("running");
        usleep(250000);
    }
    row("Ctrl-C until it has stopped", samples, 200, "ms");
    end();
}

static void saving(void)
{
    double samples[SAMPLES];
    size_t n;
    begin("cells.lua", "cell 1/1000");
    for (int i = 0; i < SAMPLES; i++) {
        quiet();
        send_keys(i % 2 ? ":title a\r" : ":title b\r");
        quiet();
        samples[i] = answer("s", &n);
    }
    row("saving 1000 cells", samples, 20, "ms");
    end();
}

int main(int argc, char **argv)
{
    if (argc < 3 || chdir(argv[2]) < 0) fail("MOONLAB FOLDER are expected");
    moonlab = argv[1];
    setenv("HOME", argv[2], 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("INPUTRC", "/dev/null", 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    printf("\n| notebook | median | most | to be below |\n|---|---:|---:|---:|\n");
    write_cells("small.lua", 3);
    start("first screen", "small.lua", "cell 1/3");
    write_cells("cells.lua", 1000);
    start("first screen, 1000 cells", "cells.lua", "cell 1/1000");
    in_cells(1000, 20);
    saving();
    write_cells("cells.lua", 10000);
    in_cells(10000, 50);
    with_output();
    while_printing();
    return 0;
}
