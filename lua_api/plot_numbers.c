/* plot_numbers.c -- data to be plotted: from tensors of any dtype, shape and device, and from lists of numbers.
**
** Tensors that are ready, contiguous floats or doubles in the CPU's memory, are borrowed, not copied: the numbers
** hold a reference.  Floats become doubles when somebody asks for doubles. */
#include <lauxlib.h>
#include <string.h>

#include "lua_api/binding_private.h"
#include "lua_api/plot_lua.h"
#include "lua_api/session.h"

#define NUMBERS "plot.numbers"

const plot_numbers *plot_numbers_typed(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, NUMBERS);
}

plot_numbers *plot_numbers_check(lua_State *L, int arg)
{
    plot_numbers *numbers = luaL_checkudata(L, arg, NUMBERS);
    if (numbers->value != NULL || numbers->n == 0) return numbers;
    arg = lua_absindex(L, arg);
    numbers->value = lua_newuserdatauv(L, numbers->n * sizeof *numbers->value, 0);
    for (size_t i = 0; i < numbers->n; i++) numbers->value[i] = (double)numbers->narrow[i];
    lua_setiuservalue(L, arg, 1);
    return numbers;
}

static int numbers_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)plot_numbers_typed(L, 1)->n);
    return 1;
}

/* numbers[i]; nil outside. */
static int numbers_index(lua_State *L)
{
    const plot_numbers *numbers = plot_numbers_typed(L, 1);
    lua_Integer i = lua_tointeger(L, 2);
    if (i < 1 || (size_t)i > numbers->n)
        lua_pushnil(L);
    else
        lua_pushnumber(L, numbers->value != NULL ? numbers->value[i - 1]
                                                 : (double)numbers->narrow[i - 1]);
    return 1;
}

static int numbers_gc(lua_State *L)
{
    plot_numbers *numbers = lua_touserdata(L, 1);
    ml_tensor *tensor = numbers->tensor;
    numbers->tensor = NULL;
    ml_release(tensor);
    return 0;
}

