/* fuzz_safetensors.c -- any bytes as a safetensors file. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    ml_named named;
    fuzz_check(ml_safetensors_parse("fuzz", bytes, n, &named) == ML_OK);
    ml_named_free(&named);
    return 0;
}
