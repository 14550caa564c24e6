/* apart.c -- see apart.h.  The child blocks all signals, for they are meant for its parent, with which it dies. */
#define _GNU_SOURCE /* pipe2, MAP_ANONYMOUS */
#include "core/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* ThreadSanitizer ends a child that starts threads. */
#if defined(__SANITIZE_THREAD__)
#define CAN_FORK false
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CAN_FORK false
#endif
#endif
#ifndef CAN_FORK
#define CAN_FORK true
#endif

enum { LOOK_EVERY = 20 }; /* milliseconds, should the signal not come to this thread */

typedef struct shared {
    char *memory; /* the results side by side, then whether they are there */
    size_t size;
    int n;
    const ml_result *results;
} shared;

static size_t padded(size_t size)
{
    return (size + 63) / 64 * 64;
}

static void **pointer_of(const ml_result *r)
{
    return r->at;
}

static volatile char *done_flag(const shared *s)
{
    return s->memory + s->size - 1;
}

static bool make_shared(shared *s)
{
    s->size = 64;
    for (int i = 0; i < s->n; i++) s->size += padded(s->results[i].size);
    s->memory = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return s->memory != MAP_FAILED;
}

/* Makes all pages at once, which is much quicker than at each one's first use. */
static void make_pages(const shared *s)
{
#ifdef MADV_POPULATE_WRITE
    madvise(s->memory, s->size, MADV_POPULATE_WRITE);
#else
    (void)s;
#endif
}

/* The context's results are the shared ones from now on. */
static void move_in(const shared *s)
{
    char *to = s->memory;
    make_pages(s);
    for (int i = 0; i < s->n; i++) {
        const ml_result *r = &s->results[i];
        if (r->given && r->size > 0) memcpy(to, *pointer_of(r), r->size);
        *pointer_of(r) = to;
        to += padded(r->size);
    }
}

static void take_over(const shared *s)
{
    const char *from = s->memory;
    make_pages(s);
    for (int i = 0; i < s->n; i++) {
        const ml_result *r = &s->results[i];
        if (r->size > 0) memcpy(*pointer_of(r), from, r->size);
        from += padded(r->size);
    }
}

static _Noreturn void live_as_child(const shared *s, pid_t parent, void (*run)(void *ctx),
                                    void *ctx)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) _exit(1);
    move_in(s);
    run(ctx);
    *done_flag(s) = 1;
    _exit(0);
}

/* The end of the pipe that the child holds closes when it has ended, whoever reaps it. */
static void await(pid_t child, int end)
{
    struct pollfd input = { .fd = end, .events = POLLIN };
    while (!ml_interrupted()) {
        int n = poll(&input, 1, LOOK_EVERY);
        if (n > 0 || (n < 0 && errno != EINTR)) break;
    }
    if (ml_interrupted()) kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}

static pid_t fork_with_signals_blocked(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
    pid_t child = fork();
    if (child != 0) pthread_sigmask(SIG_SETMASK, before, NULL);
    return child;
}

ml_status ml_run_apart(const char *op, void (*run)(void *ctx), void *ctx, int n,
                       const ml_result results[])
{
    shared s = { .n = n, .results = results };
    int ends[2];
    sigset_t before;
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    bool apart = CAN_FORK && make_shared(&s);
    if (apart && pipe2(ends, O_CLOEXEC) < 0) munmap(s.memory, s.size), apart = false;
    pid_t parent = getpid(), child = apart ? fork_with_signals_blocked(&before) : -1;
    if (child == 0) live_as_child(&s, parent, run, ctx);
    if (apart) close(ends[1]);
    bool done = false;
    if (child > 0) {
        await(child, ends[0]);
        done = *done_flag(&s) && !ml_interrupted();
        if (done) take_over(&s);
    }
    if (apart) close(ends[0]), munmap(s.memory, s.size);
    if (child < 0) run(ctx);
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
    if (child < 0 || done) return ML_OK;
    return ml_fail(ML_MEMORY,
                   "%s: the process that computed it was ended, most likely for want of memory",
                   op);
}
