/* ipynb_read.c -- reading Jupyter's notebooks; see ipynb.h.  Outputs: ipynb_outputs.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/ipynb_private.h"
#include "repl/notebook_json.h"

bool ipynb_fail(ipynb_reader *r, const char *place, const char *problem)
{
    snprintf(r->error, r->room, "%s: %s: %s", r->name, place, problem);
    return false;
}

bool ipynb_get_text(const json_t *value, buffer *out)
{
    if (json_is_string(value)) {
        buffer_add(out, json_string_value(value), json_string_length(value));
        return true;
    }
    if (!json_is_array(value)) return false;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *line = json_array_get(value, i);
        if (!json_is_string(line)) return false;
        buffer_add(out, json_string_value(line), json_string_length(line));
    }
    return true;
}

/* ---- metadata -------------------------------------------------------------------------------- */

/* What changes from run to run, or is written elsewhere. */
static bool is_dropped(const char *key)
{
    static const char *const keys[] = { "execution", "ExecuteTime", "collapsed", "scrolled", NULL };
    for (int i = 0; keys[i]; i++)
        if (strcmp(keys[i], key) == 0) return true;
    return false;
}

/* Appends " key=value" as an option. */
static void add_option(buffer *b, const char *key, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text) b->failed = true;
    if (text) buffer_format(b, "%s%s=%s", b->size ? " " : "", key, text);
    free(text);
}

static bool is_option_name(const char *key)
{
    size_t n;
    char option[80];
    int length = snprintf(option, sizeof option, "%s=1", key);
    return length > 0 && (size_t)length < sizeof option && strcmp(key, "metadata") != 0 &&
           cell_option_length(option, (size_t)length, &n) == (size_t)length && n == strlen(key);
}

/* Is it a title, or words that could stand there?  What looks like an option or a type is not. */
static bool is_title(const json_t *value)
{
    const char *s = json_string_value(value);
    return s && *s && !strpbrk(s, "\r\n[]=") && strlen(s) < 200;
}

/* Title and options from a cell's metadata. */
static bool read_metadata(notebook_cell *c, json_t *metadata, const json_t *attachments)
{
    buffer options = { 0 };
    const char *key;
    json_t *value, *others = json_object();
    bool good = others != NULL;
    if (is_title(json_object_get(metadata, "title"))) {
        good = good && cell_set_title(c, json_string_value(json_object_get(metadata, "title")));
        json_object_del(metadata, "title");
    }
    json_object_foreach(metadata, key, value)
    {
        if (is_dropped(key) || (strcmp(key, "tags") == 0 && json_array_size(value) == 0)) continue;
        if (is_option_name(key))
            add_option(&options, key, value);
        else
            good = good && json_object_set(others, key, value) == 0;
    }
    if (json_object_size(others) > 0) add_option(&options, "metadata", others);
    if (json_object_size(attachments) > 0) add_option(&options, "attachments", attachments);
    json_decref(others);
    char *text = buffer_take(&options, NULL);
    good = good && text && cell_set_options(c, text);
    free(text);
    return good;
}

