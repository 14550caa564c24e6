/* unfinished.c -- see unfinished.h.
**
** Fields are looked up raw, through tables only; of functions nothing is called, but what the operator table or a doc
** comment says of their result is believed. */
#include "lua_api/unfinished.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"
#include "lua_api/binding.h"
#include "lua_api/known.h"
#include "lua_api/session.h"

#define DEEPEST 8 /* steps through variables of the same entry */

/* ---- tokens ---------------------------------------------------------------------------------- */

bool unfinished_is(const unfinished *u, int i, const char *word)
{
    size_t n = strlen(word);
    return i >= 0 && i < u->n && u->t[i].kind != TOKEN_STRING &&
           (size_t)(u->t[i].end - u->t[i].start) == n && memcmp(u->t[i].start, word, n) == 0;
}

static bool is_kind(const unfinished *u, int i, token_kind kind)
{
    return i >= 0 && i < u->n && u->t[i].kind == kind;
}

static int count_tokens(const char *s, const char *end)
{
    int n = 0;
    token_kind kind;
    bool finished;
    while (s < end) {
        if (*s && strchr(" \t\r\n\v\f", *s)) {
            s++;
            continue;
        }
        s = token_scan(s, end, &kind, &finished);
        n++;
    }
    return n;
}

static void match_brackets(unfinished *u)
{
    u->open = -1;
    for (int i = 0; i < u->n; i++) {
        code_token *t = &u->t[i];
        bool opens =
            unfinished_is(u, i, "(") || unfinished_is(u, i, "{") || unfinished_is(u, i, "[");
        bool closes =
            unfinished_is(u, i, ")") || unfinished_is(u, i, "}") || unfinished_is(u, i, "]");
        if (opens) {
            t->partner = u->open; /* until it is closed: the one around */
            u->open = i;
        } else if (closes && u->open >= 0) {
            int around = u->t[u->open].partner;
            t->partner = u->open, u->t[u->open].partner = i;
            u->open = around;
        }
    }
}

void unfinished_read(unfinished *u, lua_State *L, const char *code, size_t size)
{
    *u = (unfinished){ .L = L, .text = code, .end = code + size };
    size_t room = (size_t)count_tokens(code, u->end) + 1;
    u->t = lua_newuserdatauv(L, room * sizeof *u->t, 0);
    for (const char *s = code; s < u->end;) {
        if (*s && strchr(" \t\r\n\v\f", *s)) {
            s++;
            continue;
        }
        code_token t = { .start = s, .partner = -1 };
        s = t.end = token_scan(s, u->end, &t.kind, &t.finished);
        bool line = t.kind == TOKEN_COMMENT && memchr(t.start, '\n', (size_t)(s - t.start)) == NULL;
        if (t.kind == TOKEN_COMMENT)
            u->in_comment = s == u->end && (line || !t.finished);
        else
            u->t[u->n++] = t;
    }
    match_brackets(u);
}

static bool ends_value(const unfinished *u, int i)
{
    return is_kind(u, i, TOKEN_NAME) || unfinished_is(u, i, ")") || unfinished_is(u, i, "]") ||
           is_kind(u, i, TOKEN_STRING);
}

int unfinished_chain(const unfinished *u, int last)
{
    for (int i = last;;) {
        if (unfinished_is(u, i, ")") || unfinished_is(u, i, "]") || unfinished_is(u, i, "}")) {
            bool round = unfinished_is(u, i, ")");
            i = u->t[i].partner;
            if (i < 0) return -1;
            if (ends_value(u, i - 1))
                i--;
            else
                return round ? i : -1;
        } else if (is_kind(u, i, TOKEN_STRING)) {
            if (!ends_value(u, i - 1)) return i;
            i--;
        } else if (is_kind(u, i, TOKEN_NAME)) {
            if (!unfinished_is(u, i - 1, ".") && !unfinished_is(u, i - 1, ":")) return i;
            i -= 2;
        } else
            return -1;
        if (i < 0) return -1;
    }
}

