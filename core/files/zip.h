/* zip.h -- zip archives: their directory, and writing one member after another.
**
**     local header, data | local header, data | … | directory | (zip64 end, its locator) | end
**
** Format: PKWARE's APPNOTE.TXT.  Members are stored or deflated, sizes may be zip64; encryption and
** archives of several files are refused. */
#ifndef ML_ZIP_H
#define ML_ZIP_H

#include "core/files/file_reader.h"
#include "core/files/file_writer.h"

typedef struct ml_zip {
    int64_t n;
    ml_part *part;            /* in the order of the file; no two overlap, no two names are equal */
    unsigned char *directory; /* the names are here */
    size_t bytes;
    uint64_t start; /* where the directory is */
    int64_t room;
} ml_zip;

ml_status ml_zip_read(ml_zip *zip, const ml_reader *r) ML_CHECKED;
void ml_zip_free(ml_zip *zip); /* safe after a failure */

/* What the directory will say of a written member. */
typedef struct ml_zip_member {
    const char *name;
    uint64_t offset, raw, size; /* raw: bytes in the archive */
    uint32_t crc;
    bool deflated;
} ml_zip_member;

/* Sizes and places from ZIP64_FROM on are written as zip64: npz.h's ML_ZIP64_FROM, tests say
** less. */
/* One piece of a member's content. */
typedef struct ml_zip_piece {
    const void *bytes;
    size_t n;
} ml_zip_piece;
/* Writes a member of COUNT pieces; m->name and m->deflated are given, the rest is filled in. */
ml_status ml_zip_write(ml_writer *w, ml_zip_member *m, int count, const ml_zip_piece *piece,
                       uint64_t zip64_from) ML_CHECKED;
ml_status ml_zip_finish(ml_writer *w, int64_t n, const ml_zip_member *m,
                        uint64_t zip64_from) ML_CHECKED;

#endif
