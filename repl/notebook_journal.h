/* notebook_journal.h -- what has been done to a notebook since it was saved, and facts that come and go: lines of JSON, only
** ever appended, that recovery after a crash reads.
**
**     {"do": "base", "time": …, "file": "9c0f…", "cells": 3, "text": "-- %% …"}   as it was saved, before the first edit
**     {"do": "edit", "time": …, "at": 1, "remove": 1, "cells": [{…}]}             cells replaced by others
**     {"do": "run", "time": …, "source": "51d2…", "seconds": 1.2, "status": "ok"}
**     {"do": "save", "time": …, "file": "b210…"}                                  nothing before this is unsaved
**
** A last line that is torn is passed over.  A save begins the file anew once it is large, an edit once it is
** very large; runs are kept. */
#ifndef REPL_NOTEBOOK_JOURNAL_H
#define REPL_NOTEBOOK_JOURNAL_H

#include "repl/notebook.h"

typedef struct journal journal;

/* The journal at PATH (sidecar_path) of a notebook that is as its file of hash FILE is; nothing is written yet.  NULL out of
** memory. */
journal *journal_open(const char *path, const notebook *nb, uint64_t file);
void journal_close(journal *j);
/* Notes what has changed since the last call; cheap if nothing has.  The line outlives this process at once, and is synced later
** (sync_later.h).  False with a message. */
bool journal_edits(journal *j, const notebook *nb, char *error, size_t room);
/* Is this version of a cell among those of the last line, or of the file? */
bool journal_knows(const journal *j, const notebook_cell *cell);
/* Notes a run of the cell with this source hash. */
bool journal_run(journal *j, uint64_t source, double seconds, const char *status, char *error,
                 size_t room);
/* The notebook as it is has been written to the file, whose hash is now FILE. */
bool journal_saved(journal *j, const notebook *nb, uint64_t file, char *error, size_t room);
/* What is unsaved, of this notebook or of an earlier one that was not recovered, is to be thrown away. */
bool journal_discarded(journal *j, char *error, size_t room);

typedef struct recovery {
    notebook *notebook; /* with the unsaved edits, to be freed; NULL: there is nothing unsaved */
    int edits;          /* batches of them */
    int64_t time;       /* of the last: seconds since 1970 */
    bool file_changed; /* the file is not the one that was edited: it has been changed since, too */
} recovery;
/* What the journal at PATH knows beyond the file, whose bytes hash to FILE now (0: there is none).  False with a message if
** it cannot be read; that there is none is no failure. */
bool journal_recover(const char *path, uint64_t file, recovery *out, char *error, size_t room);
bool journal_recover_bytes(const char *bytes, size_t size, uint64_t file, recovery *out);
/* How long the cell with this source took last time, in seconds; < 0 if the journal does not know. */
double journal_duration(const journal *j, uint64_t source);

#endif
