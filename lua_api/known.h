/* known.h -- what the operator table and the doc comments say of a name, for completion and signatures. */
#ifndef LAB_KNOWN_H
#define LAB_KNOWN_H

#include "lua_api/lua_docs.h"
#include "lua_api/text.h"

/* "lab.sum", "tensor:sum", "x:sum" and "sum" without what stands before "sum". */
const char *known_bare_name(const char *name);
int known_operator(const char *name); /* exp_ is exp; -1 if there is none */
/* Pushes the name under which the value at idx is in the manual, lab or a loaded module, and true; nothing, and false. */
bool known_push_name(lua_State *L, int idx);

/* Append "lab.sum(x, dim?, keepdim=false)", and the same of what a doc comment is about. */
void known_call(text *t, int op);
void known_signature(text *t, const lua_doc *doc);
/* The first sentence of a doc comment, on one line. */
void known_first_sentence(text *t, const lua_doc *doc);
/* The next line of a doc comment without its dashes, of *n bytes; NULL at the end. */
const char *known_next_line(const char **p, const char *end, size_t *n);

#endif
