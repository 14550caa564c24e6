/* tick_label.h: exact, locale-free numbers for the ticks of one axis. */
#ifndef PLOT_TICK_LABEL_H
#define PLOT_TICK_LABEL_H

#include <stdint.h>

#define PLOT_LABEL_SIZE 32

/* The double nearest to mantissa × 10^exponent (infinite beyond the doubles). */
double plot_decimal_value(int64_t mantissa, int exponent);

/* Writes mantissa × 10^exponent in full, followed by the suffix; returns its length.  Before a suffix
** zero is a bare 0, or 0% where the suffix has that sign. */
int plot_label_decimal(int64_t mantissa, int exponent, const char *suffix,
                       char label[PLOT_LABEL_SIZE]);

/* Labels of first, first + step, …, count numbers in units of 10^exponent: all with the same number
** of decimals and, from 10000 on, the same SI prefix, or below 0.001 the same power of ten, whichever
** is shortest.  |mantissas| are below 10^16; step may be negative. */
void plot_label_steps(int64_t first, int64_t step, int count, int exponent,
                      char label[][PLOT_LABEL_SIZE]);

/* The same with a unit behind each number, and a power of ten in place of a prefix: 0 5d 10d, 0 2e7d. */
void plot_label_units(int64_t first, int64_t step, int count, int exponent, const char *unit,
                      char label[][PLOT_LABEL_SIZE]);

/* The same for numbers in units of 2^exponent bytes, exponent from 0 on: all with the same one of the
** prefixes Ki Mi Gi Ti Pi Ei Zi Yi, and with decimals where that is shorter.  |mantissas| × 2^exponent
** are below 2^90, |mantissas| below 2^44. */
void plot_label_bytes(int64_t first, int64_t step, int count, int exponent,
                      char label[][PLOT_LABEL_SIZE]);

/* The label of any finite value, with up to six digits. */
void plot_label_value(double value, char label[PLOT_LABEL_SIZE]);

/* The label of digit × 10^exponent, followed by the unit, on an axis whose labels' exponents run from
** lowest to highest.  A digit of 0 is the number 0, a negative one a negative number. */
void plot_label_log(int digit, int exponent, int lowest, int highest, const char *unit,
                    char label[PLOT_LABEL_SIZE]);

#endif
