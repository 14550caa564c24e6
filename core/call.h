/* call.h -- pieces of calling shared by core's own files. */
#ifndef ML_CALL_H
#define ML_CALL_H

#include "core/op.h"

ml_status ml_check_type(const ml_op_info *op, ml_dtype dtype) ML_CHECKED;
/* dst's memory takes src's elements (cast, broadcast, any devices); no history, no version. */
ml_status ml_assign(ml_tensor *dst, ml_tensor *src) ML_CHECKED;

#endif
