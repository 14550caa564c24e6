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
** other.
**
** Other programs may keep processors busy.  A worker that is put aside in the middle of a piece keeps the
** owner waiting, and work is then slower than by one thread.  So accounts are kept of what jobs took and of
** what they would have taken alone, which the owner knows from its own pieces; what workers were robbed of
** counts, too.  While that is a loss, jobs go without workers for a time, which grows from loss to loss.
** (Unless there are more threads than processors: somebody wanted that.) */
#define _GNU_SOURCE /* sched_getcpu */
#include "core/pool.h"

#include "core/moonlab.h"
#include "core/ops/lapack_batch.h"
#include "core/processors.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define CLOSED (1u << 30)
enum {
    SPIN_NANOSECONDS = 20000,
    SPIN_BATCH = 32,
    MOST_IN_VAIN = 16,      /* jobs in a row that no worker joined */
    PERIOD = 20000000,      /* of the accounts, nanoseconds */
    GOOD_TIME = 2000000,    /* without a loss, after which the next one weighs less */
    MOST_ALONE = 200000000, /* nanoseconds */
    LEAST_FACTOR = 2,       /* time alone by time lost */
    MOST_FACTOR = 64,
    UNNOTICED_THEFT = 20000, /* nanoseconds, of a worker in a job */
};

static struct {
    /* the job: written by its owner while CLOSED and without users */
    void (*run)(void *ctx, int64_t piece);
    void *ctx;
    int64_t pieces;
    int shares;

    /* between what working threads count and what idle ones watch: not on one cache line */
    pthread_t thread[ML_MAX_THREADS];

