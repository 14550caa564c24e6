/* cells.c -- see cells.h.  A tokenizer and a recursive-descent reader of Lua 5.4's grammar that builds nothing:
** it only needs to know where top-level statements begin and end.  Where Lua would report an error it gives up. */
#include "lua_api/cells.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 190 /* nested levels: Lua itself allows 200 */

typedef struct token {
    char kind; /* 'n' name, 'k' keyword, 's' string, '0' number, 'o' operator, 'e' end */
    uint32_t start, end;
} token;

typedef struct edit { /* at `at`: `drop` bytes are replaced by `put` */
    uint32_t at, drop;
    const char *put;
} edit;

typedef struct reader {
    const char *code;
    token *tokens;
    edit *edits;
    size_t ntokens, room, nedits, edit_room, next;
    int depth;
    cells_mode mode;
    cells_result result;
} reader;

#define CELL_NAME "moonlab_cell."

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Length of a long bracket's opening at s ("[==["), its level in *level; 0 if there is none. */
static size_t long_open(const char *s, const char *end, size_t *level)
{
    const char *p = s;
    if (p == end || *p++ != '[') return 0;
    *level = 0;
    while (p < end && *p == '=') p++, (*level)++;
    return p < end && *p == '[' ? (size_t)(p + 1 - s) : 0;
}

/* The end of a long string whose text begins at s; NULL if it is unfinished. */
static const char *long_close(const char *s, const char *end, size_t level)
{
    for (; s < end; s++) {
        if (*s != ']') continue;
        const char *p = s + 1;
        size_t n = 0;
        while (p < end && *p == '=') p++, n++;
        if (n == level && p < end && *p == ']') return p + 1;
    }
    return NULL;
}

static const char *skip_comment(const char *s, const char *end) /* s is after "--" */
{
    size_t level, open = long_open(s, end, &level);
    if (open) return long_close(s + open, end, level);
    while (s < end && *s != '\n') s++;
    return s;
}

static const char *skip_string(const char *s, const char *end) /* s is at the quote */
{
    char quote = *s++;
    while (s < end && *s != quote) {
        if (*s == '\n') return NULL;
        if (*s == '\\' && ++s < end && *s == 'z') {
            while (s + 1 < end && isspace((unsigned char)s[1])) s++;
        } else if (s + 1 < end && *s == '\r' && s[1] == '\n')
            s++;
        if (s < end) s++;
    }
    return s < end ? s + 1 : NULL;
}

static const char *skip_number(const char *s, const char *end)
{
    const char *exponent = "eE";
    if (*s == '0' && s + 1 < end && (s[1] == 'x' || s[1] == 'X')) exponent = "pP", s += 2;
    while (s < end) {
        if (strchr(exponent, *s) && *s) {
            s++;
            if (s < end && (*s == '+' || *s == '-')) s++;
        } else if (is_name_char(*s) || *s == '.')
            s++;
        else
            break;
    }
    return s;
}

static size_t operator_length(const char *s, size_t n)
{
    static const char *const longer[] = { "...", "..", "==", "~=", "<=",
                                          ">=",  "//", "::", "<<", ">>" };
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t length = strlen(longer[i]);
        if (n >= length && memcmp(s, longer[i], length) == 0) return length;
    }
    return *s && strchr("+-*/%^#&~|<>=(){}[];:,.", *s) ? 1 : 0;
}

static bool is_keyword(const char *s, size_t n)
{
    static const char *const words[] = { "and",   "break", "do",       "else", "elseif", "end",
                                         "false", "for",   "function", "goto", "if",     "in",
                                         "local", "nil",   "not",      "or",   "repeat", "return",
                                         "then",  "true",  "until",    "while" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0) return true;
    return false;
}

static bool add_token(reader *r, char kind, const char *start, const char *end)
{
    if (r->ntokens == r->room) {
        size_t room = r->room ? r->room * 2 : 256;
        token *tokens = realloc(r->tokens, room * sizeof *tokens);
        if (!tokens) return r->result = CELLS_MEMORY, false;
        r->tokens = tokens, r->room = room;
    }
    r->tokens[r->ntokens++] =
        (token){ kind, (uint32_t)(start - r->code), (uint32_t)(end - r->code) };
    return true;
}

