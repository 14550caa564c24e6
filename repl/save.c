/* save.c -- see save.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "repl/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/buffer.h"
#include "repl/sync_later.h"

static bool fail(char *error, size_t room, const char *path, const char *what)
{
    snprintf(error, room, "%s: %s", path, what);
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void note_state(file_state *state, const struct stat *s, uint64_t hash)
{
    *state = (file_state){ .there = true,
                           .seconds = s->st_mtim.tv_sec,
                           .nanoseconds = s->st_mtim.tv_nsec,
                           .size = s->st_size,
                           .hash = hash };
}

/* All that FD gives; NULL, and errno tells why. */
static char *read_all(int fd, size_t expected, size_t *size)
{
    size_t room = expected < FILE_MOST ? expected + 2 : 4096, n = 0;
    char *bytes = malloc(room);
    while (bytes) {
        ssize_t got = read(fd, bytes + n, room - n - 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 || n + (size_t)got > FILE_MOST) {
            int code = got < 0 ? errno : EFBIG;
            free(bytes);
            errno = code;
            return NULL;
        }
        if (got == 0) break;
        n += (size_t)got;
        if (n + 1 < room) continue;
        char *larger = realloc(bytes, room *= 2);
        if (!larger) free(bytes), errno = ENOMEM;
        bytes = larger;
    }
    if (bytes) bytes[n] = '\0';
    *size = n;
    return bytes;
}

char *file_read(const char *path, size_t *size, file_state *state, char *error, size_t room)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *bytes = NULL;
    *size = 0;
    if (fd >= 0 && fstat(fd, &s) == 0) {
        if (S_ISDIR(s.st_mode))
            errno = EISDIR;
        else
            bytes = read_all(fd, S_ISREG(s.st_mode) && s.st_size > 0 ? (size_t)s.st_size : 0, size);
    }
    int code = errno;
    if (fd >= 0) close(fd);
    if (!bytes)
        fail(error, room, path, strerror(code));
    else if (state)
        note_state(state, &s, hash_bytes(bytes, *size));
    errno = code;
    return bytes;
}

bool file_changed(const char *path, const file_state *state)
{
    struct stat s;
    if (stat(path, &s) < 0) return false; /* what is gone can be written again */
    if (!state->there) return true;
    if (s.st_mtim.tv_sec == state->seconds && s.st_mtim.tv_nsec == state->nanoseconds &&
        s.st_size == state->size)
        return false;
    char error[1];
    size_t size;
    char *bytes = file_read(path, &size, NULL, error, sizeof error);
    bool same = bytes && hash_bytes(bytes, size) == state->hash;
    free(bytes);
    return !same;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes += n, size -= (size_t)n;
    }
    return true;
}

/* The file that PATH means, links followed, though it may not be there yet; NULL, and errno tells why. */
static char *resolved(const char *path)
{
    char *real = realpath(path, NULL);
    if (real || errno != ENOENT) return real;
    char *name = strdup(path);
    for (int links = 0; name && links < 40; links++) {
        char target[PATH_MAX];
        ssize_t n = readlink(name, target, sizeof target - 1);
        if (n < 0) return name;
        target[n] = '\0';
        const char *slash = target[0] == '/' ? NULL : strrchr(name, '/');
        buffer b = { 0 };
        if (slash) buffer_add(&b, name, (size_t)(slash - name) + 1);
        buffer_puts(&b, target);
        free(name);
        name = buffer_take(&b, NULL);
    }
    free(name);
    errno = name ? ELOOP : ENOMEM;
    return NULL;
}

/* A change of names is safe on the disk only with its folder; until then the old file is there, whole. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? copy_bytes(path, (size_t)(slash - path) + 1) : copy_bytes(".", 1);
    sync_later(folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1);
    free(folder);
}

/* Gives the file NEW the name PATH, which must not be there if a new file is wanted. */
static bool put_in_place(const char *new, const char *path, bool must_be_new)
{
    if (!must_be_new) return rename(new, path) == 0;
    if (link(new, path) < 0) { /* unlike rename it fails if there is one */
        if (errno == EEXIST || access(path, F_OK) == 0) return errno = EEXIST, false;
        return rename(new, path) == 0;
    }
    unlink(new);
    return true;
}

