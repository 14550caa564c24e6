/* console_lua.c -- the Lua module "lab.console", for our modules that show progress: a line that is redrawn in
** place, text cut to columns, and work that is done however a block of code ends.
**
** While a line stands open (session.line_open), anything else that is printed takes its place, and the end of
** the run finishes it (output.c): a half-drawn line never stays behind. */
#include "lua_api/console_lua.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/session.h"
#include "lua_api/text.h"

static int width(const session *s)
{
    int columns, rows;
    session_terminal_size(s, &columns, &rows);
    return columns;
}

/* The bytes of the character at S, which ends before END. */
static size_t character_size(const char *s, const char *end)
{
    size_t n = 1;
    while (s + n < end && ((unsigned char)s[n] & 0xC0) == 0x80) n++;
    return n;
}

/* How many bytes at the start of S take at most COLUMNS. */
static size_t bytes_within(const char *s, size_t size, int columns)
{
    const char *p = s, *end = s + size;
    while (p < end) {
        size_t n = character_size(p, end);
        columns -= text_columns(p, n);
        if (columns < 0) break;
        p += n;
    }
    return (size_t)(p - s);
}

/* Appends S on one line, made visible, of at most COLUMNS: what is cut ends in "…". */
static void add_cut(text *out, const char *s, size_t size, int columns, bool utf8)
{
    size_t start = out->size;
    text_visible(out, s, size, false);
    const char *line = out->data + start;
    if (columns < 0) columns = 0;
    if (text_columns(line, out->size - start) <= columns) return;
    out->size = start + bytes_within(line, out->size - start, columns - 1);
    out->data[out->size] = '\0';
    if (columns > 0) text_puts(out, utf8 ? "\u2026" : ">");
}

/* cut(text, columns): text on one line, made visible, cut to columns. */
static int console_cut(lua_State *L)
{
    size_t n;
    const char *s = luaL_checklstring(L, 1, &n);
    text *out = text_new(L);
    add_cut(out, s, n, (int)luaL_checkinteger(L, 2), session_of(L)->options.utf8);
    text_push(out);
    return 1;
}

/* columns(text): how many it takes. */
static int console_columns(lua_State *L)
{
    size_t n;
    const char *s = luaL_checklstring(L, 1, &n);
    lua_pushinteger(L, text_columns(s, n));
    return 1;
}

/* terminal(): can a line be redrawn?  its columns; does it show UTF-8? */
static int console_terminal(lua_State *L)
{
    const session *s = session_of(L);
    lua_pushboolean(L, s->options.redraw);
    lua_pushinteger(L, width(s));
    lua_pushboolean(L, s->options.utf8);
    return 3;
}

/* redraw(text): the open line reads text, cut to the terminal; it stays open.  Nothing elsewhere,
** and nothing while a live figure is up. */
static int console_redraw(lua_State *L)
{
    session *s = session_of(L);
    size_t n;
    const char *line = luaL_checklstring(L, 1, &n);
    if (!s->options.redraw || s->live) return 0;
    text *out = text_new(L);
    if (s->options.emit) {
        add_cut(out, line, n, width(s), s->options.utf8);
        session_emit(L, SESSION_PROGRESS, out->data, out->size);
        return 0;
    }
    text_puts(out, "\r");
    add_cut(out, line, n, width(s) - 3, s->options.utf8); /* the terminal may add ^C and a cursor */
    text_puts(out, "\033[K");
    s->line_open = false;
    session_write(L, out->data, out->size);
    s->line_open = true;
    if (!s->options.write) fflush(stdout);
    return 0;
}

/* erase(): the open line is gone, as if it had never been. */
static int console_erase(lua_State *L)
{
    if (!session_of(L)->live) session_write(L, "", 0);
    if (!session_of(L)->options.write) fflush(stdout);
    return 0;
}

/* ---- guards ---------------------------------------------------------------------------------- */

static int close_guard(lua_State *L)
{
    session *s = session_of(L);
    stop_reason why = (stop_reason)s->stop;
    if (why != STOP_NONE) session_suspend_stop(s);
    lua_getiuservalue(L, 1, 1);
    int status = lua_pcall(L, 0, 0, 0);
    if (why != STOP_NONE) session_stop(s, why);
    return status == LUA_OK ? 0 : lua_error(L);
}

/* guard(f): local _ <close> = guard(f) calls f when the block ends, also by an error or an interrupt, which
** waits until f has returned. */
static int console_guard(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_newuserdatauv(L, 1, 1);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    if (luaL_newmetatable(L, "guard")) {
        lua_pushcfunction(L, close_guard);
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    return 1;
}

int lab_open_console(lua_State *L)
{
    static const luaL_Reg functions[] = { { "terminal", console_terminal },
                                          { "columns", console_columns },
                                          { "cut", console_cut },
                                          { "redraw", console_redraw },
                                          { "erase", console_erase },
                                          { "guard", console_guard },
                                          { NULL, NULL } };
    luaL_newlib(L, functions);
    return 1;
}