/* The end of the token at s, its kind in *kind (' ' for a comment); NULL if it is not one. */
static const char *scan(const char *s, const char *end, char *kind)
{
    size_t level, open;
    if (end - s >= 2 && s[0] == '-' && s[1] == '-') return *kind = ' ', skip_comment(s + 2, end);
    if ((open = long_open(s, end, &level))) return *kind = 's', long_close(s + open, end, level);
    if (*s == '"' || *s == '\'') return *kind = 's', skip_string(s, end);
    if (isdigit((unsigned char)*s) || (*s == '.' && end - s > 1 && isdigit((unsigned char)s[1])))
        return *kind = '0', skip_number(s, end);
    if (is_name_char(*s)) {
        const char *p = s;
        while (p < end && is_name_char(*p)) p++;
        return *kind = is_keyword(s, (size_t)(p - s)) ? 'k' : 'n', p;
    }
    size_t length = operator_length(s, (size_t)(end - s));
    return *kind = 'o', length ? s + length : NULL;
}

static bool tokenize(reader *r, size_t size)
{
    const char *s = r->code, *end = s + size;
    if (s < end && *s == '#')
        while (s < end && *s != '\n') s++;
    while (s < end) {
        if (isspace((unsigned char)*s)) {
            s++;
            continue;
        }
        char kind;
        const char *after = scan(s, end, &kind);
        if (!after) return r->result = CELLS_SYNTAX, false;
        if (kind != ' ' && !add_token(r, kind, s, after)) return false;
        s = after;
    }
    return add_token(r, 'e', s, s);
}

/* ---- grammar --------------------------------------------------------------------------------- */

static bool give_up(reader *r)
{
    if (r->result == CELLS_OK) r->result = CELLS_SYNTAX;
    return false;
}

static bool at(const reader *r, const char *word)
{
    const token *t = &r->tokens[r->next];
    return (t->kind == 'k' || t->kind == 'o') && strlen(word) == t->end - t->start &&
           memcmp(r->code + t->start, word, t->end - t->start) == 0;
}

static bool accept(reader *r, const char *word)
{
    return at(r, word) ? r->next++, true : false;
}

static bool expect(reader *r, const char *word)
{
    return accept(r, word) || give_up(r);
}

static char kind_here(const reader *r)
{
    return r->tokens[r->next].kind;
}

static bool name(reader *r)
{
    return kind_here(r) == 'n' ? r->next++, true : give_up(r);
}

static bool at_any(const reader *r, const char *const words[])
{
    for (int i = 0; words[i]; i++)
        if (at(r, words[i])) return true;
    return false;
}

static bool expression(reader *r);
static bool block(reader *r);

static bool expressions(reader *r)
{
    do {
        if (!expression(r)) return false;
    } while (accept(r, ","));
    return true;
}

static bool table(reader *r) /* after "{" */
{
    while (!at(r, "}")) {
        if (accept(r, "[")) {
            if (!expression(r) || !expect(r, "]") || !expect(r, "=")) return false;
        } else if (kind_here(r) == 'n') {
            r->next++;
            if (!accept(r, "=")) r->next--;
        }
        if (!expression(r)) return false;
        if (!accept(r, ",") && !accept(r, ";")) break;
    }
    return expect(r, "}");
}

static bool function_body(reader *r)
{
    if (!expect(r, "(")) return false;
    if (!at(r, ")")) {
        do {
            if (accept(r, "...")) break;
            if (!name(r)) return false;
        } while (accept(r, ","));
    }
    return expect(r, ")") && block(r) && expect(r, "end");
}

static bool arguments(reader *r)
{
    if (kind_here(r) == 's') return r->next++, true;
    if (accept(r, "{")) return table(r);
    if (!expect(r, "(")) return false;
    return accept(r, ")") || (expressions(r) && expect(r, ")"));
}

/* A name or (expression) and what follows it; *call tells whether a call ends it, *plain whether it
** is something that can be assigned to. */
static bool suffixed(reader *r, bool *call, bool *plain)
{
    *call = false, *plain = kind_here(r) == 'n';
    if (*plain)
        r->next++;
    else if (!expect(r, "(") || !expression(r) || !expect(r, ")"))
        return false;
    for (;;) {
        if (accept(r, ".")) {
            if (!name(r)) return false;
            *call = false, *plain = true;
        } else if (accept(r, "[")) {
            if (!expression(r) || !expect(r, "]")) return false;
            *call = false, *plain = true;
        } else if (at(r, "(") || at(r, "{") || kind_here(r) == 's' || at(r, ":")) {
            if (accept(r, ":") && !name(r)) return false;
            if (!arguments(r)) return false;
            *call = true, *plain = false;
        } else
            return true;
    }
}

static bool at_binary(const reader *r)
{
    static const char *const words[] = { "+",  "-",  "*",  "/",   "//", "%",  "^", "..",
                                         "==", "~=", "<",  ">",   "<=", ">=", "&", "|",
                                         "~",  "<<", ">>", "and", "or", NULL };
    return at_any(r, words);
}

