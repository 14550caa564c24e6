/* percent.c -- see percent.h. */
#include "repl/percent.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char marker[] = "-- %%";

static size_t line_length(const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);
    return end ? (size_t)(end - s) + 1 : n;
}

static bool is_marker(const char *s, size_t n)
{
    size_t length = sizeof marker - 1;
    return n >= length && memcmp(s, marker, length) == 0 &&
           (n == length || isspace((unsigned char)s[length]));
}

/* Has the marker a type, "[markdown]"? */
static bool has_type(const char *s, size_t n)
{
    for (size_t i = 1; i + 1 < n; i++) {
        if (s[i] != '[' || s[i - 1] != ' ' || !isalpha((unsigned char)s[i + 1])) continue;
        size_t k = i + 1;
        while (k < n && isalpha((unsigned char)s[k])) k++;
        if (k < n && s[k] == ']') return true;
    }
    return false;
}

bool percent_next(const char *file, size_t size, size_t *at, percent_cell *cell)
{
    if (*at >= size) return false;
    *cell = (percent_cell){ .code = true, .line = 1 };
    for (size_t i = 0; i < *at; i++) cell->line += file[i] == '\n';
    size_t start = *at, n = line_length(file + start, size - start);
    if (is_marker(file + start, n)) {
        cell->code = !has_type(file + start, n);
        start += n, cell->line++;
    }
    cell->text = file + start;
    size_t end = start;
    while (end < size && !is_marker(file + end, size - end))
        end += line_length(file + end, size - end);
    cell->size = end - start;
    *at = end;
    return true;
}

/* A line of code that looks like a marker is moved by a blank. */
static void write_cell(FILE *f, const char *code)
{
    fputs("\n-- %%\n", f);
    for (size_t left = strlen(code); left > 0;) {
        size_t n = line_length(code, left);
        if (is_marker(code, left)) fputc(' ', f);
        fwrite(code, 1, n, f);
        code += n, left -= n;
        if (left == 0 && code[-1] != '\n') fputc('\n', f);
    }
}

static bool write_all(FILE *f, uint64_t seed, char *const cells[], int n)
{
    fprintf(f, "-- ---\n-- moonlab: {format: 1, seed: %" PRIu64 "}\n-- ---\n", seed);
    for (int i = 0; i < n; i++) write_cell(f, cells[i]);
    return fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
}

/* Gives the file NEW the name PATH, which must not be there unless it may be REPLACEd. */
static bool put_in_place(const char *new, const char *path, bool replace)
{
    if (replace) return rename(new, path) == 0;
    if (link(new, path) < 0) { /* unlike rename it fails if there is one */
        if (errno == EEXIST || access(path, F_OK) == 0) return errno = EEXIST, false;
        return rename(new, path) == 0;
    }
    unlink(new);
    return true;
}

bool percent_write(const char *path, bool replace, uint64_t seed, char *const cells[], int n)
{
    size_t room = strlen(path) + 32;
    char *new = malloc(room);
    if (!new) return false;
    struct stat old;
    bool there = stat(path, &old) == 0, done = false;
    if (there && !replace) {
        free(new);
        errno = EEXIST;
        return false;
    }
    snprintf(new, room, "%s.%ld.new", path, (long)getpid());
    int file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *f = file < 0 ? NULL : fdopen(file, "w");
    if (f) {
        if (there) fchmod(file, old.st_mode & 0777);
        done = write_all(f, seed, cells, n);
        done = fclose(f) == 0 && done && put_in_place(new, path, replace);
        if (!done) {
            int code = errno;
            unlink(new);
            errno = code;
        }
    } else if (file >= 0)
        close(file), unlink(new);
    free(new);
    return done;
}
