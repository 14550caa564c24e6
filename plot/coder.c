/* coder.c: words, numbers, texts and lists of a form, both ways. */
#include "plot/coder.h"

#include "plot/bytes.h"
#include "plot/glyphs.h"
#include "plot/number_digits.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- failures and memory --------------------------------------------------------------------- */

void plot_code_fail(plot_coder *c, plot_status status, const char *format, ...)
{
    va_list arguments;
    int n = 0;
    if (c->status != PLOT_OK) return;
    c->status = status;
    if (!c->writing) n = snprintf(c->error, sizeof c->error, "figure, line %d: ", c->line);
    va_start(arguments, format);
    vsnprintf(c->error + n, sizeof c->error - (size_t)n, format, arguments);
    va_end(arguments);
}

static void no_memory(plot_coder *c)
{
    plot_code_fail(c, PLOT_NO_MEMORY, "out of memory");
}

static void expected(plot_coder *c, const char *what)
{
    plot_code_fail(c, PLOT_INVALID, "%s expected", what);
}

void *plot_code_room(plot_coder *c, size_t count, size_t size)
{
    void *list = c->held;
    if (c->status != PLOT_OK) return NULL;
    bool grown = plot_grow(c->memory, &list, &c->held_capacity, c->held_count, 1, sizeof *c->held);
    c->held = list;
    void *room = grown ? plot_resize(c->memory, NULL, count, size) : NULL;
    if (room == NULL) return no_memory(c), NULL;
    return c->held[c->held_count++] = room;
}

