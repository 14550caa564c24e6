/* ruler_slide.c: ranges to try for the ticks of one step. */
#include "plot/ruler_search.h"

/* Dots are finer than cells: a tick stands on this dot of its cell, as a fraction from the end of the
** axis where values are low. */
static long double anchor_of(const plot_ruler_need *need)
{
    long double anchor = need->axis == PLOT_X ? 0.25L : 0.375L;
    return need->reverse ? 1 - anchor : anchor;
}

/* No range with so many cells a step can score more than this, whatever is left unused: there can only
** be one tick more or less than cells hold. */
static double ceiling(const plot_search *s, const plot_candidate *c, int cells)
{
    double n = s->need->cells, fewest = floor(n / cells), most = fewest + 1;
    double count = fmin(fmax(s->wanted, fewest), most);
    bool within = s->need->scale == PLOT_LOG10; /* there may be ticks within decades */
    return plot_search_bound(s, c, within ? s->wanted : count, 0, 0);
}

/* Tries every place of the axis at which each step is so many whole cells, from the middle outwards, until
** on both sides too much of the axis is left unused. */
static void slide(plot_search *s, plot_candidate *c, int cells, plot_attempt *attempt)
{
    const double doubt = 1e-9; /* of what is compared with scores */
    long double part = c->size / cells, anchor = anchor_of(s->need), n = s->need->cells;
    long double lo = s->lo - c->start, hi = s->hi - c->start;
    long double first = ceill(hi / part - n + anchor), last = floorl(lo / part + anchor);
    if (!(fabsl(first) < 1e15L && fabsl(last) < 1e15L)) return;
    double most = ceiling(s, c, cells);
    double used = (double)((s->hi - s->lo) / c->size) * cells / (double)n;
    if (most - 5 * (1 - used) * (1 - used) <= s->best) return; /* half of it at each end */
    int64_t middle = ((int64_t)first + (int64_t)last) / 2;
    int hopeless = 0;
    for (int64_t i = 0; i <= (int64_t)last - (int64_t)first && hopeless < 2; i++) {
        int64_t place = middle + (i & 1 ? (i + 1) / 2 : -i / 2);
        if (place < (int64_t)first || place > (int64_t)last) continue;
        c->lo = ((long double)place - anchor) * part + c->start;
        c->hi = c->lo + n * part;
        hopeless = most - 10 * plot_search_waste(s, c) + doubt <= s->best ? hopeless + 1 : 0;
        if (hopeless == 0) attempt(s, c);
    }
}

/* The least cells that keep the labels between lo and hi apart. */
static int least_cells(const plot_search *s, plot_candidate *c)
{
    char label[PLOT_TICKS_MAX][PLOT_LABEL_SIZE];
    int least = plot_search_gap(s->need), gap = least;
    if (s->need->axis == PLOT_Y || s->need->scale == PLOT_LOG10) return least;
    long double first = ceill((s->lo - c->start) / c->size);
    long double last = floorl((s->hi - c->start) / c->size);
    if (!(last > first && last - first < PLOT_TICKS_MAX && fabsl(first) < 1e13L)) return least;
    int count = (int)(last - first) + 1, width[PLOT_TICKS_MAX];
    c->first = c->offset + (int64_t)(s->need->reverse ? last : first) * c->step;
    c->stride = s->need->reverse ? -c->step : c->step;
    c->label(c, c->way == NULL ? 0 : c->way[c->ways - 1].context, count, label);
    for (int i = 0; i < count; i++) width[i] = plot_label_columns(label[i]);
    for (int i = 1; i < count; i++) {
        int apart = width[i - 1] - (width[i - 1] - 1) / 2 + gap + (width[i] - 1) / 2;
        if (apart > least) least = apart;
    }
    return least;
}

/* True if there are more than twice the labels wanted, which is never the best. */
static bool too_many(const plot_search *s, const plot_candidate *c)
{
    return (double)((s->hi - s->lo) / c->size) > 2 * s->wanted + 2;
}

/* Less than two thirds of the axis in use are never the best either; to stand beside other ticks, a half
** may be. */
void plot_search_slide(plot_search *s, plot_candidate *c, plot_attempt *attempt)
{
    if (too_many(s, c)) return;
    if (s->fixed) {
        c->lo = s->lo;
        c->hi = s->hi;
        attempt(s, c);
        return;
    }
    int n = s->need->cells;
    int most = (int)fminl(n * c->size / (s->hi - s->lo), 4.0L * n);
    int least = least_cells(s, c), fewest = s->bonus > 0 ? most / 2 : (2 * most + 2) / 3;
    for (int cells = most; cells >= least && cells >= fewest; cells--) slide(s, c, cells, attempt);
}

/* Tries [lo, hi], widened by what puts the mark on its dot. */
static void try_ends(plot_search *s, plot_candidate *c, long double lo, long double hi,
                     long double mark, plot_attempt *attempt)
{
    int n = s->need->cells;
    c->lo = lo;
    c->hi = hi;
    if (n > 1 && mark <= hi) {
        long double part = (hi - lo) / (n - 1), anchor = anchor_of(s->need);
        c->lo = mark - (ceill((mark - lo) / part - anchor) + anchor) * part;
        c->hi = c->lo + n * part;
    }
    attempt(s, c);
}

void plot_search_ends(plot_search *s, plot_candidate *c, long double below, long double first,
                      long double above, plot_attempt *attempt)
{
    if (too_many(s, c)) return;
    if (s->fixed) {
        c->lo = s->lo;
        c->hi = s->hi;
        attempt(s, c);
        return;
    }
    try_ends(s, c, s->lo, s->hi, first, attempt);
    try_ends(s, c, below, s->hi, below, attempt);
    try_ends(s, c, s->lo, above, first, attempt);
    try_ends(s, c, below, above, below, attempt);
}
