/* question.c -- cells that ask: ?name and name? show help, ??name shows the source.
**
** A variable of the user's comes before what has the same name in the reference. */
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/known.h"
#include "lua_api/session.h"
#include "lua_api/text.h"
#include "lua_api/unfinished.h"

bool session_push_question(lua_State *L, const char *code, size_t size, bool *source)
{
    const char *s = code, *end = s + size;
    while (s < end && isspace((unsigned char)*s)) s++;
    while (end > s && isspace((unsigned char)end[-1])) end--;
    *source = false;
    if (s < end && *s == '?') {
        s++;
        if (s < end && *s == '?') s++, *source = true;
    } else if (s < end && end[-1] == '?') {
        end--;
        if (s < end && end[-1] == '?') end--, *source = true;
    } else
        return false;
    while (s < end && isspace((unsigned char)*s)) s++;
    while (end > s && isspace((unsigned char)end[-1])) end--;
    for (const char *p = s; p < end; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_.:[]-", *p)) return false;
    lua_pushlstring(L, s, (size_t)(end - s));
    return true;
}

/* ---- sources --------------------------------------------------------------------------------- */

static bool push_file(lua_State *L, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) luaL_addlstring(&b, piece, n);
    fclose(f);
    luaL_pushresult(&b);
    return true;
}

/* Pushes the text of the chunk, and true; or nothing. */
static bool push_text(lua_State *L, const char *source)
{
    size_t size;
    const char *module = session_module_text(source, &size);
    if (module) {
        lua_pushlstring(L, module, size);
        return true;
    }
    if (*source == '@') return push_file(L, source + 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "moonlab.sources");
    bool found = lua_getfield(L, -1, source) == LUA_TSTRING;
    lua_remove(L, -2);
    if (!found) lua_pop(L, 1);
    return found;
}

/* The start of line LINE of s, which begins line 1; end if there are not so many. */
static const char *line_at(const char *s, const char *end, int line)
{
    for (; line > 1 && s < end; line--) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        s = stop ? stop + 1 : end;
    }
    return s;
}

static bool is_comment(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t')) line++;
    return end - line > 1 && line[0] == '-' && line[1] == '-';
}

/* Appends lines FIRST to LAST of the text on top, FIRST moved up over the comment above it; with LAST 0 only that. */
static void add_lines(text *t, int first, int last)
{
    lua_State *L = t->L;
    size_t n;
    const char *s = lua_tolstring(L, -1, &n), *end = s + n;
    int from = first;
    while (from > 1 && is_comment(line_at(s, end, from - 1), end)) from--;
    const char *start = line_at(s, end, from), *stop = line_at(s, end, last ? last + 1 : first);
    if (start < stop) text_visible(t, start, (size_t)(stop - start), true);
    if (t->size > 0 && t->data[t->size - 1] != '\n') text_puts(t, "\n");
}

/* "prompt 3:1", "nn.linear:42" */
static void add_place(text *t, const lua_Debug *ar)
{
    static const char ours[] = "(moonlab ";
    const char *place = ar->short_src;
    size_t n = strlen(place);
    if (strncmp(place, ours, sizeof ours - 1) == 0) place += sizeof ours - 1, n -= sizeof ours;
    text_visible(t, place, n, false);
    text_format(t, ":%d", ar->linedefined);
}

/* Appends the source of the value at idx; false if there is none. */
static bool add_source(text *t, int idx)
{
    lua_State *L = t->L;
    lua_Debug ar;
    if (!lua_isfunction(L, idx) || lua_iscfunction(L, idx)) return false;
    lua_pushvalue(L, idx);
    lua_getinfo(L, ">S", &ar);
    if (!push_text(L, ar.source)) return false;
    text_puts(t, "-- ");
    add_place(t, &ar);
    text_puts(t, "\n");
    add_lines(t, ar.linedefined, ar.lastlinedefined);
    lua_pop(L, 1);
    return true;
}

