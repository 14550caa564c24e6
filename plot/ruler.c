/* ruler.c: the search for the best ticks.
**
** The measure is that of Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm for
** Positioning Tick Labels on Axes" (2010): simplicity, coverage, density and legibility, with steps
** 1 5 2 2.5 4 3 × 10^n.  What is added here is the character grid: the axis may only be stretched to
** where a step is a whole number of cells, and labels that come too close rule a candidate out. */
#include "plot/ruler.h"

#include <string.h>

/* Steps from the simplest on, as mantissa × 10^exponent. */
static const struct {
    int mantissa, exponent;
    double simplicity;
} step_kinds[] = { { 1, 0, 1 },     { 5, 0, 0.9 },  { 2, 0, 0.9 },
                   { 25, -1, 0.5 }, { 4, 0, 0.45 }, { 3, 0, 0 } };
#define STEP_KINDS ((int)(sizeof step_kinds / sizeof *step_kinds))

static const int decade_steps[] = { 1, 2, 3, 5, 10, 20, 50, 100 };
#define DECADE_STEPS ((int)(sizeof decade_steps / sizeof *decade_steps))

typedef struct {
    const plot_ruler_need *need;
    long double lo, hi; /* what must be shown: values, or logarithms */
    bool fixed;         /* the ends are just these */
    bool positive;      /* nothing below zero is shown, so nothing below it is wanted */
    double wanted;      /* ticks */
    double best;
    plot_ruler *ruler; /* the best so far */
} search;

/* A range to show and the ticks on it: first, first + step, … in units of 10^exponent (linear), or
** every step decades (logarithmic). */
typedef struct {
    long double lo, hi;
    int64_t step;
    int exponent;
    long double size; /* step × 10^exponent, or step decades */
    double simplicity;
} candidate;

/* Dots are finer than cells: a tick stands on this dot of its cell, as a fraction from the low end. */
static long double anchor_of(plot_axis axis)
{
    return axis == PLOT_X ? 0.25L : 0.375L;
}

/* Cells that two neighbouring labels must be apart. */
static int label_gap(const plot_ruler_need *need)
{
    return need->axis == PLOT_X ? 2 : need->cells > 6 ? 2 : 1;
}

static double wanted_count(const plot_ruler_need *need)
{
    double n = need->cells;
    if (need->axis == PLOT_X) return fmin(1 + (n - 1) / 11, 5 + n / 25);
    return fmin(1 + (n - 1) / 3.9, 4 + n / 9);
}

static void add_tick(plot_ruler *ruler, double value, int cells)
{
    if (!isfinite(value) || ruler->count >= PLOT_TICKS_MAX) return;
    double at = plot_map_at(&ruler->map, value);
    if (!(at >= 0 && at <= 1)) return;
    ruler->tick[ruler->count++] =
        (plot_tick){ .value = value, .at = at, .cell = plot_part(at, cells) };
}

/* Places the labels along the axis; false if two come too close or two ticks are the same number. */
static bool labels_fit(plot_ruler *ruler, const plot_ruler_need *need)
{
    int free_from = need->axis == PLOT_X ? -need->room_left : 0;
    ruler->label_width = 0;
    for (int i = 0; i < ruler->count; i++) {
        plot_tick *tick = &ruler->tick[i];
        tick->width = (int)strlen(tick->label);
        if (tick->width > ruler->label_width) ruler->label_width = tick->width;
        if (i > 0 && tick->value <= tick[-1].value) return false;
        int size = need->axis == PLOT_X ? tick->width : 1;
        int start = tick->cell - (size - 1) / 2;
        int latest = need->cells + (need->axis == PLOT_X ? need->room_right : 0) - size;
        if (start > latest) start = latest;
        if (i == 0 && start < free_from) start = free_from;
        if (start < free_from || start > latest) return false;
        tick->start = start;
        free_from = start + size + label_gap(need) - (need->axis == PLOT_Y);
    }
    return true;
}

