/* ruler_slide.c: ranges to try for the ticks of one step. */
#include "plot/ruler_search.h"

/* Dots are finer than cells: a tick stands on this dot of its cell, as a fraction from the end of the
** axis where values are low. */
static long double anchor_of(const plot_ruler_need *need)
{
    long double anchor = need->axis == PLOT_X ? 0.25L : 0.375L;
    if (need->edge) return 0;
    return need->reverse ? 1 - anchor : anchor;
}

/* Where labels of so many places in a row do not fit, those of the others will not. */
enum { MISFITS = 8 };

/* What is known of the candidates with so many cells a step before any of their ticks is made.  Lengths are
** in cells. */
typedef struct {
    int cells, pitch; /* of the axis and of a step */
    double lo, hi;    /* what must be shown, from a place in the middle on */
    double anchor;
    bool within; /* there may be ticks within steps */
    double
        known; /* a score's part that all places have in common, if as many ticks as wanted are made */
    double counts; /* the same, with the better of the two numbers of ticks that there can be */
} pitched;

static bool has_ticks_within(const plot_search *s, const plot_candidate *c)
{
    return s->need->scale == PLOT_LOG10 && c->step == 1 && c->base == 10;
}

static pitched pitched_of(const plot_search *s, const plot_candidate *c, int pitch)
{
    const double doubt = 1e-9; /* of what is compared with scores */
    int n = s->need->cells, most = n / pitch + 1, fewest = most > 1 ? most - 1 : 1;
    pitched p = { .cells = n, .pitch = pitch, .anchor = (double)anchor_of(s->need) };
    double density = fmax(plot_search_density(s, fewest), plot_search_density(s, most));
    p.within = has_ticks_within(s, c);
    p.known = plot_search_bound(s, c, s->wanted, 0, 0) + doubt;
    p.counts = p.within || (fewest < s->wanted && s->wanted < fewest + 1)
                   ? p.known
                   : p.known - 0.5 + 0.5 * density;
    return p;
}

/* The most that a candidate can score with the low end of the axis at this place. */
static double place_bound(const plot_search *s, const pitched *p, int64_t place, double unused)
{
    int n = p->cells, first = (int)(-place % p->pitch);
    if (first < 0) first += p->pitch;
    if (p->within || first >= n) return p->known - 10 * unused;
    int steps = (n - (p->anchor > 0) - first) / p->pitch;
    double before = (first + p->anchor) / n;
    double after = 1 - (first + steps * p->pitch + p->anchor) / n;
    return p->known - 10 * unused - 4 * (before * before + after * after) - 0.5 +
           0.5 * plot_search_density(s, steps + 1);
}

/* Tries every place of the axis at which each step is so many whole cells, from the middle outwards, until
** on both sides too much of the axis is left unused. */
static void slide(plot_search *s, plot_candidate *c, int cells, plot_attempt *attempt)
{
    pitched p = pitched_of(s, c, cells);
    long double part = c->size / cells, anchor = anchor_of(s->need), n = p.cells;
    long double lo = (s->lo - c->start) / part, hi = (s->hi - c->start) / part;
    double slack = (double)(1 - (hi - lo) / n);
    if (p.counts - 5 * slack * slack <= s->best) return; /* half of it at each end */
    long double first = ceill(hi - n + anchor), last = floorl(lo + anchor);
    if (!(fabsl(first) < 1e15L && fabsl(last) < 1e15L)) return;
    if (s->need->edge && s->need->scale == PLOT_LINEAR && s->lo == 0) first = last = 0;
    if (s->need->edge && s->need->scale == PLOT_LINEAR && s->hi == 0) first = last = -n;
    int64_t middle = ((int64_t)first + (int64_t)last) / 2;
    p.lo = (double)(lo - (long double)middle + anchor);
    p.hi = (double)(hi - (long double)middle + anchor);
    s->misfits = 0;
    int hopeless = 0, stride = p.within ? 1 + cells / 48 : 1;
    for (int i = 0; i <= (int)(last - first) / stride && hopeless < 2 && s->misfits < MISFITS;
         i++) {
        int shift = (i & 1 ? (i + 1) / 2 : -i / 2) * stride;
        int64_t place = middle + shift;
        if (place < (int64_t)first || place > (int64_t)last) continue;
        double low = (p.lo - shift) / p.cells, high = 1 - (p.hi - shift) / p.cells;
        double unused = low * low + high * high;
        hopeless = p.counts - 10 * unused <= s->best ? hopeless + 1 : 0;
        if (hopeless > 0 || place_bound(s, &p, place, unused) <= s->best) continue;
        c->lo = ((long double)place - anchor) * part + c->start;
        c->hi = c->lo + n * part;
        attempt(s, c);
    }
}

/* The least cells that keep the labels between lo and hi apart when they are written in this context. */
static int least_cells(const plot_search *s, plot_candidate *c, int context)
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
    c->label(c, context, count, label);
    for (int i = 0; i < count; i++) width[i] = plot_label_columns(label[i]);
    for (int i = 1; i < count; i++) {
        int apart = width[i - 1] - (width[i - 1] - 1) / 2 + gap + (width[i] - 1) / 2;
        if (apart > least) least = apart;
    }
    return least;
}

bool plot_search_is_crowded(const plot_search *s, const plot_candidate *c)
{
    return (double)((s->hi - s->lo) / c->size) > 2 * s->wanted + 2;
}

/* Tries this step with the most cells down to the fewest that it may have. */
static void slide_all(plot_search *s, plot_candidate *c, int most, int fewest,
                      plot_attempt *attempt)
{
    bool coarse = has_ticks_within(s, c); /* long decades: a few of many are as good as all */
    for (int cells = most; cells >= fewest; cells -= 1 + coarse * cells / 24)
        slide(s, c, cells, attempt);
}

/* Less than two thirds of the axis in use are never the best either; to stand beside other ticks, a half
** may be. */
void plot_search_slide(plot_search *s, plot_candidate *c, plot_attempt *attempt)
{
    if (plot_search_is_crowded(s, c)) return;
    if (s->fixed) {
        c->lo = s->lo;
        c->hi = s->hi;
        attempt(s, c);
        return;
    }
    int n = s->need->cells;
    int most = (int)fminl(n * c->size / (s->hi - s->lo), 4.0L * n);
    int fewest = s->bonus > 0 ? most / 2 : (2 * most + 2) / 3;
    int least = least_cells(s, c, c->way == NULL ? 0 : c->way[0].context);
    slide_all(s, c, most, fewest > least ? fewest : least, attempt);
    if (c->way == NULL || c->ways < 2 || least <= fewest) return;

    /* where the labels are too long for the best way, the last one is left */
    plot_candidate shorter = *c;
    plot_label_way way = { .context = c->way[c->ways - 1].context };
    shorter.simplicity -= c->way[c->ways - 1].cost / 0.4; /* which a score has 0.4 times */
    shorter.way = &way;
    shorter.ways = 1;
    int longest = least;
    least = least_cells(s, &shorter, way.context);
    slide_all(s, &shorter, most < longest ? most : longest - 1, fewest > least ? fewest : least,
              attempt);
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
