/* results.c -- what becomes of the value of a cell: it is shown, and kept in `_`; where there are several, `_1`, `_2` … are
** the first, the second …  A `_` that the user's code has set is the user's from then on. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "lua_api/session.h"

#define MOST_KEPT 9

static const char *result_name(int i, char name[8])
{
    if (i == 0) return "_";
    snprintf(name, 8, "_%d", i);
    return name;
}

/* Sets global NAME to the value at idx (0: nil), if it is what was kept there last.  The table of what was kept is at
** `kept`. */
static void keep(lua_State *L, int kept, const char *name, int idx)
{
    lua_pushglobaltable(L);
    lua_pushstring(L, name);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    lua_getfield(L, kept, name);
    bool ours = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (ours) {
        if (idx)
            lua_pushvalue(L, idx);
        else
            lua_pushnil(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, kept, name);
        lua_rawset(L, -3);
    } else
        lua_pop(L, 1);
    lua_pop(L, 1);
}

/* Keeps all arguments. */
static int cell_keep(lua_State *L)
{
    int n = lua_gettop(L);
    char name[8];
    if (n == 0 || (n == 1 && lua_isnil(L, 1))) return 0;
    luaL_checkstack(L, 10, "results");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "moonlab.kept");
    for (int i = 0; i <= MOST_KEPT; i++)
        keep(L, n + 1, result_name(i, name), i > n ? 0 : i == 0 ? 1 : i);
    return 0;
}

static int cell_show(lua_State *L)
{
    int n = lua_gettop(L);
    luaL_checkstack(L, n + 4, "results");
    lua_pushcfunction(L, cell_keep);
    for (int i = 1; i <= n; i++) lua_pushvalue(L, i);
    lua_call(L, n, 0);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.show");
    lua_insert(L, 1);
    lua_call(L, n, 0);
    return 0;
}

void session_push_cell_show(lua_State *L)
{
    lua_pushcfunction(L, cell_show);
}

void session_push_cell_quiet(lua_State *L)
{
    lua_pushcfunction(L, cell_keep);
}

bool session_is_result_name(const char *name)
{
    return name[0] == '_' && (!name[1] || (name[1] >= '1' && name[1] <= '9' && !name[2]));
}
