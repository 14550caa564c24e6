/* help.c -- help(x), ?x, moonlab doc: from the operator table and the comments of the Lua modules. */
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"
#include "lua_api/binding.h"
#include "lua_api/display.h"
#include "lua_api/help_page.h"
#include "lua_api/session.h"

/* Functions of lab that are not operators. */
static const struct {
    const char *name, *arguments, *help;
} functions[] = {
#define FUNCTION(name, arguments, help) { name, arguments, help },
#include "lua_api/lab_functions.def"
};

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

/* ---- by name --------------------------------------------------------------------------------- */

/* "lab.sum", "tensor:sum", "x:sum" and "sum" without what stands before "sum". */
static const char *bare_name(const char *name)
{
    const char *colon = strchr(name, ':');
    if (colon && !strchr(name, '.')) return colon + 1;
    return strncmp(name, "lab.", 4) == 0 || strncmp(name, "lab:", 4) == 0 ? name + 4 : name;
}

static int find_operator(const char *name)
{
    char other[64];
    int op = ml_op_find(name);
    size_t n = strlen(name);
    if (op >= 0 || n < 2 || n >= sizeof other || name[n - 1] != '_') return op;
    memcpy(other, name, n - 1); /* exp_ is exp, in place */
    other[n - 1] = '\0';
    return ml_op_find(other);
}

static int find_function(const char *name)
{
    for (int i = 0; i < COUNT(functions); i++)
        if (strcmp(functions[i].name, name) == 0) return i;
    return -1;
}

static bool try_doc(void *ctx, const lua_doc *doc)
{
    text_near *near = ctx;
    text_near_try(near, doc->name);
    const char *dot = strrchr(doc->name, '.');
    if (dot && !strchr(near->wanted, '.')) text_near_try(near, dot + 1);
    return true;
}

static void push_unknown(lua_State *L, const char *name)
{
    text_near near;
    text_near_start(&near, name);
    for (int i = 0; i < ml_nops; i++) text_near_try(&near, ml_ops[i].name);
    for (int i = 0; i < COUNT(functions); i++) text_near_try(&near, functions[i].name);
    lua_docs_each(try_doc, &near);
    if (near.best[0])
        lua_pushfstring(L, "no help on '%s'; did you mean %s?", name, near.best);
    else
        lua_pushfstring(L, "no help on '%s'; moonlab doc lists all names", name);
}

/* The operators, functions and documented names of a table: what is in lab, nn, … */
typedef struct member_list {
    text *t;
    const char *prefix;
    int column, columns, count;
} member_list;

static bool add_member(void *ctx, const lua_doc *doc)
{
    member_list *m = ctx;
    size_t n = strlen(m->prefix);
    if (strcmp(doc->name, doc->module) == 0 && !doc->arguments) return true; /* about a file */
    if (strncmp(doc->name, m->prefix, n) == 0 && doc->name[n] == '.' &&
        !strpbrk(doc->name + n + 1, ".:")) {
        help_words(m->t, doc->name + n + 1, &m->column, m->columns);
        m->count++;
    }
    return true;
}

static void add_members(text *t, const char *module, int columns)
{
    member_list m = { .t = t, .prefix = module, .columns = columns, .column = 3 };
    size_t start = t->size;
    text_puts(t, "\n   ");
    lua_docs_each(add_member, &m);
    if (m.count)
        text_puts(t, "\n");
    else
        t->size = start, t->data[start] = '\0';
}

static bool add_chapter_of(text *t, const char *chapter, int columns)
{
    int column = 3, count = 0;
    for (int i = 0; i < ml_nops; i++) {
        if (strcmp(ml_ops[i].file, chapter) != 0 || strstr(ml_ops[i].name, "_backward")) continue;
        if (count++ == 0) text_format(t, "\n%s\n   ", chapter);
        help_words(t, ml_ops[i].name, &column, columns);
    }
    if (count) text_puts(t, "\n");
    return count > 0;
}