/* ---- look-ups -------------------------------------------------------------------------------- */

static void set_name(value *v, const char *before, const char *mark, const char *name, size_t n)
{
    size_t size = strlen(before) + strlen(mark) + n;
    if (size >= sizeof v->name) {
        v->name[0] = '\0';
        return;
    }
    char whole[sizeof v->name];
    memcpy(whole, before, strlen(before) + 1);
    strcat(whole, mark);
    strncat(whole, name, n);
    memcpy(v->name, whole, size + 1);
}

/* The value on top becomes v's. */
static void take_top(unfinished *u, value *v)
{
    int type = lua_type(u->L, -1);
    v->kind = type == LUA_TNIL ? VALUE_NONE : type == LUA_TSTRING ? VALUE_STRING : VALUE_LUA;
    lua_replace(u->L, v->idx);
}

static bool is_tensor(const unfinished *u, const value *v)
{
    return v->kind == VALUE_TENSOR ||
           (v->kind == VALUE_LUA && lua_type(u->L, v->idx) == LUA_TUSERDATA &&
            lab_test(u->L, v->idx));
}

bool unfinished_push_upvalue(lua_State *L, int idx, int i)
{
    int top = lua_gettop(L);
    const char *name = NULL;
    if (luaL_getmetafield(L, idx, "__index") == LUA_TFUNCTION && !lua_iscfunction(L, -1))
        name = lua_getupvalue(L, -1, i);
    if (!name || strcmp(name, "_ENV") == 0) lua_pushnil(L);
    lua_replace(L, top + 1);
    lua_settop(L, name ? top + 1 : top);
    return name;
}

/* Pushes field NAME of the tables among the upvalues of the function that looks up the fields of the object at idx: where
** its class is.  Or nil. */
static void push_from_upvalues(lua_State *L, int idx, const char *name)
{
    int top = lua_gettop(L);
    for (int i = 1; unfinished_push_upvalue(L, idx, i); i++, lua_settop(L, top)) {
        if (!lua_istable(L, -1)) continue;
        lua_pushstring(L, name);
        if (lua_rawget(L, -2) == LUA_TNIL) continue;
        lua_remove(L, -2);
        return;
    }
    lua_pushnil(L);
}

/* Pushes the raw field of the object at idx. */
static void push_field(lua_State *L, int idx, const char *name)
{
    session_raw_field(L, idx, name);
    if (lua_isnil(L, -1)) lua_pop(L, 1), push_from_upvalues(L, idx, name);
    if (!lua_isnil(L, -1) || !lua_istable(L, idx)) return;
    lua_pushliteral(L, "_columns"); /* of a frame */
    if (lua_rawget(L, idx) == LUA_TTABLE) {
        lua_pushstring(L, name);
        lua_rawget(L, -2);
        lua_replace(L, -3);
    }
    lua_pop(L, 1);
}

static void push_class_name(lua_State *L, int idx)
{
    if (lua_istable(L, idx)) {
        lua_pushliteral(L, "name");
        if (lua_rawget(L, idx) == LUA_TSTRING) return;
        lua_pop(L, 1);
    }
    lua_pushliteral(L, "");
}

static void step_tensor_field(unfinished *u, value *v, const char *name, size_t n)
{
    static const char *const strings[] = { "dtype", "device" };
    bool grad = strcmp(name, "grad") == 0;
    for (int i = 0; i < 2; i++)
        if (strcmp(name, strings[i]) == 0) {
            v->kind = VALUE_STRING;
            return;
        }
    if (grad) {
        v->kind = VALUE_TENSOR;
        v->name[0] = '\0';
        return;
    }
    luaL_getmetatable(u->L, "tensor");
    lua_getfield(u->L, -1, "methods");
    lua_remove(u->L, -2);
    if (lua_istable(u->L, -1)) {
        lua_pushstring(u->L, name);
        lua_rawget(u->L, -2);
        lua_remove(u->L, -2);
    }
    take_top(u, v);
    set_name(v, "Tensor", ":", name, n);
}

