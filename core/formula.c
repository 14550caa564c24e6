/* formula.c -- a row's gradient formulas as text: what they read, and their value by calling operators of the
** same table, which is how gradients of gradients come about.
**
**   expr  = cond ["?" expr ":" expr]          prim = number | name | name(expr, …) | (expr) | -prim
**   cond  = sum [("=="|"!="|"<"|"<="|">"|">=") sum]
**   sum   = term {("+"|"-") term}             term = prim {("*"|"/") prim}
**
** K(c) is the constant c.  Names: x a b c y g; functions are operators, floor_div and floor_mod apart. */
#include "core/autograd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct value {
    ml_tensor *t; /* NULL: the number */
    double number;
} value;

typedef struct reader {
    const char *s;
    bool evaluate; /* else only check and collect what is read */
    bool failed;
    char reads[128];
    int first; /* the input that x or a names: 0 */
    bool has_x;
    const ml_arg *in;
    ml_tensor *g, *y;
} reader;

static value read_expr(reader *r);

static void space(reader *r)
{
    while (isspace((unsigned char)*r->s)) r->s++;
}

static bool eat(reader *r, const char *token)
{
    space(r);
    size_t n = strlen(token);
    if (strncmp(r->s, token, n)) return false;
    r->s += n;
    return true;
}

static value fail(reader *r)
{
    r->failed = true;
    return (value){ 0 };
}

static ml_arg argument(value v)
{
    return v.t ? ML_T(v.t) : ML_F(v.number);
}

static double fold(const char *name, double a, double b)
{
    if (!strcmp(name, "add")) return a + b;
    if (!strcmp(name, "sub")) return a - b;
    if (!strcmp(name, "mul")) return a * b;
    if (!strcmp(name, "div")) return a / b;
    if (!strcmp(name, "eq")) return a == b;
    if (!strcmp(name, "ne")) return a != b;
    if (!strcmp(name, "le")) return a <= b;
    if (!strcmp(name, "ge")) return a >= b;
    return !strcmp(name, "lt") ? a < b : a > b;
}

static int operator_named(const char *name)
{
    if (!strcmp(name, "floor_div")) return ML_OP_floor_divide;
    if (!strcmp(name, "floor_mod")) return ML_OP_remainder;
    return ml_op_find(name);
}

static value apply(reader *r, const char *name, int n, const value v[])
{
    int op = operator_named(name);
    if (op < 0) return fail(r);
    if (!r->evaluate || r->failed) return (value){ 0 };
    if (n == 2 && !v[0].t && !v[1].t)
        return (value){ .number = fold(name, v[0].number, v[1].number) };
    ml_arg in[3];
    for (int i = 0; i < n; i++) in[i] = argument(v[i]);
    value y = { .t = ml_call_one(op, in, n) };
    return y.t ? y : fail(r);
}

static value binary(reader *r, const char *name, value a, value b)
{
    return apply(r, name, 2, (value[]){ a, b });
}

static value variable(reader *r, const char *name)
{
    if (name[1] || !strchr("xabcyg", name[0])) return fail(r);
    r->reads[(int)name[0]] = 1;
    if (!r->evaluate) return (value){ 0 };
    if (name[0] == 'g') return (value){ .t = r->g };
    if (name[0] == 'y') return (value){ .t = r->y };
    int i = name[0] == 'x' ? 0 : name[0] - 'a' + r->has_x;
    const ml_arg *a = &r->in[i];
    if (a->kind == ML_ARG_TENSOR) return (value){ .t = a->t };
    return (value){ .number = a->kind == ML_ARG_INT ? (double)a->i : a->f };
}

static value call_or_name(reader *r)
{
    char name[24];
    size_t n = 0;
    while ((isalnum((unsigned char)*r->s) || *r->s == '_') && n < sizeof name - 1)
        name[n++] = *r->s++;
    name[n] = 0;
    if (!eat(r, "(")) return variable(r, name);
    value v[3] = { { 0 } };
    int count = 0;
    do v[count++] = read_expr(r);
    while (count < 3 && eat(r, ","));
    if (!eat(r, ")")) return fail(r);
    return !strcmp(name, "K") ? v[0] : apply(r, name, count, v);
}

