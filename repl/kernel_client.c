/* kernel_client.c -- see kernel_client.h.
**
** There are several sockets: the host's, the runner's, one for each snapshot; and two pipes, for output and errors, which
** all of a kernel's processes share.  An epoll descriptor stands for all of them.
**
**     kernel_poll      what the host and the snapshots tell
**                      a message of the runner; then output up to its mark, and then the message
**                      no message: output up to a mark, for whose message is waited; errors
**                      nothing, and the runner's socket has ended: how it ended
*/
#define _GNU_SOURCE /* epoll, pipe2 */
#include "repl/kernel_client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_host.h"
#include "repl/outlet.h"
#include "repl/protocol.h"

enum { STALE_PIECES = 16, AGAIN_AFTER = 150, UNEXPLAINED_AFTER = 1000 /* milliseconds */ };

typedef struct snapshot {
    long long id; /* of the cell before which it was taken */
    pid_t pid;
    channel channel;
} snapshot;

struct kernel {
    kernel_options options;
    kernel_state state;
    char *device;
    pid_t host;
    channel host_channel;

    pid_t pid; /* of the runner; 0: not known */
    channel channel;
    bool ended, explained; /* the runner's socket has ended; its status is known */
    pid_t ended_pid;       /* of the last process that may have been the runner */
    int status;
    long long ended_at;
    outlet out, errors;
    int epoll;
    bool out_watched;

    snapshot *snapshots; /* oldest first */
    int nsnapshots, room;
    size_t snapshot_memory;
    bool measuring;

    long long id;   /* of the cell or question */
    bool tentative; /* the newest snapshot is not yet confirmed */
    bool kill_wanted;
    int interrupts; /* asked for since the cell began */
    long long interrupted_at;

    long long *forgotten; /* ids to be told of */
    int nforgotten, forgotten_room;
    json_t *message;   /* of the runner, not yet delivered */
    json_t *delivered; /* of the last event */
    char *text;        /* likewise */
    char why[160];
};

/* ---- small things ---------------------------------------------------------------------------- */

