/* test_fuzz.c -- the fuzz targets over their seeds and random changes of them. */
#include <stddef.h>
#include <stdint.h>

typedef int fuzz_target(const uint8_t *bytes, size_t n);
fuzz_target fuzz_npy, fuzz_npz, fuzz_safetensors, fuzz_idx, fuzz_cifar, fuzz_csv, fuzz_percent,
    fuzz_ipynb, fuzz_sidecar, fuzz_journal, fuzz_shown, fuzz_answers, fuzz_protocol, fuzz_form;

#define LLVMFuzzerTestOneInput fuzz_npy
#include "tests/fuzz/fuzz_npy.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_npz
#include "tests/fuzz/fuzz_npz.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_safetensors
#include "tests/fuzz/fuzz_safetensors.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_idx
#include "tests/fuzz/fuzz_idx.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_cifar
#include "tests/fuzz/fuzz_cifar.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_csv
#include "tests/fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_percent
#include "tests/fuzz/fuzz_percent.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_ipynb
#include "tests/fuzz/fuzz_ipynb.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_sidecar
#include "tests/fuzz/fuzz_sidecar.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_journal
#include "tests/fuzz/fuzz_journal.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_shown
#include "tests/fuzz/fuzz_shown.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_answers
#include "tests/fuzz/fuzz_answers.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_form
#include "tests/fuzz/fuzz_form.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_protocol
#include "tests/fuzz/fuzz_protocol.c"
#undef LLVMFuzzerTestOneInput
#include "tests/fuzz/seeds.c"
#include "tests/test.h"

enum { CHANGES = 3000 };

static fuzz_target *target_of(const char *name)
{
    static const struct {
        const char *name;
        fuzz_target *run;
    } targets[] = {
        { "npy", fuzz_npy },           { "npz", fuzz_npz },     { "safetensors", fuzz_safetensors },
        { "idx", fuzz_idx },           { "cifar", fuzz_cifar }, { "csv", fuzz_csv },
        { "percent", fuzz_percent },   { "ipynb", fuzz_ipynb }, { "sidecar", fuzz_sidecar },
        { "journal", fuzz_journal },   { "shown", fuzz_shown }, { "answers", fuzz_answers },
        { "protocol", fuzz_protocol }, { "form", fuzz_form },
    };
    size_t i = 0;
    while (strcmp(targets[i].name, name) != 0) i++;
    return targets[i].run;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* Sets, flips, copies, cuts or lengthens a few bytes; P has room for one more than n. */
static size_t change(uint8_t *p, size_t n, uint64_t *seed)
{
    static const uint8_t odd[] = { 0, 1, 0x7f, 0x80, 0xff, '"', ',', '{', '[', '9' };
    for (uint64_t k = next_random(seed) % 4 + 1; k > 0 && n > 0; k--) {
        size_t at = next_random(seed) % n;
        switch (next_random(seed) % 5) {
        case 0: p[at] = odd[next_random(seed) % sizeof odd]; break;
        case 1: p[at] ^= (uint8_t)(1 << next_random(seed) % 8); break;
        case 2: p[at] = p[next_random(seed) % n]; break;
        case 3: n -= next_random(seed) % 16 == 0 ? at : 0; break;
        default: p[at]++; break;
        }
    }
    return n;
}

TEST("every seed is a good file, and no change of one does worse than an error")
{
    static fuzz_seed seed;
    uint64_t random = 1;
    for (int i = 0; i < fuzz_seed_count(); i++) {
        CHECK(fuzz_seed_make(i, &seed));
        fuzz_target *run = target_of(seed.target);
        int64_t before = ml_memory_live();
        for (int k = 0; k < CHANGES; k++) {
            uint8_t *copy = malloc(seed.n + 1);
            CHECK(copy != NULL);
            if (!copy) return;
            memcpy(copy, seed.bytes, seed.n);
            size_t n = k > 0 ? change(copy, seed.n, &random) : seed.n;
            uint8_t *exact = malloc(n + !n); /* so that sanitizers see a byte too far */
            if (exact) memcpy(exact, copy, n), run(exact, n);
            free(exact), free(copy);
        }
        CHECK_EQ_INT(ml_memory_live(), before);
    }
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
