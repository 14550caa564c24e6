/* cell_editor.c -- see cell_editor.h.
**
** A key's bytes are fed to Readline (cell_readline.c); when it has taken them, its buffer is compared with the cell's text
** (settle), and what differs becomes a step of undo there. */
#define _POSIX_C_SOURCE 200809L
#include "repl/cell_editor.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>

#include "repl/cell_editor_private.h"
#include "repl/cell_popup.h"
#include "repl/code_shape.h"

#define MOST_BYTES  ((size_t)8 << 20)
#define LONGEST_KEY 100

struct cell_editor_state editor;

/* ---- text ------------------------------------------------------------------------------------ */

static bool searching(void)
{
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

static const char *kinds_of(const char *text, size_t size)
{
    return code_kinds_of(&editor.kinds, text, size, editor.host.highlight, editor.host.ctx);
}

/* The kinds of Readline's buffer; NULL out of memory. */
const char *cell_editor_kinds(void)
{
    return kinds_of(rl_line_buffer, (size_t)rl_end);
}

/* The cell's text into Readline. */
static void load(void)
{
    size_t size;
    const char *bytes = cell_text_bytes(editor.text, &size);
    rl_replace_line(bytes, 1);
    rl_point = (int)cell_text_point(editor.text);
    if (rl_mark > rl_end) rl_mark = 0;
}

/* Readline's buffer into the cell's text. */
static void store(void)
{
    size_t size;
    const char *bytes = cell_text_bytes(editor.text, &size);
    lines_key_ends((size_t)rl_end < size);
    if (size == (size_t)rl_end && memcmp(bytes, rl_line_buffer, size) == 0) {
        if (cell_text_point(editor.text) != (size_t)rl_point) cell_text_close_step(editor.text);
        cell_text_set_point(editor.text, (size_t)rl_point);
        return;
    }
    if (!cell_text_set(editor.text, rl_line_buffer, (size_t)rl_end, (size_t)rl_point, false)) {
        load(); /* no memory for another */
        return;
    }
    editor.version++;
    editor.anchor = EDITOR_NOWHERE;
}

/* A text found in the history takes the place of the cell's, and Readline is back at the end of the history. */
static void leave_history(void)
{
    if (where_history() >= history_length) return;
    char *found = copy_bytes(rl_line_buffer, (size_t)rl_end);
    int point = rl_point;
    if (rl_maybe_unsave_line() != 0) rl_free_undo_list();
    using_history();
    rl_replace_line(found ? found : "", 1);
    rl_point = point < rl_end ? point : rl_end;
    free(found);
    cell_text_close_step(editor.text);
}

static void revert(void)
{
    while (cell_text_undo(editor.text)) editor.version++;
}

static void grant(editor_want wanted)
{
    bool done = true;
    switch (wanted) {
    case WANT_NOTHING: return;
    case WANT_UNDO: done = cell_text_undo(editor.text); break;
    case WANT_REDO: done = cell_text_redo(editor.text); break;
    case WANT_REVERT: revert(); break;
    case WANT_COMPLETION: {
        size_t size;
        const char *bytes = cell_text_bytes(editor.text, &size);
        editor.host.complete(editor.host.ctx, editor.ticket, bytes, size,
                             cell_text_point(editor.text));
        return;
    }
    }
    if (done) editor.version++;
    editor.anchor = EDITOR_NOWHERE;
    load();
}

static void filter_popup(void)
{
    const cell_editor_popup *p = cell_editor_popup_now();
    size_t size, point = cell_text_point(editor.text);
    const char *bytes = cell_text_bytes(editor.text, &size);
    if (!p) return;
    if (point < p->start)
        popup_close();
    else
        popup_filter(bytes + p->start, point - p->start);
}

/* After Readline has had a key: makes text and requests of what it did. */
static cell_editor_result settle(unsigned version)
{
    editor_want wanted = editor.request;
    editor.request = WANT_NOTHING;
    if (editor.line_ended) load(); /* no line is ever given back */
    editor.line_ended = false;
    if (searching()) return EDITOR_MOVED;
    leave_history();
    store();
    grant(wanted);
    if (wanted != WANT_COMPLETION) filter_popup();
    if (editor_in_vi_commands()) cell_text_close_step(editor.text);
    if (editor.version != version) return EDITOR_CHANGED;
    return editor.leave != EDITOR_NOTHING ? editor.leave : EDITOR_MOVED;
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* Ends what waits for more keys. */
static void drop_pending(void)
{
    if (RL_ISSTATE(RL_STATE_NSEARCH))
        cell_readline_feed(&(char){ EDITOR_ABORT }, 1);
    else if (RL_ISSTATE(RL_STATE_ISEARCH))
        cell_readline_feed("\n", 1);
    if (RL_ISSTATE(RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_VIMOTION |
                   RL_STATE_CHARSEARCH))
        rl_callback_sigcleanup();
    rl_clear_message();
}

void cell_editor_enter(cell_text *t)
{
    if (editor.text) {
        drop_pending();
        settle(editor.version);
        cell_text_close_step(editor.text);
    }
    popup_close();
    editor.text = t;
    editor.version++, editor.ticket++;
    editor.anchor = EDITOR_NOWHERE;
    editor.leave = EDITOR_NOTHING;
    editor.unindented = 0;
    code_kinds_forget(&editor.kinds);
    if (!t) {
        if (editor.null) rl_replace_line("", 1);
        return;
    }
    load();
    cell_readline_begin();
    if (editor_is_vi()) rl_vi_insertion_mode(1, 'i');
}

cell_text *cell_editor_current(void)
{
    return editor.text;
}

bool cell_editor_open(const cell_editor_host *host, char *error, size_t size)
{
    editor.host = *host;
    editor.anchor = EDITOR_NOWHERE;
    if (cell_readline_open()) return true;
    snprintf(error, size, "/dev/null cannot be opened: %s", strerror(errno));
    return false;
}

void cell_editor_close(void)
{
    cell_editor_enter(NULL);
    cell_readline_close();
    code_kinds_free(&editor.kinds);
    buffer_free(&editor.macro);
    memset(&editor, 0, sizeof editor);
}

/* ---- selection ------------------------------------------------------------------------------- */

static bool selection(size_t *from, size_t *to)
{
    size_t point = (size_t)rl_point;
    if (editor.anchor == EDITOR_NOWHERE || editor.anchor > (size_t)rl_end) return false;
    *from = editor.anchor < point ? editor.anchor : point;
    *to = editor.anchor < point ? point : editor.anchor;
    return *from < *to;
}

/* Deletes what is selected; false if nothing is. */
static bool delete_selection(void)
{
    size_t from, to;
    if (!selection(&from, &to)) return false;
    cell_text_close_step(editor.text);
    rl_delete_text((int)from, (int)to);
    rl_point = (int)from;
    editor.anchor = EDITOR_NOWHERE;
    return true;
}

/* "\033[1;2A" and the like, Shift and a key that moves: the sequence without Shift into OUT; 0: it is another key. */
static size_t without_shift(const char *bytes, size_t n, char out[8])
{
    if (n != 6 || memcmp(bytes, "\033[1;", 4) != 0 || !strchr("ABCDHF", bytes[5])) return 0;
    if (bytes[4] == '2') return (size_t)snprintf(out, 8, "\033[%c", bytes[5]);
    return bytes[4] == '6' ? (size_t)snprintf(out, 8, "\033[1;5%c", bytes[5]) : 0;
}

/* ---- one key --------------------------------------------------------------------------------- */

/* Does the key go on with what one before it has begun? */
static bool is_pending(void)
{
    return RL_ISSTATE(RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_VIMOTION |
                      RL_STATE_CHARSEARCH | RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

static cell_editor_result escape(void)
{
    if (is_pending() || editor.anchor != EDITOR_NOWHERE) {
        unsigned version = editor.version;
        drop_pending();
        editor.anchor = EDITOR_NOWHERE;
        return settle(version);
    }
    if (!editor_is_vi() || editor_in_vi_commands()) {
        cell_text_close_step(editor.text);
        return EDITOR_LEAVE;
    }
    bool at_start = rl_point == 0 || rl_line_buffer[rl_point - 1] == '\n';
    int point = rl_point;
    rl_vi_movement_mode(1, ESC);
    if (at_start) rl_point = point;
    cell_text_close_step(editor.text);
    return settle(editor.version);
}

/* A letter may have made the first word of its line one that ends a block, or may have gone on after such a word. */
static void indent_again(char c)
{
    int start = lines_start(rl_point), taken = editor.unindented;
    editor.unindented = 0;
    if (!isalpha((unsigned char)c) && !strchr(")]}", c)) return;
    int first = start + code_indent(rl_line_buffer, (size_t)rl_end, (size_t)start);
    for (int i = first; i < rl_point; i++)
        if (!isalpha((unsigned char)rl_line_buffer[i]) && i + 1 < rl_point) return;
    const char *kinds = cell_editor_kinds();
    if (!kinds || first >= rl_end || !strchr("kong", kinds[first])) return;
    if (taken > 0 && strchr("ng", kinds[first])) {
        int point = rl_point;
        rl_point = start;
        for (int i = 0; i < taken; i++) rl_insert_text(" ");
        rl_point = point + taken;
        kinds = cell_editor_kinds();
    }
    int own = kinds ? code_own_indent(rl_line_buffer, (size_t)rl_end, (size_t)rl_point, kinds) : 0;
    int now = code_indent(rl_line_buffer, (size_t)rl_end, (size_t)start);
    if (!kinds || own >= now) return;
    lines_unindent(own);
    editor.unindented = now - own;
}

static bool is_text(const char *bytes, size_t n)
{
    unsigned char c = (unsigned char)bytes[0];
    return n > 0 && c >= 0x20 && c != 0x7f;
}

/* What the sequence is bound to, NULL: nothing; *macro is what it stands for, if it is a macro of the inputrc. */
static rl_command_func_t *bound_to(const char *bytes, size_t n, const char **macro)
{
    int type;
    rl_command_func_t *command = rl_function_of_keyseq_len(bytes, n, rl_get_keymap(), &type);
    *macro = command && type == ISMACR ? (const char *)(void *)command : NULL;
    return command;
}

/* Keys of the pop-up; false: it is none. */
static bool popup_key(const char *bytes, size_t n, cell_editor_result *result)
{
    *result = EDITOR_MOVED;
    if (!popup_is_open()) return false;
    if (popup_move(bytes, n)) return true;
    bool takes = (n == 1 && *bytes == '\r') || (n == 3 && memcmp(bytes, "\033[C", 3) == 0);
    const char *word = popup_chosen();
    if (n == 1 && *bytes == ESC) {
        popup_close();
        return true;
    }
    if (!takes || !word) return false;
    unsigned version = editor.version;
    int start = (int)cell_editor_popup_now()->start;
    cell_text_close_step(editor.text);
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(word);
    popup_close();
    *result = settle(version);
    cell_text_close_step(editor.text);
    return true;
}

static cell_editor_result take_key(const char *bytes, size_t n, unsigned version);

/* The bytes of the key that S, which is not empty, begins with. */
static size_t key_length(const char *s)
{
    size_t n = 1;
    if (s[0] == ESC && (s[1] == '[' || s[1] == 'O')) {
        for (n = 2; s[n] && !(s[n] >= 0x40 && s[n] < 0x7f);) n++;
        return n + (s[n] != '\0');
    }
    if (s[0] == ESC && s[1]) return 2;
    while (((unsigned char)s[n] & 0xC0) == 0x80) n++;
    return n;
}

/* Keys that stand for others, by the user's inputrc, are replaced by them here: Readline's own way of doing it does not agree
** with its callback interface.  False: these do not. */
static bool stands_for(const char *bytes, size_t n, cell_editor_result *result)
{
    const char *macro;
    static int depth;
    bool goes_on = RL_ISSTATE(RL_STATE_MULTIKEY) && editor.nprefix + n <= sizeof editor.prefix;
    if (!goes_on) editor.nprefix = 0;
    if (editor.nprefix + n > sizeof editor.prefix) return false;
    memcpy(editor.prefix + editor.nprefix, bytes, n);
    editor.nprefix += n;
    if (!bound_to(editor.prefix, editor.nprefix, &macro) || !macro || depth > 4) return false;
    if (goes_on) rl_callback_sigcleanup();
    unsigned version = editor.version;
    char *keys = copy_bytes(macro, strlen(macro)); /* it may be bound anew */
    *result = EDITOR_MOVED;
    depth++;
    for (size_t at = 0, k; keys && keys[at] && *result < EDITOR_UPWARDS; at += k) {
        k = key_length(keys + at);
        *result = take_key(keys + at, k, editor.version);
    }
    depth--;
    free(keys);
    if (*result < EDITOR_UPWARDS && editor.version != version) *result = EDITOR_CHANGED;
    return true;
}

/* Keys that begin with ESC, and the second of "dd"; true: it is done with. */
static bool special_key(const char *bytes, size_t n, unsigned version, cell_editor_result *result)
{
    const char *macro;
    int count, waiting = lines_operator(&count);
    if (n == 1 && waiting && *bytes == waiting) {
        rl_callback_sigcleanup();
        lines_operate(waiting, count);
        *result = settle(version);
        return true;
    }
    /* Readline 8.2 crashes when a key that begins a sequence ends a search, so others than the search's own end it before. */
    static const char own[] = { 'R' & 31, 'S' & 31, 'G' & 31, 'H' & 31, 'W' & 31,
                                'Y' & 31, 0x7f,     '\n',     '\r' };
    bool of_search = n == 1 && memchr(own, *bytes, sizeof own);
    if (RL_ISSTATE(RL_STATE_ISEARCH) && !is_text(bytes, n) && !of_search)
        drop_pending(), settle(version);
    if (*bytes != ESC || n == 1) return false;
    if (searching() || RL_ISSTATE(RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY))
        drop_pending(), settle(version);
    if (bound_to(bytes, n, &macro))
        return false; /* others would be taken for text after their first bytes */
    *result = EDITOR_NOTHING;
    if (editor_is_vi() && !editor_in_vi_commands() && bytes[1] != '[' &&
        bytes[1] != 'O') { /* Esc, typed fast */
        escape();
        *result = take_key(bytes + 1, n - 1, version);
    }
    return true;
}

static bool is_key(const char *bytes, size_t n, const char *key)
{
    return strlen(key) == n && memcmp(bytes, key, n) == 0;
}

/* What a key that does not select does with the selection: C-w and Alt-w kill and copy it, and in the place of one that was made
** with Shift comes what is typed.  True: nothing is left to be done. */
static bool selection_key(const char *bytes, size_t n)
{
    size_t from, to;
    bool shifted = editor.shifted && !editor_in_vi_commands(), kills = is_key(bytes, n, "\027");
    if (!selection(&from, &to)) {
        if (editor.shifted) editor.anchor = EDITOR_NOWHERE, editor.shifted = false;
        return false;
    }
    if (kills || is_key(bytes, n, "\033w")) {
        rl_mark = (int)editor.anchor;
        cell_text_close_step(editor.text);
        kills ? rl_kill_region(1, 0) : rl_copy_region_to_kill(1, 0);
        editor.anchor = EDITOR_NOWHERE;
        return true;
    }
    bool deletes =
        is_key(bytes, n, "\x7f") || is_key(bytes, n, "\b") || is_key(bytes, n, "\033[3~");
    bool gone = shifted && (deletes || is_text(bytes, n)) && delete_selection();
    if (editor.shifted) editor.anchor = EDITOR_NOWHERE, editor.shifted = false;
    return gone && deletes;
}

/* Readline does not tell that it waits for the character of these. */
static bool awaits_character(rl_command_func_t *command)
{
    return command == rl_vi_change_char || command == rl_vi_char_search ||
           command == rl_vi_set_mark || command == rl_vi_goto_mark;
}

static cell_editor_result take_key(const char *bytes, size_t n, unsigned version)
{
    cell_editor_result result;
    const char *macro;
    bool awaited = editor.awaits, commands = editor_in_vi_commands();
    rl_command_func_t *bound = bound_to(bytes, n, &macro);
    if (n == 1 && *bytes == ':' && commands && !bound && !awaited && !is_pending())
        return EDITOR_COMMAND;
    editor.awaits = commands && !awaited && awaits_character(bound);
    char plain[8];
    if (popup_key(bytes, n, &result)) return result;
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    if (n == 1 && *bytes == ESC) return escape();
    size_t shifted = without_shift(bytes, n, plain);
    if (shifted > 0) {
        if (editor.anchor == EDITOR_NOWHERE) editor.anchor = (size_t)rl_point;
        editor.shifted = true;
        bytes = plain, n = shifted;
    } else if (!searching() && selection_key(bytes, n))
        return settle(version);
    if (editor.anchor != EDITOR_NOWHERE) rl_mark = (int)editor.anchor;
    if (special_key(bytes, n, version, &result)) return result;
    if (!searching() && stands_for(bytes, n, &result)) return result;
    if (RL_ISSTATE(RL_STATE_ISEARCH) && n == 1 && *bytes == '\r') bytes = "\n";
    int end = rl_end;
    bool types = is_text(bytes, n) && !editor_in_vi_commands() && !searching();
    cell_readline_feed(bytes, n);
    if (types && n == 1 && rl_end == end + 1) indent_again(*bytes);
    if (!types) editor.unindented = 0;
    return settle(version);
}

static void record(const char *bytes, size_t n)
{
    if (!RL_ISSTATE(RL_STATE_MULTIKEY | RL_STATE_NUMERICARG)) editor.macro_end = editor.macro.size;
    buffer_add(&editor.macro, &(char){ (char)n }, 1);
    buffer_add(&editor.macro, bytes, n);
}

/* The keys of the macro once more, until one of them leaves the cell. */
static cell_editor_result replay(unsigned version)
{
    cell_editor_result result = EDITOR_MOVED;
    editor.replaying = true;
    for (size_t at = 0; at < editor.macro.size && result < EDITOR_UPWARDS;) {
        size_t n = (unsigned char)editor.macro.data[at];
        result = take_key(editor.macro.data + at + 1, n, editor.version);
        at += n + 1;
    }
    editor.replaying = false;
    if (result >= EDITOR_UPWARDS) return result;
    return editor.version != version ? EDITOR_CHANGED : EDITOR_MOVED;
}

cell_editor_result cell_editor_key(const char *bytes, size_t n)
{
    unsigned version = editor.version;
    if (!editor.text || n == 0 || n > LONGEST_KEY) return EDITOR_NOTHING;
    if (editor.recording) record(bytes, n);
    editor.calls = false;
    cell_editor_result result = take_key(bytes, n, version);
    return editor.calls ? replay(version) : result;
}

/* ---- what is not typed ----------------------------------------------------------------------- */

/* The paste as it can be put in; freed by the caller. */
static char *clean_paste(const char *text, size_t size)
{
    buffer b = { 0 };
    buffer_puts(&b, "");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\r' && i + 1 < size && text[i + 1] == '\n') continue;
        if (c == '\r') c = '\n';
        char symbol[] = { '\xe2', '\x90', (char)(c == 0x7f ? 0xa1 : 0x80 + c) }; /* U+2400 … */
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            buffer_add(&b, symbol, sizeof symbol);
        else
            buffer_add(&b, (char *)&c, 1);
    }
    return buffer_take(&b, NULL);
}

cell_editor_result cell_editor_paste(const char *text, size_t size)
{
    if (!editor.text || size > MOST_BYTES || (size_t)rl_end + size > MOST_BYTES)
        return EDITOR_NOTHING;
    unsigned version = editor.version;
    char *clean = clean_paste(text, size);
    if (!clean) return EDITOR_NOTHING;
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    drop_pending();
    settle(version);
    popup_close();
    delete_selection();
    cell_text_close_step(editor.text);
    rl_insert_text(clean);
    free(clean);
    cell_editor_result result = settle(version);
    cell_text_close_step(editor.text);
    return result;
}

/* Ends what keys have begun: a sequence, a pop-up. */
static cell_editor_result come_to_rest(void)
{
    if (!editor.text) return EDITOR_NOTHING;
    unsigned version = editor.version;
    drop_pending();
    settle(version);
    popup_close();
    editor.ticket++;
    editor.leave = EDITOR_NOTHING;
    editor.request = WANT_NOTHING;
    return settle(version);
}

cell_editor_result cell_editor_go(size_t point, bool select)
{
    if (!editor.text) return EDITOR_NOTHING;
    cell_editor_result result = come_to_rest();
    if (select && editor.anchor == EDITOR_NOWHERE) editor.anchor = (size_t)rl_point;
    if (!select) editor.anchor = EDITOR_NOWHERE;
    editor.shifted = select;
    rl_point = point < (size_t)rl_end ? (int)point : rl_end;
    while (rl_point > 0 && ((unsigned char)rl_line_buffer[rl_point] & 0xC0) == 0x80) rl_point--;
    store();
    return result;
}

cell_editor_result cell_editor_go_line(size_t line, size_t column)
{
    if (!editor.text) return EDITOR_NOTHING;
    int at = 0;
    for (; line > 0 && lines_end(at) < rl_end; line--) at = lines_end(at) + 1;
    int end = lines_end(at);
    for (; column > 0 && at < end; column--) {
        at++;
        while (at < end && ((unsigned char)rl_line_buffer[at] & 0xC0) == 0x80) at++;
    }
    return cell_editor_go((size_t)at, false);
}

bool cell_editor_offer(unsigned ticket, char *const words[], size_t start)
{
    if (!editor.text || ticket != editor.ticket || start > (size_t)rl_point || searching())
        return false;
    const char *word;
    char next = rl_line_buffer[rl_point];
    if (!words || !words[0] || !popup_open(words, start)) return true;
    size_t n = popup_common(&word), typed = (size_t)rl_point - start;
    bool single = !words[1];
    /* What would be put there is there already. */
    if (single && n > typed && next && word[n - 1] == next && strchr("\"'(", next)) n--;
    if (n > typed && strncmp(word, rl_line_buffer + start, typed) == 0) {
        char *more = copy_bytes(word + typed, n - typed);
        cell_text_close_step(editor.text);
        if (more) rl_insert_text(more);
        free(more);
        store();
        cell_text_close_step(editor.text);
    }
    if (single)
        popup_close();
    else
        filter_popup();
    return true;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void find_line(cell_editor_view *v)
{
    for (size_t i = 0; i < v->point; i++) {
        bool ends = v->text[i] == '\n', tail = ((unsigned char)v->text[i] & 0xC0) == 0x80;
        v->line += ends;
        v->column = ends ? 0 : v->column + !tail;
    }
}

cell_editor_view cell_editor_look(void)
{
    cell_editor_view v = { .text = "", .status = "" };
    if (!editor.text) return v;
    v.text = cell_text_bytes(editor.text, &v.size);
    v.point = cell_text_point(editor.text);
    v.partner = v.size;
    v.vi = editor_is_vi();
    v.inserting = !editor_in_vi_commands();
    v.recording = editor.recording;
    bool types = RL_ISSTATE(RL_STATE_NSEARCH); /* what is looked for, into Readline's buffer */
    snprintf(editor.status, sizeof editor.status, "%.100s%.100s",
             rl_display_prompt ? rl_display_prompt : "", types ? rl_line_buffer : "");
    v.status = editor.status;
    if (RL_ISSTATE(RL_STATE_ISEARCH)) {
        v.text = rl_line_buffer, v.size = v.partner = (size_t)rl_end, v.point = (size_t)rl_point;
    } else {
        v.kinds = kinds_of(v.text, v.size);
        if (v.kinds) v.partner = code_partner(v.text, v.size, v.kinds, v.point);
    }
    find_line(&v);
    if (searching() || !selection(&v.selected, &v.selected_to))
        v.selected = v.selected_to = v.point;
    return v;
}

bool cell_editor_call(size_t *name, size_t *length, int *argument)
{
    if (!editor.text) return false;
    size_t size, point = cell_text_point(editor.text);
    const char *text = cell_text_bytes(editor.text, &size);
    const char *kinds = kinds_of(text, size);
    return kinds && code_call(text, size, point, kinds, name, length, argument);
}