static value primary(reader *r)
{
    space(r);
    if (r->failed) return (value){ 0 };
    if (eat(r, "(")) {
        value v = read_expr(r);
        return eat(r, ")") ? v : fail(r);
    }
    if (eat(r, "-")) {
        value v = primary(r);
        return v.t ? apply(r, "neg", 1, &v) : (value){ .number = -v.number };
    }
    if (isdigit((unsigned char)*r->s) || *r->s == '.') {
        char *end;
        double number = strtod(r->s, &end);
        r->s = end;
        return (value){ .number = number };
    }
    return isalpha((unsigned char)*r->s) ? call_or_name(r) : fail(r);
}

static value term(reader *r)
{
    value v = primary(r);
    for (;;) {
        if (eat(r, "*"))
            v = binary(r, "mul", v, primary(r));
        else if (eat(r, "/"))
            v = binary(r, "div", v, primary(r));
        else
            return v;
    }
}

static value sum(reader *r)
{
    value v = term(r);
    for (;;) {
        if (eat(r, "+"))
            v = binary(r, "add", v, term(r));
        else if (eat(r, "-"))
            v = binary(r, "sub", v, term(r));
        else
            return v;
    }
}

static value comparison(reader *r)
{
    static const char *const tokens[] = { "==", "!=", "<=", ">=", "<", ">" };
    static const char *const names[] = { "eq", "ne", "le", "ge", "lt", "gt" };
    value v = sum(r);
    for (int i = 0; i < 6; i++)
        if (eat(r, tokens[i])) return binary(r, names[i], v, sum(r));
    return v;
}

/* A number that stands beside another in a choice takes g's dtype and device. */
static value as_tensor(reader *r, value v)
{
    if (v.t || !r->evaluate) return v;
    value y = { .t = ml_full((ml_spec){ (ml_dtype)r->g->dtype, r->g->device }, 0, NULL, v.number) };
    return y.t ? y : fail(r);
}

static value read_expr(reader *r)
{
    value v = comparison(r);
    if (r->failed || !eat(r, "?")) return v;
    value p = read_expr(r);
    if (!eat(r, ":")) return fail(r);
    value q = read_expr(r);
    if (!v.t && r->evaluate) return v.number != 0 ? p : q;
    return apply(r, "where", 3, (value[]){ v, as_tensor(r, p), q });
}

static reader read_text(const char *text)
{
    reader r = { .s = text };
    read_expr(&r);
    space(&r);
    if (*r.s) r.failed = true;
    return r;
}

ml_status ml_formula_check(const char *text)
{
    if (!strcmp(text, "none")) return ML_OK;
    reader r = read_text(text);
    return r.failed ? ml_fail(ML_VALUE, "formula \"%s\": not in the grammar of formulas at \"%s\"",
                              text, r.s)
                    : ML_OK;
}

unsigned ml_formula_reads(int op, int k)
{
    static uint8_t cache[ML_NOP][3]; /* 16: known */
    if (cache[op][k]) return cache[op][k] & 15u;
    unsigned bits = 0;
    const char *text = ml_ops[op].d[k];
    if (text && strcmp(text, "none")) {
        reader r = read_text(text);
        bool has_x = ml_ops[op].sig[0] == 'x';
        if (has_x)
            bits = (unsigned)(r.reads['x'] | r.reads['a'] << 1 | r.reads['b'] << 2);
        else
            bits = (unsigned)(r.reads['a'] | r.reads['b'] << 1 | r.reads['c'] << 2);
        bits |= (unsigned)r.reads['y'] << 3;
    }
    cache[op][k] = (uint8_t)(bits | 16u);
    return bits;
}

ml_tensor *ml_formula_value(int op, int k, ml_tensor *g, const ml_arg in[], ml_tensor *y)
{
    reader r = { .s = ml_ops[op].d[k], .evaluate = true, .in = in, .g = g, .y = y };
    r.has_x = ml_ops[op].sig[0] == 'x';
    value v = as_tensor(&r, read_expr(&r));
    if (r.failed)
        return ml_fail(ML_VALUE, "%s: its gradient formula \"%s\" failed", ml_ops[op].name, r.s),
               NULL;
    if (v.t && !ml_same_shape(v.t, g)) v.t = ml_expand(v.t, g->ndim, g->shape);
    return v.t;
}
