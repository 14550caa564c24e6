/* ipynb.h -- notebooks of Jupyter: nbformat 3 and 4 are read, 4.5 is written (nbformat.readthedocs.io).
**
** A cell's tags and other metadata are the options of its marker, the notebook's metadata is a line "-- jupyter: {…}" of the
** header, so nothing that is not known is lost.  Times, counts of runs and ids are dropped; ids that are written are made
** from the cells. */
#ifndef REPL_IPYNB_H
#define REPL_IPYNB_H

#include "repl/buffer.h"
#include "repl/notebook.h"

/* NULL with a message that names the place.  NAME is for messages. */
notebook *ipynb_parse(const char *name, const char *bytes, size_t size, char *error, size_t room);
/* The outputs included; out->failed says whether memory ran out. */
void ipynb_print(const notebook *nb, buffer *out);

#endif
