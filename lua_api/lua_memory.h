/* lua_memory.h -- where Lua's objects live: memory that gives the same addresses to the same program, so that
** tables whose keys are objects are traversed in the same order in every run, and a limit. */
#ifndef LAB_LUA_MEMORY_H
#define LAB_LUA_MEMORY_H

#include <stddef.h>

typedef struct lua_memory lua_memory;

lua_memory *lua_memory_open(void);                  /* NULL out of memory */
void lua_memory_close(lua_memory *m);               /* after lua_close */
void lua_memory_limit(lua_memory *m, size_t bytes); /* 0: none */
/* A lua_Alloc; ud is the lua_memory. */
void *lua_memory_alloc(void *ud, void *block, size_t old_size, size_t new_size);

#endif
