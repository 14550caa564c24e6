/* calendar.h: days and dates of the Gregorian calendar, which is taken to hold for all time (as ISO 8601
** does: the year 0 is a leap year, -1 comes before it). */
#ifndef PLOT_CALENDAR_H
#define PLOT_CALENDAR_H

#include <stdint.h>

typedef struct {
    int64_t year;
    int month; /* 1 … 12 */
    int day;   /* 1 … 31 */
} plot_date;

/* The date that is so many days after 1970-01-01, and back.  |days| are below 10^15. */
plot_date plot_date_of(int64_t days);
int64_t plot_days_of(plot_date date);

/* a / b rounded down, b above 0. */
static inline int64_t plot_floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

#endif
