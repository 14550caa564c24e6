/* The thread pool of pool.h.
**
** One job at a time: `busy` is held by the thread whose job it is.  A job is announced by counting
** up `generation`, which idle workers watch: spinning for some 20 microseconds, then asleep on
** `wake`. Workers join a job by counting themselves into `users`, which is possible only while it
** is not CLOSED:
**
**     caller   sets fields, users = 0, generation + 1; works; users |= CLOSED; waits for == CLOSED
**     worker   sees generation, users + 1; reads fields, works; users - 1
**
** So the caller never waits for a worker that slept through the job, and no worker reads the fields
** of a job that has ended.  Sleepers are counted before they look at `generation` for the last
** time, and the caller looks at their number after it has counted up: one of the two sees the
** other. */
#include "core/pool.h"

#include "core/moonlab.h"
#include "core/processors.h"

#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define CLOSED (1u << 30)
enum { SPIN_NANOSECONDS = 20000, SPIN_BATCH = 32 };

static struct {
    /* the job: written by its owner while CLOSED and without users */
    void (*run)(void *ctx, int64_t piece);
    void *ctx;
    int64_t pieces;
    atomic_llong next; /* piece */

    /* between what working threads count and what idle ones watch: not on one cache line */
    pthread_t thread[ML_MAX_THREADS];

    atomic_uint users;
    atomic_uint generation;
    atomic_uint sleepers; /* workers asleep or about to be */
    atomic_int wanted;    /* threads, the caller's included; 0: not yet asked */
    atomic_bool quit;
    atomic_bool waiting; /* the owner sleeps until users == CLOSED */
    atomic_bool spin;    /* not when threads outnumber processors */
    bool refused;        /* the system gave no more threads */
    int started;         /* workers that run */

    pthread_mutex_t busy; /* the right to a job; guards refused, started, thread */
    pthread_mutex_t lock; /* of the two conditions */
    pthread_cond_t wake, done;
} pool = {
    .users = CLOSED,
    .busy = PTHREAD_MUTEX_INITIALIZER,
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
    .done = PTHREAD_COND_INITIALIZER,
};

static _Thread_local bool inside; /* this thread runs pieces of a job */

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static int64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Watches *WORD for a while; is it VALUE (equal), or something else (!equal)? */
static bool spin_until(atomic_uint *word, unsigned value, bool equal)
{
    int64_t end = 0;
    for (int i = 0; (atomic_load(word) == value) != equal; i++) {
        if (!atomic_load_explicit(&pool.spin, memory_order_relaxed)) return false;
        relax();
        if (i % SPIN_BATCH != 0) continue;
        int64_t now = nanoseconds();
        if (end == 0) end = now + SPIN_NANOSECONDS;
        if (now > end) return false;
    }
    return true;
}

static void take_pieces(void)
{
    inside = true;
    while (!ml_interrupted()) {
        int64_t piece = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
        if (piece >= pool.pieces) break;
        pool.run(pool.ctx, piece);
    }
    inside = false;
}

/* ---- workers --------------------------------------------------------------------------------- */

static bool join_job(void)
{
    unsigned users = atomic_load(&pool.users);
    while (!(users & CLOSED))
        if (atomic_compare_exchange_weak(&pool.users, &users, users + 1)) return true;
    return false;
}

static void leave_job(void)
{
    if (atomic_fetch_sub(&pool.users, 1) != CLOSED + 1 || !atomic_load(&pool.waiting)) return;
    pthread_mutex_lock(&pool.lock);
    pthread_cond_signal(&pool.done);
    pthread_mutex_unlock(&pool.lock);
}

/* Returns when `generation` is no longer SEEN. */
static void await_job(unsigned seen)
{
    if (spin_until(&pool.generation, seen, false)) return;
    pthread_mutex_lock(&pool.lock);
    atomic_fetch_add(&pool.sleepers, 1);
    while (atomic_load(&pool.generation) == seen) pthread_cond_wait(&pool.wake, &pool.lock);
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.lock);
}

static void *worker(void *first_seen)
{
    unsigned seen = (unsigned)(uintptr_t)first_seen;
    fesetenv(FE_DFL_ENV); /* to nearest, subnormals kept, whatever the creator's thread had */
    for (;;) {
        await_job(seen);
        seen = atomic_load(&pool.generation);
        if (atomic_load(&pool.quit)) return NULL;
        if (!join_job()) continue;
        take_pieces();
        leave_job();
    }
}

