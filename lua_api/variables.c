/* variables.c -- the variables made in a session, as a table:
**
**     name    type        shape    dtype    device  grad  size    value
**     lr      number                                              0.1
**     net     Sequential                                          33 parameters
**     x       tensor      4x2      float32  cpu     yes   32 B
**
** Nothing of the user's runs for it. */
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/display.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

enum { MOST_MEASURED = 1 << 20 /* elements, for the mean */ };

typedef session_variable variable;

typedef struct variables {
    variable *list;
    int n, room;
    char *out;
} variables;

void session_note_builtins(lua_State *L)
{
    lua_newtable(L);
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushboolean(L, true);
        lua_rawset(L, -6);
    }
    lua_pop(L, 1);
    for (int i = 0; session_module_names[i]; i++) {
        lua_pushboolean(L, true);
        lua_setfield(L, -2, session_module_names[i]);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, "moonlab.builtins");
}

bool session_is_builtin(lua_State *L, const char *name)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.builtins");
    lua_pushstring(L, name);
    bool builtin = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return builtin;
}

/* ---- one variable ---------------------------------------------------------------------------- */

/* Copies what fits of S, which may be cut in the middle only of a character's width. */
static void set(char cell[80], const text *t, size_t from)
{
    size_t n = t->size - from;
    const char *s = t->data + from, *line = memchr(s, '\n', n);
    if (line) n = (size_t)(line - s);
    bool cut = n > 72 || line;
    if (n > 72) n = 72;
    while (cut && n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) n--;
    snprintf(cell, 80, "%.*s%s", (int)n, s, cut ? "\u2026" : "");
}

static void set_bytes(char cell[80], double n)
{
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
    int i = 0;
    while (n >= 1000 && i < 4) n /= 1000, i++;
    snprintf(cell, 80, i && n < 100 ? "%.1f %s" : "%.0f %s", n, units[i]);
}

/* Mean and standard deviation (of the elements as a population), if they are quickly had. */
static void describe_values(variable *v, ml_tensor *t, bool utf8)
{
    int64_t n = ml_numel(t);
    ml_dtype dtype = ml_dtype_of(t);
    if (n == 0 || n > MOST_MEASURED || ml_device_of(t) != 0 || !ml_is_contiguous(t)) return;
    if (dtype != ML_F32 && dtype != ML_F64) return;
    const float *narrow = ml_data(t);
    const double *wide = ml_data(t);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) sum += dtype == ML_F32 ? (double)narrow[i] : wide[i];
    double mean = sum / (double)n;
    for (int64_t i = 0; i < n; i++) {
        double off = (dtype == ML_F32 ? (double)narrow[i] : wide[i]) - mean;
        squares += off * off;
    }
    if (n == 1)
        snprintf(v->field[VARIABLE_VALUE], 80, "%.5g", mean);
    else
        snprintf(v->field[VARIABLE_VALUE], 80, "%.3g %s %.3g", mean, utf8 ? "\u00b1" : "+-",
                 sqrt(squares / (double)n));
}

static void describe_tensor(variable *v, ml_tensor *t)
{
    const int64_t *shape = ml_shape(t);
    size_t n = 0;
    for (int i = 0; i < ml_ndim(t) && n < 60; i++)
        n += (size_t)snprintf(v->field[VARIABLE_SHAPE] + n, 80 - n, "%s%lld", i ? "x" : "",
                              (long long)shape[i]);
    if (ml_ndim(t) == 0) strcpy(v->field[VARIABLE_SHAPE], "()");
    snprintf(v->field[VARIABLE_TYPE], 80, "tensor");
    snprintf(v->field[VARIABLE_DTYPE], 80, "%s", ml_dtype_name(ml_dtype_of(t)));
    snprintf(v->field[VARIABLE_DEVICE], 80, "%s", ml_device_name(ml_device_of(t)));
    snprintf(v->field[VARIABLE_GRAD], 80, "%s", ml_requires_grad(t) ? "yes" : "");
    set_bytes(v->field[VARIABLE_SIZE], (double)ml_numel(t) * (double)ml_dtype_size(ml_dtype_of(t)));
}

