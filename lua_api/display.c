/* display.c -- how any value is shown: no addresses, keys in order, cycles noticed, wide tables over lines. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/display.h"
#include "lua_api/known.h"
#include "lua_api/plot_lua.h"
#include "lua_api/session.h"

#define DEEPEST   5    /* nested tables shown */
#define MOST      60   /* fields shown of one table */
#define LOOKED_AT 5000 /* keys that are put in order */

typedef struct display {
    text *out;
    int columns, depth;
    int lead; /* columns of the key before a table */
    int seen; /* stack index of the set of tables being shown */
} display;

static void add_value(display *d, int idx, int indent, bool one_line);

/* ---- simple values --------------------------------------------------------------------------- */

static void add_quoted(text *out, const char *s, size_t n)
{
    char quote = memchr(s, '"', n) && !memchr(s, '\'', n) ? '\'' : '"';
    text_add(out, &quote, 1);
    for (size_t start = 0, i = 0; i <= n; i++) {
        const char *escape = i == n          ? ""
                             : s[i] == '\n'  ? "\\n"
                             : s[i] == '\t'  ? "\\t"
                             : s[i] == '\\'  ? "\\\\"
                             : s[i] == quote ? "\\"
                                             : NULL;
        if (!escape) continue;
        text_visible(out, s + start, i - start, false);
        text_puts(out, escape);
        start = i < n && s[i] == quote ? i : i + 1;
    }
    text_add(out, &quote, 1);
}

void display_quoted(text *out, int idx)
{
    size_t n;
    const char *s = lua_tolstring(out->L, idx, &n);
    add_quoted(out, s, n);
}

static void add_function(display *d, int idx)
{
    lua_State *L = d->out->L;
    lua_Debug ar;
    text_puts(d->out, "function ");
    bool named = known_push_name(L, idx);
    if (d->depth > 0 && named)
        text_puts(d->out, lua_tostring(L, -1));
    else
        session_signature(d->out, idx, named ? lua_tostring(L, -1) : "");
    lua_pop(L, named);
    if (named) return;
    lua_pushvalue(L, idx);
    lua_getinfo(L, ">S", &ar);
    if (!session_is_user_source(ar.source)) return;
    text_puts(d->out, " at ");
    text_visible(d->out, ar.short_src, strlen(ar.short_src), false);
    text_format(d->out, ":%d", ar.linedefined);
}

static void add_coroutine(display *d, int idx)
{
    lua_State *L = d->out->L;
    lua_State *co = lua_tothread(L, idx);
    lua_Debug ar;
    int status = lua_status(co);
    const char *word = co == L                    ? "running"
                       : status == LUA_YIELD      ? "suspended"
                       : status != LUA_OK         ? "dead"
                       : lua_getstack(co, 0, &ar) ? "normal"
                       : lua_gettop(co)           ? "suspended"
                                                  : "dead";
    text_format(d->out, "coroutine (%s)", word);
}

/* Appends __tostring's result, lines after the first INDENTed; false if there is none. */
static bool add_by_metamethod(display *d, int idx, int indent)
{
    lua_State *L = d->out->L;
    if (luaL_testudata(L, idx, LUA_FILEHANDLE)) {
        luaL_Stream *stream = lua_touserdata(L, idx);
        text_puts(d->out, stream->closef ? "file" : "file (closed)");
        return true;
    }
    if (luaL_getmetafield(L, idx, "__tostring") == LUA_TNIL) return false;
    lua_pop(L, 1);
    size_t n;
    const char *s = luaL_tolstring(L, idx, &n), *end = s + n;
    for (const char *line = s; line <= end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) stop = end;
        if (line > s) text_puts(d->out, "\n"), text_repeat(d->out, " ", indent);
        text_visible(d->out, line, (size_t)(stop - line), true);
        line = stop + 1;
    }
    lua_pop(L, 1);
    return true;
}

/* ---- tables ---------------------------------------------------------------------------------- */

typedef struct field_key {
    int type;
    double number;
    const char *string;
    size_t size;
    int at; /* in the list of keys as found */
} field_key;

static int rank(int type)
{
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : type == LUA_TBOOLEAN ? 2 : 3;
}

