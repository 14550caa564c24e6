/* terminal_answers.h -- what a terminal answers to questions, told from what is typed meanwhile.
**
** Bytes are read one by one.  A whole sequence that can only be an answer is taken for one, anything else was typed:
**
**     ESC _ G i=31 ; OK ESC \            kitty graphics       ESC [ ? 62 ; 4 c           DA1: 4 is sixel
**     ESC P > | name ESC \               XTVERSION            ESC [ 6 ; 18 ; 9 t         the size of a cell
**     ESC ] 11 ; rgb:1e1e/1e1e/2e2e BEL  the background       ESC [ ? 2026 ; 2 $ y       synchronised updates
**     ESC [ ? 1 ; 0 ; 256 S              colour registers */
#ifndef REPL_TERMINAL_ANSWERS_H
#define REPL_TERMINAL_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#define TERMINAL_TYPED_MAX 4096

typedef struct terminal_answers {
    bool done; /* DA1 has come, to which every terminal answers, and which is asked last */
    bool kitty, sixel, synchronised;
    int cell_width, cell_height; /* in pixels; 0: not said */
    int registers;               /* colours of sixel; 0: not said */
    long background;             /* 0xrrggbb; -1: not said */
    char name[64];               /* of the terminal, printable ASCII; "" if not said */
    char typed[TERMINAL_TYPED_MAX];
    size_t ntyped;
    /* The sequence that is being read. */
    char sequence[512];
    size_t length;
    bool skipping; /* it is longer than that: ignored up to its end */
} terminal_answers;

void answers_begin(terminal_answers *a);
/* False if there is no room for more that is typed: nothing was read. */
bool answers_read(terminal_answers *a, const char *bytes, size_t n);
/* No more will come: half an answer is forgotten, and half of what may have been a key was typed. */
void answers_end(terminal_answers *a);
/* The colour of "rgb:1e1e/1e1e/2e2e", which something else may follow: 0xrrggbb; -1: it is none. */
long answers_color(const char *text);

#endif
