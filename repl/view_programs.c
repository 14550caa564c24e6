/* view_programs.c -- see view_programs.h. */
#define _GNU_SOURCE /* mkostemps */
#include "repl/view_programs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/save.h"
#include "repl/view_terminal.h"

_Noreturn static void become(const char *program, const char *file)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int fd = view_terminal_fd();
    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    char line[1024];
    snprintf(line, sizeof line, "%s \"$@\"", program);
    execl("/bin/sh", "sh", "-c", line, "sh", file, (char *)NULL);
    _exit(127);
}

int view_program(view *v, const char *program, const char *file)
{
    struct sigaction ignored = { .sa_handler = SIG_IGN }, before[2];
    sigemptyset(&ignored.sa_mask);
    view_note_edits(v, true); /* it may take hours */
    view_terminal_leave();
    sigaction(SIGINT, &ignored, &before[0]); /* of the keyboard: for the program */
    sigaction(SIGQUIT, &ignored, &before[1]);
    pid_t pid = fork();
    if (pid == 0) {
        sigaction(SIGINT, &before[0], NULL);
        sigaction(SIGQUIT, &before[1], NULL);
        signal(SIGTSTP, SIG_IGN); /* nobody would continue it */
        become(program, file);
    }
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGQUIT, &before[1], NULL);
    view_terminal_resize(&v->rows, &v->columns);
    view_terminal_enter();
    v->dirty = true;
    if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127) {
        view_complain(v, "%s could not be run", program);
        return -1;
    }
    return WEXITSTATUS(status);
}

/* Writes TEXT to a new file of this user, whose name ends in ENDING; false with a message. */
static bool write_temporary(view *v, char path[64], const char *ending, const char *text,
                            size_t size)
{
    snprintf(path, 64, "/tmp/moonlab-XXXXXX%s", ending);
    int fd = mkostemps(path, (int)strlen(ending), O_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < size) {
        ssize_t n = write(fd, text + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    if (fd < 0 || done < size) view_complain(v, "%s: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return fd >= 0 && done == size;
}

void view_page(view *v, const char *text, size_t size)
{
    char path[64];
    const char *pager = getenv("PAGER");
    if (!pager || !*pager || strcmp(pager, "cat") == 0) pager = "less";
    if (write_temporary(v, path, "", text, size)) view_program(v, pager, path);
    unlink(path);
}

void do_editor(view *v, const char *argument)
{
    (void)argument;
    const notebook_cell *c = notebook_at(v->nb, v->cell);
    const char *editor = getenv("VISUAL");
    char path[64], error[256];
    if (!c) return;
    if (!editor || !*editor) editor = getenv("EDITOR");
    if (!editor || !*editor) editor = "vi";
    bool edits = v->mode == MODE_EDIT;
    if (edits) view_edit_end(v);
    const char *ending = cell_is_code(c) ? ".lua" : c->type == CELL_MARKDOWN ? ".md" : ".txt";
    size_t size;
    if (write_temporary(v, path, ending, c->source, c->size) &&
        view_program(v, editor, path) == 0) {
        char *text = file_read(path, &size, NULL, error, sizeof error);
        /* Editors end the last line; cells do not. */
        if (text && size > 0 && text[size - 1] == '\n' &&
            (c->size == 0 || c->source[c->size - 1] != '\n'))
            size--;
        if (!text)
            view_complain(v, "%s", error);
        else if (size != c->size || memcmp(text, c->source, size) != 0)
            notebook_edit(v->nb, v->cell, text, size, false);
        free(text);
        view_note_edits(v, false);
    }
    unlink(path);
    if (edits) view_edit_begin(v, false);
}

/* The file is run by a moonlab of its own, on the terminal, so that it is seen at work and Ctrl-C ends it. */
void do_verify(view *v, const char *argument)
{
    (void)argument;
    char path[64], error[256];
    if (!v->path) {
        view_complain(v, ":verify runs the file: save the notebook first");
        return;
    }
    view_save(v, NULL, false, NULL);
    if (v->question.on || v->message_is_error || !write_temporary(v, path, "", "", 0)) return;
    buffer program = { 0 };
    const session_options *o = &v->in->options;
    buffer_format(&program, "run() { /proc/%ld/exe %s %s verify \"$1\" 2>&1 | tee %s; }; run",
                  (long)getpid(), o->safe ? "--safe" : "",
                  o->device && strcmp(o->device, "cuda") == 0 ? "--device cuda" : "", path);
    char *line = buffer_take(&program, NULL);
    *v->message = '\0';
    if (line && view_program(v, line, v->path) >= 0) {
        char *text = file_read(path, &(size_t){ 0 }, NULL, error, sizeof error);
        if (text && *text)
            view_overlay_open(v, "Verified", text, STYLED_WORDS);
        else
            view_complain(v, "nothing was verified"), free(text);
    }
    free(line);
    unlink(path);
}

void do_suspend(view *v, const char *argument)
{
    (void)argument;
    view_note_edits(v, true);
    view_terminal_suspend();
    v->dirty = v->hurry = true;
}

void do_redraw(view *v, const char *argument)
{
    (void)argument;
    view_terminal_resize(&v->rows, &v->columns);
    view_terminal_redraw();
    v->dirty = v->hurry = true;
}
