/* sync_later.c -- see sync_later.h.  A ring of files that wait for the thread.  The thread does nothing but sync and close, so
** that a process that is forked meanwhile finds no lock of malloc's or stdio's taken. */
#include "repl/sync_later.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#define ROOM 64 /* files; a disk that is so slow syncs the rest when the system does */

static struct {
    pthread_t thread;
    bool runs, ends;
    int fds[ROOM], first, n;
} ring;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *sync_all(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&mutex);
    while (ring.n > 0 || !ring.ends) {
        if (ring.n == 0) {
            pthread_cond_wait(&changed, &mutex);
            continue;
        }
        int fd = ring.fds[ring.first];
        ring.first = (ring.first + 1) % ROOM;
        ring.n--;
        pthread_mutex_unlock(&mutex);
        fsync(fd);
        close(fd);
        pthread_mutex_lock(&mutex);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

void sync_start(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all,
                    &before); /* signals are for the thread that waits for them */
    ring.ends = false;
    ring.runs = pthread_create(&ring.thread, NULL, sync_all, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void sync_later(int fd)
{
    if (fd < 0) return;
    pthread_mutex_lock(&mutex);
    bool taken = ring.runs && ring.n < ROOM, runs = ring.runs;
    if (taken) ring.fds[(ring.first + ring.n++) % ROOM] = fd;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    if (taken) return;
    if (!runs) fsync(fd);
    close(fd);
}

void sync_finish(void)
{
    if (!ring.runs) return;
    pthread_mutex_lock(&mutex);
    ring.ends = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_join(ring.thread, NULL);
    ring.runs = false;
}
