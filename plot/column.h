/* column.h: the numbers along one axis of a series, and how to find the lowest and highest of any stretch of
** them without looking at all.
**
**     numbers   0 … 63 | 64 … 127 | …          float or double, or neither: 1, 2, 3, …
**     level 0      ▪         ▪     …           lowest and highest of each 64 numbers
**     level 1      ▪               …           of each 64 nodes of level 0, and so on
**
** Only whole groups have nodes.  A node over a number that is not finite has NaNs. */
#ifndef PLOT_COLUMN_H
#define PLOT_COLUMN_H

#include "plot/plot_memory.h"

#include <stdbool.h>
#include <stddef.h>

#define PLOT_GROUP         64
#define PLOT_COLUMN_LEVELS 6

typedef struct {
    double low, high;
} plot_node;

typedef struct {
    plot_node *node;
    size_t count, capacity;
} plot_nodes;

typedef struct {
    double *wide;
    float *narrow; /* instead of wide */
    size_t count, capacity;
    plot_nodes level[PLOT_COLUMN_LEVELS];
} plot_column;

/* Numbers of a caller: doubles, or floats, or, with neither, 1, 2, 3, … */
typedef struct {
    const double *wide;
    const float *narrow;
} plot_numbers_in;

/* Number i; 1, 2, 3, … in an empty column. */
static inline double plot_column_at(const plot_column *column, size_t i)
{
    if (column->wide != NULL) return column->wide[i];
    return column->narrow != NULL ? (double)column->narrow[i] : (double)i + 1;
}

static inline bool plot_column_given(const plot_column *column)
{
    return column->wide != NULL || column->narrow != NULL;
}

/* Makes room for count numbers in all, floats or doubles as they come; false, with nothing lost, when memory
** is out.  A column of floats that doubles come to becomes one of doubles. */
bool plot_column_reserve(plot_column *column, const plot_memory *memory, size_t count, bool narrow);

/* Adds n numbers, for which there must be room, and the nodes they complete. */
void plot_column_append(plot_column *column, plot_numbers_in from, size_t n);

/* Forgets the numbers, not their memory. */
static inline void plot_column_clear(plot_column *column)
{
    column->count = 0;
    for (int i = 0; i < PLOT_COLUMN_LEVELS; i++) column->level[i].count = 0;
}

/* Makes the nodes of numbers that were written from first on by the caller itself. */
void plot_column_index(plot_column *column, size_t first);

/* Finds the first of the lowest and the first of the highest of the numbers from `from` to before `to`, at
** least one; false if one of these is not finite. */
bool plot_column_range(const plot_column *column, size_t from, size_t to, size_t *low,
                       size_t *high);

/* The first number from `from` on that is not finite; the count of numbers if there is none. */
size_t plot_column_lost(const plot_column *column, size_t from);

/* The lowest number above 0 of a whole group, and how many these are. */
double plot_column_positive(const plot_column *column, size_t group, size_t *count);

void plot_column_free(plot_column *column);

#endif
