/* ipynb_outputs.c -- outputs of cells in Jupyter's notebooks, both ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/base64.h"
#include "repl/figure_view.h"
#include "repl/ipynb_private.h"
#include "repl/notebook_json.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* What a bundle has, by type; version 3 has short names. */
static const struct {
    const char *mime, *old;
} kinds[] = {
    { "text/plain", "text" },  { "image/png", "png" },     { "image/jpeg", "jpeg" },
    { "image/gif", "" },       { "image/svg+xml", "svg" }, { "text/markdown", "" },
    { "text/latex", "latex" },
};
enum { PLAIN, PNG, JPEG, GIF, SVG, MARKDOWN, LATEX, KINDS };

static const json_t *of_kind(const ipynb_reader *r, const json_t *bundle, int kind)
{
    return json_object_get(bundle, r->version == 3 ? kinds[kind].old : kinds[kind].mime);
}

/* Adds a record of text and data, and empties both. */
static bool add(ipynb_reader *r, outputs *o, output record, buffer *text, buffer *data,
                const char *place)
{
    record.text = buffer_take(text, &record.size);
    record.data = buffer_take(data, &record.data_size);
    bool good = record.text && record.data && outputs_add(o, &record);
    free(record.text);
    free(record.data);
    return good || ipynb_fail(r, place, "out of memory");
}

static void end_line(buffer *b)
{
    if (b->size > 0 && b->data[b->size - 1] != '\n') buffer_puts(b, "\n");
}

/* The data of a figure of ours, by which it can be drawn again; else nothing is added. */
static bool read_figure(const json_t *bundle, buffer *data)
{
    const json_t *value = json_object_get(bundle, FIGURE_MIME);
    bool good = value && ipynb_get_text(value, data) && data->size > 0 &&
                plot_is_written(data->data, data->size);
    if (!good) buffer_free(data);
    return good;
}

static bool read_bundle(ipynb_reader *r, const json_t *bundle, bool result, const char *place,
                        outputs *o)
{
    buffer text = { 0 }, data = { 0 };
    if (!json_is_object(bundle)) return ipynb_fail(r, place, "\"data\" is an object");
    output record = { .kind = result ? OUTPUT_VALUE : OUTPUT_TABLE };
    const json_t *plain = of_kind(r, bundle, PLAIN);
    bool good = !plain || ipynb_get_text(plain, &text), figure = read_figure(bundle, &data);
    if (figure) record.kind = OUTPUT_FIGURE, record.mime = (char *)(uintptr_t) "";
    for (int k = PNG; good && k <= SVG && !record.mime; k++) {
        const json_t *value = of_kind(r, bundle, k);
        buffer letters = { 0 };
        if (!value) continue;
        good = ipynb_get_text(value, &letters);
        record.kind = k == SVG ? OUTPUT_FIGURE : OUTPUT_IMAGE;
        record.mime = (char *)(uintptr_t)kinds[k].mime;
        if (good && k == SVG)
            buffer_add(&data, letters.data ? letters.data : "", letters.size);
        else if (good)
            good = base64_decode(&data, letters.data ? letters.data : "", letters.size);
        buffer_free(&letters);
    }
    for (int k = MARKDOWN; good && k <= LATEX; k++) {
        const json_t *value = of_kind(r, bundle, k);
        if (!value || record.mime || (k == LATEX && text.size > 0)) continue;
        buffer_free(&text);
        good = ipynb_get_text(value, &text);
        record.kind = OUTPUT_MARKDOWN;
        break;
    }
    end_line(&text);
    if (good && (text.size > 0 || record.mime)) return add(r, o, record, &text, &data, place);
    buffer_free(&text);
    buffer_free(&data);
    return good || ipynb_fail(r, place, "data that is no text and no base64");
}

static bool read_error(ipynb_reader *r, const json_t *value, const char *place, outputs *o)
{
    buffer text = { 0 }, none = { 0 };
    const json_t *traceback = json_object_get(value, "traceback");
    for (size_t i = 0; i < json_array_size(traceback); i++) {
        const char *line = json_string_value(json_array_get(traceback, i));
        if (line) buffer_format(&text, "%s\n", line);
    }
    const char *name = json_string_value(json_object_get(value, "ename"));
    const char *message = json_string_value(json_object_get(value, "evalue"));
    if (text.size == 0)
        buffer_format(&text, "%s: %s\n", name ? name : "error", message ? message : "");
    return add(r, o, (output){ .kind = OUTPUT_ERROR }, &text, &none, place);
}

static bool read_stream(ipynb_reader *r, const json_t *value, const char *place, outputs *o)
{
    buffer text = { 0 }, none = { 0 };
    const char *name =
        json_string_value(json_object_get(value, r->version == 3 ? "stream" : "name"));
    if (!ipynb_get_text(json_object_get(value, "text"), &text)) {
        buffer_free(&text);
        return ipynb_fail(r, place, "\"text\" is a string or a list of strings");
    }
    output record = { .kind = OUTPUT_STREAM, .errors = name && strcmp(name, "stderr") == 0 };
    return add(r, o, record, &text, &none, place);
}

