/* notebook_json.c -- see notebook_json.h. */
#include "repl/notebook_json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/figure_view.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

json_t *json_bytes(const char *bytes, size_t size)
{
    json_t *value = json_stringn(bytes, size);
    if (value) return value;
    buffer b = { 0 };
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char two[2] = { (char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)) };
        if (c < 0x80)
            buffer_add(&b, bytes + i, 1);
        else
            buffer_add(&b, two, 2);
    }
    size_t n;
    char *wide = buffer_take(&b, &n);
    value = wide ? json_pack("{s:o}", "bytes", json_stringn(wide, n)) : NULL;
    free(wide);
    return value;
}

char *json_get_bytes(const json_t *value, size_t *size)
{
    const json_t *bytes = json_object_get(value, "bytes"), *string = bytes ? bytes : value;
    if (!json_is_string(string)) return NULL;
    const char *s = json_string_value(string);
    size_t n = json_string_length(string), m = 0;
    char *out = copy_bytes(s, n);
    for (size_t i = 0; out && bytes && i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c & 0xFC) == 0xC0 && i + 1 < n)
            c = (unsigned char)(c << 6 | ((unsigned char)s[++i] & 0x3F));
        out[m++] = (char)c;
    }
    if (out && bytes) out[m] = '\0';
    *size = bytes ? m : n;
    return out;
}

json_t *json_text(const char *text, size_t size)
{
    json_t *value = json_stringn(text, size);
    if (value) return value;
    buffer b = { 0 };
    for (size_t i = 0; i < size;) {
        size_t n = 1; /* a character at a time, as long as one can be */
        while (n < 4 && i + n < size && ((unsigned char)text[i + n] & 0xC0) == 0x80) n++;
        json_t *good = json_stringn(text + i, n);
        if (good)
            buffer_add(&b, text + i, n);
        else
            buffer_puts(&b, "\uFFFD"), n = 1;
        json_decref(good);
        i += n;
    }
    size_t n;
    char *clean = buffer_take(&b, &n);
    value = clean ? json_stringn(clean, n) : NULL;
    free(clean);
    return value;
}

bool json_set_bytes(json_t *object, const char *key, const char *bytes, size_t size)
{
    return size == 0 || json_object_set_new(object, key, json_bytes(bytes, size)) == 0;
}

/* ---- printing -------------------------------------------------------------------------------- */

static int append(const char *bytes, size_t size, void *ctx)
{
    buffer *out = ctx;
    buffer_add(out, bytes, size);
    return out->failed ? -1 : 0;
}

static void print_string(buffer *out, const char *s, size_t n)
{
    static const char letters[] = "btn?fr"; /* of \b to \r */
    size_t from = 0;
    buffer_add(out, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buffer_add(out, s + from, i - from);
        from = i + 1;
        if (c >= 0x20)
            buffer_add(out, (char[2]){ '\\', (char)c }, 2);
        else if (c >= '\b' && c <= '\r' && c != '\v')
            buffer_add(out, (char[2]){ '\\', letters[c - '\b'] }, 2);
        else
            buffer_format(out, "\\u%04X", c);
    }
    buffer_add(out, s + from, n - from);
    buffer_add(out, "\"", 1);
}

/* As json_dumps does with JSON_COMPACT, in a third of the time: a large notebook is all texts. */
static void print_compact(buffer *out, json_t *value)
{
    const char *key, *between = "";
    json_t *item;
    size_t i;
    if (json_is_string(value)) {
        print_string(out, json_string_value(value), json_string_length(value));
    } else if (json_is_array(value)) {
        buffer_add(out, "[", 1);
        json_array_foreach(value, i, item)
        {
            buffer_puts(out, between);
            print_compact(out, item);
            between = ",";
        }
        buffer_add(out, "]", 1);
    } else if (json_is_object(value)) {
        buffer_add(out, "{", 1);
        json_object_foreach(value, key, item)
        {
            buffer_puts(out, between);
            print_string(out, key, strlen(key));
            buffer_add(out, ":", 1);
            print_compact(out, item);
            between = ",";
        }
        buffer_add(out, "}", 1);
    } else if (json_dump_callback(value, append, out, JSON_ENCODE_ANY) < 0)
        out->failed = true;
}

void json_print(buffer *out, json_t *value, size_t flags)
{
    if (value && flags == JSON_COMPACT)
        print_compact(out, value);
    else if (!value || json_dump_callback(value, append, out, flags) < 0)
        out->failed = true;
    json_decref(value);
}

/* ---- cells ----------------------------------------------------------------------------------- */

json_t *cell_to_json(const notebook_cell *c)
{
    json_t *o = json_object();
    bool good =
        o && json_set_bytes(o, "type", cell_type_word(c->type), strlen(cell_type_word(c->type)));
    good = good && json_set_bytes(o, "title", c->title, strlen(c->title));
    good = good && json_set_bytes(o, "options", c->options, strlen(c->options));
    good = good && json_set_bytes(o, "source", c->source, c->size);
    if (good && c->raw) {
        json_t *parts = json_pack("[I,I,I,b,b]", (json_int_t)c->head, (json_int_t)c->body,
                                  (json_int_t)c->tail, c->head_kept, c->body_kept);
        good = json_object_set_new(o, "parts", parts) == 0 &&
               json_object_set_new(o, "raw", json_bytes(c->raw, c->head + c->body + c->tail)) == 0;
    }
    if (good) return o;
    json_decref(o);
    return NULL;
}

