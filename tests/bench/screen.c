/* screen.c -- how long the notebook's screen takes, from a key to what it shows, on a terminal of its own (a pty):
**
**     screen first|keys|save MOONLAB FILE     prints the seconds of each sample, a line each
**
** first: from the start to the first cells.  keys: letters typed into a cell, to the bytes that show each; the journal is
** written meanwhile.  save: from the key to the message that says so. */
#define _GNU_SOURCE /* forkpty */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 100, SAVES = 15, PATIENCE = 20 /* seconds */ };

static int terminal;
static char seen[1 << 18]; /* since the last `forget` */
static size_t size;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "screen: %s\n", what);
    exit(1);
}

static void forget(void)
{
    size = 0, seen[0] = '\0';
}

/* Reads for at most SECONDS; true once there is something. */
static int read_some(double seconds)
{
    struct pollfd p = { .fd = terminal, .events = POLLIN };
    if (poll(&p, 1, (int)(seconds * 1e3)) <= 0) return 0;
    if (size > sizeof seen / 2) forget();
    ssize_t n = read(terminal, seen + size, sizeof seen - size - 1);
    if (n <= 0) return 0; /* the notebook has ended */
    size += (size_t)n;
    seen[size] = '\0';
    return 1;
}

static void wait_for(const char *text)
{
    double end = now() + PATIENCE;
    while (!strstr(seen, text)) {
        if (now() > end) fail(text);
        read_some(1);
    }
}

static void wait_for_silence(double seconds)
{
    while (read_some(seconds)) continue;
    forget();
}

static void type(const char *keys)
{
    if (write(terminal, keys, strlen(keys)) < 0) fail("the terminal takes no keys");
}

static void tell(double start)
{
    printf("%.6f\n", now() - start);
}

/* Types KEYS, waits for TEXT ("": for anything), and prints how long that took. */
static void sample(const char *keys, const char *text)
{
    forget();
    double start = now();
    type(keys);
    if (*text)
        wait_for(text);
    else if (!read_some(PATIENCE))
        fail("no answer to a key");
    tell(start);
}

int main(int argc, char **argv)
{
    if (argc != 4) fail("what, the program and the file are expected");
    struct winsize room = { .ws_row = 40, .ws_col = 120 };
    double start = now();
    pid_t pid = forkpty(&terminal, NULL, NULL, &room);
    if (pid < 0) fail("there is no terminal");
    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        execl(argv[2], argv[2], argv[3], (char *)NULL);
        _exit(127);
    }
    wait_for("cell 1/");
    if (strcmp(argv[1], "first") == 0) tell(start);
    wait_for_silence(0.3);
    if (strcmp(argv[1], "keys") == 0) {
        type("\r"); /* edits the cell */
        wait_for_silence(0.3);
        for (int i = 0; i < KEYS; i++) {
            sample("x", "");
            wait_for_silence(0.04);
        }
        type("\033");
        wait_for_silence(0.3);
    }
    for (int i = 0; strcmp(argv[1], "save") == 0 && i < SAVES; i++) {
        type("b"); /* something to save */
        wait_for_silence(0.1);
        sample("s", "saved as");
        wait_for_silence(0.1);
    }
    type(":q!\r");
    for (int i = 0; waitpid(pid, NULL, WNOHANG) == 0; i++) {
        if (i == 5000) kill(pid, SIGKILL);
        read_some(0.001);
    }
    return 0;
}
