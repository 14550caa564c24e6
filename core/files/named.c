/* named.c -- tensors by name, and texts by key: what files of several tensors hold. */
#include "core/files/named.h"

#include <stdlib.h>
#include <string.h>

#include "core/tensor.h"

/* Room for one more of SIZE bytes in the array at *items, which doubles. */
static ml_status make_room(void **items, int64_t n, int64_t *room, size_t size)
{
    if (n < *room) return ML_OK;
    int64_t wanted = *room ? *room * 2 : 16;
    void *more = ml_realloc(*items, (size_t)*room * size, (size_t)wanted * size);
    if (!more)
        return ml_fail(ML_MEMORY, "out of memory for the names of %lld tensors", (long long)wanted);
    *items = more, *room = wanted;
    return ML_OK;
}

static char *copy_text(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = ml_alloc(n);
    if (copy)
        memcpy(copy, text, n);
    else
        ml_fail(ML_MEMORY, "out of memory for a name of %zu bytes", n);
    return copy;
}

static void free_text(char *text)
{
    if (text) ml_free(text, strlen(text) + 1);
}

ml_status ml_named_add(ml_named *named, const char *name, ml_tensor *t)
{
    if (!t) return ml_error_status();
    void *items = named->item;
    ml_status status = make_room(&items, named->n, &named->room, sizeof *named->item);
    named->item = items;
    if (status != ML_OK) return status;
    char *copy = copy_text(name);
    if (!copy) return ML_MEMORY;
    named->item[named->n++] = (ml_named_item){ copy, ml_retain(t) };
    return ML_OK;
}

ml_status ml_named_add_text(ml_named *named, const char *key, const char *value)
{
    void *texts = named->text;
    ml_status status = make_room(&texts, named->ntexts, &named->text_room, sizeof *named->text);
    named->text = texts;
    if (status != ML_OK) return status;
    ml_named_text text = { copy_text(key), copy_text(value) };
    if (!text.key || !text.value) {
        free_text(text.key), free_text(text.value);
        return ML_MEMORY;
    }
    named->text[named->ntexts++] = text;
    return ML_OK;
}

ml_tensor *ml_named_find(const ml_named *named, const char *name)
{
    for (int64_t i = 0; i < named->n; i++)
        if (strcmp(named->item[i].name, name) == 0) return named->item[i].tensor;
    return NULL;
}

const char *ml_named_find_text(const ml_named *named, const char *key)
{
    for (int64_t i = 0; i < named->ntexts; i++)
        if (strcmp(named->text[i].key, key) == 0) return named->text[i].value;
    return NULL;
}

void ml_named_free(ml_named *named)
{
    for (int64_t i = 0; i < named->n; i++) {
        free_text(named->item[i].name);
        ml_release(named->item[i].tensor);
    }
    for (int64_t i = 0; i < named->ntexts; i++)
        free_text(named->text[i].key), free_text(named->text[i].value);
    if (named->item) ml_free(named->item, (size_t)named->room * sizeof *named->item);
    if (named->text) ml_free(named->text, (size_t)named->text_room * sizeof *named->text);
    *named = (ml_named){ 0 };
}

/* ---- in order -------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const ml_named_item *const *)a)->name,
                  (*(const ml_named_item *const *)b)->name);
}

ml_status ml_named_sort(const ml_named *named, const char *file, const ml_named_item ***out)
{
    const ml_named_item **sorted = ml_alloc(ml_sorted_bytes(named));
    if (!sorted) return ml_fail(ML_MEMORY, "%s: out of memory", file);
    for (int64_t i = 0; i < named->n; i++) sorted[i] = &named->item[i];
    qsort(sorted, (size_t)named->n, sizeof(void *), by_name);
    for (int64_t i = 1; i < named->n; i++)
        if (by_name(&sorted[i - 1], &sorted[i]) == 0) {
            const char *name = sorted[i]->name;
            ml_free(sorted, ml_sorted_bytes(named));
            return ml_fail(ML_VALUE, "%s: two tensors with the name \"%s\"", file, name);
        }
    *out = sorted;
    return ML_OK;
}
