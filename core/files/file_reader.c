/* file_reader.c -- bytes in order from a file or memory, inflated where needed; see
** file_reader.h. */
#include "core/files/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/tensor.h"

enum { BUFFER = 1 << 16, PIECE = 1 << 22 };

/* Deflate spends at least two bits on 258 bytes (RFC 1951, 3.2.5), so n bytes give at
** most 1032 n. */
enum { MOST_INFLATED = 1032 };

/* ---- messages -------------------------------------------------------------------------------- */

char *ml_visible(const char *text, size_t n, char *buf, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        bool control = c < 32 || c == 127;
        if (used + (control ? 4 : 1) + 4 > size) {
            memcpy(buf + used, "...", 3), used += 3;
            break;
        }
        if (control)
            used += (size_t)snprintf(buf + used, 5, "\\x%02x", c);
        else
            buf[used++] = (char)c;
    }
    buf[used] = '\0';
    return buf;
}

ml_status ml_read_fail_at(const ml_reader *r, uint64_t place, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (r->part)
        return ml_fail(ML_FORMAT, "%s: member \"%s\": byte %llu: %s", r->name,
                       ML_VISIBLE(r->part, strlen(r->part)), (unsigned long long)place, text);
    return ml_fail(ML_FORMAT, "%s: byte %llu: %s", r->name, (unsigned long long)place, text);
}

/* ---- opening --------------------------------------------------------------------------------- */

ml_status ml_reader_open(ml_reader *r, const char *path)
{
    memset(r, 0, sizeof *r);
    r->name = path;
    /* Without O_NONBLOCK the opening of a pipe would wait for somebody to write to it. */
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (r->fd < 0) return ml_fail(ML_IO, "%s: cannot open: %s", path, strerror(errno));
    struct stat st;
    if (fstat(r->fd, &st) != 0) {
        int error = errno;
        ml_reader_close(r);
        return ml_fail(ML_IO, "%s: cannot read: %s", path, strerror(error));
    }
    if (!S_ISREG(st.st_mode)) {
        ml_reader_close(r);
        return ml_fail(ML_IO, "%s: is %s, not a file", path,
                       S_ISDIR(st.st_mode) ? "a folder" : "a pipe or device");
    }
    r->end = (uint64_t)st.st_size;
    return ML_OK;
}

void ml_reader_memory(ml_reader *r, const char *name, const void *bytes, size_t n)
{
    memset(r, 0, sizeof *r);
    r->name = name, r->fd = -1, r->bytes = bytes, r->end = n;
}

void ml_reader_close(ml_reader *r)
{
    if (r->inflating) inflateEnd(&r->z), r->inflating = false;
    if (r->buffer) ml_free(r->buffer, BUFFER), r->buffer = NULL;
    if (r->fd >= 0 && !r->part) close(r->fd);
    r->fd = -1;
}

/* ---- inflating ------------------------------------------------------------------------------- */

/* ml_free wants the size, zlib does not give it: it is kept in front, at malloc's alignment. */
enum { ZHEAD = 16 };

void *ml_zalloc(void *ctx, unsigned n, unsigned size)
{
    (void)ctx;
    size_t bytes = (size_t)n * size + ZHEAD;
    char *p = ml_alloc(bytes);
    if (!p) return NULL;
    memset(p, 0, bytes);
    memcpy(p, &bytes, sizeof bytes);
    return p + ZHEAD;
}

void ml_zfree(void *ctx, void *p)
{
    (void)ctx;
    size_t bytes;
    char *block = (char *)p - ZHEAD;
    memcpy(&bytes, block, sizeof bytes);
    ml_free(block, bytes);
}

/* WINDOW is zlib's: negative for a raw stream, 16 more for gzip. */
static ml_status start_inflating(ml_reader *r, int window)
{
    r->buffer = ml_alloc(BUFFER);
    if (!r->buffer) return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    r->z = (z_stream){ .zalloc = ml_zalloc, .zfree = ml_zfree };
    if (inflateInit2(&r->z, window) != Z_OK)
        return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    r->inflating = true;
    return ML_OK;
}

