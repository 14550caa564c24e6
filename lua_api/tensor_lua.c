/* tensor_lua.c -- tensors as Lua values: the userdata, its life, and what the collector is told of it.
**
** A userdata holds one pointer, which it owns (a retain); NULL after free().  It is recognised by its size and a
** mark that no other userdata has.  Native bytes drive the collector: a step per STEP allocated, a full collection
** when they pass twice what was live after the last full one. */
#include "lua_api/binding_private.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

#include <stdarg.h>
#include <string.h>

enum { STEP = 256 << 10, FLOOR = 8 << 20 };

static struct {
    int metatable; /* where the registry keeps it */
    lua_State *main;
    int64_t stepped, full_at;
    bool collecting;
} bound;

typedef struct box {
    const void *mark; /* &bound */
    ml_tensor *t;
} box;

/* The box at ARG; NULL if another value is there. */
static box *box_at(lua_State *L, int arg)
{
    box *b = lua_touserdata(L, arg);
    return b && lua_rawlen(L, arg) == sizeof *b && b->mark == &bound ? b : NULL;
}

ml_tensor *lab_test(lua_State *L, int arg)
{
    box *b = box_at(L, arg);
    return b ? b->t : NULL;
}

bool lab_is_tensor(lua_State *L, int arg)
{
    return box_at(L, arg) != NULL;
}

ml_tensor *lab_check(lua_State *L, int arg, const char *what)
{
    ml_tensor *t = lab_test(L, arg);
    if (t) return t;
    if (lab_is_tensor(L, arg))
        lab_raise(L, "%s: argument %d is a tensor that was freed", what, arg);
    lab_raise(L, "%s: argument %d: a tensor expected, got %s%s", what, arg, luaL_typename(L, arg),
              arg == 1 ? " (call methods with a colon, as in x:sum())" : "");
    return NULL;
}

/* ---- the collector ------------------------------------------------------------------------------ */

static void full_collection(lua_State *L)
{
    bound.collecting = true;
    lua_gc(L, LUA_GCCOLLECT);
    session_collect_young(L); /* Lua 5.4.4 forgets its target after a full collection */
    bound.collecting = false;
    int64_t live = ml_memory_live();
    bound.full_at = 2 * live > FLOOR ? 2 * live : FLOOR;
}

void lab_collect(lua_State *L)
{
    int64_t allocated = ml_memory_allocated();
    if (allocated - bound.stepped < STEP || bound.collecting) return;
    bound.stepped = allocated;
    if (ml_memory_live() > bound.full_at) {
        full_collection(L);
        return;
    }
    bound.collecting = true;
    lua_gc(L, LUA_GCSTEP, 0);
    bound.collecting = false;
}

/* Memory ran out: two full collections, the second for what finalizers let go. */
static void under_pressure(void *ctx)
{
    lua_State *L = ctx;
    if (bound.collecting) return;
    full_collection(L);
    full_collection(L);
}

/* ---- pushing ------------------------------------------------------------------------------------ */

void lab_push_box(lua_State *L)
{
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    b->mark = &bound, b->t = NULL;
    lua_rawgeti(L, LUA_REGISTRYINDEX, bound.metatable);
    lua_setmetatable(L, -2);
}

void lab_fill_box(lua_State *L, int arg, ml_tensor *t)
{
    box *b = lua_touserdata(L, arg);
    b->t = t;
    lab_scope_note(L, arg);
}

void lab_push(lua_State *L, ml_tensor *t)
{
    if (!t) {
        lua_pushnil(L);
        return;
    }
    lab_push_box(L);
    lab_fill_box(L, -1, ml_retain(t));
    lab_collect(L);
}

static int collect_tensor(lua_State *L)
{
    if (!lab_is_tensor(L, 1)) return 0; /* getmetatable(x).__gc can be called with anything */
    box *b = lua_touserdata(L, 1);
    ml_tensor *t = b->t;
    b->t = NULL;
    ml_release(t);
    return 0;
}

/* Finalizers run whenever something is allocated, also while an operator has its arguments in hand. */
static bool in_finalizer(lua_State *L)
{
    return lua_gc(L, LUA_GCISRUNNING) < 0;
}

/* x:free(): gives the memory back now (in a finalizer: as soon as the collector finds x).  Using x afterwards is an
** error. */
static int free_tensor(lua_State *L)
{
    lab_check(L, 1, "free");
    return in_finalizer(L) ? 0 : collect_tensor(L);
}

int lab_raise(lua_State *L, const char *format, ...)
{
    va_list args;
    size_t n;
    session_where(L);
    va_start(args, format);
    lua_pushvfstring(L, format, args);
    va_end(args);
    lua_concat(L, 2);
    const char *message = lua_tolstring(L, -1, &n);
    if (text_is_plain(message, n)) return lua_error(L);
    text *visible = text_new(L);
    text_visible(visible, message, n, true);
    text_push(visible);
    return lua_error(L);
}

int lab_error(lua_State *L)
{
    lua_pushstring(L, ml_error());
    ml_clear_error();
    return lab_raise(L, "%s", lua_tostring(L, -1));
}

void lab_protect(lua_State *L, ml_status (*fn)(void *ctx), void *ctx)
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_status status = fn(ctx);
    ml_scope_close(&scope);
    if (status != ML_OK || ml_error_status() != ML_OK) lab_error(L);
}

lua_State *lab_main_state(void)
{
    return bound.main;
}

/* ---- opening ------------------------------------------------------------------------------------ */

void lab_open(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    bound.main = lua_tothread(L, -1);
    lua_pop(L, 1);
    luaL_newmetatable(L, "tensor");
    lua_pushvalue(L, -1);
    bound.metatable = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushcfunction(L, collect_tensor);
    lua_setfield(L, -2, "__gc");
    lua_newtable(L); /* methods */
    lua_pushcfunction(L, free_tensor);
    lua_setfield(L, -2, "free");
    /* lab, metatable, methods */
    lab_open_operators(L);
    lab_open_make(L);
    lab_open_grad(L);
    lab_open_machine(L);
    lab_open_table(L);
    lab_open_index(L); /* last: takes the methods as its upvalue */
    lua_pop(L, 2);
    ml_set_memory_pressure(under_pressure, bound.main);
    bound.full_at = FLOOR;
    session_collect_young(L);
}
