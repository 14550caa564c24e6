/* fuzz_percent.c -- any bytes as a notebook: it prints them back, and what is edited, printed and parsed prints the same. */
#include <string.h>

#include "repl/percent.h"
#include "tests/fuzz/fuzz.h"

/* The notebook of these bytes, which must give them back. */
static notebook *percent_checked(const char *bytes, size_t n)
{
    notebook *nb = percent_parse(bytes, n);
    buffer out = { 0 };
    if (!nb) abort();
    percent_print(nb, &out);
    if (out.failed || out.size != n || (n > 0 && memcmp(out.data, bytes, n) != 0)) abort();
    buffer_free(&out);
    return nb;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    notebook *nb = percent_checked((const char *)bytes, n);
    if (notebook_count(nb) > 0) {
        const notebook_cell *first = notebook_at(nb, 0);
        notebook_edit(nb, 0, "x", 1, false);
        notebook_insert(nb, 1, first->type == CELL_CODE ? CELL_MARKDOWN : CELL_CODE,
                        (const char *)bytes, n);
        notebook_move(nb, 0, 1, notebook_count(nb) - 1);
        buffer out = { 0 };
        percent_print(nb, &out);
        if (out.failed) abort();
        notebook *again = percent_checked(out.data, out.size);
        buffer_free(&out);
        if (notebook_count(again) != notebook_count(nb)) abort();
        notebook_free(again);
    }
    notebook_free(nb);
    return 0;
}
