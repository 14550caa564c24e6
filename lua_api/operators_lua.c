/* operators_lua.c -- every row of the operator table as a Lua function and a method, by one C function that its
** signature drives.
**
** First the values are read into arguments, where anything wrong raises a Lua error; nothing is made yet.  Then a
** core scope is opened, positions are counted from 0, the operator runs, the scope is closed, and only then an
** error of the core is raised. */
#include "lua_api/binding_private.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 64 };

typedef struct call {
    lua_State *L;
    int op;
    const ml_op_info *info;
    const ml_signature *sig;
    bool inplace;
    int last;    /* the last positional value */
    int options; /* index of the options table, 0 if none */
    ml_arg in[ML_MAX_PARAMS];
    ml_tensor **lists[ML_MAX_PARAMS]; /* where in[p].list may be changed */
    int from[ML_MAX_PARAMS];          /* where the value came from, for index tables */
    int64_t few[FEW];
    int used;
    ml_tensor *out[ML_MAX_OUTPUTS];
} call;

static const char *kind_name(uint8_t kind)
{
    static const char *const names[] = {
        [ML_P_TENSOR] = "a tensor",
        [ML_P_SCALAR] = "a tensor or a number",
        [ML_P_LIST] = "a table of tensors",
        [ML_P_INDEX] = "an int64 tensor of positions",
        [ML_P_LABEL] = "a tensor of class labels",
        [ML_P_INT] = "an integer",
        [ML_P_FLOAT] = "a number",
        [ML_P_BOOL] = "true or false",
        [ML_P_STR] = "a string",
        [ML_P_DTYPE] = "a dtype's name",
        [ML_P_DEVICE] = "a device's name",
        [ML_P_INTS] = "an integer or a table of integers",
        [ML_P_SHAPE] = "sizes",
        [ML_P_DIM] = "a dimension",
        [ML_P_DIMS] = "a dimension or several",
        [ML_P_POS] = "a position",
        [ML_P_CLASS] = "a class number",
        [ML_P_INDICES] = "a table of int64 tensors of positions, or masks",
    };
    return names[kind];
}

/* "sum(x, dim, keepdim)" */
static const char *call_text(const call *c)
{
    luaL_Buffer b;
    luaL_buffinit(c->L, &b);
    luaL_addstring(&b, c->info->name);
    luaL_addstring(&b, "(");
    for (int i = 0; i < c->sig->nparams; i++) {
        if (i) luaL_addstring(&b, ", ");
        luaL_addstring(&b, c->sig->param[i].name);
    }
    luaL_addstring(&b, ")");
    if (c->sig->nparams > 0 && c->sig->param[0].kind == ML_P_TENSOR)
        lua_pushfstring(c->L, ", or %s:%s(…)", c->sig->param[0].name, c->info->name),
            luaL_addvalue(&b);
    luaL_pushresult(&b);
    return lua_tostring(c->L, -1);
}

static int bad(const call *c, int param, int index, const char *extra)
{
    char given[160];
    ml_tensor *t = lab_test(c->L, index);
    if (t)
        ml_describe(t, given, sizeof given);
    else if (lab_is_tensor(c->L, index))
        snprintf(given, sizeof given, "a tensor that was freed");
    else if (lua_type(c->L, index) == LUA_TNUMBER)
        snprintf(given, sizeof given, "%.14g", lua_tonumber(c->L, index));
    else if (lua_type(c->L, index) == LUA_TSTRING)
        snprintf(given, sizeof given, "\"%.60s\"", lua_tostring(c->L, index));
    else
        snprintf(given, sizeof given, "%s", luaL_typename(c->L, index));
    return lab_raise(c->L, "%s: '%s' must be %s, got %s%s; the call is %s", c->info->name,
                     c->sig->param[param].name, kind_name(c->sig->param[param].kind), given, extra,
                     call_text(c));
}

/* ---- reading values ------------------------------------------------------------------------------- */

static int64_t *room(call *c, int n)
{
    if (c->used + n <= FEW) return c->used += n, c->few + c->used - n;
    return lua_newuserdatauv(c->L, sizeof(int64_t) * (size_t)n,
                             0); /* stays on the stack until the call ends */
}

