/* number_text.h -- numbers from text that is not ended by a zero byte, the same in every locale. */
#ifndef ML_NUMBER_TEXT_H
#define ML_NUMBER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A decimal number, inf, infinity or nan in any case, with a sign or without; nothing before or
** after it.  Rounded to nearest. */
bool ml_text_double(const char *text, size_t n, double *out);
/* A whole number of int64, also written as 3.0 or 3e2. */
bool ml_text_int(const char *text, size_t n, int64_t *out);
bool ml_text_equal(const char *text, size_t n, const char *word); /* in any case of ASCII */

#endif
