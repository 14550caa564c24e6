/* grad_lua.c -- gradients in Lua: backward, lab.grad, no_grad, hooks, functions with a gradient of their own. */
#include "lua_api/binding_private.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 250 };

/* A tensor or a table of tensors at ARG into list[]; how many. */
static int tensors_at(lua_State *L, const char *op, int arg, ml_tensor *list[])
{
    ml_tensor *t = lab_test(L, arg);
    if (t) return list[0] = t, 1;
    if (!lua_istable(L, arg)) lab_check(L, arg, op);
    int n = (int)lua_rawlen(L, arg);
    if (n == 0 || n > MOST)
        lab_raise(L, "%s: argument %d is a table of %d tensors; 1 to %d are possible", op, arg, n,
                  MOST);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, arg, i + 1);
        list[i] = lab_test(L, -1);
        if (!list[i])
            lab_raise(L, "%s: element %d of argument %d is a %s, not a tensor", op, i + 1, arg,
                      luaL_typename(L, -1));
        lua_pop(L, 1);
    }
    return n;
}

static bool flag(lua_State *L, int options, const char *name)
{
    if (!lua_istable(L, options)) return false;
    lua_getfield(L, options, name);
    bool on = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return on;
}

static ml_backward_options read_flags(lua_State *L, int options)
{
    return (ml_backward_options){ .create_graph = flag(L, options, "create_graph"),
                                  .retain_graph = flag(L, options, "retain_graph"),
                                  .allow_unused = flag(L, options, "allow_unused") };
}

/* The state whose call the core is working on: hooks and gradients written in Lua run there. */
static lua_State *calling;

typedef struct pass {
    lua_State *L;
    int n, nin;
    ml_tensor *outputs[MOST], *seeds[MOST], *inputs[MOST], *grads[MOST];
    ml_backward_options options;
} pass;

/* In the core's scope, so that a hook may free the value that Lua knows. */
static ml_status hold(int n, ml_tensor *const list[])
{
    for (int i = 0; i < n; i++) {
        ml_scope scope;
        ml_scope_open(&scope);
        if (list[i] && !ml_scope_return(&scope, list[i])) return ml_error_status();
    }
    return ML_OK;
}

static ml_status hold_all(const pass *p)
{
    ML_TRY(hold(p->n, p->outputs));
    ML_TRY(hold(p->n, p->seeds));
    return hold(p->nin, p->inputs);
}

static ml_status backward_pass(void *ctx)
{
    pass *p = ctx;
    ML_TRY(hold_all(p));
    lua_State *was = calling;
    calling = p->L;
    ml_status status = ml_backward(p->n, p->outputs, p->seeds, &p->options);
    calling = was;
    return status;
}

typedef struct start {
    lua_State *L;
    ml_tensor *t;
} start;

static ml_status backward_from(void *ctx)
{
    start *s = ctx;
    ML_TRY(hold(1, &s->t));
    lua_State *was = calling;
    calling = s->L;
    ml_status status = ml_backward(1, &s->t, NULL, NULL);
    calling = was;
    return status;
}

/* x:backward(), as nearly every step of training calls it: without the large table of a pass. */
static int backward_of_one(lua_State *L, ml_tensor *t)
{
    start s = { L, t };
    lab_protect(L, backward_from, &s);
    lab_collect(L);
    return 0;
}

/* x:backward([gradient], {retain_graph=, create_graph=}) and lab.backward({outputs}, {gradients}, {…}) */
static int backward(lua_State *L)
{
    static const char *const names[] = { "gradient", "retain_graph", "create_graph", NULL };
    ml_tensor *t = lua_gettop(L) == 1 ? lab_test(L, 1) : NULL;
    if (t) return backward_of_one(L, t);
    pass *p = lua_newuserdatauv(L, sizeof *p, 0);
    lua_insert(L, 1);
    memset(p, 0, sizeof *p);
    p->L = L;
    int options =
        lab_test(L, 3) || lua_isnil(L, 3) || (lua_istable(L, 3) && lua_rawlen(L, 3) > 0) ? 4 : 3;
    lab_options(L, "backward", options, names);
    p->options = read_flags(L, options); /* may run code, so tensors are read after it */
    bool named = lua_istable(L, options) && lua_getfield(L, options, "gradient") != LUA_TNIL;
    p->n = tensors_at(L, "backward", 2, p->outputs);
    if (options == 4 && !lua_isnil(L, 3) && tensors_at(L, "backward", 3, p->seeds) != p->n)
        lab_raise(L, "backward: one gradient for each output is needed");
    if (named) p->seeds[0] = lab_check(L, lua_gettop(L), "backward");
    lab_protect(L, backward_pass, p);
    lab_collect(L);
    return 0;
}

