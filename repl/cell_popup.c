/* cell_popup.c -- see cell_popup.h. */
#include "repl/cell_popup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "repl/buffer.h"

#define PAGE 8

static struct {
    char **all, **fitting; /* fitting points to some of all */
    int nall;
    cell_editor_popup view;
} popup;

void popup_close(void)
{
    for (int i = 0; i < popup.nall; i++) free(popup.all[i]);
    free(popup.all);
    free(popup.fitting);
    popup.all = popup.fitting = NULL;
    popup.nall = popup.view.n = 0;
}

enum { RANKS = 6 };

/* Options of the call come first, then names, functions, keywords; then what changes its object (add_), and what is hidden (_x). */
static int rank_of(const char *word)
{
    size_t n = strlen(word), name = n > 0 && word[n - 1] == '(' ? n - 1 : n;
    const char *kind = completion_kind(word);
    if (*word == '_') return 5;
    if (name > 1 && word[name - 1] == '_') return 4;
    return strcmp(kind, "option") == 0     ? 0
           : strcmp(kind, "function") == 0 ? 2
           : strcmp(kind, "keyword") == 0  ? 3
                                           : 1;
}

/* Copies those of this rank; false out of memory. */
static bool add_rank(char *const words[], int rank)
{
    for (int i = 0; words[i]; i++) {
        if (rank_of(words[i]) != rank) continue;
        char *word = copy_bytes(words[i], strlen(words[i]));
        if (!word) return false;
        popup.all[popup.nall++] = word;
    }
    return true;
}

bool popup_open(char *const words[], size_t start)
{
    int n = 0;
    popup_close();
    while (words[n]) n++;
    popup.all = calloc((size_t)n + 1, sizeof *popup.all);
    popup.fitting = calloc((size_t)n + 1, sizeof *popup.fitting);
    bool good = popup.all && popup.fitting;
    for (int rank = 0; good && rank < RANKS; rank++) good = add_rank(words, rank);
    if (!good) {
        popup_close();
        return false;
    }
    popup.view = (cell_editor_popup){ .chosen = -1, .start = start };
    popup_filter("", 0);
    return true;
}

bool popup_is_open(void)
{
    return popup.view.n > 0;
}

void popup_filter(const char *typed, size_t n)
{
    const char *chosen = popup_chosen();
    int k = 0, now = -1;
    for (int i = 0; i < popup.nall; i++) {
        if (strncmp(popup.all[i], typed, n) != 0) continue;
        if (popup.all[i] == chosen) now = k;
        popup.fitting[k++] = popup.all[i];
    }
    popup.view.words = popup.fitting;
    popup.view.n = k, popup.view.chosen = now;
    if (k == 0 || (k == 1 && strlen(popup.fitting[0]) == n)) popup_close();
}

size_t popup_common(const char **word)
{
    size_t n = popup.view.n > 0 ? strlen(popup.fitting[0]) : 0;
    for (int i = 1; i < popup.view.n; i++) {
        size_t k = 0;
        while (k < n && popup.fitting[i][k] == popup.fitting[0][k]) k++;
        n = k;
    }
    *word = popup.view.n > 0 ? popup.fitting[0] : "";
    while (n > 0 && ((unsigned char)(*word)[n] & 0xC0) == 0x80) n--;
    return n;
}

bool popup_move(const char *key, size_t n)
{
    static const struct {
        const char *key;
        int by;
    } moves[] = { { "\t", 1 },         { "\033[B", 1 },     { "\033OB", 1 },  { "\016", 1 },
                  { "\033[Z", -1 },    { "\033[A", -1 },    { "\033OA", -1 }, { "\020", -1 },
                  { "\033[6~", PAGE }, { "\033[5~", -PAGE } };
    cell_editor_popup *v = &popup.view;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (strlen(moves[i].key) != n || memcmp(moves[i].key, key, n) != 0) continue;
        int by = moves[i].by, last = v->n - 1;
        if (v->chosen < 0)
            v->chosen = by > 0 ? 0 : last;
        else if (by == 1 || by == -1)
            v->chosen = (v->chosen + by + v->n) % v->n;
        else
            v->chosen = v->chosen + by < 0 ? 0 : v->chosen + by > last ? last : v->chosen + by;
        return true;
    }
    return false;
}

const char *popup_chosen(void)
{
    bool any = popup.view.n > 0 && popup.view.chosen >= 0;
    return any ? popup.view.words[popup.view.chosen] : NULL;
}

const cell_editor_popup *cell_editor_popup_now(void)
{
    return popup.view.n > 0 ? &popup.view : NULL;
}

const char *completion_kind(const char *word)
{
    static const char *const keywords[] = { "and",   "break",  "do",     "else",     "elseif",
                                            "end",   "false",  "for",    "function", "goto",
                                            "if",    "in",     "local",  "nil",      "not",
                                            "or",    "repeat", "return", "then",     "true",
                                            "until", "while" };
    size_t n = strlen(word);
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i], word) == 0) return "keyword";
    if (n == 0) return "name";
    if (word[n - 1] == '(') return "function";
    if (word[n - 1] == '=' || (n > 1 && word[n - 1] == ' ' && word[n - 2] == '=')) return "option";
    if (word[n - 1] == '"' || word[n - 1] == '\'') return "string";
    if (word[n - 1] == '/') return "folder";
    return "name";
}