static bool integer_at(lua_State *L, int index, int64_t *out)
{
    int ok;
    *out = lua_tointegerx(L, index, &ok);
    return ok && lua_type(L, index) == LUA_TNUMBER;
}

int64_t lab_position(lua_State *L, const char *op, const char *what, int64_t i)
{
    if (i == 0)
        lab_raise(L, "%s: %s 0: counting starts at 1 in moonlab (-1 is the last)", op, what);
    return i > 0 ? i - 1 : i;
}

static int64_t counted(const call *c, int p, int64_t v)
{
    uint8_t kind = c->sig->param[p].kind;
    if (kind == ML_P_DIM || kind == ML_P_DIMS)
        return lab_position(c->L, c->info->name, "dimension", v);
    if (kind == ML_P_POS) return lab_position(c->L, c->info->name, "position", v);
    if (kind == ML_P_CLASS && v >= 0) return lab_position(c->L, c->info->name, "class", v);
    return v;
}

static void read_table_of_ints(call *c, int p, int index)
{
    int n = (int)lua_rawlen(c->L, index);
    int64_t *v = room(c, n);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(c->L, index, i + 1);
        if (!integer_at(c->L, -1, &v[i])) bad(c, p, -1, " in the table");
        v[i] = counted(c, p, v[i]);
        lua_pop(c->L, 1);
    }
    c->in[p] = ML_INTS(v, n);
}

/* Consecutive numbers from INDEX on; at most MOST of them.  Returns how many. */
static int read_numbers(call *c, int p, int index, int most)
{
    int n = 0;
    int64_t v;
    while (n < most && index + n <= c->last && lua_type(c->L, index + n) == LUA_TNUMBER) n++;
    int64_t *to = room(c, n);
    for (int i = 0; i < n; i++) {
        if (!integer_at(c->L, index + i, &v)) bad(c, p, index + i, "");
        to[i] = counted(c, p, v);
    }
    c->in[p] = ML_INTS(to, n);
    return n;
}

/* Would a number after this parameter be the next parameter's? */
static bool number_follows(const call *c, int p)
{
    if (p + 1 >= c->sig->nparams) return false;
    switch ((ml_param_kind)c->sig->param[p + 1].kind) {
    case ML_P_INT:
    case ML_P_FLOAT:
    case ML_P_INTS:
    case ML_P_SCALAR:
    case ML_P_DIM:
    case ML_P_DIMS:
    case ML_P_POS:
    case ML_P_CLASS:
    case ML_P_SHAPE: return true;
    case ML_P_TENSOR:
    case ML_P_LIST:
    case ML_P_INDICES:
    case ML_P_INDEX:
    case ML_P_LABEL:
    case ML_P_BOOL:
    case ML_P_STR:
    case ML_P_DTYPE:
    case ML_P_DEVICE: return false;
    }
    return false;
}

static int read_ints(call *c, int p, int index, bool named)
{
    lua_State *L = c->L;
    uint8_t kind = c->sig->param[p].kind;
    if (lua_istable(L, index)) return read_table_of_ints(c, p, index), 1;
    if (lua_type(L, index) != LUA_TNUMBER) return bad(c, p, index, "");
    if (named) {
        int64_t *v = room(c, 1);
        if (!integer_at(L, index, v)) bad(c, p, index, "");
        *v = counted(c, p, *v);
        c->in[p] = ML_INTS(v, 1);
        return 1;
    }
    bool many = kind == ML_P_SHAPE || (kind == ML_P_DIMS && !number_follows(c, p));
    return read_numbers(c, p, index, many ? ML_MAX_DIMS + 1 : 1);
}

