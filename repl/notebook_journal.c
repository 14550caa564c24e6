/* notebook_journal.c -- see notebook_journal.h.  Versions of cells do not change, so the edits since the last line are found by
** comparing pointers: what is the same before and after the first and last difference is left out. */
#include "repl/notebook_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "repl/buffer.h"
#include "repl/notebook_json.h"
#include "repl/percent.h"
#include "repl/save.h"

#define LARGE          ((size_t)64 << 10) /* a save begins a journal anew that is larger */
#define MOST_BYTES     ((size_t)64 << 20) /* so does an edit, if it is larger still */
#define MOST_DURATIONS 8192               /* then the oldest go */

typedef struct duration {
    uint64_t source;
    double seconds;
} duration;

struct journal {
    char *path;
    notebook_cell **known; /* the cells at the last line, held */
    int nknown;
    char *base;                       /* the text at the last save; NULL once it is in the file */
    size_t base_size, written, begun; /* bytes of the file, and when it was begun anew */
    uint64_t file;
    bool checked; /* the file's end has been looked at */
    duration *durations;
    int ndurations, room;
};

/* ---- what is known --------------------------------------------------------------------------- */

static bool remember(journal *j, const notebook *nb)
{
    int n = notebook_count(nb);
    notebook_cell **cells = malloc(((size_t)n + 1) * sizeof *cells);
    if (!cells) return false;
    for (int i = 0; i < n; i++)
        cells[i] = cell_hold((notebook_cell *)(uintptr_t)notebook_at(nb, i));
    for (int i = 0; i < j->nknown; i++) cell_release(j->known[i]);
    free(j->known);
    j->known = cells, j->nknown = n;
    return true;
}

static bool set_base(journal *j, const notebook *nb, uint64_t file)
{
    buffer b = { 0 };
    percent_print(nb, &b);
    free(j->base);
    j->base = buffer_take(&b, &j->base_size);
    j->file = file;
    return j->base && remember(j, nb);
}

bool journal_knows(const journal *j, const notebook_cell *cell)
{
    for (int i = 0; i < j->nknown; i++)
        if (j->known[i] == cell) return true;
    return false;
}

static void note_duration(journal *j, uint64_t source, double seconds)
{
    for (int i = 0; i < j->ndurations; i++)
        if (j->durations[i].source == source) {
            j->durations[i].seconds = seconds;
            return;
        }
    if (j->ndurations == MOST_DURATIONS)
        memmove(j->durations, j->durations + 1, (size_t)--j->ndurations * sizeof *j->durations);
    if (j->ndurations == j->room) {
        int room = j->room ? 2 * j->room : 32;
        duration *larger = realloc(j->durations, (size_t)room * sizeof *larger);
        if (!larger) return; /* only the next estimate is lost */
        j->durations = larger, j->room = room;
    }
    j->durations[j->ndurations++] = (duration){ source, seconds };
}

