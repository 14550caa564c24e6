/* run_log.h -- what was run in the present kernel, in order, and what each run read and wrote; from that follows which cells are
** no longer up to date.
**
**     log      [ 0: cell a, writes x ][ 1: cell b, reads x ][ 2: cell a, writes x ]      b is stale: x was written at 2 > 1
**
** To rewind is to forget the end of the log; a new kernel begins with an empty one. */
#ifndef REPL_RUN_LOG_H
#define REPL_RUN_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct run_entry {
    uint64_t id, source; /* the cell, and the hash of what was run */
    json_t *reads, *writes;
    bool failed;
} run_entry;

typedef struct run_log {
    run_entry *list;
    int n, room;
    json_t *written; /* name → the last entry that wrote it */
    json_t *last;    /* id, in digits → its last entry */
    unsigned version;
} run_log;

/* Notes a run; READS and WRITES are arrays of names, or NULL.  False out of memory. */
bool run_log_add(run_log *log, uint64_t id, uint64_t source, const json_t *reads,
                 const json_t *writes, bool failed);
/* Forgets the last run of cell ID and all that came after it. */
void run_log_rewind(run_log *log, uint64_t id);
void run_log_clear(run_log *log);
int run_log_last(const run_log *log, uint64_t id); /* the last entry of a cell, -1: none */
/* Was cell ID, whose source hashes to SOURCE now, run as it is, and is what it read still the same? */
bool run_log_fresh(const run_log *log, uint64_t id, uint64_t source);

#endif
