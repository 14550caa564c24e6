/* test_csv.c -- CSV: numbers in text, what columns hold, and what is wrong with damaged files. */
#include <math.h>
#include <zlib.h>

#include "core/files/files.h"
#include "core/files/number_text.h"
#include "tests/unit/file_bytes.h"

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
        "9007199254740993e1",
        "9007199254740993e-3",
        "4503599627370497.5",
        "4503599627370498.5",
        "9223372036854775809",
        "1.00000000000000011102230246251565",
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

        if (i % 3) wanted = ldexp((double)(int64_t)bits, -60 - i % 20);
        snprintf(text, sizeof text, "%.*g", (const int[]){ 17, 6, 19, 18 }[i % 4], wanted);
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

/* ---- tables ---------------------------------------------------------------------------------- */

static const ml_csv_options plain_csv = { .dtype = ML_F64 };

static bool csv(const char *text, const ml_csv_options *options, ml_csv_table *out)
{
    bytes b = { NULL, 0 };
    put_text(&b, text);
    bool good = ml_csv_parse("test", b.p, b.n, options, out) == ML_OK;
    drop_bytes(&b);
    return good;
}

/* Value I of the column as text: a number, or a category. */
static const char *value_text(const ml_csv_values *column, int64_t i, char *buf, size_t size)
{
    ml_scope scope;
    double v = 0;
    int64_t n;
    ml_scope_open(&scope);
    CHECK(ml_item(ml_select(column->values, 0, i), &v, &n));
    ml_scope_close(&scope);
    if (isnan(v))
        snprintf(buf, size, "-");
    else if (column->is_text)
        snprintf(buf, size, "%s", ml_text_pool_get(&column->categories, (int64_t)v, NULL));
    else
        snprintf(buf, size, "%g", v);
    return buf;
}

/* TEXT gives a table that reads as WANTED: "name dtype values; name dtype values". */
static void check_csv(const char *text, const ml_csv_options *options, const char *wanted)
{
    ml_csv_table t;
    char got[1000] = "", value[100];
    size_t n = 0;
    if (!csv(text, options, &t)) TEST_FAIL("\"%s\": %s", text, ml_error());
    for (int64_t k = 0; k < t.n; k++) {
        const ml_csv_values *c = &t.column[k];
        n += (size_t)snprintf(got + n, sizeof got - n, "%s%s %s", k ? "; " : "",
                              c->name ? c->name : "?",
                              c->is_text ? "text" : ml_dtype_name(ml_dtype_of(c->values)));
        for (int64_t i = 0; i < t.rows; i++)
            n += (size_t)snprintf(got + n, sizeof got - n, " %s",
                                  value_text(c, i, value, sizeof value));
    }
    CHECK_EQ_STR(got, wanted);
    ml_clear_error();
    ml_csv_free(&t);
}

TEST("what a column holds decides its dtype")
{
    check_csv(
        "a,b,c,d,e\n1,1.5,True,x,2000-01-01\n-2,2,False,y,2000-01-02\n", &plain_csv,
        "a int64 1 -2; b float64 1.5 2; c bool 1 0; d text x y; e text 2000-01-01 2000-01-02");
    check_csv("a,b,c,d\n1,true,,z\n,,NA,\n3,FALSE,nan,a\n", &plain_csv,
              "a float64 1 - 3; b float64 1 - 0; c float64 - - -; d text z - a");
    check_csv("a,b,c\n1,True,007\nx,1,8\n", &plain_csv, "a text 1 x; b text True 1; c int64 7 8");
    check_csv("a\n9223372036854775807\n", &plain_csv, "a int64 9.22337e+18");
    check_csv("a\n9223372036854775808\n", &plain_csv, "a float64 9.22337e+18");
    check_csv("a,b\n1e3,inf\n2.0,-INF\n", &plain_csv, "a float64 1000 2; b float64 inf -inf");
    check_csv("a\n1.5\n", &(ml_csv_options){ .dtype = ML_F32 }, "a float32 1.5");
}

