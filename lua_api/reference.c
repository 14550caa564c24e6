/* reference.c -- the reference manual as Markdown: a chapter for each family of operators and for each module. */
#include <lua.h>
#include <string.h>

#include "core/op.h"
#include "lua_api/help_page.h"
#include "lua_api/session.h"

typedef struct manual {
    text *t;
    char root[96]; /* of the module whose chapter is being written */
} manual;

static void add_operators(text *t)
{
    const char *chapter = "";
    for (int i = 0; i < ml_nops; i++) {
        if (strcmp(ml_ops[i].file, chapter) != 0)
            text_format(t, "## %s\n\n", chapter = ml_ops[i].file);
        text_format(t, "### lab.%s\n\n```text\n", ml_ops[i].name);
        help_operator_page(t, i);
        text_puts(t, "```\n\n");
    }
}

static bool add_doc(void *ctx, const lua_doc *doc)
{
    manual *m = ctx;
    size_t n = strcspn(doc->module, ".");
    if (strlen(m->root) != n || strncmp(m->root, doc->module, n) != 0) {
        if (n >= sizeof m->root) return true;
        memcpy(m->root, doc->module, n);
        m->root[n] = '\0';
        text_format(m->t, "## %s\n\n", m->root);
    }
    text_format(m->t, "### %s\n\n```text\n", doc->name);
    help_lua_page(m->t, doc);
    text_puts(m->t, "```\n\n");
    return true;
}

void session_push_reference(lua_State *L)
{
    manual m = { .t = text_new(L) };
    text_format(m.t, "# moonlab %s: reference\n\n", ml_version());
    add_operators(m.t);
    lua_docs_each(add_doc, &m);
    text_push(m.t);
    lua_remove(L, -2);
}
