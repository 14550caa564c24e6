/* device.h -- what a device must offer.  The CPU is device 0; others are plugins, shared objects
** moonlab-NAME.so that export one function, ml_device_plugin. */
#ifndef ML_DEVICE_H
#define ML_DEVICE_H

#include "core/op.h"

#define ML_DEVICE_ABI 1u

/* What the core gives a plugin. */
typedef struct ml_device_host {
    uint32_t abi;
    ml_status (*fail)(ml_status status, const char *format, ...) ML_PRINTF(2, 3);
    const ml_op_info *ops;
    ml_status (*cpu_launch)(const ml_launch *job); /* the reference kernels, for host memory */
} ml_device_host;

typedef enum ml_copy_kind { ML_TO_DEVICE, ML_FROM_DEVICE, ML_WITHIN_DEVICE } ml_copy_kind;

typedef struct ml_device_api {
    uint32_t abi;                       /* ML_DEVICE_ABI, checked first */
    const char *name;                   /* "cuda" */
    int (*count)(void);                 /* how many there are */
    const char *(*describe)(int index); /* "NVIDIA H100, 80 GB" */
    ml_status (*open)(int index);
    void (*close)(int index);
    void *(*alloc)(int index, size_t bytes); /* 64-byte aligned; NULL: no room */
    void (*free)(int index, void *p, size_t bytes);
    ml_status (*copy)(int index, ml_copy_kind kind, void *to, const void *from, size_t bytes);
    ml_status (*sync)(int index);
    bool (*has)(int op, int pass, ml_dtype type); /* is there a kernel? */
    ml_status (*launch)(int index, const ml_launch *job);
} ml_device_api;

typedef const ml_device_api *ml_device_entry(const ml_device_host *host);
#define ML_DEVICE_ENTRY "ml_device_plugin"

#endif
