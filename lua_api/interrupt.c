/* interrupt.c -- stopping code that runs, from a signal handler.
**
** A stop arms a hook on every state of the resume chain and leaves it armed until the run has ended: code that
** catches the error (pcall in a loop, a coroutine resumed in a loop) meets it again at its next instruction.
** For that the coroutine library's resume, wrap and close are replaced by ones that keep the chain. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/moonlab.h"
#include "lua_api/session.h"

#define EVERYTHING (LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT)

void session_push_stop(lua_State *L)
{
    session *s = session_of(L);
    lua_Debug ar;
    for (int level = 0; !*s->stop_place && lua_getstack(L, level, &ar); level++)
        if (lua_getinfo(L, "Sl", &ar) && ar.currentline > 0 && session_is_user_source(ar.source))
            snprintf(s->stop_place, sizeof s->stop_place, "%s:%d: ", ar.short_src, ar.currentline);
    switch ((stop_reason)s->stop) {
    case STOP_EXIT: lua_pushfstring(L, "%sexit", s->stop_place); return;
    case STOP_TIME:
        lua_pushfstring(L, "%sstopped: the time limit of %d seconds is over", s->stop_place,
                        s->options.time_limit);
        return;
    case STOP_NONE:
    case STOP_INTERRUPT: break;
    }
    lua_pushfstring(L, "%sinterrupted", s->stop_place);
}

int session_raise_stop(lua_State *L)
{
    session_push_stop(L);
    return lua_error(L);
}

static void stop_hook(lua_State *L, lua_Debug *ar)
{
    /* A C function that is called may be what restores something (lab.no_grad's __close): its return raises. */
    if (ar->event == LUA_HOOKCALL && lua_getinfo(L, "S", ar) && *ar->what == 'C') return;
    /* A coroutine may keep the hook after the run that was stopped. */
    if (session_of(L)->stop == STOP_NONE) {
        lua_sethook(L, NULL, 0, 0);
        return;
    }
    lua_getinfo(L, "f", ar);
    bool reporting = lua_tocfunction(L, -1) == session_message_handler;
    lua_pop(L, 1);
    if (!reporting) session_raise_stop(L);
}

void session_stop(session *s, stop_reason why)
{
    if (s->stop < (sig_atomic_t)why) s->stop = (sig_atomic_t)why;
    ml_interrupt();
    lua_sethook(s->L, stop_hook, EVERYTHING, 1);
    for (resume_link *link = s->running; link; link = link->up)
        lua_sethook(link->L, stop_hook, EVERYTHING, 1);
}

void session_interrupt(session *s)
{
    session_stop(s, STOP_INTERRUPT);
}

void session_time_over(session *s)
{
    session_stop(s, STOP_TIME);
}

void session_suspend_stop(session *s)
{
    s->stop = STOP_NONE;
    lua_sethook(s->L, NULL, 0, 0);
    ml_interrupt_clear();
}

void session_clear_stop(session *s)
{
    session_suspend_stop(s);
    s->stop_place[0] = '\0';
    s->running = NULL;
}

/* ---- coroutines ------------------------------------------------------------------------------ */

static lua_State *coroutine_at(lua_State *L, int arg)
{
    lua_State *co = lua_tothread(L, arg);
    luaL_argexpected(L, co, arg, "coroutine");
    return co;
}

int session_resume(lua_State *L, lua_State *co, int n, int *nresults)
{
    session *s = session_of(L);
    resume_link link = { co, s->running };
    s->running = &link;
    if (s->stop != STOP_NONE) lua_sethook(co, stop_hook, EVERYTHING, 1);
    bool grad = ml_grad_enabled();
    int status = lua_resume(co, L, n, nresults);
    /* A coroutine that failed inside lab.no_grad has not left it, and never will. */
    if (status != LUA_OK && status != LUA_YIELD) ml_set_grad_enabled(grad);
    s->running = link.up;
    return status;
}

/* Resumes co with the n values on top of L: how many results were moved to L, or -1 with the error. */
static int resume_with(lua_State *L, lua_State *co, int n)
{
    int nresults;
    if (!lua_checkstack(co, n)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, n);
    int status = session_resume(L, co, n, &nresults);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(co, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, nresults + 1)) {
        lua_pop(co, nresults);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, nresults);
    return nresults;
}

static int coroutine_resume(lua_State *L)
{
    lua_State *co = coroutine_at(L, 1);
    int n = resume_with(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, n >= 0);
    if (n < 0) n = 1;
    lua_insert(L, -(n + 1));
    return n + 1;
}

int session_reset(lua_State *L, lua_State *co)
{
    session *s = session_of(L);
    resume_link link = { co, s->running };
    s->running = &link;
    if (s->stop != STOP_NONE) lua_sethook(co, stop_hook, EVERYTHING, 1);
    int status = lua_resetthread(co); /* runs its to-be-closed variables */
    s->running = link.up;
    return status;
}

static int wrapped(lua_State *L)
{
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int n = resume_with(L, co, lua_gettop(L));
    if (n >= 0) return n;
    int status = lua_status(co);
    if (status != LUA_OK && status != LUA_YIELD) {
        status = session_reset(L, co);
        lua_xmove(co, L, 1);
    }
    bool stopped = session_of(L)->stop != STOP_NONE;
    if (status != LUA_ERRMEM && !stopped &&
        lua_type(L, -1) == LUA_TSTRING) { /* as Lua's own: adds the place */
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int coroutine_wrap(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static int coroutine_close(lua_State *L)
{
    lua_State *co = coroutine_at(L, 1);
    lua_getfield(L, lua_upvalueindex(1), "status");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    const char *status = lua_tostring(L, -1);
    if (status[0] != 'd' && status[0] != 's') /* dead, suspended */
        return luaL_error(L, "cannot close a %s coroutine", status);
    if (session_reset(L, co) == LUA_OK) {
        lua_pushboolean(L, true);
        return 1;
    }
    lua_pushnil(L);
    lua_xmove(co, L, 1);
    return 2;
}

/* os.execute: upvalue 1 is Lua's own.  While it waits, Ctrl-C goes to the program alone: one that it has ended is an
** interrupt here too, or a loop of them could not be left. */
static int execute(lua_State *L)
{
    int n = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, LUA_MULTRET);
    const char *how = lua_gettop(L) == 3 ? lua_tostring(L, 2) : NULL;
    if (how && lua_tointeger(L, 3) == (*how == 's' ? 2 : 130)) { /* SIGINT, told by a shell */
        session_stop(session_of(L), STOP_INTERRUPT);
        return session_raise_stop(L);
    }
    return lua_gettop(L);
}

static void open_execute(lua_State *L)
{
    lua_getglobal(L, "os");
    lua_getfield(L, -1, "execute");
    lua_pushcclosure(L, execute, 1);
    lua_setfield(L, -2, "execute");
    lua_pop(L, 1);
}

void session_open_interrupt(lua_State *L)
{
    open_execute(L);
    static const luaL_Reg functions[] = { { "resume", coroutine_resume },
                                          { "wrap", coroutine_wrap },
                                          { NULL, NULL } };
    lua_getglobal(L, "coroutine");
    luaL_setfuncs(L, functions, 0);
    lua_newtable(L);
    lua_getfield(L, -2, "status");
    lua_setfield(L, -2, "status");
    lua_pushcclosure(L, coroutine_close, 1);
    lua_setfield(L, -2, "close");
    lua_pop(L, 1);
}
