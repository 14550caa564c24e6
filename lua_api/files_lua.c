/* files_lua.c -- lab.save, lab.load, and the readers of data sets for the Lua modules of `data`,
** as the module "lab.files".
**
** What a reader made is held by a box, a userdata that the collector knows, until it is in Lua's
** hands: a Lua error on the way loses nothing. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "lua_api/files_lua.h"

#include <jansson.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/moonlab.h"
#include "core/op.h"
#include "lua_api/binding.h"
#include "lua_api/saved_value.h"
#include "lua_api/session.h"

#define VALUE_KEY   "moonlab" /* of the text that holds a nested value as JSON */
#define SYSTEM_DATA "/usr/share/datasets/"

/* ---- the box --------------------------------------------------------------------------------- */

/* A file's work, done inside a core scope where no Lua error may be raised. */
typedef struct box {
    const char *path;
    ml_named named;
    ml_csv_table table;
    json_t *json;
    ml_status (*work)(struct box *box);
    int device;
    bool compress;
    ml_csv_options csv;
    int64_t n; /* shuffled */
    uint64_t seed, stream;
} box;

static int box_close(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, "moonlab.box");
    ml_named_free(&b->named);
    ml_csv_free(&b->table);
    json_decref(b->json);
    b->json = NULL;
    return 0;
}

