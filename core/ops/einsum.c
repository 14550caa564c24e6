/* einsum.c -- sums of products by named dimensions.
**
** Every dimension of an operand has a label: a letter, or one of the places that "..." stands for.  Operands
** are taken from left to right, two at a time, each pair as one batched matrix product:
**
**     batch    in both, wanted later          rows    only in the left one
**     summed   in both, not wanted later      columns only in the right one
**
** A label is wanted later if the result or a later operand has it; one that only one operand has, and that is
** not wanted later, is summed at once. */
#include <ctype.h>
#include <string.h>

#include "core/ops/matrix.h"

enum {
    LETTERS = 52,                   /* A … Z, a … z, as PyTorch sorts them */
    LABELS = LETTERS + ML_MAX_DIMS, /* then the places of "...", counted from the last */
    MAX_OPERANDS = 32,
};

typedef struct named {
    ml_tensor *t;
    int n;
    int label[ML_MAX_DIMS];
} named;

typedef struct equation {
    const char *text;
    int noperands;
    named operand[MAX_OPERANDS];
    int nout;
    int out[LABELS];
    int spread;           /* places that "..." stands for, the most of any operand */
    int64_t size[LABELS]; /* -1: not seen */
    int count[LABELS];    /* how often it stands in the operands */
} equation;

/* ---- reading --------------------------------------------------------------------------------- */

static int letter(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    return -1;
}

static char *label_name(int label, char name[4])
{
    if (label >= LETTERS) return strcpy(name, "...");
    name[0] = (char)(label < 26 ? 'A' + label : 'a' + label - 26);
    name[1] = 0;
    return name;
}

static ml_status bad_text(const equation *e, const char *why)
{
    return ml_fail(ML_VALUE, "einsum: \"%s\": %s; a product of matrices is \"ij,jk->ik\"", e->text,
                   why);
}

/* The subscripts of one operand, or of the result, up to one of `ends`: labels to label[], the place of
** "..." among them to *dots (-1: none).  Returns how many, -1 with an error. */
static int read_subscripts(const equation *e, const char **at, const char *ends, int label[],
                           int *dots)
{
    int n = 0;
    *dots = -1;
    for (; **at && !strchr(ends, **at); ++*at) {
        if (isspace((unsigned char)**at)) continue;
        if (!strncmp(*at, "...", 3)) {
            if (*dots >= 0) return (void)bad_text(e, "\"...\" stands twice in one place"), -1;
            *dots = n;
            *at += 2;
        } else if ((label[n] = letter(**at)) < 0) {
            return (void)bad_text(e, "only letters, \"...\", \",\" and \"->\" have a meaning"), -1;
        } else if (++n > LETTERS) {
            return (void)bad_text(e, "too many letters in one place"), -1;
        }
    }
    return n;
}

/* Gives an operand's dimensions their labels: `n` letters, with "..." for the rest at place `dots`. */
static ml_status name_dims(equation *e, int i, int n, const int label[], int dots)
{
    named *x = &e->operand[i];
    int ndim = ml_ndim(x->t), rest = ndim - n;
    if (rest < 0 || (rest > 0 && dots < 0))
        return ml_fail(ML_SHAPE,
                       "einsum: \"%s\": operand %d is %s, but its subscripts name %d dimensions",
                       e->text, i + 1, ML_DESCRIBE(x->t), n);
    if (dots < 0) dots = n;
    for (int d = 0; d < ndim; d++) {
        int place = d - dots; /* within "..." */
        if (d < dots)
            x->label[d] = label[d];
        else if (place < rest)
            x->label[d] = LETTERS + rest - 1 - place;
        else
            x->label[d] = label[d - rest];
    }
    x->n = ndim;
    if (rest > e->spread) e->spread = rest;
    return ML_OK;
}

static ml_status check_sizes(equation *e, int i)
{
    const named *x = &e->operand[i];
    for (int d = 0; d < x->n; d++) {
        int64_t size = ml_shape(x->t)[d], *known = &e->size[x->label[d]];
        e->count[x->label[d]]++;
        if (*known > 1 && size > 1 && *known != size)
            return ml_fail(ML_SHAPE,
                           "einsum: \"%s\": dimension %s has size %lld, but in operand %d, %s, "
                           "size %lld",
                           e->text, label_name(x->label[d], (char[4]){ 0 }), (long long)*known,
                           i + 1, ML_DESCRIBE(x->t), (long long)size);
        if (*known < 0 || *known == 1) *known = size;
    }
    return ML_OK;
}

