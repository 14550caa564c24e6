/* test_outlet.c -- what a kernel prints, cut at marks however it arrives. */
#define _POSIX_C_SOURCE 200809L
#include "repl/outlet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

static const char secret[] = "abcdefghijklmnop", other[] = "ponmlkjihgfedcba";
static outlet out;
static char seen[1 << 12];

static int open_outlet(void)
{
    int tube[2] = { -1, -1 };
    CHECK_EQ_INT(pipe(tube), 0);
    fcntl(tube[0], F_SETFL, O_NONBLOCK);
    outlet_open(&out, tube[0], secret);
    seen[0] = '\0';
    return tube[1];
}

/* Reads all that is there, marks as "<7>" and NUL as "0". */
static void read_all(void)
{
    const char *text;
    size_t size, n = strlen(seen);
    unsigned long long mark;
    for (;;) {
        switch (outlet_next(&out, &text, &size, &mark)) {
        case OUTLET_TEXT:
            for (size_t i = 0; i < size && n < sizeof seen - 1; i++)
                seen[n++] = text[i] ? text[i] : '0';
            seen[n] = '\0';
            break;
        case OUTLET_AT_MARK:
            n += (size_t)snprintf(seen + n, sizeof seen - n, "<%llu>", mark);
            outlet_pass(&out);
            break;
        case OUTLET_EMPTY: return;
        }
    }
}

TEST("marks are found however the bytes are cut, and what only looks like one is text")
{
    static const char text[] = "one\0two\0abcdefghijklmno three\0abc";
    int tube[2];
    char bytes[400];
    CHECK_EQ_INT(pipe(tube), 0);
    CHECK_EQ_INT(write(tube[1], text, sizeof text - 1), sizeof text - 1);
    CHECK(outlet_mark(tube[1], secret, 7) && outlet_mark(tube[1], secret, 0xfedcba9876543210));
    CHECK_EQ_INT(write(tube[1], "end", 3), 3);
    ssize_t size = read(tube[0], bytes, sizeof bytes);
    for (ssize_t step = 1; step < size; step++) {
        int fd = open_outlet();
        for (ssize_t at = 0; at < size; at += step) {
            ssize_t n = step < size - at ? step : size - at;
            CHECK_EQ_INT(write(fd, bytes + at, (size_t)n), n);
            read_all();
        }
        CHECK_EQ_STR(seen, "one0two0abcdefghijklmno three0abc<7><18364758544493064720>end");
        close(fd);
        outlet_close(&out);
    }
    close(tube[0]);
    close(tube[1]);
}

TEST("after the secret has changed, nothing before the first new mark is delivered")
{
    int fd = open_outlet();
    CHECK(write(fd, "old", 3) == 3 && outlet_mark(fd, secret, 1));
    outlet_renew(&out, other);
    CHECK(write(fd, "older", 5) == 5 && outlet_mark(fd, other, 2) && write(fd, "new", 3) == 3);
    read_all();
    CHECK_EQ_STR(seen, "<2>new");
    CHECK(outlet_mark(fd, secret, 3) && write(fd, ".", 1) == 1);
    read_all();
    CHECK_EQ_STR(seen, "<2>new0abcdefghijklmnop00000000000000030.");
    close(fd);
    outlet_close(&out);
    char a[OUTLET_SECRET], b[OUTLET_SECRET];
    outlet_new_secret(a), outlet_new_secret(b);
    CHECK(memcmp(a, b, sizeof a) != 0 && !memchr(a, 0, sizeof a));
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
