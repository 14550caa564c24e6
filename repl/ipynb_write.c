/* ipynb_write.c -- writing Jupyter's notebooks (nbformat 4.5); see ipynb.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/ipynb_private.h"
#include "repl/notebook_json.h"
#include "repl/percent.h"

/* ---- metadata -------------------------------------------------------------------------------- */

/* A value of an option: JSON, or a word. */
static json_t *option_value(const char *s, size_t n)
{
    json_t *value = json_loadb(s, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    return value ? value : json_text(s, n);
}

/* Tags may be written as words: tags=slow,volatile. */
static json_t *tags_value(const char *s, size_t n)
{
    json_t *value = json_loadb(s, n, 0, NULL), *list = json_array();
    for (size_t i = 0; !value && list && i < n;) {
        size_t k = i;
        while (k < n && !strchr("[]\"', ", s[k])) k++;
        if (k > i) json_array_append_new(list, json_text(s + i, k - i));
        i = k + 1;
    }
    for (size_t i = 0; value && list && i < json_array_size(value); i++)
        if (json_is_string(json_array_get(value, i)))
            json_array_append(list, json_array_get(value, i));
    json_decref(value);
    return list;
}

/* Sets what the options of C say in METADATA; what belongs elsewhere goes into CELL. */
static void set_options(json_t *cell, json_t *metadata, const notebook_cell *c)
{
    const char *s = c->options, *end = s + strlen(s);
    while (s < end) {
        size_t k, n = cell_option_length(s, (size_t)(end - s), &k);
        char key[80];
        if (n == 0 || k >= sizeof key) {
            s += n ? n : 1;
            continue;
        }
        memcpy(key, s, k);
        key[k] = '\0';
        bool tags = strcmp(key, "tags") == 0;
        json_t *value =
            tags ? tags_value(s + k + 1, n - k - 1) : option_value(s + k + 1, n - k - 1);
        if (strcmp(key, "metadata") == 0 && json_is_object(value))
            json_object_update(metadata, value), json_decref(value);
        else if (strcmp(key, "attachments") == 0 && json_is_object(value) && !cell_is_code(c))
            json_object_set_new(cell, key, value);
        else
            json_object_set_new(metadata, key, value);
        s += n;
    }
}

static json_t *cell_metadata(json_t *cell, const notebook_cell *c)
{
    json_t *metadata = json_object();
    if (!metadata) return NULL;
    set_options(cell, metadata, c);
    if (*c->title) json_object_set_new(metadata, "title", json_text(c->title, strlen(c->title)));
    if (c->type != CELL_CODE && c->type != CELL_MARKDOWN && c->type != CELL_RAW)
        json_object_set_new(metadata, "moonlab",
                            json_pack("{s:s}", "type", cell_type_word(c->type)));
    return metadata;
}

static json_t *notebook_metadata(const notebook *nb)
{
    size_t size, n;
    uint64_t seed;
    const char *header = notebook_header(nb, &size);
    json_t *metadata = json_pack("{s:{s:s,s:s,s:s},s:{s:s,s:s,s:s},s:{s:i}}", "kernelspec",
                                 "display_name", "moonlab (Lua)", "language", "lua", "name",
                                 "moonlab", "language_info", "file_extension", ".lua", "mimetype",
                                 "text/x-lua", "name", "lua", "moonlab", "format", 1);
    const char *s = percent_header_value(header, size, "jupyter", &n);
    json_t *others = s ? json_loadb(s, n, 0, NULL) : NULL;
    if (json_object_get(others, "kernelspec")) json_object_del(metadata, "language_info");
    if (json_is_object(others)) json_object_update(metadata, others);
    json_decref(others);
    if ((s = percent_header_value(header, size, "title", &n)))
        json_object_set_new(metadata, "title", json_text(s, n));
    if (percent_seed(header, size, &seed)) {
        char digits[24];
        snprintf(digits, sizeof digits, "%" PRIu64, seed);
        json_t *ours = json_object_get(metadata, "moonlab");
        if (ours) json_object_set_new(ours, "seed", json_string(digits));
    }
    return metadata;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* An id made from what the cell is; a cell that is there N times before gets another number. */
static void make_id(char id[32], const notebook_cell *c, int n)
{
    uint64_t hash = c->hash ^ (uint64_t)c->type * 0x9E3779B97F4A7C15u;
    if (n > 0)
        snprintf(id, 32, "%016" PRIx64 "-%d", hash, n + 1);
    else
        snprintf(id, 32, "%016" PRIx64, hash);
}

static json_t *write_cell(const notebook_cell *c, int before)
{
    char id[32];
    bool code = cell_is_code(c);
    make_id(id, c, before);
    json_t *cell = json_pack("{s:s,s:s,s:o}", "cell_type",
                             code                  ? "code"
                             : c->type == CELL_RAW ? "raw"
                                                   : "markdown",
                             "id", id, "source", ipynb_lines(c->source, c->size));
    bool good = cell && json_object_set_new(cell, "metadata", cell_metadata(cell, c)) == 0;
    if (good && code)
        good = json_object_set_new(cell, "outputs", ipynb_outputs(c->outputs)) == 0 &&
               json_object_set_new(cell, "execution_count", json_null()) == 0;
    if (good) return cell;
    json_decref(cell);
    return NULL;
}

/* For every cell, how many like it come before. */
typedef struct seen {
    uint64_t hash;
    int type, at;
} seen;

static int compare_seen(const void *pa, const void *pb)
{
    const seen *a = pa, *b = pb;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->type != b->type) return a->type - b->type;
    return a->at - b->at;
}

static int *count_before(const notebook *nb)
{
    int n = notebook_count(nb);
    int *before = calloc((size_t)n + 1, sizeof *before);
    seen *list = malloc(((size_t)n + 1) * sizeof *list);
    for (int i = 0; list && i < n; i++)
        list[i] = (seen){ notebook_at(nb, i)->hash, (int)notebook_at(nb, i)->type, i };
    if (list) qsort(list, (size_t)n, sizeof *list, compare_seen);
    for (int i = 1; list && before && i < n; i++)
        if (list[i].hash == list[i - 1].hash && list[i].type == list[i - 1].type)
            before[list[i].at] = before[list[i - 1].at] + 1;
    if (!list) free(before), before = NULL;
    free(list);
    return before;
}

void ipynb_print(const notebook *nb, buffer *out)
{
    int *before = count_before(nb);
    json_t *cells = json_array();
    bool good = before && cells;
    for (int i = 0; good && i < notebook_count(nb); i++)
        good = json_array_append_new(cells, write_cell(notebook_at(nb, i), before[i])) == 0;
    free(before);
    json_t *root = good ? json_pack("{s:O,s:o,s:i,s:i}", "cells", cells, "metadata",
                                    notebook_metadata(nb), "nbformat", 4, "nbformat_minor", 5)
                        : NULL;
    json_decref(cells);
    json_print(out, root, JSON_INDENT(1) | JSON_SORT_KEYS);
    buffer_puts(out, "\n");
}
