/* safetensors_write.c -- writes safetensors in one way only: texts first, names in byte order,
** the data of the widest dtypes first (so that every tensor is aligned), then by name. */
#include "core/files/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/files/file_writer.h"
#include "core/files/named.h"
#include "core/tensor.h"

static ml_status no_memory(const char *path)
{
    return ml_fail(ML_MEMORY, "%s: out of memory", path);
}

static size_t width_of(const ml_named_item *item)
{
    return ml_dtype_size(ml_dtype_of(item->tensor));
}

static size_t bytes_of(const ml_named_item *item)
{
    return (size_t)ml_numel(item->tensor) * width_of(item);
}

static const char *type_name(ml_dtype dtype)
{
    int i = 0;
    while (i < ML_SAFETENSORS_TYPES - 1 && ml_safetensors_types[i].element.dtype != dtype) i++;
    return ml_safetensors_types[i].name;
}

/* ---- text ------------------------------------------------------------------------------------ */

static ml_status check_text(const char *path, const char *text)
{
    if (ml_is_utf8(text, strlen(text))) return ML_OK;
    return ml_fail(ML_VALUE, "%s: the name or text \"%s\" is not UTF-8, which safetensors needs",
                   path, ML_VISIBLE(text, strlen(text)));
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(const ml_named_text *const *)a)->key, (*(const ml_named_text *const *)b)->key);
}

static ml_status add_sorted_texts(const char *path, json_t *to, size_t n,
                                  const ml_named_text **text)
{
    qsort(text, n, sizeof(void *), by_key);
    for (size_t i = 0; i < n; i++) {
        ML_TRY(check_text(path, text[i]->key));
        ML_TRY(check_text(path, text[i]->value));
        if (json_object_set_new(to, text[i]->key, json_string(text[i]->value)) != 0)
            return no_memory(path);
    }
    return ML_OK;
}

static ml_status add_texts(const char *path, json_t *header, const ml_named *named)
{
    size_t n = (size_t)named->ntexts, bytes = (n + 1) * sizeof(ml_named_text *);
    if (n == 0) return ML_OK;
    json_t *metadata = json_object();
    if (json_object_set_new(header, ML_METADATA, metadata) != 0) return no_memory(path);
    const ml_named_text **text = ml_alloc(bytes);
    if (!text) return no_memory(path);
    for (size_t i = 0; i < n; i++) text[i] = &named->text[i];
    ml_status status = add_sorted_texts(path, metadata, n, text);
    ml_free(text, bytes);
    return status;
}

/* ---- the header ------------------------------------------------------------------------------ */

/* Where ITEM's data begins: behind all wider dtypes, and its own dtype's smaller names. */
static ml_status add_entry(const char *path, json_t *header, const ml_named_item *item,
                           uint64_t begin)
{
    if (strcmp(item->name, ML_METADATA) == 0)
        return ml_fail(ML_VALUE, "%s: a tensor cannot have the name " ML_METADATA, path);
    ML_TRY(check_text(path, item->name));
    json_t *shape = json_array();
    for (int i = 0; i < ml_ndim(item->tensor); i++)
        if (json_array_append_new(shape, json_integer(ml_shape(item->tensor)[i])) != 0) {
            json_decref(shape);
            return no_memory(path);
        }
    json_int_t from = (json_int_t)begin, to = from + (json_int_t)bytes_of(item);
    json_t *info = json_pack("{s:s, s:o, s:[I, I]}", "dtype", type_name(ml_dtype_of(item->tensor)),
                             "shape", shape, "data_offsets", from, to);
    return json_object_set_new(header, item->name, info) == 0 ? ML_OK : no_memory(path);
}

static ml_status fill_header(const char *path, json_t *header, const ml_named *named,
                             const ml_named_item *const item[])
{
    uint64_t at[9] = { 0 }, begin = 0; /* by width: where its next tensor goes */
    for (int64_t i = 0; i < named->n; i++) at[width_of(item[i])] += bytes_of(item[i]);
    for (int width = 8; width > 0; width--) {
        uint64_t bytes = at[width];
        at[width] = begin, begin += bytes;
    }
    ML_TRY(add_texts(path, header, named));
    for (int64_t i = 0; i < named->n; i++) {
        ML_TRY(add_entry(path, header, item[i], at[width_of(item[i])]));
        at[width_of(item[i])] += bytes_of(item[i]);
    }
    return ML_OK;
}

static ml_status write_padded(ml_writer *w, const char *json)
{
    size_t n = strlen(json), padded = (n + 7) / 8 * 8;
    unsigned char length[8];
    if (padded > ML_SAFETENSORS_LONGEST)
        return ml_fail(ML_VALUE,
                       "%s: names and texts need a header of %zu bytes; at most %d are allowed",
                       w->name, padded, ML_SAFETENSORS_LONGEST);
    ml_store_little(length, 8, padded);
    ML_TRY(ml_write(w, length, 8));
    ML_TRY(ml_write(w, json, n));
    return ml_write(w, "       ", padded - n);
}

static ml_status write_header(ml_writer *w, const ml_named *named,
                              const ml_named_item *const item[])
{
    json_t *header = json_object();
    if (!header) return no_memory(w->name);
    ml_status status = fill_header(w->name, header, named, item);
    char *json = status == ML_OK ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(header);
    if (status != ML_OK) return status;
    status = json ? write_padded(w, json) : no_memory(w->name);
    free(json);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

static ml_status write_data(ml_writer *w, ml_tensor *t)
{
    ml_scope scope;
    ml_scope_open(&scope);
    t = ml_for_file(t);
    ml_status status = t ? ml_write_tensor(w, t) : ml_error_status();
    ml_scope_close(&scope);
    return status;
}

static ml_status write_safetensors(ml_writer *w, const ml_named *named,
                                   const ml_named_item *const item[])
{
    ML_TRY(write_header(w, named, item));
    for (size_t width = 8; width > 0; width--)
        for (int64_t i = 0; i < named->n; i++)
            if (width_of(item[i]) == width) ML_TRY(write_data(w, item[i]->tensor));
    return ML_OK;
}

ml_status ml_safetensors_save(const char *path, const ml_named *named)
{
    ml_writer w;
    const ml_named_item **item;
    ML_TRY(ml_named_sort(named, path, &item));
    ml_status status = ml_writer_open(&w, path);
    if (status == ML_OK) status = ml_writer_close(&w, write_safetensors(&w, named, item));
    ml_free(item, ml_sorted_bytes(named));
    return status;
}