static void step_field(unfinished *u, value *v, const code_token *t, bool method)
{
    char name[96];
    size_t n = (size_t)(t->end - t->start);
    if (n >= sizeof name) n = sizeof name - 1;
    memcpy(name, t->start, n);
    name[n] = '\0';
    if (is_tensor(u, v)) {
        step_tensor_field(u, v, name, n);
        return;
    }
    if (v->kind == VALUE_STRING) {
        lua_getglobal(u->L, "string");
        lua_replace(u->L, v->idx);
        set_name(v, "string", "", "", 0);
        v->kind = VALUE_LUA;
    }
    if (v->kind == VALUE_NONE) return;
    if (method) {
        push_class_name(u->L, v->idx);
        if (v->kind == VALUE_LUA && !*lua_tostring(u->L, -1) && lua_getmetatable(u->L, v->idx)) {
            push_class_name(u->L, lua_gettop(u->L));
            lua_replace(u->L, -3);
            lua_pop(u->L, 1);
        }
        if (*lua_tostring(u->L, -1)) set_name(v, lua_tostring(u->L, -1), "", "", 0);
        lua_pop(u->L, 1);
    }
    push_field(u->L, v->idx, name);
    take_top(u, v);
    set_name(v, v->name, *v->name ? method ? ":" : "." : "", name, n);
}

/* Pushes variable NAME of the session. */
static void push_variable(lua_State *L, const char *name, size_t n)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.env");
    lua_pushlstring(L, name, n);
    session_raw_field(L, -2, lua_tostring(L, -1));
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* The constant that token I is, pushed; a variable's value, or nil. */
static void push_index(const unfinished *u, int i, int last)
{
    const code_token *t = &u->t[i];
    size_t n = (size_t)(t->end - t->start);
    bool minus = unfinished_is(u, i, "-") && i + 1 == last && is_kind(u, last, TOKEN_NUMBER);
    if (minus) t = &u->t[last], n = (size_t)(t->end - t->start);
    if ((i == last || minus) && t->kind == TOKEN_NUMBER && n < 32) {
        char number[33] = "-";
        memcpy(number + minus, t->start, n);
        number[minus + n] = '\0';
        if (!lua_stringtonumber(u->L, number)) lua_pushnil(u->L);
    } else if (i == last && t->kind == TOKEN_STRING && n >= 2 && *t->start != '[' &&
               !memchr(t->start, '\\', n))
        lua_pushlstring(u->L, t->start + 1, n - 2);
    else if (i == last && t->kind == TOKEN_NAME)
        push_variable(u->L, t->start, n);
    else
        lua_pushnil(u->L);
}

/* v[…], the index being the tokens from FIRST to LAST. */
static void step_index(unfinished *u, value *v, int first, int last)
{
    if (is_tensor(u, v)) {
        v->kind = VALUE_TENSOR;
        return;
    }
    if (v->kind != VALUE_LUA || !lua_istable(u->L, v->idx) || first > last) {
        v->kind = VALUE_NONE;
        return;
    }
    push_index(u, first, last);
    if (lua_type(u->L, -1) == LUA_TSTRING) {
        push_field(u->L, v->idx, lua_tostring(u->L, -1));
        lua_remove(u->L, -2);
    } else {
        bool known = lua_isinteger(u->L, -1);
        lua_Integer i = known ? lua_tointeger(u->L, -1) : 1; /* else: as the first one */
        if (i < 0) i += (lua_Integer)lua_rawlen(u->L, v->idx) + 1;
        lua_pop(u->L, 1);
        lua_rawgeti(u->L, v->idx, i);
    }
    take_top(u, v);
    v->name[0] = '\0';
}