static long long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void watch(const kernel *k, int fd, bool on)
{
    struct epoll_event event = { .events = on ? EPOLLIN : 0, .data.fd = fd };
    if (fd >= 0 && epoll_ctl(k->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(k->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void adopt(kernel *k, channel *c, int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    channel_open(c, fd);
    watch(k, fd, true);
}

static bool make_pair(int pair[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0;
}

static long long integer_of(const json_t *message, const char *name)
{
    return json_integer_value(json_object_get(message, name));
}

static const char *event_of(const json_t *message)
{
    const char *event = json_string_value(json_object_get(message, "event"));
    return event ? event : "";
}

static void kill_group(pid_t pid)
{
    if (pid > 1) kill(-pid, SIGKILL);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static bool note_forgotten(kernel *k, long long id)
{
    if (k->nforgotten == k->forgotten_room) {
        int room = k->forgotten_room ? 2 * k->forgotten_room : 8;
        long long *list = realloc(k->forgotten, (size_t)room * sizeof *list);
        if (!list) return false;
        k->forgotten = list, k->forgotten_room = room;
    }
    k->forgotten[k->nforgotten++] = id;
    return true;
}

/* The end of its socket ends it. */
static void remove_snapshot(kernel *k, int i, bool told)
{
    if (told) note_forgotten(k, k->snapshots[i].id);
    if (i == k->nsnapshots - 1) k->tentative = false;
    channel_close(&k->snapshots[i].channel);
    memmove(k->snapshots + i, k->snapshots + i + 1,
            (size_t)(--k->nsnapshots - i) * sizeof *k->snapshots);
}

static void kill_snapshots_from(kernel *k, int first)
{
    while (k->nsnapshots > first) {
        kill_group(k->snapshots[k->nsnapshots - 1].pid);
        remove_snapshot(k, k->nsnapshots - 1, false);
    }
}

static int find_snapshot(const kernel *k, long long id)
{
    int i = k->nsnapshots - (k->tentative ? 1 : 0);
    while (i-- > 0)
        if (k->snapshots[i].id == id) return i;
    return -1;
}

static bool reserve_snapshot(kernel *k)
{
    if (k->nsnapshots < k->room) return true;
    int room = k->room ? 2 * k->room : 16;
    snapshot *list = realloc(k->snapshots, (size_t)room * sizeof *list);
    if (!list) return false;
    k->snapshots = list, k->room = room;
    return true;
}

/* Asks the host how much memory the kernel's processes take. */
static void measure(kernel *k)
{
    if (k->measuring || k->nsnapshots == 0 || k->pid == 0) return;
    json_t *pids = json_array();
    json_array_append_new(pids, json_integer(k->pid));
    for (int i = 0; i < k->nsnapshots; i++)
        json_array_append_new(pids, json_integer(k->snapshots[i].pid));
    k->measuring = channel_send(&k->host_channel,
                                json_pack("{s:s, s:o}", "do", "measure", "pids", pids), NULL, 0);
}

/* All that these processes take, less what the runner would take alone. */
static void take_measurement(kernel *k, const json_t *message)
{
    long long held = 0;
    size_t i;
    json_t *entry;
    k->measuring = false;
    json_array_foreach(json_object_get(message, "processes"), i, entry)
    {
        held += json_integer_value(json_array_get(entry, 2));
        if (json_integer_value(json_array_get(entry, 0)) == k->pid)
            held -= json_integer_value(json_array_get(entry, 1));
    }
    k->snapshot_memory = held > 0 && k->nsnapshots > 0 ? (size_t)held : 0;
    size_t limit = k->options.snapshot_bytes;
    if (limit == 0 || k->snapshot_memory <= limit || k->nsnapshots <= (k->tentative ? 1 : 0))
        return;
    remove_snapshot(k, 0, true);
    if (k->nsnapshots == 0) k->snapshot_memory = 0;
    measure(k);
}

/* ---- starting and stopping ------------------------------------------------------------------- */

static void end_host(kernel *k)
{
    if (k->host <= 0) return;
    channel_send(&k->host_channel, json_pack("{s:s}", "do", "stop"), NULL, 0);
    channel_close(&k->host_channel);
    while (waitpid(k->host, NULL, 0) < 0 && errno == EINTR) continue;
    k->host = 0;
}

static bool begin_host(kernel *k)
{
    int socket;
    k->host = kernel_host_start(&k->options.session, &socket);
    if (k->host < 0) return false;
    adopt(k, &k->host_channel, socket);
    return true;
}

static void close_runner(kernel *k)
{
    channel_close(&k->channel);
    json_decref(k->message);
    k->message = NULL;
    k->pid = 0, k->ended_pid = 0, k->id = 0;
    k->ended = k->explained = k->kill_wanted = k->tentative = k->measuring = false;
    k->interrupts = 0;
}

static void end_processes(kernel *k)
{
    kill_group(k->pid);
    kill_snapshots_from(k, 0);
    close_runner(k);
    outlet_close(&k->out);
    outlet_close(&k->errors);
    k->snapshot_memory = 0;
    k->state = KERNEL_DEAD;
}

/* Asks the host for a kernel with a new socket and new pipes. */
static bool begin_kernel(kernel *k)
{
    int pair[2], out[2] = { -1, -1 }, errors[2] = { -1, -1 };
    char secret[OUTLET_SECRET + 1] = "";
    if (!make_pair(pair)) return false;
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) {
        for (int i = 0; i < 2; i++) close(pair[i]), close(out[i]);
        return false;
    }
    outlet_new_secret(secret);
    int fds[3] = { pair[1], out[1], errors[1] };
    bool sent = channel_send(&k->host_channel,
                             json_pack("{s:s, s:s}", "do", "start", "secret", secret), fds, 3);
    for (int i = 0; i < 3; i++) close(fds[i]);
    adopt(k, &k->channel, pair[0]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    outlet_open(&k->out, out[0], secret);
    outlet_open(&k->errors, errors[0], secret);
    watch(k, out[0], true);
    watch(k, errors[0], true);
    k->out_watched = true;
    k->why[0] = '\0';
    k->state = KERNEL_STARTING;
    return sent;
}

kernel *kernel_start(const kernel_options *options, char *error, size_t size)
{
    kernel *k = calloc(1, sizeof *k);
    bool good = k != NULL;
    if (k) {
        k->options = *options;
        k->out.fd = k->errors.fd = k->channel.fd = k->host_channel.fd = -1;
        k->epoll = epoll_create1(EPOLL_CLOEXEC);
        good = k->epoll >= 0 && begin_host(k) && begin_kernel(k);
    }
    if (good) return k;
    snprintf(error, size, "the kernel cannot be started: %s", strerror(k ? errno : ENOMEM));
    kernel_stop(k);
    return NULL;
}

void kernel_stop(kernel *k)
{
    if (!k) return;
    end_processes(k);
    end_host(k);
    if (k->epoll >= 0) close(k->epoll);
    json_decref(k->delivered);
    free(k->text);
    free(k->snapshots);
    free(k->forgotten);
    free(k);
}

bool kernel_restart(kernel *k)
{
    end_processes(k);
    k->nforgotten = 0;
    if (k->host > 0 && begin_kernel(k)) return true;
    end_processes(k);
    end_host(k); /* it may have been killed */
    if (begin_host(k) && begin_kernel(k)) return true;
    end_processes(k);
    return false;
}

/* ---- requests -------------------------------------------------------------------------------- */

/* Makes the runner's socket that of a snapshot, and a new one the runner's; *END is the other end of that. */
static bool leave_snapshot(kernel *k, long long id, int *end)
{
    int pair[2];
    if (!reserve_snapshot(k) || !make_pair(pair)) return false;
    k->snapshots[k->nsnapshots++] = (snapshot){ id, k->pid, k->channel };
    adopt(k, &k->channel, pair[0]);
    k->pid = 0, k->tentative = true;
    *end = pair[1];
    return true;
}

bool kernel_run(kernel *k, long long id, const char *name, const char *code, size_t size)
{
    if (k->state != KERNEL_IDLE || k->ended) return false;
    json_t *request =
        json_pack("{s:s, s:I, s:o, s:o}", "do", "run", "id", (json_int_t)id, "name",
                  protocol_text(name, strlen(name)), "source", protocol_text(code, size));
    if (!request) return false;
    int end = -1;
    if (k->options.most_snapshots > 0 && leave_snapshot(k, id, &end))
        channel_send(&k->snapshots[k->nsnapshots - 1].channel, request, &end, 1);
    else
        channel_send(&k->channel, request, NULL, 0);
    if (end >= 0) close(end);
    k->state = KERNEL_BUSY;
    k->id = id, k->interrupts = 0;
    return true;
}

bool kernel_ask(kernel *k, long long id, const char *what, const char *text, size_t size,
                size_t point)
{
    if (k->state != KERNEL_IDLE || k->ended) return false;
    json_t *request = json_pack("{s:s, s:I, s:o, s:I}", "do", what, "id", (json_int_t)id, "text",
                                protocol_text(text, size), "point", (json_int_t)point);
    if (!channel_send(&k->channel, request, NULL, 0)) return false;
    k->state = KERNEL_BUSY;
    k->id = id;
    return true;
}

void kernel_resize(kernel *k, int columns, int rows)
{
    k->options.session.columns = columns, k->options.session.rows = rows;
    if (k->state == KERNEL_IDLE)
        channel_send(&k->channel,
                     json_pack("{s:s, s:i, s:i}", "do", "size", "columns", columns, "rows", rows),
                     NULL, 0);
}

/* ---- interrupting ---------------------------------------------------------------------------- */

/* The first signals may come at a moment when the cell has not begun, or has just looked away. */
static void send_interrupt(kernel *k)
{
    if (k->pid > 0) kill(k->pid, k->interrupts > 1 ? SIGUSR2 : SIGUSR1);
    k->interrupted_at = milliseconds();
}

void kernel_interrupt(kernel *k)
{
    if (k->state != KERNEL_BUSY || k->ended) return;
    k->interrupts++;
    send_interrupt(k);
}

void kernel_kill(kernel *k)
{
    if (k->pid > 0)
        kill_group(k->pid);
    else
        k->kill_wanted = k->state == KERNEL_BUSY || k->state == KERNEL_STARTING;
}

/* ---- errors, which stand in no order to the rest --------------------------------------------- */

static bool deliver_text(kernel_event *out, kernel_event_kind kind, long long id, const char *text,
                         size_t size)
{
    *out = (kernel_event){ .kind = kind, .id = id, .text = text, .size = size };
    return true;
}

static bool next_errors(kernel *k, kernel_event *out)
{
    const char *text;
    size_t size;
    unsigned long long mark;
    if (k->errors.fd < 0 || outlet_next(&k->errors, &text, &size, &mark) != OUTLET_TEXT)
        return false;
    return deliver_text(out, KERNEL_ERRORS, k->id, text, size);
}

/* ---- rewinding ------------------------------------------------------------------------------- */

bool kernel_can_rewind(const kernel *k, long long id)
{
    return find_snapshot(k, id) >= 0;
}

bool kernel_rewind(kernel *k, long long id)
{
    int i = find_snapshot(k, id);
    if (i < 0) return false;
    kill_group(k->pid);
    kill_snapshots_from(k, i + 1);
    close_runner(k);
    char secret[OUTLET_SECRET + 1] = "";
    outlet_new_secret(secret);
    outlet_renew(&k->out, secret);
    kernel_event stale;
    for (int n = 0; n < STALE_PIECES && next_errors(k, &stale); n++) continue;
    watch(k, k->out.fd, true);
    watch(k, k->errors.fd, true);
    k->out_watched = true;
    k->channel = k->snapshots[i].channel, k->pid = k->snapshots[i].pid;
    k->nsnapshots = i;
    k->why[0] = '\0';
    k->state = KERNEL_STARTING;
    channel_send(&k->channel, json_pack("{s:s, s:s}", "do", "wake", "secret", secret), NULL, 0);
    return true;
}

size_t kernel_snapshot_memory(const kernel *k)
{
    return k->snapshot_memory;
}

/* ---- what comes from the side ---------------------------------------------------------------- */

static void note_end(kernel *k, const json_t *message, bool from_parent)
{
    pid_t pid = (pid_t)integer_of(message, "pid");
    bool unborn = k->tentative && pid == k->snapshots[k->nsnapshots - 1].pid;
    if (k->pid == pid || k->pid == 0)
        k->ended_pid = pid, k->status = (int)integer_of(message, "status");
    k->explained = k->explained || k->pid == pid || (k->pid == 0 && from_parent) || unborn;
    if (unborn) remove_snapshot(k, k->nsnapshots - 1, true);
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

static void hear_host(kernel *k)
{
    json_t *message;
    channel_status status;
    while ((status = channel_receive(&k->host_channel, &message)) == CHANNEL_MESSAGE) {
        const char *event = event_of(message);
        if (strcmp(event, "born") == 0) note_birth(k, (pid_t)integer_of(message, "pid"));
        if (strcmp(event, "ended") == 0) note_end(k, message, false);
        if (strcmp(event, "memory") == 0) take_measurement(k, message);
        json_decref(message);
    }
    if (status == CHANNEL_AGAIN || k->host_channel.fd < 0) return;
    channel_close(&k->host_channel); /* its kernels end with it */
    kill_group(k->pid);
    kill_snapshots_from(k, 0);
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
            json_decref(message);
        }
        if (status == CHANNEL_AGAIN) continue;
        if (i == k->nsnapshots - 1 && k->tentative) continue; /* it may only have moved on */
        remove_snapshot(k, i, true);
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

static void deliver_running(kernel *k, kernel_event *out)
{
    k->pid = (pid_t)integer_of(k->message, "pid");
    k->explained = k->pid == k->ended_pid; /* it was told before this */
    bool taken = json_is_true(json_object_get(k->message, "snapshot"));
    if (k->tentative && !taken) remove_snapshot(k, k->nsnapshots - 1, false);
    k->tentative = false;
    while (k->nsnapshots > k->options.most_snapshots) remove_snapshot(k, 0, true);
    deliver(k, out, KERNEL_RUNNING);
    if (!taken) out->text = json_string_value(json_object_get(k->delivered, "reason"));
    if (!taken && !out->text) out->text = "snapshots are off";
    out->size = out->text ? strlen(out->text) : 0;
    if (k->kill_wanted) kernel_kill(k);
    if (k->interrupts > 0) send_interrupt(k);
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
    measure(k);
}

static void deliver_ready(kernel *k, kernel_event *out)
{
    k->pid = (pid_t)integer_of(k->message, "pid");
    k->state = KERNEL_IDLE;
    deliver(k, out, KERNEL_READY);
    kernel_resize(k, k->options.session.columns, k->options.session.rows);
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
    if (strcmp(event, "ready") == 0) return deliver_ready(k, out), true;
    if (strcmp(event, "running") == 0) return deliver_running(k, out), true;
    if (strcmp(event, "done") == 0) return deliver_done(k, out), true;
    if (strcmp(event, "answer") == 0) {
        deliver(k, out, KERNEL_ANSWER);
        k->state = KERNEL_IDLE, k->id = 0;
        return true;
    }
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
    if (!k->explained)
        snprintf(k->why, sizeof k->why, "ended, and nobody knows how");
    else if (WIFSIGNALED(k->status))
        snprintf(k->why, sizeof k->why, "killed by signal %d (%s)", WTERMSIG(k->status),
                 strsignal(WTERMSIG(k->status)));
    else if (!*k->why)
        snprintf(k->why, sizeof k->why, "ended with status %d", WEXITSTATUS(k->status));
}

/* The runner's socket has ended, and all that it said is told. */
static bool deliver_end(kernel *k, kernel_event *out)
{
    if (!k->explained && k->host_channel.fd >= 0 &&
        milliseconds() < k->ended_at + UNEXPLAINED_AFTER)
        return false;
    explain(k);
    long long id = k->id;
    /* A snapshot of which nothing was heard is one: the process whose it is has told how its child ended. */
    if (k->tentative && k->explained) k->tentative = false;
    if (k->tentative) remove_snapshot(k, k->nsnapshots - 1, true);
    close_runner(k);
    k->state = KERNEL_DEAD;
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, k->out.fd, NULL); /* it would be ready all the time */
    epoll_ctl(k->epoll, EPOLL_CTL_DEL, k->errors.fd, NULL);
    return deliver_text(out, KERNEL_ENDED, id, k->why, strlen(k->why));
}

static void note_runner_ended(kernel *k)
{
    if (k->ended || k->channel.fd < 0) return;
    kill_group(k->pid); /* if it is only its socket that has ended, or was broken */
    k->ended = true, k->ended_at = milliseconds();
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
    if (k->out_watched != on) watch(k, k->out.fd, on);
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
        if (status == OUTLET_TEXT) return deliver_text(out, KERNEL_OUTPUT, k->id, text, size);
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
    if (k->tentative) channel_flush(&k->snapshots[k->nsnapshots - 1].channel);
    hear_sides(k);
    if (k->nforgotten > 0)
        return deliver_text(out, KERNEL_FORGOT, k->forgotten[--k->nforgotten], NULL, 0);
    if (k->interrupts > 0 && milliseconds() >= k->interrupted_at + AGAIN_AFTER) send_interrupt(k);
    if (k->channel.fd < 0) return false;
    for (;;) {
        receive(k);
        if (next_errors(k, out) || next_output(k, out, &at_mark)) return true;
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

int kernel_timeout(const kernel *k)
{
    long long at = k->ended                          ? k->ended_at + UNEXPLAINED_AFTER
                   : k->interrupts > 0 && k->pid > 0 ? k->interrupted_at + AGAIN_AFTER
                                                     : -1;
    if (at < 0) return -1;
    long long left = at - milliseconds();
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
