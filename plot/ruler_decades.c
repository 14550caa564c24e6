/* ruler_decades.c: ticks at powers, every one or every few, and at digits within decades.  Bytes have powers
** of two in place of decades. */
#include "plot/ruler_search.h"

#include <limits.h>
#include <string.h>

static const int decade_steps[] = { 1, 2, 3, 5, 10, 20, 50, 100 };
#define DECADE_STEPS ((int)(sizeof decade_steps / sizeof *decade_steps))

static const int doubling_steps[] = { 10, 1, 2, 5, 20, 50, 100 };
#define DOUBLING_STEPS ((int)(sizeof doubling_steps / sizeof *doubling_steps))

static const long double LOG10_2 = 0.30102999566398119521L;

/* The most numbers that a candidate is made of. */
enum { NUMBERS = 64 };

/* Which digits of a decade have ticks.  With so many of them on decades of so many cells no rounding makes
** their distances equal. */
typedef struct {
    const char *digits;
    double closest; /* two of them, in decades */
    int uneven_count, uneven_cells;
} digit_level;

static const digit_level levels[] = { { "123456789", 0.0457, 7, 41 },
                                      { "125", 0.301, 4, 22 },
                                      { "1", 1, INT_MAX, INT_MAX } };
#define LEVELS ((int)(sizeof levels / sizeof *levels))

static void label_decades(const plot_candidate *c, int context, int count, const char *unit,
                          int shift, char label[][PLOT_LABEL_SIZE])
{
    int lowest = 0, highest = 0;
    (void)context;
    for (int i = 0, any = 0; i < count; i++) {
        if (c->number[i].digit == 0) continue;
        int exponent = c->number[i].exponent + shift;
        if (!any || exponent < lowest) lowest = exponent;
        if (!any || exponent > highest) highest = exponent;
        any = 1;
    }
    for (int i = 0; i < count; i++)
        plot_label_log(c->number[i].digit, c->number[i].exponent + shift, lowest, highest, unit,
                       label[i]);
}

static void label_plain(const plot_candidate *c, int context, int count,
                        char label[][PLOT_LABEL_SIZE])
{
    label_decades(c, context, count, "", 0, label);
}

static void label_percent(const plot_candidate *c, int context, int count,
                          char label[][PLOT_LABEL_SIZE])
{
    label_decades(c, context, count, "%", 2, label);
}

static void label_decimal_bytes(const plot_candidate *c, int context, int count,
                                char label[][PLOT_LABEL_SIZE])
{
    label_decades(c, context, count, "B", 0, label);
}

static void label_bytes(const plot_candidate *c, int context, int count,
                        char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    for (int i = 0; i < count; i++)
        plot_label_bytes(c->number[i].digit, 0, 1, c->number[i].exponent, &label[i]);
}

static double value_of(const plot_candidate *c, plot_number number)
{
    return c->base == 2 ? ldexp(number.digit, number.exponent)
                        : plot_decimal_value(number.digit, number.exponent);
}

/* The numbers on a ruler as it is made, in the order in which its ticks are. */
typedef struct {
    plot_ruler ruler;
    plot_number number[NUMBERS];
    bool full;
} numbers;

static void add_number(numbers *list, const plot_candidate *c, plot_number number,
                       const plot_ruler_need *need)
{
    list->full |= list->ruler.count == NUMBERS;
    if (list->full) return;
    list->number[list->ruler.count] = number;
    plot_search_add(&list->ruler, value_of(c, number), need);
}

static void offer(plot_search *s, plot_candidate *c, numbers *list)
{
    if (list->full) return;
    c->number = list->number;
    plot_search_offer(s, c, &list->ruler);
    c->number = NULL;
}

/* Numbers with these digits in the axis' decades that the step divides. */
static void build_decades(plot_search *s, plot_candidate *c, const char *digits)
{
    numbers list;
    long double unit = c->base == 2 ? LOG10_2 : 1;
    int lowest = (int)floorl(c->lo / unit), highest = (int)floorl(c->hi / unit);
    int many = (int)strlen(digits), step = (int)c->step;
    list.ruler.map = plot_search_map(s->need, c->lo, c->hi);
    list.ruler.count = 0;
    list.full = false;
    lowest += lowest % step > 0 ? step - lowest % step : -(lowest % step);
    for (int e = lowest; e <= highest && !list.full; e += step) {
        int exponent =
            s->need->reverse ? lowest + (highest - lowest) / step * step - (e - lowest) : e;
        for (int i = 0; i < many; i++) {
            int digit = digits[s->need->reverse ? many - 1 - i : i] - '0';
            add_number(&list, c, (plot_number){ digit, exponent }, s->need);
        }
    }
    offer(s, c, &list);
}

static const double digit_logarithm[] = { 0,
                                          0.30102999566398120,
                                          0.47712125471966244,
                                          0.60205999132796239,
                                          0.69897000433601880,
                                          0.77815125038364363,
                                          0.84509804001425683,
                                          0.90308998699194359,
                                          0.95424250943932488 };

