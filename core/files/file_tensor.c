/* file_tensor.c -- the elements of tensors as files store them: byte order, narrower integers, and
** bool bytes made 0 or 1. */
#include "core/files/file_tensor.h"

#include <assert.h>
#include <string.h>

#include "core/tensor.h"

/* ---- byte order ------------------------------------------------------------------------------ */

uint64_t ml_load_little(const unsigned char *p, int width)
{
    uint64_t v = 0;
    for (int i = 0; i < width; i++) v |= (uint64_t)p[i] << (8 * i);
    return v;
}

uint64_t ml_load_big(const unsigned char *p, int width)
{
    uint64_t v = 0;
    for (int i = 0; i < width; i++) v = v << 8 | p[i];
    return v;
}

void ml_store_little(unsigned char *p, int width, uint64_t v)
{
    for (int i = 0; i < width; i++) p[i] = (unsigned char)(v >> (8 * i));
}

static void swap_bytes(void *values, size_t n, size_t width)
{
    unsigned char *p = values;
    for (size_t i = 0; i < n; i++, p += width)
        for (size_t a = 0, b = width - 1; a < b; a++, b--) {
            unsigned char c = p[a];
            p[a] = p[b], p[b] = c;
        }
}

/* ---- reading --------------------------------------------------------------------------------- */

ml_status ml_file_count(const ml_reader *r, ml_element element, int ndim, const int64_t *shape,
                        int64_t *count)
{
    if (ndim > ML_MAX_DIMS)
        return ml_read_fail(r, "%d dimensions; a tensor has at most %d", ndim, ML_MAX_DIMS);
    int64_t n = 1, bytes = 0;
    for (int i = 0; i < ndim; i++)
        if (shape[i] < 0)
            return ml_read_fail(r, "size %lld in dimension %d is negative", (long long)shape[i],
                                i + 1);
    /* Sizes beside a 0 are multiplied too: strides are made from them. */
    for (int i = 0; i < ndim; i++)
        if (__builtin_mul_overflow(n, shape[i] > 0 ? shape[i] : 1, &n)) n = -1, i = ndim;
    if (n < 0 || __builtin_mul_overflow(n, (int64_t)ml_dtype_size(element.dtype), &bytes))
        return ml_read_fail(r, "the product of the sizes is too large");
    for (int i = 0; i < ndim; i++)
        if (shape[i] == 0) n = 0;
    *count = n;
    return ML_OK;
}

static int64_t stored_integer(const unsigned char *p, ml_element e)
{
    assert(e.width >= 1 && e.width <= 8);
    uint64_t v = ml_load_little(p, e.width);
    int shift = 64 - 8 * e.width;
    return e.is_signed ? (int64_t)(v << shift) >> shift : (int64_t)v;
}

/* n integers of e.width bytes lie at the end of DATA; they become n of dtype, from the front.
** The one being read is never behind the one being written, so this works in place. */
static void widen(char *data, int64_t n, ml_element e)
{
    size_t size = ml_dtype_size(e.dtype);
    const unsigned char *from = (unsigned char *)data + (size_t)n * (size - e.width);
    for (int64_t i = 0; i < n; i++, from += e.width) {
        int64_t v = stored_integer(from, e);
        int32_t narrow = (int32_t)v;
        if (size == 8)
            memcpy(data + i * 8, &v, 8);
        else
            memcpy(data + i * 4, &narrow, 4);
    }
}

static ml_status fix_elements(const ml_reader *r, char *data, int64_t n, ml_element e)
{
    if (e.dtype == ML_BOOL)
        for (int64_t i = 0; i < n; i++) data[i] = data[i] != 0;
    if (e.dtype != ML_I64 || e.width != 8 || e.is_signed) return ML_OK;
    for (int64_t i = 0; i < n; i++) {
        int64_t v;
        memcpy(&v, data + i * 8, 8);
        if (v < 0)
            return ml_read_fail_at(r, r->given - (uint64_t)(n - i) * 8,
                                   "the uint64 %llu does not fit in int64", (unsigned long long)v);
    }
    return ML_OK;
}

ml_tensor *ml_read_tensor(ml_reader *r, ml_element e, int ndim, const int64_t *shape)
{
    int64_t n = 0;
    if (ml_file_count(r, e, ndim, shape, &n) != ML_OK) return NULL;
    size_t bytes = (size_t)n * e.width, size = ml_dtype_size(e.dtype);
    if (ml_read_room(r, bytes, "the data") != ML_OK) return NULL;
    ml_tensor *t = ml_empty((ml_spec){ .dtype = e.dtype }, ndim, shape);
    if (!t || n == 0) return t;
    char *data = ml_data(t), *from = data + (size_t)n * (size - e.width);
    if (ml_read(r, from, bytes, "the data") != ML_OK) return NULL;
    if (e.big_endian) swap_bytes(from, (size_t)n, e.width);
    if (size > e.width) widen(data, n, e);
    return fix_elements(r, data, n, e) == ML_OK ? t : NULL;
}

ml_tensor *ml_for_file(ml_tensor *t)
{
    bool on = ml_set_grad_enabled(false);
    t = ml_contiguous(ml_to_device(t, 0));
    ml_set_grad_enabled(on);
    return t;
}
