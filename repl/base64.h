/* base64.h -- bytes as letters (RFC 4648). */
#ifndef REPL_BASE64_H
#define REPL_BASE64_H

#include "repl/buffer.h"

void base64_encode(buffer *out, const char *bytes, size_t size);
/* Appends the bytes that S stands for; blanks and line ends are passed over.  False if it is no such text. */
bool base64_decode(buffer *out, const char *s, size_t n);

#endif
