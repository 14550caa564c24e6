/* memory.h -- counters of memory per device, for core's own files; ml_alloc and ml_free are in tensor.h. */
#ifndef ML_MEMORY_H
#define ML_MEMORY_H

#include "core/tensor.h"

#define ML_MAX_DEVICES 16

/* Counts BYTES of a new storage; false if that would pass the limit. */
bool ml_memory_take(int device, size_t bytes);
void ml_memory_give(int device, size_t bytes);
/* Frees what can be freed after a failed allocation; true if trying again makes sense. */
bool ml_memory_relieve(void);
int64_t ml_tensors_alive(void);

#endif
