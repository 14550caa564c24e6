/* sort_keys.h -- numbers as unsigned keys of the same order, sorted stably or searched by rank.
**
** Key order: -inf < … < -0 = 0 < … < inf < nan; descending turns all bits over.  Integers keep
** theirs.  Rising keys with equal ones in their old order are what every operator of this family is
** made of. */
#ifndef ML_SORT_KEYS_H
#define ML_SORT_KEYS_H

#include "core/op.h"

typedef struct sort_entry {
    uint64_t key;
    int64_t index;
} sort_entry;

#define SORT_NAN_F32 0xffffffffu
#define SORT_NAN_F64 UINT64_MAX

/* The key of a nan of TYPE; for integers no key is one: *has is false. */
uint64_t sort_nan_key(ml_dtype type, bool *has);
/* Once interrupted, what follows gives up: entries are then unsorted, keys and ranks any. */

/* Keys of n elements side by side; TYPE F32, F64 or I64. */
void sort_keys(ml_dtype type, const void *p, int64_t n, bool descending, uint64_t *keys);
/* Sorts n entries stably by key; SCRATCH has room for as many. */
void sort_entries(int64_t n, sort_entry *entries, sort_entry *scratch);
/* The key of rank k (from 0) among n; SCRATCH has room for n.  At most 8 passes. */
uint64_t sort_select(int64_t n, const uint64_t *keys, int64_t k, uint64_t *scratch);

#endif
