/* ruler_time.c: ticks at round points in time and round durations.
**
** Steps form a ladder: parts of a second (1 2 5 × 10^-n), the rungs of a table, and years or days
** (1 2 5 × 10^n).  All but months and years are equally long, since there are no leap seconds here. */
#include "plot/ruler_search.h"

#include "plot/calendar.h"
#include "plot/time_label.h"

enum {
    MINUTE = 60,
    HOUR = 60 * MINUTE,
    DAY = 24 * HOUR,
    MONDAY = 4 * DAY /* the first after 1970 */
};
static const long double MONTH = 146097.0L / 4800 * DAY, YEAR = 146097.0L / 400 * DAY;

typedef struct {
    int64_t step;
    double simplicity;
} rung;

static const rung clock_rungs[] = {
    { 1, 1 },           { 2, 0.9 },           { 5, 0.9 },
    { 10, 1 },          { 15, 0.9 },          { 30, 0.9 },
    { MINUTE, 1 },      { 2 * MINUTE, 0.9 },  { 5 * MINUTE, 0.9 },
    { 10 * MINUTE, 1 }, { 15 * MINUTE, 0.9 }, { 30 * MINUTE, 0.9 },
    { HOUR, 1 },        { 2 * HOUR, 0.9 },    { 3 * HOUR, 0.8 },
    { 6 * HOUR, 0.9 },  { 12 * HOUR, 0.9 },
};
#define CLOCK_RUNGS ((int)(sizeof clock_rungs / sizeof *clock_rungs))

static const rung day_rungs[] = { { DAY, 1 }, { 2 * DAY, 0.7 }, { 7 * DAY, 0.9 } };
#define DAY_RUNGS ((int)(sizeof day_rungs / sizeof *day_rungs))

static const rung month_rungs[] = { { 1, 1 }, { 3, 0.9 }, { 6, 0.9 } };
#define MONTH_RUNGS ((int)(sizeof month_rungs / sizeof *month_rungs))

/* 1 2 5 10 … for i = 0, 1, 2, 3 … (and below 0) as mantissa × 10^exponent. */
static rung decimal_rung(int i, int *exponent)
{
    static const rung kinds[] = { { 1, 1 }, { 2, 0.9 }, { 5, 0.9 } };
    *exponent = (int)plot_floor_divide(i, 3);
    return kinds[i - 3 * *exponent];
}

static plot_instant instant_of(int64_t mantissa, int exponent)
{
    int64_t second = 1;
    for (int i = exponent; i < 0; i++) second *= 10;
    int64_t seconds = plot_floor_divide(mantissa, second);
    return (plot_instant){ seconds, mantissa - seconds * second, -exponent };
}

static int64_t month_start(int64_t month)
{
    int64_t year = plot_floor_divide(month, 12);
    return DAY * plot_days_of((plot_date){ year, (int)(month - 12 * year) + 1, 1 });
}

static void label_instants(const plot_candidate *c, int context, int count,
                           char label[][PLOT_LABEL_SIZE])
{
    plot_instant before = { 0, 0, 0 };
    for (int i = 0; i < count; i++) {
        int64_t mantissa = c->first + i * c->stride;
        plot_instant instant = c->uneven ? (plot_instant){ month_start(mantissa), 0, 0 }
                                         : instant_of(mantissa, c->exponent);
        plot_label_time(instant, i > 0 ? &before : NULL, (plot_time_part)c->part,
                        (plot_time_context)context, label[i]);
        before = instant;
    }
}

static void label_durations(const plot_candidate *c, int context, int count,
                            char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    plot_label_durations(c->first, c->stride, count, c->exponent, c->ascii, label);
}

/* The candidate of equal steps on the i-th rung, counted from one second. */
static plot_candidate clock_candidate(int i)
{
    plot_candidate c = { .base = 10, .part = PLOT_SECONDS };
    rung at = i < 0 ? decimal_rung(i, &c.exponent) : clock_rungs[i];
    c.step = at.step;
    c.simplicity = at.simplicity;
    c.size = (long double)c.step * powl(10, c.exponent);
    if (i >= 0 && c.step >= MINUTE) c.part = PLOT_MINUTES;
    return c;
}

/* The rung with about as many ticks as wanted; sizes are those of rungs from one second on. */
static int likely_rung(const plot_search *s, long double (*size)(int), int rungs,
                       long double largest)
{
    long double step = (s->hi - s->lo) / (long double)s->wanted;
    if (step < 1) return 3 * (int)floorl(log10l(step));
    if (step > largest) return rungs + 3 * (int)floorl(log10l(step / largest));
    int i = 0;
    while (i + 1 < rungs && size(i + 1) <= step) i++;
    return i;
}

/* Tries the rungs around the likely one, the nearest first: they rule out the others. */
static void climb(plot_search *s, int likely, void (*attempt)(plot_search *, int))
{
    for (int i = 0; i <= 10; i++) attempt(s, likely + (i & 1 ? (i + 1) / 2 : -i / 2));
}