/* The most that a candidate with these digits can score, by the ticks that are on the axis for sure and
** those that may be. */
static double level_bound(const plot_search *s, const plot_candidate *c, const digit_level *level)
{
    const double doubt = 1e-6;
    double step = (double)c->size, lo = (double)c->lo, hi = (double)c->hi, range = hi - lo;
    double fewest = 0, most = 0, first = range, last = range;
    for (const char *digit = level->digits; *digit != '\0'; digit++) {
        double low = (lo - digit_logarithm[*digit - '1']) / step;
        double high = (hi - digit_logarithm[*digit - '1']) / step;
        double from = ceil(low - doubt), to = floor(high + doubt);
        double surely = floor(high - doubt) - ceil(low + doubt) + 1;
        if (to >= from) most += to - from + 1;
        if (surely > 0) fewest += surely;
        if ((from - low) * step < first) first = (from - low) * step;
        if ((high - to) * step < last) last = (high - to) * step;
    }
    if (most < 1) return -PLOT_INFINITY;
    first = fmax(first / range - doubt, 0);
    last = fmax(last / range - doubt, 0);
    double count = fmax(fmin(fmax(s->wanted, fewest), most), 1), n = s->need->cells;
    double irregular =
        fewest >= level->uneven_count && n / range * step >= level->uneven_cells ? 0.25 : 0;
    double corner = first * n > 1 ? 0.05 : 0; /* the first tick is not in it */
    return plot_search_bound(s, c, count, plot_search_waste(s, c), first * first + last * last) -
           irregular - corner;
}

static void try_decades(plot_search *s, plot_candidate *c)
{
    const plot_ruler_need *need = s->need;
    double step = need->cells / (double)(c->hi - c->lo) * (double)c->size; /* in cells */
    double closest = need->axis == PLOT_X ? 2 : plot_search_gap(need) - 1;
    for (int i = c->step == 1 && c->base == 10 ? 0 : LEVELS - 1; i < LEVELS; i++) {
        if (levels[i].closest * step < closest) continue;
        if (level_bound(s, c, &levels[i]) > s->best) build_decades(s, c, levels[i].digits);
    }
}

/* A candidate that has the kind-th step and the need's unit; false if there is none.  least and most are
** the least and the greatest of the numbers that are not zero. */
static bool decade_candidate(const plot_ruler_need *need, int kind, long double least,
                             long double most, plot_candidate *c)
{
    bool binary = need->unit == PLOT_BYTES && least >= 1 && most < PLOT_BYTES_END;
    int kinds = binary ? DOUBLING_STEPS : DECADE_STEPS;
    if (kind >= kinds) return false;
    *c = (plot_candidate){ .base = binary ? 2 : 10,
                           .step = binary ? doubling_steps[kind] : decade_steps[kind],
                           .simplicity = 1 - kind / (kinds - 1.0),
                           .label = need->unit == PLOT_PERCENT ? label_percent
                                    : need->unit == PLOT_PLAIN ? label_plain
                                    : binary                   ? label_bytes
                                                               : label_decimal_bytes };
    c->size = (long double)c->step * (binary ? LOG10_2 : 1);
    return true;
}

void plot_search_decades(plot_search *s)
{
    plot_candidate c;
    long double least = powl(10, s->lo), most = powl(10, s->hi);
    for (int kind = 0; decade_candidate(s->need, kind, least, most, &c); kind++)
        plot_search_slide(s, &c, try_decades);
}

/* Zero, and on both of its sides the numbers with these digits from base^first on, by the step. */
static void build_symlog(plot_search *s, plot_candidate *c, const char *digits)
{
    numbers list;
    double threshold = s->ruler->map.threshold;
    int many = (int)strlen(digits), step = (int)c->step, powers = 0;
    double size = (double)fmaxl(fabsl(c->lo), fabsl(c->hi));
    while (powers < 700 &&
           plot_symlog(value_of(c, (plot_number){ 1, (int)c->first + powers * step }), threshold) <=
               size)
        powers++;
    list.ruler.map = plot_search_map(s->need, c->lo, c->hi);
    list.ruler.count = 0;
    list.full = false;
    int sign = s->need->reverse ? 1 : -1;
    for (int i = powers * many - 1; i >= 0; i--)
        add_number(
            &list, c,
            (plot_number){ sign * (digits[i % many] - '0'), (int)c->first + i / many * step },
            s->need);
    add_number(&list, c, (plot_number){ 0, 0 }, s->need);
    for (int i = 0; i < powers * many; i++)
        add_number(
            &list, c,
            (plot_number){ -sign * (digits[i % many] - '0'), (int)c->first + i / many * step },
            s->need);
    offer(s, c, &list);
}

static void try_symlog(plot_search *s, plot_candidate *c)
{
    for (int i = c->step == 1 && c->base == 10 ? 0 : LEVELS - 1; i < LEVELS; i++)
        build_symlog(s, c, levels[i].digits);
}

/* The greatest tick that is not above y, 0 among them, as the scale makes it; y if there is none. */
static long double tick_below(const plot_candidate *c, double threshold, long double y)
{
    double size = (double)fabsl(y), inner = 0, outer = 0;
    for (int exponent = (int)c->first; outer <= size; exponent += (int)c->step) {
        double value = value_of(c, (plot_number){ 1, exponent });
        if (y < 0 && outer == size) break;
        inner = outer;
        outer = plot_symlog(value, threshold);
        if (!isfinite(outer)) return y < 0 ? y : (long double)inner;
    }
    return y < 0 ? -(long double)outer : (long double)inner;
}

void plot_search_symlog(plot_search *s)
{
    plot_candidate c;
    double threshold = s->ruler->map.threshold;
    long double most = plot_symlog_inverse(fmaxl(fabsl(s->lo), fabsl(s->hi)), threshold);
    for (int kind = 0; decade_candidate(s->need, kind, (long double)threshold, most, &c); kind++) {
        if (plot_search_is_crowded(s, &c)) continue;
        double power = log10(threshold) / (c.base == 2 ? (double)LOG10_2 : 1);
        int step = (int)c.step, from[] = { 0, 1, step };
        for (int i = 0; i < (step == 1 ? 2 : 3); i++) {
            c.first = (int)ceil(power - 1e-9) + from[i];
            plot_search_ends(s, &c, tick_below(&c, threshold, s->lo),
                             -tick_below(&c, threshold, -s->lo), -tick_below(&c, threshold, -s->hi),
                             try_symlog);
        }
    }
}
