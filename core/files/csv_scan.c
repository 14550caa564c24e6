/* csv_scan.c -- see csv_scan.h. */
#include "core/files/csv_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ml_status ml_csv_fail(const ml_csv_scan *s, int64_t line, int64_t column, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ml_fail(ML_FORMAT, "%s: line %lld, column %lld: %s", s->name, (long long)line,
                   (long long)column, text);
}

void ml_csv_start(ml_csv_scan *s, const char *name, const char *text, size_t n, char delimiter)
{
    *s = (ml_csv_scan){ .name = name, .text = text, .n = n, .delimiter = delimiter, .line = 1 };
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) s->at = s->line_start = 3;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Behind the line end at s->at: LF, CR or CRLF. */
static void pass_line_end(ml_csv_scan *s)
{
    char c = s->text[s->at++];
    if (c == '\r' && s->at < s->n && s->text[s->at] == '\n') s->at++;
    s->line++, s->line_start = s->at;
}

bool ml_csv_more(ml_csv_scan *s)
{
    while (s->at < s->n && is_line_end(s->text[s->at])) pass_line_end(s);
    s->field = 0;
    return s->at < s->n;
}

/* What stands in quotes, from behind the first to behind the last. */
static ml_status scan_quoted(ml_csv_scan *s, ml_csv_field *field)
{
    field->quoted = true;
    size_t start = ++s->at;
    for (;;) {
        if (s->at == s->n)
            return ml_csv_fail(s, field->line, field->column, "the quote is never closed");
        char c = s->text[s->at];
        if (is_line_end(c))
            pass_line_end(s);
        else
            s->at++;
        if (c != '"') continue;
        if (s->at == s->n || s->text[s->at] != '"') break;
        field->doubled = true;
        s->at++;
    }
    field->text = s->text + start, field->n = s->at - 1 - start;
    return ML_OK;
}

static void scan_plain(ml_csv_scan *s, ml_csv_field *field)
{
    size_t start = s->at;
    while (s->at < s->n && s->text[s->at] != s->delimiter && !is_line_end(s->text[s->at])) s->at++;
    field->text = s->text + start, field->n = s->at - start;
}

ml_status ml_csv_next(ml_csv_scan *s, ml_csv_field *field)
{
    *field = (ml_csv_field){ .line = s->line, .index = s->field++ };
    field->column = (int64_t)(s->at - s->line_start) + 1;
    if (s->at < s->n && s->text[s->at] == '"')
        ML_TRY(scan_quoted(s, field));
    else
        scan_plain(s, field);
    if (s->at == s->n)
        field->last = true;
    else if (is_line_end(s->text[s->at]))
        field->last = true, pass_line_end(s);
    else if (s->text[s->at] == s->delimiter)
        s->at++;
    else
        return ml_csv_fail(s, s->line, (int64_t)(s->at - s->line_start) + 1,
                           "after a closing quote only a delimiter or the line's end may stand");
    return ML_OK;
}

size_t ml_csv_unquote(const ml_csv_field *field, char *buf)
{
    size_t n = 0;
    for (size_t i = 0; i < field->n; i++) {
        buf[n++] = field->text[i];
        if (field->doubled && field->text[i] == '"') i++;
    }
    buf[n] = '\0';
    return n;
}
