/* plot_lua_picture.c -- figures as files of shapes and pixels, and what the terminal can draw of them. */
#include <lauxlib.h>
#include <string.h>

#include "lua_api/plot_lua.h"
#include "lua_api/session.h"

/* ---- the terminal ---------------------------------------------------------------------------- */

/* Is it nearer to white than to black? */
static bool is_light(long rgb)
{
    long r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
    return 299 * r + 587 * g + 114 * b > 127500;
}

bool plot_lua_terminal(lua_State *L, plot_frame *frame, plot_terminal *terminal)
{
    const session_options *o = &session_of(L)->options;
    session_graphics g = { .background = -1 };
    if (!o->graphics || !o->redraw || o->write || frame->color == PLOT_NO_COLOR) return false;
    o->graphics(o->graphics_ctx, &g);
    if (g.background >= 0) frame->background = is_light(g.background) ? PLOT_LIGHT : PLOT_DARK;
    if (g.kind == SESSION_CELLS || frame->charset != PLOT_UTF8) return false;
    *terminal = (plot_terminal){ .protocol = g.kind == SESSION_KITTY   ? PLOT_KITTY
                                             : g.kind == SESSION_SIXEL ? PLOT_SIXEL
                                                                       : PLOT_ITERM,
                                 .cell_width = g.cell_width,
                                 .cell_height = g.cell_height,
                                 .ground = g.background,
                                 .tmux = g.tmux,
                                 .picture = g.picture };
    return frame->rows < o->rows && frame->cols <= o->columns;
}

/* ---- files ----------------------------------------------------------------------------------- */

static int int_field(lua_State *L, const char *name, int value)
{
    lua_getfield(L, 3, name);
    if (!lua_isnil(L, -1)) value = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return value;
}

/* picture(figure, format, {cols=, rows=, width=, background=, transparent=}): the bytes of a file; the options have
** been checked. */
static int make_picture(lua_State *L)
{
    static const char *const formats[] = { "svg", "png", "html", NULL };
    plot_handle *h = plot_handle_check(L);
    plot_picture picture = { .format = (plot_format)luaL_checkoption(L, 2, NULL, formats) };
    luaL_checktype(L, 3, LUA_TTABLE);
    plot_frame frame =
        plot_figure_page(h->figure, int_field(L, "cols", 0), int_field(L, "rows", 0));
    picture.width = int_field(L, "width", picture.format == PLOT_PNG ? 1200 : 0);
    lua_getfield(L, 3, "transparent");
    picture.transparent = lua_toboolean(L, -1);
    if (lua_getfield(L, 3, "background") == LUA_TSTRING)
        frame.background = strcmp(lua_tostring(L, -1), "dark") == 0 ? PLOT_DARK : PLOT_LIGHT;
    lua_pop(L, 2);
    plot_text *out = plot_lua_push_text(L);
    if (plot_render_picture(h->figure, &frame, &picture, out) != PLOT_OK) {
        lua_pushstring(L, out->error);
        return plot_lua_error(L);
    }
    lua_pushlstring(L, out->bytes, out->length);
    return 1;
}

void plot_picture_open(lua_State *L)
{
    lua_pushcfunction(L, make_picture);
    lua_setfield(L, -2, "picture");
}
