/* watch.c -- which variables a cell reads and writes.
**
** Before the cell runs, the values of all variables are taken out of their tables, _G and env (session.h), so that the
** first use of a name misses, and a metamethod notes it and puts the value back: from then on the name costs what it
** always does.  Afterwards the rest is put back, and a name that was used has been written if its value is another
** one, or has changed inside: a fingerprint of tensors' counts of changes and of the fields of tables tells.
**
**     before[t]    name → value when the cell began         t: 1 the globals, 2 the locals of cells
**     used[t]      name → fingerprint when it was first used, or true if it was set first
**     reads, writes
**
** Code that can see the difference (it mentions _G or _ENV, or a module sets a metatable of _G) ends the hiding for
** good: what a cell reads are then the names in its text.  Raw access from required modules is not cared for.
** The result names _, _1 … and what is moonlab's own are no variables here. */
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/session.h"
#include "lua_api/tokens.h"

enum { GLOBALS = 1, LOCALS = 2 };
enum { MOST_FIELDS = 1000, DEEPEST = 6 }; /* of a fingerprint */

#define KEY "moonlab.watch"

/* ---- tables ---------------------------------------------------------------------------------- */

/* Pushes a table of the watch. */
static void push_part(lua_State *L, const char *name, int t)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, KEY);
    luaL_getsubtable(L, -1, name);
    if (t) {
        lua_rawgeti(L, -1, t);
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
}

static void push_live(lua_State *L, int t)
{
    if (t == GLOBALS)
        lua_pushglobaltable(L);
    else
        lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
}

/* Pushes what table NAME has for the key at index KEY; its type. */
static int look_up(lua_State *L, const char *name, int t, int key)
{
    key = lua_absindex(L, key);
    push_part(L, name, t);
    lua_pushvalue(L, key);
    int type = lua_rawget(L, -2);
    lua_remove(L, -2);
    return type;
}

static bool has(lua_State *L, const char *name, int t, int key)
{
    bool there = look_up(L, name, t, key) != LUA_TNIL;
    lua_pop(L, 1);
    return there;
}

/* Sets name[key] to the value on top, which it pops. */
static void put(lua_State *L, const char *name, int t, int key)
{
    key = lua_absindex(L, key);
    push_part(L, name, t);
    lua_pushvalue(L, key);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 2);
}

static void note(lua_State *L, const char *name, int t, int key)
{
    key = lua_absindex(L, key);
    lua_pushboolean(L, true);
    put(L, name, t, key);
}

static bool is_variable(lua_State *L, int key, int t)
{
    if (lua_type(L, key) != LUA_TSTRING) return false;
    const char *name = lua_tostring(L, key);
    return t == LOCALS || (!session_is_builtin(L, name) && !session_is_result_name(name));
}

/* ---- fingerprints ---------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t fingerprint(lua_State *L, int idx, int depth, int *left)
{
    uint64_t h = (uint64_t)lua_type(L, idx);
    if (lua_isinteger(L, idx)) return mix(h, (uint64_t)lua_tointeger(L, idx));
    if (lua_type(L, idx) == LUA_TNUMBER) {
        double number = lua_tonumber(L, idx);
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        return mix(h, bits);
    }
    if (lua_type(L, idx) == LUA_TBOOLEAN) return mix(h, (uint64_t)lua_toboolean(L, idx));
    h = mix(h, (uint64_t)(uintptr_t)lua_topointer(L, idx));
    const ml_tensor *tensor = lua_isuserdata(L, idx) ? lab_test(L, idx) : NULL;
    if (tensor) return mix(h, ml_changes(tensor));
    if (!lua_istable(L, idx) || depth == DEEPEST || !lua_checkstack(L, 6)) return h;
    h = mix(h, lua_rawlen(L, idx));
    idx = lua_absindex(L, idx);
    for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
        if (--*left < 0) {
            lua_pop(L, 2);
            break;
        }
        uint64_t key = fingerprint(L, -2, DEEPEST, left);
        h += mix(key, fingerprint(L, -1, depth + 1, left)); /* in whatever order */
    }
    return h;
}

static void push_fingerprint(lua_State *L, int idx)
{
    int left = MOST_FIELDS;
    lua_pushinteger(L, (lua_Integer)fingerprint(L, idx, 0, &left));
}

/* ---- use ------------------------------------------------------------------------------------- */

/* The key at 2 of table T is hidden: its value is pushed and put back. */
static void bring_back(lua_State *L, int t, bool read)
{
    look_up(L, "before", t, 2);
    push_fingerprint(L, -1);
    put(L, "used", t, 2);
    if (read) note(L, "reads", 0, 2);
    push_live(L, t);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

static bool is_hidden(lua_State *L, int t, int key)
{
    return session_of(L)->watch == WATCH_HIDING && has(L, "before", t, key) &&
           !has(L, "used", t, key);
}

int session_watch_local_read(lua_State *L)
{
    if (!is_hidden(L, LOCALS, 2)) return 0;
    bring_back(L, LOCALS, true);
    return 1;
}

/* Is the code that misses a name in _G that of a cell, whose _ENV is env? */
static bool asked_by_cell(lua_State *L)
{
    lua_Debug ar;
    int top = lua_gettop(L);
    bool cell = false;
    if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "f", &ar)) return false;
    push_live(L, LOCALS);
    const char *name;
    for (int i = 1; !cell && (name = lua_getupvalue(L, top + 1, i)); i++) {
        cell = strcmp(name, "_ENV") == 0 && lua_rawequal(L, -1, top + 2);
        lua_pop(L, 1);
    }
    lua_settop(L, top);
    return cell;
}

