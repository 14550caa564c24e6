/* test_plot_ruler.c: scales, rulers and the labels of their ticks, on every scale and in every unit. */
#define _DEFAULT_SOURCE /* timegm */
#include "tests/test.h"

#include "plot/calendar.h"
#include "plot/ruler.h"
#include "plot/time_label.h"
#include "tests/unit/plot_figures.h"

#include <time.h>

enum { SCALES = PLOT_CATEGORY + 1, DAY = 86400 };

/* A number with an SI prefix or a power of ten, times 10^shift. */
static double parsed_number(const char *label, int shift)
{
    static const char prefixes[] = "kMGTPE";
    char text[64], *end;
    snprintf(text, sizeof text, "%s", label);
    size_t length = strlen(text);
    const char *prefix = length > 0 ? strchr(prefixes, text[length - 1]) : NULL;
    if (prefix != NULL && *prefix != '\0') {
        text[length - 1] = '\0';
        shift += 3 * (int)(prefix - prefixes + 1);
    }
    char *e = strchr(text, 'e');
    if (e != NULL) {
        shift += (int)strtol(e + 1, &end, 10);
        if (*end != '\0') return PLOT_NAN;
        *e = '\0';
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "e%d", shift);
    double value = strtod(text, &end);
    return *end == '\0' ? value : PLOT_NAN;
}

/* The label without this ending, in text; false if it has another. */
static bool without(const char *label, const char *ending, char text[64])
{
    size_t length = strlen(label), cut = strlen(ending);
    snprintf(text, 64, "%s", label);
    if (length < cut || strcmp(label + length - cut, ending) != 0) return false;
    text[length - cut] = '\0';
    return true;
}

static double parsed_bytes(const char *label)
{
    static const char prefixes[] = "KMGTPEZY";
    char text[64];
    if (strcmp(label, "0") == 0) return 0;
    if (without(label, "iB", text)) {
        size_t length = strlen(text);
        const char *prefix = strchr(prefixes, text[length - 1]);
        if (prefix == NULL) return PLOT_NAN;
        text[length - 1] = '\0';
        return ldexp(parsed_number(text, 0), 10 * (int)(prefix - prefixes + 1));
    }
    return without(label, "B", text) ? parsed_number(text, 0) : PLOT_NAN;
}

static double parsed_duration(const char *label)
{
    static const struct {
        const char *unit;
        int shift;
    } parts[] = { { "ms", -3 }, { "µs", -6 }, { "us", -6 }, { "ns", -9 } };
    char text[64], *s = text;
    if (strcmp(label, "0") == 0) return 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (without(label, parts[i].unit, text)) return parsed_number(text, parts[i].shift);
    if (strchr(label, 'e') != NULL || strchr(label, '.') != NULL) {
        if (without(label, "d", text)) return parsed_number(text, 0) * DAY;
        return without(label, "s", text) ? parsed_number(text, 0) : PLOT_NAN;
    }
    double sum = 0, sign = label[0] == '-' ? -1 : 1;
    snprintf(text, sizeof text, "%s", label);
    for (s += sign < 0; *s != '\0'; s++) {
        double number = (double)strtoll(s, &s, 10);
        sum += number * (*s == 'd' ? DAY : *s == 'h' ? 3600 : *s == 'm' ? 60 : 1);
        if (strchr("dhms", *s) == NULL) return PLOT_NAN;
    }
    return sign * sum;
}

/* What the label says to whom has read the one before, whose time is in *context: with a month it says the
** day or means the first, with a day but no clock it means midnight. */
static double parsed_time(const char *label, struct tm *context)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    struct tm t = *context;
    long double fraction = 0;
    bool clock = false, day = false, month = false, year = false;
    snprintf(text, sizeof text, "%s", label);
    for (char *word = text, *next; word != NULL; word = next) {
        next = strchr(word, ' ');
        if (next != NULL) *next++ = '\0';
        const char *name = strlen(word) == 3 ? strstr(names, word) : NULL;
        if (strchr(word, ':') != NULL) {
            clock = true;
            t.tm_hour = (int)strtol(word, &word, 10);
            t.tm_min = (int)strtol(word + 1, &word, 10);
            t.tm_sec = *word == ':' ? (int)strtol(word + 1, &word, 10) : 0;
            if (*word == '.') fraction = strtold(word, &word);
        } else if (name != NULL && (name - names) % 3 == 0) {
            month = true;
            t.tm_mon = (int)(name - names) / 3;
            word += 3;
        } else if (next != NULL && !month) {
            day = true;
            t.tm_mday = (int)strtol(word, &word, 10);
        } else {
            year = true;
            t.tm_year = (int)strtol(word, &word, 10) - 1900;
        }
        if (*word != '\0') return PLOT_NAN;
    }
    if (year && !month) t.tm_mon = 0;
    if ((year || month) && !day) t.tm_mday = 1;
    if (!clock) t.tm_hour = t.tm_min = t.tm_sec = 0;
    *context = t;
    return (double)((long double)timegm(&t) + fraction);
}

