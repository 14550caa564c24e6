/* manual.h -- the manual: pages of the names people use, from the operator table, the LDoc comments of the Lua modules
** and the texts in lua_api/manual.  Its code (lua_api/manual/manual.lua says what it can do) runs in a Lua state of its
** own: nothing that a session's code did to its libraries is seen by it, or can break it. */
#ifndef LAB_MANUAL_H
#define LAB_MANUAL_H

#include <lua.h>
#include <stdbool.h>

/* Pushes what the manual's function WHAT says of WORD (NULL: nothing) for COLUMNS columns, with escape sequences if
** COLOR, and returns true; false with an error message pushed. */
bool manual_push(lua_State *L, const char *what, const char *word, int columns, bool color);
void manual_open(lua_State *L); /* adds lab._manual(what, word), for the tests */

#endif