void plot_coder_free(plot_coder *c)
{
    for (size_t i = 0; i < c->held_count; i++) free(c->held[i]);
    free(c->held);
    free(c->out.bytes);
    c->held = NULL;
    c->out.bytes = NULL;
    c->held_count = 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void put(plot_coder *c, const char *bytes, size_t n)
{
    if (c->status != PLOT_OK) return;
    if (n > c->most - c->out.count) {
        plot_code_fail(c, PLOT_INVALID, "plot: a figure of more than %zu bytes", c->most);
        return;
    }
    plot_write(&c->out, c->memory, bytes, n);
    if (c->out.failed) no_memory(c);
}

static void put_word(plot_coder *c, const char *bytes, size_t n)
{
    if (!c->first) put(c, " ", 1);
    c->first = false;
    put(c, bytes, n);
}

/* The next word, in *size bytes, without taking it; 0 if the line or the text ends. */
static const char *look(const plot_coder *c, size_t *size)
{
    const char *s = c->at;
    *size = 0;
    if (c->status != PLOT_OK || (!c->first && (s == c->end || *s++ != ' '))) return s;
    while (s + *size < c->end && s[*size] != ' ' && s[*size] != '\n') (*size)++;
    return s;
}

static void take(plot_coder *c, const char *word, size_t size)
{
    c->at = word + size;
    c->first = false;
}

static bool is_word(const char *s, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(s, word, size) == 0;
}

bool plot_code_option(plot_coder *c, const char *word, bool given)
{
    if (c->writing) {
        if (given) put_word(c, word, strlen(word));
        return given;
    }
    size_t size;
    const char *s = look(c, &size);
    if (!is_word(s, size, word)) return false;
    take(c, s, size);
    return true;
}

void plot_code_word(plot_coder *c, const char *word)
{
    if (!plot_code_option(c, word, true)) plot_code_fail(c, PLOT_INVALID, "'%s' expected", word);
}

void plot_code_line(plot_coder *c)
{
    c->first = true;
    if (c->writing)
        put(c, "\n", 1);
    else if (c->status == PLOT_OK && (c->at == c->end || *c->at != '\n'))
        expected(c, "the end of the line");
    else if (c->status == PLOT_OK)
        c->at++, c->line++;
}

int plot_code_choice(plot_coder *c, const char *const names[], int count, int value)
{
    if (c->writing) {
        put_word(c, names[value], strlen(names[value]));
        return value;
    }
    size_t size;
    const char *s = look(c, &size);
    for (int i = 0; i < count; i++)
        if (is_word(s, size, names[i])) return take(c, s, size), i;
    plot_code_fail(c, PLOT_INVALID, "'%s' or the like expected", names[0]);
    return 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void put_number(plot_coder *c, double v, bool narrow)
{
    char text[PLOT_DIGITS_SIZE];
    int n = plot_digits_write(text, v, narrow);
    put_word(c, text, (size_t)n);
}

/* The next number, NaN if there is none. */
static double take_number(plot_coder *c, bool narrow, const char *what)
{
    size_t size;
    double v = (double)NAN;
    const char *s = look(c, &size);
    if (!plot_digits_read(s, size, narrow, &v)) {
        expected(c, what);
        return (double)NAN;
    }
    take(c, s, size);
    return v;
}

void plot_code_number(plot_coder *c, double *value, const char *what)
{
    if (c->writing)
        put_number(c, *value, false);
    else
        *value = take_number(c, false, what);
}

/* A whole number between the two. */
static double take_whole(plot_coder *c, double low, double high, const char *what)
{
    double v = take_number(c, false, what);
    if (v >= low && v <= high && v == floor(v)) return v;
    if (c->status == PLOT_OK) plot_code_fail(c, PLOT_INVALID, "%s is out of range", what);
    return low;
}

void plot_code_int(plot_coder *c, int *value, int low, int high, const char *what)
{
    if (c->writing)
        put_number(c, *value, false);
    else
        *value = (int)take_whole(c, low, high, what);
}

void plot_code_count(plot_coder *c, size_t *value, size_t each, const char *what)
{
    if (c->writing) {
        put_number(c, (double)*value, false);
        return;
    }
    size_t most = each > 0 ? (size_t)(c->end - c->at) / each : (size_t)1 << 53;
    *value = (size_t)take_whole(c, 0, (double)most, what);
    if (c->status != PLOT_OK) *value = 0;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void plot_code_hash(plot_coder *c, uint64_t *hash)
{
    char text[20];
    size_t size;
    if (c->writing) {
        snprintf(text, sizeof text, "#%016" PRIx64, *hash);
        put_word(c, text, 17);
        return;
    }
    const char *s = look(c, &size);
    *hash = 0;
    for (size_t i = 1; i < size && size == 17 && *s == '#'; i++) {
        int digit = hex_digit(s[i]);
        if (digit < 0) break;
        *hash = *hash << 4 | (uint64_t)digit;
        if (i == 16) {
            take(c, s, size);
            return;
        }
    }
    expected(c, "a hash of 16 digits");
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void put_text(plot_coder *c, const char *text)
{
    size_t size = strlen(text);
    put_word(c, "\"", 1);
    for (size_t i = 0, n; i < size; i += n) {
        plot_glyph unused;
        unsigned char byte = (unsigned char)text[i];
        n = plot_glyph_take(text + i, size - i, PLOT_UTF8, &unused);
        char escape[5] = { '\\', text[i] };
        if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && n == 1))
            put(c, escape, (size_t)snprintf(escape, sizeof escape, "\\x%02x", byte));
        else if (byte == '"' || byte == '\\')
            put(c, escape, 2);
        else
            put(c, text + i, n);
    }
    put(c, "\"", 1);
}

/* Takes the character at *s, before end, off a text; 0 if there is none, or one that no text has. */
static char text_character(const char **s, const char *end)
{
    if (*s == end || (unsigned char)**s < ' ') return '\0';
    if (*(*s)++ != '\\') return (*s)[-1];
    if (*s == end) return '\0';
    if (*(*s)++ != 'x') return (*s)[-1] == '"' || (*s)[-1] == '\\' ? (*s)[-1] : '\0';
    int high = end - *s >= 2 ? hex_digit((*s)[0]) : -1, low = high >= 0 ? hex_digit((*s)[1]) : -1;
    if (low < 0) return '\0';
    *s += 2;
    return (char)(16 * high + low);
}

void plot_code_text(plot_coder *c, const char **text)
{
    size_t n = 0, unused;
    if (c->writing) {
        put_text(c, *text != NULL ? *text : "");
        return;
    }
    const char *s = look(c, &unused), *start = s;
    *text = NULL;
    if (c->status == PLOT_OK && (s == c->end || *s++ != '"')) expected(c, "a text in quotes");
    if (c->status != PLOT_OK) return;
    bool good = true;
    while (good && s < c->end && *s != '"') good = text_character(&s, c->end) != '\0';
    if (!good || s == c->end) {
        expected(c, "a text's character or end");
        return;
    }
    char *copy = plot_code_room(c, (size_t)(s - start), 1);
    if (copy == NULL) return;
    for (const char *from = start + 1; from < s;) copy[n++] = text_character(&from, s);
    copy[n] = '\0';
    take(c, s, 1);
    *text = n > 0 ? copy : NULL;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static bool is_float(double v)
{
    return isnan(v) || isinf(v) || (fabs(v) <= (double)FLT_MAX && (double)(float)v == v);
}

static void put_numbers(plot_coder *c, const plot_list *list, size_t n)
{
    bool narrow = true;
    for (size_t i = 0; narrow && list->wide != NULL && i < n; i++) narrow = is_float(list->wide[i]);
    put_word(c, narrow ? "f" : "d", 1);
    for (size_t i = 0; i < n && c->status == PLOT_OK; i++)
        put_number(c, list->wide != NULL ? list->wide[i] : (double)list->narrow[i], narrow);
}

static void take_numbers(plot_coder *c, plot_list *list, size_t n, bool wide)
{
    static const char *const types[] = { "f", "d" };
    bool narrow = plot_code_choice(c, types, 2, 0) == 0;
    if (n > (size_t)(c->end - c->at) / 2) expected(c, "more numbers");
    bool doubles = wide || !narrow;
    void *room = plot_code_room(c, n, doubles ? sizeof(double) : sizeof(float));
    double *to = doubles ? room : NULL;
    float *to_narrow = doubles ? NULL : room;
    for (size_t i = 0; i < n && room != NULL; i++) {
        double v = take_number(c, narrow, "a number");
        if (c->status != PLOT_OK) return;
        if (to != NULL)
            to[i] = v;
        else
            to_narrow[i] = (float)v;
    }
    *list = (plot_list){ to, to_narrow };
}

void plot_code_numbers(plot_coder *c, const char *word, plot_list *list, size_t n, bool wide)
{
    bool given = list->wide != NULL || list->narrow != NULL;
    if (!c->writing) *list = (plot_list){ NULL, NULL };
    if (!plot_code_option(c, word, given)) return;
    if (c->writing)
        put_numbers(c, list, n);
    else
        take_numbers(c, list, n, wide);
    plot_code_line(c);
}

static void put_base64(plot_coder *c, const unsigned char *bytes, size_t n)
{
    plot_bytes letters = { .memory = c->memory };
    plot_bytes_base64(&letters, bytes, n);
    if (letters.failed)
        no_memory(c);
    else
        put_word(c, (const char *)letters.data, letters.count);
    free(letters.data);
}

/* The value of a letter; 64: of the padding; 255: of none. */
static unsigned letter_value(char c)
{
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9') return (unsigned)(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? 64 : 255;
}

static const unsigned char *take_base64(plot_coder *c, size_t n)
{
    size_t size;
    const char *s = look(c, &size);
    unsigned char *bytes =
        size / 4 == (n + 2) / 3 && size % 4 == 0 ? plot_code_room(c, n, 1) : NULL;
    for (size_t i = 0; bytes != NULL && i < size; i += 4) {
        size_t count = n - i / 4 * 3 < 3 ? n - i / 4 * 3 : 3;
        uint32_t three = 0;
        for (size_t k = 0; k < 4; k++) {
            unsigned v = letter_value(s[i + k]);
            if (k > count ? v != 64 : v > 63) {
                expected(c, "base64");
                return NULL;
            }
            three = three << 6 | (v & 63);
        }
        for (size_t k = 0; k < count; k++)
            bytes[i / 4 * 3 + k] = (unsigned char)(three >> (16 - 8 * k));
    }
    if (bytes == NULL)
        plot_code_fail(c, PLOT_INVALID, "base64 of %zu bytes expected", n);
    else
        take(c, s, size);
    return bytes;
}

void plot_code_bytes(plot_coder *c, const char *word, const unsigned char **bytes, size_t n)
{
    if (!c->writing) *bytes = NULL;
    if (n == 0 || !plot_code_option(c, word, *bytes != NULL)) return;
    if (c->writing)
        put_base64(c, *bytes, n);
    else
        *bytes = take_base64(c, n);
    plot_code_line(c);
}