/* What a reader takes the label of the ruler's i-th tick for. */
static double read_tick(const plot_ruler *ruler, int i, const plot_ruler_need *need,
                        struct tm *context)
{
    const char *label = plot_tick_text(&ruler->tick[i]);
    char text[64];
    switch (need->scale) {
    case PLOT_TIME: return parsed_time(label, context);
    case PLOT_DURATION: return parsed_duration(label);
    case PLOT_CATEGORY:
        for (size_t k = 0; k < need->names_count; k++)
            if (need->names[k] == label) return (double)(k + 1);
        return PLOT_NAN;
    case PLOT_LINEAR:
    case PLOT_LOG10:
    case PLOT_SYMLOG: break;
    }
    if (need->unit == PLOT_BYTES) return parsed_bytes(label);
    if (need->unit == PLOT_PERCENT)
        return without(label, "%", text) ? parsed_number(text, -2)
                                         : (strcmp(label, "0") == 0 ? 0 : PLOT_NAN);
    return parsed_number(label, 0);
}

static int gap_of(const plot_ruler_need *need)
{
    if (need->scale == PLOT_CATEGORY) return 1;
    return need->axis == PLOT_X || need->cells > 6 ? 2 : 1;
}

static void check_tick(const plot_ruler *ruler, int i, const plot_ruler_need *need,
                       const char *what)
{
    const plot_tick *tick = &ruler->tick[i];
    const char *text = plot_tick_text(tick);
    int width = plot_text_width(text, need->charset);
    if (tick->name == NULL ? tick->width != width : tick->width > width)
        TEST_FAIL("%s: width of %s", what, text);
    if (tick->width > ruler->label_width) TEST_FAIL("%s: %s is too wide", what, text);
    double place = plot_map_at(&ruler->map, tick->value) * need->cells;
    bool between = tick->name != NULL && fabs(place - round(place)) < 1e-6; /* one of two cells */
    if (tick->cell != plot_part(place / need->cells, need->cells) &&
        !(between && fabs(tick->cell + 0.5 - place) < 0.6))
        TEST_FAIL("%s: %s is not in its cell", what, text);
    if (need->whole && need->scale != PLOT_SYMLOG && need->scale != PLOT_LOG10 &&
        tick->value != floor(tick->value))
        TEST_FAIL("%s: %s", what, text);
    if (i == 0) return;
    if (strcmp(text, plot_tick_text(tick - 1)) == 0 || tick->at <= tick[-1].at)
        TEST_FAIL("%s: %s after %s", what, text, plot_tick_text(tick - 1));
    if ((tick->value > tick[-1].value) == need->reverse) TEST_FAIL("%s: the wrong way", what);
    if (need->axis == PLOT_Y && tick->cell - tick[-1].cell < gap_of(need))
        TEST_FAIL("%s: crowded", what);
    if (need->axis == PLOT_X && tick->start - tick[-1].start - tick[-1].width < gap_of(need))
        TEST_FAIL("%s: %s touches %s", what, text, plot_tick_text(tick - 1));
}

static void check_ruler(const plot_ruler *ruler, const plot_ruler_need *need)
{
    char what[160];
    struct tm context = { .tm_mday = 1 };
    snprintf(what, sizeof what, "%s%s axis, scale %d, unit %d, [%.17g, %.17g] on %d cells",
             need->reverse ? "reversed " : "", need->axis == PLOT_X ? "x" : "y", (int)need->scale,
             (int)need->unit, need->data.lo, need->data.hi, need->cells);
    if (need->scale == PLOT_TIME && ruler->count > 0) {
        time_t first = (time_t)floor(ruler->tick[0].value); /* its label may leave out the year */
        gmtime_r(&first, &context);
    }
    for (int i = 0; i < ruler->count; i++) {
        double read = read_tick(ruler, i, need, &context), value = ruler->tick[i].value;
        double doubt = need->scale == PLOT_DURATION ? 4e-16 * fabs(value) : 0;
        if (!(fabs(read - value) <= doubt))
            TEST_FAIL("%s: label %s is not %.17g", what, plot_tick_text(&ruler->tick[i]), value);
        check_tick(ruler, i, need, what);
    }
    if (need->axis == PLOT_X && ruler->count > 0) {
        const plot_tick *last = &ruler->tick[ruler->count - 1];
        if (ruler->tick[0].start < -need->room_left ||
            last->start + last->width > need->cells + need->room_right)
            TEST_FAIL("%s: a label leaves the frame", what);
    }
}

