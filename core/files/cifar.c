/* cifar.c -- CIFAR-10's binary version: records of one label byte and 3 x 32 x 32 pixel bytes. */
#include "core/files/file_reader.h"
#include "core/files/files.h"

enum { PIXELS = 3 * 32 * 32, RECORD = 1 + PIXELS, CLASSES = 10 };

/* The number of records, which must fill the file. */
static ml_status count_records(const ml_reader *r, int64_t *n)
{
    uint64_t bytes = ml_read_left(r);
    *n = (int64_t)(bytes / RECORD);
    if (bytes % RECORD == 0) return ML_OK;
    return ml_read_fail_at(r, (uint64_t)*n * RECORD,
                           "the file ends inside a record: %llu bytes are not a multiple of %d",
                           (unsigned long long)bytes, RECORD);
}

static ml_status read_records(ml_reader *r, int64_t n, unsigned char *pixels, int64_t *labels)
{
    for (int64_t i = 0; i < n; i++, pixels += PIXELS) {
        unsigned char label;
        ML_TRY(ml_read(r, &label, 1, "a label"));
        if (label >= CLASSES)
            return ml_read_fail_at(r, r->given - 1, "label %d; CIFAR-10's are 0 to 9", label);
        labels[i] = label;
        ML_TRY(ml_read(r, pixels, PIXELS, "an image"));
    }
    return ML_OK;
}

static ml_status read_cifar(ml_reader *r, ml_tensor **images, ml_tensor **labels)
{
    int64_t n;
    ML_TRY(count_records(r, &n));
    *images = ml_empty((ml_spec){ .dtype = ML_U8 }, 4, (int64_t[]){ n, 3, 32, 32 });
    *labels = ml_empty((ml_spec){ .dtype = ML_I64 }, 1, &n);
    if (!*images || !*labels) return ml_error_status();
    return read_records(r, n, ml_data(*images), ml_data(*labels));
}

static ml_status read_and_close(ml_reader *r, ml_tensor **images, ml_tensor **labels)
{
    *images = *labels = NULL;
    ml_status status = read_cifar(r, images, labels);
    if (status != ML_OK) *images = *labels = NULL;
    ml_reader_close(r);
    return status;
}

ml_status ml_cifar10_load(const char *path, ml_tensor **images, ml_tensor **labels)
{
    ml_reader r;
    *images = *labels = NULL;
    ML_TRY(ml_reader_open(&r, path));
    return read_and_close(&r, images, labels);
}

ml_status ml_cifar10_parse(const char *name, const void *bytes, size_t n, ml_tensor **images,
                           ml_tensor **labels)
{
    ml_reader r;
    ml_reader_memory(&r, name, bytes, n);
    return read_and_close(&r, images, labels);
}