static bool is_lua_library_name(lua_State *L, const char *name)
{
    char first[64];
    size_t n = strcspn(name, ".");
    if (n >= sizeof first) return false;
    memcpy(first, name, n);
    first[n] = '\0';
    lua_pushglobaltable(L);
    lua_pushstring(L, first);
    lua_rawget(L, -2);
    if (name[n] && lua_istable(L, -1)) lua_pushstring(L, name + n + 1), lua_rawget(L, -2);
    bool function = lua_iscfunction(L, -1);
    lua_pop(L, name[n] && lua_gettop(L) > 2 && lua_istable(L, -2) ? 3 : 2);
    return function;
}

bool session_push_help(lua_State *L, const char *name)
{
    int top = lua_gettop(L), op = find_operator(bare_name(name)),
        function = find_function(bare_name(name));
    int columns = session_of(L)->options.columns;
    text *t = text_new(L);
    lua_doc doc;
    bool found = true;
    /* A layer's full name comes before an operator of the same name. */
    if (strchr(name, '.') && strncmp(name, "lab.", 4) != 0 && lua_docs_find(name, &doc)) {
        help_lua_page(t, &doc);
        add_members(t, doc.name, columns);
    } else if (op >= 0)
        help_operator_page(t, op);
    else if (function >= 0)
        text_format(t, "lab.%s%s\n\n    %s\n", functions[function].name,
                    functions[function].arguments, functions[function].help);
    else if (strcmp(name, "lab") == 0) {
        session_push_overview(L);
        lua_replace(L, top + 1);
        return true;
    } else if (lua_docs_find(name, &doc)) {
        help_lua_page(t, &doc);
        if (strcmp(doc.name, doc.module) == 0) add_members(t, doc.name, columns);
    } else if (add_chapter_of(t, name, columns))
        found = true;
    else if (is_lua_library_name(L, name))
        text_format(t,
                    "%s is a function of Lua: https://www.lua.org/manual/5.4/manual.html#pdf-%s\n",
                    name, name);
    else
        found = false;
    lua_settop(L, top + 1);
    if (found)
        text_push(t);
    else
        push_unknown(L, name);
    lua_replace(L, top + 1);
    return found;
}

/* ---- overview -------------------------------------------------------------------------------- */

static bool add_module_line(void *ctx, const lua_doc *doc)
{
    text *t = ctx;
    if (strcmp(doc->name, doc->module) != 0 || strchr(doc->name, '.')) return true;
    text_format(t, "\n%s   ", doc->name);
    help_first_sentence(t, doc);
    add_members(t, doc->name, session_of(t->L)->options.columns);
    return true;
}

void session_push_overview(lua_State *L)
{
    int columns = session_of(L)->options.columns;
    text *t = text_new(L);
    text_puts(t, "lab: tensors and mathematics.  lab.NAME(x, \u2026), most also x:NAME(\u2026); "
                 "moonlab doc NAME or ?NAME "
                 "tells more.\n");
    const char *chapter = "";
    for (int i = 0; i < ml_nops; i++)
        if (strcmp(ml_ops[i].file, chapter) != 0)
            add_chapter_of(t, chapter = ml_ops[i].file, columns);
    int column = 3;
    text_puts(t, "\nsession\n   ");
    for (int i = 0; i < COUNT(functions); i++) help_words(t, functions[i].name, &column, columns);
    text_puts(t, "\n");
    lua_docs_each(add_module_line, t);
    text_push(t);
    lua_remove(L, -2);
}

/* ---- by value -------------------------------------------------------------------------------- */

/* Pushes the name under which the value at idx is in lab or a loaded module, and true. */
static bool push_name_of(lua_State *L, int idx)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    int loaded = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, loaded); lua_settop(L, loaded + 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || !lua_istable(L, -1)) continue;
        const char *module = lua_tostring(L, -2);
        if (lua_rawequal(L, idx, -1)) {
            lua_pushstring(L, module);
            return true;
        }
        if (strcmp(module, LUA_GNAME) == 0) module = "";
        for (lua_pushnil(L); lua_next(L, loaded + 2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || !lua_rawequal(L, -1, idx)) continue;
            lua_pushfstring(L, "%s%s%s", module, *module ? "." : "", lua_tostring(L, -2));
            return true;
        }
    }
    lua_settop(L, loaded - 1);
    return false;
}

