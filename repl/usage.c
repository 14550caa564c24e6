/* usage.c -- moonlab --help, from options.def. */
#include <stdio.h>
#include <string.h>

#include "repl/commands.h"

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
    printf("%susage:%s moonlab [OPTION ...] [COMMAND]\n", bold, plain);
    printf(
        "Without a command: the prompt on a terminal, else the code read from standard input.\n");
    printf("\n%scommands%s\n", bold, plain);
#define COMMAND(name, arguments, help, function) row(name, arguments, help);
#define OPTION(...)
#include "repl/options.def"
    printf("\n%soptions%s, before the command\n", bold, plain);
#define COMMAND(...)
#define OPTION(name, argument, help, id) row(name, argument, help);
#include "repl/options.def"
}
