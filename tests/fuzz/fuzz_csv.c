/* fuzz_csv.c -- any bytes as CSV; the first one chooses dtypes, the header and the delimiter. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const missing[] = { "?", "none", NULL };
    ml_csv_table table;
    uint8_t choice = n > 0 ? bytes[0] : 0;
    ml_csv_type type = { .dtype = (ml_dtype)(choice % ML_NDTYPE), .text = choice & 0x40 };
    ml_csv_options options = { .dtype = choice & 0x20 ? ML_F32 : ML_F64, .missing = missing };
    options.header = (ml_csv_header)(choice / ML_NDTYPE % 3);
    options.delimiter = choice & 0x80 ? ';' : ',';
    options.types = &type, options.ntypes = choice & 1;
    fuzz_check(ml_csv_parse("fuzz", bytes + (n > 0), n - (n > 0), &options, &table) == ML_OK);
    ml_csv_free(&table);
    return 0;
}
