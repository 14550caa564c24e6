/* fuzz_csv.c -- any bytes as CSV; the first one chooses the dtype, the header and the delimiter. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const missing[] = { "?", "none", NULL };
    ml_scope scope;
    ml_named names;
    uint8_t choice = n > 0 ? bytes[0] : 0;
    ml_csv_options options = { .dtype = (ml_dtype)(choice % ML_NDTYPE), .missing = missing };
    options.header = (ml_csv_header)(choice / ML_NDTYPE % 3);
    options.delimiter = choice & 0x80 ? ';' : ',';
    ml_scope_open(&scope);
    fuzz_check(ml_csv_parse("fuzz", bytes + (n > 0), n - (n > 0), &options, &names) != NULL);
    ml_named_free(&names);
    ml_scope_close(&scope);
    return 0;
}
