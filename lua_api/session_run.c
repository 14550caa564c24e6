/* session_run.c -- running cells, scripts and pieces of text.  What goes wrong: session_error.c. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "core/moonlab.h"
#include "lua_api/cells.h"
#include "lua_api/session.h"

session_status session_call(session *s, int n, int nresults)
{
    lua_State *L = s->L;
    int base = lua_gettop(L) - n;
    lua_pushcfunction(L, session_message_handler);
    lua_insert(L, base);
    int status = lua_pcall(L, n, nresults, base);
    lua_remove(L, base);
    stop_reason why = (stop_reason)s->stop;
    session_clear_stop(s);
    session_end_live(s);
    session_end_line(s);
    ml_clear_error();
    if (status == LUA_OK) return SESSION_OK;
    const char *message = lua_tostring(L, -1);
    if (status == LUA_ERRMEM && s->options.memory_limit)
        message = "out of memory: the code needs more than its limit";
    session_set_error(s, message ? message : "an error without a message");
    lua_pop(L, 1);
    return why == STOP_EXIT        ? SESSION_EXIT
           : why == STOP_INTERRUPT ? SESSION_INTERRUPTED
                                   : SESSION_ERROR;
}

/* Runs a C function protected, as a run of its own: FN(L) with ctx as light userdata. */
static session_status call_c(session *s, lua_CFunction fn, void *ctx, int nresults)
{
    if (!lua_checkstack(s->L, 4)) {
        session_set_error(s, "out of memory");
        return SESSION_ERROR;
    }
    lua_pushcfunction(s->L, fn);
    lua_pushlightuserdata(s->L, ctx);
    return session_call(s, 1, nresults);
}

session_status session_quietly(session *s, lua_CFunction fn, void *ctx)
{
    char *error = s->error;
    bool running = lua_gc(s->L, LUA_GCISRUNNING) > 0;
    s->error = NULL;
    if (running) lua_gc(s->L, LUA_GCSTOP);
    session_status status = call_c(s, fn, ctx, 0);
    if (running) lua_gc(s->L, LUA_GCRESTART);
    free(s->error);
    s->error = error;
    return status;
}

/* ---- cells ----------------------------------------------------------------------------------- */

typedef struct source {
    const char *code, *name;
    size_t size;
    cells_mode mode;
    bool complete; /* result of is_complete */
    char *const *args;
    int nargs, nparams;
    char *const *params;
} source;

/* Pushes SRC rewritten (as it is, if that cannot be done); true if it was. */
static bool push_rewritten(lua_State *L, const source *src)
{
    char *out;
    size_t size;
    cells_result result = cells_rewrite(src->code, src->size, src->mode, &out, &size);
    if (result == CELLS_MEMORY) luaL_error(L, "out of memory");
    if (result == CELLS_OK)
        lua_pushlstring(L, out, size); /* may leak out when memory is out */
    else
        lua_pushlstring(L, src->code, src->size);
    free(out);
    return result == CELLS_OK;
}

/* Compiles the string on top of the stack, which it replaces by the function or the message.  A file is named "@path". */
static int load_top(lua_State *L, const char *name)
{
    size_t size;
    const char *code = lua_tolstring(L, -1, &size);
    lua_pushfstring(L, "%s%s", *name == '@' ? "" : "=", name);
    int status = luaL_loadbufferx(L, code, size, lua_tostring(L, -1), "t");
    lua_replace(L, -3);
    lua_pop(L, 1);
    return status;
}

