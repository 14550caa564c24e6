/* view_seed.c -- :seed N, which stands in the header of the file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "repl/percent.h"
#include "repl/view_private.h"

/* HEADER with this seed: in the place of the old one, in "-- moonlab: {…}", or in lines of its own. */
static void write_header(buffer *out, const char *header, size_t size, uint64_t seed)
{
    uint64_t old;
    size_t n;
    const char *value = percent_header_value(header, size, "moonlab", &n);
    const char *at = value && percent_seed(header, size, &old) ? strstr(value, "seed:") : NULL;
    const char *brace = value ? memchr(value, '{', n) : NULL;
    if (at && at < value + n) {
        at += strlen("seed:");
        at += strspn(at, " ");
        buffer_add(out, header, (size_t)(at - header));
        buffer_format(out, "%" PRIu64, seed);
        at += strspn(at, "0123456789");
        buffer_add(out, at, size - (size_t)(at - header));
    } else if (brace) {
        buffer_add(out, header, (size_t)(brace + 1 - header));
        buffer_format(out, "seed: %" PRIu64 ", ", seed);
        buffer_add(out, brace + 1, size - (size_t)(brace + 1 - header));
    } else {
        buffer_format(out, "-- ---\n-- moonlab: {format: 1, seed: %" PRIu64 "}\n-- ---\n\n", seed);
        buffer_add(out, header, size);
    }
}

void do_seed(view *v, const char *argument)
{
    char *end;
    errno = 0;
    argument += strspn(argument, " ");
    unsigned long long seed = strtoull(argument, &end, 10);
    if (*argument < '0' || *argument > '9' || *end || errno) {
        view_complain(v, "seed: a whole number from 0 to 2^64-1 is expected");
        return;
    }
    size_t size;
    const char *header = notebook_header(v->nb, &size);
    buffer b = { 0 };
    write_header(&b, header, size, seed);
    if (b.failed || !notebook_set_header(v->nb, b.data, b.size)) {
        view_complain(v, "out of memory");
    } else {
        v->seed = seed;
        v->options.session.seed = seed, v->options.session.has_seed = true;
        v->header_changed = true;
        view_say(v, "seed %llu, from the next restart on (0 0), or the next run of all cells (R)",
                 seed);
    }
    buffer_free(&b);
}
