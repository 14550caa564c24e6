/* files_lua.h -- lab.save, lab.load, and the readers of data sets for the Lua modules of `data`. */
#ifndef LAB_FILES_LUA_H
#define LAB_FILES_LUA_H

#include <lua.h>

/* Adds save and load to the table `lab` at the top of the stack, and module "lab.files"
** (package.loaded). */
void lab_files_open(lua_State *L);

#endif
