/* complete.c -- what can stand where the cursor is, by raw walks that run none of the user's code. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/op.h"
#include "lua_api/binding.h"
#include "lua_api/known.h"
#include "lua_api/session.h"
#include "lua_api/text.h"
#include "lua_api/unfinished.h"

#define MOST    1000
#define SECONDS 0.04 /* then what has been found so far is given */

typedef struct candidates {
    unfinished u;
    const char *text;
    size_t size, start; /* the word is text[start … size) */
    char **list;
    int n, looked_at;
    struct timespec began;
    bool late;
    const char *after; /* put after each word */
} candidates;

/* ---- the list -------------------------------------------------------------------------------- */

static bool is_late(candidates *c)
{
    struct timespec now;
    if (c->late || ++c->looked_at % 256 != 0) return c->late;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double taken =
        (double)(now.tv_sec - c->began.tv_sec) + 1e-9 * (double)(now.tv_nsec - c->began.tv_nsec);
    return c->late = taken > SECONDS;
}

static void add_bytes(candidates *c, const char *word, size_t n, const char *after)
{
    size_t typed = c->size - c->start;
    if (n < typed || memcmp(word, c->text + c->start, typed) != 0) return;
    if (c->n == MOST || !text_is_plain(word, n) || memchr(word, '\n', n)) return;
    char *whole = malloc(n + strlen(after) + 1);
    if (!whole) return;
    memcpy(whole, word, n);
    strcpy(whole + n, after);
    c->list[c->n++] = whole;
}

/* A name; one that begins with _ only if that was typed. */
static void add(candidates *c, const char *name, const char *after)
{
    if (name[0] == '_' && c->size == c->start) return;
    if (strstr(name, "_backward") && c->size - c->start < 8) return; /* for the core's own use */
    add_bytes(c, name, strlen(name), after);
}

static void add_known(void *ctx, const char *word, size_t n)
{
    candidates *c = ctx;
    add_bytes(c, word, n, c->after);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts, and drops words that are there already, with or without a bracket. */
static void finish_list(candidates *c)
{
    int n = 0;
    qsort(c->list, (size_t)c->n, sizeof *c->list, compare_words);
    for (int i = 0; i < c->n; i++) {
        size_t before = n > 0 ? strlen(c->list[n - 1]) : 0;
        bool again = n > 0 && strncmp(c->list[i], c->list[n - 1], before) == 0 &&
                     (!c->list[i][before] || strcmp(c->list[i] + before, "(") == 0);
        if (again) { /* the one with the bracket stays */
            free(c->list[n - 1]);
            c->list[n - 1] = c->list[i];
        } else
            c->list[n++] = c->list[i];
    }
    c->n = n;
    c->list[n] = NULL;
}

/* ---- names and fields ------------------------------------------------------------------------ */

static bool is_identifier(const char *s, size_t n)
{
    if (n == 0 || (s[0] >= '0' && s[0] <= '9')) return false;
    for (size_t i = 0; i < n; i++)
        if (!token_is_name_char(s[i])) return false;
    return !token_is_keyword(s, n);
}

/* Is the value on top called more often than looked at: a function, a class? */
static bool is_called(lua_State *L)
{
    if (lua_isfunction(L, -1)) return true;
    if (!lua_istable(L, -1) || luaL_getmetafield(L, -1, "__call") == LUA_TNIL) return false;
    lua_pop(L, 1);
    lua_pushliteral(L, "__index");
    bool class = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 1);
    return class;
}

/* The string keys of the table on top. */
static void add_keys(candidates *c, bool methods)
{
    lua_State *L = c->u.L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (is_late(c)) {
            lua_pop(L, 2);
            return;
        }
        size_t n;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &n) : NULL;
        if (!key || !is_identifier(key, n)) continue;
        bool called = is_called(L);
        if (called || !methods) add(c, key, called ? "(" : "");
    }
}

/* The class that a function which looks up fields has among its upvalues. */
static void add_upvalue_keys(candidates *c, int idx)
{
    lua_State *L = c->u.L;
    int top = lua_gettop(L);
    for (int i = 1; i < 10 && unfinished_push_upvalue(L, idx, i); i++, lua_settop(L, top))
        if (lua_istable(L, -1)) add_keys(c, true);
    lua_settop(L, top);
}

