/* protocol.h -- messages between the notebook and its kernel, over a socket: four bytes that give the length, lowest
** first, then that many bytes of JSON, one object.
**
**     ┌──────────┬──────────────────────────────────────┐
**     │ 5d 00 00 00 │ {"do":"run","id":3,"name":"cell 3", … │
**     └──────────┴──────────────────────────────────────┘
**
** What arrives is not trusted: a length over the limit, JSON that is broken, nested too deeply or no object ends the
** channel with a message that says so.  Descriptors can travel with a message. */
#ifndef REPL_PROTOCOL_H
#define REPL_PROTOCOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define CHANNEL_FDS  4                  /* descriptors that wait to be taken */
#define CHANNEL_MOST ((size_t)64 << 20) /* bytes of one message, at most */

typedef struct channel {
    int fd; /* -1: closed */
    char *in, *out;
    size_t have, in_room; /* received, and not yet taken */
    size_t sent, out_size, out_room;
    int fds[CHANNEL_FDS], nfds;
    bool impatient; /* receiving does not wait, even if the socket blocks */
    bool failed;
    bool senseless;  /* because of what was received, not because the other side has ended */
    char error[160]; /* why it is broken */
} channel;

typedef enum channel_status {
    CHANNEL_MESSAGE,
    CHANNEL_AGAIN,  /* nothing whole is there (the socket does not block) */
    CHANNEL_END,    /* the other side has closed it */
    CHANNEL_BROKEN, /* see error */
} channel_status;

void channel_open(channel *c, int fd); /* which it closes */
void channel_close(channel *c);
/* The next message into *out, to be released by the caller.  Waits for it if the socket blocks (CHANNEL_AGAIN then says
** that a signal came). */
channel_status channel_receive(channel *c, json_t **out);
/* Takes the descriptor that came first; -1 if there is none. */
int channel_take_fd(channel *c);
/* Sends MESSAGE, which it releases, and with it descriptors (closed neither way).  What a socket that does not block
** cannot take yet is kept for channel_flush.  False if the channel is broken, or MESSAGE is NULL (out of memory). */
bool channel_send(channel *c, json_t *message, const int fds[], int nfds);
/* The same for a process that shares its socket with another that sends: whole, or, if it is longer than 32 kB or there is
** no room for it now, not at all. */
bool channel_offer(const channel *c, json_t *message);
bool channel_flush(channel *c);
bool channel_pending(const channel *c); /* is there something to flush? */

/* Text as JSON, also text that is not UTF-8; NULL out of memory. */
json_t *protocol_text(const char *text, size_t size);
/* The text of such a value, NUL-terminated, its length in *size; freed by the caller.  NULL: it is no text. */
char *protocol_get_text(const json_t *value, size_t *size);

#endif
