/* hints.c -- "did you mean …?" for an error that comes from a name that is not there, and what to write instead of
** x.sum() and x:shape().
**
** Lua's message names it: (global 'x'), (method 'x'), (field 'x').  For the last two the object is found by
** reading the line of the source: in "net.layers:forwrad(x)" it is net.layers, whose names are looked up without
** running anything. */
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

#define LONGEST_NAME 96
#define DEEPEST      16 /* __index steps followed */

/* ---- raw walks ------------------------------------------------------------------------------- */

static bool is_cell_env(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    return same;
}

/* Replaces the value on top by the table in which its missing fields are looked up; false, popped, if
** there is none.  Where a function looks them up, the metatable is taken: of an object it is its class. */
static bool step_to_index(lua_State *L)
{
    bool cells = is_cell_env(L);
    if (!lua_getmetatable(L, -1)) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushliteral(L, "methods"); /* a tensor's */
    if (lua_type(L, -3) != LUA_TUSERDATA || lua_rawget(L, -2) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_pushliteral(L, "__index");
        lua_rawget(L, -2);
    }
    if (lua_isfunction(L, -1)) {
        lua_pop(L, 1);
        if (cells)
            lua_pushglobaltable(L);
        else
            lua_pushvalue(L, -1);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
    if (lua_istable(L, -1)) return true;
    lua_pop(L, 1);
    return false;
}

static void push_own(lua_State *L, const char *name) /* of the table on top; or nil */
{
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return;
    lua_pushglobaltable(L);
    bool globals = lua_rawequal(L, -1, -3);
    lua_pop(L, 1);
    for (int i = 0; globals && session_module_names[i]; i++)
        if (strcmp(session_module_names[i], name) == 0 && session_push_module(L, name)) {
            lua_remove(L, -2);
            return;
        }
}

bool session_step_fields(lua_State *L, bool again)
{
    return !again && lua_istable(L, -1) ? true : step_to_index(L);
}

void session_raw_field(lua_State *L, int idx, const char *name)
{
    lua_pushvalue(L, idx);
    for (int i = 0; i < DEEPEST; i++) {
        if (!session_step_fields(L, i > 0)) {
            lua_pushnil(L);
            return;
        }
        push_own(L, name);
        if (!lua_isnil(L, -1)) {
            lua_remove(L, -2);
            return;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_pushnil(L);
}

/* Shows every string key of the value at idx, and of what its missing fields fall back to, to the search. */
static void try_fields(lua_State *L, int idx, text_near *near)
{
    lua_pushvalue(L, idx);
    for (int i = 0; i < DEEPEST; i++) {
        if (!session_step_fields(L, i > 0)) return;
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING) continue;
            const char *key = lua_tostring(L, -2);
            if (strncmp(key, "__", 2) != 0) text_near_try(near, key);
        }
    }
    lua_pop(L, 1);
}

/* ---- names of the frame at level 1 ----------------------------------------------------------- */

static bool push_local(lua_State *L, lua_Debug *ar, const char *name)
{
    int found = 0;
    const char *local;
    for (int i = 1; (local = lua_getlocal(L, ar, i)); i++) {
        if (strcmp(local, name) == 0) found = i;
        lua_pop(L, 1);
    }
    return found && lua_getlocal(L, ar, found);
}

static bool push_upvalue(lua_State *L, lua_Debug *ar, const char *name)
{
    const char *upvalue;
    lua_getinfo(L, "f", ar);
    for (int i = 1; (upvalue = lua_getupvalue(L, -1, i)); i++) {
        if (strcmp(upvalue, name) == 0) {
            lua_remove(L, -2);
            return true;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return false;
}

static void push_environment(lua_State *L, lua_Debug *ar)
{
    if (!push_local(L, ar, "_ENV") && !push_upvalue(L, ar, "_ENV")) lua_pushglobaltable(L);
}

static void push_variable(lua_State *L, lua_Debug *ar, const char *name)
{
    if (push_local(L, ar, name) || push_upvalue(L, ar, name)) return;
    push_environment(L, ar);
    session_raw_field(L, -1, name);
    lua_remove(L, -2);
}

/* The tables of functions that have NAME, the first of them; NULL: none has. */
static const char *table_with(lua_State *L, lua_Debug *ar, const char *name)
{
    static const char *const tables[] = { "lab",    "nn",   "math",    "optim", "table",
                                          "string", "data", "metrics", "plot",  NULL };
    for (int i = 0; tables[i]; i++) {
        push_variable(L, ar, tables[i]);
        bool there = lua_istable(L, -1);
        if (there) {
            session_raw_field(L, -1, name);
            there = !lua_isnil(L, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        if (there) return tables[i];
    }
    return NULL;
}

static bool push_missing_global(lua_State *L, lua_Debug *ar, const char *name)
{
    const char *habit = session_habit_of_name(name),
               *table = habit ? NULL : table_with(L, ar, name);
    if (habit)
        lua_pushstring(L, habit);
    else if (table)
        lua_pushfstring(L, "did you mean %s.%s?", table, name);
    if (habit || table) return true;
    text_near near;
    text_near_start(&near, name);
    const char *other;
    for (int i = 1; (other = lua_getlocal(L, ar, i)); i++, lua_pop(L, 1))
        if (*other != '(') text_near_try(&near, other);
    lua_getinfo(L, "f", ar);
    for (int i = 1; (other = lua_getupvalue(L, -1, i)); i++, lua_pop(L, 1))
        text_near_try(&near, other);
    lua_pop(L, 1);
    push_environment(L, ar);
    try_fields(L, -1, &near);
    lua_pop(L, 1);
    for (int i = 0; session_module_names[i]; i++) text_near_try(&near, session_module_names[i]);
    if (near.best[0])
        lua_pushfstring(L, "did you mean %s?", near.best);
    else
        lua_pushfstring(L, "%s has no value yet", name);
    return true;
}

/* ---- the object before ".name" or ":name" ---------------------------------------------------- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Copies the chain of names that ends at END ("net.layers") into CHAIN; false if something else does. */
static bool chain_before(const char *line, const char *end, char chain[LONGEST_NAME])
{
    const char *start = end;
    while (start > line && (is_name_char(start[-1]) || start[-1] == '.')) start--;
    size_t n = (size_t)(end - start);
    if (n == 0 || n >= LONGEST_NAME || *start == '.' || isdigit((unsigned char)*start))
        return false;
    memcpy(chain, start, n);
    chain[n] = '\0';
    return !strstr(chain, "..");
}

/* Pushes the value of a chain of names; nil if it has none. */
static void push_chain(lua_State *L, lua_Debug *ar, char *chain)
{
    char *rest = strchr(chain, '.');
    if (rest) *rest++ = '\0';
    push_variable(L, ar, chain);
    while (rest && *rest) {
        char *name = rest;
        rest = strchr(rest, '.');
        if (rest) *rest++ = '\0';
        session_raw_field(L, -1, name);
        lua_remove(L, -2);
    }
}

/* Looks for MARK name in the line and pushes the object before it, the object's text in CHAIN. */
static bool push_object(lua_State *L, lua_Debug *ar, char mark, const char *name,
                        char chain[LONGEST_NAME])
{
    if (!session_source_line(L, ar->source, ar->currentline)) return false;
    const char *line = lua_tostring(L, -1);
    size_t n = strlen(name);
    for (const char *p = strstr(line, name); p; p = strstr(p + 1, name)) {
        if (p == line || p[-1] != mark || is_name_char(p[n])) continue;
        if (!chain_before(line, p - 1, chain)) continue;
        char copy[LONGEST_NAME];
        memcpy(copy, chain, sizeof copy);
        push_chain(L, ar, copy);
        lua_remove(L, -2);
        if (!lua_isnil(L, -1)) return true;
        lua_pop(L, 1);
        return false;
    }
    lua_pop(L, 1);
    return false;
}

/* The object of a method call is still in the frame's registers, after the nil that was called. */
static bool push_object_of_call(lua_State *L, lua_Debug *ar, const char *name)
{
    int found = 0, i = 1;
    bool after_nil = false;
    for (; lua_getlocal(L, ar, i); i++) {
        int type = lua_type(L, -1);
        if (after_nil && (type == LUA_TTABLE || type == LUA_TUSERDATA || type == LUA_TSTRING)) {
            session_raw_field(L, -1, name);
            if (lua_isnil(L, -1)) found = i;
            lua_pop(L, 1);
        }
        after_nil = type == LUA_TNIL;
        lua_pop(L, 1);
    }
    return found && lua_getlocal(L, ar, found);
}

static bool is_module(const char *name)
{
    for (int i = 0; session_module_names[i]; i++)
        if (strcmp(session_module_names[i], name) == 0) return true;
    return strcmp(name, "lab") == 0;
}

static bool push_missing_field(lua_State *L, lua_Debug *ar, char mark, const char *name)
{
    char chain[LONGEST_NAME] = "";
    if (!push_object(L, ar, mark, name, chain) &&
        !(mark == ':' && push_object_of_call(L, ar, name)))
        return false;
    const char *table = mark == '.' && is_module(chain) ? table_with(L, ar, name) : NULL;
    text_near near;
    text_near_start(&near, name);
    try_fields(L, -1, &near);
    lua_pop(L, 1);
    if (mark == '.' && is_module(chain) && is_module(name))
        lua_pushfstring(L, "did you mean %s? It is no part of %s", name, chain);
    else if (table)
        lua_pushfstring(L, "%s has no %s; did you mean %s.%s?", chain, name, table, name);
    else if (near.best[0] && *chain)
        lua_pushfstring(L, "did you mean %s%c%s?", chain, mark, near.best);
    else if (near.best[0])
        lua_pushfstring(L, "did you mean %s?", near.best);
    else if (*chain)
        lua_pushfstring(L, "%s has no %s", chain, name);
    return near.best[0] || *chain;
}

/* ---- dots and colons ------------------------------------------------------------------------- */

bool session_dot_for_colon(lua_State *L)
{
    lua_Debug ar, user;
    int level = 1;
    while (lua_getstack(L, level, &user) && lua_getinfo(L, "S", &user) &&
           !session_is_user_source(user.source))
        level++;
    if (level < 2 || !lua_getstack(L, level, &user) || !lua_getstack(L, level - 1, &ar))
        return false;
    lua_getinfo(L, "Snu", &ar);
    if (*ar.what == 'C' || !ar.name || strcmp(ar.namewhat, "field") != 0 || ar.nparams == 0)
        return false;
    const char *first = lua_getlocal(L, &ar, 1);
    if (!first) return false;
    bool object = lua_istable(L, -1) && lua_getmetatable(L, -1);
    lua_pop(L, object ? 2 : 1);
    if (object || strcmp(first, "self") != 0) return false;
    char chain[LONGEST_NAME] = "";
    lua_getinfo(L, "Sl", &user);
    if (push_object(L, &user, '.', ar.name, chain)) lua_pop(L, 1);
    lua_pushfstring(L, "%s is called with a colon: %s:%s(\u2026)", ar.name,
                    *chain ? chain : "object", ar.name);
    return true;
}

/* "attempt to call a table value (field 'shape')": is a field of an object called? */
static bool push_called_field(lua_State *L, const char *message)
{
    static const char mark[] = "attempt to call a ";
    const char *p = strstr(message, mark);
    lua_Debug ar;
    char kind[12], name[LONGEST_NAME], chain[LONGEST_NAME] = "";
    if (!p || sscanf(p + sizeof mark - 1, "%*s value (%11s '%95[A-Za-z0-9_]'", kind, name) != 2 ||
        (strcmp(kind, "field") != 0 && strcmp(kind, "method") != 0) ||
        strncmp(p + sizeof mark - 1, "nil", 3) == 0)
        return false;
    if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "Sl", &ar) || *ar.what == 'C') return false;
    if (push_object(L, &ar, *kind == 'm' ? ':' : '.', name, chain)) lua_pop(L, 1);
    lua_pushfstring(L, "%s is a field, not a function: %s.%s", name, *chain ? chain : "object",
                    name);
    return true;
}

/* What Lua's messages do not tell those who come from Python. */
static const char *plain_hint(const char *message)
{
    static const struct {
        const char *message, *hint;
    } hints[] = {
        { "attempt to add a 'string' with", "texts are joined by .." },
        { "attempt to mod a 'string' with", "write (\"%d\"):format(x)" },
        { "a table value (for iterator", "write for i, x in ipairs(list) do … end" },
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strstr(message, hints[i].message)) return hints[i].hint;
    return NULL;
}

/* "# word" or a line "#word", which are Lua: the length of a variable. */
static bool is_comment(lua_State *L, const char *message)
{
    lua_Debug ar;
    if (!strstr(message, "attempt to get length of a nil value (global")) return false;
    if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "Sl", &ar)) return false;
    if (!session_source_line(L, ar.source, ar.currentline)) return false;
    const char *line = lua_tostring(L, -1);
    bool comment = line[strspn(line, " \t")] == '#' || strstr(line, "# ");
    lua_pop(L, 1);
    return comment;
}

bool session_hint(lua_State *L, const char *message)
{
    const char *plain = is_comment(L, message) ? "comments begin with --" : plain_hint(message);
    if (plain) {
        lua_pushstring(L, plain);
        return true;
    }
    if (push_called_field(L, message)) return true;
    static const char mark[] = " a nil value (";
    const char *p = strstr(message, mark);
    lua_Debug ar;
    char kind[12], name[LONGEST_NAME];
    if (!p || sscanf(p + sizeof mark - 1, "%11s '%95[A-Za-z0-9_]'", kind, name) != 2) return false;
    if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "Sl", &ar) || *ar.what == 'C') return false;
    if (strcmp(kind, "global") == 0) return push_missing_global(L, &ar, name);
    if (strcmp(kind, "method") == 0) return push_missing_field(L, &ar, ':', name);
    return strcmp(kind, "field") == 0 && push_missing_field(L, &ar, '.', name);
}
