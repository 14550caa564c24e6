/* kernel_events.c -- what is heard from a kernel, in the order in which it happened:
**
**     kernel_poll      what the host and the snapshots tell
**                      a message of the runner; then output up to its mark, and then the message
**                      no message: output up to a mark, for whose message is waited; errors
**                      nothing, and the runner's socket has ended: how it ended */
#define _GNU_SOURCE /* epoll */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "repl/kernel_client_private.h"

enum { AGAIN_AFTER = 150, UNEXPLAINED_AFTER = 1000, HOST_ENDS = 100 /* milliseconds */ };

static const char it_ended[] = "the process that kept it has ended";

static long long integer_of(const json_t *message, const char *name)
{
    return json_integer_value(json_object_get(message, name));
}

static const char *event_of(const json_t *message)
{
    const char *event = json_string_value(json_object_get(message, "event"));
    return event ? event : "";
}

/* ---- what comes from the side ---------------------------------------------------------------- */

static void note_end(kernel *k, const json_t *message, bool from_parent)
{
    pid_t pid = (pid_t)integer_of(message, "pid");
    bool unborn = k->tentative && pid == k->snapshots[k->nsnapshots - 1].pid;
    if (k->pid == pid || k->pid == 0)
        k->ended_pid = pid, k->status = (int)integer_of(message, "status");
    k->explained = k->explained || k->pid == pid || (k->pid == 0 && from_parent) || unborn;
    if (unborn) client_remove_snapshot(k, k->nsnapshots - 1, it_ended);
}

static void note_birth(kernel *k, pid_t pid)
{
    if (k->state != KERNEL_STARTING || k->pid != 0) return;
    if (pid <= 0) {
        k->explained = true;
        snprintf(k->why, sizeof k->why, "the system could not fork it");
        return;
    }
    k->pid = pid;
    if (k->kill_wanted) kernel_kill(k);
}

/* Keeps the answer of one that is not the runner. */
static void note_answer(kernel *k, json_t *message)
{
    if (!k->answers) k->answers = json_array();
    json_array_append(k->answers, message);
}

