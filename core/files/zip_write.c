/* zip_write.c -- members, stored or deflated, and the directory at the end.  The same content
** gives the same bytes: every member is dated 1980-01-01, the format's zero. */
#include "core/files/zip.h"

#include <string.h>

#include "core/files/file_tensor.h"
#include "core/tensor.h"

enum { BUFFER = 1 << 16, PIECE = 1 << 22, DATE = 1 << 5 | 1, UTF8 = 0x800 };

/* ---- records --------------------------------------------------------------------------------- */

/* A record is put together field by field. */
typedef struct record {
    unsigned char bytes[128];
    size_t n;
} record;

static void put(record *rec, int width, uint64_t v)
{
    ml_store_little(rec->bytes + rec->n, width, v);
    rec->n += (size_t)width;
}

/* V, or all ones where it is in the zip64 field. */
static void put_small(record *rec, uint64_t v, bool in_zip64)
{
    put(rec, 4, in_zip64 ? 0xffffffff : v);
}

static unsigned name_flags(const char *name)
{
    for (; *name; name++)
        if (*name & 0x80) return UTF8;
    return 0;
}

/* What the local header and the directory entry share: from the version to the sizes. */
static void put_common(record *rec, const ml_zip_member *m, bool big)
{
    put(rec, 2, big ? 45 : 20);
    put(rec, 2, name_flags(m->name));
    put(rec, 2, m->deflated ? 8 : 0);
    put(rec, 2, 0);
    put(rec, 2, DATE);
    put(rec, 4, m->crc);
}

static ml_status write_local(ml_writer *w, const ml_zip_member *m, bool big)
{
    record rec = { .n = 0 }, extra = { .n = 0 };
    put(&rec, 4, 0x04034b50);
    put_common(&rec, m, big);
    put_small(&rec, m->raw, big);
    put_small(&rec, m->size, big);
    put(&rec, 2, strlen(m->name));
    put(&rec, 2, big ? 20 : 0);
    if (big) put(&extra, 2, 1), put(&extra, 2, 16), put(&extra, 8, m->size), put(&extra, 8, m->raw);
    ML_TRY(ml_write_at(w, m->offset, rec.bytes, rec.n));
    ML_TRY(ml_write_at(w, m->offset + rec.n, m->name, strlen(m->name)));
    return ml_write_at(w, m->offset + rec.n + strlen(m->name), extra.bytes, extra.n);
}

static ml_status write_entry(ml_writer *w, const ml_zip_member *m, uint64_t from)
{
    record rec = { .n = 0 }, extra = { .n = 0 };
    bool big = m->raw >= from || m->size >= from, far = m->offset >= from;
    put(&rec, 4, 0x02014b50);
    put(&rec, 2, 3 << 8 | 45); /* made under Unix, so that the mode below is one */
    put_common(&rec, m, big || far);
    put_small(&rec, m->raw, big);
    put_small(&rec, m->size, big);
    put(&rec, 2, strlen(m->name));
    put(&rec, 2, big || far ? 4 + 16 * big + 8 * far : 0);
    put(&rec, 2, 0), put(&rec, 2, 0), put(&rec, 2, 0);
    put(&rec, 4, 0100644u << 16);
    put_small(&rec, m->offset, far);
    if (big || far) put(&extra, 2, 1), put(&extra, 2, 16 * big + 8 * far);
    if (big) put(&extra, 8, m->size), put(&extra, 8, m->raw);
    if (far) put(&extra, 8, m->offset);
    ML_TRY(ml_write(w, rec.bytes, rec.n));
    ML_TRY(ml_write(w, m->name, strlen(m->name)));
    return ml_write(w, extra.bytes, extra.n);
}

/* ---- content --------------------------------------------------------------------------------- */

static ml_status deflate_piece(ml_writer *w, z_stream *z, const ml_zip_piece *piece, bool last,
                               unsigned char *buffer)
{
    size_t done = 0;
    do {
        size_t n = piece->n - done < PIECE ? piece->n - done : PIECE;
        z->next_in = n ? (unsigned char *)(uintptr_t)piece->bytes + done : NULL;
        z->avail_in = (uInt)n;
        done += n;
        int flush = last && done == piece->n ? Z_FINISH : Z_NO_FLUSH;
        do {
            z->next_out = buffer, z->avail_out = BUFFER;
            if (deflate(z, flush) == Z_STREAM_ERROR)
                return ml_fail(ML_VALUE, "%s: zlib cannot compress", w->name);
            ML_TRY(ml_write(w, buffer, BUFFER - z->avail_out));
        } while (z->avail_out == 0);
    } while (done < piece->n);
    return ML_OK;
}

