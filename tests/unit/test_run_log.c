/* test_run_log.c -- which cells are up to date, from what runs read and wrote. */
#include "repl/run_log.h"

#include "tests/test.h"

/* Notes a run of a cell: names of one letter. */
static void run(run_log *log, uint64_t id, uint64_t source, const char *reads, const char *writes)
{
    json_t *lists[2] = { json_array(), json_array() };
    for (int i = 0; i < 2; i++)
        for (const char *s = i ? writes : reads; *s; s++)
            json_array_append_new(lists[i], json_stringn(s, 1));
    CHECK(run_log_add(log, id, source, lists[0], lists[1], false));
    json_decref(lists[0]);
    json_decref(lists[1]);
}

TEST("a cell is up to date while its source and what it read are as they were")
{
    run_log log = { 0 };
    CHECK(!run_log_fresh(&log, 1, 10));
    run(&log, 1, 10, "", "x");
    run(&log, 2, 20, "x", "y");
    run(&log, 3, 30, "y", "");
    CHECK(run_log_fresh(&log, 1, 10) && run_log_fresh(&log, 2, 20) && run_log_fresh(&log, 3, 30));
    CHECK(!run_log_fresh(&log, 1, 11));
    run(&log, 1, 11, "", "x");
    CHECK(run_log_fresh(&log, 1, 11));
    CHECK(!run_log_fresh(&log, 2, 20));
    CHECK(run_log_fresh(&log, 3, 30)); /* until y is written again */
    run(&log, 2, 20, "x", "y");
    CHECK(run_log_fresh(&log, 2, 20));
    CHECK(!run_log_fresh(&log, 3, 30));
    run_log_clear(&log);
    CHECK(!run_log_fresh(&log, 1, 11));
    CHECK_EQ_INT(log.n, 0);
    run_log_clear(&log);
}

TEST("what a cell itself writes does not make it stale")
{
    run_log log = { 0 };
    run(&log, 1, 10, "i", "i");
    run(&log, 1, 10, "i", "i");
    CHECK(run_log_fresh(&log, 1, 10));
    CHECK_EQ_INT(run_log_last(&log, 1), 1);
    run_log_clear(&log);
}

TEST("a run that failed is not up to date")
{
    run_log log = { 0 };
    CHECK(run_log_add(&log, 1, 10, NULL, NULL, true));
    CHECK(!run_log_fresh(&log, 1, 10));
    run_log_clear(&log);
}

TEST("to rewind forgets the last run of a cell and what came after it")
{
    run_log log = { 0 };
    run(&log, 1, 10, "", "x");
    run(&log, 2, 20, "x", "y");
    run(&log, 1, 11, "", "x");
    run(&log, 3, 30, "x", "z");
    CHECK(!run_log_fresh(&log, 2, 20));
    run_log_rewind(&log, 1);
    CHECK_EQ_INT(log.n, 2);
    CHECK(run_log_fresh(&log, 1, 10));
    CHECK(run_log_fresh(&log, 2, 20));
    CHECK(!run_log_fresh(&log, 3, 30));
    run_log_rewind(&log, 9);
    CHECK_EQ_INT(log.n, 2);
    run_log_rewind(&log, 1);
    CHECK_EQ_INT(log.n, 0);
    run_log_clear(&log);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