static int read_list(call *c, int p, int index, bool named)
{
    lua_State *L = c->L;
    bool table = lua_istable(L, index);
    int n = 0;
    if (table)
        n = (int)lua_rawlen(L, index);
    else
        while (!named && index + n <= c->last && lab_is_tensor(L, index + n)) n++;
    if (!table && n == 0) return bad(c, p, index, "");
    if (n > USHRT_MAX - 1)
        lab_raise(L, "%s: %d tensors: at most %d", c->info->name, n, USHRT_MAX - 1);
    ml_tensor **list = lua_newuserdatauv(L, sizeof *list * (size_t)(n ? n : 1), table ? n : 0);
    int keep = lua_gettop(L);
    for (int i = 0; i < n; i++) {
        if (table) lua_rawgeti(L, index, i + 1);
        list[i] = lab_test(L, table ? -1 : index + i);
        if (!list[i]) bad(c, p, table ? -1 : index + i, " in the table");
        if (table) lua_setiuservalue(L, keep, i + 1); /* alive, whatever becomes of the table */
    }
    c->in[p] = ML_LIST(list, n), c->lists[p] = list;
    return table ? 1 : n;
}

static void read_tensor(call *c, int p, int index)
{
    uint8_t kind = c->sig->param[p].kind;
    c->from[p] = index;
    ml_tensor *t = lab_test(c->L, index);
    if (t) {
        c->in[p] = ML_T(t);
    } else if (kind == ML_P_SCALAR && lua_type(c->L, index) == LUA_TNUMBER) {
        if (lua_isinteger(c->L, index))
            c->in[p] = ML_I(lua_tointeger(c->L, index));
        else
            c->in[p] = ML_F(lua_tonumber(c->L, index));
    } else if (kind == ML_P_SCALAR && lua_type(c->L, index) == LUA_TBOOLEAN) {
        c->in[p] = ML_I(lua_toboolean(c->L, index));
    } else if (lua_istable(c->L, index)) {
        luaL_checkstack(c->L, ML_MAX_DIMS + 12, c->info->name); /* for lab_make */
        lab_check_table(c->L, c->info->name, index);
        c->in[p] = (ml_arg){ .kind = ML_ARG_TENSOR }; /* made later, inside the scope */
    } else {
        bad(c, p, index, "");
    }
}

/* norm's p may be "fro", "inf" or "-inf", as in PyTorch. */
static bool norm_by_name(call *c, int p, int index)
{
    const char *name = lua_type(c->L, index) == LUA_TSTRING ? lua_tostring(c->L, index) : "";
    if (c->op != ML_OP_norm) return false;
    if (!strcmp(name, "fro"))
        c->in[p] = ML_F(2);
    else if (!strcmp(name, "inf"))
        c->in[p] = ML_F(HUGE_VAL);
    else if (!strcmp(name, "-inf"))
        c->in[p] = ML_F(-HUGE_VAL);
    else
        return false;
    return true;
}

/* One value (or several) at INDEX into parameter P; returns how many values were taken. */
static int read(call *c, int p, int index, bool named)
{
    lua_State *L = c->L;
    const ml_param *param = &c->sig->param[p];
    int64_t i;
    if (lua_isnil(L, index)) return param->optional ? 1 : bad(c, p, index, "");
    switch ((ml_param_kind)param->kind) {
    case ML_P_TENSOR:
    case ML_P_SCALAR:
    case ML_P_INDEX:
    case ML_P_LABEL: return read_tensor(c, p, index), 1;
    case ML_P_LIST:
    case ML_P_INDICES: return read_list(c, p, index, named);
    case ML_P_INTS:
    case ML_P_SHAPE:
    case ML_P_DIMS: return read_ints(c, p, index, named);
    case ML_P_INT:
    case ML_P_DIM:
    case ML_P_POS:
    case ML_P_CLASS:
        if (!integer_at(L, index, &i)) bad(c, p, index, "");
        c->in[p] = ML_I(counted(c, p, i));
        return 1;
    case ML_P_FLOAT:
        if (lua_type(L, index) == LUA_TNUMBER)
            c->in[p] = ML_F(lua_tonumber(L, index));
        else if (!norm_by_name(c, p, index))
            bad(c, p, index, "");
        return 1;
    case ML_P_BOOL:
        if (!lua_isboolean(L, index)) bad(c, p, index, "");
        c->in[p] = ML_B(lua_toboolean(L, index));
        return 1;
    case ML_P_STR:
        if (!lua_isstring(L, index)) bad(c, p, index, ""); /* matrix_norm(x, 2): numbers too */
        c->in[p] = ML_S(lua_tostring(L, index));
        return 1;
    case ML_P_DTYPE:
        c->in[p] =
            (ml_arg){ .kind = ML_ARG_DTYPE, .i = (int64_t)lab_dtype(L, c->info->name, index) };
        return 1;
    case ML_P_DEVICE:
        c->in[p] = (ml_arg){ .kind = ML_ARG_DEVICE, .i = lab_device(L, c->info->name, index) };
        return 1;
    }
    return 1;
}

