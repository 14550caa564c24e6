/* live_lua.c -- live figures on the session's terminal, for the module "plot.core", which has them in its field screens.
**
** One figure at a time is up: it stands above the cursor, and what code prints meanwhile comes above it
** (session_live_print).  A frame is written without waiting: through a description of the terminal of its own
** that does not block, and not at all while the terminal has not taken what it was sent before.  What is left
** of a frame goes first the next time.
**
**     figure up ──print──► text above it, figure written again below;  many prints in a short time:
**                          figure away (hidden) until its next frame
**
** Where somebody takes the session's outputs (options.emit), frames are given to them, as progress, and the last one
** as a figure.
**
** How often there are frames is decided in plot/live.lua. */
#define _GNU_SOURCE /* TIOCGWINSZ, TIOCOUTQ */
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lua_api/plot_lua.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

#define SCREEN "plot.screen"
#define FINISH "moonlab.finish"

#define REPRINT_EVERY                                                                              \
    0.1 /* seconds between two times that the figure is written again because of a print */
#define LINE_MOST 2048
#define PATIENCE  20 /* times 100 ms that an interrupted session waits for its terminal */

typedef struct live_screen {
    session *owner;
    plot_renderer *renderer;
    plot_live *live;
    int terminal; /* a descriptor of the terminal that does not block; -1: none */
    char *rest;   /* of a frame, not yet sent */
    size_t rest_size, rest_capacity;
    double reprinted;
    char line
        [LINE_MOST]; /* the last line printed, when it has not ended: it is written again with what follows */
    size_t line_size;
    int line_rows; /* that it takes above the figure */
    bool
        given; /* rest is the last frame, which was given to options.emit; its figure is the user value */
    int rows; /* that it has */
} live_screen;

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void session_terminal_size(const session *s, int *columns, int *rows)
{
    struct winsize size = { 0 };
    *columns = s->options.columns;
    *rows = s->options.rows;
    if (!s->options.redraw || s->options.write || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return;
    if (size.ws_col > 0) *columns = size.ws_col;
    if (size.ws_row > 0) *rows = size.ws_row;
}

/* ---- sending --------------------------------------------------------------------------------- */

static void open_terminal(live_screen *screen)
{
    char path[256];
    if (screen->terminal >= 0 || ttyname_r(STDOUT_FILENO, path, sizeof path) != 0) return;
    screen->terminal = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int descriptor(const live_screen *screen)
{
    return screen->terminal >= 0 ? screen->terminal : STDOUT_FILENO;
}

/* Has the terminal taken everything, and does it take more? */
static bool is_drained(live_screen *screen)
{
    int queued = 0;
    struct pollfd ask = { .fd = descriptor(screen), .events = POLLOUT };
    if (ioctl(ask.fd, TIOCOUTQ, &queued) == 0 && queued > 0) return false;
    return poll(&ask, 1, 0) == 1 && (ask.revents & POLLOUT) != 0;
}

/* Sends what it can; returns how much that was. */
static size_t send_now(live_screen *screen, const char *bytes, size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        ssize_t n = write(descriptor(screen), bytes + sent, size - sent);
        if (n < 0 && errno == EINTR && screen->owner->stop == STOP_NONE) continue;
        if (n <= 0) break;
        sent += (size_t)n;
    }
    return sent;
}

/* Sends what is left of the last frame; WAIT: all of it, unless the user loses patience. */
static bool send_rest(live_screen *screen, bool wait)
{
    int tries = 0;
    for (;;) {
        size_t sent = send_now(screen, screen->rest, screen->rest_size);
        screen->rest_size -= sent;
        memmove(screen->rest, screen->rest + sent, screen->rest_size);
        if (screen->rest_size == 0) return true;
        if (!wait || (screen->owner->stop != STOP_NONE && ++tries > PATIENCE)) return false;
        struct pollfd ask = { .fd = descriptor(screen), .events = POLLOUT };
        if (poll(&ask, 1, 100) > 0 && (ask.revents & (POLLERR | POLLHUP)) != 0) {
            screen->rest_size = 0;
            return false;
        }
    }
}

/* Adds to what is to be sent; false when memory is out. */
static bool add_rest(live_screen *screen, const char *bytes, size_t size)
{
    if (screen->rest_size + size > screen->rest_capacity) {
        size_t wanted = 2 * (screen->rest_size + size);
        char *grown = realloc(screen->rest, wanted);
        if (!grown) return false;
        screen->rest = grown;
        screen->rest_capacity = wanted;
    }
    if (size > 0) memcpy(screen->rest + screen->rest_size, bytes, size);
    screen->rest_size += size;
    return true;
}

/* ---- what is printed meanwhile --------------------------------------------------------------- */

/* Adds the renderer's last drawing, in place or anew; false when memory is out. */
static bool add_frame(live_screen *screen, size_t *size)
{
    const char *bytes;
    if (plot_live_frame(screen->live, screen->renderer, &bytes, size) != PLOT_OK) return false;
    return add_rest(screen, bytes, *size);
}

/* Takes the unfinished line above the figure away, whose place the cursor is below. */
static void add_line_erasure(live_screen *screen)
{
    for (int i = 0; i < screen->line_rows; i++) add_rest(screen, "\033[A\033[K", 6);
    if (screen->line_rows > 0) add_rest(screen, "\r", 1);
    screen->line_rows = 0;
}

/* Keeps what is after the last end of a line; true if there is something, which then needs an end for now. */
static bool keep_line(live_screen *screen, const char *printed, size_t size)
{
    size_t tail = 0;
    int columns, rows;
    while (tail < size && printed[size - 1 - tail] != '\n') tail++;
    if (tail < size) screen->line_size = 0;
    if (screen->line_size + tail > LINE_MOST) {
        screen->line_size = 0;
        return true;
    }
    memcpy(screen->line + screen->line_size, printed + size - tail, tail);
    screen->line_size += tail;
    if (screen->line_size == 0) return false;
    session_terminal_size(screen->owner, &columns, &rows);
    int width = text_columns(screen->line, screen->line_size);
    screen->line_rows = width > columns ? (width + columns - 1) / columns : 1;
    return true;
}

static void add_above(live_screen *screen, const char *printed, size_t size)
{
    static const char begin[] = "\033[?2026h", end[] = "\033[?2026l";
    const char *bytes;
    size_t length;
    double now = seconds_now();
    bool again = now - screen->reprinted >= REPRINT_EVERY && plot_live_rows(screen->live) > 0;
    if (size == 0 || plot_live_erase(screen->live, &bytes, &length) != PLOT_OK) return;
    if (again) add_rest(screen, begin, sizeof begin - 1);
    add_rest(screen, bytes, length);
    add_line_erasure(screen);
    add_rest(screen, screen->line, screen->line_size);
    add_rest(screen, printed, size);
    if (keep_line(screen, printed, size)) add_rest(screen, "\n", 1);
    if (!again) return;
    screen->reprinted = now;
    add_frame(screen, &length);
    add_rest(screen, end, sizeof end - 1);
}

void session_live_print(session *s, const char *bytes, size_t size)
{
    live_screen *screen = s->live;
    fflush(stdout);
    add_above(screen, bytes, size);
    send_rest(screen, true);
}

/* ---- for those who take outputs -------------------------------------------------------------- */

/* Gives the figure, drawn for FRAME; returns its bytes. */
static size_t give_frame(lua_State *L, live_screen *screen, const plot_handle *h,
                         const plot_frame *frame)
{
    plot_text drawn;
    plot_handle_status(L, h, plot_render(h->figure, frame, &drawn));
    size_t size = drawn.length > 0 ? drawn.length - 1 : 0; /* without its last newline */
    screen->rest_size = 0;
    screen->given = add_rest(screen, drawn.bytes, drawn.length);
    session_emit(L, SESSION_PROGRESS, drawn.bytes, size);
    plot_text_free(&drawn);
    return size;
}

/* The last frame of the screen at argument 1 stands where it is, as a figure. */
static void leave_given(lua_State *L, live_screen *screen)
{
    if (!screen->given) return;
    screen->given = false;
    session_emit(L, SESSION_PROGRESS, "", 0);
    lua_getiuservalue(L, 1, 1);
    session_tell_figure(L, lua_gettop(L), &(plot_wish){ .rows = screen->rows });
    lua_pop(L, 1);
    session_emit(L, SESSION_FIGURE, screen->rest, screen->rest_size);
    screen->rest_size = 0;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void leave(live_screen *screen)
{
    session *s = screen->owner;
    if (s->live != screen) return;
    send_rest(screen, true);
    plot_live_end(screen->live);
    screen->line_size = 0;
    screen->line_rows = 0;
    if (screen->terminal >= 0) close(screen->terminal);
    screen->terminal = -1;
    s->live = NULL;
}

void session_end_live(session *s)
{
    lua_State *L = s->L;
    if (!s->unfinished && !s->live) return;
    s->unfinished = false;
    if (lua_checkstack(L, 4) && lua_getfield(L, LUA_REGISTRYINDEX, FINISH) == LUA_TFUNCTION) {
        if (lua_pcall(L, 0, 0, 0) != LUA_OK) lua_pop(L, 1);
        session_clear_stop(s);
    } else {
        lua_pop(L, 1);
    }
    if (s->live) leave(s->live);
}

/* at_end(f): f is called once at the end of every run in which unfinished() was. */
static int set_finish(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, FINISH);
    return 0;
}

static int set_unfinished(lua_State *L)
{
    session_of(L)->unfinished = true;
    return 0;
}

/* ---- screens in Lua -------------------------------------------------------------------------- */

static int screen_gc(lua_State *L)
{
    live_screen *screen = luaL_checkudata(L, 1, SCREEN);
    leave_given(L, screen);
    leave(screen);
    plot_live_free(screen->live);
    plot_renderer_free(screen->renderer);
    free(screen->rest);
    *screen = (live_screen){ .owner = screen->owner, .terminal = -1 };
    return 0;
}

/* screen(): for one figure. */
static int new_screen(lua_State *L)
{
    live_screen *screen = lua_newuserdatauv(L, sizeof *screen, 1);
    *screen = (live_screen){ .owner = session_of(L), .terminal = -1, .reprinted = -1 };
    if (luaL_newmetatable(L, SCREEN)) {
        lua_pushcfunction(L, screen_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    screen->renderer = plot_renderer_new();
    screen->live = plot_live_new();
    if (!screen->renderer || !screen->live) return luaL_error(L, "plot: out of memory");
    return 1;
}

/* Where the figure is drawn: the session's terminal as it is now, with room for the cursor below. */
static plot_frame frame_of(lua_State *L, const plot_handle *h, int rows)
{
    int columns, most;
    session_terminal_size(session_of(L), &columns, &most);
    plot_frame frame = plot_session_frame(L, h, columns);
    if (rows > most - 1) rows = most - 1;
    frame.rows = rows < 1 ? 1 : rows > PLOT_FRAME_MAX ? PLOT_FRAME_MAX : rows;
    return frame;
}

/* terminal(): is there one that figures can be drawn on in place?  its columns, its rows */
static int terminal(lua_State *L)
{
    const session *s = session_of(L);
    int columns, rows;
    session_terminal_size(s, &columns, &rows);
    lua_pushboolean(L, s->options.redraw && (!s->options.write || s->options.emit) && rows > 1);
    lua_pushinteger(L, columns);
    lua_pushinteger(L, rows);
    return 3;
}

/* frame(figure, screen, rows, wait): draws the figure, ROWS high or what there is, and sends what has changed.
** Returns how many bytes that were; nil if another figure is up, or, unless WAIT, the terminal is busy. */
static int draw_frame(lua_State *L)
{
    plot_handle *h = plot_handle_check(L);
    live_screen *screen = luaL_checkudata(L, 2, SCREEN);
    bool wait = lua_toboolean(L, 4);
    session *s = screen->owner;
    size_t size;
    if (s->live && s->live != screen) return 0;
    if (s->options.emit) {
        plot_frame given = frame_of(L, h, (int)luaL_checkinteger(L, 3));
        screen->rows = given.rows;
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, 2, 1);
        lua_pushinteger(L, (lua_Integer)give_frame(L, screen, h, &given));
        return 1;
    }
    open_terminal(screen);
    if (!wait && (!send_rest(screen, false) || !is_drained(screen))) return 0;
    plot_frame frame = frame_of(L, h, (int)luaL_checkinteger(L, 3));
    plot_handle_status(L, h, plot_draw(screen->renderer, h->figure, &frame));
    if (!s->live) {
        session_write(L, "", 0); /* an open line goes */
        fflush(stdout);
    }
    s->live = screen;
    if (!add_frame(screen, &size)) return luaL_error(L, "plot: out of memory");
    send_rest(screen, wait);
    lua_pushinteger(L, (lua_Integer)size);
    return 1;
}

/* leave(screen): the figure stays where it is; the cursor is below. */
static int leave_screen(lua_State *L)
{
    live_screen *screen = luaL_checkudata(L, 1, SCREEN);
    leave_given(L, screen);
    leave(screen);
    return 0;
}

void plot_screens_open(lua_State *L)
{
    static const luaL_Reg functions[] = { { "screen", new_screen },
                                          { "terminal", terminal },
                                          { "frame", draw_frame },
                                          { "leave", leave_screen },
                                          { "at_end", set_finish },
                                          { "unfinished", set_unfinished },
                                          { NULL, NULL } };
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "screens");
}