static void add_fields(candidates *c, int idx, bool methods)
{
    lua_State *L = c->u.L;
    int top = lua_gettop(L);
    add_upvalue_keys(c, idx);
    if (!methods && lua_istable(L, idx)) {
        lua_pushliteral(L, "_columns"); /* of a frame */
        if (lua_rawget(L, idx) == LUA_TTABLE) add_keys(c, false);
        lua_settop(L, top);
    }
    lua_pushvalue(L, idx);
    for (int depth = 0; depth < 16 && session_step_fields(L, depth > 0); depth++)
        add_keys(c, methods);
    lua_settop(L, top);
}

static void add_tensor_names(candidates *c, bool methods)
{
    static const char *const fields[] = { "shape", "dtype",         "device",  "ndim",
                                          "grad",  "requires_grad", "is_leaf", NULL };
    for (int i = 0; !methods && fields[i]; i++) add(c, fields[i], "");
    if (!methods && c->n > 0) return;
    lua_State *L = c->u.L;
    luaL_getmetatable(L, "tensor");
    lua_getfield(L, -1, "methods");
    if (lua_istable(L, -1)) add_keys(c, true);
    lua_pop(L, 2);
}

/* Names in the documentation of module PREFIX, of which not all are made before they are used. */
typedef struct documented {
    candidates *c;
    const char *prefix;
} documented;

static bool add_documented(void *ctx, const lua_doc *doc)
{
    documented *d = ctx;
    size_t n = strlen(d->prefix);
    bool file = !doc->arguments && strcmp(doc->name, doc->module) == 0; /* of ours, not a value */
    if (!file && strncmp(doc->name, d->prefix, n) == 0 && doc->name[n] == '.' &&
        !strpbrk(doc->name + n + 1, ".:"))
        add(d->c, doc->name + n + 1, doc->arguments ? "(" : "");
    return !is_late(d->c);
}

/* After "object." or "object:", token MARK. */
static void complete_field(candidates *c, int mark)
{
    bool methods = unfinished_is(&c->u, mark, ":");
    int first = unfinished_chain(&c->u, mark - 1);
    value v;
    if (first < 0) return;
    unfinished_value(&c->u, first, mark - 1, &v);
    lua_State *L = c->u.L;
    bool tensor =
        v.kind == VALUE_TENSOR ||
        (v.kind == VALUE_LUA && lua_type(L, v.idx) == LUA_TUSERDATA && lab_test(L, v.idx));
    if (tensor)
        add_tensor_names(c, methods);
    else if (v.kind == VALUE_STRING) {
        lua_getglobal(L, "string");
        if (lua_istable(L, -1)) add_keys(c, true);
    } else if (v.kind != VALUE_NONE)
        add_fields(c, v.idx, methods);
    documented d = { c, v.name };
    if (*v.name && !methods) lua_docs_each(add_documented, &d);
}

static bool follows(const unfinished *u, int i, const char *const words[])
{
    for (int k = 0; words[k]; k++)
        if (unfinished_is(u, i, words[k])) return true;
    return false;
}

/* Names that the entry itself has brought so far. */
static void add_own_names(candidates *c, int last)
{
    char name[96];
    for (int i = 0; i < last; i++) {
        const code_token *t = &c->u.t[i];
        size_t n = (size_t)(t->end - t->start);
        if (t->kind != TOKEN_NAME || n >= sizeof name || unfinished_is(&c->u, i - 1, ".") ||
            unfinished_is(&c->u, i - 1, ":") || unfinished_is(&c->u, i - 1, "goto"))
            continue;
        memcpy(name, t->start, n);
        name[n] = '\0';
        add(c, name, "");
    }
}

static void add_variables(candidates *c)
{
    lua_State *L = c->u.L;
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    add_keys(c, false);
    lua_pushglobaltable(L);
    add_keys(c, false);
    lua_pop(L, 2);
    for (int i = 0; session_module_names[i]; i++) add(c, session_module_names[i], "");
}

/* A name by itself, token WORD (or none yet: WORD is the number of tokens). */
static void complete_name(candidates *c, int word)
{
    static const char *const declaring[] = { "local", "goto", "::", NULL };
    unfinished *u = &c->u;
    if (follows(u, word - 1, declaring)) return;
    bool in_table =
        u->open >= 0 && unfinished_is(u, u->open, "{") &&
        (word - 1 == u->open || unfinished_is(u, word - 1, ",") || unfinished_is(u, word - 1, ";"));
    callee call;
    if (in_table && unfinished_callee(u, u->open, &call)) {
        c->after = "=";
        callee_options(&call, add_known, c);
        if (c->n > 0) return;
    }
    if (c->size == c->start) return; /* too much to be of use */
    add_variables(c);
    add_own_names(c, word);
    for (int i = 0; token_keywords[i]; i++) add(c, token_keywords[i], "");
}

