/* calendar.c: a year is counted from 1 March, so that the leap day is its last and months have lengths that
** 153 days in 5 months describe: 31 30 31 30 31, twice, then 31 and what is left. */
#include "plot/calendar.h"

enum {
    YEAR = 365,
    FOUR_YEARS = 4 * YEAR + 1,
    CENTURY = 25 * FOUR_YEARS - 1,
    FOUR_CENTURIES = 4 * CENTURY + 1,
    EPOCH = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

int64_t plot_days_of(plot_date date)
{
    int64_t year = date.year - (date.month < 3);
    int month = (date.month + 9) % 12; /* March is 0 */
    int64_t leap_days =
        plot_floor_divide(year, 4) - plot_floor_divide(year, 100) + plot_floor_divide(year, 400);
    return year * YEAR + leap_days + (153 * month + 2) / 5 + date.day - 1 - EPOCH;
}

plot_date plot_date_of(int64_t days)
{
    int64_t era = plot_floor_divide(days + EPOCH, FOUR_CENTURIES);
    int rest = (int)(days + EPOCH - era * FOUR_CENTURIES);
    int century = rest / CENTURY < 3 ? rest / CENTURY : 3; /* the fourth has a day more */
    rest -= century * CENTURY;
    int fours = rest / FOUR_YEARS;
    rest -= fours * FOUR_YEARS;
    int year = rest / YEAR < 3 ? rest / YEAR : 3;
    rest -= year * YEAR;
    int month = (5 * rest + 2) / 153; /* March is 0 */
    return (plot_date){ .year = era * 400 + century * 100 + fours * 4 + year + (month >= 10),
                        .month = month < 10 ? month + 3 : month - 9,
                        .day = rest - (153 * month + 2) / 5 + 1 };
}