static box *push_box(lua_State *L, const char *path)
{
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    memset(b, 0, sizeof *b);
    b->path = path;
    if (luaL_newmetatable(L, "moonlab.box")) {
        lua_pushcfunction(L, box_close);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return b;
}

/* Gives back what the box at IDX holds now, not when the collector comes. */
static void empty_box(lua_State *L, int idx)
{
    lua_pushcfunction(L, box_close);
    lua_pushvalue(L, idx);
    lua_call(L, 1, 0);
}

static ml_status run_box(void *ctx)
{
    box *b = ctx;
    return b->work(b);
}

static void run(lua_State *L, box *b, ml_status (*work)(box *b))
{
    b->work = work;
    lab_protect(L, run_box, b);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static const char *check_path(lua_State *L, const char *op)
{
    size_t n;
    if (lua_type(L, 1) != LUA_TSTRING)
        lab_raise(L, "%s: a path expected, got %s", op, luaL_typename(L, 1));
    const char *path = lua_tolstring(L, 1, &n);
    if (strlen(path) != n) lab_raise(L, "%s: the path has a zero byte", op);
    return path;
}

/* Debian's data sets may be read under --safe, too: they belong to the system. */
static bool is_system_data(const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) && strncmp(real, SYSTEM_DATA, strlen(SYSTEM_DATA)) == 0;
}

static const char *path_to_read(lua_State *L, const char *op)
{
    const char *path = check_path(L, op);
    if (!is_system_data(path) && !session_path_allowed(L, path))
        lab_raise(L, "%s: %s", op, lua_tostring(L, -1));
    return path;
}

static const char *path_to_write(lua_State *L, const char *op)
{
    const char *path = check_path(L, op);
    if (!session_path_allowed(L, path)) lab_raise(L, "%s: %s", op, lua_tostring(L, -1));
    return path;
}

typedef enum file_kind { FILE_NPY, FILE_NPZ, FILE_SAFETENSORS } file_kind;

static file_kind kind_of(lua_State *L, const char *op, const char *path)
{
    static const char *const endings[] = { ".npy", ".npz", ".safetensors" };
    size_t n = strlen(path);
    for (int i = 0; i < 3; i++) {
        size_t m = strlen(endings[i]);
        if (n >= m && strcasecmp(path + n - m, endings[i]) == 0) return (file_kind)i;
    }
    lab_raise(
        L,
        "%s: \"%s\": the ending says the format; known are .safetensors (tensors and tables), "
        ".npy (one tensor), .npz (a table of tensors)",
        op, path);
    return FILE_NPY;
}

/* ---- lab.load -------------------------------------------------------------------------------- */

static ml_status add_one(box *b, ml_tensor *t)
{
    return t ? ml_named_add(&b->named, "", t) : ml_error_status();
}

/* Exchanges the tensors for copies on the wanted device. */
static ml_status move_all(box *b)
{
    for (int64_t i = 0; b->device != 0 && i < b->named.n; i++) {
        ml_tensor *t = ml_to_device(b->named.item[i].tensor, b->device);
        if (!t) return ml_error_status();
        ml_release(b->named.item[i].tensor);
        b->named.item[i].tensor = ml_retain(t);
    }
    return ML_OK;
}

static ml_status load_npy(box *b)
{
    ML_TRY(add_one(b, ml_npy_load(b->path)));
    return move_all(b);
}

static ml_status load_npz(box *b)
{
    ML_TRY(ml_npz_load(b->path, &b->named));
    return move_all(b);
}

static ml_status load_safetensors(box *b)
{
    json_error_t error;
    ML_TRY(ml_safetensors_load(b->path, &b->named));
    const char *text = ml_named_find_text(&b->named, VALUE_KEY);
    if (text) {
        b->json =
            json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
        if (!b->json)
            return ml_fail(ML_FORMAT, "%s: the saved value is damaged: %s", b->path, error.text);
    }
    return move_all(b);
}

static void push_named(lua_State *L, const ml_named *named)
{
    lua_createtable(L, 0, named->n < 1 << 20 ? (int)named->n : 0);
    for (int64_t i = 0; i < named->n; i++) {
        lab_push(L, named->item[i].tensor);
        lua_setfield(L, -2, named->item[i].name);
    }
}

/* The file's texts, without ours; nil if there are none. */
static void push_texts(lua_State *L, const ml_named *named)
{
    bool any = false;
    lua_newtable(L);
    for (int64_t i = 0; i < named->ntexts; i++) {
        if (strcmp(named->text[i].key, VALUE_KEY) == 0) continue;
        lua_pushstring(L, named->text[i].value);
        lua_setfield(L, -2, named->text[i].key);
        any = true;
    }
    if (!any) lua_pop(L, 1), lua_pushnil(L);
}

static int device_option(lua_State *L, int options)
{
    if (!options || lua_getfield(L, options, "device") == LUA_TNIL) return 0;
    int device = ml_device_find(luaL_checkstring(L, -1));
    if (device < 0) lab_error(L);
    return device;
}

/* lab.load(path, {device=}): the value, and a safetensors file's metadata. */
static int files_load(lua_State *L)
{
    static const char *const names[] = { "device", NULL };
    static ml_status (*const work[])(box *) = { load_npy, load_npz, load_safetensors };
    const char *path = path_to_read(L, "lab.load");
    file_kind kind = kind_of(L, "lab.load", path);
    int device = device_option(L, lab_options(L, "lab.load", 2, names));
    box *b = push_box(L, path);
    int at = lua_gettop(L);
    b->device = device;
    run(L, b, work[kind]);
    if (kind == FILE_NPY)
        lab_push(L, b->named.item[0].tensor);
    else if (b->json)
        lab_json_to_value(L, path, b->json, &b->named);
    else
        push_named(L, &b->named);
    push_texts(L, &b->named);
    empty_box(L, at);
    return 2;
}

/* ---- lab.save -------------------------------------------------------------------------------- */

static ml_status save_npy(box *b)
{
    return ml_npy_save(b->path, b->named.item[0].tensor);
}

static ml_status save_npz(box *b)
{
    return ml_npz_save(b->path, &b->named, b->compress);
}

static ml_status save_safetensors(box *b)
{
    return ml_safetensors_save(b->path, &b->named);
}

static void add_text(lua_State *L, box *b, const char *key, const char *value)
{
    if (ml_named_add_text(&b->named, key, value) != ML_OK) lab_error(L);
}

static void take_metadata(lua_State *L, box *b, int options)
{
    if (!options || lua_getfield(L, options, "metadata") == LUA_TNIL) return;
    if (!lua_istable(L, -1)) lab_raise(L, "lab.save: metadata should be a table of strings");
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING ||
            strlen(lua_tostring(L, -1)) != lua_rawlen(L, -1) ||
            strlen(lua_tostring(L, -2)) != lua_rawlen(L, -2))
            lab_raise(
                L,
                "lab.save: metadata should be a table of strings by strings, without zero bytes");
        if (strcmp(lua_tostring(L, -2), VALUE_KEY) == 0)
            lab_raise(L, "lab.save: the metadata key \"" VALUE_KEY "\" is taken; use another");
        add_text(L, b, lua_tostring(L, -2), lua_tostring(L, -1));
    }
}

/* Fills the box with the value at argument 2, as the format allows. */
static void take_value(lua_State *L, box *b, file_kind kind)
{
    ml_tensor *t = lab_test(L, 2);
    if (kind == FILE_NPY) {
        if (!t)
            lab_raise(L, "lab.save: .npy holds one tensor, got %s; use .safetensors",
                      luaL_typename(L, 2));
        if (add_one(b, t) != ML_OK) lab_error(L);
    } else if (kind == FILE_NPZ) {
        if (!lab_flat_table(L, 2, &b->named))
            lab_raise(
                L,
                "lab.save: .npz holds a table {name = tensor, ...}, got %s; use .safetensors for "
                "other values",
                t ? "a tensor" : luaL_typename(L, 2));
    } else if (!lab_flat_table(L, 2, &b->named)) {
        lab_value_to_json(L, "lab.save", 2, &b->named);
        add_text(L, b, VALUE_KEY, lua_tostring(L, -1));
    }
}

