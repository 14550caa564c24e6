/* The thread pool: every piece once, nesting, resizing, interrupts, fork, the system's limits. */
#define _GNU_SOURCE /* RLIMIT_NPROC, mkdtemp */
#include "tests/test.h"

#include "core/moonlab.h"
#include "core/pool.h"
#include "core/processors.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __has_feature /* clang */
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif
#if defined __SANITIZE_THREAD__ || HAS_FEATURE(thread_sanitizer)
#define SANITIZER "thread"
#elif defined __SANITIZE_ADDRESS__ || HAS_FEATURE(address_sanitizer)
#define SANITIZER "address"
#else
#define SANITIZER ""
#endif

enum { PIECES = 1000 };

static void nap(long microseconds)
{
    struct timespec t = { 0, microseconds * 1000 };
    nanosleep(&t, NULL);
}

static void count_piece(void *ctx, int64_t piece)
{
    atomic_fetch_add(&((atomic_int *)ctx)[piece], 1);
}

/* Did each of COUNT pieces run once? */
static bool runs_each_once(int count)
{
    atomic_int *times = calloc((size_t)count + 1, sizeof *times);
    ml_parallel(count, count_piece, times);
    bool once = times[count] == 0;
    for (int i = 0; i < count; i++) once = once && times[i] == 1;
    free(times);
    return once;
}

TEST("every piece runs once, with any number of threads and pieces")
{
    static const int threads[] = { 1, 2, 3, 8, 31 }, counts[] = { 0, 1, 2, 3, 7, 64, PIECES };
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        ml_pool_set_threads(threads[t]);
        CHECK_EQ_INT(ml_pool_threads(), threads[t]);
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (int repeat = 0; repeat < 20; repeat++) CHECK(runs_each_once(counts[c]));
    }
}

/* Pieces meet: each waits until all have begun, which takes as many threads as pieces. */
typedef struct {
    atomic_int begun;
    int all;
    atomic_bool late;
} meeting;

static void meet(void *ctx, int64_t piece)
{
    meeting *m = ctx;
    (void)piece;
    atomic_fetch_add(&m->begun, 1);
    for (int i = 0; atomic_load(&m->begun) < m->all; i++) {
        if (i > 20000) {
            atomic_store(&m->late, true);
            return;
        }
        nap(100);
    }
}

TEST("as many pieces run at the same time as there are threads, after idle time too")
{
    ml_pool_set_threads(5);
    for (int repeat = 0; repeat < 20; repeat++) {
        meeting m = { .all = 5 };
        ml_parallel(5, meet, &m);
        CHECK(!m.late);
        if (repeat % 5 == 0) nap(2000); /* asleep by then */
    }
}

static void record_thread(void *ctx, int64_t piece)
{
    ((pthread_t *)ctx)[piece] = pthread_self();
}

static void nested_threads(void *ctx, int64_t piece)
{
    pthread_t seen[16];
    ml_parallel(16, record_thread, seen);
    for (int i = 0; i < 16; i++)
        if (pthread_equal(seen[i], pthread_self())) atomic_fetch_add((atomic_int *)ctx, 1);
    (void)piece;
}

TEST("a nested call runs its pieces on its own thread")
{
    atomic_int own = 0;
    ml_pool_set_threads(4);
    ml_parallel(8, nested_threads, &own);
    CHECK_EQ_INT(own, 8 * 16);
}

static void stopping_piece(void *ctx, int64_t piece)
{
    ml_pool_stop();
    ml_pool_set_threads(2 + (int)(piece % 3));
    count_piece(ctx, piece);
}

TEST("stopping and resizing inside a piece does no harm")
{
    atomic_int times[100] = { 0 };
    ml_parallel(100, stopping_piece, times);
    for (int i = 0; i < 100; i++) CHECK_EQ_INT(times[i], 1);
    CHECK(runs_each_once(PIECES));
}

static int count_tasks(void)
{
    struct stat status;
    if (stat("/proc/self/task", &status) != 0) return -1;
    return (int)status.st_nlink - 2;
}