/* Leaves the cell's function and its two arguments. */
static int prepare_cell(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    bool of_source;
    lua_pushcfunction(L, session_answer);
    if (session_push_question(L, src->code, src->size, &of_source)) {
        lua_pushboolean(L, of_source);
        lua_pushnil(L);
        return 4;
    }
    lua_pop(L, 1);
    if (session_push_command(L, src->code, src->size)) return lua_error(L);
    if (*src->name != '@') session_keep_source(L, src->name, src->code, src->size);
    push_rewritten(L, src);
    if (load_top(L, src->name) != LUA_OK) return lua_error(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    lua_setupvalue(L, -2, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.cell");
    session_push_cell_show(L);
    session_push_cell_quiet(L);
    return 4;
}

/* Shows the values a chunk returned: show(…). */
static session_status show_results(session *s, int base)
{
    lua_State *L = s->L;
    int n = lua_gettop(L) - base;
    if (n == 0) return SESSION_OK;
    session_push_cell_show(L);
    lua_insert(L, base + 1);
    return session_call(s, n, 0);
}

session_status session_cell(session *s, const char *code, size_t size, const char *name)
{
    int base = lua_gettop(s->L);
    source src = { .code = code, .size = size, .name = name, .mode = CELLS_SESSION };
    session_status status = call_c(s, prepare_cell, &src, 4);
    bool watched = status == SESSION_OK && s->watch == WATCH_IDLE;
    if (watched) session_watch_begin(s, code, size);
    if (status == SESSION_OK) status = session_call(s, 3, LUA_MULTRET);
    if (status == SESSION_OK) status = show_results(s, base);
    if (watched) session_watch_end(s);
    if (status == SESSION_ERROR && !session_complete(s, code, size)) status = SESSION_INCOMPLETE;
    lua_settop(s->L, base);
    return status;
}

/* Is the message on top one about the end of the text?  A string in quotes must end on its line, unless that
** ends in a backslash or \z. */
static bool ends_early(lua_State *L, const source *src)
{
    size_t n;
    const char *message = lua_tolstring(L, -1, &n), *end = src->code + src->size;
    static const char mark[] = "<eof>";
    bool joined =
        src->size > 0 && (end[-1] == '\\' || (src->size > 1 && end[-1] == 'z' && end[-2] == '\\'));
    if (strstr(message, "unfinished string") && !joined) return false;
    return n >= sizeof mark - 1 && strcmp(message + n - (sizeof mark - 1), mark) == 0;
}

static int is_complete(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    src->complete = true;
    bool of_source;
    if (session_push_question(L, src->code, src->size, &of_source)) return 0;
    if (push_rewritten(L, src)) return 0;
    if (load_top(L, "") == LUA_OK) return 0;
    if (ends_early(L, src)) src->complete = false;
    lua_pushliteral(L, "return ");
    lua_pushlstring(L, src->code, src->size);
    lua_concat(L, 2);
    if (load_top(L, "") != LUA_OK && ends_early(L, src)) src->complete = false;
    return 0;
}

bool session_complete(session *s, const char *code, size_t size)
{
    source src = { .code = code, .size = size, .mode = CELLS_SESSION, .complete = true };
    session_quietly(s, is_complete, &src);
    return src.complete;
}

/* ---- scripts --------------------------------------------------------------------------------- */

static bool is_literal_name(const char *s)
{
    return strcmp(s, "true") == 0 || strcmp(s, "false") == 0 || strcmp(s, "nil") == 0;
}

/* The value of a parameter: a Lua value without names ("0.1", "{8, 8}", "true"), else, false, the text itself. */
static bool push_parameter(lua_State *L, const char *value)
{
    bool word = isalpha((unsigned char)*value) || *value == '_';
    for (const char *p = value; word && *p; p++) word = isalnum((unsigned char)*p) || *p == '_';
    if (!word || is_literal_name(value)) {
        lua_pushfstring(L, "return %s", value);
        if (luaL_loadbufferx(L, lua_tostring(L, -1), strlen(lua_tostring(L, -1)), "=parameter",
                             "t") == LUA_OK) {
            lua_newtable(L);
            lua_setupvalue(L, -2, 1);
            if (lua_pcall(L, 0, 1, 0) == LUA_OK && !lua_isnil(L, -1)) return true;
        }
    }
    lua_pushstring(L, value);
    return false;
}

static void set_parameters(lua_State *L, const source *src)
{
    for (int i = 0; i < src->nparams; i++) {
        const char *param = src->params[i], *equals = strchr(param, '=');
        bool good = equals && equals > param && !isdigit((unsigned char)*param);
        for (const char *p = param; good && p < equals; p++)
            good = isalnum((unsigned char)*p) || *p == '_';
        if (!good) {
            luaL_error(L, "-p %s: a parameter is given as name=value", param);
            return;
        }
        lua_pushglobaltable(L);
        lua_pushlstring(L, param, (size_t)(equals - param));
        int top = lua_gettop(L);
        push_parameter(L, equals + 1);
        lua_copy(L, -1, top + 1);
        lua_settop(L, top + 1);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    }
}

/* Makes `arg` and leaves the arguments on the stack, after the function. */
static int push_arguments(lua_State *L, const source *src)
{
    luaL_checkstack(L, src->nargs + 4, "too many arguments");
    lua_createtable(L, src->nargs, 1);
    lua_pushstring(L, src->name);
    lua_rawseti(L, -2, 0);
    for (int i = 0; i < src->nargs; i++) {
        lua_pushstring(L, src->args[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setglobal(L, "arg");
    for (int i = 0; i < src->nargs; i++) lua_pushstring(L, src->args[i]);
    return src->nargs;
}

/* Modules beside the script are found first. */
static void add_package_path(lua_State *L, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return;
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushlstring(L, path, (size_t)(slash - path));
    const char *folder = lua_tostring(L, -1);
    if (!strpbrk(folder, ";?")) {
        lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", folder, folder, lua_tostring(L, -2));
        lua_setfield(L, -4, "path");
    }
    lua_pop(L, 3);
}

static int prepare_script(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    set_parameters(L, src);
    lua_settop(L, 1);
    if (session_load_file(L, src->name) != LUA_OK) return lua_error(L);
    add_package_path(L, src->name);
    return 1 + push_arguments(L, src);
}

session_status session_script(session *s, const char *path, int argc, char *const argv[],
                              int nparams, char *const params[])
{
    int base = lua_gettop(s->L);
    source src = {
        .name = path, .args = argv, .nargs = argc, .params = params, .nparams = nparams
    };
    session_confine(s, path);
    session_status status = call_c(s, prepare_script, &src, LUA_MULTRET);
    if (status == SESSION_OK) status = session_call(s, lua_gettop(s->L) - base - 1, 0);
    lua_settop(s->L, base);
    return status;
}

static int ignore(lua_State *L)
{
    (void)L;
    return 0;
}

/* Leaves the function and the three arguments a rewritten one wants. */
static int prepare_text(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    session_keep_source(L, src->name, src->code, src->size);
    lua_pushlstring(L, src->code, src->size);
    if (load_top(L, src->name) != LUA_OK) {
        int message = lua_gettop(L);
        if (!push_rewritten(L, src) || load_top(L, src->name) != LUA_OK) {
            lua_settop(L, message);
            return lua_error(L);
        }
    }
    lua_pushnil(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.show");
    lua_pushcfunction(L, ignore);
    return 4;
}

session_status session_text(session *s, const char *code, size_t size, const char *name)
{
    int base = lua_gettop(s->L);
    source src = { .code = code, .size = size, .name = name, .mode = CELLS_EXPRESSION };
    session_status status = call_c(s, prepare_text, &src, 4);
    if (status == SESSION_OK) status = session_call(s, 3, 0);
    lua_settop(s->L, base);
    return status;
}

/* ---- notebooks ------------------------------------------------------------------------------- */

static int prepare_notebook(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    add_package_path(L, src->name);
    push_arguments(L, src);
    return 0;
}

session_status session_begin(session *s, const char *path, int argc, char *const argv[])
{
    source src = { .name = path, .args = argv, .nargs = argc };
    session_confine(s, path);
    return call_c(s, prepare_notebook, &src, 0);
}

/* The name and the value of a variable stand in `name` and `code`. */
static int set_variable(lua_State *L)
{
    source *src = lua_touserdata(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    int env = lua_gettop(L);
    bool begins_as_one = *src->code && strchr("{\"'-0123456789", *src->code);
    if (!push_parameter(L, src->code) && begins_as_one)
        luaL_error(L,
                   "-p %s=%s: that is no value of Lua; a text that begins so stands in quotes: -p "
                   "'%s=\"...\"'",
                   src->name, src->code, src->name);
    lua_setfield(L, env, src->name);
    return 0;
}

session_status session_set(session *s, const char *name, const char *value)
{
    source src = { .name = name, .code = value };
    return call_c(s, set_variable, &src, 0);
}
