/* lua_docs.c -- see lua_docs.h. */
#include "lua_api/lua_docs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/embed.h"

typedef struct span {
    const char *start, *end;
} span;

static const char *line_end(const char *p, const char *end)
{
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    return stop ? stop : end;
}

static const char *next_line(const char *p, const char *end)
{
    p = line_end(p, end);
    return p < end ? p + 1 : end;
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    return p;
}

static bool starts(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

static span take_name(const char *p, const char *end)
{
    const char *start = p = skip_blanks(p, end);
    while (p < end && (isalnum((unsigned char)*p) || strchr("_.:", *p))) p++;
    return (span){ start, p };
}

/* The word at p: commands and options are called as they are typed. */
static span take_word(const char *p, const char *end)
{
    const char *start = p = skip_blanks(p, end);
    while (p < end && !isspace((unsigned char)*p)) p++;
    return (span){ start, p };
}

enum { TAG_MODULE = 4, TAG_COMMAND, NTAGS };

/* The name after @function, @class, … in a block, and which tag it was; empty if there is none. */
static span tagged_name(const char *p, const char *end, int *tag)
{
    static const char *const tags[NTAGS] = { "@function", "@class",  "@type",
                                             "@field",    "@module", "@command" };
    for (; p < end; p = next_line(p, end)) {
        const char *q = skip_blanks(p, end);
        while (q < end && *q == '-') q++;
        q = skip_blanks(q, end);
        for (int i = 0; i < NTAGS; i++)
            if (starts(q, end, tags[i])) {
                *tag = i;
                q += strlen(tags[i]);
                return i == TAG_COMMAND ? take_word(q, end) : take_name(q, end);
            }
    }
    return (span){ end, end };
}

/* The name that the code at p declares; empty if it declares nothing. */
static span declared_name(const char *p, const char *end)
{
    p = skip_blanks(p, end);
    if (starts(p, end, "local ")) p = skip_blanks(p + 6, end);
    bool function = starts(p, end, "function ");
    if (function) p += 9;
    span name = take_name(p, end);
    const char *after = skip_blanks(name.end, end);
    if (!function && !(after < end && *after == '=' && !starts(after, end, "==")))
        name.end = name.start;
    return name;
}

static void set_arguments(lua_doc *doc, const char *p, const char *end)
{
    const char *stop = line_end(p, end), *open = memchr(p, '(', (size_t)(stop - p));
    const char *close = open ? memchr(open, ')', (size_t)(stop - open)) : NULL;
    bool function = false;
    for (const char *q = p; !function && q < stop; q++) function = starts(q, stop, "function");
    if (!close || !function) return;
    doc->arguments = open;
    doc->arguments_size = (size_t)(close + 1 - open);
}

/* Puts the module's root before a name that does not have it. */
static void full_name(char out[96], span name, const char *module)
{
    size_t root = strcspn(module, ".");
    const char *start = name.start;
    if (starts(start, name.end, "M.") || starts(start, name.end, "M:")) {
        snprintf(out, 96, "%s%.*s", module, (int)(name.end - start - 1), start + 1);
        return;
    }
    bool rooted = (size_t)(name.end - start) >= root && memcmp(start, module, root) == 0 &&
                  ((size_t)(name.end - start) == root || start[root] == '.' || start[root] == ':');
    int n = (int)(name.end - start);
    if (rooted)
        snprintf(out, 96, "%.*s", n, start);
    else
        snprintf(out, 96, "%.*s.%.*s", (int)root, module, n, start);
}

static bool begins_block(const char *p, const char *end)
{
    p = skip_blanks(p, end);
    return starts(p, end, "---") && !starts(p, end, "----");
}

/* Reads the block at p into *doc; false if it documents nothing with a name. */
static bool read_block(lua_doc *doc, const char *p, const char *end, bool first)
{
    doc->text = p;
    do p = next_line(p, end);
    while (starts(skip_blanks(p, end), end, "--") && !begins_block(p, end));
    doc->end = p;
    doc->arguments = NULL;
    int kind = 0;
    span tag = tagged_name(doc->text, doc->end, &kind);
    span name = tag.end > tag.start ? tag : declared_name(p, end);
    bool apart = p < end && line_end(skip_blanks(p, end), end) ==
                                skip_blanks(p, end); /* a blank line follows */
    if (kind == TAG_MODULE || kind == TAG_COMMAND) {
        bool typed = kind == TAG_COMMAND && *name.start != ':';
        snprintf(doc->name, sizeof doc->name, "%s%.*s", typed ? "moonlab " : "",
                 (int)(name.end - name.start), name.start);
        return name.end > name.start;
    }
    if (first && tag.end == tag.start && (apart || name.end == name.start)) {
        snprintf(doc->name, sizeof doc->name, "%s", doc->module);
        return true;
    }
    if (name.end == name.start || (apart && tag.end == tag.start)) return false;
    full_name(doc->name, name, doc->module);
    set_arguments(doc, p, end);
    return true;
}

static bool each_of(const lab_module *m, const char *name,
                    bool (*fn)(void *ctx, const lua_doc *doc), void *ctx)
{
    const char *p = (const char *)m->text, *end = p + m->size;
    bool first = true;
    while (p < end) {
        const char *q = skip_blanks(p, end);
        if (!begins_block(p, end)) {
            if (line_end(q, end) > q && !starts(q, end, "--")) first = false;
            p = next_line(p, end);
            continue;
        }
        lua_doc doc = { .module = name };
        bool named = read_block(&doc, p, end, first);
        first = false;
        p = doc.end;
        if (named && !fn(ctx, &doc)) return false;
    }
    return true;
}

void lua_docs_each(bool (*fn)(void *ctx, const lua_doc *doc), void *ctx)
{
    static const char folder[] = "docs.";
    for (int i = 0; lab_embedded[i].name; i++)
        if (!each_of(&lab_embedded[i], lab_embedded[i].name, fn, ctx)) return;
    for (int i = 0; lab_manual[i].name; i++)
        if (strncmp(lab_manual[i].name, folder, sizeof folder - 1) == 0 &&
            !each_of(&lab_manual[i], lab_manual[i].name + sizeof folder - 1, fn, ctx))
            return;
}

typedef struct search {
    const char *name;
    lua_doc *out;
    bool found, exact;
} search;

static bool compare(void *ctx, const lua_doc *doc)
{
    search *s = ctx;
    if (strcmp(doc->name, s->name) == 0) {
        if (s->exact && !doc->arguments) return true;
        *s->out = *doc;
        s->found = s->exact = true;
        return !doc->arguments; /* a file and its function may have one name: the function is meant */
    }
    const char *dot = strrchr(doc->name, '.');
    if (!s->exact && dot && strcmp(dot + 1, s->name) == 0 &&
        (!s->found || (doc->arguments && !s->out->arguments)))
        *s->out = *doc, s->found = true;
    return true;
}

bool lua_docs_find(const char *name, lua_doc *out)
{
    search s = { .name = name, .out = out };
    lua_docs_each(compare, &s);
    return s.found;
}
