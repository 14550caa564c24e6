/* test_stopping.c -- calls that would take years end when they are interrupted, and the session goes on. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "lua_api/lua_api.h"
#include "tests/test.h"

/* ThreadSanitizer hands signals on at system calls only. */
#ifdef __SANITIZE_THREAD__
enum { SIGNALS_WAIT = 1 };
#else
enum { SIGNALS_WAIT = 0 };
#endif

static char output[256];
static session *running;

static void collect(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    size_t at = strlen(output);
    if (size > sizeof output - 1 - at) size = sizeof output - 1 - at;
    memcpy(output + at, text, size);
    output[at + size] = '\0';
}

static session_status cell(const char *code)
{
    output[0] = '\0';
    return session_cell(running, code, strlen(code), "cell 1");
}

static void on_alarm(int signal)
{
    (void)signal;
    session_interrupt(running);
}

static void interrupt_soon(void)
{
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 30000 }, NULL);
}

static const char *const endless[] = {
    "a:find('a*a*a*a*a*a*a*b')",
    "a:match('(a-)(a-)(a-)(a-)(a-)(a-)(a-)b')",
    "for x in a:gmatch('a?.-a?.-a?.-a?.-a?.-b') do end",
    "a:gsub('[a-c]*%a*[^b]*a*a*%f[b]', '')",
    "pcall(pcall, string.find, a, 'a*a*a*a*a*a*a*b') a:find('a*a*a*a*a*a*a*b')",
    "coroutine.wrap(function() a:find('a*a*a*a*a*a*a*b') end)()",
    "table.move({}, 1, 1 << 40, 2)",
    "table.insert(long, 1, 0)",
    "table.remove(long, 1)",
    "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
    "setmetatable({}, { __gc = function() while true do pcall(error) end end }) collectgarbage()",
    "setmetatable({}, { __gc = function() a:find('a*a*a*a*a*a*a*b') end }) collectgarbage()",
    "setmetatable({}, { __gc = pcall, __call = function() while true do end end }) "
    "collectgarbage()",
    "setmetatable({}, { __gc = setmetatable({}, { __call = function() while true do end end }) }) "
    "collectgarbage()",
};

TEST("calls that would take years are interrupted, and what was there before is there")
{
    if (SIGNALS_WAIT) {
        SKIP("ThreadSanitizer holds signals back while code runs");
        return;
    }
    char error[200];
    running = session_open(&(session_options){ .write = collect }, error, sizeof error);
    CHECK(cell("a = ('a'):rep(5000) x = lab.ones(3)\n"
               "long = setmetatable({}, { __len = function() return 1 << 40 end })") == SESSION_OK);
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        interrupt_soon();
        session_status status = cell(endless[i]);
        if (status != SESSION_INTERRUPTED)
            TEST_FAIL("'%s' ended with %d: %s", endless[i], status, session_error(running));
        CHECK(strstr(session_error(running), "cell 1:1: interrupted") != NULL);
        CHECK(cell("#a, x:sum():item(), ('abc'):find('c')") == SESSION_OK);
        CHECK_EQ_STR(output, "5000\n3.0\n3\n3\n");
    }
    signal(SIGALRM, SIG_DFL);
    session_close(running);
}

TEST("finalizers run as Lua's do: once, in any state, and their errors end nothing")
{
    char error[200];
    running = session_open(&(session_options){ .write = collect }, error, sizeof error);
    CHECK(cell("log = {}\n"
               "local function add(o) log[#log + 1] = o[1] end\n"
               "do local a, b = setmetatable({ 1 }, { __gc = add }), setmetatable({ 2 }, { __gc = "
               "add }) end\n"
               "collectgarbage() collectgarbage()") == SESSION_OK);
    CHECK(cell("table.concat(log, ' ')") == SESSION_OK);
    CHECK_EQ_STR(output, "2 1\n");
    CHECK(cell("for _, f in ipairs{error, coroutine.yield, 7, function(o) error(o) end,\n"
               "    function() coroutine.yield() end, function() collectgarbage() end} do\n"
               "  setmetatable({}, { __gc = f })\n"
               "end\n"
               "collectgarbage()") == SESSION_OK);
    CHECK(cell("m = { __gc = true } o = setmetatable({ 5 }, m)\n"
               "m.__gc = function(o) print(getmetatable(o) == m, o[1]) end\n"
               "o = nil collectgarbage();") == SESSION_OK);
    CHECK_EQ_STR(output, "true\t5\n");
    CHECK(cell("closed = 0 c = setmetatable({}, { __close = function() closed = closed + 1 end })\n"
               "for _, f in ipairs{error, coroutine.yield} do\n"
               "  setmetatable({}, { __gc = function() local x <close> = c f() end })\n"
               "end\n"
               "collectgarbage() closed") == SESSION_OK);
    CHECK_EQ_STR(output, "2\n");
    CHECK(cell("keep = setmetatable({}, { __gc = function() keep = 1 end })") == SESSION_OK);
    session_close(running);
}

TEST("many finalizers at once take no memory of their own")
{
    char error[200];
    session_options options = { .write = collect, .memory_limit = 60 << 20 };
    running = session_open(&options, error, sizeof error);
    CHECK(cell("n, t = 0, {} gc = function() n = n + 1 end\n"
               "for i = 1, 1e5 do t[i] = setmetatable({}, { __gc = gc }) end\n"
               "t = nil collectgarbage() n") == SESSION_OK);
    CHECK_EQ_STR(output, "100000\n");
    session_close(running);
}

TEST("help is given while code is interrupted, too")
{
    char error[200];
    running = session_open(&(session_options){ .write = collect }, error, sizeof error);
    session_interrupt(running);
    char *help = session_help(running, "lab.sum");
    CHECK(help && strstr(help, "sum"));
    free(help);
    session_close(running);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
