/* safetensors_read.c -- reads safetensors, refusing every header that does not fit its data
** exactly. */
#include "core/files/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/files/files.h"
#include "core/tensor.h"

const ml_safetensors_type ml_safetensors_types[ML_SAFETENSORS_TYPES] = {
    { "F32", { ML_F32, 4, true, false } },    { "F64", { ML_F64, 8, true, false } },
    { "F16", { ML_F16, 2, true, false } },    { "BF16", { ML_BF16, 2, true, false } },
    { "I64", { ML_I64, 8, true, false } },    { "I32", { ML_I32, 4, true, false } },
    { "I8", { ML_I8, 1, true, false } },      { "U8", { ML_U8, 1, false, false } },
    { "BOOL", { ML_BOOL, 1, false, false } }, { "I16", { ML_I32, 2, true, false } },
    { "U16", { ML_I32, 2, false, false } },   { "U32", { ML_I64, 4, false, false } },
    { "U64", { ML_I64, 8, false, false } },
};

typedef struct entry {
    const char *name; /* the JSON's */
    ml_element element;
    int ndim;
    int64_t shape[ML_MAX_DIMS];
    uint64_t begin, end;
} entry;

#define HEADER                8 /* its place in the file */
#define entry_fail(r, e, ...) entry_fail_((r), (e)->name, __VA_ARGS__)
#define entry_fail_(r, name, format, ...)                                                          \
    ml_read_fail_at((r), HEADER, "the header: tensor \"%s\": " format,                             \
                    ML_VISIBLE((name), strlen(name)), __VA_ARGS__)

/* ---- one tensor's entry ---------------------------------------------------------------------- */

static ml_status parse_type(const ml_reader *r, const json_t *value, entry *e)
{
    const char *name = json_string_value(value);
    for (int i = 0; name && i < ML_SAFETENSORS_TYPES; i++)
        if (strcmp(name, ml_safetensors_types[i].name) == 0) {
            e->element = ml_safetensors_types[i].element;
            return ML_OK;
        }
    return entry_fail(r, e,
                      "dtype %s is unknown; F64 F32 F16 BF16, the integers and BOOL are known",
                      name ? ML_VISIBLE(name, strlen(name)) : "(not a string)");
}

static ml_status parse_sizes(const ml_reader *r, const json_t *value, entry *e)
{
    size_t n = json_array_size(value); /* 0 if it is no array */
    if (!json_is_array(value) || n > ML_MAX_DIMS)
        return entry_fail(r, e, "shape should be a list of at most %d sizes", ML_MAX_DIMS);
    e->ndim = (int)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *size = json_array_get(value, i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return entry_fail(r, e, "size %zu of its shape is not a whole number from 0", i + 1);
        e->shape[i] = json_integer_value(size);
    }
    return ML_OK;
}

/* BYTES are those of all data in the file. */
static ml_status parse_offsets(const ml_reader *r, const json_t *value, entry *e, uint64_t bytes)
{
    const json_t *begin = json_array_get(value, 0), *end = json_array_get(value, 1);
    if (json_array_size(value) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
        json_integer_value(begin) < 0 || json_integer_value(end) < 0)
        return entry_fail(r, e, "%s should be two whole numbers from 0", "data_offsets");
    e->begin = (uint64_t)json_integer_value(begin), e->end = (uint64_t)json_integer_value(end);
    if (e->begin > e->end || e->end > bytes)
        return entry_fail(
            r, e, "data_offsets [%llu, %llu] are not in the file's %llu bytes of data",
            (unsigned long long)e->begin, (unsigned long long)e->end, (unsigned long long)bytes);
    return ML_OK;
}

static ml_status parse_entry(const ml_reader *r, const json_t *info, entry *e, uint64_t bytes)
{
    int64_t n;
    if (!json_is_object(info)) return entry_fail(r, e, "%s", "its description is not an object");
    ML_TRY(parse_type(r, json_object_get(info, "dtype"), e));
    ML_TRY(parse_sizes(r, json_object_get(info, "shape"), e));
    ML_TRY(parse_offsets(r, json_object_get(info, "data_offsets"), e, bytes));
    ML_TRY(ml_file_count(r, e->element, e->ndim, e->shape, &n));
    if ((uint64_t)n * e->element.width != e->end - e->begin)
        return entry_fail(r, e, "its shape needs %llu bytes, its data_offsets give %llu",
                          (unsigned long long)n * e->element.width,
                          (unsigned long long)(e->end - e->begin));
    return ML_OK;
}

/* ---- all entries ----------------------------------------------------------------------------- */

