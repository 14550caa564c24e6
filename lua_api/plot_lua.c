/* plot_lua.c -- figures as Lua values, and the module "plot.core" under lua/plot.
**
** Two kinds of userdata lead to a figure: the figure itself, which owns it, and its panels, which keep the
** figure alive by their user value.  What is drawn in them is in plot_lua_data.c.  What the arguments of plot.line
** mean is said in plot/arguments.lua; here are only values that are ready.  Drawing happens in plot/, and when
** something is shown. */
#include "lua_api/plot_lua.h"

#include <lauxlib.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/session.h"
#include "plot/plot.h"

#define FIGURE    "plot.Figure"
#define PANEL     "plot.Panel"
#define RENDERING "plot.text"

#define USUAL_COLUMNS 80 /* of text that no terminal shows */
#define ROOM_OF_TEXT  40 /* rows of pictures */

int plot_lua_error(lua_State *L)
{
    return lab_raise(L, "%s", lua_tostring(L, -1));
}

/* ---- figures and panels ---------------------------------------------------------------------- */

typedef plot_handle handle;

static int figure_gc(lua_State *L)
{
    handle *h = luaL_checkudata(L, 1, FIGURE);
    plot_figure_free(h->figure);
    ml_memory_note(-(int64_t)h->noted);
    *h = (handle){ NULL, NULL, 0 };
    return 0;
}

/* NULL if the value at arg is no figure or panel, or its figure is closed. */
static handle *test_handle(lua_State *L, int arg)
{
    handle *h = luaL_testudata(L, arg, FIGURE), *panel = h ? NULL : luaL_testudata(L, arg, PANEL);
    if (panel) {
        lua_getiuservalue(L, arg, 1);
        h = lua_touserdata(L, -1);
        lua_pop(L, 1);
    }
    if (!h || !h->figure) return NULL;
    return panel ? panel : h;
}

bool plot_lua_is_figure(lua_State *L, int idx)
{
    return test_handle(L, idx) != NULL;
}

handle *plot_handle_check(lua_State *L)
{
    handle *h = test_handle(L, 1);
    if (h) return h;
    lua_pushfstring(
        L, "plot: a figure or panel expected, got %s (call methods with a colon, as in f:show())",
        luaL_typename(L, 1));
    plot_lua_error(L);
    return NULL;
}

void plot_handle_grown(lua_State *L)
{
    plot_handle *h = luaL_testudata(L, 1, FIGURE);
    if (h == NULL) {
        lua_getiuservalue(L, 1, 1);
        h = lua_touserdata(L, -1);
        lua_pop(L, 1);
    }
    size_t bytes = plot_figure_memory(h->figure);
    ml_memory_note((int64_t)bytes - (int64_t)h->noted);
    h->noted = bytes;
}

/* Raises the figure's message unless STATUS is good. */
void plot_handle_status(lua_State *L, const handle *h, plot_status status)
{
    if (status == PLOT_OK) return;
    lua_pushstring(L, plot_figure_error(h->figure));
    plot_lua_error(L);
}

/* new(): an empty figure. */
static int new_figure(lua_State *L)
{
    handle *h = lua_newuserdatauv(L, sizeof *h, 0);
    *h = (handle){ NULL, NULL, 0 };
    luaL_setmetatable(L, FIGURE);
    h->figure = plot_figure_new();
    if (!h->figure) return luaL_error(L, "plot: out of memory");
    h->panel = plot_figure_panel(h->figure, 0);
    return 1;
}

/* The whole number at ARG, or the nearest that an int can be. */
static int check_int(lua_State *L, int arg)
{
    lua_Integer i = luaL_checkinteger(L, arg);
    return i < INT_MIN ? INT_MIN : i > INT_MAX ? INT_MAX : (int)i;
}

