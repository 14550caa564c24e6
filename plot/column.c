/* column.c: numbers and their nodes, made in one walk through the memory. */
#include "plot/column.h"

#include "plot/scale.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---------------------------------------------------------------------------------- */

static bool reserve_nodes(plot_column *column, const plot_memory *memory, size_t count)
{
    for (int i = 0; i < PLOT_COLUMN_LEVELS; i++) {
        plot_nodes *level = &column->level[i];
        void *nodes = level->node;
        count /= PLOT_GROUP;
        if (count == 0) return true;
        bool made = count <= level->capacity ||
                    plot_grow(memory, &nodes, &level->capacity, 0, count, sizeof *level->node);
        level->node = nodes;
        if (!made) return false;
    }
    return true;
}

/* Turns floats into doubles. */
static bool widen(plot_column *column, const plot_memory *memory, size_t count)
{
    double *wide = plot_resize(memory, NULL, count, sizeof *wide);
    if (wide == NULL) return false;
    for (size_t i = 0; i < column->count; i++) wide[i] = (double)column->narrow[i];
    free(column->narrow);
    column->narrow = NULL;
    column->wide = wide;
    column->capacity = count;
    return true;
}

bool plot_column_reserve(plot_column *column, const plot_memory *memory, size_t count, bool narrow)
{
    bool given = plot_column_given(column);
    size_t wanted = count;
    if (given && count > column->capacity && count < column->capacity + column->capacity / 2)
        wanted = column->capacity + column->capacity / 2;
    if (!reserve_nodes(column, memory, wanted)) return false;
    if (column->narrow != NULL && !narrow)
        return widen(column, memory, wanted > column->capacity ? wanted : column->capacity);
    if (given && count <= column->capacity) return true;
    bool floats = given ? column->narrow != NULL : narrow;
    void *grown = plot_resize(memory, floats ? (void *)column->narrow : (void *)column->wide,
                              wanted, floats ? sizeof(float) : sizeof(double));
    if (grown == NULL) return false;
    if (floats)
        column->narrow = grown;
    else
        column->wide = grown;
    column->capacity = wanted;
    return true;
}

