/* file_tensor.h -- the elements of tensors as files store them. */
#ifndef ML_FILE_TENSOR_H
#define ML_FILE_TENSOR_H

#include "core/files/file_reader.h"

/* How a file stores one number, and what it becomes. */
typedef struct ml_element {
    ml_dtype dtype;
    uint8_t width;  /* bytes in the file, at most those of dtype */
    bool is_signed; /* of an integer */
    bool big_endian;
} ml_element;

/* Number of elements of SHAPE, which a file states; fails if a size is negative or the bytes
** overflow. */
ml_status ml_file_count(const ml_reader *r, ml_element element, int ndim, const int64_t *shape,
                        int64_t *count) ML_CHECKED;
/* The next elements of R as a tensor of SHAPE.  The size is checked against the file first. */
ml_tensor *ml_read_tensor(ml_reader *r, ml_element element, int ndim, const int64_t *shape);

/* Every format is written little-endian, straight from memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "moonlab needs a little-endian machine");

uint64_t ml_load_little(const unsigned char *p, int width);
uint64_t ml_load_big(const unsigned char *p, int width);
void ml_store_little(unsigned char *p, int width, uint64_t v);

/* Contiguous, on the CPU: what a writer writes.  NULL on failure. */
ml_tensor *ml_for_file(ml_tensor *t);

#endif
