/* index_lua.c -- x[…] read and assigned, methods and fields.
**
**   x[i]             selects along the first dimension; a number from a 1-dimensional tensor
**   x[{2, {1, 5}, {}}]   integers, {first, last[, step]} ranges, {} for everything
**   x["2:5, :, -1"]  the same as text; "..." fills up with everything
**   x[mask]          a bool tensor: the elements where it is true;  x[positions]  an int64 tensor: those rows
**
** Positions count from 1, -1 is the last, ranges include both ends. */
#include "lua_api/binding_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct selection { /* one per dimension of the tensor, 0-based */
    int ndim;
    int64_t start[ML_MAX_DIMS], step[ML_MAX_DIMS], size[ML_MAX_DIMS];
    bool drop[ML_MAX_DIMS]; /* an integer: the dimension goes away */
} selection;

typedef struct part { /* one item as written */
    bool single, all, rest;
    bool has_first, has_last;
    int64_t first, last, step;
} part;

/* ---- from items to a selection ---------------------------------------------------------------------- */

static int64_t in_range(lua_State *L, int64_t i, int64_t size, int dim)
{
    if (i == 0)
        lab_raise(L, "index 0 of dimension %d: counting starts at 1 in moonlab (-1 is the last)",
                  dim + 1);
    if (i > size || i < -size)
        lab_raise(
            L,
            "index %d of dimension %d is out of range: the size is %d, so 1 to %d (or -1 to -%d)",
            (int)i, dim + 1, (int)size, (int)size, (int)size);
    return i > 0 ? i - 1 : i + size;
}

/* Ends of a range may lie one outside (an empty range), as in x["3:2"]. */
static int64_t range_end(lua_State *L, int64_t i, int64_t size, int dim)
{
    if (i == 0)
        lab_raise(L,
                  "0 in a range of dimension %d: counting starts at 1 in moonlab (-1 is the last)",
                  dim + 1);
    if (i < -size)
        lab_raise(L, "%d in a range of dimension %d is out of range: the size is %d", (int)i,
                  dim + 1, (int)size);
    if (i > size + 1 || (i > size && size == 0 && i > 1))
        lab_raise(L, "%d in a range of dimension %d is out of range: the size is %d", (int)i,
                  dim + 1, (int)size);
    return i > 0 ? i - 1 : i + size;
}

static void apply_part(lua_State *L, selection *s, int dim, int64_t size, const part *p)
{
    s->start[dim] = 0, s->step[dim] = 1, s->size[dim] = size, s->drop[dim] = false;
    if (p->all) return;
    if (p->single) {
        s->start[dim] = in_range(L, p->first, size, dim), s->size[dim] = 1, s->drop[dim] = true;
        return;
    }
    if (p->step == 0) lab_raise(L, "step 0 in a range of dimension %d", dim + 1);
    int64_t first = p->has_first ? range_end(L, p->first, size, dim) : p->step > 0 ? 0 : size - 1;
    int64_t last = p->has_last ? range_end(L, p->last, size, dim) : p->step > 0 ? size - 1 : 0;
    if (p->has_last && last >= size) in_range(L, p->last, size, dim);
    int64_t span = p->step > 0 ? last - first : first - last,
            step = p->step > 0 ? p->step : -p->step;
    s->start[dim] = first < size ? first : 0, s->step[dim] = p->step;
    s->size[dim] = span < 0 || size == 0 ? 0 : span / step + 1;
}

static void apply_parts(lua_State *L, selection *s, const ml_tensor *t, const part parts[], int n)
{
    int ndim = ml_ndim(t), fill = -1, given = n;
    s->ndim = ndim;
    for (int i = 0; i < n; i++)
        if (parts[i].rest) fill = i, given--;
    if (given > ndim)
        lab_raise(L, "%d indices for a tensor of %d dimension%s", given, ndim,
                  ndim == 1 ? "" : "s");
    int dim = 0;
    const part everything = { .all = true };
    for (int i = 0; i < n; i++) {
        if (i != fill)
            apply_part(L, s, dim, ml_shape(t)[dim], &parts[i]), dim++;
        else
            for (int k = ndim - given; k > 0; k--)
                apply_part(L, s, dim, ml_shape(t)[dim], &everything), dim++;
    }
    for (; dim < ndim; dim++) apply_part(L, s, dim, ml_shape(t)[dim], &everything);
}

