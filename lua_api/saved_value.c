/* saved_value.c -- see saved_value.h. */
#include "lua_api/saved_value.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"

enum { DEEPEST = 100 };

/* ---- from Lua -------------------------------------------------------------------------------- */

/* The JSON is collected piece by piece in a Lua table: a luaL_Buffer would not let the walk use
** the stack. */
typedef struct walk {
    lua_State *L;
    const char *op;
    ml_named *named;
    int pieces, names; /* tables: the text; the names that are taken */
    lua_Integer npieces;
    int depth;
} walk;

/* A table's key, as it is sorted and written. */
typedef struct saved_key {
    const char *text; /* NULL: an integer */
    size_t n;
    lua_Integer i;
} saved_key;

static void walk_value(walk *w, int idx, int path);

/* Takes the string at the top of the stack. */
static void put_top(walk *w)
{
    lua_rawseti(w->L, w->pieces, ++w->npieces);
}

static void put(walk *w, const char *text)
{
    lua_pushstring(w->L, text);
    put_top(w);
}

static void put_quoted(walk *w, const char *text, size_t n)
{
    luaL_Buffer b;
    luaL_buffinit(w->L, &b);
    luaL_addchar(&b, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        char escape[8];
        if (c == '"' || c == '\\') luaL_addchar(&b, '\\');
        if (c >= 32)
            luaL_addchar(&b, (char)c);
        else
            snprintf(escape, sizeof escape, "\\u%04x", c), luaL_addstring(&b, escape);
    }
    luaL_addchar(&b, '"');
    luaL_pushresult(&b);
    put_top(w);
}

static void put_string(walk *w, const char *text, size_t n)
{
    if (ml_is_utf8(text, n)) {
        put_quoted(w, text, n);
        return;
    }
    luaL_Buffer b;
    luaL_buffinit(w->L, &b);
    luaL_addstring(&b, "{\"bytes\":\"");
    for (size_t i = 0; i < n; i++) {
        char hex[4];
        snprintf(hex, sizeof hex, "%02x", (unsigned char)text[i]);
        luaL_addlstring(&b, hex, 2);
    }
    luaL_addstring(&b, "\"}");
    luaL_pushresult(&b);
    put_top(w);
}

static void put_integer(walk *w, lua_Integer i)
{
    char text[32];
    snprintf(text, sizeof text, LUA_INTEGER_FMT, i);
    put(w, text);
}

static void put_float(walk *w, double v)
{
    char text[40];
    if (isnan(v))
        put(w, "{\"float\":\"nan\"}");
    else if (isinf(v))
        put(w, v > 0 ? "{\"float\":\"inf\"}" : "{\"float\":\"-inf\"}");
    else {
        snprintf(text, sizeof text, "%.17g", v);
        if (!strpbrk(text, ".e")) strcat(text, ".0");
        put(w, text);
    }
}

static int cannot_save(walk *w, int path, const char *what, const char *advice)
{
    const char *at = lua_tostring(w->L, path);
    return lab_raise(w->L, "%s: cannot save %s%s%s; %s", w->op, what, at[0] ? " at " : "", at,
                     advice);
}

/* A name of its own for a tensor at PATH, pushed: two paths may read the same. */
static const char *push_free_name(walk *w, int path)
{
    lua_State *L = w->L;
    lua_pushvalue(L, path);
    if (lua_rawlen(L, -1) == 0) lua_pop(L, 1), lua_pushliteral(L, "tensor");
    for (;;) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, w->names) == LUA_TNIL) break;
        lua_pop(L, 1);
        lua_pushliteral(L, "'");
        lua_concat(L, 2);
    }
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, w->names);
    return lua_tostring(L, -1);
}

