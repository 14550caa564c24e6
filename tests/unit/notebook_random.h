/* notebook_random.h -- for the tests of the notebook: random numbers, random notebooks, their comparison. */
#ifndef NOTEBOOK_RANDOM_H
#define NOTEBOOK_RANDOM_H

#include <stdlib.h>

#include "repl/percent.h"
#include "tests/test.h"

static uint64_t random_state = 1;

static inline unsigned random_below(unsigned n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % n;
}

/* A few of the pieces that matter to the format, end to end. */
static inline char *random_file(size_t *size)
{
    static const char *const pieces[] = {
        "-- %%",
        "-- %% a title",
        "-- %% [markdown]",
        "-- %% x [note] tags=[\"a b\"]",
        "\n",
        "\n",
        "\r\n",
        "\n\n",
        "-- ",
        "--",
        "local x = 1",
        "x",
        " ",
        "\t",
        "-- ---",
        "\xEF\xBB\xBF",
        "#!/bin/lua",
        "-- moonlab: {}",
        "\r",
        "-- %%%",
        "[[",
        "]]",
        "\xff",
        "-- %% [raw]",
        "-- # head",
        "-- ---\n",
        "-- %% [exercise] id=mse",
    };
    buffer b = { 0 };
    for (unsigned k = random_below(30); k > 0; k--) {
        unsigned i = random_below(sizeof pieces / sizeof *pieces + 1);
        if (i < sizeof pieces / sizeof *pieces)
            buffer_puts(&b, pieces[i]);
        else
            buffer_add(&b, "\0", 1);
        if (random_below(2)) buffer_puts(&b, random_below(8) ? "\n" : "\r\n");
    }
    return buffer_take(&b, size);
}

static inline char *print_notebook(const notebook *nb, size_t *size)
{
    buffer b = { 0 };
    percent_print(nb, &b);
    return buffer_take(&b, size);
}

/* All that a user sees of the cells, as one text. */
static inline char *describe(const notebook *nb, size_t *size)
{
    buffer b = { 0 };
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        buffer_format(&b, "[%s|%s|%s]", cell_type_word(c->type), c->title, c->options);
        buffer_add(&b, c->source, c->size);
        buffer_puts(&b, "\n");
    }
    return buffer_take(&b, size);
}

#define CHECK_EQ_BYTES(a, n, b, m)                                                                 \
    do {                                                                                           \
        if ((n) != (m) || memcmp((a), (b), (n)) != 0)                                              \
            TEST_FAIL("%s is \"%.*s\", not \"%.*s\"", #a, (int)(n), (a), (int)(m), (b));           \
    } while (0)

#endif