TEST("the pool shrinks, stops, and starts again")
{
    ml_pool_stop();
    int alone = count_tasks();
    ml_pool_set_threads(6);
    CHECK_EQ_INT(count_tasks(), alone);
    CHECK(runs_each_once(PIECES));
    CHECK_EQ_INT(count_tasks(), alone + 5);
    ml_pool_set_threads(3);
    CHECK(runs_each_once(PIECES));
    CHECK_EQ_INT(count_tasks(), alone + 2);
    ml_pool_stop();
    ml_pool_stop();
    CHECK(runs_each_once(PIECES));
    CHECK_EQ_INT(count_tasks(), alone + 2);
    ml_pool_set_threads(-4);
    CHECK_EQ_INT(ml_pool_threads(), 1);
    CHECK(runs_each_once(PIECES));
    CHECK_EQ_INT(count_tasks(), alone);
    ml_pool_set_threads(1 << 20);
    CHECK_EQ_INT(ml_pool_threads(), ML_MAX_THREADS);
    ml_pool_set_threads(2);
}

static void interrupting_piece(void *ctx, int64_t piece)
{
    if (piece == 10) ml_interrupt();
    atomic_fetch_add((atomic_int *)ctx, 1);
    nap(50);
}

TEST("pieces after an interrupt are left out, and the next job runs whole")
{
    for (int threads = 1; threads <= 4; threads++) {
        atomic_int ran = 0;
        ml_pool_set_threads(threads);
        ml_parallel(PIECES, interrupting_piece, &ran);
        CHECK(ml_interrupted());
        CHECK(ran >= 11 && ran < 11 + 64);
        ml_parallel(PIECES, interrupting_piece, &ran);
        CHECK(ran < 11 + 64);
        ml_interrupt_clear();
        CHECK(!ml_interrupted());
        CHECK(runs_each_once(PIECES));
    }
}

static void check_environment(void *ctx, int64_t piece)
{
    volatile double tiny = 0x1p-1022, third = 1.0 / 3;
    bool exact = fegetround() == FE_TONEAREST && tiny / 4 * 4 == tiny && third * 3 == 1.0;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    meeting *m = ctx;
    if (!exact) atomic_store(&m->late, true);
    if (!sigismember(&mask, SIGINT)) atomic_fetch_add(&m->begun, 1000);
    meet(ctx, piece);
}

TEST("workers round to nearest, keep subnormals, and leave signals to the program")
{
    ml_pool_stop();
    ml_pool_set_threads(4);
    meeting m = { .all = 4 + 1000 }; /* the caller alone takes SIGINT */
    ml_parallel(4, check_environment, &m);
    CHECK(!m.late);
    CHECK_EQ_INT(m.begun, 4 + 1000);
    ml_pool_stop();
    fesetround(FE_UPWARD); /* must not be inherited */
    ml_parallel(2, count_piece, (atomic_int[2]){ 0 });
    fesetround(FE_TONEAREST);
    m = (meeting){ .all = 4 + 1000 };
    ml_parallel(4, check_environment, &m);
    CHECK(!m.late);
}

static void *other_user(void *result)
{
    bool right = true;
    for (int i = 0; i < 50; i++) right = right && runs_each_once(100);
    *(bool *)result = right;
    return NULL;
}

TEST("several threads may use the pool at once")
{
    pthread_t user[4];
    bool right[4] = { false };
    ml_pool_set_threads(3);
    for (int i = 0; i < 4; i++)
        if (pthread_create(&user[i], NULL, other_user, &right[i]) != 0) other_user(&right[i]);
    for (int i = 0; i < 4; i++) pthread_join(user[i], NULL);
    for (int i = 0; i < 4; i++) CHECK(right[i]);
}

