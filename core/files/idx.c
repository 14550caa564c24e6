/* idx.c -- the IDX files of MNIST and its relatives, as they are or gzipped.
**
**     0 0 type ndim  size … size  elements        everything big-endian, sizes of 4 bytes
*/
#include "core/files/file_tensor.h"
#include "core/files/files.h"

static ml_status idx_element(const ml_reader *r, unsigned char type, ml_element *out)
{
    switch (type) {
    case 0x08: *out = (ml_element){ ML_U8, 1, false, true }; return ML_OK;
    case 0x09: *out = (ml_element){ ML_I8, 1, true, true }; return ML_OK;
    case 0x0B: *out = (ml_element){ ML_I32, 2, true, true }; return ML_OK;
    case 0x0C: *out = (ml_element){ ML_I32, 4, true, true }; return ML_OK;
    case 0x0D: *out = (ml_element){ ML_F32, 4, true, true }; return ML_OK;
    case 0x0E: *out = (ml_element){ ML_F64, 8, true, true }; return ML_OK;
    default:
        return ml_read_fail_at(r, 2, "element type 0x%02x; 0x08 0x09 0x0b 0x0c 0x0d 0x0e are known",
                               type);
    }
}

static ml_status read_header(ml_reader *r, ml_element *element, int *ndim, int64_t *shape)
{
    unsigned char magic[4], size[4];
    ML_TRY(ml_read(r, magic, 4, "the magic number"));
    if (magic[0] != 0 || magic[1] != 0)
        return ml_read_fail_at(r, 0, "not an IDX file: it should start with two zero bytes");
    ML_TRY(idx_element(r, magic[2], element));
    if (magic[3] > ML_MAX_DIMS)
        return ml_read_fail_at(r, 3, "%d dimensions; a tensor has at most %d", magic[3],
                               ML_MAX_DIMS);
    *ndim = magic[3];
    for (int i = 0; i < *ndim; i++) {
        ML_TRY(ml_read(r, size, 4, "the sizes"));
        shape[i] = (int64_t)ml_load_big(size, 4);
    }
    return ML_OK;
}

static ml_tensor *read_idx(ml_reader *r)
{
    ml_element element = { 0 };
    int ndim = 0;
    int64_t shape[ML_MAX_DIMS];
    if (ml_reader_gunzip(r) != ML_OK) return NULL;
    if (read_header(r, &element, &ndim, shape) != ML_OK) return NULL;
    ml_tensor *t = ml_read_tensor(r, element, ndim, shape);
    return t && ml_read_finish(r, "the data") == ML_OK ? t : NULL;
}

/* Closes the reader; a tensor that was not finished goes with the scope. */
static ml_tensor *read_and_close(ml_reader *r)
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *t = read_idx(r);
    ml_reader_close(r);
    return ml_scope_return(&scope, t);
}

ml_tensor *ml_idx_load(const char *path)
{
    ml_reader r;
    return ml_reader_open(&r, path) == ML_OK ? read_and_close(&r) : NULL;
}

ml_tensor *ml_idx_parse(const char *name, const void *bytes, size_t n)
{
    ml_reader r;
    ml_reader_memory(&r, name, bytes, n);
    return read_and_close(&r);
}
