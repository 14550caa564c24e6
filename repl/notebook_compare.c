/* notebook_compare.c -- see notebook_compare.h. */
#include "repl/notebook_compare.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "repl/figure_view.h"
#include "repl/notebook_json.h"

outputs *compare_canonical(const outputs *o)
{
    json_t *list = outputs_to_json(o);
    outputs *copy = list ? outputs_new(OUTPUTS_FILED) : NULL;
    bool good = copy && outputs_from_json(copy, list);
    json_decref(list);
    if (good) return copy;
    outputs_release(copy);
    return NULL;
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* The bytes of the number at S, which does not go on a word; 0 if there is none. */
static size_t number_length(const char *s, const char *end, char before, double *value)
{
    size_t i = s < end && (*s == '-' || *s == '+');
    if (isalnum((unsigned char)before) || before == '_') return 0;
    if (s + i == end || !(isdigit((unsigned char)s[i]) || s[i] == '.')) return 0;
    size_t digits = 0;
    while (s + i < end && (isdigit((unsigned char)s[i]) || s[i] == '.'))
        digits += isdigit((unsigned char)s[i++]) != 0;
    if (digits == 0) return 0;
    if (s + i + 1 < end && (s[i] == 'e' || s[i] == 'E')) {
        size_t k = i + 1 + (s[i + 1] == '-' || s[i + 1] == '+');
        if (s + k < end && isdigit((unsigned char)s[k])) {
            while (s + k < end && isdigit((unsigned char)s[k])) k++;
            i = k;
        }
    }
    char text[64];
    if (i >= sizeof text) return 0;
    memcpy(text, s, i);
    text[i] = '\0';
    *value = strtod(text, NULL);
    return i;
}

/* Passes over blanks, and over a hash of a large tensor's bytes. */
static const char *skip_free(const char *s, const char *end)
{
    for (;;) {
        while (s < end && (*s == ' ' || *s == '\t')) s++;
        if (s == end || *s != '#' || end - s < 17) return s;
        for (int i = 1; i < 17; i++)
            if (!isxdigit((unsigned char)s[i])) return s;
        s += 17;
    }
}

compare_result compare_texts(const char *a, size_t na, const char *b, size_t nb, double *difference)
{
    if (na == nb && memcmp(a, b, na) == 0) return COMPARE_IDENTICAL;
    const char *enda = a + na, *endb = b + nb;
    char before_a = ' ', before_b = ' ';
    for (;;) {
        const char *sa = skip_free(a, enda), *sb = skip_free(b, endb);
        double x, y;
        if (sa > a) before_a = ' ';
        if (sb > b) before_b = ' ';
        a = sa, b = sb;
        if (a == enda || b == endb)
            return a == enda && b == endb ? COMPARE_CLOSE : COMPARE_DIFFERENT;
        size_t ka = number_length(a, enda, before_a, &x), kb = number_length(b, endb, before_b, &y);
        if ((ka > 0) != (kb > 0) || (ka == 0 && *a != *b)) return COMPARE_DIFFERENT;
        if (ka > 0 && x != y) {
            double most = fabs(x) > fabs(y) ? fabs(x) : fabs(y), relative = fabs(x - y) / most;
            if (relative > *difference) *difference = relative;
            if (!(relative <= COMPARE_TOLERANCE)) return COMPARE_DIFFERENT;
        }
        before_a = a[ka ? ka - 1 : 0], before_b = b[kb ? kb - 1 : 0];
        a += ka ? ka : 1, b += kb ? kb : 1;
    }
}

/* ---- records --------------------------------------------------------------------------------- */

/* An error's message without the place at its beginning, in *size bytes. */
static const char *message_of(const output *r, size_t *size)
{
    const char *name, *end = memchr(r->text, '\n', r->size), *s = r->text;
    size_t length, first = end ? (size_t)(end - s) : r->size;
    int line;
    if (output_place(r, 0, &name, &length, &line) && name == s) {
        s += length + 1;
        while (isdigit((unsigned char)*s)) s++;
        s += 2;
    }
    *size = first - (size_t)(s - r->text);
    return s;
}

/* The digits in full that decide; "" if there are none.  A figure that was recorded by its numbers alone has them as they are. */
static char *digits_of(const output *r, size_t *size)
{
    bool has = r->kind == OUTPUT_VALUE || r->kind == OUTPUT_FIGURE;
    char *numbers = output_has_figure(r) ? figure_numbers(r, size) : NULL;
    if (!numbers) numbers = copy_bytes(r->data, *size = has ? r->data_size : 0);
    return numbers;
}

/* The digits decide: the text is made from them, and the last one shown may be rounded either way. */
static compare_result compare_digits(const output *a, const output *b, double *difference)
{
    size_t na, nb;
    compare_result text = compare_texts(a->text, a->size, b->text, b->size, difference);
    char *da = digits_of(a, &na), *db = digits_of(b, &nb);
    compare_result result = text;
    if (da && db && na > 0 && nb > 0) {
        result = compare_texts(da, na, db, nb, difference);
        /* A figure is the same however it is drawn. */
        if (result == COMPARE_IDENTICAL && a->kind == OUTPUT_VALUE) result = text;
    }
    free(da);
    free(db);
    return da && db ? result : COMPARE_DIFFERENT;
}

static compare_result compare_records(const output *a, const output *b, double *difference)
{
    size_t na, nb;
    if (a->kind != b->kind || strcmp(a->mime, b->mime) != 0) return COMPARE_DIFFERENT;
    if (a->kind == OUTPUT_ERROR) {
        const char *ta = message_of(a, &na), *tb = message_of(b, &nb);
        return compare_texts(ta, na, tb, nb, difference);
    }
    if (a->kind == OUTPUT_IMAGE)
        return a->data_size == b->data_size && memcmp(a->data, b->data, a->data_size) == 0
                   ? COMPARE_IDENTICAL
                   : COMPARE_DIFFERENT;
    return compare_digits(a, b, difference);
}

compare_result compare_outputs(const outputs *recorded, const outputs *fresh, double *difference)
{
    compare_result worst = COMPARE_IDENTICAL;
    if (recorded->n != fresh->n) return COMPARE_DIFFERENT;
    for (int i = 0; i < fresh->n; i++) {
        compare_result r = compare_records(&recorded->list[i], &fresh->list[i], difference);
        if (r > worst) worst = r;
    }
    return worst;
}

/* ---- what differs ---------------------------------------------------------------------------- */

/* All texts, or, if DIGITS are wanted, the digits of values instead. */
static char *all_text(const outputs *o, bool digits, size_t *size)
{
    buffer b = { 0 };
    for (int i = 0; i < o->n; i++) {
        const output *r = &o->list[i];
        size_t n = 0;
        char *full = digits ? digits_of(r, &n) : NULL;
        const char *text = full && n > 0 ? full : r->text;
        if (text == r->text) n = r->size;
        b.failed = b.failed || (digits && !full);
        buffer_add(&b, text, n);
        if (n > 0 && text[n - 1] != '\n') buffer_puts(&b, "\n");
        free(full);
    }
    return buffer_take(&b, size);
}

static void add_lines(buffer *out, const char *mark, const char *s, const char *end, int most)
{
    int n = 0;
    for (; s < end; n++) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        if (!stop) stop = end;
        size_t length = (size_t)(stop - s);
        if (n < most)
            buffer_format(out, "      %s %.*s%s\n", mark, (int)(length > 200 ? 200 : length), s,
                          length > 200 ? "\u2026" : "");
        s = stop + 1;
    }
    if (n > most) buffer_format(out, "      %s \u2026 %d more lines\n", mark, n - most);
}

static const char *line_start(const char *text, const char *s)
{
    while (s > text && s[-1] != '\n') s--;
    return s;
}

void compare_show(buffer *out, const outputs *recorded, const outputs *fresh, int most)
{
    for (int digits = 0; digits < 2; digits++) {
        size_t na, nb;
        char *a = all_text(recorded, digits, &na), *b = all_text(fresh, digits, &nb);
        bool differs = a && b && (na != nb || memcmp(a, b, na) != 0);
        if (differs) {
            const char *enda = a + na, *endb = b + nb, *pa = a, *pb = b;
            while (pa < enda && pb < endb && *pa == *pb) pa++, pb++;
            pa = line_start(a, pa), pb = line_start(b, pb);
            while (enda > pa && endb > pb && enda[-1] == endb[-1]) enda--, endb--;
            while (enda < a + na && enda > a && enda[-1] != '\n') enda++, endb++;
            if (endb > b + nb) endb = b + nb;
            add_lines(out, "-", pa, enda, most);
            add_lines(out, "+", pb, endb, most);
        }
        if (!a || !b) out->failed = true;
        free(a);
        free(b);
        if (differs) return;
    }
}
