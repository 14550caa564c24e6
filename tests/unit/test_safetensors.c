/* test_safetensors.c -- round trips, canonical bytes, and headers that lie. */
#include "core/files/files.h"

#include "tests/unit/file_bytes.h"

static bool parse(const void *p, size_t n)
{
    ml_named named;
    bool good = ml_safetensors_parse("test", p, n, &named) == ML_OK;
    if (!good) CHECK(named.n == 0 && named.item == NULL);
    ml_named_free(&named);
    return good;
}

static bytes safetensors(const char *header, const char *data)
{
    bytes b = { NULL, 0 };
    put_little(&b, 8, strlen(header));
    put_text(&b, header);
    put_text(&b, data);
    return b;
}

static void add(ml_named *named, const char *name, ml_dtype dtype, int ndim, const int64_t *shape)
{
    ml_scope scope;
    ml_scope_open(&scope);
    CHECK_EQ_INT(ml_named_add(named, name, numbered(dtype, ndim, shape)), ML_OK);
    ml_scope_close(&scope);
}

static ml_named every_dtype(void)
{
    static const int64_t shapes[][3] = { { 3, 5, 1 }, { 0, 2, 2 }, { 2, 1, 7 } };
    ml_named named = { 0 };
    for (int d = 0; d < ML_NDTYPE; d++)
        for (int ndim = 0; ndim < 4; ndim++) {
            char name[40];
            snprintf(name, sizeof name, "%s \"%d\" \xc3\xa9\n", ml_dtype_name((ml_dtype)d), ndim);
            add(&named, name, (ml_dtype)d, ndim, shapes[ndim % 3]);
        }
    CHECK_EQ_INT(ml_named_add_text(&named, "note", "line\none"), ML_OK);
    CHECK_EQ_INT(ml_named_add_text(&named, "format", "pt"), ML_OK);
    return named;
}

TEST("tensors of every dtype and shape, and texts, come back with the same bits")
{
    const char *path = temporary_path("a.safetensors");
    ml_named named = every_dtype(), loaded;
    CHECK_EQ_INT(ml_safetensors_save(path, &named), ML_OK);
    CHECK_EQ_INT(ml_safetensors_load(path, &loaded), ML_OK);
    CHECK_EQ_STR(ml_error(), "");
    CHECK_EQ_INT(loaded.n, named.n);
    for (int64_t i = 0; i < named.n; i++)
        CHECK(same_tensor(named.item[i].tensor, ml_named_find(&loaded, named.item[i].name)));
    CHECK_EQ_INT(loaded.ntexts, 2);
    CHECK_EQ_STR(ml_named_find_text(&loaded, "note"), "line\none");
    CHECK_EQ_STR(ml_named_find_text(&loaded, "format"), "pt");
    ml_named_free(&loaded);
    ml_named_free(&named);
    unlink(path);
}

TEST("the bytes do not depend on the order of the tensors, and are aligned")
{
    const char *path = temporary_path("a.safetensors");
    static const int64_t three = 3, two = 2;
    ml_named a = { 0 }, b = { 0 };
    add(&a, "b", ML_U8, 1, &three), add(&a, "c", ML_F32, 1, &two), add(&a, "a", ML_F32, 1, &three);
    add(&b, "a", ML_F32, 1, &three), add(&b, "b", ML_U8, 1, &three), add(&b, "c", ML_F32, 1, &two);
    CHECK_EQ_INT(ml_named_add_text(&a, "z", "1"), ML_OK);
    CHECK_EQ_INT(ml_named_add_text(&a, "y", "2"), ML_OK);
    CHECK_EQ_INT(ml_named_add_text(&b, "y", "2"), ML_OK);
    CHECK_EQ_INT(ml_named_add_text(&b, "z", "1"), ML_OK);
    CHECK_EQ_INT(ml_safetensors_save(path, &a), ML_OK);
    bytes first = file_bytes(path);
    CHECK_EQ_INT(ml_safetensors_save(path, &b), ML_OK);
    bytes second = file_bytes(path);
    CHECK(first.n == second.n && memcmp(first.p, second.p, first.n) == 0);
    CHECK_EQ_INT(first.p[0] % 8, 0);
    const char *header = "{\"__metadata__\":{\"y\":\"2\",\"z\":\"1\"},"
                         "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
                         "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[20,23]},"
                         "\"c\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}";
    CHECK(memcmp(first.p + 8, header, strlen(header)) == 0);
    drop_bytes(&first), drop_bytes(&second);
    ml_named_free(&a), ml_named_free(&b);
    unlink(path);
}

#define INFO(dtype, shape, offsets)                                                                \
    "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

