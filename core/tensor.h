/* tensor.h -- inside of a tensor, for core's own files.
**
**     ml_tensor ──► ml_storage ──► bytes          one storage, many views
**     shape, stride, data              version counts in-place changes
**
** Invariants: refs > 0; data lies inside the storage; numel is the product of shape (1 for ndim 0);
** `contiguous` is true exactly when the strides are row-major (any strides when numel < 2).  A ghost has
** storage NULL: shape, dtype and device only. */
#ifndef ML_TENSOR_H
#define ML_TENSOR_H

#include "core/moonlab.h"

typedef struct ml_storage {
    _Alignas(64) int32_t refs;
    int32_t device;
    uint64_t version; /* + 1 at every in-place change */
    size_t bytes;
    void *data;             /* CPU: follows this header in the same block */
    const char *changed_in; /* where the last in-place change was made, for messages */
    int32_t changed_line;
    int32_t changed_op;
    uint64_t id;
} ml_storage;

typedef struct ml_hooks ml_hooks;
typedef struct ml_node ml_node;

struct ml_tensor {
    int32_t refs;
    uint8_t dtype, ndim, device;
    bool requires_grad : 1; /* of a leaf */
    bool contiguous : 1;
    uint32_t output; /* which output of node */
    char *data;
    int64_t numel;
    ml_storage *storage;
    ml_node *node;        /* how it was made; NULL for a leaf */
    ml_node *accumulator; /* of a leaf: where its gradient arrives; borrowed, may be NULL */
    uint64_t version;     /* of the storage when node was set */
    ml_tensor *grad;
    ml_hooks *hooks;
    int64_t shape[ML_MAX_DIMS];
    int64_t stride[ML_MAX_DIMS];
};

/* Gives T, which the caller owns, to the scope; NULL (and T released) if there is no room. */
ml_tensor *ml_scope_own(ml_tensor *t);
/* A struct with refs 1, owned by the scope, fields zero; NULL out of memory. */
ml_tensor *ml_tensor_new(void);
/* The same without a scope: the caller owns it. */
ml_tensor *ml_tensor_alloc(void);
/* Shares x's memory under other sizes; owned by the scope; no history. */
ml_tensor *ml_alias(const ml_tensor *x);
/* Same shape, dtype, device, no memory; owned by the caller. */
ml_tensor *ml_ghost(const ml_tensor *x);
void ml_set_layout(ml_tensor *t, int ndim, const int64_t *shape, const int64_t *stride);
/* Counts an in-place change of t's memory made by OP. */
void ml_touch(ml_tensor *t, int op);
int64_t ml_storage_offset(const ml_tensor *t); /* elements before data */

/* Sizes' product into *numel; fails on a negative size, more than ML_MAX_DIMS, or overflow. */
ml_status ml_check_shape(const char *op, int ndim, const int64_t *shape, int64_t *numel) ML_CHECKED;
/* A dimension -ndim … ndim-1 made 0 … ndim-1 (ndim 0 counts as 1); false with an error. */
bool ml_check_dim(const char *op, int ndim, int64_t dim, int *out);
/* An index -size … size-1 made 0 … size-1; false with an error that counts from 1. */
bool ml_check_index(const char *op, int64_t size, int64_t index, int64_t *out);
/* Broadcast shape of n tensors into shape[], its length returned; -1 with an error. */
int ml_broadcast(const char *op, int n, ml_tensor *const t[], int64_t shape[ML_MAX_DIMS]);

static inline bool ml_same_shape(const ml_tensor *a, const ml_tensor *b)
{
    if (a->ndim != b->ndim) return false;
    for (int i = 0; i < a->ndim; i++)
        if (a->shape[i] != b->shape[i]) return false;
    return true;
}

/* Host memory from the caching allocator, 64-byte aligned; NULL, without a message, when out. */
void *ml_alloc(size_t bytes);
void ml_free(void *p, size_t bytes); /* bytes as given to ml_alloc */
void *ml_realloc(void *p, size_t old_bytes, size_t new_bytes);

#endif
