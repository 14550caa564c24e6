/* binding.h -- tensors in Lua, for the files of lua_api: a userdata of one pointer, known by its metatable's
** address. */
#ifndef LAB_BINDING_H
#define LAB_BINDING_H

#include <lua.h>
#include <lauxlib.h>

#include "core/moonlab.h"

ml_tensor *lab_test(lua_State *L, int arg); /* NULL if it is not a tensor (or was freed) */
ml_tensor *lab_check(lua_State *L, int arg,
                     const char *what);    /* or an error "what: a tensor expected, got …" */
void lab_push(lua_State *L, ml_tensor *t); /* retains t; nil for NULL */
/* As luaL_error, but the place is the user's, and control characters that came in with a value are shown as
** symbols: a message cannot send escape sequences to the terminal. */
int lab_raise(lua_State *L, const char *format, ...);
/* Raises the core's pending error as a Lua error (a string, with the caller's position). */
int lab_error(lua_State *L);
/* Runs FN(L, ctx) inside a core scope, so that what it makes is released; on failure it returns a status
** and lab_protect raises the error after the scope is closed.  FN must not raise Lua errors: it gets what it
** needs from CTX, checked before. */
void lab_protect(lua_State *L, ml_status (*fn)(void *ctx), void *ctx);
/* The options table at the last argument (index, or 0): every key must be in the NULL-ended NAMES, else an
** error that names OP, the key, the nearest name and all names. */
int lab_options(lua_State *L, const char *op, int first, const char *const names[]);
/* The nearest of a NULL-ended list to NAME (edit distance), NULL if nothing is near. */
const char *lab_nearest(const char *name, const char *const names[]);

/* Adds functions and metamethods of tensors to table `lab` at the top of the stack. */
void lab_open(lua_State *L);

#endif