static bool operand(reader *r)
{
    static const char *const constants[] = { "nil", "true", "false", "...", NULL };
    static const char *const unary[] = { "-", "not", "#", "~", NULL };
    while (at_any(r, unary)) r->next++;
    bool call, plain;
    if (kind_here(r) == '0' || kind_here(r) == 's' || at_any(r, constants)) return r->next++, true;
    if (accept(r, "{")) return table(r);
    if (accept(r, "function")) return function_body(r);
    return suffixed(r, &call, &plain);
}

static bool expression(reader *r)
{
    if (++r->depth > DEEPEST) return give_up(r);
    do {
        if (!operand(r)) return false;
    } while (at_binary(r) && ++r->next);
    r->depth--;
    return true;
}

static bool if_statement(reader *r)
{
    do {
        if (!expression(r) || !expect(r, "then") || !block(r)) return false;
    } while (accept(r, "elseif"));
    if (accept(r, "else") && !block(r)) return false;
    return expect(r, "end");
}

static bool for_statement(reader *r)
{
    do {
        if (!name(r)) return false;
    } while (accept(r, ","));
    if (!accept(r, "=") && !expect(r, "in")) return false;
    return expressions(r) && expect(r, "do") && block(r) && expect(r, "end");
}

static bool attribute(reader *r)
{
    return !accept(r, "<") || (name(r) && expect(r, ">"));
}

static bool local_names(reader *r)
{
    do {
        if (!name(r) || !attribute(r)) return false;
    } while (accept(r, ","));
    return !accept(r, "=") || expressions(r);
}

static bool function_name(reader *r)
{
    if (!name(r)) return false;
    while (accept(r, "."))
        if (!name(r)) return false;
    return !accept(r, ":") || name(r);
}

static bool assignment_or_call(reader *r)
{
    bool call, plain;
    if (!suffixed(r, &call, &plain)) return false;
    if (call) return true;
    while (accept(r, ","))
        if (!suffixed(r, &call, &plain)) return false;
    return expect(r, "=") && expressions(r);
}

static bool at_block_end(const reader *r)
{
    static const char *const words[] = { "end", "else", "elseif", "until", NULL };
    return kind_here(r) == 'e' || at_any(r, words);
}

static bool return_statement(reader *r)
{
    if (!at_block_end(r) && !at(r, ";") && !expressions(r)) return false;
    accept(r, ";");
    return at_block_end(r) || give_up(r);
}

static bool statement(reader *r)
{
    if (accept(r, ";")) return true;
    if (accept(r, "::")) return name(r) && expect(r, "::");
    if (accept(r, "break")) return true;
    if (accept(r, "goto")) return name(r);
    if (accept(r, "do")) return block(r) && expect(r, "end");
    if (accept(r, "while")) return expression(r) && expect(r, "do") && block(r) && expect(r, "end");
    if (accept(r, "repeat")) return block(r) && expect(r, "until") && expression(r);
    if (accept(r, "if")) return if_statement(r);
    if (accept(r, "for")) return for_statement(r);
    if (accept(r, "function")) return function_name(r) && function_body(r);
    if (accept(r, "return")) return return_statement(r);
    if (accept(r, "local"))
        return accept(r, "function") ? name(r) && function_body(r) : local_names(r);
    return assignment_or_call(r);
}

static bool block(reader *r)
{
    if (++r->depth > DEEPEST) return give_up(r);
    while (!at_block_end(r))
        if (!statement(r)) return false;
    r->depth--;
    return true;
}

/* ---- edits ----------------------------------------------------------------------------------- */

static bool change(reader *r, uint32_t at_byte, uint32_t drop, const char *put)
{
    if (r->nedits == r->edit_room) {
        size_t room = r->edit_room ? r->edit_room * 2 : 32;
        edit *edits = realloc(r->edits, room * sizeof *edits);
        if (!edits) return r->result = CELLS_MEMORY, false;
        r->edits = edits, r->edit_room = room;
    }
    r->edits[r->nedits++] = (edit){ at_byte, drop, put };
    return true;
}

static bool token_is(const reader *r, const token *t, const char *word)
{
    return strlen(word) == t->end - t->start && memcmp(r->code + t->start, word, strlen(word)) == 0;
}

/* Must this `local` (its names begin at the next token) stay one? */
static bool stays_local(const reader *r)
{
    for (size_t i = r->next; r->tokens[i].kind == 'n';) {
        if (token_is(r, &r->tokens[i], "_ENV")) return true;
        i++;
        if (token_is(r, &r->tokens[i], "<") && r->tokens[i + 1].kind == 'n') {
            if (!token_is(r, &r->tokens[i + 1], "const")) return true;
            i += 3;
        }
        if (!token_is(r, &r->tokens[i], ",")) break;
        i++;
    }
    return false;
}

