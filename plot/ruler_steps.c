/* ruler_steps.c: ticks at the multiples of a round step. */
#include "plot/ruler_search.h"

/* Steps from the simplest on, as mantissa × 10^exponent. */
static const struct {
    int mantissa, exponent;
    double simplicity;
} step_kinds[] = { { 1, 0, 1 },     { 5, 0, 0.9 },  { 2, 0, 0.9 },
                   { 25, -1, 0.5 }, { 4, 0, 0.45 }, { 3, 0, 0 } };
#define STEP_KINDS ((int)(sizeof step_kinds / sizeof *step_kinds))

static void label_plain(const plot_candidate *c, int context, int count,
                        char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    plot_label_steps(c->first, c->stride, count, c->exponent, label);
}

static void label_percent(const plot_candidate *c, int context, int count,
                          char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    plot_label_units(c->first, c->stride, count, c->exponent + 2, "%", label);
}

/* Bytes that are too many for the prefixes, or parts of one. */
static void label_decimal_bytes(const plot_candidate *c, int context, int count,
                                char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    plot_label_units(c->first, c->stride, count, c->exponent, "B", label);
}

static void label_bytes(const plot_candidate *c, int context, int count,
                        char label[][PLOT_LABEL_SIZE])
{
    (void)context;
    plot_label_bytes(c->first, c->stride, count, c->exponent, label);
}

/* 10^exponent. */
static long double power_of_ten(int exponent)
{
    enum { EXACT = 27 };
    if (exponent < -EXACT || exponent > EXACT) return powl(10, exponent);
    long double power = 1;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--) power *= 10;
    return exponent < 0 ? 1 / power : power;
}

static double value_of(const plot_candidate *c, int64_t mantissa)
{
    return c->base == 2 ? ldexp((double)mantissa, c->exponent)
                        : plot_decimal_value(mantissa, c->exponent);
}

/* Most candidates lose before their ticks are made: with so many, the outer ones so far from the ends, no
** score can pass the bound. */
void plot_search_try_steps(plot_search *s, plot_candidate *c)
{
    plot_ruler ruler;
    long double low = (c->lo - c->start) / c->size, high = (c->hi - c->start) / c->size;
    long double first = ceill(low - 1e-9L), last = floorl(high + 1e-9L), range = high - low;
    const long double most = s->need->scale == PLOT_TIME ? 1e15L : 1e13L;
    double count = (double)(last - first) + 1;
    if (!(count >= 1)) return;
    double below = (double)((first - low) / range), above = (double)((high - last) / range);
    bool even = s->need->scale != PLOT_LOG10 && s->need->scale != PLOT_SYMLOG;
    double unlabelled = even ? below * below + above * above : 0;
    if (plot_search_bound(s, c, count, plot_search_waste(s, c), unlabelled) <= s->best) return;
    if (!(fabsl(first) < most && fabsl(last) < most) || last - first >= PLOT_TICKS_MAX) return;
    ruler.map = even ? plot_search_map(s->need, c->lo, c->hi) : s->map;
    ruler.count = 0;
    c->stride = s->need->reverse ? -c->step : c->step;
    int64_t mantissa = c->offset + (int64_t)(s->need->reverse ? last : first) * c->step;
    for (int i = 0; i < (int)count; i++, mantissa += c->stride) {
        if (ruler.count == 0) c->first = mantissa;
        plot_search_add(&ruler, value_of(c, mantissa), s->need);
    }
    plot_search_offer(s, c, &ruler);
}

static void search_decimal(plot_search *s)
{
    static const int order[] = { 0, 1, -1, 2 }; /* the likely first: they rule out the others */
    int likely = (int)floorl(log10l((s->hi - s->lo) / (long double)s->wanted));
    for (int i = 0; i < 4; i++) {
        int exponent = likely + order[i];
        for (int kind = 0; kind < STEP_KINDS; kind++) {
            plot_candidate c = { .base = 10,
                                 .step = step_kinds[kind].mantissa,
                                 .exponent = exponent + step_kinds[kind].exponent,
                                 .simplicity = step_kinds[kind].simplicity,
                                 .label = s->need->unit == PLOT_PERCENT ? label_percent
                                          : s->need->unit == PLOT_BYTES ? label_decimal_bytes
                                                                        : label_plain };
            if (s->need->whole && c.exponent < 0) continue;
            c.size = (long double)c.step * power_of_ten(c.exponent);
            plot_search_slide(s, &c, plot_search_try_steps);
        }
    }
}

static void search_binary(plot_search *s)
{
    static const int order[] = { 0, 1, -1, 2, -2 };
    int likely = (int)floorl(log2l(fmaxl((s->hi - s->lo) / (long double)s->wanted, 1)));
    for (int i = 0; i < 5; i++) {
        plot_candidate c = { .base = 2, .step = 1, .label = label_bytes };
        c.exponent = likely + order[i];
        c.simplicity = c.exponent % 10 == 0 ? 1 : 0.9;
        if (c.exponent < 0) continue;
        c.size = ldexpl(1, c.exponent);
        plot_search_slide(s, &c, plot_search_try_steps);
    }
}

void plot_search_steps(plot_search *s)
{
    const long double few = s->need->scale == PLOT_LINEAR ? 1 : 4;
    bool prefixes = s->hi - s->lo >= few && fmaxl(fabsl(s->lo), fabsl(s->hi)) < PLOT_BYTES_END;
    if (s->need->unit == PLOT_BYTES && prefixes)
        search_binary(s);
    else
        search_decimal(s);
}
