/* export.h -- a notebook in other forms, chosen by the ending of a file's name.
**
**     .ipynb   Jupyter's (ipynb.h)           .md    Markdown, code and outputs in fences
**     .lua     plain Lua: values by show(…)  .txt   text
**     .html    one page, with all that it needs                                                  */
#ifndef REPL_EXPORT_H
#define REPL_EXPORT_H

#include "lua_api/lua_api.h"
#include "repl/buffer.h"
#include "repl/notebook.h"

/* Appends the notebook; NAME is the file's, for a title; S colours the code.  Memory: out->failed. */
typedef void export_function(buffer *out, const notebook *nb, const char *name, session *s);
export_function export_ipynb, export_lua, export_html, export_markdown, export_text;

typedef struct export_form {
    const char *ending; /* ".html" */
    export_function *write;
} export_form;
/* The form for this file; NULL with a message that names the known endings, and the nearest. */
const export_form *export_find(const char *path, char *error, size_t room);
/* The title: the header's, else the first heading, else the file's name; the caller's. */
char *export_title(const notebook *nb, const char *name);

#endif