/* Pushes the userdata of N numbers with BYTES behind it; its user value are the doubles made of borrowed floats. */
static plot_numbers *push(lua_State *L, size_t n, size_t bytes)
{
    plot_numbers *numbers = lua_newuserdatauv(L, sizeof *numbers + bytes, 1);
    *numbers = (plot_numbers){ .n = n };
    if (luaL_newmetatable(L, NUMBERS)) {
        lua_pushcfunction(L, numbers_length);
        lua_setfield(L, -2, "__len");
        lua_pushcfunction(L, numbers_index);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, numbers_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return numbers;
}

plot_numbers *plot_numbers_push(lua_State *L, size_t n)
{
    if (n > (SIZE_MAX >> 1) / sizeof(double) - 1) luaL_error(L, "plot: out of memory");
    plot_numbers *numbers = push(L, n, n * sizeof(double));
    numbers->value = (double *)(numbers + 1);
    return numbers;
}

/* ---- from Lua -------------------------------------------------------------------------------- */

typedef struct reading {
    ml_tensor *tensor;
    double *out; /* as many as the tensor has */
} reading;

static ml_status read_detached(reading *r)
{
    ml_tensor *t = ml_cast(ml_to_device(ml_detach(r->tensor), 0), ML_F64);
    if (t) t = ml_contiguous(t);
    const double *data = t ? ml_data(t) : NULL;
    if (!data) return ml_error_status();
    memcpy(r->out, data, (size_t)ml_numel(t) * sizeof *data);
    return ML_OK;
}

static ml_status read_tensor(void *ctx)
{
    bool enabled = ml_set_grad_enabled(false);
    ml_status status = read_detached(ctx);
    ml_set_grad_enabled(enabled);
    return status;
}

/* Pushes numbers that borrow the tensor at argument 1; false, nothing pushed, if it is not ready. */
static bool borrow(lua_State *L, ml_tensor *t)
{
    ml_dtype dtype = ml_dtype_of(t);
    bool ready = ml_is_contiguous(t) && ml_device_of(t) == 0 && ml_numel(t) > 0;
    void *data = ready && (dtype == ML_F32 || dtype == ML_F64) ? ml_data(t) : NULL;
    if (!data) return false;
    plot_numbers *numbers = push(L, (size_t)ml_numel(t), 0);
    if (dtype == ML_F64)
        numbers->value = data;
    else
        numbers->narrow = data;
    numbers->tensor = ml_retain(t);
    return true;
}

/* Pushes what the value at idx is, for messages: "float32 [3 2]", "a list of 4", "a string", "nil". */
static const char *push_description(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    bool tensor = lab_is_tensor(L, idx);
    ml_tensor *t = tensor ? lab_test(L, idx) : NULL;
    if (t)
        lua_pushstring(L, ML_DESCRIBE(t));
    else if (tensor)
        lua_pushliteral(L, "a tensor that was freed");
    else if (lua_istable(L, idx))
        lua_pushfstring(L, "a list of %I", (lua_Integer)lua_rawlen(L, idx));
    else
        lua_pushfstring(L, "%s%s", lua_isnoneornil(L, idx) ? "" : "a ", luaL_typename(L, idx));
    return lua_tostring(L, -1);
}

/* describe(value) */
static int describe(lua_State *L)
{
    lua_settop(L, 1);
    push_description(L, 1);
    return 1;
}

/* The element on top of the stack as a number: one of Lua's, or a tensor of one. */
static double element(lua_State *L, const char *what, lua_Integer i)
{
    double value = lua_tonumber(L, -1);
    int64_t whole;
    if (lua_type(L, -1) == LUA_TNUMBER) return value;
    ml_tensor *t = lua_type(L, -1) == LUA_TUSERDATA ? lab_test(L, -1) : NULL;
    if (!t || ml_numel(t) != 1) {
        lua_pushfstring(L, "%s: value %I is %s; numbers expected", what, i,
                        push_description(L, -1));
        plot_lua_error(L);
    }
    if (!ml_item(t, &value, &whole)) lab_error(L);
    return value;
}

/* numbers(value, what): of a tensor or a list; WHAT begins messages ("plot.line: y"). */
static int make_numbers(lua_State *L)
{
    const char *what = luaL_checkstring(L, 2);
    ml_tensor *t = lua_type(L, 1) == LUA_TUSERDATA ? lab_test(L, 1) : NULL;
    if (t && borrow(L, t)) return 1;
    if (t) {
        plot_numbers *numbers = plot_numbers_push(L, (size_t)ml_numel(t));
        if (numbers->n) lab_protect(L, read_tensor, &(reading){ t, numbers->value });
        return 1;
    }
    if (luaL_testudata(L, 1, NUMBERS)) {
        lua_settop(L, 1);
        return 1;
    }
    if (!lua_istable(L, 1)) {
        lua_pushfstring(L, "%s: a tensor, a list of numbers or a function expected, got %s", what,
                        push_description(L, 1));
        return plot_lua_error(L);
    }
    plot_numbers *numbers = plot_numbers_push(L, lua_rawlen(L, 1));
    for (size_t i = 0; i < numbers->n; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        numbers->value[i] = element(L, what, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- points and classes ---------------------------------------------------------------------- */

/* column(numbers, columns, i): every COLUMNS-th value from I on: one column of a flattened matrix. */
static int column(lua_State *L)
{
    const plot_numbers *from = plot_numbers_check(L, 1);
    size_t columns = (size_t)luaL_checkinteger(L, 2), i = (size_t)luaL_checkinteger(L, 3) - 1;
    plot_numbers *to = plot_numbers_push(L, from->n / columns);
    for (size_t k = 0; k < to->n; k++) to->value[k] = from->value[k * columns + i];
    return 1;
}

/* classes(numbers, most): a list of the different values, in rising order; nil if there are more than MOST, or a
** NaN among them. */
static int classes(lua_State *L)
{
    const plot_numbers *numbers = plot_numbers_check(L, 1);
    size_t most = (size_t)luaL_checkinteger(L, 2);
    plot_numbers *found = plot_numbers_push(L, most);
    size_t count = 0;
    for (size_t i = 0; i < numbers->n; i++) {
        double value = numbers->value[i];
        if (value != value) continue;
        size_t at = count;
        while (at > 0 && found->value[at - 1] > value) at--;
        if (at > 0 && found->value[at - 1] == value) continue;
        if (count == most) return 0;
        memmove(found->value + at + 1, found->value + at, (count - at) * sizeof value);
        found->value[at] = value;
        count++;
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, found->value[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* of_class(numbers, classes, value): the numbers at whose place CLASSES has VALUE. */
static int of_class(lua_State *L)
{
    const plot_numbers *from = plot_numbers_check(L, 1), *by = plot_numbers_check(L, 2);
    double value = luaL_checknumber(L, 3);
    size_t count = 0;
    for (size_t i = 0; i < from->n && i < by->n; i++) count += by->value[i] == value;
    plot_numbers *to = plot_numbers_push(L, count);
    for (size_t i = 0, k = 0; k < count; i++)
        if (by->value[i] == value) to->value[k++] = from->value[i];
    return 1;
}

void plot_numbers_open(lua_State *L)
{
    static const luaL_Reg functions[] = { { "numbers", make_numbers }, { "describe", describe },
                                          { "column", column },        { "classes", classes },
                                          { "of_class", of_class },    { NULL, NULL } };
    luaL_setfuncs(L, functions, 0);
}
