/* test_datasets.c -- IDX, CIFAR-10 and CSV: what they hold, and what is wrong with damaged ones. */
#include "core/files/files.h"

#include <math.h>
#include <zlib.h>

#include "core/files/number_text.h"
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

/* ---- numbers --------------------------------------------------------------------------------- */

TEST("numbers in text are rounded as by the C library, whatever their length")
{
    static const char *const good[] = {
        "0",
        "-0",
        "1",
        "+1",
        "-1.5",
        ".5",
        "5.",
        "1e5",
        "1E-5",
        "0.1",
        "123456789012345678901234",
        "9007199254740993",
        "1e22",
        "1e23",
        "4.9e-324",
        "2.2250738585072011e-308",
        "1e400",
        "-1e400",
        "1e-400",
        "0.000000000000000000000000001",
        "179769313486231580793e289",
        "1e99999999999",
        "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000."
        "25",
    };
    static const char *const bad[] = {
        "",   "-",  ".",   "e5",      "1e",   "1e+", "1.2.3", "0x10",
        "1 ", " 1", "1,5", "infinit", "nann", "1f",  "--1",   "1e5.5"
    };
    double v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double wanted = strtod(good[i], NULL);
        CHECK(ml_text_double(good[i], strlen(good[i]), &v));
        if (memcmp(&v, &wanted, 8) != 0) TEST_FAIL("%s is %.17g, not %.17g", good[i], v, wanted);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ml_text_double(bad[i], strlen(bad[i]), &v)) TEST_FAIL("%s is a number", bad[i]);
    CHECK(ml_text_double("-Inf", 4, &v) && isinf(v) && v < 0);
    CHECK(ml_text_double("NaN", 3, &v) && isnan(v));
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        double wanted;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = seed ^ seed >> 29;
        memcpy(&wanted, &bits, 8);
        if (!isfinite(wanted)) continue;
        snprintf(text, sizeof text, i % 2 ? "%.17g" : "%.6g", wanted);
        wanted = strtod(text, NULL);
        if (!ml_text_double(text, strlen(text), &v) || v != wanted)
            TEST_FAIL("%s is %.17g, not %.17g", text, v, wanted);
    }
}

TEST("whole numbers in text are exact up to the ends of int64")
{
    int64_t v;
    CHECK(ml_text_int("9223372036854775807", 19, &v) && v == INT64_MAX);
    CHECK(ml_text_int("-9223372036854775808", 20, &v) && v == INT64_MIN);
    CHECK(!ml_text_int("9223372036854775808", 19, &v));
    CHECK(!ml_text_int("-9223372036854775809", 20, &v));
    CHECK(ml_text_int("3.00", 4, &v) && v == 3);
    CHECK(ml_text_int("-3e2", 4, &v) && v == -300);
    CHECK(ml_text_int("0e999", 5, &v) && v == 0);
    CHECK(!ml_text_int("3.5", 3, &v) && !ml_text_int("1e19", 4, &v) && !ml_text_int("nan", 3, &v));
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static const ml_csv_options plain_csv = { .dtype = ML_F64 };

static ml_tensor *csv(const char *text, const ml_csv_options *options, ml_named *names)
{
    bytes b = { NULL, 0 };
    put_text(&b, text);
    ml_tensor *t = ml_csv_parse("test", b.p, b.n, options, names);
    drop_bytes(&b);
    return t;
}

/* The text gives (rows, columns) with these numbers, nan being equal to nan. */
static void check_csv(const char *text, const ml_csv_options *options, int64_t rows,
                      int64_t columns, const double *wanted)
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *t = csv(text, options, NULL);
    if (!t)
        TEST_FAIL("\"%s\": %s", text, ml_error());
    else if (ml_ndim(t) != 2 || ml_shape(t)[0] != rows || ml_shape(t)[1] != columns)
        TEST_FAIL("\"%s\": the shape is %s", text, ML_DESCRIBE(t));
    else {
        const double *v = ml_data(ml_cast(t, ML_F64));
        for (int64_t i = 0; i < rows * columns; i++)
            if (!(v[i] == wanted[i] || (isnan(v[i]) && isnan(wanted[i]))))
                TEST_FAIL("\"%s\": number %lld is %g, not %g", text, (long long)i, v[i], wanted[i]);
    }
    ml_clear_error();
    ml_scope_close(&scope);
}

