/* coder.h: a form of text that is described once, and written and read by that description:
**
**     static void code_point(plot_coder *c, point *p)
**     {
**         plot_code_word(c, "point");               point 0.5 2 dashed
**         plot_code_number(c, &p->x, "x");
**         plot_code_number(c, &p->y, "y");
**         p->dashed = plot_code_option(c, "dashed", p->dashed);
**         plot_code_line(c);
**     }
**
** Words are parted by one space and lines end with '\n'.  What is read is not trusted: memory is taken for what the bytes that
** are left can hold.  After a failure, which is remembered with the line, calls do nothing. */
#ifndef PLOT_CODER_H
#define PLOT_CODER_H

#include "plot/encode.h"

#include <stdint.h>

typedef struct {
    bool writing, first; /* first: at the beginning of a line */
    const plot_memory *memory;
    plot_writer out;
    size_t most; /* bytes that may be written */
    const char *at, *end;
    int line;
    void **held; /* what was read, until plot_coder_free */
    size_t held_count, held_capacity;
    plot_status
        status; /* PLOT_INVALID: what is written is larger than most, what is read is no such form */
    char error[120];
} plot_coder;

/* Numbers, as doubles or floats; neither: the list is not there. */
typedef struct {
    const double *wide;
    const float *narrow;
} plot_list;

void plot_coder_free(plot_coder *c);

__attribute__((format(__printf__, 3, 4))) void plot_code_fail(plot_coder *c, plot_status status,
                                                              const char *format, ...);
/* Memory until plot_coder_free; NULL, and the coder has failed, when it is out. */
void *plot_code_room(plot_coder *c, size_t count, size_t size);

void plot_code_word(plot_coder *c, const char *word);
void plot_code_line(plot_coder *c);
/* A word that may be there: is it? */
bool plot_code_option(plot_coder *c, const char *word, bool given);
/* One of the words; of names that are not there the first. */
int plot_code_choice(plot_coder *c, const char *const names[], int count, int value);
void plot_code_int(plot_coder *c, int *value, int low, int high, const char *what);
/* A count of things that take so many bytes each at least; 0: of things that are not here. */
void plot_code_count(plot_coder *c, size_t *value, size_t each, const char *what);
void plot_code_number(plot_coder *c, double *value, const char *what);
void plot_code_hash(plot_coder *c, uint64_t *hash);
/* In quotes; NULL, which is read for "", is "". */
void plot_code_text(plot_coder *c, const char **text);
/* A line of its own: the word, f (all are floats) or d, and n numbers; it may be missing.  If `wide` is asked for, doubles
** are read. */
void plot_code_numbers(plot_coder *c, const char *word, plot_list *list, size_t n, bool wide);
/* A line of its own: the word, and n bytes as base64; it may be missing. */
void plot_code_bytes(plot_coder *c, const char *word, const unsigned char **bytes, size_t n);

#endif