static bool build_linear(plot_ruler *ruler, const plot_ruler_need *need, const candidate *c)
{
    long double first = ceill(c->lo / c->size - 1e-9L), last = floorl(c->hi / c->size + 1e-9L);
    if (!(fabsl(first) < 1e13L && fabsl(last) < 1e13L) || last - first >= PLOT_TICKS_MAX)
        return false;
    ruler->map = need->scale == PLOT_LINEAR
                     ? plot_map_make(PLOT_LINEAR, c->lo, c->hi)
                     : plot_map_make(PLOT_LOG10, log10l(c->lo), log10l(c->hi));
    ruler->count = 0;
    int64_t start = 0;
    for (int64_t i = (int64_t)first; i <= (int64_t)last; i++) {
        if (ruler->count == 0) start = i;
        add_tick(ruler, plot_decimal_value(i * c->step, c->exponent), need->cells);
    }
    char label[PLOT_TICKS_MAX][PLOT_LABEL_SIZE];
    if (ruler->count == 0) return false;
    plot_label_steps(start * c->step, c->step, ruler->count, c->exponent, label);
    for (int i = 0; i < ruler->count; i++) memcpy(ruler->tick[i].label, label[i], PLOT_LABEL_SIZE);
    return labels_fit(ruler, need);
}

/* Ticks at the digits (a string of 1 … 9) of every decade that step divides. */
static bool build_decades(plot_ruler *ruler, const plot_ruler_need *need, const candidate *c,
                          const char *digits)
{
    int lowest = (int)floorl(c->lo), highest = (int)floorl(c->hi);
    struct {
        int digit, exponent;
    } number[PLOT_TICKS_MAX];
    ruler->map = plot_map_make(PLOT_LOG10, c->lo, c->hi);
    ruler->count = 0;
    for (int exponent = lowest; exponent <= highest; exponent++) {
        if (exponent % (int)c->step != 0) continue;
        for (const char *digit = digits; *digit != '\0'; digit++) {
            int before = ruler->count;
            if (before == PLOT_TICKS_MAX) return false;
            number[before].digit = *digit - '0';
            number[before].exponent = exponent;
            add_tick(ruler, plot_decimal_value(*digit - '0', exponent), need->cells);
        }
    }
    if (ruler->count == 0) return false;
    for (int i = 0; i < ruler->count; i++)
        plot_label_log(number[i].digit, number[i].exponent, number[0].exponent,
                       number[ruler->count - 1].exponent, ruler->tick[i].label);
    return labels_fit(ruler, need);
}

/* Parts of the axis left empty at its two ends, squared. */
static double waste(const search *s, const candidate *c)
{
    long double range = c->hi - c->lo;
    double low = (double)((s->lo - c->lo) / range), high = (double)((c->hi - s->hi) / range);
    return low * low + high * high;
}

/* How well what is drawn fills the axis and how near its ends are labelled; 1 at best. */
static double coverage(const search *s, const candidate *c, const plot_ruler *ruler)
{
    double first = ruler->tick[0].at, last = 1 - ruler->tick[ruler->count - 1].at;
    long double cell = (c->hi - c->lo) / s->need->cells;
    double below = s->positive && c->lo < -cell ? 1 : 0;
    return 1 - 50 * waste(s, c) - 20 * (first * first + last * last) - below;
}

/* 1 if the labels are equally many cells apart. */
static double regularity(const plot_ruler *ruler)
{
    for (int i = 2; i < ruler->count; i++) {
        const plot_tick *t = &ruler->tick[i];
        if (t->cell - t[-1].cell != t[-1].cell - t[-2].cell) return 0;
    }
    return 1;
}

static double density(const search *s, double count)
{
    double ratio = count / s->wanted;
    return 2 - fmax(ratio, 1 / ratio);
}

static double score(const search *s, const candidate *c, const plot_ruler *ruler)
{
    double zero = 0;
    for (int i = 0; i < ruler->count; i++) zero += ruler->tick[i].value == 0;
    double corner = ruler->tick[0].cell == 0;
    return 0.4 * c->simplicity + 0.2 * zero + 0.2 * coverage(s, c, ruler) +
           0.5 * density(s, ruler->count) + 0.05 * corner + 0.25 * regularity(ruler);
}

/* Keeps the ruler if it is the best so far. */
static void consider(search *s, const candidate *c, const plot_ruler *ruler)
{
    double value = score(s, c, ruler);
    if (value <= s->best) return;
    s->best = value;
    *s->ruler = *ruler;
}

/* Most candidates lose before their labels are made: with so many ticks, the outer ones so far from the
** ends (as parts of the axis), no score can pass this one. */
static double best_score(const search *s, const candidate *c, double count, double first,
                         double last)
{
    double cover = 1 - 50 * waste(s, c) - 20 * (first * first + last * last);
    return 0.4 * c->simplicity + 0.2 + 0.2 * cover + 0.5 * density(s, count) + 0.3;
}