TEST("CSV is read with and without a header, quotes, any line end, spaces and missing values")
{
    const double none = (double)NAN;
    const double four[] = { 1, 2, 3, 4 }, gaps[] = { 1, none, none, 4, none, none };
    check_csv("1,2\n3,4\n", &plain_csv, 2, 2, four);
    check_csv("1,2\r\n3,4", &plain_csv, 2, 2, four);
    check_csv("1,2\r3,4\r", &plain_csv, 2, 2, four);
    check_csv("\xef\xbb\xbf"
              "a,b\n\n1,2\n\n\n3,4\n\n",
              &plain_csv, 2, 2, four);
    check_csv("\"a \"\"x\"\",\n\",b\n\"1\", 2 \n\t3,\"4\"\n", &plain_csv, 2, 2, four);
    check_csv("a,b\n1,\nNA,4\nNaN,null\n", &plain_csv, 3, 2, gaps);
    check_csv("1;2\n3;4\n", &(ml_csv_options){ .dtype = ML_F64, .delimiter = ';' }, 2, 2, four);
    check_csv("1,2\n3,4\n", &(ml_csv_options){ .dtype = ML_F64, .header = ML_CSV_HEADER }, 1, 2,
              four + 2);
    check_csv("1,?\n3,4\n",
              &(ml_csv_options){ .dtype = ML_F64, .missing = (const char *[]){ "?", NULL } }, 2, 2,
              (double[]){ 1, none, 3, 4 });
    check_csv("", &plain_csv, 0, 0, NULL);
    check_csv("\n\n", &plain_csv, 0, 0, NULL);
    check_csv("a,b\n", &plain_csv, 0, 2, NULL);
    check_csv("7", &plain_csv, 1, 1, (double[]){ 7 });
    check_csv(",\n1,2\n", &plain_csv, 2, 2, (double[]){ none, none, 1, 2 });
}

TEST("CSV is read into every dtype, and what does not fit is refused")
{
    for (int d = 0; d < ML_NDTYPE; d++)
        check_csv("0,1\n1,1\n", &(ml_csv_options){ .dtype = (ml_dtype)d }, 2, 2,
                  (double[]){ 0, 1, 1, 1 });
    static const struct {
        ml_dtype dtype;
        const char *text;
        bool fits;
    } rows[] = {
        { ML_U8, "255", true },         { ML_U8, "256", false },
        { ML_U8, "-1", false },         { ML_I8, "-128", true },
        { ML_I8, "128", false },        { ML_BOOL, "2", false },
        { ML_I32, "2147483647", true }, { ML_I32, "2147483648", false },
        { ML_I64, "1.5", false },       { ML_I64, "9223372036854775807", true },
        { ML_I64, "NA\n1", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ml_scope scope;
        ml_scope_open(&scope);
        ml_csv_options options = { .dtype = rows[i].dtype, .header = ML_CSV_NO_HEADER };
        bool good = csv(rows[i].text, &options, NULL) != NULL;
        if (good != rows[i].fits) TEST_FAIL("%s: %s", rows[i].text, ml_error());
        ml_clear_error();
        ml_scope_close(&scope);
    }
}

TEST("columns are chosen by name or position, and text columns can be left out")
{
    const char *text = "name,age,\"weight, kg\"\nann,30,55.5\nbob,,80\n";
    ml_csv_options options = { .dtype = ML_F64, .ncolumns = 2 };
    options.columns = (ml_csv_column[]){ { "weight, kg", 0 }, { NULL, 1 } };
    check_csv(text, &options, 2, 2, (double[]){ 55.5, 30, 80, (double)NAN });
    ml_named names;
    ml_scope scope;
    ml_scope_open(&scope);
    CHECK(csv(text, &options, &names) != NULL);
    CHECK_EQ_INT(names.ntexts, 2);
    CHECK_EQ_STR(names.text[0].key, "weight, kg");
    CHECK_EQ_STR(names.text[1].key, "age");
    ml_named_free(&names);
    options.columns = (ml_csv_column[]){ { "hight", 0 }, { NULL, 1 } };
    check_failed(!csv(text, &options, NULL),
                 "column \"hight\" is unknown; there are name age weight");
    options.columns = (ml_csv_column[]){ { NULL, 3 }, { NULL, 1 } };
    check_failed(!csv(text, &options, NULL), "column 4: there are 3");
    options.columns = (ml_csv_column[]){ { "age", 0 }, { NULL, 1 } };
    check_failed(!csv(text, &options, NULL), "column 2 is chosen twice");
    options.columns = (ml_csv_column[]){ { "age", 0 }, { NULL, 1 } };
    check_failed(!csv("1,2,3\n", &options, NULL), "the file has no header");
    ml_scope_close(&scope);
}

TEST("errors in CSV name the line and the column")
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "a,b\n1,2\n3,x4\n", "test: line 3, column 3: \"x4\" in field 2 (\"b\") is not a number" },
        { "1,2\n3\n", "test: line 2, column 1: 1 fields in this row, but 2 in the first" },
        { "1,2\n3,4,5\n", "line 2, column 5: 3 fields in this row" },
        { "1,\"2\n3,4\n", "line 1, column 3: the quote is never closed" },
        { "1,\"2\"3\n", "line 1, column 6: after a closing quote" },
        { "1,2\n\"\n3\n\",x\n", "line 2, column 1: \"\\x0a3\\x0a\" in field 1 is not a number" },
        { "1,2\n3,\x1b[2J\n", "\"\\x1b[2J\" in field 2" },
        { "1,2\n3,1e5e5\n", "line 2, column 3" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ml_scope scope;
        ml_scope_open(&scope);
        check_failed(!csv(rows[i].text, &plain_csv, NULL), rows[i].message);
        ml_scope_close(&scope);
    }
}

