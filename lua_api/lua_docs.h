/* lua_docs.h -- the LDoc comments of the embedded Lua modules: blocks that begin with three dashes before a function or at the
** top of a file. */
#ifndef LAB_LUA_DOCS_H
#define LAB_LUA_DOCS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lua_doc {
    char name[96];          /* "nn.Linear", "nn.Linear:forward"; a module's own is its name */
    const char *text, *end; /* the comment's lines, dashes and all */
    const char
        *arguments; /* "(inputs, outputs, options)" in the source; NULL if it is not a function */
    size_t arguments_size;
    const char *module;
} lua_doc;

/* Calls FN(ctx, doc) for each documented thing, in the order of the modules, until it returns false. */
void lua_docs_each(bool (*fn)(void *ctx, const lua_doc *doc), void *ctx);
/* Finds NAME, in full ("nn.Linear") or its last part alone ("Linear"). */
bool lua_docs_find(const char *name, lua_doc *out);

#endif
