/* zip_read.c -- the directory of a zip archive, checked before anything in it is believed. */
#include "core/files/zip.h"

#include <stdlib.h>
#include <string.h>

#include "core/files/file_tensor.h"
#include "core/tensor.h"

enum {
    END = 22, /* bytes of the end record without its comment */
    LOCATOR = 20,
    END64 = 56,
    ENTRY = 46, /* bytes of a directory entry before its name */
    LOCAL = 30,
    COMMENT = 65535,
};

static uint32_t u16(const unsigned char *p)
{
    return (uint32_t)ml_load_little(p, 2);
}

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)ml_load_little(p, 4);
}

static uint64_t u64(const unsigned char *p)
{
    return ml_load_little(p, 8);
}

static ml_status no_memory(const ml_reader *r)
{
    return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
}

/* Copies n bytes at OFFSET, which must lie before LIMIT. */
static ml_status fetch(const ml_reader *r, uint64_t offset, void *to, size_t n, uint64_t limit,
                       const char *what)
{
    if (offset > limit || n > limit - offset)
        return ml_read_fail_at(r, offset, "%s does not fit in the file", what);
    return ml_read_at(r, offset, to, n, what);
}

/* ---- the end record -------------------------------------------------------------------------- */

/* Finds the end record, which only a comment may follow. */
static ml_status find_end(const ml_reader *r, unsigned char end[END], uint64_t *place)
{
    size_t n = r->end < END + COMMENT ? (size_t)r->end : END + COMMENT;
    if (n < END) return ml_read_fail_at(r, 0, "not a zip archive: too short");
    unsigned char *tail = ml_alloc(n);
    if (!tail) return no_memory(r);
    ml_status status = ml_read_at(r, r->end - n, tail, n, "the archive's end");
    size_t at = n - END + 1;
    bool found = false;
    while (status == ML_OK && !found && at-- > 0)
        found = u32(tail + at) == 0x06054b50 && u16(tail + at + 20) == n - at - END;
    if (found) memcpy(end, tail + at, END), *place = r->end - n + at;
    ml_free(tail, n);
    if (status == ML_OK && !found)
        return ml_read_fail_at(r, r->end, "not a whole zip archive: it has no end record");
    return status;
}

typedef struct extent {
    uint64_t start, bytes, entries;
} extent;

/* The zip64 end record holds what does not fit in the end record at PLACE. */
static ml_status read_end64(const ml_reader *r, uint64_t place, extent *e)
{
    unsigned char locator[LOCATOR], end[END64];
    if (place < LOCATOR) return ml_read_fail_at(r, place, "the archive's zip64 locator is missing");
    ML_TRY(ml_read_at(r, place - LOCATOR, locator, LOCATOR, "the zip64 locator"));
    if (u32(locator) != 0x07064b50)
        return ml_read_fail_at(r, place - LOCATOR, "the archive's zip64 locator is missing");
    uint64_t at = u64(locator + 8);
    ML_TRY(fetch(r, at, end, END64, place - LOCATOR, "the zip64 end record"));
    if (u32(end) != 0x06064b50) return ml_read_fail_at(r, at, "no zip64 end record here");
    *e = (extent){ .entries = u64(end + 32), .bytes = u64(end + 40), .start = u64(end + 48) };
    return ML_OK;
}

static ml_status read_end(const ml_reader *r, extent *e)
{
    unsigned char end[END];
    uint64_t place = 0;
    ML_TRY(find_end(r, end, &place));
    *e = (extent){ .entries = u16(end + 10), .bytes = u32(end + 12), .start = u32(end + 16) };
    if (e->entries == 0xffff || e->bytes == 0xffffffff || e->start == 0xffffffff)
        ML_TRY(read_end64(r, place, e));
    else if (u16(end + 4) != 0 || u16(end + 6) != 0)
        return ml_read_fail_at(r, place, "the archive is spread over several files");
    if (e->start > place || e->bytes > place - e->start)
        return ml_read_fail_at(r, place, "the archive's directory does not fit in the file");
    if (e->entries > e->bytes / ENTRY)
        return ml_read_fail_at(r, place, "%llu members do not fit in a directory of %llu bytes",
                               (unsigned long long)e->entries, (unsigned long long)e->bytes);
    return ML_OK;
}

/* ---- entries --------------------------------------------------------------------------------- */

/* Sizes of 0xffffffff are in the zip64 extra field, in this order, only those that are needed. */
static bool read_extra64(const unsigned char *extra, size_t n, uint64_t *size, uint64_t *length,
                         uint64_t *local)
{
    uint64_t *const fields[] = { size, length, local };
    bool needed = *size == 0xffffffff || *length == 0xffffffff || *local == 0xffffffff;
    while (needed && n >= 4) {
        size_t field = u16(extra + 2);
        if (field > n - 4) return false;
        if (u16(extra) != 1) {
            extra += 4 + field, n -= 4 + field;
            continue;
        }
        extra += 4;
        for (int i = 0; i < 3; i++) {
            if (*fields[i] != 0xffffffff) continue;
            if (field < 8) return false;
            *fields[i] = u64(extra);
            extra += 8, field -= 8;
        }
        return true;
    }
    return !needed;
}

