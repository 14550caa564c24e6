/* test_protocol.c -- messages of the kernel's protocol: whole through partial reads, hostile ones refused, descriptors. */
#define _POSIX_C_SOURCE 200809L
#include "repl/protocol.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

/* A channel that does not block, and the raw socket on its other side. */
static int open_pair(channel *c)
{
    int pair[2] = { -1, -1 };
    CHECK_EQ_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    for (int i = 0; i < 2; i++) fcntl(pair[i], F_SETFL, O_NONBLOCK);
    channel_open(c, pair[0]);
    return pair[1];
}

static size_t frame(char *out, const char *text, size_t claimed)
{
    size_t n = strlen(text);
    for (int i = 0; i < 4; i++) out[i] = (char)(claimed >> 8 * i & 0xff);
    memcpy(out + 4, text, n);
    return n + 4;
}

static unsigned next_random(unsigned *state)
{
    return (*state = *state * 1664525u + 1013904223u) >> 16;
}

TEST("messages arrive whole and in order however their bytes are cut")
{
    unsigned state = 1;
    for (int round = 0; round < 50; round++) {
        channel c;
        int other = open_pair(&c), sent = 0, seen = 0;
        char bytes[4096], text[256];
        size_t size = 0, at = 0;
        for (; sent < 20; sent++) {
            snprintf(
                text, sizeof text, "{\"n\":%d,\"pad\":\"%.*s\"}", sent,
                (int)(next_random(&state) % 80),
                "********************************************************************************");
            size += frame(bytes + size, text, strlen(text));
        }
        while (seen < sent) {
            size_t n = next_random(&state) % 40;
            if (n > size - at) n = size - at;
            if (n > 0 && write(other, bytes + at, n) < 0) break;
            at += n;
            json_t *message;
            channel_status status;
            while ((status = channel_receive(&c, &message)) == CHANNEL_MESSAGE) {
                CHECK_EQ_INT(json_integer_value(json_object_get(message, "n")), seen++);
                json_decref(message);
            }
            if (status != CHANNEL_AGAIN) break;
        }
        CHECK_EQ_INT(seen, 20);
        close(other);
        json_t *none;
        CHECK_EQ_INT(channel_receive(&c, &none), CHANNEL_END);
        channel_close(&c);
    }
}

static void check_refused(const char *bytes, size_t size, const char *why)
{
    channel c;
    json_t *message;
    int other = open_pair(&c);
    CHECK_EQ_INT(write(other, bytes, size), size);
    close(other);
    CHECK_EQ_INT(channel_receive(&c, &message), CHANNEL_BROKEN);
    CHECK(message == NULL);
    if (!strstr(c.error, why)) TEST_FAIL("'%s' does not say '%s'", c.error, why);
    CHECK_EQ_INT(channel_receive(&c, &message), CHANNEL_BROKEN); /* and stays so */
    CHECK(!channel_send(&c, json_object(), NULL, 0));
    channel_close(&c);
}

static void check_text_refused(const char *text, const char *why)
{
    char bytes[1024];
    check_refused(bytes, frame(bytes, text, strlen(text)), why);
}

TEST("broken and oversized messages are refused with the reason")
{
    char bytes[1024], deep[400];
    check_text_refused("", "no JSON");
    check_text_refused("{\"a\":", "no JSON");
    check_text_refused("{\"a\":\"\xff\"}", "no JSON");
    check_text_refused("{} {}", "no JSON");
    check_text_refused("[1]", "no JSON object");
    memset(deep, '[', sizeof deep - 1), deep[sizeof deep - 1] = '\0';
    check_text_refused(deep, "too deeply");
    check_refused(bytes, frame(bytes, "{}", 0xffffffff), "longer than 64 MiB");
    check_refused(bytes, frame(bytes, "{}", CHANNEL_MOST + 1), "longer than 64 MiB");
    check_refused(bytes, frame(bytes, "{}", 500), "in the middle");
    check_refused("\3", 1, "in the middle");
}

