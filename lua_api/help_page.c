/* help_page.c -- see help_page.h. */
#include "lua_api/help_page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"

/* ---- operators ------------------------------------------------------------------------------- */

typedef struct parameter { /* of a signature such as "x!:T, dim:dim?, p:float=2 -> T" */
    char name[24], kind[16], value[40];
    bool optional;
} parameter;

static void copy(char *out, size_t room, const char *start, const char *end)
{
    snprintf(out, room, "%.*s", (int)(end - start), start);
}

/* Signatures give dimensions and positions as the core counts them. */
static void count_from_one(parameter *p)
{
    bool counts = !strcmp(p->kind, "dim") || !strcmp(p->kind, "dims") || !strcmp(p->kind, "pos") ||
                  !strcmp(p->kind, "class");
    if (counts && *p->value >= '0' && *p->value <= '9')
        snprintf(p->value, sizeof p->value, "%ld", strtol(p->value, NULL, 10) + 1);
}

/* Reads the parameter at p; returns what follows it, NULL if p is at the end. */
static const char *read_parameter(const char *p, parameter *out)
{
    while (*p == ' ' || *p == ',') p++;
    if (!*p || strncmp(p, "->", 2) == 0) return NULL;
    *out = (parameter){ 0 };
    const char *end = p + strcspn(p, ":");
    copy(out->name, sizeof out->name, p, end > p && end[-1] == '!' ? end - 1 : end);
    p = *end ? end + 1 : end;
    end = p + strcspn(p, "?=, ");
    copy(out->kind, sizeof out->kind, p, end);
    if (*end == '?') out->optional = true, end++;
    if (*end == '=') {
        p = end + 1;
        end = p + strcspn(p, ",");
        const char *arrow = strstr(p, " ->");
        if (arrow && arrow < end) end = arrow;
        copy(out->value, sizeof out->value, p, end);
        count_from_one(out);
        out->optional = true;
    }
    return end;
}

static const char *kind_text(const char *kind)
{
    static const char *const texts[][2] = { { "T", "tensor" },
                                            { "S", "tensor or number" },
                                            { "T[]", "list of tensors" },
                                            { "index[]", "list of index tensors or masks" },
                                            { "index",
                                              "int64 tensor of positions, counted from 1" },
                                            { "label", "int64 tensor of classes, counted from 1" },
                                            { "int", "whole number" },
                                            { "float", "number" },
                                            { "bool", "true or false" },
                                            { "str", "string" },
                                            { "dtype", "name of a dtype" },
                                            { "device", "name of a device" },
                                            { "ints", "whole number or list of them" },
                                            { "shape", "sizes: numbers, or one list" },
                                            { "dim", "dimension, counted from 1, -1 is the last" },
                                            { "dims", "dimension or list of them, counted from 1" },
                                            { "pos", "position, counted from 1" },
                                            { "class", "class, counted from 1" } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i][0], kind) == 0) return texts[i][1];
    return kind;
}

static void add_call(text *t, const ml_op_info *op)
{
    parameter p;
    const char *rest = op->sig;
    text_format(t, "lab.%s(", op->name);
    for (int i = 0; (rest = read_parameter(rest, &p)); i++)
        text_format(t, "%s%s%s%s%s", i ? ", " : "", p.name, p.optional && !*p.value ? "?" : "",
                    *p.value ? "=" : "", p.value);
    text_puts(t, ")\n");
}

static void add_method(text *t, const ml_op_info *op)
{
    parameter p;
    if (!read_parameter(op->sig, &p) || (strcmp(p.kind, "T") != 0 && strcmp(p.kind, "S") != 0))
        return;
    bool inplace = strchr(op->sig, '!') != NULL && op->name[strlen(op->name) - 1] != '_';
    text_format(t, "%s:%s(\u2026)", p.name, op->name);
    if (inplace) text_format(t, "   in place: %s:%s_(\u2026)", p.name, op->name);
    text_puts(t, "\n");
}

static void add_types(text *t, unsigned types)
{
    text_puts(t, "    dtypes     ");
    for (int d = 0; d < ML_NDTYPE; d++)
        if (types >> d & 1) text_format(t, " %s", ml_dtype_name((ml_dtype)d));
    text_puts(t, "\n");
}

static void add_formulas(text *t, const ml_op_info *op)
{
    static const char *const one[] = { "dx" }, *const more[] = { "da", "db", "dc" };
    if (!op->y) {
        if (op->family != ML_PLAIN && op->family != ML_CREATE)
            text_puts(t, "    gradient    yes\n");
        return;
    }
    text_format(t, "    formula     y = %s\n", op->y);
    const char *const *names = op->d[1] || strstr(op->sig, "b:") ? more : one;
    for (int i = 0; i < 3; i++)
        if (op->d[i])
            text_format(t, "    gradient    %s = %s\n", names == one ? one[0] : more[i], op->d[i]);
}

/* Words of S in lines of at most 76 columns, indented. */
static void add_paragraph(text *t, const char *s)
{
    int column = 0;
    for (const char *end; *s; s = end) {
        end = s + strcspn(s, " ");
        int width = text_columns(s, (size_t)(end - s));
        bool fits = column > 0 && column + 1 + width <= 76;
        text_puts(t, fits ? " " : column ? "\n    " : "    ");
        text_add(t, s, (size_t)(end - s));
        column = fits ? column + 1 + width : width;
        while (*end == ' ') end++;
    }
    text_puts(t, "\n");
}