/* part->begin is where the local header says that the data begins; the data must end before
** LIMIT. */
static ml_status locate(const ml_reader *r, ml_part *part, uint64_t local, uint64_t limit)
{
    unsigned char head[LOCAL];
    ML_TRY(fetch(r, local, head, LOCAL, limit, "a member's header"));
    if (u32(head) != 0x04034b50)
        return ml_read_fail_at(r, local, "no member's header here, as the directory says");
    if (u16(head + 26) != strlen(part->name))
        return ml_read_fail_at(r, local + 26, "the member's name differs from the directory's");
    part->begin = local + LOCAL + u16(head + 26) + u16(head + 28);
    if (part->begin > limit || part->length > limit - part->begin)
        return ml_read_fail_at(r, local, "the member's %llu bytes do not fit in the file",
                               (unsigned long long)part->length);
    return ML_OK;
}

/* The entry at directory + *at; *at moves behind it. */
static ml_status read_entry(ml_zip *zip, const ml_reader *r, size_t *at, ml_part *part)
{
    uint64_t place = zip->start + *at;
    unsigned char *p = zip->directory + *at;
    size_t left = zip->bytes - *at;
    if (left < ENTRY || u32(p) != 0x02014b50)
        return ml_read_fail_at(r, place, "the archive's directory should have an entry here");
    size_t name = u16(p + 28), extra = u16(p + 30), comment = u16(p + 32);
    if (name + extra + comment > left - ENTRY)
        return ml_read_fail_at(r, place, "the directory's entry is longer than the directory");
    if (u16(p + 8) & 1) return ml_read_fail_at(r, place, "the member is encrypted");
    uint32_t method = u16(p + 10);
    if (method != 0 && method != 8)
        return ml_read_fail_at(r, place + 10,
                               "compression method %u; stored (0) and deflated (8) "
                               "are known",
                               method);
    uint64_t local = u32(p + 42);
    *part = (ml_part){ .crc = u32(p + 16), .length = u32(p + 20), .size = u32(p + 24) };
    part->coding = method == 8 ? ML_DEFLATED : ML_RAW;
    if (!read_extra64(p + ENTRY + name, extra, &part->size, &part->length, &local))
        return ml_read_fail_at(r, place, "the entry's zip64 sizes are missing");
    if (method == 0 && part->length != part->size)
        return ml_read_fail_at(r, place, "a stored member with two sizes, %llu and %llu",
                               (unsigned long long)part->length, (unsigned long long)part->size);
    /* One byte forward makes room for the string's end; the fields before are read already. */
    memmove(p + ENTRY - 1, p + ENTRY, name);
    p[ENTRY - 1 + name] = '\0';
    part->name = (char *)p + ENTRY - 1;
    if (strlen(part->name) != name)
        return ml_read_fail_at(r, place + ENTRY, "the member's name has a zero byte");
    *at += ENTRY + name + extra + comment;
    return locate(r, part, local, zip->start);
}

/* ---- the whole directory --------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const ml_part *)a)->name, ((const ml_part *)b)->name);
}

static int by_place(const void *a, const void *b)
{
    uint64_t x = ((const ml_part *)a)->begin, y = ((const ml_part *)b)->begin;
    return x < y ? -1 : x > y;
}

/* Members that share bytes would let a small file claim any size. */
static ml_status check_members(const ml_zip *zip, const ml_reader *r)
{
    size_t n = (size_t)zip->n;
    if (n == 0) return ML_OK;
    qsort(zip->part, n, sizeof *zip->part, by_name);
    for (size_t i = 1; i < n; i++)
        if (by_name(&zip->part[i - 1], &zip->part[i]) == 0)
            return ml_read_fail_at(r, zip->start, "member \"%s\" is there twice",
                                   ML_VISIBLE(zip->part[i].name, strlen(zip->part[i].name)));
    qsort(zip->part, n, sizeof *zip->part, by_place);
    for (size_t i = 1; i < n; i++)
        if (zip->part[i].begin - zip->part[i - 1].begin < zip->part[i - 1].length)
            return ml_read_fail_at(r, zip->part[i].begin, "two members overlap");
    return ML_OK;
}

static ml_status read_directory(ml_zip *zip, const ml_reader *r, const extent *e)
{
    zip->bytes = (size_t)e->bytes, zip->start = e->start, zip->room = (int64_t)e->entries;
    if (zip->room == 0) return ML_OK;
    zip->directory = ml_alloc(zip->bytes);
    zip->part = ml_alloc((size_t)zip->room * sizeof *zip->part);
    if (!zip->directory || !zip->part) return no_memory(r);
    ML_TRY(ml_read_at(r, e->start, zip->directory, zip->bytes, "the archive's directory"));
    size_t at = 0;
    for (; zip->n < zip->room; zip->n++) ML_TRY(read_entry(zip, r, &at, &zip->part[zip->n]));
    return check_members(zip, r);
}

ml_status ml_zip_read(ml_zip *zip, const ml_reader *r)
{
    extent e;
    *zip = (ml_zip){ 0 };
    ML_TRY(read_end(r, &e));
    return read_directory(zip, r, &e);
}

void ml_zip_free(ml_zip *zip)
{
    if (zip->directory) ml_free(zip->directory, zip->bytes);
    if (zip->part) ml_free(zip->part, (size_t)zip->room * sizeof *zip->part);
    *zip = (ml_zip){ 0 };
}