/* Lets idle workers see what was set up: at most COUNT of the sleeping ones. */
static void announce(int64_t count)
{
    atomic_fetch_add(&pool.generation, 1);
    unsigned sleepers = atomic_load(&pool.sleepers);
    if (sleepers == 0) return;
    pthread_mutex_lock(&pool.lock);
    if (count >= (int64_t)sleepers)
        pthread_cond_broadcast(&pool.wake);
    else
        while (count-- > 0) pthread_cond_signal(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
}

/* ---- starting and stopping, with `busy` held ------------------------------------------------- */

static void stop_workers(void)
{
    if (pool.started == 0) return;
    atomic_store(&pool.quit, true);
    announce(ML_MAX_THREADS);
    for (int i = 0; i < pool.started; i++) pthread_join(pool.thread[i], NULL);
    atomic_store(&pool.quit, false);
    pool.started = 0;
}

static void start_workers(int count)
{
    sigset_t all, before;
    sigfillset(&all); /* signals are for the program's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    atomic_store(&pool.spin, count < ml_processors());
    void *seen = (void *)(uintptr_t)atomic_load(&pool.generation);
    while (pool.started < count && !pool.refused) {
        if (pthread_create(&pool.thread[pool.started], NULL, worker, seen) == 0)
            pool.started++;
        else
            pool.refused = true;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void fit_workers(void)
{
    int count = ml_pool_threads() - 1;
    if (pool.started > count) stop_workers();
    if (pool.started < count && !pool.refused) start_workers(count);
}

/* ---- fork: the child is one thread, and must find the locks free ----------------------------- */

static void before_fork(void)
{
    if (inside) return; /* by then the locks are taken: such a child may only exec or exit */
    pthread_mutex_lock(&pool.busy);
    pthread_mutex_lock(&pool.lock);
}

static void after_fork_parent(void)
{
    if (inside) return;
    pthread_mutex_unlock(&pool.lock);
    pthread_mutex_unlock(&pool.busy);
}

static void after_fork_child(void)
{
    pool.started = 0;
    pool.refused = false;
    atomic_store(&pool.sleepers, 0);
    atomic_store(&pool.users, CLOSED);
    pthread_cond_init(&pool.wake, NULL); /* the sleepers they knew are gone */
    pthread_cond_init(&pool.done, NULL);
    after_fork_parent();
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

/* ---- the calls of pool.h --------------------------------------------------------------------- */

int ml_pool_threads(void)
{
    int wanted = atomic_load_explicit(&pool.wanted, memory_order_relaxed);
    if (wanted > 0) return wanted;
    int n = ml_processors(), none = 0;
    if (n > ML_MAX_THREADS) n = ML_MAX_THREADS;
    return atomic_compare_exchange_strong(&pool.wanted, &none, n) ? n : none;
}

void ml_pool_set_threads(int n)
{
    atomic_store(&pool.wanted, n < 1 ? 1 : n > ML_MAX_THREADS ? ML_MAX_THREADS : n);
    if (inside || pthread_mutex_trylock(&pool.busy) != 0) return; /* the next job will see it */
    pool.refused = false;
    if (pool.started > ml_pool_threads() - 1) stop_workers();
    pthread_mutex_unlock(&pool.busy);
}

void ml_pool_stop(void)
{
    if (inside) return;
    pthread_mutex_lock(&pool.busy);
    stop_workers();
    pool.refused = false;
    pthread_mutex_unlock(&pool.busy);
}

static void run_job(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx)
{
    pool.run = run, pool.ctx = ctx, pool.pieces = pieces;
    atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
    atomic_store(&pool.users, 0);
    announce(pieces - 1);
    take_pieces();
    if (atomic_fetch_or(&pool.users, CLOSED) == 0 || spin_until(&pool.users, CLOSED, true)) return;
    pthread_mutex_lock(&pool.lock);
    atomic_store(&pool.waiting, true);
    while (atomic_load(&pool.users) != CLOSED) pthread_cond_wait(&pool.done, &pool.lock);
    atomic_store(&pool.waiting, false);
    pthread_mutex_unlock(&pool.lock);
}

void ml_parallel(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool shared = pieces > 1 && !inside && ml_pool_threads() > 1;
    if (shared) pthread_once(&once, watch_forks);
    if (shared && pthread_mutex_trylock(&pool.busy) == 0) {
        fit_workers();
        run_job(pieces, run, ctx);
        pthread_mutex_unlock(&pool.busy);
    } else {
        for (int64_t i = 0; i < pieces && !ml_interrupted(); i++) run(ctx, i);
    }
}
