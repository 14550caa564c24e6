/* habits.c -- what Python, the shell and Jupyter have taught people to type, and what stands for it in Lua.
**
** Names are looked up when they have no value, and lines when they are no Lua: so nothing that works is ever refused. */
#include <ctype.h>
#include <lua.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/session.h"
#include "lua_api/tokens.h"

#define LINES_BACK  40 /* a block without its end is noticed late */
#define TOKENS_MOST 200

/* ---- names ----------------------------------------------------------------------------------- */

static const struct {
    const char *name, *hint;
} names[] = {
    { "quit", ":q ends the notebook (Esc first), Ctrl-D the prompt" },
    { "exit", ":q ends the notebook (Esc first), Ctrl-D the prompt; os.exit() ends a script" },
    { "None", "None is nil in Lua" },
    { "null", "null is nil in Lua" },
    { "True", "True is true in Lua" },
    { "False", "False is false in Lua" },
    { "len", "the length of x is #x" },
    { "range", "write for i = 1, n do … end" },
    { "enumerate", "write for i, x in ipairs(list) do … end" },
    { "str", "write tostring(x)" },
    { "repr", "write tostring(x)" },
    { "int", "write x // 1, or tonumber(text)" },
    { "float", "write tonumber(text)" },
    { "list", "lists are written {1, 2, 3}" },
    { "dict", "tables are written {name = value}" },
    { "sum", "write lab.sum(x), or x:sum()" },
    { "isinstance", "write type(x) == \"number\"" },
    { "input", "write io.read()" },
    { "open", "write io.open(path)" },
    { "torch", "it is called lab here: lab.randn(2, 3)" },
    { "np", "it is called lab here: lab.zeros(2, 3)" },
    { "numpy", "it is called lab here: lab.zeros(2, 3)" },
    { "tf", "tensors are lab's, layers nn's here" },
    { "keras", "layers and models are nn's here: nn.Sequential" },
    { "F", "functions of tensors are lab's here: lab.relu(x)" },
    { "pd", "tables of data are data's here: data.read_csv(path)" },
    { "pandas", "tables of data are data's here: data.read_csv(path)" },
    { "plt", "figures are plot's here: plot.line{y = x}" },
    { "self", "a method is written function object:name(…)" },
    { "ls", "a program is run by os.execute(\"ls\")" },
    { "pwd", "a program is run by os.execute(\"pwd\")" },
    { "array", "write lab.tensor {1, 2, 3}" },
    { "zip", "write for i = 1, #list do … list[i] … end" },
    { "whos", "F2 shows your variables in the notebook, :who at the prompt" },
    { "clear", ":clear takes an output away in the notebook (Esc first)" },
};
#define NAMES (int)(sizeof names / sizeof *names)

const char *session_habit_of_name(const char *name)
{
    for (int i = 0; i < NAMES; i++)
        if (strcmp(names[i].name, name) == 0) return names[i].hint;
    return NULL;
}

static bool has_value(lua_State *L, const char *name)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    session_raw_field(L, -1, name);
    bool has = !lua_isnil(L, -1);
    lua_pop(L, 2);
    return has;
}

bool session_push_command(lua_State *L, const char *code, size_t size)
{
    static const char *const commands[] = { "quit", "exit", "ls", "pwd", "whos", "clear" };
    while (size > 0 && isspace((unsigned char)*code)) code++, size--;
    while (size > 0 && isspace((unsigned char)code[size - 1])) size--;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *name = commands[i];
        if (strlen(name) != size || memcmp(name, code, size) != 0 || has_value(L, name)) continue;
        lua_pushfstring(L, "%s: %s", name, session_habit_of_name(name));
        return true;
    }
    return false;
}

/* ---- lines ----------------------------------------------------------------------------------- */

typedef struct words { /* of a line, without comments */
    const char *at[TOKENS_MOST];
    int length[TOKENS_MOST];
    token_kind kind[TOKENS_MOST];
    int n;
} words;

