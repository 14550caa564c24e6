/* tick_label.c: labels are made from integers, digit by digit, so that each says exactly the number its
** tick stands for. */
#include "plot/tick_label.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double plot_decimal_value(int64_t mantissa, int exponent)
{
    static const double power[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    /* both numbers are exact, so one operation rounds once */
    if (llabs(mantissa) < 1LL << 53 && abs(exponent) <= 22)
        return exponent < 0 ? (double)mantissa / power[-exponent]
                            : (double)mantissa * power[exponent];
    char text[40];
    snprintf(text, sizeof text, "%" PRId64 "e%d", mantissa, exponent);
    return strtod(text, NULL); /* no decimal point in it, so no locale can matter */
}

static int digits_of(int64_t mantissa)
{
    int digits = 1;
    for (uint64_t rest = (uint64_t)llabs(mantissa); rest >= 10; rest /= 10) digits++;
    return digits;
}

/* Writes mantissa × 10^exponent in full, followed by the suffix; returns its length.  Before a suffix
** zero is a bare 0. */
static int write_decimal(int64_t mantissa, int exponent, const char *suffix,
                         char label[PLOT_LABEL_SIZE])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, (int64_t)llabs(mantissa));
    int decimals = exponent < 0 ? -exponent : 0;
    int zeros = exponent > 0 && mantissa != 0 ? exponent : 0;
    if (mantissa == 0 && suffix[0] != '\0') decimals = 0;
    char *out = label, *end = label + PLOT_LABEL_SIZE - 1;
    if (mantissa < 0) *out++ = '-';
    for (int place = length > decimals ? length : decimals + 1; place > 0 && out < end; place--) {
        if (place == decimals) *out++ = '.';
        if (out < end) *out++ = place > length ? '0' : digits[length - place];
    }
    while (zeros-- > 0 && out < end) *out++ = '0';
    for (const char *s = mantissa != 0 ? suffix : ""; *s != '\0' && out < end; s++) *out++ = *s;
    *out = '\0';
    return (int)(out - label);
}

typedef struct {
    int shift;      /* the labels count in 10^shift … */
    char suffix[8]; /* … which this says */
} notation;

/* The longest label that the notation gives these numbers. */
static int notation_width(const notation *way, int64_t first, int64_t last, int exponent)
{
    char label[PLOT_LABEL_SIZE];
    int a = write_decimal(first, exponent - way->shift, way->suffix, label);
    int b = write_decimal(last, exponent - way->shift, way->suffix, label);
    return a > b ? a : b;
}

static notation choose_notation(int64_t first, int64_t last, int exponent)
{
    static const char prefix[] = "kMGTPE";
    int64_t largest = llabs(first) > llabs(last) ? first : last;
    int top = digits_of(largest) - 1 + exponent; /* of the largest number's first digit */
    notation plain = { 0, "" }, scientific = { top, "" };
    if ((top >= -3 && top < 4) || largest == 0) return plain;
    snprintf(scientific.suffix, sizeof scientific.suffix, "e%d", top);
    if (top < 0 || top >= 21) return scientific;

    notation best = { top / 3 * 3, { prefix[top / 3 - 1], '\0' } };
    int width = notation_width(&best, first, last, exponent);
    if (top < 16 && notation_width(&plain, first, last, exponent) < width) {
        best = plain;
        width = notation_width(&plain, first, last, exponent);
    }
    return notation_width(&scientific, first, last, exponent) < width ? scientific : best;
}

void plot_label_steps(int64_t first, int64_t step, int count, int exponent,
                      char label[][PLOT_LABEL_SIZE])
{
    notation way = choose_notation(first, first + step * (count - 1), exponent);
    for (int i = 0; i < count; i++)
        write_decimal(first + step * i, exponent - way.shift, way.suffix, label[i]);
}

void plot_label_value(double value, char label[PLOT_LABEL_SIZE])
{
    enum { DIGITS = 6 };
    int exponent = value != 0 ? (int)floor(log10(fabs(value))) - DIGITS + 1 : 0;
    int64_t mantissa = llroundl((long double)value / powl(10, exponent));
    while (mantissa != 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        exponent++;
    }
    plot_label_steps(mantissa, 0, 1, exponent, (char(*)[PLOT_LABEL_SIZE])label);
}

void plot_label_log(int digit, int exponent, int lowest, int highest, char label[PLOT_LABEL_SIZE])
{
    if ((lowest >= -3 && highest <= 3) || exponent == 0)
        write_decimal(digit, exponent, "", label);
    else
        snprintf(label, PLOT_LABEL_SIZE, "%de%d", digit, exponent);
}
