/* tick_label.c: labels are made from integers, digit by digit, so that each says exactly the number its
** tick stands for. */
#include "plot/tick_label.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* mantissa × 10^exponent, where long doubles leave no doubt about the nearest double; else NaN. */
static double nearest_double(int64_t mantissa, int exponent)
{
    static const long double small[] = { 1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                         1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                         1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                         1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L };
    static const long double large[] = { 1e0L,   1e27L,  1e54L,  1e81L,  1e108L,
                                         1e135L, 1e162L, 1e189L, 1e216L, 1e243L,
                                         1e270L, 1e297L, 1e324L, 1e351L, 1e378L };
    enum { APART = 27, MOST = 15 * APART };
    const long double doubt = 40 * LDBL_EPSILON;
    int size = abs(exponent);
    if (size >= MOST) return (double)NAN;
    long double value = (long double)mantissa;
    value = exponent < 0 ? value / small[size % APART] / large[size / APART]
                         : value * small[size % APART] * large[size / APART];
    double low = (double)(value * (1 - doubt)), high = (double)(value * (1 + doubt));
    return low == high ? low : (double)NAN;
}

double plot_decimal_value(int64_t mantissa, int exponent)
{
    static const double power[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    /* both numbers are exact, so one operation rounds once */
    if (llabs(mantissa) < 1LL << 53 && abs(exponent) <= 22)
        return exponent < 0 ? (double)mantissa / power[-exponent]
                            : (double)mantissa * power[exponent];
    if (mantissa == 0) return 0;
    double nearest = nearest_double(mantissa, exponent);
    if (!isnan(nearest)) return nearest;
    char text[40];
    snprintf(text, sizeof text, "%" PRId64 "e%d", mantissa, exponent);
    return strtod(text, NULL); /* no decimal point in it, so no locale can matter */
}

/* Writes the digits of a number; returns how many there are. */
static int write_digits(uint64_t number, char digits[24])
{
    char reversed[24];
    int length = 0;
    do {
        reversed[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int i = 0; i < length; i++) digits[i] = reversed[length - 1 - i];
    return length;
}

static int digits_of(int64_t mantissa)
{
    char digits[24];
    return write_digits((uint64_t)llabs(mantissa), digits);
}

int plot_label_decimal(int64_t mantissa, int exponent, const char *suffix,
                       char label[PLOT_LABEL_SIZE])
{
    char digits[24];
    int length = write_digits((uint64_t)llabs(mantissa), digits);
    int decimals = exponent < 0 ? -exponent : 0;
    int zeros = exponent > 0 && mantissa != 0 ? exponent : 0;
    if (mantissa == 0 && suffix[0] != '\0') decimals = 0;
    if (mantissa == 0) suffix = strchr(suffix, '%') != NULL ? "%" : "";
    char *out = label, *end = label + PLOT_LABEL_SIZE - 1;
    if (mantissa < 0) *out++ = '-';
    for (int place = length > decimals ? length : decimals + 1; place > 0 && out < end; place--) {
        if (place == decimals) *out++ = '.';
        if (out < end) *out++ = place > length ? '0' : digits[length - place];
    }
    while (zeros-- > 0 && out < end) *out++ = '0';
    for (const char *s = suffix; *s != '\0' && out < end; s++) *out++ = *s;
    *out = '\0';
    return (int)(out - label);
}

/* "e", the exponent and the unit, which is short. */
static const char *exponent_text(int exponent, const char *unit, char text[16])
{
    char *out = text, digits[24];
    int length = write_digits((uint64_t)abs(exponent), digits);
    *out++ = 'e';
    if (exponent < 0) *out++ = '-';
    for (int i = 0; i < length && i < 10; i++) *out++ = digits[i];
    while (*unit != '\0' && out < text + 15) *out++ = *unit++;
    *out = '\0';
    return text;
}

typedef struct {
    int shift;       /* the labels count in 10^shift … */
    char suffix[16]; /* … which this says */
} notation;

/* The longest label that the notation gives these numbers. */
static int notation_width(const notation *way, int64_t first, int64_t last, int exponent)
{
    char label[PLOT_LABEL_SIZE];
    int a = plot_label_decimal(first, exponent - way->shift, way->suffix, label);
    int b = plot_label_decimal(last, exponent - way->shift, way->suffix, label);
    return a > b ? a : b;
}

static notation choose_notation(int64_t first, int64_t last, int exponent)
{
    static const char prefix[] = "kMGTPE";
    int64_t largest = llabs(first) > llabs(last) ? first : last;
    int top = digits_of(largest) - 1 + exponent; /* of the largest number's first digit */
    notation plain = { 0, "" }, scientific = { top, "" };
    if ((top >= -3 && top < 4) || largest == 0) return plain;
    exponent_text(top, "", scientific.suffix);
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
        plot_label_decimal(first + step * i, exponent - way.shift, way.suffix, label[i]);
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

void plot_label_units(int64_t first, int64_t step, int count, int exponent, const char *unit,
                      char label[][PLOT_LABEL_SIZE])
{
    int64_t last = first + step * (count - 1);
    int64_t largest = llabs(first) > llabs(last) ? first : last;
    int top = digits_of(largest) - 1 + exponent, shift = 0;
    char text[16];
    if (top < -3 || top > 6) unit = exponent_text(shift = top, unit, text);
    for (int i = 0; i < count; i++)
        plot_label_decimal(first + step * i, exponent - shift, unit, label[i]);
}

/* Writes mantissa × 2^exponent, exponent from -3 on, followed by the suffix; returns its length, or
** PLOT_LABEL_SIZE for what has too many digits. */
static int write_binary(int64_t mantissa, int exponent, const char *suffix,
                        char label[PLOT_LABEL_SIZE])
{
    static const int power_of_5[] = { 1, 5, 25, 125 };
    if (exponent < -3 || exponent > 12) return PLOT_LABEL_SIZE;
    if (exponent >= 0) return plot_label_decimal(mantissa * (1 << exponent), 0, suffix, label);
    return plot_label_decimal(mantissa * power_of_5[-exponent], exponent, suffix, label);
}

void plot_label_bytes(int64_t first, int64_t step, int count, int exponent,
                      char label[][PLOT_LABEL_SIZE])
{
    static const char suffix[][4] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB" };
    int best = exponent / 10 < 8 ? exponent / 10 : 8, best_width = PLOT_LABEL_SIZE + 1;
    for (int i = best; i < 9; i++) {
        char text[PLOT_LABEL_SIZE];
        int a = write_binary(first, exponent - 10 * i, suffix[i], text);
        int b = write_binary(first + step * (count - 1), exponent - 10 * i, suffix[i], text);
        if ((a > b ? a : b) > best_width) continue;
        best = i;
        best_width = a > b ? a : b;
    }
    for (int i = 0; i < count; i++)
        write_binary(first + step * i, exponent - 10 * best, suffix[best], label[i]);
}

void plot_label_log(int digit, int exponent, int lowest, int highest, const char *unit,
                    char label[PLOT_LABEL_SIZE])
{
    char text[16];
    if ((lowest >= -3 && highest <= 3) || exponent == 0 || digit == 0)
        plot_label_decimal(digit, exponent, unit, label);
    else
        plot_label_decimal(digit, 0, exponent_text(exponent, unit, text), label);
}
