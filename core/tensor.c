/* tensor.c -- tensors and storages: making, viewing, describing, releasing. */
#include "core/tensor.h"
#include "core/autograd.h"
#include "core/device_list.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/place.h"

#include <stdio.h>
#include <string.h>

/* ---- structs from a slab ---------------------------------------------------------------------- */

static int64_t alive;
static uint64_t last_id;

ml_tensor *ml_tensor_alloc(void)
{
    ml_tensor *t = ml_alloc(sizeof *t);
    if (!t) return ml_fail(ML_MEMORY, "out of memory"), NULL;
    memset(t, 0, offsetof(ml_tensor, shape));
    t->refs = 1;
    alive++;
    return t;
}

int64_t ml_tensors_alive(void)
{
    return alive;
}

uint64_t ml_changes(const ml_tensor *t)
{
    return t->storage ? t->storage->version : 0;
}

ml_tensor *ml_retain(ml_tensor *t)
{
    if (t) t->refs++;
    return t;
}

static void storage_release(ml_storage *s)
{
    if (--s->refs > 0) return;
    ml_memory_give(s->device, s->bytes);
    if (s->device == 0) {
        ml_free(s, sizeof *s + s->bytes);
    } else {
        ml_device_free(s->device, s->data, s->bytes);
        ml_free(s, sizeof *s);
    }
}

void ml_release(ml_tensor *t)
{
    if (!t || --t->refs > 0) return;
    if (t->hooks) ml_hooks_free(t->hooks);
    if (t->grad) ml_release(t->grad);
    if (t->node) ml_node_release(t->node);
    if (t->storage) storage_release(t->storage);
    alive--;
    ml_free(t, sizeof *t);
}

/* ---- storages ---------------------------------------------------------------------------------- */

static ml_storage *storage_try(int device, size_t bytes)
{
    if (!ml_memory_take(device, bytes)) return NULL;
    ml_storage *s = ml_alloc(sizeof *s + (device == 0 ? bytes : 0));
    void *data = NULL;
    if (s) data = device == 0 ? (void *)(s + 1) : ml_device_alloc(device, bytes);
    if (!data) {
        if (s) ml_free(s, sizeof *s + (device == 0 ? bytes : 0));
        ml_memory_give(device, bytes);
        return NULL;
    }
    *s = (ml_storage){ .refs = 1, .device = device, .bytes = bytes, .data = data };
    s->id = ++last_id;
    return s;
}

_Static_assert(sizeof(ml_storage) % 64 == 0, "the data behind the header must stay aligned");

static ml_storage *storage_new(int device, size_t bytes)
{
    ml_storage *s = storage_try(device, bytes);
    if (!s && ml_memory_relieve()) s = storage_try(device, bytes);
    if (!s)
        ml_fail(ML_MEMORY,
                "out of memory: %.1f MB wanted on %s while %.1f MB are in use; free tensors "
                "(t = nil, lab.scope), take smaller batches or a smaller dtype",
                (double)bytes / 1e6, ml_device_name(device), (double)ml_memory(device).live / 1e6);
    return s;
}

/* ---- making ------------------------------------------------------------------------------------ */

ml_status ml_check_shape(const char *op, int ndim, const int64_t *shape, int64_t *numel)
{
    if (ndim > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE, "%s: %d dimensions: a tensor has at most %d", op, ndim,
                       ML_MAX_DIMS);
    int64_t n = 1;
    bool empty = false;
    for (int i = 0; i < ndim; i++) {
        if (shape[i] < 0)
            return ml_fail(ML_SHAPE, "%s: size %lld of dimension %d is negative", op,
                           (long long)shape[i], i + 1);
        if (shape[i] == 0)
            empty = true;
        else if (__builtin_mul_overflow(n, shape[i], &n) || n > (int64_t)1 << 46)
            return ml_fail(ML_SHAPE, "%s: shape (%s) is too large: more than 2^46 elements", op,
                           ml_shape_text(ndim, shape, (char[200]){ 0 }, 200));
    }
    *numel = empty ? 0 : n;
    return ML_OK;
}