/* panel(figure, i) or (figure, row, column): counted from 1; nil if there is none. */
static int get_panel(lua_State *L)
{
    handle *h = plot_handle_check(L), *p;
    int i = check_int(L, 2), column = lua_isnoneornil(L, 3) ? 0 : check_int(L, 3);
    plot_panel *panel = NULL;
    if (i > 0 && column > 0)
        panel = plot_figure_at(h->figure, i - 1, column - 1);
    else if (i > 0 && lua_isnoneornil(L, 3))
        panel = plot_figure_panel(h->figure, (size_t)i - 1);
    if (!panel) return 0;
    p = lua_newuserdatauv(L, sizeof *p, 1);
    *p = (handle){ h->figure, panel, 0 };
    luaL_setmetatable(L, PANEL);
    if (luaL_testudata(L, 1, FIGURE))
        lua_pushvalue(L, 1);
    else
        lua_getiuservalue(L, 1, 1);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

/* panels(figure, rows, columns, places or nil): a list of rows × columns panel numbers. */
static int set_panels(lua_State *L)
{
    handle *h = plot_handle_check(L);
    int rows = check_int(L, 2), cols = check_int(L, 3);
    int place[PLOT_PANELS_MAX] = { 0 }, count = lua_istable(L, 4) ? (int)lua_rawlen(L, 4) : 0;
    for (int i = 0; i < count && i < PLOT_PANELS_MAX; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, 4, i + 1);
        place[i] = (int)lua_tointeger(L, -1);
    }
    plot_handle_status(L, h, plot_figure_panels(h->figure, rows, cols, count > 0 ? place : NULL));
    return 0;
}

static plot_axis axis_of(lua_State *L, int arg)
{
    const char *name = luaL_checkstring(L, arg);
    return *name == 'x' ? PLOT_X : *name == 'r' ? PLOT_RIGHT : PLOT_Y;
}

/* weights(figure, axis, {…}): as many as rows or columns. */
static int set_weights(lua_State *L)
{
    handle *h = plot_handle_check(L);
    double weight[PLOT_TRACKS_MAX] = { 0 };
    for (int i = 0; i < PLOT_TRACKS_MAX; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, 3, i + 1);
        weight[i] = lua_tonumber(L, -1);
    }
    plot_handle_status(L, h, plot_figure_weights(h->figure, axis_of(L, 2), weight));
    return 0;
}

static int set_share(lua_State *L) /* (figure, axis, shared) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_figure_share(h->figure, axis_of(L, 2), lua_toboolean(L, 3)));
    return 0;
}

static int count_panels(lua_State *L) /* (figure) */
{
    lua_pushinteger(L, (lua_Integer)plot_figure_count(plot_handle_check(L)->figure));
    return 1;
}

/* ---- settings of a panel --------------------------------------------------------------------- */

static int set_title(lua_State *L) /* (figure or panel, text) */
{
    handle *h = plot_handle_check(L);
    const char *title = luaL_checkstring(L, 2);
    bool panel = luaL_testudata(L, 1, PANEL) != NULL;
    plot_handle_status(
        L, h, panel ? plot_panel_title(h->panel, title) : plot_figure_title(h->figure, title));
    return 0;
}

static int set_title_color(lua_State *L) /* (panel, 0 … 8) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_title_color(h->panel, (int)luaL_checkinteger(L, 2)));
    return 0;
}

static int set_label(lua_State *L) /* (panel, axis, text) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_label(h->panel, axis_of(L, 2), luaL_checkstring(L, 3)));
    return 0;
}

static int set_scale(lua_State *L) /* (panel, axis, name) */
{
    static const char *const names[] = { "linear",   "log",      "symlog", "time",
                                         "duration", "category", NULL };
    handle *h = plot_handle_check(L);
    plot_scale scale = (plot_scale)luaL_checkoption(L, 3, NULL, names);
    plot_handle_status(L, h, plot_panel_scale(h->panel, axis_of(L, 2), scale));
    return 0;
}

static int set_unit(lua_State *L) /* (panel, axis, name) */
{
    static const char *const names[] = { "plain", "percent", "bytes", NULL };
    handle *h = plot_handle_check(L);
    plot_unit unit = (plot_unit)luaL_checkoption(L, 3, NULL, names);
    plot_handle_status(L, h, plot_panel_unit(h->panel, axis_of(L, 2), unit));
    return 0;
}

