/* prefetch_lua.c -- module "data.prefetch", for data.DataLoader: a function that makes an iterator over batches which
** threads gather ahead (core/prefetch.h). */
#include "lua_api/prefetch_lua.h"

#include "core/moonlab.h"
#include "core/prefetch.h"
#include "lua_api/binding.h"

#define TYPE "data.prefetch"
#define MOST 64 /* tensors of a data set */

typedef struct iterator {
    ml_prefetch *p;
    ml_prefetch_options options;
    ml_tensor *source[MOST];
    ml_tensor *order;       /* from 1, or NULL */
    ml_tensor *batch[MOST]; /* retained on its way to Lua */
    bool more;
} iterator;

static void drop_batch(iterator *it)
{
    for (int k = 0; k < it->options.n; k++) ml_release(it->batch[k]), it->batch[k] = NULL;
}

static int iterator_close(lua_State *L)
{
    iterator *it = luaL_checkudata(L, 1, TYPE);
    drop_batch(it);
    ml_prefetch_close(it->p);
    it->p = NULL;
    return 0;
}

static ml_status next_batch(void *ctx)
{
    iterator *it = ctx;
    ml_tensor *out[MOST];
    ML_TRY(ml_prefetch_next(it->p, out, &it->more));
    for (int k = 0; k < it->options.n && it->more; k++) it->batch[k] = ml_retain(out[k]);
    return ML_OK;
}

/* iterator(): the next batch's tensors; nil at the end, where the threads are ended. */
static int iterator_next(lua_State *L)
{
    iterator *it = luaL_checkudata(L, 1, TYPE);
    it->more = false;
    drop_batch(it);
    if (it->p) lab_protect(L, next_batch, it);
    if (!it->more) return iterator_close(L);
    luaL_checkstack(L, it->options.n, "a data set of many tensors");
    for (int k = 0; k < it->options.n; k++) lab_push(L, it->batch[k]);
    drop_batch(it);
    return it->options.n;
}

static ml_status open_iterator(void *ctx)
{
    iterator *it = ctx;
    if (it->order) {
        ml_tensor *order = ml_cast(ml_to_device(it->order, 0), ML_I64);
        it->options.order = ml_contiguous(ml_add_scalar(order, -1));
        if (!it->options.order) return ml_error_status();
    }
    it->p = ml_prefetch_open(&it->options);
    return it->p ? ML_OK : ml_error_status();
}

/* May the threads copy rows of t as they stand? */
static bool is_plain(const ml_tensor *t)
{
    return ml_device_of(t) == 0 && ml_ndim(t) > 0 && ml_is_contiguous(t) && !ml_requires_grad(t);
}

/* Takes the sources from the list at 1; false if there are such that only operators can read. */
static bool take_sources(lua_State *L, iterator *it)
{
    lua_Unsigned n = lua_rawlen(L, 1);
    if (n == 0 || n > MOST) return false;
    for (lua_Unsigned k = 1; k <= n; k++, lua_pop(L, 1)) {
        lua_rawgeti(L, 1, (lua_Integer)k);
        ml_tensor *t = lab_check(L, -1, TYPE);
        if (!is_plain(t) || ml_shape(t)[0] != ml_shape(k == 1 ? t : it->source[0])[0]) return false;
        it->source[k - 1] = t;
    }
    it->options.n = (int)n;
    return true;
}

static int option(lua_State *L, const char *name)
{
    lua_getfield(L, 3, name);
    lua_Integer n = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return n < 0 ? 0 : n > 1 << 20 ? 1 << 20 : (int)n;
}

/* prefetch(tensors, order, {batch_size=, drop_last=, workers=, depth=}): the iterator, or nil if the tensors are
** not plain memory.  order: an int64 tensor of positions from 1, or nil: as they stand. */
static int prefetch(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    iterator *it = lua_newuserdatauv(L, sizeof *it, 0);
    *it = (iterator){ .options = { .small = ML_PREFETCH_SMALL } };
    luaL_setmetatable(L, TYPE);
    if (!take_sources(L, it)) return 0;
    if (!lua_isnil(L, 2)) it->order = lab_check(L, 2, TYPE);
    it->options.source = it->source;
    lua_getfield(L, 3, "batch_size");
    it->options.batch_size = luaL_checkinteger(L, -1);
    lua_getfield(L, 3, "drop_last");
    it->options.drop_last = lua_toboolean(L, -1);
    it->options.workers = option(L, "workers");
    it->options.depth = option(L, "depth");
    lua_settop(L, 4);
    lab_protect(L, open_iterator, it);
    return 1;
}

int lab_open_prefetch(lua_State *L)
{
    static const luaL_Reg methods[] = { { "__call", iterator_next },
                                        { "__gc", iterator_close },
                                        { "__close", iterator_close },
                                        { NULL, NULL } };
    luaL_newmetatable(L, TYPE);
    luaL_setfuncs(L, methods, 0);
    lua_pop(L, 1);
    lua_pushcfunction(L, prefetch);
    return 1;
}
