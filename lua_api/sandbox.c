/* sandbox.c -- what code may load and touch.  Always: no bytecode, which can crash Lua.  With --safe: files of
** the script's folder only, no programs, no native modules, no debug functions that change things. */
#define _DEFAULT_SOURCE /* realpath */
#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/session.h"

/* ---- text only ------------------------------------------------------------------------------- */

static void text_mode(lua_State *L, int arg)
{
    const char *mode = luaL_optstring(L, arg, "t");
    if (!strchr(mode, 't'))
        lab_raise(L, "mode '%s': compiled Lua code is never loaded; load its source", mode);
    if (lua_gettop(L) < arg) lua_settop(L, arg);
    lua_pushliteral(L, "t");
    lua_replace(L, arg);
}

/* load(chunk, name, mode, env); upvalue 1 is Lua's own. */
static int safe_load(lua_State *L)
{
    text_mode(L, 3);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static void check_path(lua_State *L, const char *path)
{
    if (path && !session_path_allowed(L, path)) lab_raise(L, "%s", lua_tostring(L, -1));
}

/* loadfile(path, mode, env) */
static int safe_loadfile(lua_State *L)
{
    text_mode(L, 2);
    check_path(L, luaL_optstring(L, 1, NULL));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

int session_load_file(lua_State *L, const char *path)
{
    int status = luaL_loadfilex(L, path, "t");
    static const char binary[] = "attempt to load a binary chunk";
    if (status != LUA_OK && strncmp(lua_tostring(L, -1), binary, sizeof binary - 1) == 0) {
        lua_pop(L, 1);
        lua_pushfstring(L, "%s: compiled Lua code is never loaded; use its source",
                        path ? path : "stdin");
    }
    return status;
}

static int safe_dofile(lua_State *L)
{
    const char *path = luaL_optstring(L, 1, NULL);
    check_path(L, path);
    lua_settop(L, 1);
    if (session_load_file(L, path) != LUA_OK) return lua_error(L);
    lua_call(L, 0, LUA_MULTRET);
    return lua_gettop(L) - 1;
}

/* package.searchers[2]: Lua files of package.path; upvalue 1 is package. */
static int search_lua(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_getfield(L, lua_upvalueindex(1), "searchpath");
    lua_pushvalue(L, 1);
    if (lua_getfield(L, lua_upvalueindex(1), "path") != LUA_TSTRING)
        return lab_raise(L, "package.path must be a string");
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) return 1; /* where it was looked for */
    lua_pop(L, 1);
    const char *path = lua_tostring(L, -1);
    check_path(L, path);
    if (session_load_file(L, path) != LUA_OK)
        return lab_raise(L, "module '%s' cannot be loaded from '%s':\n\t%s", name, path,
                         lua_tostring(L, -1));
    lua_pushvalue(L, -2);
    return 2;
}

/* ---- the folder of --safe -------------------------------------------------------------------- */

void session_confine(session *s, const char *script)
{
    if (!s->options.safe) return;
    const char *slash = script ? strrchr(script, '/') : NULL;
    char folder[PATH_MAX] = ".", real[PATH_MAX];
    if (slash && (size_t)(slash - script) < sizeof folder) {
        size_t n = slash == script ? 1 : (size_t)(slash - script);
        memcpy(folder, script, n);
        folder[n] = '\0';
    }
    free(s->folder);
    s->folder = strdup(realpath(folder, real) ? real : "/nowhere");
}

/* The real path of PATH, or, if it does not exist yet, of its folder, into REAL. */
static bool resolve(const char *path, char real[PATH_MAX])
{
    if (realpath(path, real)) return true;
    if (errno != ENOENT) return false;
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = slash ? (size_t)(slash - path) : 1;
    if (n >= sizeof folder || strcmp(name, "..") == 0) return false;
    memcpy(folder, slash ? path : ".", n);
    folder[n] = '\0';
    return realpath(n ? folder : "/", real) != NULL;
}

bool session_path_allowed(lua_State *L, const char *path)
{
    session *s = session_of(L);
    if (!s->options.safe) return true;
    char real[PATH_MAX];
    size_t n = s->folder ? strlen(s->folder) : 0;
    if (s->folder && resolve(path, real) && strncmp(real, s->folder, n) == 0 &&
        (real[n] == '\0' || real[n] == '/' || n == 1))
        return true;
    lua_pushfstring(L,
                    "'%s' is not in the script's folder '%s', and --safe keeps files to that; move "
                    "the file there, or run without --safe",
                    path, s->folder ? s->folder : "");
    return false;
}

/* io.open(path, mode): nil and a message; upvalue 1 is Lua's own. */
static int safe_open(lua_State *L)
{
    if (!session_path_allowed(L, luaL_checkstring(L, 1))) {
        lua_pushnil(L);
        lua_insert(L, -2);
        lua_pushinteger(L, EACCES);
        return 3;
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* io.lines, io.input, io.output, package.searchpath: the first argument may be a path. */
static int safe_path_first(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING) check_path(L, lua_tostring(L, 1));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int refused(lua_State *L)
{
    return lab_raise(L, "%s is not there with --safe", lua_tostring(L, lua_upvalueindex(1)));
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Replaces library.name by FN, which gets what it was as upvalue. */
static void wrap(lua_State *L, const char *library, const char *name, lua_CFunction fn)
{
    lua_getglobal(L, library);
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, fn, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static void refuse(lua_State *L, const char *library, const char *name)
{
    lua_getglobal(L, library);
    lua_pushfstring(L, "%s.%s", library, name);
    lua_pushcclosure(L, refused, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static void keep_only(lua_State *L, const char *library, const char *const names[])
{
    lua_getglobal(L, library);
    lua_newtable(L);
    for (int i = 0; names[i]; i++) {
        lua_getfield(L, -2, names[i]);
        lua_setfield(L, -2, names[i]);
    }
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, library);
    lua_pop(L, 1);
    lua_setglobal(L, library);
    lua_pop(L, 1);
}

static void open_searchers(lua_State *L, bool safe)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, search_lua, 1);
    lua_rawseti(L, -2, 2);
    if (safe) {
        lua_pushnil(L);
        lua_rawseti(L, -2, 4);
        lua_pushnil(L);
        lua_rawseti(L, -2, 3);
        lua_pushliteral(L, "");
        lua_setfield(L, -3, "cpath");
    }
    lua_pop(L, 2);
}

static void open_safe(lua_State *L)
{
    static const char *const debug[] = { "traceback", "getinfo", NULL };
    static const char *const os[] = { "execute", "remove", "rename", "tmpname", "setlocale", NULL };
    static const char *const paths[] = { "lines", "input", "output", NULL };
    keep_only(L, "debug", debug);
    for (int i = 0; os[i]; i++) refuse(L, "os", os[i]);
    refuse(L, "io", "popen");
    refuse(L, "io", "tmpfile");
    refuse(L, "package", "loadlib");
    refuse(L, "string", "dump");
    wrap(L, "io", "open", safe_open);
    for (int i = 0; paths[i]; i++) wrap(L, "io", paths[i], safe_path_first);
}

void session_open_sandbox(lua_State *L)
{
    session *s = session_of(L);
    session_confine(s, NULL);
    wrap(L, LUA_GNAME, "load", safe_load);
    wrap(L, LUA_GNAME, "loadfile", safe_loadfile);
    lua_pushcfunction(L, safe_dofile);
    lua_setglobal(L, "dofile");
    open_searchers(L, s->options.safe);
    if (s->options.safe) open_safe(L);
}