TEST("random bytes never do more than break the channel")
{
    unsigned state = 7;
    for (int round = 0; round < 2000; round++) {
        channel c;
        json_t *message;
        int other = open_pair(&c);
        char bytes[64];
        size_t n = next_random(&state) % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            unsigned r = next_random(&state);
            bytes[i] = r % 4 ? "{}[]\":,1"[r / 4 % 8] : (char)(r / 4);
        }
        if (n > 3) bytes[0] = (char)(n - 4), bytes[1] = bytes[2] = bytes[3] = 0;
        CHECK(n == 0 || write(other, bytes, n) == (ssize_t)n);
        close(other);
        channel_status status;
        while ((status = channel_receive(&c, &message)) == CHANNEL_MESSAGE) json_decref(message);
        CHECK(status == CHANNEL_END || status == CHANNEL_BROKEN);
        channel_close(&c);
    }
}

TEST("what a full socket cannot take is kept, and sent by and by")
{
    channel a, b;
    int other = open_pair(&a);
    channel_open(&b, other);
    size_t size = 3 << 20;
    char *text = malloc(size);
    memset(text, 'x', size);
    CHECK(channel_send(&a, json_pack("{s:o}", "text", protocol_text(text, size)), NULL, 0));
    CHECK(channel_pending(&a));
    json_t *message = NULL;
    while (channel_receive(&b, &message) == CHANNEL_AGAIN) CHECK(channel_flush(&a));
    CHECK(!channel_pending(&a));
    CHECK_EQ_INT(json_string_length(json_object_get(message, "text")), size);
    json_decref(message);
    free(text);
    channel_close(&a);
    json_t *none;
    CHECK_EQ_INT(channel_receive(&b, &none), CHANNEL_END);
    CHECK(!channel_send(&b, json_object(), NULL, 0));
    channel_close(&b);
}

TEST("an offer is sent whole or not at all")
{
    channel a, b;
    json_t *message;
    int n = 0, seen = 0;
    channel_open(&b, open_pair(&a));
    char *text = malloc(40000);
    memset(text, 'x', 40000);
    CHECK(!channel_offer(&a, json_pack("{s:o}", "text", protocol_text(text, 40000))));
    CHECK(!channel_offer(&a, NULL));
    while (channel_offer(&a, json_pack("{s:o}", "text", protocol_text(text, 30000)))) n++;
    CHECK(n > 1 && !a.failed && !channel_pending(&a));
    while (channel_receive(&b, &message) == CHANNEL_MESSAGE) seen++, json_decref(message);
    CHECK_EQ_INT(seen, n);
    CHECK(channel_offer(&a, json_object()));
    CHECK_EQ_INT(channel_receive(&b, &message), CHANNEL_MESSAGE);
    json_decref(message);
    free(text);
    channel_close(&a);
    channel_close(&b);
}

TEST("descriptors travel with their message")
{
    channel a, b;
    channel_open(&b, open_pair(&a));
    int tube[2];
    CHECK_EQ_INT(pipe(tube), 0);
    CHECK(channel_send(&a, json_object(), &tube[1], 1));
    close(tube[1]);
    json_t *message = NULL;
    CHECK_EQ_INT(channel_receive(&b, &message), CHANNEL_MESSAGE);
    json_decref(message);
    int fd = channel_take_fd(&b);
    CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
    CHECK_EQ_INT(channel_take_fd(&b), -1);
    char seen = 0;
    CHECK(write(fd, "!", 1) == 1 && read(tube[0], &seen, 1) == 1 && seen == '!');
    close(fd);
    close(tube[0]);
    channel_close(&a);
    channel_close(&b);
}

TEST("text of any bytes comes back as it was")
{
    static const char *const texts[] = { "", "plain", "gr\xC3\xBC\xC3\x9F", "\xff\x00\xfe \xC2",
                                         "\xC3\xBC \xff" };
    static const size_t sizes[] = { 0, 5, 6, 5, 4 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        json_t *value = protocol_text(texts[i], sizes[i]);
        size_t size = 99;
        char *text = protocol_get_text(value, &size);
        CHECK_EQ_INT(size, sizes[i]);
        CHECK(text && memcmp(text, texts[i], sizes[i]) == 0);
        free(text);
        json_decref(value);
    }
    json_t *number = json_integer(3);
    size_t size;
    CHECK(protocol_get_text(number, &size) == NULL);
    CHECK(protocol_get_text(NULL, &size) == NULL);
    json_decref(number);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