void plot_column_free(plot_column *column)
{
    free(column->wide);
    free(column->narrow);
    for (int i = 0; i < PLOT_COLUMN_LEVELS; i++) free(column->level[i].node);
    *column = (plot_column){ 0 };
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* Ends of PLOT_GROUP numbers, by lanes that the compiler turns into vectors: v * 0 is 0 for what is finite,
** NaN for all else. */
#define ENDS_OF(name, type)                                                                        \
    static plot_node name(const type *v)                                                           \
    {                                                                                              \
        enum { LANES = 16 };                                                                       \
        type low[LANES], high[LANES], bad[LANES] = { 0 };                                          \
        memcpy(low, v, sizeof low);                                                                \
        memcpy(high, v, sizeof high);                                                              \
        for (int i = 0; i < PLOT_GROUP; i += LANES) {                                              \
            for (int k = 0; k < LANES; k++) {                                                      \
                low[k] = v[i + k] < low[k] ? v[i + k] : low[k];                                    \
                high[k] = v[i + k] > high[k] ? v[i + k] : high[k];                                 \
                bad[k] += v[i + k] * 0;                                                            \
            }                                                                                      \
        }                                                                                          \
        for (int half = LANES / 2; half > 0; half /= 2) {                                          \
            for (int k = 0; k < half; k++) {                                                       \
                low[k] = low[k + half] < low[k] ? low[k + half] : low[k];                          \
                high[k] = high[k + half] > high[k] ? high[k + half] : high[k];                     \
                bad[k] += bad[k + half];                                                           \
            }                                                                                      \
        }                                                                                          \
        return (plot_node){ (double)low[0] + (double)bad[0], (double)high[0] + (double)bad[0] };   \
    }

ENDS_OF(ends_of_floats, float)
ENDS_OF(ends_of_doubles, double)

/* The lowest of PLOT_GROUP numbers above 0, infinite if there is none, and how many these are. */
#define POSITIVE_OF(name, type, integer)                                                           \
    static double name(const type *v, size_t *count)                                               \
    {                                                                                              \
        enum { LANES = 16 };                                                                       \
        type low[LANES];                                                                           \
        integer above[LANES] = { 0 };                                                              \
        for (int k = 0; k < LANES; k++) low[k] = (type)INFINITY;                                   \
        for (int i = 0; i < PLOT_GROUP; i += LANES) {                                              \
            for (int k = 0; k < LANES; k++) {                                                      \
                type here = v[i + k] > 0 ? v[i + k] : (type)INFINITY;                              \
                above[k] += v[i + k] > 0;                                                          \
                low[k] = here < low[k] ? here : low[k];                                            \
            }                                                                                      \
        }                                                                                          \
        *count = (size_t)above[0];                                                                 \
        for (int k = 1; k < LANES; k++) {                                                          \
            *count += (size_t)above[k];                                                            \
            low[0] = low[k] < low[0] ? low[k] : low[0];                                            \
        }                                                                                          \
        return (double)low[0];                                                                     \
    }

POSITIVE_OF(positive_floats, float, int32_t)
POSITIVE_OF(positive_doubles, double, int64_t)

double plot_column_positive(const plot_column *column, size_t group, size_t *count)
{
    size_t first = group * PLOT_GROUP;
    return column->wide != NULL ? positive_doubles(column->wide + first, count)
                                : positive_floats(column->narrow + first, count);
}

/* Of PLOT_GROUP nodes; NaN comes through. */
static plot_node ends_of_nodes(const plot_node *node)
{
    plot_node ends = node[0];
    double bad = 0;
    for (int i = 0; i < PLOT_GROUP; i++) {
        if (node[i].low < ends.low) ends.low = node[i].low;
        if (node[i].high > ends.high) ends.high = node[i].high;
        bad += node[i].low * 0;
    }
    return (plot_node){ ends.low + bad, ends.high + bad };
}

void plot_column_index(plot_column *column, size_t first)
{
    plot_nodes *level = column->level;
    size_t changed = first / PLOT_GROUP;
    level[0].count = changed;
    for (size_t i = changed * PLOT_GROUP; i + PLOT_GROUP <= column->count; i += PLOT_GROUP)
        level[0].node[level[0].count++] = column->wide != NULL ? ends_of_doubles(column->wide + i)
                                                               : ends_of_floats(column->narrow + i);
    for (int k = 1; k < PLOT_COLUMN_LEVELS; k++) {
        size_t wanted = level[k - 1].count / PLOT_GROUP;
        changed /= PLOT_GROUP;
        for (size_t i = changed; i < wanted; i++)
            level[k].node[i] = ends_of_nodes(level[k - 1].node + i * PLOT_GROUP);
        level[k].count = wanted;
    }
}

void plot_column_append(plot_column *column, plot_numbers_in from, size_t n)
{
    enum { AT_ONCE = 1 << 14 }; /* copied and looked at while they are near */
    for (size_t done = 0; done < n;) {
        size_t first = column->count, count = n - done < AT_ONCE ? n - done : AT_ONCE;
        if (column->narrow != NULL)
            memcpy(column->narrow + first, from.narrow + done, count * sizeof(float));
        else if (from.wide != NULL)
            memcpy(column->wide + first, from.wide + done, count * sizeof(double));
        else
            for (size_t i = 0; i < count; i++)
                column->wide[first + i] =
                    from.narrow != NULL ? (double)from.narrow[done + i] : (double)(first + i) + 1;
        column->count += count;
        done += count;
        plot_column_index(column, first);
    }
}

/* ---- stretches ------------------------------------------------------------------------------- */

/* The best so far: a number (level -1), or the node at this level that begins with number at. */
typedef struct {
    double value;
    size_t at;
    int level;
} finding;

/* The first of the numbers under the found node that has its value. */
static size_t locate(const plot_column *column, finding f, bool high)
{
    size_t size = 1;
    for (int i = 0; i < f.level; i++) size *= PLOT_GROUP;
    for (int level = f.level - 1; level >= 0; level--, size /= PLOT_GROUP) {
        const plot_node *node = column->level[level].node;
        for (;; f.at += size) {
            double end = high ? node[f.at / size].high : node[f.at / size].low;
            if (end == f.value) break;
        }
    }
    for (; f.level >= 0 && plot_column_at(column, f.at) != f.value; f.at++) continue;
    return f.at;
}

/* The first of the lowest and of the highest of n numbers; false if one of these is not finite. */
#define SCAN(name, type)                                                                           \
    static bool name(const type *v, size_t n, size_t *low, size_t *high)                           \
    {                                                                                              \
        type lowest = v[0], highest = v[0], bad = v[0] * 0;                                        \
        *low = *high = 0;                                                                          \
        for (size_t i = 1; i < n; i++) {                                                           \
            bad += v[i] * 0;                                                                       \
            if (v[i] < lowest) lowest = v[i], *low = i;                                            \
            if (v[i] > highest) highest = v[i], *high = i;                                         \
        }                                                                                          \
        return bad == 0;                                                                           \
    }

SCAN(scan_floats, float)
SCAN(scan_doubles, double)

/* Looks at each of the numbers from i to before end. */
static bool look(const plot_column *column, size_t i, size_t end, finding *low, finding *high)
{
    size_t at_low, at_high;
    bool finite = column->wide != NULL
                      ? scan_doubles(column->wide + i, end - i, &at_low, &at_high)
                      : scan_floats(column->narrow + i, end - i, &at_low, &at_high);
    double lowest = plot_column_at(column, i + at_low);
    double highest = plot_column_at(column, i + at_high);
    if (lowest < low->value) *low = (finding){ lowest, i + at_low, -1 };
    if (highest > high->value) *high = (finding){ highest, i + at_high, -1 };
    return finite;
}

bool plot_column_range(const plot_column *column, size_t from, size_t to, size_t *low, size_t *high)
{
    finding lowest = { PLOT_INFINITY, from, -1 }, highest = { -PLOT_INFINITY, from, -1 };
    for (size_t i = from, size; i < to; i += size) {
        int level = -1;
        size = 1;
        while (level + 1 < PLOT_COLUMN_LEVELS && i % (size * PLOT_GROUP) == 0 &&
               i / (size * PLOT_GROUP) < column->level[level + 1].count &&
               i + size * PLOT_GROUP <= to) {
            size *= PLOT_GROUP;
            level++;
        }
        if (level < 0) {
            size_t end = (i / PLOT_GROUP + 1) * PLOT_GROUP;
            if (end > to) end = to;
            if (!look(column, i, end, &lowest, &highest)) return false;
            size = end - i;
            continue;
        }
        plot_node ends = column->level[level].node[i / size];
        if (!isfinite(ends.low) || !isfinite(ends.high)) return false;
        if (ends.low < lowest.value) lowest = (finding){ ends.low, i, level };
        if (ends.high > highest.value) highest = (finding){ ends.high, i, level };
    }
    *low = locate(column, lowest, false);
    *high = locate(column, highest, true);
    return true;
}

size_t plot_column_lost(const plot_column *column, size_t from)
{
    size_t i = from;
    while (i < column->count) {
        size_t size = 1, wider = PLOT_GROUP;
        for (int level = 0; level < PLOT_COLUMN_LEVELS; level++, wider *= PLOT_GROUP) {
            const plot_nodes *nodes = &column->level[level];
            if (i % wider != 0 || i / wider >= nodes->count) break;
            if (!isfinite(nodes->node[i / wider].low)) break;
            size = wider;
        }
        if (size == 1 && !isfinite(plot_column_at(column, i))) break;
        i += size;
    }
    return i;
}
