/* notebook_lock.c -- see notebook_lock.h. */
#include "repl/notebook_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/buffer.h"
#include "repl/save.h"

#define TRIES 20 /* at a file that others remove as they end */

static bool is_at(int fd, const char *path)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 &&
           open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

static bool has_holder(int fd, long *holder)
{
    struct flock f = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_GETLK, &f) < 0 || f.l_type == F_UNLCK) return false;
    *holder = f.l_pid > 0 ? (long)f.l_pid : 0;
    return true;
}

lock_result lock_take(notebook_lock *l, const char *path, long *holder)
{
    char error[1];
    *l = (notebook_lock){ 0 };
    *holder = 0;
    for (int i = 0; i < TRIES; i++) {
        struct flock f = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        file_make_folder(path, error, sizeof error);
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd < 0 && errno == EACCES) /* another user's */
            fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT) continue; /* the folder has just been removed by another */
        if (fd < 0) break;
        bool good = fcntl(fd, F_SETLK, &f) == 0, possible = errno == EAGAIN || errno == EACCES;
        if (good && is_at(fd, path) && (l->path = copy_bytes(path, strlen(path)))) {
            l->fd = fd;
            return LOCK_TAKEN;
        }
        bool held = !good && has_holder(fd, holder);
        close(fd);
        if (held) return LOCK_OTHER;
        if (!good && !possible) break;
    }
    return LOCK_IMPOSSIBLE;
}

void lock_release(notebook_lock *l)
{
    if (!l->path) return;
    unlink(l->path);
    close(l->fd);
    char *slash = strrchr(l->path, '/');
    if (slash) {
        *slash = '\0';
        rmdir(l->path);
    }
    free(l->path);
    *l = (notebook_lock){ 0 };
}
