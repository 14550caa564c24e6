/* test_cells.c -- the rewriting of cells, as text, and against Lua's own compiler. */
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>

#include "lua_api/cells.h"
#include "tests/test.h"

#define HEAD "local moonlab_cell,moonlab_show,moonlab_quiet=...;"

static char *rewritten(const char *code, cells_mode mode)
{
    char *out;
    size_t size;
    cells_result result = cells_rewrite(code, strlen(code), mode, &out, &size);
    if (result == CELLS_OK && size != strlen(out)) TEST_FAIL("the size of '%s' is wrong\n", code);
    return result == CELLS_OK ? out : NULL;
}

/* Checks what follows HEAD; EXPECTED NULL: not rewritten. */
static void check_mode(const char *code, const char *expected, cells_mode mode)
{
    char *out = rewritten(code, mode);
    if (!expected || !out) {
        if (expected || out) TEST_FAIL("'%s' became '%s'\n", code, out ? out : "nothing");
    } else if (strncmp(out, HEAD, strlen(HEAD)) != 0 || strcmp(out + strlen(HEAD), expected) != 0)
        TEST_FAIL("'%s' became '%s', not '%s'\n", code, out + strlen(HEAD), expected);
    free(out);
}

static void check(const char *code, const char *expected)
{
    check_mode(code, expected, CELLS_SESSION);
}

TEST("top-level locals become fields of the cell")
{
    check("local a = 1", " moonlab_cell.a = 1");
    check("local a, b = f()", " moonlab_cell.a, moonlab_cell.b = f()");
    check("local a", " moonlab_cell.a=nil;");
    check("local a, b;", " moonlab_cell.a, moonlab_cell.b=nil;;");
    check("local x = x", " moonlab_cell.x = x");
    check("local function f(x) local y = x return y end",
          "function moonlab_cell.f(x) local y = x return y end");
    check("x = 1 local y = x", "x = 1  moonlab_cell.y = x");
}

TEST("a const is a plain local, a close stays a local")
{
    check("local a <const> = 1", " moonlab_cell.a  = 1");
    check("local a <close> = f()", "local a <close> = f()");
    check("local a <const>, b <close> = 1, f()", "local a <const>, b <close> = 1, f()");
    check("local _ENV = {}", "local _ENV = {}");
}

TEST("lines keep their numbers")
{
    check("local a,\n  b\n  <\nconst\n> = 1", " moonlab_cell.a,\n  moonlab_cell.b\n  \n\n = 1");
    check("local\nfunction\nf() end", "\nfunction\nmoonlab_cell.f() end");
}

TEST("blocks and functions are left alone")
{
    check("do local a = 1 end", "do local a = 1 end");
    check("for i = 1, 2 do local q = i end", "for i = 1, 2 do local q = i end");
    check("if a then local b else local c end", "if a then local b else local c end");
    check("repeat local z = 1 until z", "repeat local z = 1 until z");
    check("function g() local h end", "function g() local h end");
    check("while true do local function k() end break end",
          "while true do local function k() end break end");
}

TEST("the last expression is shown")
{
    check("a + b", "moonlab_show(a + b)");
    check("f(1)", "moonlab_show(f(1))");
    check("x = 1\nx", "x = 1\nmoonlab_show(x)");
    check("1, 2", "moonlab_show(1, 2)");
    check("{a = 1}", "moonlab_show({a = 1})");
    check("f{a = 1}", "moonlab_show(f{a = 1})");
    check("net:fit(x, {epochs = 2})", "moonlab_show(net:fit(x, {epochs = 2}))");
    check("function(x) return x end", "moonlab_show(function(x) return x end)");
    check("-x ^ 2 .. 'a' -- comment", "moonlab_show(-x ^ 2 .. 'a') -- comment");
    check("(f or g)(x)", "moonlab_show((f or g)(x))");
    check("f 'a' [[b]].c", "moonlab_show(f 'a' [[b]].c)");
    check("a == b", "moonlab_show(a == b)");
    check("f(), g()", "moonlab_show(f(), g())");
}

TEST("a semicolon, an assignment and a return show nothing more")
{
    check("x;", "moonlab_quiet(x);");
    check("f();", "f();");
    check("x = f()", "x = f()");
    check("a.b, c[1] = f(), {d = 2}", "a.b, c[1] = f(), {d = 2}");
    check("f() x = 1", "f() x = 1");
    check("return 1", "return 1");
}

TEST("text that is run shows a bare expression, not a call, and keeps its locals")
{
    check_mode("local a = 1\na + 1", "local a = 1\nmoonlab_show(a + 1)", CELLS_EXPRESSION);
    check_mode("f(1)", "f(1)", CELLS_EXPRESSION);
}

