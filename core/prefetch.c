/* prefetch.c -- see prefetch.h.
**
**     0 ─────── next ────── cursor ────── scheduled ─────── batches
**     delivered │ taken, or  │ have tensors │
**               │ done       │ and wait     │
**
** Batch b lives in slot b % depth.  `cursor`, `done`, `busy` and `quit` are shared, under `lock`; all
** else is the caller's, and what workers read of it (sources, order, the tensors of scheduled
** batches) is written before `scheduled` is raised under the lock. */
#include "core/prefetch.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/pool.h"
#include "core/tensor.h"

enum { MOST_WORKERS = 64, MOST_DEPTH = 4096, PART_BYTES = 1 << 18 /* of the pool's pieces */ };

typedef struct slot {
    ml_tensor **tensor; /* n of them, retained; NULL before and after */
    bool done;
} slot;

struct ml_prefetch {
    int n, workers, depth;
    ml_tensor **source;
    uint64_t *version; /* of the sources' storages when what is scheduled was begun */
    ml_tensor *order;
    int64_t rows; /* in the order */
    int64_t batch_size, batches, next;
    int64_t bytes; /* of a batch */
    bool alone;    /* the batches are small: no threads */
    slot *slot;
    ml_tensor **tensors; /* the slots' */

    pthread_mutex_t lock;
    pthread_cond_t wake, finished;
    int64_t cursor, scheduled;
    int busy; /* workers that gather */
    bool quit;
    pid_t owner; /* the process whose threads these are */
    int started;
    pthread_t thread[MOST_WORKERS];
};

/* ---- gathering ------------------------------------------------------------------------------- */

static slot *slot_of(const ml_prefetch *p, int64_t batch)
{
    return &p->slot[batch % p->depth];
}

static int64_t size_of(const ml_prefetch *p, int64_t batch)
{
    int64_t left = p->rows - batch * p->batch_size;
    return left < p->batch_size ? left : p->batch_size;
}

static size_t row_bytes(const ml_tensor *t)
{
    size_t bytes = ml_dtype_size(ml_dtype_of(t));
    for (int i = 1; i < ml_ndim(t); i++) bytes *= (size_t)ml_shape(t)[i];
    return bytes;
}

static void copy_rows(char *to, const char *from, const int64_t *order, int64_t n, size_t bytes)
{
    switch (bytes) { /* the compiler makes one load and store of these */
    case 4:
        for (int64_t i = 0; i < n; i++) memcpy(to + i * 4, from + order[i] * 4, 4);
        return;
    case 8:
        for (int64_t i = 0; i < n; i++) memcpy(to + i * 8, from + order[i] * 8, 8);
        return;
    default:
        for (int64_t i = 0; i < n; i++)
            memcpy(to + (size_t)i * bytes, from + (size_t)order[i] * bytes, bytes);
    }
}

/* Fills n rows of the batch's tensors from row FIRST of it on; touches nothing else, so any thread
** may do it. */
static void gather_rows(const ml_prefetch *p, int64_t batch, int64_t first, int64_t n)
{
    int64_t from_row = batch * p->batch_size + first;
    const int64_t *order = p->order ? (const int64_t *)ml_data(p->order) + from_row : NULL;
    for (int k = 0; k < p->n; k++) {
        size_t bytes = row_bytes(p->source[k]);
        char *to = (char *)ml_data(slot_of(p, batch)->tensor[k]) + (size_t)first * bytes;
        const char *from = ml_data(p->source[k]);
        if (bytes == 0) continue;
        if (order)
            copy_rows(to, from, order, n, bytes);
        else
            memcpy(to, from + (size_t)from_row * bytes, (size_t)n * bytes);
    }
}

typedef struct part_job {
    const ml_prefetch *p;
    int64_t batch, part; /* rows in a piece */
} part_job;

static void gather_part(void *ctx, int64_t piece)
{
    const part_job *job = ctx;
    int64_t first = piece * job->part, left = size_of(job->p, job->batch) - first;
    gather_rows(job->p, job->batch, first, left < job->part ? left : job->part);
}

/* The whole batch on the calling thread, with the pool's help if it is large. */
static void gather_here(const ml_prefetch *p, int64_t batch)
{
    int64_t n = size_of(p, batch), rows = PART_BYTES / (p->bytes / p->batch_size + 1) + 1;
    part_job job = { .p = p, .batch = batch, .part = rows };
    if (n <= rows)
        gather_rows(p, batch, 0, n);
    else
        ml_parallel((n + rows - 1) / rows, gather_part, &job);
}

/* ---- workers --------------------------------------------------------------------------------- */

