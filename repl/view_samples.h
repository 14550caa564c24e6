/* view_samples.h -- the files of samples/ that end in .lua, as the Makefile puts them into the program. */
#ifndef REPL_VIEW_SAMPLES_H
#define REPL_VIEW_SAMPLES_H

#include <stddef.h>

typedef struct view_sample {
    const char *name; /* "xor" */
    const char *text; /* NUL-terminated */
    size_t size;
} view_sample;

extern const view_sample view_samples[];
extern const int view_sample_count;

#endif
