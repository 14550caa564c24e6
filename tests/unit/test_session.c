/* test_session.c -- sessions as a program uses them: cells, output, errors, completion, limits; and the memory that Lua's
** objects live in. */
#define _POSIX_C_SOURCE 200809L
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>

#include "lua_api/lua_api.h"
#include "lua_api/lua_memory.h"
#include "tests/test.h"

static char output[8192];
static size_t output_size;

static void collect(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    if (output_size + size >= sizeof output) size = sizeof output - 1 - output_size;
    memcpy(output + output_size, text, size);
    output[output_size += size] = '\0';
}

static session *open_quiet(session_options options)
{
    char error[256] = "";
    options.write = collect;
    session *s = session_open(&options, error, sizeof error);
    if (!s) TEST_FAIL("no session: %s\n", error);
    output_size = 0, output[0] = '\0';
    return s;
}

/* Runs a cell and returns what it printed. */
static const char *cell(session *s, const char *code, session_status expected)
{
    output_size = 0, output[0] = '\0';
    session_status status = session_cell(s, code, strlen(code), "cell 1");
    if (status != expected)
        TEST_FAIL("'%s' gave status %d, not %d: %s\n", code, status, expected, session_error(s));
    return output;
}

TEST("top-level locals live on in the following cells")
{
    session *s = open_quiet((session_options){ 0 });
    cell(s, "local a, b = 1, 2\nlocal function f(n) return n < 2 and 1 or n * f(n - 1) end",
         SESSION_OK);
    CHECK_EQ_STR(cell(s, "a + b", SESSION_OK), "3\n");
    CHECK_EQ_STR(cell(s, "f(5)", SESSION_OK), "120\n");
    CHECK_EQ_STR(cell(s, "a = a + 1; a", SESSION_OK), "2\n");
    CHECK_EQ_STR(cell(s, "_G.a, _G.f", SESSION_OK), "nil\nnil\n");
    cell(s, "function show_a() return a end local a = 7", SESSION_OK);
    CHECK_EQ_STR(cell(s, "show_a()", SESSION_OK), "7\n");
    session_close(s);
}

TEST("a local hides a global, also while it is nil, and globals stay globals")
{
    session *s = open_quiet((session_options){ 0 });
    cell(s, "g = 1 local print", SESSION_OK);
    CHECK_EQ_STR(cell(s, "print, _G.print ~= nil, g", SESSION_OK), "nil\ntrue\n1\n");
    cell(s, "print = 5", SESSION_OK);
    CHECK_EQ_STR(cell(s, "print, type(_G.print)", SESSION_OK), "5\nfunction\n");
    cell(s, "local x = x local math = math", SESSION_OK);
    CHECK_EQ_STR(cell(s, "x = x or {} x", SESSION_OK), "{}\n");
    CHECK_EQ_STR(cell(s, "math.floor(2.5)", SESSION_OK), "2\n");
    CHECK_EQ_STR(cell(s, "load('return x')()", SESSION_OK), "nil\n");
    session_close(s);
}

TEST("values are shown as soon as they are there, and a semicolon keeps them quiet")
{
    session *s = open_quiet((session_options){ 0 });
    CHECK_EQ_STR(cell(s, "1 + 1;", SESSION_OK), "");
    CHECK_EQ_STR(cell(s, "x = 5", SESSION_OK), "");
    CHECK_EQ_STR(cell(s, "return 1, 'a'", SESSION_OK), "1\na\n");
    CHECK_EQ_STR(cell(s, "io.write('a\\27[0m')", SESSION_OK), "a\xE2\x90\x9B[0m");
    CHECK_EQ_STR(cell(s, "", SESSION_OK), "");
    CHECK_EQ_STR(cell(s, "-- only this", SESSION_OK), "");
    session_close(s);
}

static char digits[512];

static void note_digits(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    snprintf(digits, sizeof digits, "%.*s", (int)size, text);
}

