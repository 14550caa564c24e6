/* file_writer.c -- a temporary file that becomes the real one at the end; see file_writer.h. */
#include "core/files/file_writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/files/files.h"
#include "core/tensor.h"

enum { PIECE = 1 << 22, LINKS = 40, TRIES = 100 };

static ml_status no_memory(const char *name)
{
    return ml_fail(ML_MEMORY, "%s: out of memory", name);
}

static ml_status cannot_write(const char *name, int error)
{
    return ml_fail(ML_IO, "%s: cannot write: %s", name, strerror(error));
}

/* ---- paths ----------------------------------------------------------------------------------- */

static void free_text(char *text)
{
    if (text) ml_free(text, strlen(text) + 1);
}

/* The folder part of PATH with its last slash (n bytes of it) followed by NAME. */
static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash && name[0] != '/' ? (size_t)(slash - path) + 1 : 0, m = strlen(name);
    char *text = ml_alloc(n + m + 1);
    if (!text) return NULL;
    memcpy(text, path, n);
    memcpy(text + n, name, m + 1);
    return text;
}

/* Where writing to PATH ends: behind its symbolic links, which may point to a file yet to be
** made. */
static ml_status follow_links(const char *path, char **out)
{
    char *at = beside("", path), link[PATH_MAX];
    for (int i = 0; at; i++) {
        ssize_t n = readlink(at, link, sizeof link - 1);
        if (n < 0) {
            *out = at;
            return ML_OK;
        }
        if (i == LINKS) {
            free_text(at);
            return cannot_write(path, ELOOP);
        }
        link[n] = '\0';
        char *next = beside(at, link);
        free_text(at);
        at = next;
    }
    return no_memory(path);
}

/* ".NAME.12345-6.tmp" beside the target, new.  The kernel applies the umask to its mode. */
static ml_status open_temporary(ml_writer *w)
{
    const char *slash = strrchr(w->target, '/'), *base = slash ? slash + 1 : w->target;
    char name[NAME_MAX + 1];
    for (int i = 0; i < TRIES; i++) {
        snprintf(name, sizeof name, ".%.200s.%ld-%d.tmp", base, (long)getpid(), i);
        w->temporary = beside(w->target, name);
        if (!w->temporary) return no_memory(w->name);
        w->fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (w->fd >= 0) return ML_OK;
        int error = errno;
        free_text(w->temporary), w->temporary = NULL;
        if (error != EEXIST) return cannot_write(w->name, error);
    }
    return cannot_write(w->name, EEXIST);
}

/* The new file gets the mode and, where the system lets us, the owner of the one it replaces. */
static ml_status take_mode(ml_writer *w, const struct stat *old)
{
    struct stat st;
    mode_t mode = old->st_mode & 07777;
    if (fstat(w->fd, &st) != 0) return cannot_write(w->name, errno);
    if ((st.st_uid != old->st_uid || st.st_gid != old->st_gid) &&
        fchown(w->fd, old->st_uid, old->st_gid) != 0)
        mode &= 0777; /* set-user-id would now mean somebody else */
    if (fchmod(w->fd, mode) != 0) return cannot_write(w->name, errno);
    return ML_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static ml_status open_beside_target(ml_writer *w)
{
    struct stat old;
    assert(w->target);
    bool exists = stat(w->target, &old) == 0;
    if (exists && !S_ISREG(old.st_mode))
        return ml_fail(ML_IO, "%s: is %s, not a file", w->name,
                       S_ISDIR(old.st_mode) ? "a folder" : "a pipe or device");
    if (exists && access(w->target, W_OK) != 0) return cannot_write(w->name, errno);
    ML_TRY(open_temporary(w));
    return exists ? take_mode(w, &old) : ML_OK;
}

ml_status ml_writer_open(ml_writer *w, const char *path)
{
    *w = (ml_writer){ .name = path, .fd = -1 };
    ML_TRY(follow_links(path, &w->target));
    ml_status status = open_beside_target(w);
    return status == ML_OK ? ML_OK : ml_writer_close(w, status);
}

static ml_status write_piece(ml_writer *w, uint64_t offset, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        size_t piece = n - done < PIECE ? n - done : PIECE;
        ssize_t put = pwrite(w->fd, (const char *)bytes + done, piece, (off_t)(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return cannot_write(w->name, errno);
        done += (size_t)put;
    }
    return ML_OK;
}

ml_status ml_write(ml_writer *w, const void *bytes, size_t n)
{
    ML_TRY(write_piece(w, w->at, bytes, n));
    w->at += n;
    return ML_OK;
}

ml_status ml_write_at(ml_writer *w, uint64_t offset, const void *bytes, size_t n)
{
    return write_piece(w, offset, bytes, n);
}

ml_status ml_write_tensor(ml_writer *w, const ml_tensor *t)
{
    size_t size = ml_dtype_size(ml_dtype_of(t)), n = (size_t)ml_numel(t) * size;
    const char *data = ml_data(t);
    return n > 0 ? ml_write(w, data, n) : ML_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Makes the renaming itself last; where a folder cannot be synced there is nothing better to do. */
static void sync_folder(const char *target)
{
    char *folder = beside(target, ".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free_text(folder);
}

static ml_status commit(ml_writer *w)
{
    int fd = w->fd;
    if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP) return cannot_write(w->name, errno);
    w->fd = -1;
    if (close(fd) != 0) return cannot_write(w->name, errno);
    if (rename(w->temporary, w->target) != 0) return cannot_write(w->name, errno);
    free_text(w->temporary), w->temporary = NULL;
    sync_folder(w->target);
    return ML_OK;
}

ml_status ml_writer_close(ml_writer *w, ml_status status)
{
    if (status == ML_OK) status = commit(w);
    if (w->fd >= 0) close(w->fd);
    if (w->temporary) unlink(w->temporary);
    free_text(w->temporary), free_text(w->target);
    *w = (ml_writer){ .fd = -1 };
    return status;
}

ml_status ml_file_write(const char *path, const void *bytes, size_t n)
{
    ml_writer w;
    ML_TRY(ml_writer_open(&w, path));
    return ml_writer_close(&w, ml_write(&w, bytes, n));
}