/* ---- reading tables and text ------------------------------------------------------------------------- */

static int64_t whole(lua_State *L, int index)
{
    int ok;
    int64_t i = lua_tointegerx(L, index, &ok);
    if (!ok || lua_type(L, index) != LUA_TNUMBER)
        lab_raise(L, "an index must be a whole number, got %s",
                  lua_type(L, index) == LUA_TNUMBER ? lua_tostring(L, index)
                                                    : luaL_typename(L, index));
    return i;
}

/* {}, {first, last}, {first, last, step} at the top of the stack. */
static part read_range(lua_State *L)
{
    int n = (int)lua_rawlen(L, -1);
    part p = { .all = n == 0, .step = 1, .has_first = true, .has_last = true };
    if (n == 1 || n > 3)
        lab_raise(
            L,
            "a range in an index is {}, {first, last} or {first, last, step}; this has %d number%s",
            n, n == 1 ? "" : "s");
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, -1, i + 1);
        int64_t v = whole(L, -1);
        if (i == 0)
            p.first = v;
        else if (i == 1)
            p.last = v;
        else
            p.step = v;
        lua_pop(L, 1);
    }
    return p;
}

static int read_table(lua_State *L, int index, part parts[])
{
    int n = (int)lua_rawlen(L, index);
    if (n > ML_MAX_DIMS + 1)
        lab_raise(L, "%d indices: a tensor has at most %d dimensions", n, ML_MAX_DIMS);
    for (int i = 0; i < n; i++) {
        int type = lua_rawgeti(L, index, i + 1);
        if (type == LUA_TTABLE)
            parts[i] = read_range(L);
        else if (type == LUA_TSTRING && !strcmp(lua_tostring(L, -1), "..."))
            parts[i] = (part){ .rest = true };
        else
            parts[i] = (part){ .single = true, .first = whole(L, -1) };
        lua_pop(L, 1);
    }
    return n;
}

static bool number(const char **s, int64_t *out)
{
    while (isspace((unsigned char)**s)) ++*s;
    char *end;
    *out = strtoll(*s, &end, 10);
    if (end == *s) return false;
    *s = end;
    while (isspace((unsigned char)**s)) ++*s;
    return true;
}

/* One item of "2:5, :, -1, 1:10:2, ..."; false if it is not one. */
static bool read_item(const char **s, part *p)
{
    while (isspace((unsigned char)**s)) ++*s;
    *p = (part){ .step = 1 };
    if (!strncmp(*s, "...", 3)) {
        *s += 3, p->rest = true;
    } else {
        p->has_first = number(s, &p->first);
        if (**s != ':') {
            p->single = true;
            return p->has_first;
        }
        ++*s;
        p->has_last = number(s, &p->last);
        if (**s == ':') {
            ++*s;
            if (!number(s, &p->step)) return false;
        }
    }
    while (isspace((unsigned char)**s)) ++*s;
    return true;
}

static int read_text(lua_State *L, const char *text, part parts[])
{
    int n = 0;
    const char *s = text;
    do {
        if (n > ML_MAX_DIMS || !read_item(&s, &parts[n]))
            return lab_raise(L, "index \"%s\": write it like \"2:5, :, -1\"", text);
        n++;
    } while (*s++ == ',');
    if (s[-1])
        return lab_raise(L, "index \"%s\": write it like \"2:5, :, -1\"; unexpected '%c'", text,
                         s[-1]);
    return n;
}

static bool looks_like_index(const char *key)
{
    return strpbrk(key, ":,") || (*key && strspn(key, "0123456789.- ") == strlen(key));
}

/* ---- reading x[…] -------------------------------------------------------------------------------------- */

typedef struct access {
    ml_tensor *x, *index, *value, *out;
    selection s;
    bool has_number;
    ml_arg number;
} access;

