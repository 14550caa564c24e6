/* number_digits.c: whole numbers, which are many, by hand; others by the C library, whose point is the locale's. */
#include "plot/number_digits.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MOST 1e15 /* all digits of what is less are exact */

static int write_whole(char *out, double v)
{
    char reversed[20];
    int n = 0, length = 0;
    long long rest = (long long)fabs(v);
    do reversed[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (signbit(v)) out[length++] = '-';
    while (n > 0) out[length++] = reversed[--n];
    out[length] = '\0';
    return length;
}

int plot_digits_write(char out[PLOT_DIGITS_SIZE], double v, bool narrow)
{
    if (fabs(v) < WHOLE_MOST && v == floor(v)) return write_whole(out, v);
    int n = isnan(v) ? snprintf(out, PLOT_DIGITS_SIZE, "nan")
            : narrow ? snprintf(out, PLOT_DIGITS_SIZE, "%.9g", v)
                     : snprintf(out, PLOT_DIGITS_SIZE, "%.17g", v);
    for (char *p = out; *p != '\0'; p++)
        if (*p == ',') *p = '.';
    return n;
}

static bool read_whole(const char *text, size_t size, double *out)
{
    bool negative = text[0] == '-';
    long long v = 0;
    if (size - negative > 15 || size == (size_t)negative) return false;
    for (size_t i = negative; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        v = 10 * v + (text[i] - '0');
    }
    *out = negative ? -(double)v : (double)v;
    return true;
}

bool plot_digits_read(const char *text, size_t size, bool narrow, double *out)
{
    char copy[PLOT_DIGITS_SIZE], *end;
    if (size == 0 || size >= sizeof copy) return false;
    if (read_whole(text, size, out)) return true;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (strcmp(copy, "nan") == 0) return *out = (double)NAN, true;
    bool infinite = strcmp(copy + (copy[0] == '-'), "inf") == 0;
    if (!infinite && strspn(copy, "0123456789+-.e") != size) return false;
    char *point = strchr(copy, '.');
    if (point != NULL) *point = localeconv()->decimal_point[0];
    *out = narrow ? (double)strtof(copy, &end) : strtod(copy, &end);
    return *end == '\0' && (infinite || !isinf(*out));
}
