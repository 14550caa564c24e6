/* ruler.c: what an axis has to show, and the measure of how well its ticks do.
**
** The measure is that of Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm for
** Positioning Tick Labels on Axes" (2010): simplicity, coverage, density and legibility.  What is added
** here is the character grid: the axis may only be stretched to where a step is a whole number of cells,
** and labels that come too close rule a candidate out. */
#include "plot/ruler_search.h"

#include <string.h>

/* Times are shown if they are fewer seconds from 1970. */
static const double LATEST_TIME = 1e15;

static const double ALIGNED = 0.8; /* what a score gains if all ticks stand beside need->align's */

int plot_search_gap(const plot_ruler_need *need)
{
    if (need->scale == PLOT_CATEGORY) return 1;
    return need->axis == PLOT_X ? 2 : need->cells > 6 ? 2 : 1;
}

static double wanted_count(const plot_ruler_need *need)
{
    double n = need->cells;
    if (need->axis == PLOT_X) return fmin(1 + (n - 1) / 11, 5 + n / 25);
    return fmin(1 + (n - 1) / 3.9, 4 + n / 9);
}

static double threshold_of(const plot_ruler_need *need)
{
    return need->threshold > 0 && isfinite(need->threshold) ? need->threshold : 1;
}

plot_map plot_search_map(const plot_ruler_need *need, long double lo, long double hi)
{
    plot_map map = plot_map_make(need->scale, lo, hi);
    map.threshold = threshold_of(need);
    map.reverse = need->reverse;
    return map;
}

/* What the scale makes of a value. */
static long double scaled(const plot_ruler_need *need, long double v)
{
    if (need->scale == PLOT_LOG10) return log10l(v);
    if (need->scale == PLOT_SYMLOG) return (long double)plot_symlog((double)v, threshold_of(need));
    return v;
}

static int cell_of(const plot_ruler_need *need, double at)
{
    const double doubt = 1e-6; /* about what rounding does to a place */
    if (!need->edge) return plot_part(at, need->cells);
    if (need->reverse) return plot_part(at + doubt < 1 ? at + doubt : 1, need->cells);
    return (int)ceil(at * need->cells - doubt) - 1;
}

void plot_search_add(plot_ruler *ruler, double value, const plot_ruler_need *need)
{
    if (!isfinite(value) || ruler->count >= PLOT_TICKS_MAX) return;
    double at = plot_map_at(&ruler->map, value);
    if (!(at >= 0 && at <= 1)) return;
    plot_tick *tick = &ruler->tick[ruler->count++];
    tick->value = value;
    tick->at = at;
    tick->cell = cell_of(need, at);
    tick->name = NULL;
}

int plot_label_columns(const char *label)
{
    int columns = 0;
    for (; *label != '\0'; label++) columns += ((unsigned char)*label & 0xc0u) != 0x80u;
    return columns;
}

bool plot_search_place(plot_ruler *ruler, const plot_ruler_need *need)
{
    int gap = plot_search_gap(need), lowest = need->edge && !need->reverse ? -1 : 0;
    int free_from = need->axis == PLOT_X ? -need->room_left : lowest;
    ruler->label_width = 0;
    for (int i = 0; i < ruler->count; i++) {
        plot_tick *tick = &ruler->tick[i];
        if (tick->name == NULL) tick->width = plot_label_columns(tick->label);
        if (tick->width > ruler->label_width) ruler->label_width = tick->width;
        if (i > 0 &&
            (need->reverse ? tick->value >= tick[-1].value : tick->value <= tick[-1].value))
            return false;
        int size = need->axis == PLOT_X ? tick->width : 1;
        int start = tick->cell - (size - 1) / 2;
        int latest = need->cells + (need->axis == PLOT_X ? need->room_right : 0) - size;
        if (start > latest) start = latest;
        if (i == 0 && start < free_from) start = free_from;
        if (start < free_from || start > latest) return false;
        tick->start = start;
        free_from = start + size + gap - (need->axis == PLOT_Y);
    }
    return true;
}

double plot_search_waste(const plot_search *s, const plot_candidate *c)
{
    long double range = c->hi - c->lo;
    double low = (double)((s->lo - c->lo) / range), high = (double)((c->hi - s->hi) / range);
    return low * low + high * high;
}

