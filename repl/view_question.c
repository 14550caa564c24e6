/* view_question.c -- questions at the bottom, answered by one key. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/view_private.h"

#define MOMENT 0.7 /* seconds in which a question that nobody waits for is seen */

void view_ask(view *v, const char *keys, void (*answer)(view *v, char key), const char *format, ...)
{
    char text[sizeof v->question.text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (v->question.on) view_question_free(v); /* else it is just being answered */
    v->question = (question){ .on = true, .keys = keys, .answer = answer };
    char *visible = session_visible(text);
    snprintf(v->question.text, sizeof v->question.text, "%s ", visible ? visible : "out of memory");
    free(visible);
    v->dirty = v->hurry = true;
}

void view_ask_about(view *v, const char *subject, const char *then)
{
    v->question.subject = subject ? copy_bytes(subject, strlen(subject)) : NULL;
    v->question.then = then ? copy_bytes(then, strlen(then)) : NULL;
    if ((subject && !v->question.subject) || (then && !v->question.then)) {
        view_question_free(v);
        view_complain(v, "out of memory");
    }
}

void view_question_free(view *v)
{
    free(v->question.subject);
    free(v->question.then);
    v->question = (question){ 0 };
}

void view_ask_unexpected(view *v)
{
    const char *colon = strstr(v->question.text, ": ");
    v->question.asked = colon ? (size_t)(colon - v->question.text) : 0;
    v->question.unasked = view_now();
}

double view_question_wait(const view *v)
{
    double wait = v->question.unasked + MOMENT - view_now();
    return v->question.on && v->question.unasked > 0 && wait > 0 ? wait : 0;
}

/* "r, D or l" */
static void list_keys(const char *keys, char *out)
{
    size_t n = strlen(keys);
    if (strchr(keys, keys[n - 1]) < keys + n - 1) n--; /* the last is what Esc answers, too */
    for (size_t i = 0; i < n; i++)
        out += sprintf(out, "%s%c", i == 0 ? "" : i == n - 1 ? " or " : ", ", keys[i]);
}

/* Esc and Ctrl-C are the last of the keys: the answer that does least. */
void view_question_key(view *v, const key_event *e)
{
    char key = e->key < 128 ? (char)e->key : '\0', list[40];
    question asked = v->question;
    size_t n = strlen(asked.keys);
    if (e->key == PRESS_ESCAPE || e->key == (PRESS_CONTROL | 'c')) key = asked.keys[n - 1];
    if (key >= 'A' && key <= 'Z' && !strchr(asked.keys, key)) key = (char)(key + 32);
    if (!key || !strchr(asked.keys, key)) {
        list_keys(asked.keys, list);
        view_say(v, "that is no answer: %s", list);
        return;
    }
    *v->message = '\0';
    v->question.on = false;
    asked.answer(v, key);
    free(asked.subject);
    free(asked.then);
    if (!v->question.on) v->question = (question){ 0 };
}