int session_watch_global_read(lua_State *L)
{
    luaL_checkstack(L, 10, "variables");
    int t = is_hidden(L, LOCALS, 2) && asked_by_cell(L) ? LOCALS
            : is_hidden(L, GLOBALS, 2)                  ? GLOBALS
                                                        : 0;
    if (t) bring_back(L, t, true);
    return t != 0;
}

void session_watch_local_set(lua_State *L)
{
    if (session_of(L)->watch < WATCH_PLAIN) return;
    luaL_checkstack(L, 10, "variables");
    if (!has(L, "used", LOCALS, 2)) note(L, "used", LOCALS, 2);
    note(L, "writes", 0, 2);
}

int session_watch_global_set(lua_State *L)
{
    if (session_of(L)->watch >= WATCH_PLAIN && is_variable(L, 2, GLOBALS)) {
        luaL_checkstack(L, 10, "variables");
        if (!has(L, "used", GLOBALS, 2)) note(L, "used", GLOBALS, 2);
        note(L, "writes", 0, 2);
        if (is_hidden(L, LOCALS, 2)) { /* which a global of its name would stand in front of */
            bring_back(L, LOCALS, false);
            lua_settop(L, 3);
        }
    }
    lua_rawset(L, 1);
    return 0;
}

bool session_watch_hides_global(lua_State *L, int key)
{
    return is_hidden(L, GLOBALS, key);
}

/* ---- beginning ------------------------------------------------------------------------------- */

typedef struct cell_text {
    const char *code;
    size_t size;
} cell_text;

/* Pushes the set of names in the code. */
static void push_names(lua_State *L, const cell_text *cell)
{
    const char *s = cell->code, *end = s + cell->size;
    lua_newtable(L);
    while (s < end) {
        token_kind kind;
        bool finished;
        if (strchr(" \t\r\n\f\v", *s)) {
            s++;
            continue;
        }
        const char *after = token_scan(s, end, &kind, &finished);
        if (kind == TOKEN_NAME) {
            lua_pushlstring(L, s, (size_t)(after - s));
            lua_pushboolean(L, true);
            lua_rawset(L, -3);
        }
        s = after;
    }
}

static bool in_set(lua_State *L, int set, const char *name)
{
    bool there = lua_getfield(L, set, name) != LUA_TNIL;
    lua_pop(L, 1);
    return there;
}

/* Empties the watch. */
static void clear(lua_State *L)
{
    static const char *const pairs[] = { "before", "used" };
    lua_newtable(L);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        lua_newtable(L);
        for (int t = GLOBALS; t <= LOCALS; t++) lua_newtable(L), lua_rawseti(L, -2, t);
        lua_setfield(L, -2, pairs[i]);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, KEY);
}

/* Copies the variables of table T to before[t]. */
static void copy_variables(lua_State *L, int t)
{
    push_part(L, "before", t);
    push_live(L, t);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (!is_variable(L, -2, t)) continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -6);
    }
    lua_pop(L, 2);
}

/* A variable that stays in its place counts as read if its name is in the code, whose NAMES are at that index. */
static void use_visibly(lua_State *L, int t, int key, int names)
{
    key = lua_absindex(L, key);
    lua_pushvalue(L, key);
    bool named = lua_rawget(L, names) != LUA_TNIL;
    lua_pop(L, 1);
    if (named) note(L, "reads", 0, key);
    look_up(L, "before", t, key);
    push_fingerprint(L, -1);
    put(L, "used", t, key);
    lua_pop(L, 1);
}

static void begin_table(lua_State *L, int t, bool hides, int names)
{
    push_part(L, "before", t);
    push_live(L, t);
    int live = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, live - 1); lua_pop(L, 1)) {
        bool stays = !hides;
        if (t == LOCALS) { /* hiding one would let a global of its name be seen */
            lua_pushglobaltable(L);
            lua_pushvalue(L, live + 1);
            stays = lua_rawget(L, -2) != LUA_TNIL || has(L, "before", GLOBALS, live + 1) || stays;
            lua_pop(L, 2);
        }
        if (stays)
            use_visibly(L, t, live + 1, names);
        else {
            lua_pushvalue(L, live + 1);
            lua_pushnil(L);
            lua_rawset(L, live);
        }
    }
    lua_pop(L, 2);
}

