/* view_bindings.c -- see view_bindings.h. */
#include "repl/view_bindings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua_api/lua_api.h"

/* The section of a row is that of the SECTION before it, which is a row without a name: it is passed over. */
const view_command view_commands[] = {
#define SECTION(title) { title, NULL, "", "", "", "" },
#define VIEW(name, command, edit, argument, help, function)                                        \
    { NULL, name, command, edit, argument, help },
#include "repl/commands.def"
};
const int view_command_count = (int)(sizeof view_commands / sizeof *view_commands);

int view_command_find(const char *name, size_t size)
{
    for (int i = 0; i < view_command_count; i++) {
        const char *known = view_commands[i].name;
        if (known && strlen(known) == size && memcmp(known, name, size) == 0) return i;
    }
    return -1;
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool same_keys(const key_code a[BINDING_KEYS], const key_code b[BINDING_KEYS])
{
    return a[0] == b[0] && a[1] == b[1];
}

/* The last binding of a key counts; those that it hides, or that it is the beginning of, go. */
static bool bind(view_bindings *b, view_mode mode, const key_code keys[BINDING_KEYS], int command)
{
    int n = 0;
    for (int i = 0; i < b->n; i++) {
        const view_binding *old = &b->list[i];
        bool hidden = old->mode == mode && old->keys[0] == keys[0] &&
                      (!keys[1] || !old->keys[1] || old->keys[1] == keys[1]);
        if (!hidden) b->list[n++] = *old;
    }
    b->n = n;
    if (command < 0) return true;
    if (b->n == b->room) {
        int room = b->room ? 2 * b->room : 64;
        view_binding *list = realloc(b->list, (size_t)room * sizeof *list);
        if (!list) return false;
        b->list = list, b->room = room;
    }
    b->list[b->n++] = (view_binding){ mode, { keys[0], keys[1] }, command };
    return true;
}

/* Reads "d,d" or "C-x" of SIZE bytes; false if it is none. */
static bool read_keys(const char *text, size_t size, key_code keys[BINDING_KEYS])
{
    const char *comma = size > 1 ? memchr(text + 1, ',', size - 1) : NULL;
    size_t first = comma ? (size_t)(comma - text) : size;
    keys[0] = key_parse(text, first);
    keys[1] = comma ? key_parse(comma + 1, size - first - 1) : 0;
    return keys[0] && (!comma || keys[1]);
}

/* Binds the keys, apart by spaces; false out of memory (those of the table are known to be keys). */
static bool bind_all(view_bindings *b, view_mode mode, const char *keys, int command)
{
    for (const char *s = keys; *s;) {
        size_t n = strcspn(s, " ");
        key_code code[BINDING_KEYS];
        if (read_keys(s, n, code) && !bind(b, mode, code, command)) return false;
        s += n;
        s += strspn(s, " ");
    }
    return true;
}

bool view_bindings_start(view_bindings *b)
{
    *b = (view_bindings){ 0 };
    for (int i = 0; i < view_command_count; i++)
        if (!bind_all(b, MODE_COMMAND, view_commands[i].command_keys, i) ||
            !bind_all(b, MODE_EDIT, view_commands[i].edit_keys, i))
            return false;
    return true;
}

void view_bindings_free(view_bindings *b)
{
    free(b->list);
    *b = (view_bindings){ 0 };
}

/* ---- a user's file --------------------------------------------------------------------------- */

/* Takes the words of a line; NULL, or what is wrong. */
static const char *read_line(view_bindings *b, const char *line, size_t size)
{
    const char *words[3];
    size_t sizes[3];
    int n = 0;
    for (size_t i = 0; i < size;) {
        size_t start = i;
        while (i < size && !strchr(" \t\r", line[i])) i++;
        if (i > start && line[start] == '#' && (n == 0 || n == 3)) break;
        if (i > start && n == 3) return "three words are expected: MODE KEYS COMMAND";
        if (i > start) words[n] = line + start, sizes[n++] = i - start;
        while (i < size && strchr(" \t\r", line[i])) i++;
    }
    if (n == 0) return NULL;
    if (n < 3) return "three words are expected: MODE KEYS COMMAND";
    bool edit = sizes[0] == 4 && memcmp(words[0], "edit", 4) == 0;
    if (!edit && !(sizes[0] == 7 && memcmp(words[0], "command", 7) == 0))
        return "the mode is command or edit";
    key_code keys[BINDING_KEYS];
    if (!read_keys(words[1], sizes[1], keys)) return "no such key; moonlab keys shows their names";
    bool none = sizes[2] == 4 && memcmp(words[2], "none", 4) == 0;
    int command = none ? -1 : view_command_find(words[2], sizes[2]);
    if (!none && command < 0) return "no such command; ? in the notebook lists them";
    return bind(b, edit ? MODE_EDIT : MODE_COMMAND, keys, command) ? NULL : "out of memory";
}

bool view_bindings_read(view_bindings *b, const char *name, const char *text, char *error,
                        size_t room)
{
    bool good = true;
    int line = 1;
    for (const char *s = text; *s; line++) {
        size_t n = strcspn(s, "\n");
        const char *wrong = read_line(b, s, n);
        if (wrong && good) snprintf(error, room, "%s:%d: %s", name, line, wrong);
        good = good && !wrong;
        s += n + (s[n] == '\n');
    }
    return good;
}

/* ---- looking --------------------------------------------------------------------------------- */

view_found view_bindings_find(const view_bindings *b, view_mode mode,
                              const key_code keys[BINDING_KEYS], int *command)
{
    view_found found = FOUND_NONE;
    for (int i = 0; i < b->n; i++) {
        const view_binding *k = &b->list[i];
        if (k->mode != mode) continue;
        if (same_keys(k->keys, keys)) {
            *command = k->command;
            return FOUND_COMMAND;
        }
        if (!keys[1] && k->keys[0] == keys[0]) found = FOUND_BEGINNING;
    }
    return found;
}

void view_bindings_show(const view_bindings *b, view_mode mode, int command, char *out, size_t room)
{
    size_t n = 0;
    if (room) *out = '\0';
    for (int i = 0; i < b->n; i++) {
        const view_binding *k = &b->list[i];
        if (k->mode != mode || k->command != command) continue;
        char first[KEY_NAME_ROOM], second[KEY_NAME_ROOM] = "";
        key_name(k->keys[0], first);
        if (k->keys[1]) key_name(k->keys[1], second);
        int length = snprintf(out + n, room - n, "%s%s%s%s", n ? "  " : "", first,
                              *second ? " " : "", second);
        if (length < 0 || (size_t)length >= room - n) {
            out[n] = '\0';
            return;
        }
        n += (size_t)length;
    }
}
