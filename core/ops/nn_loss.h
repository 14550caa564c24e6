/* nn_loss.h -- what the losses share. */
#ifndef ML_NN_LOSS_H
#define ML_NN_LOSS_H

#include <string.h>

#include "core/moonlab.h"

typedef enum ml_reduction { ML_MEAN, ML_SUM, ML_NONE, ML_BATCHMEAN } ml_reduction;

/* Fails, naming the known ones, for a NAME that loss OP does not have. */
ml_status ml_parse_reduction(const char *op, const char *name, ml_reduction *out) ML_CHECKED;

#endif