TEST("the header, quotes, line ends, spaces, missing values and a byte order mark are understood")
{
    check_csv("1,2\n3,4\n", &plain_csv, "? int64 1 3; ? int64 2 4");
    check_csv("1,2\r\n3,4", &plain_csv, "? int64 1 3; ? int64 2 4");
    check_csv("1,2\r3,4\r", &plain_csv, "? int64 1 3; ? int64 2 4");
    check_csv("\xef\xbb\xbf"
              "a,b\n\n1,2\n\n\n3,4\n\n",
              &plain_csv, "a int64 1 3; b int64 2 4");
    check_csv("\"a \"\"x\"\",\n\", b \n\"1\", 2 \n\t3,\"4\"\n", &plain_csv,
              "a \"x\",\n int64 1 3; b int64 2 4");
    check_csv("t,u\n\" x \", x \n\"say \"\"a,b\"\"\",\"two\nlines\"\n", &plain_csv,
              "t text  x  say \"a,b\"; u text x two\nlines");
    check_csv("t\n\xc3\xa9\nz\n", &plain_csv, "t text \xc3\xa9 z");
    check_csv(",b\n1,2\n", &plain_csv, " int64 1; b int64 2");
    check_csv("1;2\n3;4\n", &(ml_csv_options){ .dtype = ML_F64, .delimiter = ';' },
              "? int64 1 3; ? int64 2 4");
    check_csv("1,2\n3,4\n", &(ml_csv_options){ .dtype = ML_F64, .header = ML_CSV_HEADER },
              "1 int64 3; 2 int64 4");
    check_csv("a,b\nc,d\n", &(ml_csv_options){ .dtype = ML_F64, .header = ML_CSV_NO_HEADER },
              "? text a c; ? text b d");
    check_csv("1,?\n3,4\n",
              &(ml_csv_options){ .dtype = ML_F64, .missing = (const char *[]){ "?", NULL } },
              "? int64 1 3; ? float64 - 4");
    check_csv("1,-9\n-9,4\n",
              &(ml_csv_options){ .dtype = ML_F64, .missing = (const char *[]){ "-9", NULL } },
              "? float64 1 -; ? float64 - 4");
    check_csv("", &plain_csv, "");
    check_csv("\n\n", &plain_csv, "");
    check_csv("a,b\n", &plain_csv, "a float64; b float64");
    check_csv("7", &plain_csv, "? int64 7");
    check_csv(",\n1,2\n", &plain_csv, "? float64 - 1; ? float64 - 2");
}

TEST("codes are in the order of the sorted texts, and there may be many")
{
    bytes b = { NULL, 0 };
    ml_csv_table t;
    put_text(&b, "t\n");
    for (int i = 0; i < 3000; i++) {
        char line[40];
        snprintf(line, sizeof line, "text %04d\n", i * 1009 % 1500);
        put_text(&b, line);
    }
    CHECK_EQ_INT(ml_csv_parse("test", b.p, b.n, &plain_csv, &t), ML_OK);
    const int64_t *code = ml_data(t.column[0].values);
    CHECK_EQ_INT(t.column[0].categories.n, 1500);
    for (int i = 0; i < 3000; i++) CHECK_EQ_INT(code[i], i * 1009 % 1500 + 1);
    CHECK_EQ_STR(ml_text_pool_get(&t.column[0].categories, 1500, NULL), "text 1499");
    ml_csv_free(&t);
    drop_bytes(&b);
}

TEST("a column can be asked to be of any dtype, and what does not fit is refused")
{
    for (int d = 0; d < ML_NDTYPE; d++) {
        ml_csv_type type = { .column = { "a", 0 }, .dtype = (ml_dtype)d };
        char wanted[60];
        snprintf(wanted, sizeof wanted, "a %s 0 1; b int64 1 1", ml_dtype_name((ml_dtype)d));
        check_csv("a,b\n0,1\nTrue,1\n",
                  &(ml_csv_options){ .dtype = ML_F64, .ntypes = 1, .types = &type }, wanted);
    }
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
        { ML_I64, "NA\n1", false },     { ML_F32, "NA\n1", true },
        { ML_F32, "x", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ml_csv_table t;
        ml_csv_type type = { .dtype = rows[i].dtype };
        ml_csv_options options = { .header = ML_CSV_NO_HEADER, .ntypes = 1, .types = &type };
        if (csv(rows[i].text, &options, &t) != rows[i].fits)
            TEST_FAIL("%s: %s", rows[i].text, ml_error());
        ml_clear_error();
        ml_csv_free(&t);
    }
    check_csv(
        "zip\n01234\n",
        &(ml_csv_options){ .ntypes = 1, .types = &(ml_csv_type){ { "zip", 0 }, true, ML_F32 } },
        "zip text 01234");
}

