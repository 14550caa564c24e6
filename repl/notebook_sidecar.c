/* notebook_sidecar.c -- see notebook_sidecar.h. */
#include "repl/notebook_sidecar.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"
#include "repl/notebook_json.h"
#include "repl/save.h"

char *sidecar_path(const char *file, const char *ending)
{
    const char *slash = strrchr(file, '/');
    buffer b = { 0 };
    if (slash) buffer_add(&b, file, (size_t)(slash - file) + 1);
    buffer_format(&b, ".moonlab/%s%s", slash ? slash + 1 : file, ending);
    return buffer_take(&b, NULL);
}

uint64_t sidecar_source(const notebook *nb)
{
    uint64_t hashes[2] = { 0, 0 };
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        if (!cell_is_code(c)) continue;
        hashes[1] = c->hash;
        hashes[0] = hash_bytes((const char *)hashes, sizeof hashes);
    }
    return hashes[0];
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct entry { /* a line: the outputs of a source, and the cell that has them */
    uint64_t source;
    json_t *outputs;
    int at;
    bool taken;
} entry;

typedef struct entries {
    entry *list;
    int n, room;
} entries;

static uint64_t read_hash(const json_t *value)
{
    const char *s = json_string_value(value);
    return s ? strtoull(s, NULL, 16) : 0;
}

static bool add_entry(entries *e, json_t *line)
{
    json_t *list = json_object_get(line, "outputs");
    if (!json_is_string(json_object_get(line, "source")) || !json_is_array(list)) return false;
    if (e->n == e->room) {
        int room = e->room ? 2 * e->room : 64;
        entry *larger = realloc(e->list, (size_t)room * sizeof *larger);
        if (!larger) return false;
        e->list = larger, e->room = room;
    }
    e->list[e->n] = (entry){ .source = read_hash(json_object_get(line, "source")),
                             .outputs = json_incref(list),
                             .at = e->n };
    e->n++;
    return true;
}

static bool read_header(sidecar_header *h, const json_t *line)
{
    const char *what = json_string_value(json_object_get(line, "moonlab"));
    json_int_t format = json_integer_value(json_object_get(line, "format"));
    if (!what || strcmp(what, "sidecar") != 0 || format != 1) return false;
    const char *seed = json_string_value(json_object_get(line, "seed"));
    h->source = read_hash(json_object_get(line, "source"));
    h->seed = seed ? strtoull(seed, NULL, 10) : 0;
    json_t *environment = json_object_get(line, "environment");
    h->environment = json_is_object(environment) ? json_incref(environment) : NULL;
    return true;
}

static int compare_entries(const void *pa, const void *pb)
{
    const entry *a = pa, *b = pb;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    return a->at - b->at;
}

/* The outputs of the first line with this source that no cell has yet; the entries are in order. */
static json_t *take(entries *e, uint64_t source)
{
    int low = 0, high = e->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (e->list[middle].source < source)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < e->n && e->list[low].source == source && e->list[low].taken) low++;
    if (low == e->n || e->list[low].source != source) return NULL;
    e->list[low].taken = true;
    return e->list[low].outputs;
}

/* Gives every cell its outputs; the number of the line that is wrong (counted in `at`), or -1. */
static int give_outputs(entries *e, notebook *nb)
{
    if (e->n > 0) qsort(e->list, (size_t)e->n, sizeof *e->list, compare_entries);
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        json_t *list = cell_is_code(c) ? take(e, c->hash) : NULL;
        if (!list) continue;
        outputs *o = outputs_new(OUTPUTS_FILED);
        bool good = o && outputs_from_json(o, list);
        if (o) o->source = c->hash;
        if (good) notebook_set_outputs(nb, i, o);
        outputs_release(o);
        if (!good) {
            for (int k = 0; k < e->n; k++)
                if (e->list[k].outputs == list) return e->list[k].at;
        }
    }
    return -1;
}

sidecar_result sidecar_parse(const char *name, const char *bytes, size_t size, notebook *nb,
                             sidecar_header *header, char *error, size_t room)
{
    entries e = { 0 };
    int number = 0, wrong = -1;
    json_error_t why = { .text = "" };
    *header = (sidecar_header){ 0 };
    for (size_t at = 0; at < size && wrong < 0; number++) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t n = end ? (size_t)(end - bytes) - at : size - at;
        json_t *line = json_loadb(bytes + at, n, JSON_ALLOW_NUL, &why);
        bool good = number == 0 ? read_header(header, line) : add_entry(&e, line);
        if (line && !good)
            snprintf(why.text, sizeof why.text, "%s",
                     number == 0 ? "no header of a sidecar of format 1" : "no outputs of a cell");
        json_decref(line);
        if (!good) wrong = number;
        at += n + 1;
    }
    int unread = give_outputs(&e, nb);
    if (wrong < 0 && unread >= 0) {
        wrong = unread + 1; /* after the header */
        snprintf(why.text, sizeof why.text, "an output that is none");
    }
    for (int i = 0; i < e.n; i++) json_decref(e.list[i].outputs);
    free(e.list);
    if (wrong < 0) return number > 0 ? SIDECAR_READ : SIDECAR_NONE;
    snprintf(error, room, "%s:%d: %s; moonlab verify --update writes it anew", name, wrong + 1,
             why.text);
    return SIDECAR_BROKEN;
}

sidecar_result sidecar_read(const char *file, notebook *nb, sidecar_header *header, char *error,
                            size_t room)
{
    size_t size;
    char *path = sidecar_path(file, ".out.jsonl");
    char *bytes = path ? file_read(path, &size, NULL, error, room) : NULL;
    int code = errno;
    sidecar_result result;
    *header = (sidecar_header){ 0 };
    if (bytes)
        result = sidecar_parse(path, bytes, size, nb, header, error, room);
    else
        result = path && (code == ENOENT || code == ENOTDIR) ? SIDECAR_NONE : SIDECAR_BROKEN;
    free(bytes);
    free(path);
    return result;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void add_line(buffer *b, json_t *line)
{
    json_print(b, line, JSON_COMPACT);
    buffer_puts(b, "\n");
}

static json_t *header_line(const notebook *nb, const sidecar_header *h)
{
    char source[20], seed[24];
    snprintf(source, sizeof source, "%016" PRIx64, sidecar_source(nb));
    snprintf(seed, sizeof seed, "%" PRIu64, h->seed);
    json_t *line = json_pack("{s:s,s:i,s:s,s:s}", "moonlab", "sidecar", "format", 1, "source",
                             source, "seed", seed);
    if (line && h->environment) json_object_set(line, "environment", h->environment);
    return line;
}

bool sidecar_write(const char *file, const notebook *nb, const sidecar_header *header, char *error,
                   size_t room)
{
    buffer b = { 0 };
    add_line(&b, header_line(nb, header));
    for (int i = 0; i < notebook_count(nb); i++) {
        const notebook_cell *c = notebook_at(nb, i);
        char source[20];
        if (!cell_is_code(c) || !c->outputs || c->outputs->source != c->hash) continue;
        snprintf(source, sizeof source, "%016" PRIx64, c->hash);
        add_line(&b,
                 json_pack("{s:s,s:o}", "source", source, "outputs", outputs_to_json(c->outputs)));
    }
    const save_options options = { .later = true, .no_link = true };
    char *path = sidecar_path(file, ".out.jsonl");
    bool good = path && !b.failed;
    if (!good) snprintf(error, room, "%s: out of memory", file);
    good = good && file_make_folder(path, error, room) &&
           file_save(path, b.data, b.size, &options, error, room) == SAVE_DONE;
    buffer_free(&b);
    free(path);
    return good;
}
