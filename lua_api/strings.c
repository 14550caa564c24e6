/* strings.c -- functions of the string library that take long on long strings, made so that a stop reaches them: find,
** match, gmatch, gsub, rep, upper, lower, reverse.  Results and messages are those of Lua's own. */
#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <lauxlib.h>
#include <lua.h>
#include <limits.h>
#include <string.h>

#include "lua_api/patterns.h"
#include "lua_api/session.h"

enum { STRETCH = 1 << 20 }; /* bytes between two looks for a stop */

/* The place I (from 1, or from the end if negative) brought into 1 …. */
static size_t place(lua_Integer i, size_t size)
{
    if (i > 0) return (size_t)i;
    if (i == 0 || i < -(lua_Integer)size) return 1;
    return size + (size_t)i + 1;
}

/* ---- find, match ----------------------------------------------------------------------------- */

static const char *find_plain(lua_State *L, const char *s, size_t size, const char *what, size_t n)
{
    size_t stretch = n < STRETCH ? STRETCH : n; /* memmem looks at all of WHAT first */
    while (size >= n) {
        size_t look = size - n < stretch ? size : stretch + n;
        const char *found = memmem(s, look, what, n);
        if (found || look == size) return found;
        session_poll(L);
        s += look - n + 1, size -= look - n + 1;
    }
    return NULL;
}

static bool is_plain(const char *p, size_t n)
{
    for (const char *end = p + n; p <= end; p += strlen(p) + 1)
        if (strpbrk(p, "^$*+?.([%-")) return false;
    return true;
}

static int find_or_match(lua_State *L, bool find)
{
    size_t size, n;
    const char *s = luaL_checklstring(L, 1, &size), *p = luaL_checklstring(L, 2, &n), *begin, *end;
    size_t from = place(luaL_optinteger(L, 3, 1), size) - 1;
    if (from > size) {
        luaL_pushfail(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(p, n))) {
        begin = find_plain(L, s + from, size - from, p, n), end = begin ? begin + n : NULL;
    } else {
        pattern_match m;
        pattern_open(&m, L, s, size, p + n);
        begin = s + from;
        end = *p == '^' ? pattern_at(&m, begin, p + 1) : pattern_from(&m, begin, p, &begin);
        if (end && !find) return pattern_push_all(&m, begin, end);
        if (end) {
            lua_pushinteger(L, begin - s + 1);
            lua_pushinteger(L, end - s);
            return pattern_push_all(&m, NULL, NULL) + 2;
        }
    }
    if (!end) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, begin - s + 1);
    lua_pushinteger(L, end - s);
    return 2;
}

static int string_find(lua_State *L)
{
    return find_or_match(L, true);
}

static int string_match(lua_State *L)
{
    return find_or_match(L, false);
}

/* ---- gmatch ---------------------------------------------------------------------------------- */

typedef struct walk {
    const char *at,
        *last; /* where to go on; the end of the last match, where no empty one may be */
    pattern_match m;
} walk;

/* Upvalues: the subject, the pattern, the walk. */
static int next_match(lua_State *L)
{
    walk *w = lua_touserdata(L, lua_upvalueindex(3));
    const char *p = lua_tostring(L, lua_upvalueindex(2)), *begin, *end;
    w->m.L = L;
    while (w->at <= w->m.end && (end = pattern_from(&w->m, w->at, p, &begin))) {
        if (end == w->last) { /* an empty one, which began there */
            w->at = begin + 1;
            continue;
        }
        w->at = w->last = end;
        return pattern_push_all(&w->m, begin, end);
    }
    w->at = w->m.end + 1;
    return 0;
}

static int string_gmatch(lua_State *L)
{
    size_t size, n;
    const char *s = luaL_checklstring(L, 1, &size), *p = luaL_checklstring(L, 2, &n);
    size_t from = place(luaL_optinteger(L, 3, 1), size) - 1;
    lua_settop(L, 2);
    walk *w = lua_newuserdatauv(L, sizeof *w, 0);
    w->at = s + (from > size ? size + 1 : from);
    w->last = NULL;
    pattern_open(&w->m, L, s, size, p + n);
    lua_pushcclosure(L, next_match, 3);
    return 1;
}

/* ---- gsub ------------------------------------------------------------------------------------ */

/* Adds the replacement string, whose %1 are captures. */
static void add_text(pattern_match *m, luaL_Buffer *b, const char *s, const char *e)
{
    size_t size;
    const char *text = lua_tolstring(m->L, 3, &size), *end = text + size, *percent, *capture;
    while ((percent = memchr(text, '%', (size_t)(end - text)))) {
        int c = (unsigned char)percent[1];
        luaL_addlstring(b, text, (size_t)(percent - text));
        text = percent + 2;
        if (c == '%')
            luaL_addchar(b, '%');
        else if (c == '0')
            luaL_addlstring(b, s, (size_t)(e - s));
        else if (!isdigit(c))
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        else if ((capture = pattern_capture(m, c - '1', s, e, &size)))
            luaL_addlstring(b, capture, size);
        else
            luaL_addvalue(b);
    }
    luaL_addlstring(b, text, (size_t)(end - text));
}