static ml_tensor *slice(ml_tensor *x, const selection *s)
{
    return ml_call1(ML_OP_slice, ML_T(x), ML_INTS(s->start, s->ndim), ML_INTS(s->step, s->ndim),
                    ML_INTS(s->size, s->ndim));
}

static ml_tensor *drop_dims(ml_tensor *y, const selection *s)
{
    for (int d = s->ndim - 1; d >= 0; d--)
        if (s->drop[d]) y = ml_squeeze(y, d);
    return y;
}

static ml_status get_slice(void *ctx)
{
    access *a = ctx;
    a->out = ml_retain(drop_dims(slice(a->x, &a->s), &a->s));
    return a->out ? ML_OK : ml_error_status();
}

/* Places from 1, as int64 on the CPU, to places from 0. */
static ml_tensor *places(ml_tensor *index)
{
    if (ml_is_float(ml_dtype_of(index)))
        return ml_fail(ML_DTYPE,
                       "an index tensor must be int64 (or bool for a mask), got %s; use :long()",
                       ML_DESCRIBE(index)),
               NULL;
    bool was = ml_set_grad_enabled(false);
    ml_tensor *y = ml_clone(ml_cast(index, ML_I64));
    ml_set_grad_enabled(was);
    int64_t *v = y ? ml_data(y) : NULL;
    for (int64_t i = 0, n = v ? ml_numel(y) : 0; i < n; i++) {
        if (v[i] == 0)
            return ml_fail(
                       ML_INDEX,
                       "index 0 at place %lld of the index tensor: counting starts at 1 in moonlab",
                       (long long)i + 1),
                   NULL;
        v[i] -= v[i] > 0;
    }
    return v ? y : NULL;
}

static ml_status get_by_tensor(void *ctx)
{
    access *a = ctx;
    ml_tensor *y = NULL, *i;
    if (ml_dtype_of(a->index) == ML_BOOL)
        y = ml_call1(ML_OP_masked_select, ML_T(a->x), ML_T(a->index));
    else if ((i = places(a->index)))
        y = ml_call1(ML_OP_index, ML_T(a->x), ML_LIST(&i, 1));
    a->out = ml_retain(y);
    return y ? ML_OK : ml_error_status();
}

static int push_access(lua_State *L, access *a, ml_status (*fn)(void *ctx))
{
    lab_push_box(L);
    lab_protect(L, fn, a);
    lab_fill_box(L, -1, a->out);
    lab_collect(L);
    return 1;
}

/* x[i] of a 1-dimensional tensor: a number, without making a tensor. */
static int get_element(lua_State *L, ml_tensor *x, int64_t i)
{
    access a = { .x = x };
    const part p = { .single = true, .first = i };
    apply_parts(L, &a.s, x, &p, 1);
    if (ml_ndim(x) > 1) return push_access(L, &a, get_slice);
    double f;
    int64_t v;
    ml_scope scope;
    ml_scope_open(&scope);
    int64_t stride = ml_strides(x)[0];
    ml_tensor *one = ml_view_as(x, 0, NULL, NULL, a.s.start[0] * stride);
    bool ok = one && ml_item(one, &f, &v);
    ml_scope_close(&scope);
    if (!ok) return lab_error(L);
    if (ml_dtype_of(x) == ML_BOOL)
        lua_pushboolean(L, v != 0);
    else if (ml_is_int(ml_dtype_of(x)))
        lua_pushinteger(L, v);
    else
        lua_pushnumber(L, f);
    return 1;
}

static int get_parts(lua_State *L, ml_tensor *x, const part parts[], int n)
{
    access a = { .x = x };
    apply_parts(L, &a.s, x, parts, n);
    return push_access(L, &a, get_slice);
}

/* The nearest method or field, for the message. */
static int no_such_name(lua_State *L, const char *key)
{
    const char *names[512];
    int n = 0;
    lua_pushnil(L);
    while (n < 500 && lua_next(L, lua_upvalueindex(1))) {
        if (lua_type(L, -2) == LUA_TSTRING) names[n++] = lua_tostring(L, -2);
        lua_pop(L, 1);
    }
    static const char *const fields[] = { "shape", "dtype",         "device", "ndim",
                                          "grad",  "requires_grad", "is_leaf" };
    for (size_t i = 0; i < 7; i++) names[n++] = fields[i];
    names[n] = NULL;
    const char *near = lab_nearest(key, names);
    return near ? lab_raise(L, "a tensor has no '%s'; did you mean '%s'?", key, near)
                : lab_raise(L, "a tensor has no method or field '%s'", key);
}

