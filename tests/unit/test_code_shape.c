/* test_code_shape.c -- blocks, brackets, indentation and calls of unfinished Lua. */
#include "lua_api/lua_api.h"
#include "repl/code_kinds.h"
#include "repl/code_shape.h"
#include "tests/test.h"

static session *opened;

static const char *kinds_of(const char *code)
{
    static char kinds[256];
    char error[256] = "";
    if (!opened) opened = session_open(&(session_options){ .columns = 80 }, error, sizeof error);
    if (!opened) TEST_FAIL("no session: %s\n", error);
    session_highlight(opened, code, strlen(code), kinds);
    return kinds;
}

static int depth(const char *code)
{
    return code_depth(code, strlen(code), kinds_of(code));
}

/* The place of the partner of the bracket at or before POINT; -1 if there is none. */
static int partner(const char *code, size_t point)
{
    size_t size = strlen(code), at = code_partner(code, size, kinds_of(code), point);
    return at == size ? -1 : (int)at;
}

TEST("blocks and brackets that are open count, not those in strings and comments")
{
    CHECK_EQ_INT(depth(""), 0);
    CHECK_EQ_INT(depth("for i = 1, 3 do f(function()"), 3);
    CHECK_EQ_INT(depth("while x do end"), 0);
    CHECK_EQ_INT(depth("if x then y() else"), 1);
    CHECK_EQ_INT(depth("if x then y() elseif z then"), 1);
    CHECK_EQ_INT(depth("repeat x = {1, [2"), 3);
    CHECK_EQ_INT(depth("repeat until x"), 0);
    CHECK_EQ_INT(depth("local ending, dot = '({[do' -- do ("), 0);
}

TEST("a bracket at the cursor, else the one before it, finds its partner")
{
    CHECK_EQ_INT(partner("f(a, {1})", 1), 8);
    CHECK_EQ_INT(partner("f(a, {1})", 9), 1);
    CHECK_EQ_INT(partner("f(a, {1})", 5), 7);
    CHECK_EQ_INT(partner("f(')', 1)", 1), 8);
    CHECK_EQ_INT(partner("f(')', 1)", 3), -1);
    CHECK_EQ_INT(partner("f(a", 1), -1);
    CHECK_EQ_INT(partner("", 0), -1);
    CHECK_EQ_INT(partner("a", 0), -1);
}

/* "name, argument" of the call at the end of CODE; "" if it is in none. */
static const char *call(const char *code)
{
    static char text[64];
    size_t size = strlen(code), name, length;
    int argument;
    text[0] = '\0';
    if (code_call(code, size, size, kinds_of(code), &name, &length, &argument))
        snprintf(text, sizeof text, "%.*s, %d", (int)length, code + name, argument);
    return text;
}

TEST("the call around the cursor is known, and its argument")
{
    CHECK_EQ_STR(call("f("), "f, 0");
    CHECK_EQ_STR(call("nn.Linear(2, "), "nn.Linear, 1");
    CHECK_EQ_STR(call("x:sum(1, {keepdim = true, "), "x:sum, 1");
    CHECK_EQ_STR(call("f(g(1, 2), (3"), "f, 1");
    CHECK_EQ_STR(call("f('(', \",\", -- (\n 1, "), "f, 3");
    CHECK_EQ_STR(call("f(1) + "), "");
    CHECK_EQ_STR(call("f(function(a, b) return a, b end, "), "f, 1");
    CHECK_EQ_STR(call("f(function(a, b) x = "), "");
    CHECK_EQ_STR(call("a.b.c.d(e[f(1, 2)], "), "a.b.c.d, 1");
    CHECK_EQ_STR(call("f[1](2, "), "");
    CHECK_EQ_STR(call("(1 + 2"), "");
    CHECK_EQ_STR(call(""), "");
}

/* The indentation of a line after CODE, and of the line that ends it. */
static void check_indent(const char *code, int next, int own)
{
    int seen_own,
        seen = code_next_indent(code, strlen(code), strlen(code), kinds_of(code), &seen_own);
    if (seen != next || seen_own != own)
        TEST_FAIL("after '%s': %d, itself %d, not %d and %d", code, seen, seen_own, next, own);
}

TEST("lines are indented in blocks and brackets, less where these end")
{
    check_indent("for i = 1, 3 do", 2, 0);
    check_indent("for i = 1, 3 do\n  f()", 2, 2);
    check_indent("for i = 1, 3 do\n  end", 0, 0);
    check_indent("if x then\n  else", 2, 0);
    check_indent("repeat\n  f {\n    1,\n    }", 2, 2);
    check_indent("f(function()", 2, 0);
    check_indent("x = [[\n  a", 0, 2);
    check_indent("", 0, 0);
    check_indent("end", 0, 0);
}

static void highlight(void *ctx, const char *text, size_t size, char *kinds)
{
    *(size_t *)ctx += size;
    session_highlight(NULL, text, size, kinds);
}

TEST("after each change the kinds are what they would be if all were looked at again")
{
    static const char *const pieces[] = { "\n",  "[[", "]]", "--",   "--[[", "'",    "x ",
                                          "end", "\"", "1",  "\n\n", "[==[", "]==]", "\\" };
    char text[400] = "", all[400];
    size_t size = 0, seen = 0;
    unsigned random = 1;
    code_kinds k = { 0 };
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        const char *piece = pieces[(random >> 16) % 14];
        size_t n = strlen(piece), at = size ? (random >> 8) % (size + 1) : 0,
               cut = (random >> 20) % 8;
        if (cut > size - at) cut = size - at;
        if (size + n - cut >= sizeof text - 1) cut = size - at, n = 0;
        memmove(text + at + n, text + at + cut, size - at - cut + 1);
        memcpy(text + at, piece, n);
        size = size + n - cut;
        const char *kinds = code_kinds_of(&k, text, size, highlight, &seen);
        session_highlight(NULL, text, size, all);
        if (!kinds || memcmp(kinds, all, size) != 0)
            TEST_FAIL("%s\n%.*s\n%.*s", text, (int)size, kinds, (int)size, all);
    }
    code_kinds_free(&k);
}

TEST("a change in a long text costs its line only")
{
    static char text[100000];
    size_t size = 0, seen = 0;
    for (int i = 0; i < 1000; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "local x%d = %d\n", i, i);
    code_kinds k = { 0 };
    code_kinds_of(&k, text, size, highlight, &seen);
    CHECK_EQ_INT(seen, size);
    seen = 0, text[size / 2] = 'y';
    code_kinds_of(&k, text, size, highlight, &seen);
    CHECK(seen < 100);
    code_kinds_free(&k);
}

int main(int argc, char **argv)
{
    int status = test_main(argc, argv);
    if (opened) session_close(opened);
    return status;
}