/* True if doubles tell the ticks' distances well enough. */
static bool resolved(const plot_ruler *ruler)
{
    if (ruler->count < 2) return false;
    const plot_tick *t = ruler->tick, *last = t + ruler->count - 1;
    double step = fabs(t[1].value - t[0].value);
    return step > 1e-13 * fmax(fabs(t->value), fabs(last->value)) && step > 1e-300;
}

/* True if the steps are months or years. */
static bool has_months(const plot_ruler *ruler, const plot_ruler_need *need)
{
    return need->scale == PLOT_TIME && ruler->count >= 2 &&
           fabs(ruler->tick[1].value - ruler->tick[0].value) >= 28 * DAY;
}

/* True if the ticks of an axis whose steps are equally long are equally many cells apart. */
static bool equally_spaced(const plot_ruler *ruler, const plot_ruler_need *need)
{
    if (!resolved(ruler) || has_months(ruler, need)) return true;
    for (int i = 2; i < ruler->count; i++) {
        const plot_tick *t = &ruler->tick[i];
        if (t->cell - t[-1].cell != ruler->tick[1].cell - ruler->tick[0].cell) return false;
    }
    return true;
}

static const char *const names[] = {
    "T-shirt/top", "Trouser", "Pullover",   "Dress", "Coat", "Sandal", "Shirt",
    "Sneaker",     "Bag",     "Ankle boot", "漢字",  "a",    "é",      "\x1b[2J",
};
#define NAMES (sizeof names / sizeof *names)

static double power(uint32_t *seed, double least, double most)
{
    return pow(10, least + uniform(seed) * (most - least));
}

static plot_range random_range(uint32_t *seed, plot_scale scale, int round)
{
    double size = round % 4 == 0 ? power(seed, -323, 307.5) : power(seed, -12, 12);
    double lo = power(seed, -20, 10);
    if (scale == PLOT_TIME) size = round % 3 == 0 ? 1e12 : 3e9;
    double half = size * power(seed, -6, 0) * uniform(seed);
    double middle = scale == PLOT_TIME ? (2 * uniform(seed) - 1) * (size - half)
                                       : fmax(fmin(noise(seed), 1.7), -1.7) * size;
    if (scale == PLOT_TIME && round % 5 == 0) half = power(seed, -6, 6) / 2;
    if (scale == PLOT_LOG10 && round % 4 != 0) return (plot_range){ lo, lo * power(seed, 0, 12) };
    if (scale == PLOT_LOG10) return (plot_range){ size, fmin(size * power(seed, 0, 600), 1.7e308) };
    if (round % 6 == 0 && scale != PLOT_TIME) return (plot_range){ 0, 2 * half };
    return (plot_range){ middle - half, middle + half };
}

/* A need of any kind. */
static plot_ruler_need random_need(uint32_t *seed, int round)
{
    plot_axis axis = (plot_axis)(round & 1);
    plot_ruler_need need = { .axis = axis,
                             .scale = (plot_scale)(round / 2 % SCALES),
                             .limits = { PLOT_NAN, PLOT_NAN },
                             .unit = (plot_unit)(uniform(seed) * 3),
                             .reverse = uniform(seed) < 0.3,
                             .charset = uniform(seed) < 0.5 ? PLOT_UTF8 : PLOT_ASCII,
                             .cells = (int)power(seed, 0, 2.7),
                             .room_left = 4 + (int)(uniform(seed) * 8),
                             .room_right = 2,
                             .names = names,
                             .names_count = 1 + (size_t)(uniform(seed) * NAMES),
                             .name_width = (int)(uniform(seed) * 12) };
    need.data = random_range(seed, need.scale, round / 2 / SCALES);
    if (uniform(seed) < 0.2) need.threshold = power(seed, -12, 6);
    if (need.scale != PLOT_LOG10 && need.scale != PLOT_SYMLOG && uniform(seed) < 0.2) {
        need.whole = true;
        need.data = (plot_range){ floor(need.data.lo), ceil(need.data.hi) + 1 };
    }
    return need;
}

/* A need whose axis has room for several ticks, on this scale. */
static plot_ruler_need roomy_need(uint32_t *seed, int round, plot_scale scale)
{
    plot_ruler_need need = random_need(seed, 2 * ((round / 2) * SCALES + (int)scale) + (round & 1));
    need.cells =
        need.axis == PLOT_X ? 60 + (int)(uniform(seed) * 150) : 12 + (int)(uniform(seed) * 60);
    return need;
}

TEST("on every scale labels say exactly the tick's value, differ, and never come too close")
{
    uint32_t seed = 5;
    for (int round = 0; round < 30000; round++) {
        plot_ruler_need need = random_need(&seed, round);
        plot_ruler ruler;
        plot_ruler_fit(&ruler, &need);
        check_ruler(&ruler, &need);
    }
}

