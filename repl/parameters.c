/* parameters.c -- -p name=value for notebooks; see headless.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/headless.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* The names that cells tagged parameters set, together; NULL out of memory. */
static char **known_names(const notebook *nb, bool *tagged)
{
    char **all = calloc(1, sizeof *all);
    size_t n = 0;
    *tagged = false;
    for (int i = 0; all && i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (!cell_is_code(c) || !cell_has_tag(c, "parameters")) continue;
        *tagged = true;
        char **names = session_assigned(c->source, c->size);
        size_t more = 0;
        while (names && names[more]) more++;
        char **larger = realloc(all, (n + more + 1) * sizeof *all);
        if (larger) all = larger;
        for (size_t k = 0; k < more; k++) {
            if (larger)
                all[n++] = names[k];
            else
                free(names[k]);
        }
        all[n] = NULL;
        free(names);
    }
    return all;
}

static void free_names(char **names)
{
    for (size_t i = 0; names && names[i]; i++) free(names[i]);
    free(names);
}

static bool is_known(char *const names[], const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

/* Shows that there is no such parameter, which there are, and the nearest. */
static bool unknown(const char *path, char *const names[], const char *name)
{
    buffer b = { 0 };
    const char *nearest = NULL;
    int least = 4;
    for (size_t i = 0; names[i]; i++) {
        int distance = session_name_distance(name, names[i], least);
        if (distance < least) least = distance, nearest = names[i];
        buffer_format(&b, "%s%s", i ? ", " : "", names[i]);
    }
    char *list = buffer_take(&b, NULL);
    if (nearest)
        usage_error("-p %s: %s has no such parameter; did you mean %s? (it has %s)", name, path,
                    nearest, list ? list : "others");
    else
        usage_error("-p %s: %s has no such parameter; it has %s", name, path,
                    list && *list ? list : "none");
    free(list);
    return false;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Cuts TEXT at its commas that stand in no brackets and no quotes. */
static bool cut_values(parameter *p, char *text)
{
    size_t commas = 0;
    for (const char *s = text; *s; s++) commas += *s == ',';
    p->values = calloc(commas + 2, sizeof *p->values);
    if (!p->values) return false;
    int depth = 0;
    char quote = 0, *start = text;
    for (char *s = text;; s++) {
        char c = *s;
        if (quote && c == '\\' && s[1])
            s++;
        else if (quote && c == quote)
            quote = 0;
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else if (!quote && c && strchr("([{", c))
            depth++;
        else if (!quote && c && strchr(")]}", c))
            depth--;
        if (c && (c != ',' || quote || depth > 0)) continue;
        *s = '\0';
        p->values[p->n++] = start;
        start = s + 1;
        if (!c) return true;
    }
}

/* Reads "name=value" into *p. */
static bool read_one(parameter *p, const char *arg)
{
    p->name = copy_bytes(arg, strlen(arg));
    if (!p->name) return usage_error("out of memory"), false;
    char *equals = strchr(p->name, '=');
    size_t n = strspn(p->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (!equals || p->name + n != equals || n == 0 || (*p->name >= '0' && *p->name <= '9'))
        return usage_error("-p %s: a parameter is given as name=value", arg), false;
    *equals = '\0';
    return cut_values(p, equals + 1) || (usage_error("out of memory"), false);
}

bool parameters_read(parameters *p, const notebook *nb, const char *path, char *const args[], int n)
{
    bool tagged, good = true;
    *p = (parameters){ .combinations = 1, .list = calloc((size_t)n + 1, sizeof *p->list) };
    char **names = known_names(nb, &tagged);
    if (!p->list || !names) good = !usage_error("out of memory");
    if (good && n > 0 && !tagged)
        good = !usage_error("-p %s: %s has no cell tagged parameters, which begins with: -- %%%% "
                            "tags=[\"parameters\"]",
                            args[0], path);
    for (int i = 0; good && i < n; i++) {
        parameter *one = &p->list[p->n++];
        good = read_one(one, args[i]) &&
               (is_known(names, one->name) || unknown(path, names, one->name));
        if (good && p->combinations > 100000 / one->n)
            good = !usage_error("-p: more than 100000 combinations");
        if (good) p->combinations *= one->n;
    }
    free_names(names);
    if (!good) parameters_free(p);
    return good;
}

void parameters_free(parameters *p)
{
    for (int i = 0; i < p->n; i++) {
        free(p->list[i].name);
        free(p->list[i].values);
    }
    free(p->list);
    *p = (parameters){ 0 };
}

void parameters_choose(parameters *p, long k)
{
    for (int i = p->n - 1; i >= 0; i--) {
        p->list[i].now = (int)(k % p->list[i].n);
        k /= p->list[i].n;
    }
}

session_status parameters_set(const parameters *p, headless *h, int i)
{
    const notebook_cell *c = notebook_at(h->file->notebook, i);
    if (p->n == 0 || !cell_has_tag(c, "parameters")) return SESSION_OK;
    char **names = session_assigned(c->source, c->size);
    session_status status = SESSION_OK;
    for (int k = 0; names && k < p->n && status == SESSION_OK; k++) {
        const parameter *one = &p->list[k];
        if (is_known(names, one->name))
            status = session_set(h->session, one->name, one->values[one->now]);
    }
    free_names(names);
    return status;
}
