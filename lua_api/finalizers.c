/* finalizers.c -- finalizers (__gc) that a stop reaches.
**
** Lua runs them with hooks off; in a coroutine of its own a finalizer has them.  The collector asks luaT_gettmbyobj for the
** function to call, which is another file's: the program links Debian's static liblua 5.4 with --wrap=luaT_gettmbyobj, and
** where that is a function of Lua it gets `finalize`, which runs it so.  C functions are called as ever. */
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
    LIGHT_C_FUNCTION = LUA_TFUNCTION | 1 << 4,
    LUA_CLOSURE = LUA_TFUNCTION | 1 << 6,
};

static int finalize(lua_State *L)
{
    int nresults;
    luaL_checkstack(L, 4, "finalizer");
    lua_State *co = lua_newthread(L);
    luaL_getmetafield(L, 1, "__gc");
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 2);
    int status = session_resume(L, co, 1, &nresults);
    if (status == LUA_OK) return 0;
    if (status == LUA_YIELD) {
        lua_resetthread(co);
        return luaL_error(L, "attempt to yield in a finalizer");
    }
    lua_xmove(co, L, 1);
    return lua_error(L);
}

const value *__real_luaT_gettmbyobj(lua_State *L, const value *object, int event);
const value *__wrap_luaT_gettmbyobj(lua_State *L, const value *object, int event);
const value *__wrap_luaT_gettmbyobj(lua_State *L, const value *object, int event)
{
    static const value own = { .value.f = finalize, .type = LIGHT_C_FUNCTION };
    const value *method = __real_luaT_gettmbyobj(L, object, event);
    return event == EVENT_GC && method->type == LUA_CLOSURE ? &own : method;
}
