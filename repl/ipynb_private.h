/* ipynb_private.h -- what the files ipynb*.c share. */
#ifndef REPL_IPYNB_PRIVATE_H
#define REPL_IPYNB_PRIVATE_H

#include <jansson.h>

#include "repl/ipynb.h"

typedef struct ipynb_reader {
    const char *name;
    char *error;
    size_t room;
    int version;
} ipynb_reader;

/* A message about the value at PLACE ("cells[3].source"); returns false. */
bool ipynb_fail(ipynb_reader *r, const char *place, const char *problem);
/* Appends a string or a list of strings; false if VALUE is neither. */
bool ipynb_get_text(const json_t *value, buffer *out);
/* The records of a code cell's outputs, into *o; PLACE is the cell's. */
bool ipynb_read_outputs(ipynb_reader *r, const json_t *list, const char *place, outputs *o);
json_t *ipynb_outputs(const outputs *o);
/* A text as the list of its lines; NULL out of memory. */
json_t *ipynb_lines(const char *text, size_t size);

#endif