/* Writes to a file beside PATH and renames it; false, and errno tells why. */
static bool replace_file(const char *path, const struct stat *old, const char *bytes, size_t size,
                         const save_options *options)
{
    size_t room = strlen(path) + 32;
    char *new = malloc(room);
    if (!new) return false;
    snprintf(new, room, "%s.%ld.new", path, (long)getpid());
    int fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST && unlink(new) == 0) /* of a process that died */
        fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool good = fd >= 0;
    if (good && old) {
        if (fchown(fd, old->st_uid, old->st_gid) < 0) errno = 0; /* only root may */
        fchmod(fd, old->st_mode & 07777);
    }
    good = good && write_all(fd, bytes, size) && (options->later || fsync(fd) == 0);
    struct stat s;
    file_state now = { 0 };
    if (good && fstat(fd, &s) == 0) note_state(&now, &s, hash_bytes(bytes, size));
    int late = good && options->later ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd >= 0 && close(fd) < 0) good = false;
    good = good && put_in_place(new, path, options->new);
    if (good && options->state) *options->state = now;
    int code = errno;
    if (fd >= 0 && !good) unlink(new);
    sync_later(late);
    if (good) sync_folder(path);
    free(new);
    errno = code;
    return good;
}

static bool write_directly(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool good = write_all(fd, bytes, size);
    int code = errno;
    if (close(fd) < 0 && good) return false;
    errno = code;
    return good;
}

save_result file_save(const char *path, const char *bytes, size_t size, const save_options *options,
                      char *error, size_t room)
{
    static const save_options none;
    if (!options) options = &none;
    struct stat old;
    if (options->no_link && lstat(path, &old) == 0 && S_ISLNK(old.st_mode)) unlink(path);
    bool there = stat(path, &old) == 0;
    if (there && options->new) {
        fail(error, room, path, "there is such a file already");
        return SAVE_EXISTS;
    }
    if (there && options->expected && file_changed(path, options->expected)) {
        fail(error, room, path,
             options->expected->there
                 ? "the file has been changed by another program since it was read"
                 : "there is such a file already");
        return SAVE_CHANGED;
    }
    char *target = resolved(path);
    errno = target ? 0 : errno;
    bool direct = there && !S_ISREG(old.st_mode) && !S_ISDIR(old.st_mode);
    if (there && S_ISDIR(old.st_mode)) errno = EISDIR, free(target), target = NULL;
    bool good =
        target && (direct ? write_directly(target, bytes, size)
                          : replace_file(target, there ? &old : NULL, bytes, size, options));
    int code = errno;
    free(target);
    if (good) return SAVE_DONE;
    fail(error, room, path, code == EEXIST ? "there is such a file already" : strerror(code));
    return code == EEXIST ? SAVE_EXISTS : SAVE_FAILED;
}

bool file_append(const char *path, const char *bytes, size_t size, char *error, size_t room)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
    struct stat before;
    bool known = fd >= 0 && fstat(fd, &before) == 0;
    bool good = fd >= 0 && write_all(fd, bytes, size);
    int code = errno;
    if (known && !good && ftruncate(fd, before.st_size) < 0) code = errno; /* a torn line stays */
    sync_later(fd);
    return good || fail(error, room, path,
                        code == ELOOP ? "this is a link; it is not followed" : strerror(code));
}

bool file_make_folder(const char *path, char *error, size_t room)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path) return true;
    char *folder = copy_bytes(path, (size_t)(slash - path));
    if (!folder) return fail(error, room, path, "out of memory");
    bool good = mkdir(folder, 0777) == 0 || errno == EEXIST;
    if (!good) fail(error, room, folder, strerror(errno));
    free(folder);
    return good;
}
