/* view_theme.c -- see view_theme.h.
**
** A row: the colour of the 16, the one on dark, the one on light, attributes.  What is read has a contrast of 4.5 at least to
** black and to white, and nearly that to the usual greys (WCAG 2.1); lines and marks have 3. */
#include "repl/view_theme.h"

#include <stdlib.h>
#include <string.h>

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, GREY = 8, BLACK = 16, OWN = -1 };

typedef struct palette_row {
    int16_t foreground[THEMES], background[THEMES];
    uint16_t flags;
} palette_row;

#define ROW(plain, dark, light, flags)                                                             \
    {                                                                                              \
        { plain, dark, light }, { OWN, OWN, OWN }, flags                                           \
    }
#define ON(plain, dark, light, ground, grey)                                                       \
    {                                                                                              \
        { plain, dark, light }, { OWN, ground, grey }, 0                                           \
    }

static const palette_row roles[STYLE_ROLES] = {
    [STYLE_PLAIN] = ROW(OWN, OWN, OWN, 0),
    [STYLE_NAME] = ROW(OWN, OWN, OWN, 0),
    [STYLE_KNOWN] = ROW(BLUE, 75, 25, 0),
    [STYLE_KEYWORD] = ROW(MAGENTA, 176, 90, 0),
    [STYLE_STRING] = ROW(GREEN, 114, 22, 0),
    [STYLE_NUMBER] = ROW(CYAN, 80, 24, 0),
    [STYLE_OPERATOR] = ROW(OWN, OWN, OWN, 0),
    [STYLE_COMMENT] = ROW(GREY, 246, 241, 0),
    [STYLE_BAD] = ROW(RED, 203, 160, 0),
    [STYLE_HEADING] = ROW(BLUE, 111, 19, STYLE_BOLD),
    [STYLE_CODE] = ROW(CYAN, 80, 24, 0),
    [STYLE_LINK] = ROW(BLUE, 75, 25, STYLE_UNDERLINE),
    [STYLE_ADDRESS] = ROW(GREY, 246, 241, 0),
    [STYLE_QUOTE] = ROW(GREY, 248, 240, 0),
    [STYLE_BULLET] = ROW(BLUE, 75, 25, 0),
    [STYLE_RULE] = ROW(GREY, 243, 245, 0),
    [STYLE_MATH] = ROW(CYAN, 80, 24, 0),
    [STYLE_ERROR] = ROW(RED, 203, 160, STYLE_BOLD),
    [STYLE_ERRORS] = ROW(RED, 203, 160, 0),
    [STYLE_PLACE] = ROW(RED, 203, 160, STYLE_UNDERLINE),
    [STYLE_NOTE] = ROW(GREY, 246, 241, 0),
    [STYLE_PROMPT] = ROW(BLUE, 75, 25, 0),
    [STYLE_TABLE_HEAD] = ROW(OWN, OWN, OWN, STYLE_BOLD),
};

static const palette_row parts[CANVAS_PARTS] = {
    [PART_TEXT] = ROW(OWN, OWN, OWN, 0),
    [PART_BAR] = ROW(BLUE, 75, 25, STYLE_BOLD),
    [PART_EDITBAR] = ROW(GREEN, 114, 28, STYLE_BOLD),
    [PART_FRESH] = ROW(GREEN, 114, 28, 0),
    [PART_STALE] = ROW(YELLOW, 221, 130, 0),
    [PART_FAILED] = ROW(RED, 203, 160, STYLE_BOLD),
    [PART_RUNNING] = ROW(CYAN, 80, 24, STYLE_BOLD),
    [PART_DIM] = ROW(GREY, 246, 241, 0),
    [PART_LINE] = ROW(GREY, 243, 245, 0),
    [PART_TITLE] = ROW(OWN, OWN, OWN, STYLE_BOLD),
    [PART_MODE] = ROW(OWN, OWN, OWN, STYLE_REVERSE | STYLE_BOLD),
    [PART_KEY] = ROW(OWN, OWN, OWN, STYLE_BOLD),
    [PART_CHOSEN] = ROW(OWN, OWN, OWN, STYLE_REVERSE),
    [PART_POPUP] = ON(OWN, 253, 235, 236, 254),
    [PART_POPUP_DIM] = ON(GREY, 248, 240, 236, 254),
    [PART_MATCH] = ON(OWN, BLACK, BLACK, 221, 221),
};

static theme_look look_of(const palette_row *row, view_theme theme)
{
    return (theme_look){ row->foreground[theme], row->background[theme], row->flags };
}

theme_look theme_role(view_theme theme, style_role role)
{
    return look_of(&roles[role], theme);
}

theme_look theme_part(view_theme theme, canvas_part part)
{
    theme_look l = look_of(&parts[part], theme);
    if (part == PART_MATCH && theme == THEME_PLAIN) l.flags = STYLE_REVERSE | STYLE_BOLD;
    return l;
}

/* ---- the choice ------------------------------------------------------------------------------ */

static const char *const names[THEMES] = { "plain", "dark", "light" };

const char *theme_name(view_theme theme)
{
    return names[theme];
}

bool theme_choose(theme_choice *c, const char *name)
{
    c->automatic = strcmp(name, "auto") == 0;
    for (int i = 0; i < THEMES; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        c->fixed = (view_theme)i;
        return true;
    }
    return c->automatic;
}

/* "15;0" or "15;default;0": text and background, of the 16 colours. */
static long told_background(void)
{
    const char *told = getenv("COLORFGBG"), *last = told ? strrchr(told, ';') : NULL;
    char *end;
    if (!last) return -1;
    long color = strtol(last + 1, &end, 10);
    if (end == last + 1 || *end || color < 0 || color > 15) return -1;
    return color == 7 || color == 15 ? 0xffffff : 0;
}

bool theme_start(theme_choice *c)
{
    const char *name = getenv("MOONLAB_THEME");
    *c = (theme_choice){ .automatic = true, .background = told_background() };
    if (!name || !*name || theme_choose(c, name)) return true;
    c->automatic = true;
    return false;
}

bool theme_on_light(const theme_choice *c)
{
    long r = c->background >> 16 & 255, g = c->background >> 8 & 255, b = c->background & 255;
    if (!c->automatic && c->fixed != THEME_PLAIN) return c->fixed == THEME_LIGHT;
    return c->background >= 0 && 299 * r + 587 * g + 114 * b > 127500;
}

view_theme theme_of(const theme_choice *c)
{
    if (!c->automatic) return c->fixed;
    if (c->background < 0) return THEME_PLAIN;
    return theme_on_light(c) ? THEME_LIGHT : THEME_DARK;
}