static void add_dots(equation *e)
{
    for (int place = e->spread - 1; place >= 0; place--) e->out[e->nout++] = LETTERS + place;
}

/* Without "->": what "..." stands for, then every letter that stands once, sorted. */
static void implied_result(equation *e)
{
    add_dots(e);
    for (int l = 0; l < LETTERS; l++)
        if (e->count[l] == 1) e->out[e->nout++] = l;
}

static ml_status read_result(equation *e, const char *at)
{
    int label[LETTERS + 1], dots, seen[LETTERS] = { 0 };
    int n = read_subscripts(e, &at, "", label, &dots);
    if (n < 0) return ml_error_status();
    for (int i = 0; i <= n; i++) {
        if (i == dots) add_dots(e);
        if (i == n) break;
        if (e->count[label[i]] == 0) return bad_text(e, "a letter of the result is in no operand");
        if (seen[label[i]]++) return bad_text(e, "a letter stands twice in the result");
        e->out[e->nout++] = label[i];
    }
    if (e->nout > ML_MAX_DIMS) return bad_text(e, "the result has more than 8 dimensions");
    return ML_OK;
}

static ml_status read_equation(equation *e)
{
    const char *at = e->text;
    for (int l = 0; l < LABELS; l++) e->size[l] = -1;
    for (int i = 0; i < e->noperands; i++) {
        int label[LETTERS + 1], dots, n = read_subscripts(e, &at, ",-", label, &dots);
        if (n < 0) return ml_error_status();
        ML_TRY(name_dims(e, i, n, label, dots));
        ML_TRY(check_sizes(e, i));
        if (i + 1 == e->noperands) break;
        if (*at++ != ',') return bad_text(e, "it has fewer parts than there are operands");
    }
    if (*at == ',') return bad_text(e, "it has more parts than there are operands");
    if (!*at) {
        implied_result(e);
        return e->nout > ML_MAX_DIMS ? bad_text(e, "the result has more than 8 dimensions") : ML_OK;
    }
    if (at[0] != '-' || at[1] != '>') return bad_text(e, "\"-\" without \">\"");
    return read_result(e, at + 2);
}

/* ---- contracting ----------------------------------------------------------------------------- */

static int place_of(const named *x, int label)
{
    for (int d = 0; d < x->n; d++)
        if (x->label[d] == label) return d;
    return -1;
}

/* Does the result, or an operand from number `from` on, have this label? */
static bool wanted(const equation *e, int label, int from)
{
    for (int i = 0; i < e->nout; i++)
        if (e->out[i] == label) return true;
    for (int i = from; i < e->noperands; i++)
        if (place_of(&e->operand[i], label) >= 0) return true;
    return false;
}

static void drop(named *x, int d)
{
    x->n--;
    memmove(&x->label[d], &x->label[d + 1], (size_t)(x->n - d) * sizeof x->label[0]);
}

/* A label that stands twice in one operand: its diagonal, which becomes the last dimension. */
static ml_status take_diagonals(named *x)
{
    for (int d = 0; d < x->n; d++)
        for (int i = d + 1; i < x->n; i++) {
            if (x->label[d] != x->label[i]) continue;
            int label = x->label[d];
            if (ml_shape(x->t)[d] != ml_shape(x->t)[i])
                return ml_fail(ML_SHAPE,
                               "einsum: dimensions %d and %d of %s have one name but not one size",
                               d + 1, i + 1, ML_DESCRIBE(x->t));
            ML_TRY(ml_give(&x->t, ml_call1(ML_OP_diagonal, ML_T(x->t), ML_I(0), ML_I(d), ML_I(i))));
            drop(x, i), drop(x, d);
            x->label[x->n++] = label;
            d = -1;
            break;
        }
    return ML_OK;
}

/* Sums what neither `other` (may be NULL) nor anything later has. */
static ml_status sum_alone(const equation *e, named *x, const named *other, int from)
{
    int dims[ML_MAX_DIMS], n = 0;
    for (int d = 0; d < x->n; d++)
        if (!(other && place_of(other, x->label[d]) >= 0) && !wanted(e, x->label[d], from))
            dims[n++] = d;
    if (n == 0) return ML_OK;
    ML_TRY(ml_give(&x->t, ml_sum(x->t, n, dims, false)));
    while (n > 0) drop(x, dims[--n]);
    return ML_OK;
}

