/* file_writer.h -- writing a file so that nothing is lost: a temporary file in the same folder,
** synced, then renamed over the old one.
**
** Open, write, and either commit or, on any failure, drop: until the commit the old file is
** untouched. */
#ifndef ML_FILE_WRITER_H
#define ML_FILE_WRITER_H

#include "core/moonlab.h"

typedef struct ml_writer {
    const char *name; /* as the caller gave it, for messages */
    char *target;     /* the file itself, behind symbolic links */
    char *temporary;
    int fd;
    uint64_t at; /* bytes written */
} ml_writer;

ml_status ml_writer_open(ml_writer *w, const char *path) ML_CHECKED;
ml_status ml_write(ml_writer *w, const void *bytes, size_t n) ML_CHECKED;
/* Changes bytes that are written already. */
ml_status ml_write_at(ml_writer *w, uint64_t offset, const void *bytes, size_t n) ML_CHECKED;
/* The elements of T, which is contiguous on the CPU. */
ml_status ml_write_tensor(ml_writer *w, const ml_tensor *t) ML_CHECKED;
/* STATUS is how the writing went: commits after ML_OK, drops after a failure; returns how it ended.
** The writer is closed. */
ml_status ml_writer_close(ml_writer *w, ml_status status) ML_CHECKED;

#endif