static ml_status grad_pass(void *ctx)
{
    pass *p = ctx;
    ML_TRY(hold_all(p));
    lua_State *was = calling;
    calling = p->L;
    ml_status status =
        ml_grad(p->n, p->outputs, p->seeds, p->nin, p->inputs, p->grads, &p->options);
    calling = was;
    ML_TRY(status);
    for (int i = 0; i < p->nin; i++) ml_retain(p->grads[i]);
    return ML_OK;
}

/* lab.grad(outputs, inputs, {grad_outputs=, retain_graph=, create_graph=, allow_unused=}): the gradients, as many
** results as inputs; no .grad is touched. */
static int grad(lua_State *L)
{
    static const char *const names[] = { "grad_outputs", "retain_graph", "create_graph",
                                         "allow_unused", NULL };
    lab_options(L, "grad", 3, names);
    lua_settop(L, 3);
    pass *p = lua_newuserdatauv(L, sizeof *p, 0);
    memset(p, 0, sizeof *p);
    p->L = L;
    p->options = read_flags(L, 3); /* may run code, so tensors are read after it */
    bool seeds = lua_istable(L, 3) && lua_getfield(L, 3, "grad_outputs") != LUA_TNIL;
    p->n = tensors_at(L, "grad", 1, p->outputs);
    p->nin = tensors_at(L, "grad", 2, p->inputs);
    if (seeds && tensors_at(L, "grad", lua_gettop(L), p->seeds) != p->n)
        lab_raise(L, "grad: one gradient for each output is needed");
    luaL_checkstack(L, p->nin + 8, "grad");
    int base = lua_gettop(L);
    for (int i = 0; i < p->nin; i++) lab_push_box(L);
    lab_protect(L, grad_pass, p);
    for (int i = 0; i < p->nin; i++) {
        if (p->grads[i]) {
            lab_fill_box(L, base + 1 + i, p->grads[i]);
        } else {
            lua_pushnil(L);
            lua_replace(L, base + 1 + i);
        }
    }
    lab_collect(L);
    return p->nin;
}

/* ---- regions -------------------------------------------------------------------------------------- */

static int restore(lua_State *L) /* __close of the guard below */
{
    ml_set_grad_enabled(*(bool *)lua_touserdata(L, 1));
    return 0;
}

/* Calls the function at 1 with what follows it, gradients on or off, however it ends. */
static int with_grad(lua_State *L, bool on)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int n = lua_gettop(L);
    bool *was = lua_newuserdatauv(L, sizeof *was, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, restore);
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
    lua_insert(L, 1);
    lua_toclose(L, 1);
    *was = ml_set_grad_enabled(on);
    lua_call(L, n - 1, LUA_MULTRET);
    return lua_gettop(L) - 1;
}

/* lab.no_grad(f, …): f(…) without recording gradients; returns what f returns. */
static int no_grad(lua_State *L)
{
    return with_grad(L, false);
}

static int enable_grad(lua_State *L)
{
    return with_grad(L, true);
}

static int is_grad_enabled(lua_State *L)
{
    lua_pushboolean(L, ml_grad_enabled());
    return 1;
}

static int set_grad_enabled(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TBOOLEAN);
    lua_pushboolean(L, ml_set_grad_enabled(lua_toboolean(L, 1)));
    return 1;
}

