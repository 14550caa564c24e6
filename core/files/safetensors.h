/* safetensors.h -- what the reader and the writer of safetensors share.
**
**     length  {"__metadata__": {…}, "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}  data
**     8       JSON, padded with spaces to a multiple of 8
**
** Offsets count from the end of the header.  The tensors' bytes follow each other without holes
** and without overlap, from the first to the last byte of the data. */
#ifndef ML_SAFETENSORS_H
#define ML_SAFETENSORS_H

#include "core/files/file_tensor.h"

#define ML_METADATA "__metadata__"
enum {
    ML_SAFETENSORS_LONGEST = 1 << 25
}; /* of a header: far above what a model of 100 000 tensors has */

/* The dtypes' names; the first row with a dtype is the one that is written. */
typedef struct ml_safetensors_type {
    char name[6];
    ml_element element;
} ml_safetensors_type;
enum { ML_SAFETENSORS_TYPES = 13 };
extern const ml_safetensors_type ml_safetensors_types[ML_SAFETENSORS_TYPES];

#endif