TEST("every header that lies has its message")
{
    static const struct {
        const char *header, *data, *message;
    } rows[] = {
        { "{\"a\":" INFO("F32", "[2]", "[0,8]") "}", "1234567", "data_offsets [0, 8] are not in" },
        { "{\"a\":" INFO("F32", "[2]", "[0,8]") "}", "123456789", "1 bytes of data belong to no" },
        { "{\"a\":" INFO("F32", "[2]", "[8,0]") "}", "12345678", "data_offsets [8, 0] are not in" },
        { "{\"a\":" INFO("F32", "[2]", "[-8,0]") "}", "12345678", "two whole numbers from 0" },
        { "{\"a\":" INFO("F32", "[2]", "[0]") "}", "12345678", "two whole numbers from 0" },
        { "{\"a\":" INFO("F32", "[3]", "[0,8]") "}", "12345678", "shape needs 12 bytes" },
        { "{\"a\":" INFO("F32", "[-2]", "[0,8]") "}", "12345678", "size 1 of its shape" },
        { "{\"a\":" INFO("F32", "[2.0]", "[0,8]") "}", "12345678", "size 1 of its shape" },
        { "{\"a\":" INFO("F32", "2", "[0,8]") "}", "12345678", "a list of at most 8 sizes" },
        { "{\"a\":" INFO("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]") "}", "12345678",
          "at most 8 sizes" },
        { "{\"a\":" INFO("F32", "[4611686018427387904,4]", "[0,8]") "}", "12345678", "too large" },
        { "{\"a\":" INFO("U8", "[9223372036854775807,2,0]", "[0,0]") "}", "", "too large" },
        { "{\"a\":" INFO("U8", "[99999999999999999999]", "[0,1]") "}", "1",
          "JSON: too big integer" },
        { "{\"a\":" INFO("F8", "[8]", "[0,8]") "}", "12345678", "dtype F8 is unknown" },
        { "{\"a\":{\"shape\":[8],\"data_offsets\":[0,8]}}", "12345678",
          "not a string) is unknown" },
        { "{\"a\":3}", "", "description is not an object" },
        { "{\"a\":" INFO("U8", "[4]", "[0,4]") ",\"b\":" INFO("U8", "[5]", "[3,8]") "}", "12345678",
          "inside another" },
        { "{\"a\":" INFO("U8", "[4]", "[0,4]") ",\"b\":" INFO("U8", "[3]", "[5,8]") "}", "12345678",
          "after a hole" },
        { "{\"a\":" INFO("U8", "[3]", "[1,4]") "}", "1234", "after a hole" },
        { "{\"a\":" INFO("U8", "[4]", "[0,4]") ",\"a\":" INFO("U8", "[4]", "[0,4]") "}", "1234",
          "duplicate" },
        { "{\"__metadata__\":{\"a\":3}}", "", "\"a\" is not a string" },
        { "{\"__metadata__\":[]}", "", "__metadata__ is not an object" },
        { "{\"a\"}", "", "the header's JSON" },
        { "{} x", "", "the header's JSON" },
        { " {}", "", "should begin with {" },
        { "", "", "should begin with {" },
        { "{\"\\u001b[2J\":3}", "", "tensor \"\\x1b[2J\"" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes b = safetensors(rows[i].header, rows[i].data);
        check_failed(!parse(b.p, b.n), rows[i].message);
        drop_bytes(&b);
    }
    check_failed(!parse("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10), "only 2 are left");
    check_failed(!parse("\x03\0\0\0\0\0\0\0{}", 10), "the header needs 3 bytes");
    check_failed(!parse("\x03\0\0", 3), "the file ends inside the header's length");
}

TEST("a header with unsigned and short integers, spaces and unknown fields is read")
{
    bytes b =
        safetensors("{\"a\":{\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[0,4],\"x\":1}, "
                    "\"e\":" INFO("F32", "[0]", "[4,4]") "}  ",
                    "\xff\xff\x01\x02");
    static const int32_t wanted[] = { 65535, 513 };
    ml_named named;
    ml_scope scope;
    ml_scope_open(&scope);
    CHECK_EQ_INT(ml_safetensors_parse("test", b.p, b.n, &named), ML_OK);
    CHECK(same_tensor(ml_named_find(&named, "a"), ml_from(wanted, ML_I32, 1, (int64_t[]){ 2 })));
    CHECK(ml_named_find(&named, "e") && ml_numel(ml_named_find(&named, "e")) == 0);
    ml_named_free(&named);
    ml_scope_close(&scope);
    drop_bytes(&b);
}

TEST("a safetensors file cut or changed anywhere is refused or read, never worse")
{
    bytes b = safetensors("{\"__metadata__\":{\"k\":\"v\"},\"a\":" INFO(
                              "U64", "[1,1]", "[0,8]") ",\"b\":" INFO("BOOL", "[2]", "[8,10]") "}",
                          "1234567812");
    check_truncated(parse, &b);
    check_mutated(parse, &b, 5000);
    drop_bytes(&b);
}

TEST("names that JSON or the format cannot hold are refused before the old file is touched")
{
    const char *path = temporary_path("a.safetensors");
    static const char *const names[][2] = { { "\xff", "not UTF-8" },
                                            { "__metadata__", "cannot have" } };
    CHECK_EQ_INT(ml_file_write(path, "old", 3), ML_OK);
    for (int i = 0; i < 2; i++) {
        ml_named named = { 0 };
        add(&named, names[i][0], ML_F32, 0, NULL);
        check_failed(ml_safetensors_save(path, &named) != ML_OK, names[i][1]);
        ml_named_free(&named);
    }
    ml_named twice = { 0 };
    add(&twice, "a", ML_F32, 0, NULL), add(&twice, "a", ML_F64, 0, NULL);
    check_failed(ml_safetensors_save(path, &twice) != ML_OK, "two tensors with the name \"a\"");
    ml_named_free(&twice);
    bytes b = file_bytes(path);
    CHECK(b.n == 3);
    drop_bytes(&b);
    unlink(path);
}

static bool save_and_load(void *ctx)
{
    ml_named loaded = { 0 };
    const char *path = temporary_path("a.safetensors");
    bool good =
        ml_safetensors_save(path, ctx) == ML_OK && ml_safetensors_load(path, &loaded) == ML_OK;
    ml_named_free(&loaded);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    ml_named named = every_dtype();
    check_out_of_memory(save_and_load, &named);
    ml_named_free(&named);
    unlink(temporary_path("a.safetensors"));
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
