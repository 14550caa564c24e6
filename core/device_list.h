/* device_list.h -- the opened devices, for core's own files. */
#ifndef ML_DEVICE_LIST_H
#define ML_DEVICE_LIST_H

#include "core/device.h"

void *ml_device_alloc(int device, size_t bytes);
void ml_device_free(int device, void *p, size_t bytes);
ml_status ml_device_copy(int device, ml_copy_kind kind, void *to, const void *from,
                         size_t bytes) ML_CHECKED;
const ml_device_api *ml_device_table(int device, int *index); /* NULL for the CPU */
ml_status ml_cpu_launch(const ml_launch *job);

#endif
