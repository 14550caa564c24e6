/* time_label.c: see time_label.h. */
#include "plot/time_label.h"

#include "plot/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* A label as it grows. */
typedef struct {
    char *label;
    size_t length;
} writer;

static void put(writer *w, const char *text)
{
    size_t length = strlen(text);
    if (w->length + length >= PLOT_LABEL_SIZE) return;
    memcpy(w->label + w->length, text, length + 1);
    w->length += length;
}

/* Puts the number with at least so many digits. */
static void put_number(writer *w, int64_t number, int digits)
{
    char text[24], *out = text + sizeof text - 1;
    uint64_t rest = (uint64_t)llabs(number);
    *out = '\0';
    for (; rest > 0 || digits > 0; rest /= 10, digits--) *--out = (char)('0' + rest % 10);
    if (number < 0) *--out = '-';
    put(w, out);
}

/* Puts a space first if the label has begun. */
static void put_word(writer *w, const char *word)
{
    if (w->length > 0) put(w, " ");
    put(w, word);
}

static void put_date(writer *w, plot_date date, bool day, bool month, bool year)
{
    static const char name[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    if (day) put_number(w, date.day, 1);
    if (month) put_word(w, name[date.month - 1]);
    if (!year) return;
    put_word(w, "");
    put_number(w, date.year, 1);
}

static void put_clock(writer *w, const plot_instant *instant, int second_of_day,
                      plot_time_part part)
{
    const int parts[] = { second_of_day / HOUR, second_of_day / MINUTE % 60, second_of_day % 60 };
    char text[12];
    for (int i = 0; i < 3; i++) {
        text[3 * i] = (char)('0' + parts[i] / 10);
        text[3 * i + 1] = (char)('0' + parts[i] % 10);
        text[3 * i + 2] = ':';
    }
    text[part == PLOT_SECONDS ? 8 : 5] = '\0';
    put_word(w, text);
    if (part != PLOT_SECONDS || instant->decimals == 0) return;
    put(w, ".");
    put_number(w, instant->fraction, instant->decimals);
}

void plot_label_time(plot_instant instant, const plot_instant *before, plot_time_part part,
                     plot_time_context context, char label[PLOT_LABEL_SIZE])
{
    writer w = { label, 0 };
    int64_t days = plot_floor_divide(instant.seconds, DAY);
    int64_t days_before = before != NULL ? plot_floor_divide(before->seconds, DAY) : days;
    int second_of_day = (int)(instant.seconds - days * DAY);
    bool midnight = second_of_day == 0 && instant.fraction == 0;
    bool with_day = before != NULL ? days_before != days : context != PLOT_ALONE;
    label[0] = '\0';
    if (part < PLOT_MINUTES || with_day || midnight) {
        plot_date date = plot_date_of(days);
        bool with_year = before == NULL ? context == PLOT_WITH_YEAR
                                        : with_day && plot_date_of(days_before).year != date.year;
        put_date(&w, date, part >= PLOT_DAYS, part >= PLOT_MONTHS, with_year || part == PLOT_YEARS);
    }
    if (part >= PLOT_MINUTES && !midnight) put_clock(&w, &instant, second_of_day, part);
}

/* Whole seconds by their parts, those that are zero left out. */
static void label_seconds(int64_t seconds, char label[PLOT_LABEL_SIZE])
{
    static const struct {
        int size;
        char unit[2];
    } parts[] = { { DAY, "d" }, { HOUR, "h" }, { MINUTE, "m" }, { 1, "s" } };
    writer w = { label, 0 };
    label[0] = '\0';
    if (seconds < 0) put(&w, "-");
    int64_t rest = llabs(seconds);
    for (int i = 0; i < 4; rest %= parts[i].size, i++) {
        if (rest / parts[i].size == 0) continue;
        put_number(&w, rest / parts[i].size, 1);
        put(&w, parts[i].unit);
    }
    if (seconds == 0) put(&w, "0");
}

/* Parts of a second, all in the largest unit that the largest of them has one of. */
static void label_fractions(int64_t first, int64_t step, int count, int exponent, bool ascii,
                            char label[][PLOT_LABEL_SIZE])
{
    static const struct {
        int exponent;
        char unit[4];
    } units[] = { { 0, "s" }, { -3, "ms" }, { -6, "µs" }, { -9, "ns" } };
    int64_t last = first + step * (count - 1);
    int64_t largest = llabs(first) > llabs(last) ? llabs(first) : llabs(last);
    char text[PLOT_LABEL_SIZE];
    int top = plot_label_decimal(largest, 0, "", text) - 1 + exponent, chosen = 0;
    if (top < -9 && largest != 0) {
        plot_label_units(first, step, count, exponent, "s", label);
        return;
    }
    while (chosen < 3 && units[chosen].exponent > top) chosen++;
    const char *unit = ascii && chosen == 2 ? "us" : units[chosen].unit;
    for (int i = 0; i < count; i++)
        plot_label_decimal(first + step * i, exponent - units[chosen].exponent, unit, label[i]);
}

void plot_label_durations(int64_t first, int64_t step, int count, int exponent, bool ascii,
                          char label[][PLOT_LABEL_SIZE])
{
    const int64_t many_days = 10000000;
    int64_t last = first + step * (count - 1);
    int64_t largest = llabs(first) > llabs(last) ? llabs(first) : llabs(last);
    if (exponent < 0) {
        label_fractions(first, step, count, exponent, ascii, label);
        return;
    }
    int64_t unit = 1, most = many_days * DAY;
    for (int i = 0; i < exponent && unit <= most; i++) unit *= 10;
    if (exponent >= PLOT_DAY_EXPONENT && largest >= most / unit) {
        plot_label_units(first / PLOT_DAY_MANTISSA, step / PLOT_DAY_MANTISSA, count,
                         exponent - PLOT_DAY_EXPONENT, "d", label);
        return;
    }
    for (int i = 0; i < count; i++) label_seconds((first + step * i) * unit, label[i]);
}
