/* test_npy.c -- NumPy's files: round trips, what NumPy itself writes, and damaged files. */
#include "core/files/npy.h"

#include <sys/stat.h>
#include <zlib.h>

#include "core/files/npz.h"
#include "tests/unit/file_bytes.h"

static bool parse_npy(const void *p, size_t n)
{
    ml_scope scope;
    ml_scope_open(&scope);
    bool good = ml_npy_parse("test", p, n) != NULL;
    ml_scope_close(&scope);
    return good;
}

static bool parse_npz(const void *p, size_t n)
{
    ml_named named;
    bool good = ml_npz_parse("test", p, n, &named) == ML_OK;
    ml_named_free(&named);
    return good;
}

/* A version 1 file with this dictionary and data. */
static bytes npy(const char *dict, const void *data, size_t n)
{
    bytes b = { NULL, 0 };
    put_bytes(&b, "\x93NUMPY\1\0", 8);
    put_little(&b, 2, strlen(dict));
    put_text(&b, dict);
    put_bytes(&b, data, n);
    return b;
}

#define DICT(descr, fortran, shape)                                                                \
    "{'descr': '" descr "', 'fortran_order': " fortran ", 'shape': " shape ", }\n"

static const struct {
    int ndim;
    int64_t shape[ML_MAX_DIMS];
} shapes[] = {
    { 0, { 0 } },    { 1, { 0 } },       { 1, { 1 } },       { 1, { 100 } },
    { 2, { 3, 5 } }, { 3, { 2, 0, 4 } }, { 3, { 2, 3, 4 } }, { 8, { 1, 2, 1, 3, 1, 2, 1, 2 } },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

TEST("an array of every dtype and shape comes back from .npy with the same bits")
{
    const char *path = temporary_path("a.npy");
    for (int d = 0; d < ML_NDTYPE; d++)
        for (int i = 0; i < SHAPES; i++) {
            ml_scope scope;
            ml_scope_open(&scope);
            ml_tensor *t = numbered((ml_dtype)d, shapes[i].ndim, shapes[i].shape);
            CHECK_EQ_INT(ml_npy_save(path, t), ML_OK);
            CHECK(same_tensor(t, ml_npy_load(path)));
            CHECK_EQ_STR(ml_error(), "");
            ml_scope_close(&scope);
        }
    unlink(path);
}

TEST("a written header is the one that NumPy writes")
{
    ml_scope scope;
    char header[ML_NPY_HEADER];
    ml_scope_open(&scope);
    ml_tensor *t = ml_zeros((ml_spec){ .dtype = ML_F32 }, 2, (int64_t[]){ 2, 3 });
    CHECK_EQ_INT(ml_npy_header(t, header), 128);
    CHECK(memcmp(header, "\x93NUMPY\1\0\x76\0", 10) == 0);
    const char *dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    CHECK(memcmp(header + 10, dict, strlen(dict)) == 0);
    CHECK(header[127] == '\n' && header[126] == ' ');
    ml_scope_close(&scope);
}

TEST("views are saved as what they show")
{
    const char *path = temporary_path("a.npy");
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *t = numbered(ML_I64, 2, (int64_t[]){ 3, 4 });
    ml_tensor *turned = ml_transpose(t, 0, 1);
    CHECK_EQ_INT(ml_npy_save(path, turned), ML_OK);
    CHECK(same_tensor(ml_contiguous(turned), ml_npy_load(path)));
    ml_scope_close(&scope);
    unlink(path);
}

TEST("Fortran order and big-endian numbers are read as what they mean")
{
    static const unsigned char big[] = { 0, 1, 0, 2, 0, 3, 0xff, 0xfc, 0, 5, 0, 6 };
    static const int32_t wanted[] = { 1, 3, 5, 2, -4, 6 }; /* columns first in the file */
    bytes b = npy(DICT(">i2", "True", "(2, 3)"), big, sizeof big);
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *t = ml_npy_parse("test", b.p, b.n);
    CHECK(same_tensor(t, ml_from(wanted, ML_I32, 2, (int64_t[]){ 2, 3 })));
    ml_scope_close(&scope);
    drop_bytes(&b);
}

TEST("narrower and unsigned integers are widened, and versions 2 and 3 are read")
{
    static const struct {
        const char *descr;
        unsigned char bytes[8];
        size_t n;
        ml_dtype dtype;
        int64_t value;
    } rows[] = {
        { "<u2", { 0xff, 0xff }, 2, ML_I32, 65535 },
        { ">u2", { 0x01, 0x02 }, 2, ML_I32, 258 },
        { "<u4", { 0xff, 0xff, 0xff, 0xff }, 4, ML_I64, 4294967295 },
        { "<u8", { 1, 0, 0, 0, 0, 0, 0, 0x7f }, 8, ML_I64, 0x7f00000000000001 },
        { ">i8", { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }, 8, ML_I64, -2 },
        { "|b1", { 7 }, 1, ML_BOOL, 1 },
        { "|i1", { 0x80 }, 1, ML_I8, -128 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned char version = 2; version <= 3; version++) {
            char dict[100];
            bytes b = { NULL, 0 };
            ml_scope scope;
            double f;
            int64_t v = 0;
            snprintf(dict, sizeof dict, "{\"shape\": (), \"fortran_order\":False,'descr':'%s'}",
                     rows[i].descr);
            put_bytes(&b, "\x93NUMPY", 6);
            put_little(&b, 2, version);
            put_little(&b, 4, strlen(dict));
            put_text(&b, dict);
            put_bytes(&b, rows[i].bytes, rows[i].n);
            ml_scope_open(&scope);
            ml_tensor *t = ml_npy_parse("test", b.p, b.n);
            CHECK(t && ml_dtype_of(t) == rows[i].dtype && ml_item(t, &f, &v));
            CHECK_EQ_INT(v, rows[i].value);
            ml_scope_close(&scope);
            drop_bytes(&b);
        }
}

TEST("every damage to an .npy file has its message")
{
    static const unsigned char data[64] = { 0, 0, 0, 0, 0, 0, 0, 0xff };
    static const struct {
        const char *dict;
        size_t n;
        const char *message;
    } rows[] = {
        { DICT("<f4", "False", "(2, 3)"), 23, "needs 24 bytes, but only 23 are left" },
        { DICT("<f4", "False", "(2, 3)"), 25, "1 bytes after the end of the array" },
        { DICT("<f4", "False", "(4611686018427387904, 4)"), 8,
          "product of the sizes is too large" },
        { DICT("<f4", "False", "(0, 4611686018427387904, 4)"), 0,
          "product of the sizes is too large" },
        { DICT("<f4", "False", "(99999999999999999999,)"), 8, "size is too large" },
        { DICT("<f4", "False", "(-1,)"), 8, "'shape' should have a size here" },
        { DICT("<f4", "False", "(1,1,1,1,1,1,1,1,1)"), 4, "more than 8 dimensions" },
        { DICT("|O", "False", "(1,)"), 8, "Python objects, which are never loaded" },
        { DICT("<U5", "False", "(1,)"), 20, "'<U5': text" },
        { DICT("<c8", "False", "(1,)"), 8, "complex numbers" },
        { DICT("<q7", "False", "(1,)"), 8, "a dtype that tensors lack" },
        { DICT("<u8", "False", "(1,)"), 8, "does not fit in int64" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", 4,
          "named fields" },
        { "{'descr': '<f4', 'shape': (1,), }\n", 4, "lacks" },
        { "{'descr': '<f4', 'descr': '<f4', }\n", 4, "'descr' is there twice" },
        { "{'descr': '<f4', 'order': False, }\n", 4, "'order' is unknown" },
        { "{'descr': '<f4', 'fortran_order': 0, }\n", 4, "should be True or False" },
        { "{'descr': '<f4\n", 4, "not closed" },
        { DICT("<f4", "False", "(1,)") "x", 4, "goes on after its }" },
        { "[]\n", 4, "should have a { here" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes b = npy(rows[i].dict, data, rows[i].n);
        check_failed(!parse_npy(b.p, b.n), rows[i].message);
        drop_bytes(&b);
    }
    check_failed(!parse_npy("\x93NUMPX\1\0ab", 10), "should start with");
    check_failed(!parse_npy("\x93NUMPY\4\0ab", 10), "version 4.0");
    check_failed(!ml_npy_load("/nowhere/a.npy"), "/nowhere/a.npy: cannot open: No such file");
    check_failed(!ml_npy_load("/tmp"), "/tmp: is a folder, not a file");
}

TEST("an .npy file cut or changed anywhere is refused or read, never worse")
{
    bytes b = npy(DICT("<f4", "True", "(2, 3)"), "123456789012345678901234", 24);
    check_truncated(parse_npy, &b);
    check_mutated(parse_npy, &b, 2000);
    drop_bytes(&b);
}

/* ---- npz ------------------------------------------------------------------------------------- */

static ml_named some_tensors(void)
{
    ml_named named = { 0 };
    ml_scope scope;
    ml_scope_open(&scope);
    CHECK_EQ_INT(ml_named_add(&named, "weight", numbered(ML_F32, 2, (int64_t[]){ 3, 4 })), ML_OK);
    CHECK_EQ_INT(ml_named_add(&named, "layer.bias", numbered(ML_BF16, 1, (int64_t[]){ 5 })), ML_OK);
    CHECK_EQ_INT(ml_named_add(&named, "\xc3\xa9tat", numbered(ML_BOOL, 0, NULL)), ML_OK);
    CHECK_EQ_INT(ml_named_add(&named, "empty", numbered(ML_I64, 2, (int64_t[]){ 0, 3 })), ML_OK);
    ml_scope_close(&scope);
    return named;
}

static bool same_named(const ml_named *a, const ml_named *b)
{
    bool same = a->n == b->n;
    for (int64_t i = 0; same && i < a->n; i++)
        same = same_tensor(a->item[i].tensor, ml_named_find(b, a->item[i].name));
    return same;
}

TEST("an archive comes back stored and compressed, with and without zip64 records")
{
    const char *path = temporary_path("a.npz");
    ml_named named = some_tensors();
    for (int i = 0; i < 4; i++) {
        ml_named loaded;
        CHECK_EQ_INT(ml_npz_save_from(path, &named, i & 1, i & 2 ? 0 : ML_ZIP64_FROM), ML_OK);
        CHECK_EQ_INT(ml_npz_load(path, &loaded), ML_OK);
        CHECK_EQ_STR(ml_error(), "");
        CHECK(same_named(&named, &loaded));
        ml_named_free(&loaded);
    }
    ml_named_free(&named);
    unlink(path);
}

TEST("an archive cut or changed anywhere is refused or read, never worse")
{
    const char *path = temporary_path("a.npz");
    ml_named named = some_tensors();
    for (int i = 0; i < 4; i++) {
        CHECK_EQ_INT(ml_npz_save_from(path, &named, i & 1, i & 2 ? 0 : ML_ZIP64_FROM), ML_OK);
        bytes b = file_bytes(path);
        check_truncated(parse_npz, &b);
        check_mutated(parse_npz, &b, 2000);
        drop_bytes(&b);
    }
    ml_named_free(&named);
    unlink(path);
}

/* One stored member; fields of the directory can be spoilt. */
typedef struct spoilt {
    const char *name;
    uint32_t crc_change, flags, method, raw, size, local, entries, start_change;
} spoilt;

static bytes archive(const spoilt *s)
{
    bytes member = npy(DICT("|u1", "False", "(4,)"), "abcd", 4), b = { NULL, 0 };
    uint32_t crc = (uint32_t)crc32(0, member.p, (uInt)member.n), n = (uint32_t)member.n;
    uint32_t length = (uint32_t)strlen(s->name);
    put_little(&b, 4, 0x04034b50), put_little(&b, 2, 20), put_little(&b, 4, 0);
    put_little(&b, 4, 0), put_little(&b, 4, crc), put_little(&b, 4, n), put_little(&b, 4, n);
    put_little(&b, 2, length), put_little(&b, 2, 0), put_text(&b, s->name);
    put_bytes(&b, member.p, member.n);
    uint32_t start = (uint32_t)b.n;
    for (uint32_t i = 0; i < 1 + (s->entries > 1); i++) {
        put_little(&b, 4, 0x02014b50), put_little(&b, 2, 20), put_little(&b, 2, 20);
        put_little(&b, 2, s->flags), put_little(&b, 2, s->method), put_little(&b, 4, 0);
        put_little(&b, 4, crc + s->crc_change), put_little(&b, 4, n + s->raw);
        put_little(&b, 4, n + s->size), put_little(&b, 2, length), put_little(&b, 8, 0);
        put_little(&b, 4, 0), put_little(&b, 4, s->local);
        bytes name = { NULL, 0 };
        put_text(&name, s->name);
        if (i == 1) name.p[0]++;
        put_bytes(&b, name.p, name.n);
        drop_bytes(&name);
    }
    uint32_t entries = s->entries ? s->entries : 1, size = (uint32_t)b.n - start;
    put_little(&b, 4, 0x06054b50), put_little(&b, 4, 0), put_little(&b, 2, entries);
    put_little(&b, 2, entries), put_little(&b, 4, size), put_little(&b, 4, start + s->start_change);
    put_little(&b, 2, 0);
    drop_bytes(&member);
    return b;
}

TEST("every damage to an archive has its message")
{
    static const struct {
        spoilt s;
        const char *message;
    } rows[] = {
        { { .name = "a.npy", .crc_change = 1 }, "member \"a\": byte 72: the data is damaged" },
        { { .name = "a.npy", .flags = 1 }, "encrypted" },
        { { .name = "a.npy", .method = 12 }, "compression method 12" },
        { { .name = "a.npy", .size = 1 }, "a stored member with two sizes" },
        { { .name = "a.npy", .raw = 1000, .size = 1000 }, "do not fit in the file" },
        { { .name = "a.npy", .raw = 1, .size = 1 }, "do not fit in the file" },
        { { .name = "a.npy", .local = 2 }, "no member's header here" },
        { { .name = "a.npy", .local = 0xfffffff0 }, "does not fit in the file" },
        { { .name = "a.npy", .entries = 3 }, "3 members do not fit" },
        { { .name = "a.npy", .entries = 2 }, "two members overlap" },
        { { .name = "a.npy", .start_change = 1 }, "does not fit in the file" },
        { { .name = "a.npy", .start_change = -1u }, "should have an entry here" },
        { { .name = "a.npy", .method = 8, .size = 1 << 20 }, "cannot give" },
        { { .name = "a.npy", .method = 8 }, "compressed data" },
        { { .name = "a.txt" }, "is not an .npy array" },
        { { .name = "\x1b[2J.txt" }, "\\x1b[2J.txt" },
    };
    spoilt good = { .name = "a.npy" };
    bytes b = archive(&good);
    CHECK(parse_npz(b.p, b.n));
    drop_bytes(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        b = archive(&rows[i].s);
        check_failed(!parse_npz(b.p, b.n), rows[i].message);
        drop_bytes(&b);
    }
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool save_and_load(void *ctx)
{
    ml_named loaded = { 0 };
    const char *path = temporary_path("a.npz");
    bool good = ml_npz_save(path, ctx, true) == ML_OK && ml_npz_load(path, &loaded) == ML_OK;
    ml_named_free(&loaded);
    return good;
}

static bool save_and_load_array(void *ctx)
{
    ml_scope scope;
    const char *path = temporary_path("a.npy");
    ml_scope_open(&scope);
    bool good = ml_npy_save(path, ctx) == ML_OK && ml_npy_load(path) != NULL;
    ml_scope_close(&scope);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    ml_scope scope;
    ml_named named = some_tensors();
    check_out_of_memory(save_and_load, &named);
    ml_named_free(&named);
    unlink(temporary_path("a.npz"));
    ml_scope_open(&scope);
    check_out_of_memory(save_and_load_array,
                        ml_transpose(numbered(ML_F64, 2, (int64_t[]){ 3, 4 }), 0, 1));
    ml_scope_close(&scope);
    unlink(temporary_path("a.npy"));
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
