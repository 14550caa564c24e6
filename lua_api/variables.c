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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/display.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

enum { NAME, TYPE, SHAPE, DTYPE, DEVICE, GRAD, SIZE, VALUE, COLUMNS };

typedef struct variable {
    char cell[COLUMNS][80];
} variable;

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

static void describe_tensor(variable *v, ml_tensor *t)
{
    const int64_t *shape = ml_shape(t);
    size_t n = 0;
    for (int i = 0; i < ml_ndim(t) && n < 60; i++)
        n += (size_t)snprintf(v->cell[SHAPE] + n, 80 - n, "%s%lld", i ? "x" : "",
                              (long long)shape[i]);
    if (ml_ndim(t) == 0) strcpy(v->cell[SHAPE], "()");
    snprintf(v->cell[TYPE], 80, "tensor");
    snprintf(v->cell[DTYPE], 80, "%s", ml_dtype_name(ml_dtype_of(t)));
    snprintf(v->cell[DEVICE], 80, "%s", ml_device_name(ml_device_of(t)));
    snprintf(v->cell[GRAD], 80, "%s", ml_requires_grad(t) ? "yes" : "");
    set_bytes(v->cell[SIZE], (double)ml_numel(t) * (double)ml_dtype_size(ml_dtype_of(t)));
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
    snprintf(v->cell[TYPE], 80, "%s", push_class(L, idx) ? lua_tostring(L, -1) : "table");
    lua_settop(L, top);
    bool module = raw_field_is(L, idx, "_order", LUA_TTABLE);
    lua_settop(L, top);
    if (module) {
        long long n = session_parameters(L, idx);
        snprintf(v->cell[VALUE], 80, "%lld parameter%s", n, n == 1 ? "" : "s");
        return;
    }
    if (raw_field_is(L, idx, "_columns", LUA_TTABLE)) { /* a frame */
        int columns = 0;
        for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) columns++;
        if (raw_field_is(L, idx, "_rows", LUA_TNUMBER))
            snprintf(v->cell[SHAPE], 80, "%lldx%d", (long long)lua_tointeger(L, -1), columns);
        lua_settop(L, top);
        return;
    }
    lua_settop(L, top);
    size_t length = lua_rawlen(L, idx);
    for (lua_pushnil(L); count < 100000 && lua_next(L, idx); count++) lua_pop(L, 1);
    lua_settop(L, top);
    snprintf(v->cell[VALUE], 80, "%s%d %s%s", count == 100000 ? "more than " : "", count,
             length > 0 && length == (size_t)count ? "element" : "field", count == 1 ? "" : "s");
}

static void describe(variable *v, lua_State *L, int idx, const char *name)
{
    *v = (variable){ 0 };
    snprintf(v->cell[NAME], 80, "%.70s", name);
    snprintf(v->cell[TYPE], 80, "%s", luaL_typename(L, idx));
    ml_tensor *tensor = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    if (tensor)
        describe_tensor(v, tensor);
    else if (lua_istable(L, idx))
        describe_table(v, L, idx);
    else if (lua_isuserdata(L, idx)) {
        if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING)
            snprintf(v->cell[TYPE], 80, "%.70s", lua_tostring(L, -1));
    } else {
        text *t = text_new(L);
        if (lua_type(L, idx) == LUA_TSTRING)
            display_quoted(t, idx);
        else if (lua_isfunction(L, idx))
            session_signature(t, idx, name);
        else
            session_display(t, idx, 80);
        set(v->cell[VALUE], t, 0);
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
    return strcmp(((const variable *)a)->cell[NAME], ((const variable *)b)->cell[NAME]);
}

static void add_row(text *t, const variable *v, const int width[COLUMNS], int columns)
{
    int at = 0;
    size_t start = t->size;
    for (int k = 0; k < COLUMNS; k++) {
        if (!width[k]) continue;
        size_t n = strlen(v->cell[k]);
        int room = columns - at, taken = text_columns(v->cell[k], n);
        while (n > 0 && taken > room && k == VALUE) { /* cut at the right edge */
            do n--;
            while (n > 0 && ((unsigned char)v->cell[k][n] & 0xC0) == 0x80);
            taken = text_columns(v->cell[k], n);
        }
        text_add(t, v->cell[k], n);
        text_repeat(t, " ", width[k] - taken + 2);
        at += width[k] + 2;
    }
    while (t->size > start && t->data[t->size - 1] == ' ') t->data[--t->size] = '\0';
    text_puts(t, "\n");
}

static void add_table(text *t, const variables *all)
{
    static const variable head = { .cell = { "name", "type", "shape", "dtype", "device", "grad",
                                             "size", "value" } };
    int width[COLUMNS] = { 0 };
    for (int k = 0; k < COLUMNS; k++) {
        for (int i = 0; i < all->n; i++) {
            int n = text_columns(all->list[i].cell[k], strlen(all->list[i].cell[k]));
            if (n > width[k]) width[k] = n;
        }
        int n = (int)strlen(head.cell[k]);
        if (width[k] && width[k] < n) width[k] = n;
    }
    int columns = session_of(t->L)->options.columns;
    add_row(t, &head, width, columns);
    for (int i = 0; i < all->n; i++) add_row(t, &all->list[i], width, columns);
}

static int list_variables(lua_State *L)
{
    variables *all = lua_touserdata(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    add_names(all, L);
    lua_pushglobaltable(L);
    add_names(all, L);
    if (all->n > 0) qsort(all->list, (size_t)all->n, sizeof *all->list, compare);
    text *t = text_new(L);
    if (all->n > 0) add_table(t, all);
    all->out = malloc(t->size + 1);
    if (all->out) memcpy(all->out, t->data, t->size + 1);
    return 0;
}

char *session_variables(session *s)
{
    variables all = { 0 };
    session_quietly(s, list_variables, &all);
    free(all.list);
    return all.out;
}