ml_status ml_reader_part(ml_reader *part, const ml_reader *r, const ml_part *of)
{
    *part = (ml_reader){ .name = r->name, .part = of->name, .fd = r->fd, .bytes = r->bytes };
    part->at = of->begin, part->end = of->begin + of->length;
    part->coding = of->coding, part->size = of->size, part->crc_wanted = of->crc;
    part->crc = (uint32_t)crc32(0, NULL, 0);
    if (of->coding == ML_RAW) return ML_OK;
    if (of->size / MOST_INFLATED > of->length)
        return ml_read_fail_at(part, 0,
                               "%llu compressed bytes cannot give the %llu that are stated",
                               (unsigned long long)of->length, (unsigned long long)of->size);
    ml_status status = start_inflating(part, -15);
    if (status != ML_OK) ml_reader_close(part);
    return status;
}

ml_status ml_reader_gunzip(ml_reader *r)
{
    unsigned char magic[2];
    if (r->end - r->at < 2) return ML_OK;
    ML_TRY(ml_read_at(r, r->at, magic, 2, "the file"));
    if (magic[0] != 0x1f || magic[1] != 0x8b) return ML_OK;
    r->coding = ML_GZIPPED;
    return start_inflating(r, 15 + 16);
}

/* ---- reading --------------------------------------------------------------------------------- */