TEST("the digits in full of a value are told before it is shown")
{
    static const struct {
        const char *code, *digits;
    } cases[] = {
        { "0.1", "0.10000000000000001" },
        { "3", "3" },
        { "-(0/0)", "nan" },
        { "'0.1'", "" },
        { "{ b = 0.1, 2, { a = 'x' } }", "{2, , b = 0.10000000000000001}" },
        { "{ 1, 2 }", "" },
        { "lab.tensor({ { 0.1, 2 } })", "float32 1x2: 0.10000000149011612 2" },
        { "lab.tensor({ 1, 2 }, { dtype = 'int64' })", "int64 2: 1 2" },
        { "lab.tensor(0.5)", "float32: 0.5" },
        { "lab.arange(0, 10)['6:8']", "int64 3: 5 6 7" },
        { "lab.arange(0, 6):reshape(2, 3):t()", "int64 3x2: 0 3 1 4 2 5" },
        { "lab.zeros(0, 3)", "float32 0x3:" },
        { "local t = {} for i = 1, 100 do t[i] = t end t", "" },
    };
    session *s = open_quiet((session_options){ .digits = note_digits });
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        strcpy(digits, "not told");
        cell(s, cases[i].code, SESSION_OK);
        CHECK_EQ_STR(digits, cases[i].digits);
    }
    cell(s, "lab.arange(0, 1000)", SESSION_OK);
    CHECK(strncmp(digits, "int64 1000: #", 13) == 0 && strstr(digits, " 0 5 10 15 ") != NULL);
    cell(s, "plot.line { y = { 1, 0.1 }, label = 'a\\n\"b\"', ylabel = 'loss' }", SESSION_OK);
    CHECK(strstr(digits, "\nline 2 \"a\\x0a\\\"b\\\"\" 1\ny d 1 0.10000000000000001\n") != NULL);
    CHECK(strstr(digits, "\"loss\"") != NULL);
    CHECK(strncmp(digits, "moonlab figure 1\nshow 0 0 any\n", 30) == 0);
    cell(s, "plot.line { 1 }:show { cols = 40, rows = 9, charset = 'ascii', background = 'light' }",
         SESSION_OK);
    CHECK(strncmp(digits, "moonlab figure 1\nshow 40 9 ascii light\n", 39) == 0);
    session_close(s);
}

TEST("a variable of the cells is given a value from text, also a local")
{
    session *s = open_quiet((session_options){ 0 });
    cell(s, "local lr = 0.5 n = 1", SESSION_OK);
    CHECK(session_set(s, "lr", "{0.1, 2}") == SESSION_OK);
    CHECK(session_set(s, "n", "adam") == SESSION_OK);
    CHECK_EQ_STR(cell(s, "lr, n, _G.lr", SESSION_OK), "{0.1, 2}\nadam\nnil\n");
    CHECK(session_begin(s, "a/b.lua", 1, (char *[]){ (char[]){ "x" } }) == SESSION_OK);
    CHECK_EQ_STR(cell(s, "arg[0], arg[1], package.path:sub(1, 7)", SESSION_OK),
                 "a/b.lua\nx\na/?.lua\n");
    session_close(s);
}

TEST("an unfinished cell is told from a wrong one")
{
    session *s = open_quiet((session_options){ 0 });
    static const char *const unfinished[] = { "for i = 1, 2 do",
                                              "f(",
                                              "x = ",
                                              "1 +",
                                              "[[a",
                                              "--[[ a",
                                              "'a\\",
                                              "'a\\z",
                                              "local",
                                              "function f() return {",
                                              "if x then y() else" };
    static const char *const complete[] = { "x",  "f()", "for", "x = = 1", "end",
                                            "'a", "?x",  "x?",  "",        ")" };
    for (size_t i = 0; i < sizeof unfinished / sizeof *unfinished; i++) {
        if (session_complete(s, unfinished[i], strlen(unfinished[i])))
            TEST_FAIL("'%s' is taken for complete\n", unfinished[i]);
        cell(s, unfinished[i], SESSION_INCOMPLETE);
    }
    for (size_t i = 0; i < sizeof complete / sizeof *complete; i++)
        if (strcmp(complete[i], "for") != 0 &&
            !session_complete(s, complete[i], strlen(complete[i])))
            TEST_FAIL("'%s' is taken for unfinished\n", complete[i]);
    session_close(s);
}

TEST("an error leaves the session usable, with the line of an earlier cell")
{
    session *s = open_quiet((session_options){ 0 });
    static const char code[] = "function bad()\n  local t = nil\n  return t.x\nend";
    session_cell(s, code, sizeof code - 1, "cell 4");
    cell(s, "bad()", SESSION_ERROR);
    CHECK(strstr(session_error(s), "cell 4:3: attempt to index a nil value") != NULL);
    CHECK(strstr(session_error(s), "    3 | return t.x") != NULL);
    CHECK(strstr(session_error(s), "cell 1:1: in the main part") != NULL);
    CHECK_EQ_STR(cell(s, "'on'", SESSION_OK), "on\n");
    session_close(s);
}

