/* terminal_answers.c -- see terminal_answers.h. */
#include "repl/terminal_answers.h"

#include <stdlib.h>
#include <string.h>

#define ESC '\033'
#define BEL '\a'

void answers_begin(terminal_answers *a)
{
    memset(a, 0, sizeof *a);
    a->background = -1;
}

static void type(terminal_answers *a)
{
    /* answers_read has seen to the room. */
    memcpy(a->typed + a->ntyped, a->sequence, a->length);
    a->ntyped += a->length;
    a->length = 0;
}

/* ---- what they say --------------------------------------------------------------------------- */

/* Reads the numbers between semicolons into n[0 … most); how many there are.  Stops at anything else. */
static int read_numbers(const char *s, long *n, int most)
{
    int count = 0;
    for (; count < most && *s >= '0' && *s <= '9'; count++) {
        char *end;
        n[count] = strtol(s, &end, 10);
        s = *end == ';' ? end + 1 : end;
    }
    return count;
}

/* A control sequence, ESC [ …; false if it is no answer. */
static bool take_control(terminal_answers *a, char final)
{
    long n[32] = { 0 };
    bool private = a->sequence[2] == '?';
    int count = read_numbers(a->sequence + 2 + private, n, 32);
    if (private && final == 'c') {
        a->done = true;
        for (int i = 1; i < count; i++) a->sixel = a->sixel || n[i] == 4;
    } else if (private && final == 'S' && count >= 2) {
        if (n[0] == 1 && n[1] == 0 && n[2] > 0 && n[2] <= 1 << 24) a->registers = (int)n[2];
    } else if (private && final == 'y' && strstr(a->sequence, "$y") && n[0] == 2026) {
        a->synchronised = n[1] >= 1 && n[1] <= 3;
    } else if (!private && final == 't' && n[0] == 6 && count == 3) {
        bool sensible = n[1] > 0 && n[2] > 0 && n[1] < 1000 && n[2] < 1000;
        a->cell_height = sensible ? (int)n[1] : 0;
        a->cell_width = sensible ? (int)n[2] : 0;
    } else
        return false;
    return true;
}

/* One channel of a colour, of 1 to 4 hexadecimal digits, as a byte; -1 if it is none. */
static long read_channel(const char **s)
{
    char *end;
    unsigned long value = strtoul(*s, &end, 16);
    int digits = (int)(end - *s);
    if (digits < 1 || digits > 4 || strspn(*s, "0123456789abcdefABCDEF") < (size_t)digits)
        return -1;
    *s = end + (*end == '/');
    return (long)(value * 255 / ((1ul << 4 * digits) - 1));
}

long answers_color(const char *s)
{
    if (strncmp(s, "rgb:", 4) != 0 && strncmp(s, "rgba:", 5) != 0) return -1;
    s = strchr(s, ':') + 1;
    long r = read_channel(&s), g = read_channel(&s), b = read_channel(&s);
    return r >= 0 && g >= 0 && b >= 0 ? r << 16 | g << 8 | b : -1;
}

static void take_background(terminal_answers *a, const char *s)
{
    long color = answers_color(s);
    if (color >= 0) a->background = color;
}

static void take_name(terminal_answers *a, const char *s)
{
    size_t n = 0;
    for (; *s && n + 1 < sizeof a->name; s++)
        if (*s >= ' ' && *s <= '~') a->name[n++] = *s;
    a->name[n] = '\0';
}

/* A string, without its end; what is none of the answers is ignored: no key sends one. */
static void take_string(terminal_answers *a)
{
    const char *s = a->sequence + 1;
    if (strncmp(s, "_G", 2) == 0) {
        if (strstr(s, "i=31") && strstr(s, ";OK")) a->kitty = true;
    } else if (strncmp(s, "P>|", 3) == 0)
        take_name(a, s + 3);
    else if (strncmp(s, "]11;", 4) == 0)
        take_background(a, s + 4);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_string(const terminal_answers *a)
{
    return a->length >= 2 && strchr("_P]", a->sequence[1]);
}

static void read_string(terminal_answers *a, char c)
{
    bool escaped = a->sequence[a->length - 1] == ESC && a->length > 2;
    if (escaped && c != '\\') { /* cut off by another sequence */
        a->sequence[1] = c;
        a->length = strchr("[_P]", c) && c ? 2 : 0;
        a->skipping = false;
    } else if (c == BEL || (escaped && c == '\\')) {
        a->sequence[a->length - escaped] = '\0';
        if (!a->skipping) take_string(a);
        a->length = 0;
        a->skipping = false;
    } else if (a->length + 2 >= sizeof a->sequence) {
        a->skipping = true;
        a->sequence[a->length - 1] = c;
    } else
        a->sequence[a->length++] = c;
}

static void read_control(terminal_answers *a, char c)
{
    a->sequence[a->length++] = c;
    bool ends = c >= '@' && c <= '~', odd = c < ' ' || c > '~';
    if (!ends && !odd && a->length + 1 < sizeof a->sequence) return;
    a->sequence[a->length] = '\0';
    if (ends && take_control(a, c))
        a->length = 0;
    else
        type(a);
}

static void read_byte(terminal_answers *a, char c)
{
    if (is_string(a)) {
        read_string(a, c);
        return;
    }
    if (a->length >= 2) {
        read_control(a, c);
        return;
    }
    if (a->length == 1 && c == ESC) type(a); /* the key Esc, and then something else */
    a->sequence[a->length++] = c;
    bool goes_on = c == ESC || (a->length == 2 && strchr("[_P]", c) && c);
    if (!goes_on) type(a);
}

bool answers_read(terminal_answers *a, const char *bytes, size_t n)
{
    if (n + a->length > sizeof a->typed - a->ntyped) return false;
    for (size_t i = 0; i < n; i++) read_byte(a, bytes[i]);
    return true;
}

void answers_end(terminal_answers *a)
{
    bool answer = a->length >= 3 && (is_string(a) || a->sequence[2] == '?');
    if (!answer && a->length > 0) type(a);
    a->length = 0;
    a->skipping = false;
}
