/* index_positions.h -- what the files of the index family share. */
#ifndef ML_INDEX_POSITIONS_H
#define ML_INDEX_POSITIONS_H

#include "core/ops/hand.h"

/* The flat, row-major positions where a bool tensor is true: (n), int64, ascending. */
ml_tensor *ml_mask_positions(ml_tensor *mask);

#endif
