/* test_kernel.c -- the kernel process: running, output in order, interrupts, deaths, rewinding, and nothing left behind. */
#define _GNU_SOURCE /* memmem */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
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
    if (THREADS_CHECKED) options.session.threads = 1;
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

TEST("the digits in full come with a value and with a figure")
{
    kernel *k = start();
    CHECK_EQ_STR(run(k, "0.1", SESSION_OK), "<value 0.1\n>");
    CHECK_EQ_STR(digits, "0.10000000000000001");
    CHECK_EQ_STR(run(k, "'a'", SESSION_OK), "<value a\n>");
    CHECK_EQ_STR(digits, "");
    CHECK_EQ_STR(run(k, "plot.line { 0.1, 2 }", SESSION_OK), "<figure>");
    CHECK(strncmp(digits, "moonlab figure 1\nshow 0 0 any\n", 30) == 0);
    kernel_stop(k);
}

TEST("values, figures, progress and errors stand where they belong in the output")
{
    kernel *k = start();
    CHECK_EQ_STR(
        run(k, "print(1) show(2) print(3) plot.line({1, 2}):show() print(4) show(nil)", SESSION_OK),
        "1\n<value 2\n>3\n<figure>4\n<value nil\n>");
    for (int i = 0; i < 20; i++)
        CHECK_EQ_STR(
            run(k, "for i = 1, 3 do print(i) show(i) end io.stdout:write('x')", SESSION_OK),
            "1\n<value 1\n>2\n<value 2\n>3\n<value 3\n>x");
    run(k, "local f = {} for i = 1, 100 do f[i] = tostring(i) end\nerror('bad ' .. f[7])",
        SESSION_ERROR);
    if (!strstr(said, ":2: bad 7\n")) TEST_FAIL("%s", said);
    run(k, "for i in nn.Progress and nn.Progress(3) or {1} do end", SESSION_ERROR);
    kernel_stop(k);
}

TEST("what programs and C code print comes in order with the rest, and they read nothing")
{
    kernel *k = start();
    CHECK_EQ_STR(
        run(k, "print('a') os.execute('echo b') print('c') show(io.popen('cat; echo d'):read('a'))",
            SESSION_OK),
        "a\nb\nc\n<value d\n\n>");
    CHECK_EQ_STR(run(k, "io.stderr:write('oops') print(io.read())", SESSION_OK), "[oops]nil\n");
    run(k, "io.popen('printf x; printf y >&2'):close() os.execute('tty')", SESSION_OK);
    CHECK(strstr(said, "not a tty") != NULL);
    kernel_stop(k);
}

TEST("an error's places name cells and lines, the innermost first")
{
    kernel *k = start();
    run(k, "function f(x)\n  return g(x)\nend", SESSION_OK);
    run(k, "function g(x)\n\n  error('deep')\nend", SESSION_OK);
    begin(k, "\nf(1)");
    CHECK(await(k, KERNEL_ERROR));
    /* The event's data is still there. */
    CHECK(await(k, KERNEL_DONE));
    run(k, "x = = 1", SESSION_ERROR);
    CHECK(strstr(said, ":1:") != NULL);
    kernel_stop(k);
}

TEST("a cell of any bytes is run or refused, and code that ends too early is an error")
{
    kernel *k = start();
    CHECK_EQ_STR(run(k, "#'\xff\xfe'", SESSION_OK), "<value 2\n>");
    run(k, "for i = 1, 2 do", SESSION_ERROR);
    CHECK(strstr(said, "<eof>") != NULL);
    begin(k, "print(1)\0print(2)");
    await(k, KERNEL_DONE);
    CHECK(!kernel_run(k, 1, "x", "y", 1) || await(k, KERNEL_DONE));
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_IDLE);
    kernel_stop(k);
}

TEST("a cell of several megabytes is run")
{
    for (int snapshots = 0; snapshots < 2; snapshots++) {
        kernel *k = start_with((kernel_options){ .most_snapshots = snapshots });
        size_t size = 5 << 20;
        char *code = malloc(size + 1);
        memset(code, ' ', size);
        memcpy(code, "local s = [[", 12), memcpy(code + size - 5, "]] #s", 5);
        code[size] = '\0';
        CHECK_EQ_STR(run(k, code, SESSION_OK), "<value 5242863\n>");
        free(code);
        kernel_stop(k);
    }
}

