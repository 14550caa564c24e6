/* table_stop.c -- stops reach Lua's table library, too: all its loops (of insert, remove, move, concat, unpack) call
** lua_geti for each element, and the program links Debian's static liblua with --wrap=lua_geti. */
#include <lua.h>

#include "lua_api/session.h"

int __real_lua_geti(lua_State *L, int index, lua_Integer i);
int __wrap_lua_geti(lua_State *L, int index, lua_Integer i);
int __wrap_lua_geti(lua_State *L, int index, lua_Integer i)
{
    session_poll(L);
    return __real_lua_geti(L, index, i);
}