TEST("columns are chosen by name or position")
{
    const char *text = "name,age,\"weight, kg\"\nann,30,55.5\nbob,,80\n";
    ml_csv_table t;
    ml_csv_options options = { .dtype = ML_F64, .ncolumns = 2 };
    options.columns = (ml_csv_column[]){ { "weight, kg", 0 }, { NULL, 1 } };
    check_csv(text, &options, "weight, kg float64 55.5 80; age float64 30 -");
    static const struct {
        ml_csv_column columns[2];
        const char *message;
    } rows[] = {
        { { { "hight", 0 }, { NULL, 1 } },
          "column \"hight\" is unknown; there are name age weight" },
        { { { NULL, 3 }, { NULL, 1 } }, "column 4: there are 3" },
        { { { NULL, -1 }, { NULL, 1 } }, "column 0: there are 3" },
        { { { "age", 0 }, { NULL, 1 } }, "column 2 is chosen twice" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        options.columns = rows[i].columns;
        check_failed(!csv(text, &options, &t), rows[i].message);
    }
    options.columns = rows[3].columns;
    check_failed(!csv("1,2,3\n", &options, &t), "the file has no header");
    ml_csv_column many[] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    options.ncolumns = 3, options.columns = many;
    check_failed(!csv("1,2\n", &options, &t), "column 1 is chosen twice");
    options = (ml_csv_options){ .ntypes = 1, .types = &(ml_csv_type){ { "x", 0 }, true, ML_F32 } };
    check_failed(!csv(text, &options, &t), "column \"x\" is unknown");
}

TEST("errors in CSV name the line and the column")
{
    static const ml_csv_type floats = { .column = { NULL, 1 }, .dtype = ML_F64 };
    static const ml_csv_options typed = { .dtype = ML_F64, .ntypes = 1, .types = &floats };
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "a,b\n1,2\n3,x4\n", "test: line 3, column 3: \"x4\" in field 2 (\"b\") is not a number" },
        { "1,2\n3\n", "test: line 2, column 1: 1 fields in this row, but 2 in the first" },
        { "1,2\n3,4,5\n", "line 2, column 5: 3 fields in this row" },
        { "1,\"2\n3,4\n", "line 1, column 3: the quote is never closed" },
        { "1,\"2\"3\n", "line 1, column 6: after a closing quote" },
        { "1,2\nx,\"\n3\n\"\n", "line 2, column 3: \"\\x0a3\\x0a\" in field 2 is not a number" },
        { "1,2\n3,\x1b[2J\n", "\"\\x1b[2J\" in field 2" },
        { "1,2\n3,1e5e5\n", "line 2, column 3" },
        { "a,b\n\xe9t\xe9,1\n", "in field 1 (\"a\") is not UTF-8" },
        { "a\xe9,b\n1,2\n", "line 1, column 1: the name" },
        { "\xff\xfe"
          "a,b\n",
          "the file is UTF-16; save it as UTF-8" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ml_csv_table t;
        check_failed(!csv(rows[i].text, &typed, &t), rows[i].message);
        CHECK(t.n == 0 && !t.column);
    }
    ml_csv_table t;
    check_failed(ml_csv_parse("test", "a\nx\0y\n", 6, &plain_csv, &t) != ML_OK, "has a zero byte");
}

static bool parse_csv(const void *p, size_t n)
{
    ml_csv_table t;
    bool good = ml_csv_parse("test", p, n, &plain_csv, &t) == ML_OK;
    ml_csv_free(&t);
    return good;
}

TEST("a CSV text changed anywhere is refused or read, never worse")
{
    bytes b = { NULL, 0 };
    put_text(&b, "x,\"y \"\"z\"\"\"\r\n1,text\n\"3\",\"a \"\"b\"\"\"\nNA,\nTrue,False\n");
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

static bool load_csv(void *path)
{
    ml_csv_table t;
    bool good = ml_csv_load(path, &plain_csv, &t) == ML_OK;
    ml_csv_free(&t);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    char path[512];
    snprintf(path, sizeof path, "%s", temporary_path("a.csv.gz"));
    gzFile f = gzopen(path, "wb");
    CHECK(f && gzputs(f, "a,b\n1,x\n3,\"\"\"y\"\"\"\n4,\n") > 0);
    CHECK_EQ_INT(gzclose(f), Z_OK);
    check_out_of_memory(load_csv, path);
    unlink(path);
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
