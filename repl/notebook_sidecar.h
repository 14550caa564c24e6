/* notebook_sidecar.h -- the outputs of a notebook, in a file of their own beside it, so that the notebook stays a script:
**
**     xor.lua      .moonlab/xor.lua.out.jsonl
**
**     {"moonlab": "sidecar", "format": 1, "source": "9c0f…", "seed": "42", "environment": {…}}
**     {"source": "51d2…", "outputs": [{"kind": "value", "text": "3\n", "data": "3"}]}
**
** A line per code cell, in order; a cell finds its outputs by the hash of its source.  No times: the same run writes the
** same bytes. */
#ifndef REPL_NOTEBOOK_SIDECAR_H
#define REPL_NOTEBOOK_SIDECAR_H

#include <jansson.h>

#include "repl/notebook.h"

/* ".moonlab/NAME" + ENDING in the folder of FILE; the caller's.  Endings: ".out.jsonl", ".journal.jsonl". */
char *sidecar_path(const char *file, const char *ending);

typedef struct sidecar_header {
    uint64_t source, seed;
    json_t *environment; /* of strings; owned: json_decref; NULL if there is none */
} sidecar_header;

typedef enum sidecar_result { SIDECAR_READ, SIDECAR_NONE, SIDECAR_BROKEN } sidecar_result;
/* Gives the cells of NB the outputs of the sidecar of FILE.  BROKEN comes with a message; what was read before the place it
** names stays. */
sidecar_result sidecar_read(const char *file, notebook *nb, sidecar_header *header, char *error,
                            size_t room);
/* The same from bytes; NAME is for messages. */
sidecar_result sidecar_parse(const char *name, const char *bytes, size_t size, notebook *nb,
                             sidecar_header *header, char *error, size_t room);
/* Writes the outputs of all code cells that have some; the header's source is filled in. */
bool sidecar_write(const char *file, const notebook *nb, const sidecar_header *header, char *error,
                   size_t room);
uint64_t sidecar_source(const notebook *nb); /* the hash of all code */

#endif
