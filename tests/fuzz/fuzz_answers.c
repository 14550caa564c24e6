/* fuzz_answers.c -- any bytes as what a terminal sends; the first one says in which pieces they come. */
#include "repl/terminal_answers.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    terminal_answers a;
    size_t piece = n > 0 ? 1 + bytes[0] : 1;
    answers_begin(&a);
    for (size_t at = 1; at < n; at += piece) {
        size_t before = a.ntyped, count = n - at < piece ? n - at : piece;
        bool room = answers_read(&a, (const char *)bytes + at, count);
        if (a.ntyped < before || a.ntyped > sizeof a.typed || (!room && a.ntyped != before))
            abort();
    }
    answers_end(&a);
    /* What was typed is at most all there was, and the name can be printed. */
    if (a.ntyped > n || a.background < -1 || a.background > 0xffffff) abort();
    for (const char *s = a.name; *s; s++)
        if (*s < ' ' || *s > '~') abort();
    if (a.cell_width < 0 || a.cell_width >= 1000 || a.length > 0) abort();
    return 0;
}
