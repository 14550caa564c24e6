/* outputs.h -- what a cell has shown: records in the order of their coming, of bounded size.
**
**     outputs ── [stream][value][figure][error] …       total bytes <= limit (and a quarter more while it streams)
**                    │
**                    └── text   head … gap … tail        left_out bytes are missing at the gap
**
** What comes is kept as it is; outputs_plain makes it fit to be shown and stored.  When the limit is passed, the largest
** text loses its middle, or the largest record its data.  Shared by all versions of a cell and counted. */
#ifndef REPL_OUTPUTS_H
#define REPL_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum output_kind {
    OUTPUT_STREAM, /* text as it was printed */
    OUTPUT_VALUE,  /* text: the value as it is shown; data: its digits in full, if there are any */
    OUTPUT_FIGURE, /* text: drawn without colours; data: the figure, to be drawn at any width */
    OUTPUT_ERROR,  /* text: the message, then the traceback: places with cell and line */
    OUTPUT_PROGRESS, /* text: the line as it reads now */
    OUTPUT_IMAGE,    /* data: its file's bytes, of type mime; text stands for it */
    OUTPUT_MARKDOWN, /* text */
    OUTPUT_TABLE,    /* text: as it is shown */
} output_kind;
#define OUTPUT_KINDS (OUTPUT_TABLE + 1)

typedef struct output {
    output_kind kind;
    bool errors;              /* a stream: standard error */
    char *text, *data, *mime; /* never NULL; NUL-terminated */
    size_t size, room, data_size;
    size_t gap, left_out; /* left_out bytes are missing before text[gap] */
    int64_t key;          /* not 0: a later output with this key takes its place */
} output;

typedef struct outputs {
    int references;
    output *list;
    int n, room;
    size_t total, limit;
    size_t dropped;  /* records that were left out, after the first half */
    uint64_t source; /* hash of the source that was run */
    double seconds;  /* how long it took; < 0: unknown */
} outputs;

#define OUTPUTS_LIMIT ((size_t)1 << 20)
#define OUTPUTS_FILED                                                                              \
    (16 *                                                                                          \
     OUTPUTS_LIMIT) /* of what was made plain, which makes it longer, and was in the limit before */
#define OUTPUTS_MOST 2000 /* records */

outputs *outputs_new(size_t limit); /* one reference; NULL out of memory */
outputs *outputs_hold(outputs *o);  /* NULL is no outputs, here and below */
void outputs_release(outputs *o);
void outputs_clear(outputs *o);
/* Appends a record, all of which is copied; text of a stream joins the stream before it.  false out of memory. */
bool outputs_add(outputs *o, const output *record);
bool outputs_print(outputs *o, bool errors, const char *text, size_t size);

/* The text of record R as it may be shown and stored, freed by the caller: no escape sequences, of lines that were
** drawn again the last state, control characters and broken UTF-8 as symbols, a line that says what is left out. */
char *output_plain(const output *r, size_t *size);
/* TEXT in the same way. */
char *text_without_controls(const char *text, size_t size, size_t *out_size);
/* The places an error names, "NAME:LINE: ": number K from 0 on; false if there is none.  *name points into the text. */
bool output_place(const output *r, int k, const char **name, size_t *length, int *line);
/* The place that one line names. */
bool output_line_place(const char *line, size_t size, const char **name, size_t *length,
                       int *number);
/* Has it a picture for a browser as its data, of a type like image/png? */
bool output_is_picture(const output *r);
const char *output_kind_name(output_kind kind); /* "stream", "value", … */

#endif
