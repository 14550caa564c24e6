/* notebook_compare.h -- are two runs' outputs the same?  Bit for bit, or but for digits at the end of numbers, or not. */
#ifndef REPL_NOTEBOOK_COMPARE_H
#define REPL_NOTEBOOK_COMPARE_H

#include "repl/buffer.h"
#include "repl/outputs.h"

typedef enum compare_result { COMPARE_IDENTICAL, COMPARE_CLOSE, COMPARE_DIFFERENT } compare_result;

#define COMPARE_TOLERANCE 1e-3 /* the largest relative difference of numbers that are close */

/* Two texts: close if they differ in numbers only, each by a relative difference |a - b| / max(|a|, |b|) of at most the
** tolerance, and in blanks; the largest is put into *difference unless it is smaller than what is there. */
compare_result compare_texts(const char *a, size_t na, const char *b, size_t nb,
                             double *difference);
/* Two lists in canonical form, record by record.  Of errors the message is compared, not where it was raised; of values
** and figures the digits in full, if both have them. */
compare_result compare_outputs(const outputs *recorded, const outputs *fresh, double *difference);
/* Appends the lines that differ, "- recorded" and "+ now", at most MOST of each, indented. */
void compare_show(buffer *out, const outputs *recorded, const outputs *fresh, int most);
/* O in canonical form, a new list; NULL out of memory. */
outputs *compare_canonical(const outputs *o);

#endif