/* Labels of a pair, sorted by their part. */
typedef struct parts {
    int n[4];
    int label[4][2 * ML_MAX_DIMS];
} parts;
enum { BATCH, ROWS, SUMMED, COLUMNS };

static void part_labels(const equation *e, const named *a, const named *b, int from, parts *p)
{
    *p = (parts){ 0 };
    for (int d = 0; d < a->n; d++) {
        int l = a->label[d];
        int part = place_of(b, l) < 0 ? ROWS : wanted(e, l, from) ? BATCH : SUMMED;
        p->label[part][p->n[part]++] = l;
    }
    for (int d = 0; d < b->n; d++)
        if (place_of(a, b->label[d]) < 0) p->label[COLUMNS][p->n[COLUMNS]++] = b->label[d];
}

/* x as (batch, first, second), its dimensions in the order of these parts, broadcast to their sizes. */
static ml_tensor *as_matrices(const equation *e, const named *x, const parts *p, int first,
                              int second)
{
    int order[ML_MAX_DIMS], at = 0, of[3] = { BATCH, first, second };
    int64_t shape[ML_MAX_DIMS], flat[3] = { 1, 1, 1 };
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < p->n[of[k]]; i++) {
            int label = p->label[of[k]][i];
            order[at] = place_of(x, label);
            bool shared = of[k] == BATCH || of[k] == SUMMED;
            shape[at] = shared ? e->size[label] : ml_shape(x->t)[order[at]];
            flat[k] *= shape[at++];
        }
    return ml_reshape(ml_expand(ml_permute(x->t, order), at, shape), 3, flat);
}

static ml_status multiply(const equation *e, named *a, const named *b, int from)
{
    parts p;
    part_labels(e, a, b, from, &p);
    int order[] = { BATCH, ROWS, COLUMNS }, n = p.n[BATCH] + p.n[ROWS] + p.n[COLUMNS];
    if (n > ML_MAX_DIMS)
        return ml_fail(ML_SHAPE,
                       "einsum: \"%s\": a product on the way has %d dimensions; %d are possible",
                       e->text, n, ML_MAX_DIMS);
    ml_tensor *left = as_matrices(e, a, &p, ROWS, SUMMED),
              *right = as_matrices(e, b, &p, SUMMED, COLUMNS);
    ml_tensor *y = p.n[SUMMED] ? ml_matmul(left, right) : ml_mul(left, right);
    int64_t shape[ML_MAX_DIMS];
    named result = { .n = 0 };
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < p.n[order[k]]; i++) {
            int label = p.label[order[k]][i];
            const named *from_one = order[k] == COLUMNS ? b : a;
            shape[result.n] = order[k] == BATCH ? e->size[label]
                                                : ml_shape(from_one->t)[place_of(from_one, label)];
            result.label[result.n++] = label;
        }
    result.t = ml_reshape(y, n, shape);
    *a = result;
    return result.t ? ML_OK : ml_error_status();
}

/* The result's dimensions in their order; a place of "..." that no operand has left is of size 1. */
static ml_tensor *arrange(const equation *e, const named *x)
{
    int order[ML_MAX_DIMS];
    for (int i = 0; i < e->nout; i++) order[i] = place_of(x, e->out[i]);
    return ml_permute(x->t, order);
}

ml_status ml_run_einsum(const ml_arg in[], ml_tensor *out[])
{
    equation e = { .text = in[0].s, .noperands = in[1].n };
    if (e.noperands < 1 || e.noperands > MAX_OPERANDS)
        return ml_fail(ML_VALUE, "einsum: \"%s\" with %d operands: 1 to %d are possible", e.text,
                       e.noperands, MAX_OPERANDS);
    for (int i = 0; i < e.noperands; i++) e.operand[i].t = in[1].list[i];
    ML_TRY(read_equation(&e));
    for (int i = 0; i < e.noperands; i++) ML_TRY(take_diagonals(&e.operand[i]));
    named *x = &e.operand[0];
    for (int i = 1; i < e.noperands; i++) {
        ML_TRY(sum_alone(&e, x, &e.operand[i], i + 1));
        ML_TRY(sum_alone(&e, &e.operand[i], x, i + 1));
        ML_TRY(multiply(&e, x, &e.operand[i], i + 1));
    }
    ML_TRY(sum_alone(&e, x, NULL, e.noperands));
    return ml_give(out, arrange(&e, x));
}