static void describe_end(int status, char *out, size_t room)
{
    if (WIFSIGNALED(status))
        snprintf(out, room, "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(out, room, "exit status %d", WEXITSTATUS(status));
}

/* Its socket has ended, and its kernels end with it. */
static void note_host_ended(kernel *k)
{
    int status;
    pid_t pid = 0;
    channel_close(&k->host_channel);
    kill(k->host, SIGKILL); /* if it is only its socket that was broken */
    for (int i = 0; i < HOST_ENDS && (pid = waitpid(k->host, &status, WNOHANG)) == 0; i++)
        poll(NULL, 0, 1);
    snprintf(k->host_end, sizeof k->host_end, "how is not known");
    if (pid > 0) describe_end(status, k->host_end, sizeof k->host_end);
    k->host = 0;
    client_kill_group(k->pid);
    client_kill_snapshots_from(k, 0);
}

static void hear_host(kernel *k)
{
    json_t *message;
    channel_status status;
    while ((status = channel_receive(&k->host_channel, &message)) == CHANNEL_MESSAGE) {
        const char *event = event_of(message);
        if (strcmp(event, "born") == 0) note_birth(k, (pid_t)integer_of(message, "pid"));
        if (strcmp(event, "ended") == 0) note_end(k, message, false);
        if (strcmp(event, "memory") == 0) client_take_measurement(k, message);
        if (strcmp(event, "answer") == 0) note_answer(k, message);
        json_decref(message);
    }
    if (status == CHANNEL_AGAIN || k->host_channel.fd < 0) return;
    note_host_ended(k);
}

static void hear_snapshots(kernel *k)
{
    for (int i = k->nsnapshots; i-- > 0;) {
        json_t *message;
        channel_status status;
        channel *c = &k->snapshots[i].channel;
        while ((status = channel_receive(c, &message)) == CHANNEL_MESSAGE) {
            if (strcmp(event_of(message), "ended") == 0)
                note_end(k, message, i == k->nsnapshots - 1);
            if (strcmp(event_of(message), "answer") == 0) note_answer(k, message);
            json_decref(message);
        }
        if (status == CHANNEL_AGAIN) continue;
        if (i == k->nsnapshots - 1 && k->tentative) continue; /* it may only have moved on */
        client_remove_snapshot(k, i, it_ended);
    }
}

/* Hears them if there is something to be heard. */
static void hear_sides(kernel *k)
{
    struct epoll_event ready[8];
    int n = epoll_wait(k->epoll, ready, 8, 0);
    for (int i = 0; i < n; i++) {
        int fd = ready[i].data.fd;
        if (fd == k->channel.fd || fd == k->out.fd || fd == k->errors.fd) continue;
        hear_host(k);
        hear_snapshots(k);
        return;
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static void deliver(kernel *k, kernel_event *out, kernel_event_kind kind)
{
    json_decref(k->delivered);
    free(k->text);
    k->delivered = k->message, k->message = NULL;
    const json_t *text = json_object_get(k->delivered, kind == KERNEL_ERROR ? "message" : "text");
    size_t size = 0;
    k->text = protocol_get_text(text, &size);
    *out = (kernel_event){
        .kind = kind, .id = k->id, .text = k->text, .size = size, .data = k->delivered
    };
}

/* The runner has left a snapshot behind, or tells why not. */
static void take_kept(kernel *k)
{
    const char *reason = json_string_value(json_object_get(k->message, "reason"));
    if (!k->tentative) return;
    k->pid = (pid_t)integer_of(k->message, "pid");
    k->explained = k->pid == k->ended_pid; /* it was told before this */
    snprintf(k->unkept, sizeof k->unkept, "%s", reason ? reason : "");
    if (reason) client_remove_snapshot(k, k->nsnapshots - 1, NULL);
    k->tentative = false;
    if (k->kill_wanted) kernel_kill(k);
    client_measure(k);
}

static void deliver_running(kernel *k, kernel_event *out)
{
    while (k->nsnapshots > k->options.most_snapshots)
        client_remove_snapshot(k, 0, "only the last ones are kept");
    deliver(k, out, KERNEL_RUNNING);
    if (!kernel_can_rewind(k, k->id))
        out->text = k->options.most_snapshots > 0 ? k->unkept : "snapshots are off";
    out->size = out->text ? strlen(out->text) : 0;
    if (k->kill_wanted) kernel_kill(k);
    if (k->interrupts > 0) client_send_interrupt(k);
}

static void deliver_done(kernel *k, kernel_event *out)
{
    static const struct {
        const char *word;
        session_status status;
    } words[] = { { "ok", SESSION_OK },
                  { "error", SESSION_ERROR },
                  { "interrupted", SESSION_INTERRUPTED },
                  { "exit", SESSION_EXIT } };
    deliver(k, out, KERNEL_DONE);
    const char *status = json_string_value(json_object_get(out->data, "status"));
    out->status = SESSION_ERROR;
    for (size_t i = 0; status && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, status) == 0) out->status = words[i].status;
    out->seconds = json_number_value(json_object_get(out->data, "seconds"));
    k->state = KERNEL_IDLE, k->id = 0, k->interrupts = 0;
    if (out->status == SESSION_EXIT)
        snprintf(k->why, sizeof k->why, "os.exit was called: exit status %d",
                 (int)integer_of(out->data, "code"));
    else {
        client_tell_size(k);
        client_keep(k);
    }
}

/* Of one that is not the runner. */
static void deliver_answer(kernel *k, kernel_event *out)
{
    json_decref(k->delivered);
    k->delivered = json_incref(json_array_get(k->answers, 0));
    json_array_remove(k->answers, 0);
    *out = (kernel_event){ .kind = KERNEL_ANSWER,
                           .id = integer_of(k->delivered, "id"),
                           .data = k->delivered };
}

static void deliver_ready(kernel *k, kernel_event *out)
{
    k->pid = (pid_t)integer_of(k->message, "pid");
    k->state = KERNEL_IDLE;
    deliver(k, out, KERNEL_READY);
    const session_options *s = &k->options.session;
    kernel_resize(k, s->columns, s->rows, s->light);
    client_keep(k);
}

/* Delivers the message that is at hand; false if it is nothing to be told. */
static bool deliver_message(kernel *k, kernel_event *out)
{
    static const struct {
        const char *event;
        kernel_event_kind kind;
    } plain[] = { { "value", KERNEL_VALUE },
                  { "figure", KERNEL_FIGURE },
                  { "progress", KERNEL_PROGRESS },
                  { "error", KERNEL_ERROR } };
    const char *event = event_of(k->message);
    bool runs = k->state == KERNEL_BUSY && !k->asked;
    if (strcmp(event, "ready") == 0 && k->state == KERNEL_STARTING)
        return deliver_ready(k, out), true;
    if (strcmp(event, "running") == 0 && runs) return deliver_running(k, out), true;
    if (strcmp(event, "done") == 0 && runs) return deliver_done(k, out), true;
    if (strcmp(event, "answer") == 0 && k->asked) {
        deliver(k, out, KERNEL_ANSWER);
        k->state = KERNEL_IDLE, k->id = 0, k->asked = false;
        client_tell_size(k);
        return true;
    }
    if (strcmp(event, "progress") == 0) {
        k->size_unread = false;
        client_tell_size(k);
    }
    if (strcmp(event, "kept") == 0) take_kept(k);
    if (strcmp(event, "failed") == 0) {
        const char *why = json_string_value(json_object_get(k->message, "message"));
        snprintf(k->why, sizeof k->why, "%s", why ? why : "");
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(plain[i].event, event) == 0) return deliver(k, out, plain[i].kind), true;
    json_decref(k->message);
    k->message = NULL;
    return false;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void explain(kernel *k)
{
    if (k->channel.senseless)
        snprintf(k->why, sizeof k->why, "what it told the notebook makes no sense: %.100s",
                 k->channel.error);
    else if (!k->explained && *k->host_end)
        snprintf(k->why, sizeof k->why, "the process that watches over it was ended: %s",
                 k->host_end);
    else if (!k->explained)
        snprintf(k->why, sizeof k->why, "how is not known");
    else if (WIFSIGNALED(k->status) || !*k->why)
        describe_end(k->status, k->why, sizeof k->why);
}

/* The runner's socket has ended, and all that it said is told. */
static bool deliver_end(kernel *k, kernel_event *out)
{
    if (!k->explained && k->host_channel.fd >= 0 &&
        client_milliseconds() < k->ended_at + UNEXPLAINED_AFTER)
        return false;
    explain(k);
    long long id = k->id;
    /* A snapshot of which nothing was heard is one: the process whose it is has told how its child ended. */
    if (k->tentative && k->explained) k->tentative = false;
    if (k->tentative) client_remove_snapshot(k, k->nsnapshots - 1, it_ended);
    client_close_runner(k);
    k->state = KERNEL_DEAD;
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, k->out.fd, NULL); /* it would be ready all the time */
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, k->errors.fd, NULL);
    return client_deliver_text(out, KERNEL_ENDED, id, k->why, strlen(k->why));
}

static void note_runner_ended(kernel *k)
{
    if (k->ended || k->channel.fd < 0) return;
    client_kill_group(k->pid); /* if it is only its socket that has ended, or was broken */
    k->ended = true, k->ended_at = client_milliseconds();
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, k->channel.fd, NULL);
}

