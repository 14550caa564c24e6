/* kernel.c -- see kernel.h. */
#define _POSIX_C_SOURCE 200809L
#include "repl/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "repl/environment.h"
#include "repl/kernel_private.h"

/* ---- saying ---------------------------------------------------------------------------------- */

/* Sends MESSAGE, which it releases, with its number, after its mark.  Ends the process if nobody listens. */
static void say(json_t *message)
{
    if (__fpending(stdout) > 0) fflush(stdout);
    if (message) json_object_set_new(message, "n", json_integer((json_int_t)++self.count));
    if (!outlet_mark(STDOUT_FILENO, self.secret, self.count)) kernel_die();
    if (!channel_send(&self.channel, message, NULL, 0) && self.channel.failed) kernel_die();
}

static json_t *text_of(const char *text)
{
    return protocol_text(text, strlen(text));
}

/* The session's printed text: all of it, unless an interrupt comes while nobody takes it. */
static void print(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    if (__fpending(stdout) > 0) fflush(stdout);
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, text, size);
        if (n < 0 && (errno != EINTR || self.interrupted)) return;
        if (n > 0) text += n, size -= (size_t)n;
    }
}

static json_t
    *digits; /* in full, of the value or figure that is emitted next; NULL: its text has them all */

static void take_digits(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    json_decref(digits);
    digits = size > 0 ? protocol_text(text, size) : NULL;
}

static void resize(const json_t *request)
{
    session_resize(self.session, (int)json_integer_value(json_object_get(request, "columns")),
                   (int)json_integer_value(json_object_get(request, "rows")));
    session_set_light(self.session, json_is_true(json_object_get(request, "light")));
}

/* What is shown while a cell runs follows the size: nothing else is asked of the runner meanwhile. */
static void hear_size(void)
{
    json_t *request;
    self.channel.impatient = true;
    while (channel_receive(&self.channel, &request) == CHANNEL_MESSAGE) {
        resize(request);
        json_decref(request);
    }
    self.channel.impatient = false;
}

static void emit(void *ctx, session_output kind, const char *text, size_t size)
{
    static const char *const names[] = { "value", "figure", "progress" };
    (void)ctx;
    json_t *message =
        json_pack("{s:s, s:o}", "event", names[kind], "text", protocol_text(text, size));
    if (message && digits && kind != SESSION_PROGRESS) json_object_set(message, "digits", digits);
    if (kind != SESSION_PROGRESS) take_digits(NULL, "", 0);
    say(message);
    if (kind == SESSION_PROGRESS) hear_size();
}

/* ---- a cell ---------------------------------------------------------------------------------- */

static void say_error(void)
{
    json_t *places = json_array();
    const char *name;
    for (int i = 0, line; session_error_place(self.session, i, &name, &line); i++)
        json_array_append_new(places, json_pack("[o, i]", text_of(name), line));
    say(json_pack("{s:s, s:o, s:o}", "event", "error", "message",
                  text_of(session_error(self.session)), "places", places));
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void set_timer(int seconds)
{
    setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
}

static session_status run_code(const char *code, size_t size, const char *name)
{
    self.interrupted = 0;
    self.running = self.session;
    set_timer(self.time_limit);
    session_status status = session_cell(self.session, code, size, name);
    set_timer(0);
    self.running = NULL;
    fflush(stdout);
    return status;
}

static void say_done(json_int_t id, session_status status, double seconds)
{
    static const char *const words[] = { [SESSION_OK] = "ok",
                                         [SESSION_ERROR] = "error",
                                         [SESSION_INCOMPLETE] = "error",
                                         [SESSION_INTERRUPTED] = "interrupted",
                                         [SESSION_EXIT] = "exit" };
    say(json_pack("{s:s, s:I, s:s, s:i, s:f, s:o, s:o}", "event", "done", "id", id, "status",
                  words[status], "code", session_exit_code(self.session), "seconds", seconds,
                  "reads", kernel_names(session_names_read(self.session)), "writes",
                  kernel_names(session_names_written(self.session))));
}

static void say_ready(void)
{
    say(json_pack("{s:s, s:i, s:s, s:o}", "event", "ready", "pid", (int)getpid(), "version",
                  session_version(), "environment", environment_of(self.session, self.device)));
}

static void run(const json_t *request)
{
    size_t size, name_size;
    json_int_t id = json_integer_value(json_object_get(request, "id"));
    char *code = protocol_get_text(json_object_get(request, "source"), &size);
    char *name = protocol_get_text(json_object_get(request, "name"), &name_size);
    if (!code || !name) kernel_die();
    say(json_pack("{s:s, s:I}", "event", "running", "id", id));
    double start = seconds_now();
    session_status status = run_code(code, size, name);
    double seconds = seconds_now() - start;
    if (status != SESSION_OK && status != SESSION_EXIT) say_error();
    say_done(id, status, seconds);
    if (status == SESSION_EXIT) _exit(session_exit_code(self.session));
    free(code);
    free(name);
}

/* ---- living ---------------------------------------------------------------------------------- */

static void keep(void)
{
    const char *reason = NULL;
    int socket = channel_take_fd(&self.channel);
    if (socket < 0) kernel_die();
    if (snapshot_take(socket, &reason))
        say(json_pack("{s:s, s:i, s:s?}", "event", "kept", "pid", (int)getpid(), "reason", reason));
    else
        say_ready(); /* what came after was taken back */
}

static void handle_request(const json_t *request)
{
    const char *what = json_string_value(json_object_get(request, "do"));
    if (!what) kernel_die();
    if (strcmp(what, "run") == 0)
        run(request);
    else if (strcmp(what, "keep") == 0)
        keep();
    else if (strcmp(what, "size") == 0)
        resize(request);
    else
        say(kernel_answer(self.session, request));
}

static void open_session(const session_options *options)
{
    char error[512];
    session_options own = *options;
    own.no_input = true;
    own.write = print, own.emit = emit, own.digits = take_digits, own.write_ctx = NULL;
    self.session = session_open(&own, error, sizeof error);
    if (self.session) {
        if (own.notebook) session_begin(self.session, own.notebook, 0, NULL);
        session_watch_names(self.session);
        return;
    }
    say(json_pack("{s:s, s:o}", "event", "failed", "message", text_of(error)));
    _exit(1);
}

_Noreturn void kernel_live(const kernel_birth *birth)
{
    self.host = self.parent = birth->host;
    self.time_limit = birth->options->time_limit;
    self.device = birth->options->device;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGHUP);
    if (getppid() != self.host) kernel_die();
    channel_open(&self.channel, birth->socket);
    memcpy(self.secret, birth->secret, OUTLET_SECRET);
    kernel_catch_signals();
    setvbuf(stdout, NULL, _IOLBF, 0);
    open_session(birth->options);
    say_ready();
    for (;;) {
        json_t *request = NULL;
        channel_status status = channel_receive(&self.channel, &request);
        if (status == CHANNEL_END || status == CHANNEL_BROKEN) kernel_die();
        if (request) handle_request(request);
        json_decref(request);
    }
}
