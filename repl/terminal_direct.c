/* terminal_direct.c -- see terminal_direct.h.  The form is that of term(5), with numbers of 32 bits. */
#include "repl/terminal_direct.h"

#include <stdbool.h>
#include <string.h>

#include "repl/buffer.h"

#include <curses.h>
#include <term.h> /* last: it makes macros of words */

#define MAGIC 01036

#define COLOR_SEQUENCE(normal, bright, extended)                                                   \
    "\033[%?%p1%{8}%<%t" normal "%p1%d%e%p1%{16}%<%t" bright "%p1%{8}%-%d%e%p1%{256}%<%t" extended \
    ";5;%p1%d%e" extended ";2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"

static void add_number(buffer *b, int value, int bytes)
{
    for (int i = 0; i < bytes; i++) buffer_add(b, &(char){ (char)(value >> 8 * i & 255) }, 1);
}

static void make_even(buffer *b)
{
    if (b->size % 2) add_number(b, 0, 1);
}

static void add_text(buffer *b, const char *text) /* with its end */
{
    buffer_add(b, text, strlen(text) + 1);
}

static const char *string_of(const char *name)
{
    if (strcmp(name, "setaf") == 0) return COLOR_SEQUENCE("3", "9", "38");
    if (strcmp(name, "setab") == 0) return COLOR_SEQUENCE("4", "10", "48");
    const char *s = tigetstr(name);
    bool changes_palette = strcmp(name, "initc") == 0 || strcmp(name, "oc") == 0;
    return s == (char *)-1 || changes_palette ? NULL : s;
}

static int number_of(const char *name)
{
    if (strcmp(name, "colors") == 0) return TERMINAL_DIRECT_COLORS;
    return strcmp(name, "pairs") == 0 ? 0x10000 : tigetnum(name);
}

/* What curses looks up by name: AX, the colours of the terminal can be returned to; RGB, colours are direct. */
static void add_extensions(buffer *b)
{
    bool ax = tigetflag("AX") > 0;
    make_even(b);
    add_number(b, 2, 2); /* flags */
    add_number(b, 0, 2);
    add_number(b, 0, 2);
    add_number(b, 2, 2); /* texts in the table: the names */
    add_number(b, sizeof "AX" + sizeof "RGB", 2);
    add_number(b, ax, 1);
    add_number(b, 1, 1);
    add_number(b, 0, 2);
    add_number(b, sizeof "AX", 2);
    add_text(b, "AX");
    add_text(b, "RGB");
}

static void add_entry(buffer *b, const char *name)
{
    buffer texts = { 0 }, offsets = { 0 };
    int flags = 0, numbers = 0, strings = 0;
    for (; strnames[strings]; strings++) {
        const char *s = string_of(strnames[strings]);
        add_number(&offsets, s ? (int)texts.size : -1, 2);
        if (s) add_text(&texts, s);
    }
    while (boolnames[flags]) flags++;
    while (numnames[numbers]) numbers++;
    add_number(b, MAGIC, 2);
    add_number(b, (int)strlen(name) + 1, 2);
    add_number(b, flags, 2);
    add_number(b, numbers, 2);
    add_number(b, strings, 2);
    add_number(b, (int)texts.size, 2);
    add_text(b, name);
    for (int i = 0; i < flags; i++)
        add_number(b, strcmp(boolnames[i], "ccc") != 0 && tigetflag(boolnames[i]) > 0, 1);
    make_even(b);
    for (int i = 0; i < numbers; i++) add_number(b, number_of(numnames[i]), 4);
    b->failed = b->failed || offsets.failed || texts.failed;
    if (!b->failed) buffer_add(b, offsets.data, offsets.size);
    if (!b->failed) buffer_add(b, texts.data, texts.size);
    buffer_free(&offsets);
    buffer_free(&texts);
    add_extensions(b);
}

char *terminal_direct_entry(const char *name)
{
    buffer entry = { 0 }, text = { 0 };
    if (tigetnum("colors") < 256) return NULL;
    add_entry(&entry, name);
    buffer_puts(&text, "hex:");
    for (size_t i = 0; i < entry.size; i++)
        buffer_format(&text, "%02X", (unsigned)(unsigned char)entry.data[i]);
    bool good = !entry.failed && !text.failed;
    buffer_free(&entry);
    if (good) return buffer_take(&text, NULL);
    buffer_free(&text);
    return NULL;
}
