/* unfinished.h -- code cut at the cursor, and what is known about the values in it without running anything: for
** completion. */
#ifndef LAB_UNFINISHED_H
#define LAB_UNFINISHED_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "lua_api/lua_docs.h"
#include "lua_api/tokens.h"

typedef struct code_token {
    token_kind kind;
    bool finished;
    const char *start, *end;
    int partner; /* of a bracket: the index of the other; -1: none */
} code_token;

typedef struct unfinished {
    lua_State *L;
    const char *text, *end; /* up to the cursor */
    code_token *t;          /* comments left out */
    int n;
    int open;        /* the innermost bracket that is open at the end; -1: none */
    bool in_comment; /* the cursor is in one */
} unfinished;

/* Reads TEXT; pushes a userdata that owns the tokens. */
void unfinished_read(unfinished *u, lua_State *L, const char *code, size_t size);
bool unfinished_is(const unfinished *u, int i, const char *word); /* false out of range */
/* The first token of the chain of names, indexes and calls that ends with token LAST; -1 if there is none. */
int unfinished_chain(const unfinished *u, int last);

/* ---- values ---------------------------------------------------------------------------------- */

typedef enum value_kind {
    VALUE_NONE,
    VALUE_LUA,      /* it is at idx */
    VALUE_TENSOR,   /* some tensor */
    VALUE_STRING,   /* some string */
    VALUE_INSTANCE, /* something made by the class at idx */
} value_kind;

typedef struct value {
    value_kind kind;
    int idx;       /* a place on the stack, made by unfinished_value */
    char name[96]; /* the name under which help may know it, "nn.Linear", "lab.sum"; "" */
} value;

/* What the chain from token FIRST to LAST yields, by raw look-ups; pushes one value. */
void unfinished_value(unfinished *u, int first, int last, value *out);

/* Pushes upvalue I of the function that looks up the missing fields of the object at idx (nil for what are all of its
** globals), and returns true; or pushes nothing. */
bool unfinished_push_upvalue(lua_State *L, int idx, int i);

/* Finds the comment of the function at idx, if it is one of the embedded modules'. */
bool unfinished_doc_of(lua_State *L, int idx, lua_doc *doc);

/* What a call's arguments may be: from the operator table, or a doc comment. */
typedef struct callee {
    int op; /* -1: none */
    bool has_doc;
    lua_doc doc;
    bool method; /* the first parameter stands before the colon */
    value value;
} callee;

/* The call whose arguments begin at bracket OPEN (a table in them is inside the call); false if that is no call, or
** nothing is known of what is called.  Pushes a value. */
bool unfinished_callee(unfinished *u, int open, callee *out);

/* Shows fn the options of a call, and the strings that can be given for option KEY (NULL: for argument POSITION, from 1)
** of it. */
typedef void known_word(void *ctx, const char *word, size_t n);
void callee_options(const callee *c, known_word *fn, void *ctx);
void callee_strings(const callee *c, const char *key, size_t n, int position, known_word *fn,
                    void *ctx);

#endif