/* The text under KEY; "" if there is none. */
static char *get_field(const json_t *object, const char *key, size_t *size)
{
    const json_t *value = json_object_get(object, key);
    *size = 0;
    return value ? json_get_bytes(value, size) : copy_bytes("", 0);
}

static bool read_raw(notebook_cell *c, const json_t *o)
{
    json_t *parts = json_object_get(o, "parts"), *raw = json_object_get(o, "raw");
    if (!parts && !raw) return true;
    json_int_t head, body, tail;
    int head_kept, body_kept;
    size_t size;
    if (json_unpack(parts, "[I,I,I,b,b]", &head, &body, &tail, &head_kept, &body_kept) < 0)
        return false;
    char *bytes = json_get_bytes(raw, &size);
    json_int_t most = (json_int_t)size;
    if (!bytes || head < 0 || body < 0 || tail < 0 || head > most || body > most - head ||
        tail != most - head - body)
        return free(bytes), false;
    c->raw = bytes, c->head = (size_t)head, c->body = (size_t)body, c->tail = (size_t)tail;
    c->head_kept = head_kept, c->body_kept = body_kept;
    return true;
}

notebook_cell *cell_from_json(const json_t *o)
{
    size_t size, n;
    if (!json_is_object(o)) return NULL;
    char *word = get_field(o, "type", &n), *source = get_field(o, "source", &size);
    int type = word && n == 0 ? CELL_CODE : word ? cell_type_find(word, n) : -1;
    notebook_cell *c = source && type >= 0 ? cell_new(0, (cell_type)type, source, size) : NULL;
    char *title = get_field(o, "title", &n), *options = get_field(o, "options", &n);
    bool good = c && title && options && cell_set_title(c, title) && cell_set_options(c, options);
    good = good && read_raw(c, o);
    free(word), free(source), free(title), free(options);
    if (good) return c;
    cell_release(c);
    return NULL;
}

/* ---- outputs --------------------------------------------------------------------------------- */

/* Appends TEXT with "table: 0x55d0c8a3f2b0" as "table: 0x…": an address is another one every time. */
static void add_without_addresses(buffer *b, const char *s, size_t n)
{
    size_t copied = 0;
    for (size_t i = 2; i + 8 < n; i++) {
        if (s[i] != '0' || s[i + 1] != 'x' || s[i - 1] != ' ' || s[i - 2] != ':') continue;
        size_t k = i + 2;
        while (k < n && isxdigit((unsigned char)s[k])) k++;
        if (k - i < 8) continue;
        buffer_add(b, s + copied, i + 2 - copied);
        buffer_puts(b, "\u2026");
        copied = i = k;
    }
    buffer_add(b, s + copied, n - copied);
}

char *output_canonical(const output *r, size_t *size)
{
    size_t n;
    char *plain = output_plain(r, &n);
    if (!plain) return NULL;
    buffer b = { 0 };
    add_without_addresses(&b, plain, n);
    free(plain);
    return buffer_take(&b, size);
}

static json_t *record_to_json(const output *r)
{
    size_t n = 0;
    char *text = output_has_figure(r) ? copy_bytes("", 0) : output_canonical(r, &n);
    json_t *o = text ? json_pack("{s:s}", "kind", output_kind_name(r->kind)) : NULL;
    bool good = o && (n == 0 || json_object_set_new(o, "text", json_text(text, n)) == 0);
    good = good && json_set_bytes(o, "data", r->data, r->data_size);
    good = good && json_set_bytes(o, "mime", r->mime, strlen(r->mime));
    free(text);
    if (good) return o;
    json_decref(o);
    return NULL;
}

/* Appends the stream RECORD to the one before. */
static bool join_stream(json_t *last, json_t *record)
{
    buffer b = { 0 };
    for (int i = 0; i < 2; i++) {
        const json_t *text = json_object_get(i ? record : last, "text");
        if (text) buffer_add(&b, json_string_value(text), json_string_length(text));
    }
    size_t n;
    char *text = buffer_take(&b, &n);
    bool good = text && json_object_set_new(last, "text", json_stringn(text, n)) == 0;
    free(text);
    json_decref(record);
    return good;
}

json_t *outputs_to_json(const outputs *o)
{
    json_t *list = json_array();
    bool good = list != NULL;
    for (int i = 0; good && o && i < o->n; i++) {
        const output *r = &o->list[i];
        bool follows = i > 0 && r->kind == OUTPUT_STREAM && o->list[i - 1].kind == OUTPUT_STREAM;
        json_t *record = record_to_json(r);
        if (record && follows)
            good = join_stream(json_array_get(list, json_array_size(list) - 1), record);
        else
            good = record && json_array_append_new(list, record) == 0;
    }
    if (good) return list;
    json_decref(list);
    return NULL;
}

static int find_kind(const char *name)
{
    for (int i = 0; name && i < OUTPUT_KINDS; i++)
        if (strcmp(output_kind_name((output_kind)i), name) == 0) return i;
    return -1;
}

static bool read_record(outputs *o, const json_t *value)
{
    int kind = find_kind(json_string_value(json_object_get(value, "kind")));
    size_t mime;
    output r = { .kind = kind < 0 ? OUTPUT_STREAM : (output_kind)kind };
    r.text = get_field(value, "text", &r.size);
    r.data = get_field(value, "data", &r.data_size);
    r.mime = get_field(value, "mime", &mime);
    bool good = kind >= 0 && r.text && r.data && r.mime && outputs_add(o, &r);
    free(r.text), free(r.data), free(r.mime);
    return good;
}

bool outputs_from_json(outputs *o, const json_t *list)
{
    if (!json_is_array(list)) return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_record(o, json_array_get(list, i))) return false;
    return true;
}
