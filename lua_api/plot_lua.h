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

/* Appends the figure at idx, or of the panel there, as plot_figure_write gives it; if it is too large for that, its data as of
** plot_data_text.  False, nothing appended, if it is neither.  WISH may be NULL. */
bool plot_lua_data(text *t, int idx, const plot_wish *wish);
bool plot_lua_is_figure(lua_State *L, int idx); /* or a panel of one */

/* ---- between the files of plot.core ----------------------------------------------------------- */

/* What a figure's or a panel's userdata holds. */
typedef struct plot_handle {
    plot_figure *figure; /* NULL while it is being made */
    plot_panel *panel;   /* the first one, for a figure */
    size_t noted;        /* of a figure: bytes that the collector knows of */
} plot_handle;

/* The figure or panel at argument 1, or a Lua error. */
plot_handle *plot_handle_check(lua_State *L);
/* Tells the collector how large the figure at argument 1, or of the panel there, has become. */
void plot_handle_grown(lua_State *L);
/* Raises the figure's message unless STATUS is good. */
void plot_handle_status(lua_State *L, const plot_handle *h, plot_status status);

/* A list of numbers, in a userdata: data made ready to be plotted.  It may belong to a tensor: read it before Lua runs
** again, and write only to those that were pushed. */
typedef struct plot_numbers {
    size_t n;
    double *value;
    const float *narrow;      /* the same numbers as floats, when value is NULL */
    struct ml_tensor *tensor; /* to which they belong; NULL: to themselves */
} plot_numbers;

/* The numbers at arg, as doubles, or a Lua error. */
plot_numbers *plot_numbers_check(lua_State *L, int arg);
/* The same, as doubles or as floats. */
const plot_numbers *plot_numbers_typed(lua_State *L, int arg);
/* Pushes N numbers, whose values are still to be set. */
plot_numbers *plot_numbers_push(lua_State *L, size_t n);
/* Adds the functions that compute statistics to the table on top of the stack. */
void plot_statistics_open(lua_State *L);
/* Adds the functions that make and read numbers to the table on top of the stack. */
void plot_numbers_open(lua_State *L);
/* The figure's frame on the session's terminal, so many columns wide. */
plot_frame plot_session_frame(lua_State *L, const plot_handle *h, int columns);
/* The style that the table at STYLE asks for: a series without points. */
plot_series plot_style_check(lua_State *L, int style);
/* Adds the functions that draw live figures, and those that keep what a run is watched by. */
void plot_screens_open(lua_State *L);
void plot_tracks_open(lua_State *L);
/* Adds the functions that put series, images and notes on panels. */
void plot_data_open(lua_State *L);
/* Pushes an empty text that is freed with the value pushed. */
plot_text *plot_lua_push_text(lua_State *L);
/* Adds the functions that make files of figures. */
void plot_picture_open(lua_State *L);
/* What the session's terminal can draw, if COLUMNS × ROWS cells of it are to show a figure in these colours: sets the
** frame's background to the terminal's; true, with *terminal set, if it can draw pictures. */
bool plot_lua_terminal(lua_State *L, plot_frame *frame, plot_terminal *terminal);
/* Raises an error at the user's line: the message is on top of the stack. */
int plot_lua_error(lua_State *L);

#endif
