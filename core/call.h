/* call.h -- pieces of calling shared by core's own files. */
#ifndef ML_CALL_H
#define ML_CALL_H

#include "core/op.h"

ml_status ml_check_type(const ml_op_info *op, ml_dtype dtype) ML_CHECKED;
/* dst's memory takes src's elements (cast, broadcast, any devices); no history, no version. */
ml_status ml_assign(ml_tensor *dst, ml_tensor *src) ML_CHECKED;

/* What a row that returns a changed copy of x starts from: a contiguous clone -- or, when the row
** is called in place and nothing is recorded, an alias of x's own memory.  To be called after every
** argument was checked; arguments that may share that memory go through ml_apart first. */
ml_tensor *ml_changed_copy(ml_tensor *x);
/* t, or a clone of it if it shares y's memory. */
ml_tensor *ml_apart(ml_tensor *t, const ml_tensor *y);

#endif
