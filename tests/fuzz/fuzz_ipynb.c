/* fuzz_ipynb.c -- any bytes as a notebook of Jupyter's: an error, or one whose copy, written and read, is written the same. */
#include <string.h>

#include "repl/ipynb.h"
#include "repl/percent.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char error[200] = "";
    notebook *nb = ipynb_parse("fuzz", (const char *)bytes, n, error, sizeof error);
    if ((nb == NULL) != (*error != '\0')) abort();
    if (!nb) return 0;
    buffer first = { 0 }, second = { 0 }, file = { 0 };
    ipynb_print(nb, &first);
    percent_print(nb, &file);
    if (first.failed || file.failed) abort();
    notebook *again = ipynb_parse("again", first.data, first.size, error, sizeof error);
    if (!again) abort();
    ipynb_print(again, &second);
    if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0) abort();
    notebook_free(nb);
    notebook_free(again);
    buffer_free(&first);
    buffer_free(&second);
    buffer_free(&file);
    return 0;
}
