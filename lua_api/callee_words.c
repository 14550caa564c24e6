/* callee_words.c -- the options that a call takes and the strings that they can be, read from signatures of operators
** ("keepdim:bool=false") and from doc comments (unfinished.h). */
#include <ctype.h>
#include <string.h>

#include "core/op.h"
#include "lua_api/known.h"
#include "lua_api/unfinished.h"

typedef struct words {
    known_word *fn;
    void *ctx;
} words;

static bool is_word(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(s, word, n) == 0;
}

static void show_dtypes(words *w)
{
    for (int d = 0; d < ML_NDTYPE; d++) {
        const char *name = ml_dtype_name((ml_dtype)d);
        w->fn(w->ctx, name, strlen(name));
    }
}

static void show_devices(words *w)
{
    w->fn(w->ctx, "cpu", 3);
    w->fn(w->ctx, "cuda", 4);
}

/* ---- text of options ------------------------------------------------------------------------- */

/* A doc comment's text about options, "lr=0.001, betas={0.9, 0.999}, nesterov=false", as a row of items: each begins at
** the start of a line or after , ; and names its option first. */
typedef struct item {
    const char *name, *end; /* of the name */
    const char *rest;       /* after it, to the next item */
    const char *rest_end;
} item;

static const char *skip_bracket(const char *s, const char *end)
{
    int depth = 0;
    for (; s < end; s++) {
        if (strchr("({", *s)) depth++;
        if (strchr(")}", *s) && --depth == 0) return s + 1;
    }
    return end;
}

/* Where the item at s ends: at a comma or semicolon that is in no bracket. */
static const char *item_end(const char *s, const char *end)
{
    while (s < end && *s != ',' && *s != ';') {
        if (*s == '"') {
            const char *close = memchr(s + 1, '"', (size_t)(end - s - 1));
            s = close ? close + 1 : end;
        } else if (*s == '(' || *s == '{')
            s = skip_bracket(s, end);
        else
            s++;
    }
    return s;
}

/* Reads the item at *s, which moves on; false at the end.  An item without a name has name == end. */
static bool next_item(const char **s, const char *end, item *out)
{
    const char *p = *s;
    while (p < end && (isspace((unsigned char)*p) || *p == ',' || *p == ';')) p++;
    if (p >= end) return false;
    if ((size_t)(end - p) > 4 && memcmp(p, "and ", 4) == 0) p += 4;
    bool ticked = *p == '`';
    out->name = p += ticked;
    while (p < end && (isalnum((unsigned char)*p) || *p == '_')) p++;
    out->end = p;
    if (ticked && p < end && *p == '`') p++;
    const char *stop = item_end(p, end);
    out->rest = p, out->rest_end = *s = stop;
    /* "label: …", "lr=…", "`seed`…", "device", "weight (a tensor)", "cols and rows" */
    bool and = (size_t)(stop - p) > 5 && memcmp(p, " and ", 5) == 0;
    bool named = ticked || p == stop || *p == '=' || *p == ':' ||
                 ((size_t)(stop - p) > 1 && p[0] == ' ' && p[1] == '(') || and;
    if (and) *s = p + 5;
    if (!named || out->end == out->name) out->end = out->name;
    return true;
}

/* Calls FN for each item of the options in a doc comment. */
typedef void each_item(void *ctx, const item *i);
static void items_of(const lua_doc *doc, each_item *fn, void *ctx, int depth);

/* "as Adam's, but …", "as those of plot.line": the items of the other's comment. */
static void follow(const lua_doc *doc, const char *s, const char *end, each_item *fn, void *ctx,
                   int depth)
{
    if ((size_t)(end - s) < 4 || memcmp(s, "as ", 3) != 0 || depth == 0) return;
    s += 3;
    if ((size_t)(end - s) > 9 && memcmp(s, "those of ", 9) == 0) s += 9;
    char name[96];
    size_t n = 0, root = 0;
    const char *dot = strchr(doc->name, '.');
    while (s + n < end && n < 60 && (isalnum((unsigned char)s[n]) || strchr("_.", s[n]))) n++;
    if (!memchr(s, '.', n) && dot) root = (size_t)(dot + 1 - doc->name);
    memcpy(name, doc->name, root);
    memcpy(name + root, s, n);
    name[root + n] = '\0';
    lua_doc other;
    if (n > 0 && lua_docs_find(name, &other) && other.text != doc->text)
        items_of(&other, fn, ctx, depth - 1);
}

/* Does this line begin a description of options?  Then *s is where it begins. */
static bool begins_options(const char *line, size_t n, const char **s)
{
    static const char *const tags[] = { "@tparam table ", "@tparam[opt] table ", "@param options",
                                        "@tparam table options" };
    for (int i = 0; i < 4; i++) {
        size_t m = strlen(tags[i]);
        if (n < m || memcmp(line, tags[i], m) != 0) continue;
        *s = line + m;
        while (*s < line + n && !isspace((unsigned char)**s) && i != 2) ++*s; /* its name */
        while (*s < line + n && isspace((unsigned char)**s)) ++*s;
        return true;
    }
    return false;
}

