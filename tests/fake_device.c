/* fake_device.c -- a device plugin for the tests whose memory cannot be touched outside its kernels: each allocation
** is made of pages of its own, which are closed except while a copy or a kernel runs.  A host access that should not be
** there ends the test with a segmentation fault. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "core/device.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 65536 };

static struct {
    char *at;
    size_t bytes;
} blocks[MOST];
static int count;
static const ml_device_host *host;

static size_t pages(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

static void set_all(int protection)
{
    for (int i = 0; i < count; i++) mprotect(blocks[i].at, blocks[i].bytes, protection);
}

static int devices(void)
{
    return 2;
}

static const char *describe(int index)
{
    return index == 0 ? "fake device for tests" : "second fake device for tests";
}

static ml_status open_device(int index)
{
    (void)index;
    return ML_OK;
}

static void close_device(int index)
{
    (void)index;
}

static void *allocate(int index, size_t bytes)
{
    (void)index;
    if (count == MOST) return NULL;
    void *p = mmap(NULL, pages(bytes), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    blocks[count].at = p, blocks[count++].bytes = pages(bytes);
    return p;
}

static void release(int index, void *p, size_t bytes)
{
    (void)index;
    for (int i = 0; i < count; i++)
        if (blocks[i].at == p) {
            blocks[i] = blocks[--count];
            break;
        }
    munmap(p, pages(bytes));
}

static ml_status copy(int index, ml_copy_kind kind, void *to, const void *from, size_t bytes)
{
    (void)index, (void)kind;
    set_all(PROT_READ | PROT_WRITE);
    memmove(to, from, bytes);
    set_all(PROT_NONE);
    return ML_OK;
}

static ml_status sync_device(int index)
{
    (void)index;
    return ML_OK;
}

/* One operator is left out, so that the error for a missing kernel can be tested. */
static bool has(int op, int pass, ml_dtype type)
{
    (void)pass, (void)type;
    return op != ML_OP_digamma;
}

static ml_status launch(int index, const ml_launch *job)
{
    (void)index;
    set_all(PROT_READ | PROT_WRITE);
    ml_status status = host->cpu_launch(job);
    set_all(PROT_NONE);
    return status;
}

static const ml_device_api api = {
    .abi = ML_DEVICE_ABI,
    .name = "fake",
    .count = devices,
    .describe = describe,
    .open = open_device,
    .close = close_device,
    .alloc = allocate,
    .free = release,
    .copy = copy,
    .sync = sync_device,
    .has = has,
    .launch = launch,
};

__attribute__((visibility("default"))) const ml_device_api *
ml_device_plugin(const ml_device_host *h);

const ml_device_api *ml_device_plugin(const ml_device_host *h)
{
    host = h;
    return h->abi == ML_DEVICE_ABI ? &api : NULL;
}