static int get_string(lua_State *L, ml_tensor *x)
{
    const char *key = lua_tostring(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    lua_pop(L, 1);
    if (!x) return lab_raise(L, "the tensor was freed");
    if (lab_field(L, x, key)) return 1;
    if (!looks_like_index(key)) return no_such_name(L, key);
    part parts[ML_MAX_DIMS + 1];
    int n = read_text(L, key, parts);
    return get_parts(L, x, parts, n);
}

static int get(lua_State *L)
{
    ml_tensor *x = lab_test(L, 1);
    part parts[ML_MAX_DIMS + 1];
    if (lua_type(L, 2) == LUA_TSTRING) return get_string(L, x);
    if (!x) return lab_raise(L, "the tensor was freed");
    if (lua_type(L, 2) == LUA_TNUMBER) {
        if (ml_ndim(x) == 0)
            return lab_raise(L, "a 0-dimensional tensor cannot be indexed; x:item() is its number");
        return get_element(L, x, whole(L, 2));
    }
    if (lua_istable(L, 2)) {
        int n = read_table(L, 2, parts);
        return get_parts(L, x, parts, n);
    }
    access a = { .x = x, .index = lab_test(L, 2) };
    if (!a.index) return lab_raise(L, "a tensor cannot be indexed with a %s", luaL_typename(L, 2));
    return push_access(L, &a, get_by_tensor);
}

/* ---- assigning x[…] = v --------------------------------------------------------------------------------- */

static ml_arg source(const access *a)
{
    return a->has_number ? a->number : ML_T(a->value);
}

/* The value broadcast to the selected region, which keeps its dropped dimensions as ones. */
static ml_tensor *fit_region(ml_tensor *value, const selection *s)
{
    int64_t shape[ML_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < s->ndim; d++)
        if (!s->drop[d]) shape[n++] = s->size[d];
    return ml_reshape(ml_expand(value, n, shape), s->ndim, s->size);
}

static ml_status set_slice(void *ctx)
{
    access *a = ctx;
    bool tracked =
        ml_grad_enabled() && (ml_requires_grad(a->x) || (a->value && ml_requires_grad(a->value)));
    ml_arg src = source(a);
    if (tracked) {
        if (a->value) src.t = fit_region(a->value, &a->s);
        if (a->value && !src.t) return ml_error_status();
        return ml_call_inplace(ML_OP_slice_put,
                               (ml_arg[]){ ML_T(a->x), src, ML_INTS(a->s.start, a->s.ndim),
                                           ML_INTS(a->s.step, a->s.ndim),
                                           ML_INTS(a->s.size, a->s.ndim) },
                               5);
    }
    bool was = ml_set_grad_enabled(false);
    ml_tensor *view = drop_dims(slice(ml_detach(a->x), &a->s), &a->s);
    ml_status status =
        !view ? ml_error_status()
        : a->has_number
            ? ml_fill_(view, a->number.kind == ML_ARG_INT ? (double)a->number.i : a->number.f)
            : ml_copy_(view, a->value);
    ml_set_grad_enabled(was);
    return status;
}

static ml_status set_by_tensor(void *ctx)
{
    access *a = ctx;
    if (ml_dtype_of(a->index) == ML_BOOL) {
        if (a->has_number || ml_ndim(a->value) == 0)
            return ml_call_inplace(ML_OP_masked_fill,
                                   (ml_arg[]){ ML_T(a->x), ML_T(a->index), source(a) }, 3);
        return ml_call_inplace(ML_OP_masked_scatter,
                               (ml_arg[]){ ML_T(a->x), ML_T(a->index), ML_T(a->value) }, 3);
    }
    ml_tensor *i = places(a->index), *v = a->value;
    if (!i) return ml_error_status();
    if (a->has_number)
        v = ml_full((ml_spec){ ml_dtype_of(a->x), ml_device_of(a->x) }, 0, NULL,
                    a->number.kind == ML_ARG_INT ? (double)a->number.i : a->number.f);
    return v ? ml_call_inplace(ML_OP_index_put, (ml_arg[]){ ML_T(a->x), ML_LIST(&i, 1), ML_T(v) },
                               3)
             : ml_error_status();
}

static int set(lua_State *L)
{
    part parts[ML_MAX_DIMS + 1];
    int n = 1;
    access a = { .x = lab_check(L, 1, "assignment"), .value = lab_test(L, 3) };
    if (lua_type(L, 2) == LUA_TSTRING && !strcmp(lua_tostring(L, 2), "grad")) {
        if (ml_set_grad(a.x, a.value) != ML_OK) return lab_error(L);
        return 0;
    }
    a.has_number = !a.value;
    if (lua_isboolean(L, 3))
        a.number = ML_I(lua_toboolean(L, 3));
    else if (lua_isinteger(L, 3))
        a.number = ML_I(lua_tointeger(L, 3));
    else if (lua_type(L, 3) == LUA_TNUMBER)
        a.number = ML_F(lua_tonumber(L, 3));
    else if (lua_istable(L, 3)) {
        lua_settop(L, 3);
        lua_getglobal(L, "lab");
        lua_getfield(L, -1, "tensor");
        lua_pushvalue(L, 3);
        lua_call(L, 1, 1);
        a.x = lab_check(L, 1, "assignment");
        a.value = lab_check(L, lua_gettop(L), "assignment"), a.has_number = false;
    } else if (!a.value)
        return lab_raise(L, "x[…] = value: a number, a table or a tensor can be assigned, not a %s",
                         luaL_typename(L, 3));
    a.index = lab_test(L, 2);
    lab_note_place(L);
    if (a.index) {
        lab_protect(L, set_by_tensor, &a);
        return 0;
    }
    if (lua_type(L, 2) == LUA_TNUMBER)
        parts[0] = (part){ .single = true, .first = whole(L, 2) };
    else if (lua_istable(L, 2))
        n = read_table(L, 2, parts);
    else if (lua_type(L, 2) == LUA_TSTRING && looks_like_index(lua_tostring(L, 2)))
        n = read_text(L, lua_tostring(L, 2), parts);
    else
        return lab_raise(L, "a tensor has no field '%s' to assign; x.grad and x[…] can be",
                         luaL_tolstring(L, 2, NULL));
    apply_parts(L, &a.s, a.x, parts, n);
    lab_protect(L, set_slice, &a);
    return 0;
}

static int length(lua_State *L)
{
    const ml_tensor *t = lab_check(L, 1, "#");
    if (ml_ndim(t) == 0) return lab_raise(L, "#: a 0-dimensional tensor has no length");
    lua_pushinteger(L, ml_shape(t)[0]);
    return 1;
}

/* for i, row in x:iter() do */
static int next_row(lua_State *L)
{
    int64_t i = lua_tointeger(L, 2);
    ml_tensor *x = lab_check(L, 1, "iter");
    if (ml_ndim(x) == 0 || i < 0 || i >= ml_shape(x)[0]) return 0;
    i++;
    lua_settop(L, 1);
    lua_pushinteger(L, i);
    get_element(L, x, i);
    return 2;
}

static int iter(lua_State *L)
{
    if (ml_ndim(lab_check(L, 1, "iter")) == 0)
        return lab_raise(L, "iter: a 0-dimensional tensor has no rows");
    lua_pushcfunction(L, next_row);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

void lab_open_index(lua_State *L)
{
    int methods = lua_gettop(L), metatable = methods - 1;
    lua_pushcfunction(L, iter);
    lua_setfield(L, methods, "iter");
    lua_pushvalue(L, methods);
    lua_pushcclosure(L, get, 1);
    lua_setfield(L, metatable, "__index");
    lua_pushcfunction(L, set);
    lua_setfield(L, metatable, "__newindex");
    lua_pushcfunction(L, length);
    lua_setfield(L, metatable, "__len");
    lua_pushvalue(L, methods);
    lua_setfield(L, metatable, "methods"); /* for completion and help */
}
