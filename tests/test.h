/* test.h -- the whole of the C test harness.
**
**     TEST("a reduction over an empty dimension keeps its identity")
**     {
**         CHECK(x == 0);
**         CHECK_EQ_INT(n, 3);
**         CHECK_EQ_STR(s, "abc");
**     }
**     int main(int argc, char **argv) { return test_main(argc, argv); }
**
** Each TEST registers itself.  A program prints one line per failure and ends with "N passed, N failed";
** an argument runs only the tests whose name contains it. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

typedef struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
} test_case;

static test_case *test_first, **test_last = &test_first;
static int test_failures; /* in the test that runs */
static const char *test_skip_reason;

#define TEST_CAT_(a, b) a##b
#define TEST_CAT(a, b)  TEST_CAT_(a, b)
#define TEST(sentence)                                                                             \
    static void TEST_CAT(test_run_, __LINE__)(void);                                               \
    __attribute__((constructor)) static void TEST_CAT(test_add_, __LINE__)(void)                   \
    {                                                                                              \
        static test_case c = { sentence, TEST_CAT(test_run_, __LINE__), NULL };                    \
        *test_last = &c, test_last = &c.next;                                                      \
    }                                                                                              \
    static void TEST_CAT(test_run_, __LINE__)(void)

#define TEST_FAIL(...)                                                                             \
    (test_failures++, printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), printf("\n"))
#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond)) TEST_FAIL("not true: %s", #cond);                                             \
    } while (0)
#define CHECK_EQ_INT(a, b)                                                                         \
    do {                                                                                           \
        long long a_ = (long long)(a), b_ = (long long)(b);                                        \
        if (a_ != b_) TEST_FAIL("%s is %lld, not %lld", #a, a_, b_);                               \
    } while (0)
#define CHECK_EQ_STR(a, b)                                                                         \
    do {                                                                                           \
        const char *a_ = (a), *b_ = (b);                                                           \
        if (strcmp(a_, b_) != 0) TEST_FAIL("%s is \"%s\", not \"%s\"", #a, a_, b_);                \
    } while (0)
#define CHECK_NEAR(a, b, tolerance)                                                                \
    do {                                                                                           \
        double a_ = (double)(a), b_ = (double)(b);                                                 \
        if (!(a_ - b_ <= (tolerance) && b_ - a_ <= (tolerance)))                                   \
            TEST_FAIL("%s is %.17g, not %.17g", #a, a_, b_);                                       \
    } while (0)
#define SKIP(reason) (test_skip_reason = (reason))

static int test_main(int argc, char **argv)
{
    int passed = 0, failed = 0, skipped = 0;
    for (test_case *c = test_first; c; c = c->next) {
        if (argc > 1 && !strstr(c->name, argv[1])) continue;
        test_failures = 0, test_skip_reason = NULL;
        c->run();
        if (test_failures)
            failed++, printf("FAILED: %s\n", c->name);
        else if (test_skip_reason)
            skipped++, printf("skipped: %s: %s\n", c->name, test_skip_reason);
        else
            passed++;
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed != 0;
}

#endif
