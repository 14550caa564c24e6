/* display.h -- tensors as text. */
#ifndef LAB_DISPLAY_H
#define LAB_DISPLAY_H

#include <lua.h>

#include "core/moonlab.h"
#include "lua_api/text.h"

/* Pushes t as it is printed, lines at most COLUMNS wide where a number fits: rows over lines, aligned,
** summarised above 1000 elements, shape and dtype at the end:
**
**     [[ 1.0000, -2.5000],
**      [ 0.3333,  4.0000]]   float32 2x2
**
** Raises a Lua error if memory is out or the device refuses a copy. */
void lab_display(lua_State *L, ml_tensor *t, int columns);
/* Pushes only the numbers, on one line, all of them: "[[1, 2], [3, 4]]". */
void lab_text(lua_State *L, ml_tensor *t);
/* Appends the same as lab_display, INDENT spaces before all lines but the first. */
void display_tensor(text *out, ml_tensor *t, int columns, int indent);
/* Appends a small tensor's numbers, or else only its dtype and shape. */
void display_tensor_short(text *out, ml_tensor *t);
/* Appends the string at idx in quotes. */
void display_quoted(text *out, int idx);

#endif