/* Adds what takes the place of the match [s, e): is it another text? */
static bool add_replacement(pattern_match *m, luaL_Buffer *b, const char *s, const char *e)
{
    lua_State *L = m->L;
    switch (lua_type(L, 3)) {
    case LUA_TFUNCTION:
        lua_pushvalue(L, 3);
        lua_call(L, pattern_push_all(m, s, e), 1);
        break;
    case LUA_TTABLE:
        pattern_push(m, 0, s, e);
        lua_gettable(L, 3);
        break;
    default: add_text(m, b, s, e); return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(e - s));
        return false;
    }
    if (!lua_isstring(L, -1))
        return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(b);
    return true;
}

static int string_gsub(lua_State *L)
{
    size_t size, n;
    const char *s = luaL_checklstring(L, 1, &size), *p = luaL_checklstring(L, 2, &n);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)size + 1), count = 0;
    luaL_argexpected(L,
                     type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION ||
                         type == LUA_TTABLE,
                     3, "string/function/table");
    bool anchored = *p == '^', changed = false;
    const char *kept = s, *at = s, *begin = s, *end, *last = NULL;
    pattern_match m;
    luaL_Buffer b;
    pattern_open(&m, L, s, size, p + n);
    luaL_buffinit(L, &b);
    while (count < most && at <= m.end) {
        end = anchored ? pattern_at(&m, at, p + 1) : pattern_from(&m, at, p, &begin);
        if (!end) break;
        at = end == last ? begin + 1 : end; /* no empty match where the last one ended */
        if (end != last) {
            count++;
            luaL_addlstring(&b, kept, (size_t)(begin - kept));
            changed |= add_replacement(&m, &b, begin, end);
            kept = last = end;
        }
        if (anchored) break;
        if (at == begin) at++; /* after an empty match: its place is kept */
    }
    if (changed) {
        luaL_addlstring(&b, kept, (size_t)(m.end - kept));
        luaL_pushresult(&b);
    } else
        lua_pushvalue(L, 1);
    lua_pushinteger(L, count);
    return 2;
}

/* ---- whole strings --------------------------------------------------------------------------- */

static int string_rep(lua_State *L)
{
    size_t size, between;
    const char *s = luaL_checklstring(L, 1, &size);
    lua_Integer n = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &between);
    if (n <= 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (size + between < size || size + between > (size_t)INT_MAX / (size_t)n)
        return luaL_error(L, "resulting string too large");
    size_t total = (size_t)n * size + (size_t)(n - 1) * between, done = size + between;
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, total + between);
    if (size > 0) memcpy(to, s, size);
    if (between > 0) memcpy(to + size, separator, between);
    while (done < total) { /* what is there, once more */
        size_t more = done < STRETCH ? done : STRETCH / (size + between) * (size + between);
        if (more == 0) more = size + between;
        if (more > total - done) more = total - done;
        memcpy(to + done, to, more);
        done += more;
        session_poll(L);
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

typedef void change(const char *s, size_t size, size_t from, size_t end, char *to);

static int changed_string(lua_State *L, change *some)
{
    size_t size;
    const char *s = luaL_checklstring(L, 1, &size);
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, size);
    for (size_t i = 0, end; i < size; i = end) {
        end = size - i < STRETCH ? size : i + STRETCH;
        some(s, size, i, end, to);
        session_poll(L);
    }
    luaL_pushresultsize(&b, size);
    return 1;
}

static void to_upper(const char *s, size_t size, size_t i, size_t end, char *to)
{
    (void)size;
    for (; i < end; i++) to[i] = (char)toupper((unsigned char)s[i]);
}

static void to_lower(const char *s, size_t size, size_t i, size_t end, char *to)
{
    (void)size;
    for (; i < end; i++) to[i] = (char)tolower((unsigned char)s[i]);
}

static void to_reverse(const char *s, size_t size, size_t i, size_t end, char *to)
{
    for (; i < end; i++) to[i] = s[size - 1 - i];
}

static int string_upper(lua_State *L)
{
    return changed_string(L, to_upper);
}

static int string_lower(lua_State *L)
{
    return changed_string(L, to_lower);
}

static int string_reverse(lua_State *L)
{
    return changed_string(L, to_reverse);
}

void session_open_strings(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "find", string_find },   { "match", string_match },     { "gmatch", string_gmatch },
        { "gsub", string_gsub },   { "rep", string_rep },         { "upper", string_upper },
        { "lower", string_lower }, { "reverse", string_reverse }, { NULL, NULL },
    };
    lua_getglobal(L, "string");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
