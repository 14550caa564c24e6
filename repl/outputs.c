/* outputs.c -- see outputs.h.  How outputs are made fit to be shown: plain_text.c. */
#include "repl/outputs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"

static const char *const names[OUTPUT_KINDS] = {
    [OUTPUT_STREAM] = "stream",     [OUTPUT_VALUE] = "value",       [OUTPUT_FIGURE] = "figure",
    [OUTPUT_ERROR] = "error",       [OUTPUT_PROGRESS] = "progress", [OUTPUT_IMAGE] = "image",
    [OUTPUT_MARKDOWN] = "markdown", [OUTPUT_TABLE] = "table",
};

const char *output_kind_name(output_kind kind)
{
    return names[kind];
}

bool output_is_picture(const output *r)
{
    static const char start[] = "image/";
    size_t n = sizeof start - 1, rest = strlen(r->mime) - (strlen(r->mime) > n ? n : 0);
    return r->data_size > 0 && strncmp(r->mime, start, n) == 0 && rest > 0 &&
           strspn(r->mime + n, "abcdefghijklmnopqrstuvwxyz0123456789+.-") == rest;
}

/* ---- the list -------------------------------------------------------------------------------- */

outputs *outputs_new(size_t limit)
{
    outputs *o = calloc(1, sizeof *o);
    if (o) *o = (outputs){ .references = 1, .limit = limit, .seconds = -1 };
    return o;
}

outputs *outputs_hold(outputs *o)
{
    if (o) o->references++;
    return o;
}

static void free_record(output *r)
{
    free(r->text);
    free(r->data);
    free(r->mime);
}

static size_t weight(const output *r)
{
    return r->size + r->data_size;
}

void outputs_clear(outputs *o)
{
    if (!o) return;
    for (int i = 0; i < o->n; i++) free_record(&o->list[i]);
    o->n = 0, o->total = 0, o->dropped = 0;
}