/* Ticks at the start of every step months. */
static void try_months(plot_search *s, plot_candidate *c)
{
    plot_ruler ruler;
    ruler.map = plot_search_map(s->need, c->lo, c->hi);
    ruler.count = 0;
    int64_t first = (int64_t)floorl(c->lo / c->size) - 1,
            last = (int64_t)ceill(c->hi / c->size) + 1;
    if (last - first >= PLOT_TICKS_MAX) return;
    /* the epoch's month is a multiple of no step */
    int64_t epoch = plot_floor_divide(1970 * 12, c->step);
    c->stride = s->need->reverse ? -c->step : c->step;
    int64_t month = (epoch + (s->need->reverse ? last : first)) * c->step;
    for (int64_t i = first; i <= last; i++, month += c->stride) {
        if (ruler.count == 0) c->first = month;
        plot_search_add(&ruler, (double)month_start(month), s->need);
    }
    plot_search_offer(s, c, &ruler);
}

/* The last start of step months that is not above t. */
static int64_t start_below(int64_t step, long double t)
{
    plot_date date = plot_date_of((int64_t)floorl(t / DAY));
    return plot_floor_divide(date.year * 12 + date.month - 1, step) * step;
}

static void search_months(plot_search *s, int64_t months, double simplicity)
{
    static const plot_label_way ways[] = { { PLOT_WITH_YEAR, 0 }, { PLOT_ALONE, 1 } };
    plot_candidate c = { .step = months,
                         .size = (long double)months * MONTH,
                         .simplicity = simplicity,
                         .uneven = true,
                         .label = label_instants,
                         .way = ways,
                         .ways = months < 12 ? 2 : 1,
                         .part = months < 12 ? PLOT_MONTHS : PLOT_YEARS };
    if (plot_search_is_crowded(s, &c)) return;
    int64_t below = start_below(months, s->lo), above = start_below(months, s->hi);
    int64_t first = (long double)month_start(below) < s->lo ? below + months : below;
    if ((long double)month_start(above) < s->hi) above += months;
    plot_search_ends(s, &c, (long double)month_start(below), (long double)month_start(first),
                     (long double)month_start(above), try_months);
}

static long double time_size(int i)
{
    if (i < CLOCK_RUNGS) return (long double)clock_rungs[i].step;
    i -= CLOCK_RUNGS;
    if (i < DAY_RUNGS) return (long double)day_rungs[i].step;
    return (long double)month_rungs[i - DAY_RUNGS].step * MONTH;
}

static void try_time_rung(plot_search *s, int i)
{
    static const plot_label_way clock_ways[] = { { PLOT_WITH_DAY, 0 }, { PLOT_ALONE, 1 } };
    static const plot_label_way day_ways[] = { { PLOT_WITH_YEAR, 0 }, { PLOT_ALONE, 0.1 } };
    const int days = i - CLOCK_RUNGS, months = days - DAY_RUNGS, years = months - MONTH_RUNGS;
    if (years >= 0) {
        int exponent;
        rung at = decimal_rung(years, &exponent);
        int64_t step = at.step * 12;
        if (exponent > 9) return;
        while (exponent-- > 0) step *= 10;
        search_months(s, step, at.simplicity);
        return;
    }
    if (months >= 0) {
        search_months(s, month_rungs[months].step, month_rungs[months].simplicity);
        return;
    }
    plot_candidate c = days < 0 ? clock_candidate(i)
                                : (plot_candidate){ .base = 10,
                                                    .step = day_rungs[days].step,
                                                    .size = (long double)day_rungs[days].step,
                                                    .simplicity = day_rungs[days].simplicity,
                                                    .part = PLOT_DAYS };
    if (c.exponent < -9 || (s->need->whole && c.exponent < 0)) return;
    if (c.step == 7 * DAY) c.offset = MONDAY;
    c.start = (long double)c.offset;
    c.label = label_instants;
    c.way = days < 0 ? clock_ways : day_ways;
    c.ways = 2;
    plot_search_slide(s, &c, plot_search_try_steps);
}

void plot_search_times(plot_search *s)
{
    int rungs = CLOCK_RUNGS + DAY_RUNGS + MONTH_RUNGS;
    climb(s, likely_rung(s, time_size, rungs, YEAR), try_time_rung);
}

static long double clock_size(int i)
{
    return (long double)clock_rungs[i].step;
}

static void try_duration_rung(plot_search *s, int i)
{
    plot_candidate c = { .base = 10 };
    if (i < CLOCK_RUNGS) {
        c = clock_candidate(i);
    } else {
        rung at = decimal_rung(i - CLOCK_RUNGS, &c.exponent);
        c.exponent += PLOT_DAY_EXPONENT;
        c.step = at.step * PLOT_DAY_MANTISSA;
        c.simplicity = at.simplicity;
        c.size = (long double)c.step * powl(10, c.exponent);
    }
    if (s->need->whole && c.exponent < 0) return;
    c.label = label_durations;
    c.ascii = s->need->charset == PLOT_ASCII;
    plot_search_slide(s, &c, plot_search_try_steps);
}

void plot_search_durations(plot_search *s)
{
    climb(s, likely_rung(s, clock_size, CLOCK_RUNGS, DAY), try_duration_rung);
}
