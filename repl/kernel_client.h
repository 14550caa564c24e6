/* kernel_client.h -- a notebook's side of its kernel (kernel.h): starts it, runs cells in it, hears what comes of them, and
** takes back what they did.  Nothing here waits, but for kernel_stop, kernel_restart and kernel_rewind, which wait a moment for
** processes that are killed.
**
**     kernel *k = kernel_start(&options, …);
**     for (;;) {
**         poll kernel_fd(k), for at most kernel_timeout(k), beside the terminal
**         while (kernel_poll(k, &event)) …
**     }
**
** Memory is bounded whatever the code prints: text comes in pieces of at most 64 kB, and while nobody calls kernel_poll
** the kernel waits.  The caller keeps what it wants of it (outputs.h).  A program is expected whose other threads hold no
** locks when it forks (sync_later.h), and that does not ignore SIGCHLD. */
#ifndef REPL_KERNEL_CLIENT_H
#define REPL_KERNEL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lua_api/lua_api.h"

typedef struct kernel kernel;

typedef struct kernel_options {
    session_options session; /* device and notebook must stay valid; write and emit are not used */
    int most_snapshots;      /* 0: none are taken */
    size_t
        snapshot_bytes; /* the oldest go when all of them hold more memory than this; 0: no limit */
} kernel_options;

typedef enum kernel_state {
    KERNEL_STARTING, /* until KERNEL_READY */
    KERNEL_IDLE,
    KERNEL_BUSY, /* with a cell, until KERNEL_DONE, or with a question, until KERNEL_ANSWER */
    KERNEL_DEAD, /* after KERNEL_ENDED: it can be restarted, or be rewound if there are snapshots */
} kernel_state;

typedef enum kernel_event_kind {
    KERNEL_READY,   /* after start, restart and rewind; data: "environment" (environment.h) */
    KERNEL_RUNNING, /* cell id has begun; text: why it cannot be taken back, NULL if it can */
    KERNEL_OUTPUT, /* bytes as they were written: make control characters visible before showing them */
    KERNEL_ERRORS, /* the same, of standard error */
    KERNEL_VALUE, /* text of a value that is shown; data: "digits", in full, unless the text has them all */
    KERNEL_FIGURE, /* drawn, with the colours that the session's options allow; data: likewise, its numbers */
    KERNEL_PROGRESS, /* how the line of progress reads now; "": it is gone.  Other events leave it where it is. */
    KERNEL_ERROR, /* message with excerpt and callers; data: "places": [[name, line], …], innermost first */
    KERNEL_DONE, /* of cell id; status, seconds; data: "reads", "writes": names of variables; "code" of os.exit */
    KERNEL_ANSWER, /* to question id; data: "text", "found"; or "words" and "start"; or "variables", objects of texts
                      name, type, shape, dtype, device, grad, size, value */
    KERNEL_MEASURED, /* what snapshots hold is known anew */
    KERNEL_FORGOT,   /* the snapshot before cell id is gone; text: why */
    KERNEL_ENDED, /* text: how, as in "killed by signal 11 (Segmentation fault)"; id: of the cell, or 0 */
} kernel_event_kind;

typedef struct kernel_event {
    kernel_event_kind kind;
    long long id;
    const char *text; /* NUL-terminated; valid, with data, until the next call of kernel_poll */
    size_t size;
    session_status status;
    double seconds;
    const json_t *data; /* the whole message; NULL if there was none */
} kernel_event;

/* NULL with a message if the system refuses. */
kernel *kernel_start(const kernel_options *options, char *error, size_t size);
/* Ends the kernel with its snapshots and all programs it has started. */
void kernel_stop(kernel *k);
/* Begins anew with an empty session, without snapshots; KERNEL_READY follows.  False if the system refuses. */
bool kernel_restart(kernel *k);

int kernel_fd(const kernel *k); /* readable when kernel_poll has something to do */
int kernel_timeout(
    const kernel *k); /* milliseconds until it wants to be called in any case; -1: none */
/* The next event, or false: there is none now. */
bool kernel_poll(kernel *k, kernel_event *out);
kernel_state kernel_state_of(const kernel *k);
pid_t kernel_pid(const kernel *k); /* of the process that runs code; 0: none, or not yet known */

/* Runs a cell; ID, greater than 0, is told with its events and names its snapshot; NAME is what messages call it.  False
** unless the kernel is idle. */
bool kernel_run(kernel *k, long long id, const char *name, const char *code, size_t size);
/* Asks; WHAT is "complete" (words that can stand at POINT of TEXT), "about" (the call around POINT), "help" (on the name
** TEXT; "": the overview) or "variables" (made so far).  While a cell runs, what answers is the state from before it, or,
** where there is no snapshot, one without variables.  False while there is no kernel, or a question is open that it was asked
** when it was idle. */
bool kernel_ask(kernel *k, long long id, const char *what, const char *text, size_t size,
                size_t point);
void kernel_resize(kernel *k, int columns, int rows,
                   bool light); /* of what is drawn from the next frame of progress, or cell, on */
/* Stops the cell that runs, and the programs it runs, by SIGINT; called again, those by SIGTERM.  What ignores that (an
** endless finalizer, a pattern that backtracks without end) needs kernel_kill. */
void kernel_interrupt(kernel *k);
/* Kills the process that runs; KERNEL_ENDED follows, and kernel_rewind can bring back the state before the cell. */
void kernel_kill(kernel *k);

/* Can the state before cell ID was last run be brought back?  ID 0: the one after the last cell. */
bool kernel_can_rewind(const kernel *k, long long id);
/* Brings it back; KERNEL_READY follows.  Later snapshots and what runs are gone, with their output that was not yet
** delivered.  False if there is no such snapshot. */
bool kernel_rewind(kernel *k, long long id);
/* Memory that is only there for snapshots, in bytes, as of the last measurement: one is made after each cell. */
size_t kernel_snapshot_memory(const kernel *k);
/* What would be freed without the snapshot before cell ID alone; 0 if there is none, or it is not yet known. */
size_t kernel_snapshot_size(const kernel *k, long long id);

#endif
