/* machine_lua.c -- the session's state in Lua: seed, threads, memory, devices; and help for option tables. */
#include "lua_api/binding_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Edit distance with transpositions of two short words, at most LIMIT. */
static int distance(const char *a, const char *b, int limit)
{
    int n = (int)strlen(a), m = (int)strlen(b), row[3][64];
    if (n > 60 || m > 60 || abs(n - m) > limit) return limit + 1;
    for (int j = 0; j <= m; j++) row[1][j] = j;
    for (int i = 1; i <= n; i++) {
        const int *before = row[(i - 1) % 3], *last = row[i % 3];
        int *now = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[(n + 1) % 3][m];
}

const char *lab_nearest(const char *name, const char *const names[])
{
    int limit = strlen(name) < 4 ? 1 : strlen(name) < 7 ? 2 : 3, best = limit + 1;
    const char *near = NULL;
    for (; *names; names++) {
        int d = distance(name, *names, limit);
        if (d < best) best = d, near = *names;
    }
    return near;
}

int lab_options(lua_State *L, const char *op, int first, const char *const names[])
{
    if (lua_isnoneornil(L, first)) return 0;
    if (!lua_istable(L, first))
        return lab_raise(L, "%s: argument %d: a table of options expected, got %s", op, first,
                         luaL_typename(L, first));
    lua_pushnil(L);
    while (lua_next(L, first)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        int i = 0;
        while (key && names[i] && strcmp(names[i], key)) i++;
        lua_pop(L, 1);
        if (key && names[i]) continue;
        luaL_Buffer b;
        luaL_buffinit(L, &b);
        for (i = 0; names[i]; i++) luaL_addstring(&b, i ? ", " : ""), luaL_addstring(&b, names[i]);
        luaL_pushresult(&b);
        const char *near = key ? lab_nearest(key, names) : NULL;
        return lab_raise(L, "%s: unknown option '%s'%s%s%s (options: %s)", op,
                         key ? key : "(a value without a name)", near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "", lua_tostring(L, -1));
    }
    return first;
}

/* lab.manual_seed(n): all random numbers from here on follow n. */
static int manual_seed(lua_State *L)
{
    ml_manual_seed((uint64_t)luaL_checkinteger(L, 1));
    return 0;
}

static int initial_seed(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)ml_seed());
    return 1;
}

/* lab.get_rng_state() --> {seed, position}; lab.set_rng_state gives it back. */
static int get_rng_state(lua_State *L)
{
    uint64_t seed, stream;
    ml_rng_state(&seed, &stream);
    lua_createtable(L, 2, 0);
    lua_pushinteger(L, (lua_Integer)seed);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, (lua_Integer)stream);
    lua_rawseti(L, -2, 2);
    return 1;
}

static int set_rng_state(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_rawgeti(L, 1, 1);
    lua_rawgeti(L, 1, 2);
    int seed_ok, stream_ok;
    lua_Integer seed = lua_tointegerx(L, -2, &seed_ok), stream = lua_tointegerx(L, -1, &stream_ok);
    if (!seed_ok || !stream_ok)
        return lab_raise(
            L, "set_rng_state: {seed, position} is needed, as lab.get_rng_state() gives it");
    ml_set_rng_state((uint64_t)seed, (uint64_t)stream);
    return 0;
}

static int set_threads(lua_State *L)
{
    if (ml_set_threads((int)luaL_checkinteger(L, 1)) != ML_OK) return lab_error(L);
    return 0;
}

static int threads(lua_State *L)
{
    lua_pushinteger(L, ml_threads());
    return 1;
}

static void set_int(lua_State *L, const char *key, int64_t v)
{
    lua_pushinteger(L, v);
    lua_setfield(L, -2, key);
}

/* lab.memory([device]): bytes live, peak, cached, ever allocated; tensors alive. */
static int memory(lua_State *L)
{
    int device = lua_isnoneornil(L, 1) ? lab_default_device() : lab_device(L, "memory", 1);
    ml_memory_info m = ml_memory(device);
    lua_createtable(L, 0, 5);
    set_int(L, "live", m.live);
    set_int(L, "peak", m.peak);
    set_int(L, "cached", m.cached);
    set_int(L, "tensors", m.tensors);
    set_int(L, "allocated", m.allocated);
    return 1;
}

static int trim(lua_State *L)
{
    (void)L;
    ml_memory_trim();
    return 0;
}

static int describe_device(lua_State *L)
{
    lua_pushstring(L, ml_device_describe(lab_device(L, "device", 1)));
    return 1;
}

static int is_available(lua_State *L)
{
    bool found = ml_device_find(luaL_checkstring(L, 1)) >= 0;
    ml_clear_error();
    lua_pushboolean(L, found);
    return 1;
}

/* lab.clock(): seconds from a fixed point; the clock on the wall may be set, this one may not. */
static int read_clock(lua_State *L)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec * 1e-9);
    return 1;
}

/* lab.promote(a, b): the dtype that a and b have together. */
static int promote(lua_State *L)
{
    lua_pushstring(L, ml_dtype_name(ml_promote(lab_dtype(L, "promote_types", 1),
                                               lab_dtype(L, "promote_types", 2))));
    return 1;
}

/* lab.fail_allocation(k), for tests: the k-th allocation from now fails; returns how many there were. */
static int fail_allocation(lua_State *L)
{
    lua_pushinteger(L, ml_fail_allocation(luaL_checkinteger(L, 1)));
    return 1;
}

/* lab._limit_memory(bytes), for tests: tensors may take no more (0: as much as there is); returns the last limit. */
static int limit_memory(lua_State *L)
{
    int64_t bytes = luaL_checkinteger(L, 1);
    lua_pushinteger(L, ml_set_memory_limit(bytes > 0 ? bytes : 0));
    return 1;
}

void lab_open_machine(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "manual_seed", manual_seed },
        { "initial_seed", initial_seed },
        { "get_rng_state", get_rng_state },
        { "set_rng_state", set_rng_state },
        { "set_num_threads", set_threads },
        { "get_num_threads", threads },
        { "memory", memory },
        { "trim", trim },
        { "clock", read_clock },
        { "describe_device", describe_device },
        { "is_available", is_available },
        { "promote_types", promote },
        { "_fail_allocation", fail_allocation },
        { "_limit_memory", limit_memory },
        { NULL, NULL },
    };
    lab_set_functions(L, lua_gettop(L) - 2, functions);
}
