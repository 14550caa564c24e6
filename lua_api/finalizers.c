/* finalizers.c -- finalizers (__gc) that a stop reaches.
**
** Lua runs them with hooks off; in a coroutine of its own a finalizer has them.  The collector asks luaT_gettmbyobj for the
** function to call, which is another file's: the program links Debian's static liblua 5.4 with --wrap=luaT_gettmbyobj, and
** for tables, and where the method is a function of Lua, it gets `finalize`, which runs it so.  C functions for userdata take
** no time: they are called as ever. */
#include <lauxlib.h>
#include <lua.h>

#include "lua_api/session.h"

/* As in lobject.h and ltm.h. */
typedef struct value {
    union {
        lua_CFunction f;
        lua_Integer i;
    } value;
    unsigned char type;
} value;

enum {
    EVENT_GC = 2,
    KIND = 15,
    LIGHT_C_FUNCTION = LUA_TFUNCTION | 1 << 4,
    LUA_CLOSURE = LUA_TFUNCTION | 1 << 6,
    TABLE = LUA_TTABLE | 1 << 6,
};

static const char spare = 0; /* in the registry: the coroutine that ran the last finalizer */

/* Pushes a coroutine, the last one if it can be had: while finalizers run the collector rests, and a million of them would
** leave as many coroutines. */
static lua_State *take_coroutine(lua_State *L)
{
    bool kept = lua_rawgetp(L, LUA_REGISTRYINDEX, &spare) == LUA_TTHREAD;
    if (!kept) lua_pop(L, 1);
    lua_State *co = kept ? lua_tothread(L, -1) : lua_newthread(L);
    lua_pushboolean(L, false);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &spare);
    return co;
}

static int finalize(lua_State *L)
{
    int nresults;
    luaL_checkstack(L, 4, "finalizer");
    lua_State *co = take_coroutine(L);
    luaL_getmetafield(L, 1, "__gc");
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 2);
    int status = session_resume(L, co, 1, &nresults);
    if (status == LUA_OK) {
        lua_settop(co, 0);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &spare);
        return 0;
    }
    /* One that failed may have its hooks off for ever: it is not kept. */
    session_reset(L, co);
    if (status == LUA_YIELD) return luaL_error(L, "attempt to yield in a finalizer");
    lua_xmove(co, L, 1);
    return lua_error(L);
}

const value *__real_luaT_gettmbyobj(lua_State *L, const value *object, int event);
const value *__wrap_luaT_gettmbyobj(lua_State *L, const value *object, int event);
const value *__wrap_luaT_gettmbyobj(lua_State *L, const value *object, int event)
{
    static const value own = { .value.f = finalize, .type = LIGHT_C_FUNCTION };
    const value *method = __real_luaT_gettmbyobj(L, object, event);
    if (event != EVENT_GC || (method->type & KIND) == LUA_TNIL || !session_of(L)) return method;
    return method->type == LUA_CLOSURE || object->type == TABLE ? &own : method;
}
