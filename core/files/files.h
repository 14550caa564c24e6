/* files.h -- tensors to and from files: .npy, .npz, .safetensors, IDX, CIFAR-10's binary layout,
** CSV.
**
** Every reader treats its input as hostile: sizes are checked against the file before memory is
** taken, and a failure (ML_IO, ML_FORMAT, ML_MEMORY) names the file, the place and what was
** expected.  Each reads a path, or, as *_parse, bytes in memory, with NAME standing for the path
** in messages.  Nothing in a file is ever executed.
**
** Everything written goes to a temporary file in the same folder, which is synced and then
** renamed: the old content stays until the new one is complete.  An existing file keeps its mode,
** a symbolic link stays a link.
**
** A tensor that is returned belongs to the current scope, on the CPU and contiguous.  A tensor to
** be saved may be a view and on any device. */
#ifndef ML_FILES_H
#define ML_FILES_H

#include "core/files/text_pool.h"
#include "core/moonlab.h"

/* ---- collections ----------------------------------------------------------------------------- */

/* Tensors by name, in the order of the file, and a file's texts (key, value).  Starts as all zeros.
** It holds a reference to each tensor and owns its copies of the names. */
typedef struct ml_named_item {
    char *name;
    ml_tensor *tensor;
} ml_named_item;
typedef struct ml_named_text {
    char *key, *value;
} ml_named_text;
typedef struct ml_named {
    int64_t n, room;
    ml_named_item *item;
    int64_t ntexts, text_room;
    ml_named_text *text;
} ml_named;

ml_status ml_named_add(ml_named *named, const char *name, ml_tensor *t) ML_CHECKED;
ml_status ml_named_add_text(ml_named *named, const char *key, const char *value) ML_CHECKED;
ml_tensor *ml_named_find(const ml_named *named, const char *name); /* borrowed; NULL if absent */
const char *ml_named_find_text(const ml_named *named, const char *key);
void ml_named_free(ml_named *named); /* leaves it empty */

/* ---- NumPy ----------------------------------------------------------------------------------- */
/* Format: numpy/lib/format.py, versions 1 to 3, C and Fortran order, either byte order.  int16,
** uint16, uint32 and uint64 are widened (a uint64 above 2^63 - 1 is an error).  NumPy has no
** bfloat16: it is stored as two raw bytes, '<V2', as ml_dtypes does, and '<V2' is read as
** bfloat16.  In NumPy: (a.view('u2').astype('u4') << 16).view('f4'). */

ml_tensor *ml_npy_load(const char *path);
ml_tensor *ml_npy_parse(const char *name, const void *bytes, size_t n);
ml_status ml_npy_save(const char *path, ml_tensor *t) ML_CHECKED;

/* A zip archive of NAME.npy members, stored or deflated, with zip64 sizes. */
ml_status ml_npz_load(const char *path, ml_named *out) ML_CHECKED; /* OUT stays empty on failure */
ml_status ml_npz_parse(const char *name, const void *bytes, size_t n, ml_named *out) ML_CHECKED;
ml_status ml_npz_save(const char *path, const ml_named *named, bool compress) ML_CHECKED;

/* ---- safetensors ----------------------------------------------------------------------------- */
/* Format: github.com/huggingface/safetensors.  Texts are its __metadata__.  Written canonically:
** equal content gives equal bytes (names in byte order, data of the widest dtypes first, then by
** name). */

ml_status ml_safetensors_load(const char *path, ml_named *out) ML_CHECKED;
ml_status ml_safetensors_parse(const char *name, const void *bytes, size_t n,
                               ml_named *out) ML_CHECKED;
ml_status ml_safetensors_save(const char *path, const ml_named *named) ML_CHECKED;

/* ---- data sets ------------------------------------------------------------------------------- */

/* IDX (yann.lecun.com/exdb/mnist), as it is or gzipped: uint8, int8, int16 (as int32), int32,
** float32, float64. */
ml_tensor *ml_idx_load(const char *path);
ml_tensor *ml_idx_parse(const char *name, const void *bytes, size_t n);

/* CIFAR-10's binary version: *images (N, 3, 32, 32) uint8, *labels (N) int64 from 0 to 9. */
ml_status ml_cifar10_load(const char *path, ml_tensor **images, ml_tensor **labels) ML_CHECKED;
ml_status ml_cifar10_parse(const char *name, const void *bytes, size_t n, ml_tensor **images,
                           ml_tensor **labels) ML_CHECKED;

/* ---- CSV ------------------------------------------------------------------------------------- */
/* RFC 4180; LF, CR or CRLF; a byte order mark; gzip; UTF-8.  Empty lines are passed over.  What a
** column holds decides its dtype, as pandas does:
**
**     True and False, in three spellings     bool
**     whole numbers of int64                 int64
**     numbers, or any of these with          float64 (options.dtype), missing values being nan
**     missing values
**     anything else                          text: codes from 1 of its categories, which are sorted;
**                                            int64, or float64 with nan for missing values
**
** Missing are empty fields, pandas's words (NA, N/A, NaN, null, None, ...) and those of `missing`.
** Spaces around a field that is not quoted are no part of it. */

typedef enum ml_csv_header {
    ML_CSV_AUTO, /* the first line is a header if none of its fields is a number */
    ML_CSV_HEADER,
    ML_CSV_NO_HEADER,
} ml_csv_header;
typedef struct ml_csv_column {
    const char *name; /* NULL: by position */
    int64_t position; /* from 0 */
} ml_csv_column;
typedef struct ml_csv_type { /* what a column shall be, instead of what it seems */
    ml_csv_column column;
    bool text;
    ml_dtype dtype; /* otherwise; a value that does not fit is an error */
} ml_csv_type;
typedef struct ml_csv_options {
    char delimiter; /* 0: comma */
    ml_csv_header header;
    ml_dtype dtype;               /* of numbers with fractions or missing values: a float dtype */
    const char *const *missing;   /* NULL-ended, or NULL */
    int64_t ncolumns;             /* 0: all */
    const ml_csv_column *columns; /* those to keep, in this order */
    int64_t ntypes;
    const ml_csv_type *types;
} ml_csv_options;

typedef struct ml_csv_values {
    char *name;        /* NULL: the file has no header */
    ml_tensor *values; /* (rows) */
    bool is_text;
    ml_text_pool categories; /* number k: of code k */
} ml_csv_values;
/* Starts as all zeros; holds its tensors. */
typedef struct ml_csv_table {
    int64_t rows, n;
    ml_csv_values *column;
} ml_csv_table;
ml_status ml_csv_load(const char *path, const ml_csv_options *options,
                      ml_csv_table *out) ML_CHECKED; /* OUT stays empty on failure */
ml_status ml_csv_parse(const char *name, const void *bytes, size_t n, const ml_csv_options *options,
                       ml_csv_table *out) ML_CHECKED;
void ml_csv_free(ml_csv_table *table); /* leaves it empty */

/* ---- any file -------------------------------------------------------------------------------- */

/* Writes a whole file as described above. */
ml_status ml_file_write(const char *path, const void *bytes, size_t n) ML_CHECKED;
/* RFC 3629: no overlong forms, no surrogates, up to U+10FFFF. */
bool ml_is_utf8(const char *text, size_t n);

#endif
