/* cell_text.c -- questions about the text of a cell, for programs: nothing is run, and no session is needed. */
#include <stdlib.h>
#include <string.h>

#include "lua_api/cells.h"
#include "lua_api/lua_api.h"

char *session_plain_lua(const char *code, size_t size, size_t *out_size)
{
    char *out;
    return cells_rewrite(code, size, CELLS_SCRIPT, &out, out_size) == CELLS_OK ? out : NULL;
}

typedef struct names {
    char **list; /* NULL-ended */
    size_t n;
    bool failed;
} names;

static void add_name(void *ctx, const char *name, size_t length)
{
    names *found = ctx;
    for (size_t i = 0; i < found->n; i++)
        if (strlen(found->list[i]) == length && memcmp(found->list[i], name, length) == 0) return;
    char **larger = realloc(found->list, (found->n + 2) * sizeof(char *));
    if (larger) found->list = larger;
    char *copy = larger ? malloc(length + 1) : NULL;
    if (!copy) {
        found->failed = true;
        return;
    }
    memcpy(copy, name, length);
    copy[length] = '\0';
    larger[found->n++] = copy, larger[found->n] = NULL;
}

char **session_assigned(const char *code, size_t size)
{
    names found = { .list = calloc(1, sizeof(char *)) };
    if (!found.list) return NULL;
    cells_assigned(code, size, add_name, &found);
    if (!found.failed) return found.list;
    for (size_t i = 0; i < found.n; i++) free(found.list[i]);
    free(found.list);
    return NULL;
}
