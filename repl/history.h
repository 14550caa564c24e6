/* history.h -- the entries of earlier sessions, whole, in Readline's list and in a private file. */
#ifndef REPL_HISTORY_H
#define REPL_HISTORY_H

void history_open(void);
/* Adds an entry, at once also to the file, unless it is blank or the same as the last one. */
void history_add(const char *entry);
void history_close(void);

#endif
