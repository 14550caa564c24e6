/* time_label.h: labels for points in time and for lengths of time.
**
** A tick's time is written as short as its neighbours allow: what is larger than the step (the day of a
** time of day, the year of a day) is only said where it changes.
**
**     14:05   14:06   14:07                      27 Nov 22:00   28 Nov   02:00   04:00
**     Nov 2026   Dec   Jan 2027   Feb            2026   2028   2030 */
#ifndef PLOT_TIME_LABEL_H
#define PLOT_TIME_LABEL_H

#include "plot/tick_label.h"

#include <stdbool.h>

/* The smallest part of a time that is written. */
typedef enum { PLOT_YEARS, PLOT_MONTHS, PLOT_DAYS, PLOT_MINUTES, PLOT_SECONDS } plot_time_part;

/* How much the label of an axis' first tick says of what is larger than the step. */
typedef enum { PLOT_WITH_YEAR, PLOT_WITH_DAY, PLOT_ALONE } plot_time_context;

/* Seconds since 1970-01-01 00:00 UTC, and a part of one: fraction × 10^-decimals. */
typedef struct {
    int64_t seconds;
    int64_t fraction; /* from 0 on */
    int decimals;
} plot_instant;

/* The label of an instant down to this part.  before: the instant of the tick that is read before it,
** NULL for the first tick, which says what the context asks for. */
void plot_label_time(plot_instant instant, const plot_instant *before, plot_time_part part,
                     plot_time_context context, char label[PLOT_LABEL_SIZE]);

/* A day in seconds, as mantissa × 10^exponent. */
#define PLOT_DAY_MANTISSA 864
#define PLOT_DAY_EXPONENT 2

/* Labels of first, first + step, …, count durations in units of 10^exponent seconds, as 1d2h, 1m30s or
** 5ms; those with parts of a second all have the same unit and as many decimals.  The exponent is
** negative, or 0, or else first and step are days: multiples of the mantissa above, with at least its
** exponent.  |mantissas| are below 10^18.  ascii: us in place of µs. */
void plot_label_durations(int64_t first, int64_t step, int count, int exponent, bool ascii,
                          char label[][PLOT_LABEL_SIZE]);

#endif
