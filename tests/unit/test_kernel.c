/* test_kernel.c -- the kernel process: running, output in order, interrupts, deaths, rewinding, and nothing left behind. */
#define _GNU_SOURCE /* memmem */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_client.h"
#include "tests/test.h"

#define HAS_FEATURE(x) 0
#if defined __has_feature
#undef HAS_FEATURE
#define HAS_FEATURE(x) __has_feature(x)
#endif
#if defined __SANITIZE_THREAD__ || HAS_FEATURE(thread_sanitizer)
#define FORKS_THREADS false /* ThreadSanitizer does not follow threads of a forked child */
#else
#define FORKS_THREADS true
#endif

enum { PATIENCE = 60000 /* milliseconds: what takes longer hangs */ };

static char
    said[1 << 16]; /* what a cell said: text, and <value …>, <figure>, <progress …>, <error …> */
static size_t said_size;
static kernel_event last; /* the last event, without its texts */
static char reason[200];  /* text of KERNEL_ENDED and KERNEL_RUNNING */
static char answer[4096];
static int forgotten;
static size_t most_bytes = sizeof said;

static void say(const char *before, const char *text, size_t size, const char *after)
{
    const char *const parts[] = { before, text, after };
    const size_t sizes[] = { strlen(before), size, strlen(after) };
    for (int i = 0; i < 3; i++) {
        size_t n = sizes[i] < sizeof said - 1 - said_size ? sizes[i] : sizeof said - 1 - said_size;
        if (n > 0) memcpy(said + said_size, parts[i], n);
        said[said_size += n] = '\0';
    }
}

static void hear(const kernel_event *e)
{
    last = *e;
    last.text = NULL, last.data = NULL;
    switch (e->kind) {
    case KERNEL_OUTPUT: say("", e->text, e->size, ""); break;
    case KERNEL_ERRORS: say("[", e->text, e->size, "]"); break;
    case KERNEL_VALUE: say("<value ", e->text, e->size, ">"); break;
    case KERNEL_FIGURE: say("<figure", "", 0, ">"); break;
    case KERNEL_PROGRESS: say("<progress ", e->text, e->size, ">"); break;
    case KERNEL_ERROR: say("<error ", e->text, e->size, ">"); break;
    case KERNEL_FORGOT: forgotten++; break;
    case KERNEL_RUNNING:
    case KERNEL_ENDED: snprintf(reason, sizeof reason, "%s", e->text ? e->text : ""); break;
    case KERNEL_DONE:
    case KERNEL_ANSWER: {
        char *text = json_dumps(e->data, JSON_COMPACT | JSON_SORT_KEYS);
        snprintf(answer, sizeof answer, "%s", text ? text : "");
        free(text);
        break;
    }
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
static bool await_until(kernel *k, kernel_event_kind kind, long long end)
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

static bool await(kernel *k, kernel_event_kind kind)
{
    if (await_until(k, kind, now() + PATIENCE)) return true;
    TEST_FAIL("event %d did not come, but %d '%s'\n", (int)kind, (int)last.kind, reason);
    return false;
}

static kernel *start_with(kernel_options options)
{
    char error[200] = "";
    if (!FORKS_THREADS) options.session.threads = 1;
    kernel *k = kernel_start(&options, error, sizeof error);
    if (!k) TEST_FAIL("no kernel: %s\n", error);
    said_size = 0, said[0] = '\0', forgotten = 0;
    if (k) await(k, KERNEL_READY);
    return k;
}

static kernel *start(void)
{
    return start_with((kernel_options){ .most_snapshots = 100, .session.utf8 = true });
}

static long long next_id;

static void begin(kernel *k, const char *code)
{
    said_size = 0, said[0] = '\0', answer[0] = '\0';
    char name[32];
    snprintf(name, sizeof name, "cell %lld", ++next_id);
    CHECK(kernel_run(k, next_id, name, code, strlen(code)));
}

/* Runs a cell and returns what it said. */
static const char *run(kernel *k, const char *code, session_status expected)
{
    begin(k, code);
    if (await(k, KERNEL_DONE) && last.status != expected)
        TEST_FAIL("'%s' gave status %d, not %d: %s\n", code, (int)last.status, (int)expected, said);
    return said;
}

static int count_fds(void)
{
    int n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir)) n++;
    if (dir) closedir(dir);
    return n;
}

/* ---- running --------------------------------------------------------------------------------- */

TEST("cells run one after the other in one session")
{
    kernel *k = start();
    CHECK_EQ_STR(run(k, "local a = 2", SESSION_OK), "");
    CHECK_EQ_STR(run(k, "print(a) a + 1", SESSION_OK), "2\n<value 3\n>");
    CHECK(!strcmp(reason, ""));
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_IDLE);
    kernel_stop(k);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
