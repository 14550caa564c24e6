/* How many processors this process may use. */
#ifndef ML_PROCESSORS_H
#define ML_PROCESSORS_H

/* At least 1: the processors of the affinity mask, fewer if a cgroup's CPU quota is less (rounded
** up). */
int ml_processors(void);

/* The CPU quota of cgroups, v2 and v1, rounded up to whole processors; 0 if there is none.
** MEMBERSHIP is a file like /proc/self/cgroup, MOUNT a folder like /sys/fs/cgroup.  Quotas of
** enclosing groups count as well: the least is returned. */
int ml_cgroup_processors(const char *membership, const char *mount);

#endif
