/* binding_private.h -- pieces of the tensor binding that its own files share. */
#ifndef LAB_BINDING_PRIVATE_H
#define LAB_BINDING_PRIVATE_H

#include "core/op.h"
#include "lua_api/binding.h"

/* Each adds to (lab, metatable, methods), which are the three values at the top of the stack. */
void lab_open_operators(lua_State *L);
void lab_open_make(lua_State *L);
void lab_open_grad(lua_State *L);
void lab_open_machine(lua_State *L);
void lab_open_table(lua_State *L);
void lab_open_index(lua_State *L);

bool lab_field(lua_State *L, ml_tensor *t, const char *key); /* pushes x.key if it is a field */

bool lab_is_tensor(lua_State *L, int arg); /* also a freed one */
void lab_push_box(lua_State *L); /* an empty tensor value, made before anything can fail */
void lab_fill_box(lua_State *L, int arg, ml_tensor *t); /* takes over one retain of t */
void lab_collect(lua_State *L);             /* lets the collector keep step with native memory */
void lab_scope_note(lua_State *L, int arg); /* lab.scope: this tensor value was made inside */
lua_State *lab_main_state(void);

/* Tells the core where the Lua code stands, for messages; called when something will be recorded. */
void lab_note_place(lua_State *L);

/* A positive position counted from 1 made 0-based, a negative one left; 0 is an error that says so. */
int64_t lab_position(lua_State *L, const char *op, const char *what, int64_t i);
/* The tensor at ARG, or a new one (in the current core scope) from a table or number; NULL with a core error. */
ml_tensor *lab_make(lua_State *L, int arg, ml_dtype dtype, int device);
/* Checks that the table at ARG can become a tensor (raises a Lua error if not). */
void lab_check_table(lua_State *L, const char *op, int arg);
/* A dtype's or device's name at ARG. */
ml_dtype lab_dtype(lua_State *L, const char *op, int arg);
int lab_device(lua_State *L, const char *op, int arg);
int lab_default_device(void);

/* Calls operator OP with the values from FIRST on; returns how many results were pushed. */
int lab_call_operator(lua_State *L, int op, int first, bool inplace);

/* Pushes what the operator table says of a row, as a table. */
void lab_push_row(lua_State *L, const ml_op_info *op);
/* Sets functions in the table at INDEX. */
void lab_set_functions(lua_State *L, int index, const luaL_Reg *functions);

#endif