bool session_push_help_of(lua_State *L, int idx)
{
    int top = lua_gettop(L);
    ml_tensor *tensor = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    if (tensor) {
        text *t = text_new(L);
        display_tensor(t, tensor, session_of(L)->options.columns, 0);
        text_puts(t, "\n\nA tensor.  Its methods are the names of ?lab: x:sum(1), x:reshape(2, "
                     "-1), \u2026\n");
        text_push(t);
        lua_replace(L, top + 1);
        return true;
    }
    if (!push_name_of(L, idx)) return false;
    bool found = session_push_help(L, lua_tostring(L, -1));
    lua_replace(L, top + 1);
    lua_settop(L, top + found);
    return found;
}

/* help(): the overview; help("name"); help(value). */
static int help(lua_State *L)
{
    if (lua_isnoneornil(L, 1))
        session_push_overview(L);
    else if (lua_type(L, 1) == LUA_TSTRING) {
        if (!session_push_help(L, lua_tostring(L, 1))) return lua_error(L);
    } else if (!session_push_help_of(L, 1))
        return luaL_error(L, "help: nothing is known about this %s; ?lab lists all names",
                          luaL_typename(L, 1));
    size_t n;
    const char *s = lua_tolstring(L, -1, &n);
    session_write_visible(L, s, n);
    return 0;
}

void session_open_help(lua_State *L)
{
    lua_pushcfunction(L, help);
    lua_setglobal(L, "help");
}

/* ---- for the programs ------------------------------------------------------------------------ */

typedef struct request {
    const char *name;
    char *result;
} request;

static char *copy_of(const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (copy) memcpy(copy, s, n + 1);
    return copy;
}

static int answer(lua_State *L)
{
    request *r = lua_touserdata(L, 1);
    if (!r->name)
        session_push_overview(L);
    else if (!session_push_help(L, r->name))
        return lua_error(L);
    text *t = text_new(L);
    text_visible(t, lua_tostring(L, -2), lua_rawlen(L, -2), true);
    r->result = copy_of(t->data, t->size);
    return r->result ? 0 : luaL_error(L, "out of memory");
}

char *session_help(session *s, const char *name)
{
    request r = { .name = name };
    lua_pushcfunction(s->L, answer);
    lua_pushlightuserdata(s->L, &r);
    session_call(s, 1, 0);
    return r.result;
}

static int reference(lua_State *L)
{
    request *r = lua_touserdata(L, 1);
    session_push_reference(L);
    size_t n;
    const char *s = lua_tolstring(L, -1, &n);
    r->result = copy_of(s, n);
    return r->result ? 0 : luaL_error(L, "out of memory");
}

char *session_reference(session *s)
{
    request r = { 0 };
    lua_pushcfunction(s->L, reference);
    lua_pushlightuserdata(s->L, &r);
    session_call(s, 1, 0);
    return r.result;
}

static int describe_machine(lua_State *L)
{
    request *r = lua_touserdata(L, 1);
    text *t = text_new(L);
    text_format(t, "moonlab         %s, Lua %s.%s\n", ml_version(),
                LUA_VERSION_NUM == 504 ? "5.4" : "?", LUA_VERSION_RELEASE);
    text_format(t, "instructions    %s (MOONLAB_ISA=base|avx2|avx512 chooses fewer)\n", ml_isa());
    text_format(t, "threads         %d\n", ml_threads());
    text_format(t, "blas            %s\n", ml_blas());
    text_format(t, "device cpu      %s\n", ml_device_describe(0));
    int cuda = ml_device_find("cuda");
    text_format(t, "device cuda     %s\n", cuda > 0 ? ml_device_describe(cuda) : ml_error());
    ml_clear_error();
    r->result = copy_of(t->data, t->size);
    return r->result ? 0 : luaL_error(L, "out of memory");
}

char *session_doctor(session *s)
{
    request r = { 0 };
    lua_pushcfunction(s->L, describe_machine);
    lua_pushlightuserdata(s->L, &r);
    session_call(s, 1, 0);
    return r.result;
}
