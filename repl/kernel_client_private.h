/* kernel_client_private.h -- what the files of the kernel's client share. */
#ifndef REPL_KERNEL_CLIENT_PRIVATE_H
#define REPL_KERNEL_CLIENT_PRIVATE_H

#include "repl/kernel_client.h"
#include "repl/outlet.h"
#include "repl/protocol.h"

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

long long client_milliseconds(void);
void client_kill_group(pid_t pid);
/* Is FD among those that kernel_fd stands for? */
void client_watch(const kernel *k, int fd, bool on);
/* Forgets snapshot I, and with its socket it ends; the caller of kernel_poll hears of it if TOLD. */
void client_remove_snapshot(kernel *k, int i, bool told);
void client_kill_snapshots_from(kernel *k, int first);
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
