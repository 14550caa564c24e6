/* tick_label.h: exact, locale-free numbers for the ticks of one axis. */
#ifndef PLOT_TICK_LABEL_H
#define PLOT_TICK_LABEL_H

#include <stdint.h>

#define PLOT_LABEL_SIZE 32

/* The double nearest to mantissa × 10^exponent (infinite beyond the doubles). */
double plot_decimal_value(int64_t mantissa, int exponent);

/* Labels of first, first + step, …, count numbers in units of 10^exponent: all with the same number
** of decimals and, from 10000 on, the same SI prefix, or below 0.001 the same power of ten, whichever
** is shortest.  |mantissas| are below 10^16. */
void plot_label_steps(int64_t first, int64_t step, int count, int exponent,
                      char label[][PLOT_LABEL_SIZE]);

/* The label of any finite value, with up to six digits. */
void plot_label_value(double value, char label[PLOT_LABEL_SIZE]);

/* The label of digit × 10^exponent on an axis whose labels' exponents run from lowest to highest. */
void plot_label_log(int digit, int exponent, int lowest, int highest, char label[PLOT_LABEL_SIZE]);

#endif
