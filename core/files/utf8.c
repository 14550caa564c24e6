/* utf8.c -- is a text UTF-8? */
#include "core/files/files.h"

/* Bytes that follow LEAD, or -1 if no character begins with it. */
static int bytes_after(unsigned char lead)
{
    if (lead < 0x80) return 0;
    if (lead < 0xc2 || lead > 0xf4) return -1;
    return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

bool ml_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + n;
    while (p < end) {
        unsigned char lead = *p++;
        int more = bytes_after(lead);
        if (more < 0 || end - p < more) return false;
        /* The second byte's range leaves out overlong forms, surrogates and what is above
        ** U+10FFFF. */
        unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        unsigned char most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        for (; more > 0; more--, p++, least = 0x80, most = 0xbf)
            if (*p < least || *p > most) return false;
    }
    return true;
}
