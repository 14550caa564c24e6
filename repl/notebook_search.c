/* notebook_search.c -- search and replacement over the cells' sources. */
#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/notebook_steps.h"

#define GROUPS 10

struct notebook_pattern {
    bool is_regex, ignore_case;
    regex_t regex;
    char *text;
    size_t size;
};

notebook_pattern *notebook_pattern_new(const char *text, bool regex, bool ignore_case, char *error,
                                       size_t size)
{
    notebook_pattern *p = calloc(1, sizeof *p);
    char *copy = p ? copy_bytes(text, strlen(text)) : NULL;
    if (!copy || !*text) {
        snprintf(error, size, "search: %s",
                 copy ? "there is nothing to look for" : "out of memory");
        free(copy);
        free(p);
        return NULL;
    }
    *p = (notebook_pattern){ .is_regex = regex, .ignore_case = ignore_case, .text = copy };
    p->size = strlen(text);
    int flags = REG_EXTENDED | REG_NEWLINE | (ignore_case ? REG_ICASE : 0);
    int code = regex ? regcomp(&p->regex, text, flags) : 0;
    if (code == 0) return p;
    int n = snprintf(error, size, "search %s: ", text);
    if (n >= 0 && (size_t)n < size) regerror(code, &p->regex, error + n, size - (size_t)n);
    free(p->text);
    free(p);
    return NULL;
}

void notebook_pattern_free(notebook_pattern *p)
{
    if (!p) return;
    if (p->is_regex) regfree(&p->regex);
    free(p->text);
    free(p);
}

static bool equal(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i])) return false;
    return true;
}

/* The first match in s[from … n); groups[0] is where. */
static bool match(const notebook_pattern *p, const char *s, size_t n, size_t from,
                  regmatch_t groups[GROUPS])
{
    if (p->is_regex) {
        groups[0] = (regmatch_t){ .rm_so = (regoff_t)from, .rm_eo = (regoff_t)n };
        int flags = REG_STARTEND | (from > 0 && s[from - 1] != '\n' ? REG_NOTBOL : 0);
        return regexec(&p->regex, s, GROUPS, groups, flags) == 0;
    }
    const char *found = NULL;
    if (!p->ignore_case)
        found = memmem(s + from, n - from, p->text, p->size);
    else
        for (size_t i = from; i + p->size <= n && !found; i++)
            if (equal(s + i, p->text, p->size)) found = s + i;
    if (!found) return false;
    groups[0] = (regmatch_t){ .rm_so = (regoff_t)(found - s),
                              .rm_eo = (regoff_t)(found - s + (ptrdiff_t)p->size) };
    for (int i = 1; i < GROUPS; i++) groups[i] = (regmatch_t){ .rm_so = -1, .rm_eo = -1 };
    return true;
}

/* The last match of CELL that begins before END. */
static bool last_before(const notebook_pattern *p, const notebook_cell *cell, size_t end,
                        notebook_match *m)
{
    regmatch_t g[GROUPS];
    bool found = false;
    for (size_t from = 0; from <= cell->size && match(p, cell->source, cell->size, from, g);) {
        if ((size_t)g[0].rm_so >= end) break;
        found = true;
        m->at = (size_t)g[0].rm_so, m->size = (size_t)(g[0].rm_eo - g[0].rm_so);
        from = m->at + 1;
    }
    return found;
}

bool notebook_find(const notebook *nb, const notebook_pattern *p, notebook_match *m, bool backwards)
{
    regmatch_t g[GROUPS];
    if (backwards) {
        size_t end = m->at;
        for (int i = m->cell < nb->n ? m->cell : nb->n - 1; i >= 0; i--, end = SIZE_MAX) {
            notebook_match found = { .cell = i };
            if (last_before(p, nb->cells[i], end, &found)) return *m = found, true;
        }
        return false;
    }
    size_t from = m->at;
    for (int i = m->cell > 0 ? m->cell : 0; i < nb->n; i++, from = 0) {
        const notebook_cell *c = nb->cells[i];
        if (from > c->size || !match(p, c->source, c->size, from, g)) continue;
        *m = (notebook_match){ .cell = i,
                               .at = (size_t)g[0].rm_so,
                               .size = (size_t)(g[0].rm_eo - g[0].rm_so) };
        return true;
    }
    return false;
}

/* ---- replacement ----------------------------------------------------------------------------- */

static void add_replacement(buffer *b, const notebook_pattern *p, const char *by, const char *s,
                            const regmatch_t *g)
{
    if (!p->is_regex) {
        buffer_puts(b, by);
        return;
    }
    for (; *by; by++) {
        if (*by != '\\' || !by[1]) {
            buffer_add(b, by, 1);
            continue;
        }
        by++;
        if (isdigit((unsigned char)*by)) {
            const regmatch_t *group = &g[*by - '0'];
            if (group->rm_so >= 0)
                buffer_add(b, s + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
        } else
            buffer_add(b, *by == 'n' ? "\n" : *by == 't' ? "\t" : by, 1);
    }
}

/* Appends the cell's source with all matches replaced; how many there were. */
static int replaced(const notebook_pattern *p, const char *by, const notebook_cell *c, buffer *b)
{
    regmatch_t g[GROUPS];
    int count = 0;
    size_t from = 0, copied = 0;
    while (from <= c->size && match(p, c->source, c->size, from, g)) {
        size_t at = (size_t)g[0].rm_so, end = (size_t)g[0].rm_eo;
        buffer_add(b, c->source + copied, at - copied);
        add_replacement(b, p, by, c->source, g);
        count++;
        copied = end;
        from = end > at ? end : end + 1; /* an empty match: the next character stays */
    }
    if (count > 0) buffer_add(b, c->source + copied, c->size - copied);
    return count;
}

int notebook_replace(notebook *nb, const notebook_pattern *p, const char *by, int first, int count)
{
    if (first < 0 || count < 0 || first > nb->n || count > nb->n - first) return -1;
    int total = 0;
    notebook_begin(nb);
    for (int i = first; i < first + count && !nb->failed; i++) {
        buffer b = { 0 };
        size_t size;
        int n = replaced(p, by, nb->cells[i], &b);
        char *source = buffer_take(&b, &size);
        if (!source) nb->failed = true;
        if (n > 0 && source && !notebook_edit(nb, i, source, size, false)) nb->failed = true;
        free(source);
        total += n;
    }
    return steps_commit(nb, 0, false) ? total : -1;
}
