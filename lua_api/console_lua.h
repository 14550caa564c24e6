/* console_lua.h -- the Lua module "lab.console", for the session that registers it. */
#ifndef LAB_CONSOLE_LUA_H
#define LAB_CONSOLE_LUA_H

#include <lua.h>

int lab_open_console(lua_State *L); /* leaves the module's table on the stack */

#endif
