/* fuzz_npz.c -- any bytes as an .npz archive. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    ml_named named;
    fuzz_check(ml_npz_parse("fuzz", bytes, n, &named) == ML_OK);
    ml_named_free(&named);
    return 0;
}
