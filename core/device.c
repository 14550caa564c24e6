/* device.c -- the registry of devices: the CPU is 0, others are plugins found by name and opened on first use.
**
** moonlab-NAME.so is looked for in MOONLAB_PLUGINS, beside the executable, and in ../lib/moonlab. */
#include "core/device_list.h"
#include "core/memory.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct device {
    const ml_device_api *api;
    int index; /* among the plugin's */
    char name[24];
} device;

static device devices[ML_MAX_DEVICES] = { { .name = "cpu" } };
static int count = 1;

static const ml_device_host host = { ML_DEVICE_ABI, ml_fail, ml_ops, ml_cpu_launch };

int ml_device_count(void)
{
    return count;
}

const char *ml_device_name(int d)
{
    return devices[d].name;
}

const char *ml_device_describe(int d)
{
    return d == 0 ? "the processor" : devices[d].api->describe(devices[d].index);
}

const ml_device_api *ml_device_table(int d, int *index)
{
    *index = devices[d].index;
    return devices[d].api;
}

void *ml_device_alloc(int d, size_t bytes)
{
    return devices[d].api->alloc(devices[d].index, bytes ? bytes : 1);
}

void ml_device_free(int d, void *p, size_t bytes)
{
    devices[d].api->free(devices[d].index, p, bytes ? bytes : 1);
}

ml_status ml_device_copy(int d, ml_copy_kind kind, void *to, const void *from, size_t bytes)
{
    return bytes ? devices[d].api->copy(devices[d].index, kind, to, from, bytes) : ML_OK;
}

/* ---- plugins ------------------------------------------------------------------------------------- */

static void executable_folder(char *path, size_t n)
{
    ssize_t len = readlink("/proc/self/exe", path, n - 1);
    path[len > 0 ? len : 0] = 0;
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
}

/* dlopen's handle of moonlab-NAME.so, NULL if it is nowhere; WHY gets the loader's words. */
static void *open_plugin(const char *name, char *why, size_t n)
{
    char folder[1024], path[1200];
    executable_folder(folder, sizeof folder);
    const char *extra = getenv("MOONLAB_PLUGINS");
    snprintf(why, n, "no moonlab-%s.so in %.200s%s%.200s", name, extra ? extra : "",
             extra ? ", " : "", folder);
    for (int i = extra ? 0 : 1; i < 3; i++) {
        if (i == 0)
            snprintf(path, sizeof path, "%s/moonlab-%s.so", extra, name);
        else
            snprintf(path, sizeof path, "%s%s/moonlab-%s.so", folder,
                     i == 1 ? "" : "/../lib/moonlab", name);
        if (access(path, R_OK)) continue;
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (handle) return handle;
        snprintf(why, n, "%s", dlerror());
        return NULL;
    }
    return NULL;
}

static const ml_device_api *load(const char *name)
{
    char why[512];
    void *handle = open_plugin(name, why, sizeof why);
    if (!handle)
        return ml_fail(ML_DEVICE, "device %s: not available here (%s); use \"cpu\"", name, why),
               NULL;
    union {
        void *object;
        ml_device_entry *function;
    } entry = { dlsym(handle, ML_DEVICE_ENTRY) };
    const ml_device_api *api = entry.object ? entry.function(&host) : NULL;
    if (!api || api->abi != ML_DEVICE_ABI) {
        ml_fail(ML_DEVICE,
                "device %s: the plugin was built for another version of moonlab; build it again",
                name);
        dlclose(handle);
        return NULL;
    }
    return api;
}

static int add(const ml_device_api *api, const char *name, int index)
{
    int n = api->count();
    if (index >= n || count == ML_MAX_DEVICES) {
        ml_fail(ML_DEVICE, "device %s: there %s %d, numbered from 0", name, n == 1 ? "is" : "are",
                n);
        return -1;
    }
    if (api->open(index) != ML_OK) return -1;
    device *d = &devices[count];
    *d = (device){ .api = api, .index = index };
    snprintf(d->name, sizeof d->name, "%s", name);
    return count++;
}

/* "cuda:1" is plugin cuda, index 1; "cuda" is "cuda:0". */
int ml_device_find(const char *name)
{
    char plugin[24] = "";
    int index = 0;
    const char *colon = strchr(name, ':');
    size_t n = colon ? (size_t)(colon - name) : strlen(name);
    if (n == 0 || n >= sizeof plugin || strspn(name, "abcdefghijklmnopqrstuvwxyz") < n ||
        (colon && (strspn(colon + 1, "0123456789") != strlen(colon + 1) || !colon[1] ||
                   strlen(colon) > 4))) {
        ml_fail(ML_DEVICE,
                "device \"%.40s\": not a device's name; \"cpu\", \"cuda\" or \"cuda:1\" are", name);
        return -1;
    }
    snprintf(plugin, sizeof plugin, "%.*s", (int)n, name);
    if (colon) index = atoi(colon + 1);
    if (!strcmp(plugin, "cpu") && index == 0) return 0;
    const ml_device_api *api = NULL;
    for (int d = 1; d < count; d++) {
        if (strcmp(devices[d].api->name, plugin)) continue;
        if (devices[d].index == index) return d;
        api = devices[d].api;
    }
    if (!api) api = load(plugin);
    return api ? add(api, name, index) : -1;
}