static int requires_grad(lua_State *L)
{
    ml_tensor *t = lab_check(L, 1, "requires_grad_");
    if (ml_set_requires_grad(t, lua_isnoneornil(L, 2) || lua_toboolean(L, 2)) != ML_OK)
        return lab_error(L);
    lua_settop(L, 1);
    return 1;
}

static int detach_in_place(lua_State *L)
{
    return lab_raise(L, "detach_: use y = x:detach()%s", lab_test(L, 1) ? "" : " on a tensor");
}

static int zero_grad(lua_State *L)
{
    if (ml_set_grad(lab_check(L, 1, "zero_grad"), NULL) != ML_OK) return lab_error(L);
    return 0;
}

/* ---- Lua functions called from the core -------------------------------------------------------------- */

/* A Lua value kept for the core; freed by drop_ref. */
typedef struct ref {
    int id;        /* a hook, or {backward, context} of a custom function */
    int nin, nout; /* of a custom function's call */
} ref;

static ref *keep_top(lua_State *L, int nin, int nout)
{
    int id = luaL_ref(L, LUA_REGISTRYINDEX);
    ref *r = malloc(sizeof *r);
    if (!r) {
        luaL_unref(L, LUA_REGISTRYINDEX, id);
        lab_raise(L, "out of memory");
        return NULL;
    }
    *r = (ref){ id, nin, nout };
    return r;
}

static void drop_ref(void *ctx)
{
    ref *r = ctx;
    luaL_unref(lab_main_state(), LUA_REGISTRYINDEX, r->id);
    free(r);
}

/* A call from the core into Lua.  All that can raise a Lua error happens inside the protected call, so that no
** error jumps over the core's frames; what it gave is owned by the core's scope. */
typedef struct callback {
    int ref, nargs, nresults; /* of the function's tensors */
    ml_tensor *const *args;
    ml_tensor **results; /* NULL: nil */
} callback;

/* The userdata may die before the core is done with its tensor. */
static ml_tensor *own(ml_tensor *t)
{
    ml_scope scope;
    ml_scope_open(&scope);
    return t ? ml_scope_return(&scope, t) : NULL;
}

static int take_results(lua_State *L, const callback *c, int first)
{
    for (int i = 0; i < c->nresults; i++) {
        ml_tensor *t = lab_test(L, first + i);
        if (!t && !lua_isnil(L, first + i))
            return lab_raise(L, "result %d is a %s; a tensor or nil is needed", i + 1,
                             lab_is_tensor(L, first + i) ? "tensor that was freed"
                                                         : luaL_typename(L, first + i));
        c->results[i] = ml_grad_enabled() ? own(t) : t ? ml_detach(t) : NULL;
        if (t && !c->results[i]) return lab_error(L);
    }
    return 0;
}

static int run_callback(lua_State *L) /* (callback) */
{
    const callback *c = lua_touserdata(L, 1);
    int extra = lua_rawgeti(L, LUA_REGISTRYINDEX, c->ref) == LUA_TTABLE;
    luaL_checkstack(L, c->nargs + c->nresults + 8, "too many tensors");
    if (extra) {
        lua_rawgeti(L, 2, 1);
        lua_rawgeti(L, 2, 2);
        lua_remove(L, 2);
    }
    for (int i = 0; i < c->nargs; i++) lab_push(L, c->args[i]);
    lua_call(L, extra + c->nargs, c->nresults);
    return take_results(L, c, 2);
}

/* Callbacks in callbacks make long messages, of which the end says what happened. */
static ml_status fail_with(const char *what, const char *message)
{
    enum { MOST_TOLD = 400 };
    if (!message) message = "an error that is not a string";
    size_t n = strlen(message);
    if (n <= MOST_TOLD) return ml_fail(ML_VALUE, "%s: %s", what, message);
    const char *tail = message + n - MOST_TOLD;
    while ((*tail & 0xc0) == 0x80) tail++; /* not inside a character */
    return ml_fail(ML_VALUE, "%s: … %s", what, tail);
}

