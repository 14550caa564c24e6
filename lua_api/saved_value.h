/* saved_value.h -- plain Lua values as JSON, with the tensors among them kept by name: how
** lab.save puts a nested table into a safetensors file.
**
**     true, false, 12, 0.5, "text"         themselves; a real number keeps its point
**     {"tensor": "layer.weight"}           the tensor of that name in the same file
**     {"float": "inf"}                     inf, -inf, nan: JSON has none
**     {"bytes": "00ff"}                    a string that is not UTF-8, in hexadecimal
**     [1, 2]                               a table with the keys 1 … n
**     {"record": {"lr": 0.1}}              a table with keys that are all texts
**     {"table": [key, value, …]}           any other table
**
** Reading it back gives the same values, bit for bit, and executes nothing. */
#ifndef LAB_SAVED_VALUE_H
#define LAB_SAVED_VALUE_H

#include <jansson.h>
#include <lua.h>

#include "core/moonlab.h"

/* Pushes the JSON of the value at IDX and adds its tensors to *named, called by their path
** ("state.1.step"). Raises a Lua error, with the path, for a value that cannot be saved: OP
** begins the message. */
void lab_value_to_json(lua_State *L, const char *op, int idx, ml_named *named);
/* Is the table at IDX tensors by name only, at least one?  Then they are added to *named. */
bool lab_flat_table(lua_State *L, int idx, ml_named *named);
/* Pushes the value that JSON describes; raises a Lua error if it is not as above. */
void lab_json_to_value(lua_State *L, const char *path, const json_t *json, const ml_named *named);

#endif
