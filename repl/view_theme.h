/* view_theme.h -- what the roles of text and the parts of the screen look like: with the 16 colours that the user's terminal has,
** or with colours of the 256 that can be read on a light or a dark background. */
#ifndef REPL_VIEW_THEME_H
#define REPL_VIEW_THEME_H

#include "repl/styled.h"

typedef enum view_theme {
    THEME_PLAIN, /* of the 16 */
    THEME_DARK,  /* on a dark background */
    THEME_LIGHT,
} view_theme;
#define THEMES (THEME_LIGHT + 1)

typedef enum canvas_part { /* what is not content */
                           PART_TEXT,
                           PART_BAR,     /* of the selected cell */
                           PART_EDITBAR, /* while it is edited */
                           PART_FRESH,
                           PART_STALE,
                           PART_FAILED,
                           PART_RUNNING,
                           PART_DIM,
                           PART_LINE,
                           PART_TITLE,
                           PART_MODE, /* the name of the mode */
                           PART_KEY,  /* in hints */
                           PART_CHOSEN,
                           PART_POPUP, /* of the list of names */
                           PART_POPUP_DIM,
                           PART_MATCH, /* of a search */
} canvas_part;
#define CANVAS_PARTS (PART_MATCH + 1)

typedef struct theme_look {
    int foreground, background; /* as curses has them: of the 256; -1: the terminal's own */
    unsigned flags;             /* STYLE_BOLD … */
} theme_look;

theme_look theme_role(view_theme theme, style_role role);
theme_look theme_part(view_theme theme, canvas_part part);

typedef struct theme_choice {
    bool automatic;   /* by the background */
    view_theme fixed; /* else */
    long background;  /* 0xrrggbb, as the terminal says; -1: unknown */
} theme_choice;

/* As the user's environment has it: MOONLAB_THEME, and COLORFGBG, with which some terminals tell their colours.  False if the
** value of MOONLAB_THEME is none. */
bool theme_start(theme_choice *c);
/* "auto", "dark", "light" or "plain"; false if NAME is none of them. */
bool theme_choose(theme_choice *c, const char *name);
view_theme theme_of(const theme_choice *c);
bool theme_on_light(const theme_choice *c); /* is the background known to be light? */
const char *theme_name(view_theme theme);

#endif
