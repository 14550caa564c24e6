/* embed.h -- the Lua modules inside the executable: lua_api/lua/nn/linear.lua is module nn.linear. */
#ifndef LAB_EMBED_H
#define LAB_EMBED_H

#include <stddef.h>

typedef struct lab_module {
    const char *name;
    const unsigned char *text;
    size_t size;
} lab_module;

extern const lab_module lab_embedded[]; /* ends with a NULL name */

#endif
