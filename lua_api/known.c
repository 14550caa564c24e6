/* known.c -- see known.h. */
#include "lua_api/known.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"

const char *known_bare_name(const char *name)
{
    const char *colon = strchr(name, ':');
    if (colon && !strchr(name, '.')) return colon + 1;
    return strncmp(name, "lab.", 4) == 0 || strncmp(name, "lab:", 4) == 0 ? name + 4 : name;
}

int known_operator(const char *name)
{
    char other[64];
    int op = ml_op_find(name);
    size_t n = strlen(name);
    if (op >= 0 || n < 2 || n >= sizeof other || name[n - 1] != '_') return op;
    memcpy(other, name, n - 1); /* exp_ is exp, in place */
    other[n - 1] = '\0';
    return ml_op_find(other);
}

/* ---- signatures of operators ----------------------------------------------------------------- */

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

void known_call(text *t, int id)
{
    const ml_op_info *op = &ml_ops[id];
    parameter p;
    const char *rest = op->sig;
    text_format(t, "lab.%s(", op->name);
    for (int i = 0; (rest = read_parameter(rest, &p)); i++)
        text_format(t, "%s%s%s%s%s", i ? ", " : "", p.name, p.optional && !*p.value ? "?" : "",
                    *p.value ? "=" : "", p.value);
    text_puts(t, ")");
}

/* ---- doc comments ---------------------------------------------------------------------------- */

const char *known_next_line(const char **p, const char *end, size_t *n)
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

void known_first_sentence(text *t, const lua_doc *doc)
{
    const char *p = doc->text, *line;
    size_t n;
    for (bool begun = false; (line = known_next_line(&p, doc->end, &n)) && *line != '@';
         begun = true) {
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

/* The names in a comment's @param and @tparam lines, for a class whose arguments stand nowhere else. */
static void add_tagged(text *t, const lua_doc *doc)
{
    const char *p = doc->text, *line;
    size_t n;
    int count = 0;
    text_puts(t, "(");
    while ((line = known_next_line(&p, doc->end, &n))) {
        bool typed = n > 8 && strncmp(line, "@tparam", 7) == 0;
        if (!typed && !(n > 7 && strncmp(line, "@param", 6) == 0)) continue;
        const char *end = line + n;
        for (int words = typed ? 2 : 1; words > 0 && line < end; words--) {
            while (line < end && *line != ' ') line++;
            while (line < end && *line == ' ') line++;
        }
        size_t length = 0;
        while (line + length < end && line[length] != ' ') length++;
        if (count++) text_puts(t, ", ");
        text_add(t, line, length);
    }
    text_puts(t, ")");
}

void known_signature(text *t, const lua_doc *doc)
{
    text_puts(t, doc->name);
    if (doc->arguments)
        text_add(t, doc->arguments, doc->arguments_size);
    else
        add_tagged(t, doc);
}
