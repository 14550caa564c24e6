/* plot_lua.h -- figures in Lua: the module "plot.core", on which lua/plot stands, and how figures are shown. */
#ifndef LAB_PLOT_LUA_H
#define LAB_PLOT_LUA_H

#include <lua.h>
#include <stdbool.h>

#include "lua_api/text.h"
#include "plot/plot.h"

/* Lets require "plot.core" find the module. */
void plot_lua_open(lua_State *L);

/* Appends the figure at idx, or the one whose panel it is, drawn COLUMNS wide for the session's terminal and
** without a last newline, or only its name when BRIEF; false, nothing appended, if it is neither. */
bool plot_lua_display(text *t, int idx, int columns, bool brief);

/* ---- between the files of plot.core ----------------------------------------------------------- */

/* What a figure's or a panel's userdata holds. */
typedef struct plot_handle {
    plot_figure *figure; /* NULL while it is being made */
    plot_panel *panel;   /* the first one, for a figure */
} plot_handle;

/* The figure or panel at argument 1, or a Lua error. */
plot_handle *plot_handle_check(lua_State *L);
/* Raises the figure's message unless STATUS is good. */
void plot_handle_status(lua_State *L, const plot_handle *h, plot_status status);

/* A list of doubles, in a userdata: data made ready to be plotted. */
typedef struct plot_numbers {
    size_t n;
    double value[];
} plot_numbers;

/* The numbers at arg, or a Lua error. */
plot_numbers *plot_numbers_check(lua_State *L, int arg);
/* Adds the functions that make and read numbers to the table on top of the stack. */
void plot_numbers_open(lua_State *L);
/* Adds the functions that put series, images and notes on panels. */
void plot_data_open(lua_State *L);
/* Raises an error at the user's line: the message is on top of the stack. */
int plot_lua_error(lua_State *L);

#endif
