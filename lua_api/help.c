/* help.c -- help(x) and ?x: pages of the manual, found by name or by value; what doctor tells. */
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "core/moonlab.h"
#include "lua_api/binding.h"
#include "lua_api/display.h"
#include "lua_api/known.h"
#include "lua_api/manual.h"
#include "lua_api/session.h"
#include "lua_api/unfinished.h"

bool session_push_help(lua_State *L, const char *name)
{
    const session_options *o = &session_of(L)->options;
    return manual_push(L, name ? "page" : "overview", name, o->columns, o->color);
}

/* ---- by value -------------------------------------------------------------------------------- */

/* Replaces "nn.module.fit" on top, a method by its file, by the name in the manual, "nn.Module:fit". */
static bool show_public(void *ctx, const lua_doc *doc)
{
    lua_State *L = ctx;
    const char *a = lua_tostring(L, -1), *b = doc->name;
    while (*a &&
           (tolower((unsigned char)*a) == tolower((unsigned char)*b) || (*a == '.' && *b == ':')))
        a++, b++;
    if (*a || *b) return true;
    lua_pushstring(L, doc->name);
    lua_replace(L, -2);
    return false;
}

bool known_push_name(lua_State *L, int idx)
{
    lua_doc doc;
    if (unfinished_doc_of(L, idx, &doc)) { /* a method, say, which is in no module */
        lua_pushstring(L, doc.name);
        return true;
    }
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    int loaded = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, loaded); lua_settop(L, loaded + 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || !lua_istable(L, -1)) continue;
        const char *module = lua_tostring(L, -2);
        if (lua_rawequal(L, idx, -1)) {
            lua_pushstring(L, module);
            return true;
        }
        if (strcmp(module, LUA_GNAME) == 0) module = "";
        for (lua_pushnil(L); lua_next(L, loaded + 2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || !lua_rawequal(L, -1, idx)) continue;
            lua_pushfstring(L, "%s%s%s", module, *module ? "." : "", lua_tostring(L, -2));
            if (lua_isfunction(L, idx)) lua_docs_each(show_public, L);
            return true;
        }
    }
    lua_settop(L, loaded - 1);
    return false;
}

/* The same of an object's class, a metatable with a name in a module or with the name __name. */
static bool push_class_of(lua_State *L, int idx)
{
    if ((!lua_istable(L, idx) && !lua_isuserdata(L, idx)) || !lua_getmetatable(L, idx))
        return false;
    if (known_push_name(L, lua_gettop(L))) return true;
    lua_pushliteral(L, "__name");
    return lua_rawget(L, -2) == LUA_TSTRING;
}

bool session_push_help_of(lua_State *L, int idx)
{
    int top = lua_gettop(L);
    ml_tensor *tensor = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    if (tensor) {
        text *t = text_new(L);
        display_tensor(t, tensor, session_of(L)->options.columns, 0);
        text_puts(t, "\n\nA tensor.  ?lab and ?Tensor list its methods: x:sum(1), x:reshape(2, "
                     "-1), \u2026\n");
        text_push(t);
        lua_replace(L, top + 1);
        return true;
    }
    bool (*const ways[])(lua_State *, int) = { known_push_name, push_class_of };
    for (int i = 0; i < 2; i++) {
        if (ways[i](L, idx) && session_push_help(L, lua_tostring(L, -1))) {
            lua_replace(L, top + 1);
            lua_settop(L, top + 1);
            return true;
        }
        lua_settop(L, top);
    }
    return false;
}

/* help(): the overview; help("name"); help(value). */
static int help(lua_State *L)
{
    if (lua_isnoneornil(L, 1) || lua_type(L, 1) == LUA_TSTRING) {
        if (!session_push_help(L, lua_tostring(L, 1))) return lua_error(L);
    } else if (!session_push_help_of(L, 1))
        return luaL_error(L, "help: nothing is known about this %s; ?lab lists all names",
                          luaL_typename(L, 1));
    size_t n;
    const char *s = lua_tolstring(L, -1, &n);
    session_write(L, s, n);
    return 0;
}

void session_open_help(lua_State *L)
{
    lua_pushcfunction(L, help);
    lua_setglobal(L, "help");
}

/* ---- for the programs ------------------------------------------------------------------------ */

typedef struct request {
    const char *name;
    char *result;
} request;

static char *copy_of(const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (copy) memcpy(copy, s, n + 1);
    return copy;
}

static int answer(lua_State *L)
{
    request *r = lua_touserdata(L, 1);
    if (!session_push_help(L, r->name)) return lua_error(L);
    size_t n;
    const char *s = lua_tolstring(L, -1, &n);
    r->result = copy_of(s, n);
    return r->result ? 0 : luaL_error(L, "out of memory");
}

char *session_help(session *s, const char *name)
{
    request r = { .name = name };
    lua_pushcfunction(s->L, answer);
    lua_pushlightuserdata(s->L, &r);
    session_call(s, 1, 0);
    return r.result;
}

static int describe_machine(lua_State *L)
{
    request *r = lua_touserdata(L, 1);
    text *t = text_new(L);
    text_format(t, "moonlab         %s, Lua %s.%s\n", ml_version(),
                LUA_VERSION_NUM == 504 ? "5.4" : "?", LUA_VERSION_RELEASE);
    text_format(t, "instructions    %s (MOONLAB_ISA=base|avx2|avx512 chooses fewer)\n", ml_isa());
    text_format(t, "threads         %d\n", ml_threads());
    text_format(t, "blas            %s\n", ml_blas());
    text_format(t, "device cpu      %s\n", ml_device_describe(0));
    int cuda = ml_device_find("cuda");
    text_format(t, "device cuda     %s\n", cuda > 0 ? ml_device_describe(cuda) : ml_error());
    ml_clear_error();
    r->result = copy_of(t->data, t->size);
    return r->result ? 0 : luaL_error(L, "out of memory");
}

char *session_doctor(session *s)
{
    request r = { 0 };
    lua_pushcfunction(s->L, describe_machine);
    lua_pushlightuserdata(s->L, &r);
    session_call(s, 1, 0);
    return r.result;
}
