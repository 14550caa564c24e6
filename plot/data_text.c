/* data_text.c: what a figure shows as text, so that two figures can be compared by their numbers, however they
** are drawn:
**
**     figure "title" 1
**     panel "" x "epoch" 0 y "" 1
**     0 "train" 300: y 0.69314718055994529 …
**
** A list of many numbers is a hash of all of them, and some, evenly spread. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/encode.h"
#include "plot/figure.h"
#include "plot/number_digits.h"

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

static void put_number(text *t, double v)
{
    char piece[PLOT_DIGITS_SIZE];
    plot_digits_write(piece, v, false);
    put(t, " ");
    put(t, piece);
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

static void put_digest(text *t, const char *name, const plot_digest *digest)
{
    put(t, name);
    if (digest->hash != 0) put_format(t, " #%016" PRIx64, digest->hash);
    for (size_t i = 0; i < digest->count; i++) put_number(t, digest->some[i]);
}

/* " name 1 2 3 …", of the digest of all numbers or, if that is NULL, of these. */
static void put_numbers(text *t, const char *name, const plot_digest *whole,
                        const plot_column *column, const double *array, size_t n)
{
    plot_digest digest = { .some = NULL };
    if (whole == NULL && !plot_digest_make(&digest, t->memory, column, array, n)) {
        t->out.failed = true;
        return;
    }
    put_digest(t, name, whole != NULL ? whole : &digest);
    free(digest.some);
}

static void put_few(text *t, const char *name, const double *numbers, int n)
{
    put(t, name);
    for (int i = 0; i < n; i++) put_number(t, numbers[i]);
}

static void put_matrix(text *t, const plot_matrix *m, const plot_whole *w)
{
    size_t n = m->rows * m->cols;
    if (m->z != NULL) put_numbers(t, " z", w != NULL ? &w->y : NULL, NULL, m->z, n);
    if (m->rgb != NULL)
        put_format(t, " rgb #%016" PRIx64,
                   w != NULL ? w->y.hash : plot_digest_bytes(m->rgb, 3 * n));
    put_few(t, " edges", (double[]){ m->x[0], m->x[1], m->y[0], m->y[1] }, 4);
}

static void put_data(text *t, const plot_data *d)
{
    const plot_whole *w = d->whole;
    put_format(t, "%d", (int)d->kind);
    put_name(t, "", d->label);
    put_format(t, " %zu:", d->matrix.rows > 0 ? d->n : plot_data_count(d));
    if (w != NULL ? w->x.some != NULL : plot_column_given(&d->x))
        put_numbers(t, " x", w != NULL ? &w->x : NULL, &d->x, NULL, d->n);
    if (plot_column_given(&d->y)) put_numbers(t, " y", w != NULL ? &w->y : NULL, &d->y, NULL, d->n);
    if (d->x2 != NULL) put_numbers(t, " x2", w != NULL ? &w->x2 : NULL, NULL, d->x2, d->n);
    if (d->y2 != NULL) put_numbers(t, " y2", w != NULL ? &w->y2 : NULL, NULL, d->y2, d->n);
    for (size_t i = 0; i < d->levels; i++) put_number(t, d->level[i].value);
    if (d->matrix.rows > 0) put_matrix(t, &d->matrix, w);
    if (plot_is_bar_alone(d)) put_few(t, " ends", (double[]){ d->matrix.lo, d->matrix.hi }, 2);
    if (d->mapped) put_few(t, " place", &d->place, 1);
    put_few(t, " at", (double[]){ d->at, d->to, d->weight }, 3);
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
