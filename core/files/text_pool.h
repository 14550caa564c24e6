/* text_pool.h -- distinct texts, numbered from 1 in the order in which they first come.
**
**     slots (open addressing) ──► number ──► end[number - 1] … end[number] in bytes
**
** Each text is kept once, ended by a zero byte.  A pool starts as all zeros. */
#ifndef ML_TEXT_POOL_H
#define ML_TEXT_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ml_text_pool {
    int64_t n;
    char *bytes;
    size_t used, room; /* of bytes */
    size_t *end;       /* end[i]: where text i stops, its zero byte included; end[0] is 0 */
    int64_t end_room;
    int64_t *slot; /* numbers, 0: free; a power of two of them, at most half in use */
    int64_t nslots;
} ml_text_pool;

/* The number of TEXT, which is added if it is new (*is_new); 0 out of memory, without a message. */
int64_t ml_text_pool_add(ml_text_pool *pool, const char *text, size_t n, bool *is_new);
/* Text NUMBER, and its length if n is not NULL. */
const char *ml_text_pool_get(const ml_text_pool *pool, int64_t number, size_t *n);
/* Numbers the texts anew, by bytes (of UTF-8: by code points); rank[old number - 1] is the new one.
** False out of memory, without a message; then all is as it was. */
bool ml_text_pool_sort(ml_text_pool *pool, int64_t *rank);
void ml_text_pool_free(ml_text_pool *pool); /* leaves it empty */

#endif