/* ---- strings --------------------------------------------------------------------------------- */

static char *expanded_folder(const char *s, size_t n)
{
    const char *home = n > 0 && s[0] == '~' && (n == 1 || s[1] == '/') ? getenv("HOME") : NULL;
    size_t room = n + (home ? strlen(home) : 0) + 2;
    char *path = malloc(room);
    if (!path) return NULL;
    if (home)
        snprintf(path, room, "%s%.*s", home, (int)(n - 1), s + 1);
    else
        snprintf(path, room, "%.*s", n > 0 ? (int)n : 1, n > 0 ? s : ".");
    return path;
}

static void complete_file(candidates *c, char quote)
{
    const char *s = c->text + c->start, *slash = NULL;
    for (const char *p = s; p < c->text + c->size; p++)
        if (*p == '/') slash = p;
    char *folder = expanded_folder(s, slash ? (size_t)(slash + 1 - s) : 0);
    DIR *dir = folder ? opendir(folder) : NULL;
    if (slash) c->start = (size_t)(slash + 1 - c->text);
    char closing[2] = { quote, '\0' };
    size_t typed = c->size - c->start;
    for (struct dirent *e; dir && (e = readdir(dir)) && !is_late(c);) {
        char path[4096];
        struct stat info;
        bool hidden = e->d_name[0] == '.' && (typed == 0 || c->text[c->start] != '.');
        if (hidden || !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
            strpbrk(e->d_name, "\"'\\") || strncmp(e->d_name, c->text + c->start, typed) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        bool is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
        add_bytes(c, e->d_name, strlen(e->d_name), is_folder ? "/" : closing);
    }
    if (dir) closedir(dir);
    free(folder);
}

/* Which argument of the call with bracket OPEN the token I is, from 1. */
static int argument_number(const unfinished *u, int open, int i)
{
    int n = 1;
    for (int k = open + 1; k < i; k++) {
        if (u->t[k].partner > k)
            k = u->t[k].partner;
        else if (unfinished_is(u, k, ","))
            n++;
    }
    return n;
}

/* The string keys of the table on top that can stand between quotes as they are. */
static void add_strings(candidates *c)
{
    lua_State *L = c->u.L;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        size_t n;
        if (is_late(c)) return;
        if (lua_type(L, -2) != LUA_TSTRING) continue;
        const char *key = lua_tolstring(L, -2, &n);
        if (!memchr(key, '"', n) && !memchr(key, '\'', n) && !memchr(key, '\\', n))
            add_bytes(c, key, n, c->after);
    }
}

/* object["na: the keys of the object before the bracket. */
static void complete_key(candidates *c, int open)
{
    value v;
    lua_State *L = c->u.L;
    int first = unfinished_chain(&c->u, open - 1);
    if (first < 0) return;
    unfinished_value(&c->u, first, open - 1, &v);
    if (v.kind != VALUE_LUA || !lua_istable(L, v.idx)) return;
    lua_pushliteral(L, "_columns");
    if (lua_rawget(L, v.idx) != LUA_TTABLE) lua_pop(L, 1), lua_pushvalue(L, v.idx);
    add_strings(c);
}

/* The columns of the frame whose method is called. */
static void add_columns(candidates *c, int open)
{
    value v;
    lua_State *L = c->u.L;
    int name = open - 1, first = unfinished_chain(&c->u, name);
    if (first < 0 || !unfinished_is(&c->u, name - 1, ":") || name - 2 < first) return;
    unfinished_value(&c->u, first, name - 2, &v);
    if (v.kind != VALUE_LUA || !lua_istable(L, v.idx)) return;
    lua_pushliteral(L, "_columns");
    if (lua_rawget(L, v.idx) != LUA_TTABLE) return;
    add_strings(c);
}

/* In the unfinished string that is the last token. */
static void complete_string(candidates *c)
{
    unfinished *u = &c->u;
    int i = u->n - 1;
    const code_token *t = &u->t[i];
    if (*t->start == '[') return;
    char closing[2] = { *t->start, '\0' };
    c->start = (size_t)(t->start + 1 - c->text);
    c->after = closing;
    if (unfinished_is(u, i - 1, "[") && i - 2 >= 0) {
        complete_key(c, i - 1);
        return;
    }
    callee call;
    bool key = unfinished_is(u, i - 1, "=") && i >= 2 && u->t[i - 2].kind == TOKEN_NAME;
    if (u->open >= 0 && unfinished_callee(u, u->open, &call)) {
        const code_token *name = key ? &u->t[i - 2] : NULL;
        if (key)
            callee_strings(&call, name->start, (size_t)(name->end - name->start), 0, add_known, c);
        else if (unfinished_is(u, u->open, "("))
            callee_strings(&call, NULL, 0, argument_number(u, u->open, i), add_known, c);
    } else if (key && unfinished_is(u, i - 2, "dtype")) {
        call = (callee){ .op = -1 };
        callee_strings(&call, "dtype", 5, 0, add_known, c);
    }
    if (c->n == 0 && !key && u->open >= 0) add_columns(c, u->open);
    if (c->n == 0) complete_file(c, closing[0]);
    c->after = "";
}

