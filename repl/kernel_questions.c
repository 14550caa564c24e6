/* kernel_questions.c -- what the notebook asks about the session, which changes nothing in it. */
#define _DEFAULT_SOURCE /* NSIG */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "repl/kernel_private.h"

enum { MOST_SECONDS = 30 /* of a helper */, ANSWER_SECONDS = 2 };

static json_t *text_of(const char *text)
{
    return protocol_text(text, strlen(text));
}

static json_t *text_or_null(char *text)
{
    json_t *value = text ? text_of(text) : json_null();
    free(text);
    return value;
}

json_t *kernel_names(char **names)
{
    json_t *list = json_array();
    for (int i = 0; names && names[i]; i++) {
        json_array_append_new(list, text_of(names[i]));
        free(names[i]);
    }
    free(names);
    return list;
}

static json_t *complete(session *s, const char *text, size_t point)
{
    size_t start = point;
    json_t *words = kernel_names(session_completions(s, text, point, &start));
    return json_pack("{s:o, s:I}", "words", words, "start", (json_int_t)start);
}

static json_t *variables(session *s)
{
    static const char *const names[] = { "name",   "type", "shape", "dtype",
                                         "device", "grad", "size",  "value" };
    _Static_assert(sizeof names / sizeof *names == VARIABLE_FIELDS, "one name for each field");
    session_variable *list;
    json_t *rows = json_array();
    int n = session_variable_list(s, &list);
    for (int i = 0; i < n; i++) {
        json_t *row = json_object();
        for (int k = 0; k < VARIABLE_FIELDS; k++)
            json_object_set_new(row, names[k], text_of(list[i].field[k]));
        json_array_append_new(rows, row);
    }
    free(list);
    return json_pack("{s:o}", "variables", rows);
}

static json_t *answer_to(session *s, const char *what, const char *text, size_t point)
{
    if (strcmp(what, "complete") == 0) return complete(s, text, point);
    if (strcmp(what, "about") == 0)
        return json_pack("{s:o}", "text", text_or_null(session_about(s, text, point)));
    if (strcmp(what, "variables") == 0) return variables(s);
    char *help = session_help(s, *text ? text : NULL);
    bool found = help != NULL;
    return json_pack("{s:o, s:b}", "text", found ? text_or_null(help) : text_of(session_error(s)),
                     "found", found);
}

json_t *kernel_answer(session *s, const json_t *request)
{
    size_t size = 0;
    const char *what = json_string_value(json_object_get(request, "do"));
    char *text = protocol_get_text(json_object_get(request, "text"), &size);
    json_int_t point = json_integer_value(json_object_get(request, "point"));
    if (point < 0 || (size_t)point > size) point = (json_int_t)size;
    json_t *answer = answer_to(s, what ? what : "", text ? text : "", (size_t)point);
    if (answer) {
        json_object_set_new(answer, "event", json_string("answer"));
        json_object_set(answer, "id", json_object_get(request, "id"));
    }
    free(text);
    return answer;
}

bool kernel_fork_helper(pid_t *helper)
{
    sigset_t none;
    pid_t parent = getpid();
    *helper = fork();
    if (*helper != 0) return false;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    sigemptyset(&none);
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(MOST_SECONDS);
    return true;
}

_Noreturn void kernel_answer_and_end(const channel *c, session *s, const json_t *request)
{
    alarm(ANSWER_SECONDS);
    json_t *answer = s ? kernel_answer(s, request) : NULL;
    json_t *words = json_object_get(answer, "words");
    while (!channel_offer(c, json_incref(answer)) && json_array_size(words) > 0)
        for (size_t n = json_array_size(words), half = n / 2; n > half; n--)
            json_array_remove(words, n - 1);
    _exit(0);
}
