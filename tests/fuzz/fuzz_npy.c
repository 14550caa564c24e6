/* fuzz_npy.c -- any bytes as an .npy file. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    ml_scope scope;
    ml_scope_open(&scope);
    fuzz_check(ml_npy_parse("fuzz", bytes, n) != NULL);
    ml_scope_close(&scope);
    return 0;
}