/* ---- calls ----------------------------------------------------------------------------------- */

static bool gives_tensor(int op)
{
    const ml_signature *sig = ml_signature_of(op);
    return sig && !sig->list_result && sig->noutputs > 0;
}

/* Finds the doc comment of a method, "Module:forward", whatever class of ours it belongs to whose name begins with the N
** bytes at ROOT. */
typedef struct method_search {
    const char *name, *root;
    size_t n;
    lua_doc *out;
    bool found;
} method_search;

static bool try_method(void *ctx, const lua_doc *doc)
{
    method_search *s = ctx;
    const char *mark = strrchr(doc->name, ':');
    if (!mark || strcmp(mark + 1, s->name) != 0 || strncmp(doc->name, s->root, s->n) != 0)
        return true;
    *s->out = *doc;
    s->found = true;
    return false;
}

/* Of method NAME, "Class:forward": first in the folder of the class, nn for one that is the user's. */
static bool find_method_doc(const char *name, lua_doc *doc)
{
    const char *colon = strchr(name, ':');
    if (!colon) return false;
    lua_doc class = { .name = "nn." };
    char class_name[sizeof class.name];
    size_t n = (size_t)(colon - name);
    if (n >= sizeof class_name) return false;
    memcpy(class_name, name, n);
    class_name[n] = '\0';
    if (!lua_docs_find(class_name, &class)) strcpy(class.name, "nn.");
    method_search s = {
        .name = colon + 1, .root = class.name, .n = strcspn(class.name, ".") + 1, .out = doc
    };
    lua_docs_each(try_method, &s);
    s.n = 0;
    if (!s.found) lua_docs_each(try_method, &s);
    return s.found;
}

static bool find_doc(const char *name, lua_doc *doc)
{
    if (!*name) return false;
    if (lua_docs_find(name, doc)) {
        size_t n = strlen(doc->name), m = strlen(name);
        if (n >= m && strcmp(doc->name + n - m, name) == 0 &&
            (n == m || doc->name[n - m - 1] == '.'))
            return true;
    }
    return find_method_doc(name, doc);
}

/* Is the comment above the line of a module's text that starts at `line`? */
typedef struct line_search {
    const char *line;
    lua_doc *out;
    bool found;
} line_search;

static bool try_line(void *ctx, const lua_doc *doc)
{
    line_search *s = ctx;
    if (doc->end != s->line) return true;
    *s->out = *doc;
    s->found = true;
    return false;
}

bool unfinished_doc_of(lua_State *L, int idx, lua_doc *doc)
{
    lua_Debug ar;
    if (!lua_isfunction(L, idx) || lua_iscfunction(L, idx)) return false;
    lua_pushvalue(L, idx);
    lua_getinfo(L, ">S", &ar);
    size_t size;
    const char *line = session_module_text(ar.source, &size), *end = line ? line + size : NULL;
    for (int i = 1; line && i < ar.linedefined; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        if (line) line++;
    }
    line_search s = { .line = line, .out = doc };
    if (line) lua_docs_each(try_line, &s);
    return s.found;
}

static void describe(unfinished *u, callee *c)
{
    const char *name = c->value.name;
    c->op = -1, c->has_doc = false;
    bool ours = strncmp(name, "lab.", 4) == 0 || strncmp(name, "Tensor:", 7) == 0;
    if (ours) c->op = known_operator(known_bare_name(name));
    if (c->op >= 0) return;
    c->has_doc = (c->value.kind == VALUE_LUA && unfinished_doc_of(u->L, c->value.idx, &c->doc)) ||
                 find_doc(name, &c->doc);
    if (c->has_doc || c->value.kind != VALUE_LUA || !known_push_name(u->L, c->value.idx)) return;
    name = lua_tostring(u->L, -1); /* it has another name here */
    if (strncmp(name, "lab.", 4) == 0) c->op = known_operator(name + 4);
    if (c->op < 0) c->has_doc = find_doc(name, &c->doc);
    lua_pop(u->L, 1);
}

