/* keys.h -- keys of a terminal: their names, and the bytes that terminals send for them.
**
**     bytes  ESC [ 1 3 ; 2 u   ──key_reader──►   PRESS_ENTER | PRESS_SHIFT   ──key_name──►   "S-Enter"
**
** The reader understands what xterm, the Linux console, rxvt, modifyOtherKeys and the kitty keyboard protocol send, SGR
** mouse reports and marked pastes; what it does not know is passed over whole.  (Not left to curses' define_key: the
** kitty protocol adds Num Lock and Caps Lock to the modifiers, which makes too many sequences to list.) */
#ifndef REPL_KEYS_H
#define REPL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "repl/buffer.h"

typedef uint32_t key_code; /* a character or one of these, with modifiers; 0: none */

enum {
    PRESS_ENTER = 0x200000, /* beyond all characters */
    PRESS_TAB,
    PRESS_ESCAPE,
    PRESS_RUBOUT, /* Backspace */
    PRESS_UP,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_INSERT,
    PRESS_DELETE,
    PRESS_F, /* PRESS_F + 1 is F1, up to F12 */
    PRESS_PASTE = PRESS_F + 13,
    PRESS_MOUSE,  /* a button went down; see key_event */
    PRESS_ANSWER, /* no key: the terminal answers to what it was asked */
    PRESS_SHIFT = 1 << 24,
    PRESS_ALT = 1 << 25,
    PRESS_CONTROL = 1 << 26,
    PRESS_MODIFIERS = PRESS_SHIFT | PRESS_ALT | PRESS_CONTROL,
};

typedef struct key_event {
    key_code key;
    int button, x, y;  /* of the mouse: 0 … 2, or 64, 65 for the wheel; from 0 on */
    const char *bytes; /* as they came, valid until the next call; of a paste: its text */
    size_t size;
    bool resumed; /* the Escape before it was none, but the beginning of this */
} key_event;

typedef struct key_reader {
    buffer bytes; /* come, and not taken */
    size_t taken;
    buffer paste;
    bool pasting;
    bool asked;  /* the terminal, for its background and then for DA1, which has not come yet */
    double came; /* the last bytes, in seconds of any clock */
    double
        escaped; /* when an Escape was taken for a key because nothing came after it; 0: not the last */
    bool resumed;
} key_reader;

void key_reader_add(key_reader *r, const char *bytes, size_t size, double now);
/* The next key; false if there is none, or only the beginning of one, which is taken as it is when nothing has come for as long
** as key_reader_wait says.  That is short for Escape, which people wait for: what then turns out, over a slow line, to have been
** the beginning of a key comes with `resumed`. */
bool key_reader_next(key_reader *r, double now, key_event *out);
/* Seconds after the last bytes; 0: there is no beginning of a key. */
double key_reader_wait(const key_reader *r);
void key_reader_free(key_reader *r);

/* "C-c", "M-Enter", "S-F3", "Space", "x", "é" …; 0 if it is no key. */
key_code key_parse(const char *name, size_t size);
#define KEY_NAME_ROOM 32
void key_name(key_code key, char name[KEY_NAME_ROOM]);
/* What Readline, which knows bytes, is to be given for it: their number; 0 if there are none. */
size_t key_bytes(key_code key, char bytes[16]);

#endif
