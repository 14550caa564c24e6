/* kernel_host.c -- see kernel_host.h. */
#define _GNU_SOURCE /* ppoll, close_range */
#include "repl/kernel_host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/kernel_private.h"

enum {
    HOST_SOCKET = 3,
    PATIENCE = 500 /* milliseconds for kernels that were killed to be gone */,
    LEAST_URGENT = 19
};

static struct {
    channel channel;
    const session_options *options;
} host;

static volatile sig_atomic_t children_ended, over;

static void on_signal(int signal)
{
    if (signal == SIGCHLD)
        children_ended = 1;
    else
        over = 1;
}

static void catch_signals(void)
{
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    struct sigaction action = { .sa_handler = on_signal };
    sigset_t blocked;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_SETMASK, &blocked, NULL); /* they come in while ppoll waits */
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- the end of all -------------------------------------------------------------------------- */

static void kill_children(void)
{
    char path[64];
    int pid;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "r");
    while (f && fscanf(f, "%d", &pid) == 1) /* NOLINT(cert-err34-c): numbers of the system's */
        kill(pid, SIGKILL);
    if (f) fclose(f);
}

/* Ends all kernels and programs: those of a kernel that has ended are children of this process, whatever they did to get
** away.  Waits a moment, so that nothing is left when it goes on. */
static void end_all(void)
{
    for (int i = 0; i < PATIENCE; i++) {
        pid_t pid;
        do pid = waitpid(-1, NULL, WNOHANG);
        while (pid > 0);
        if (pid < 0) break;
        kill_children();
        poll(NULL, 0, 1);
    }
}

/* ---- a kernel -------------------------------------------------------------------------------- */

static void move(int from, int to)
{
    dup2(from, to);
    if (from != to) close(from);
}

/* In the new process: FDS are its socket, output and errors. */
static _Noreturn void become_kernel(const int fds[3], kernel_birth *birth)
{
    sigset_t none;
    signal(SIGCHLD, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    move(fds[1], STDOUT_FILENO);
    move(fds[2], STDERR_FILENO);
    birth->socket = fcntl(fds[0], F_DUPFD_CLOEXEC, HOST_SOCKET + 1);
    if (birth->socket < 0) _exit(1);
    channel_close(&host.channel);
    close_range(HOST_SOCKET, (unsigned)birth->socket - 1, 0);
    close_range((unsigned)birth->socket + 1, ~0U, 0);
    birth->options = host.options;
    kernel_live(birth);
}

static void start_kernel(const json_t *request)
{
    int fds[3];
    const char *secret = json_string_value(json_object_get(request, "secret"));
    for (int i = 0; i < 3; i++) fds[i] = channel_take_fd(&host.channel);
    if (!secret || strlen(secret) != OUTLET_SECRET || fds[2] < 0) _exit(1);
    end_all(); /* of the kernel before */
    kernel_birth birth = { .host = getpid() };
    memcpy(birth.secret, secret, OUTLET_SECRET);
    pid_t pid = fork();
    if (pid == 0) become_kernel(fds, &birth);
    if (pid > 0) setpgid(pid, pid);
    for (int i = 0; i < 3; i++) close(fds[i]);
    channel_send(&host.channel, json_pack("{s:s, s:i}", "event", "born", "pid", (int)pid), NULL, 0);
}

/* ---- what is told ---------------------------------------------------------------------------- */

/* Ends of kernels, and of helpers and programs that kernels left behind, which mean nothing to the notebook. */
static void tell_ends(void)
{
    int status;
    pid_t pid;
    children_ended = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        channel_send(
            &host.channel,
            json_pack("{s:s, s:i, s:i}", "event", "ended", "pid", (int)pid, "status", status), NULL,
            0);
}

/* How much memory a process has: in all, with what it shares counted in parts, without that. */
static json_t *measure(int pid)
{
    char path[64], line[256];
    long long all = 0, parts = 0, own = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        const char *colon = strchr(line, ':');
        long long bytes = colon ? strtoll(colon + 1, NULL, 10) * 1024 : 0;
        if (strncmp(line, "Rss:", 4) == 0) all = bytes;
        if (strncmp(line, "Pss:", 4) == 0) parts = bytes;
        if (strncmp(line, "Private_", 8) == 0) own += bytes; /* clean and dirty */
    }
    if (f) fclose(f);
    return all > 0
               ? json_pack("[i, I, I, I]", pid, (json_int_t)all, (json_int_t)parts, (json_int_t)own)
               : NULL;
}

/* Many small pages take a tenth of a second for each gigabyte and process. */
static void tell_memory(const json_t *request)
{
    pid_t helper;
    if (!kernel_fork_helper(&helper)) return;
    if (nice(LEAST_URGENT) == -1) errno = 0; /* then it is as urgent as all else */
    json_t *list = json_array(), *pids = json_object_get(request, "pids"), *pid;
    size_t i;
    json_array_foreach(pids, i, pid)
    {
        json_t *entry = measure((int)json_integer_value(pid));
        if (entry) json_array_append_new(list, entry);
    }
    channel_offer(&host.channel, json_pack("{s:s, s:o}", "event", "memory", "processes", list));
    _exit(0);
}

/* ---- questions ------------------------------------------------------------------------------- */

/* For want of a kernel that has time and a state: in a process with a session of its own. */
static void answer(const json_t *request)
{
    pid_t helper;
    char error[256];
    if (!kernel_fork_helper(&helper)) return;
    session_options options = *host.options;
    options.device = NULL;
    kernel_answer_and_end(&host.channel, session_open(&options, error, sizeof error), request);
}

/* ---- living ---------------------------------------------------------------------------------- */

static void handle_request(const json_t *request)
{
    const char *what = json_string_value(json_object_get(request, "do"));
    if (!what) _exit(1);
    if (strcmp(what, "start") == 0)
        start_kernel(request);
    else if (strcmp(what, "measure") == 0)
        tell_memory(request);
    else if (strcmp(what, "stop") == 0)
        over = 1;
    else
        answer(request);
}

static _Noreturn void live(void)
{
    sigset_t open_mask;
    sigemptyset(&open_mask);
    while (!over) {
        struct pollfd input = { .fd = host.channel.fd, .events = POLLIN };
        if (children_ended) tell_ends();
        if (ppoll(&input, 1, NULL, &open_mask) < 0) continue;
        json_t *request = NULL;
        channel_status status = CHANNEL_AGAIN;
        while (!over && (status = channel_receive(&host.channel, &request)) == CHANNEL_MESSAGE) {
            handle_request(request);
            json_decref(request);
        }
        if (status != CHANNEL_AGAIN) break;
    }
    end_all();
    _exit(0);
}

static _Noreturn void become_host(int socket, pid_t parent)
{
    catch_signals();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (getppid() != parent) _exit(0);
    setsid();
    if (dup2(socket, HOST_SOCKET) < 0) _exit(1);
    fcntl(HOST_SOCKET, F_SETFD, FD_CLOEXEC);
    close_range(HOST_SOCKET + 1, ~0U, 0);
    for (int fd = 0; fd < 3; fd++) {
        int null = open("/dev/null", O_RDWR);
        if (null >= 0 && null != fd) dup2(null, fd), close(null);
    }
    channel_open(&host.channel, HOST_SOCKET);
    host.channel.impatient = true;
    live();
}

pid_t kernel_host_start(const session_options *options, int *socket)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    host.options = options;
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) become_host(pair[1], parent);
    close(pair[1]);
    if (pid > 0)
        *socket = pair[0];
    else
        close(pair[0]);
    return pid;
}
