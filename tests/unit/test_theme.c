/* test_theme.c -- the colours of the screen: can they be read, and who chooses them? */
#include <math.h>
#include <stdlib.h>

#include "repl/view_theme.h"
#include "tests/test.h"

/* One of 256, as xterm has them. */
static void rgb_of(int color, double rgb[3])
{
    static const int levels[] = { 0, 95, 135, 175, 215, 255 };
    int n = color - 16, cube[3] = { n / 36, n / 6 % 6, n % 6 };
    for (int i = 0; i < 3; i++)
        rgb[i] = (color >= 232 ? 8 + 10 * (color - 232) : levels[cube[i]]) / 255.0;
}

/* Relative luminance, WCAG 2.1. */
static double luminance(const double rgb[3])
{
    double l[3];
    for (int i = 0; i < 3; i++)
        l[i] = rgb[i] <= 0.03928 ? rgb[i] / 12.92 : pow((rgb[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}

/* Of the look to GROUND, unless it has one of its own. */
static double contrast(theme_look l, double ground)
{
    double text[3], own[3] = { ground, ground, ground };
    if (l.foreground < 0) return 21;
    rgb_of(l.foreground, text);
    if (l.background >= 0) rgb_of(l.background, own);
    double a = luminance(text), b = luminance(own);
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

/* Black and the dark greys of many terminals; white and paper. */
static const double grounds[THEMES][2] = {
    [THEME_DARK] = { 0, 0.12 }, [THEME_LIGHT] = { 1, 0.97 }
};

TEST("everything that is read stands out from its background, and so do lines and marks")
{
    for (int theme = THEME_DARK; theme < THEMES; theme++) {
        for (int ground = 0; ground < 2; ground++) {
            for (int i = 0; i < STYLE_ROLES; i++)
                CHECK(contrast(theme_role(theme, i), grounds[theme][ground]) >=
                      (i == STYLE_RULE ? 3 : 4.5));
            for (int i = 0; i < CANVAS_PARTS; i++) {
                bool mark =
                    i == PART_LINE || i == PART_EDITBAR || i == PART_FRESH || i == PART_STALE;
                CHECK(contrast(theme_part(theme, i), grounds[theme][ground]) >= (mark ? 3 : 4.5));
            }
        }
    }
}

TEST("the plain theme has the terminal's 16 colours only")
{
    for (int i = 0; i < STYLE_ROLES; i++) CHECK(theme_role(THEME_PLAIN, i).foreground < 16);
    for (int i = 0; i < CANVAS_PARTS; i++) {
        CHECK(theme_part(THEME_PLAIN, i).foreground < 16);
        CHECK(theme_part(THEME_PLAIN, i).background < 16);
    }
}

static theme_choice started(const char *name, const char *colors)
{
    theme_choice c;
    name ? setenv("MOONLAB_THEME", name, 1) : unsetenv("MOONLAB_THEME");
    colors ? setenv("COLORFGBG", colors, 1) : unsetenv("COLORFGBG");
    CHECK(theme_start(&c) == (!name || strcmp(name, "pink") != 0));
    return c;
}

TEST("the background chooses, as the terminal or COLORFGBG tells it, unless the user does")
{
    static const struct {
        const char *name, *colors;
        long background; /* -2: the terminal does not answer */
        view_theme theme;
        bool light;
    } cases[] = {
        { NULL, NULL, -2, THEME_PLAIN, false },
        { NULL, NULL, 0x1e1e2e, THEME_DARK, false },
        { NULL, NULL, 0xfdf6e3, THEME_LIGHT, true },
        { "auto", NULL, 0xfdf6e3, THEME_LIGHT, true },
        { NULL, "0;15", -2, THEME_LIGHT, true },
        { NULL, "15;default;0", -2, THEME_DARK, false },
        { NULL, "0;default", -2, THEME_PLAIN, false },
        { NULL, "0;15x", -2, THEME_PLAIN, false },
        { NULL, "7", -2, THEME_PLAIN, false },
        { NULL, "0;15", 0x000000, THEME_DARK, false },
        { "light", NULL, 0x000000, THEME_LIGHT, true },
        { "dark", "0;15", -2, THEME_DARK, false },
        { "plain", NULL, 0xffffff, THEME_PLAIN, true },
        { "pink", NULL, 0xffffff, THEME_LIGHT, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        theme_choice c = started(cases[i].name, cases[i].colors);
        if (cases[i].background != -2) c.background = cases[i].background;
        CHECK_EQ_INT(theme_of(&c), cases[i].theme);
        CHECK_EQ_INT(theme_on_light(&c), cases[i].light);
    }
    theme_choice c = started(NULL, NULL);
    CHECK(theme_choose(&c, "light") && theme_of(&c) == THEME_LIGHT);
    CHECK(theme_choose(&c, "auto") && theme_of(&c) == THEME_PLAIN);
    CHECK(!theme_choose(&c, "LIGHT"));
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
