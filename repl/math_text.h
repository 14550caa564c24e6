/* math_text.h -- TeX's mathematics as a line of Unicode: Greek, signs, scripts where Unicode has them, a/b for fractions.
**
**     \frac{1}{N}\sum_{i=1}^{N} (y_i - \hat{y}_i)^2        1/N ∑ᵢ₌₁ᴺ (yᵢ − ŷᵢ)² */
#ifndef REPL_MATH_TEXT_H
#define REPL_MATH_TEXT_H

#include "repl/buffer.h"

/* Appends the formula; rows of it (\\) end in \n.  False if something in it has no such form, or is no formula: the source
** is to be shown; what was appended is no use then. */
bool math_text(buffer *out, const char *tex, size_t size);

#endif