static int files_save(lua_State *L)
{
    static const char *const names[] = { "metadata", "compress", NULL };
    static ml_status (*const work[])(box *) = { save_npy, save_npz, save_safetensors };
    const char *path = path_to_write(L, "lab.save");
    file_kind kind = kind_of(L, "lab.save", path);
    if (lua_isnoneornil(L, 2)) lab_raise(L, "lab.save: a value to save expected, got nothing");
    int options = lab_options(L, "lab.save", 3, names);
    box *b = push_box(L, path);
    int at = lua_gettop(L);
    if (options) lua_getfield(L, options, "compress"), b->compress = lua_toboolean(L, -1);
    take_value(L, b, kind);
    if (kind == FILE_SAFETENSORS) take_metadata(L, b, options);
    run(L, b, work[kind]);
    empty_box(L, at);
    return 0;
}

/* ---- module lab.files: data sets ------------------------------------------------------------- */

static ml_status read_idx(box *b)
{
    return add_one(b, ml_idx_load(b->path));
}

static int files_idx(lua_State *L)
{
    box *b = push_box(L, path_to_read(L, "data.idx"));
    int at = lua_gettop(L);
    run(L, b, read_idx);
    lab_push(L, b->named.item[0].tensor);
    empty_box(L, at);
    return 1;
}

static ml_status read_cifar10(box *b)
{
    ml_tensor *images, *labels;
    ML_TRY(ml_cifar10_load(b->path, &images, &labels));
    ML_TRY(add_one(b, images));
    return add_one(b, labels);
}

/* cifar10(path): images uint8 (N, 3, 32, 32), labels int64 from 0. */
static int files_cifar10(lua_State *L)
{
    box *b = push_box(L, path_to_read(L, "data.cifar10"));
    int at = lua_gettop(L);
    run(L, b, read_cifar10);
    lab_push(L, b->named.item[0].tensor);
    lab_push(L, b->named.item[1].tensor);
    empty_box(L, at);
    return 2;
}

static ml_status read_csv(box *b)
{
    return ml_csv_load(b->path, &b->csv, &b->table);
}

/* The strings of list FIELD of the options table at 2, NULL-ended, in a userdata that is pushed;
** the table keeps them alive. */
static const char *const *push_texts_of(lua_State *L, const char *field)
{
    if (lua_getfield(L, 2, field) != LUA_TTABLE) return NULL;
    size_t n = lua_rawlen(L, -1);
    const char **list = lua_newuserdatauv(L, (n + 1) * sizeof *list, 0);
    for (size_t i = 0; i < n; i++) {
        if (lua_rawgeti(L, -2, (lua_Integer)i + 1) != LUA_TSTRING)
            lab_raise(L, "data.read_csv: %s should be a list of strings", field);
        list[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    list[n] = NULL;
    return list;
}

/* The column that the value at the top names, by name or position. */
static ml_csv_column csv_column(lua_State *L, const char *field)
{
    ml_csv_column column = { .name = NULL };
    if (lua_isinteger(L, -1))
        column.position = lua_tointeger(L, -1) - 1;
    else if (lua_type(L, -1) == LUA_TSTRING)
        column.name = lua_tostring(L, -1);
    else
        lab_raise(L, "data.read_csv: %s should be a list of names and positions", field);
    return column;
}

static const ml_csv_column *push_columns(lua_State *L, int64_t *n)
{
    *n = 0;
    if (lua_getfield(L, 2, "columns") != LUA_TTABLE) return NULL;
    *n = (int64_t)lua_rawlen(L, -1);
    ml_csv_column *list = lua_newuserdatauv(L, (size_t)(*n + 1) * sizeof *list, 0);
    for (int64_t i = 0; i < *n; i++) {
        lua_rawgeti(L, -2, i + 1);
        list[i] = csv_column(L, "columns");
        lua_pop(L, 1);
    }
    return list;
}

/* A dtype's name at the top; "text" is none of the tensors'. */
static ml_csv_type csv_type(lua_State *L)
{
    ml_csv_type type = { .text = false };
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    type.text = strcmp(name, "text") == 0;
    if (!type.text && !ml_dtype_parse(name, &type.dtype))
        lab_raise(L,
                  "data.read_csv: dtype \"%s\" is unknown; a tensor's dtype or \"text\" expected",
                  luaL_tolstring(L, -1, NULL));
    return type;
}

/* The table {column = dtype} at the top. */
static const ml_csv_type *push_types(lua_State *L, int64_t *n)
{
    int table = lua_gettop(L);
    *n = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) ++*n;
    ml_csv_type *list = lua_newuserdatauv(L, (size_t)(*n + 1) * sizeof *list, 0), *type = list;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        *type = csv_type(L);
        lua_pushvalue(L, -2);
        type++->column = csv_column(L, "dtype");
        lua_pop(L, 1);
    }
    return list;
}

