/* file_reader.h -- reading hostile bytes in order, from a file or memory, plain or inflated.
**
**     file or memory ──► part [at, end) ──► (inflate) ──► given bytes ──► ml_read
**
** A reader knows the most bytes that can still come (ml_read_left): exactly for plain bytes, and
** for deflated ones no more than deflate's best ratio allows.  A size found in a file is compared
** with it (ml_read_room) before any memory is taken.
**
** The inflated bytes of a zip member and of a gzip file are read through the same calls. */
#ifndef ML_FILE_READER_H
#define ML_FILE_READER_H

#include <zlib.h>

#include "core/moonlab.h"

typedef enum ml_coding { ML_RAW, ML_DEFLATED, ML_GZIPPED } ml_coding;

typedef struct ml_reader {
    const char *name; /* of the file, for messages */
    const char *part; /* of the member inside it, or NULL */
    int fd;           /* -1: memory */
    const unsigned char *bytes;
    uint64_t at, end; /* what is left of the raw bytes */
    uint64_t given;   /* bytes handed out: the place that messages name */
    ml_coding coding;
    uint64_t size;            /* of a part: the bytes it gives, as the archive states */
    uint32_t crc, crc_wanted; /* of a part */
    z_stream z;
    bool inflating, ended; /* z is open; the stream's end was seen */
    unsigned char *buffer; /* raw bytes on their way to z */
} ml_reader;

ml_status ml_reader_open(ml_reader *r, const char *path) ML_CHECKED;
void ml_reader_memory(ml_reader *r, const char *name, const void *bytes, size_t n);
void ml_reader_close(ml_reader *r); /* safe after a failed open, and twice */

/* A member of an archive: the `length` raw bytes at BEGIN that give SIZE bytes with this CRC. */
typedef struct ml_part {
    const char *name;
    uint64_t begin, length, size;
    uint32_t crc;
    ml_coding coding; /* ML_RAW or ML_DEFLATED */
} ml_part;
/* Reads that part of R's file, which it borrows. */
ml_status ml_reader_part(ml_reader *part, const ml_reader *r, const ml_part *of) ML_CHECKED;
/* A reader at its start goes on with the inflated bytes if the file is gzipped. */
ml_status ml_reader_gunzip(ml_reader *r) ML_CHECKED;

/* Exactly n bytes; WHAT says in the message what was being read. */
ml_status ml_read(ml_reader *r, void *to, size_t n, const char *what) ML_CHECKED;
/* n raw bytes at OFFSET, wherever the reader stands (plain readers). */
ml_status ml_read_at(const ml_reader *r, uint64_t offset, void *to, size_t n,
                     const char *what) ML_CHECKED;
uint64_t ml_read_left(const ml_reader *r);
/* Fails unless n more bytes can come. */
ml_status ml_read_room(const ml_reader *r, uint64_t n, const char *what) ML_CHECKED;
/* Fails unless all bytes were read, and were what a part's checksum says. */
ml_status ml_read_finish(ml_reader *r, const char *what) ML_CHECKED;
/* All bytes that are left, into memory from ml_alloc of *room bytes, of which *n are filled. */
ml_status ml_read_all(ml_reader *r, char **bytes, size_t *n, size_t *room) ML_CHECKED;

/* "PATH: byte N: " and the message, with ML_FORMAT, at the reader's place. */
#define ml_read_fail(r, ...) ml_read_fail_at((r), (r)->given, __VA_ARGS__)
ml_status ml_read_fail_at(const ml_reader *r, uint64_t place, const char *format, ...)
    ML_PRINTF(3, 4);
/* TEXT with its control characters made visible and cut after some 60 bytes, in BUF: for
** messages. */
char *ml_visible(const char *text, size_t n, char *buf, size_t size);
#define ML_VISIBLE(text, n) ml_visible((text), (n), (char[80]){ 0 }, 80)

/* zlib's memory, from ml_alloc. */
void *ml_zalloc(void *ctx, unsigned n, unsigned size);
void ml_zfree(void *ctx, void *p);

#endif
