/* kernel_signals.c -- how a kernel is interrupted, and learns that its child or its notebook has ended.
**
** SIGUSR1 interrupts what runs: the session stops, and the programs it has started get SIGINT.  SIGUSR2 does the same with
** SIGTERM, for programs that do not care.  (os.execute, while it waits, ignores SIGINT itself.)  Everything that sleeps in
** a system call is woken by them; the other signals go unnoticed by it. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/kernel_private.h"

kernel_self self;

_Noreturn void kernel_die(void)
{
    kill(-getpid(), SIGKILL);
    _exit(1);
}

static void signal_programs(int signal)
{
    struct sigaction before, ignore = { .sa_handler = SIG_IGN };
    sigaction(signal, &ignore, &before);
    kill(0, signal);
    sigaction(signal, &before, NULL);
}

static void on_interrupt(int signal)
{
    int saved = errno;
    if (self.running) {
        self.interrupted = 1;
        session_interrupt(self.running);
        if (signal == SIGUSR1) signal_programs(SIGINT);
        if (signal == SIGUSR2) signal_programs(SIGTERM);
    }
    errno = saved;
}

static void on_time(int signal)
{
    (void)signal;
    if (self.running) session_time_over(self.running);
}

static void on_child(int signal)
{
    (void)signal;
    int saved = errno, status;
    pid_t next = self.next;
    if (next > 0 && waitpid(next, &status, WNOHANG) == next)
        self.next_status = status, self.next = 0, self.next_ended = 1;
    for (int i = 0; i < KERNEL_HELPERS; i++)
        if (self.helpers[i] > 0 && waitpid(self.helpers[i], NULL, WNOHANG) != 0)
            self.helpers[i] = 0;
    errno = saved;
}

/* A thread of the parent has ended; this comes again when all have.  A snapshot that was dropped may have been it: the
** host takes its place then. */
static void on_orphaned(int signal)
{
    (void)signal;
    int saved = errno;
    if (getppid() != self.host && getppid() != self.parent) kernel_die();
    errno = saved;
}

static void on_pipe(int signal)
{
    (void)
        signal; /* writing fails, and that is noticed; programs get the usual action, unlike with SIG_IGN */
}

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void kernel_catch_signals(void)
{
    handle(SIGINT, on_interrupt, 0);
    handle(SIGUSR1, on_interrupt, 0);
    handle(SIGUSR2, on_interrupt, 0);
    handle(SIGALRM, on_time, 0);
    handle(SIGCHLD, on_child, SA_RESTART | SA_NOCLDSTOP);
    handle(SIGHUP, on_orphaned, SA_RESTART);
    handle(SIGPIPE, on_pipe, SA_RESTART);
}
