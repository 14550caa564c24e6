/* named.h -- a collection's items in order, for the writers. */
#ifndef ML_NAMED_H
#define ML_NAMED_H

#include "core/files/files.h"

/* The items by name (byte order), in memory of ml_sorted_bytes from ml_alloc; fails on equal
** names. */
ml_status ml_named_sort(const ml_named *named, const char *file,
                        const ml_named_item ***out) ML_CHECKED;
static inline size_t ml_sorted_bytes(const ml_named *named)
{
    return (size_t)(named->n + 1) * sizeof(ml_named_item *);
}

#endif