static void push_table(lua_State *L, const ml_csv_table *table)
{
    lua_createtable(L, (int)table->n, 0);
    for (int64_t i = 0; i < table->n; i++) {
        const ml_csv_values *column = &table->column[i];
        lua_createtable(L, 0, 3);
        lua_pushstring(L, column->name);
        lua_setfield(L, -2, "name");
        lab_push(L, column->values);
        lua_setfield(L, -2, "values");
        if (column->is_text) lua_createtable(L, 0, 0);
        for (int64_t k = 1; k <= column->categories.n; k++) {
            lua_pushstring(L, ml_text_pool_get(&column->categories, k, NULL));
            lua_rawseti(L, -2, k);
        }
        if (column->is_text) lua_setfield(L, -2, "categories");
        lua_rawseti(L, -2, i + 1);
    }
}

/* csv(path, {delimiter=, header=, dtype=, missing=, columns=}), checked by data.read_csv: a list of
** {name=, values=, categories=}, the number of rows. */
static int files_csv(lua_State *L)
{
    box *b = push_box(L, path_to_read(L, "data.read_csv"));
    int at = lua_gettop(L);
    if (lua_getfield(L, 2, "header") != LUA_TNIL)
        b->csv.header = lua_toboolean(L, -1) ? ML_CSV_HEADER : ML_CSV_NO_HEADER;
    if (lua_getfield(L, 2, "delimiter") != LUA_TNIL) b->csv.delimiter = *luaL_checkstring(L, -1);
    b->csv.dtype = ML_F64;
    if (lua_getfield(L, 2, "dtype") == LUA_TTABLE)
        b->csv.types = push_types(L, &b->csv.ntypes);
    else if (!lua_isnil(L, -1)) {
        b->csv.dtype = csv_type(L).dtype;
        if (!ml_is_float(b->csv.dtype))
            lab_raise(L,
                      "data.read_csv: dtype should be a float dtype, or a table {column = dtype}");
    }
    b->csv.missing = push_texts_of(L, "missing");
    b->csv.columns = push_columns(L, &b->csv.ncolumns);
    run(L, b, read_csv);
    push_table(L, &b->table);
    lua_pushinteger(L, b->table.rows);
    empty_box(L, at);
    return 2;
}

typedef struct written {
    const char *path, *bytes;
    size_t n;
} written;

static ml_status write_file(void *ctx)
{
    const written *w = ctx;
    return ml_file_write(w->path, w->bytes, w->n);
}

/* write(path, text): whole or not at all. */
static int files_write(lua_State *L)
{
    written w = { .path = path_to_write(L, "write") };
    w.bytes = luaL_checklstring(L, 2, &w.n);
    lab_protect(L, write_file, &w);
    return 0;
}

/* exists(path): can the session read it? */
static int files_exists(lua_State *L)
{
    const char *path = check_path(L, "exists");
    bool allowed = is_system_data(path) || session_path_allowed(L, path);
    lua_pushboolean(L, allowed && access(path, R_OK) == 0);
    return 1;
}

/* ---- module lab.files: shuffling ------------------------------------------------------------- */

/* A permutation from seed and stream alone; the session's generator stays where it is. */
static ml_status shuffle(box *b)
{
    uint64_t seed, stream;
    ml_rng_state(&seed, &stream);
    ml_set_rng_state(b->seed, b->stream);
    ml_tensor *order = ml_call1(ml_op_find("randperm"), ML_I(b->n));
    ml_set_rng_state(seed, stream);
    return add_one(b, order ? ml_add_scalar(order, 1) : NULL);
}

/* shuffled(n, seed, stream): places from 1 in a random order. */
static int files_shuffled(lua_State *L)
{
    int64_t n = luaL_checkinteger(L, 1);
    box *b = push_box(L, "");
    int at = lua_gettop(L);
    b->n = n, b->seed = (uint64_t)luaL_checkinteger(L, 2);
    b->stream = (uint64_t)luaL_checkinteger(L, 3);
    run(L, b, shuffle);
    lab_push(L, b->named.item[0].tensor);
    empty_box(L, at);
    return 1;
}

/* ---- opening --------------------------------------------------------------------------------- */

void lab_files_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "idx", files_idx },
        { "cifar10", files_cifar10 },
        { "csv", files_csv },
        { "exists", files_exists },
        { "shuffled", files_shuffled },
        { "write", files_write },
        { NULL, NULL },
    };
    lua_pushcfunction(L, files_save);
    lua_setfield(L, -2, "save");
    lua_pushcfunction(L, files_load);
    lua_setfield(L, -2, "load");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "lab.files");
    lua_pop(L, 1);
}
