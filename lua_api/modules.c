/* modules.c -- the modules inside the executable: require finds them, and the globals nn, optim, data, metrics,
** plot appear when they are first used, so that starting costs nothing.
**
** A metatable of _G brings a global when its name is first looked up.  Programs that look at or set the
** metatable of _G themselves (a "strict" mode) find none: before that the globals are all made. */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "lua_api/console_lua.h"
#include "lua_api/embed.h"
#include "lua_api/optim_lua.h"
#include "lua_api/prefetch_lua.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

const char *const session_module_names[] = { "nn", "optim", "data", "metrics", "plot", NULL };

/* Modules written in C, for those written in Lua. */
static const luaL_Reg natives[] = { { "optim.core", lab_open_optim },
                                    { "lab.console", lab_open_console },
                                    { "data.prefetch", lab_open_prefetch },
                                    { NULL, NULL } };

/* error(message, level) of our modules: what users gave cannot bring control characters into the message. */
static int module_error(lua_State *L)
{
    int level = (int)luaL_optinteger(L, 2, 1);
    size_t n;
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING) return lua_error(L);
    luaL_where(L, level);
    lua_insert(L, 1);
    lua_concat(L, 2);
    const char *message = lua_tolstring(L, 1, &n);
    text *visible = text_new(L);
    text_visible(visible, message, n, true);
    text_push(visible);
    return lua_error(L);
}

static int load_embedded(lua_State *L) /* (name); upvalue 1: its number */
{
    static const char head[] = "local error = select(2, ...) "; /* no new line: places stay right */
    const lab_module *module = &lab_embedded[lua_tointeger(L, lua_upvalueindex(1))];
    size_t n;
    lua_settop(L, 1);
    lua_pushfstring(L, "=(moonlab %s)", module->name);
    lua_pushstring(L, head);
    lua_pushlstring(L, (const char *)module->text, module->size);
    lua_concat(L, 2);
    const char *code = lua_tolstring(L, 3, &n);
    if (luaL_loadbufferx(L, code, n, lua_tostring(L, 2), "t")) return lua_error(L);
    lua_pushvalue(L, 1);
    lua_pushcfunction(L, module_error);
    lua_call(L, 2, 1);
    return 1;
}

static bool is_embedded(const char *name)
{
    for (int i = 0; lab_embedded[i].name; i++)
        if (strcmp(lab_embedded[i].name, name) == 0) return true;
    return false;
}

const char *session_module_text(const char *source, size_t *size)
{
    static const char mark[] = "=(moonlab ";
    const char *name = source + sizeof mark - 1;
    if (strncmp(source, mark, sizeof mark - 1) != 0) return NULL;
    for (int i = 0; lab_embedded[i].name; i++) {
        size_t n = strlen(lab_embedded[i].name);
        if (strncmp(name, lab_embedded[i].name, n) != 0 || strcmp(name + n, ")") != 0) continue;
        *size = lab_embedded[i].size;
        return (const char *)lab_embedded[i].text;
    }
    return NULL;
}

bool session_push_module(lua_State *L, const char *name)
{
    if (!is_embedded(name)) return false;
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.require");
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    return true;
}

static bool is_module_global(const char *name)
{
    for (int i = 0; session_module_names[i]; i++)
        if (strcmp(session_module_names[i], name) == 0) return true;
    return false;
}

static int global_index(lua_State *L) /* (globals, name) */
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (name && session_of(L)->watch == WATCH_HIDING && session_watch_global_read(L)) return 1;
    if (!name || !is_module_global(name) || !session_push_module(L, name)) return 0;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

/* Is the value at arg _G with the metatable made here?  Then its modules are made and that is taken away. */
static void make_globals_plain(lua_State *L, int arg)
{
    lua_pushglobaltable(L);
    bool globals = lua_rawequal(L, arg, -1) && lua_getmetatable(L, -1);
    if (globals) {
        session_watch_give_up(L);
        bool ours = lua_rawequal(L, -1, lua_upvalueindex(1));
        lua_pop(L, 1);
        for (int i = 0; ours && session_module_names[i]; i++) {
            lua_getfield(L, -1, session_module_names[i]);
            lua_pop(L, 1);
        }
        if (ours) lua_pushnil(L), lua_setmetatable(L, -2);
    }
    lua_pop(L, 1);
}

static int module_setmetatable(lua_State *L) /* as Lua's */
{
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    make_globals_plain(L, 1);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

static int module_getmetatable(lua_State *L) /* as Lua's */
{
    luaL_checkany(L, 1);
    if (lua_istable(L, 1)) make_globals_plain(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    luaL_getmetafield(L, 1, "__metatable");
    return 1;
}

void session_open_modules(lua_State *L)
{
    lua_getglobal(L, "require");
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.require");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (int i = 0; lab_embedded[i].name; i++) {
        lua_pushinteger(L, i);
        lua_pushcclosure(L, load_embedded, 1);
        lua_setfield(L, -2, lab_embedded[i].name);
    }
    luaL_setfuncs(L, natives, 0);
    lua_pop(L, 1);
    lua_pushglobaltable(L);
    lua_newtable(L);
    lua_pushcfunction(L, global_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, session_watch_global_set);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, module_setmetatable, 1);
    lua_setfield(L, -3, "setmetatable");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, module_getmetatable, 1);
    lua_setfield(L, -3, "getmetatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}
