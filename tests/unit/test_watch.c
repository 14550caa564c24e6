/* test_watch.c -- the names that a cell reads and writes, and that watching them changes nothing. */
#include <stdlib.h>

#include "lua_api/lua_api.h"
#include "tests/test.h"

static char output[4096];
static size_t output_size;

static void collect(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    if (output_size + size >= sizeof output) size = sizeof output - 1 - output_size;
    memcpy(output + output_size, text, size);
    output[output_size += size] = '\0';
}

static session *open_watched(void)
{
    char error[256] = "";
    session *s = session_open(&(session_options){ .write = collect }, error, sizeof error);
    if (!s) TEST_FAIL("no session: %s\n", error);
    session_watch_names(s);
    return s;
}

static const char *run(session *s, const char *code)
{
    output_size = 0, output[0] = '\0';
    if (session_cell(s, code, strlen(code), "cell 1") != SESSION_OK)
        collect(NULL, session_error(s), strlen(session_error(s)));
    return output;
}

static void join(char out[256], char **names)
{
    out[0] = '\0';
    for (int i = 0; names && names[i]; i++) {
        strcat(strcat(out, i ? " " : ""), names[i]);
        free(names[i]);
    }
    free(names);
}

/* Runs CODE, which reads and writes these names. */
static void check_names(session *s, const char *code, const char *reads, const char *writes)
{
    char read[256], written[256];
    const char *printed = run(s, code);
    if (strstr(printed, "cell 1:")) TEST_FAIL("'%s': %s", code, printed);
    join(read, session_names_read(s));
    join(written, session_names_written(s));
    if (strcmp(read, reads) != 0 || strcmp(written, writes) != 0)
        TEST_FAIL("'%s' reads '%s' and writes '%s'", code, read, written);
}

TEST("a cell's reads and writes are the variables it uses, not those it mentions")
{
    session *s = open_watched();
    check_names(s, "local lr, epochs = 0.5, 3 x = 1", "", "epochs lr x");
    check_names(s, "y = x + lr", "lr x", "y");
    check_names(s, "x = 5 z = x", "", "x z");
    check_names(s, "x = x + 1", "x", "x");
    check_names(s, "if false then x = lr end print(math.pi, lab, _)", "", "");
    check_names(s, "function step() total = (total or 0) + lr return y end", "", "step");
    check_names(s, "step()", "lr step y", "total");
    check_names(s, "step()", "lr step total y", "total");
    check_names(s, "local lr = lr * 2", "lr", "lr");
    check_names(s, "lr = nil", "", "lr");
    check_names(s, "1 + 1", "", "");
    check_names(s, "?x", "", "");
    check_names(s, "load('w = y')()", "y", "w");
    check_names(s, "local x = 3", "", "x");
    check_names(s, "y = x", "x", "y");
    session_close(s);
}

TEST("changes inside tensors, modules and tables are writes")
{
    session *s = open_watched();
    run(s, "t = lab.zeros(3) u = t log = {} net = nn.Linear(2, 1) deep = {a = {b = {1}}}");
    check_names(s, "print(t, log, deep.a.b[1])", "deep log t", "");
    check_names(s, "t:add_(1)", "t", "t");
    check_names(s, "log[#log + 1] = 3", "log", "log");
    check_names(s, "deep.a.b[1] = 2", "deep", "deep");
    check_names(s, "local opt = optim.SGD(net:parameters(), {lr=0.1})", "net", "opt");
    check_names(s, "net(lab.ones(1, 2)):sum():backward() opt:step()", "net opt", "net");
    session_close(s);
}

TEST("names that failed cells used are noted, and every variable is there again")
{
    session *s = open_watched();
    run(s, "a, b = 1, 2 local c, value = 3, 4");
    const char *message = run(s, "d = a + c\nprint(valu)\nerror('no')");
    CHECK(strstr(message, "no") != NULL);
    char names[256];
    join(names, session_names_written(s));
    CHECK_EQ_STR(names, "d");
    message = run(s, "d = a vaule()");
    if (!strstr(message, "did you mean value?")) TEST_FAIL("%s", message);
    CHECK_EQ_STR(run(s, "a, b, c, value, d"), "1\n2\n3\n4\n1\n");
    session_close(s);
}

TEST("watching changes nothing that code can see")
{
    session *s = open_watched();
    run(s, "x = 1 local x = 2 local y = 3 function globals() return load('return x, y')() end");
    CHECK_EQ_STR(run(s, "x, y"), "2\n3\n");
    CHECK_EQ_STR(run(s, "globals()"), "1\nnil\n");
    run(s, "local print = print function later() return math end local math = {pi = 3}");
    CHECK_EQ_STR(run(s, "print(later().pi, y)"), "3\t3\n");
    run(s, "x = nil y = nil");
    CHECK_EQ_STR(run(s, "globals()"), "1\nnil\n");
    CHECK_EQ_STR(run(s, "x, y"), "nil\nnil\n");
    run(s, "local w = 1");
    run(s, "load('w = 5')()");
    CHECK_EQ_STR(run(s, "w, load('return w')()"), "1\n5\n");
    session_close(s);
}

TEST("code that looks at the table of globals sees all of it, and is watched by its text")
{
    session *s = open_watched();
    run(s, "a, b = 1, 2 local c = 3");
    check_names(
        s,
        "local n = 0 for k in pairs(_G) do if k == 'a' or k == 'b' then n = n + 1 end end print(n)",
        "", "n");
    CHECK_EQ_STR(output, "2\n");
    CHECK_EQ_STR(run(s, "_G.c, rawget(_G, 'a')"), "nil\n1\n");
    check_names(s, "a = b + c", "a b c", "a");
    check_names(s, "q = 1", "", "q");
    session_close(s);
    s = open_watched();
    run(s, "a = 1 local b = 2");
    run(s, "load('setmetatable(_G, {__index = function(_, k) return k end})')()");
    CHECK_EQ_STR(run(s, "a, b, anything"), "1\n2\nanything\n");
    session_close(s);
}

TEST("an interrupted cell leaves every variable in its place")
{
    session *s = open_watched();
    run(s, "a = 1 local b = 2");
    run(s, "local i = 0 pcall(function() a = a + 1 os.exit(3) end)");
    CHECK_EQ_STR(run(s, "a, b"), "2\n2\n");
    session_close(s);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
