/* data_text.c: what a figure shows as text, so that two figures can be compared by their numbers, however they
** are drawn:
**
**     figure "title" 1
**     panel "" x "epoch" 0 y "" 1
**     0 "train" 300: y 0.69314718055994529 …
**
** A list of many numbers is a hash of all of them, and some, evenly spread. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "plot/encode.h"
#include "plot/figure.h"

#define MOST 200 /* numbers of a list that are all written; of a longer one about so many */

typedef struct {
    plot_writer out;
    const plot_memory *memory;
} text;

static void put(text *t, const char *s)
{
    plot_write(&t->out, t->memory, s, strlen(s));
}

__attribute__((format(__printf__, 2, 3))) static void put_format(text *t, const char *format, ...)
{
    char piece[80];
    va_list args;
    va_start(args, format);
    vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    put(t, piece);
}

/* All digits, with a point in any locale. */
static void put_number(text *t, double v)
{
    char piece[40];
    snprintf(piece, sizeof piece, " %.17g", isnan(v) ? fabs(v) : v);
    for (char *p = piece; *p != '\0'; p++)
        if (*p == ',') *p = '.';
    put(t, isnan(v) ? " nan" : piece);
}

static void put_name(text *t, const char *name, const char *value)
{
    put(t, name);
    put(t, " \"");
    for (const char *s = value != NULL ? value : ""; *s != '\0'; s++) {
        if (*s == '\n' || *s == '"' || *s == '\\') put(t, "\\");
        plot_write(&t->out, t->memory, *s == '\n' ? "n" : s, 1);
    }
    put(t, "\"");
}

/* FNV-1a of 64 bits. */
static uint64_t hash_more(uint64_t h, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) h = (h ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return h;
}

/* " name 1 2 3 …", of a column or, if that is NULL, of an array. */
static void put_numbers(text *t, const char *name, const plot_column *column, const double *array,
                        size_t n)
{
    size_t step = n > MOST ? n / MOST : 1;
    uint64_t hash = 14695981039346656037u;
    put(t, name);
    for (size_t i = 0; step > 1 && i < n; i++) {
        double v = column != NULL ? plot_column_at(column, i) : array[i];
        hash = hash_more(hash, &v, sizeof v);
    }
    if (step > 1) put_format(t, " #%016" PRIx64, hash);
    for (size_t i = 0; i < n; i += step)
        put_number(t, column != NULL ? plot_column_at(column, i) : array[i]);
}

static void put_matrix(text *t, const plot_matrix *m)
{
    size_t n = m->rows * m->cols;
    if (m->z != NULL) put_numbers(t, " z", NULL, m->z, n);
    if (m->rgb != NULL)
        put_format(t, " rgb #%016" PRIx64, hash_more(14695981039346656037u, m->rgb, 3 * n));
    put_numbers(t, " edges", NULL, (double[]){ m->x[0], m->x[1], m->y[0], m->y[1] }, 4);
}

static void put_data(text *t, const plot_data *d)
{
    put_format(t, "%d", (int)d->kind);
    put_name(t, "", d->label);
    put_format(t, " %zu:", d->n);
    if (plot_column_given(&d->x)) put_numbers(t, " x", &d->x, NULL, d->n);
    if (plot_column_given(&d->y)) put_numbers(t, " y", &d->y, NULL, d->n);
    if (d->x2 != NULL) put_numbers(t, " x2", NULL, d->x2, d->n);
    if (d->y2 != NULL) put_numbers(t, " y2", NULL, d->y2, d->n);
    for (size_t i = 0; i < d->levels; i++) put_number(t, d->level[i].value);
    if (d->matrix.rows > 0) put_matrix(t, &d->matrix);
    if (plot_is_bar_alone(d))
        put_numbers(t, " ends", NULL, (double[]){ d->matrix.lo, d->matrix.hi }, 2);
    if (d->mapped) put_numbers(t, " place", NULL, &d->place, 1);
    put_numbers(t, " at", NULL, (double[]){ d->at, d->to, d->weight }, 3);
    put(t, "\n");
}

static void put_panel(text *t, const plot_panel *p)
{
    put_name(t, "panel", p->title);
    for (int i = 0; i < PLOT_AXES; i++) {
        const plot_axis_setting *a = &p->axis[i];
        put_name(t, " axis", a->label);
        put_format(t, " %d", (int)a->scale);
        put_number(t, a->limits.lo);
        put_number(t, a->limits.hi);
        for (size_t k = 0; k < a->names_count; k++) put_name(t, "", a->names[k]);
    }
    put(t, "\n");
    for (size_t i = 0; i < p->count; i++) put_data(t, &p->data[i]);
}

plot_status plot_data_text(const plot_figure *figure, plot_text *out)
{
    text t = { .memory = &figure->memory };
    *out = (plot_text){ .bytes = NULL };
    put_name(&t, "figure", figure->title);
    put_format(&t, " %zu\n", figure->count);
    for (size_t i = 0; i < figure->count; i++) put_panel(&t, figure->panel[i]);
    size_t length = t.out.count;
    plot_write(&t.out, t.memory, "", 1);
    *out = (plot_text){ .bytes = t.out.bytes, .length = length };
    if (!t.out.failed) return PLOT_OK;
    plot_text_free(out);
    snprintf(out->error, sizeof out->error, "plot: out of memory for the data as text");
    return PLOT_NO_MEMORY;
}