/* Pushes the raw field, and tells whether it has the type. */
static bool raw_field_is(lua_State *L, int idx, const char *name, int type)
{
    lua_pushstring(L, name);
    return lua_rawget(L, idx) == type;
}

/* How many numbers the module at idx and those below it train; `seen` at index SEEN. */
static long long count_parameters(lua_State *L, int idx, int seen, int depth)
{
    long long count = 0;
    int top = lua_gettop(L);
    if (depth > 50) return 0;
    luaL_checkstack(L, 10, "modules");
    if (raw_field_is(L, idx, "_order", LUA_TTABLE))
        for (lua_pushnil(L); lua_next(L, idx); lua_settop(L, top + 2)) {
            ml_tensor *t = lua_type(L, -1) == LUA_TUSERDATA ? lab_test(L, -1) : NULL;
            if (!t && !lua_istable(L, -1)) continue;
            lua_pushvalue(L, -1);
            if (lua_rawget(L, seen) != LUA_TNIL) continue;
            lua_pop(L, 1);
            lua_pushvalue(L, -1), lua_pushboolean(L, true), lua_rawset(L, seen);
            if (t)
                count += ml_requires_grad(t) ? (long long)ml_numel(t) : 0;
            else
                count += count_parameters(L, lua_gettop(L), seen, depth + 1);
        }
    lua_settop(L, top);
    return count;
}

long long session_parameters(lua_State *L, int idx)
{
    idx = lua_absindex(L, idx);
    lua_newtable(L);
    long long count = count_parameters(L, idx, lua_gettop(L), 0);
    lua_pop(L, 1);
    return count;
}

/* Pushes the name of the class of the table at idx, and true. */
static bool push_class(lua_State *L, int idx)
{
    int top = lua_gettop(L);
    if (lua_getmetatable(L, idx)) {
        if (raw_field_is(L, top + 1, "__name", LUA_TSTRING) ||
            (lua_pop(L, 1), raw_field_is(L, top + 1, "name", LUA_TSTRING))) {
            lua_remove(L, top + 1);
            return true;
        }
    }
    lua_settop(L, top);
    return false;
}

static void describe_table(variable *v, lua_State *L, int idx)
{
    int top = lua_gettop(L), count = 0;
    snprintf(v->field[VARIABLE_TYPE], 80, "%s", push_class(L, idx) ? lua_tostring(L, -1) : "table");
    lua_settop(L, top);
    bool module = raw_field_is(L, idx, "_order", LUA_TTABLE);
    lua_settop(L, top);
    if (module) {
        long long n = session_parameters(L, idx);
        snprintf(v->field[VARIABLE_VALUE], 80, "%lld parameter%s", n, n == 1 ? "" : "s");
        return;
    }
    if (raw_field_is(L, idx, "_columns", LUA_TTABLE)) { /* a frame */
        int columns = 0;
        for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) columns++;
        if (raw_field_is(L, idx, "_rows", LUA_TNUMBER))
            snprintf(v->field[VARIABLE_SHAPE], 80, "%lldx%d", (long long)lua_tointeger(L, -1),
                     columns);
        lua_settop(L, top);
        return;
    }
    lua_settop(L, top);
    size_t length = lua_rawlen(L, idx);
    for (lua_pushnil(L); count < 100000 && lua_next(L, idx); count++) lua_pop(L, 1);
    lua_settop(L, top);
    snprintf(v->field[VARIABLE_VALUE], 80, "%s%d %s%s", count == 100000 ? "more than " : "", count,
             length > 0 && length == (size_t)count ? "element" : "field", count == 1 ? "" : "s");
}

