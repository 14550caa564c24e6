/* test_notebook_compare.c -- are two runs' outputs the same, nearly the same, or not? */
#include <math.h>

#include "repl/notebook_compare.h"
#include "tests/unit/notebook_random.h"

TEST("texts are identical, close in their numbers, or different")
{
    static const struct {
        const char *a, *b;
        compare_result result;
        double difference;
    } cases[] = {
        { "loss 0.5\n", "loss 0.5\n", COMPARE_IDENTICAL, 0 },
        { "loss 0.5000\n", "loss 0.5001\n", COMPARE_CLOSE, 1.9996e-4 },
        { "loss 0.5\n", "loss 0.6\n", COMPARE_DIFFERENT, 0.16667 },
        { "loss 0.5\n", "cost 0.5\n", COMPARE_DIFFERENT, 0 },
        { "[ 1.0, -2.00001]", "[1.0, -2.0]", COMPARE_CLOSE, 5e-6 },
        { "1e-3 x", "1.0000001e-03 x", COMPARE_CLOSE, 1e-7 },
        { "a1 b", "a2 b", COMPARE_DIFFERENT, 0 },
        { "1.5", "1.5 2.5", COMPARE_DIFFERENT, 0 },
        { "nan", "0.5", COMPARE_DIFFERENT, 0 },
        { "-0.0", "0.0", COMPARE_CLOSE, 0 },
        { "t: #0123456789abcdef 1 2", "t: #fedcba9876543210 1 2", COMPARE_CLOSE, 0 },
        { "t: #0123456789abcdef 1 2", "t: #fedcba9876543210 1 3", COMPARE_DIFFERENT, 0.33333 },
        { "", "x", COMPARE_DIFFERENT, 0 },
        { "3", "-3", COMPARE_DIFFERENT, 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double d = 0;
        compare_result r =
            compare_texts(cases[i].a, strlen(cases[i].a), cases[i].b, strlen(cases[i].b), &d);
        if (r != cases[i].result || fabs(d - cases[i].difference) > 1e-5 * (1 + d))
            TEST_FAIL("%s and %s: %d, %g", cases[i].a, cases[i].b, r, d);
    }
}

static outputs *one(output_kind kind, const char *text, const char *data)
{
    outputs *o = outputs_new(OUTPUTS_LIMIT);
    output r = { .kind = kind, .text = (char *)(uintptr_t)text, .size = strlen(text) };
    r.data = (char *)(uintptr_t)data, r.data_size = strlen(data);
    CHECK(outputs_add(o, &r));
    return o;
}

static void check(outputs *a, outputs *b, compare_result result)
{
    double d = 0;
    CHECK_EQ_INT(compare_outputs(a, b, &d), result);
    outputs_release(a);
    outputs_release(b);
}

TEST("a value's digits decide, not those that are shown")
{
    check(one(OUTPUT_VALUE, "0.1\n", "0.10000000000000001"),
          one(OUTPUT_VALUE, "0.1\n", "0.10000000000000002"), COMPARE_CLOSE);
    check(one(OUTPUT_VALUE, "0.1235\n", "0.12345000000000001"),
          one(OUTPUT_VALUE, "0.1234\n", "0.12344999999999999"), COMPARE_CLOSE);
    check(one(OUTPUT_VALUE, "0.1\n", ""), one(OUTPUT_VALUE, "0.1\n", "0.1"), COMPARE_IDENTICAL);
    check(one(OUTPUT_VALUE, "1\n", ""), one(OUTPUT_STREAM, "1\n", ""), COMPARE_DIFFERENT);
    check(one(OUTPUT_FIGURE, "~\n", "y 1"), one(OUTPUT_FIGURE, "-\n", "y 1"), COMPARE_IDENTICAL);
    check(one(OUTPUT_FIGURE, "~\n", "y 1"), one(OUTPUT_FIGURE, "~\n", "y 1.0001"), COMPARE_CLOSE);
    check(one(OUTPUT_FIGURE, "~\n", "y 1"), one(OUTPUT_FIGURE, "~\n", "y 2"), COMPARE_DIFFERENT);
    check(one(OUTPUT_IMAGE, "", "ab"), one(OUTPUT_IMAGE, "", "ac"), COMPARE_DIFFERENT);
    check(one(OUTPUT_STREAM, "1\n", ""), outputs_new(9), COMPARE_DIFFERENT);
}

/* A figure of one line, by its data. */
static outputs *figure(const char *shown, const char *y)
{
    char form[400];
    snprintf(
        form, sizeof form,
        "moonlab figure 1\nshow %s any\nfigure \"\" 1 1\nplaces 1\npanel \"\" 0 legend axes 1\n"
        "axis \"\" linear nan nan\naxis \"\" linear nan nan\naxis \"\" linear nan nan\n"
        "line 2 \"\" 1\ny %s\n",
        shown, y);
    return one(OUTPUT_FIGURE, "", form);
}

TEST("figures are compared by their numbers, also with those recorded by their numbers alone")
{
    static const char numbers[] =
        "figure \"\" 1\npanel \"\" axis \"\" 0 nan nan axis \"\" 0 nan nan axis \"\" 0 nan nan\n"
        "0 \"\" 2: y 0.5 2 at 0 0 0\n";
    check(figure("0 0", "f 0.5 2"), figure("40 9", "d 0.5 2"), COMPARE_IDENTICAL);
    check(figure("0 0", "f 0.5 2"), figure("0 0", "d 0.50000001 2"), COMPARE_CLOSE);
    check(figure("0 0", "f 0.5 2"), figure("0 0", "f 0.5 3"), COMPARE_DIFFERENT);
    check(one(OUTPUT_FIGURE, "~\n", numbers), figure("0 0", "f 0.5 2"), COMPARE_IDENTICAL);
    outputs *a = figure("0 0", "f 0.5 2"), *b = figure("0 0", "f 0.5 3");
    buffer out = { 0 };
    compare_show(&out, a, b, 1);
    CHECK(out.data && strstr(out.data, "- 0 \"\" 2: y 0.5 2 at") &&
          strstr(out.data, "+ 0 \"\" 2: y 0.5 3 at"));
    buffer_free(&out);
    outputs_release(a);
    outputs_release(b);
}

TEST("of an error the message counts, not where it was raised")
{
    check(one(OUTPUT_ERROR, "x.lua:5: wrong\n    5 | f()\n", ""),
          one(OUTPUT_ERROR, "x.lua:9: wrong\n    9 | f()\n", ""), COMPARE_IDENTICAL);
    check(one(OUTPUT_ERROR, "x.lua:5: wrong\n", ""), one(OUTPUT_ERROR, "x.lua:5: bad\n", ""),
          COMPARE_DIFFERENT);
    check(one(OUTPUT_ERROR, "no place", ""), one(OUTPUT_ERROR, "no place", ""), COMPARE_IDENTICAL);
}

TEST("the lines that differ are shown, and no others")
{
    outputs *a = one(OUTPUT_STREAM, "same\nold\nlast\n", ""),
            *b = one(OUTPUT_STREAM, "same\nnew\nmore\nlast\n", "");
    buffer out = { 0 };
    compare_show(&out, a, b, 1);
    CHECK_EQ_STR(out.data, "      - old\n      + new\n      + \u2026 1 more lines\n");
    buffer_free(&out);
    outputs_release(b);
    b = one(OUTPUT_STREAM, "same\nold\nlast\n", "");
    compare_show(&out, a, b, 1);
    CHECK(out.data == NULL);
    outputs_release(b);
    b = one(OUTPUT_STREAM, "same\nold\nlast", "");
    compare_show(&out, a, b, 3);
    outputs_release(a);
    outputs_release(b);
    buffer_free(&out);
    a = one(OUTPUT_VALUE, "1\n", "1.5"), b = one(OUTPUT_VALUE, "1\n", "1.25");
    compare_show(&out, a, b, 3);
    CHECK_EQ_STR(out.data, "      - 1.5\n      + 1.25\n");
    buffer_free(&out);
    outputs_release(a);
    outputs_release(b);
}

TEST("random outputs are shown without looking beyond them")
{
    random_state = 2;
    for (int k = 0; k < 3000; k++) {
        char text[2][24];
        for (int i = 0; i < 2; i++) {
            size_t n = random_below(20);
            for (size_t j = 0; j < n; j++) text[i][j] = "ab\n\n1"[random_below(5)];
            text[i][n] = '\0';
        }
        outputs *a = one(OUTPUT_STREAM, text[0], ""), *b = one(OUTPUT_STREAM, text[1], "");
        buffer out = { 0 };
        double d = 0;
        compare_show(&out, a, b, 2);
        CHECK((strcmp(text[0], text[1]) == 0) == (compare_outputs(a, b, &d) == COMPARE_IDENTICAL));
        buffer_free(&out);
        outputs_release(a);
        outputs_release(b);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