TEST("an axis with room for them has ticks, equally spaced, and shows all of its data")
{
    for (int scale = 0; scale < SCALES; scale++) {
        uint32_t seed = 9;
        int ruled = 0, uneven = 0, outside = 0, rounds = 3000;
        for (int round = 0; round < rounds; round++) {
            plot_ruler_need need = roomy_need(&seed, round, (plot_scale)scale);
            plot_ruler ruler;
            plot_ruler_fit(&ruler, &need);
            ruled += ruler.count >= 2 || need.names_count == 1;
            if (scale == PLOT_LINEAR || scale == PLOT_TIME || scale == PLOT_DURATION)
                uneven += !equally_spaced(&ruler, &need);
            if (scale == PLOT_CATEGORY) need.data = (plot_range){ 1, (double)need.names_count };
            double lo = plot_map_at(&ruler.map, need.data.lo);
            double hi = plot_map_at(&ruler.map, need.data.hi);
            outside +=
                !(fmin(lo, hi) >= 0 && fmax(lo, hi) <= 1 && (lo > hi) == need.reverse) && lo != hi;
        }
        if (uneven != 0) TEST_FAIL("scale %d: %d axes are uneven", scale, uneven);
        if (outside != 0) TEST_FAIL("scale %d: %d axes leave out data", scale, outside);
        if (ruled < rounds * 95 / 100) TEST_FAIL("scale %d: only %d are ruled", scale, ruled);
    }
}

TEST("fixed limits are kept to the last bit, whichever way the axis runs")
{
    uint32_t seed = 6;
    for (int round = 0; round < 6000; round++) {
        plot_ruler_need need = random_need(&seed, round);
        plot_ruler ruler;
        if (need.scale == PLOT_CATEGORY) continue;
        need.limits = need.data;
        need.data = (plot_range){ 1, 2 };
        need.whole = false;
        plot_ruler_fit(&ruler, &need);
        check_ruler(&ruler, &need);
        double span = need.limits.hi - need.limits.lo; /* which doubles cannot always tell apart */
        if (span <= 1e-9 * fabs(need.limits.hi) || span < 1e-300) continue;
        double lo = plot_map_at(&ruler.map, need.limits.lo);
        double hi = plot_map_at(&ruler.map, need.limits.hi);
        if (need.scale != PLOT_LOG10) CHECK(lo == (need.reverse ? 1 : 0));
        CHECK_NEAR(lo, need.reverse ? 1 : 0, 1e-12);
        CHECK(lo >= 0 && lo <= 1);
        CHECK(hi >= 0 && hi <= 1);
        CHECK_NEAR(hi, need.reverse ? 0 : 1, 1e-6);
    }
}

TEST("a value on a tick falls on the same dot of the tick's cell, whatever the tick")
{
    static const plot_scale scales[] = { PLOT_LINEAR, PLOT_DURATION, PLOT_TIME };
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        plot_ruler_need need = roomy_need(&seed, round, scales[round / 2 % 3]);
        plot_ruler ruler;
        int dots = need.axis == PLOT_X ? 2 : 4;
        plot_ruler_fit(&ruler, &need);
        if (has_months(&ruler, &need) || !resolved(&ruler)) continue;
        for (int i = 0; i < ruler.count; i++) {
            double at = plot_map_at(&ruler.map, ruler.tick[i].value);
            CHECK_EQ_INT(plot_part(at, need.cells * dots) % dots, need.axis == PLOT_X ? 0 : 1);
        }
    }
}

/* The labels of a ruler, with a space between each and the next. */
static const char *labels_of(const plot_ruler *ruler, char text[1000])
{
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; i < ruler->count; i++)
        length += (size_t)snprintf(text + length, 1000 - length, "%s%s", i > 0 ? "  " : "",
                                   plot_tick_text(&ruler->tick[i]));
    return text;
}

static void check_labels(plot_ruler_need need, const char *expected)
{
    plot_ruler ruler;
    char text[1000];
    need.limits = (plot_range){ PLOT_NAN, PLOT_NAN };
    need.room_left = 6;
    need.room_right = 2;
    plot_ruler_fit(&ruler, &need);
    check_ruler(&ruler, &need);
    if (strcmp(labels_of(&ruler, text), expected) != 0)
        TEST_FAIL("%s\n  is not %s", text, expected);
}

