/* notebook_json.h -- cells and outputs as JSON, for sidecars, journals and whoever sends them somewhere. */
#ifndef REPL_NOTEBOOK_JSON_H
#define REPL_NOTEBOOK_JSON_H

#include <jansson.h>

#include "repl/buffer.h"
#include "repl/notebook.h"

/* Bytes as JSON: a string if they are UTF-8, else {"bytes": …}, each as the character of its number.  NULL out of memory. */
json_t *json_bytes(const char *bytes, size_t size);
/* The bytes of such a value, NUL-terminated, the caller's; NULL: it is none, or out of memory. */
char *json_get_bytes(const json_t *value, size_t *size);
/* UTF-8 for sure: other bytes become U+FFFD.  NULL out of memory. */
json_t *json_text(const char *text, size_t size);
/* Adds {"key": bytes} unless they are empty; false out of memory. */
bool json_set_bytes(json_t *object, const char *key, const char *bytes, size_t size);

/* Appends VALUE, which it releases, as json_dumps(value, FLAGS) gives it; a NULL marks OUT as failed. */
void json_print(buffer *out, json_t *value, size_t flags);

/* One version of a cell with all that is known about its place in the file, without outputs. */
json_t *cell_to_json(const notebook_cell *cell);
notebook_cell *cell_from_json(const json_t *value); /* NULL: it is none, or out of memory */

/* A list of records in canonical form: streams joined, text plain and without addresses, of progress the last line. */
json_t *outputs_to_json(const outputs *o);
/* Appends the records of such a list; false if it is none, or out of memory. */
bool outputs_from_json(outputs *o, const json_t *list);
/* The canonical text of a record, the caller's. */
char *output_canonical(const output *r, size_t *size);

#endif