/* How well what is drawn fills the axis and how near its ends are labelled; 1 at best. */
static double coverage(const plot_search *s, const plot_candidate *c, const plot_ruler *ruler)
{
    double first = ruler->tick[0].at, last = 1 - ruler->tick[ruler->count - 1].at;
    long double cell = (c->hi - c->lo) / s->need->cells;
    double below = s->positive && c->lo < -cell ? 1 : 0;
    return 1 - 50 * plot_search_waste(s, c) - 20 * (first * first + last * last) - below;
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

/* Places on the border of two cells may stand in either: below it, all of them, if that makes the ticks equally
** far apart. */
static void settle_borders(plot_ruler *ruler, const plot_ruler_need *need)
{
    int cell[PLOT_TICKS_MAX];
    if (need->edge || need->reverse || regularity(ruler) == 1) return;
    for (int i = 0; i < ruler->count; i++) {
        double at = ruler->tick[i].at * need->cells, border = round(at);
        cell[i] = ruler->tick[i].cell;
        if (fabs(at - border) < 1e-6 && border >= 1) ruler->tick[i].cell = (int)border - 1;
    }
    if (regularity(ruler) == 1) return;
    for (int i = 0; i < ruler->count; i++) ruler->tick[i].cell = cell[i];
}

double plot_search_density(const plot_search *s, double count)
{
    double ratio = count / s->wanted;
    return 2 - (ratio > 1 ? ratio : 1 / ratio);
}

/* How many ticks stand beside those of the other ruler, as a part of the more. */
static double alignment(const plot_ruler *ruler, const plot_ruler *other)
{
    int same = 0, j = 0, most = ruler->count > other->count ? ruler->count : other->count;
    for (int i = 0; i < ruler->count; i++) {
        while (j < other->count && other->tick[j].cell < ruler->tick[i].cell) j++;
        same += j < other->count && other->tick[j].cell == ruler->tick[i].cell;
    }
    return (double)same / most;
}

static double score(const plot_search *s, const plot_candidate *c, const plot_ruler *ruler)
{
    double zero = 0, aligned = 0;
    for (int i = 0; i < ruler->count && s->zero; i++) zero += ruler->tick[i].value == 0;
    double corner = ruler->tick[0].cell == (s->need->edge ? -1 : 0),
           regular = c->uneven ? 1 : regularity(ruler);
    if (s->bonus > 0) aligned = s->bonus * alignment(ruler, s->need->align);
    return 0.4 * c->simplicity + 0.2 * zero + 0.2 * coverage(s, c, ruler) +
           0.5 * plot_search_density(s, ruler->count) + 0.05 * corner + 0.25 * regular + aligned;
}

double plot_search_bound(const plot_search *s, const plot_candidate *c, double count, double unused,
                         double unlabelled)
{
    double cover = 1 - 50 * unused - 20 * unlabelled, zero = s->zero ? 0.2 : 0;
    return 0.4 * c->simplicity + zero + 0.2 * cover + 0.5 * plot_search_density(s, count) + 0.3 +
           s->bonus;
}

static void write_labels(plot_ruler *ruler, const plot_candidate *c, int context)
{
    char label[PLOT_TICKS_MAX][PLOT_LABEL_SIZE];
    c->label(c, context, ruler->count, label);
    for (int i = 0; i < ruler->count; i++) memcpy(ruler->tick[i].label, label[i], PLOT_LABEL_SIZE);
}

/* The unused ticks stay as they are. */
static void copy_ruler(plot_ruler *to, const plot_ruler *from)
{
    to->map = from->map;
    to->count = from->count;
    to->label_width = from->label_width;
    memcpy(to->tick, from->tick, (size_t)from->count * sizeof *from->tick);
}

void plot_search_offer(plot_search *s, const plot_candidate *c, plot_ruler *ruler)
{
    if (ruler->count == 0) return;
    if (!c->uneven) settle_borders(ruler, s->need);
    double value = score(s, c, ruler);
    for (int i = 0; i < (c->way == NULL ? 1 : c->ways); i++) {
        double left = c->way == NULL ? value : value - c->way[i].cost;
        if (left <= s->best) return;
        write_labels(ruler, c, c->way == NULL ? 0 : c->way[i].context);
        if (!plot_search_place(ruler, s->need)) continue;
        s->best = left;
        s->misfits = 0;
        copy_ruler(s->ruler, ruler);
        return;
    }
    s->misfits++;
}

static bool is_set(const plot_ruler_need *need, double limit)
{
    return !isnan(limit) && (need->scale != PLOT_LOG10 || limit > 0);
}

/* Half of the range that shows a single value of this size. */
static long double constant_margin(const plot_ruler_need *need, long double size)
{
    long double margin = 0.25L;
    if (need->scale == PLOT_LINEAR || need->scale == PLOT_DURATION)
        margin = fmaxl(powl(10, floorl(log10l(size))), 1e-322L);
    if (need->scale == PLOT_TIME) margin = 1;
    return size == 0 || (need->whole && margin < 1) ? 1 : margin;
}

/* Widens [lo, hi] around what is too narrow to tell apart, keeping the ends that were asked for. */
static void widen_constant(plot_search *s, bool lo_set, bool hi_set)
{
    long double size = s->lo <= s->hi ? fmaxl(fabsl(s->lo), fabsl(s->hi)) : fabsl(s->hi);
    long double narrow = s->need->scale == PLOT_TIME ? 1e-15L : 1e-12L;
    if (s->hi - s->lo > narrow * size) return;
    long double margin = constant_margin(s->need, size);
    if (lo_set)
        s->hi = s->lo + margin;
    else if (hi_set)
        s->lo = s->hi - margin;
    else {
        s->lo -= margin;
        s->hi += margin;
    }
}

/* Bytes come one by one: the axis shows at least the step from one to the next. */
static void widen_bytes(plot_search *s)
{
    if (s->fixed || s->need->unit != PLOT_BYTES || s->need->scale != PLOT_LINEAR) return;
    if (s->hi - s->lo >= 1) return;
    s->lo = floorl(s->lo);
    s->hi = fmaxl(ceill(s->hi), s->lo + 1);
}

static plot_range empty_range(plot_scale scale)
{
    if (scale == PLOT_LOG10) return (plot_range){ 1, 10 };
    if (scale == PLOT_TIME) return (plot_range){ 0, 86400 };
    return (plot_range){ 0, 1 };
}

/* True if zero is a good number and can be on the axis, of which at least half will be in use. */
static bool may_show_zero(const plot_search *s)
{
    long double reach = 3 * (s->hi - s->lo);
    if (s->need->scale == PLOT_TIME || s->need->scale == PLOT_LOG10) return false;
    return s->need->scale == PLOT_SYMLOG || (s->lo < reach && s->hi > -reach);
}

static void set_range(plot_search *s)
{
    const plot_ruler_need *need = s->need;
    bool logarithmic = need->scale == PLOT_LOG10, empty = !(need->data.lo <= need->data.hi);
    bool lo_set = is_set(need, need->limits.lo), hi_set = is_set(need, need->limits.hi);
    plot_range data = empty ? empty_range(need->scale) : need->data;
    s->lo = (long double)(lo_set ? need->limits.lo : data.lo);
    s->hi = (long double)(hi_set ? need->limits.hi : data.hi);
    s->positive = (need->scale == PLOT_LINEAR || need->scale == PLOT_DURATION) && s->lo >= 0;
    s->fixed = lo_set || hi_set;
    s->lo = scaled(need, s->lo);
    s->hi = scaled(need, s->hi);
    widen_constant(s, lo_set, hi_set);
    widen_bytes(s);
    s->zero = may_show_zero(s);
    if (logarithmic && !s->fixed && s->hi - s->lo < 1) {
        long double margin = (s->hi - s->lo) / 50;
        s->lo -= margin;
        s->hi += margin;
    }
}

/* The search for round values on what is left of a logarithmic scale when less than a decade is shown:
** places are logarithmic, but the labels are 3 3.5 4 4.5. */
static void search_values(plot_search *s)
{
    plot_search values = *s;
    bool symlog = s->need->scale == PLOT_SYMLOG;
    double threshold = threshold_of(s->need);
    values.fixed = true;
    values.map = plot_search_map(s->need, s->lo, s->hi);
    values.lo = symlog ? plot_symlog_inverse(s->lo, threshold) : powl(10, s->lo);
    values.hi = symlog ? plot_symlog_inverse(s->hi, threshold) : powl(10, s->hi);
    plot_search_steps(&values);
    s->best = values.best;
}

static void search(plot_search *s)
{
    bool decades = s->hi - s->lo >= 1;
    switch (s->need->scale) {
    case PLOT_LINEAR: plot_search_steps(s); return;
    case PLOT_TIME:
        if (s->lo > -(long double)LATEST_TIME && s->hi < (long double)LATEST_TIME)
            plot_search_times(s);
        return;
    case PLOT_DURATION: plot_search_durations(s); return;
    case PLOT_LOG10:
        if (decades)
            plot_search_decades(s);
        else
            search_values(s);
        return;
    case PLOT_SYMLOG:
        if (decades) plot_search_symlog(s);
        if (s->ruler->count < 2) search_values(s);
        return;
    case PLOT_CATEGORY: return;
    }
}

void plot_ruler_fit(plot_ruler *ruler, const plot_ruler_need *need)
{
    if (need->scale == PLOT_CATEGORY) {
        plot_ruler_names(ruler, need);
        return;
    }
    plot_search s = { .need = need, .ruler = ruler, .best = -PLOT_INFINITY };
    if (need->align != NULL && need->align->count > 0) s.bonus = ALIGNED;
    s.wanted = wanted_count(need);
    set_range(&s);
    ruler->map = plot_search_map(need, s.lo, s.hi);
    ruler->count = ruler->label_width = 0;
    search(&s);
}
