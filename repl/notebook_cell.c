/* notebook_cell.c -- see notebook_cell.h. */
#include "repl/notebook_cell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"

static const char *const words[CELL_TYPES] = {
    [CELL_CODE] = "",         [CELL_MARKDOWN] = "markdown", [CELL_NOTE] = "note",
    [CELL_RAW] = "raw",       [CELL_HINT] = "hint",         [CELL_EXERCISE] = "exercise",
    [CELL_SETUP] = "setup",   [CELL_SOLUTION] = "solution", [CELL_CHECK] = "check",
    [CELL_HIDDEN] = "hidden",
};

const char *cell_type_word(cell_type type)
{
    return words[type];
}

int cell_type_find(const char *word, size_t n)
{
    if (n == 2 && memcmp(word, "md", 2) == 0) return CELL_MARKDOWN;
    for (int i = 1; i < CELL_TYPES; i++)
        if (strlen(words[i]) == n && memcmp(words[i], word, n) == 0) return i;
    return -1;
}

bool cell_is_code(const notebook_cell *cell)
{
    return cell->type == CELL_CODE || cell->type >= CELL_EXERCISE;
}

/* ---- versions -------------------------------------------------------------------------------- */

notebook_cell *cell_new(uint64_t id, cell_type type, const char *source, size_t size)
{
    notebook_cell *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    *c = (notebook_cell){ .references = 1, .id = id, .type = type };
    c->title = copy_bytes("", 0), c->options = copy_bytes("", 0);
    if (c->title && c->options && cell_set_source(c, source, size)) return c;
    cell_release(c);
    return NULL;
}

notebook_cell *cell_copy(const notebook_cell *cell)
{
    notebook_cell *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    *c = *cell;
    c->references = 1;
    c->title = copy_bytes(cell->title, strlen(cell->title));
    c->options = copy_bytes(cell->options, strlen(cell->options));
    c->source = copy_bytes(cell->source, cell->size);
    c->raw = cell->raw ? copy_bytes(cell->raw, cell->head + cell->body + cell->tail) : NULL;
    c->outputs = outputs_hold(cell->outputs);
    if (c->title && c->options && c->source && (c->raw || !cell->raw)) return c;
    cell_release(c);
    return NULL;
}

notebook_cell *cell_hold(notebook_cell *cell)
{
    cell->references++;
    return cell;
}

void cell_release(notebook_cell *cell)
{
    if (!cell || --cell->references > 0) return;
    outputs_release(cell->outputs);
    free(cell->title);
    free(cell->options);
    free(cell->source);
    free(cell->raw);
    free(cell);
}

bool cell_set_source(notebook_cell *cell, const char *source, size_t size)
{
    if (cell->source && cell->size == size && memcmp(cell->source, source, size) == 0) return true;
    char *copy = copy_bytes(source, size);
    if (!copy) return false;
    free(cell->source);
    cell->source = copy, cell->size = size;
    cell->hash = hash_bytes(copy, size);
    cell->body_kept = false;
    return true;
}

bool cell_set_type(notebook_cell *cell, cell_type type)
{
    if (cell->type == type) return true;
    cell->type = type;
    cell->head_kept = cell->body_kept = false; /* text stands in comments */
    return true;
}

static bool set_line(notebook_cell *cell, char **field, const char *text)
{
    while (isspace((unsigned char)*text)) text++;
    char *copy = copy_bytes(text, strlen(text));
    if (!copy) return false;
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127) *p = ' ';
    for (size_t n = strlen(copy); n > 0 && copy[n - 1] == ' ';) copy[--n] = '\0';
    if (strcmp(copy, *field) != 0) cell->head_kept = false;
    free(*field);
    *field = copy;
    return true;
}

bool cell_set_title(notebook_cell *cell, const char *title)
{
    return set_line(cell, &cell->title, title);
}

bool cell_set_options(notebook_cell *cell, const char *options)
{
    return set_line(cell, &cell->options, options);
}

/* ---- options --------------------------------------------------------------------------------- */

/* The end of a value: a word, or what stands between brackets and quotes that match. */
static size_t value_length(const char *s, size_t n)
{
    size_t i = 0, depth = 0;
    for (; i < n; i++) {
        if (s[i] == '"') {
            for (i++; i < n && s[i] != '"'; i++)
                if (s[i] == '\\') i++;
        } else if (s[i] == '[' || s[i] == '{')
            depth++;
        else if (s[i] == ']' || s[i] == '}')
            depth -= depth > 0;
        else if (depth == 0 && isspace((unsigned char)s[i]))
            break;
    }
    return i < n ? i : n;
}

size_t cell_option_length(const char *s, size_t n, size_t *key)
{
    size_t i = 0;
    if (n == 0 || !(isalpha((unsigned char)s[0]) || s[0] == '_')) return 0;
    while (i < n && (isalnum((unsigned char)s[i]) || strchr("_-.:", s[i]))) i++;
    if (i + 1 >= n || s[i] != '=' || s[i + 1] == '=' || isspace((unsigned char)s[i + 1])) return 0;
    *key = i;
    return i + 1 + value_length(s + i + 1, n - i - 1);
}

const char *cell_option(const notebook_cell *cell, const char *key, size_t *size)
{
    const char *s = cell->options, *end = s + strlen(s);
    while (s < end) {
        size_t k, n = cell_option_length(s, (size_t)(end - s), &k);
        if (n > 0 && strlen(key) == k && memcmp(s, key, k) == 0) {
            *size = n - k - 1;
            return s + k + 1;
        }
        s += n > 0 ? n : 1;
    }
    return NULL;
}

bool cell_has_tag(const notebook_cell *cell, const char *tag)
{
    size_t size, n = strlen(tag);
    const char *s = cell_option(cell, "tags", &size);
    for (size_t i = 0; s && i + n <= size; i++) {
        if (memcmp(s + i, tag, n) != 0) continue;
        bool begins = i == 0 || strchr("[\"', ", s[i - 1]);
        bool ends = i + n == size || strchr("]\"', ", s[i + n]);
        if (begins && ends) return true;
    }
    return false;
}