/* Runs the callback; a Lua error becomes the core's. */
static ml_status call_lua(callback *c, const char *what)
{
    lua_State *L = calling;
    if (!lua_checkstack(L, 4)) return ml_fail(ML_MEMORY, "%s: out of memory", what);
    lua_pushcfunction(L, run_callback);
    lua_pushlightuserdata(L, c);
    if (lua_pcall(L, 1, 0, 0) == LUA_OK) return ML_OK;
    ml_status status = fail_with(what, lua_tostring(L, -1));
    lua_pop(L, 1);
    return status;
}

static ml_tensor *run_hook(void *ctx, ml_tensor *g)
{
    ml_tensor *result = NULL;
    callback c = {
        .ref = ((const ref *)ctx)->id, .nargs = 1, .nresults = 1, .args = &g, .results = &result
    };
    return call_lua(&c, "hook") == ML_OK ? result : NULL;
}

static int remove_hook(lua_State *L)
{
    ml_tensor *t = lab_test(L, lua_upvalueindex(1));
    if (t) ml_remove_hook(t, (uint64_t)lua_tointeger(L, lua_upvalueindex(2)));
    return 0;
}

/* x:register_hook(function(g) … end): called with x's gradient when it is complete; may return another.  Returns a
** function that removes the hook. */
static int register_hook(lua_State *L)
{
    ml_tensor *t = lab_check(L, 1, "register_hook");
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    ref *r = keep_top(L, 1, 1);
    uint64_t id;
    if (ml_add_hook(t, &(ml_hook){ r, run_hook, drop_ref }, &id) != ML_OK) {
        drop_ref(r);
        return lab_error(L);
    }
    lua_pushvalue(L, 1);
    lua_pushinteger(L, (lua_Integer)id);
    lua_pushcclosure(L, remove_hook, 2);
    return 1;
}

/* ---- functions with a gradient of their own ------------------------------------------------------------ */

static ml_status custom_backward(void *ctx, ml_tensor *const g[], ml_tensor *gin[])
{
    const ref *r = ctx;
    callback c = { .ref = r->id, .nargs = r->nout, .nresults = r->nin, .args = g, .results = gin };
    return call_lua(&c, "backward of a custom function");
}

typedef struct custom_call {
    int nin, nout;
    ml_tensor *in[MOST], *out[MOST];
    ml_custom fn;
} custom_call;

static ml_status record_custom(void *ctx)
{
    custom_call *c = ctx;
    return ml_record_custom(&c->fn, c->nin, c->in, c->nout, c->out);
}

static int too_many(lua_State *L, const char *what, int n)
{
    return lab_raise(L, "custom function: %d %s; at most %d are possible", n, what, MOST);
}

/* forward's results, which stand above the context. */
static void take_outputs(lua_State *L, custom_call *c, int context)
{
    int n = lua_gettop(L) - context;
    if (n > MOST) too_many(L, "results of forward", n);
    for (int k = 0; k < n; k++) {
        ml_tensor *t = lab_test(L, context + 1 + k);
        if (!t)
            lab_raise(L, "custom function: result %d of forward is a %s, not a tensor", k + 1,
                      lab_is_tensor(L, context + 1 + k) ? "tensor that was freed"
                                                        : luaL_typename(L, context + 1 + k));
        for (int i = 0; i < c->nin; i++)
            if (c->in[i] == t)
                lab_raise(
                    L, "custom function: forward returned its argument; return x:clone() instead");
        c->out[c->nout++] = t;
    }
}

