/* plot_memory.h: where plot/ gets its memory, so that tests can make any allocation fail. */
#ifndef PLOT_MEMORY_H
#define PLOT_MEMORY_H

#include <stddef.h>

typedef struct plot_figure plot_figure;

/* resize has realloc's contract for n > 0, and its memory is released by free().  A NULL resize
** means realloc itself. */
typedef struct {
    void *(*resize)(void *user, void *old, size_t n);
    void *user;
} plot_memory;

/* As realloc(old, count * size), but NULL on overflow; old stays valid on failure. */
void *plot_resize(const plot_memory *memory, void *old, size_t count, size_t size);

/* The text's copy, or NULL. */
char *plot_copy_text(const plot_memory *memory, const char *text);

/* Makes room in *items, an array of *capacity, for count + more; the array at least doubles.
** Returns 0, with nothing changed, when memory is out. */
int plot_grow(const plot_memory *memory, void **items, size_t *capacity, size_t count, size_t more,
              size_t size);

/* A figure that allocates, and is rendered, from this memory. */
plot_figure *plot_figure_new_in(plot_memory memory);

#endif