static void put_tensor(walk *w, ml_tensor *t, int path)
{
    const char *name = push_free_name(w, path);
    if (strlen(name) != lua_rawlen(w->L, -1))
        cannot_save(w, path, "a tensor under a name with a zero byte", "give it another name");
    if (ml_named_add(w->named, name, t) != ML_OK) lab_error(w->L);
    put(w, "{\"tensor\":");
    put_quoted(w, name, strlen(name));
    put(w, "}");
    lua_pop(w->L, 1);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Integers first, then texts by their bytes: the same table always gives the same file. */
static int by_key(const void *a, const void *b)
{
    const saved_key *x = a, *y = b;
    if (!x->text != !y->text) return x->text ? 1 : -1;
    if (!x->text) return x->i < y->i ? -1 : x->i > y->i;
    int c = memcmp(x->text, y->text, x->n < y->n ? x->n : y->n);
    return c ? c : x->n < y->n ? -1 : x->n > y->n;
}

static void read_key(walk *w, saved_key *key, int path)
{
    lua_State *L = w->L;
    if (lua_type(L, -2) == LUA_TSTRING)
        key->text = lua_tolstring(L, -2, &key->n);
    else if (lua_isinteger(L, -2))
        key->i = lua_tointeger(L, -2);
    else {
        lua_pushfstring(L, "a %s key in the table", luaL_typename(L, -2));
        cannot_save(w, path, lua_tostring(L, -1), "keys can be strings and integers");
    }
}

/* The sorted keys of the table at IDX, in a userdata that is pushed; the table keeps their texts
** alive. */
static saved_key *push_keys(walk *w, int idx, int path, size_t *n)
{
    lua_State *L = w->L;
    size_t count = 0, filled = 0;
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) count++;
    saved_key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
        keys[filled] = (saved_key){ .text = NULL };
        read_key(w, &keys[filled++], path);
    }
    qsort(keys, count, sizeof *keys, by_key);
    *n = count;
    return keys;
}

/* Walks the value under KEY. */
static void walk_field(walk *w, int idx, const saved_key *key, int path)
{
    lua_State *L = w->L;
    bool first = lua_rawlen(L, path) == 0;
    if (key->text)
        lua_pushlstring(L, key->text, key->n);
    else
        lua_pushinteger(L, key->i);
    lua_pushvalue(L, path);
    lua_pushstring(L, first ? "" : ".");
    lua_pushvalue(L, -3);
    lua_concat(L, 3);
    lua_pushvalue(L, -2);
    lua_rawget(L, idx);
    walk_value(w, lua_gettop(L), lua_gettop(L) - 1);
    lua_pop(L, 3);
}

static void put_key(walk *w, const saved_key *key)
{
    if (key->text)
        put_string(w, key->text, key->n);
    else
        put_integer(w, key->i);
}

static bool is_sequence(const saved_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (keys[i].text || keys[i].i != (lua_Integer)i + 1) return false;
    return n > 0;
}

/* JSON's objects have UTF-8 keys; jansson's have no zero bytes. */
static bool is_record(const saved_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!keys[i].text || memchr(keys[i].text, 0, keys[i].n) ||
            !ml_is_utf8(keys[i].text, keys[i].n))
            return false;
    return true;
}

static void check_table(walk *w, int idx, int path)
{
    lua_State *L = w->L;
    if (++w->depth > DEEPEST)
        cannot_save(w, path, "tables nested more than 100 deep", "does a table contain itself?");
    luaL_checkstack(L, 16, w->op);
    if (!lua_getmetatable(L, idx)) return;
    lua_pop(L, 1);
    if (lua_getfield(L, idx, "state_dict") == LUA_TFUNCTION)
        cannot_save(w, path, "an object", "save what its state_dict() returns");
    lua_pop(L, 1);
}

static void walk_table(walk *w, int idx, int path)
{
    size_t n;
    check_table(w, idx, path);
    saved_key *keys = push_keys(w, idx, path, &n);
    bool sequence = is_sequence(keys, n), record = !sequence && is_record(keys, n);
    put(w, sequence ? "[" : record ? "{\"record\":{" : "{\"table\":[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0) put(w, ",");
        if (!sequence) put_key(w, &keys[i]), put(w, record ? ":" : ",");
        walk_field(w, idx, &keys[i], path);
    }
    put(w, sequence ? "]" : record ? "}}" : "]}");
    lua_pop(w->L, 1);
    w->depth--;
}

