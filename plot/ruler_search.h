/* ruler_search.h: what the searches for ticks on the several scales have in common.  For ruler*.c only.
**
** A search builds candidates: a range to show, the ticks on it, and a way to label them.  Each is offered
** to plot_search_offer, which keeps it if its labels fit and no candidate before it was as good. */
#ifndef PLOT_RULER_SEARCH_H
#define PLOT_RULER_SEARCH_H

#include "plot/ruler.h"

typedef struct {
    const plot_ruler_need *need;
    long double lo, hi; /* what must be shown: values, or logarithms */
    bool fixed;         /* the ends are just these */
    bool positive;      /* nothing below zero is shown, so nothing below it is wanted */
    bool zero;          /* 0 is a good number */
    double wanted;      /* ticks */
    double best;
    int misfits;       /* rulers offered of late whose labels did not fit */
    double bonus;      /* the most that need->align can add to a score */
    plot_map map;      /* of all candidates when lo and hi are values of a logarithmic scale */
    plot_ruler *ruler; /* the best so far */
} plot_search;

/* digit × base^exponent; the digit may be 0 or negative. */
typedef struct {
    int digit, exponent;
} plot_number;

/* A way to write the labels, and what it takes off the score. */
typedef struct {
    int context;
    double cost;
} plot_label_way;

/* Ticks at offset + i × step, in units of base^exponent (steps); or at some numbers (decades); or every
** step months. */
typedef struct plot_candidate plot_candidate;
struct plot_candidate {
    long double lo, hi;
    int64_t step, offset;
    int base, exponent;
    long double size;  /* a step on the axis: in values, or decades */
    long double start; /* where the offset is on the axis */
    double simplicity;
    bool uneven; /* steps are not equally long, and that is no fault */
    void (*label)(const plot_candidate *c, int context, int count, char label[][PLOT_LABEL_SIZE]);
    const plot_label_way *way; /* the best first; NULL: one, without a context */
    int ways;
    int part;                  /* times: plot_time_part */
    bool ascii;                /* labels are */
    int64_t first, stride;     /* the ticks: first, first + stride, … as their labels are read */
    const plot_number *number; /* … or these */
};

/* Bytes below this have prefixes. */
#define PLOT_BYTES_END 0x1p90L

/* Columns of a label, whose characters are all one wide. */
int plot_label_columns(const char *label);

/* Cells that two neighbouring labels must be apart. */
int plot_search_gap(const plot_ruler_need *need);

/* The map of an axis that shows [lo, hi]: values, or what a logarithmic scale makes of them. */
plot_map plot_search_map(const plot_ruler_need *need, long double lo, long double hi);

/* Adds a tick, unless the value is not on the axis. */
void plot_search_add(plot_ruler *ruler, double value, const plot_ruler_need *need);

/* The most that a candidate can score which leaves these parts of the axis without data or beyond its
** outer ticks; each is squared, and two are added. */
double plot_search_bound(const plot_search *s, const plot_candidate *c, double count, double unused,
                         double unlabelled);

/* 2 - 1 for as many ticks as wanted, less for fewer or more. */
double plot_search_density(const plot_search *s, double count);

/* Parts of the axis left empty at its two ends, squared. */
double plot_search_waste(const plot_search *s, const plot_candidate *c);

/* Keeps the ruler, which has map and ticks but no labels yet, if it is the best so far. */
void plot_search_offer(plot_search *s, const plot_candidate *c, plot_ruler *ruler);

/* True if the step makes more than twice the ticks wanted, which is never the best. */
bool plot_search_is_crowded(const plot_search *s, const plot_candidate *c);

/* Calls attempt on every range worth trying for a step of c->size; the ends of automatic ranges are moved
** until a step is a whole number of cells. */
typedef void plot_attempt(plot_search *s, plot_candidate *c);
void plot_search_slide(plot_search *s, plot_candidate *c, plot_attempt *attempt);

/* The same for ticks that are not equally far apart: from the last one not above s->lo, or from s->lo;
** to the first one not below s->hi, or to s->hi.  first is the lowest tick not below s->lo, which is put
** where ticks stand in cells. */
void plot_search_ends(plot_search *s, plot_candidate *c, long double below, long double first,
                      long double above, plot_attempt *attempt);

/* Labels every tick with its text and places the labels along the axis; false if two come too close, or
** two ticks are the same number. */
bool plot_search_place(plot_ruler *ruler, const plot_ruler_need *need);

/* The searches: round values (or those of a logarithmic axis of less than a decade), decades, points in
** time, durations. */
void plot_search_steps(plot_search *s);
void plot_search_decades(plot_search *s);
void plot_search_symlog(plot_search *s);
void plot_search_times(plot_search *s);
void plot_search_durations(plot_search *s);

/* Ticks at offset + i × step for all on the range of the candidate: an attempt. */
void plot_search_try_steps(plot_search *s, plot_candidate *c);

/* A ruler of names. */
void plot_ruler_names(plot_ruler *ruler, const plot_ruler_need *need);

#endif
