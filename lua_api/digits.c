/* digits.c -- the digits in full of a value that is shown, so that two runs can be compared bit by bit:
**
**     0.1                    0.10000000000000001
**     a tensor               float32 2x3: 1 2.5 …     of a large one a hash of its bytes, and some elements
**     a figure               its labels and numbers (plot_data_text)
**     {loss = 0.1, n = 3}    {loss = 0.10000000000000001, n = 3}
**
** What else is shown is shown exactly. */
#include <inttypes.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/plot_lua.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

#define MOST_ELEMENTS 200 /* of a tensor in full; of a larger one so many, evenly spread */
#define MOST_FIELDS   1000
#define DEEPEST       5
#define MOST_VISITS   20000 /* values looked at in tables that are nested */

typedef struct digits {
    text *t;
    int visits;
} digits;

static void add_number(text *t, double v)
{
    if (v != v)
        text_puts(t, "nan"); /* of whatever sign */
    else
        text_format(t, "%.17g", v);
}

/* Of N bytes, eight at a time: FNV-1a with words for bytes, whose high bits are folded into the low ones. */
static uint64_t hash(const char *bytes, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i += sizeof h) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, n - i < sizeof word ? n - i : sizeof word);
        h = (h ^ word) * 1099511628211u;
        h ^= h >> 32;
    }
    return h;
}

/* Appends the elements of a contiguous float64 or int64 tensor. */
static void add_elements(text *t, const ml_tensor *x)
{
    const char *data = ml_data(x);
    for (int64_t i = 0, n = ml_numel(x); i < n; i++) {
        double f;
        int64_t k;
        if (ml_dtype_of(x) == ML_F64)
            memcpy(&f, data + 8 * i, sizeof f), text_puts(t, " "), add_number(t, f);
        else
            memcpy(&k, data + 8 * i, sizeof k), text_format(t, " %" PRId64, k);
    }
}

/* Nothing is appended if the device does not give the tensor. */
static void add_tensor(text *t, ml_tensor *x)
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_dtype dtype = ml_dtype_of(x);
    ml_tensor *all = ml_contiguous(ml_to_device(ml_detach(x), 0));
    int64_t n = ml_numel(x), step = n > MOST_ELEMENTS ? n / MOST_ELEMENTS : 1;
    ml_tensor *some = ml_view_as(all, 1, &(int64_t){ (n + step - 1) / step }, &step, 0);
    some = ml_contiguous(ml_cast(some, ml_is_float(dtype) ? ML_F64 : ML_I64));
    if (some) {
        text_puts(t, ml_dtype_name(dtype));
        for (int i = 0; i < ml_ndim(x); i++)
            text_format(t, "%s%" PRId64, i ? "x" : " ", ml_shape(x)[i]);
        text_puts(t, ":");
        if (step > 1)
            text_format(t, " #%016" PRIx64, hash(ml_data(all), (size_t)n * ml_dtype_size(dtype)));
        add_elements(t, some);
    }
    ml_scope_close(&scope);
    ml_clear_error();
}

static bool add_value(digits *d, int idx, int depth);

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names among the keys of the table at idx, sorted, in a userdata that is pushed. */
static const char **push_names(lua_State *L, int idx, int *n)
{
    const char **keys = lua_newuserdatauv(L, MOST_FIELDS * sizeof *keys, 0);
    *n = 0;
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && *n < MOST_FIELDS) keys[(*n)++] = lua_tostring(L, -2);
    qsort(keys, (size_t)*n, sizeof *keys, compare_names);
    return keys;
}

/* The elements, then the named fields, that have digits of their own; false if there are none. */
static bool add_table(digits *d, int idx, int depth)
{
    text *t = d->t;
    lua_State *L = t->L;
    int top = lua_gettop(L), n;
    bool any = false;
    if (luaL_getmetafield(L, idx, "__tostring") != LUA_TNIL || depth > DEEPEST)
        return lua_settop(L, top), false;
    luaL_checkstack(L, 6, "a table is nested too deep");
    const char **names = push_names(L, idx, &n);
    size_t start = t->size;
    text_puts(t, "{");
    lua_Integer length = (lua_Integer)lua_rawlen(L, idx);
    for (lua_Integer i = 1; i <= length && i <= MOST_FIELDS; i++) {
        lua_rawgeti(L, idx, i);
        if (i > 1) text_puts(t, ", ");
        any = add_value(d, lua_gettop(L), depth + 1) || any;
        lua_pop(L, 1);
    }
    for (int i = 0; i < n; i++) {
        lua_pushstring(L, names[i]);
        lua_rawget(L, idx);
        text_format(t, "%s%s = ", length > 0 || i > 0 ? ", " : "", names[i]);
        any = add_value(d, lua_gettop(L), depth + 1) || any;
        lua_pop(L, 1);
    }
    text_puts(t, "}");
    if (!any) t->size = start;
    lua_settop(L, top);
    return any;
}

static bool add_value(digits *d, int idx, int depth)
{
    text *t = d->t;
    lua_State *L = t->L;
    if (++d->visits > MOST_VISITS) return false;
    ml_tensor *x = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    if (x) {
        add_tensor(t, x);
        return true;
    }
    if (lua_isinteger(L, idx))
        return text_format(t, "%lld", (long long)lua_tointeger(L, idx)), depth == 0;
    if (lua_type(L, idx) == LUA_TNUMBER) return add_number(t, lua_tonumber(L, idx)), true;
    return lua_type(L, idx) == LUA_TTABLE && add_table(d, idx, depth);
}

static void tell(session *s, const text *t)
{
    s->options.digits(s->options.write_ctx, t->data, t->size);
}

void session_tell_figure(lua_State *L, int idx, const plot_wish *wish)
{
    session *s = session_of(L);
    if (!s->options.digits) return;
    text *t = text_new(L);
    plot_lua_data(t, idx, wish);
    tell(s, t);
    lua_pop(L, 1);
}

void session_tell_digits(lua_State *L, int idx)
{
    session *s = session_of(L);
    if (!s->options.digits) return;
    if (plot_lua_is_figure(L, idx)) {
        session_tell_figure(L, idx, NULL);
        return;
    }
    digits d = { .t = text_new(L) };
    add_value(&d, idx, 0);
    tell(s, d.t);
    lua_pop(L, 1);
}