static int compare_keys(const void *pa, const void *pb)
{
    const field_key *a = pa, *b = pb;
    if (rank(a->type) != rank(b->type)) return rank(a->type) - rank(b->type);
    if (a->type == LUA_TNUMBER && a->number != b->number) return a->number < b->number ? -1 : 1;
    if (a->type == LUA_TSTRING) {
        int order = memcmp(a->string, b->string, a->size < b->size ? a->size : b->size);
        if (order) return order;
        if (a->size != b->size) return a->size < b->size ? -1 : 1;
    }
    return a->at - b->at;
}

/* Pushes a list of the keys of the table at idx, in order; returns how many, and in *more how many others
** there are. */
static int push_keys(lua_State *L, int idx, int *more)
{
    int n = 0, count = 0;
    *more = 0;
    for (lua_pushnil(L); count < LOOKED_AT && lua_next(L, idx); count++) lua_pop(L, 1);
    if (count == LOOKED_AT) lua_pop(L, 1);
    lua_newtable(L); /* as found */
    field_key *keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        lua_pop(L, 1);
        if (n == LOOKED_AT) {
            ++*more;
            continue;
        }
        field_key *k = &keys[n];
        *k = (field_key){ .type = lua_type(L, -1), .at = ++n };
        if (k->type == LUA_TNUMBER) k->number = lua_tonumber(L, -1);
        if (k->type == LUA_TBOOLEAN) k->number = lua_toboolean(L, -1);
        if (k->type == LUA_TSTRING) k->string = lua_tolstring(L, -1, &k->size);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -4, n);
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    lua_createtable(L, n, 0);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, -3, keys[i].at);
        lua_rawseti(L, -2, i + 1);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
    if (n > MOST) *more += n - MOST, n = MOST;
    return n;
}

static bool is_name(const char *s, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return n > 0 && !(s[0] >= '0' && s[0] <= '9') && strspn(s, letters) == n;
}

/* Appends "name = " for the key on top of the stack; nothing for element I of a list. */
static void add_key(display *d, int i)
{
    lua_State *L = d->out->L;
    size_t n;
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) == i) return;
    if (lua_type(L, -1) == LUA_TSTRING) {
        const char *s = lua_tolstring(L, -1, &n);
        if (is_name(s, n))
            text_add(d->out, s, n);
        else
            text_puts(d->out, "["), add_quoted(d->out, s, n), text_puts(d->out, "]");
    } else if (lua_type(L, -1) == LUA_TNUMBER || lua_type(L, -1) == LUA_TBOOLEAN) {
        text_puts(d->out, "[");
        add_value(d, lua_gettop(L), 0, true);
        text_puts(d->out, "]");
    } else
        text_format(d->out, "[%s]", luaL_typename(L, -1));
    text_puts(d->out, " = ");
}

/* The fields named in the list on top of the stack, of the table at idx. */
static void add_fields(display *d, int idx, int n, int more, int indent, bool one_line)
{
    lua_State *L = d->out->L;
    int keys = lua_gettop(L);
    text_puts(d->out, "{");
    for (int i = 1; i <= n; i++) {
        if (i > 1) text_puts(d->out, ",");
        if (!one_line)
            text_puts(d->out, "\n"), text_repeat(d->out, " ", indent + 2);
        else if (i > 1)
            text_puts(d->out, " ");
        lua_rawgeti(L, keys, i);
        size_t start = d->out->size;
        add_key(d, i);
        int key_columns = text_columns(d->out->data + start, d->out->size - start);
        lua_rawget(L, idx);
        d->lead = lua_istable(L, -1) ? key_columns : 0;
        bool by_itself = lua_istable(L, -1) && luaL_getmetafield(L, -1, "__tostring") == LUA_TNIL;
        int lines_at = indent + 2 + (by_itself ? 0 : key_columns);
        add_value(d, keys + 1, one_line ? 0 : lines_at, one_line);
        lua_settop(L, keys);
    }
    if (more > 0 && one_line) text_format(d->out, "%s\u2026 %d more", n ? ", " : "", more);
    if (!one_line) {
        if (more > 0) {
            text_puts(d->out, ",\n"), text_repeat(d->out, " ", indent + 2);
            text_format(d->out, "\u2026 %d more", more);
        }
        text_puts(d->out, "\n"), text_repeat(d->out, " ", indent);
    }
    text_puts(d->out, "}");
}

