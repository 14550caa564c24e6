/* test_kernel_ends.c -- how kernels end, what is brought back, and that nothing is left behind. */
#define _GNU_SOURCE /* memmem */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/unit/kernel_test.h"

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
    kill(runner(k), SIGSEGV);
    CHECK(await(k, KERNEL_ENDED) && strstr(reason, "signal 11"));
    CHECK_EQ_INT(last.id, 0);
    CHECK(kernel_rewind(k, id) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 3\n>");
    CHECK(kernel_rewind(k, id - 2) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 1\n>");
    char code[100];
    snprintf(code, sizeof code,
             "print(io.open('/proc/%d/stat'):read('a'):match('.*%%) %%S (%%d+)'))", (int)runner(k));
    run(k, code, SESSION_OK);
    long long snapshot_id = next_id;
    pid_t parent = (pid_t)atoi(said);
    CHECK(parent > 1 && kernel_can_rewind(k, next_id));
    kill(parent, SIGKILL); /* the snapshot before that cell */
    while (forgotten == 0 && !await_until(k, KERNEL_ENDED, now() + 10)) continue;
    CHECK(!kernel_can_rewind(k, snapshot_id));
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

static pid_t host_of(kernel *k)
{
    pid_t pid = runner(k);
    while (pid > 1 && parent_of(pid) != getpid()) pid = parent_of(pid);
    return pid;
}

TEST("when the host is killed the kernel ends, and can be restarted")
{
    kernel *k = start();
    pid_t host = host_of(k);
    run(k, "x = 1", SESSION_OK);
    begin(k, "while true do end");
    kill(host, SIGKILL);
    CHECK(await(k, KERNEL_ENDED));
    CHECK_EQ_INT(kernel_state_of(k), KERNEL_DEAD);
    if (!strstr(reason, "watches over it was ended: killed by signal 9")) TEST_FAIL("%s", reason);
    CHECK(!kernel_can_rewind(k, next_id) && !kernel_can_rewind(k, 0));
    CHECK(kernel_restart(k) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value nil\n>");
    kernel_stop(k);
}

TEST("the state after the last cell comes back when the kernel ends while nothing runs")
{
    kernel *k = start();
    for (int i = 1; i <= 3; i++) {
        run(k, "x = (x or 0) + 1", SESSION_OK);
        kill(runner(k), SIGKILL);
        CHECK(await(k, KERNEL_ENDED) && last.id == 0);
        CHECK(kernel_rewind(k, 0) && await(k, KERNEL_READY));
        CHECK(kernel_can_rewind(k, next_id));
    }
    CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value 3\n>");
    kernel_stop(k);
}

/* Puts SIZE bytes where the kernel's messages are read. */
static void say_nonsense(kernel *k, const char *bytes, size_t size, bool ends)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || dup2(pair[0], k->channel.fd) < 0) return;
    close(pair[0]);
    fcntl(k->channel.fd, F_SETFL, O_NONBLOCK);
    client_watch(k, k->channel.fd, true);
    CHECK_EQ_INT(write(pair[1], bytes, size), size);
    if (!ends) fcntl(pair[1], F_DUPFD, 100); /* it stays open */
    close(pair[1]);
}

TEST("a kernel that tells nonsense, or half of something, is ended, told of, and restarted")
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *reason;
    } all[] = {
        { "\xff\xff\xff\xff{}", 6, "no sense: a message is longer than 64 MiB" },
        { "GET / HTTP/1.1\r\n\r\n", 18, "no sense: a message is longer than 64 MiB" },
        { "\3\0\0\0{1}", 7, "no sense: a message is no JSON" },
        { "\2\0\0\0[]", 6, "no sense: a message is no JSON object" },
        { "\x40\0\0\0{\"event\":", 13, "signal 9" },
        { "\2\0\0\0{}\x19\0\0\0{\"event\":\"kept\",\"pid\":-1}", 35, "signal 9" },
    };
    int fds = count_fds();
    kernel *k = start();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        run(k, "x = 1", SESSION_OK);
        CHECK(runner(k) > 1);
        say_nonsense(k, all[i].bytes, all[i].size, i >= 4);
        CHECK(await(k, KERNEL_ENDED));
        if (!strstr(reason, all[i].reason)) TEST_FAIL("'%s', not '%s'", reason, all[i].reason);
        CHECK(kernel_restart(k) && await(k, KERNEL_READY));
        CHECK_EQ_STR(run(k, "x", SESSION_OK), "<value nil\n>");
    }
    for (int fd = 100; fd < 110; fd++) close(fd);
    kernel_stop(k);
    CHECK_EQ_INT(count_fds(), fds);
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

TEST("it is told what each snapshot holds, and why one went")
{
    if (THREADS_CHECKED) {
        SKIP("ThreadSanitizer takes memory for its own use");
        return;
    }
    kernel *k = start_with((kernel_options){ .most_snapshots = 4 });
    run(k, "t = lab.zeros(5000000)", SESSION_OK);
    run(k, "t:add_(1)", SESSION_OK);
    long long changed = next_id;
    run(k, "t:sum():item()", SESSION_OK);
    for (long long end = now() + PATIENCE;
         kernel_snapshot_size(k, changed) < 19000000 && now() < end;)
        await_until(k, KERNEL_MEASURED, now() + 100);
    size_t held = kernel_snapshot_size(k, changed), all = kernel_snapshot_memory(k);
    if (held < 19000000 || held > 60000000 || all < held)
        TEST_FAIL("%zu bytes of %zu are held", held, all);
    CHECK(kernel_snapshot_size(k, next_id) < 15000000);
    CHECK_EQ_INT(kernel_snapshot_size(k, 999999), 0);
    for (int i = 0; i < 4; i++) run(k, "x = 1", SESSION_OK);
    while (forgotten < 3) await_until(k, KERNEL_FORGOT, now() + 100);
    CHECK_EQ_STR(reason, "only the last ones are kept");
    CHECK_EQ_INT(kernel_snapshot_size(k, changed), 0);
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
        pid_t pid = runner(k), parent = pid > 0 ? parent_of(pid) : 0;
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

TEST("programs end with their kernel, wherever they have gone, and not with a snapshot")
{
    char mark[64], code[500];
    snprintf(mark, sizeof mark, "MOONLAB_TEST=%d", (int)getpid());
    snprintf(code, sizeof code,
             "for i = 1, 5 do os.execute('%s sleep 1000 & %s setsid sleep 1000 & %s nohup setsid "
             "sh -c \"sleep 1000; sleep 1000\" >/dev/null 2>&1 &') end",
             mark, mark, mark);
    kernel *k = start_with((kernel_options){ .most_snapshots = 1 });
    for (int way = 0; way < 2; way++) {
        run(k, code, SESSION_OK);
        for (long long end = now() + PATIENCE; count_processes(mark) < 20 && now() < end;)
            poll(NULL, 0, 5);
        for (int i = 0; i < 4; i++) run(k, "x = 1", SESSION_OK); /* snapshots go */
        CHECK_EQ_INT(count_processes(mark), 20);
        if (way == 0) CHECK(kernel_restart(k) && await(k, KERNEL_READY));
        if (way == 1) kernel_stop(k);
        CHECK_EQ_INT(count_processes(mark), 0);
    }
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
            snprintf(code, sizeof code, "os.execute('%s setsid sleep 1000 &') %s", mark,
                     round % 2 ? "while true do end" : "os.execute('sleep 1000')");
            begin(k, code);
            await_until(k, KERNEL_DONE, now() + 50);
            for (pid_t pid = runner(k); pid > 1 && pid != getpid(); pid = parent_of(pid))
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