TEST("questions are answered between cells, and refused while one runs")
{
    kernel *k = start();
    run(k, "local epochs, rate, t = 3, 0.5, lab.tensor{1, 2, 3, 4}", SESSION_OK);
    CHECK(kernel_ask(k, 7, "complete", "print(epo", 9, 9));
    CHECK(!kernel_run(k, 1, "x", "y", 1));
    CHECK(await(k, KERNEL_ANSWER) && last.id == 7);
    if (!strstr(answer, "\"start\":6,\"words\":[\"epochs\"]")) TEST_FAIL("%s", answer);
    CHECK(kernel_ask(k, 8, "about", "lab.randn(", 10, 10) && await(k, KERNEL_ANSWER));
    CHECK(strstr(answer, "randn(") != NULL);
    CHECK(kernel_ask(k, 9, "help", "lab.sum", 7, 0) && await(k, KERNEL_ANSWER));
    CHECK(strstr(answer, "\"found\":true") != NULL);
    CHECK(kernel_ask(k, 9, "help", "lab.summ", 8, 0) && await(k, KERNEL_ANSWER));
    CHECK(strstr(answer, "\"found\":false") != NULL);
    CHECK(kernel_ask(k, 10, "variables", "", 0, 0) && await(k, KERNEL_ANSWER));
    if (!strstr(
            answer,
            "\"name\":\"rate\",\"shape\":\"\",\"size\":\"\",\"type\":\"number\",\"value\":\"0.5\""))
        TEST_FAIL("%s", answer);
    CHECK(strstr(answer, "\"value\":\"2.5 \u00b1 1.12\"") != NULL); /* NumPy's mean and std */
    CHECK(kernel_ask(k, 11, "help", "", 0, 0) && await(k, KERNEL_ANSWER));
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_IDLE);
    kernel_stop(k);
}

TEST("a cell tells which variables it read and wrote, and what it is drawn for can change")
{
    kernel *k = start();
    run(k, "local lr = 0.5 w = lab.zeros(2)", SESSION_OK);
    CHECK(strstr(answer, "\"reads\":[],") && strstr(answer, "\"writes\":[\"lr\",\"w\"]"));
    run(k, "w:sub_(lr)", SESSION_OK);
    CHECK(strstr(answer, "\"reads\":[\"lr\",\"w\"],") && strstr(answer, "\"writes\":[\"w\"]"));
    kernel_resize(k, 40, 20, false);
    run(k, "show(lab.zeros(100))", SESSION_OK);
    size_t widest = 0;
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
        if (strlen(line) > widest) widest = strlen(line);
    CHECK(widest > 20 && widest < 50);
    kernel_stop(k);
}

TEST("a cell that prints a hundred megabytes can be interrupted, and takes no memory here")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    kernel *k = start();
    begin(k, "local s = ('x'):rep(1000) for i = 1, 1e9 do print(s) end");
    size_t heard = 0;
    kernel_event e;
    for (long long end = now() + PATIENCE; heard < 100 << 20 && now() < end;)
        if (kernel_poll(k, &e) && e.kind == KERNEL_OUTPUT) {
            heard += e.size;
            CHECK(e.size <= 1 << 17);
        }
    CHECK(heard >= 100 << 20);
    /* While nobody listens the kernel waits, and is interrupted all the same. */
    poll(NULL, 0, 20);
    kernel_interrupt(k);
    CHECK(await(k, KERNEL_DONE) && last.status == SESSION_INTERRUPTED);
    begin(k, "os.execute('yes | head -c 50000000')");
    heard = 0, e.kind = KERNEL_READY;
    while (!kernel_poll(k, &e) || e.kind != KERNEL_DONE)
        if (e.kind == KERNEL_OUTPUT) heard += e.size, e.kind = KERNEL_READY;
    CHECK_EQ_INT(heard, 50000000);
    kernel_stop(k);
}

/* ---- interrupting ---------------------------------------------------------------------------- */

