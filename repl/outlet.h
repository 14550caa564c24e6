/* outlet.h -- the pipe that everything a kernel prints goes through: print, C code and the programs it starts, in the order
** in which they wrote.  Before it sends a message that must stand between two outputs (a figure, the end of a cell), the
** kernel writes a mark into the pipe; the reader delivers the message where it meets the mark.
**
**     … epoch 1\n ⟨mark 7⟩ epoch 2\n ⟨mark 8⟩          messages 7 (a figure) and 8 (done) come by the socket
**
** A mark is a NUL, a secret that the notebook chose, the message's number, and a NUL.  Changing the secret makes all
** that was written before worthless, which is how output of a past that was taken back is told from new output. */
#ifndef REPL_OUTLET_H
#define REPL_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#define OUTLET_SECRET 16 /* characters, without an ending NUL */
#define OUTLET_MARK   (OUTLET_SECRET + 18)
#define OUTLET_PIECE  65536

/* Fills in a new secret. */
void outlet_new_secret(char secret[OUTLET_SECRET]);

/* The kernel's side: writes mark N; false if nobody reads any more. */
bool outlet_mark(int fd, const char secret[OUTLET_SECRET], unsigned long long n);

/* The reader's side; the pipe must not block. */
typedef struct outlet {
    int fd; /* -1: closed */
    char secret[OUTLET_SECRET];
    bool muted; /* until the next mark */
    size_t at, have;
    char data[OUTLET_PIECE + OUTLET_MARK];
} outlet;

typedef enum outlet_status {
    OUTLET_TEXT,
    OUTLET_AT_MARK, /* it stays until outlet_pass */
    OUTLET_EMPTY,   /* for now, or for good */
} outlet_status;

void outlet_open(outlet *o, int fd, const char secret[OUTLET_SECRET]);
void outlet_close(outlet *o);
/* From now on only marks with this secret count, and nothing before the first of them is delivered. */
void outlet_renew(outlet *o, const char secret[OUTLET_SECRET]);
/* What comes next: a text, valid until the next call, or the number of a mark.  Reads a little. */
outlet_status outlet_next(outlet *o, const char **text, size_t *size, unsigned long long *n);
void outlet_pass(outlet *o); /* goes beyond the mark that was met */

#endif
