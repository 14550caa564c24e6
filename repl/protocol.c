/* protocol.c -- see protocol.h.
**
** Both buffers grow with what is there, never with what a length announces.  Descriptors go out with the first byte of
** their message, for which the socket must have room: they are few, and sent when nothing else waits. */
#define _GNU_SOURCE /* MSG_CMSG_CLOEXEC */
#include "repl/protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD  4
#define PIECE 65536
#define WHOLE 32768
#define DEEP  64 /* levels of JSON */

void channel_open(channel *c, int fd)
{
    *c = (channel){ .fd = fd };
}

void channel_close(channel *c)
{
    if (c->fd >= 0) close(c->fd);
    for (int i = 0; i < c->nfds; i++) close(c->fds[i]);
    free(c->in);
    free(c->out);
    *c = (channel){ .fd = -1 };
}

static bool broken(channel *c, const char *why)
{
    if (!c->failed) snprintf(c->error, sizeof c->error, "%s", why);
    c->failed = true;
    return false;
}

static bool reserve(channel *c, char **data, size_t *room, size_t needed)
{
    if (needed <= *room) return true;
    size_t more = *room ? *room : 4096;
    while (more < needed) more *= 2;
    char *larger = realloc(*data, more);
    if (!larger) return broken(c, "out of memory");
    *data = larger, *room = more;
    return true;
}

/* ---- receiving ------------------------------------------------------------------------------- */

static channel_status senseless(channel *c, const char *why)
{
    c->senseless = true;
    broken(c, why);
    return CHANNEL_BROKEN;
}

static size_t length_at(const char *p)
{
    size_t n = 0;
    for (int i = HEAD; i-- > 0;) n = n << 8 | (unsigned char)p[i];
    return n;
}

/* How deep the brackets of JSON text nest, those in strings left out: jansson would follow 2048 levels. */
static bool too_deep(const char *text, size_t size)
{
    int depth = 0;
    bool quoted = false;
    for (const char *p = text, *end = text + size; p < end; p++) {
        if (quoted && *p == '\\')
            p++;
        else if (*p == '"')
            quoted = !quoted;
        else if (!quoted && (*p == '{' || *p == '['))
            depth++;
        else if (!quoted && (*p == '}' || *p == ']'))
            depth--;
        if (depth > DEEP) return true;
    }
    return false;
}

static channel_status parse(channel *c, size_t size, json_t **out)
{
    json_error_t error;
    char why[160] = "a message is nested too deeply";
    const char *text = c->in + HEAD;
    *out = too_deep(text, size) ? NULL : json_loadb(text, size, JSON_ALLOW_NUL, &error);
    if (!*out && !too_deep(text, size))
        snprintf(why, sizeof why, "a message is no JSON: %.100s", error.text);
    else if (*out && !json_is_object(*out)) {
        snprintf(why, sizeof why, "a message is no JSON object");
        json_decref(*out);
        *out = NULL;
    }
    if (!*out) return senseless(c, why);
    c->have -= HEAD + size;
    memmove(c->in, text + size, c->have);
    return CHANNEL_MESSAGE;
}

static void keep_fds(channel *c, struct msghdr *m)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
            if (c->nfds < CHANNEL_FDS)
                c->fds[c->nfds++] = fd;
            else
                close(fd);
        }
    }
}

/* Reads what is there, at most a piece; CHANNEL_MESSAGE stands for "some". */
static channel_status read_some(channel *c)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(CHANNEL_FDS * sizeof(int))];
    if (!reserve(c, &c->in, &c->in_room, c->have + PIECE)) return CHANNEL_BROKEN;
    struct iovec part = { .iov_base = c->in + c->have, .iov_len = PIECE };
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
    };
    ssize_t n = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC | (c->impatient ? MSG_DONTWAIT : 0));
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return CHANNEL_AGAIN;
    if (n <= 0) return CHANNEL_END; /* a reset connection has ended, too */
    keep_fds(c, &m);
    c->have += (size_t)n;
    return CHANNEL_MESSAGE;
}

channel_status channel_receive(channel *c, json_t **out)
{
    *out = NULL;
    if (c->failed) return CHANNEL_BROKEN;
    if (c->fd < 0) return CHANNEL_END;
    for (;;) {
        size_t size = c->have >= HEAD ? length_at(c->in) : 0;
        if (size > CHANNEL_MOST) return senseless(c, "a message is longer than 64 MiB");
        if (c->have >= HEAD && c->have - HEAD >= size) return parse(c, size, out);
        channel_status status = read_some(c);
        if (status == CHANNEL_END && c->have > 0)
            return broken(c, "the other side ended in the middle of a message"), CHANNEL_BROKEN;
        if (status != CHANNEL_MESSAGE) return status;
    }
}