TEST("os.exit ends a cell with its status, whatever catches errors")
{
    session *s = open_quiet((session_options){ 0 });
    cell(s, "pcall(pcall, os.exit, 3) x = 1", SESSION_EXIT);
    CHECK_EQ_INT(session_exit_code(s), 3);
    cell(s, "coroutine.wrap(function() pcall(os.exit, true) end)()", SESSION_EXIT);
    CHECK_EQ_INT(session_exit_code(s), 0);
    CHECK_EQ_STR(cell(s, "x", SESSION_OK), "nil\n");
    session_close(s);
}

/* ThreadSanitizer hands signals on at system calls only. */
#ifdef __SANITIZE_THREAD__
enum { SIGNALS_WAIT = 1 };
#else
enum { SIGNALS_WAIT = 0 };
#endif

static session *ticking;

static void on_alarm(int signal)
{
    (void)signal;
    session_time_over(ticking);
}

TEST("when the time is over, code ends, coroutines and pcall or not")
{
    if (SIGNALS_WAIT) {
        SKIP("ThreadSanitizer holds signals back while code runs");
        return;
    }
    session *s = ticking = open_quiet((session_options){ .time_limit = 7 });
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
    static const char *const endless[] = {
        "while true do pcall(error) end",
        "while true do coroutine.wrap(function() pcall(coroutine.yield) end)() end",
        "local function nest(n) if n == 0 then while true do pcall(error) end end\n"
        "  local c = coroutine.create(nest) while true do coroutine.resume(c, n - 1) end end "
        "nest(20)",
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 50000 }, NULL);
        cell(s, endless[i], SESSION_ERROR);
        CHECK(strstr(session_error(s), "time limit of 7 seconds") != NULL);
        CHECK_EQ_STR(cell(s, "local c = coroutine.wrap(function() return 1 end) c()", SESSION_OK),
                     "1\n");
    }
    signal(SIGALRM, SIG_DFL);
    session_close(s);
}

TEST("code that is stopped leaves its modes as it found them")
{
    if (SIGNALS_WAIT) {
        SKIP("ThreadSanitizer holds signals back while code runs");
        return;
    }
    session *s = ticking = open_quiet((session_options){ .time_limit = 7 });
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
    cell(s,
         "m = nn.Linear(1, 1):compile { optimizer = 'sgd', loss = function() while true do end end "
         "}\n"
         "x = lab.zeros(2, 1) m:eval()",
         SESSION_OK);
    static const char *const endless[] = {
        "lab.no_grad(function() while true do end end)",
        "coroutine.wrap(function() lab.no_grad(function() while true do end end) end)()",
        "m:fit(x, x)",
        "coroutine.wrap(function() m:fit(x, x) end)()",
        "m:evaluate(x, x)",
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 50000 }, NULL);
        cell(s, endless[i], SESSION_ERROR);
        CHECK_EQ_STR(cell(s, "lab.is_grad_enabled(), m.training", SESSION_OK), "true\nfalse\n");
    }
    signal(SIGALRM, SIG_DFL);
    session_close(s);
}

TEST("a line that is drawn again gives way to what is printed, and ends with the run")
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* for the widths of characters */
    session *s = open_quiet((session_options){ .redraw = true, .utf8 = true, .columns = 12 });
    cell(s, "console = require 'lab.console'", SESSION_OK);
    CHECK_EQ_STR(cell(s, "console.redraw('1') console.redraw('2') print('x') console.redraw('3')",
                      SESSION_OK),
                 "\r1\033[K\r2\033[K\r\033[Kx\n\r3\033[K\n");
    CHECK_EQ_STR(cell(s, "console.redraw('4') console.erase() print(5)", SESSION_OK),
                 "\r4\033[K\r\033[K5\n");
    CHECK_EQ_STR(cell(s, "console.redraw('a long line, cut')", SESSION_OK),
                 "\ra long l\u2026\033[K\n");
    CHECK_EQ_STR(cell(s, "console.redraw('\\27[31m\\n')", SESSION_OK),
                 "\r\u241b[31m\u240a\033[K\n");
    CHECK_EQ_STR(cell(s, "console.redraw('6') error('x')", SESSION_ERROR), "\r6\033[K\n");
    CHECK_EQ_STR(
        cell(s,
             "console.cut('a\\u{0301}bcd', 3), console.cut('ab', 0), console.columns('\\u{4e2d}')",
             SESSION_OK),
        "a\u0301b\u2026\n\n2\n");
    session_close(s);
    s = open_quiet((session_options){ .columns = 12 });
    CHECK_EQ_STR(cell(s, "require('lab.console').redraw('1') print('x')", SESSION_OK), "x\n");
    session_close(s);
}