static void set_contiguous(ml_tensor *t, int ndim, const int64_t *shape)
{
    int64_t stride = 1;
    t->ndim = (uint8_t)ndim;
    for (int i = ndim - 1; i >= 0; i--) {
        t->shape[i] = shape[i];
        t->stride[i] = stride;
        stride *= shape[i] > 1 ? shape[i] : 1;
    }
    t->contiguous = true;
}

ml_tensor *ml_empty(ml_spec spec, int ndim, const int64_t *shape)
{
    int64_t numel;
    if (ml_check_shape("tensor", ndim, shape, &numel) != ML_OK) return NULL;
    ml_tensor *t = ml_tensor_new();
    if (!t) return NULL;
    t->dtype = (uint8_t)spec.dtype, t->device = (uint8_t)spec.device;
    t->numel = numel;
    set_contiguous(t, ndim, shape);
    t->storage = storage_new(spec.device, (size_t)numel * ml_dtype_size(spec.dtype));
    if (!t->storage) return NULL;
    t->data = t->storage->data;
    return t;
}

ml_tensor *ml_empty_like(const ml_tensor *like, ml_dtype dtype)
{
    if (!like) return NULL;
    return ml_empty((ml_spec){ dtype, like->device }, like->ndim, like->shape);
}

ml_tensor *ml_from(const void *data, ml_dtype dtype, int ndim, const int64_t *shape)
{
    ml_tensor *t = ml_empty((ml_spec){ dtype, 0 }, ndim, shape);
    if (t && t->numel) memcpy(t->data, data, (size_t)t->numel * ml_dtype_size(dtype));
    return t;
}

ml_tensor *ml_alias(const ml_tensor *x)
{
    if (!x) return NULL;
    ml_tensor *t = ml_tensor_new();
    if (!t) return NULL;
    t->dtype = x->dtype, t->device = x->device, t->contiguous = x->contiguous;
    t->ndim = x->ndim, t->numel = x->numel, t->data = x->data;
    memcpy(t->shape, x->shape, sizeof x->shape);
    memcpy(t->stride, x->stride, sizeof x->stride);
    t->storage = x->storage;
    if (t->storage) t->storage->refs++, t->version = t->storage->version;
    return t;
}

ml_tensor *ml_ghost(const ml_tensor *x)
{
    ml_tensor *t = ml_tensor_alloc();
    if (!t) return NULL;
    t->dtype = x->dtype, t->device = x->device, t->ndim = x->ndim, t->numel = x->numel;
    t->contiguous = true;
    for (int i = 0; i < x->ndim; i++) t->shape[i] = x->shape[i], t->stride[i] = x->stride[i];
    return t;
}

void ml_set_layout(ml_tensor *t, int ndim, const int64_t *shape, const int64_t *stride)
{
    int64_t expect = 1, numel = 1;
    bool contiguous = true;
    t->ndim = (uint8_t)ndim;
    for (int i = ndim - 1; i >= 0; i--) {
        t->shape[i] = shape[i], t->stride[i] = stride[i];
        if (shape[i] != 1 && stride[i] != expect) contiguous = false;
        expect *= shape[i], numel *= shape[i];
    }
    t->numel = numel;
    t->contiguous = contiguous || numel < 2;
}

ml_tensor *ml_view_as(ml_tensor *x, int ndim, const int64_t *shape, const int64_t *stride,
                      int64_t offset)
{
    ml_tensor *t = ml_alias(x);
    if (!t) return NULL;
    ml_set_layout(t, ndim, shape, stride);
    if (t->numel) t->data += offset * (int64_t)ml_dtype_size(x->dtype);
    return t;
}

ml_tensor *ml_detach(ml_tensor *x)
{
    return ml_alias(x);
}

void ml_touch(ml_tensor *t, int op)
{
    ml_place place = ml_current_place();
    t->storage->version++;
    t->storage->changed_in = place.source;
    t->storage->changed_line = place.line;
    t->storage->changed_op = op;
}

/* ---- asking ------------------------------------------------------------------------------------ */

int ml_ndim(const ml_tensor *t)
{
    return t->ndim;
}

const int64_t *ml_shape(const ml_tensor *t)
{
    return t->shape;
}

