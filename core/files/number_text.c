/* number_text.c -- numbers from text.  Most are short: their digits and their power of ten are
** exact in a double, so that one multiplication or division rounds correctly (Clinger, "How to
** read floating point numbers accurately", 1990).  So it is for more of them in the 64 bits of an
** x86's long double, unless the result stands in the middle between two doubles.  The rest is left
** to strtod. */
#include "core/files/number_text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The longest decimal that is needed to tell two doubles apart has 767 digits. */
enum { LONGEST = 1100 };

/* A decimal: sign * digits * 10^exponent. */
typedef struct decimal {
    bool negative;
    bool exact; /* `digits` has all of them */
    uint64_t digits;
    int64_t exponent;
} decimal;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool ml_text_equal(const char *text, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (word[i] == '\0' || lower(text[i]) != lower(word[i])) return false;
    return word[n] == '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits into d, each after the point counting -1 to the exponent; returns how many there were. */
static size_t take_digits(const char *text, size_t n, decimal *d, int64_t each)
{
    size_t i = 0;
    for (; i < n && is_digit(text[i]); i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (d->digits > (UINT64_MAX - 9) / 10) {
            if (digit != 0) d->exact = false;
            d->exponent += each + 1;
            continue;
        }
        d->digits = d->digits * 10 + digit;
        d->exponent += each;
    }
    return i;
}

static bool take_exponent(const char *text, size_t n, decimal *d)
{
    size_t i = n > 0 && (text[0] == '-' || text[0] == '+');
    bool negative = i && text[0] == '-';
    int64_t e = 0;
    if (i == n) return false;
    for (; i < n; i++) {
        if (!is_digit(text[i])) return false;
        if (e < 1000000) e = e * 10 + (text[i] - '0');
    }
    d->exponent += negative ? -e : e;
    return true;
}

/* [sign] digits [. digits] [e [sign] digits], with a digit before or after the point. */
static bool parse_decimal(const char *text, size_t n, decimal *d)
{
    *d = (decimal){ .exact = true };
    size_t i = n > 0 && (text[0] == '-' || text[0] == '+');
    d->negative = i && text[0] == '-';
    size_t before = take_digits(text + i, n - i, d, 0), after = 0;
    i += before;
    if (i < n && text[i] == '.') {
        i++;
        after = take_digits(text + i, n - i, d, -1);
        i += after;
    }
    if (before + after == 0) return false;
    if (i == n) return true;
    return lower(text[i]) == 'e' && take_exponent(text + i + 1, n - i - 1, d);
}

/* strtod reads the locale's decimal point; it is called in the C locale. */
static bool slow_double(const char *text, size_t n, double *out)
{
    char copy[LONGEST + 1];
    if (n > LONGEST) return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) return false;
    locale_t old = uselocale(c);
    *out = strtod(copy, NULL);
    uselocale(old);
    freelocale(c);
    return true;
}

/* By a long double of 64 bits, which a double is rounded from correctly unless it is half-way. */
static bool wide_double(const decimal *d, double *out)
{
#if LDBL_MANT_DIG == 64
    static const long double power[] = { 1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                         1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                         1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                         1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L };
    uint64_t bits;
    if (!d->exact || d->exponent < -27 || d->exponent > 27) return false;
    long double v = (long double)d->digits;
    v = d->exponent < 0 ? v / power[-d->exponent] : v * power[d->exponent];
    memcpy(&bits, &v, sizeof bits);
    *out = d->negative ? -(double)v : (double)v;
    return (bits & 0x7ff) != 0x400;
#else
    (void)d, (void)out;
    return false;
#endif
}

static bool special_double(const char *text, size_t n, double *out)
{
    bool sign = n > 0 && (text[0] == '-' || text[0] == '+');
    bool negative = sign && text[0] == '-';
    text += sign, n -= sign;
    if (ml_text_equal(text, n, "nan"))
        *out = (double)NAN;
    else if (ml_text_equal(text, n, "inf") || ml_text_equal(text, n, "infinity"))
        *out = negative ? -(double)INFINITY : (double)INFINITY;
    else
        return false;
    return true;
}

bool ml_text_double(const char *text, size_t n, double *out)
{
    static const double power[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    decimal d;
    if (!parse_decimal(text, n, &d)) return special_double(text, n, out);
    if (!d.exact || d.digits > (uint64_t)1 << 53 || d.exponent < -22 || d.exponent > 22)
        return wide_double(&d, out) || slow_double(text, n, out);
    double v = (double)d.digits;
    v = d.exponent < 0 ? v / power[-d.exponent] : v * power[d.exponent];
    *out = d.negative ? -v : v;
    return true;
}

bool ml_text_int(const char *text, size_t n, int64_t *out)
{
    decimal d;
    if (!parse_decimal(text, n, &d) || !d.exact) return false;
    for (; d.exponent < 0 && d.digits > 0; d.exponent++, d.digits /= 10)
        if (d.digits % 10 != 0) return false;
    for (; d.exponent > 0 && d.digits > 0; d.exponent--)
        if (__builtin_mul_overflow(d.digits, (uint64_t)10, &d.digits)) return false;
    if (d.digits > (uint64_t)INT64_MAX + d.negative) return false;
    *out = d.negative ? (int64_t)(0 - d.digits) : (int64_t)d.digits;
    return true;
}