static int begin(lua_State *L)
{
    session *s = session_of(L);
    const cell_text *cell = lua_touserdata(L, 1);
    push_names(L, cell);
    int names = lua_gettop(L);
    if (in_set(L, names, "_G") || in_set(L, names, "_ENV")) s->watch_plainly = true;
    clear(L);
    for (int t = GLOBALS; t <= LOCALS; t++) copy_variables(L, t);
    s->watch = s->watch_plainly ? WATCH_PLAIN : WATCH_HIDING;
    for (int t = GLOBALS; t <= LOCALS; t++) begin_table(L, t, !s->watch_plainly, names);
    return 0;
}

void session_watch_begin(session *s, const char *code, size_t size)
{
    cell_text cell = { code, size };
    if (session_quietly(s, begin, &cell) != SESSION_OK && s->watch < WATCH_PLAIN)
        s->watch = WATCH_IDLE;
}

/* ---- ending ---------------------------------------------------------------------------------- */

/* Puts back what was not used.  Unless the cell ENDS, changes inside it will still be looked for. */
static void reveal(lua_State *L, bool ends)
{
    for (int t = GLOBALS; t <= LOCALS; t++) {
        push_part(L, "before", t);
        push_live(L, t);
        int live = lua_gettop(L);
        for (lua_pushnil(L); lua_next(L, live - 1); lua_pop(L, 1)) {
            if (has(L, "used", t, live + 1)) continue;
            lua_pushvalue(L, live + 1);
            bool there = lua_rawget(L, live) != LUA_TNIL; /* by rawset */
            lua_pop(L, 1);
            if (there) {
                note(L, "writes", 0, live + 1);
                continue;
            }
            if (!ends) {
                push_fingerprint(L, live + 2);
                put(L, "used", t, live + 1);
            }
            lua_pushvalue(L, live + 1);
            lua_pushvalue(L, live + 2);
            lua_rawset(L, live);
        }
        lua_pop(L, 2);
    }
}

void session_watch_reveal(lua_State *L)
{
    if (session_of(L)->watch != WATCH_HIDING || !lua_checkstack(L, 20)) return;
    reveal(L, false);
    session_of(L)->watch = WATCH_PLAIN;
}

void session_watch_give_up(lua_State *L)
{
    session_watch_reveal(L);
    session_of(L)->watch_plainly = true;
}

/* Is the variable that the key at LIVE + 1 names in table T, which is at LIVE, another one than before, or changed? */
static bool was_written(lua_State *L, int t, int live)
{
    int top = lua_gettop(L);
    lua_pushvalue(L, live + 1);
    lua_rawget(L, live);
    look_up(L, "before", t, live + 1);
    bool written = !lua_rawequal(L, -1, -2);
    if (!written && look_up(L, "used", t, live + 1) == LUA_TNUMBER) {
        push_fingerprint(L, top + 1);
        written = !lua_rawequal(L, -1, -2);
    }
    lua_settop(L, top);
    return written;
}

static void note_written(lua_State *L, int t, bool new_ones)
{
    push_part(L, "before", t);
    push_live(L, t);
    int live = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, new_ones ? live : live - 1); lua_pop(L, 1))
        if (is_variable(L, live + 1, t) && was_written(L, t, live)) note(L, "writes", 0, live + 1);
    lua_pop(L, 2);
}

static int end(lua_State *L)
{
    if (session_of(L)->watch == WATCH_HIDING) reveal(L, true);
    session_of(L)->watch = WATCH_PLAIN;
    for (int t = GLOBALS; t <= LOCALS; t++) {
        note_written(L, t, false);
        note_written(L, t, true);
    }
    return 0;
}

void session_watch_end(session *s)
{
    if (s->watch < WATCH_PLAIN) return;
    if (session_quietly(s, end, NULL) != SESSION_OK) s->watch_plainly = true;
    s->watch = WATCH_IDLE;
}

/* ---- lists ----------------------------------------------------------------------------------- */

void session_watch_names(session *s)
{
    s->watch = WATCH_IDLE;
}

typedef struct name_list {
    const char *part;
    char **names;
    size_t n;
} name_list;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int collect(lua_State *L)
{
    name_list *list = lua_touserdata(L, 1);
    push_part(L, list->part, 0);
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) count++;
    list->names = calloc(count + 1, sizeof *list->names);
    for (lua_pushnil(L); list->names && lua_next(L, 2); lua_pop(L, 1)) {
        const char *name = lua_tostring(L, -2);
        char *copy = malloc(strlen(name) + 1);
        if (copy) list->names[list->n++] = strcpy(copy, name);
    }
    if (list->n > 1) qsort(list->names, list->n, sizeof *list->names, by_name);
    return 0;
}

static char **names_in(session *s, const char *part)
{
    name_list list = { .part = part };
    session_quietly(s, collect, &list);
    if (list.n > 0) return list.names;
    free(list.names);
    return NULL;
}

char **session_names_read(session *s)
{
    return names_in(s, "reads");
}

char **session_names_written(session *s)
{
    return names_in(s, "writes");
}
