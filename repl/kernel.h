/* kernel.h -- the process in which a notebook's code runs: it holds the Lua session, answers the messages of protocol.h,
** and prints into an outlet.  kernel_client.h is the other side.
**
** When a cell is done it forks, if the notebook asks for that by sending a new socket, so that nobody waits for it.  The
** parent stays behind as it was, asleep on the old socket: a snapshot.  The child runs on, on the new one.
**
**     run 1        run 2        run 3
**     K0 asleep ── K1 asleep ── K2 runs         each the child of the one before; each with a socket of its own
**
** Whoever speaks on a socket is thus known without asking, and what was said to, or by, a process whose time is taken
** back vanishes with its socket.  "wake" makes a snapshot the kernel again; the end of its socket ends it.  A sleeping
** process also tells how its child ended, which only a parent can know; when the parent is gone, the host does
** (kernel_host.h), who is also told when the notebook is gone, and then they all end.  And while the child runs a cell it
** answers questions, by a copy of itself that ends with the answer: it never changes.
**
** Requests: keep, with a descriptor; run {id, name, source}; size {columns, rows}; wake {secret, killed}; and the questions
** complete, about {id, text, point}; help {id, text}; variables {id}.
** Messages sent, all with their number n, whose mark stands in the outlet: ready {pid, version, environment};
** failed {message}; kept {pid, reason}; running {id}; value, figure {text, digits}; progress {text};
** error {message, places}; done {id, status, code, seconds, reads, writes}; answer {id, …}.  A snapshot sends without
** number or mark: answer {id, …}; ended {pid, status}. */
#ifndef REPL_KERNEL_H
#define REPL_KERNEL_H

#include <stdbool.h>
#include <sys/types.h>

#include "lua_api/lua_api.h"
#include "repl/outlet.h"
#include "repl/protocol.h"

typedef struct kernel_birth {
    pid_t host; /* the parent, kernel_host.h */
    int socket;
    char secret[OUTLET_SECRET];
    const session_options *options; /* write and emit are the kernel's own */
} kernel_birth;

/* The whole life of a kernel, whose standard streams are set up; does not return. */
_Noreturn void kernel_live(const kernel_birth *birth);

#endif
