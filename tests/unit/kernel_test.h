/* kernel_test.h -- a kernel for tests: started, run, heard. */
#ifndef TESTS_KERNEL_TEST_H
#define TESTS_KERNEL_TEST_H

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_client_private.h"
#include "tests/test.h"

#define HAS_FEATURE(x) 0
#if defined __has_feature
#undef HAS_FEATURE
#define HAS_FEATURE(x) __has_feature(x)
#endif
#if defined __SANITIZE_THREAD__ || HAS_FEATURE(thread_sanitizer)
#define THREADS_CHECKED                                                                            \
    true /* ThreadSanitizer does not follow threads of a forked child, and holds signals back */
#else
#define THREADS_CHECKED false
#endif

enum { PATIENCE = 60000 /* milliseconds: what takes longer hangs */ };

static char
    said[1 << 16]; /* what a cell said: text, and <value …>, <figure>, <progress …>, <error …> */
static size_t said_size;
static kernel_event last; /* the last event, without its texts */
static char reason[200];  /* text of KERNEL_ENDED and KERNEL_RUNNING */
static char answer[4096];
static char digits[200]; /* of the last value or figure */
static int forgotten;

static inline void say(const char *before, const char *text, size_t size, const char *after)
{
    const char *const parts[] = { before, text, after };
    const size_t sizes[] = { strlen(before), size, strlen(after) };
    for (int i = 0; i < 3; i++) {
        size_t n = sizes[i] < sizeof said - 1 - said_size ? sizes[i] : sizeof said - 1 - said_size;
        if (n > 0) memcpy(said + said_size, parts[i], n);
        said[said_size += n] = '\0';
    }
}

static inline void hear(const kernel_event *e)
{
    last = *e;
    last.text = NULL, last.data = NULL;
    const char *full = json_string_value(json_object_get(e->data, "digits"));
    if (e->kind == KERNEL_VALUE || e->kind == KERNEL_FIGURE)
        snprintf(digits, sizeof digits, "%s", full ? full : "");
    switch (e->kind) {
    case KERNEL_OUTPUT: say("", e->text, e->size, ""); break;
    case KERNEL_ERRORS: say("[", e->text, e->size, "]"); break;
    case KERNEL_VALUE: say("<value ", e->text, e->size, ">"); break;
    case KERNEL_FIGURE: say("<figure", "", 0, ">"); break;
    case KERNEL_PROGRESS: say("<progress ", e->text, e->size, ">"); break;
    case KERNEL_ERROR: say("<error ", e->text, e->size, ">"); break;
    case KERNEL_FORGOT:
        forgotten++;
        snprintf(reason, sizeof reason, "%s", e->text);
        break;
    case KERNEL_RUNNING:
    case KERNEL_ENDED: snprintf(reason, sizeof reason, "%s", e->text ? e->text : ""); break;
    case KERNEL_DONE:
    case KERNEL_ANSWER: {
        char *text = json_dumps(e->data, JSON_COMPACT | JSON_SORT_KEYS);
        snprintf(answer, sizeof answer, "%s", text ? text : "");
        free(text);
        break;
    }
    case KERNEL_MEASURED:
    case KERNEL_READY: break;
    }
}

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Hears events until one of KIND, or of KERNEL_ENDED, has come; false if that takes too long. */
static inline bool await_until(kernel *k, kernel_event_kind kind, long long end)
{
    kernel_event e;
    while (now() < end) {
        if (kernel_poll(k, &e)) {
            hear(&e);
            if (e.kind == kind) return true;
            if (e.kind == KERNEL_ENDED) break;
            continue;
        }
        struct pollfd fd = { .fd = kernel_fd(k), .events = POLLIN };
        int timeout = kernel_timeout(k), left = (int)(end - now());
        poll(&fd, 1, timeout >= 0 && timeout < left ? timeout : left);
    }
    return false;
}

static inline bool await(kernel *k, kernel_event_kind kind)
{
    if (await_until(k, kind, now() + PATIENCE)) return true;
    TEST_FAIL("event %d did not come, but %d '%s'\n", (int)kind, (int)last.kind, reason);
    return false;
}

static inline kernel *start_with(kernel_options options)
{
    char error[200] = "";
    if (THREADS_CHECKED) options.session.threads = 1;
    kernel *k = kernel_start(&options, error, sizeof error);
    if (!k) TEST_FAIL("no kernel: %s\n", error);
    said_size = 0, said[0] = '\0', forgotten = 0;
    if (k) await(k, KERNEL_READY);
    return k;
}

static inline kernel *start(void)
{
    return start_with((kernel_options){ .most_snapshots = 100, .session.utf8 = true });
}

/* Of the process that runs; it is told in the moment after a cell. */
static inline pid_t runner(kernel *k)
{
    for (long long end = now() + PATIENCE; kernel_pid(k) == 0 && now() < end;)
        await_until(k, KERNEL_DONE, now() + 1);
    return kernel_pid(k);
}

static long long next_id;

static inline void begin(kernel *k, const char *code)
{
    said_size = 0, said[0] = '\0', answer[0] = '\0';
    char name[32];
    snprintf(name, sizeof name, "cell %lld", ++next_id);
    CHECK(kernel_run(k, next_id, name, code, strlen(code)));
}

/* Runs a cell and returns what it said. */
static inline const char *run(kernel *k, const char *code, session_status expected)
{
    begin(k, code);
    if (await(k, KERNEL_DONE) && last.status != expected)
        TEST_FAIL("'%s' gave status %d, not %d: %s\n", code, (int)last.status, (int)expected, said);
    return said;
}

static inline int count_fds(void)
{
    int n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir)) n++;
    if (dir) closedir(dir);
    return n;
}

#endif
