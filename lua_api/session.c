/* session.c -- opening and closing a session, and the tables its cells live in.  Running: session_run.c. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/moonlab.h"
#include "lua_api/binding.h"
#include "lua_api/files_lua.h"
#include "lua_api/lua_memory.h"
#include "lua_api/plot_lua.h"
#include "lua_api/manual.h"
#include "lua_api/session.h"

#define DEFAULT_SEED 0
#define SAFE_MEMORY  ((size_t)2 << 30)

/* ---- the environment of cells ---------------------------------------------------------------- */
/* Upvalues: 1 declared, the set of names that cells made local; 2 the globals; 3 env. */

static bool is_declared(lua_State *L, int key)
{
    lua_pushvalue(L, key);
    bool declared = lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL;
    lua_pop(L, 1);
    return declared;
}

static int env_index(lua_State *L)
{
    if (is_declared(L, 2)) return session_watch_local_read(L);
    lua_settop(L, 2);
    lua_gettable(L, lua_upvalueindex(2));
    return 1;
}

static int env_newindex(lua_State *L)
{
    if (is_declared(L, 2)) {
        session_watch_local_set(L);
        lua_rawset(L, 1);
    } else
        lua_settable(L, lua_upvalueindex(2));
    return 0;
}

/* moonlab_cell.name = value: makes the name a session's local. */
static int cell_newindex(lua_State *L)
{
    lua_pushvalue(L, 2);
    lua_pushboolean(L, true);
    lua_rawset(L, lua_upvalueindex(1));
    /* As long as no local hides a global, env can fall through to the globals without a function. */
    lua_pushvalue(L, 2);
    bool hides = lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL || session_watch_hides_global(L, 2);
    if (hides && luaL_getmetafield(L, lua_upvalueindex(3), "__index") == LUA_TTABLE) {
        lua_getmetatable(L, lua_upvalueindex(3));
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_pushcclosure(L, env_index, 2);
        lua_setfield(L, -2, "__index");
    }
    lua_settop(L, 3);
    session_watch_local_set(L);
    lua_rawset(L, lua_upvalueindex(3));
    return 0;
}

/* Makes registry "moonlab.env" and "moonlab.cell". */
static void open_cells(lua_State *L)
{
    lua_newtable(L); /* declared */
    lua_pushglobaltable(L);
    lua_newtable(L); /* env */
    lua_newtable(L); /* its metatable */
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -4);
    lua_pushvalue(L, -4);
    lua_pushcclosure(L, env_newindex, 2);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    lua_pushcclosure(L, cell_newindex, 3);
    lua_newtable(L); /* cell */
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.cell");
    lua_pop(L, 1);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.sources");
}

/* ---- opening --------------------------------------------------------------------------------- */

/* os.exit(code): ends the run, whatever catches errors on the way. */
static int session_exit(lua_State *L)
{
    session *s = session_of(L);
    s->exit_code = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, 0);
    session_stop(s, STOP_EXIT);
    return session_raise_stop(L);
}

static void open_device(lua_State *L, const char *device)
{
    if (!device) return;
    lua_getglobal(L, "lab");
    lua_getfield(L, -1, "set_default_device");
    lua_pushstring(L, device);
    lua_call(L, 1, 0);
    lua_pop(L, 1);
}

static void open_random(lua_State *L, uint64_t seed)
{
    ml_manual_seed(seed);
    lua_getglobal(L, "math");
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, (lua_Integer)seed);
    lua_call(L, 1, 0);
    lua_pop(L, 1);
}

static int open_everything(lua_State *L)
{
    session *s = session_of(L);
    luaL_openlibs(L);
    session_collect_young(L);
    open_cells(L);
    lua_getglobal(L, "os");
    lua_pushcfunction(L, session_exit);
    lua_setfield(L, -2, "exit");
    session_open_output(L);
    if (s->options.no_input) session_close_input(L);
    session_open_interrupt(L);
    session_open_sort(L);
    session_open_strings(L);
    lua_newtable(L);
    lab_open(L);
    manual_open(L);
    lab_files_open(L);
    plot_lua_open(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "lab");
    lua_pop(L, 1);
    lua_setglobal(L, "lab");
    session_open_display(L);
    session_open_sandbox(L);
    session_open_modules(L);
    session_open_help(L);
    open_device(L, s->options.device);
    open_random(L, s->options.has_seed ? s->options.seed : DEFAULT_SEED);
    session_note_builtins(L);
    return 0;
}

static bool configure_core(const session_options *o)
{
    if (o->threads > 0 && ml_set_threads(o->threads) != ML_OK) return false;
    if (o->device && ml_device_find(o->device) < 0) return false;
    ml_set_memory_limit((int64_t)o->memory_limit);
    return true;
}

static session *open_failed(session *s, char *error, size_t size, const char *message)
{
    snprintf(error, size, "%s", message);
    ml_clear_error();
    session_close(s);
    return NULL;
}

session *session_open(const session_options *options, char *error, size_t size)
{
    session *s = calloc(1, sizeof *s);
    if (!s) return open_failed(s, error, size, "out of memory");
    s->options = *options;
    if (s->options.columns <= 0) s->options.columns = 80;
    if (s->options.rows <= 0) s->options.rows = 24;
    if (s->options.safe && !s->options.memory_limit) s->options.memory_limit = SAFE_MEMORY;
    if (!configure_core(&s->options)) return open_failed(s, error, size, ml_error());
    s->error = calloc(1, 1);
    s->memory = lua_memory_open();
    s->L = s->memory && s->error ? lua_newstate(lua_memory_alloc, s->memory) : NULL;
    if (!s->L) return open_failed(s, error, size, "out of memory");
    *(session **)lua_getextraspace(s->L) = s;
    lua_pushcfunction(s->L, open_everything);
    if (session_call(s, 0, 0) != SESSION_OK) return open_failed(s, error, size, s->error);
    lua_memory_limit(s->memory, s->options.memory_limit);
    return s;
}

void session_close(session *s)
{
    if (!s) return;
    if (s->L) lua_close(s->L);
    lua_memory_close(s->memory);
    free(s->folder);
    free(s->error);
    free(s);
}

const char *session_error(const session *s)
{
    return s->error;
}

int session_exit_code(const session *s)
{
    return s->exit_code;
}

bool session_output_failed(const session *s)
{
    return s->output_failed;
}

const char *session_cannot_fork(session *s)
{
    if (ml_device_count() == 1) return NULL;
    snprintf(s->no_fork, sizeof s->no_fork,
             "device %s is in use, which a copy of the process would not have",
             ml_device_name(ml_device_count() - 1));
    return s->no_fork;
}

void session_resize(session *s, int columns, int rows)
{
    if (columns > 0) s->options.columns = columns;
    if (rows > 0) s->options.rows = rows;
}

void session_set_light(session *s, bool light)
{
    s->options.light = light;
}

const char *session_version(void)
{
    return ml_version();
}