TEST("an interrupt ends whatever runs, and the session goes on")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    static const char *const endless[] = {
        "while true do end",
        "while true do pcall(error, 'x') end",
        "while true do pcall(function() while true do end end) end",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() "
        "end",
        "local a = lab.randn(1500, 1500) while true do a:matmul(a) end",
        "os.execute('sleep 1000')",
        "while true do os.execute('sleep 1000') end",
        "os.execute('sleep 1000; sleep 1000; sleep 1000')",
        "io.popen('sleep 1000'):read('a')",
        "show(select(2, pcall(os.execute, 'sleep 1000')))",
        "print(1) while true do io.write('') end",
        "setmetatable({}, {__index = function(t, k) return t[k] end}).x = nil while true do end",
        "local t = {} while true do t[#t + 1] = 1 if #t > 1e6 then t = {} end end",
    };
    kernel *k = start();
    run(k, "x = 5", SESSION_OK);
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        begin(k, endless[i]);
        if (i % 3 > 0) await_until(k, KERNEL_DONE, now() + (i % 3 == 1 ? 30 : 0));
        kernel_interrupt(k);
        if (!await(k, KERNEL_DONE) || last.status != SESSION_INTERRUPTED)
            TEST_FAIL("'%s' gave %d: %s", endless[i], (int)last.status, said);
        CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 5\n>");
    }
    kernel_stop(k);
}

TEST("programs that ignore an interrupt are ended by the second one")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    kernel *k = start();
    begin(k, "os.execute([[trap '' INT; echo on; sleep 1000 & wait; wait]])");
    while (!strstr(said, "on\n") && !await_until(k, KERNEL_DONE, now() + 10)) continue;
    kernel_interrupt(k);
    CHECK(!await_until(k, KERNEL_DONE, now() + 400));
    kernel_interrupt(k);
    CHECK(await(k, KERNEL_DONE) && last.status == SESSION_INTERRUPTED);
    CHECK_EQ_STR(run(k, "1", SESSION_OK), "<value 1\n>");
    kernel_stop(k);
}

TEST("an interrupt that comes while nothing runs does nothing")
{
    kernel *k = start();
    kernel_interrupt(k);
    kill(kernel_pid(k), SIGUSR1);
    kill(kernel_pid(k), SIGINT);
    kill(kernel_pid(k), SIGUSR2);
    kill(kernel_pid(k), SIGHUP);
    CHECK_EQ_STR(run(k, "1", SESSION_OK), "<value 1\n>");
    kernel_stop(k);
}

TEST("what no interrupt stops is killed, and the state before it brought back")
{
    kernel *k = start();
    run(k, "x = 5", SESSION_OK);
    begin(k, "x = 6 os.execute('kill -STOP $PPID')");
    await_until(k, KERNEL_DONE, now() + 50);
    kernel_interrupt(k);
    CHECK(!await_until(k, KERNEL_DONE, now() + 300));
    long long id = next_id;
    kernel_kill(k);
    CHECK(await(k, KERNEL_ENDED));
    CHECK_EQ_INT(last.id, id);
    CHECK(strstr(reason, "signal 9") != NULL);
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_DEAD);
    CHECK(!kernel_run(k, 1, "x", "y", 1));
    CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 5\n>");
    kernel_stop(k);
}

/* ---- death ----------------------------------------------------------------------------------- */

TEST("a death is told with its signal or status, whatever of snapshots there is")
{
    static const int signals[] = { SIGKILL, SIGSEGV, SIGTERM, SIGABRT,
                                   SIGBUS,  SIGFPE,  SIGILL,  SIGQUIT };
    for (int snapshots = 0; snapshots <= 3; snapshots += 3) {
        kernel *k = start_with((kernel_options){ .most_snapshots = snapshots });
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
            char code[100], text[40];
            for (size_t j = 0; j < i; j++) run(k, "x = 1", SESSION_OK);
            snprintf(code, sizeof code,
                     "print('on') io.popen('kill -%d $PPID'):close() while true do end",
                     signals[i]);
            begin(k, code);
            CHECK(await(k, KERNEL_ENDED));
            CHECK_EQ_INT(last.id, next_id);
            snprintf(text, sizeof text, "signal %d (%s)", signals[i], strsignal(signals[i]));
            if (!strstr(reason, text)) TEST_FAIL("'%s' is not '%s'", reason, text);
            CHECK_EQ_STR(said, "on\n");
            CHECK(kernel_restart(k) && await(k, KERNEL_READY));
            CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value nil\n>");
        }
        begin(k, "print('last') os.exit(3)");
        CHECK(await(k, KERNEL_ENDED));
        CHECK_EQ_STR(said, "last\n");
        CHECK(strstr(reason, "status 3") != NULL);
        CHECK_EQ_INT(kernel_can_rewind(k, next_id), snapshots > 0);
        kernel_stop(k);
    }
}

TEST("a kernel that cannot open its session says why")
{
    char error[200];
    kernel *k = kernel_start(&(kernel_options){ .session.device = "nothere" }, error, sizeof error);
    CHECK(k && await(k, KERNEL_ENDED));
    CHECK(strstr(reason, "device nothere") != NULL);
    kernel_stop(k);
}

