/* bench.c -- how long code takes: as many runs in each measurement as a clock can tell, several measurements, their
** median. */
#define _POSIX_C_SOURCE 200809L
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <time.h>

#include "lua_api/session.h"

#define MEASUREMENT 0.01 /* seconds one takes at least */
#define IN_ALL      0.7  /* seconds, unless there are fewer than */
#define FEWEST      5    /* of them */
#define MOST        200

typedef struct bench {
    const char *code;
    size_t size;
    session_times *out;
} bench;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds that N runs of the function on top take. */
static double measure(lua_State *L, long long n)
{
    double start = now();
    for (long long i = 0; i < n; i++) {
        lua_pushvalue(L, -1);
        lua_call(L, 0, 0);
    }
    return now() - start;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Leaves the code as a function of the cells' environment: an expression, or statements. */
static void compile(lua_State *L, const bench *b)
{
    lua_pushliteral(L, "return ");
    lua_pushlstring(L, b->code, b->size);
    lua_concat(L, 2);
    size_t n;
    const char *code = lua_tolstring(L, -1, &n);
    session_keep_source(L, "bench", b->code, b->size);
    if (luaL_loadbufferx(L, code, n, "=bench", "t") != LUA_OK &&
        luaL_loadbufferx(L, b->code, b->size, "=bench", "t") != LUA_OK)
        lua_error(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    lua_setupvalue(L, -2, 1);
}

static int run(lua_State *L)
{
    bench *b = lua_touserdata(L, 1);
    double times[MOST], taken, in_all = 0;
    long long n = 1;
    int rounds = 0;
    compile(L, b);
    while ((taken = measure(L, n)) < MEASUREMENT / 2)
        n = taken > 1e-6 ? (long long)((double)n * MEASUREMENT / taken) + 1 : n * 100;
    if (taken > 1 && n == 1)
        times[rounds++] = taken, in_all = taken; /* too long to be done in vain */
    while (rounds < MOST && (in_all < IN_ALL || rounds < FEWEST) && in_all < 30) {
        taken = measure(L, n);
        in_all += taken;
        times[rounds++] = taken / (double)n;
    }
    qsort(times, (size_t)rounds, sizeof *times, compare);
    *b->out =
        (session_times){ .median = (times[(rounds - 1) / 2] + times[rounds / 2]) / 2,
                         .low = times[rounds / 4],
                         .high = times[(3 * rounds) / 4 < rounds ? 3 * rounds / 4 : rounds - 1],
                         .rounds = rounds,
                         .runs = n };
    return 0;
}

session_status session_bench(session *s, const char *code, size_t size, session_times *out)
{
    bench b = { code, size, out };
    if (!lua_checkstack(s->L, 8)) {
        session_set_error(s, "out of memory");
        return SESSION_ERROR;
    }
    lua_pushcfunction(s->L, run);
    lua_pushlightuserdata(s->L, &b);
    return session_call(s, 1, 0);
}