static void *worker(void *ctx)
{
    ml_prefetch *p = ctx;
    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        if (p->cursor == p->scheduled) {
            pthread_cond_wait(&p->wake, &p->lock);
            continue;
        }
        int64_t batch = p->cursor++;
        p->busy++;
        pthread_mutex_unlock(&p->lock);
        gather_rows(p, batch, 0, size_of(p, batch));
        pthread_mutex_lock(&p->lock);
        slot_of(p, batch)->done = true;
        p->busy--;
        pthread_cond_signal(&p->finished);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void start_workers(ml_prefetch *p)
{
    sigset_t all, before;
    sigfillset(&all); /* signals are for the program's own threads */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->started < p->workers && pthread_create(&p->thread[p->started], NULL, worker, p) == 0)
        p->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_workers(ml_prefetch *p)
{
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++) pthread_join(p->thread[i], NULL);
}

static void init_locks(ml_prefetch *p)
{
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    pthread_cond_init(&p->finished, NULL);
}

/* What is scheduled is gathered once more; no worker is busy. */
static void begin_again(ml_prefetch *p)
{
    p->cursor = p->next;
    for (int i = 0; i < p->depth; i++) p->slot[i].done = false;
}

/* In a child after fork: its copy of the threads' state is of no use. */
static void leave_workers_behind(ml_prefetch *p)
{
    p->owner = getpid();
    p->started = 0, p->busy = 0;
    init_locks(p);
    begin_again(p);
}

/* ---- changed sources ------------------------------------------------------------------------- */

/* Has a source been changed in place since last asked? */
static bool sources_changed(ml_prefetch *p)
{
    bool changed = false;
    for (int k = 0; k < p->n; k++) {
        uint64_t version = p->source[k]->storage->version;
        changed = changed || version != p->version[k];
        p->version[k] = version;
    }
    return changed;
}