ml_status ml_read_at(const ml_reader *r, uint64_t offset, void *to, size_t n, const char *what)
{
    if (r->bytes || n == 0) {
        if (n > 0) memcpy(to, r->bytes + offset, n);
        return ML_OK;
    }
    for (size_t done = 0; done < n;) {
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        size_t piece = n - done < PIECE ? n - done : PIECE;
        ssize_t got = pread(r->fd, (char *)to + done, piece, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ml_fail(ML_IO, "%s: cannot read: %s", r->name, strerror(errno));
        if (got == 0) return ml_read_fail_at(r, offset + done, "the file ends inside %s", what);
        done += (size_t)got;
    }
    return ML_OK;
}

static ml_status refill(ml_reader *r, const char *what)
{
    uint64_t left = r->end - r->at;
    size_t n = left < BUFFER ? (size_t)left : BUFFER;
    ML_TRY(ml_read_at(r, r->at, r->buffer, n, what));
    r->at += n;
    r->z.next_in = r->buffer, r->z.avail_in = (uInt)n;
    return ML_OK;
}

/* A gzip file may be several streams one after another. */
static bool has_next_stream(const ml_reader *r)
{
    return r->coding == ML_GZIPPED && (r->z.avail_in > 0 || r->at < r->end);
}

/* Up to n inflated bytes, *got of them; fewer only at the end. */
static ml_status inflate_some(ml_reader *r, void *to, size_t n, size_t *got, const char *what)
{
    *got = 0;
    while (*got < n) {
        if (r->ended) {
            if (!has_next_stream(r)) break;
            if (inflateReset(&r->z) != Z_OK) return ml_read_fail(r, "cannot restart inflating");
            r->ended = false;
        }
        if (r->z.avail_in == 0 && r->at < r->end) ML_TRY(refill(r, what));
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        size_t piece = n - *got < PIECE ? n - *got : PIECE;
        r->z.next_out = (unsigned char *)to + *got, r->z.avail_out = (uInt)piece;
        int code = inflate(&r->z, Z_NO_FLUSH);
        *got += piece - r->z.avail_out;
        if (code == Z_STREAM_END)
            r->ended = true;
        else if (code == Z_MEM_ERROR)
            return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
        else if (code == Z_BUF_ERROR)
            break; /* the compressed bytes end early */
        else if (code != Z_OK)
            return ml_read_fail_at(r, r->given + *got, "the compressed data is damaged (%s)",
                                   r->z.msg ? r->z.msg : "it needs a dictionary");
    }
    return ML_OK;
}

static ml_status ends_early(const ml_reader *r, uint64_t place, uint64_t missing, const char *what)
{
    return ml_read_fail_at(r, place, "the %s ends inside %s; %llu more byte%s expected",
                           r->coding == ML_RAW ? "file" : "compressed data", what,
                           (unsigned long long)missing, missing == 1 ? "" : "s");
}

ml_status ml_read(ml_reader *r, void *to, size_t n, const char *what)
{
    if (r->coding == ML_RAW) {
        if (r->end - r->at < n)
            return ends_early(r, r->given + (r->end - r->at), n - (r->end - r->at), what);
        ML_TRY(ml_read_at(r, r->at, to, n, what));
        r->at += n;
    } else {
        size_t got;
        ML_TRY(inflate_some(r, to, n, &got, what));
        if (got < n) return ends_early(r, r->given + got, n - got, what);
    }
    if (r->part) r->crc = (uint32_t)crc32_z(r->crc, to, n);
    r->given += n;
    return ML_OK;
}

uint64_t ml_read_left(const ml_reader *r)
{
    if (r->coding == ML_RAW) return r->end - r->at;
    if (r->coding == ML_DEFLATED) return r->size > r->given ? r->size - r->given : 0;
    uint64_t raw = r->end - r->at + r->z.avail_in + 16; /* 16: what zlib holds of a code */
    return raw > UINT64_MAX / MOST_INFLATED ? UINT64_MAX : raw * MOST_INFLATED;
}

ml_status ml_read_room(const ml_reader *r, uint64_t n, const char *what)
{
    uint64_t left = ml_read_left(r);
    if (n <= left) return ML_OK;
    return ml_read_fail(r, "%s needs %llu bytes, but %s %llu are left", what, (unsigned long long)n,
                        r->coding == ML_GZIPPED ? "at most" : "only", (unsigned long long)left);
}

ml_status ml_read_finish(ml_reader *r, const char *what)
{
    unsigned char more;
    if (r->coding == ML_RAW) {
        if (r->at < r->end)
            return ml_read_fail(r, "%llu bytes after the end of %s",
                                (unsigned long long)(r->end - r->at), what);
    } else {
        /* Asking for one byte more makes zlib reach the stream's end and check its checksum. */
        size_t got;
        ML_TRY(inflate_some(r, &more, 1, &got, what));
        if (got > 0) return ml_read_fail(r, "bytes after the end of %s", what);
        if (!r->ended) return ends_early(r, r->given, 1, "its last block");
    }
    if (r->part && r->crc != r->crc_wanted)
        return ml_read_fail(r, "the data is damaged: its checksum is %08x, not %08x", r->crc,
                            r->crc_wanted);
    return ML_OK;
}

/* Doubles the memory at *bytes. */
static ml_status grow(const ml_reader *r, char **bytes, size_t *room)
{
    char *more = ml_realloc(*bytes, *room, *room * 2);
    if (!more) return ml_fail(ML_MEMORY, "%s: out of memory for %zu bytes", r->name, *room * 2);
    *bytes = more, *room *= 2;
    return ML_OK;
}

static ml_status read_all_inflated(ml_reader *r, char **bytes, size_t *n, size_t *room)
{
    for (;;) {
        size_t got;
        ML_TRY(inflate_some(r, *bytes + *n, *room - *n, &got, "the file"));
        *n += got, r->given += got;
        if (*n < *room) break;
        ML_TRY(grow(r, bytes, room));
    }
    return r->ended ? ML_OK : ends_early(r, r->given, 1, "its last block");
}

ml_status ml_read_all(ml_reader *r, char **bytes, size_t *n, size_t *room)
{
    bool plain = r->coding == ML_RAW;
    *n = plain ? (size_t)(r->end - r->at) : 0;
    *room = plain && *n > 0 ? *n : BUFFER;
    *bytes = ml_alloc(*room);
    if (!*bytes) return ml_fail(ML_MEMORY, "%s: out of memory for %zu bytes", r->name, *room);
    ml_status status =
        plain ? ml_read(r, *bytes, *n, "the file") : read_all_inflated(r, bytes, n, room);
    if (status != ML_OK) ml_free(*bytes, *room), *bytes = NULL;
    return status;
}
