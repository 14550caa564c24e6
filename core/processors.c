/* How many processors this process may use: affinity (sched_getaffinity) and cgroup quotas (the
** kernel's Documentation/admin-guide/cgroup-v2.rst, "cpu.max"; "cpu.cfs_quota_us" in cgroup-v1). */
#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT_S */
#include "core/processors.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4352, GROUP_SIZE = 4096 };

/* The first line of FOLDER/NAME into TEXT; false if there is none. */
static bool read_line(const char *folder, const char *name, char *text, int size)
{
    char path[PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    bool read = fgets(text, size, file) != NULL;
    fclose(file);
    return read;
}

/* quota / period rounded up; 0 if they are no limit ("max", -1, nonsense). */
static int quota_processors(const char *quota, const char *period)
{
    double q = strtod(quota, NULL), p = strtod(period, NULL);
    if (!(q > 0 && p > 0 && q / p < 1e6)) return 0;
    int whole = (int)(q / p);
    return whole + (whole * p < q);
}

static int group_processors(const char *folder)
{
    char quota[64], period[64], *space;
    if (read_line(folder, "cpu.max", quota, sizeof quota) && (space = strchr(quota, ' ')))
        return quota_processors(quota, space);
    if (read_line(folder, "cpu.cfs_quota_us", quota, sizeof quota) &&
        read_line(folder, "cpu.cfs_period_us", period, sizeof period))
        return quota_processors(quota, period);
    return 0;
}

/* The least quota of GROUP ("/a/b") and what encloses it, under the folder ROOT; 0 if there is
** none. Inside a container GROUP may be the host's name for it: what does not exist limits nothing,
** and the root is looked at in any case. */
static int hierarchy_processors(const char *root, const char *group)
{
    char folder[PATH_SIZE];
    int least = 0, written = snprintf(folder, sizeof folder, "%s%s", root, group);
    if (written < 0 || written >= (int)sizeof folder) return 0;
    for (size_t top = strlen(root);;) {
        int n = group_processors(folder);
        if (n > 0 && (least == 0 || n < least)) least = n;
        char *slash = strrchr(folder, '/');
        if (!slash || (size_t)(slash - folder) < top) return least;
        *slash = '\0';
    }
}

/* Does the comma-separated LIST name the cpu controller? */
static bool has_cpu(const char *list)
{
    for (const char *s = list;; s++) {
        size_t n = strcspn(s, ",");
        if (n == 3 && memcmp(s, "cpu", 3) == 0) return true;
        s += n;
        if (*s == '\0') return false;
    }
}

int ml_cgroup_processors(const char *membership, const char *mount)
{
    FILE *file = fopen(membership, "r");
    if (!file) return 0;
    char line[GROUP_SIZE], root[PATH_SIZE];
    int least = 0;
    while (fgets(line, sizeof line, file)) { /* number:controllers:group */
        line[strcspn(line, "\n")] = '\0';
        char *list = strchr(line, ':'), *group = list ? strchr(list + 1, ':') : NULL;
        if (!group) continue;
        *group++ = '\0';
        if (*++list != '\0' && !has_cpu(list)) continue;
        /* v2 has no controllers here and its folders at the mount; v1 a folder named after them */
        snprintf(root, sizeof root, "%s%s%.100s", mount, *list ? "/" : "", list);
        int n = hierarchy_processors(root, group);
        if (n > 0 && (least == 0 || n < least)) least = n;
    }
    fclose(file);
    return least;
}

int ml_processors(void)
{
    cpu_set_t set[16]; /* 16384 processors: more than the kernel has */
    int n = 1;
    if (sched_getaffinity(0, sizeof set, set) == 0) n = CPU_COUNT_S(sizeof set, set);
    int quota = ml_cgroup_processors("/proc/self/cgroup", "/sys/fs/cgroup");
    if (quota > 0 && quota < n) n = quota;
    return n < 1 ? 1 : n;
}