TEST("the coroutine library is Lua's in all else")
{
    session *s = open_quiet((session_options){ 0 });
    CHECK_EQ_STR(cell(s,
                      "coroutine.resume(coroutine.create(function(...) return ... end), 1, nil, 3)",
                      SESSION_OK),
                 "true\n1\nnil\n3\n");
    CHECK_EQ_STR(cell(s, "local c = coroutine.create(error) coroutine.resume(c, {1})", SESSION_OK),
                 "false\n{1}\n");
    CHECK_EQ_STR(cell(s, "coroutine.resume(coroutine.running())", SESSION_OK),
                 "false\ncannot resume non-suspended coroutine\n");
    CHECK_EQ_STR(cell(s, "pcall(coroutine.wrap(function() error('x', 0) end))", SESSION_OK),
                 "false\nx\n");
    CHECK_EQ_STR(
        cell(
            s,
            "local closed = 0\n"
            "local c = coroutine.create(function()\n"
            "  local x <close> = setmetatable({}, {__close = function() closed = closed + 1 end})\n"
            "  coroutine.yield() end)\n"
            "coroutine.resume(c) local good = coroutine.close(c)\n"
            "good, closed, coroutine.status(c)",
            SESSION_OK),
        "true\n1\ndead\n");
    CHECK_EQ_STR(cell(s, "pcall(coroutine.close, coroutine.running())", SESSION_OK),
                 "false\ncannot close a running coroutine\n");
    CHECK_EQ_STR(cell(s,
                      "local n = 0 for i in coroutine.wrap(function() for i = 1, 3 do "
                      "coroutine.yield(i) end end) do "
                      "n = n + i end n",
                      SESSION_OK),
                 "6\n");
    session_close(s);
}

TEST("a session without memory for its code fails as an error")
{
    session *s = open_quiet((session_options){ .safe = true, .memory_limit = 8 << 20 });
    cell(s, "do local t = {} for i = 1, 1e9 do t[i] = {} end end", SESSION_ERROR);
    CHECK(strstr(session_error(s), "out of memory") != NULL);
    cell(s, "x = ('x'):rep(1 << 30)", SESSION_ERROR);
    CHECK_EQ_STR(cell(s, "1", SESSION_OK), "1\n");
    session_close(s);
}

TEST("a seed fixes math.random and the order of pairs")
{
    char first[2048] = "";
    for (int i = 0; i < 3; i++) {
        session *s = open_quiet((session_options){ .has_seed = true, .seed = 5 });
        cell(s,
             "local t = {} for i = 1, 50 do t[{}] = i t['k' .. i] = i end\n"
             "for _, v in pairs(t) do io.write(v, ' ') end print(math.random())",
             SESSION_OK);
        if (i == 0)
            memcpy(first, output, sizeof first - 1);
        else
            CHECK_EQ_STR(output, first);
        session_close(s);
    }
}

TEST("blocks of Lua's memory keep their contents whatever their sizes become")
{
    enum { N = 500 };
    static struct {
        unsigned char *p;
        size_t size;
    } blocks[N];
    lua_memory *m = lua_memory_open();
    uint32_t state = 1;
    for (int step = 0; step < 100000; step++) {
        state = state * 1664525u + 1013904223u;
        int i = (int)(state >> 8) % N;
        size_t size = (state >> 20) % 3 == 0 ? 0 : (state >> 17) % 1500;
        for (size_t k = 0; k < blocks[i].size; k++)
            if (blocks[i].p[k] != (unsigned char)i) {
                TEST_FAIL("block %d is damaged\n", i);
                return;
            }
        unsigned char *p = lua_memory_alloc(m, blocks[i].p, blocks[i].size, size);
        CHECK((p == NULL) == (size == 0) && (uintptr_t)p % 16 == 0);
        if (p) memset(p, i, size);
        blocks[i].p = p, blocks[i].size = p ? size : 0;
    }
    for (int i = 0; i < N; i++) lua_memory_alloc(m, blocks[i].p, blocks[i].size, 0);
    lua_memory_limit(m, 1000);
    void *p = lua_memory_alloc(m, NULL, 5, 900); /* the second size is then a kind */
    CHECK(p != NULL);
    CHECK(lua_memory_alloc(m, NULL, 0, 200) == NULL);
    CHECK(lua_memory_alloc(m, p, 900, 1100) == NULL);
    p = lua_memory_alloc(m, p, 900, 20);
    CHECK(p != NULL && lua_memory_alloc(m, p, 20, 0) == NULL);
    lua_memory_close(m);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