static void add_table(display *d, int idx, int indent, bool one_line)
{
    lua_State *L = d->out->L;
    int lead = d->lead;
    d->lead = 0;
    luaL_checkstack(L, 12, "a table is nested too deep");
    lua_pushvalue(L, idx);
    bool inside_itself = lua_rawget(L, d->seen) != LUA_TNIL;
    lua_pop(L, 1);
    if (inside_itself || d->depth >= DEEPEST) {
        text_puts(d->out, inside_itself ? "{\u2026 itself}" : "{\u2026}");
        return;
    }
    if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING) {
        text_visible(d->out, lua_tostring(L, -1), lua_rawlen(L, -1), false);
        text_puts(d->out, " ");
    }
    lua_pushvalue(L, idx), lua_pushboolean(L, true), lua_rawset(L, d->seen);
    int top = lua_gettop(L), more;
    int n = push_keys(L, idx, &more);
    size_t start = d->out->size;
    d->depth++;
    add_fields(d, idx, n, more, indent, true);
    if (!one_line &&
        (indent + lead + text_columns(d->out->data + start, d->out->size - start) > d->columns ||
         memchr(d->out->data + start, '\n', d->out->size - start))) {
        d->out->size = start;
        add_fields(d, idx, n, more, indent, false);
    }
    d->depth--;
    lua_settop(L, top);
    lua_pushvalue(L, idx), lua_pushnil(L), lua_rawset(L, d->seen);
}

/* ---- any value ------------------------------------------------------------------------------- */

static void add_value(display *d, int idx, int indent, bool one_line)
{
    lua_State *L = d->out->L;
    ml_tensor *t = lua_type(L, idx) == LUA_TUSERDATA ? lab_test(L, idx) : NULL;
    size_t n;
    const char *s;
    if (t && d->depth > 0) {
        display_tensor_short(d->out, t);
        return;
    }
    if (t) {
        display_tensor(d->out, t, d->columns, indent);
        return;
    }
    if (lua_isuserdata(L, idx) && plot_lua_display(d->out, idx, d->columns, d->depth > 0)) return;
    switch (lua_type(L, idx)) {
    case LUA_TSTRING:
        s = lua_tolstring(L, idx, &n);
        if (d->depth > 0)
            add_quoted(d->out, s, n);
        else
            text_visible(d->out, s, n, true);
        return;
    case LUA_TFUNCTION: add_function(d, idx); return;
    case LUA_TTHREAD: add_coroutine(d, idx); return;
    case LUA_TLIGHTUSERDATA: text_puts(d->out, "light userdata"); return;
    case LUA_TTABLE:
        if (!add_by_metamethod(d, idx, indent)) add_table(d, idx, indent, one_line);
        return;
    case LUA_TUSERDATA:
        if (add_by_metamethod(d, idx, indent)) return;
        if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING)
            text_visible(d->out, lua_tostring(L, -1), lua_rawlen(L, -1), false), lua_pop(L, 1);
        else
            text_puts(d->out, "userdata");
        return;
    default: /* nil, booleans, numbers */
        s = luaL_tolstring(L, idx, &n);
        text_add(d->out, s, n);
        lua_pop(L, 1);
    }
}

/* tostring(tensor) */
static int tensor_tostring(lua_State *L)
{
    ml_tensor *t = lab_test(L, 1);
    if (t)
        lab_display(L, t, session_of(L)->options.columns);
    else
        lua_pushliteral(L, "tensor (freed)");
    return 1;
}

/* lab.text(x): the numbers of a tensor on one line; any other value as show prints it. */
static int value_text(lua_State *L)
{
    luaL_checkany(L, 1);
    ml_tensor *t = lua_type(L, 1) == LUA_TUSERDATA ? lab_test(L, 1) : NULL;
    if (t)
        lab_text(L, t);
    else {
        text *out = text_new(L);
        session_display(out, 1, session_of(L)->options.columns);
        text_push(out);
    }
    return 1;
}

void session_open_display(lua_State *L)
{
    luaL_getmetatable(L, "tensor");
    if (lua_istable(L, -1)) {
        lua_pushcfunction(L, tensor_tostring);
        lua_setfield(L, -2, "__tostring");
    }
    lua_getglobal(L, "lab");
    lua_pushcfunction(L, value_text);
    lua_setfield(L, -2, "text");
    lua_pop(L, 2);
}

void session_display(text *t, int idx, int columns)
{
    lua_State *L = t->L;
    idx = lua_absindex(L, idx);
    lua_newtable(L);
    display d = { .out = t, .columns = columns, .seen = lua_gettop(L) };
    add_value(&d, idx, 0, false);
    lua_settop(L, d.seen - 1);
}
