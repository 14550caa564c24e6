/* write_seeds.c -- writes the seeds of TARGET into FOLDER, for libFuzzer: write_seeds TARGET
** FOLDER. */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/seeds.h"

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: write_seeds TARGET FOLDER\n");
        return 2;
    }
    for (int i = 0; i < fuzz_seed_count(); i++) {
        static fuzz_seed seed;
        char path[4096];
        if (!fuzz_seed_make(i, &seed)) return 1;
        if (strcmp(seed.target, argv[1]) != 0) continue;
        snprintf(path, sizeof path, "%s/seed-%d", argv[2], i);
        FILE *f = fopen(path, "wb");
        if (!f || fwrite(seed.bytes, 1, seed.n, f) != seed.n || fclose(f) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}
