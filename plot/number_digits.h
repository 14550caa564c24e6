/* number_digits.h: numbers as decimal text that gives the same number back, with a point in any locale. */
#ifndef PLOT_NUMBER_DIGITS_H
#define PLOT_NUMBER_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

#define PLOT_DIGITS_SIZE 32

/* Writes v in 17 digits or less, in 9 if narrow (it is a float); NaN is "nan".  Returns the length. */
int plot_digits_write(char out[PLOT_DIGITS_SIZE], double v, bool narrow);

/* Reads all of the text; false if that is no such number, or one that is too large. */
bool plot_digits_read(const char *text, size_t size, bool narrow, double *out);

#endif
