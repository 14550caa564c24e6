/* file_bytes.h -- bytes put together by hand, for the tests of the readers of files. */
#ifndef FILE_BYTES_H
#define FILE_BYTES_H

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/files/files.h"
#include "tests/test.h"

typedef struct bytes {
    unsigned char *p;
    size_t n;
} bytes;

/* Appends n bytes; the memory is exactly as long as what it holds, so that sanitizers see every
** overrun. */
static inline void put_bytes(bytes *b, const void *data, size_t n)
{
    unsigned char *p = realloc(b->p, b->n + n + !(b->n + n));
    if (!p) return;
    b->p = p;
    if (n > 0) memcpy(b->p + b->n, data, n);
    b->n += n;
}

static inline void put_text(bytes *b, const char *text)
{
    put_bytes(b, text, strlen(text));
}

static inline void put_little(bytes *b, int width, uint64_t v)
{
    for (int i = 0; i < width; i++)
        put_bytes(b, &(unsigned char){ (unsigned char)(v >> 8 * i) }, 1);
}

static inline void put_big(bytes *b, int width, uint64_t v)
{
    while (width-- > 0) put_bytes(b, &(unsigned char){ (unsigned char)(v >> 8 * width) }, 1);
}

static inline void drop_bytes(bytes *b)
{
    free(b->p);
    *b = (bytes){ NULL, 0 };
}

/* The first n bytes in memory of their own. */
static inline bytes first_bytes(const bytes *b, size_t n)
{
    bytes copy = { NULL, 0 };
    put_bytes(&copy, b->p, n);
    return copy;
}

static inline bytes file_bytes(const char *path)
{
    bytes b = { NULL, 0 };
    char buffer[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    CHECK(f != NULL);
    while (f && (n = fread(buffer, 1, sizeof buffer, f)) > 0) put_bytes(&b, buffer, n);
    if (f) fclose(f);
    return b;
}

/* A path in a folder of this process, which remove_folder removes. */
static inline const char *temporary_path(const char *name)
{
    static char folder[64], path[512];
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/moonlab-test-XXXXXX");
        if (!mkdtemp(folder)) TEST_FAIL("no temporary folder");
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* A tensor of the dtype with elements that are all different where the dtype allows it. */
static inline ml_tensor *numbered(ml_dtype dtype, int ndim, const int64_t *shape)
{
    ml_tensor *t = ml_empty((ml_spec){ .dtype = dtype }, ndim, shape);
    if (!t) return NULL;
    size_t size = ml_dtype_size(dtype), n = (size_t)ml_numel(t) * size;
    unsigned char *p = ml_data(t);
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(dtype == ML_BOOL ? i % 2 : (i * 37 + i / 256 + 1) & 0x3f);
    return t;
}

/* The same dtype, shape and bits; both are contiguous. */
static inline bool same_tensor(ml_tensor *a, ml_tensor *b)
{
    if (!a || !b || ml_dtype_of(a) != ml_dtype_of(b) || ml_ndim(a) != ml_ndim(b)) return false;
    for (int i = 0; i < ml_ndim(a); i++)
        if (ml_shape(a)[i] != ml_shape(b)[i]) return false;
    size_t n = (size_t)ml_numel(a) * ml_dtype_size(ml_dtype_of(a));
    return n == 0 || memcmp(ml_data(a), ml_data(b), n) == 0;
}

/* The last call failed, with WANTED in its message; clears the error. */
static inline void check_failed(bool failed, const char *wanted)
{
    if (!failed)
        TEST_FAIL("no error; wanted: %s", wanted);
    else if (!strstr(ml_error(), wanted))
        TEST_FAIL("\"%s\" lacks \"%s\"", ml_error(), wanted);
    ml_clear_error();
}

/* What reads bytes in one of the formats; true if it succeeds. */
typedef bool file_parser(const void *p, size_t n);

/* Every proper beginning of the bytes is refused with a message. */
static inline void check_truncated(file_parser *parse, const bytes *whole)
{
    for (size_t n = 0; n < whole->n; n++) {
        bytes part = first_bytes(whole, n);
        if (parse(part.p, part.n))
            TEST_FAIL("accepted when cut to %zu of %zu bytes", n, whole->n);
        else if (!strstr(ml_error(), "test:"))
            TEST_FAIL("at %zu bytes: \"%s\"", n, ml_error());
        ml_clear_error();
        drop_bytes(&part);
    }
    if (!parse(whole->p, whole->n)) TEST_FAIL("refused the whole: %s", ml_error());
    ml_clear_error();
}

/* Bytes changed at random are read or refused, and nothing else happens. */
static inline void check_mutated(file_parser *parse, const bytes *whole, int rounds)
{
    uint64_t seed = 1;
    for (int i = 0; i < rounds; i++) {
        bytes copy = first_bytes(whole, whole->n);
        for (int k = 0; k < 1 + i % 4 && copy.n > 0; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            copy.p[(seed >> 33) % copy.n] = (unsigned char)(seed >> 24);
        }
        bool good = parse(copy.p, copy.n);
        if (good != (ml_error()[0] == '\0')) TEST_FAIL("round %d: status and message differ", i);
        ml_clear_error();
        drop_bytes(&copy);
    }
}

/* Fails the first, second, … allocation of CALL until it succeeds; each failure is clean. */
static inline void check_out_of_memory(bool (*call)(void *ctx), void *ctx)
{
    ml_memory_trim();
    int64_t before = ml_memory_live();
    for (int k = 1; k < 1000; k++) {
        ml_fail_allocation(k);
        bool good = call(ctx);
        ml_fail_allocation(0);
        CHECK_EQ_INT(ml_memory_live(), before);
        if (good) {
            CHECK(k > 1);
            return;
        }
        CHECK_EQ_INT(ml_error_status(), ML_MEMORY);
        ml_clear_error();
    }
    TEST_FAIL("still out of memory after 1000 allocations");
}

#endif
