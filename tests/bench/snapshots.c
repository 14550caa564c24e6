/* snapshots.c -- what going back costs, with a gigabyte of tensors live: how long a cell waits for its snapshot, how long the
** state before it takes to come back, and how long that state takes to answer a question meanwhile.  Prints a Markdown table
** of medians and worst times. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_client.h"

enum { ROUNDS = 15, BETWEEN = 150 /* milliseconds: nobody is faster */ };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* Hears what the kernel tells until an event of KIND, or for MILLISECONDS. */
static bool hear(kernel *k, int kind, double milliseconds)
{
    double end = now() + milliseconds;
    for (kernel_event e; now() < end;) {
        if (kernel_poll(k, &e)) {
            if ((int)e.kind == kind) return true;
            if (e.kind == KERNEL_ENDED || e.kind == KERNEL_ERROR) {
                fprintf(stderr, "snapshots: %s\n", e.text ? e.text : "");
                exit(1);
            }
            continue;
        }
        struct pollfd fd = { .fd = kernel_fd(k), .events = POLLIN };
        int timeout = kernel_timeout(k), left = (int)(end - now()) + 1;
        poll(&fd, 1, timeout >= 0 && timeout < left ? timeout : left);
    }
    return false;
}

static long long id;

/* Runs a cell; the milliseconds until it began. */
static double run(kernel *k, const char *code)
{
    double start = now();
    if (!kernel_run(k, ++id, "cell", code, strlen(code)) || !hear(k, KERNEL_RUNNING, 60000))
        exit(1);
    double began = now() - start;
    if (!hear(k, KERNEL_DONE, 60000)) exit(1);
    hear(k, -1, BETWEEN);
    return began;
}

static double rewind_last(kernel *k)
{
    double start = now();
    if (!kernel_rewind(k, id) || !hear(k, KERNEL_READY, 60000)) exit(1);
    double taken = now() - start;
    hear(k, -1, BETWEEN);
    return taken;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *name, double taken[ROUNDS])
{
    qsort(taken, ROUNDS, sizeof *taken, compare);
    printf("| %s | %.2f ms | %.2f ms |\n", name, taken[ROUNDS / 2], taken[ROUNDS - 1]);
    fflush(stdout);
}

static void rows(kernel *k, const char *what, const char *code)
{
    char name[100];
    double wait[ROUNDS], back[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        run(k, code);
        wait[i] = run(k, "");
    }
    for (int i = 0; i < ROUNDS; i++) {
        run(k, code);
        back[i] = rewind_last(k);
    }
    snprintf(name, sizeof name, "a cell waits, %s", what);
    row(name, wait);
    snprintf(name, sizeof name, "the state before it comes back, %s", what);
    row(name, back);
}

/* Words for Tab while a cell keeps a processor busy, for good. */
static void row_of_answers(kernel *k)
{
    double taken[ROUNDS];
    static const char endless[] = "while true do end";
    if (!kernel_run(k, ++id, "cell", endless, strlen(endless)) || !hear(k, KERNEL_RUNNING, 60000))
        exit(1);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now();
        if (!kernel_ask(k, i, "complete", "lab.a", 5, 5) || !hear(k, KERNEL_ANSWER, 60000)) exit(1);
        taken[i] = now() - start;
        hear(k, -1, BETWEEN);
    }
    row("completion is answered while a cell runs", taken);
}

int main(void)
{
    char error[200];
    kernel *k = kernel_start(&(kernel_options){ .most_snapshots = 4 }, error, sizeof error);
    if (!k || !hear(k, KERNEL_READY, 60000)) return 1;
    printf("| snapshots, 1 GB live | median | worst |\n|---|---:|---:|\n");
    run(k, "t = {} for i = 1, 4 do t[i] = lab.ones(64 * 1024 * 1024) end");
    rows(k, "nothing rewritten", "");
    rows(k, "512 MB rewritten", "t[1]:add_(1) t[2]:add_(1)");
    row_of_answers(k);
    kernel_stop(k);
    return 0;
}
