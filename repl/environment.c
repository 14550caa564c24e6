/* environment.c -- see environment.h. */
#include "repl/environment.h"

#include <stdlib.h>
#include <string.h>

json_t *environment_of(session *s, const char *device)
{
    static const char *const keys[] = { "moonlab", "instructions", "blas" };
    json_t *o = json_object();
    char *report = session_doctor(s);
    for (size_t i = 0; report && i < sizeof keys / sizeof *keys; i++) {
        const char *line = strstr(report, keys[i]);
        if (!line) continue;
        line += strlen(keys[i]);
        line += strspn(line, " ");
        size_t n = strcspn(line, i == 1 ? " \n" : "\n");
        json_object_set_new(o, keys[i], json_stringn(line, n));
    }
    if (device && strcmp(device, "cpu") != 0) json_object_set_new(o, "device", json_string(device));
    free(report);
    return o;
}
