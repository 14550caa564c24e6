/* display_tensor.c -- see display.h.  The format of the numbers is PyTorch's (torch/_tensor_str.py): one for
** the whole tensor, chosen from the elements that are shown; whole numbers are shown without a point. */
#include <inttypes.h>
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua_api/binding.h"
#include "lua_api/display.h"

#define SUMMARISE 1000 /* elements above which only the edges are shown, */
#define EDGE      3    /* so many at each end of a dimension */
#define SHORT     6    /* elements a tensor inside a table is shown with */

typedef struct layout {
    text *out;
    const ml_tensor *t;
    int64_t shape[ML_MAX_DIMS], step[ML_MAX_DIMS]; /* step in bytes */
    int ndim, columns, width, indent;
    bool edges, compact, whole, scientific;
    double least, most; /* of the finite, nonzero magnitudes */
} layout;

/* ---- elements -------------------------------------------------------------------------------- */

static double half_value(uint16_t bits)
{
    int exponent = bits >> 10 & 31;
    double fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
    if (exponent == 31) return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

static double bfloat_value(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float f;
    memcpy(&f, &wide, sizeof f);
    return (double)f;
}

static double float_at(const layout *l, const char *p)
{
    float f;
    double d;
    uint16_t h;
    if (ml_dtype_of(l->t) == ML_F64) return memcpy(&d, p, sizeof d), d;
    if (ml_dtype_of(l->t) == ML_F32) return memcpy(&f, p, sizeof f), (double)f;
    memcpy(&h, p, sizeof h);
    return ml_dtype_of(l->t) == ML_F16 ? half_value(h) : bfloat_value(h);
}

static int64_t int_at(const layout *l, const char *p)
{
    int64_t wide;
    int32_t word;
    if (ml_dtype_of(l->t) == ML_I64) return memcpy(&wide, p, sizeof wide), wide;
    if (ml_dtype_of(l->t) == ML_I32) return memcpy(&word, p, sizeof word), word;
    return ml_dtype_of(l->t) == ML_I8 ? *(const signed char *)p : *(const unsigned char *)p;
}

/* Writes the element at p; returns its length. */
static int element(const layout *l, const char *p, char buffer[64])
{
    if (ml_dtype_of(l->t) == ML_BOOL) return snprintf(buffer, 64, "%s", *p ? "true" : "false");
    if (!ml_is_float(ml_dtype_of(l->t))) return snprintf(buffer, 64, "%" PRId64, int_at(l, p));
    double v = float_at(l, p);
    if (isnan(v)) return snprintf(buffer, 64, "nan");
    if (isinf(v)) return snprintf(buffer, 64, v < 0 ? "-inf" : "inf");
    if (l->scientific) return snprintf(buffer, 64, "%.4e", v);
    return l->whole ? snprintf(buffer, 64, "%.0f", v) : snprintf(buffer, 64, "%.4f", v);
}

static void add_element(const layout *l, const char *p)
{
    char buffer[64];
    int n = element(l, p, buffer);
    if (!l->compact && ml_ndim(l->t) > 0) text_repeat(l->out, " ", l->width - n);
    text_puts(l->out, buffer);
}

/* ---- which elements, and their format -------------------------------------------------------- */

typedef void visitor(layout *l, const char *p);

static bool has_gap(const layout *l, int dim)
{
    return l->edges && l->shape[dim] > 2 * EDGE;
}

static void visit(layout *l, int dim, const char *p, visitor *fn)
{
    if (dim == l->ndim) {
        fn(l, p);
        return;
    }
    for (int64_t i = 0; i < l->shape[dim]; i++) {
        if (i == EDGE && has_gap(l, dim)) i = l->shape[dim] - EDGE;
        visit(l, dim + 1, p + i * l->step[dim], fn);
    }
}

static void see_range(layout *l, const char *p)
{
    double v = fabs(float_at(l, p));
    if (!isfinite(v) || v == 0) return; /* never NaN here: isfinite */
    if (v != floor(v)) l->whole = false;
    if (v < l->least) l->least = v;
    if (v > l->most) l->most = v;
}

static void see_width(layout *l, const char *p)
{
    char buffer[64];
    int n = element(l, p, buffer);
    if (n > l->width) l->width = n;
}

static void choose_format(layout *l, const char *data)
{
    l->whole = true, l->least = (double)INFINITY, l->most = 0;
    if (ml_is_float(ml_dtype_of(l->t))) {
        visit(l, 0, data, see_range);
        l->scientific =
            l->most > 0 &&
            (l->most >= 1e8 || (!l->whole && (l->least < 1e-4 || l->most / l->least > 1000)));
    }
    visit(l, 0, data, see_width);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void add_vector(layout *l, int depth, const char *p)
{
    int dim = l->ndim - 1;
    int per_line = (l->columns - l->indent - depth - 1) / (l->width + 2), on_line = 0;
    if (per_line < 1) per_line = 1;
    text_puts(l->out, "[");
    for (int64_t i = 0; i < l->shape[dim]; i++) {
        bool gap = i == EDGE && has_gap(l, dim);
        if (i > 0) text_puts(l->out, ",");
        if (i > 0 && !l->compact && on_line == per_line) {
            text_puts(l->out, "\n");
            text_repeat(l->out, " ", l->indent + depth + 1);
            on_line = 0;
        } else if (i > 0)
            text_puts(l->out, " ");
        on_line++;
        if (gap) {
            text_repeat(l->out, " ", l->width - 1);
            text_puts(l->out, "\u2026");
            i = l->shape[dim] - EDGE - 1;
        } else
            add_element(l, p + i * l->step[dim]);
    }
    text_puts(l->out, "]");
}

static void add_rows(layout *l, int dim, const char *p)
{
    if (l->ndim == 0) {
        add_element(l, p);
        return;
    }
    if (dim == l->ndim - 1) {
        add_vector(l, dim, p);
        return;
    }
    text_puts(l->out, "[");
    for (int64_t i = 0; i < l->shape[dim]; i++) {
        bool gap = i == EDGE && has_gap(l, dim);
        if (i > 0 && l->compact)
            text_puts(l->out, ", ");
        else if (i > 0) {
            text_puts(l->out, ",");
            text_repeat(l->out, "\n", l->ndim - dim - 1);
            text_repeat(l->out, " ", l->indent + dim + 1);
        }
        if (gap) {
            text_puts(l->out, "\u2026");
            i = l->shape[dim] - EDGE - 1;
        } else
            add_rows(l, dim + 1, p + i * l->step[dim]);
    }
    text_puts(l->out, "]");
}

/* ---- entry points ---------------------------------------------------------------------------- */

/* Pushes t, or its copy in the CPU's memory, which is returned: it lives as long as the Lua value. */
static ml_tensor *push_on_cpu(lua_State *L, ml_tensor *t)
{
    if (ml_device_of(t) == 0) {
        lua_pushnil(L);
        return t;
    }
    ml_scope scope;
    bool grad = ml_set_grad_enabled(false);
    ml_scope_open(&scope);
    ml_tensor *copy = ml_retain(ml_to_device(t, 0));
    ml_scope_close(&scope);
    ml_set_grad_enabled(grad);
    if (!copy) return lab_error(L), NULL;
    lab_push(L, copy);
    ml_release(copy);
    return copy;
}

static void add_numbers(text *out, ml_tensor *t, layout *l)
{
    lua_State *L = out->L;
    t = push_on_cpu(L, t);
    l->out = out, l->t = t, l->ndim = ml_ndim(t);
    for (int i = 0; i < l->ndim; i++) {
        l->shape[i] = ml_shape(t)[i];
        l->step[i] = ml_strides(t)[i] * (int64_t)ml_dtype_size(ml_dtype_of(t));
    }
    if (ml_numel(t) == 0)
        text_puts(out, "[]");
    else {
        const char *data = ml_data(t);
        if (!data) {
            lab_error(L);
            return;
        }
        choose_format(l, data);
        add_rows(l, 0, data);
    }
    lua_pop(L, 1);
}

static void add_kind(text *out, const ml_tensor *t)
{
    text_puts(out, ml_dtype_name(ml_dtype_of(t)));
    for (int i = 0; i < ml_ndim(t); i++)
        text_format(out, "%s%" PRId64, i ? "x" : " ", ml_shape(t)[i]);
    if (ml_ndim(t) == 0) text_puts(out, " scalar");
    if (ml_device_of(t) != 0) text_format(out, ", %s", ml_device_name(ml_device_of(t)));
    if (ml_requires_grad(t)) text_puts(out, ml_is_leaf(t) ? ", requires_grad" : ", has a gradient");
}

void display_tensor(text *out, ml_tensor *t, int columns, int indent)
{
    layout l = { .columns = columns, .indent = indent, .edges = ml_numel(t) > SUMMARISE };
    add_numbers(out, t, &l);
    size_t line = out->size;
    while (line > 0 && out->data[line - 1] != '\n') line--;
    int used = text_columns(out->data + line, out->size - line);
    size_t before = out->size;
    text_puts(out, "   ");
    add_kind(out, t);
    if (used + (int)(out->size - before) <= columns) return;
    out->size = before;
    text_puts(out, "\n");
    text_repeat(out, " ", indent);
    add_kind(out, t);
}

void display_tensor_short(text *out, ml_tensor *t)
{
    if (ml_numel(t) <= SHORT && ml_numel(t) > 0) {
        layout l = { .compact = true };
        add_numbers(out, t, &l);
        text_puts(out, " ");
    }
    add_kind(out, t);
}

void lab_display(lua_State *L, ml_tensor *t, int columns)
{
    text *out = text_new(L);
    display_tensor(out, t, columns, 0);
    text_push(out);
    lua_remove(L, -2);
}

void lab_text(lua_State *L, ml_tensor *t)
{
    text *out = text_new(L);
    layout l = { .compact = true };
    add_numbers(out, t, &l);
    text_push(out);
    lua_remove(L, -2);
}
