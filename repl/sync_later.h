/* sync_later.h -- files synced to the disk by a thread of its own, so that a slow disk keeps nobody waiting at the keyboard.
** What has been written outlives this process at once, and a power failure once it is synced. */
#ifndef REPL_SYNC_LATER_H
#define REPL_SYNC_LATER_H

/* From here to sync_finish, sync_later returns at once; without a thread it syncs then and there. */
void sync_start(void);
/* Syncs the file FD, or the folder, and closes it; FD < 0 is nothing. */
void sync_later(int fd);
/* Waits until everything is synced. */
void sync_finish(void);

#endif
