/* npz.h -- archives of arrays, for those that want more than files.h: the tests. */
#ifndef ML_NPZ_H
#define ML_NPZ_H

#include "core/files/files.h"

#define ML_ZIP64_FROM 0xffffffffu /* what four bytes cannot say */
/* Writes with zip64 records for everything from ZIP64_FROM bytes on. */
ml_status ml_npz_save_from(const char *path, const ml_named *named, bool compress,
                           uint64_t zip64_from) ML_CHECKED;

#endif