void outputs_release(outputs *o)
{
    if (!o || --o->references > 0) return;
    outputs_clear(o);
    free(o->list);
    free(o);
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* Takes text[from … to) out of R, with what was left out there before. */
static void cut(output *r, size_t from, size_t to)
{
    memmove(r->text + from, r->text + to, r->size - to + 1);
    r->left_out += to - from;
    r->size -= to - from;
    r->gap = from;
}

/* Halves R's text: head and tail stay, in whole lines if the lines are not too long. */
static void cut_middle(output *r)
{
    size_t from = r->size / 4, to = r->size - from;
    const char *end = memchr(r->text + to, '\n', r->size - to);
    if (end && (size_t)(end - r->text) < to + from / 2) to = (size_t)(end - r->text) + 1;
    for (size_t i = from; i > from / 2; i--)
        if (r->text[i - 1] == '\n') {
            from = i;
            break;
        }
    while (to < r->size && ((unsigned char)r->text[to] & 0xC0) == 0x80) to++;
    while (from > 0 && ((unsigned char)r->text[from] & 0xC0) == 0x80) from--;
    if (r->left_out > 0 && r->gap < from) from = r->gap; /* one gap only */
    if (r->left_out > 0 && r->gap > to) to = r->gap;
    cut(r, from, to);
}

static void drop_record(outputs *o, int i)
{
    o->total -= weight(&o->list[i]);
    free_record(&o->list[i]);
    memmove(o->list + i, o->list + i + 1, (size_t)(o->n - i - 1) * sizeof *o->list);
    o->n--, o->dropped++;
}

/* Makes outputs that are larger than LIMIT smaller, beginning with the largest record. */
static void shrink(outputs *o, size_t limit)
{
    while (o->n > 0 && o->total > limit) {
        output *most = o->list;
        for (int i = 1; i < o->n; i++)
            if (weight(&o->list[i]) > weight(most)) most = &o->list[i];
        size_t before = weight(most);
        if (most->data_size > most->size)
            most->left_out += most->data_size, most->data_size = 0, most->data[0] = '\0';
        else if (most->size >= 16)
            cut_middle(most);
        o->total -= before - weight(most);
        if (weight(most) == before) drop_record(o, o->n / 2);
    }
}

/* ---- adding ---------------------------------------------------------------------------------- */

static bool grow_text(output *r, const char *text, size_t size)
{
    if (r->size + size + 1 > r->room) {
        size_t room = r->size + size + 1 + r->size / 2;
        char *larger = realloc(r->text, room);
        if (!larger) return false;
        r->text = larger, r->room = room;
    }
    memcpy(r->text + r->size, text, size);
    r->size += size;
    r->text[r->size] = '\0';
    return true;
}

bool outputs_print(outputs *o, bool errors, const char *text, size_t size)
{
    if (size > 2 * o->limit) { /* no more than what may stay is taken, and its beginning */
        size_t half = o->limit / 2;
        if (!outputs_print(o, errors, text, half)) return false;
        size_t skipped = size - 2 * half;
        if (!outputs_print(o, errors, text + half + skipped, half)) return false;
        output *r = &o->list[o->n - 1];
        r->left_out += skipped;
        if (r->gap == 0) r->gap = r->size > half ? r->size - half : 0;
        return true;
    }
    output *last = o->n > 0 ? &o->list[o->n - 1] : NULL;
    if (!last || last->kind != OUTPUT_STREAM || last->errors != errors || last->key)
        return outputs_add(o, &(output){ .kind = OUTPUT_STREAM,
                                         .errors = errors,
                                         .text = (char *)(uintptr_t)text,
                                         .size = size });
    if (!grow_text(last, text, size)) return false;
    o->total += size;
    if (o->total > o->limit + o->limit / 4) shrink(o, o->limit);
    return true;
}

static bool copy_record(output *to, const output *from)
{
    *to = *from;
    to->text = copy_bytes(from->text, from->size);
    to->data = copy_bytes(from->data, from->data_size);
    to->mime = copy_bytes(from->mime ? from->mime : "", from->mime ? strlen(from->mime) : 0);
    to->room = from->size + 1;
    if (to->text && to->data && to->mime) return true;
    free_record(to);
    return false;
}

static int find_key(const outputs *o, int64_t key)
{
    for (int i = o->n - 1; key && i >= 0; i--)
        if (o->list[i].key == key) return i;
    return -1;
}

bool outputs_add(outputs *o, const output *record)
{
    output copy;
    if (record->kind == OUTPUT_STREAM && !record->key && o->n > 0 && !record->left_out) {
        const output *last = &o->list[o->n - 1];
        if (last->kind == OUTPUT_STREAM && last->errors == record->errors && !last->key)
            return outputs_print(o, record->errors, record->text, record->size);
    }
    if (!copy_record(&copy, record)) return false;
    int i = find_key(o, record->key);
    if (i >= 0) {
        o->total -= weight(&o->list[i]);
        free_record(&o->list[i]);
    } else if (o->n == o->room) {
        int room = o->room ? 2 * o->room : 4;
        output *larger = realloc(o->list, (size_t)room * sizeof *larger);
        if (!larger) return free_record(&copy), false;
        o->list = larger, o->room = room;
    }
    o->list[i >= 0 ? i : o->n++] = copy;
    o->total += weight(&copy);
    if (o->n > OUTPUTS_MOST) drop_record(o, OUTPUTS_MOST / 2);
    if (o->total > o->limit) shrink(o, o->limit);
    return true;
}

/* ---- places of errors ------------------------------------------------------------------------ */

bool output_line_place(const char *s, size_t size, const char **name, size_t *length, int *line)
{
    const char *end = s + size;
    while (s < end && (*s == ' ' || *s == '\t')) s++;
    for (const char *p = s; p < end; p++) {
        if (*p != ':') continue;
        const char *q = p + 1;
        long n = 0;
        while (q < end && isdigit((unsigned char)*q) && q - p < 9) n = 10 * n + (*q++ - '0');
        if (q == p + 1 || q + 1 >= end || *q != ':' || q[1] != ' ' || p == s) continue;
        *name = s, *length = (size_t)(p - s), *line = (int)n;
        return true;
    }
    return false;
}

bool output_place(const output *r, int k, const char **name, size_t *length, int *line)
{
    const char *s = r->text, *end = s + r->size;
    while (s < end) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        if (!stop) stop = end;
        if (output_line_place(s, (size_t)(stop - s), name, length, line) && k-- == 0) return true;
        s = stop + 1;
    }
    return false;
}
