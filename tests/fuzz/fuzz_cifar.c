/* fuzz_cifar.c -- any bytes as CIFAR-10's binary version. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    ml_scope scope;
    ml_tensor *images, *labels;
    ml_scope_open(&scope);
    fuzz_check(ml_cifar10_parse("fuzz", bytes, n, &images, &labels) == ML_OK);
    ml_scope_close(&scope);
    return 0;
}
