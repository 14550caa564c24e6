/* view_bindings.h -- which keys do what in the notebook: the table of commands.def, and a user's file over it.
**
**     # ~/.config/moonlab/keys
**     command  Q      q            in command mode Q ends
**     edit     C-r    run          in edit mode C-r runs
**     command  d,d    none         d d does nothing */
#ifndef REPL_VIEW_BINDINGS_H
#define REPL_VIEW_BINDINGS_H

#include "repl/keys.h"

typedef enum view_mode { MODE_COMMAND, MODE_EDIT } view_mode;

#define BINDING_KEYS 2

typedef struct view_binding {
    view_mode mode;
    key_code keys[BINDING_KEYS]; /* the second may be 0 */
    int command;                 /* -1: none */
} view_binding;

typedef struct view_bindings {
    view_binding *list;
    int n, room;
} view_bindings;

typedef struct view_command {
    const char *section; /* the title of its section, for the first in it; else NULL */
    const char *name, *command_keys, *edit_keys, *argument, *help;
} view_command;

extern const view_command view_commands[];
extern const int view_command_count;
int view_command_find(const char *name, size_t size); /* -1: no such command */

/* Those of the table; false out of memory. */
bool view_bindings_start(view_bindings *b);
/* Takes TEXT, of a user's file called NAME.  False with a message that names the first bad line; the others count. */
bool view_bindings_read(view_bindings *b, const char *name, const char *text, char *error,
                        size_t room);
void view_bindings_free(view_bindings *b);

typedef enum view_found { FOUND_NONE, FOUND_COMMAND, FOUND_BEGINNING } view_found;
/* What KEYS, the second 0 if only one was pressed, stand for in this mode. */
view_found view_bindings_find(const view_bindings *b, view_mode mode,
                              const key_code keys[BINDING_KEYS], int *command);
/* The keys of COMMAND in this mode as they are shown, "d d  Delete"; "" if there are none. */
void view_bindings_show(const view_bindings *b, view_mode mode, int command, char *out,
                        size_t room);

#endif
