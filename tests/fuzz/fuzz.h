/* fuzz.h -- what every fuzz target needs: one function that reads bytes and never does worse than
** refuse them.  `make fuzz` links it with clang's libFuzzer; tests/unit/test_fuzz.c calls it over
** seeds and random changes of them, so that every build runs it. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdlib.h>

#include "core/files/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A reader that succeeds leaves no message, one that fails leaves one; else the target stops. */
static inline void fuzz_check(bool good)
{
    if (good != (ml_error_status() == ML_OK)) abort();
    ml_clear_error();
}

#endif
