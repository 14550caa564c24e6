/* keys_command.c -- moonlab keys: what this terminal sends for each key, and what that does in the notebook. */
#define _GNU_SOURCE /* cfmakeraw */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "repl/commands.h"
#include "repl/view_bindings.h"
#include "repl/view_terminal.h"

static void show_bytes(const char *bytes, size_t size)
{
    char text[64] = "";
    size_t n = 0;
    for (size_t i = 0; i < size && n + 8 < sizeof text; i++) {
        unsigned char c = (unsigned char)bytes[i];
        n += (size_t)snprintf(text + n, sizeof text - n,
                              c == 033            ? "%sESC"
                              : c > 32 && c < 127 ? "%s%c"
                                                  : "%s%02x",
                              n ? " " : "", c);
    }
    printf("%-34s", text);
}

static void show_command(const view_bindings *b, const char *word, view_mode mode, key_code key)
{
    int which = -1;
    const key_code keys[BINDING_KEYS] = { key, 0 };
    view_found found = view_bindings_find(b, mode, keys, &which);
    if (found == FOUND_COMMAND && which >= 0)
        printf("  %s: %s", word, view_commands[which].name);
    else if (found == FOUND_BEGINNING)
        printf("  %s: the first of two", word);
}

static void show_key(const view_bindings *b, const key_event *e)
{
    char name[KEY_NAME_ROOM];
    key_name(e->key, name);
    if (e->key == PRESS_PASTE)
        printf("%-34s%-14s  %zu bytes", "a marked paste", name, e->size);
    else {
        show_bytes(e->bytes, e->size);
        printf("%-14s", name);
        show_command(b, "cells", MODE_COMMAND, e->key);
        show_command(b, "editing", MODE_EDIT, e->key);
    }
    fputs("\r\n", stdout);
    fflush(stdout);
}

/* Until Ctrl-D, or the end of the input. */
static void show_keys(const view_bindings *b)
{
    key_reader r = { 0 };
    key_event e;
    char bytes[512];
    bool ends = false;
    double now = 0; /* a clock that knows of nothing but waiting */
    while (!ends) {
        struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
        double wait = key_reader_wait(&r);
        int n = poll(&input, 1, wait > 0 ? (int)(wait * 1e3) : -1);
        if (n > 0) {
            ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
            if (got <= 0) break;
            key_reader_add(&r, bytes, (size_t)got, ++now);
        } else
            now += wait;
        while (key_reader_next(&r, now, &e)) {
            show_key(b, &e);
            ends = ends || e.key == (PRESS_CONTROL | 'd');
        }
    }
    key_reader_free(&r);
}

int command_keys(invocation *in, int argc, char **argv)
{
    struct termios found, raw;
    view_bindings b;
    if (argc > 0) return usage_error("keys takes no arguments, but was given '%s'", argv[0]);
    if (!in->terminal.input || !in->terminal.output || tcgetattr(STDIN_FILENO, &found) < 0)
        return usage_error("keys: the standard input and output must be a terminal");
    if (!view_bindings_start(&b)) return usage_error("out of memory");
    const char *wishes = view_terminal_wishes(true, false);
    printf("Press keys: what the terminal sends, the key's name, what it does. Ctrl-D ends.\n"
           "Where Shift-Enter shows as Enter, the terminal cannot tell them apart: F5 and Ctrl-J "
           "run a cell, too.\n");
    raw = found;
    cfmakeraw(&raw);
    fflush(stdout);
    terminal_take(STDIN_FILENO, view_terminal_wishes(false, false));
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    fputs(wishes, stdout);
    fflush(stdout);
    show_keys(&b);
    fputs(view_terminal_wishes(false, false), stdout);
    fflush(stdout);
    terminal_release();
    tcsetattr(STDIN_FILENO, TCSANOW, &found);
    view_bindings_free(&b);
    return finish(NULL, 0);
}
