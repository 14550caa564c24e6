/* plot_memory.c: checked allocation.  All of plot/ allocates here. */
#define _DEFAULT_SOURCE /* madvise */
#include "plot/plot_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Large arrays ask for huge pages: to touch ten million numbers for the first time takes a third of the time. */
static void *resize(void *old, size_t bytes)
{
    enum { LARGE = 4 << 20, HUGE_PAGE = 2 << 20 };
    void *p = NULL;
    if (bytes < LARGE) return realloc(old, bytes);
    if (old != NULL)
        p = realloc(old, bytes);
    else if (posix_memalign(&p, HUGE_PAGE, bytes) != 0)
        p = NULL;
#ifdef MADV_HUGEPAGE
    uintptr_t skip = -(uintptr_t)p % HUGE_PAGE;
    if (p != NULL) madvise((char *)p + skip, bytes - skip, MADV_HUGEPAGE);
#endif
    return p;
}

void *plot_resize(const plot_memory *memory, void *old, size_t count, size_t size)
{
    if (size != 0 && count > PTRDIFF_MAX / size) return NULL;
    size_t bytes = count * size > 0 ? count * size : 1;
    return memory->resize != NULL ? memory->resize(memory->user, old, bytes) : resize(old, bytes);
}

char *plot_copy_text(const plot_memory *memory, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = plot_resize(memory, NULL, bytes, 1);
    if (copy != NULL) memcpy(copy, text, bytes);
    return copy;
}

int plot_grow(const plot_memory *memory, void **items, size_t *capacity, size_t count, size_t more,
              size_t size)
{
    if (more <= *capacity - count) return 1;
    if (more > PTRDIFF_MAX - count) return 0;
    size_t wanted = count + more;
    if (wanted < *capacity + *capacity / 2) wanted = *capacity + *capacity / 2;
    if (wanted < 16) wanted = 16;
    void *grown = plot_resize(memory, *items, wanted, size);
    if (grown == NULL) return 0;
    *items = grown;
    *capacity = wanted;
    return 1;
}