/* Upvalues: forward, backward.  Calls forward(ctx, …) without gradients; tensors among the arguments get theirs from
** backward(ctx, g…), which returns one gradient (or nil) for each tensor argument in order. */
static int call_custom(lua_State *L)
{
    int n = lua_gettop(L);
    custom_call *c = lua_newuserdatauv(L, sizeof *c, 0);
    memset(c, 0, sizeof *c);
    lua_newtable(L); /* the context */
    int context = lua_gettop(L);
    luaL_checkstack(L, n + 8, "custom function");
    lua_pushcfunction(L, no_grad);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, context);
    for (int i = 1; i <= n; i++) lua_pushvalue(L, i);
    lua_call(L, n + 2, LUA_MULTRET);
    luaL_checkstack(L, 8, "custom function");
    for (int i = 1; i <= n; i++) { /* only now: forward may have freed one */
        if (!lab_is_tensor(L, i)) continue;
        if (c->nin == MOST) too_many(L, "tensor arguments or more", MOST + 1);
        c->in[c->nin++] = lab_check(L, i, "custom function");
    }
    int results = lua_gettop(L) - context;
    take_outputs(L, c, context);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, context);
    lua_rawseti(L, -2, 2);
    c->fn = (ml_custom){ .name = "custom function",
                         .ctx = keep_top(L, c->nin, c->nout),
                         .backward = custom_backward,
                         .drop = drop_ref };
    lab_protect(L, record_custom, c);
    return results;
}

/* lab.custom(forward, backward) */
static int custom(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_pushcclosure(L, call_custom, 2);
    return 1;
}

/* ---- lab.scope ------------------------------------------------------------------------------------------ */

static int open_scopes;
static char scope_key;

/* Inside lab.scope every new tensor value is listed, weakly. */
void lab_scope_note(lua_State *L, int arg)
{
    if (!open_scopes) return;
    arg = lua_absindex(L, arg);
    luaL_checkstack(L, 4, "scope");
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &scope_key) == LUA_TTABLE) {
        lua_pushvalue(L, arg);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
}

/* Takes tensors that VALUE reaches (through tables) out of the list at LIST. */
static void spare(lua_State *L, int list, int value, int depth)
{
    value = lua_absindex(L, value);
    if (lab_is_tensor(L, value)) {
        lua_pushvalue(L, value);
        lua_pushnil(L);
        lua_rawset(L, list);
    } else if (lua_istable(L, value) && depth < 16) {
        luaL_checkstack(L, 6, "scope");
        lua_pushnil(L);
        while (lua_next(L, value)) {
            spare(L, list, -1, depth + 1);
            lua_pop(L, 1);
        }
    }
}

static int end_scope(lua_State *L) /* __close: an error frees everything, too */
{
    open_scopes--;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    lua_getiuservalue(L, 1, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &scope_key); /* the outer scope's list, or nil */
    lua_getfield(L, LUA_REGISTRYINDEX, "tensor");
    lua_getfield(L, -1, "__gc");
    int release = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, 2)) {
        lua_pop(L, 1);
        lua_pushvalue(L, release);
        lua_pushvalue(L, -2);
        lua_call(L, 1, 0);
    }
    return 0;
}

/* lab.scope(f, …): tensors made by f that it does not return (also in tables) are freed when it ends. */
static int scope(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int n = lua_gettop(L);
    lua_newuserdatauv(L, 0, 2);
    lua_createtable(L, 0, 16);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, -3, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &scope_key);
    lua_setiuservalue(L, -3, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &scope_key);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, end_scope);
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
    lua_insert(L, 1);
    open_scopes++;
    lua_toclose(L, 1);
    lua_call(L, n - 1, LUA_MULTRET);
    lua_getiuservalue(L, 1, 1);
    int list = lua_gettop(L);
    for (int i = 2; i < list; i++) spare(L, list, i, 0);
    lua_pop(L, 1);
    return lua_gettop(L) - 1;
}

void lab_open_grad(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "grad", grad },
        { "backward", backward },
        { "no_grad", no_grad },
        { "enable_grad", enable_grad },
        { "is_grad_enabled", is_grad_enabled },
        { "set_grad_enabled", set_grad_enabled },
        { "custom", custom },
        { "scope", scope },
        { NULL, NULL },
    };
    static const luaL_Reg methods[] = {
        { "backward", backward },           { "requires_grad_", requires_grad },
        { "register_hook", register_hook }, { "detach_", detach_in_place },
        { "zero_grad", zero_grad },         { NULL, NULL },
    };
    int m = lua_gettop(L);
    lab_set_functions(L, m - 2, functions);
    lab_set_functions(L, m, methods);
}