void help_operator_page(text *t, int id)
{
    const ml_op_info *op = &ml_ops[id];
    add_call(t, op);
    add_method(t, op);
    text_puts(t, "\n");
    add_paragraph(t, op->help);
    text_puts(t, "\n");
    parameter p;
    const char *rest = op->sig;
    while ((rest = read_parameter(rest, &p))) {
        text_format(t, "    %-11s %s", p.name, kind_text(p.kind));
        if (*p.value)
            text_format(t, "; default %s", p.value);
        else if (p.optional)
            text_puts(t, "; may be left out");
        text_puts(t, "\n");
    }
    add_types(t, op->types);
    add_formulas(t, op);
    if (op->example) text_format(t, "    example     %s\n", op->example);
}

/* ---- Lua functions --------------------------------------------------------------------------- */

/* The next line of a doc comment without its dashes; NULL at the end. */
static const char *next_text(const char **p, const char *end, size_t *n)
{
    if (*p >= end) return NULL;
    const char *line = *p, *stop = memchr(line, '\n', (size_t)(end - line));
    if (!stop) stop = end;
    *p = stop < end ? stop + 1 : end;
    while (line < stop && (*line == ' ' || *line == '\t')) line++;
    while (line < stop && *line == '-') line++;
    if (line < stop && *line == ' ') line++;
    while (stop > line && isspace((unsigned char)stop[-1])) stop--;
    *n = (size_t)(stop - line);
    return line;
}

static const char *skip_word(const char *s, const char *end)
{
    while (s < end && !isspace((unsigned char)*s)) s++;
    while (s < end && isspace((unsigned char)*s)) s++;
    return s;
}

/* One line with a tag ("@param name what it is"). */
static void add_tag(text *t, const char *line, size_t n)
{
    const char *end = line + n, *rest = skip_word(line, end);
    bool typed = line[1] == 't' && strncmp(line, "@type", 5) != 0;
    if (strncmp(line, "@param", 6) == 0 || strncmp(line, "@tparam", 7) == 0) {
        const char *type = rest;
        if (typed) rest = skip_word(rest, end);
        const char *what = skip_word(rest, end), *name_end = what;
        while (name_end > rest && isspace((unsigned char)name_end[-1])) name_end--;
        text_format(t, "    %-11.*s ", (int)(name_end - rest), rest);
        if (typed) text_format(t, "%.*s", (int)(rest - type), type);
        if (strncmp(line + 7, "[opt", 4) == 0) text_puts(t, "(may be left out) ");
        text_add(t, what, (size_t)(end - what));
        text_puts(t, "\n");
    } else if (strncmp(line, "@return", 7) == 0 || strncmp(line, "@treturn", 8) == 0) {
        text_puts(t, "    returns     ");
        text_add(t, rest, (size_t)(end - rest));
        text_puts(t, "\n");
    } else if (strncmp(line, "@usage", 6) == 0 || strncmp(line, "@example", 8) == 0) {
        text_puts(t, "    example     ");
        text_add(t, rest, (size_t)(end - rest));
        text_puts(t, "\n");
    }
}

void help_lua_page(text *t, const lua_doc *doc)
{
    const char *p = doc->text, *line;
    size_t n, last = 0;
    text_puts(t, doc->name);
    if (doc->arguments) text_add(t, doc->arguments, doc->arguments_size);
    text_puts(t, "\n\n");
    bool tags = false, skipped = false, blank = false;
    while ((line = next_text(&p, doc->end, &n))) {
        if (n > 0 && *line == '@') {
            size_t before = t->size;
            if (!tags && last > 0) text_puts(t, "\n");
            size_t start = t->size;
            add_tag(t, line, n);
            skipped = t->size == start;
            if (skipped)
                t->size = before, t->data[before] = '\0';
            else
                tags = true, blank = false;
        } else if (n > 0 && !skipped) {
            if (blank) text_puts(t, "\n");
            text_puts(t, tags ? "                " : "    ");
            text_add(t, line, n);
            text_puts(t, "\n");
            blank = false, last = n;
        } else
            blank = last > 0 && !skipped;
    }
}

void help_first_sentence(text *t, const lua_doc *doc)
{
    const char *p = doc->text, *line;
    size_t n;
    for (bool begun = false; (line = next_text(&p, doc->end, &n)) && *line != '@'; begun = true) {
        if (n == 0 && begun) return;
        if (begun) text_puts(t, " ");
        for (size_t i = 0; i < n; i++)
            if (line[i] == '.' && (i + 1 == n || line[i + 1] == ' ')) {
                text_add(t, line, i);
                return;
            }
        text_add(t, line, n);
    }
}

void help_words(text *t, const char *word, int *column, int columns)
{
    int n = text_columns(word, strlen(word));
    if (*column + n + 1 >= columns && *column > 4) {
        text_puts(t, "\n   ");
        *column = 3;
    }
    text_format(t, " %s", word);
    *column += n + 1;
}
