/* snapshot.c -- a kernel that forks and sleeps until it is woken, and answers questions meanwhile; see kernel.h. */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/kernel_private.h"

enum {
    MOST_STEPS = 20000, /* of 50 microseconds */
    EXITING = 4,        /* Linux: PF_EXITING */
};

/* The child: a group of its own for the programs it starts, and the end when the notebook's is here. */
static void begin_child(pid_t parent, int socket)
{
    self.parent = parent;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGHUP);
    if (getppid() != parent && getppid() != self.host) kernel_die();
    self.next = 0, self.next_ended = 0;
    for (int i = 0; i < KERNEL_HELPERS; i++) self.helpers[i] = 0;
    channel_close(&self.channel);
    channel_open(&self.channel, socket);
}

/* By a copy of this process, which must stay as it is.  If all are still at work, or ending, which takes a while if there is
** much memory, nothing is answered. */
static void answer(const json_t *request)
{
    int i = 0;
    while (i < KERNEL_HELPERS && self.helpers[i] > 0) i++;
    if (i == KERNEL_HELPERS) return;
    pid_t helper;
    if (kernel_fork_helper(&helper)) kernel_answer_and_end(&self.channel, self.session, request);
    self.helpers[i] = helper;
}

/* Tells the notebook how the child ended; the message stands outside the order of the outlet. */
static void tell_end(pid_t pid)
{
    self.next_ended = 0;
    json_t *end = json_pack("{s:s, s:i, s:i}", "event", "ended", "pid", (int)pid, "status",
                            (int)self.next_status);
    if (!channel_send(&self.channel, end, NULL, 0)) kernel_die();
}

/* Does the main thread of a process still run code?  One that is ending, which takes a while if it has much memory,
** does not. */
static bool runs(pid_t pid)
{
    char path[40], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof line - 1);
    if (fd >= 0) close(fd);
    line[n > 0 ? n : 0] = '\0';
    unsigned long flags;
    const char *rest = strrchr(line, ')');
    return rest && sscanf(rest, ") %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 && !(flags & EXITING);
}

/* A process that was killed may still write what it had begun to, until it notices. */
static void await_end(pid_t pid)
{
    const struct timespec step = { .tv_nsec = 50000 };
    for (int i = 0; i < MOST_STEPS && pid > 1 && runs(pid); i++) nanosleep(&step, NULL);
}

static void wake(const json_t *request)
{
    const char *secret = json_string_value(json_object_get(request, "secret"));
    if (!secret || strlen(secret) != OUTLET_SECRET) kernel_die();
    memcpy(self.secret, secret, OUTLET_SECRET);
    await_end((pid_t)json_integer_value(json_object_get(request, "killed")));
}

/* Does what is asked for; true if that was to wake up. */
static bool handle_requests(void)
{
    json_t *request;
    channel_status status;
    while ((status = channel_receive(&self.channel, &request)) == CHANNEL_MESSAGE) {
        const char *what = json_string_value(json_object_get(request, "do"));
        bool woken = what && strcmp(what, "wake") == 0;
        if (woken)
            wake(request);
        else
            answer(request);
        json_decref(request);
        if (woken) return true;
    }
    if (status != CHANNEL_AGAIN)
        _exit(0); /* without the programs it has started, which are in use yet */
    return false;
}

/* Sleeps with all signals blocked but for those that tell of ends, which are let in while it waits. */
static void sleep_until_woken(pid_t child)
{
    sigset_t mask;
    sigfillset(&mask);
    sigdelset(&mask, SIGCHLD);
    sigdelset(&mask, SIGHUP);
    self.channel.impatient = true;
    do {
        struct pollfd input = { .fd = self.channel.fd, .events = POLLIN };
        if (self.next_ended) tell_end(child);
        if (ppoll(&input, 1, NULL, &mask) < 0) continue;
    } while (!handle_requests());
    self.channel.impatient = false;
}

bool snapshot_take(int socket, const char **reason)
{
    static char why[160];
    *reason = session_cannot_fork(self.session);
    if (*reason) {
        channel_close(&self.channel);
        channel_open(&self.channel, socket);
        return true;
    }
    sigset_t all, before;
    sigfillset(&all);
    if (self.next > 0) waitpid(self.next, NULL, 0); /* killed before this process was woken */
    fflush(NULL);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        begin_child(parent, socket);
    else if (child > 0) {
        self.next = child, self.next_ended = 0;
        close(socket);
        sleep_until_woken(child);
    } else {
        snprintf(why, sizeof why, "the system could not fork the kernel: %s", strerror(errno));
        *reason = why;
        channel_close(&self.channel);
        channel_open(&self.channel, socket);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return child <= 0;
}
