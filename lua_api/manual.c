/* manual.c -- see manual.h. */
#include "lua_api/manual.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding_private.h"
#include "lua_api/embed.h"
#include "lua_api/lua_api.h"
#include "lua_api/lua_docs.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

typedef struct request {
    const char *what, *word;
    int columns;
    bool color;
} request;

/* ---- what the manual's code is given --------------------------------------------------------- */

static int push_operators(lua_State *M) /* a list of rows */
{
    lua_createtable(M, ml_nops, 0);
    for (int i = 0; i < ml_nops; i++) {
        lab_push_row(M, &ml_ops[i]);
        lua_rawseti(M, -2, i + 1);
    }
    return 1;
}

static bool add_doc(void *ctx, const lua_doc *doc)
{
    lua_State *M = ctx;
    lua_createtable(M, 0, 4);
    lua_pushstring(M, doc->name);
    lua_setfield(M, -2, "name");
    lua_pushstring(M, doc->module);
    lua_setfield(M, -2, "module");
    lua_pushlstring(M, doc->text, (size_t)(doc->end - doc->text));
    lua_setfield(M, -2, "text");
    if (doc->arguments) {
        lua_pushlstring(M, doc->arguments, doc->arguments_size);
        lua_setfield(M, -2, "arguments");
    }
    lua_rawseti(M, -2, (lua_Integer)lua_rawlen(M, -2) + 1);
    return true;
}

static int push_docs(lua_State *M) /* a list of {name=, module=, text=, arguments=} */
{
    lua_newtable(M);
    lua_docs_each(add_doc, M);
    return 1;
}

static int push_topics(lua_State *M) /* a list of {name=, text=} */
{
    static const char folder[] = "topics.";
    lua_newtable(M);
    for (int i = 0; lab_manual[i].name; i++) {
        if (strncmp(lab_manual[i].name, folder, sizeof folder - 1) != 0) continue;
        lua_createtable(M, 0, 2);
        lua_pushstring(M, lab_manual[i].name + sizeof folder - 1);
        lua_setfield(M, -2, "name");
        lua_pushlstring(M, (const char *)lab_manual[i].text, lab_manual[i].size);
        lua_setfield(M, -2, "text");
        lua_rawseti(M, -2, (lua_Integer)lua_rawlen(M, -2) + 1);
    }
    return 1;
}

static int push_nearest(lua_State *M) /* (name, list): the nearest of the list; nil: none is near */
{
    text_near near;
    text_near_start(&near, luaL_checkstring(M, 1));
    for (lua_Integer i = 1; lua_rawgeti(M, 2, i) == LUA_TSTRING; i++) {
        text_near_try(&near, lua_tostring(M, -1));
        lua_pop(M, 1);
    }
    if (near.best[0])
        lua_pushstring(M, near.best);
    else
        lua_pushnil(M);
    return 1;
}

/* ---- its state ------------------------------------------------------------------------------- */

static int load_code(lua_State *M) /* upvalue 1: its place in lab_manual */
{
    const lab_module *m = &lab_manual[lua_tointeger(M, lua_upvalueindex(1))];
    lua_pushfstring(M, "=(manual %s)", m->name);
    if (luaL_loadbufferx(M, (const char *)m->text, m->size, lua_tostring(M, -1), "t") != LUA_OK)
        return lua_error(M);
    lua_call(M, 0, 1);
    return 1;
}

static void open_state(lua_State *M, const request *r)
{
    static const luaL_Reg functions[] = { { "operators", push_operators },
                                          { "docs", push_docs },
                                          { "topics", push_topics },
                                          { "nearest", push_nearest },
                                          { NULL, NULL } };
    luaL_openlibs(M);
    luaL_getsubtable(M, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(M, functions);
    lua_pushinteger(M, r->columns);
    lua_setfield(M, -2, "columns");
    lua_pushboolean(M, r->color);
    lua_setfield(M, -2, "color");
    lua_pushstring(M, ml_version());
    lua_setfield(M, -2, "version");
    lua_setfield(M, -2, "core");
    luaL_getsubtable(M, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (int i = 0; lab_manual[i].name; i++) {
        lua_pushinteger(M, i);
        lua_pushcclosure(M, load_code, 1);
        lua_setfield(M, -2, lab_manual[i].name);
    }
    lua_settop(M, 1);
}

static int answer(lua_State *M) /* (request): the text, and whether it is one */
{
    const request *r = lua_touserdata(M, 1);
    open_state(M, r);
    lua_getglobal(M, "require");
    lua_pushliteral(M, "manual");
    lua_call(M, 1, 1);
    if (lua_getfield(M, -1, r->what) != LUA_TFUNCTION)
        return luaL_error(M, "the manual has no '%s'", r->what);
    if (r->word) { /* it comes back in messages */
        text *visible = text_new(M);
        text_visible(visible, r->word, strlen(r->word), false);
        lua_pushvalue(M, -2);
        text_push(visible);
    }
    lua_call(M, r->word ? 1 : 0, 2);
    return 2;
}

/* The answer is on top of the new state's stack, which the caller closes; NULL out of memory. */
static lua_State *ask(const request *r, bool *found)
{
    lua_State *M = session_none();
    if (!M) return NULL;
    request copy = *r;
    lua_pushcfunction(M, answer);
    lua_pushlightuserdata(M, &copy);
    bool ok = lua_pcall(M, 1, 2, 0) == LUA_OK;
    *found = ok && lua_toboolean(M, -1);
    if (ok) lua_pop(M, 1);
    return M;
}

bool manual_push(lua_State *L, const char *what, const char *word, int columns, bool color)
{
    bool found = false;
    size_t n = 0;
    lua_State *M = ask(&(request){ what, word, columns, color }, &found);
    const char *s = M ? lua_tolstring(M, -1, &n) : NULL;
    if (s)
        lua_pushlstring(L, s, n);
    else
        lua_pushliteral(L, "out of memory");
    if (M) lua_close(M);
    return found;
}

char *manual_text(const char *what, const char *word, int columns, bool color, bool *found)
{
    size_t n = 0;
    *found = false;
    lua_State *M = ask(&(request){ what, word, columns, color }, found);
    if (!M) return NULL;
    const char *s = lua_tolstring(M, -1, &n);
    char *copy = s ? malloc(n + 1) : NULL;
    if (copy) memcpy(copy, s, n + 1);
    lua_close(M);
    return copy;
}

/* ---- for the tests --------------------------------------------------------------------------- */

/* lab._manual(what, word): the text, and whether it was found. */
static int manual_of(lua_State *L)
{
    lua_pushboolean(L, manual_push(L, luaL_checkstring(L, 1), luaL_optstring(L, 2, NULL),
                                   (int)luaL_optinteger(L, 3, 80), lua_toboolean(L, 4)));
    return 2;
}

void manual_open(lua_State *L)
{
    lua_pushcfunction(L, manual_of);
    lua_setfield(L, -2, "_manual");
}
