/* test_apart.c -- work that can be stopped: library calls in a child process, with the same bits as here, and loops that
** ask whether to go on. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/apart.h"
#include "core/op.h"
#include "core/ops/lapack_batch.h"
#include "tests/test.h"

#ifdef __SANITIZE_THREAD__
enum { NEVER_FORKS = 1 };
#else
enum { NEVER_FORKS = 0 };
#endif

static void no_child_is_left(void)
{
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* ---- apart ----------------------------------------------------------------------------------- */

enum { N = 100000 };

typedef struct sums {
    int64_t *numbers, *total;
    pid_t pid;
    int signal;
    bool sleeps;
} sums;

static void add_up(void *ctx)
{
    sums *s = ctx;
    if (s->signal) raise(s->signal);
    while (s->sleeps) pause();
    *s->total = 0;
    for (int i = 0; i < N; i++) *s->total += s->numbers[i], s->numbers[i] = -i;
    s->pid = getpid();
}

static int64_t numbers[N], total;

static ml_status run_sums(sums *s)
{
    for (int i = 0; i < N; i++) numbers[i] = i;
    s->numbers = numbers, s->total = &total, total = 7;
    ml_result results[] = { { &s->numbers, sizeof numbers, true },
                            { &s->total, sizeof total, false } };
    return ml_run_apart("sums", add_up, s, 2, results);
}

TEST("a child's results come back, and nothing else that it changed")
{
    sums s = { 0 };
    CHECK(run_sums(&s) == ML_OK);
    CHECK_EQ_INT(total, (int64_t)N * (N - 1) / 2);
    CHECK_EQ_INT(numbers[N - 1], 1 - N);
    CHECK(s.numbers == numbers && s.total == &total);
    CHECK(s.pid == (NEVER_FORKS ? getpid() : 0));
    no_child_is_left();
}

TEST("where the system gives no child the work is done here")
{
    struct rlimit before, none;
    sums s = { 0 };
    getrlimit(RLIMIT_NOFILE, &before);
    none = before, none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    CHECK(run_sums(&s) == ML_OK);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK_EQ_INT(total, (int64_t)N * (N - 1) / 2);
    CHECK_EQ_INT(numbers[N - 1], 1 - N);
    CHECK(s.pid == getpid());
}

TEST("a child that somebody ends is an error that says so, and changes nothing")
{
    if (NEVER_FORKS) {
        SKIP("ThreadSanitizer knows no children");
        return;
    }
    sums s = { .signal = SIGKILL };
    CHECK(run_sums(&s) == ML_MEMORY);
    CHECK_EQ_STR(ml_error(),
                 "sums: the process that computed it was ended, most likely for want of memory");
    ml_clear_error();
    CHECK(total == 7 && numbers[9] == 9);
    no_child_is_left();
}

static void on_alarm(int signal)
{
    (void)signal;
    ml_interrupt();
}

static void interrupt_in(long microseconds)
{
    sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
    setitimer(ITIMER_REAL,
              &(struct itimerval){ .it_value = { microseconds / 1000000, microseconds % 1000000 } },
              NULL);
}

static void interrupts_are_over(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
    ml_interrupt_clear();
    ml_clear_error();
}

TEST("an interrupt ends the child, whatever signals it was to ignore, and changes nothing")
{
    if (NEVER_FORKS) {
        SKIP("ThreadSanitizer knows no children");
        return;
    }
    sums s = { .sleeps = true };
    interrupt_in(20000);
    CHECK(run_sums(&s) == ML_INTERRUPT);
    CHECK(total == 7 && numbers[9] == 9);
    no_child_is_left();
    CHECK(run_sums(&s) == ML_INTERRUPT); /* as long as it stands */
    interrupts_are_over();
    s.sleeps = false;
    CHECK(run_sums(&s) == ML_OK);
    CHECK_EQ_INT(total, (int64_t)N * (N - 1) / 2);
}

TEST("a child ends with its parent")
{
    if (NEVER_FORKS) {
        SKIP("ThreadSanitizer knows no children");
        return;
    }
    int ends[2];
    char byte;
    CHECK(pipe(ends) == 0);
    pid_t parent = fork();
    if (parent == 0) {
        sums s = { .sleeps = true };
        close(ends[0]);
        _exit(run_sums(&s) == ML_OK);
    }
    close(ends[1]);
    usleep(50000);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    CHECK_EQ_INT(read(ends[0], &byte, 1), 0); /* the pipe has no writer any more */
    close(ends[0]);
}

