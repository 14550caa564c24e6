/* save.h -- files read whole, and written so that they are whole whatever happens: to a temporary file in the same folder,
** synced, then renamed.  What is a link stays one, and a file keeps its mode. */
#ifndef REPL_SAVE_H
#define REPL_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct file_state { /* of a file when it was read or written */
    bool there;
    int64_t seconds, nanoseconds, size; /* of its last change */
    uint64_t hash;
} file_state;

typedef enum save_result {
    SAVE_DONE,
    SAVE_FAILED,
    SAVE_CHANGED, /* nothing was written: the file is not as it was in EXPECTED; ask, then save with none */
    SAVE_PARTLY, /* not all that belongs to it was written (notebook_store) */
    SAVE_EXISTS, /* nothing was written: there is such a file, and a new one was wanted */
} save_result;

#define FILE_MOST ((size_t)1 << 30) /* bytes that are read of one file */

/* The bytes of PATH with a NUL after them, the caller's; NULL with a message, and errno.  STATE may be
** NULL. */
char *file_read(const char *path, size_t *size, file_state *state, char *error, size_t room);
/* Has the file at PATH other contents than in STATE, or been made since?  A file that has only been touched has not. */
bool file_changed(const char *path, const file_state *state);

typedef struct save_options {
    bool no_link; /* a link at PATH is replaced, where it leads nothing is written */
    bool new;     /* fail with SAVE_EXISTS rather than replace a file */
    bool
        later; /* synced after it has its name (sync_later.h): a power failure between may leave it empty */
    const file_state
        *expected;     /* fail with SAVE_CHANGED if it has changed; NULL: whatever is there */
    file_state *state; /* afterwards; NULL: not wanted */
} save_options;
/* Writes the bytes; anything but SAVE_DONE comes with a message.  What is no ordinary file is written to directly. */
save_result file_save(const char *path, const char *bytes, size_t size, const save_options *options,
                      char *error, size_t room);
/* Appends all the bytes or, as far as possible, none, to a file that is no link; they are synced later (sync_later.h). */
bool file_append(const char *path, const char *bytes, size_t size, char *error, size_t room);
/* Makes the folder that PATH lies in, if its parent is there. */
bool file_make_folder(const char *path, char *error, size_t room);

#endif
