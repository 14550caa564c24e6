/* ruler_names.c: rulers of categories.  Names stand side by side, each with as many columns as its tick is
** apart from the next; where that is too little, only every second, third, … is named. */
#include "plot/ruler_search.h"

enum { FEWEST_COLUMNS = 3 }; /* of a name that is cut */

/* Columns for each name on an x axis if every step-th is named; 0 if they are too few. */
static int name_room(const plot_ruler_need *need, size_t step)
{
    int widest = 0;
    double apart = need->cells / (double)need->names_count * (double)step;
    int room = apart < 1e6 ? (int)apart - plot_search_gap(need) : 1000000;
    if (need->axis == PLOT_Y) return need->name_width > 0 ? need->name_width : 1000000;
    for (size_t i = 0; i < need->names_count && widest < FEWEST_COLUMNS; i += step) {
        int width = plot_text_width(need->names[i], need->charset);
        if (width > widest) widest = width;
    }
    return room >= (widest < FEWEST_COLUMNS ? widest : FEWEST_COLUMNS) ? room : 0;
}

/* A name whose place is between two cells stands in the left or the upper one, whatever rounding says. */
static void settle(plot_tick *tick, const plot_ruler_need *need)
{
    double place = tick->at * need->cells, edge = round(place);
    if (fabs(place - edge) > 1e-6 || edge < 1 || edge >= need->cells) return;
    tick->cell = (int)edge - (need->axis == PLOT_X);
}

/* Names every step-th category; false if they do not fit. */
static bool build_names(plot_ruler *ruler, const plot_ruler_need *need, size_t step)
{
    size_t n = need->names_count, named = (n - 1) / step + 1;
    int room = named <= PLOT_TICKS_MAX ? name_room(need, step) : 0;
    if (room == 0) return false;
    ruler->count = 0;
    for (size_t i = 0; i < named; i++) {
        size_t k = (need->reverse ? named - 1 - i : i) * step;
        int count = ruler->count, width = plot_text_width(need->names[k], need->charset);
        plot_search_add(ruler, (double)(k + 1), need);
        if (ruler->count == count) continue;
        settle(&ruler->tick[count], need);
        ruler->tick[count].name = need->names[k];
        ruler->tick[count].label[0] = '\0';
        ruler->tick[count].width = width < room ? width : room;
    }
    return plot_search_place(ruler, need);
}

/* Every name gets as many whole cells, if that leaves little of the axis free, at its ends.  None stands where
** two cells meet. */
static plot_map map_of(const plot_ruler_need *need)
{
    int n = need->names_count < (size_t)need->cells ? (int)need->names_count : need->cells;
    int pitch = need->cells / n, rest = need->cells - pitch * n;
    long double before = 0.5L, after = (long double)need->names_count + 0.5L;
    bool free = isnan(need->limits.lo) && isnan(need->limits.hi);
    if (free && rest * 6 <= need->cells && (size_t)n == need->names_count) {
        int first = rest / 2;
        long double aside = pitch % 2 != 0 ? 0 : need->axis == PLOT_X ? 0.25L : 0.375L;
        before -= (first + aside) / pitch;
        after += (rest - first - aside) / pitch;
    }
    return plot_search_map(need, before, after);
}

void plot_ruler_names(plot_ruler *ruler, const plot_ruler_need *need)
{
    size_t n = need->names_count;
    ruler->count = ruler->label_width = 0;
    if (n == 0) {
        ruler->map = plot_search_map(need, 0.5L, 1.5L);
        return;
    }
    ruler->map = map_of(need);
    for (size_t step = 1; step <= n; step++)
        if (build_names(ruler, need, step)) return;
    ruler->count = ruler->label_width = 0;
}