    atomic_uint users;
    atomic_uint generation;
    atomic_uint sleepers; /* workers asleep or about to be */
    atomic_int wanted;    /* threads, the caller's included; 0: not yet asked */
    atomic_bool quit;
    atomic_bool waiting;  /* the owner sleeps until users == CLOSED */
    atomic_bool spin;     /* not when threads outnumber processors */
    atomic_int owner_at;  /* the processor of the owner */
    atomic_llong stolen;  /* nanoseconds that workers in the job were put aside */
    bool refused;         /* the system gave no more threads */
    int started;          /* workers that run */
    int64_t alone_until;  /* nanoseconds(): jobs go without workers */
    int calls_in_vain;    /* jobs in a row that no worker joined */
    int64_t spent, worth; /* the accounts, nanoseconds */
    int64_t good;         /* worth since the last loss or change of factor */
    int64_t factor;       /* time alone by time lost */

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

/* The pieces of a job, shared out: each thread begins with its own.  A cache line each. */
static struct {
    _Alignas(64) atomic_llong next; /* piece */
} shares[ML_MAX_THREADS];

static _Thread_local bool inside; /* this thread runs pieces of a job */

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static int64_t clock_at(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t nanoseconds(void)
{
    return clock_at(CLOCK_MONOTONIC);
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

static int64_t share_end(int share)
{
    return pool.pieces * (share + 1) / pool.shares;
}

/* Takes pieces until there are none, first of the thread's own share: the same pieces in every job of a kind, so
** that their memory is still in its cache.  Returns how many, and in *FIRST (unless NULL) when the first was
** done. */
static int64_t take_pieces(int own, int64_t *first)
{
    int64_t taken = 0;
    inside = true;
    for (int i = 0; i < pool.shares; i++) {
        int share = (own + i) % pool.shares;
        atomic_llong *next = &shares[share].next;
        int64_t end = share_end(share);
        while (atomic_load_explicit(next, memory_order_relaxed) < end && !ml_interrupted()) {
            int64_t piece = atomic_fetch_add_explicit(next, 1, memory_order_relaxed);
            if (piece >= end) break;
            pool.run(pool.ctx, piece);
            if (taken++ == 0 && first) *first = nanoseconds();
        }
    }
    inside = false;
    return taken;
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

/* A worker that woke on the owner's processor goes to another, where there is one: the system would move it, but
** only after a while. */
static void step_aside(void)
{
    cpu_set_t all, others;
    int here = sched_getcpu();
    if (here != atomic_load_explicit(&pool.owner_at, memory_order_relaxed)) return;
    if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(0, sizeof all, &all) != 0) return;
    others = all;
    CPU_CLR(here, &others);
    if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
    sched_setaffinity(0, sizeof all, &all);
}

static void help(int number)
{
    if (atomic_load_explicit(&pool.spin, memory_order_relaxed)) step_aside();
    int64_t wall = nanoseconds(), own = clock_at(CLOCK_THREAD_CPUTIME_ID);
    take_pieces(number, NULL);
    leave_job(); /* first: what follows may go into the accounts with the next job */
    int64_t stolen = (nanoseconds() - wall) - (clock_at(CLOCK_THREAD_CPUTIME_ID) - own);
    if (stolen > UNNOTICED_THEFT) atomic_fetch_add(&pool.stolen, stolen);
}

/* The worker's number from 1 and the generation it has seen, in one pointer. */
static void *argument(int number, unsigned seen)
{
    return (void *)((uintptr_t)seen << 16 | (uintptr_t)number);
}

static void *worker(void *start)
{
    int number = (int)((uintptr_t)start & 0xffff);
    unsigned seen = (unsigned)((uintptr_t)start >> 16);
    fesetenv(FE_DFL_ENV); /* to nearest, subnormals kept, whatever the creator's thread had */
    for (;;) {
        await_job(seen);
        seen = atomic_load(&pool.generation);
        if (atomic_load(&pool.quit)) return NULL;
        if (join_job()) help(number);
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
    unsigned seen = atomic_load(&pool.generation);
    while (pool.started < count && !pool.refused) {
        if (pthread_create(&pool.thread[pool.started], NULL, worker,
                           argument(pool.started + 1, seen)) == 0)
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

static void prepare(void)
{
    ml_blas_end_threads();
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

static void await_users(void)
{
    if (atomic_fetch_or(&pool.users, CLOSED) == 0 || spin_until(&pool.users, CLOSED, true)) return;
    pthread_mutex_lock(&pool.lock);
    atomic_store(&pool.waiting, true);
    while (atomic_load(&pool.users) != CLOSED) pthread_cond_wait(&pool.done, &pool.lock);
    atomic_store(&pool.waiting, false);
    pthread_mutex_unlock(&pool.lock);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Puts a job into the accounts: what it took and what it was worth. */
static void enter(int64_t now, int64_t spent, int64_t worth)
{
    if (pool.factor == 0) pool.factor = LEAST_FACTOR;
    pool.spent += spent, pool.worth += worth, pool.good += worth;
    if (pool.spent > pool.worth) {
        pool.alone_until = now + least((pool.spent - pool.worth) * pool.factor, MOST_ALONE);
        if (pool.factor < MOST_FACTOR) pool.factor *= 2;
        pool.spent = pool.worth = pool.good = 0;
    }
    if (pool.good > GOOD_TIME && pool.factor > LEAST_FACTOR) pool.factor /= 2, pool.good = 0;
    if (pool.worth > PERIOD) pool.spent /= 2, pool.worth /= 2;
}

/* After a job: should the next ones go without workers? */
static void weigh(int64_t start, int64_t began, int64_t first, int64_t ended, int64_t taken)
{
    int64_t now = nanoseconds(), spent = now - start, worth = spent;
    int64_t stolen = atomic_exchange(&pool.stolen, 0);
    if (taken == pool.pieces) {
        /* Nobody came, though they were called: not once, but many times. */
        if (++pool.calls_in_vain < MOST_IN_VAIN) return;
        worth = spent - MOST_IN_VAIN * (began - start);
    } else if (taken > 0) {
        worth = least(first - began, (ended - began) / taken) * pool.pieces;
    }
    pool.calls_in_vain = 0;
    enter(now, spent + stolen, worth);
}

static void run_job(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx)
{
    pool.run = run, pool.ctx = ctx, pool.pieces = pieces, pool.shares = pool.started + 1;
    for (int i = 0; i < pool.shares; i++)
        atomic_store_explicit(&shares[i].next, i ? share_end(i - 1) : 0, memory_order_relaxed);
    atomic_store_explicit(&pool.owner_at, sched_getcpu(), memory_order_relaxed);
    atomic_store(&pool.users, 0);
    int64_t start = nanoseconds();
    announce(pieces - 1);
    int64_t began = nanoseconds(), first = began, taken = take_pieces(0, &first),
            ended = nanoseconds();
    await_users();
    if (atomic_load_explicit(&pool.spin, memory_order_relaxed))
        weigh(start, began, first, ended, taken);
}

/* Are the workers left out at present?  With `busy` held. */
static bool go_alone(void)
{
    if (pool.alone_until == 0 || !atomic_load_explicit(&pool.spin, memory_order_relaxed))
        return false;
    if (nanoseconds() < pool.alone_until) return true;
    pool.alone_until = 0;
    return false;
}

void ml_parallel(int64_t pieces, void (*run)(void *ctx, int64_t piece), void *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool shared = pieces > 1 && !inside && ml_pool_threads() > 1;
    if (shared) pthread_once(&once, prepare);
    shared = shared && pthread_mutex_trylock(&pool.busy) == 0;
    if (shared) fit_workers();
    if (shared && go_alone()) {
        pthread_mutex_unlock(&pool.busy);
        shared = false;
    }
    if (shared) {
        run_job(pieces, run, ctx);
        pthread_mutex_unlock(&pool.busy);
    } else {
        for (int64_t i = 0; i < pieces && !ml_interrupted(); i++) run(ctx, i);
    }
}
