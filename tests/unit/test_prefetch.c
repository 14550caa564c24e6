/* test_prefetch.c -- batches gathered ahead: the same whatever the workers, also when dropped, changed and forked. */
#include "core/prefetch.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/file_bytes.h"

enum { ROWS = 37, WIDTH = 9 };

/* Row i of the sources is i * WIDTH ... and -i; the order runs backwards with repetitions. */
typedef struct sources {
    ml_tensor *t[2], *order;
} sources;

static sources make_sources(void)
{
    sources s;
    float x[ROWS * WIDTH];
    int64_t y[ROWS], order[ROWS + 4];
    for (int i = 0; i < ROWS * WIDTH; i++) x[i] = (float)i;
    for (int i = 0; i < ROWS; i++) y[i] = -i;
    for (int i = 0; i < ROWS + 4; i++) order[i] = (ROWS * 2 - i) % ROWS;
    s.t[0] = ml_from(x, ML_F32, 3, (int64_t[]){ ROWS, 3, 3 });
    s.t[1] = ml_from(y, ML_I64, 1, (int64_t[]){ ROWS });
    s.order = ml_from(order, ML_I64, 1, (int64_t[]){ ROWS + 4 });
    return s;
}

static ml_prefetch_options options_of(const sources *s, int workers, int depth)
{
    return (ml_prefetch_options){
        .n = 2, .source = s->t, .batch_size = 5, .workers = workers, .depth = depth
    };
}

/* Batch b of the rows in order has what it should; ADDED was added to the first source. */
static void check_batch(ml_tensor *const out[], const int64_t *order, int64_t rows, int64_t batch,
                        int64_t size, float added)
{
    int64_t n = rows - batch * size < size ? rows - batch * size : size, wrong = 0;
    CHECK_EQ_INT(ml_shape(out[0])[0], n);
    CHECK_EQ_INT(ml_shape(out[1])[0], n);
    const float *x = ml_data(out[0]);
    const int64_t *y = ml_data(out[1]);
    for (int64_t i = 0; i < n; i++) {
        int64_t row = order ? order[batch * size + i] : batch * size + i;
        wrong += y[i] != -row;
        for (int k = 0; k < WIDTH; k++)
            wrong += x[i * WIDTH + k] != (float)(row * WIDTH + k) + added;
    }
    CHECK_EQ_INT(wrong, 0);
}

/* Reads everything; returns how many batches came. */
static int64_t read_all(ml_prefetch *p, const ml_prefetch_options *o)
{
    const int64_t *order = o->order ? ml_data(o->order) : NULL;
    int64_t n = 0, rows = order ? ml_numel(o->order) : ROWS;
    for (bool more = true;; n++) {
        ml_scope scope;
        ml_tensor *out[2];
        ml_scope_open(&scope);
        CHECK_EQ_INT(ml_prefetch_next(p, out, &more), ML_OK);
        if (more) check_batch(out, order, rows, n, o->batch_size, 0);
        ml_scope_close(&scope);
        if (!more) return n;
    }
}

TEST("every batch comes once and in order, whatever the workers, the depth and the size of a batch")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    for (int round = 0; round < 400; round++) {
        ml_prefetch_options o = options_of(&s, round % 5, 1 + round / 5 % 4);
        o.batch_size = 1 + round % 11 * 4;
        o.drop_last = round % 3 == 0;
        o.small = round % 7 == 0 ? ML_PREFETCH_SMALL : 0;
        if (round % 2) o.order = s.order;
        ml_prefetch *p = ml_prefetch_open(&o);
        CHECK(p != NULL);
        if (!p) break;
        int64_t rows = o.order ? ROWS + 4 : ROWS;
        CHECK_EQ_INT(read_all(p, &o),
                     o.drop_last ? rows / o.batch_size : (rows + o.batch_size - 1) / o.batch_size);
        ml_prefetch_close(p);
    }
    ml_scope_close(&scope);
}

TEST("an iterator may be dropped at any time, and nothing is lost")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    int64_t before = ml_memory_live(), alive = ml_memory(0).tensors;
    for (int round = 0; round < 200; round++) {
        ml_prefetch_options o = options_of(&s, 1 + round % 3, 1 + round % 6);
        ml_prefetch *p = ml_prefetch_open(&o);
        for (int i = 0; i < round % 5; i++) {
            ml_scope inner;
            ml_tensor *out[2];
            bool more;
            ml_scope_open(&inner);
            CHECK_EQ_INT(ml_prefetch_next(p, out, &more), ML_OK);
            ml_scope_close(&inner);
        }
        ml_prefetch_close(p);
    }
    CHECK_EQ_INT(ml_memory_live(), before);
    CHECK_EQ_INT(ml_memory(0).tensors, alive);
    ml_prefetch_close(NULL);
    ml_scope_close(&scope);
}

