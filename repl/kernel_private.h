/* kernel_private.h -- what the files of the kernel process share. */
#ifndef REPL_KERNEL_PRIVATE_H
#define REPL_KERNEL_PRIVATE_H

#include <signal.h>

#include "repl/kernel.h"

enum { KERNEL_HELPERS = 8 };

typedef struct kernel_self {
    channel channel;
    session *session;
    session *volatile running; /* while a cell runs */
    char secret[OUTLET_SECRET];
    unsigned long long count; /* messages sent */
    pid_t host,
        parent;     /* the parent is the host, or the process that sleeps as the last snapshot */
    int time_limit; /* seconds; 0: none */
    const char *device;  /* NULL: the CPU */
    volatile pid_t next; /* the child that runs on while this process sleeps; 0: none */
    volatile pid_t helpers[KERNEL_HELPERS]; /* children that answer questions meanwhile; 0: none */
    volatile sig_atomic_t next_ended, next_status;
    volatile sig_atomic_t interrupted;
} kernel_self;

extern kernel_self self; /* signal handlers need it */

void kernel_catch_signals(void);
/* NAMES, which it frees (NULL: none), as an array. */
json_t *kernel_names(char **names);
/* What answers the question REQUEST; NULL out of memory. */
json_t *kernel_answer(session *s, const json_t *request);
/* Forks a process for a moment's work; in it, true, signals have their usual effect, and it ends with its parent, or in a
** while. */
bool kernel_fork_helper(pid_t *helper);
/* In such a process: answers the question on the channel, with fewer words if they are too many, and ends. */
_Noreturn void kernel_answer_and_end(const channel *c, session *s, const json_t *request);
/* Ends this process and the programs it has started. */
_Noreturn void kernel_die(void);

/* Forks; the parent sleeps until it is woken, and only then returns, false.  The child, or this process if there can be
** no snapshot, goes on with SOCKET: true, and in *REASON NULL or why there is none. */
bool snapshot_take(int socket, const char **reason);

#endif
