/* notebook_lock.h -- tells programs that have the same notebook open of each other: a file beside it that is locked (fcntl) as
** long as the process lives.  The lock goes with the process, however that ends, so a file that is left over is no lock.
** A process must take the lock of one file only once: its own locks do not stand in its way, and go together. */
#ifndef REPL_NOTEBOOK_LOCK_H
#define REPL_NOTEBOOK_LOCK_H

typedef struct notebook_lock { /* zeroes: none */
    char *path;
    int fd;
} notebook_lock;

typedef enum lock_result {
    LOCK_TAKEN,
    LOCK_OTHER,     /* another process has it */
    LOCK_IMPOSSIBLE /* no such file can be made or locked there */
} lock_result;

/* Takes the lock of the file PATH, whose folder is made if need be.  *HOLDER is the process that has it; 0: unknown. */
lock_result lock_take(notebook_lock *l, const char *path, long *holder);
/* Removes the file, and its folder if nothing else is in it. */
void lock_release(notebook_lock *l);

#endif
