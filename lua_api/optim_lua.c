/* optim_lua.c -- module "optim.core": parameter groups, whose step is one call into the core, and gradient
** clipping.  lua/optim/ makes optimisers of it.
**
** A group is a userdata with the fields of its optimiser's options (group.lr = 0.1) and `params`, the list of
** its tensors; user value 1 is that list. */
#include "lua_api/optim_lua.h"

#include <math.h>
#include <string.h>

#include "core/optim.h"
#include "lua_api/binding.h"

#define TYPE      "optim.group"
#define MAX_NAMES 24

typedef struct group {
    ml_optim_kind kind;
    ml_optim_options options;
    int n;
    ml_optim_slot *slots; /* another userdata's memory: user value 2 */
} group;

static group *check_group(lua_State *L)
{
    return luaL_checkudata(L, 1, TYPE);
}

/* ---- options ------------------------------------------------------------------------------------ */

static const ml_optim_field *find_field(ml_optim_kind kind, const char *name)
{
    for (const ml_optim_field *f = ml_optim_fields; f->name; f++)
        if ((f->kinds & 1u << kind) && !strcmp(f->name, name)) return f;
    return NULL;
}

static bool has_betas(const group *g, const char *name)
{
    return !strcmp(name, "betas") && find_field(g->kind, "beta1");
}

static int unknown_option(lua_State *L, const group *g, const char *name)
{
    const char *names[MAX_NAMES] = { 0 };
    luaL_Buffer list;
    int n = 0;
    if (find_field(g->kind, "beta1")) names[n++] = "betas";
    for (const ml_optim_field *f = ml_optim_fields; f->name; f++)
        if (f->kinds & 1u << g->kind) names[n++] = f->name;
    luaL_buffinit(L, &list);
    for (int i = 0; i < n; i++) {
        luaL_addstring(&list, i ? ", " : "");
        luaL_addstring(&list, names[i]);
    }
    luaL_pushresult(&list);
    const char *near = lab_nearest(name, names), *kind = ml_optim_name(g->kind);
    if (near)
        return lab_raise(L, "optim.%s: unknown option '%s'; did you mean '%s'? (options: %s)", kind,
                         name, near, lua_tostring(L, -1));
    return lab_raise(L, "optim.%s: unknown option '%s' (options: %s)", kind, name,
                     lua_tostring(L, -1));
}

