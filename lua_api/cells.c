/* cells.c -- see cells.h.  A tokenizer and a recursive-descent reader of Lua 5.4's grammar that builds nothing:
** it only needs to know where top-level statements begin and end.  Where Lua would report an error it gives up. */
#include "lua_api/cells.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/tokens.h"

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
    void (*found)(void *ctx, const char *name, size_t length); /* NULL: nobody asks */
    void *found_ctx;
} reader;

#define CELL_NAME "moonlab_cell."

/* ---- tokens ---------------------------------------------------------------------------------- */

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

static bool tokenize(reader *r, size_t size)
{
    const char *s = r->code, *end = s + size;
    if (size > 1 && s[0] == '#' && s[1] == '!')
        while (s < end && *s != '\n') s++;
    while (s < end) {
        if (isspace((unsigned char)*s)) {
            s++;
            continue;
        }
        token_kind kind;
        bool finished;
        const char *after = token_scan(s, end, &kind, &finished);
        if (!finished || kind == TOKEN_BAD) return r->result = CELLS_SYNTAX, false;
        if (kind != TOKEN_COMMENT && !add_token(r, (char)kind, s, after)) return false;
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

/* Tells of the name at the next token. */
static void tell(const reader *r)
{
    const token *t = &r->tokens[r->next];
    if (r->found && t->kind == 'n') r->found(r->found_ctx, r->code + t->start, t->end - t->start);
}

static bool session_local_names(reader *r, uint32_t local_start)
{
    if (!change(r, local_start, 5, "")) return false;
    do {
        tell(r);
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
        tell(r);
        return name(r) && function_body(r);
    }
    return stays_local(r) ? local_names(r) : session_local_names(r, start);
}

/* Tells of the variables that the assignment from token FIRST on sets. */
static void tell_targets(reader *r, size_t first)
{
    size_t after = r->next;
    bool call, plain;
    r->next = first;
    do {
        const token *following = &r->tokens[r->next + 1];
        if (token_is(r, following, ",") || token_is(r, following, "=")) tell(r);
    } while (suffixed(r, &call, &plain) && accept(r, ","));
    r->next = after;
}

/* A statement that begins like an expression: an assignment, a call, or, as the very last, a value. */
static bool top_expression(reader *r)
{
    size_t first = r->next;
    int depth = r->depth;
    if (assignment_or_call(r) && !at_binary(r) && !at(r, ",")) {
        size_t last = r->next - 1;
        if (r->found) tell_targets(r, first);
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
    if (r->mode == CELLS_SCRIPT)
        return change(r, r->tokens[first].start, 0, quiet ? "local _ = " : "show(") &&
               change(r, r->tokens[last].end, 0, quiet ? "" : ")");
    return change(r, r->tokens[first].start, 0, quiet ? "moonlab_quiet(" : "moonlab_show(") &&
           change(r, r->tokens[last].end, 0, ")");
}

static bool top_statement(reader *r)
{
    static const char *const words[] = { ";",      "::", "break", "goto",   "do", "while",
                                         "repeat", "if", "for",   "return", NULL };
    if (at(r, "local")) {
        if (r->mode != CELLS_SESSION) return statement(r);
        return r->next++, top_local(r);
    }
    bool named = at(r, "function") && r->tokens[r->next + 1].kind == 'n';
    if (named && token_is(r, &r->tokens[r->next + 2], "(")) r->next++, tell(r), r->next--;
    return named || at_any(r, words) ? statement(r) : top_expression(r);
}

static char *apply(const reader *r, size_t size, size_t *out_size)
{
    static const char head[] = "local moonlab_cell,moonlab_show,moonlab_quiet=...;";
    bool script = r->mode == CELLS_SCRIPT;
    size_t n = size + sizeof head;
    for (size_t i = 0; i < r->nedits; i++) n += strlen(r->edits[i].put);
    char *out = malloc(n), *p = out;
    if (!out) return NULL;
    size_t from = 0;
    if (!script && size > 1 && r->code[0] == '#' &&
        r->code[1] == '!') /* Lua skips such a line only in files */
        while (from < size && r->code[from] != '\n') from++;
    if (!script) p = memcpy(p, head, sizeof head - 1), p += sizeof head - 1;
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

void cells_assigned(const char *code, size_t size,
                    void (*found)(void *ctx, const char *name, size_t length), void *ctx)
{
    if (size > UINT32_MAX / 2) return;
    reader r = { .code = code, .mode = CELLS_SESSION, .found = found, .found_ctx = ctx };
    if (tokenize(&r, size))
        while (kind_here(&r) != 'e' && top_statement(&r)) continue;
    free(r.tokens);
    free(r.edits);
}
