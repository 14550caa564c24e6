/* bytes.h: bytes that grow, for what writes files and sequences. */
#ifndef PLOT_BYTES_H
#define PLOT_BYTES_H

#include "plot/plot_memory.h"

#include <stdbool.h>
#include <stdint.h>

/* All zero but memory at first.  Once failed is set, for lack of memory, nothing is added any more; the
** bytes are released by free(bytes.data) either way. */
typedef struct {
    uint8_t *data;
    size_t count, capacity;
    const plot_memory *memory;
    bool failed;
} plot_bytes;

void plot_bytes_add(plot_bytes *bytes, const void *data, size_t count);
void plot_bytes_text(plot_bytes *bytes, const char *text);
void plot_bytes_print(plot_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* at most 200 bytes */

/* Adds the data as base64 (RFC 4648), padded. */
void plot_bytes_base64(plot_bytes *bytes, const uint8_t *data, size_t count);

#endif