/* ---- options ------------------------------------------------------------------------------------ */

/* A last table with names for keys holds options; one with numbers is a list. */
static bool is_options(lua_State *L, int index)
{
    if (!lua_istable(L, index) || lua_rawlen(L, index) > 0) return false;
    lua_pushnil(L);
    if (!lua_next(L, index)) return false;
    bool named = lua_type(L, -2) == LUA_TSTRING;
    lua_pop(L, 2);
    return named;
}

static int unknown_option(const call *c, const char *name)
{
    const char *names[ML_MAX_PARAMS + 1] = { 0 };
    int n = 0;
    for (int i = 0; i < c->sig->nparams; i++)
        if (c->sig->param[i].optional) names[n++] = c->sig->param[i].name;
    const char *near = lab_nearest(name, names);
    luaL_Buffer b;
    luaL_buffinit(c->L, &b);
    for (int i = 0; i < n; i++) luaL_addstring(&b, i ? ", " : ""), luaL_addstring(&b, names[i]);
    luaL_pushresult(&b);
    const char *list = lua_tostring(c->L, -1);
    if (!n) list = "none";
    return near ? lab_raise(c->L, "%s: unknown option '%s'; did you mean '%s'? (options: %s)",
                            c->info->name, name, near, list)
                : lab_raise(c->L, "%s: unknown option '%s' (options: %s)", c->info->name, name,
                            list);
}

/* Reads one option, whose value is at INDEX and its name behind it. */
static void read_option(call *c, int index)
{
    lua_State *L = c->L;
    if (lua_type(L, index + 1) != LUA_TSTRING)
        lab_raise(L, "%s: the options table has a value without a name", c->info->name);
    const char *name = lua_tostring(L, index + 1);
    int p = 0;
    while (p < c->sig->nparams && strcmp(c->sig->param[p].name, name)) p++;
    if (p == c->sig->nparams) unknown_option(c, name);
    if (c->in[p].kind != ML_ARG_NONE) lab_raise(L, "%s: '%s' was given twice", c->info->name, name);
    if (!lua_isnil(L, index)) read(c, p, index, true);
}

/* Values, and the buffers that reading them makes, stay on the stack, so that they stay alive. */
static void read_options(call *c)
{
    lua_State *L = c->L;
    luaL_checkstack(L, 3 * ML_MAX_PARAMS + 10, c->info->name);
    lua_pushnil(L);
    while (lua_next(L, c->options)) {
        int value = lua_gettop(L) - 1;
        lua_insert(L, value); /* the name behind the value */
        read_option(c, value);
        lua_pushvalue(L, value + 1);
        bool plain = lua_type(L, value) == LUA_TNUMBER || lua_isboolean(L, value);
        if (!plain || lua_gettop(L) > value + 2) continue;
        lua_replace(L, value);
        lua_settop(L, value);
    }
}

/* A table that can only be the sizes which follow an optional number: randint(10, {2, 3}). */
static bool left_out(const call *c, int p, int index)
{
    if (c->sig->param[p].kind != ML_P_INT || !c->sig->param[p].optional) return false;
    return p + 1 < c->sig->nparams && c->sig->param[p + 1].kind == ML_P_SHAPE &&
           lua_istable(c->L, index);
}

