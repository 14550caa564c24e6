/* code_shape.c -- see code_shape.h. */
#include "repl/code_shape.h"

#include <ctype.h>
#include <string.h>

typedef struct word_depth {
    const char *word;
    int closes, opens;
} word_depth;

static const word_depth words[] = { { "do", 0, 1 },     { "then", 0, 1 },  { "function", 0, 1 },
                                    { "repeat", 0, 1 }, { "else", 1, 1 },  { "elseif", 1, 0 },
                                    { "end", 1, 0 },    { "until", 1, 0 }, { "(", 0, 1 },
                                    { "{", 0, 1 },      { "[", 0, 1 },     { ")", 1, 0 },
                                    { "}", 1, 0 },      { "]", 1, 0 },     { NULL, 0, 0 } };

/* What the word or operator at s does, its length in *n; NULL: nothing. */
static const word_depth *depth_at(const char *s, const char *end, char kind, size_t *n)
{
    *n = 1;
    if (kind == 'k')
        while (s + *n < end && isalpha((unsigned char)s[*n])) ++*n;
    else if (kind != 'o')
        return NULL;
    for (const word_depth *w = words; w->word; w++)
        if (strlen(w->word) == *n && memcmp(w->word, s, *n) == 0) return w;
    return NULL;
}

int code_depth(const char *text, size_t size, const char *kinds)
{
    int depth = 0;
    size_t n;
    for (size_t i = 0; i < size; i += n) {
        const word_depth *w = depth_at(text + i, text + size, kinds[i], &n);
        if (w) depth += w->opens - w->closes;
    }
    return depth;
}

/* How many blocks and brackets the words at the start of a line close. */
static int closed_first(const char *line, const char *end, const char *kinds)
{
    int closed = 0;
    size_t n;
    for (const char *s = line; s < end && *s != '\n'; s += n) {
        const word_depth *w = depth_at(s, end, kinds[s - line], &n);
        if (*s == ' ' || *s == '\t') continue;
        if (!w || !w->closes) break;
        closed += w->closes;
    }
    return closed;
}

static bool is_bracket(char c)
{
    return c && strchr("()[]{}", c);
}

size_t code_partner(const char *text, size_t size, const char *kinds, size_t point)
{
    static const char brackets[] = "()[]{}";
    size_t at = point;
    if (at >= size || kinds[at] != 'o' || !is_bracket(text[at])) at = point - 1;
    if (at >= size || kinds[at] != 'o' || !is_bracket(text[at])) return size;
    long which = strchr(brackets, text[at]) - brackets, depth = 0;
    char other = brackets[which ^ 1];
    for (size_t i = at; i < size; i += which & 1 ? (size_t)-1 : 1) {
        if (kinds[i] != 'o') continue;
        if (text[i] == text[at]) depth++;
        if (text[i] == other && --depth == 0) return i;
    }
    return size;
}

/* ---- indentation ----------------------------------------------------------------------------- */

static size_t line_start(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] != '\n') at--;
    return at;
}

int code_indent(const char *text, size_t size, size_t start)
{
    int n = 0;
    while (start < size && text[start++] == ' ') n++;
    return n;
}

static bool starts_in_string(size_t size, size_t start, const char *kinds)
{
    return start > 0 && start < size && kinds[start - 1] == 's' && kinds[start] == 's';
}

int code_own_indent(const char *text, size_t size, size_t point, const char *kinds)
{
    size_t start = line_start(text, point);
    int now = code_indent(text, size, start);
    int closed = closed_first(text + start, text + size, kinds + start);
    int before = code_depth(text, start, kinds);
    bool in_string = starts_in_string(size, start, kinds);
    if (in_string || closed == 0 || start == 0 || now <= CODE_INDENT * (before - closed))
        return now;
    return before > closed ? CODE_INDENT * (before - closed) : 0;
}

int code_next_indent(const char *text, size_t size, size_t point, const char *kinds, int *own)
{
    size_t start = line_start(text, point);
    int closed = closed_first(text + start, text + size, kinds + start);
    int before = code_depth(text, start, kinds), after = code_depth(text, point, kinds);
    bool in_string = starts_in_string(size, start, kinds);
    *own = code_own_indent(text, size, point, kinds);
    int more = after - (before - closed);
    int next = (in_string ? CODE_INDENT * before : *own) + CODE_INDENT * (more > 1 ? 1 : more);
    char kind = point > 0 ? kinds[point - 1] : ' ';
    bool inside = (kind == 's' || kind == 'c') && point < size && kinds[point] == kind;
    if (kind == 's' && point == size && !strchr("'\"]", text[point - 1]))
        inside = true; /* of a long string */
    return inside || next < 0 ? 0 : next;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static bool is_name(char kind)
{
    return kind == 'n' || kind == 'g';
}

/* The start of the chain of names "a.b:c" that ends at END; END if there is none. */
static size_t chain_start(const char *text, const char *kinds, size_t end)
{
    size_t at = end;
    while (at > 0) {
        size_t from = at;
        while (from > 0 && is_name(kinds[from - 1])) from--;
        if (from == at) break;
        at = from;
        if (from < 2 || kinds[from - 1] != 'o' || !strchr(".:", text[from - 1])) break;
        if (!is_name(kinds[from - 2])) break;
        at = from - 1;
    }
    return at < end && kinds[at] == 'o' ? at + 1 : at;
}

/* The block that the keyword at AT closes (1) or opens (-1); 0 if no keyword begins there. */
static int block_at(const char *text, size_t size, const char *kinds, size_t at)
{
    size_t n;
    if (kinds[at] != 'k' ||
        (at > 0 && kinds[at - 1] == 'k' && isalpha((unsigned char)text[at - 1])))
        return 0;
    const word_depth *w = depth_at(text + at, text + size, 'k', &n);
    return w ? w->closes - w->opens : 0;
}

bool code_call(const char *text, size_t size, size_t point, const char *kinds, size_t *name,
               size_t *length, int *argument)
{
    int depth = 0, commas = 0, blocks = 0;
    if (point > size) point = size;
    for (size_t i = point; i-- > 0;) {
        blocks += block_at(text, size, kinds, i);
        if (blocks < 0) return false; /* in a function among the arguments */
        if (kinds[i] != 'o' || blocks > 0) continue;
        if (strchr(")]}", text[i])) depth++;
        if (text[i] == ',' && depth == 0) commas++;
        if (!strchr("([{", text[i]) || depth-- > 0) continue;
        depth = 0;
        size_t end = i;
        while (end > 0 && text[end - 1] == ' ') end--;
        size_t start = chain_start(text, kinds, end);
        if (text[i] == '(' && start < end) {
            *name = start, *length = end - start, *argument = commas;
            return true;
        }
        commas = 0; /* of a table or of parentheses: what is around counts */
    }
    return false;
}
