/* output.c -- what code prints.  print and show make control characters visible always; io's write
** functions do so when they would reach a terminal, and write bytes as they are to files and pipes. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lua_api/plot_lua.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

#define PIECE 65536 /* bytes between two looks for a stop */

static bool put(session *s, const char *bytes, size_t size)
{
    if (s->options.write) {
        s->options.write(s->options.write_ctx, bytes, size);
        return true;
    }
    for (size_t at = 0, n; at < size; at += n) {
        n = size - at < PIECE ? size - at : PIECE;
        if (fwrite(bytes + at, 1, n, stdout) != n) return false;
        if (s->stop != STOP_NONE && at + n < size) return errno = EINTR, false;
    }
    return true;
}

void session_end_line(session *s)
{
    if (s->line_open && !s->options.emit) put(s, "\n", 1);
    s->line_open = false;
}

bool session_emit(lua_State *L, session_output kind, const char *bytes, size_t size)
{
    session *s = session_of(L);
    if (!s->options.emit) return false;
    if (s->line_open && kind != SESSION_PROGRESS)
        s->options.emit(s->options.write_ctx, SESSION_PROGRESS, "", 0);
    s->options.emit(s->options.write_ctx, kind, bytes, size);
    s->line_open = kind == SESSION_PROGRESS && size > 0;
    return true;
}

void session_write(lua_State *L, const char *bytes, size_t size)
{
    static const char erase[] = "\r\033[K";
    session *s = session_of(L);
    if (s->live) {
        session_live_print(s, bytes, size);
        return;
    }
    if (s->line_open) session_emit(L, SESSION_PROGRESS, "", 0);
    bool erased = !s->line_open || put(s, erase, sizeof erase - 1);
    s->line_open = false;
    if (erased && put(s, bytes, size)) return;
    int code = errno;
    if (code == EINTR && s->stop != STOP_NONE) {
        clearerr(stdout);
        session_raise_stop(L);
    }
    s->output_failed = true;
    luaL_error(L, "standard output: %s", strerror(code));
}

void session_write_visible(lua_State *L, const char *s, size_t size)
{
    if (text_is_plain(s, size)) {
        session_write(L, s, size);
        return;
    }
    text *t = text_new(L);
    text_visible(t, s, size, true);
    session_write(L, t->data, t->size);
    lua_pop(L, 1);
}

/* Appends what print shows of the value at idx: its __tostring or __name as in Lua, but a plain table with
** what is in it, and no addresses. */
static void add_printed(text *t, int idx, int columns)
{
    lua_State *L = t->L;
    if (lua_type(L, idx) == LUA_TSTRING) {
        size_t n;
        const char *s = lua_tolstring(L, idx, &n);
        text_visible(t, s, n, true);
    } else
        session_display(t, idx, columns);
}

static int output_print(lua_State *L)
{
    session *s = session_of(L);
    int n = lua_gettop(L);
    text *t = text_new(L);
    t->colors = true;
    bool lines = false; /* a value of several lines stands apart */
    for (int i = 1; i <= n; i++) {
        size_t start = t->size;
        add_printed(t, i, s->options.columns);
        bool many = lua_type(L, i) == LUA_TUSERDATA && strchr(t->data + start, '\n');
        if (i > 1) text_insert(t, start, many || lines ? "\n" : "\t");
        lines = many;
    }
    text_puts(t, "\n");
    session_write(L, t->data, t->size);
    return 0;
}

static FILE *open_file(lua_State *L, int idx)
{
    luaL_Stream *stream = luaL_testudata(L, idx, LUA_FILEHANDLE);
    return stream && stream->closef ? stream->f : NULL;
}

/* show(…) prints each value as a cell shows its last one.  What io.write returns is not worth it. */
static int output_show(lua_State *L)
{
    session *s = session_of(L);
    int n = lua_gettop(L);
    if (n == 1 && open_file(L, 1) == stdout) return 0;
    for (int i = 1; i <= n; i++) {
        text *t = text_new(L);
        t->colors = true;
        session_display(t, i, s->options.columns);
        text_puts(t, "\n");
        session_tell_digits(L, i);
        session_output kind = plot_lua_is_figure(L, i) ? SESSION_FIGURE : SESSION_VALUE;
        if (!session_emit(L, kind, t->data, t->size)) session_write(L, t->data, t->size);
        lua_pop(L, 1);
    }
    return 0;
}

/* ---- io -------------------------------------------------------------------------------------- */

/* Replaces the strings among the arguments from FIRST on by visible ones. */
static void make_visible(lua_State *L, int first)
{
    for (int i = first; i <= lua_gettop(L); i++) {
        size_t n;
        const char *s = lua_type(L, i) == LUA_TSTRING ? lua_tolstring(L, i, &n) : NULL;
        if (!s || text_is_plain(s, n)) continue;
        text *t = text_new(L);
        text_visible(t, s, n, true);
        text_push(t);
        lua_replace(L, i);
        lua_pop(L, 1);
    }
}

static bool any_hidden(lua_State *L, int first)
{
    for (int i = first; i <= lua_gettop(L); i++) {
        size_t n;
        const char *s = lua_type(L, i) == LUA_TSTRING ? lua_tolstring(L, i, &n) : NULL;
        if (s && !text_is_plain(s, n)) return true;
    }
    return false;
}

/* Sends the arguments from FIRST on to the session's writer. */
static void write_to_session(lua_State *L, int first)
{
    make_visible(L, first);
    for (int i = first; i <= lua_gettop(L); i++) {
        size_t n;
        luaL_checktype(L, i, lua_type(L, i) == LUA_TNUMBER ? LUA_TNUMBER : LUA_TSTRING);
        const char *s = luaL_checklstring(L, i, &n);
        session_write(L, s, n);
    }
}

/* file:write(…); upvalue 1 is Lua's own. */
static int output_file_write(lua_State *L)
{
    session *s = session_of(L);
    FILE *f = open_file(L, 1);
    if (f == stdout && (s->options.write || s->live)) {
        write_to_session(L, 2);
        lua_settop(L, 1);
        return 1;
    }
    if (f && any_hidden(L, 2) && isatty(fileno(f))) make_visible(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* io.write(…) is io.output():write(…). */
static int output_io_write(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_call(L, 0, 1);
    lua_insert(L, 1);
    return output_file_write(L);
}

void session_open_output(lua_State *L)
{
    lua_pushcfunction(L, output_print);
    lua_setglobal(L, "print");
    lua_pushcfunction(L, output_show);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.show");
    lua_setglobal(L, "show");
    luaL_getmetatable(L, LUA_FILEHANDLE);
    lua_getfield(L, -1, "__index");
    lua_getfield(L, -1, "write");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, output_file_write, 1);
    lua_setfield(L, -3, "write");
    lua_getglobal(L, "io");
    lua_insert(L, -2);
    lua_getfield(L, -2, "output");
    lua_pushcclosure(L, output_io_write, 2);
    lua_setfield(L, -2, "write");
    lua_pop(L, 3);
}