static void read_all(call *c, int first, int top)
{
    lua_State *L = c->L;
    c->last = top;
    if (top >= first && is_options(L, top)) c->options = top, c->last = top - 1;
    int at = first, p = 0;
    for (; p < c->sig->nparams && at <= c->last; p++)
        if (!left_out(c, p, at)) at += read(c, p, at, false);
    while (at <= c->last && lua_isnil(L, at)) at++;
    if (at <= c->last)
        lab_raise(L, "%s: too many arguments: %d given; the call is %s", c->info->name,
                  c->last - first + 1, call_text(c));
    if (c->options) read_options(c);
    for (p = 0; p < c->sig->nparams; p++)
        if (c->in[p].kind == ML_ARG_NONE && !c->sig->param[p].optional)
            lab_raise(L, "%s: '%s' (%s) is missing; the call is %s", c->info->name,
                      c->sig->param[p].name, kind_name(c->sig->param[p].kind), call_text(c));
}

/* ---- counting from 1 ------------------------------------------------------------------------------ */

/* Whole numbers of a float tensor as int64; NULL with an error if there are others. */
static ml_tensor *whole_numbers(const call *c, int p, ml_tensor *t)
{
    ml_tensor *wide = ml_contiguous(ml_cast(t, ML_F64)), *y = ml_empty_like(wide, ML_I64);
    const double *f = y ? ml_data(wide) : NULL;
    int64_t *v = f ? ml_data(y) : NULL;
    for (int64_t i = 0, n = v ? ml_numel(y) : 0; i < n; i++) {
        if (!(fabs(f[i]) < 0x1p53) || floor(f[i]) != f[i])
            return ml_fail(ML_DTYPE, "%s: '%s': %g at place %lld is not a whole number",
                           c->info->name, c->sig->param[p].name, f[i], (long long)i + 1),
                   NULL;
        v[i] = (int64_t)f[i];
    }
    return v ? y : NULL;
}

/* Positions from 1 become positions from 0; negative ones stay. */
static ml_tensor *from_one(const call *c, int p, ml_tensor *t)
{
    const char *what = c->sig->param[p].kind == ML_P_LABEL ? "class" : "index";
    if (ml_dtype_of(t) == ML_BOOL) return t;
    t = ml_detach(t);
    bool was = ml_set_grad_enabled(false);
    ml_tensor *y =
        t && ml_is_float(ml_dtype_of(t)) ? whole_numbers(c, p, t) : ml_clone(ml_cast(t, ML_I64));
    ml_set_grad_enabled(was);
    int64_t *v = y ? ml_data(y) : NULL;
    for (int64_t i = 0, n = v ? ml_numel(y) : 0; i < n; i++) {
        if (v[i] == 0)
            return ml_fail(ML_INDEX,
                           "%s: %s 0 at place %lld of '%s': counting starts at 1 in moonlab "
                           "(values from 0? use :add(1))",
                           c->info->name, what, (long long)i + 1, c->sig->param[p].name),
                   NULL;
        v[i] -= v[i] > 0;
    }
    return v ? y : NULL;
}

/* A list of index tensors: the list is ours, the tensors are the user's. */
static ml_status finish_list(const call *c, int p)
{
    ml_tensor **list = c->lists[p];
    for (int i = 0; i < c->in[p].n; i++) {
        list[i] = from_one(c, p, list[i]);
        if (!list[i]) return ml_error_status();
    }
    return ML_OK;
}

/* Tables become tensors, positions are counted from 0.  In the core's scope. */
static ml_status finish_arguments(call *c)
{
    for (int p = 0; p < c->sig->nparams; p++) {
        uint8_t kind = c->sig->param[p].kind;
        if (kind == ML_P_INDICES && c->in[p].kind == ML_ARG_TENSORS) ML_TRY(finish_list(c, p));
        if (c->in[p].kind != ML_ARG_TENSOR) continue;
        bool counts = kind == ML_P_INDEX || kind == ML_P_LABEL;
        if (!c->in[p].t) c->in[p].t = lab_make(c->L, c->from[p], counts ? ML_I64 : ML_F32, 0);
        if (!c->in[p].t) return ml_error_status();
        /* float labels with a column per class are probabilities */
        bool probabilities = kind == ML_P_LABEL && ml_is_float(ml_dtype_of(c->in[p].t)) &&
                             c->in[0].t && ml_ndim(c->in[p].t) == ml_ndim(c->in[0].t) &&
                             ml_ndim(c->in[p].t) > 0;
        if (counts && !probabilities) c->in[p].t = from_one(c, p, c->in[p].t);
        if (!c->in[p].t) return ml_error_status();
    }
    return ML_OK;
}

