/* scope.c -- what the current scope owns: a stack of tensors, scopes are marks in it. */
#include "core/tensor.h"

#include <assert.h>
#include <stdlib.h>

static _Thread_local struct {
    ml_tensor **at;
    size_t n, capacity;
} owned;

/* Room for one more, made before the tensor, so that nothing can be lost. */
static bool reserve(void)
{
    if (owned.n < owned.capacity) return true;
    size_t capacity = owned.capacity ? 2 * owned.capacity : 256;
    ml_tensor **at = ml_realloc(owned.at, owned.capacity * sizeof *at, capacity * sizeof *at);
    if (!at) return ml_fail(ML_MEMORY, "out of memory"), false;
    owned.at = at, owned.capacity = capacity;
    return true;
}

ml_tensor *ml_tensor_new(void)
{
    if (!reserve()) return NULL;
    ml_tensor *t = ml_tensor_alloc();
    if (t) owned.at[owned.n++] = t;
    return t;
}

ml_tensor *ml_scope_own(ml_tensor *t)
{
    if (!t) return NULL;
    if (!reserve()) return ml_release(t), NULL;
    return owned.at[owned.n++] = t;
}

void ml_scope_open(ml_scope *scope)
{
    scope->mark = owned.n;
}

void ml_scope_close(ml_scope *scope)
{
    assert(owned.n >= scope->mark);
    while (owned.n > scope->mark) ml_release(owned.at[--owned.n]);
}

ml_tensor *ml_scope_return(ml_scope *scope, ml_tensor *t)
{
    ml_retain(t);
    ml_scope_close(scope);
    return ml_scope_own(t);
}