TEST("a host that reaps all children, or ignores them, takes no result away")
{
    struct sigaction before;
    sums s = { 0 };
    sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_IGN }, &before);
    CHECK(run_sums(&s) == ML_OK);
    CHECK_EQ_INT(total, (int64_t)N * (N - 1) / 2);
    sigaction(SIGCHLD, &before, NULL);
}

/* ---- LAPACK ---------------------------------------------------------------------------------- */

static bool same_bits(ml_tensor *a, ml_tensor *b)
{
    return a && b && ml_numel(a) == ml_numel(b) &&
           !memcmp(ml_data(a), ml_data(b), (size_t)ml_numel(a) * ml_dtype_size(ml_dtype_of(a)));
}

static ml_tensor *random_matrices(ml_dtype dtype, int64_t batch, int64_t m, int64_t n)
{
    static uint64_t seed = 1;
    ml_tensor *t = ml_empty((ml_spec){ ML_F64, 0 }, 3, (int64_t[]){ batch, m, n });
    double *p = ml_data(t);
    for (int64_t i = 0; i < batch * m * n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        p[i] = (double)(seed >> 11) / 4503599627370496.0 - 1;
    }
    return ml_cast(t, dtype);
}

static const struct {
    const char *name;
    int op, outputs;
    bool two, positive;
    ml_arg option;
} drivers[] = {
    { "det", ML_OP_det, 1, .two = false },
    { "inv", ML_OP_inv, 1, .two = false },
    { "solve", ML_OP_solve, 1, .two = true },
    { "solve_triangular", ML_OP_solve_triangular, 1, .two = true },
    { "cholesky", ML_OP_cholesky, 1, .positive = true },
    { "qr", ML_OP_qr, 2, .two = false },
    { "qr, complete", ML_OP_qr, 2, .option = { .kind = ML_ARG_STRING, .s = "complete" } },
    { "svd", ML_OP_svd, 3, .two = false },
    { "svd, full", ML_OP_svd, 3, .option = { .kind = ML_ARG_BOOL, .i = 1 } },
    { "svdvals", ML_OP_svdvals, 1, .two = false },
    { "eigh", ML_OP_eigh, 2, .positive = true },
    { "eigvalsh", ML_OP_eigvalsh, 1, .positive = true },
    { "lstsq", ML_OP_lstsq, 1, .two = true },
};

/* Driver I's results with calls apart from BOUND on and so many threads. */
static ml_status call_driver(size_t i, ml_tensor *a, ml_tensor *b, double bound, int threads,
                             ml_tensor *out[3])
{
    const double usual = ml_lapack_apart_from;
    ml_arg in[] = { ML_T(a), drivers[i].two ? ML_T(b) : drivers[i].option };
    bool second = drivers[i].two || drivers[i].option.kind != ML_ARG_NONE;
    ml_lapack_apart_from = bound;
    CHECK(ml_set_threads(threads) == ML_OK);
    ml_status status = ml_call(drivers[i].op, in, second ? 2 : 1, out);
    ml_lapack_apart_from = usual;
    return status;
}

static void compare_driver(size_t i, ml_dtype dtype, int64_t batch)
{
    static const int threads[] = { 1, 2, 3, 8 };
    ml_tensor *a = random_matrices(dtype, batch, 70, 70), *b = random_matrices(dtype, batch, 70, 9);
    if (drivers[i].positive) a = ml_matmul(a, ml_transpose(a, 1, 2));
    ml_tensor *expected[3] = { 0 };
    CHECK(call_driver(i, a, b, INFINITY, 1, expected) == ML_OK);
    for (int k = 0; k < 8; k++) {
        ml_tensor *got[3] = { 0 };
        if (call_driver(i, a, b, k % 2 ? 0 : INFINITY, threads[k / 2], got) != ML_OK)
            TEST_FAIL("%s: %s\n", drivers[i].name, ml_error());
        for (int o = 0; o < drivers[i].outputs; o++)
            if (!same_bits(got[o], expected[o]))
                TEST_FAIL("%s: result %d differs with %d threads, %s", drivers[i].name, o + 1,
                          threads[k / 2], k % 2 ? "apart" : "here");
    }
}

TEST("decompositions have the same bits in a child as here, for any threads")
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
        for (int dtype = 0; dtype < 2; dtype++) {
            ml_scope scope;
            ml_scope_open(&scope);
            compare_driver(i, dtype ? ML_F64 : ML_F32, 1);
            compare_driver(i, dtype ? ML_F64 : ML_F32, 37);
            ml_scope_close(&scope);
        }
    no_child_is_left();
}

