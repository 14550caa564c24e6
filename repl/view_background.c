/* view_background.c -- the colours of the screen and the terminal's background: :theme, and what the terminal answers. */
#include <stdio.h>
#include <string.h>

#include "repl/terminal_answers.h"
#include "repl/view_canvas.h"
#include "repl/view_private.h"

/* As it is chosen, from the next frame on. */
static void use_theme(view *v)
{
    canvas_theme(theme_of(&v->theme));
    view_blocks_free(v); /* figures are drawn for a background */
    v->dirty = v->hurry = true;
    v->options.session.light = theme_on_light(&v->theme);
    view_tell_size(v);
}

void view_hear_terminal(view *v, const key_event *e)
{
    static const char start[] = "\033]11;";
    if (e->size < sizeof start || memcmp(e->bytes, start, sizeof start - 1) != 0) return;
    long color = answers_color(e->bytes + sizeof start - 1);
    if (color < 0 || color == v->theme.background) return;
    v->theme.background = color;
    use_theme(v);
}

void do_theme(view *v, const char *argument)
{
    char name[32], why[80] = "chosen by :theme or MOONLAB_THEME";
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument, " "), argument);
    if (*name && !theme_choose(&v->theme, name)) {
        view_complain(v, "theme %s: auto, dark, light or plain is expected", name);
        return;
    }
    use_theme(v);
    if (v->theme.automatic && v->theme.background < 0)
        snprintf(why, sizeof why, "the terminal does not tell its background");
    else if (v->theme.automatic)
        snprintf(why, sizeof why, "the background is #%06lx", (unsigned long)v->theme.background);
    if (!canvas_has_themes())
        snprintf(why, sizeof why, "%s",
                 v->options.session.color_depth == 0 ? "colours are off: NO_COLOR or --no-color"
                                                     : "this terminal has fewer than 256 colours");
    view_say(v, "theme: %s (%s)", theme_name(canvas_has_themes() ? theme_of(&v->theme) : 0), why);
}