static int by_offset(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* The data is covered from its first to its last byte, each byte once. */
static ml_status check_cover(const ml_reader *r, const entry *e, size_t n, uint64_t bytes)
{
    uint64_t at = 0;
    for (size_t i = 0; i < n; at = e[i++].end)
        if (e[i].begin != at)
            return entry_fail(
                r, &e[i], "its data begins at %llu, %s the tensor before ends at %llu",
                (unsigned long long)e[i].begin,
                e[i].begin < at ? "inside another:" : "after a hole:", (unsigned long long)at);
    if (at != bytes)
        return ml_read_fail_at(r, r->given + at, "%llu bytes of data belong to no tensor",
                               (unsigned long long)(bytes - at));
    return ML_OK;
}

static ml_status read_texts(const ml_reader *r, json_t *metadata, ml_named *out)
{
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return ml_read_fail_at(r, HEADER, "the header: " ML_METADATA " is not an object");
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value))
            return ml_read_fail_at(r, HEADER, "the header: " ML_METADATA ": \"%s\" is not a string",
                                   ML_VISIBLE(key, strlen(key)));
        ML_TRY(ml_named_add_text(out, key, json_string_value(value)));
    }
    return ML_OK;
}

static ml_status parse_entries(const ml_reader *r, json_t *header, entry *e, size_t *n,
                               ml_named *out)
{
    uint64_t bytes = ml_read_left(r);
    const char *name;
    json_t *info;
    json_object_foreach(header, name, info)
    {
        if (strcmp(name, ML_METADATA) == 0) {
            ML_TRY(read_texts(r, info, out));
            continue;
        }
        e[*n] = (entry){ .name = name };
        ML_TRY(parse_entry(r, info, &e[(*n)++], bytes));
    }
    qsort(e, *n, sizeof *e, by_offset);
    return check_cover(r, e, *n, bytes);
}

/* The entries are in the order of their data. */
static ml_status read_data(ml_reader *r, const entry *e, size_t n, ml_named *out)
{
    ml_status status = ML_OK;
    for (size_t i = 0; status == ML_OK && i < n; i++) {
        ml_scope scope;
        ml_scope_open(&scope);
        ml_tensor *t = ml_read_tensor(r, e[i].element, e[i].ndim, e[i].shape);
        status = t ? ml_named_add(out, e[i].name, t) : ml_error_status();
        ml_scope_close(&scope);
    }
    return status;
}

static ml_status read_tensors(ml_reader *r, json_t *header, ml_named *out)
{
    size_t n = 0, bytes = (json_object_size(header) + 1) * sizeof(entry);
    entry *e = ml_alloc(bytes);
    if (!e) return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    ml_status status = parse_entries(r, header, e, &n, out);
    if (status == ML_OK) status = read_data(r, e, n, out);
    ml_free(e, bytes);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

static ml_status parse_json(const ml_reader *r, const char *text, size_t n, json_t **out)
{
    json_error_t error;
    if (n == 0 || text[0] != '{')
        return ml_read_fail_at(r, HEADER, "the header should begin with {");
    *out = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
    if (*out) return ML_OK;
    if (json_error_code(&error) == json_error_out_of_memory)
        return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    return ml_read_fail_at(r, HEADER + (uint64_t)error.position, "the header's JSON: %s",
                           ML_VISIBLE(error.text, strlen(error.text)));
}

static ml_status read_header(ml_reader *r, json_t **out)
{
    unsigned char length[8];
    ML_TRY(ml_read(r, length, 8, "the header's length"));
    uint64_t n = ml_load_little(length, 8);
    ML_TRY(ml_read_room(r, n, "the header"));
    if (n > ML_SAFETENSORS_LONGEST)
        return ml_read_fail_at(r, 0, "a header of %llu bytes; at most %d are read",
                               (unsigned long long)n, ML_SAFETENSORS_LONGEST);
    char *text = ml_alloc((size_t)n + 1);
    if (!text) return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    ml_status status = ml_read(r, text, (size_t)n, "the header");
    if (status == ML_OK) status = parse_json(r, text, (size_t)n, out);
    ml_free(text, (size_t)n + 1);
    return status;
}

static ml_status read_safetensors(ml_reader *r, ml_named *out)
{
    json_t *header = NULL;
    *out = (ml_named){ 0 };
    ml_status status = read_header(r, &header);
    if (status == ML_OK) status = read_tensors(r, header, out);
    json_decref(header);
    if (status != ML_OK) ml_named_free(out);
    return status;
}

ml_status ml_safetensors_load(const char *path, ml_named *out)
{
    ml_reader r;
    *out = (ml_named){ 0 };
    ML_TRY(ml_reader_open(&r, path));
    ml_status status = read_safetensors(&r, out);
    ml_reader_close(&r);
    return status;
}

ml_status ml_safetensors_parse(const char *name, const void *bytes, size_t n, ml_named *out)
{
    ml_reader r;
    ml_reader_memory(&r, name, bytes, n);
    return read_safetensors(&r, out);
}
