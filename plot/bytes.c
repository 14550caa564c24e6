/* bytes.c: growing, and base64. */
#include "plot/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void plot_bytes_add(plot_bytes *bytes, const void *data, size_t count)
{
    void *grown = bytes->data;
    if (bytes->failed || count == 0) return;
    bytes->failed = !plot_grow(bytes->memory, &grown, &bytes->capacity, bytes->count, count, 1);
    bytes->data = grown;
    if (bytes->failed) return;
    memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
}

void plot_bytes_text(plot_bytes *bytes, const char *text)
{
    plot_bytes_add(bytes, text, strlen(text));
}

void plot_bytes_print(plot_bytes *bytes, const char *format, ...)
{
    char text[201];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0) plot_bytes_add(bytes, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void plot_bytes_base64(plot_bytes *bytes, const uint8_t *data, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        unsigned three = (unsigned)data[i] << 16;
        if (i + 1 < count) three |= (unsigned)data[i + 1] << 8;
        if (i + 2 < count) three |= data[i + 2];
        char four[4] = { digits[three >> 18], digits[three >> 12 & 63],
                         i + 1 < count ? digits[three >> 6 & 63] : '=',
                         i + 2 < count ? digits[three & 63] : '=' };
        plot_bytes_add(bytes, four, 4);
    }
}