TEST("an axis has one prefix or power of ten, and the numbers people expect")
{
    static const struct {
        double lo, hi;
        const char *labels;
    } cases[] = {
        { 0, 1, "0.0  0.2  0.4  0.6  0.8  1.0" },
        { 0, 50000, "0  10k  20k  30k  40k  50k" },
        { 0, 3e-5, "0  0.5e-5  1.0e-5  1.5e-5  2.0e-5  2.5e-5  3.0e-5" },
        { 0, 100, "0  20  40  60  80  100" },
        { -1, 1, "-1.0  -0.5  0.0  0.5  1.0" },
        { 0, 2.5e7, "0  5M  10M  15M  20M  25M" },
        { 1990, 2020, "1990  1995  2000  2005  2010  2015  2020" },
        { 0, 1e30, "0  0.2e30  0.4e30  0.6e30  0.8e30  1.0e30" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_labels(
            (plot_ruler_need){ .axis = PLOT_Y, .data = { cases[i].lo, cases[i].hi }, .cells = 21 },
            cases[i].labels);
}

/* 27 November 2026, 14:05:30, a Friday. */
static const double FRIDAY = 1795788330, NEW_YEAR = 1798761600; /* of 2027 */

TEST("time axes have calendar steps, and each label says what is larger where that changes")
{
    static const struct {
        double span; /* up to that time */
        const char *labels;
    } cases[] = {
        { 0.003, "27 Nov 14:05:29.997  14:05:29.998  14:05:29.999  14:05:30.000" },
        { 45, "27 Nov 14:04:40  14:04:50  14:05:00  14:05:10  14:05:20  14:05:30" },
        { 1800, "27 Nov 13:35  13:40  13:45  13:50  13:55  14:00  14:05" },
        { 20000, "27 Nov 08:00  09:00  10:00  11:00  12:00  13:00  14:00" },
        { DAY, "26 Nov 12:00  18:00  27 Nov  06:00  12:00" },
        { 3 * DAY, "24 Nov 12:00  25 Nov  12:00  26 Nov  12:00  27 Nov  12:00" },
        { 10 * DAY, "17 Nov 2026  19 Nov  21 Nov  23 Nov  25 Nov  27 Nov" },
        { 30 * DAY, "26 Oct 2026  2 Nov  9 Nov  16 Nov  23 Nov  30 Nov" },
        { 90 * DAY, "Sep 2026  Oct  Nov  Dec" },
        { 300.0 * DAY, "Jan 2026  Apr  Jul  Oct  Jan 2027" },
        { 800.0 * DAY, "Jul 2024  Oct  Jan 2025  Apr  Jul  Oct  Jan 2026  Apr  Jul  Oct" },
        { 3000.0 * DAY, "2019  2020  2021  2022  2023  2024  2025  2026  2027" },
        { 20000.0 * DAY, "1970  1980  1990  2000  2010  2020  2030" },
        { 1e12, "-30000  -25000  -20000  -15000  -10000  -5000  0  5000" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_labels((plot_ruler_need){ .axis = PLOT_X,
                                        .scale = PLOT_TIME,
                                        .data = { FRIDAY - cases[i].span, FRIDAY },
                                        .cells = 80 },
                     cases[i].labels);
    check_labels((plot_ruler_need){ .axis = PLOT_X,
                                    .scale = PLOT_TIME,
                                    .data = { FRIDAY - DAY, FRIDAY },
                                    .reverse = true,
                                    .cells = 80 },
                 "27 Nov 12:00  06:00  27 Nov  26 Nov 18:00  12:00");
    check_labels((plot_ruler_need){ .axis = PLOT_Y,
                                    .scale = PLOT_TIME,
                                    .data = { NEW_YEAR - 4 * 3600, NEW_YEAR + 6 * 3600 },
                                    .cells = 20 },
                 "31 Dec 18:00  20:00  22:00  1 Jan 2027  02:00  04:00  06:00");
}

TEST("times before 1970 and far from it are on the calendar, too; beyond it there are none")
{
    char label[PLOT_LABEL_SIZE];
    plot_label_time((plot_instant){ -1, 5, 1 }, NULL, PLOT_SECONDS, PLOT_WITH_YEAR, label);
    CHECK_EQ_STR(label, "31 Dec 1969 23:59:59.5");
    plot_label_time((plot_instant){ -62167219200, 0, 0 }, NULL, PLOT_DAYS, PLOT_WITH_YEAR, label);
    CHECK_EQ_STR(label, "1 Jan 0");
    plot_label_time((plot_instant){ -62198755200, 0, 0 }, NULL, PLOT_MONTHS, PLOT_WITH_YEAR, label);
    CHECK_EQ_STR(label, "Jan -1");
    check_labels((plot_ruler_need){ .scale = PLOT_TIME, .data = { 1e300, 2e300 }, .cells = 80 },
                 "");
}

TEST("durations are written in days, hours, minutes and seconds, or in parts of one")
{
    static const struct {
        double hi;
        const char *labels;
    } cases[] = {
        { 0, "-1.0s  -0.5s  0  0.5s  1.0s" },
        { 1e-12, "0  0.5e-12s  1.0e-12s" },
        { 2.7e-8, "0  5ns  10ns  15ns  20ns  25ns  30ns" },
        { 7.3e-4, "0  200µs  400µs  600µs" },
        { 0.65, "0  100ms  200ms  300ms  400ms  500ms  600ms" },
        { 1, "0  0.5s  1.0s" },
        { 45, "0  10s  20s  30s  40s" },
        { 200, "0  1m  2m  3m" },
        { 7200, "0  1h  2h" },
        { DAY, "0  6h  12h  18h  1d" },
        { 3 * DAY, "0  12h  1d  1d12h  2d  2d12h  3d" },
        { 300.0 * DAY, "0  50d  100d  150d  200d  250d  300d" },
        { 20000.0 * DAY, "0  10000d  20000d" },
        { 1e12, "0  0.2e7d  0.4e7d  0.6e7d  0.8e7d  1.0e7d  1.2e7d" },
        { 1e300, "0  0.2e295d  0.4e295d  0.6e295d  0.8e295d  1.0e295d  1.2e295d" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_labels(
            (plot_ruler_need){
                .axis = PLOT_Y, .scale = PLOT_DURATION, .data = { 0, cases[i].hi }, .cells = 20 },
            cases[i].labels);
    char label[2][PLOT_LABEL_SIZE];
    plot_label_durations(-93784, 1, 2, 0, false, label);
    CHECK_EQ_STR(label[0], "-1d2h3m4s");
    plot_label_durations(5, 5, 2, -6, true, label);
    CHECK_EQ_STR(label[1], "10us");
}

TEST("symlog axes have zero and decades on both sides, labelled as on logarithmic axes")
{
    static const struct {
        double lo, hi, threshold;
        const char *labels;
    } cases[] = {
        { -100, 100, 0, "-100  -10  0  10  100" },
        { 0, 1000, 0, "0  1  10  100  1000" },
        { -5, 1e6, 0, "-1e1  0  1e1  1e2  1e3  1e4  1e5  1e6" },
        { -1, 1, 1e-3, "-1  -0.1  -0.01  0  0.01  0.1  1" },
        { -1e-3, 1e-3, 0, "-0.0010  -0.0005  0.0000  0.0005  0.0010" },
        { 1000, 1500, 0, "1000  1100  1200  1300  1400  1500" },
        { -1e5, -10, 0, "-1e5  -1e4  -1e3  -1e2  -1e1" },
        { -1e300, 1e300, 0, "-1e300  -1e200  -1e100  0  1e100  1e200  1e300" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_labels((plot_ruler_need){ .axis = PLOT_Y,
                                        .scale = PLOT_SYMLOG,
                                        .threshold = cases[i].threshold,
                                        .data = { cases[i].lo, cases[i].hi },
                                        .cells = 20 },
                     cases[i].labels);
}

TEST("symlog is linear around zero, the same on both sides of it, and can be undone")
{
    uint32_t seed = 12;
    CHECK_NEAR(plot_symlog(1, 1), 0.30102999566398120, 1e-16);
    CHECK_NEAR(plot_symlog(-99, 1), -2, 1e-15);
    CHECK_NEAR(plot_symlog(1e-9, 1e-3), 4.3429426475615561e-7, 1e-21);
    CHECK_NEAR(plot_symlog(1e300, 1e-300), 600, 1e-12);
    for (int i = 0; i < 1000; i++) {
        double threshold = power(&seed, -10, 10), v = noise(&seed) * power(&seed, -20, 20);
        double y = plot_symlog(v, threshold);
        CHECK(y == -plot_symlog(-v, threshold));
        CHECK_NEAR(plot_symlog_inverse((long double)y, threshold), v,
                   1e-14 * fabs(v) * (1 + fabs(y)));
    }
}

TEST("fractions are labelled as parts of a hundred, bytes with binary prefixes at powers of two")
{
    static const struct {
        plot_scale scale;
        plot_unit unit;
        double lo, hi;
        const char *labels;
    } cases[] = {
        { PLOT_LINEAR, PLOT_PERCENT, 0, 1, "0%  50%  100%" },
        { PLOT_LINEAR, PLOT_PERCENT, 0.97, 0.99, "97.0%  97.5%  98.0%  98.5%  99.0%" },
        { PLOT_LINEAR, PLOT_PERCENT, -1e9, 1e9, "-1.0e11%  -0.5e11%  0%  0.5e11%  1.0e11%" },
        { PLOT_LOG10, PLOT_PERCENT, 1e-4, 1, "0.01%  0.1%  1%  10%  100%" },
        { PLOT_LINEAR, PLOT_BYTES, 0, 0.2, "0  1B" },
        { PLOT_LINEAR, PLOT_BYTES, 0, 5000, "0  1KiB  2KiB  3KiB  4KiB" },
        { PLOT_LINEAR, PLOT_BYTES, 3e5, 3e6, "0  0.5MiB  1.0MiB  1.5MiB  2.0MiB  2.5MiB  3.0MiB" },
        { PLOT_LINEAR, PLOT_BYTES, 0, 6.7e9, "0  1GiB  2GiB  3GiB  4GiB  5GiB  6GiB" },
        { PLOT_LINEAR, PLOT_BYTES, 0, 1e26, "0  16YiB  32YiB  48YiB  64YiB  80YiB  96YiB" },
        { PLOT_LINEAR, PLOT_BYTES, 0, 1e30, "0  0.5e30B  1.0e30B" },
        { PLOT_LOG10, PLOT_BYTES, 1, 5000, "1B  4B  16B  64B  256B  1KiB  4KiB" },
        { PLOT_LOG10, PLOT_BYTES, 1, 1e12, "1B  1KiB  1MiB  1GiB  1TiB" },
        { PLOT_SYMLOG, PLOT_BYTES, 0, 6.7e9, "0  1KiB  1MiB  1GiB" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_labels((plot_ruler_need){ .axis = PLOT_Y,
                                        .scale = cases[i].scale,
                                        .unit = cases[i].unit,
                                        .data = { cases[i].lo, cases[i].hi },
                                        .cells = 20 },
                     cases[i].labels);
}

TEST("names stand side by side, cut to their room, or every few where that is less than three "
     "columns")
{
    plot_ruler_need need = { .axis = PLOT_X,
                             .scale = PLOT_CATEGORY,
                             .names = names,
                             .names_count = 10,
                             .room_left = 6,
                             .room_right = 2,
                             .cells = 80 };
    plot_ruler ruler;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, 10);
    CHECK_EQ_INT(ruler.tick[0].width, 7);
    CHECK_EQ_INT(ruler.tick[3].width, 5);
    CHECK(ruler.tick[9].name == names[9]);
    CHECK_NEAR(ruler.tick[2].at, 0.25, 1e-12);
    need.cells = 40;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, 10);
    CHECK_EQ_INT(ruler.label_width, 3);
    need.cells = 30;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, 5);
    CHECK(ruler.tick[1].name == names[2]);
    need.names_count = 0;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, 0);
}

TEST("names beside a matrix run from its top down and keep to their limit")
{
    plot_ruler_need need = { .axis = PLOT_Y,
                             .scale = PLOT_CATEGORY,
                             .names = names,
                             .names_count = NAMES,
                             .name_width = 8,
                             .reverse = true,
                             .cells = NAMES };
    plot_ruler ruler;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, NAMES);
    CHECK_EQ_INT(ruler.label_width, 8);
    for (int i = 0; i < (int)NAMES; i++) {
        CHECK_EQ_INT(ruler.tick[i].cell, i);
        CHECK(ruler.tick[i].name == names[NAMES - 1 - (size_t)i]);
    }
    CHECK_EQ_INT(ruler.tick[3].width, 4); /* two wide characters */
    CHECK_NEAR(plot_map_at(&ruler.map, 1), 1 - 0.5 / NAMES, 1e-12);
    need.charset = PLOT_ASCII;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.tick[3].width, 2); /* ?? */
    need.cells = 5;
    plot_ruler_fit(&ruler, &need);
    CHECK_EQ_INT(ruler.count, 5);
}

TEST("a reversed axis has the ticks of one that is not, the other way round")
{
    uint32_t seed = 13;
    for (int round = 0; round < 3000; round++) {
        plot_ruler_need need = roomy_need(&seed, round, round % 4 < 2 ? PLOT_LINEAR : PLOT_LOG10);
        plot_ruler there, back;
        need.limits = need.data;
        need.axis = PLOT_Y;
        need.reverse = false;
        plot_ruler_fit(&there, &need);
        need.reverse = true;
        plot_ruler_fit(&back, &need);
        double v = need.data.lo + uniform(&seed) * (need.data.hi - need.data.lo);
        CHECK_NEAR(plot_map_at(&there.map, v) + plot_map_at(&back.map, v), 1, 1e-12);
    }
}

TEST("the value at a value's place is that value, on every scale and either way round")
{
    uint32_t seed = 16;
    for (int round = 0; round < 6000; round++) {
        plot_map map = plot_map_make((plot_scale)(round % SCALES), 0.5L, 3.25L);
        map.reverse = round / SCALES % 2;
        map.threshold = power(&seed, -3, 3);
        double place = uniform(&seed);
        CHECK_NEAR(plot_map_at(&map, plot_map_value(&map, place)), place, 1e-12);
    }
}

TEST("a second axis stands its ticks beside the first's where that gives good numbers")
{
    int aligned = 0, rounds = 300;
    uint32_t seed = 14;
    for (int round = 0; round < rounds; round++) {
        plot_ruler_need need = { .axis = PLOT_Y,
                                 .data = { 0, power(&seed, -3, 3) },
                                 .limits = { PLOT_NAN, PLOT_NAN },
                                 .cells = 10 + (int)(uniform(&seed) * 30) };
        plot_ruler left, right;
        plot_ruler_fit(&left, &need);
        need.data.hi = power(&seed, -3, 3);
        need.align = &left;
        plot_ruler_fit(&right, &need);
        check_ruler(&right, &need);
        CHECK(plot_map_at(&right.map, need.data.hi) <= 1);
        bool same = true;
        for (int i = 0; i < left.count && i < right.count; i++)
            same = same && left.tick[i].cell == right.tick[i].cell;
        aligned += same;
    }
    if (aligned < rounds * 2 / 3) TEST_FAIL("only %d of %d are aligned", aligned, rounds);
}

TEST("days become dates and dates days as the C library says, and leap years are where they belong")
{
    uint32_t seed = 15;
    for (int round = 0; round < 100000; round++) {
        double range = round % 2 ? 1e5 : 1e11;
        int64_t days = (int64_t)((uniform(&seed) * 2 - 1) * range) + round % 4000;
        plot_date date = plot_date_of(days);
        time_t seconds = (time_t)days * DAY;
        struct tm t;
        CHECK(gmtime_r(&seconds, &t) != NULL);
        if (date.year != t.tm_year + 1900LL || date.month != t.tm_mon + 1 || date.day != t.tm_mday)
            TEST_FAIL("day %lld is %lld-%d-%d", (long long)days, (long long)date.year, date.month,
                      date.day);
        if (plot_days_of(date) != days) TEST_FAIL("day %lld does not come back", (long long)days);
        CHECK(timegm(&t) == seconds);
    }
    plot_date leap = plot_date_of(plot_days_of((plot_date){ 2000, 2, 28 }) + 1);
    CHECK_EQ_INT(leap.day, 29);
    plot_date common = plot_date_of(plot_days_of((plot_date){ 1900, 2, 28 }) + 1);
    CHECK_EQ_INT(common.day, 1);
    CHECK_EQ_INT(plot_days_of((plot_date){ 1970, 1, 1 }), 0);
}

TEST("a logarithmic axis with more decades than cells is labelled, too")
{
    for (int cells = 8; cells < 40; cells++) {
        for (int decades = 2; decades < 300; decades += 7) {
            plot_ruler_need need = { .axis = PLOT_Y,
                                     .scale = PLOT_LOG10,
                                     .data = { pow(10, -decades / 2),
                                               pow(10, decades - decades / 2) },
                                     .limits = { PLOT_NAN, PLOT_NAN },
                                     .cells = cells };
            plot_ruler ruler;
            plot_ruler_fit(&ruler, &need);
            check_ruler(&ruler, &need);
            if (ruler.count < 2) TEST_FAIL("%d decades on %d cells", decades, cells);
        }
    }
}

TEST("an axis has one prefix or power of ten, and the numbers people expect")
{
    static const struct {
        double lo, hi;
        const char *first, *last;
    } cases[] = {
        { 0, 1, "0.0", "1.0" },         { 0, 50000, "0", "50k" },   { 0, 3e-5, "0", "3.0e-5" },
        { 0, 100, "0", "100" },         { -1, 1, "-1.0", "1.0" },   { 0, 2.5e7, "0", "25M" },
        { 1990, 2020, "1990", "2020" }, { 0, 1e30, "0", "1.0e30" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plot_ruler_need need = { .axis = PLOT_Y,
                                 .data = { cases[i].lo, cases[i].hi },
                                 .limits = { PLOT_NAN, PLOT_NAN },
                                 .cells = 21 };
        plot_ruler ruler;
        plot_ruler_fit(&ruler, &need);
        CHECK(ruler.count >= 3);
        const char *first = ruler.tick[0].label, *last = ruler.tick[ruler.count - 1].label;
        if (strcmp(first, cases[i].first) != 0) TEST_FAIL("%s is not %s", first, cases[i].first);
        CHECK_EQ_STR(last, cases[i].last);
    }
}

TEST("labels of one axis are written with as many decimals as its step has")
{
    char label[4][PLOT_LABEL_SIZE];
    plot_label_steps(-5, 5, 3, -1, label);
    CHECK_EQ_STR(label[0], "-0.5");
    CHECK_EQ_STR(label[1], "0.0");
    CHECK_EQ_STR(label[2], "0.5");
    plot_label_steps(0, 25, 4, 2, label);
    CHECK_EQ_STR(label[0], "0");
    CHECK_EQ_STR(label[1], "2500");
    plot_label_steps(50, 25, 4, 2, label);
    CHECK_EQ_STR(label[0], "5.0k");
    CHECK_EQ_STR(label[3], "12.5k");
    plot_label_steps(17000000005, 5, 2, -1, label);
    CHECK_EQ_STR(label[0], "1700000000.5");
    plot_label_log(2, -4, -6, 0, "", label[0]);
    CHECK_EQ_STR(label[0], "2e-4");
    plot_label_log(5, -3, -3, 3, "", label[0]);
    CHECK_EQ_STR(label[0], "0.005");
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