static ml_tensor *to_one(ml_tensor *t)
{
    ml_tensor *y = t ? ml_clone(t) : NULL;
    int64_t *v = y ? ml_data(y) : NULL;
    for (int64_t i = 0, n = v ? ml_numel(y) : 0; i < n; i++) v[i]++;
    return y;
}

/* ---- running -------------------------------------------------------------------------------------- */

static ml_status run(call *c, ml_tensor *const **list, int *count)
{
    ML_TRY(finish_arguments(c));
    if (c->inplace) return ml_call_inplace(c->op, c->in, c->sig->nparams);
    if (c->sig->list_result) return ml_call_list(c->op, c->in, c->sig->nparams, list, count);
    ML_TRY(ml_call(c->op, c->in, c->sig->nparams, c->out));
    for (int k = 0; k < c->sig->noutputs; k++) {
        if (!c->out[k]) continue; /* an output that this call does not have */
        if (c->sig->index_output[k]) c->out[k] = to_one(c->out[k]);
        if (!c->out[k]) return ml_error_status();
    }
    return ML_OK;
}

/* The results of a row that gives a list, on their way into a table: making tensor values may run finalizers, which may
** call operators, too. */
typedef struct results {
    ml_tensor **at;
    int n;
} results;

static int free_results(lua_State *L)
{
    results *r = lua_touserdata(L, 1);
    for (int i = 0; i < r->n; i++) ml_release(r->at[i]);
    free(r->at);
    *r = (results){ NULL, 0 };
    return 0;
}

static results *push_results(lua_State *L)
{
    results *r = lua_newuserdatauv(L, sizeof *r, 0);
    *r = (results){ NULL, 0 };
    if (luaL_newmetatable(L, "moonlab.results")) {
        lua_pushcfunction(L, free_results);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return r;
}

static ml_status keep_results(results *r, ml_tensor *const *list, int n)
{
    r->at = malloc(sizeof(ml_tensor *) * (size_t)(n ? n : 1));
    if (!r->at) return ml_fail(ML_MEMORY, "out of memory");
    for (; r->n < n; r->n++) r->at[r->n] = ml_retain(list[r->n]);
    return ML_OK;
}

static int push_list(lua_State *L, results *r)
{
    lua_createtable(L, r->n, 0);
    for (int i = 0; i < r->n; i++) {
        lab_push_box(L);
        ml_tensor *t = r->at[i];
        r->at[i] = NULL;
        lab_fill_box(L, -1, t);
        lua_rawseti(L, -2, i + 1);
    }
    free(r->at);
    *r = (results){ NULL, 0 };
    return 1;
}

/* Asking for the line is cheap; naming the source is not, so the last function's name is kept.  Its address may be
** taken by another function after a collection, so the function is kept, too. */
static struct {
    const void *last;
    const char *source;
} noted;

void lab_note_place(lua_State *L)
{
    static char key;
    lua_Debug ar;
    for (int level = 1; level < 4 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "lf", &ar);
        if (ar.currentline < 0) {
            lua_pop(L, 1);
            continue;
        }
        if (lua_topointer(L, -1) != noted.last) {
            noted.last = lua_topointer(L, -1);
            lua_getinfo(L, "S", (lua_getstack(L, level, &ar), &ar));
            lua_pushstring(L,
                           ar.short_src); /* kept for good, so that the core can keep the pointer */
            noted.source = lua_tostring(L, -1);
            lua_rawsetp(L, LUA_REGISTRYINDEX, noted.source);
            lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
        } else {
            lua_pop(L, 1);
        }
        ml_set_place(noted.source, ar.currentline);
        return;
    }
}

