/* test_kernel.c -- the kernel process: running, output in order, questions, interrupts. */
#define _GNU_SOURCE
#include "tests/unit/kernel_test.h"

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
    CHECK_EQ_STR(run(k, "io.stderr:write('oops') print(io.open('/dev/null'):read())", SESSION_OK),
                 "[oops]nil\n");
    run(k, "io.popen('printf x; printf y >&2'):close() os.execute('tty')", SESSION_OK);
    CHECK(strstr(said, "not a tty") != NULL);
    kernel_stop(k);
}

TEST("code that reads what is typed is told that it cannot")
{
    static const char *const all[] = { "io.read()",
                                       "io.read('n')",
                                       "for l in io.lines() do end",
                                       "io.stdin:read()",
                                       "for l in io.stdin:lines() do end",
                                       "io.input(io.stdin) io.read('a')" };
    kernel *k = start();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        run(k, all[i], SESSION_ERROR);
        if (!strstr(said, "a cell has no input to read; set a variable")) TEST_FAIL("%s", said);
    }
    run(k,
        "local f = io.tmpfile() f:write('a\\nb') f:seek('set') io.input(f) print(io.read(), "
        "f:read())",
        SESSION_OK);
    CHECK_EQ_STR(said, "a\tb\n");
    CHECK_EQ_STR(run(k, "for l in io.lines('/dev/null') do end x = io.input():close()", SESSION_OK),
                 "");
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

TEST("questions are answered between cells, one at a time")
{
    kernel *k = start();
    run(k, "local epochs, rate, t = 3, 0.5, lab.tensor{1, 2, 3, 4}", SESSION_OK);
    CHECK(kernel_ask(k, 7, "complete", "print(epo", 9, 9));
    CHECK(!kernel_run(k, 1, "x", "y", 1) && !kernel_ask(k, 8, "help", "", 0, 0));
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

TEST("while a cell runs the state from before it answers, and stays as it was")
{
    kernel *k = start();
    run(k, "local epochs, rate = 3, 0.5 model = nn.Linear(2, 3)", SESSION_OK);
    begin(k, "epochs = 4 rate = nil epochs_now = 5 while true do end");
    CHECK(await(k, KERNEL_RUNNING));
    for (int i = 0; i < 20; i++) {
        CHECK(kernel_ask(k, 100 + i, "complete", "print(epo", 9, 9));
        CHECK(await(k, KERNEL_ANSWER) && last.id == 100 + i);
        if (!strstr(answer, "\"words\":[\"epochs\"]")) TEST_FAIL("%s", answer);
        CHECK_EQ_INT(kernel_state_of(k), KERNEL_BUSY);
    }
    CHECK(kernel_ask(k, 1, "complete", "model:", 6, 6) && await(k, KERNEL_ANSWER));
    CHECK(strstr(answer, "\"forward(\"") != NULL);
    CHECK(kernel_ask(k, 2, "about", "lab.randn(", 10, 10) && await(k, KERNEL_ANSWER));
    CHECK(strstr(answer, "randn(") != NULL);
    /* Two at once. */
    CHECK(kernel_ask(k, 3, "complete", "lab.a", 5, 5) && kernel_ask(k, 4, "help", "lab.sum", 7, 0));
    CHECK(await(k, KERNEL_ANSWER));
    long long first = last.id;
    CHECK(await(k, KERNEL_ANSWER) && first + last.id == 7 && first != last.id);
    /* One that was not waited for, and the state comes back all the same. */
    CHECK(kernel_ask(k, 3, "variables", "", 0, 0));
    CHECK(kernel_rewind(k, next_id) && await(k, KERNEL_READY));
    CHECK_EQ_STR(run(k, "epochs, rate, epochs_now", SESSION_OK),
                 "<value 3\n><value 0.5\n><value nil\n>");
    kernel_stop(k);
}

TEST("without snapshots one that has no variables answers while a cell runs")
{
    kernel *k = start_with((kernel_options){ .most_snapshots = 0 });
    begin(k, "while true do end");
    CHECK(await(k, KERNEL_RUNNING) && strstr(reason, "off"));
    for (int i = 0; i < 3; i++) {
        CHECK(kernel_ask(k, i, "complete", "x = 1 lab.arang", 15, 15));
        CHECK(await(k, KERNEL_ANSWER) && last.id == i);
        if (!strstr(answer, "\"start\":10,\"words\":[\"arange(\"]")) TEST_FAIL("%s", answer);
    }
    kernel_kill(k);
    CHECK(await(k, KERNEL_ENDED) && strstr(reason, "signal 9"));
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

/* The columns of the widest line of what is said until an event of KIND has come. */
static int columns_until(kernel *k, kernel_event_kind kind)
{
    int widest = 0, n = 0;
    said_size = 0, said[0] = '\0';
    CHECK(await(k, kind));
    for (const char *s = said + strcspn(said, " "); *s; s++) {
        if (*s == '\n') n = 0;
        if ((unsigned char)*s >= ' ' && (*s & 0xC0) != 0x80 && ++n > widest) widest = n;
    }
    return widest;
}

TEST("what a cell shows while it runs follows the size, and so does what comes after it")
{
    kernel *k = start_with((kernel_options){ .session.utf8 = true, .session.redraw = true });
    begin(k, "local live, i = plot.live {}, 0 while true do i = i + 1 live:push('a', i) end");
    CHECK(columns_until(k, KERNEL_PROGRESS) > 60);
    for (int columns = 100; columns >= 40; columns--) kernel_resize(k, columns, 20, false);
    int n = 0;
    while (columns_until(k, KERNEL_PROGRESS) > 42 && n++ < 10) {
    }
    CHECK(n < 10);
    kernel_resize(k, 30, 20, false);
    kernel_interrupt(k);
    CHECK(await(k, KERNEL_DONE));
    begin(k, "lab.zeros(100)");
    CHECK(columns_until(k, KERNEL_VALUE) <= 32);
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
    kill(runner(k), SIGUSR1);
    kill(runner(k), SIGINT);
    kill(runner(k), SIGUSR2);
    kill(runner(k), SIGHUP);
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

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