/* "exercise" … of a cell that we wrote. */
static int moonlab_type(json_t *metadata)
{
    const json_t *ours = json_object_get(metadata, "moonlab");
    const char *word = json_string_value(json_object_get(ours, "type"));
    int type = word ? cell_type_find(word, strlen(word)) : -1;
    if (type >= 0) json_object_del(metadata, "moonlab");
    return type;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static bool read_type(ipynb_reader *r, const json_t *cell, const char *place, cell_type *type,
                      int *level)
{
    const char *word = json_string_value(json_object_get(cell, "cell_type"));
    char problem[120];
    *level = 0;
    if (!word) return ipynb_fail(r, place, "a cell's \"cell_type\" is a string");
    if (strcmp(word, "code") == 0)
        *type = CELL_CODE;
    else if (strcmp(word, "markdown") == 0 || strcmp(word, "html") == 0)
        *type = CELL_MARKDOWN;
    else if (strcmp(word, "raw") == 0)
        *type = CELL_RAW;
    else if (strcmp(word, "heading") == 0 && r->version == 3) {
        *type = CELL_MARKDOWN;
        json_int_t n = json_integer_value(json_object_get(cell, "level"));
        *level = n < 1 ? 1 : n > 6 ? 6 : (int)n;
    } else {
        snprintf(problem, sizeof problem,
                 "\"cell_type\" is \"%.60s\"; code, markdown and raw are "
                 "known",
                 word);
        return ipynb_fail(r, place, problem);
    }
    return true;
}

/* The source without line ends at its end: they separate cells in a file. */
static char *read_source(ipynb_reader *r, const json_t *cell, const char *place, int level,
                         size_t *size)
{
    const char *key = r->version == 3 && json_object_get(cell, "input") ? "input" : "source";
    buffer b = { 0 };
    for (int i = 0; i < level; i++) buffer_puts(&b, "#");
    if (level) buffer_puts(&b, " ");
    if (!ipynb_get_text(json_object_get(cell, key), &b)) {
        buffer_free(&b);
        char problem[80];
        snprintf(problem, sizeof problem, "\"%s\" is a string or a list of strings", key);
        ipynb_fail(r, place, problem);
        return NULL;
    }
    while (b.size > 0 && b.data[b.size - 1] == '\n') b.data[--b.size] = '\0';
    char *text = buffer_take(&b, size);
    if (!text) ipynb_fail(r, place, "out of memory");
    return text;
}

static bool read_cell(ipynb_reader *r, notebook *nb, json_t *cell, const char *place)
{
    cell_type type;
    int level, ours;
    size_t size;
    json_t *metadata = json_object_get(cell, "metadata"), *list = json_object_get(cell, "outputs");
    if (!json_is_object(cell)) return ipynb_fail(r, place, "a cell is an object");
    if (!read_type(r, cell, place, &type, &level)) return false;
    if (metadata && !json_is_object(metadata))
        return ipynb_fail(r, place, "\"metadata\" is an object");
    if ((ours = moonlab_type(metadata)) >= 0) type = (cell_type)ours;
    char *source = read_source(r, cell, place, level, &size);
    if (!source) return false;
    notebook_cell *c = cell_new(0, type, source, size);
    free(source);
    if (!c || !read_metadata(c, metadata, json_object_get(cell, "attachments")) ||
        !notebook_append(nb, c)) {
        cell_release(c);
        return ipynb_fail(r, place, "out of memory");
    }
    if (!list || json_array_size(list) == 0) return true;
    outputs *o = notebook_outputs(nb, notebook_count(nb) - 1);
    return o ? ipynb_read_outputs(r, list, place, o) : ipynb_fail(r, place, "out of memory");
}

static bool read_cells(ipynb_reader *r, notebook *nb, const json_t *parent, const char *where)
{
    json_t *cells = json_object_get(parent, "cells");
    char place[80];
    if (!json_is_array(cells)) {
        snprintf(place, sizeof place, "%scells", where);
        return ipynb_fail(r, place, "a list of cells is expected");
    }
    for (size_t i = 0; i < json_array_size(cells); i++) {
        snprintf(place, sizeof place, "%scells[%zu]", where, i);
        if (!read_cell(r, nb, json_array_get(cells, i), place)) return false;
    }
    return true;
}

static bool read_worksheets(ipynb_reader *r, notebook *nb, const json_t *root)
{
    json_t *sheets = json_object_get(root, "worksheets");
    if (!json_is_array(sheets)) return ipynb_fail(r, "worksheets", "a list is expected");
    for (size_t i = 0; i < json_array_size(sheets); i++) {
        char place[40];
        snprintf(place, sizeof place, "worksheets[%zu].", i);
        if (!read_cells(r, nb, json_array_get(sheets, i), place)) return false;
    }
    return true;
}

/* ---- the notebook ---------------------------------------------------------------------------- */

/* Metadata that only says what every notebook of ours says. */
static void drop_ours(json_t *metadata)
{
    const json_t *kernel = json_object_get(metadata, "kernelspec");
    const char *name = json_string_value(json_object_get(kernel, "name"));
    if (!name || strcmp(name, "moonlab") != 0) return;
    json_object_del(metadata, "kernelspec");
    json_object_del(metadata, "language_info");
}

static bool read_header(ipynb_reader *r, notebook *nb, json_t *metadata)
{
    buffer b = { 0 };
    drop_ours(metadata);
    const json_t *ours = json_object_get(metadata, "moonlab");
    const json_t *seed = json_object_get(ours, "seed"), *title = json_object_get(metadata, "title");
    const char *digits = json_string_value(seed);
    bool has_seed = digits && *digits && strspn(digits, "0123456789") == strlen(digits);
    buffer_puts(&b, "-- ---\n-- moonlab: {format: 1");
    if (has_seed) buffer_format(&b, ", seed: %s", digits);
    buffer_puts(&b, "}\n");
    if (is_title(title)) buffer_format(&b, "-- title: %s\n", json_string_value(title));
    if (is_title(title)) json_object_del(metadata, "title");
    json_object_del(metadata, "moonlab");
    char *rest = json_object_size(metadata) ? json_dumps(metadata, JSON_COMPACT) : NULL;
    if (rest) buffer_format(&b, "-- jupyter: %s\n", rest);
    free(rest);
    buffer_puts(&b, "-- ---\n\n");
    size_t size;
    char *header = buffer_take(&b, &size);
    bool good = header && notebook_set_header(nb, header, size);
    free(header);
    return good || ipynb_fail(r, "metadata", "out of memory");
}

static bool read_root(ipynb_reader *r, notebook *nb, const json_t *root)
{
    json_t *format = json_object_get(root, "nbformat");
    json_t *metadata = json_object_get(root, "metadata");
    if (!json_is_object(root)) return ipynb_fail(r, "the file", "a notebook is an object");
    if (!json_is_integer(format))
        return ipynb_fail(r, "nbformat", "a number is expected; is this a notebook?");
    json_int_t version = json_integer_value(format);
    if (version != 3 && version != 4)
        return ipynb_fail(r, "nbformat",
                          "versions 3 and 4 are read; Jupyter's command "
                          "\"jupyter nbconvert --to notebook\" converts others");
    r->version = (int)version;
    if (metadata && !json_is_object(metadata))
        return ipynb_fail(r, "metadata", "an object is expected");
    return read_header(r, nb, metadata) &&
           (version == 3 ? read_worksheets(r, nb, root) : read_cells(r, nb, root, ""));
}

notebook *ipynb_parse(const char *name, const char *bytes, size_t size, char *error, size_t room)
{
    json_error_t why;
    size_t bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    json_t *root = json_loadb(bytes + bom, size - bom, JSON_ALLOW_NUL, &why);
    if (!root) {
        snprintf(error, room, "%s:%d:%d: %s", name, why.line, why.column, why.text);
        return NULL;
    }
    ipynb_reader r = { .name = name, .error = error, .room = room };
    notebook *nb = notebook_new();
    bool good = nb ? read_root(&r, nb, root) : ipynb_fail(&r, "the file", "out of memory");
    json_decref(root);
    if (good) return nb;
    notebook_free(nb);
    return NULL;
}
