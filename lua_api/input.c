/* input.c -- io.read and its like where there is nothing to read from: they say so, instead of finding the end of a file. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "lua_api/session.h"

static int complain(lua_State *L)
{
    return luaL_error(L,
                      "%s: a cell has no input to read; set a variable in a cell instead "
                      "(answer = \"yes\"), or read a file: io.open(path)",
                      lua_tostring(L, lua_upvalueindex(3)));
}

/* A method of files; upvalues: Lua's own, io.input, what it is called. */
static int read_file(lua_State *L)
{
    const luaL_Stream *s = luaL_testudata(L, 1, LUA_FILEHANDLE);
    if (s && s->f == stdin) return complain(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* A function of io, which reads from io.input(); upvalues likewise.  io.lines(PATH) does not. */
static int read_input(lua_State *L)
{
    bool lines = *(lua_tostring(L, lua_upvalueindex(3)) + 3) == 'l';
    if (!lines || lua_isnoneornil(L, 1)) {
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_call(L, 0, 1);
        const luaL_Stream *s = luaL_testudata(L, -1, LUA_FILEHANDLE);
        if (s && s->f == stdin) return complain(L);
        lua_pop(L, 1);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Wraps function NAME of the table on top; CALLED as messages name it. */
static void wrap(lua_State *L, const char *name, const char *called, lua_CFunction by)
{
    lua_getfield(L, -1, name);
    lua_getglobal(L, "io");
    lua_getfield(L, -1, "input");
    lua_remove(L, -2);
    lua_pushstring(L, called);
    lua_pushcclosure(L, by, 3);
    lua_setfield(L, -2, name);
}

void session_close_input(lua_State *L)
{
    lua_getglobal(L, "io");
    wrap(L, "read", "io.read", read_input);
    wrap(L, "lines", "io.lines", read_input);
    luaL_getmetatable(L, LUA_FILEHANDLE);
    lua_getfield(L, -1, "__index");
    wrap(L, "read", "io.stdin:read", read_file);
    wrap(L, "lines", "io.stdin:lines", read_file);
    lua_pop(L, 3);
}