/* ---- polling --------------------------------------------------------------------------------- */

static void receive(kernel *k)
{
    if (k->message || k->ended) return;
    channel_status status = channel_receive(&k->channel, &k->message);
    if (status == CHANNEL_END || status == CHANNEL_BROKEN) note_runner_ended(k);
}

static void watch_output(kernel *k, bool on)
{
    if (k->out_watched != on) client_watch(k, k->out.fd, on);
    k->out_watched = on;
}

/* Output that comes before the message at hand, or, without one, before the next mark. */
static bool next_output(kernel *k, kernel_event *out, bool *at_mark)
{
    const char *text;
    size_t size;
    unsigned long long mark;
    long long n = k->message ? integer_of(k->message, "n") : 0;
    *at_mark = false;
    while (k->out.fd >= 0) {
        outlet_status status = outlet_next(&k->out, &text, &size, &mark);
        if (status == OUTLET_TEXT)
            return client_deliver_text(out, KERNEL_OUTPUT, k->id, text, size);
        if (status == OUTLET_EMPTY) return false;
        *at_mark = true;
        bool ours = k->message && mark >= (unsigned long long)n;
        if (!k->message && !k->ended) return false;
        outlet_pass(&k->out);
        if (ours) return false;
    }
    return false;
}

bool kernel_poll(kernel *k, kernel_event *out)
{
    bool at_mark;
    channel_flush(&k->host_channel);
    channel_flush(&k->channel);
    if (k->nsnapshots > 0) channel_flush(&k->snapshots[k->nsnapshots - 1].channel);
    hear_sides(k);
    if (k->nforgotten > 0) {
        loss l = k->forgotten[--k->nforgotten];
        return client_deliver_text(out, KERNEL_FORGOT, l.id, l.why, strlen(l.why));
    }
    if (k->measured) {
        k->measured = false;
        return client_deliver_text(out, KERNEL_MEASURED, 0, NULL, 0);
    }
    if (json_array_size(k->answers) > 0) return deliver_answer(k, out), true;
    if (k->interrupts > 0 && client_milliseconds() >= k->interrupted_at + AGAIN_AFTER)
        client_send_interrupt(k);
    if (k->channel.fd < 0) return false;
    for (;;) {
        receive(k);
        if (client_next_errors(k, out) || next_output(k, out, &at_mark)) return true;
        if (!k->message) break;
        if (deliver_message(k, out)) return true;
    }
    watch_output(k, !at_mark);
    return k->ended && deliver_end(k, out);
}

int kernel_fd(const kernel *k)
{
    return k->epoll;
}

/* Does a request wait for room in its socket?  Then it is tried again soon. */
static bool sends(const kernel *k)
{
    return channel_pending(&k->host_channel) || channel_pending(&k->channel) ||
           (k->nsnapshots > 0 && channel_pending(&k->snapshots[k->nsnapshots - 1].channel));
}

int kernel_timeout(const kernel *k)
{
    if (sends(k)) return 1;
    long long at = k->ended                          ? k->ended_at + UNEXPLAINED_AFTER
                   : k->interrupts > 0 && k->pid > 0 ? k->interrupted_at + AGAIN_AFTER
                                                     : -1;
    if (at < 0) return -1;
    long long left = at - client_milliseconds();
    return left < 0 ? 0 : (int)left;
}

kernel_state kernel_state_of(const kernel *k)
{
    return k->state;
}

pid_t kernel_pid(const kernel *k)
{
    return k->pid;
}
