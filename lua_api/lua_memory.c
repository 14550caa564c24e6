/* lua_memory.c -- see lua_memory.h.
**
** Objects that can be keys of a table (tables, closures, userdata, threads) are small; Lua hashes them by the low
** 32 bits of their address.  Small blocks come from an arena that begins at a multiple of 4 GiB, cut into
** size classes of 16 bytes with a free list each; so the low bits of an address depend only on what was
** asked for and released before, not on where the system puts memory.  Larger blocks come from malloc.
**
**     arena:  | chunk of class 3 | chunk of class 7 | chunk of class 3 | … unused
**
** Memory of the arena goes back to the system only when the session ends.  Where the address space for it
** is refused (a limit set by ulimit -v), malloc serves everything. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "lua_api/lua_memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GRAIN   16
#define CLASSES 33 /* blocks of 16 … 512 bytes; class 0 is unused */
#define CHUNK   ((size_t)64 << 10)
#define WANTED  ((size_t)16 << 30) /* address space, not memory */
#define ALIGN   ((size_t)4 << 30)

struct lua_memory {
    char *map, *arena, *unused, *end;
    size_t map_size, live, limit;
    void *free_list[CLASSES];
};

lua_memory *lua_memory_open(void)
{
    lua_memory *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->map_size = WANTED + ALIGN;
    m->map = mmap(NULL, m->map_size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (m->map == MAP_FAILED)
        m->map = NULL;
    else {
        m->arena = m->map + (ALIGN - (uintptr_t)m->map % ALIGN) % ALIGN;
        m->unused = m->arena, m->end = m->arena + WANTED;
    }
    return m;
}

void lua_memory_close(lua_memory *m)
{
    if (!m) return;
    if (m->map) munmap(m->map, m->map_size);
    free(m);
}

void lua_memory_limit(lua_memory *m, size_t bytes)
{
    m->limit = bytes;
}

static bool is_ours(const lua_memory *m, const void *block)
{
    return (const char *)block >= m->arena && (const char *)block < m->end && m->map;
}

static void *take(lua_memory *m, size_t size)
{
    size_t class = (size + GRAIN - 1) / GRAIN;
    if (class >= CLASSES || !m->map) return malloc(size);
    if (!m->free_list[class]) {
        if ((size_t)(m->end - m->unused) < CHUNK) return malloc(size);
        char *chunk = m->unused;
        m->unused += CHUNK;
        for (size_t i = CHUNK / (class * GRAIN); i-- > 0;) {
            void **block = (void **)(void *)(chunk + i * class * GRAIN);
            *block = m->free_list[class];
            m->free_list[class] = block;
        }
    }
    void **block = m->free_list[class];
    m->free_list[class] = *block;
    return block;
}

static void give(lua_memory *m, void *block, size_t size)
{
    if (!is_ours(m, block)) {
        free(block);
        return;
    }
    size_t class = (size + GRAIN - 1) / GRAIN;
    *(void **)block = m->free_list[class];
    m->free_list[class] = block;
}

static void *resize(lua_memory *m, void *block, size_t old_size, size_t new_size)
{
    if (is_ours(m, block)) {
        if ((old_size + GRAIN - 1) / GRAIN == (new_size + GRAIN - 1) / GRAIN) return block;
    } else if (new_size > (CLASSES - 1) * GRAIN || !m->map)
        return realloc(block, new_size);
    void *moved = take(m, new_size);
    if (!moved) return new_size <= old_size ? block : NULL;
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    give(m, block, old_size);
    return moved;
}

void *lua_memory_alloc(void *ud, void *block, size_t old_size, size_t new_size)
{
    lua_memory *m = ud;
    if (!block) old_size = 0; /* then it tells the kind of object */
    if (new_size == 0) {
        if (block) give(m, block, old_size);
        m->live -= old_size;
        return NULL;
    }
    if (m->limit && new_size > old_size && m->live + (new_size - old_size) > m->limit) return NULL;
    void *result = block ? resize(m, block, old_size, new_size) : take(m, new_size);
    if (result) m->live += new_size - old_size;
    return result;
}