static int set_betas(lua_State *L, group *g)
{
    double beta[2];
    for (int i = 0; i < 2; i++) {
        bool pair = lua_istable(L, 3) && lua_rawlen(L, 3) == 2;
        if (pair) lua_rawgeti(L, 3, i + 1);
        if (!pair || lua_type(L, -1) != LUA_TNUMBER)
            return lab_raise(L,
                             "optim.%s: betas must be a table of two numbers, such as {0.9, 0.999}",
                             ml_optim_name(g->kind));
        beta[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    g->options.beta1 = beta[0], g->options.beta2 = beta[1];
    return 0;
}

/* group.name = value */
static int set_field(lua_State *L)
{
    group *g = check_group(L);
    const char *name = luaL_checkstring(L, 2), *kind = ml_optim_name(g->kind);
    if (has_betas(g, name)) return set_betas(L, g);
    const ml_optim_field *f = find_field(g->kind, name);
    if (!f) return unknown_option(L, g, name);
    double v = f->flag ? (double)lua_toboolean(L, 3) : lua_tonumber(L, 3);
    if (lua_type(L, 3) != (f->flag ? LUA_TBOOLEAN : LUA_TNUMBER))
        return lab_raise(L, "optim.%s: %s must be a %s, got %s", kind, name,
                         f->flag ? "boolean" : "number", luaL_typename(L, 3));
    if (!(v >= 0) || isinf(v))
        return lab_raise(L, "optim.%s: %s is %f: it must not be negative", kind, name, v);
    memcpy((char *)&g->options + f->offset, &v, sizeof v);
    return 0;
}

static int get_field(lua_State *L)
{
    group *g = check_group(L);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1; /* a method */
    const char *name = luaL_checkstring(L, 2);
    const ml_optim_field *f = find_field(g->kind, name);
    double v;
    if (!strcmp(name, "params")) {
        lua_getiuservalue(L, 1, 1);
    } else if (!strcmp(name, "kind")) {
        lua_pushstring(L, ml_optim_name(g->kind));
    } else if (has_betas(g, name)) {
        lua_createtable(L, 2, 0);
        lua_pushnumber(L, g->options.beta1);
        lua_rawseti(L, -2, 1);
        lua_pushnumber(L, g->options.beta2);
        lua_rawseti(L, -2, 2);
    } else if (f) {
        memcpy(&v, (const char *)&g->options + f->offset, sizeof v);
        if (f->flag)
            lua_pushboolean(L, v != 0);
        else
            lua_pushnumber(L, v);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* group:options(): a table of every option. */
static int all_options(lua_State *L)
{
    group *g = check_group(L);
    lua_newtable(L);
    for (const ml_optim_field *f = ml_optim_fields; f->name; f++) {
        double v;
        if (!(f->kinds & 1u << g->kind)) continue;
        memcpy(&v, (const char *)&g->options + f->offset, sizeof v);
        if (f->flag)
            lua_pushboolean(L, v != 0);
        else
            lua_pushnumber(L, v);
        lua_setfield(L, -2, f->name);
    }
    return 1;
}

/* ---- making ------------------------------------------------------------------------------------- */

static int free_group(lua_State *L)
{
    group *g = check_group(L);
    for (int i = 0; i < g->n; i++) ml_optim_clear(&g->slots[i]);
    g->n = 0;
    return 0;
}

static bool find_kind(const char *name, ml_optim_kind *kind)
{
    for (int k = 0; k < ML_OPTIM_KINDS; k++)
        if (!strcmp(ml_optim_name((ml_optim_kind)k), name)) {
            *kind = (ml_optim_kind)k;
            return true;
        }
    return false;
}

/* core.group("SGD", {tensors}): a group with PyTorch's default options. */
static int new_group(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    int n = (int)lua_rawlen(L, 2);
    group *g = lua_newuserdatauv(L, sizeof *g, 2);
    *g = (group){ 0 };
    if (!find_kind(name, &g->kind)) return lab_raise(L, "optim: unknown optimiser '%s'", name);
    g->options = ml_optim_defaults(g->kind);
    ml_optim_slot *slots = lua_newuserdatauv(L, sizeof *slots * (size_t)(n + 1), 0);
    memset(slots, 0, sizeof *slots * (size_t)(n + 1));
    lua_setiuservalue(L, 3, 2);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 3, 1);
    g->slots = slots;
    luaL_setmetatable(L, TYPE);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, 2, i + 1);
        ml_tensor *t = lab_check(L, -1, name);
        if (!ml_is_leaf(t))
            return lab_raise(L,
                             "optim.%s: parameter %d was computed from others; only leaves can be "
                             "trained: use x:detach():requires_grad_(true)",
                             name, i + 1);
        if (!ml_is_float(ml_dtype_of(t)))
            return lab_raise(L, "optim.%s: parameter %d is %s: a float dtype is needed", name,
                             i + 1, ml_dtype_name(ml_dtype_of(t)));
        g->slots[g->n++].param = ml_retain(t);
        lua_pop(L, 1);
    }
    return 1;
}

/* ---- steps -------------------------------------------------------------------------------------- */

static ml_status run_check(void *ctx)
{
    group *g = ctx;
    return ml_optim_check(g->kind, &g->options);
}

/* group:check(): do the options fit together? */
static int check_options(lua_State *L)
{
    lab_protect(L, run_check, check_group(L));
    return 0;
}

static ml_status run_step(void *ctx)
{
    group *g = ctx;
    return ml_optim_step(g->kind, &g->options, g->n, g->slots);
}

static int step(lua_State *L)
{
    lab_protect(L, run_step, check_group(L));
    return 0;
}

typedef struct zeroing {
    group *g;
    bool keep; /* fill with 0 instead of dropping */
} zeroing;

static ml_status run_zero(void *ctx)
{
    zeroing *z = ctx;
    for (int i = 0; i < z->g->n; i++) {
        ml_tensor *p = z->g->slots[i].param, *old = ml_grad_of(p);
        if (!old) continue;
        ml_tensor *zero = z->keep ? ml_zeros_like(old) : NULL;
        if (z->keep && !zero) return ml_error_status();
        ML_TRY(ml_set_grad(p, zero));
    }
    return ML_OK;
}

/* group:zero_grad(set_to_none = true) */
static int zero_grad(lua_State *L)
{
    zeroing z = { check_group(L), lua_isboolean(L, 2) && !lua_toboolean(L, 2) };
    lab_protect(L, run_zero, &z);
    return 0;
}

/* ---- state -------------------------------------------------------------------------------------- */

static ml_optim_slot *check_slot(lua_State *L, group *g)
{
    lua_Integer i = luaL_checkinteger(L, 2);
    luaL_argcheck(L, i >= 1 && i <= g->n, 2, "no such parameter");
    return &g->slots[i - 1];
}

/* group:state(i): {step = n, exp_avg = tensor, …} of parameter i; nil before its first step. */
static int get_state(lua_State *L)
{
    group *g = check_group(L);
    ml_optim_slot *slot = check_slot(L, g);
    const char *name;
    if (slot->step == 0) return 0;
    lua_newtable(L);
    lua_pushinteger(L, slot->step);
    lua_setfield(L, -2, "step");
    if (g->kind == ML_NADAM) {
        lua_pushnumber(L, slot->mu_product);
        lua_setfield(L, -2, "mu_product");
    }
    for (int k = 0; (name = ml_optim_state_name(g->kind, k)); k++) {
        if (!slot->state[k]) continue;
        lab_push(L, slot->state[k]);
        lua_setfield(L, -2, name);
    }
    return 1;
}

typedef struct restoring {
    group *g;
    ml_optim_slot *slot;
    int64_t step;
    double mu_product;
    ml_tensor *from[ML_OPTIM_STATES];
} restoring;

static ml_status run_restore(void *ctx)
{
    restoring *r = ctx;
    for (int k = 0; k < ML_OPTIM_STATES; k++)
        ML_TRY(ml_optim_set_state(r->slot, r->g->kind, k, r->from[k]));
    r->slot->step = r->step, r->slot->mu_product = r->mu_product;
    return ML_OK;
}

/* group:set_state(i, state or nil): takes copies of what get_state gave. */
static int set_state(lua_State *L)
{
    group *g = check_group(L);
    restoring r = { .g = g, .slot = check_slot(L, g) };
    const char *name;
    lua_settop(L, 3);
    if (!lua_isnil(L, 3)) {
        luaL_checktype(L, 3, LUA_TTABLE);
        lua_getfield(L, 3, "step");
        r.step = luaL_checkinteger(L, -1);
        lua_getfield(L, 3, "mu_product");
        r.mu_product = g->kind == ML_NADAM ? luaL_checknumber(L, -1) : 0;
        for (int k = 0; (name = ml_optim_state_name(g->kind, k)); k++) {
            lua_getfield(L, 3, name); /* stays on the stack, alive */
            if (!lua_isnil(L, -1)) r.from[k] = lab_check(L, -1, name);
        }
    }
    lab_protect(L, run_restore, &r);
    return 0;
}

/* ---- clipping ----------------------------------------------------------------------------------- */

typedef struct clipping {
    int n;
    ml_tensor **params;
    double limit, norm_type, norm;
    bool strict;
} clipping;

static ml_status run_clip_norm(void *ctx)
{
    clipping *c = ctx;
    return ml_clip_grad_norm(c->n, c->params, c->limit, c->norm_type, c->strict, &c->norm);
}

static ml_status run_clip_value(void *ctx)
{
    clipping *c = ctx;
    return ml_clip_grad_value(c->n, c->params, c->limit);
}

/* A tensor or a list of them at argument 1; the array is a userdata on the stack. */
static void read_params(lua_State *L, clipping *c, const char *op)
{
    bool list = lua_istable(L, 1);
    c->n = list ? (int)lua_rawlen(L, 1) : 1;
    c->params = lua_newuserdatauv(L, sizeof(ml_tensor *) * (size_t)(c->n + 1), 0);
    for (int i = 0; i < c->n; i++) {
        if (list)
            lua_rawgeti(L, 1, i + 1);
        else
            lua_pushvalue(L, 1);
        c->params[i] = lab_check(L, -1, op);
        lua_pop(L, 1);
    }
}

/* core.clip_grad_norm_(params, max_norm, norm_type = 2, error_if_nonfinite = false): the norm before. */
static int clip_grad_norm(lua_State *L)
{
    clipping c = { .limit = luaL_checknumber(L, 2),
                   .norm_type = luaL_optnumber(L, 3, 2),
                   .strict = lua_toboolean(L, 4) };
    read_params(L, &c, "clip_grad_norm_");
    lab_protect(L, run_clip_norm, &c);
    lua_pushnumber(L, c.norm);
    return 1;
}

/* core.clip_grad_value_(params, limit) */
static int clip_grad_value(lua_State *L)
{
    clipping c = { .limit = luaL_checknumber(L, 2) };
    read_params(L, &c, "clip_grad_value_");
    lab_protect(L, run_clip_value, &c);
    return 0;
}

int lab_open_optim(lua_State *L)
{
    static const luaL_Reg methods[] = {
        { "step", step },
        { "zero_grad", zero_grad },
        { "state", get_state },
        { "set_state", set_state },
        { "check", check_options },
        { "options", all_options },
        { NULL, NULL },
    };
    static const luaL_Reg functions[] = {
        { "group", new_group },
        { "clip_grad_norm_", clip_grad_norm },
        { "clip_grad_value_", clip_grad_value },
        { NULL, NULL },
    };
    luaL_newmetatable(L, TYPE);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, get_field, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, set_field);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, free_group);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
