/* fuzz_protocol.c -- any bytes as what a kernel sends; the first one says in which pieces they come. */
#include "repl/protocol.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static channel_status take_messages(channel *c)
{
    json_t *message;
    channel_status status;
    while ((status = channel_receive(c, &message)) == CHANNEL_MESSAGE) {
        size_t size;
        char *text = protocol_get_text(json_object_get(message, "text"), &size);
        json_t *again = text ? protocol_text(text, size) : NULL;
        if (!json_is_object(message) || (text && !again)) abort();
        free(text);
        json_decref(again);
        json_decref(message);
    }
    if (message) abort();
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    int pair[2];
    channel c;
    size_t piece = n > 0 ? 1 + bytes[0] : 1;
    channel_status status = CHANNEL_AGAIN;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 0;
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    channel_open(&c, pair[0]);
    for (size_t at = 1; at < n && status == CHANNEL_AGAIN; at += piece) {
        size_t count = n - at < piece ? n - at : piece;
        if (write(pair[1], bytes + at, count) != (ssize_t)count) abort();
        status = take_messages(&c);
    }
    close(pair[1]);
    if (status == CHANNEL_AGAIN) status = take_messages(&c);
    /* It is broken for good, with a reason, or it has ended; and no more memory is taken than bytes came. */
    if (status != CHANNEL_BROKEN && status != CHANNEL_END) abort();
    if ((status == CHANNEL_BROKEN) != (*c.error != '\0') || c.have > n) abort();
    if (take_messages(&c) != status) abort();
    channel_close(&c);
    return 0;
}