int channel_take_fd(channel *c)
{
    if (c->nfds == 0) return -1;
    int fd = c->fds[0];
    memmove(c->fds, c->fds + 1, (size_t)--c->nfds * sizeof *c->fds);
    return fd;
}

/* ---- sending --------------------------------------------------------------------------------- */

bool channel_pending(const channel *c)
{
    return c->fd >= 0 && !c->failed && c->sent < c->out_size;
}

/* One call of the system; what it sent, 0 if the socket is full, -1 if nobody listens. */
static ssize_t send_some(channel *c, const int fds[], int nfds)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(CHANNEL_FDS * sizeof(int))] = { 0 };
    struct iovec part = { .iov_base = c->out + c->sent, .iov_len = c->out_size - c->sent };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
    if (nfds > 0) {
        m.msg_control = control, m.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof *fds);
        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
        h->cmsg_level = SOL_SOCKET, h->cmsg_type = SCM_RIGHTS;
        h->cmsg_len = CMSG_LEN((size_t)nfds * sizeof *fds);
        memcpy(CMSG_DATA(h), fds, (size_t)nfds * sizeof *fds);
    }
    for (;;) {
        ssize_t n = sendmsg(c->fd, &m, MSG_NOSIGNAL);
        if (n >= 0 || errno != EINTR) return n >= 0 ? n : errno == EAGAIN ? 0 : -1;
    }
}

static bool flush_with(channel *c, const int fds[], int nfds)
{
    while (channel_pending(c)) {
        ssize_t n = send_some(c, fds, nfds);
        if (n < 0) return broken(c, "the other side has ended");
        if (n == 0) return nfds == 0 || broken(c, "no room to send descriptors");
        c->sent += (size_t)n;
        nfds = 0;
    }
    c->sent = c->out_size = 0;
    return !c->failed;
}

bool channel_flush(channel *c)
{
    return flush_with(c, NULL, 0);
}

static int append(const char *bytes, size_t size, void *ctx)
{
    channel *c = ctx;
    if (!reserve(c, &c->out, &c->out_room, c->out_size + size)) return -1;
    memcpy(c->out + c->out_size, bytes, size);
    c->out_size += size;
    return 0;
}

/* Puts MESSAGE, which it releases, after what is to be sent; the channel stays whole without it. */
static bool put_message(channel *c, json_t *message)
{
    size_t start = c->out_size;
    static const char head[HEAD];
    bool good = message && c->fd >= 0 && !c->failed && append(head, HEAD, c) == 0 &&
                json_dump_callback(message, append, c, JSON_COMPACT) == 0;
    json_decref(message);
    size_t size = c->out_size - start - HEAD;
    if (!good || size > CHANNEL_MOST) {
        c->out_size = start;
        return false;
    }
    for (int i = 0; i < HEAD; i++) c->out[start + (size_t)i] = (char)(size >> 8 * i & 0xff);
    return true;
}

bool channel_send(channel *c, json_t *message, const int fds[], int nfds)
{
    return put_message(c, message) && flush_with(c, fds, nfds);
}

/* Linux does not cut up, or mix with others, what is that short. */
bool channel_offer(const channel *c, json_t *message)
{
    channel own = { .fd = c->fd };
    bool good =
        put_message(&own, message) && own.out_size <= WHOLE &&
        send(c->fd, own.out, own.out_size, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)own.out_size;
    free(own.out);
    return good;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Bytes that are no UTF-8 travel as {"bytes": …}, each as the character of its number. */
json_t *protocol_text(const char *text, size_t size)
{
    json_t *value = json_stringn(text, size);
    if (value) return value;
    char *wide = malloc(2 * size + 1), *p = wide;
    for (size_t i = 0; wide && i < size; i++) {
        unsigned char b = (unsigned char)text[i];
        if (b >= 0x80) *p++ = (char)(0xC0 | b >> 6);
        *p++ = (char)(b >= 0x80 ? 0x80 | (b & 0x3F) : b);
    }
    value = wide ? json_pack("{s:o}", "bytes", json_stringn(wide, (size_t)(p - wide))) : NULL;
    free(wide);
    return value;
}

char *protocol_get_text(const json_t *value, size_t *size)
{
    const json_t *bytes = json_object_get(value, "bytes"), *string = bytes ? bytes : value;
    if (!json_is_string(string)) return NULL;
    size_t n = json_string_length(string), m = 0;
    const char *s = json_string_value(string);
    char *text = malloc(n + 1);
    for (size_t i = 0; text && i < n; i++) {
        unsigned char b = (unsigned char)s[i];
        if (bytes && (b & 0xFE) == 0xC2 && i + 1 < n)
            b = (unsigned char)(b << 6 | ((unsigned char)s[++i] & 0x3F));
        text[m++] = (char)b;
    }
    if (text) text[m] = '\0', *size = m;
    return text;
}