static bool session_local_names(reader *r, uint32_t local_start)
{
    if (!change(r, local_start, 5, "")) return false;
    do {
        if (!change(r, r->tokens[r->next].start, 0, CELL_NAME) || !name(r)) return false;
        uint32_t start = r->tokens[r->next].start;
        size_t first = r->next;
        if (!attribute(r)) return false;
        if (r->next > first && !change(r, start, r->tokens[r->next - 1].end - start, ""))
            return false;
    } while (accept(r, ","));
    if (accept(r, "=")) return expressions(r);
    return change(r, r->tokens[r->next - 1].end, 0, "=nil;");
}

static bool top_local(reader *r) /* after "local" */
{
    uint32_t start = r->tokens[r->next - 1].start;
    if (accept(r, "function")) {
        if (!change(r, start, r->tokens[r->next - 1].start - start, "")) return false;
        if (!change(r, r->tokens[r->next].start, 0, CELL_NAME)) return false;
        return name(r) && function_body(r);
    }
    return stays_local(r) ? local_names(r) : session_local_names(r, start);
}

/* A statement that begins like an expression: an assignment, a call, or, as the very last, a value. */
static bool top_expression(reader *r)
{
    size_t first = r->next;
    int depth = r->depth;
    if (assignment_or_call(r) && !at_binary(r) && !at(r, ",")) {
        size_t last = r->next - 1;
        /* A call is shown only as the last thing in the cell. */
        bool call = kind_here(r) == 'e' && r->mode == CELLS_SESSION;
        for (size_t i = first; call && i <= last; i++)
            if (token_is(r, &r->tokens[i], "=")) { /* an assignment, or a table in the arguments */
                r->next = first, r->depth = depth;
                bool ends_in_call, plain;
                if (!suffixed(r, &ends_in_call, &plain)) return false;
                call = r->next - 1 == last;
                r->next = last + 1;
                break;
            }
        return !call || (change(r, r->tokens[first].start, 0, "moonlab_show(") &&
                         change(r, r->tokens[last].end, 0, ")"));
    }
    if (r->result == CELLS_MEMORY) return false;
    r->next = first, r->depth = depth, r->result = CELLS_OK;
    if (!expressions(r)) return false;
    size_t last = r->next - 1;
    bool quiet = at(r, ";");
    while (accept(r, ";")) continue;
    if (kind_here(r) != 'e') return give_up(r);
    return change(r, r->tokens[first].start, 0, quiet ? "local _=" : "moonlab_show(") &&
           (quiet || change(r, r->tokens[last].end, 0, ")"));
}

static bool top_statement(reader *r)
{
    static const char *const words[] = { ";",      "::", "break", "goto",   "do", "while",
                                         "repeat", "if", "for",   "return", NULL };
    if (at(r, "local")) {
        if (r->mode == CELLS_EXPRESSION) return statement(r);
        return r->next++, top_local(r);
    }
    bool named = at(r, "function") && r->tokens[r->next + 1].kind == 'n';
    return named || at_any(r, words) ? statement(r) : top_expression(r);
}

static char *apply(const reader *r, size_t size, size_t *out_size)
{
    static const char head[] = "local moonlab_cell,moonlab_show=...;";
    size_t n = size + sizeof head;
    for (size_t i = 0; i < r->nedits; i++) n += strlen(r->edits[i].put);
    char *out = malloc(n), *p = out;
    if (!out) return NULL;
    size_t from = 0;
    if (size > 0 && r->code[0] == '#') /* Lua skips such a line only in files */
        while (from < size && r->code[from] != '\n') from++;
    p = memcpy(p, head, sizeof head - 1), p += sizeof head - 1;
    for (size_t i = 0; i < r->nedits; i++) {
        const edit *e = &r->edits[i];
        memcpy(p, r->code + from, e->at - from), p += e->at - from;
        memcpy(p, e->put, strlen(e->put)), p += strlen(e->put);
        /* What is dropped may run over lines: they are kept, so that the numbers stay right. */
        for (from = e->at; from < e->at + e->drop; from++)
            if (r->code[from] == '\n') *p++ = '\n';
    }
    memcpy(p, r->code + from, size - from), p += size - from;
    *p = '\0';
    *out_size = (size_t)(p - out);
    return out;
}

cells_result cells_rewrite(const char *code, size_t size, cells_mode mode, char **out,
                           size_t *out_size)
{
    if (size > UINT32_MAX / 2) return CELLS_SYNTAX;
    reader r = { .code = code, .mode = mode };
    *out = NULL;
    if (tokenize(&r, size))
        while (kind_here(&r) != 'e' && top_statement(&r)) continue;
    if (r.result == CELLS_OK && !(*out = apply(&r, size, out_size))) r.result = CELLS_MEMORY;
    free(r.tokens);
    free(r.edits);
    return r.result;
}
