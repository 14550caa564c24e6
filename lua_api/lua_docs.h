/* lua_docs.h -- the LDoc comments of the embedded Lua modules and of lua_api/manual/docs: blocks that begin with three
** dashes.  What one documents is told by the line after it (function a.b(x), function A:b(x), local function b(x),
** a.b = …, local B = …) or by a tag in it:
**
**   @function NAME   @class NAME   @field NAME    of what is made in another way; docs/Tensor.lua, docs/lab
**   @command NAME [arguments]                     of the executable, or, with a colon before it, of the prompt
**   @module NAME                                  about a module; NAME is what users write (nn, nn.init)
**   @local                                        not for users: in a block with @module, the whole file
**
** The first sentence stands for the whole in lists.  Paragraphs follow: "* item", code indented by four spaces, `names`.
** Then, all of them where they apply (tests/lua/manual.lua checks it):
**
**   @tparam TYPE NAME text       an argument; @tparam[opt] may be left out, @tparam[opt=2] has a default.  Say shapes
**                                with letters (N batch, C channels, H W, T time, D features, * any).  Of a table of
**                                options the text names each: lr=0.001, momentum=0
**   @treturn TYPE text           a result, one tag each, with its shape and dtype; "@treturn nil" of none
**   @raise text                  an error, beside wrong kinds of arguments and unknown options, which are understood
**   @example code --> printed    a test.  Several lines may follow, the last with the arrow; without an arrow it only
**                                runs; "--> error: part of the message" of one that fails
**   @see name, name              beside those that are written alike
**
** The comment of an operator in docs/lab adds to its row of core/ops: the row has the sentence, arguments, dtypes,
** formula and an example; @param NAME text adds to what the signature says of an argument, and the block may begin with an
** empty line of dashes. */
#ifndef LAB_LUA_DOCS_H
#define LAB_LUA_DOCS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lua_doc {
    char name[96];          /* "nn.Linear", "nn.Linear:forward", "Tensor:item", "moonlab run" */
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