TEST("a kernel that dies idle, a killed snapshot and a killed host are noticed")
{
    kernel *k = start();
    for (int i = 0; i < 4; i++) run(k, "x = (x or 0) + 1", SESSION_OK);
    long long id = next_id;
    kill(kernel_pid(k), SIGSEGV);
    CHECK(await(k, KERNEL_ENDED) && strstr(reason, "signal 11"));
    CHECK_EQ_INT(last.id, 0);
    CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 3\n>");
    CHECK(kernel_rewind(k, id - 2) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 1\n>");
    char code[100];
    snprintf(code, sizeof code,
             "print(io.open('/proc/%d/stat'):read('a'):match('.*%%) %%S (%%d+)'))",
             (int)kernel_pid(k));
    run(k, code, SESSION_OK);
    long long snapshot_id = next_id;
    pid_t parent = (pid_t)atoi(said);
    CHECK(parent > 1 && kernel_can_rewind(k, next_id));
    kill(parent, SIGKILL); /* the snapshot before that cell */
    while (forgotten == 0 && !await_until(k, KERNEL_ENDED, now() + 10)) continue;
    CHECK(!kernel_can_rewind(k, snapshot_id - 1));
    kernel_stop(k);
}

/* The parent of PID. */
static pid_t parent_of(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (f && !fgets(line, sizeof line, f)) line[0] = '\0';
    if (f) fclose(f);
    char *after = strrchr(line, ')');
    return after ? (pid_t)atoi(after + 4) : 0;
}

TEST("when the host is killed the kernel ends, and can be restarted")
{
    kernel *k = start();
    pid_t host = parent_of(kernel_pid(k));
    CHECK(host > 1 && host != getpid());
    run(k, "x = 1", SESSION_OK);
    begin(k, "while true do end");
    kill(host, SIGKILL);
    CHECK(await(k, KERNEL_ENDED));
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_DEAD);
    CHECK(kernel_restart(k) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value nil\n>");
    kernel_stop(k);
}

/* ---- rewinding ------------------------------------------------------------------------------- */

static const char sample[] =
    "local t = lab.randn(200, 200) t = t:matmul(t) print(t:sum():item(), math.random(), "
    "lab.randperm(5)) x = (x or 0) + 1 print(x)";

TEST("a cell run again after a rewind gives the same bits")
{
    static char first[sizeof said];
    kernel *k = start_with((kernel_options){ .most_snapshots = 10, .session.threads = 2 });
    run(k, sample, SESSION_OK);
    run(k, sample, SESSION_OK);
    memcpy(first, said, sizeof said);
    long long id = next_id;
    run(k, sample, SESSION_OK);
    CHECK(strcmp(said, first) != 0);
    CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, sample, SESSION_OK), first);
    CHECK(!kernel_can_rewind(k, id + 1) && !kernel_can_rewind(k, id) &&
          kernel_can_rewind(k, next_id));
    CHECK(!kernel_rewind(k, id + 1));
    kernel_stop(k);
}

TEST("a loader's threads and a coroutine go on where the snapshot was taken")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer does not follow threads of a forked child");
        return;
    }
    static char second[sizeof said];
    kernel *k = start();
    run(k,
        "local set = data.TensorDataset(lab.arange(4000000.0):view(4000, 1000))\n"
        "local loader = data.DataLoader(set, {batch_size=512, shuffle=true, num_workers=2})\n"
        "local batches = {} for x in loader do batches[#batches + 1] = 1 if #batches == 2 then "
        "break end end\n"
        "local next_batch = coroutine.wrap(function() for x in loader do\n"
        "  x = type(x) == 'table' and x[1] or x coroutine.yield(x:sum():item()) end end)\n"
        "print(#batches, next_batch())",
        SESSION_OK);
    CHECK(strncmp(said, "2\t", 2) == 0);
    run(k, "print(next_batch(), next_batch())", SESSION_OK);
    memcpy(second, said, sizeof said);
    long long id = next_id;
    run(k, "print(next_batch())", SESSION_OK);
    for (int i = 0; i < 5; i++) {
        CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
        CHECK_EQ_STR(run(k, "print(next_batch(), next_batch())", SESSION_OK), second);
        id = next_id;
    }
    kernel_stop(k);
}

