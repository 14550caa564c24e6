/* test_files.c -- writing: the old file or the new one, never half of one; modes, links,
** refusals. */
#include "core/files/files.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>

#include "core/files/file_writer.h"
#include "tests/unit/file_bytes.h"

static bool holds(const char *path, const char *text)
{
    bytes b = file_bytes(path);
    bool same = b.n == strlen(text) && memcmp(b.p, text, b.n) == 0;
    drop_bytes(&b);
    return same;
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

/* How many files the tests' folder holds; none may be left behind. */
static int count_files(void)
{
    int n = 0;
    DIR *folder = opendir(temporary_path(""));
    for (struct dirent *e; folder && (e = readdir(folder));)
        n += e->d_name[0] != '.' || e->d_name[1] > '.';
    if (folder) closedir(folder);
    return n;
}

/* temporary_path's answer is overwritten by the next. */
static void name(char out[512], const char *file)
{
    snprintf(out, 512, "%s", temporary_path(file));
}

TEST("a new file gets the umask's mode, an existing one keeps its own")
{
    char a[512];
    name(a, "a");
    mode_t old = umask(027);
    CHECK_EQ_INT(ml_file_write(a, "one", 3), ML_OK);
    umask(old);
    CHECK_EQ_INT(mode_of(a), 0640);
    CHECK(holds(a, "one"));
    CHECK_EQ_INT(chmod(a, 0604), 0);
    CHECK_EQ_INT(ml_file_write(a, "two", 3), ML_OK);
    CHECK_EQ_INT(mode_of(a), 0604);
    CHECK(holds(a, "two"));
    CHECK_EQ_INT(count_files(), 1);
    unlink(a);
}

TEST("writing through symbolic links changes the file behind them, also one yet to be made")
{
    char a[512], link[512], link2[512], loop[512];
    name(a, "a"), name(link, "link"), name(link2, "link2"), name(loop, "loop");
    CHECK_EQ_INT(symlink("a", link), 0);
    CHECK_EQ_INT(symlink(link, link2), 0);
    CHECK_EQ_INT(symlink("loop", loop), 0);
    CHECK_EQ_INT(ml_file_write(link2, "one", 3), ML_OK);
    CHECK(holds(a, "one"));
    CHECK_EQ_INT(ml_file_write(link, "two", 3), ML_OK);
    CHECK(holds(a, "two") && holds(link2, "two"));
    struct stat st;
    CHECK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    check_failed(ml_file_write(loop, "x", 1) != ML_OK, "symbolic links");
    CHECK_EQ_INT(count_files(), 4);
    unlink(a), unlink(link), unlink(link2), unlink(loop);
}

TEST("what cannot be written is said, and nothing is left behind")
{
    char a[512], fifo[512], deep[512];
    name(a, "a"), name(fifo, "fifo"), name(deep, "no/such/a");
    check_failed(ml_file_write(deep, "x", 1) != ML_OK, "No such file or directory");
    check_failed(ml_file_write(temporary_path(""), "x", 1) != ML_OK, "is a folder");
    CHECK_EQ_INT(mkfifo(fifo, 0600), 0);
    check_failed(ml_file_write(fifo, "x", 1) != ML_OK, "is a pipe or device");
    check_failed(!ml_npy_load(fifo), "is a pipe or device");
    unlink(fifo);
    CHECK_EQ_INT(ml_file_write(a, "old", 3), ML_OK);
    if (getuid() != 0) {
        CHECK_EQ_INT(chmod(a, 0444), 0);
        check_failed(ml_file_write(a, "new", 3) != ML_OK, "cannot write: Permission denied");
    }
    CHECK(holds(a, "old"));
    CHECK_EQ_INT(count_files(), 1);
    unlink(a);
}

TEST("a full disk or a failure half-way keeps the old file")
{
    char a[512];
    static char much[1 << 16];
    ml_writer w;
    name(a, "a");
    CHECK_EQ_INT(ml_file_write(a, "old", 3), ML_OK);
    struct rlimit limit, small;
    getrlimit(RLIMIT_FSIZE, &limit);
    small = limit, small.rlim_cur = 1 << 12;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    check_failed(ml_file_write(a, much, sizeof much) != ML_OK, "cannot write: File too large");
    setrlimit(RLIMIT_FSIZE, &limit);
    CHECK(holds(a, "old"));
    CHECK_EQ_INT(ml_writer_open(&w, a), ML_OK);
    CHECK_EQ_INT(ml_write(&w, "new", 3), ML_OK);
    CHECK(holds(a, "old"));
    CHECK_EQ_INT(ml_writer_close(&w, ml_fail(ML_VALUE, "given up")), ML_VALUE);
    ml_clear_error();
    CHECK(holds(a, "old"));
    CHECK_EQ_INT(count_files(), 1);
    unlink(a);
}

TEST("Ctrl-C stops reading and writing, and keeps the old file")
{
    char a[512];
    ml_csv_table table;
    name(a, "a");
    CHECK_EQ_INT(ml_file_write(a, "old", 3), ML_OK);
    ml_interrupt();
    CHECK_EQ_INT(ml_file_write(a, "new", 3), ML_INTERRUPT);
    ml_clear_error();
    CHECK_EQ_INT(ml_csv_load(a, &(ml_csv_options){ 0 }, &table), ML_INTERRUPT);
    ml_clear_error();
    ml_interrupt_clear();
    CHECK(holds(a, "old"));
    CHECK_EQ_INT(count_files(), 1);
    unlink(a);
}

static bool write_file(void *ctx)
{
    return ml_file_write(ctx, "new", 3) == ML_OK;
}

TEST("a failing allocation keeps the old file")
{
    char link[512], a[512];
    name(a, "a"), name(link, "link");
    CHECK_EQ_INT(ml_file_write(a, "old", 3), ML_OK);
    CHECK_EQ_INT(symlink("a", link), 0);
    check_out_of_memory(write_file, link);
    CHECK(holds(a, "new"));
    CHECK_EQ_INT(count_files(), 2);
    unlink(a), unlink(link);
}

TEST("texts are UTF-8 exactly as RFC 3629 says")
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "", true },
        { "abc", true },
        { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", true },
        { "\x80", false },
        { "\xc0\x80", false },
        { "\xc3", false },
        { "\xe0\x80\x80", false },
        { "\xed\xa0\x80", false },
        { "\xf4\x8f\xbf\xbf", true },
        { "\xf4\x90\x80\x80", false },
        { "\xf5\x80\x80\x80", false },
        { "\xe2\x82x", false },
        { "\xff", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ml_is_utf8(rows[i].text, strlen(rows[i].text)) != rows[i].good) TEST_FAIL("row %zu", i);
    CHECK_EQ_INT(rmdir(temporary_path("")), 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
