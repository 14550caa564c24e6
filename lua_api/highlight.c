/* highlight.c -- what each byte of a piece of code is, for colours and for finding brackets. */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "lua_api/session.h"
#include "lua_api/tokens.h"

typedef struct coloring {
    const char *code;
    size_t size;
    char *kinds;
} coloring;

/* Is NAME a local of an earlier cell, a global, or one that appears on first use? */
static bool is_known(lua_State *L, const char *name, size_t n)
{
    for (int i = 0; session_module_names[i]; i++)
        if (strlen(session_module_names[i]) == n && memcmp(session_module_names[i], name, n) == 0)
            return true;
    bool known = false;
    for (int i = 0; i < 2 && !known; i++) {
        if (i == 0)
            lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
        else
            lua_pushglobaltable(L);
        lua_pushlstring(L, name, n);
        known = lua_rawget(L, -2) != LUA_TNIL;
        lua_pop(L, 2);
    }
    return known;
}

/* Without L no names are known. */
static void color(lua_State *L, coloring *c)
{
    const char *s = c->code, *end = s + c->size;
    char before = ' '; /* the operator before, if it is one of '.' and ':' */
    memset(c->kinds, ' ', c->size);
    while (s < end) {
        if (strchr(" \t\r\n\v\f", *s) && *s) {
            s++;
            continue;
        }
        token_kind kind;
        bool finished;
        const char *after = token_scan(s, end, &kind, &finished);
        char as = (char)kind;
        if (L && kind == TOKEN_NAME && before == ' ' && is_known(L, s, (size_t)(after - s)))
            as = SESSION_KNOWN;
        memset(c->kinds + (s - c->code), as, (size_t)(after - s));
        if (kind != TOKEN_COMMENT) before = after - s == 1 && (*s == '.' || *s == ':') ? *s : ' ';
        s = after;
    }
}

static int color_quietly(lua_State *L)
{
    color(L, lua_touserdata(L, 1));
    return 0;
}

void session_highlight(session *s, const char *code, size_t size, char *kinds)
{
    coloring c = { code, size, kinds };
    memset(kinds, ' ', size);
    if (s)
        session_quietly(s, color_quietly, &c);
    else
        color(NULL, &c);
}