static void walk_value(walk *w, int idx, int path)
{
    lua_State *L = w->L;
    ml_tensor *t = lab_test(L, idx);
    size_t n;
    if (t)
        put_tensor(w, t, path);
    else if (lua_isboolean(L, idx))
        put(w, lua_toboolean(L, idx) ? "true" : "false");
    else if (lua_isinteger(L, idx))
        put_integer(w, lua_tointeger(L, idx));
    else if (lua_type(L, idx) == LUA_TNUMBER)
        put_float(w, lua_tonumber(L, idx));
    else if (lua_type(L, idx) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, idx, &n);
        put_string(w, text, n);
    } else if (lua_istable(L, idx))
        walk_table(w, idx, path);
    else {
        lua_pushfstring(L, "a %s", luaL_typename(L, idx));
        cannot_save(w, path, lua_tostring(L, -1),
                    "tensors, numbers, strings, booleans and tables of them can be saved");
    }
}

static void join_pieces(walk *w)
{
    luaL_Buffer b;
    luaL_buffinit(w->L, &b);
    for (lua_Integer i = 1; i <= w->npieces; i++) {
        lua_rawgeti(w->L, w->pieces, i);
        luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
}

void lab_value_to_json(lua_State *L, const char *op, int idx, ml_named *named)
{
    walk w = { .L = L, .op = op, .named = named };
    idx = lua_absindex(L, idx);
    luaL_checkstack(L, 16, op);
    lua_newtable(L);
    w.pieces = lua_gettop(L);
    lua_newtable(L);
    w.names = lua_gettop(L);
    lua_pushliteral(L, "");
    walk_value(&w, idx, lua_gettop(L));
    join_pieces(&w);
    lua_replace(L, w.pieces);
    lua_settop(L, w.pieces);
}

bool lab_flat_table(lua_State *L, int idx, ml_named *named)
{
    bool any = false;
    idx = lua_absindex(L, idx);
    if (!lua_istable(L, idx)) return false;
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
        any = true;
        if (lua_type(L, -2) == LUA_TSTRING && lab_test(L, -1) &&
            strlen(lua_tostring(L, -2)) == lua_rawlen(L, -2))
            continue;
        lua_pop(L, 2);
        return false;
    }
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
        if (ml_named_add(named, lua_tostring(L, -2), lab_test(L, -1)) != ML_OK) lab_error(L);
    return any;
}

/* ---- to Lua ---------------------------------------------------------------------------------- */

typedef struct build {
    lua_State *L;
    const char *path;
    int tensors; /* a table: name to tensor */
    int depth;
} build;

static void push_json(build *b, const json_t *json);

static void damaged(build *b, const char *what)
{
    lab_raise(b->L, "%s: the saved value is damaged: %s", b->path, what);
}

static void push_bytes(build *b, const json_t *value)
{
    static const char digits[] = "0123456789abcdef";
    luaL_Buffer out;
    size_t n = json_string_length(value);
    const char *hex = json_string_value(value);
    if (!hex || n % 2 != 0 || strspn(hex, digits) != n) damaged(b, "\"bytes\" are not hexadecimal");
    luaL_buffinit(b->L, &out);
    for (size_t i = 0; hex && i < n; i += 2)
        luaL_addchar(&out, (char)((strchr(digits, hex[i]) - digits) << 4 |
                                  (strchr(digits, hex[i + 1]) - digits)));
    luaL_pushresult(&out);
}

static void push_float(build *b, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text && strcmp(text, "inf") == 0)
        lua_pushnumber(b->L, (lua_Number)INFINITY);
    else if (text && strcmp(text, "-inf") == 0)
        lua_pushnumber(b->L, -(lua_Number)INFINITY);
    else if (text && strcmp(text, "nan") == 0)
        lua_pushnumber(b->L, (lua_Number)NAN);
    else
        damaged(b, "\"float\" should be inf, -inf or nan");
}

