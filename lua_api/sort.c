/* sort.c -- table.sort as a merge sort: stable, and the same result in every run.  (Lua's own picks pivots by
** the clock, so that equal elements come out in another order each time.) */
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>

#include "lua_api/session.h"

/* Stack: 1 the table, 2 the comparison or nil, 3 and 4 two tables to merge between. */
enum { ARRAY = 1, LESS = 2, FROM = 3, TO = 4 };

static bool less(lua_State *L, int a, int b)
{
    if (lua_isnil(L, LESS)) return lua_compare(L, a, b, LUA_OPLT);
    a = lua_absindex(L, a), b = lua_absindex(L, b);
    lua_pushvalue(L, LESS);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    bool result = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return result;
}

/* Merges FROM[i, middle) and FROM[middle, end) into TO. */
static void merge(lua_State *L, lua_Integer i, lua_Integer middle, lua_Integer end)
{
    lua_Integer j = middle, k = i;
    while (i < middle && j < end) {
        session_poll(L);
        lua_rawgeti(L, FROM, i);
        lua_rawgeti(L, FROM, j);
        bool second = less(L, -1, -2);
        if (!second) lua_pop(L, 1);
        lua_rawseti(L, TO, k++);
        if (second)
            lua_pop(L, 1), j++;
        else
            i++;
    }
    for (; i < middle; i++) session_poll(L), lua_rawgeti(L, FROM, i), lua_rawseti(L, TO, k++);
    for (; j < end; j++) session_poll(L), lua_rawgeti(L, FROM, j), lua_rawseti(L, TO, k++);
}

static int stable_sort(lua_State *L)
{
    lua_Integer n = luaL_len(L, ARRAY);
    if (n < 2) return 0;
    luaL_argcheck(L, n < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, LESS)) luaL_checktype(L, LESS, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_createtable(L, (int)n, 0);
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) lua_geti(L, ARRAY, i), lua_rawseti(L, FROM, i);
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer i = 1; i <= n; i += 2 * width) {
            lua_Integer middle = i + width <= n + 1 ? i + width : n + 1;
            lua_Integer end = i + 2 * width <= n + 1 ? i + 2 * width : n + 1;
            merge(L, i, middle, end);
        }
        lua_pushvalue(L, FROM), lua_pushvalue(L, TO);
        lua_replace(L, FROM), lua_replace(L, TO);
    }
    for (lua_Integer i = 1; i <= n; i++)
        session_poll(L), lua_rawgeti(L, FROM, i), lua_seti(L, ARRAY, i);
    return 0;
}

void session_open_sort(lua_State *L)
{
    lua_getglobal(L, "table");
    lua_pushcfunction(L, stable_sort);
    lua_setfield(L, -2, "sort");
    lua_pop(L, 1);
}
