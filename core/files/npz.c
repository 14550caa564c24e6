/* npz.c -- NumPy's archives: a zip file of .npy members. */
#include "core/files/npz.h"

#include <stdio.h>
#include <string.h>

#include "core/files/file_tensor.h"
#include "core/files/named.h"
#include "core/files/npy.h"
#include "core/files/zip.h"
#include "core/tensor.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* The name without ".npy", which it must have; in place, for the directory's copy is ours. */
static ml_status cut_ending(const ml_reader *r, const ml_zip *zip, const char *name)
{
    size_t n = strlen(name);
    if (n < 4 || strcmp(name + n - 4, ".npy") != 0)
        return ml_read_fail_at(r, zip->start, "member \"%s\" is not an .npy array",
                               ML_VISIBLE(name, n));
    zip->directory[(const unsigned char *)name - zip->directory + n - 4] = '\0';
    return ML_OK;
}

static ml_status read_member(const ml_reader *r, const ml_part *part, ml_named *out)
{
    ml_reader member;
    ml_scope scope;
    ML_TRY(ml_reader_part(&member, r, part));
    ml_scope_open(&scope);
    ml_tensor *t = ml_npy_read(&member);
    ml_reader_close(&member);
    ml_status status = t ? ml_named_add(out, part->name, t) : ml_error_status();
    ml_scope_close(&scope);
    return status;
}

static ml_status read_npz(ml_reader *r, ml_named *out)
{
    ml_zip zip;
    *out = (ml_named){ 0 };
    ml_status status = ml_zip_read(&zip, r);
    for (int64_t i = 0; status == ML_OK && i < zip.n; i++) {
        status = cut_ending(r, &zip, zip.part[i].name);
        if (status == ML_OK) status = read_member(r, &zip.part[i], out);
    }
    ml_zip_free(&zip);
    if (status != ML_OK) ml_named_free(out);
    return status;
}

ml_status ml_npz_load(const char *path, ml_named *out)
{
    ml_reader r;
    *out = (ml_named){ 0 };
    ML_TRY(ml_reader_open(&r, path));
    ml_status status = read_npz(&r, out);
    ml_reader_close(&r);
    return status;
}

ml_status ml_npz_parse(const char *name, const void *bytes, size_t n, ml_named *out)
{
    ml_reader r;
    ml_reader_memory(&r, name, bytes, n);
    return read_npz(&r, out);
}

/* ---- writing --------------------------------------------------------------------------------- */

static ml_status write_member(ml_writer *w, ml_zip_member *m, ml_tensor *t, uint64_t zip64_from)
{
    char header[ML_NPY_HEADER];
    ml_zip_piece piece[2];
    ml_scope scope;
    ml_scope_open(&scope);
    t = ml_for_file(t);
    ml_status status = t ? ML_OK : ml_error_status();
    if (t) {
        size_t size = ml_dtype_size(ml_dtype_of(t)), n = (size_t)ml_numel(t);
        piece[0] = (ml_zip_piece){ header, ml_npy_header(t, header) };
        piece[1] = (ml_zip_piece){ ml_data(t), n * size };
        status = ml_zip_write(w, m, 2, piece, zip64_from);
    }
    ml_scope_close(&scope);
    return status;
}

/* The members' names, NAME.npy one after another, in one block of *bytes. */
static char *member_names(int64_t n, const ml_named_item *const item[], size_t *bytes)
{
    *bytes = 1;
    for (int64_t i = 0; i < n; i++) *bytes += strlen(item[i]->name) + sizeof ".npy";
    char *names = ml_alloc(*bytes), *at = names;
    for (int64_t i = 0; names && i < n; i++) at += sprintf(at, "%s.npy", item[i]->name) + 1;
    return names;
}

static ml_status write_npz(ml_writer *w, int64_t n, const ml_named_item *const item[],
                           bool compress, uint64_t zip64_from)
{
    size_t name_bytes, bytes = (size_t)(n + 1) * sizeof(ml_zip_member);
    char *names = member_names(n, item, &name_bytes), *name = names;
    ml_zip_member *m = ml_alloc(bytes);
    bool good = names && m;
    ml_status status = good ? ML_OK : ml_fail(ML_MEMORY, "%s: out of memory", w->name);
    for (int64_t i = 0; good && status == ML_OK && i < n; i++, name += strlen(name) + 1) {
        m[i] = (ml_zip_member){ .name = name, .deflated = compress };
        status = write_member(w, &m[i], item[i]->tensor, zip64_from);
    }
    if (status == ML_OK) status = ml_zip_finish(w, n, m, zip64_from);
    if (names) ml_free(names, name_bytes);
    if (m) ml_free(m, bytes);
    return status;
}

ml_status ml_npz_save_from(const char *path, const ml_named *named, bool compress,
                           uint64_t zip64_from)
{
    ml_writer w;
    const ml_named_item **item;
    ML_TRY(ml_named_sort(named, path, &item));
    ml_status status = ml_writer_open(&w, path);
    if (status == ML_OK)
        status = ml_writer_close(&w, write_npz(&w, named->n, item, compress, zip64_from));
    ml_free(item, ml_sorted_bytes(named));
    return status;
}

ml_status ml_npz_save(const char *path, const ml_named *named, bool compress)
{
    return ml_npz_save_from(path, named, compress, ML_ZIP64_FROM);
}