double journal_duration(const journal *j, uint64_t source)
{
    for (int i = 0; i < j->ndurations; i++)
        if (j->durations[i].source == source) return j->durations[i].seconds;
    return -1;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *new_line(const char *what)
{
    return json_pack("{s:s,s:I}", "do", what, "time", (json_int_t)time(NULL));
}

static void set_hash(json_t *line, const char *key, uint64_t hash)
{
    char text[20];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    if (line) json_object_set_new(line, key, json_string(text));
}

/* Appends LINE, which it releases, to what is to be written. */
static void add_line(buffer *b, json_t *line)
{
    json_print(b, line, JSON_COMPACT);
    buffer_puts(b, "\n");
}

/* A line torn by a crash must not swallow the next one. */
static bool ends_torn(const char *path)
{
    FILE *f = fopen(path, "rb");
    bool torn = f && fseek(f, -1, SEEK_END) == 0 && getc(f) != '\n';
    if (f) fclose(f);
    return torn;
}

static bool write_out(journal *j, buffer *b, char *error, size_t room)
{
    if (!j->checked && !b->failed && ends_torn(j->path)) {
        buffer whole = { 0 };
        buffer_puts(&whole, "\n");
        buffer_add(&whole, b->data, b->size);
        buffer_free(b);
        *b = whole;
    }
    bool good = !b->failed;
    if (!good) snprintf(error, room, "%s: out of memory", j->path);
    if (good && !j->checked) good = file_make_folder(j->path, error, room);
    good = good && file_append(j->path, b->data, b->size, error, room);
    j->checked = good; /* what failed may have left a torn line */
    if (good) j->written += b->size;
    buffer_free(b);
    return good;
}

static json_t *edit_line(const journal *j, const notebook *nb)
{
    int n = notebook_count(nb), first = 0, last = 0;
    while (first < n && first < j->nknown && notebook_at(nb, first) == j->known[first]) first++;
    while (last < n - first && last < j->nknown - first &&
           notebook_at(nb, n - 1 - last) == j->known[j->nknown - 1 - last])
        last++;
    if (first == n && n == j->nknown) return NULL;
    json_t *cells = json_array(), *line = new_line("edit");
    bool good = cells && line;
    for (int i = first; good && i < n - last; i++)
        good = json_array_append_new(cells, cell_to_json(notebook_at(nb, i))) == 0;
    good = good && json_object_set_new(line, "at", json_integer(first)) == 0 &&
           json_object_set_new(line, "remove", json_integer(j->nknown - first - last)) == 0 &&
           json_object_set(line, "cells", cells) == 0;
    json_decref(cells);
    if (good) return line;
    json_decref(line);
    return json_null(); /* out of memory: not an edit, but a failure */
}

static json_t *base_line(const journal *j)
{
    json_t *line = new_line("base");
    set_hash(line, "file", j->file);
    if (line) json_object_set_new(line, "cells", json_integer(j->nknown));
    if (line && json_object_set_new(line, "text", json_bytes(j->base, j->base_size)) == 0)
        return line;
    json_decref(line);
    return NULL;
}

/* Begins the file anew with the runs that are known, and with the notebook as it is if it has UNSAVED edits. */
static bool start_anew(journal *j, const notebook *unsaved, char *error, size_t room)
{
    buffer b = { 0 };
    for (int i = 0; i < j->ndurations; i++) {
        json_t *line = new_line("run");
        set_hash(line, "source", j->durations[i].source);
        if (line) json_object_set_new(line, "seconds", json_real(j->durations[i].seconds));
        add_line(&b, line);
    }
    if (unsaved && set_base(j, unsaved, j->file)) {
        add_line(&b, base_line(j));
        add_line(&b, json_pack("{s:s,s:I,s:i,s:i,s:[]}", "do", "edit", "time",
                               (json_int_t)time(NULL), "at", 0, "remove", 0, "cells"));
        free(j->base);
        j->base = NULL;
    } else if (unsaved)
        b.failed = true;
    const save_options options = { .later = true, .no_link = true };
    bool good = !b.failed && file_save(j->path, b.data ? b.data : "", b.size, &options, error,
                                       room) == SAVE_DONE;
    if (b.failed) snprintf(error, room, "%s: out of memory", j->path);
    if (good) j->written = j->begun = b.size;
    buffer_free(&b);
    return good;
}

bool journal_edits(journal *j, const notebook *nb, char *error, size_t room)
{
    json_t *edit = edit_line(j, nb);
    if (!edit) return true;
    buffer b = { 0 };
    if (j->base) add_line(&b, base_line(j));
    if (json_is_null(edit)) b.failed = true;
    add_line(&b, edit);
    if (!write_out(j, &b, error, room)) return false;
    free(j->base);
    j->base = NULL;
    if (j->written > MOST_BYTES + 2 * j->begun) return start_anew(j, nb, error, room);
    if (remember(j, nb)) return true;
    snprintf(error, room, "%s: out of memory", j->path);
    return false;
}

bool journal_run(journal *j, uint64_t source, double seconds, const char *status, char *error,
                 size_t room)
{
    buffer b = { 0 };
    json_t *line = new_line("run");
    set_hash(line, "source", source);
    if (line) json_object_set_new(line, "seconds", json_real(seconds));
    if (line) json_object_set_new(line, "status", json_string(status));
    note_duration(j, source, seconds);
    add_line(&b, line);
    return write_out(j, &b, error, room);
}

bool journal_saved(journal *j, const notebook *nb, uint64_t file, char *error, size_t room)
{
    bool noted = j->base != NULL; /* nothing unsaved stands in the file */
    if (!set_base(j, nb, file)) {
        snprintf(error, room, "%s: out of memory", j->path);
        return false;
    }
    if (noted) return true;
    if (j->written > LARGE) return start_anew(j, NULL, error, room);
    buffer b = { 0 };
    json_t *line = new_line("save");
    set_hash(line, "file", file);
    add_line(&b, line);
    return write_out(j, &b, error, room);
}

bool journal_discarded(journal *j, char *error, size_t room)
{
    if (j->written == 0) return true;
    buffer b = { 0 };
    add_line(&b, new_line("discard"));
    return write_out(j, &b, error, room);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The next whole line, JSON's null for one that is broken; NULL at the end. */
static json_t *next_line(const char *bytes, size_t size, size_t *at)
{
    if (*at < size) {
        const char *end = memchr(bytes + *at, '\n', size - *at);
        if (!end) return NULL; /* torn */
        size_t n = (size_t)(end - bytes) - *at, start = *at;
        *at += n + 1;
        json_t *line = json_loadb(bytes + start, n, JSON_ALLOW_NUL, NULL);
        if (json_is_object(line)) return line;
        json_decref(line);
        return json_null();
    }
    return NULL;
}

static void read_durations(journal *j)
{
    char error[1];
    size_t size, at = 0;
    char *bytes = file_read(j->path, &size, NULL, error, sizeof error);
    json_t *line;
    while (bytes && (line = next_line(bytes, size, &at))) {
        const char *source = json_string_value(json_object_get(line, "source"));
        const json_t *seconds = json_object_get(line, "seconds");
        if (source && json_is_number(seconds))
            note_duration(j, strtoull(source, NULL, 16), json_number_value(seconds));
        json_decref(line);
    }
    j->written = bytes ? size : 0;
    free(bytes);
}

journal *journal_open(const char *path, const notebook *nb, uint64_t file)
{
    journal *j = calloc(1, sizeof *j);
    if (!j) return NULL;
    j->path = copy_bytes(path, strlen(path));
    if (j->path && set_base(j, nb, file)) {
        read_durations(j);
        return j;
    }
    journal_close(j);
    return NULL;
}

void journal_close(journal *j)
{
    if (!j) return;
    for (int i = 0; i < j->nknown; i++) cell_release(j->known[i]);
    free(j->known);
    free(j->base);
    free(j->durations);
    free(j->path);
    free(j);
}

/* ---- recovery -------------------------------------------------------------------------------- */

/* The notebook of a base line; NULL: it is none. */
static notebook *read_base(const json_t *line)
{
    size_t size;
    char *text = json_get_bytes(json_object_get(line, "text"), &size);
    notebook *nb = text ? percent_parse(text, size) : NULL;
    free(text);
    if (nb && notebook_count(nb) == json_integer_value(json_object_get(line, "cells"))) return nb;
    notebook_free(nb);
    return NULL;
}

static bool apply_edit(notebook *nb, const json_t *line)
{
    const json_t *cells = json_object_get(line, "cells");
    json_int_t at = json_integer_value(json_object_get(line, "at"));
    json_int_t remove = json_integer_value(json_object_get(line, "remove"));
    json_int_t n = notebook_count(nb);
    if (!json_is_array(cells) || at < 0 || remove < 0 || at > n || remove > n - at) return false;
    bool good = notebook_delete(nb, (int)at, (int)remove);
    for (size_t i = 0; good && i < json_array_size(cells); i++) {
        notebook_cell *c = cell_from_json(json_array_get(cells, i));
        good = c && notebook_insert_cell(nb, (int)at + (int)i, c);
        cell_release(c);
    }
    return good;
}

static void read_entry(recovery *r, const json_t *line, uint64_t file, bool *broken)
{
    const char *what = json_string_value(json_object_get(line, "do"));
    const char *hash = json_string_value(json_object_get(line, "file"));
    *broken = *broken || !what; /* edits after a lost line may be of other cells */
    if (!what) return;
    bool edit = strcmp(what, "edit") == 0;
    if (edit && r->notebook && !*broken) {
        uint64_t before = notebook_version(r->notebook);
        notebook_begin(r->notebook);
        *broken = !apply_edit(r->notebook, line); /* what came before it is recovered */
        notebook_end(r->notebook);
        if (*broken && notebook_version(r->notebook) != before) notebook_undo(r->notebook, NULL);
        if (!*broken) r->edits++;
        if (!*broken) r->time = json_integer_value(json_object_get(line, "time"));
    }
    if (edit || strcmp(what, "run") == 0) return;
    notebook_free(r->notebook); /* a base, a save, a discard */
    *r = (recovery){ 0 };
    *broken = false;
    if (strcmp(what, "base") != 0) return;
    r->notebook = read_base(line);
    r->file_changed = !hash || strtoull(hash, NULL, 16) != file;
}

bool journal_recover_bytes(const char *bytes, size_t size, uint64_t file, recovery *out)
{
    *out = (recovery){ 0 };
    size_t at = 0, n;
    bool broken = false;
    json_t *line;
    while ((line = next_line(bytes, size, &at))) {
        read_entry(out, line, file, &broken);
        json_decref(line);
    }
    bool unsaved = out->notebook && out->edits > 0;
    if (unsaved) { /* it may have been saved, and the crash came before that was noted */
        buffer b = { 0 };
        percent_print(out->notebook, &b);
        char *text = buffer_take(&b, &n);
        unsaved = !text || hash_bytes(text, n) != file;
        free(text);
    }
    if (unsaved) return true;
    notebook_free(out->notebook);
    *out = (recovery){ 0 };
    return true;
}

bool journal_recover(const char *path, uint64_t file, recovery *out, char *error, size_t room)
{
    size_t size;
    *out = (recovery){ 0 };
    char *bytes = file_read(path, &size, NULL, error, room);
    if (!bytes) return errno == ENOENT || errno == ENOTDIR;
    bool good = journal_recover_bytes(bytes, size, file, out);
    free(bytes);
    return good;
}
