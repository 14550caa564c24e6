/* prefetch_lua.h -- the Lua module "data.prefetch", for the session that registers it. */
#ifndef LAB_PREFETCH_LUA_H
#define LAB_PREFETCH_LUA_H

#include <lua.h>

int lab_open_prefetch(lua_State *L); /* leaves its function on the stack */

#endif