static int set_threshold(lua_State *L) /* (panel, axis, number) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_threshold(h->panel, axis_of(L, 2), luaL_checknumber(L, 3)));
    return 0;
}

static const char **push_list(lua_State *L, int arg);

static int set_names(lua_State *L) /* (panel, axis, {string, …}) */
{
    handle *h = plot_handle_check(L);
    const char **names = push_list(L, 3);
    plot_handle_status(L, h, plot_panel_names(h->panel, axis_of(L, 2), names, lua_rawlen(L, 3)));
    return 0;
}

static int set_limits(lua_State *L) /* (panel, axis, low or nil, high or nil) */
{
    handle *h = plot_handle_check(L);
    double nan = (double)NAN, low = luaL_optnumber(L, 3, nan), high = luaL_optnumber(L, 4, nan);
    plot_handle_status(L, h, plot_panel_limits(h->panel, axis_of(L, 2), low, high));
    return 0;
}

static int set_reverse(lua_State *L) /* (panel, axis, reversed) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_reverse(h->panel, axis_of(L, 2), lua_toboolean(L, 3)));
    return 0;
}

static int set_legend(lua_State *L) /* (panel, shown) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_legend(h->panel, lua_toboolean(L, 2)));
    return 0;
}

static int set_axes(lua_State *L) /* (panel, shown) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_axes(h->panel, lua_toboolean(L, 2)));
    return 0;
}

static int set_equal(lua_State *L) /* (panel, equal) */
{
    handle *h = plot_handle_check(L);
    plot_handle_status(L, h, plot_panel_equal(h->panel, lua_toboolean(L, 2)));
    return 0;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static int rendering_gc(lua_State *L)
{
    plot_text_free(luaL_checkudata(L, 1, RENDERING));
    return 0;
}

plot_text *plot_lua_push_text(lua_State *L)
{
    plot_text *out = lua_newuserdatauv(L, sizeof *out, 0);
    *out = (plot_text){ .bytes = NULL };
    if (luaL_newmetatable(L, RENDERING)) {
        lua_pushcfunction(L, rendering_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return out;
}

/* Pushes a value that owns the figure's rendering, with pictures for a terminal, if it is not NULL and they are not
** too large for it. */
static const plot_text *push_rendering(lua_State *L, const handle *h, const plot_frame *frame,
                                       const plot_terminal *terminal)
{
    plot_text *out = plot_lua_push_text(L);
    plot_status status = PLOT_INVALID;
    if (terminal) status = plot_render_graphics(h->figure, frame, terminal, out);
    if (status == PLOT_INVALID) status = plot_render(h->figure, frame, out);
    if (status != PLOT_OK) {
        lua_pushstring(L, out->error);
        plot_lua_error(L);
    }
    return out;
}

static plot_color color_of(int depth)
{
    return depth >= 256  ? PLOT_COLOR_256
           : depth >= 24 ? PLOT_COLOR_RGB
           : depth >= 16 ? PLOT_COLOR_16
                         : PLOT_NO_COLOR;
}

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* The frame of the session's terminal: its whole width, and no more rows than leave the prompt in sight. */
static plot_frame session_frame(lua_State *L, const handle *h, int columns, bool colors)
{
    const session_options *o = &session_of(L)->options;
    int cols = within(columns, 1, PLOT_FRAME_MAX);
    return (plot_frame){ .cols = cols,
                         .rows = plot_figure_rows_among(h->figure, cols, o->rows - 3),
                         .charset = o->utf8 ? PLOT_UTF8 : PLOT_ASCII,
                         .background = o->light ? PLOT_LIGHT : PLOT_DARK,
                         .color = color_of(colors ? o->color_depth : 0) };
}

plot_frame plot_session_frame(lua_State *L, const handle *h, int columns)
{
    return session_frame(L, h, columns, true);
}

static int size_field(lua_State *L, int table, const char *name, int value)
{
    if (lua_getfield(L, table, name) != LUA_TNIL) {
        lua_Integer n = lua_tointeger(L, -1);
        if (!lua_isinteger(L, -1) || n < 1 || n > PLOT_FRAME_MAX) {
            lua_pushfstring(L, "plot: %s is %s; a whole number from 1 to %d expected", name,
                            luaL_tolstring(L, -1, NULL), PLOT_FRAME_MAX);
            plot_lua_error(L);
        }
        value = (int)n;
    }
    lua_pop(L, 1);
    return value;
}

/* Changes the frame by the options in the table, all of them checked but the sizes; `room` is that of
** plot_figure_rows_among. */
static void read_frame(lua_State *L, const handle *h, int room, int table, plot_frame *frame)
{
    frame->cols = size_field(L, table, "cols", frame->cols);
    frame->rows =
        size_field(L, table, "rows", plot_figure_rows_among(h->figure, frame->cols, room));
    if (lua_getfield(L, table, "color") != LUA_TNIL)
        frame->color = lua_isboolean(L, -1) ? color_of(lua_toboolean(L, -1) ? 24 : 0)
                                            : color_of((int)lua_tointeger(L, -1));
    if (lua_getfield(L, table, "charset") != LUA_TNIL)
        frame->charset = strcmp(lua_tostring(L, -1), "ascii") == 0 ? PLOT_ASCII : PLOT_UTF8;
    if (lua_getfield(L, table, "background") != LUA_TNIL)
        frame->background = strcmp(lua_tostring(L, -1), "light") == 0 ? PLOT_LIGHT : PLOT_DARK;
    lua_pop(L, 3);
}

/* text(figure, {cols=, rows=, color=, charset=, background=}): the same string wherever it is made. */
static int figure_text(lua_State *L)
{
    handle *h = plot_handle_check(L);
    plot_frame frame = { .cols = USUAL_COLUMNS };
    luaL_checktype(L, 2, LUA_TTABLE);
    read_frame(L, h, ROOM_OF_TEXT, 2, &frame);
    const plot_text *out = push_rendering(L, h, &frame, NULL);
    lua_pushlstring(L, out->bytes, out->length);
    return 1;
}

/* What of the frame the table asked for. */
static plot_wish read_wish(lua_State *L, int table, const plot_frame *frame)
{
    plot_wish wish = { .ascii = frame->charset == PLOT_ASCII };
    if (lua_getfield(L, table, "cols") != LUA_TNIL) wish.cols = frame->cols;
    if (lua_getfield(L, table, "rows") != LUA_TNIL) wish.rows = frame->rows;
    if (lua_getfield(L, table, "charset") == LUA_TNIL) wish.ascii = false;
    if (lua_getfield(L, table, "background") != LUA_TNIL)
        wish.background = 1 + (int)frame->background;
    lua_pop(L, 4);
    return wish;
}

/* show(figure, {cols=, rows=, charset=, background=, graphics=}): to the session's output. */
static int figure_show(lua_State *L)
{
    handle *h = plot_handle_check(L);
    const session_options *o = &session_of(L)->options;
    plot_frame frame = session_frame(L, h, o->columns, true);
    plot_terminal terminal;
    luaL_checktype(L, 2, LUA_TTABLE);
    bool pictures = plot_lua_terminal(L, &frame, &terminal);
    read_frame(L, h, o->rows - 3, 2, &frame);
    pictures =
        pictures && frame.charset == PLOT_UTF8 && frame.rows < o->rows && frame.cols <= o->columns;
    if (lua_getfield(L, 2, "graphics") == LUA_TBOOLEAN && !lua_toboolean(L, -1)) pictures = false;
    const plot_text *out = push_rendering(L, h, &frame, pictures ? &terminal : NULL);
    plot_wish wish = read_wish(L, 2, &frame);
    session_tell_figure(L, 1, &wish);
    if (!session_emit(L, SESSION_FIGURE, out->bytes, out->length))
        session_write(L, out->bytes, out->length);
    return 0;
}

bool plot_lua_data(text *t, int idx, const plot_wish *wish)
{
    lua_State *L = t->L;
    handle *h = test_handle(L, idx);
    if (!h) return false;
    plot_text *out = plot_lua_push_text(L);
    plot_status status = plot_figure_write(h->figure, wish, out);
    if (status == PLOT_INVALID) status = plot_data_text(h->figure, out);
    if (status != PLOT_OK) {
        lua_pushstring(L, out->error);
        plot_lua_error(L);
    }
    text_add(t, out->bytes, out->length);
    lua_pop(L, 1);
    return true;
}

bool plot_lua_display(text *t, int idx, int columns, bool brief)
{
    lua_State *L = t->L;
    handle *h = test_handle(L, idx);
    if (!h) return false;
    if (brief) {
        text_puts(t, "figure");
        return true;
    }
    plot_frame frame = session_frame(L, h, columns, t->colors);
    plot_terminal terminal;
    bool pictures = t->colors && plot_lua_terminal(L, &frame, &terminal);
    const plot_text *out = push_rendering(L, h, &frame, pictures ? &terminal : NULL);
    text_add(t, out->bytes, out->length - 1);
    lua_pop(L, 1);
    return true;
}

static int figure_tostring(lua_State *L)
{
    text *t = text_new(L);
    if (!plot_lua_display(t, 1, session_of(L)->options.columns, false))
        text_puts(t, "figure (closed)");
    text_push(t);
    return 1;
}

/* ---- files and errors ------------------------------------------------------------------------ */

typedef struct writing {
    const char *path, *bytes;
    size_t size;
} writing;

static ml_status write_file(void *ctx)
{
    const writing *w = ctx;
    return ml_file_write(w->path, w->bytes, w->size);
}

/* write(path, text): whole or not at all. */
static int write_text(lua_State *L)
{
    writing w = { .path = luaL_checkstring(L, 1), .bytes = luaL_checklstring(L, 2, &w.size) };
    if (strlen(w.path) != lua_rawlen(L, 1)) {
        lua_pushliteral(L, "save: the path has a zero byte");
        return plot_lua_error(L);
    }
    if (!session_path_allowed(L, w.path)) {
        lua_pushfstring(L, "save: %s", lua_tostring(L, -1));
        return plot_lua_error(L);
    }
    lab_protect(L, write_file, &w);
    return 0;
}

static int fail(lua_State *L) /* (message) */
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    return plot_lua_error(L);
}

/* The strings of the list at ARG, NULL-ended, in a userdata that is pushed. */
static const char **push_list(lua_State *L, int arg)
{
    size_t n = lua_rawlen(L, arg);
    const char **list = lua_newuserdatauv(L, (n + 1) * sizeof *list, 0);
    for (size_t i = 0; i < n; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        list[i] = luaL_checkstring(L, -1);
    }
    list[n] = NULL;
    return list;
}

/* options(op, table, names): an error if the table has a name that is not in the list. */
static int check_options(lua_State *L)
{
    const char *op = luaL_checkstring(L, 1);
    lab_options(L, op, 2, push_list(L, 3));
    return 0;
}

/* nearest(name, names): or nil. */
static int nearest(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_pushstring(L, lab_nearest(name, push_list(L, 2)));
    return 1;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Makes a metatable whose methods are the table NAME of the module, which is on top of the stack. */
static void make_class(lua_State *L, const char *class, const char *name, lua_CFunction gc)
{
    luaL_newmetatable(L, class);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, name);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, figure_tostring);
    lua_setfield(L, -2, "__tostring");
    if (gc) lua_pushcfunction(L, gc), lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

static int open_core(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "new", new_figure },
        { "panel", get_panel },
        { "panels", set_panels },
        { "count", count_panels },
        { "weights", set_weights },
        { "share", set_share },
        { "title", set_title },
        { "label", set_label },
        { "scale", set_scale },
        { "title_color", set_title_color },
        { "limits", set_limits },
        { "unit", set_unit },
        { "threshold", set_threshold },
        { "names", set_names },
        { "reverse", set_reverse },
        { "legend", set_legend },
        { "axes", set_axes },
        { "equal", set_equal },
        { "text", figure_text },
        { "show", figure_show },
        { "write", write_text },
        { "fail", fail },
        { "options", check_options },
        { "nearest", nearest },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    plot_numbers_open(L);
    plot_data_open(L);
    plot_statistics_open(L);
    plot_screens_open(L);
    plot_tracks_open(L);
    plot_picture_open(L);
    make_class(L, FIGURE, "Figure", figure_gc);
    make_class(L, PANEL, "Panel", NULL);
    return 1;
}

void plot_lua_open(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, open_core);
    lua_setfield(L, -2, "plot.core");
    lua_pop(L, 1);
}