static ml_status write_deflated(ml_writer *w, int count, const ml_zip_piece *piece)
{
    z_stream z = { .zalloc = ml_zalloc, .zfree = ml_zfree };
    unsigned char *buffer = ml_alloc(BUFFER);
    bool open = buffer && deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    ml_status status = open ? ML_OK : ml_fail(ML_MEMORY, "%s: out of memory", w->name);
    for (int i = 0; i < count && status == ML_OK; i++)
        status = deflate_piece(w, &z, &piece[i], i == count - 1, buffer);
    if (open) deflateEnd(&z);
    if (buffer) ml_free(buffer, BUFFER);
    return status;
}

static ml_status write_stored(ml_writer *w, int count, const ml_zip_piece *piece)
{
    for (int i = 0; i < count; i++) ML_TRY(ml_write(w, piece[i].bytes, piece[i].n));
    return ML_OK;
}

static ml_status add_checksum(uint32_t *crc, const ml_zip_piece *piece)
{
    for (size_t at = 0, n; at < piece->n; at += n) {
        if (ml_interrupted()) return ml_fail(ML_INTERRUPT, "interrupted");
        n = piece->n - at < PIECE ? piece->n - at : PIECE;
        *crc = (uint32_t)crc32_z(*crc, (const unsigned char *)piece->bytes + at, n);
    }
    return ML_OK;
}

ml_status ml_zip_write(ml_writer *w, ml_zip_member *m, int count, const ml_zip_piece *piece,
                       uint64_t zip64_from)
{
    if (strlen(m->name) > 0xffff)
        return ml_fail(ML_VALUE, "%s: a name of %zu bytes; an archive's names have at most 65535",
                       w->name, strlen(m->name));
    m->offset = w->at, m->size = 0, m->crc = (uint32_t)crc32(0, NULL, 0);
    for (int i = 0; i < count; i++) {
        m->size += piece[i].n;
        ML_TRY(add_checksum(&m->crc, &piece[i]));
    }
    /* Data that does not compress grows by 5 bytes in 16 KB. */
    m->raw = m->size;
    bool big = m->size + m->size / 1024 + 64 >= zip64_from;
    uint64_t start = m->offset + 30 + strlen(m->name) + (big ? 20 : 0);
    w->at = start;
    ML_TRY(m->deflated ? write_deflated(w, count, piece) : write_stored(w, count, piece));
    m->raw = w->at - start;
    return write_local(w, m, big);
}

/* ---- the end --------------------------------------------------------------------------------- */

ml_status ml_zip_finish(ml_writer *w, int64_t n, const ml_zip_member *m, uint64_t zip64_from)
{
    uint64_t start = w->at;
    for (int64_t i = 0; i < n; i++) ML_TRY(write_entry(w, &m[i], zip64_from));
    uint64_t end = w->at, bytes = end - start;
    bool big = n >= 0xffff || bytes >= zip64_from || start >= zip64_from;
    record rec = { .n = 0 };
    if (big) {
        put(&rec, 4, 0x06064b50), put(&rec, 8, 44), put(&rec, 2, 3 << 8 | 45), put(&rec, 2, 45);
        put(&rec, 4, 0), put(&rec, 4, 0), put(&rec, 8, (uint64_t)n), put(&rec, 8, (uint64_t)n);
        put(&rec, 8, bytes), put(&rec, 8, start);
        put(&rec, 4, 0x07064b50), put(&rec, 4, 0), put(&rec, 8, end), put(&rec, 4, 1);
    }
    put(&rec, 4, 0x06054b50), put(&rec, 2, 0), put(&rec, 2, 0);
    put(&rec, 2, big ? 0xffff : (uint64_t)n), put(&rec, 2, big ? 0xffff : (uint64_t)n);
    put_small(&rec, bytes, big), put_small(&rec, start, big);
    put(&rec, 2, 0);
    return ml_write(w, rec.bytes, rec.n);
}
