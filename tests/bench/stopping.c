/* stopping.c -- how long running code goes on after an interrupt: bench_stopping [ROW], all rows or those with ROW in their
** name.  Each row is a session in a process of its own: the preparation runs, then the code, which is interrupted after
** AFTER milliseconds.  Prints a Markdown table. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lua_api/lua_api.h"

enum { AFTER = 600, PATIENCE = 20 }; /* milliseconds, seconds */

static const struct row {
    const char *name, *prepare, *code;
} rows[] = {
    { "endless loop", "", "while true do end" },
    { "loop of pcall", "", "while true do pcall(error) end" },
    { "loop of coroutines", "", "while true do coroutine.wrap(function() pcall(error) end)() end" },
    { "finalizer that never ends", "",
      "setmetatable({}, { __gc = function() while true do end end }) while true do "
      "collectgarbage() end" },
    { "matmul 9000", "a = lab.randn(9000, 9000)", "return a:matmul(a)" },
    { "svd 3000", "a = lab.randn(3000, 3000)", "return lab.svd(a)" },
    { "svd 500, 64 matrices", "a = lab.randn(64, 500, 500)", "return lab.svd(a)" },
    { "svdvals 3000", "a = lab.randn(3000, 3000)", "return lab.svdvals(a)" },
    { "eigh 3000", "a = lab.randn(3000, 3000)", "return lab.eigh(a)" },
    { "qr 4000", "a = lab.randn(4000, 4000)", "return lab.qr(a)" },
    { "inv 5000", "a = lab.randn(5000, 5000)", "return lab.inv(a)" },
    { "det 6000", "a = lab.randn(6000, 6000)", "return lab.det(a)" },
    { "solve 5000", "a = lab.randn(5000, 5000)", "return lab.solve(a, a)" },
    { "lstsq 3000", "a = lab.randn(3000, 3000)", "return lab.lstsq(a, a)" },
    { "cholesky 8000", "a = lab.eye(8000)", "return lab.cholesky(a)" },
    { "solve_triangular 5000", "a = lab.eye(5000)", "return lab.solve_triangular(a, a, false)" },
    { "pinv 3000", "a = lab.randn(3000, 3000)", "return lab.pinv(a)" },
    { "sort 64 M", "a = lab.rand(64e6)", "return a:sort()" },
    { "argsort 64 M", "a = lab.rand(64e6)", "return a:argsort()" },
    { "topk 64 M", "a = lab.rand(64e6)", "while true do a:topk(5) end" },
    { "median 64 M", "a = lab.rand(64e6)", "while true do a:median() end" },
    { "mode 64 M", "a = lab.rand(64e6)", "while true do a:mode() end" },
    { "kthvalue 64 M", "a = lab.rand(64e6)", "while true do a:kthvalue(9) end" },
    { "quantile 64 M", "a = lab.rand(64e6)", "while true do a:quantile(0.3) end" },
    { "unique 32 M", "a = lab.rand(32e6)", "while true do a:unique() end" },
    { "unique rows 8 M", "a = lab.rand(8e6, 2)", "while true do a:unique{dim=1} end" },
    { "searchsorted 64 M", "a = lab.rand(64e6)", "while true do lab.searchsorted(a, a) end" },
    { "histc 200 M", "a = lab.rand(200e6)", "while true do a:histc(9, 0, 1) end" },
    { "bincount 100 M", "a = lab.ones(100e6, {dtype='int64'})", "while true do a:bincount() end" },
    { "cumsum 400 M", "a = lab.rand(400e6)", "while true do a:cumsum(1) end" },
    { "cummax 200 M", "a = lab.rand(200e6)", "while true do a:cummax(1) end" },
    { "cumsum of 4 columns, 100 M", "a = lab.rand(100e6, 4)", "while true do a:cumsum(1) end" },
    { "sum 400 M", "a = lab.rand(400e6)", "while true do a:sum() end" },
    { "exp 400 M", "a = lab.rand(400e6)", "while true do a:exp() end" },
    { "flip 200 M", "a = lab.rand(200e6)", "while true do a:flip(1) end" },
    { "index 100 M", "a = lab.rand(100e6) i = lab.randint(1, 100e6, 100e6)",
      "while true do a:index_select(1, i) end" },
    { "nonzero 200 M", "a = lab.rand(200e6)", "while true do a:nonzero() end" },
    { "masked_select 200 M", "a = lab.rand(200e6) m = a:gt(0.5)",
      "while true do a:masked_select(m) end" },
    { "randperm 100 M", "", "while true do lab.randperm(100e6) end" },
    { "multinomial 50 M", "a = lab.rand(50e6)",
      "while true do lab.multinomial(a, 10e6, true) end" },
    { "rand 400 M", "", "while true do lab.rand(400e6) end" },
    { "arange 400 M", "", "while true do lab.arange(400e6) end" },
    { "cat 400 M", "a = lab.rand(200e6)", "while true do lab.cat({a, a}, 1) end" },
    { "cdist 20000", "a = lab.rand(20000, 64)", "while true do lab.cdist(a, a) end" },
    { "einsum", "a = lab.rand(300, 300, 300)",
      "while true do lab.einsum('abc,dbe->acde', a, a) end" },
    { "tolist 30 M", "a = lab.rand(30e6)", "return a:tolist()" },
    { "from table 10 M", "t = {} for i = 1, 1e7 do t[i] = i end",
      "while true do lab.tensor(t) end" },
    { "print of a tensor", "a = lab.rand(2e5, 1000)", "while true do print(a) end" },
    { "print of 200 MB", "s = ('x'):rep(200e6)", "print(s)" },
    { "display of 200 MB", "s = ('x'):rep(200e6)", "return s" },
    { "lab.save 2 GB", "a = lab.zeros(500e6)", "lab.save('bench.safetensors', {a=a})" },
    { "lab.load 2 GB", "lab.save('bench.safetensors', {a=lab.zeros(500e6)})",
      "while true do lab.load('bench.safetensors') end" },
    { "save npy 2 GB", "a = lab.zeros(500e6)", "lab.save('bench.npy', a)" },
    { "load npy 2 GB", "lab.save('bench.npy', lab.zeros(500e6))",
      "while true do lab.load('bench.npy') end" },
    { "save npz 2 GB", "a = lab.zeros(500e6)", "lab.save('bench.npz', {a=a})" },
    { "read CSV 400 MB",
      "f = io.open('bench.csv', 'w') f:write('a,b\\n') s = ('0.125,7\\n'):rep(1e6) "
      "for i = 1, 50 do f:write(s) end f:close()",
      "while true do data.read_csv('bench.csv') end" },
    { "plot of 100 M points", "a = lab.rand(100e6)", "plot.line(a):show()" },
    { "scatter of 100 M points", "a = lab.rand(100e6)", "plot.scatter(a, a):show()" },
    { "hist of 100 M numbers", "a = lab.rand(100e6)", "plot.hist(a):show()" },
    { "svg of 100 M points", "a = lab.rand(100e6)", "plot.line(a):save('bench.svg')" },
    { "string.rep 1 GB", "", "local s = ('x'):rep(1e9)" },
    { "string.rep with a separator", "", "local s = ('x'):rep(5e8, ',')" },
    { "string.upper 1 GB", "s = ('x'):rep(500e6) s = s .. s", "return #s:upper()" },
    { "string.reverse 1 GB", "s = ('x'):rep(500e6) s = s .. s", "return #s:reverse()" },
    { "gsub of 200 MB", "s = ('ab'):rep(100e6)", "return #s:gsub('a', 'c')" },
    { "find in 1 GB", "s = ('a'):rep(500e6) s = s .. s", "while true do s:find('a[b]') end" },
    { "plain find in 1 GB", "s = ('a'):rep(500e6) s = s .. s",
      "while true do s:find('aaaaaaaaaab', 1, true) end" },
    { "catastrophic pattern", "s = ('a'):rep(1000)", "return s:match('a*a*a*a*a*a*b')" },
    { "gmatch, catastrophic", "s = ('a'):rep(1000)", "for w in s:gmatch('a-a-a-a-a-a-b') do end" },
    { "format %q of 200 MB", "s = ('a\\n'):rep(100e6)",
      "while true do string.format('%q', s) end" },
    { "utf8.len of 1 GB", "s = ('a'):rep(500e6) s = s .. s", "while true do utf8.len(s) end" },
    { "table.sort 4 M", "t = {} for i = 1, 4e6 do t[i] = i * 7919 % 1000003 end", "table.sort(t)" },
    { "table.concat 40 M", "t = {} for i = 1, 4e7 do t[i] = 'ab' end", "return #table.concat(t)" },
    { "table.move 1e12", "t = {}", "table.move(t, 1, 1e12, 2)" },
    { "table.insert in front", "t = {} for i = 1, 5e7 do t[i] = i end", "table.insert(t, 1, 0)" },
    { "table.remove in front", "t = {} for i = 1, 5e7 do t[i] = i end", "table.remove(t, 1)" },
    { "table.unpack", "t = setmetatable({}, { __index = function() while true do end end })",
      "table.unpack(t, 1, 1e5)" },
    { "collectgarbage of 20 M tables", "t = {} for i = 1, 2e7 do t[i] = {} end",
      "while true do collectgarbage() end" },
    { "os.execute", "", "os.execute('sleep 30')" },
    { "reading a pipe", "", "io.popen('sleep 30'):read('a')" },
    { "reading a file of 2 GB", "lab.save('bench.npy', lab.zeros(500e6))",
      "while true do io.open('bench.npy'):read('a') end" },
};