/* Will the call become part of a graph? */
static bool records(const call *c)
{
    if (!ml_grad_enabled()) return false;
    for (int p = 0; p < c->sig->nparams; p++) {
        if (c->in[p].kind == ML_ARG_TENSOR && c->in[p].t && ml_requires_grad(c->in[p].t))
            return true;
        for (int j = 0; c->in[p].kind == ML_ARG_TENSORS && j < c->in[p].n; j++)
            if (ml_requires_grad(c->in[p].list[j])) return true;
    }
    return false;
}

/* As in PyTorch, max and min of two tensors are maximum and minimum. */
static int of_two_tensors(lua_State *L, int op, int first)
{
    if (op != ML_OP_max && op != ML_OP_min) return op;
    if (!lab_is_tensor(L, first + 1)) return op;
    return op == ML_OP_max ? ML_OP_maximum : ML_OP_minimum;
}

int lab_call_operator(lua_State *L, int op, int first, bool inplace)
{
    op = of_two_tensors(L, op, first);
    call c; /* a kilobyte: what is not read is not cleared */
    c.L = L, c.op = op, c.info = &ml_ops[op], c.sig = ml_signature_of(op), c.inplace = inplace;
    if (!c.sig) return lab_error(L);
    c.last = c.options = c.used = 0;
    for (int p = 0; p < c.sig->nparams; p++) c.in[p] = ML_ABSENT;
    for (int k = 0; k < ML_MAX_OUTPUTS; k++) c.out[k] = NULL;
    /* First the boxes: making one may collect, and what is read after must stay as it is. */
    lab_collect(L);
    int outputs = inplace || c.sig->list_result ? 0 : c.sig->noutputs, top = lua_gettop(L);
    results *several = c.sig->list_result ? push_results(L) : NULL;
    for (int k = 0; k < outputs; k++) lab_push_box(L);
    read_all(&c, first, top);
    if (inplace || records(&c)) lab_note_place(L);
    ml_tensor *const *list = NULL;
    int count = 0;
    ml_scope scope;
    ml_scope_open(&scope);
    ml_status status = run(&c, &list, &count);
    for (int k = 0; status == ML_OK && k < outputs; k++) ml_retain(c.out[k]);
    if (status == ML_OK && several) status = keep_results(several, list, count);
    ml_scope_close(&scope);
    if (status != ML_OK) return lab_error(L);
    int given = 0;
    for (int k = 0; k < outputs; k++)
        if (c.out[k]) lab_fill_box(L, top + 1 + given++, c.out[k]);
    if (inplace) return lua_pushvalue(L, first), 1;
    if (several) return push_list(L, several);
    lua_settop(L, top + given);
    return given;
}

static int call_operator(lua_State *L)
{
    return lab_call_operator(L, (int)lua_tointeger(L, lua_upvalueindex(1)), 1, false);
}

static int call_inplace(lua_State *L)
{
    int op = (int)lua_tointeger(L, lua_upvalueindex(1));
    lab_check(L, 1, ml_ops[op].name);
    return lab_call_operator(L, op, 1, true);
}

/* ---- metamethods: two operands, nothing else to read --------------------------------------------- */

static bool operand(lua_State *L, int index, ml_arg *a)
{
    ml_tensor *t = lab_test(L, index);
    if (t)
        *a = ML_T(t);
    else if (lua_isinteger(L, index))
        *a = ML_I(lua_tointeger(L, index));
    else if (lua_type(L, index) == LUA_TNUMBER)
        *a = ML_F(lua_tonumber(L, index));
    else
        return false;
    return true;
}