TEST("what a child finds wrong with a matrix is told as here")
{
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *out[3], *zero = ml_zeros((ml_spec){ ML_F64, 0 }, 3, (int64_t[]){ 3, 2, 2 });
    char here[200];
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (drivers[i].op != ML_OP_inv && drivers[i].op != ML_OP_cholesky) continue;
        CHECK(call_driver(i, zero, NULL, INFINITY, 2, out) != ML_OK);
        snprintf(here, sizeof here, "%s", ml_error());
        ml_clear_error();
        CHECK(call_driver(i, zero, NULL, 0, 2, out) != ML_OK);
        CHECK_EQ_STR(ml_error(), here);
        ml_clear_error();
    }
    ml_scope_close(&scope);
}

TEST("an interrupted decomposition says so and leaves what it was given")
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        ml_scope scope;
        ml_scope_open(&scope);
        ml_tensor *a = random_matrices(ML_F64, 1, 900, 900), *b = a, *out[3] = { 0 };
        if (drivers[i].positive) a = b = ml_matmul(a, ml_transpose(a, 1, 2));
        ml_tensor *kept = ml_clone(a);
        interrupt_in(2000);
        ml_status status = call_driver(i, a, b, 0, 1, out);
        CHECK(status == ML_INTERRUPT || (status == ML_OK && NEVER_FORKS));
        if (status != ML_OK) CHECK_EQ_STR(ml_error(), "interrupted");
        interrupts_are_over();
        CHECK(same_bits(a, kept));
        ml_scope_close(&scope);
    }
    no_child_is_left();
}

/* ---- loops ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int op, n, outputs;
    ml_arg in[4];
} loops[] = {
    { "sort", ML_OP_sort, 0, 2, { { 0 } } },
    { "topk", ML_OP_topk, 1, 2, { { .kind = ML_ARG_INT, .i = 9 } } },
    { "topk of half", ML_OP_topk, 1, 2, { { .kind = ML_ARG_INT, .i = 500000 } } },
    { "kthvalue", ML_OP_kthvalue, 1, 2, { { .kind = ML_ARG_INT, .i = 70000 } } },
    { "median", ML_OP_median, 0, 1, { { 0 } } },
    { "mode", ML_OP_mode, 0, 2, { { 0 } } },
    { "unique", ML_OP_unique, 0, 1, { { 0 } } },
    { "quantile", ML_OP_quantile, 1, 1, { { .kind = ML_ARG_FLOAT, .f = 0.3 } } },
    { "cumsum", ML_OP_cumsum, 1, 1, { { .kind = ML_ARG_INT, .i = -1 } } },
    { "cumprod", ML_OP_cumprod, 1, 1, { { .kind = ML_ARG_INT, .i = -1 } } },
    { "cummax", ML_OP_cummax, 1, 2, { { .kind = ML_ARG_INT, .i = -1 } } },
    { "histc", ML_OP_histc, 1, 1, { { .kind = ML_ARG_INT, .i = 9 } } },
    { "multinomial", ML_OP_multinomial, 1, 1, { { .kind = ML_ARG_INT, .i = 1000 } } },
};

static ml_status call_loop(size_t i, ml_tensor *x, ml_tensor *out[3])
{
    ml_arg in[5] = { ML_T(x) };
    memcpy(in + 1, loops[i].in, sizeof loops[i].in);
    ml_manual_seed(3);
    return ml_call(loops[i].op, in, 1 + loops[i].n, out);
}

TEST("work along a long line that is interrupted at any moment ends, or is right")
{
    static const long moments[] = { 100, 1000, 3000, 6000, 10000, 20000, 40000, 80000 };
    ml_scope scope, inner;
    ml_scope_open(&scope);
    ml_tensor *x = random_matrices(ML_F32, 1, 1, 1000000);
    x = ml_call1(ML_OP_abs, ML_T(ml_reshape(x, 1, &(int64_t){ 1000000 })));
    int stopped = 0;
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        ml_tensor *expected[3] = { 0 };
        CHECK(call_loop(i, x, expected) == ML_OK);
        for (size_t k = 0; k < sizeof moments / sizeof *moments; k++) {
            ml_tensor *got[3] = { 0 };
            ml_scope_open(&inner);
            interrupt_in(moments[k]);
            ml_status status = call_loop(i, x, got);
            interrupts_are_over();
            stopped += status == ML_INTERRUPT;
            CHECK(status == ML_OK || status == ML_INTERRUPT);
            for (int o = 0; status == ML_OK && o < loops[i].outputs; o++)
                if (!same_bits(got[o], expected[o]))
                    TEST_FAIL("%s: result %d is wrong after an interrupt", loops[i].name, o + 1);
            ml_scope_close(&inner);
        }
    }
    CHECK(stopped > 0 || NEVER_FORKS);
    ml_scope_close(&scope);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