static void gather_again(ml_prefetch *p)
{
    pthread_mutex_lock(&p->lock);
    p->cursor = p->scheduled; /* nothing more is taken */
    while (p->busy > 0) pthread_cond_wait(&p->finished, &p->lock);
    begin_again(p);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

/* ---- scheduling ------------------------------------------------------------------------------ */

static void drop_batch(const ml_prefetch *p, slot *s)
{
    for (int k = 0; k < p->n; k++) ml_release(s->tensor[k]), s->tensor[k] = NULL;
}

static ml_status make_batch(const ml_prefetch *p, int64_t batch)
{
    slot *s = slot_of(p, batch);
    ml_scope scope;
    ml_scope_open(&scope);
    for (int k = 0; k < p->n; k++) {
        int64_t shape[ML_MAX_DIMS];
        const ml_tensor *t = p->source[k];
        memcpy(shape, ml_shape(t), (size_t)ml_ndim(t) * sizeof *shape);
        shape[0] = size_of(p, batch);
        s->tensor[k] = ml_retain(ml_empty((ml_spec){ .dtype = ml_dtype_of(t) }, ml_ndim(t), shape));
        if (!s->tensor[k]) break;
    }
    bool good = p->n == 0 || s->tensor[p->n - 1];
    ml_scope_close(&scope);
    if (!good) drop_batch(p, s);
    return good ? ML_OK : ml_error_status();
}

/* Makes room for the batches up to LAST, which may be gathered then. */
static ml_status schedule(ml_prefetch *p, int64_t last)
{
    if (last >= p->batches) last = p->batches - 1;
    while (p->scheduled <= last) {
        ML_TRY(make_batch(p, p->scheduled));
        pthread_mutex_lock(&p->lock);
        slot_of(p, p->scheduled)->done = false;
        p->scheduled++;
        pthread_cond_signal(&p->wake);
        pthread_mutex_unlock(&p->lock);
    }
    return ML_OK;
}

/* As many as there is memory for. */
static void schedule_ahead(ml_prefetch *p)
{
    if (!p->alone && schedule(p, p->next + p->depth - 1) != ML_OK) ml_clear_error();
}

/* ---- the calls of prefetch.h ----------------------------------------------------------------- */

static void await(ml_prefetch *p, int64_t batch)
{
    pthread_mutex_lock(&p->lock);
    if (p->cursor == batch) {
        p->cursor++;
        pthread_mutex_unlock(&p->lock);
        gather_here(p, batch);
        return;
    }
    while (!slot_of(p, batch)->done) pthread_cond_wait(&p->finished, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

ml_status ml_prefetch_next(ml_prefetch *p, ml_tensor *out[], bool *more)
{
    *more = p->next < p->batches;
    if (!*more) return ML_OK;
    if (p->owner != getpid()) leave_workers_behind(p);
    if (sources_changed(p)) gather_again(p);
    ML_TRY(schedule(p, p->next));
    slot *s = slot_of(p, p->next);
    await(p, p->next);
    if (ml_interrupted()) { /* then the pool leaves out pieces; another call gathers once more */
        gather_again(p);
        return ml_fail(ML_INTERRUPT, "interrupted");
    }
    bool good = true;
    for (int k = 0; k < p->n; k++) {
        out[k] = ml_scope_own(s->tensor[k]);
        s->tensor[k] = NULL;
        good = good && out[k];
    }
    p->next++;
    if (!good) return ml_error_status();
    schedule_ahead(p);
    return ML_OK;
}

static ml_status check_order(const ml_prefetch_options *o, int64_t rows)
{
    const int64_t *order = ml_data(o->order);
    for (int64_t i = 0; i < ml_numel(o->order); i++)
        if (order[i] < 0 || order[i] >= rows)
            return ml_fail(ML_INDEX, "prefetch: row %lld: there are %lld", (long long)order[i] + 1,
                           (long long)rows);
    return ML_OK;
}

static bool allocate(ml_prefetch *p)
{
    size_t n = (size_t)p->n, depth = (size_t)p->depth;
    p->source = ml_alloc(n * sizeof *p->source + 1);
    p->version = ml_alloc(n * sizeof *p->version + 1);
    p->slot = ml_alloc(depth * sizeof *p->slot);
    p->tensors = ml_alloc(n * depth * sizeof(ml_tensor *) + 1);
    if (p->tensors) memset(p->tensors, 0, n * depth * sizeof(ml_tensor *));
    if (!p->source || !p->version || !p->slot || !p->tensors) return false;
    for (size_t i = 0; i < depth; i++)
        p->slot[i] = (slot){ .tensor = p->tensors + i * n, .done = false };
    return true;
}

static void release(ml_prefetch *p)
{
    size_t n = (size_t)p->n, depth = (size_t)p->depth;
    for (size_t i = 0; i < n * depth && p->tensors; i++) ml_release(p->tensors[i]);
    if (p->tensors) ml_free(p->tensors, n * depth * sizeof(ml_tensor *) + 1);
    if (p->slot) ml_free(p->slot, depth * sizeof *p->slot);
    if (p->version) ml_free(p->version, n * sizeof *p->version + 1);
    if (p->source) ml_free(p->source, n * sizeof *p->source + 1);
    ml_free(p, sizeof *p);
}

static int within(int v, int least, int most)
{
    return v < least ? least : v > most ? most : v;
}

/* Takes hold of the sources; counts the batches. */
static void begin(ml_prefetch *p, const ml_prefetch_options *o, int64_t rows)
{
    p->order = ml_retain(o->order);
    p->rows = o->order ? ml_numel(o->order) : rows;
    p->batches = p->rows / o->batch_size;
    if (!o->drop_last && p->rows % o->batch_size > 0) p->batches++;
    p->batch_size = o->batch_size < p->rows ? o->batch_size : p->rows + 1;
    for (int k = 0; k < p->n; k++) {
        p->source[k] = ml_retain(o->source[k]);
        p->version[k] = o->source[k]->storage->version;
        p->bytes += (int64_t)row_bytes(o->source[k]) * p->batch_size;
    }
    p->alone = p->workers == 0 || p->bytes < o->small;
}

ml_prefetch *ml_prefetch_open(const ml_prefetch_options *o)
{
    int64_t rows = o->n > 0 ? ml_shape(o->source[0])[0] : 0;
    if (o->order && check_order(o, rows) != ML_OK) return NULL;
    ml_prefetch *p = ml_alloc(sizeof *p);
    if (!p) return ml_fail(ML_MEMORY, "prefetch: out of memory"), NULL;
    memset(p, 0, sizeof *p);
    p->n = o->n, p->workers = within(o->workers, 0, MOST_WORKERS);
    p->depth = within(o->depth, 1, MOST_DEPTH);
    if (!allocate(p)) {
        release(p);
        return ml_fail(ML_MEMORY, "prefetch: out of memory"), NULL;
    }
    begin(p, o, rows);
    p->owner = getpid();
    init_locks(p);
    if (!p->alone) start_workers(p);
    schedule_ahead(p);
    return p;
}

void ml_prefetch_close(ml_prefetch *p)
{
    if (!p) return;
    if (p->owner == getpid()) stop_workers(p);
    for (int k = 0; k < p->n; k++) ml_release(p->source[k]);
    ml_release(p->order);
    release(p);
}