TEST("strings, comments and long brackets hide what is in them")
{
    check("-- local a\nb = 'local c' .. \"\\\"local\" .. [==[ ]] local ]==] --[[ local\n]] local d "
          "= 1",
          "-- local a\nb = 'local c' .. \"\\\"local\" .. [==[ ]] local ]==] --[[ local\n]]  "
          "moonlab_cell.d = 1");
    check("#!/usr/bin/env moonlab\nx", "\nmoonlab_show(x)");
}

TEST("what is not Lua is left for Lua to say so")
{
    check("local", NULL);
    check("x = = 1", NULL);
    check("for i in", NULL);
    check("'unfinished", NULL);
    check("[[unfinished", NULL);
    check("f(", NULL);
    check("x 1", NULL);
    check("end", NULL);
    check("a b", NULL);
    check("1 + ", NULL);
    check("\xff", NULL);
}

TEST("nesting deeper than Lua's is given up, not run out of stack")
{
    static char deep[200001];
    memset(deep, '(', sizeof deep - 1);
    check(deep, NULL);
    memset(deep, '{', sizeof deep - 1);
    check(deep, NULL);
}

TEST("every prefix of a program gives text that Lua accepts, or is refused")
{
    static const char program[] =
        "local a <const>, b = 1, {x = 1, [2] = 'y'; 3}\nlocal function f(...) return select('#', "
        "...) end\n"
        "for i = 1, 10 do if i > 2 then goto done elseif i < 1 then local z = 2 end ::done:: end\n"
        "while not b do repeat until true end\nb.x, a1 = f(a, b), -2 ^ 3 // 1\nlocal c <close> = "
        "nil\n"
        "function b.g(self) return self:g() end\nb.h = function() end\na1 .. [[long]]";
    lua_State *L = luaL_newstate();
    for (size_t n = 0; n < sizeof program; n++) {
        char *out;
        size_t size;
        if (cells_rewrite(program, n, CELLS_SESSION, &out, &size) != CELLS_OK) continue;
        if (luaL_loadbufferx(L, out, size, "=cell", "t") != LUA_OK)
            TEST_FAIL("%s in:\n%s\n", lua_tostring(L, -1), out);
        lua_settop(L, 0);
        free(out);
    }
    /* What Lua accepts, the rewriting must understand. */
    for (size_t n = 0; n < sizeof program; n++) {
        char *out = NULL;
        size_t size;
        bool lua = luaL_loadbufferx(L, program, n, "=cell", "t") == LUA_OK;
        lua_settop(L, 0);
        if (lua && cells_rewrite(program, n, CELLS_SESSION, &out, &size) != CELLS_OK)
            TEST_FAIL("refused: %.*s\n", (int)n, program);
        free(out);
    }
    lua_close(L);
}

TEST("as a script for other programs, a bare expression is shown by a call, and all else stays")
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "local a = 1\na + 1 -- sum", "local a = 1\nshow(a + 1) -- sum" },
        { "a, b", "show(a, b)" },
        { "a + c;", "local _ = a + c;" },
        { "f(x)", "f(x)" },
        { "#!x\nlocal b", "#!x\nlocal b" },
        { "return 1", "return 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = rewritten(cases[i].from, CELLS_SCRIPT);
        CHECK_EQ_STR(out ? out : "nothing", cases[i].to);
        free(out);
    }
    CHECK(rewritten("a = = 1", CELLS_SCRIPT) == NULL);
}

static char names[200];

static void add_name(void *ctx, const char *name, size_t length)
{
    (void)ctx;
    snprintf(names + strlen(names), sizeof names - strlen(names), "%.*s ", (int)length, name);
}

TEST("the names that a cell makes or sets at its top level are found")
{
    static const struct {
        const char *code, *names;
    } cases[] = {
        { "local lr, n <const> = 0.1, 2", "lr n " },
        { "lr, epochs = 0.5, 200", "lr epochs " },
        { "local function f() x = 1 end function g() end function t.h() end", "f g " },
        { "t.x = 1 t[a], b = 1, 2 (f()).x = 3", "b " },
        { "a = b c = a == 2", "a c " },
        { "if x then y = 1 end for i = 1, 2 do z = 1 end do local w end", "" },
        { "f{a = 1} t.f(b) x", "" },
        { "a = 1 b = = 2 c = 3", "a " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        names[0] = '\0';
        cells_assigned(cases[i].code, strlen(cases[i].code), add_name, NULL);
        CHECK_EQ_STR(names, cases[i].names);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
