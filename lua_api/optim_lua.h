/* optim_lua.h -- the Lua module "optim.core", for the session that registers it. */
#ifndef LAB_OPTIM_LUA_H
#define LAB_OPTIM_LUA_H

#include <lua.h>

int lab_open_optim(lua_State *L); /* leaves the module's table on the stack */

#endif
