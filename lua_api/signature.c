/* signature.c -- how a function is called: "lab.sum(x, dim?, keepdim=false)", "train(net, …)". */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "lua_api/known.h"
#include "lua_api/session.h"
#include "lua_api/text.h"

/* The parameters of the Lua function at idx, of a method without self. */
static void add_parameters(text *t, int idx, bool method)
{
    lua_State *L = t->L;
    lua_Debug ar;
    lua_pushvalue(L, idx);
    lua_getinfo(L, ">u", &ar);
    text_puts(t, "(");
    for (int i = 1 + method; i <= ar.nparams; i++) {
        lua_pushvalue(L, idx);
        const char *name = lua_getlocal(L, NULL, i);
        if (!name) { /* stripped */
            lua_pop(L, 1);
            name = "?";
        } else
            lua_pop(L, 1);
        text_format(t, "%s%s", i > 1 + method ? ", " : "", name);
    }
    if (ar.isvararg) text_puts(t, ar.nparams > method ? ", \u2026" : "\u2026");
    text_puts(t, ")");
}

void session_signature(text *t, int idx, const char *name)
{
    lua_State *L = t->L;
    idx = lua_absindex(L, idx);
    bool of_lab = strncmp(name, "lab.", 4) == 0;
    int op = of_lab ? known_operator(name + 4) : -1;
    if (op >= 0)
        known_call(t, op);
    else {
        text_visible(t, name, strlen(name), false);
        if (lua_iscfunction(L, idx))
            text_puts(t, "(\u2026)");
        else
            add_parameters(t, idx, strchr(name, ':') != NULL);
    }
}