static void describe(variable *v, lua_State *L, int idx, const char *name)
{
    *v = (variable){ 0 };
    snprintf(v->field[VARIABLE_NAME], 80, "%.70s", name);
    snprintf(v->field[VARIABLE_TYPE], 80, "%s", luaL_typename(L, idx));
    ml_tensor *tensor = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    if (tensor) {
        describe_tensor(v, tensor);
        describe_values(v, tensor, session_of(L)->options.utf8);
    } else if (lua_istable(L, idx))
        describe_table(v, L, idx);
    else if (lua_isuserdata(L, idx)) {
        if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING)
            snprintf(v->field[VARIABLE_TYPE], 80, "%.70s", lua_tostring(L, -1));
    } else {
        text *t = text_new(L);
        if (lua_type(L, idx) == LUA_TSTRING)
            display_quoted(t, idx);
        else if (lua_isfunction(L, idx))
            session_signature(t, idx, name);
        else
            session_display(t, idx, 80);
        set(v->field[VARIABLE_VALUE], t, 0);
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static void add(variables *all, lua_State *L, const char *name)
{
    if (all->n == all->room) {
        int room = all->room ? 2 * all->room : 64;
        variable *list = realloc(all->list, (size_t)room * sizeof *list);
        if (!list) return;
        all->list = list, all->room = room;
    }
    int top = lua_gettop(L);
    describe(&all->list[all->n++], L, top, name);
    lua_settop(L, top);
}

static void add_names(variables *all, lua_State *L)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (name && text_is_plain(name, strlen(name)) && !session_is_result_name(name)) {
            lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.builtins");
            lua_pushvalue(L, -3);
            bool builtin = lua_rawget(L, -2) != LUA_TNIL;
            lua_pop(L, 2);
            if (!builtin) add(all, L, name);
        }
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const variable *)a)->field[VARIABLE_NAME],
                  ((const variable *)b)->field[VARIABLE_NAME]);
}

static void add_row(text *t, const variable *v, const int width[VARIABLE_FIELDS], int columns)
{
    int at = 0;
    size_t start = t->size;
    for (int k = 0; k < VARIABLE_FIELDS; k++) {
        if (!width[k]) continue;
        size_t n = strlen(v->field[k]);
        int room = columns - at, taken = text_columns(v->field[k], n);
        while (n > 0 && taken > room && k == VARIABLE_VALUE) { /* cut at the right edge */
            do n--;
            while (n > 0 && ((unsigned char)v->field[k][n] & 0xC0) == 0x80);
            taken = text_columns(v->field[k], n);
        }
        text_add(t, v->field[k], n);
        text_repeat(t, " ", width[k] - taken + 2);
        at += width[k] + 2;
    }
    while (t->size > start && t->data[t->size - 1] == ' ') t->data[--t->size] = '\0';
    text_puts(t, "\n");
}

static void add_table(text *t, const variables *all)
{
    static const variable head = { .field = { "name", "type", "shape", "dtype", "device", "grad",
                                              "size", "value" } };
    int width[VARIABLE_FIELDS] = { 0 };
    for (int k = 0; k < VARIABLE_FIELDS; k++) {
        for (int i = 0; i < all->n; i++) {
            int n = text_columns(all->list[i].field[k], strlen(all->list[i].field[k]));
            if (n > width[k]) width[k] = n;
        }
        int n = (int)strlen(head.field[k]);
        if (width[k] && width[k] < n) width[k] = n;
    }
    int columns = session_of(t->L)->options.columns;
    add_row(t, &head, width, columns);
    for (int i = 0; i < all->n; i++) add_row(t, &all->list[i], width, columns);
}

static void collect(variables *all, lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    add_names(all, L);
    lua_pushglobaltable(L);
    add_names(all, L);
    if (all->n > 0) qsort(all->list, (size_t)all->n, sizeof *all->list, compare);
}

static int list_variables(lua_State *L)
{
    variables *all = lua_touserdata(L, 1);
    collect(all, L);
    return 0;
}

int session_variable_list(session *s, session_variable **list)
{
    variables all = { 0 };
    session_status status = session_quietly(s, list_variables, &all);
    *list = all.list;
    return status == SESSION_OK ? all.n : -1;
}

static int show_variables(lua_State *L)
{
    variables *all = lua_touserdata(L, 1);
    collect(all, L);
    text *t = text_new(L);
    if (all->n > 0) add_table(t, all);
    all->out = malloc(t->size + 1);
    if (all->out) memcpy(all->out, t->data, t->size + 1);
    return 0;
}

char *session_variables(session *s)
{
    variables all = { 0 };
    session_quietly(s, show_variables, &all);
    free(all.list);
    return all.out;
}
