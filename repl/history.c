/* history.c -- see history.h.
**
** The file, $XDG_STATE_HOME/moonlab/history, has a line "#TIME" before each entry, so an entry may have many lines.  Each
** entry is appended by one write when it is entered: a crash loses nothing, and sessions that run at the same time do
** not see each other's until they are started anew. */
#include "repl/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>

#define MOST_ENTRIES 5000

static char *path; /* NULL: nothing is kept */

static char *joined(const char *a, const char *b)
{
    size_t n = strlen(a) + strlen(b) + 1;
    char *s = malloc(n);
    if (s) snprintf(s, n, "%s%s", a, b);
    return s;
}

/* Makes the folders of NAME that are not there, for this user only. */
static bool make_folders(char *name)
{
    for (char *p = name + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        bool there = mkdir(name, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!there) return false;
    }
    return true;
}

/* The file's name, its folder made; NULL if there is no place for one. */
static char *find_file(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *name = state && *state == '/' ? joined(state, "/moonlab/history")
                 : home && *home == '/' ? joined(home, "/.local/state/moonlab/history")
                                        : NULL;
    if (name && !make_folders(name)) {
        free(name);
        return NULL;
    }
    return name;
}

void history_open(void)
{
    using_history();
    history_comment_char = '#';
    history_write_timestamps = 1;
    history_multiline_entries = 1;
    stifle_history(MOST_ENTRIES);
    path = find_file();
    if (path) read_history(path);
}

void history_add(const char *entry)
{
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (strspn(entry, " \t\n") == strlen(entry) || (last && strcmp(last->line, entry) == 0)) return;
    add_history(entry);
    if (!path) return;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    fchmod(file, 0600); /* also one that was made by somebody else */
    close(file);
    append_history(1, path);
}

void history_close(void)
{
    if (path) history_truncate_file(path, 4 * MOST_ENTRIES);
    free(path);
    path = NULL;
}
