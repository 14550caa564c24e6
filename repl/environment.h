/* environment.h -- what the bits of results depend on beside the code: part of what is recorded with them. */
#ifndef REPL_ENVIRONMENT_H
#define REPL_ENVIRONMENT_H

#include <jansson.h>

#include "lua_api/lua_api.h"

/* An object of texts: the lines of the doctor's report that say so, and the device if it is not the CPU (NULL). */
json_t *environment_of(session *s, const char *device);

#endif