static void try_linear(search *s, const candidate *c)
{
    plot_ruler ruler;
    long double low = c->lo / c->size, high = c->hi / c->size;
    long double first = ceill(low - 1e-9L), last = floorl(high + 1e-9L), range = high - low;
    double count = (double)(last - first) + 1;
    if (!(count >= 1)) return;
    if (best_score(s, c, count, (double)((first - low) / range), (double)((high - last) / range)) <=
        s->best)
        return;
    if (build_linear(&ruler, s->need, c)) consider(s, c, &ruler);
}

static void try_decades(search *s, const candidate *c)
{
    static const struct {
        const char *digits;
        double closest; /* two of them, in steps */
    } levels[] = { { "123456789", 0.0457 }, { "125", 0.301 }, { "1", 1 } };
    plot_ruler ruler;
    double step = s->need->cells / (double)(c->hi - c->lo) * (double)c->step; /* in cells */
    for (int i = c->step == 1 ? 0 : 2; i < 3; i++) {
        double digits = (double)strlen(levels[i].digits);
        double count = (double)((c->hi - c->lo) / c->size) * digits; /* give or take a decade's */
        count = fmin(fmax(s->wanted, count - digits), count + digits);
        if (levels[i].closest * step < label_gap(s->need) - 1) continue;
        if (best_score(s, c, count, 0, 0) <= s->best) continue;
        if (!build_decades(&ruler, s->need, c, levels[i].digits)) continue;
        consider(s, c, &ruler);
        return;
    }
}

/* True if no place of the axis with so many cells a step can be the best: of the slack at least half is
** at one end, and there can only be one tick more or less. */
static bool is_hopeless(const search *s, const candidate *c, int cells)
{
    double n = s->need->cells, used = (double)((s->hi - s->lo) / c->size) * cells / n;
    double fewest = floor(n / cells), most = fewest + 1;
    double count = fmin(fmax(s->wanted, fewest), most);
    if (s->need->scale == PLOT_LOG10) count = s->wanted; /* there may be ticks within decades */
    double known = 0.4 * c->simplicity + 0.2 + 0.2 * (1 - 25 * (1 - used) * (1 - used)) + 0.3;
    return known + 0.5 * density(s, count) <= s->best;
}

/* Tries every place of the axis at which each step is so many whole cells, from the middle outwards. */
static void slide(search *s, candidate *c, int cells, void (*attempt)(search *, const candidate *))
{
    long double part = c->size / cells, anchor = anchor_of(s->need->axis);
    long double first = ceill(s->hi / part - s->need->cells + anchor);
    long double last = floorl(s->lo / part + anchor);
    if (!(fabsl(first) < 1e15L && fabsl(last) < 1e15L) || is_hopeless(s, c, cells)) return;
    int64_t middle = ((int64_t)first + (int64_t)last) / 2;
    for (int64_t i = 0; i <= (int64_t)last - (int64_t)first; i++) {
        int64_t place = middle + (i & 1 ? (i + 1) / 2 : -i / 2);
        if (place < (int64_t)first || place > (int64_t)last) continue;
        c->lo = ((long double)place - anchor) * part;
        c->hi = c->lo + s->need->cells * part;
        attempt(s, c);
    }
}

/* The least cells that keep the labels between lo and hi apart. */
static int least_cells(const search *s, const candidate *c)
{
    char label[PLOT_TICKS_MAX][PLOT_LABEL_SIZE];
    int least = label_gap(s->need);
    long double first = ceill(s->lo / c->size), last = floorl(s->hi / c->size);
    if (s->need->axis == PLOT_Y || s->need->scale != PLOT_LINEAR) return least;
    if (!(last > first && last - first < PLOT_TICKS_MAX && fabsl(first) < 1e13L)) return least;
    int count = (int)(last - first) + 1;
    plot_label_steps((int64_t)first * c->step, c->step, count, c->exponent, label);
    for (int i = 1; i < count; i++) {
        int left = (int)strlen(label[i - 1]), right = (int)strlen(label[i]);
        int apart = left - (left - 1) / 2 + label_gap(s->need) + (right - 1) / 2;
        if (apart > least) least = apart;
    }
    return least;
}