static void read_words(words *w, const char *s, const char *end)
{
    bool finished;
    w->n = 0;
    while (s < end && w->n < TOKENS_MOST) {
        if (isspace((unsigned char)*s) || *s == '\0') {
            s++;
            continue;
        }
        const char *after = token_scan(s, end, &w->kind[w->n], &finished);
        w->at[w->n] = s, w->length[w->n] = (int)(after - s);
        w->n += w->kind[w->n] != TOKEN_COMMENT;
        s = after;
    }
}

static bool is(const words *w, int i, const char *text)
{
    return i >= 0 && i < w->n && (int)strlen(text) == w->length[i] &&
           memcmp(w->at[i], text, strlen(text)) == 0;
}

static bool is_any(const words *w, int i, const char *characters)
{
    return i >= 0 && i < w->n && w->length[i] == 1 && strchr(characters, *w->at[i]);
}

/* Side by side, as the parts of an operator are. */
static bool are(const words *w, int i, const char *first, const char *second)
{
    return is(w, i, first) && is(w, i + 1, second) && w->at[i] + w->length[i] == w->at[i + 1];
}

static bool is_value(const words *w, int i)
{
    if (i < 0 || i >= w->n) return false;
    return w->kind[i] == TOKEN_NAME || w->kind[i] == TOKEN_NUMBER || w->kind[i] == TOKEN_STRING ||
           is_any(w, i, ")}]");
}

static bool has_word(const words *w, const char *word)
{
    int i = 0;
    while (i < w->n && !is(w, i, word)) i++;
    return i < w->n;
}

/* One that ends the line or has a blank after it, which none of Lua's has. */
static bool has_colon(const words *w)
{
    for (int i = 0; i < w->n; i++)
        if (is(w, i, ":") && (i + 1 == w->n || w->at[i + 1] > w->at[i] + 1)) return true;
    return false;
}

/* The bracket that word I stands in; ' ': none. */
static char bracket_around(const words *w, int i)
{
    int depth = 0;
    while (--i >= 0) {
        if (is_any(w, i, ")]}"))
            depth++;
        else if (is_any(w, i, "([{") && depth-- == 0)
            return *w->at[i];
    }
    return ' ';
}

/* What a line that begins like this was to be. */
static const char *habit_of_start(const words *w)
{
    bool colon = has_colon(w);
    if (is(w, 0, "!")) return "a program is run by os.execute(\"ls\")";
    if (is(w, 0, "%"))
        return "there are no % commands: the notebook shows the time of each cell, F2 its "
               "variables";
    if (is(w, 0, "#")) return "comments begin with --";
    if (is(w, 0, "import") || is(w, 0, "from"))
        return "lab, nn, optim, data, metrics and plot are there already; require loads other "
               "files";
    if (is(w, 0, "def")) return "functions are written function f(x) … end";
    if (is(w, 0, "elif")) return "write elseif … then";
    if (is(w, 0, "for") && colon) return "loops are written for i = 1, n do … end";
    if (is(w, 0, "while") && colon) return "loops are written while … do … end";
    if (colon && (is(w, 0, "if") || is(w, 0, "else"))) return "write if … then … else … end";
    if (is(w, 0, "try") || is(w, 0, "except")) return "write pcall(function() … end)";
    if (is(w, 0, "with") && colon) return "write lab.no_grad(function() … end) and the like";
    if (is(w, 0, "class") && colon) return "write Net = nn.Module:extend(\"Net\")";
    if ((is(w, 0, "print") || is(w, 0, "assert")) && is_value(w, 1) && w->kind[1] != TOKEN_STRING)
        return "functions are called with parentheses: print(x)";
    return NULL;
}

