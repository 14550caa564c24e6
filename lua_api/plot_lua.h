/* plot_lua.h -- figures in Lua: the module "plot.core", on which lua/plot stands, and how figures are shown. */
#ifndef LAB_PLOT_LUA_H
#define LAB_PLOT_LUA_H

#include <lua.h>
#include <stdbool.h>

#include "lua_api/text.h"

/* Lets require "plot.core" find the module. */
void plot_lua_open(lua_State *L);

/* Appends the figure at idx, or the one whose panel it is, drawn COLUMNS wide for the session's terminal and
** without a last newline, or only its name when BRIEF; false, nothing appended, if it is neither. */
bool plot_lua_display(text *t, int idx, int columns, bool brief);

/* ---- between plot_lua.c and plot_numbers.c ---------------------------------------------------- */

/* A list of doubles, in a userdata: data made ready to be plotted. */
typedef struct plot_numbers {
    size_t n;
    double value[];
} plot_numbers;

/* The numbers at arg, or a Lua error. */
plot_numbers *plot_numbers_check(lua_State *L, int arg);
/* Adds the functions that make and read numbers to the table on top of the stack. */
void plot_numbers_open(lua_State *L);
/* Raises an error at the user's line: the message is on top of the stack. */
int plot_lua_error(lua_State *L);

#endif
