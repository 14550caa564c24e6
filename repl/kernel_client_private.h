/* kernel_client_private.h -- what the files of the kernel's client share. */
#ifndef REPL_KERNEL_CLIENT_PRIVATE_H
#define REPL_KERNEL_CLIENT_PRIVATE_H

#include "repl/kernel_client.h"
#include "repl/outlet.h"
#include "repl/protocol.h"

typedef struct snapshot {
    long long id; /* of the cell that was run next; 0: none yet */
    pid_t pid;
    size_t bytes; /* that no other process has */
    channel channel;
} snapshot;

typedef struct loss {
    long long id;
    const char *why;
} loss;

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
    pid_t measuring; /* the runner of which it is being found out; 0: none */
    long long measured_at;
    bool outdated; /* it has changed since that was asked for */
    bool measured; /* the caller is to be told */

    long long id;   /* of the cell or question */
    bool asked;     /* it is a question, to the runner */
    bool tentative; /* the newest snapshot is not yet confirmed */
    char unkept
        [200]; /* why there is none of the present state; "": there is, or it is not known yet */
    bool size_due,
        size_unread; /* told when it can be; while a cell runs, it is read when that shows progress */
    bool kill_wanted;
    int interrupts; /* asked for since the cell began */
    long long interrupted_at;

    loss *forgotten; /* to be told of */
    int nforgotten, forgotten_room;
    json_t *message;   /* of the runner, not yet delivered */
    json_t *answers;   /* of snapshots and the host, likewise; an array, or NULL */
    json_t *delivered; /* of the last event */
    char *text;        /* likewise */
    char why[160];
    char host_end[100]; /* how the host ended, of whose end the runner's is a part */
};

long long client_milliseconds(void);
void client_kill_group(pid_t pid);
/* Is FD among those that kernel_fd stands for? */
void client_watch(const kernel *k, int fd, bool on);
/* Forgets snapshot I, and with its socket it ends; the caller of kernel_poll hears WHY, which stays valid, unless it is NULL. */
void client_remove_snapshot(kernel *k, int i, const char *why);
void client_kill_snapshots_from(kernel *k, int first);
/* Asks the runner, which is idle, to leave a snapshot of its state behind. */
void client_keep(kernel *k);
void client_tell_size(kernel *k); /* unless it is told, or cannot be yet */
/* Asks the host how much memory the kernel's processes take, and makes of the answer what is to be made. */
void client_measure(kernel *k);
void client_take_measurement(kernel *k, const json_t *message);
/* Forgets the process that runs. */
void client_close_runner(kernel *k);
void client_send_interrupt(kernel *k);
/* What standard error says, which stands in no order to the rest. */
bool client_next_errors(kernel *k, kernel_event *out);
bool client_deliver_text(kernel_event *out, kernel_event_kind kind, long long id, const char *text,
                         size_t size);

#endif