static session *running;
static volatile struct timespec sent;

static double seconds_between(struct timespec a, struct timespec b)
{
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

static void on_alarm(int signal)
{
    (void)signal;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sent.tv_sec = now.tv_sec, sent.tv_nsec = now.tv_nsec;
    session_interrupt(running);
    kill(0, SIGINT); /* as a terminal does, for programs that the code waits for */
}

static void ignore(int signal)
{
    (void)signal; /* unlike SIG_IGN, not handed down to programs */
}

static void discard(void *ctx, const char *text, size_t size)
{
    (void)ctx, (void)text, (void)size;
}

static session_status run(const char *code)
{
    return session_cell(running, code, strlen(code), "row");
}

static void measure(const struct row *row)
{
    char error[256];
    session_options options = { .write = discard };
    setpgid(0, 0);
    sigaction(SIGINT, &(struct sigaction){ .sa_handler = ignore }, NULL);
    running = session_open(&options, error, sizeof error);
    if (!running || run(row->prepare) != SESSION_OK) {
        printf("| %s | cannot be prepared: %s |\n", row->name,
               running ? session_error(running) : error);
        return;
    }
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = AFTER * 1000 }, NULL);
    session_status status = run(row->code);
    clock_gettime(CLOCK_MONOTONIC, &end);
    setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
    struct timespec at = { sent.tv_sec, sent.tv_nsec };
    if (status == SESSION_INTERRUPTED && at.tv_sec)
        printf("| %s | %.0f ms |\n", row->name, 1e3 * seconds_between(at, end));
    else if (status == SESSION_OK)
        printf("| %s | ended by itself, %.0f ms after the interrupt |\n", row->name,
               1e3 * (seconds_between(start, end) - AFTER * 1e-3));
    else
        printf("| %s | %.*s |\n", row->name, (int)strcspn(session_error(running), "\n"),
               session_error(running));
}

static void measure_apart(const struct row *row)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        measure(row);
        fflush(stdout);
        _exit(0);
    }
    int status;
    for (int i = 0; i < 100 * PATIENCE && waitpid(pid, &status, WNOHANG) == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    if (kill(pid, 0) == 0 && waitpid(pid, &status, WNOHANG) == 0) {
        printf("| %s | not stopped |\n", row->name);
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/moonlab-stopping-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) < 0) return perror(folder), 1;
    printf("| interrupted | stopped after |\n|---|---:|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (argc < 2 || strstr(rows[i].name, argv[1])) measure_apart(&rows[i]);
    static const char *const files[] = { "bench.safetensors", "bench.npy", "bench.npz", "bench.csv",
                                         "bench.svg" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) remove(files[i]);
    return rmdir(folder) < 0;
}