TEST("fifty cells can be taken back one by one, and fifty times from the same place")
{
    char expected[40];
    kernel *k = start();
    run(k, "x = 0", SESSION_OK);
    long long first = next_id + 1;
    for (int i = 0; i < 50; i++) run(k, "x = x + 1 t = lab.full({1000}, x)", SESSION_OK);
    for (int i = 49; i >= 0; i--) {
        long long id = first + i;
        CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
        CHECK(!kernel_can_rewind(k, id));
        if (i % 10 > 0) continue;
        snprintf(expected, sizeof expected, "%d\t%d\n", i, i);
        CHECK_EQ_STR(run(k, "print(x, t and t[1000] // 1 | 0 or 0)", SESSION_OK), expected);
        CHECK(kernel_rewind(k, next_id) && await(k, KERNEL_READY));
    }
    for (int i = 0; i < 50; i++) {
        CHECK_EQ_STR(run(k, "x = x + 1 x", SESSION_OK), "<value 1\n>");
        CHECK(kernel_rewind(k, next_id) && await(k, KERNEL_READY));
    }
    kernel_stop(k);
}

TEST("a running cell can be taken back, and its output that was not yet heard is gone")
{
    kernel *k = start();
    run(k, "x = 1", SESSION_OK);
    for (int i = 0; i < 20; i++) {
        begin(k, "x = 2 while true do print('old') end");
        await_until(k, KERNEL_DONE, now() + i % 4 * 5);
        while (!kernel_can_rewind(k, next_id)) await_until(k, KERNEL_RUNNING, now() + 5);
        CHECK(kernel_rewind(k, next_id));
        said_size = 0, said[0] = '\0';
        CHECK(await(k, KERNEL_READY));
        CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 1\n>");
    }
    kernel_stop(k);
}

TEST("the oldest snapshots go when there are too many or they take too much")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    kernel *k = start_with((kernel_options){ .most_snapshots = 3 });
    long long first = next_id + 1;
    for (int i = 0; i < 5; i++) run(k, "x = (x or 0) + 1", SESSION_OK);
    CHECK(!kernel_can_rewind(k, first + 1) && kernel_can_rewind(k, first + 2));
    kernel_event e;
    while (kernel_poll(k, &e)) hear(&e);
    CHECK_EQ_INT(forgotten, 2);
    CHECK(kernel_rewind(k, first + 2) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 2\n>");
    kernel_stop(k);
    k = start_with((kernel_options){ .most_snapshots = 50, .snapshot_bytes = 100 << 20 });
    first = next_id + 2;
    run(k, "t = lab.zeros(5000000)", SESSION_OK);
    for (int i = 0; i < 12; i++) run(k, "t:add_(1) t:sum():item()", SESSION_OK);
    for (long long end = now() + PATIENCE; forgotten < 5 && now() < end;)
        if (!await_until(k, KERNEL_FORGOT, now() + 5)) continue;
    CHECK(forgotten >= 5 && !kernel_can_rewind(k, first) && kernel_can_rewind(k, next_id));
    CHECK_EQ_STR(run(k, "t:sum():item()", SESSION_OK), "<value 60000000.0\n>");
    CHECK(kernel_rewind(k, next_id - 1) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "t:sum():item()", SESSION_OK), "<value 55000000.0\n>");
    kernel_stop(k);
}

TEST("with a device open there are no snapshots, and the reason is told")
{
    char path[400], plugins[500];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    for (int i = 0; i < 2 && strrchr(path, '/'); i++)
        *strrchr(path, '/') = '\0'; /* BUILD/tests/… */
    snprintf(plugins, sizeof plugins, "%s/moonlab-fake.so", path);
    if (access(plugins, R_OK) != 0) {
        SKIP("moonlab-fake.so is not built");
        return;
    }
    setenv("MOONLAB_PLUGINS", path, 1);
    kernel *k = start();
    run(k, "x = lab.ones(3)", SESSION_OK);
    long long id = next_id;
    run(k, "y = lab.ones(3, {device='fake'})", SESSION_OK);
    CHECK_EQ_STR(reason, "");
    for (int i = 0; i < 3; i++) {
        CHECK_EQ_STR(run(k, "(y + 1):to('cpu'):sum():item()", SESSION_OK), "<value 6.0\n>");
        CHECK(strstr(reason, "device fake") != NULL);
        CHECK(!kernel_can_rewind(k, next_id));
    }
    CHECK_EQ_INT(forgotten, 0);
    CHECK(kernel_rewind(k, id + 1) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "y, x:sum():item()", SESSION_OK), "<value nil\n><value 3.0\n>");
    CHECK_EQ_STR(reason, "");
    unsetenv("MOONLAB_PLUGINS");
    kernel_stop(k);
}