/* ---- names that have help -------------------------------------------------------------------- */

static bool add_help_doc(void *ctx, const lua_doc *doc)
{
    candidates *c = ctx;
    add(c, doc->name, "");
    const char *mark = strpbrk(doc->name, ".:");
    if (mark && !memchr(c->text + c->start, '.', c->size - c->start) && c->size > c->start) {
        const char *last = strrchr(doc->name, '.');
        if (last && !strchr(last, ':')) add(c, last + 1, "");
    }
    return !is_late(c);
}

/* "?na" and "??na" */
static void complete_help(candidates *c, size_t start)
{
    c->start = start;
    char name[64];
    for (int i = 0; i < ml_nops; i++) {
        if (strstr(ml_ops[i].name, "_backward")) continue;
        snprintf(name, sizeof name, "lab.%s", ml_ops[i].name);
        add(c, name, "");
        if (c->size > c->start) add(c, ml_ops[i].name, "");
    }
    lua_docs_each(add_help_doc, c);
    lua_State *L = c->u.L;
    if (memchr(c->text + start, '.', c->size - start) ||
        memchr(c->text + start, ':', c->size - start)) {
        if (c->n > 0) return;
        /* A field of a variable. */
        unfinished_read(&c->u, L, c->text + start, c->size - start);
        int mark = c->u.n > 0 && c->u.t[c->u.n - 1].kind == TOKEN_NAME ? c->u.n - 2 : c->u.n - 1;
        if (mark < 1) return;
        c->start = (size_t)(c->u.t[mark].end - c->text);
        complete_field(c, mark);
    } else if (c->size > c->start)
        add_variables(c);
    for (int i = 0; i < c->n; i++) { /* a name is asked for, not called */
        size_t n = strlen(c->list[i]);
        if (n > 0 && c->list[i][n - 1] == '(') c->list[i][n - 1] = '\0';
    }
}

/* ---- where the cursor is --------------------------------------------------------------------- */

static int find_candidates(lua_State *L)
{
    candidates *c = lua_touserdata(L, 1);
    unfinished *u = &c->u;
    size_t marks = strspn(c->text, " "), question = marks;
    while (question < c->size && c->text[question] == '?') question++;
    u->L = L;
    c->start = c->size;
    luaL_checkstack(L, 200, "completion");
    if (question > marks) {
        complete_help(c, question);
        return 0;
    }
    unfinished_read(u, L, c->text, c->size);
    if (u->in_comment) return 0;
    int last = u->n - 1;
    const char *end = c->text + c->size;
    if (last >= 0 && u->t[last].kind == TOKEN_STRING && !u->t[last].finished &&
        u->t[last].end == end) {
        complete_string(c);
        return 0;
    }
    if (last >= 0 && u->t[last].end == end && u->t[last].kind == TOKEN_NUMBER) return 0;
    bool typed = last >= 0 && u->t[last].end == end &&
                 (u->t[last].kind == TOKEN_NAME || u->t[last].kind == TOKEN_KEYWORD);
    int word = typed ? last : u->n;
    if (typed) c->start = (size_t)(u->t[last].start - c->text);
    bool field = unfinished_is(u, word - 1, ".") || unfinished_is(u, word - 1, ":");
    if (field && word >= 2)
        complete_field(c, word - 1);
    else if (!field)
        complete_name(c, word);
    return 0;
}

char **session_completions(session *s, const char *code, size_t point, size_t *start)
{
    candidates c = { .text = code, .size = point, .after = "" };
    *start = point;
    c.list = calloc(MOST + 1, sizeof *c.list);
    if (!c.list) return NULL;
    clock_gettime(CLOCK_MONOTONIC, &c.began);
    session_quietly(s, find_candidates, &c);
    *start = c.start;
    finish_list(&c);
    if (c.n > 0) return c.list;
    free(c.list);
    return NULL;
}
