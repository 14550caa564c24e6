/* kernel_client.c -- see kernel_client.h.  What is heard from the kernel: kernel_events.c.
**
** There are several sockets: the host's, the runner's, one for each snapshot; and two pipes, for output and errors, which
** all of a kernel's processes share.  An epoll descriptor stands for all of them. */
#define _GNU_SOURCE /* epoll, pipe2 */
#include "repl/kernel_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_client_private.h"
#include "repl/kernel_host.h"

enum {
    MEASURED_AFTER = 30000 /* milliseconds, or never */,
    STALE_PIECES = 16,
    PATIENCE = 2000 /* milliseconds for the host to end */
};

/* ---- small things ---------------------------------------------------------------------------- */

long long client_milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void client_watch(const kernel *k, int fd, bool on)
{
    struct epoll_event event = { .events = on ? EPOLLIN : 0, .data.fd = fd };
    if (fd >= 0 && epoll_ctl(k->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(k->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void adopt(kernel *k, channel *c, int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    channel_open(c, fd);
    client_watch(k, fd, true);
}

static bool make_pair(int pair[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0;
}

void client_kill_group(pid_t pid)
{
    if (pid > 1) kill(-pid, SIGKILL);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static void note_forgotten(kernel *k, long long id, const char *why)
{
    if (k->nforgotten == k->forgotten_room) {
        int room = k->forgotten_room ? 2 * k->forgotten_room : 8;
        loss *list = realloc(k->forgotten, (size_t)room * sizeof *list);
        if (!list) return;
        k->forgotten = list, k->forgotten_room = room;
    }
    k->forgotten[k->nforgotten++] = (loss){ id, why };
}

/* The end of its socket ends it. */
void client_remove_snapshot(kernel *k, int i, const char *why)
{
    if (why && k->snapshots[i].id > 0) note_forgotten(k, k->snapshots[i].id, why);
    if (i == k->nsnapshots - 1) k->tentative = false;
    channel_close(&k->snapshots[i].channel);
    memmove(k->snapshots + i, k->snapshots + i + 1,
            (size_t)(--k->nsnapshots - i) * sizeof *k->snapshots);
}

void client_kill_snapshots_from(kernel *k, int first)
{
    while (k->nsnapshots > first) {
        client_kill_group(k->snapshots[k->nsnapshots - 1].pid);
        client_remove_snapshot(k, k->nsnapshots - 1, NULL);
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
void client_measure(kernel *k)
{
    long long now = client_milliseconds();
    k->outdated = k->measuring && now < k->measured_at + MEASURED_AFTER;
    if (k->outdated || k->nsnapshots == 0 || k->pid == 0) return;
    json_t *pids = json_array();
    json_array_append_new(pids, json_integer(k->pid));
    for (int i = 0; i < k->nsnapshots; i++)
        json_array_append_new(pids, json_integer(k->snapshots[i].pid));
    if (channel_send(&k->host_channel, json_pack("{s:s, s:o}", "do", "measure", "pids", pids), NULL,
                     0))
        k->measuring = k->pid, k->measured_at = now;
}

/* Notes what snapshot PID has for itself, and returns it; 0 if it is none. */
static long long note_own_bytes(kernel *k, pid_t pid, long long bytes)
{
    for (int i = 0; i < k->nsnapshots; i++)
        if (k->snapshots[i].pid == pid) return (long long)(k->snapshots[i].bytes = (size_t)bytes);
    return 0;
}

/* All that these processes take, less what the runner would take alone, which is a little less than the truth, for others
** have parts of that; or what the snapshots have for themselves, if that is more. */
void client_take_measurement(kernel *k, const json_t *message)
{
    long long held = 0, own = 0;
    bool ours = false; /* not of a runner that was killed meanwhile */
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(message, "processes"), i, entry)
    {
        pid_t pid = (pid_t)json_integer_value(json_array_get(entry, 0));
        held += json_integer_value(json_array_get(entry, 2));
        if (pid == k->measuring) ours = true, held -= json_integer_value(json_array_get(entry, 1));
        own += note_own_bytes(k, pid, json_integer_value(json_array_get(entry, 3)));
    }
    if (!ours) return;
    if (own > held) held = own;
    k->measuring = 0, k->measured = true;
    k->snapshot_memory = held > 0 && k->nsnapshots > 0 ? (size_t)held : 0;
    size_t limit = k->options.snapshot_bytes;
    bool drops =
        limit > 0 && k->snapshot_memory > limit && k->nsnapshots > 0 && k->snapshots[0].id > 0;
    if (drops)
        client_remove_snapshot(k, 0,
                               "the snapshots took more memory than they may (see --snapshots)");
    if (drops || k->outdated) client_measure(k);
}

/* ---- starting and stopping ------------------------------------------------------------------- */

static void end_host(kernel *k)
{
    if (k->host <= 0) return;
    channel_send(&k->host_channel, json_pack("{s:s}", "do", "stop"), NULL, 0);
    channel_close(&k->host_channel);
    for (int i = 0; waitpid(k->host, NULL, WNOHANG) == 0; i++) {
        if (i == PATIENCE) kill(k->host, SIGKILL);
        poll(NULL, 0, 1);
    }
    k->host = 0;
}

static bool begin_host(kernel *k)
{
    int socket;
    k->host = kernel_host_start(&k->options.session, &socket);
    if (k->host < 0) return false;
    adopt(k, &k->host_channel, socket);
    k->host_end[0] = '\0';
    return true;
}

void client_close_runner(kernel *k)
{
    channel_close(&k->channel);
    json_decref(k->message);
    json_array_clear(k->answers);
    k->message = NULL;
    k->pid = 0, k->ended_pid = 0, k->id = 0;
    k->ended = k->explained = k->kill_wanted = k->tentative = k->asked = false;
    k->interrupts = 0, k->measuring = 0;
}

/* A runner that has just forked is not known yet, but tells who it is before all else: that is waited for. */
static void learn_runner(kernel *k)
{
    json_t *message = json_incref(k->message);
    long long end = client_milliseconds() + PATIENCE;
    while (k->tentative && k->pid <= 0 && client_milliseconds() < end) {
        channel_status status = CHANNEL_MESSAGE;
        if (!message) status = channel_receive(&k->channel, &message);
        if (status == CHANNEL_END || status == CHANNEL_BROKEN) break;
        if (message) k->pid = (pid_t)json_integer_value(json_object_get(message, "pid"));
        json_decref(message);
        message = NULL;
        if (status == CHANNEL_AGAIN)
            poll(&(struct pollfd){ .fd = k->channel.fd, .events = POLLIN }, 1, 1);
    }
    json_decref(message);
}

static void end_processes(kernel *k)
{
    learn_runner(k);
    client_kill_group(k->pid);
    client_kill_snapshots_from(k, 0);
    client_close_runner(k);
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
    client_watch(k, out[0], true);
    client_watch(k, errors[0], true);
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
    json_decref(k->answers);
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

void client_keep(kernel *k)
{
    int pair[2];
    snprintf(k->unkept, sizeof k->unkept, "no memory or no descriptors were left for a snapshot");
    if (k->options.most_snapshots <= 0 || !reserve_snapshot(k) || !make_pair(pair)) return;
    snapshot *s = &k->snapshots[k->nsnapshots++];
    *s = (snapshot){ .pid = k->pid, .channel = k->channel };
    adopt(k, &k->channel, pair[0]);
    k->pid = 0, k->tentative = true;
    channel_send(&s->channel, json_pack("{s:s}", "do", "keep"), &pair[1], 1);
    close(pair[1]);
}

bool kernel_run(kernel *k, long long id, const char *name, const char *code, size_t size)
{
    if (k->state != KERNEL_IDLE || k->ended) return false;
    json_t *request =
        json_pack("{s:s, s:I, s:o, s:o}", "do", "run", "id", (json_int_t)id, "name",
                  protocol_text(name, strlen(name)), "source", protocol_text(code, size));
    if (!request) return false;
    channel_send(&k->channel, request, NULL, 0);
    if (find_snapshot(k, 0) >= 0 || k->tentative) k->snapshots[k->nsnapshots - 1].id = id;
    k->state = KERNEL_BUSY;
    k->id = id, k->interrupts = 0;
    return true;
}

/* Who answers now: the runner, the state from before the cell that runs, or the host. */
static channel *answering(kernel *k)
{
    if (k->ended || k->state == KERNEL_STARTING || k->state == KERNEL_DEAD) return NULL;
    if (k->state == KERNEL_IDLE) return &k->channel;
    if (k->asked) return NULL;
    return find_snapshot(k, k->id) >= 0 ? &k->snapshots[k->nsnapshots - 1].channel
                                        : &k->host_channel;
}

bool kernel_ask(kernel *k, long long id, const char *what, const char *text, size_t size,
                size_t point)
{
    channel *c = answering(k);
    if (!c) return false;
    json_t *request = json_pack("{s:s, s:I, s:o, s:I}", "do", what, "id", (json_int_t)id, "text",
                                protocol_text(text, size), "point", (json_int_t)point);
    if (!channel_send(c, request, NULL, 0)) return false;
    if (k->state == KERNEL_IDLE) k->state = KERNEL_BUSY, k->id = id, k->asked = true;
    return true;
}

void client_tell_size(kernel *k)
{
    const session_options *s = &k->options.session;
    bool busy = k->state == KERNEL_BUSY;
    if (!k->size_due || (!busy && k->state != KERNEL_IDLE) || (busy && k->size_unread)) return;
    k->size_due = false, k->size_unread = busy;
    channel_send(&k->channel,
                 json_pack("{s:s, s:i, s:i, s:b}", "do", "size", "columns", s->columns, "rows",
                           s->rows, "light", s->light),
                 NULL, 0);
}

void kernel_resize(kernel *k, int columns, int rows, bool light)
{
    session_options *s = &k->options.session;
    s->columns = columns, s->rows = rows, s->light = light;
    k->size_due = true;
    client_tell_size(k);
}

/* ---- interrupting ---------------------------------------------------------------------------- */

/* The first signals may come at a moment when the cell has not begun, or has just looked away. */
void client_send_interrupt(kernel *k)
{
    if (k->pid > 0) kill(k->pid, k->interrupts > 1 ? SIGUSR2 : SIGUSR1);
    k->interrupted_at = client_milliseconds();
}

void kernel_interrupt(kernel *k)
{
    if (k->state != KERNEL_BUSY || k->ended) return;
    k->interrupts++;
    client_send_interrupt(k);
}

void kernel_kill(kernel *k)
{
    if (k->pid > 0)
        client_kill_group(k->pid);
    else
        k->kill_wanted = k->state != KERNEL_DEAD;
}

/* ---- errors, which stand in no order to the rest --------------------------------------------- */

bool client_deliver_text(kernel_event *out, kernel_event_kind kind, long long id, const char *text,
                         size_t size)
{
    *out = (kernel_event){ .kind = kind, .id = id, .text = text, .size = size };
    return true;
}

bool client_next_errors(kernel *k, kernel_event *out)
{
    const char *text;
    size_t size;
    unsigned long long mark;
    if (k->errors.fd < 0 || outlet_next(&k->errors, &text, &size, &mark) != OUTLET_TEXT)
        return false;
    return client_deliver_text(out, KERNEL_ERRORS, k->id, text, size);
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
    learn_runner(k);
    int killed = (int)k->pid;
    client_kill_group(k->pid);
    client_close_runner(k);
    char secret[OUTLET_SECRET + 1] = "";
    outlet_new_secret(secret);
    outlet_renew(&k->out, secret);
    kernel_event stale;
    for (int n = 0; n < STALE_PIECES && client_next_errors(k, &stale); n++) continue;
    client_watch(k, k->out.fd, true);
    client_watch(k, k->errors.fd, true);
    k->out_watched = true;
    k->channel = k->snapshots[i].channel, k->pid = k->snapshots[i].pid;
    k->why[0] = '\0';
    k->state = KERNEL_STARTING;
    channel_send(&k->channel,
                 json_pack("{s:s, s:s, s:i}", "do", "wake", "secret", secret, "killed", killed),
                 NULL, 0);
    client_kill_snapshots_from(k, i + 1); /* that takes a while, in which it wakes up */
    k->nsnapshots = i;
    return true;
}

size_t kernel_snapshot_memory(const kernel *k)
{
    return k->snapshot_memory;
}

size_t kernel_snapshot_size(const kernel *k, long long id)
{
    int i = find_snapshot(k, id);
    return i < 0 ? 0 : k->snapshots[i].bytes;
}
