/* create.h -- the options that every creating row has behind its own arguments: dtype, device,
** requires_grad. */
#ifndef ML_CREATE_H
#define ML_CREATE_H

#include "core/ops/hand.h"

/* OTHERWISE, as far as the options say nothing else. */
ml_spec ml_create_spec(const ml_arg options[], ml_spec otherwise);
/* Ends a run: t in the wanted dtype and device, requires_grad set. */
ml_status ml_create_done(ml_tensor *t, ml_spec spec, const ml_arg options[],
                         ml_tensor *out[]) ML_CHECKED;

#endif
