/* embed.h -- files inside the executable.  The Lua modules: lua_api/lua/nn/linear.lua is module nn.linear.  The manual:
** lua_api/manual/docs/lab/random.lua is docs.lab.random, topics/saving.md topics.saving, and its code. */
#ifndef LAB_EMBED_H
#define LAB_EMBED_H

#include <stddef.h>

typedef struct lab_module {
    const char *name;
    const unsigned char *text;
    size_t size;
} lab_module;

extern const lab_module lab_embedded[]; /* ends with a NULL name */
extern const lab_module lab_manual[];   /* likewise */

#endif
