/* test_datasets.c -- IDX and CIFAR-10: what they hold, and what is wrong with damaged ones. */
#include "core/files/files.h"

#include <zlib.h>

#include "tests/unit/file_bytes.h"

/* ---- IDX ------------------------------------------------------------------------------------- */

static bool parse_idx(const void *p, size_t n)
{
    ml_scope scope;
    ml_scope_open(&scope);
    bool good = ml_idx_parse("test", p, n) != NULL;
    ml_scope_close(&scope);
    return good;
}

static bytes idx(int type, int ndim, const uint32_t *sizes, const void *data, size_t n)
{
    bytes b = { NULL, 0 };
    put_big(&b, 2, 0), put_big(&b, 1, (uint64_t)type), put_big(&b, 1, (uint64_t)ndim);
    for (int i = 0; i < ndim; i++) put_big(&b, 4, sizes[i]);
    put_bytes(&b, data, n);
    return b;
}

static bytes gzipped(const bytes *b)
{
    bytes out = { NULL, 0 };
    unsigned char buffer[4096];
    z_stream z = { 0 };
    CHECK_EQ_INT(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = b->p, z.avail_in = (uInt)b->n;
    z.next_out = buffer, z.avail_out = sizeof buffer;
    CHECK_EQ_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
    put_bytes(&out, buffer, sizeof buffer - z.avail_out);
    deflateEnd(&z);
    return out;
}

TEST("IDX files of every element type are read, gzipped or not")
{
    static const struct {
        int type;
        const char *data;
        size_t n;
        ml_dtype dtype;
        double first, second;
    } rows[] = {
        { 0x08, "\xff\x01", 2, ML_U8, 255, 1 },
        { 0x09, "\xff\x01", 2, ML_I8, -1, 1 },
        { 0x0b, "\xff\xfe\x01\x00", 4, ML_I32, -2, 256 },
        { 0x0c, "\xff\xff\xff\xfe\0\x01\0\0", 8, ML_I32, -2, 65536 },
        { 0x0d, "\x3f\x80\0\0\xc0\0\0\0", 8, ML_F32, 1, -2 },
        { 0x0e, "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16, ML_F64, 1, -2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes plain = idx(rows[i].type, 2, (uint32_t[]){ 1, 2 }, rows[i].data, rows[i].n);
        bytes zipped = gzipped(&plain);
        ml_scope scope;
        ml_scope_open(&scope);
        ml_tensor *t = ml_idx_parse("test", plain.p, plain.n);
        CHECK(t && ml_dtype_of(t) == rows[i].dtype && ml_ndim(t) == 2 && ml_shape(t)[1] == 2);
        CHECK(same_tensor(t, ml_idx_parse("test", zipped.p, zipped.n)));
        double v = 0;
        int64_t n;
        CHECK(t && ml_item(ml_narrow(t, 1, 0, 1), &v, &n) && v == rows[i].first);
        CHECK(t && ml_item(ml_narrow(t, 1, 1, 1), &v, &n) && v == rows[i].second);
        ml_scope_close(&scope);
        drop_bytes(&plain), drop_bytes(&zipped);
    }
}

TEST("a gzip file of two streams is read as one")
{
    bytes whole = idx(0x08, 1, (uint32_t[]){ 6 }, "abcdef", 6);
    bytes a = first_bytes(&whole, 9), b = { NULL, 0 };
    put_bytes(&b, whole.p + 9, whole.n - 9);
    bytes first = gzipped(&a), second = gzipped(&b);
    put_bytes(&first, second.p, second.n);
    CHECK(parse_idx(first.p, first.n));
    drop_bytes(&whole), drop_bytes(&a), drop_bytes(&b), drop_bytes(&first), drop_bytes(&second);
}

TEST("every damage to an IDX file has its message")
{
    static const uint32_t sizes[9] = { 0xffffffff, 0xffffffff, 0xffffffff, 2, 2, 2, 2, 2, 2 };
    static const struct {
        int type, ndim;
        size_t n;
        const char *message;
    } rows[] = {
        { 0x07, 1, 4, "byte 2: element type 0x07" }, { 0x08, 9, 4, "9 dimensions" },
        { 0x08, 1, 4, "only 4 are left" },           { 0x0e, 3, 4, "sizes is too large" },
        { 0x08, 0, 2, "1 bytes after the end" },     { 0x08, 0, 0, "needs 1 bytes" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes b = idx(rows[i].type, rows[i].ndim, sizes, "abcd", rows[i].n);
        check_failed(!parse_idx(b.p, b.n), rows[i].message);
        drop_bytes(&b);
    }
    check_failed(!parse_idx("abcd", 4), "two zero bytes");
}

TEST("a small gzip file cannot make the reader take much memory")
{
    bytes plain = idx(0x08, 1, (uint32_t[]){ 1 << 30 }, "abcd", 4), zipped = gzipped(&plain);
    ml_memory_info before = ml_memory(0);
    check_failed(!parse_idx(zipped.p, zipped.n), "the data needs 1073741824 bytes, but at most");
    CHECK_EQ_INT(ml_memory(0).allocated, before.allocated);
    drop_bytes(&plain), drop_bytes(&zipped);
}

TEST("an IDX file cut or changed anywhere is refused or read, never worse")
{
    bytes plain = idx(0x0b, 2, (uint32_t[]){ 2, 3 }, "123456789012", 12), zipped = gzipped(&plain);
    check_truncated(parse_idx, &plain), check_truncated(parse_idx, &zipped);
    check_mutated(parse_idx, &plain, 3000), check_mutated(parse_idx, &zipped, 3000);
    drop_bytes(&plain), drop_bytes(&zipped);
}

/* ---- CIFAR-10 -------------------------------------------------------------------------------- */

static bool parse_cifar(const void *p, size_t n)
{
    ml_scope scope;
    ml_tensor *images, *labels;
    ml_scope_open(&scope);
    bool good = ml_cifar10_parse("test", p, n, &images, &labels) == ML_OK;
    CHECK(good == (images != NULL) && good == (labels != NULL));
    ml_scope_close(&scope);
    return good;
}

TEST("CIFAR-10 records give images and labels; broken ones are refused")
{
    bytes b = { NULL, 0 };
    ml_scope scope;
    ml_tensor *images, *labels;
    for (int i = 0; i < 2 * 3073; i++)
        put_bytes(&b, &(unsigned char){ (unsigned char)(i % 3073 ? i : 9 - i / 3073) }, 1);
    ml_scope_open(&scope);
    CHECK_EQ_INT(ml_cifar10_parse("test", b.p, b.n, &images, &labels), ML_OK);
    CHECK(same_tensor(labels, ml_from((int64_t[]){ 9, 8 }, ML_I64, 1, (int64_t[]){ 2 })));
    CHECK(ml_ndim(images) == 4 && ml_shape(images)[0] == 2 && ml_shape(images)[3] == 32);
    CHECK(memcmp(ml_data(images), b.p + 1, 3072) == 0);
    CHECK(memcmp((char *)ml_data(images) + 3072, b.p + 3074, 3072) == 0);
    ml_scope_close(&scope);
    check_failed(!parse_cifar(b.p, b.n - 1), "byte 3073: the file ends inside a record");
    b.p[3073] = 10;
    check_failed(!parse_cifar(b.p, b.n), "byte 3073: label 10");
    CHECK(parse_cifar(b.p, 0));
    drop_bytes(&b);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool load_idx(void *path)
{
    ml_scope scope;
    ml_scope_open(&scope);
    bool good = ml_idx_load(path) != NULL;
    ml_scope_close(&scope);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    char path[512];
    snprintf(path, sizeof path, "%s", temporary_path("a.idx.gz"));
    bytes plain = idx(0x08, 1, (uint32_t[]){ 4 }, "abcd", 4), zipped = gzipped(&plain);
    CHECK_EQ_INT(ml_file_write(path, zipped.p, zipped.n), ML_OK);
    drop_bytes(&plain), drop_bytes(&zipped);
    check_out_of_memory(load_idx, path);
    unlink(path);
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