bool ipynb_read_outputs(ipynb_reader *r, const json_t *list, const char *cell, outputs *o)
{
    char place[120], problem[120];
    if (!json_is_array(list)) return ipynb_fail(r, cell, "\"outputs\" is a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);
        const char *type = json_string_value(json_object_get(value, "output_type"));
        bool good;
        snprintf(place, sizeof place, "%s.outputs[%zu]", cell, i);
        if (!type) return ipynb_fail(r, place, "an output's \"output_type\" is a string");
        bool result = strcmp(type, "execute_result") == 0 || strcmp(type, "pyout") == 0;
        if (result || strcmp(type, "display_data") == 0)
            good = read_bundle(r, r->version == 3 ? value : json_object_get(value, "data"), result,
                               place, o);
        else if (strcmp(type, "stream") == 0)
            good = read_stream(r, value, place, o);
        else if (strcmp(type, "error") == 0 || strcmp(type, "pyerr") == 0)
            good = read_error(r, value, place, o);
        else {
            snprintf(problem, sizeof problem, "output_type \"%.60s\" is not known", type);
            good = ipynb_fail(r, place, problem);
        }
        if (!good) return false;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

json_t *ipynb_lines(const char *text, size_t size)
{
    json_t *list = json_array();
    for (size_t at = 0; list && at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t n = end ? (size_t)(end - text) + 1 - at : size - at;
        if (json_array_append_new(list, json_text(text + at, n)) < 0) {
            json_decref(list);
            return NULL;
        }
        at += n;
    }
    return list;
}

static json_t *letters_of(const output *r)
{
    buffer b = { 0 };
    size_t n;
    base64_encode(&b, r->data, r->data_size);
    char *text = buffer_take(&b, &n);
    json_t *value = text ? json_stringn(text, n) : NULL;
    free(text);
    return value;
}

/* What else a figure is in a bundle: a picture, and itself. */
static bool add_figure(json_t *data, const output *r)
{
    size_t n;
    char *svg = figure_svg(r, &n);
    bool good = json_object_set_new(data, FIGURE_MIME, ipynb_lines(r->data, r->data_size)) == 0 &&
                (!svg || json_object_set_new(data, "image/svg+xml", ipynb_lines(svg, n)) == 0);
    free(svg);
    return good;
}

/* {"output_type": …, "data": {…}, "metadata": {}} of a text without its last line end. */
static json_t *bundle(const output *r, const char *text, size_t n)
{
    bool result = r->kind == OUTPUT_VALUE;
    if (n > 0 && text[n - 1] == '\n') n--;
    json_t *data = json_object();
    bool good = data && json_object_set_new(data, "text/plain", ipynb_lines(text, n)) == 0;
    if (good && r->kind == OUTPUT_MARKDOWN)
        good = json_object_set_new(data, "text/markdown", ipynb_lines(text, n)) == 0;
    if (good && output_has_figure(r)) good = add_figure(data, r);
    if (good && output_is_picture(r) && strcmp(r->mime, "image/svg+xml") == 0)
        good = json_object_set_new(data, r->mime, ipynb_lines(r->data, r->data_size)) == 0;
    else if (good && output_is_picture(r))
        good = json_object_set_new(data, r->mime, letters_of(r)) == 0;
    json_t *value = json_pack("{s:s,s:o?,s:{}}", "output_type",
                              result ? "execute_result" : "display_data", "data", data, "metadata");
    if (value && result)
        good = good && json_object_set_new(value, "execution_count", json_null()) == 0;
    if (good) return value;
    json_decref(value);
    return NULL;
}

static json_t *error_of(const char *text, size_t n)
{
    const char *end = memchr(text, '\n', n);
    size_t first = end ? (size_t)(end - text) : n;
    json_t *lines = json_array();
    for (size_t at = 0; lines && at < n;) {
        const char *stop = memchr(text + at, '\n', n - at);
        size_t length = stop ? (size_t)(stop - text) - at : n - at;
        if (json_array_append_new(lines, json_text(text + at, length)) < 0) break;
        at += length + 1;
    }
    return json_pack("{s:s,s:s,s:o,s:o}", "output_type", "error", "ename", "Error", "evalue",
                     json_text(text, first), "traceback", lines);
}

static json_t *write_record(const output *r)
{
    size_t n;
    char *text = output_canonical(r, &n);
    json_t *value = NULL;
    if (text && (r->kind == OUTPUT_STREAM || r->kind == OUTPUT_PROGRESS))
        value = json_pack("{s:s,s:s,s:o}", "output_type", "stream", "name",
                          r->errors ? "stderr" : "stdout", "text", ipynb_lines(text, n));
    else if (text && r->kind == OUTPUT_ERROR)
        value = error_of(text, n);
    else if (text)
        value = bundle(r, text, n);
    free(text);
    return value;
}

json_t *ipynb_outputs(const outputs *o)
{
    json_t *list = json_array();
    for (int i = 0; list && o && i < o->n; i++) {
        if (json_array_append_new(list, write_record(&o->list[i])) == 0) continue;
        json_decref(list);
        return NULL;
    }
    return list;
}