const int64_t *ml_strides(const ml_tensor *t)
{
    return t->stride;
}

int64_t ml_numel(const ml_tensor *t)
{
    return t->numel;
}

ml_dtype ml_dtype_of(const ml_tensor *t)
{
    return (ml_dtype)t->dtype;
}

int ml_device_of(const ml_tensor *t)
{
    return t->device;
}

bool ml_is_contiguous(const ml_tensor *t)
{
    return t->contiguous;
}

bool ml_is_leaf(const ml_tensor *t)
{
    return t->node == NULL;
}

void *ml_data(const ml_tensor *t)
{
    if (t->device == 0) return t->data;
    ml_fail(ML_DEVICE,
            "a tensor on %s was given where one in the CPU's memory is needed; use x:to(\"cpu\")",
            ml_device_name(t->device));
    return NULL;
}

int64_t ml_storage_offset(const ml_tensor *t)
{
    return (t->data - (char *)t->storage->data) / (int64_t)ml_dtype_size((ml_dtype)t->dtype);
}

size_t ml_tensor_bytes(const ml_tensor *t)
{
    return t->storage ? t->storage->bytes : 0;
}

uint64_t ml_tensor_id(const ml_tensor *t)
{
    return t->storage ? t->storage->id : 0;
}

char *ml_shape_text(int ndim, const int64_t *shape, char *buf, size_t n)
{
    size_t used = 0;
    buf[0] = 0;
    for (int i = 0; i < ndim && used < n; i++) {
        int w = snprintf(buf + used, n - used, i ? " %lld" : "%lld", (long long)shape[i]);
        used += (size_t)w;
    }
    return buf;
}

char *ml_describe(const ml_tensor *t, char *buf, size_t n)
{
    if (!t) return snprintf(buf, n, "nothing"), buf;
    char shape[96];
    ml_shape_text(t->ndim, t->shape, shape, sizeof shape);
    snprintf(buf, n, "%s [%s]%s%s", ml_dtype_name((ml_dtype)t->dtype), shape,
             t->device ? " on " : "", t->device ? ml_device_name(t->device) : "");
    return buf;
}

/* ---- checking ---------------------------------------------------------------------------------- */

bool ml_check_dim(const char *op, int ndim, int64_t dim, int *out)
{
    int n = ndim ? ndim : 1;
    if (dim >= -n && dim < n) return *out = (int)(dim < 0 ? dim + n : dim), true;
    ml_fail(ML_INDEX, "%s: dimension %lld: the tensor has %d dimension%s, 1 to %d (or -1 to -%d)",
            op, (long long)(dim < 0 ? dim : dim + 1), ndim, ndim == 1 ? "" : "s", n, n);
    return false;
}

bool ml_check_index(const char *op, int64_t size, int64_t index, int64_t *out)
{
    if (index >= -size && index < size) return *out = index < 0 ? index + size : index, true;
    ml_fail(ML_INDEX,
            "%s: index %lld is out of range: the size is %lld, so 1 to %lld (or -1 to -%lld)", op,
            (long long)(index < 0 ? index : index + 1), (long long)size, (long long)size,
            (long long)size);
    return false;
}

int ml_broadcast(const char *op, int n, ml_tensor *const t[], int64_t shape[ML_MAX_DIMS])
{
    int ndim = 0;
    for (int i = 0; i < n; i++)
        if (t[i] && t[i]->ndim > ndim) ndim = t[i]->ndim;
    for (int d = 0; d < ndim; d++) {
        int64_t size = 1;
        for (int i = 0; i < n; i++) {
            int k = t[i] ? t[i]->ndim - ndim + d : -1;
            if (k < 0 || t[i]->shape[k] == 1 || t[i]->shape[k] == size) continue;
            if (size != 1) {
                ml_fail(
                    ML_SHAPE,
                    "%s: %s and %s do not broadcast: sizes %lld and %lld of dimension %d differ",
                    op, ML_DESCRIBE(t[0]), ML_DESCRIBE(t[i]), (long long)size,
                    (long long)t[i]->shape[k], d + 1);
                return -1;
            }
            size = t[i]->shape[k];
        }
        shape[d] = size;
    }
    return ndim;
}