static void push_tensor(build *b, const json_t *value)
{
    const char *name = json_string_value(value);
    if (!name) damaged(b, "a tensor's name is not a string");
    if (lua_getfield(b->L, b->tensors, name) == LUA_TNIL)
        lab_raise(b->L, "%s: the saved value is damaged: it lacks tensor \"%s\"", b->path, name);
}

static void push_array(build *b, const json_t *value)
{
    size_t n = json_array_size(value);
    lua_createtable(b->L, n < 1 << 20 ? (int)n : 0, 0);
    for (size_t i = 0; i < n; i++) {
        push_json(b, json_array_get(value, i));
        lua_rawseti(b->L, -2, (lua_Integer)i + 1);
    }
}

static void push_record(build *b, json_t *value)
{
    const char *key;
    json_t *field;
    if (!json_is_object(value)) damaged(b, "\"record\" is not an object");
    lua_newtable(b->L);
    json_object_foreach(value, key, field)
    {
        lua_pushstring(b->L, key);
        push_json(b, field);
        lua_rawset(b->L, -3);
    }
}

static void push_pairs(build *b, const json_t *value)
{
    size_t n = json_array_size(value);
    if (!json_is_array(value) || n % 2 != 0)
        damaged(b, "\"table\" is not a list of keys and values");
    lua_newtable(b->L);
    for (size_t i = 0; i < n; i += 2) {
        push_json(b, json_array_get(value, i));
        if (!lua_isinteger(b->L, -1) && lua_type(b->L, -1) != LUA_TSTRING)
            damaged(b, "a key is neither a string nor an integer");
        push_json(b, json_array_get(value, i + 1));
        lua_rawset(b->L, -3);
    }
}

static void push_object(build *b, json_t *json)
{
    void *it = json_object_iter(json);
    if (json_object_size(json) != 1 || !it) damaged(b, "an object should have one field");
    const char *key = json_object_iter_key(it);
    json_t *value = json_object_iter_value(it);
    if (strcmp(key, "tensor") == 0)
        push_tensor(b, value);
    else if (strcmp(key, "float") == 0)
        push_float(b, value);
    else if (strcmp(key, "bytes") == 0)
        push_bytes(b, value);
    else if (strcmp(key, "record") == 0)
        push_record(b, value);
    else if (strcmp(key, "table") == 0)
        push_pairs(b, value);
    else
        damaged(b, "an object has an unknown field");
}

static void push_json(build *b, const json_t *json)
{
    if (++b->depth > 2 * DEEPEST) damaged(b, "it is nested too deep");
    luaL_checkstack(b->L, 16, b->path);
    switch (json_typeof(json)) {
    case JSON_TRUE:
    case JSON_FALSE: lua_pushboolean(b->L, json_is_true(json)); break;
    case JSON_INTEGER: lua_pushinteger(b->L, json_integer_value(json)); break;
    case JSON_REAL: lua_pushnumber(b->L, json_real_value(json)); break;
    case JSON_STRING:
        lua_pushlstring(b->L, json_string_value(json), json_string_length(json));
        break;
    case JSON_ARRAY: push_array(b, json); break;
    case JSON_OBJECT: push_object(b, (json_t *)(uintptr_t)json); break;
    case JSON_NULL: damaged(b, "null stands for nothing"); break;
    }
    b->depth--;
}

void lab_json_to_value(lua_State *L, const char *path, const json_t *json, const ml_named *named)
{
    build b = { .L = L, .path = path };
    luaL_checkstack(L, 16, path);
    lua_createtable(L, 0, named->n < 1 << 20 ? (int)named->n : 0);
    b.tensors = lua_gettop(L);
    for (int64_t i = 0; i < named->n; i++) {
        lab_push(L, named->item[i].tensor);
        lua_setfield(L, b.tensors, named->item[i].name);
    }
    push_json(&b, json);
    lua_remove(L, b.tensors);
}
