/* cells.h -- a cell's source, rewritten so that its top-level locals outlive it and its last expression is
** shown.  Text in, text out: Lua is not needed.
**
**     local a, b <const> = f()          moonlab_cell.a, moonlab_cell.b = f()
**     local c                           moonlab_cell.c = nil;
**     local function g() end            function moonlab_cell.g() end
**     a + c                             moonlab_show(a + c)
**     a + c;                            moonlab_quiet(a + c);
**
** with `local moonlab_cell, moonlab_show, moonlab_quiet = ...;` put in front, on the first line.  Lines keep their numbers.
** Inside blocks and functions nothing changes.  A local marked <close>, and one called _ENV, stay what
** they are. */
#ifndef LAB_CELLS_H
#define LAB_CELLS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cells_result {
    CELLS_OK,
    CELLS_SYNTAX, /* not Lua (or unfinished): give the text to Lua as it is, for its message */
    CELLS_MEMORY,
} cells_result;

typedef enum cells_mode {
    CELLS_SESSION,    /* as above */
    CELLS_EXPRESSION, /* locals stay locals; shows the last expression, if it is not a call */
    CELLS_SCRIPT, /* likewise, as Lua that other programs accept: show(a + c), and no line in front */
} cells_mode;

/* Rewrites CODE into *out (NUL-terminated, to be freed by the caller), its length in *out_size. */
cells_result cells_rewrite(const char *code, size_t size, cells_mode mode, char **out,
                           size_t *out_size);
/* Calls FOUND with each name that CODE makes or sets at its top level: local or not, functions too.  A name may come more
** than once; what stands after a mistake is not seen. */
void cells_assigned(const char *code, size_t size,
                    void (*found)(void *ctx, const char *name, size_t length), void *ctx);

#endif