static bool parse_csv(const void *p, size_t n)
{
    ml_scope scope;
    ml_named names;
    ml_scope_open(&scope);
    bool good = ml_csv_parse("test", p, n, &plain_csv, &names) != NULL;
    ml_named_free(&names);
    ml_scope_close(&scope);
    return good;
}

TEST("a CSV text changed anywhere is refused or read, never worse")
{
    bytes b = { NULL, 0 };
    put_text(&b, "x,\"y \"\"z\"\"\"\r\n1,2\n\"3\",-4.5e-3\nNA,\n");
    check_mutated(parse_csv, &b, 20000);
    for (size_t n = 0; n <= b.n; n++) {
        bytes part = first_bytes(&b, n);
        bool good = parse_csv(part.p, part.n);
        CHECK(good == (ml_error()[0] == '\0'));
        ml_clear_error();
        drop_bytes(&part);
    }
    drop_bytes(&b);
}

/* ---- memory ---------------------------------------------------------------------------------- */

typedef struct file_pair {
    char idx[512], csv[512];
} file_pair;

static bool load_both(void *ctx)
{
    const file_pair *files = ctx;
    ml_scope scope;
    ml_named names = { 0 };
    ml_scope_open(&scope);
    bool good = ml_idx_load(files->idx) && ml_csv_load(files->csv, &plain_csv, &names);
    ml_named_free(&names);
    ml_scope_close(&scope);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    file_pair files;
    snprintf(files.idx, sizeof files.idx, "%s", temporary_path("a.idx.gz"));
    snprintf(files.csv, sizeof files.csv, "%s", temporary_path("a.csv.gz"));
    bytes plain = idx(0x08, 1, (uint32_t[]){ 4 }, "abcd", 4), zipped = gzipped(&plain);
    CHECK_EQ_INT(ml_file_write(files.idx, zipped.p, zipped.n), ML_OK);
    drop_bytes(&plain), drop_bytes(&zipped);
    put_text(&plain, "a,b\n1,2\n3,4\n");
    zipped = gzipped(&plain);
    CHECK_EQ_INT(ml_file_write(files.csv, zipped.p, zipped.n), ML_OK);
    drop_bytes(&plain), drop_bytes(&zipped);
    check_out_of_memory(load_both, &files);
    unlink(files.idx), unlink(files.csv);
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