TEST("a source changed in place shows from the next batch on")
{
#ifdef __SANITIZE_THREAD__
    SKIP("workers read while the source is changed; what they read then is thrown away");
    return;
#endif
    ml_scope scope;
    ml_scope_open(&scope);
    for (int workers = 0; workers < 4; workers++) {
        sources s = make_sources();
        ml_prefetch_options o = options_of(&s, workers, 4);
        ml_prefetch *p = ml_prefetch_open(&o);
        for (int64_t b = 0; b < 8; b++) {
            ml_tensor *out[2];
            bool more;
            CHECK_EQ_INT(ml_prefetch_next(p, out, &more), ML_OK);
            check_batch(out, NULL, ROWS, b, 5, (float)b);
            CHECK_EQ_INT(ml_copy_(s.t[0], ml_add_scalar(s.t[0], 1)), ML_OK);
        }
        ml_prefetch_close(p);
    }
    ml_scope_close(&scope);
}

TEST("a child after fork goes on without the workers")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    for (int round = 0; round < 20; round++) {
        ml_prefetch_options o = options_of(&s, 2, 3);
        ml_prefetch *p = ml_prefetch_open(&o);
        pid_t child = fork();
        if (child == 0) {
            bool good = read_all(p, &o) == 8 && test_failures == 0;
            ml_prefetch_close(p);
            _exit(good ? 0 : 1);
        }
        int status = 1;
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
        CHECK_EQ_INT(status, 0);
        CHECK_EQ_INT(read_all(p, &o), 8);
        ml_prefetch_close(p);
    }
    ml_scope_close(&scope);
}

TEST("an interrupted batch comes whole with the next call")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    for (int workers = 0; workers < 3; workers++) {
        ml_prefetch_options o = options_of(&s, workers, 2);
        ml_prefetch *p = ml_prefetch_open(&o);
        ml_tensor *out[2];
        bool more;
        ml_interrupt();
        CHECK_EQ_INT(ml_prefetch_next(p, out, &more), ML_INTERRUPT);
        ml_interrupt_clear();
        ml_clear_error();
        CHECK_EQ_INT(read_all(p, &o), 8);
        ml_prefetch_close(p);
    }
    ml_scope_close(&scope);
}

TEST("a batch may be larger than all rows, and there may be no rows")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    for (int workers = 0; workers < 2; workers++) {
        ml_prefetch_options o = options_of(&s, workers, 2);
        o.batch_size = INT64_MAX;
        ml_prefetch *p = ml_prefetch_open(&o);
        CHECK_EQ_INT(read_all(p, &o), 1);
        ml_prefetch_close(p);
        o.order = ml_zeros((ml_spec){ .dtype = ML_I64 }, 1, (int64_t[]){ 0 });
        p = ml_prefetch_open(&o);
        CHECK_EQ_INT(read_all(p, &o), 0);
        ml_prefetch_close(p);
    }
    ml_scope_close(&scope);
}

TEST("an order outside the rows is refused")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    ml_prefetch_options o = options_of(&s, 1, 1);
    o.order = ml_from((int64_t[]){ 0, ROWS }, ML_I64, 1, (int64_t[]){ 2 });
    check_failed(!ml_prefetch_open(&o), "prefetch: row 38: there are 37");
    o.order = ml_from((int64_t[]){ -1 }, ML_I64, 1, (int64_t[]){ 1 });
    check_failed(!ml_prefetch_open(&o), "prefetch: row 0: there are 37");
    ml_scope_close(&scope);
}

/* Opens, reads all, closes. */
static bool whole_epoch(const sources *s, int workers)
{
    ml_prefetch_options o = options_of(s, workers, 2);
    ml_prefetch *p = ml_prefetch_open(&o);
    bool good = p != NULL, more = true;
    while (good && more) {
        ml_scope scope;
        ml_tensor *out[2];
        ml_scope_open(&scope);
        good = ml_prefetch_next(p, out, &more) == ML_OK;
        ml_scope_close(&scope);
    }
    ml_prefetch_close(p);
    return good;
}

TEST("a failing allocation anywhere is an ordinary error, and nothing is lost")
{
    ml_scope scope;
    ml_scope_open(&scope);
    sources s = make_sources();
    int64_t before = ml_memory_live(), alive = ml_memory(0).tensors;
    int failed = 0;
    for (int k = 1; k < 200; k++) {
        ml_fail_allocation(k);
        if (!whole_epoch(&s, k % 2 * 2)) {
            failed++;
            CHECK_EQ_INT(ml_error_status(), ML_MEMORY);
        }
        ml_fail_allocation(0);
        ml_clear_error();
        CHECK_EQ_INT(ml_memory_live(), before);
        CHECK_EQ_INT(ml_memory(0).tensors, alive);
    }
    CHECK(failed > 10);
    ml_scope_close(&scope);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