static void items_of(const lua_doc *doc, each_item *fn, void *ctx, int depth)
{
    const char *p = doc->text, *line;
    size_t n;
    bool inside = false;
    while ((line = known_next_line(&p, doc->end, &n))) {
        const char *s = line, *end = line + n;
        if (n > 0 && *line == '@') inside = begins_options(line, n, &s);
        if (!inside) continue;
        follow(doc, s, end, fn, ctx, depth);
        item i;
        while (next_item(&s, end, &i)) fn(ctx, &i);
    }
}

static void show_item(void *ctx, const item *i)
{
    words *w = ctx;
    if (i->end > i->name) w->fn(w->ctx, i->name, (size_t)(i->end - i->name));
}

/* ---- options --------------------------------------------------------------------------------- */

void callee_options(const callee *c, known_word *fn, void *ctx)
{
    words w = { fn, ctx };
    const ml_signature *sig = c->op >= 0 ? ml_signature_of(c->op) : NULL;
    for (int i = 0; sig && i < sig->nparams; i++)
        if (sig->param[i].optional) fn(ctx, sig->param[i].name, strlen(sig->param[i].name));
    if (c->has_doc) items_of(&c->doc, show_item, &w, 3);
}

/* ---- strings --------------------------------------------------------------------------------- */

/* The words in "interpolation linear, lower or nearest", "mode is a, b or c", "mode \"complete\" makes …", which stand
** after NAME in S. */
static void show_listed(words *w, const char *s, const char *name)
{
    size_t n = strlen(name);
    const char *p = strstr(s, name);
    while (p && p > s && (isalnum((unsigned char)p[-1]) || p[-1] == '_')) p = strstr(p + 1, name);
    if (!p || p[n] != ' ') return;
    p += n + 1;
    if (strncmp(p, "is ", 3) == 0) p += 3;
    bool quoted = *p == '"';
    for (;;) {
        if (quoted && *p++ != '"') return;
        const char *start = p;
        while (isalnum((unsigned char)*p) || *p == '_') p++;
        size_t length = (size_t)(p - start);
        bool more = quoted ? *p++ == '"'
                           : strncmp(p, ", ", 2) == 0 || strncmp(p, " or ", 4) == 0 || !*p ||
                                 *p == ';' || *p == '.';
        if (length == 0 || !more) return;
        w->fn(w->ctx, start, length);
        if (strncmp(p, ", or ", 5) == 0)
            p += 5;
        else if (strncmp(p, ", ", 2) == 0)
            p += 2;
        else if (strncmp(p, " or ", 4) == 0)
            p += 4;
        else
            return;
    }
}

static void show_parameter(words *w, const ml_op_info *op, const ml_param *p)
{
    if (p->kind == ML_P_DTYPE) show_dtypes(w);
    if (p->kind == ML_P_DEVICE) show_devices(w);
    if (p->kind != ML_P_STR) return;
    if (p->value.kind == ML_ARG_STRING) w->fn(w->ctx, p->value.s, strlen(p->value.s));
    if (strcmp(p->name, "reduction") == 0) w->fn(w->ctx, "sum", 3), w->fn(w->ctx, "none", 4);
    show_listed(w, op->help, p->name);
}

typedef struct string_search {
    words w;
    const char *key;
    size_t n;
    bool going_on; /* the last item was the key's, and more of its strings may follow */
} string_search;

/* Shows the quoted strings of the item KEY="mean", and of those after it that have no name: "sum" or "none". */
static void show_strings(void *ctx, const item *i)
{
    string_search *s = ctx;
    bool named = i->end > i->name;
    if (named)
        s->going_on = (size_t)(i->end - i->name) == s->n && memcmp(i->name, s->key, s->n) == 0;
    if (!s->going_on) return;
    for (const char *p = named ? i->rest : i->name; p < i->rest_end; p++) {
        const char *close = *p == '"' ? memchr(p + 1, '"', (size_t)(i->rest_end - p - 1)) : NULL;
        if (!close) continue;
        s->w.fn(s->w.ctx, p + 1, (size_t)(close - p - 1));
        p = close;
    }
}

void callee_strings(const callee *c, const char *key, size_t n, int position, known_word *fn,
                    void *ctx)
{
    words w = { fn, ctx };
    if (key && is_word(key, n, "dtype")) show_dtypes(&w);
    if (key && is_word(key, n, "device")) show_devices(&w);
    const ml_signature *sig = c->op >= 0 ? ml_signature_of(c->op) : NULL;
    for (int i = 0; sig && i < sig->nparams; i++) {
        const ml_param *p = &sig->param[i];
        bool dtype = p->kind == ML_P_DTYPE || p->kind == ML_P_DEVICE;
        if (key ? is_word(key, n, p->name) && !dtype : i == position - !c->method)
            show_parameter(&w, &ml_ops[c->op], p);
    }
    if (!key && strcmp(c->value.name, "Tensor:to") == 0) show_dtypes(&w), show_devices(&w);
    string_search s = { .w = w, .key = key, .n = n };
    if (key && c->has_doc) items_of(&c->doc, show_strings, &s, 3);
}
