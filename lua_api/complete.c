/* complete.c -- completion of names, by raw walks that run none of the user's code. */
#define _POSIX_C_SOURCE 200809L
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/lua_docs.h"
#include "lua_api/session.h"

#define MOST 500

typedef struct names {
    char *list[MOST + 1];
    int n;
    const char *word, *last; /* the whole word, and its last part, which is completed */
    bool methods;            /* after a colon */
} names;

static void add(names *c, const char *name, const char *after)
{
    size_t n = strlen(c->last), prefix = (size_t)(c->last - c->word);
    if (strncmp(name, c->last, n) != 0 || c->n == MOST || (name[0] == '_' && n == 0)) return;
    for (int i = 0; i < c->n; i++)
        if (strncmp(c->list[i] + prefix, name, strlen(name)) == 0 &&
            (c->list[i][prefix + strlen(name)] == '\0' || c->list[i][prefix + strlen(name)] == '('))
            return;
    char *whole = malloc(prefix + strlen(name) + strlen(after) + 1);
    if (!whole) return;
    memcpy(whole, c->word, prefix);
    strcpy(whole + prefix, name);
    strcat(whole, after);
    c->list[c->n++] = whole;
}

static void add_fields(lua_State *L, names *c, int idx)
{
    lua_pushvalue(L, idx);
    for (int depth = 0; depth < 16; depth++) {
        if (!session_step_fields(L, depth > 0)) return;
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            bool function = lua_isfunction(L, -1);
            if (lua_type(L, -2) == LUA_TSTRING && (function || !c->methods))
                add(c, lua_tostring(L, -2), function ? "(" : "");
        }
    }
    lua_pop(L, 1);
}

static bool add_documented(void *ctx, const lua_doc *doc)
{
    names *c = ctx;
    size_t prefix = (size_t)(c->last - c->word);
    if (prefix > 0 && strncmp(doc->name, c->word, prefix) == 0 &&
        !strpbrk(doc->name + prefix, ".:"))
        add(c, doc->name + prefix, doc->arguments ? "(" : "");
    return true;
}

static void add_keywords(names *c)
{
    static const char *const words[] = { "and",    "break",    "else", "elseif", "end",   "false",
                                         "for",    "function", "goto", "local",  "nil",   "not",
                                         "repeat", "return",   "then", "true",   "until", "while",
                                         "if",     "in",       "do",   "or",     NULL };
    for (int i = 0; words[i]; i++) add(c, words[i], "");
    for (int i = 0; session_module_names[i]; i++) add(c, session_module_names[i], "");
}

/* Pushes the value that the names before the last one lead to. */
static void push_object(lua_State *L, const names *c)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    for (const char *p = c->word; p < c->last;) {
        size_t n = strcspn(p, ".:");
        char *part = lua_newuserdatauv(L, n + 1, 0);
        memcpy(part, p, n);
        part[n] = '\0';
        session_raw_field(L, -2, part);
        lua_replace(L, -3);
        lua_pop(L, 1);
        p += n + 1;
    }
}

static int find_names(lua_State *L)
{
    names *c = lua_touserdata(L, 1);
    push_object(L, c);
    add_fields(L, c, lua_gettop(L));
    if (c->last == c->word) add_keywords(c);
    lua_docs_each(add_documented, c);
    return 0;
}

char **session_completions(session *s, const char *word)
{
    names *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->word = c->last = word;
    for (const char *p = word; *p; p++)
        if (*p == '.' || *p == ':') c->last = p + 1, c->methods = *p == ':';
    char *error = s->error;
    s->error = NULL;
    lua_pushcfunction(s->L, find_names);
    lua_pushlightuserdata(s->L, c);
    session_call(s, 1, 0);
    free(s->error);
    s->error = error;
    char **result = c->n ? malloc(sizeof c->list) : NULL;
    if (result)
        memcpy(result, c->list, sizeof c->list);
    else
        for (int i = 0; i < c->n; i++) free(c->list[i]);
    free(c);
    return result;
}