/* Tries this step on the automatic or the fixed range.  Less than two thirds of the axis in use, and
** more than twice the labels wanted, are never the best. */
static void try_step(search *s, candidate *c, void (*attempt)(search *, const candidate *))
{
    long double span = s->hi - s->lo, step = c->size;
    if ((double)(span / step) > 2 * s->wanted + 2) return;
    if (s->fixed) {
        c->lo = s->lo;
        c->hi = s->hi;
        attempt(s, c);
        return;
    }
    int most = (int)fminl(s->need->cells * step / span, 4.0L * s->need->cells);
    int least = least_cells(s, c);
    for (int cells = most; cells >= least && 3 * cells >= 2 * most; cells--)
        slide(s, c, cells, attempt);
}

static void search_linear(search *s)
{
    static const int order[] = { 0, 1, -1, 2 }; /* the likely first: they rule out the others */
    int likely = (int)floorl(log10l((s->hi - s->lo) / (long double)s->wanted));
    for (int i = 0; i < 4; i++) {
        int exponent = likely + order[i];
        for (int kind = 0; kind < STEP_KINDS; kind++) {
            candidate c = { .step = step_kinds[kind].mantissa,
                            .exponent = exponent + step_kinds[kind].exponent,
                            .simplicity = step_kinds[kind].simplicity };
            if (s->need->whole && c.exponent < 0) continue;
            c.size = (long double)c.step * powl(10, c.exponent);
            try_step(s, &c, try_linear);
        }
    }
}

static void search_decades(search *s)
{
    for (int kind = 0; kind < DECADE_STEPS; kind++) {
        candidate c = { .step = decade_steps[kind],
                        .size = decade_steps[kind],
                        .simplicity = 1 - kind / (DECADE_STEPS - 1.0) };
        try_step(s, &c, try_decades);
    }
}

/* Less than a decade: places are logarithmic, but the labels are round steps, 3 3.5 4 4.5. */
static void search_within_decade(search *s)
{
    search values = *s;
    values.fixed = true;
    values.lo = powl(10, s->lo);
    values.hi = powl(10, s->hi);
    search_linear(&values);
    s->best = values.best;
}

static bool is_set(const plot_ruler_need *need, double limit)
{
    return !isnan(limit) && (need->scale == PLOT_LINEAR || limit > 0);
}

/* Widens [lo, hi] around what is too narrow to tell apart, keeping the ends that were asked for. */
static void widen_constant(search *s, bool lo_set, bool hi_set)
{
    long double middle = s->lo <= s->hi ? fmaxl(fabsl(s->lo), fabsl(s->hi)) : fabsl(s->hi);
    if (s->hi - s->lo > 1e-12L * middle) return;
    long double margin = 0.25L;
    if (s->need->scale == PLOT_LINEAR) margin = fmaxl(powl(10, floorl(log10l(middle))), 1e-322L);
    if (middle == 0 || (s->need->whole && margin < 1)) margin = 1;
    if (lo_set)
        s->hi = s->lo + margin;
    else if (hi_set)
        s->lo = s->hi - margin;
    else {
        s->lo -= margin;
        s->hi += margin;
    }
}

static void set_range(search *s)
{
    const plot_ruler_need *need = s->need;
    bool logarithmic = need->scale == PLOT_LOG10, empty = !(need->data.lo <= need->data.hi);
    bool lo_set = is_set(need, need->limits.lo), hi_set = is_set(need, need->limits.hi);
    plot_range data = need->data;
    if (empty) data = logarithmic ? (plot_range){ 1, 10 } : (plot_range){ 0, 1 };
    s->lo = (long double)(lo_set ? need->limits.lo : data.lo);
    s->hi = (long double)(hi_set ? need->limits.hi : data.hi);
    s->positive = !logarithmic && s->lo >= 0;
    s->fixed = lo_set || hi_set;
    if (logarithmic) {
        s->lo = log10l(s->lo);
        s->hi = log10l(s->hi);
    }
    widen_constant(s, lo_set, hi_set);
    if (logarithmic && !s->fixed && s->hi - s->lo < 1) {
        long double margin = (s->hi - s->lo) / 50;
        s->lo -= margin;
        s->hi += margin;
    }
}

void plot_ruler_fit(plot_ruler *ruler, const plot_ruler_need *need)
{
    search s = { .need = need, .ruler = ruler, .best = -PLOT_INFINITY };
    s.wanted = wanted_count(need);
    set_range(&s);
    *ruler = (plot_ruler){ .map = plot_map_make(need->scale, s.lo, s.hi) };
    if (need->scale == PLOT_LINEAR)
        search_linear(&s);
    else if (s.hi - s.lo < 1)
        search_within_decade(&s);
    else
        search_decades(&s);
}