/* Characters that are no Lua, as they come from web pages and word processors; NULL: it is none. */
static const char *habit_of_character(const char *s, int n)
{
    static const struct {
        const char *bytes, *hint;
    } characters[] = {
        { "\xE2\x80\x98", "quotes are ' and \"" },
        { "\xE2\x80\x99", "quotes are ' and \"" },
        { "\xE2\x80\x9C", "quotes are ' and \"" },
        { "\xE2\x80\x9D", "quotes are ' and \"" },
        { "\xE2\x80\x93", "the minus sign is -" },
        { "\xE2\x88\x92", "the minus sign is -" },
        { "\xC2\xA0", "there is a blank that is none (U+00A0)" },
    };
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (strncmp(s, characters[i].bytes, strlen(characters[i].bytes)) == 0)
            return characters[i].hint;
    bool other = n > 0 && (unsigned char)*s >= 0x80;
    return other ? "names are written with the letters a to z, digits and _" : NULL;
}

/* Of a colon or an equals sign between brackets. */
static const char *habit_in_brackets(const words *w, int i)
{
    char around = bracket_around(w, i);
    if (is_any(w, i + 2, "({") && w->kind[i + 1] == TOKEN_NAME && is(w, i, ":")) return NULL;
    if (is(w, i, ":") && around == '[') return "slices are written x[\"1:3\"], both ends included";
    if (is(w, i, ":") && around == '{') return "tables are written {name = value}";
    if (is(w, i, "=") && around == '(' && w->kind[i - 1] == TOKEN_NAME && is_any(w, i - 2, "(,"))
        return "options are given in a table: f(x, {name = value})";
    return NULL;
}

static const char *habit_at(const words *w, int i)
{
    const char *hint = habit_in_brackets(w, i);
    if (hint) return hint;
    if (w->kind[i] == TOKEN_BAD && habit_of_character(w->at[i], w->length[i]))
        return habit_of_character(w->at[i], w->length[i]);
    if (are(w, i, "!", "=") || is(w, i, "!=")) return "Lua's != is ~=";
    if (are(w, i, "*", "*")) return "Lua's ** is ^";
    if (are(w, i, "&", "&")) return "Lua's && is and";
    if (are(w, i, "|", "|")) return "Lua's || is or";
    if (is_any(w, i, "+-*/") &&
        (are(w, i, "+", "=") || are(w, i, "-", "=") || are(w, i, "*", "=") || are(w, i, "/", "=")))
        return "write x = x + 1: Lua has no += and the like";
    if (are(w, i, "+", "+")) return "write x = x + 1: Lua has no ++";
    if (is(w, i, "!")) return "Lua's ! is not";
    if (is(w, i, "[") && (is_any(w, i - 1, "=(") || is(w, i - 1, "return") || i == 0))
        return "lists are written {1, 2, 3}";
    if (is(w, i, "#") && is_value(w, i - 1)) return "comments begin with --";
    if (is(w, i, "@") && is_value(w, i - 1)) return "products of matrices are written a:matmul(b)";
    if (is(w, i, "?")) return "a cell that begins with ? shows help, and so does F1";
    if (is(w, i, "is") && is_value(w, i - 1)) return "write x == nil";
    if (is(w, i, "in") && is(w, i - 1, "not")) return "write t[key] == nil";
    if (is(w, i, "if") && is_value(w, i - 1) && !has_word(w, "then"))
        return "write condition and a or b";
    if (is(w, i, "lambda")) return "write function(x) return … end";
    return NULL;
}

bool session_push_habit(lua_State *L, const char *source, int line)
{
    words w;
    const char *hint = NULL;
    for (int back = 0; back < LINES_BACK && line - back > 0 && !hint; back++) {
        if (!session_source_line(L, source, line - back)) break;
        size_t n;
        const char *s = lua_tolstring(L, -1, &n);
        read_words(&w, s, s + n);
        hint = habit_of_start(&w);
        for (int i = 0; i < w.n && !hint; i++) hint = habit_at(&w, i);
        lua_pop(L, 1);
    }
    if (hint) lua_pushstring(L, hint);
    return hint != NULL;
}