/* Appends the text of the embedded module NAME, or of the one that documents it. */
static bool add_module_source(text *t, const char *name)
{
    char source[128];
    size_t size;
    lua_doc doc;
    snprintf(source, sizeof source, "=(moonlab %s)", name);
    const char *module = session_module_text(source, &size);
    if (!module && lua_docs_find(name, &doc)) {
        snprintf(source, sizeof source, "=(moonlab %s)", doc.module);
        module = session_module_text(source, &size);
        name = doc.module;
    }
    if (!module) return false;
    text_format(t, "-- module %s\n", name);
    text_add(t, module, size);
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Pushes what the names in NAME lead to; nil if nothing. */
static void push_value(lua_State *L, const char *name, value *v)
{
    unfinished u;
    int top = lua_gettop(L);
    unfinished_read(&u, L, name, strlen(name));
    if (u.n > 0)
        unfinished_value(&u, 0, u.n - 1, v);
    else
        lua_pushnil(L);
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
    v->idx = top + 1;
}

/* Is the first of the names in NAME a variable of the user's? */
static bool is_users(lua_State *L, const char *name)
{
    char first[96];
    size_t n = strcspn(name, ".:[");
    if (n == 0 || n >= sizeof first) return false;
    memcpy(first, name, n);
    first[n] = '\0';
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    lua_pushstring(L, first);
    bool local = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    if (local) return true;
    lua_pushglobaltable(L);
    lua_pushstring(L, first);
    bool global = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return global && !session_is_builtin(L, first);
}

static void add_function(text *t, int idx, const char *name)
{
    lua_State *L = t->L;
    lua_Debug ar;
    lua_pushvalue(L, idx);
    lua_getinfo(L, ">S", &ar);
    session_signature(t, idx, name);
    if (*ar.what == 'C') {
        text_puts(t, "\n\n    a function written in C\n");
        return;
    }
    text_puts(t, "\n\n    from ");
    add_place(t, &ar);
    text_format(t, "; ??%s shows its source\n", name);
    if (!push_text(L, ar.source)) return;
    text_puts(t, "\n");
    add_lines(t, ar.linedefined, 0);
    lua_pop(L, 1);
}

/* Appends the manual's page of NAME; false if it has none. */
static bool add_page(text *t, const char *name)
{
    size_t n;
    bool found = session_push_help(t->L, name);
    const char *page = lua_tolstring(t->L, -1, &n);
    if (found) text_add(t, page, n);
    lua_pop(t->L, 1);
    return found;
}

/* Appends what is known about the value at v: of what it is, and where. */
static bool add_value(text *t, const value *v, const char *name)
{
    lua_State *L = t->L;
    int top = lua_gettop(L);
    if (v->kind == VALUE_NONE || v->kind == VALUE_TENSOR || v->kind == VALUE_INSTANCE) return false;
    bool known = !lua_istable(L, v->idx) && session_push_help_of(L, v->idx);
    if (known) {
        text_puts(t, lua_tostring(L, -1));
        lua_pop(L, 1);
        return true;
    }
    if (lua_isfunction(L, v->idx)) {
        lua_doc doc;
        if (!unfinished_doc_of(L, v->idx, &doc) || !add_page(t, doc.name))
            add_function(t, v->idx, name);
        return true;
    }
    bool class = luaL_getmetafield(L, v->idx, "name") == LUA_TSTRING ||
                 luaL_getmetafield(L, v->idx, "__name") == LUA_TSTRING;
    text_format(t, "%s: %s\n\n", name, class ? lua_tostring(L, -1) : luaL_typename(L, v->idx));
    lua_settop(L, top);
    session_display(t, v->idx, session_of(L)->options.columns);
    text_puts(t, "\n");
    if (session_push_help_of(L, v->idx)) { /* its class's */
        text_puts(t, "\n");
        text_puts(t, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return true;
}

/* (name, source): shows the answer. */
int session_answer(lua_State *L)
{
    const char *name = lua_tostring(L, 1);
    bool source = lua_toboolean(L, 2);
    text *t = text_new(L);
    value v = { 0 };
    bool users = is_users(L, name);
    push_value(L, name, &v);
    if (*name && source && (add_source(t, v.idx) || (!users && add_module_source(t, name))))
        session_write_visible(L, t->data, t->size);
    else if (*name && users && add_value(t, &v, name))
        session_write(L, t->data, t->size);
    else {
        if (!session_push_help(L, *name ? name : NULL)) {
            if (!add_value(t, &v, name)) return lua_error(L);
            lua_pop(L, 1);
            text_push(t);
        }
        size_t n;
        const char *help = lua_tolstring(L, -1, &n);
        session_write(L, help, n); /* ours */
        if (n == 0 || help[n - 1] != '\n') session_write(L, "\n", 1);
    }
    return 0;
}