static int arithmetic(lua_State *L)
{
    int op = (int)lua_tointeger(L, lua_upvalueindex(1));
    int n = lua_toboolean(L, lua_upvalueindex(2)) ? 1 : 2;
    ml_arg in[2];
    lua_settop(L, 2);
    lab_collect(L);
    lab_push_box(L);
    for (int i = 0; i < n; i++) {
        if (operand(L, i + 1, &in[i])) continue;
        if (lab_is_tensor(L, i + 1))
            return lab_raise(L, "%s: operand %d is a tensor that was freed", ml_ops[op].name,
                             i + 1);
        return lab_raise(L, "%s: operand %d is a %s; a tensor or a number is needed",
                         ml_ops[op].name, i + 1, luaL_typename(L, i + 1));
    }
    for (int i = 0; i < n; i++)
        if (in[i].kind == ML_ARG_TENSOR && ml_requires_grad(in[i].t) && ml_grad_enabled()) {
            lab_note_place(L);
            break;
        }
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *y = ml_retain(ml_call_one(op, in, n));
    ml_scope_close(&scope);
    if (!y) return lab_error(L);
    lab_fill_box(L, -1, y);
    return 1;
}

static int refuse_order(lua_State *L)
{
    return lab_raise(L, "Lua turns comparisons of tensors into one boolean: use x:lt(y), x:le(y), "
                        "x:gt(y) or x:ge(y), "
                        "which give a mask");
}

static void set_arithmetic(lua_State *L, int metatable)
{
    static const struct {
        const char *event;
        int op, operands;
    } events[] = {
        { "__add", ML_OP_add, 2 },
        { "__sub", ML_OP_sub, 2 },
        { "__mul", ML_OP_mul, 2 },
        { "__div", ML_OP_div, 2 },
        { "__idiv", ML_OP_floor_divide, 2 },
        { "__mod", ML_OP_remainder, 2 },
        { "__pow", ML_OP_pow, 2 },
        { "__unm", ML_OP_neg, 1 },
        { "__band", ML_OP_bitwise_and, 2 },
        { "__bor", ML_OP_bitwise_or, 2 },
        { "__bxor", ML_OP_bitwise_xor, 2 },
        { "__bnot", ML_OP_bitwise_not, 1 },
        { "__shl", ML_OP_bitwise_left_shift, 2 },
        { "__shr", ML_OP_bitwise_right_shift, 2 },
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        lua_pushinteger(L, events[i].op);
        lua_pushboolean(L, events[i].operands == 1);
        lua_pushcclosure(L, arithmetic, 2);
        lua_setfield(L, metatable, events[i].event);
    }
    lua_pushcfunction(L, refuse_order);
    lua_setfield(L, metatable, "__lt");
    lua_pushcfunction(L, refuse_order);
    lua_setfield(L, metatable, "__le");
}

/* ---- opening -------------------------------------------------------------------------------------- */

static void set_operator(lua_State *L, int table, const char *name, int op, lua_CFunction fn)
{
    lua_pushinteger(L, op);
    lua_pushcclosure(L, fn, 1);
    lua_setfield(L, table, name);
}

/* A row whose own name ends in _ makes no sense otherwise: uniform_. */
static bool only_in_place(const char *name)
{
    return name[strlen(name) - 1] == '_';
}

void lab_open_operators(lua_State *L)
{
    int methods = lua_gettop(L), lab = methods - 2;
    noted.last = NULL; /* names of an earlier session */
    ml_set_place(NULL, 0);
    for (int op = 0; op < ml_nops; op++) {
        const char *sig = ml_ops[op].sig, *kind = strchr(sig, ':');
        bool tensor =
            kind && (kind[1] == 'T' || kind[1] == 'S' || kind[1] == 'l') && kind[2] != '[';
        if (only_in_place(ml_ops[op].name)) {
            set_operator(L, methods, ml_ops[op].name, op, call_inplace);
            set_operator(L, lab, ml_ops[op].name, op, call_inplace);
            continue;
        }
        set_operator(L, lab, ml_ops[op].name, op, call_operator);
        if (tensor) set_operator(L, methods, ml_ops[op].name, op, call_operator);
        if (!tensor || kind[-1] != '!') continue;
        char name[40];
        snprintf(name, sizeof name, "%s_", ml_ops[op].name);
        set_operator(L, methods, name, op, call_inplace);
        set_operator(L, lab, name, op, call_inplace);
    }
    set_arithmetic(L, methods - 1);
}
