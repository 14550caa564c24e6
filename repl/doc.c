/* doc.c -- moonlab doc: pages of the manual on the terminal, long ones through the pager as git and man do it; the manual
** as Markdown; the man page. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "repl/commands.h"

static int count_lines(const char *text)
{
    int n = 0;
    for (; (text = strchr(text, '\n')); text++) n++;
    return n;
}

/* $PAGER, or less; NULL where none is wanted. */
static const char *pager_command(void)
{
    const char *pager = getenv("PAGER");
    if (!pager) return "less";
    return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

/* Shows the text in the pager; false if that cannot be. */
static bool page_text(const char *text)
{
    const char *pager = pager_command();
    if (!pager) return false;
    setenv("LESS", "-FRX", 0); /* colours; no pager for what fits; the screen is left */
    setenv("LESSCHARSET", "utf-8", 0);
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN); /* it may be left early */
    signal(SIGINT, SIG_IGN);
    FILE *f = popen(pager, "w"); /* NOLINT(bugprone-command-processor): the user's own command */
    if (!f) return false;
    fputs(text, f);
    int status = pclose(f);
    return !(status == -1 || (status >> 8) == 127); /* 127: there is no such program */
}

static int show(invocation *in, const char *what, const char *word)
{
    bool found;
    char *text = manual_text(what, word, in->options.columns > 0 ? in->options.columns : 80,
                             in->terminal.output && in->terminal.color, &found);
    if (!text)
        usage_error("out of memory");
    else if (!found)
        show_error(in, text);
    else {
        bool is_long = in->terminal.output && in->terminal.input && in->options.rows > 0 &&
                       count_lines(text) >= in->options.rows;
        if (!is_long || !page_text(text)) fputs(text, stdout);
    }
    free(text);
    return finish(NULL, found ? 0 : 1);
}

static int write_markdown(invocation *in, const char *folder)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return usage_error("doc --markdown %s: %s", folder, strerror(errno));
    return show(in, "markdown", folder);
}

int command_doc(invocation *in, int argc, char **argv)
{
    const char *first = argc > 0 ? argv[0] : "", *second = argc > 1 ? argv[1] : NULL;
    bool searches = strcmp(first, "-k") == 0, writes = strcmp(first, "--markdown") == 0;
    if (strcmp(first, "--man") == 0) {
        man_page();
        return finish(NULL, 0);
    }
    if ((searches || writes) && !(second && *second))
        return usage_error("doc %s: the %s is missing", first,
                           searches ? "word to look for" : "folder to write into");
    if (argc > (searches || writes ? 2 : 1))
        return usage_error("doc %s %s: one name is expected", argv[argc - 2], argv[argc - 1]);
    if (writes) return write_markdown(in, second);
    if (searches) return show(in, "search", second);
    return show(in, argc ? "page" : "overview", argc ? first : NULL);
}
