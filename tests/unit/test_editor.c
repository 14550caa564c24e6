/* test_editor.c -- what the prompt's editor knows of the language, without a terminal. */
#include "lua_api/lua_api.h"
#include "repl/editor.h"
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
    return editor_depth(code, strlen(code), kinds_of(code));
}

/* The place of the partner of the bracket at or before POINT; -1 if there is none. */
static int partner(const char *code, size_t point)
{
    size_t size = strlen(code), at = editor_partner(code, size, kinds_of(code), point);
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

int main(int argc, char **argv)
{
    int status = test_main(argc, argv);
    if (opened) session_close(opened);
    return status;
}