/* Is the table at idx a class (its call makes an object), or an object with a call of its own? */
static bool is_class(lua_State *L, int idx)
{
    lua_pushliteral(L, "__index");
    bool class = lua_rawget(L, idx) != LUA_TNIL;
    lua_pop(L, 1);
    return class;
}

/* What a doc comment says is returned. */
static void take_documented(unfinished *u, value *v, const lua_doc *doc)
{
    static const char tag[] = "@treturn ";
    const char *p = doc->text, *line;
    size_t n;
    while ((line = known_next_line(&p, doc->end, &n))) {
        if (n < sizeof tag || memcmp(line, tag, sizeof tag - 1) != 0) continue;
        const char *type = line + sizeof tag - 1;
        size_t length = strcspn(type, " \t\n");
        if ((length == 6 && memcmp(type + 1, "ensor", 5) == 0)) v->kind = VALUE_TENSOR;
        if (length == 6 && memcmp(type, "string", 6) == 0) v->kind = VALUE_STRING;
        const char *dot = memchr(type, '.', length);
        if (dot) {
            lua_pushglobaltable(u->L);
            lua_pushlstring(u->L, type, (size_t)(dot - type));
            session_raw_field(u->L, -2, lua_tostring(u->L, -1));
            lua_pushlstring(u->L, dot + 1, length - (size_t)(dot + 1 - type));
            session_raw_field(u->L, -2, lua_tostring(u->L, -1));
            if (lua_istable(u->L, -1)) {
                lua_pushvalue(u->L, -1);
                lua_replace(u->L, v->idx);
                v->kind = VALUE_INSTANCE;
            }
            lua_pop(u->L, 5);
        }
        return;
    }
}

static void step_call(unfinished *u, value *v)
{
    callee c = { .value = *v };
    if (v->kind == VALUE_LUA && lua_istable(u->L, v->idx)) {
        if (is_class(u->L, v->idx)) {
            v->kind = VALUE_INSTANCE;
            return;
        }
        lua_pushliteral(u->L, "_order"); /* a module: what it computes */
        v->kind = lua_rawget(u->L, v->idx) == LUA_TNIL ? VALUE_NONE : VALUE_TENSOR;
        lua_pop(u->L, 1);
        return;
    }
    if (v->kind == VALUE_INSTANCE) {
        v->kind = VALUE_TENSOR;
        return;
    }
    describe(u, &c);
    v->kind = VALUE_NONE;
    v->name[0] = '\0';
    if (c.op >= 0 && gives_tensor(c.op))
        v->kind = VALUE_TENSOR;
    else if (c.has_doc)
        take_documented(u, v, &c.doc);
}

/* ---- chains ---------------------------------------------------------------------------------- */

static void evaluate(unfinished *u, int first, int last, value *v, int depth);

/* The last "NAME = …" before token I; -1 if there is none. */
static int assignment_of(const unfinished *u, int i)
{
    const code_token *t = &u->t[i];
    size_t n = (size_t)(t->end - t->start);
    for (int k = i - 1; k > 0; k--)
        if (unfinished_is(u, k, "=") && u->t[k - 1].kind == TOKEN_NAME &&
            (size_t)(u->t[k - 1].end - u->t[k - 1].start) == n &&
            memcmp(u->t[k - 1].start, t->start, n) == 0 && !unfinished_is(u, k - 2, "."))
            return k;
    return -1;
}

