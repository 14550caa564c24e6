/* fuzz_journal.c -- any bytes as a journal: what it recovers can be printed. */
#include "repl/notebook_journal.h"
#include "repl/percent.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    recovery r;
    if (!journal_recover_bytes((const char *)bytes, n, 1, &r)) abort();
    if (r.notebook) {
        buffer out = { 0 };
        percent_print(r.notebook, &out);
        if (out.failed || r.edits < 1) abort();
        buffer_free(&out);
    }
    notebook_free(r.notebook);
    return 0;
}