/* The exit status of a child: 0 if CHECK holds there. */
static int child_status(bool (*check)(void))
{
    pid_t child = fork();
    if (child == 0) _exit(check() ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

static bool works_in_child(void)
{
    bool right = runs_each_once(PIECES);
    meeting m = { .all = 3 };
    ml_parallel(3, meet, &m);
    ml_pool_stop();
    return right && !m.late && runs_each_once(PIECES);
}

TEST("a forked child starts threads of its own, and the parent keeps its threads")
{
    if (strcmp(SANITIZER, "thread") == 0) {
        SKIP("ThreadSanitizer does not follow threads of a forked child");
        return;
    }
    ml_pool_set_threads(3);
    for (int repeat = 0; repeat < 10; repeat++) {
        CHECK(runs_each_once(PIECES));
        if (repeat % 2) ml_pool_stop();
        CHECK_EQ_INT(child_status(works_in_child), 0);
    }
    CHECK(runs_each_once(PIECES));
}

static bool works_without_threads(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld", &pages) != 1) return false;
    fclose(file);
    /* room for the stacks of a few threads only */
    rlim_t bytes = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (rlim_t)100 * 1024 * 1024;
    struct rlimit space = { bytes, bytes };
    int alone = count_tasks();
    if (setrlimit(RLIMIT_AS, &space) != 0) return false;
    ml_pool_set_threads(ML_MAX_THREADS);
    bool right = runs_each_once(PIECES) && runs_each_once(PIECES);
    right = right && count_tasks() < alone + ML_MAX_THREADS - 1;
    ml_pool_stop();
    return right && ml_pool_threads() == ML_MAX_THREADS;
}

TEST("fewer threads do the work when the system refuses more")
{
    if (SANITIZER[0]) {
        SKIP("sanitizers do not survive a limited address space");
        return;
    }
    ml_pool_stop();
    CHECK_EQ_INT(child_status(works_without_threads), 0);
}

/* ---- processors ------------------------------------------------------------------------------ */

static char folder[] = "/tmp/moonlab-pool-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "w");
    CHECK(file != NULL);
    if (!file) return;
    fputs(text, file);
    fclose(file);
}

static int quota(const char *membership)
{
    write_file("membership", membership);
    return ml_cgroup_processors(in_folder("membership"), folder);
}

static void remove_folder(void)
{
    static const char *const files[] = { "membership",
                                         "cpu.max",
                                         "a/cpu.max",
                                         "a/b/cpu.max",
                                         "cpu,cpuacct/x/cpu.cfs_quota_us",
                                         "cpu,cpuacct/x/cpu.cfs_period_us",
                                         "cpu,cpuacct/x",
                                         "cpu,cpuacct",
                                         "a/b",
                                         "a",
                                         "." };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) remove(in_folder(files[i]));
    rmdir(folder);
}

TEST("the quota of control groups, both versions and all levels, limits the processors")
{
    CHECK(mkdtemp(folder) != NULL);
    mkdir(in_folder("a"), 0700), mkdir(in_folder("a/b"), 0700);
    mkdir(in_folder("cpu,cpuacct"), 0700), mkdir(in_folder("cpu,cpuacct/x"), 0700);
    CHECK_EQ_INT(quota("0::/a/b\n"), 0);
    write_file("a/b/cpu.max", "max 100000\n");
    CHECK_EQ_INT(quota("0::/a/b\n"), 0);
    write_file("a/cpu.max", "250000 100000\n");
    CHECK_EQ_INT(quota("0::/a/b\n"), 3);
    write_file("a/b/cpu.max", "50000 100000\n");
    CHECK_EQ_INT(quota("0::/a/b\n"), 1);
    write_file("cpu.max", "200000 100000\n");
    CHECK_EQ_INT(quota("0::/gone/elsewhere\n"), 2);
    CHECK_EQ_INT(quota("0::/\n"), 2);
    remove(in_folder("cpu.max"));
    write_file("cpu,cpuacct/x/cpu.cfs_quota_us", "-1\n");
    write_file("cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
    CHECK_EQ_INT(quota("4:memory:/a\n3:cpu,cpuacct:/x\n"), 0);
    write_file("cpu,cpuacct/x/cpu.cfs_quota_us", "400000\n");
    CHECK_EQ_INT(quota("4:memory:/a\n3:cpu,cpuacct:/x\n"), 4);
    CHECK_EQ_INT(quota("3:cpuset:/x\n2:cpuacct:/x\n"), 0);
    remove_folder();
}

TEST("broken control group files limit nothing")
{
    snprintf(folder, sizeof folder, "/tmp/moonlab-pool-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    static const char *const broken[] = { "",        "\n",        "max",    "max max",
                                          "0 0",     "-5 100000", "x",      "100000 0",
                                          "nan nan", "inf 1",     "1e300 1" };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        write_file("cpu.max", broken[i]);
        CHECK_EQ_INT(quota("0::/\n"), 0);
    }
    static const char *const members[] = {
        "", ":", "::", "0::", "no colons", "0::relative", "1:cpu"
    };
    write_file("cpu.max", "max 100000");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        CHECK_EQ_INT(quota(members[i]), 0);
    CHECK_EQ_INT(ml_cgroup_processors(in_folder("missing"), folder), 0);
    remove_folder();
}

TEST("the affinity mask limits the processors")
{
    cpu_set_t before, one;
    CHECK(ml_processors() >= 1);
    if (sched_getaffinity(0, sizeof before, &before) != 0) {
        SKIP("no affinity mask of the usual size");
        return;
    }
    int first = 0;
    while (!CPU_ISSET(first, &before)) first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    CHECK_EQ_INT(sched_setaffinity(0, sizeof one, &one), 0);
    CHECK_EQ_INT(ml_processors(), 1);
    CHECK_EQ_INT(sched_setaffinity(0, sizeof before, &before), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
