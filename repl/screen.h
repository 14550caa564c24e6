/* screen.h -- an entry of several lines as it is edited, drawn below what the terminal shows already.
**
**     > for i = 1, 3 do          prompt, text
**     ..   print(i)█             more, text
**     print  printf              note: gone with the next key
**
** What is there is remembered and only what changed is written, so that a key costs few bytes. */
#ifndef REPL_SCREEN_H
#define REPL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "repl/terminal.h"

typedef struct screen_view {
    const char *prompt, *more; /* before the first line, before the others */
    const char *text;
    const char *kinds; /* of its bytes, as session_highlight tells; NULL: no colours */
    size_t size, point;
    size_t mark; /* a byte to stand out: the partner of a bracket; size: none */
    const char *note;
} screen_view;

/* T is looked at whenever something is drawn; FD is where. */
void screen_open(const terminal *t, int fd);
void screen_draw(const screen_view *view);
void screen_leave(void);  /* goes to the line below what was drawn */
void screen_forget(void); /* what was drawn is there no more, the cursor at the start of a line */
void screen_clear(void);  /* the whole terminal */
void screen_clear_line(void); /* the line that nothing has been drawn on yet */
void screen_resized(void); /* the terminal has a new size: goes to where the entry begins, clears */

#endif
