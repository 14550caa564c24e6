/* kernel_host.h -- the host: a small process, forked from the notebook when that is young, from which kernels are forked,
** so that each begins from the same state, and which inherits the children of kernels that ended.
**
** What a kernel and its programs leave behind ends with it, before the next one starts and when the notebook ends, even what
** has left its process group.
**
** What only a parent knows comes from here: how a kernel ended.  When the notebook ends, however it does, so does the host,
** and with it every kernel (kernel_signals.c).
**
** Requests: start {secret}, with three descriptors: the kernel's socket and where its standard output and error go;
** measure {pids}; the questions of kernel.h, about a session in which nothing was run; stop.  Messages: born {pid};
** ended {pid, status}; memory {processes: [[pid, resident, proportional, private], …]}, in bytes; answer {id, …}. */
#ifndef REPL_KERNEL_HOST_H
#define REPL_KERNEL_HOST_H

#include <sys/types.h>

#include "lua_api/lua_api.h"

/* Forks a host for kernels with these options; its pid, or -1.  *SOCKET is the caller's end. */
pid_t kernel_host_start(const session_options *options, int *socket);

#endif
