/* error.c -- the pending error of this thread, and where the user's code stands. */
#include "core/moonlab.h"
#include "core/place.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local struct {
    ml_status status;
    char message[768];
} pending;

static _Thread_local ml_place here;

ml_status ml_fail(ml_status status, const char *format, ...)
{
    if (pending.status != ML_OK) return status;
    va_list args;
    va_start(args, format);
    vsnprintf(pending.message, sizeof pending.message, format, args);
    va_end(args);
    pending.status = status;
    return status;
}

const char *ml_error(void)
{
    return pending.status == ML_OK ? "" : pending.message;
}

ml_status ml_error_status(void)
{
    return pending.status;
}

void ml_clear_error(void)
{
    pending.status = ML_OK;
}

void ml_set_place(const char *source, int line)
{
    here = (ml_place){ source, line };
}

ml_place ml_current_place(void)
{
    return here;
}