/* The first of the tokens from I on that ends the chain there; at most MOST. */
static int chain_end(const unfinished *u, int i, int most)
{
    int last = i;
    if (unfinished_is(u, i, "(")) last = u->t[i].partner > i ? u->t[i].partner : -1;
    while (last >= 0 && last < most) {
        int next = last + 1;
        if ((unfinished_is(u, next, ".") || unfinished_is(u, next, ":")) &&
            is_kind(u, next + 1, TOKEN_NAME))
            last += 2;
        else if (unfinished_is(u, next, "(") || unfinished_is(u, next, "[") ||
                 unfinished_is(u, next, "{")) {
            if (u->t[next].partner < next) break;
            last = u->t[next].partner;
        } else if (is_kind(u, next, TOKEN_STRING))
            last = next;
        else
            break;
    }
    return last > most ? most : last;
}

static void first_value(unfinished *u, int i, value *v, int depth)
{
    const code_token *t = &u->t[i];
    v->kind = VALUE_NONE;
    v->name[0] = '\0';
    if (t->kind == TOKEN_STRING) {
        v->kind = VALUE_STRING;
        return;
    }
    if (unfinished_is(u, i, "(")) {
        int end = t->partner > 0 ? chain_end(u, i + 1, t->partner - 1) : -1;
        if (end >= i + 1 && depth > 0) evaluate(u, i + 1, end, v, depth - 1);
        return;
    }
    if (t->kind != TOKEN_NAME) return;
    int assigned = assignment_of(u, i);
    if (assigned >= 0 && assigned + 1 < u->n && depth > 0) {
        int end = chain_end(u, assigned + 1, i - 1);
        if (end > assigned) evaluate(u, assigned + 1, end, v, depth - 1);
        return;
    }
    size_t n = (size_t)(t->end - t->start);
    push_variable(u->L, t->start, n);
    take_top(u, v);
    if (v->kind == VALUE_LUA && !is_tensor(u, v)) set_name(v, "", "", t->start, n);
}

static void evaluate(unfinished *u, int first, int last, value *v, int depth)
{
    first_value(u, first, v, depth);
    int i = unfinished_is(u, first, "(") ? u->t[first].partner + 1 : first + 1;
    for (; i <= last && i > 0 && v->kind != VALUE_NONE; i++) {
        if (unfinished_is(u, i, ".") || unfinished_is(u, i, ":")) {
            bool method = unfinished_is(u, i, ":");
            if (++i <= last) step_field(u, v, &u->t[i], method);
        } else if (unfinished_is(u, i, "[")) {
            int close = u->t[i].partner;
            step_index(u, v, i + 1, close - 1);
            if (close < i) return;
            i = close;
        } else if (unfinished_is(u, i, "(") || unfinished_is(u, i, "{")) {
            step_call(u, v);
            if (u->t[i].partner < i) return;
            i = u->t[i].partner;
        } else if (is_kind(u, i, TOKEN_STRING))
            step_call(u, v);
        else
            return;
    }
}

void unfinished_value(unfinished *u, int first, int last, value *out)
{
    luaL_checkstack(u->L, 30, "completion");
    lua_pushnil(u->L);
    *out = (value){ .idx = lua_gettop(u->L) };
    if (first >= 0 && last < u->n) evaluate(u, first, last, out, DEEPEST);
}

bool unfinished_callee(unfinished *u, int open, callee *out)
{
    int last = open - 1;
    *out = (callee){ .op = -1 };
    /* A table in the arguments: the call is around it. */
    while (open >= 0 && unfinished_is(u, open, "{") && !ends_value(u, last)) {
        open = u->t[open].partner;
        if (open >= u->n) return false;
        last = open - 1;
    }
    if (open < 0 || unfinished_is(u, open, "[") || !ends_value(u, last) ||
        is_kind(u, last, TOKEN_STRING))
        return false;
    int first = unfinished_chain(u, last);
    if (first < 0 || unfinished_is(u, first - 1, "function")) return false;
    unfinished_value(u, first, last, &out->value);
    out->method = unfinished_is(u, last - 1, ":");
    if (out->value.kind == VALUE_NONE && !*out->value.name) {
        lua_pop(u->L, 1);
        return false;
    }
    describe(u, out);
    return true;
}
