/* usage.c -- moonlab --help and the man page, from options.def. */
#include <stdio.h>
#include <string.h>

#include "repl/commands.h"
#include "repl/view_bindings.h"

static void row(const char *name, const char *argument, const char *help)
{
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", name, *argument ? " " : "", argument);
    printf("  %-20s %s%s\n", left, strlen(left) > 20 ? "\n                       " : "", help);
}

void usage(bool color)
{
    const char *bold = color ? "\033[1m" : "", *plain = color ? "\033[0m" : "";
    printf("%smoonlab%s: deep learning in the terminal, with Lua\n\n", bold, plain);
    printf("%susage:%s moonlab [OPTION ...] [COMMAND | FILE]\n", bold, plain);
    printf("With a FILE.lua or FILE.ipynb, or without: the notebook, on a terminal; else the code "
           "read from "
           "standard input.\n");
    printf("\n%scommands%s\n", bold, plain);
#define COMMAND(name, arguments, help, function) row(name, arguments, help);
#define OPTION(...)
#include "repl/options.def"
    printf("\n%soptions%s, before the command\n", bold, plain);
#define COMMAND(...)
#define OPTION(name, argument, help, id) row(name, argument, help);
#include "repl/options.def"
}

/* TEXT as roff: no line begins with a control character, hyphens stay hyphens. */
static void roff(const char *text)
{
    if (*text == '.' || *text == '\'') fputs("\\&", stdout);
    for (; *text; text++) {
        if (*text == '-' || *text == '\\') putchar('\\');
        if (*text == '\\')
            fputs("e", stdout);
        else
            putchar(*text);
    }
}

static void man_entry(const char *before, const char *name, const char *argument, const char *help)
{
    printf(".TP\n\\fB%s", before);
    roff(name);
    fputs("\\fR", stdout);
    if (*argument) putchar(' '), roff(argument);
    putchar('\n');
    roff(help);
    putchar('\n');
}

/* The commands of the notebook, from their table. */
static void man_keys(void)
{
    printf(".SH NOTEBOOK\nIn command mode (Esc) keys act on cells, in edit mode (Enter) they are "
           "Readline's, "
           "but for those marked. Each has a name for the line that : opens.\n");
    for (int i = 0; i < view_command_count; i++) {
        const view_command *c = &view_commands[i];
        char name[64], keys[96];
        snprintf(name, sizeof name, ":%s %s", c->name ? c->name : "", c->argument);
        snprintf(keys, sizeof keys, "%s%s%s", c->command_keys, *c->edit_keys ? "; editing: " : "",
                 c->edit_keys);
        if (c->section)
            printf(".SS %s\n", c->section);
        else
            man_entry("", *keys ? keys : name, *keys ? name : "", c->help);
    }
}

void man_page(void)
{
    printf(
        ".TH MOONLAB 1 \"\" \"moonlab %s\"\n.SH NAME\nmoonlab \\- deep learning in the "
        "terminal, with Lua\n"
        ".SH SYNOPSIS\n.B moonlab\n[\\fIOPTION\\fR ...] [\\fICOMMAND\\fR | \\fIFILE\\fR]\n"
        ".SH DESCRIPTION\nTensors with gradients, networks, optimisers and plots in text, in the "
        "language Lua. With a file that ends in .lua or .ipynb, or without a command: the "
        "notebook, "
        "on a terminal; else the code read from "
        "standard input. The manual of the language is in the program: \\fBmoonlab doc\\fR.\n"
        ".SH COMMANDS\n",
        session_version());
#define COMMAND(name, arguments, help, function)                                                   \
    man_entry(*(name) == '-' ? "moonlab " : "", name, arguments, help);
#define OPTION(...)
#include "repl/options.def"
    printf(".SH OPTIONS\nThey stand before the command.\n");
#define COMMAND(...)
#define OPTION(name, argument, help, id) man_entry("", name, argument, help);
#include "repl/options.def"
    man_keys();
    printf(
        ".SH EXIT STATUS\n0, or 1 with a message on standard error; 128 + 2 after Ctrl\\-C; what "
        "a script gives to os.exit.\n"
        ".SH ENVIRONMENT\n");
    man_entry("", "NO_COLOR", "", "no colours");
    man_entry(
        "", "MOONLAB_THEME", "",
        "auto (by the background of the terminal), dark, light or plain: colours of the notebook");
    man_entry("", "PAGER", "", "shows long pages of the manual (default: less); cat: no pager");
    man_entry("", "MOONLAB_ISA", "", "base, avx2 or avx512: uses no more than these instructions");
    printf(".SH FILES\n");
    man_entry("", "~/.local/state/moonlab/history", "", "what was typed at the prompt");
    man_entry("", "~/.config/moonlab/keys", "",
              "other keys for the notebook: lines like \"command Q q\" and \"edit C-r run\"");
    printf(".SH SEE ALSO\nmoonlab doc; https://www.lua.org/manual/5.4/\n");
}
