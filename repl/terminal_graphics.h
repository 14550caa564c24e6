/* terminal_graphics.h -- what the terminal can draw besides letters, and on which background: asked of it, never
** assumed, when it is first needed. */
#ifndef REPL_TERMINAL_GRAPHICS_H
#define REPL_TERMINAL_GRAPHICS_H

#include <stdbool.h>
#include <stddef.h>

#include "lua_api/lua_api.h"
#include "repl/terminal.h"

typedef struct terminal_graphics {
    session_graphics is; /* what sessions are told */
    char name[64];       /* of the terminal, as it says; "" if it does not */
    bool asked, answered;
    bool by_choice;     /* MOONLAB_GRAPHICS said which protocol */
    const char *reason; /* why there are only cells; NULL otherwise */
} terminal_graphics;

/* Asks the terminal that standard input and output are, in one go, and waits for its answers, for 300 ms at most; the
** next calls give the same.  A terminal multiplexer draws cells only, unless MOONLAB_GRAPHICS (kitty, sixel, iterm or
** cells) says otherwise.  Signals that come meanwhile arrive afterwards. */
const terminal_graphics *terminal_graphics_ask(const terminal *t);
/* Takes what was typed while the terminal was asked, at most ROOM bytes.  Answers that came too late are dropped. */
size_t terminal_graphics_typed(char *bytes, size_t room);

#endif
