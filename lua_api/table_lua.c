/* table_lua.c -- the operator table as Lua sees it (for the tests and tools), and functions of lab that are written in
** Lua, loaded when first called. */
#include "lua_api/binding_private.h"

#include <string.h>

static void set_string(lua_State *L, const char *key, const char *v)
{
    lua_pushstring(L, v);
    lua_setfield(L, -2, key);
}

static void set_bool(lua_State *L, const char *key, bool v)
{
    lua_pushboolean(L, v);
    lua_setfield(L, -2, key);
}

/* Does every gradient formula have a gradient itself, as far as the table knows? */
static bool has_second(const ml_op_info *op)
{
    return strcmp(op->name, "digamma") != 0 && op->family != ML_COMPARE &&
           op->family != ML_PREDICATE;
}

/* How many of a pointwise row's inputs are tensors by nature: x alone, or those before a number with a default. */
static int count_inputs(const ml_op_info *op)
{
    int n = 0;
    const char *s = op->sig;
    if (*s == 'x') return 1;
    for (const char *colon; (colon = strchr(s, ':')) && (colon[1] == 'T' || colon[1] == 'S');
         s = colon + 1)
        n++;
    return n;
}

void lab_push_row(lua_State *L, const ml_op_info *op)
{
    static const char *const families[] = { "UNARY",     "BINARY",    "TERNARY", "COMPARE",
                                            "PREDICATE", "REDUCE",    "HAND",    "PLAIN",
                                            "VIEW",      "COMPOSITE", "CREATE" };
    lua_createtable(L, 0, 12);
    set_string(L, "name", op->name);
    set_string(L, "sig", op->sig);
    set_string(L, "help", op->help);
    set_string(L, "example", op->example);
    set_string(L, "chapter", op->file);
    set_string(L, "family", families[op->family]);
    set_string(L, "formula", op->y);
    set_bool(L, "pointwise", op->family <= ML_PREDICATE);
    set_bool(L, "predicate", op->family == ML_COMPARE || op->family == ML_PREDICATE);
    set_bool(L, "inplace", strstr(op->sig, "!:") != NULL);
    set_bool(L, "second", has_second(op));
    set_bool(L, "differentiable", op->grad || op->d[0] || op->family == ML_COMPOSITE);
    lua_pushinteger(L, count_inputs(op));
    lua_setfield(L, -2, "inputs");
    lua_pushnumber(L, op->lo);
    lua_setfield(L, -2, "lo");
    lua_pushnumber(L, op->hi);
    lua_setfield(L, -2, "hi");
    lua_createtable(L, 0, 9);
    for (int d = 0; d < ML_NDTYPE; d++) set_bool(L, ml_dtype_name((ml_dtype)d), op->types >> d & 1);
    lua_setfield(L, -2, "types");
    lua_createtable(L, 3, 0);
    for (int k = 0; k < 3; k++) {
        if (!op->d[k]) continue;
        lua_pushstring(L, op->d[k]);
        lua_rawseti(L, -2, k + 1);
    }
    lua_setfield(L, -2, "formulas");
}

static int operators(lua_State *L)
{
    lua_createtable(L, ml_nops, 0);
    for (int i = 0; i < ml_nops; i++) {
        lab_push_row(L, &ml_ops[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int check_formula(lua_State *L)
{
    if (ml_formula_check(luaL_checkstring(L, 1)) != ML_OK) return lab_error(L);
    return 0;
}

/* Upvalue: the module that is the function. */
static int call_module(lua_State *L)
{
    int n = lua_gettop(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "moonlab.require");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_call(L, 1, 1);
    lua_insert(L, 1);
    lua_call(L, n, LUA_MULTRET);
    return lua_gettop(L);
}

void lab_open_table(lua_State *L)
{
    static const luaL_Reg functions[] = { { "_operators", operators },
                                          { "_check_formula", check_formula },
                                          { NULL, NULL } };
    static const char *const modules[] = { "gradcheck", "checkpoint" };
    int lab = lua_gettop(L) - 2;
    lab_set_functions(L, lab, functions);
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        lua_pushfstring(L, "lab.%s", modules[i]);
        lua_pushcclosure(L, call_module, 1);
        lua_setfield(L, lab, modules[i]);
    }
}