/* ---- nothing left ---------------------------------------------------------------------------- */

static int count_processes(const char *mark)
{
    int n = 0;
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        char path[300], environment[1 << 14];
        snprintf(path, sizeof path, "/proc/%.20s/environ", entry->d_name);
        FILE *f = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;
        size_t size = f ? fread(environment, 1, sizeof environment, f) : 0;
        if (f) fclose(f);
        n += memmem(environment, size, mark, strlen(mark)) != NULL;
    }
    if (dir) closedir(dir);
    return n;
}

static int count_children(void)
{
    int n = 0;
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        n += atoi(entry->d_name) > 0 && parent_of((pid_t)atoi(entry->d_name)) == getpid();
    if (dir) closedir(dir);
    return n;
}

TEST("killing any process at any moment leaves a kernel that can be restarted, and nothing else")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    unsigned state = 5;
    int fds = count_fds();
    kernel *k = start();
    for (int round = 0; round < 60; round++) {
        state = state * 1664525u + 1013904223u;
        int way = (int)(state >> 16) % 4, wait = (int)(state >> 20) % 12;
        for (int i = 0; i < round % 3; i++)
            run(k, "x = (x or 0) + 1 os.execute('sleep 1000 &')", SESSION_OK);
        begin(k, round % 2 ? "for i = 1, 1e9 do print(i) end" : "os.execute('sleep 1000')");
        await_until(k, KERNEL_DONE, now() + wait);
        pid_t pid = kernel_pid(k), parent = pid > 0 ? parent_of(pid) : 0;
        if (way == 0) kernel_kill(k);
        if (way == 1 && pid > 0) kill(pid, SIGKILL);
        if (way == 2 && parent > 1) kill(parent, SIGKILL), kernel_interrupt(k), kernel_kill(k);
        if (way < 3 && (way == 0 || pid > 0)) CHECK(await(k, KERNEL_ENDED));
        CHECK(kernel_restart(k) && await(k, KERNEL_READY));
        CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value nil\n>");
    }
    kernel_stop(k);
    CHECK_EQ_INT(count_fds(), fds);
    CHECK_EQ_INT(count_children(), 0);
}

TEST("when the notebook is killed its kernel ends, with snapshots and programs")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer holds signals back");
        return;
    }
    char mark[64];
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* the orphans come here, and are not zombies for long */
    snprintf(mark, sizeof mark, "MOONLAB_TEST=%d", (int)getpid());
    for (int round = 0; round < 6; round++) {
        int tell[2];
        if (pipe(tell) != 0) return;
        pid_t notebook = fork();
        if (notebook == 0) {
            kernel *k = start();
            for (int i = 0; i < 3; i++) run(k, "x = (x or 0) + 1", SESSION_OK);
            char code[200];
            snprintf(code, sizeof code, "os.execute('%s sleep 1000 &') %s", mark,
                     round % 2 ? "while true do end" : "os.execute('sleep 1000')");
            begin(k, code);
            await_until(k, KERNEL_DONE, now() + 50);
            for (pid_t pid = kernel_pid(k); pid > 1 && pid != getpid(); pid = parent_of(pid))
                if (write(tell[1], &pid, sizeof pid) < 0) _exit(1);
            pid_t end_mark = 0;
            if (write(tell[1], &end_mark, sizeof end_mark) < 0) _exit(1);
            await_until(k, KERNEL_DONE, now() + PATIENCE);
            _exit(1);
        }
        close(tell[1]);
        pid_t pids[16];
        int npids = 0;
        while (npids < 16 && read(tell[0], &pids[npids], sizeof *pids) == sizeof *pids &&
               pids[npids] > 0)
            npids++;
        CHECK_EQ_INT(npids, 6); /* the runner, four snapshots, the host */
        kill(notebook, SIGKILL);
        waitpid(notebook, NULL, 0);
        long long end = now() + PATIENCE;
        int left = 1;
        while (left > 0 && now() < end) {
            while (waitpid(-1, NULL, WNOHANG) > 0) continue;
            left = count_processes(mark);
            for (int i = 0; i < npids; i++) left += kill(pids[i], 0) == 0;
            if (left > 0) poll(NULL, 0, 5);
        }
        CHECK_EQ_INT(left, 0);
        close(tell[0]);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
