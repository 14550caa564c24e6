/* make_lua.c -- tensors from Lua tables and numbers, and back: lab.tensor, x:item, x:tolist, x:to. */
#include "lua_api/binding_private.h"
#include "lua_api/session.h"

#include <stdio.h>
#include <string.h>

void lab_set_functions(lua_State *L, int index, const luaL_Reg *functions)
{
    index = lua_absindex(L, index);
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, index, functions->name);
    }
}

/* ---- names ---------------------------------------------------------------------------------------- */

ml_dtype lab_dtype(lua_State *L, const char *op, int arg)
{
    static const char *const names[] = { "float32", "float64", "bfloat16", "float16", "int64",
                                         "int32",   "int8",    "uint8",    "bool",    NULL };
    ml_dtype dtype = ML_F32;
    const char *name = lua_type(L, arg) == LUA_TSTRING ? lua_tostring(L, arg) : NULL;
    if (name && ml_dtype_parse(name, &dtype)) return dtype;
    const char *near = name ? lab_nearest(name, names) : NULL;
    lab_raise(L,
              "%s: %s is not a dtype%s%s%s; the dtypes are float32 float64 bfloat16 float16 int64 "
              "int32 int8 uint8 bool",
              op, name ? lua_pushfstring(L, "\"%s\"", name) : luaL_typename(L, arg),
              near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return dtype;
}

static int default_device;

int lab_default_device(void)
{
    return default_device;
}

int lab_device(lua_State *L, const char *op, int arg)
{
    if (lua_type(L, arg) != LUA_TSTRING)
        lab_raise(L, "%s: a device is named by a string such as \"cpu\", got %s", op,
                  luaL_typename(L, arg));
    int device = ml_device_find(lua_tostring(L, arg));
    if (device < 0) lab_error(L);
    return device;
}

static int set_default_device(lua_State *L)
{
    default_device = lab_device(L, "set_default_device", 1);
    return 0;
}

/* ---- tables to tensors ----------------------------------------------------------------------------- */

typedef struct outline {
    int ndim;
    int64_t shape[ML_MAX_DIMS];
    bool all_bool;
    int64_t count;
} outline;

/* Shape from the first elements of each level. */
static void measure(lua_State *L, const char *op, int arg, outline *o)
{
    int top = lua_gettop(L);
    lua_pushvalue(L, arg);
    while (lua_istable(L, -1)) {
        if (o->ndim == ML_MAX_DIMS)
            lab_raise(L, "%s: the table is nested deeper than %d levels", op, ML_MAX_DIMS);
        o->shape[o->ndim++] = (int64_t)lua_rawlen(L, -1);
        lua_rawgeti(L, -1, 1);
        luaL_checkstack(L, 2, op);
    }
    lua_settop(L, top);
}

static int ragged(lua_State *L, const char *op, const outline *o, int depth, int64_t at,
                  const char *got)
{
    return lab_raise(L,
                     "%s: the table is not rectangular: at depth %d, place %d, %s, where the "
                     "first such place has %s",
                     op, depth, (int)at, got,
                     depth <= o->ndim
                         ? lua_pushfstring(L, "a table of %d", (int)o->shape[depth - 1])
                         : "a number");
}

/* Checks level DEPTH of the table on top against the outline. */
static void check_level(lua_State *L, const char *op, outline *o, int depth)
{
    int64_t n = (int64_t)lua_rawlen(L, -1);
    luaL_checkstack(L, 4, op);
    for (int64_t i = 1; i <= n; i++) {
        int type = lua_rawgeti(L, -1, i);
        session_poll(L);
        if (depth < o->ndim) {
            if (type != LUA_TTABLE) ragged(L, op, o, depth + 1, i, luaL_typename(L, -1));
            int64_t m = (int64_t)lua_rawlen(L, -1);
            if (m != o->shape[depth])
                ragged(L, op, o, depth + 1, i, lua_pushfstring(L, "a table of %d", (int)m));
            check_level(L, op, o, depth + 1);
        } else if (type == LUA_TTABLE) {
            ragged(L, op, o, depth + 1, i, "a table");
        } else if (type != LUA_TNUMBER && type != LUA_TBOOLEAN) {
            ml_tensor *t = lab_test(L, -1);
            if (!t || ml_numel(t) != 1)
                lab_raise(L, "%s: element %d is a %s; numbers and booleans make a tensor%s", op,
                          (int)i, luaL_typename(L, -1), t ? " (lab.stack joins tensors)" : "");
            o->all_bool = false;
        } else if (type == LUA_TNUMBER) {
            o->all_bool = false;
        }
        o->count++;
        lua_pop(L, 1);
    }
}

static outline check_table(lua_State *L, const char *op, int arg)
{
    outline o = { .all_bool = true };
    measure(L, op, arg, &o);
    lua_pushvalue(L, arg);
    check_level(L, op, &o, 1);
    lua_pop(L, 1);
    if (o.count == 0) o.all_bool = false;
    return o;
}

void lab_check_table(lua_State *L, const char *op, int arg)
{
    check_table(L, op, arg);
}

/* Numbers of the checked table on top, in order; integers stay exact. */
static void fill(lua_State *L, int depth, int ndim, bool ints, char **to)
{
    int64_t n = (int64_t)lua_rawlen(L, -1);
    for (int64_t i = 1; i <= n && !ml_interrupted(); i++) {
        int type = lua_rawgeti(L, -1, i);
        if (depth < ndim) {
            fill(L, depth + 1, ndim, ints, to);
        } else {
            double f = type == LUA_TBOOLEAN ? lua_toboolean(L, -1) : lua_tonumber(L, -1);
            int64_t v =
                type == LUA_TNUMBER && lua_isinteger(L, -1) ? lua_tointeger(L, -1) : (int64_t)f;
            ml_tensor *t = lab_test(L, -1);
            if (t && !ml_item(t, &f, &v)) f = 0, v = 0;
            memcpy(*to, ints ? (void *)&v : (void *)&f, 8), *to += 8;
        }
        lua_pop(L, 1);
    }
}

ml_tensor *lab_make(lua_State *L, int arg, ml_dtype dtype, int device)
{
    ml_tensor *t = lab_test(L, arg);
    bool ints = ml_is_int(dtype);
    if (t) return ml_to_device(ml_cast(t, dtype), device);
    if (!lua_istable(L, arg)) {
        if (lua_isinteger(L, arg) && ints) {
            int64_t v = lua_tointeger(L, arg);
            return ml_to_device(ml_cast(ml_from(&v, ML_I64, 0, NULL), dtype), device);
        }
        return ml_full((ml_spec){ dtype, device }, 0, NULL,
                       lua_isboolean(L, arg) ? lua_toboolean(L, arg) : lua_tonumber(L, arg));
    }
    outline o = { 0 };
    measure(L, "tensor", arg, &o);
    ml_tensor *wide = ml_empty((ml_spec){ ints ? ML_I64 : ML_F64, 0 }, o.ndim, o.shape);
    if (!wide) return NULL;
    char *to = ml_data(wide);
    lua_pushvalue(L, arg);
    if (ml_numel(wide)) fill(L, 1, o.ndim, ints, &to);
    lua_pop(L, 1);
    if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted"), NULL;
    return ml_to_device(ml_cast(wide, dtype), device);
}

/* lab.tensor(data, {dtype=, device=, requires_grad=}): from nested tables, a number, or a copy of a tensor.
** float32 unless told otherwise; booleans alone give bool. */
static int make_tensor(lua_State *L)
{
    static const char *const names[] = { "dtype", "device", "requires_grad", NULL };
    lab_options(L, "tensor", 2, names);
    bool has_dtype = lua_istable(L, 2) && lua_getfield(L, 2, "dtype") != LUA_TNIL;
    ml_dtype dtype = has_dtype ? lab_dtype(L, "tensor", -1) : ML_F32;
    int device = default_device;
    if (lua_istable(L, 2) && lua_getfield(L, 2, "device") != LUA_TNIL)
        device = lab_device(L, "tensor", -1);
    bool wants_grad =
        lua_istable(L, 2) && (lua_getfield(L, 2, "requires_grad"), lua_toboolean(L, -1));
    ml_tensor *given = lab_test(L, 1);
    if (lua_istable(L, 1)) {
        outline o = check_table(L, "tensor", 1);
        if (o.all_bool && !has_dtype) dtype = ML_BOOL;
    } else if (given) {
        if (!has_dtype) dtype = ml_dtype_of(given);
    } else if (lua_isboolean(L, 1)) {
        if (!has_dtype) dtype = ML_BOOL;
    } else if (lua_type(L, 1) != LUA_TNUMBER) {
        return lab_raise(L,
                         "tensor: a table of numbers (or a number) expected, got %s; for given "
                         "sizes use lab.zeros(2, 3)",
                         luaL_typename(L, 1));
    }
    lab_push_box(L);
    ml_scope scope;
    ml_scope_open(&scope);
    bool was = ml_set_grad_enabled(false);
    ml_tensor *t = lab_make(L, 1, dtype, device);
    if (given && t) t = ml_clone(t);
    ml_set_grad_enabled(was);
    ml_status status = t ? wants_grad ? ml_set_requires_grad(t, true) : ML_OK : ml_error_status();
    ml_retain(status == ML_OK ? t : NULL);
    ml_scope_close(&scope);
    if (status != ML_OK) return lab_error(L);
    lab_fill_box(L, -1, t);
    lab_collect(L);
    return 1;
}

/* ---- tensors to Lua -------------------------------------------------------------------------------- */

static void push_number(lua_State *L, ml_dtype dtype, double f, int64_t i)
{
    if (dtype == ML_BOOL)
        lua_pushboolean(L, i != 0);
    else if (ml_is_int(dtype))
        lua_pushinteger(L, i);
    else
        lua_pushnumber(L, f);
}

static int item(lua_State *L)
{
    double f;
    int64_t i;
    ml_tensor *t = lab_check(L, 1, "item");
    if (!ml_item(t, &f, &i)) return lab_error(L);
    push_number(L, ml_dtype_of(t), f, i);
    return 1;
}

static void push_level(lua_State *L, const ml_tensor *t, int dim, const char **at)
{
    if (dim == ml_ndim(t)) {
        double f = 0;
        int64_t i = 0;
        if (ml_is_float(ml_dtype_of(t)))
            memcpy(&f, *at, 8);
        else
            memcpy(&i, *at, 8);
        *at += 8;
        push_number(L, ml_dtype_of(t), f, i);
        return;
    }
    int64_t n = ml_shape(t)[dim];
    luaL_checkstack(L, 2, "tolist");
    lua_createtable(L, (int)n, 0);
    for (int64_t k = 1; k <= n; k++) {
        session_poll(L);
        push_level(L, t, dim + 1, at);
        lua_rawseti(L, -2, k);
    }
}

typedef struct wide {
    ml_tensor *in, *out;
} wide;

static ml_status widen(void *ctx)
{
    wide *w = ctx;
    ml_tensor *x = ml_to_device(ml_detach(w->in), 0);
    w->out =
        ml_retain(ml_contiguous(ml_cast(x, ml_is_float(ml_dtype_of(w->in)) ? ML_F64 : ML_I64)));
    return w->out ? ML_OK : ml_error_status();
}

/* x:tolist(): nested Lua tables; a number from a 0-dimensional tensor. */
static int tolist(lua_State *L)
{
    wide w = { .in = lab_check(L, 1, "tolist") };
    ml_tensor *t = w.in;
    lab_push_box(L); /* owns the widened copy if pushing runs out of memory */
    lab_protect(L, widen, &w);
    lab_fill_box(L, -1, w.out);
    const char *at = ml_data(w.out);
    push_level(L, t, 0, &at);
    return 1;
}

/* ---- dtype and device ------------------------------------------------------------------------------ */

typedef struct conversion {
    ml_tensor *in, *out;
    ml_dtype dtype;
    int device;
} conversion;

static ml_status convert(void *ctx)
{
    conversion *c = ctx;
    c->out = ml_retain(ml_to_device(ml_cast(c->in, c->dtype), c->device));
    return c->out ? ML_OK : ml_error_status();
}

static int push_converted(lua_State *L, ml_tensor *t, ml_dtype dtype, int device)
{
    if (ml_dtype_of(t) == dtype && ml_device_of(t) == device) return lua_settop(L, 1), 1;
    conversion c = { .in = t, .dtype = dtype, .device = device };
    lab_push_box(L);
    lab_protect(L, convert, &c);
    lab_fill_box(L, -1, c.out);
    lab_collect(L);
    return 1;
}

/* x:to("float64"), x:to("cuda"), x:to("cuda", "float16"), x:to(y), x:to{dtype=, device=} */
static int to(lua_State *L)
{
    static const char *const names[] = { "dtype", "device", NULL };
    ml_tensor *t = lab_check(L, 1, "to");
    ml_dtype dtype = ml_dtype_of(t), d;
    int device = ml_device_of(t);
    for (int i = 2, top = lua_gettop(L); i <= top; i++) {
        ml_tensor *like = lab_test(L, i);
        if (like) {
            dtype = ml_dtype_of(like), device = ml_device_of(like);
        } else if (lua_istable(L, i)) {
            lab_options(L, "to", i, names);
            if (lua_getfield(L, i, "dtype") != LUA_TNIL) dtype = lab_dtype(L, "to", -1);
            if (lua_getfield(L, i, "device") != LUA_TNIL) device = lab_device(L, "to", -1);
            lua_settop(L, top);
        } else if (lua_type(L, i) == LUA_TSTRING && ml_dtype_parse(lua_tostring(L, i), &d)) {
            dtype = d;
        } else if (lua_type(L, i) == LUA_TSTRING && (!strncmp(lua_tostring(L, i), "cpu", 3) ||
                                                     !strncmp(lua_tostring(L, i), "cuda", 4) ||
                                                     !strncmp(lua_tostring(L, i), "fake", 4))) {
            device = lab_device(L, "to", i);
        } else {
            dtype = lab_dtype(L, "to", i);
        }
    }
    return push_converted(L, lab_check(L, 1, "to"), dtype, device); /* options may have freed it */
}

static int cpu(lua_State *L)
{
    ml_tensor *t = lab_check(L, 1, "cpu");
    return push_converted(L, t, ml_dtype_of(t), 0);
}

static int shorthand(lua_State *L)
{
    ml_dtype dtype = (ml_dtype)lua_tointeger(L, lua_upvalueindex(1));
    ml_tensor *t = lab_check(L, 1, ml_dtype_name(dtype));
    return push_converted(L, t, dtype, ml_device_of(t));
}

/* ---- asking ---------------------------------------------------------------------------------------- */

static int push_sizes(lua_State *L, const ml_tensor *t, const int64_t *v)
{
    lua_createtable(L, ml_ndim(t), 0);
    for (int i = 0; i < ml_ndim(t); i++) {
        lua_pushinteger(L, v[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int size_or_stride(lua_State *L, const char *op, const ml_tensor *t, const int64_t *v)
{
    if (lua_isnoneornil(L, 2)) return push_sizes(L, t, v);
    int64_t d = lab_position(L, op, "dimension", luaL_checkinteger(L, 2));
    if (d < 0) d += ml_ndim(t);
    if (d < 0 || d >= ml_ndim(t))
        return lab_raise(L, "%s: dimension %d: the tensor has %d", op, (int)luaL_checkinteger(L, 2),
                         ml_ndim(t));
    lua_pushinteger(L, v[d]);
    return 1;
}

static int size(lua_State *L)
{
    const ml_tensor *t = lab_check(L, 1, "size");
    return size_or_stride(L, "size", t, ml_shape(t));
}

static int stride(lua_State *L)
{
    const ml_tensor *t = lab_check(L, 1, "stride");
    return size_or_stride(L, "stride", t, ml_strides(t));
}

static int dim(lua_State *L)
{
    lua_pushinteger(L, ml_ndim(lab_check(L, 1, "dim")));
    return 1;
}

static int numel(lua_State *L)
{
    lua_pushinteger(L, ml_numel(lab_check(L, 1, "numel")));
    return 1;
}

static int is_contiguous(lua_State *L)
{
    lua_pushboolean(L, ml_is_contiguous(lab_check(L, 1, "is_contiguous")));
    return 1;
}

static int is_floating_point(lua_State *L)
{
    lua_pushboolean(L, ml_is_float(ml_dtype_of(lab_check(L, 1, "is_floating_point"))));
    return 1;
}

static int element_size(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)ml_dtype_size(ml_dtype_of(lab_check(L, 1, "element_size"))));
    return 1;
}

static int is_tensor(lua_State *L)
{
    lua_pushboolean(L, lab_test(L, 1) != NULL);
    return 1;
}

/* Fields of a tensor: true if KEY is one, its value pushed. */
bool lab_field(lua_State *L, ml_tensor *t, const char *key)
{
    if (!strcmp(key, "shape"))
        push_sizes(L, t, ml_shape(t));
    else if (!strcmp(key, "dtype"))
        lua_pushstring(L, ml_dtype_name(ml_dtype_of(t)));
    else if (!strcmp(key, "device"))
        lua_pushstring(L, ml_device_name(ml_device_of(t)));
    else if (!strcmp(key, "ndim"))
        lua_pushinteger(L, ml_ndim(t));
    else if (!strcmp(key, "grad"))
        lab_push(L, ml_grad_of(t));
    else if (!strcmp(key, "requires_grad"))
        lua_pushboolean(L, ml_requires_grad(t));
    else if (!strcmp(key, "is_leaf"))
        lua_pushboolean(L, ml_is_leaf(t));
    else
        return false;
    return true;
}

void lab_open_make(lua_State *L)
{
    static const luaL_Reg functions[] = { { "tensor", make_tensor },
                                          { "is_tensor", is_tensor },
                                          { "set_default_device", set_default_device },
                                          { NULL, NULL } };
    static const luaL_Reg methods[] = {
        { "item", item },
        { "tolist", tolist },
        { "to", to },
        { "cpu", cpu },
        { "size", size },
        { "stride", stride },
        { "dim", dim },
        { "numel", numel },
        { "is_contiguous", is_contiguous },
        { "is_floating_point", is_floating_point },
        { "element_size", element_size },
        { NULL, NULL },
    };
    static const struct {
        const char *name;
        ml_dtype dtype;
    } shorthands[] = { { "float", ML_F32 },     { "double", ML_F64 }, { "half", ML_F16 },
                       { "bfloat16", ML_BF16 }, { "long", ML_I64 },   { "int", ML_I32 },
                       { "char", ML_I8 },       { "byte", ML_U8 },    { "bool", ML_BOOL } };
    int m = lua_gettop(L);
    lab_set_functions(L, m - 2, functions);
    lab_set_functions(L, m, methods);
    for (size_t i = 0; i < sizeof shorthands / sizeof shorthands[0]; i++) {
        lua_pushinteger(L, (lua_Integer)shorthands[i].dtype);
        lua_pushcclosure(L, shorthand, 1);
        lua_setfield(L, m, shorthands[i].name);
    }
}
