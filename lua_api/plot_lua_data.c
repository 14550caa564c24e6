/* plot_lua_data.c -- what is put on panels from Lua: series, contours, images, notes.
**
** Numbers come as userdata of plot_numbers.c; everything else in a table whose fields have been checked. */
#include <lauxlib.h>
#include <string.h>

#include "lua_api/binding_private.h"
#include "lua_api/plot_lua.h"

/* Numbers of so many are worth telling the collector. */
#define LARGE ((size_t)4096)

static const char *text_field(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    return lua_tostring(L, -1); /* the table keeps it */
}

static double number_field(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    double value = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static bool flag_field(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* The numbers in a field, or NULL; as many as N, if that is not 0. */
static const plot_numbers *numbers_field(lua_State *L, int table, const char *name, size_t n)
{
    const plot_numbers *numbers = NULL;
    if (lua_getfield(L, table, name) != LUA_TNIL) numbers = plot_numbers_check(L, -1);
    if (numbers != NULL && n > 0 && numbers->n != n)
        luaL_error(L, "plot: %s: %d numbers for %d", name, (int)numbers->n, (int)n);
    return numbers; /* the table keeps them */
}

/* The place of a word in a list of names, 0 if it is nil. */
static int choice_field(lua_State *L, int table, const char *name, const char *const names[])
{
    int place = 0;
    if (lua_getfield(L, table, name) != LUA_TNIL) place = luaL_checkoption(L, -1, NULL, names);
    lua_pop(L, 1);
    return place;
}

/* ---- series ---------------------------------------------------------------------------------- */

plot_series plot_style_check(lua_State *L, int style)
{
    luaL_checktype(L, style, LUA_TTABLE);
    return (plot_series){
        .label = text_field(L, style, "label"),
        .marker = text_field(L, style, "marker"),
        .color = (int)number_field(L, style, "color"),
        .smooth = number_field(L, style, "smooth"),
        .bare = flag_field(L, style, "bare"),
        .right = flag_field(L, style, "right"),
        .faint = flag_field(L, style, "faint"),
        .dashed = flag_field(L, style, "dashed"),
        .tinted = flag_field(L, style, "tinted"),
        .across = flag_field(L, style, "across"),
        .based = flag_field(L, style, "based"),
        .valued = flag_field(L, style, "valued"),
        .inside = flag_field(L, style, "inside"),
        .solid = flag_field(L, style, "solid"),
        .capped = flag_field(L, style, "capped"),
        .snapped = flag_field(L, style, "snapped"),
    };
}

static const char *const maps[] = { "viridis", "magma", "gray", "rdbu", NULL };

/* The series of (…, kind, x or nil, y, {x2=, y2=, label=, marker=, color=, smooth=, bare=, right=, faint=, dashed=,
** tinted=, across=, based=, valued=, inside=, solid=, capped=, snapped=, map=, place=}) from argument FIRST on. */
static plot_series read_series(lua_State *L, int first)
{
    static const char *const kinds[] = { "line", "scatter", "band", "segments", "rects", NULL };
    const plot_numbers *x = lua_isnil(L, first + 1) ? NULL : plot_numbers_typed(L, first + 1);
    const plot_numbers *y = plot_numbers_typed(L, first + 2);
    int style = first + 3;
    luaL_argcheck(L, !x || x->n == y->n, first + 1, "as many as y expected");
    plot_series series = plot_style_check(L, style);
    const plot_numbers *x2 = numbers_field(L, style, "x2", y->n);
    const plot_numbers *y2 = numbers_field(L, style, "y2", y->n);
    series.kind = (plot_kind)luaL_checkoption(L, first, NULL, kinds);
    lua_getfield(L, style, "map");
    series.mapped = !lua_isnil(L, -1);
    lua_pop(L, 1);
    series.map = (plot_colormap)choice_field(L, style, "map", maps);
    series.place = number_field(L, style, "place");
    series.x = x ? x->value : NULL;
    series.y = y->value;
    series.x_narrow = x ? x->narrow : NULL;
    series.y_narrow = y->narrow;
    series.x2 = x2 ? x2->value : NULL;
    series.y2 = y2 ? y2->value : NULL;
    series.n = y->n;
    return series;
}

static int add_series(lua_State *L) /* (panel, kind, x or nil, y, style) */
{
    plot_handle *h = plot_handle_check(L);
    plot_series series = read_series(L, 2);
    if (series.n >= LARGE) lab_collect(L);
    plot_handle_status(L, h, plot_panel_add(h->panel, &series));
    if (series.n >= LARGE) plot_handle_grown(L);
    lua_pushinteger(L, (lua_Integer)plot_panel_count(h->panel));
    return 1;
}

static int next_color(lua_State *L) /* (panel): what a series without a color gets */
{
    lua_pushinteger(L, plot_panel_next_color(plot_handle_check(L)->panel));
    return 1;
}

static int count_series(lua_State *L) /* (panel): everything that was added */
{
    lua_pushinteger(L, (lua_Integer)plot_panel_count(plot_handle_check(L)->panel));
    return 1;
}

/* The place in the panel at ARG, from 0. */
static size_t check_index(lua_State *L, int arg)
{
    lua_Integer i = luaL_checkinteger(L, arg);
    luaL_argcheck(L, i >= 1, arg, "counted from 1");
    return (size_t)i - 1;
}

static int replace_series(lua_State *L) /* (panel, index, kind, x or nil, y, style) */
{
    plot_handle *h = plot_handle_check(L);
    plot_series series = read_series(L, 3);
    plot_handle_status(L, h, plot_panel_replace(h->panel, check_index(L, 2), &series));
    return 0;
}

/* append(panel, index, x, y, y2 or nil): one point, of numbers, or many. */
static int append_points(lua_State *L)
{
    plot_handle *h = plot_handle_check(L);
    size_t index = check_index(L, 2), n = 1;
    double one[3] = { 0 };
    const double *value[3] = { &one[0], &one[1], lua_isnoneornil(L, 5) ? NULL : &one[2] };
    for (int i = 0; i < 3 && value[i] != NULL; i++) {
        if (lua_isnumber(L, 3 + i)) {
            one[i] = lua_tonumber(L, 3 + i);
            continue;
        }
        const plot_numbers *numbers = plot_numbers_check(L, 3 + i);
        luaL_argcheck(L, i == 0 || numbers->n == n, 3 + i, "as many as x expected");
        n = numbers->n;
        value[i] = numbers->value;
    }
    plot_handle_status(L, h, plot_panel_append(h->panel, index, value[0], value[1], value[2], n));
    return 0;
}

/* ---- contours and images --------------------------------------------------------------------- */

/* contour(panel, z, columns, x or nil, y or nil, levels or nil, {count=, label=}): z is row by row; as many x as
** columns, as many y as rows. */
static int add_contour(lua_State *L)
{
    plot_handle *h = plot_handle_check(L);
    const plot_numbers *z = plot_numbers_check(L, 2);
    const plot_numbers *x = lua_isnil(L, 4) ? NULL : plot_numbers_check(L, 4);
    const plot_numbers *y = lua_isnil(L, 5) ? NULL : plot_numbers_check(L, 5);
    const plot_numbers *levels = lua_isnil(L, 6) ? NULL : plot_numbers_check(L, 6);
    size_t columns = (size_t)luaL_checkinteger(L, 3), rows = z->n / columns;
    luaL_argcheck(L, !x || x->n == columns, 4, "as many as columns expected");
    luaL_argcheck(L, !y || y->n == rows, 5, "as many as rows expected");
    luaL_checktype(L, 7, LUA_TTABLE);
    plot_grid grid = {
        .z = z->value,
        .x = x ? x->value : NULL,
        .y = y ? y->value : NULL,
        .rows = rows,
        .cols = columns,
        .level = levels ? levels->value : NULL,
        .levels = levels ? levels->n : (size_t)number_field(L, 7, "count"),
        .label = text_field(L, 7, "label"),
    };
    plot_handle_status(L, h, plot_panel_contour(h->panel, &grid));
    return 0;
}

/* Two numbers of a list in a field; both 0 if it is nil. */
static void pair_field(lua_State *L, int table, const char *name, double pair[2])
{
    if (lua_getfield(L, table, name) == LUA_TTABLE) {
        for (int i = 0; i < 2; i++, lua_pop(L, 1)) {
            lua_rawgeti(L, -1, i + 1);
            pair[i] = lua_tonumber(L, -1);
        }
    }
    lua_pop(L, 1);
}

/* The strings of the list on top of the stack, COUNT of them, in a userdata that is pushed. */
static const char *const *push_texts(lua_State *L, size_t count)
{
    const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
    for (size_t i = 0; i < count; i++, lua_pop(L, 1)) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        list[i] = luaL_checkstring(L, -1); /* the list keeps it */
    }
    return list;
}

/* The image of {z= numbers or rgb= a string of 3 bytes each, rows=, cols=, x= and y= {low, high} edges, map=, range= {low,
** high}, center=, log=, peak=, classes=, bar=, label=, text= a list of strings, "" for none} at TABLE. */
static plot_image read_image(lua_State *L, int table)
{
    plot_image image = { .rows = (size_t)number_field(L, table, "rows"),
                         .cols = (size_t)number_field(L, table, "cols") };
    luaL_checktype(L, table, LUA_TTABLE);
    size_t count = image.rows * image.cols;
    const plot_numbers *z = numbers_field(L, table, "z", count);
    double ends[2] = { 0 };
    lua_getfield(L, table, "rgb");
    const char *rgb = lua_tostring(L, -1);
    if (rgb != NULL && lua_rawlen(L, -1) != 3 * count)
        luaL_error(L, "plot: rgb: %d bytes", (int)lua_rawlen(L, -1));
    if (lua_getfield(L, table, "text") == LUA_TTABLE) image.text = push_texts(L, count);
    pair_field(L, table, "range", ends);
    pair_field(L, table, "x", image.x);
    pair_field(L, table, "y", image.y);
    image.z = z ? z->value : NULL;
    image.rgb = (const unsigned char *)rgb;
    image.map = (plot_colormap)choice_field(L, table, "map", maps);
    image.lo = ends[0];
    image.hi = ends[1];
    lua_getfield(L, table, "center");
    image.centered = !lua_isnil(L, -1);
    image.center = lua_tonumber(L, -1);
    lua_pop(L, 1);
    image.scale = flag_field(L, table, "log") ? PLOT_LOG10 : PLOT_LINEAR;
    image.peak = flag_field(L, table, "peak");
    image.classes = flag_field(L, table, "classes");
    image.bar = flag_field(L, table, "bar");
    image.label = text_field(L, table, "label");
    return image;
}

/* pixels(numbers, count, last, low, high): the bytes red, green, blue of COUNT dots, whose numbers are three planes
** or, if LAST, three beside each other; LOW is black, HIGH white, NaN black. */
static int make_pixels(lua_State *L)
{
    const plot_numbers *numbers = plot_numbers_check(L, 1);
    size_t count = (size_t)luaL_checkinteger(L, 2);
    bool last = lua_toboolean(L, 3);
    double low = luaL_checknumber(L, 4), high = luaL_checknumber(L, 5);
    luaL_argcheck(L, numbers->n == 3 * count, 1, "three numbers a dot expected");
    luaL_Buffer buffer;
    char *bytes = luaL_buffinitsize(L, &buffer, 3 * count);
    for (size_t i = 0; i < 3 * count; i++) {
        double v = numbers->value[last ? i : i % 3 * count + i / 3];
        double place = (v / 2 - low / 2) / (high / 2 - low / 2);
        bytes[i] = (char)(unsigned char)(!(place > 0) ? 0 : place < 1 ? place * 255 + 0.5 : 255);
    }
    luaL_pushresultsize(&buffer, 3 * count);
    return 1;
}

static int add_image(lua_State *L) /* (panel, image) */
{
    plot_handle *h = plot_handle_check(L);
    plot_image image = read_image(L, 2);
    bool large = image.rows * image.cols >= LARGE;
    if (large) lab_collect(L);
    plot_handle_status(L, h, plot_panel_image(h->panel, &image));
    if (large) plot_handle_grown(L);
    lua_pushinteger(L, (lua_Integer)plot_panel_count(h->panel));
    return 1;
}

static int replace_image(lua_State *L) /* (panel, index, image) */
{
    plot_handle *h = plot_handle_check(L);
    plot_image image = read_image(L, 3);
    plot_handle_status(L, h, plot_panel_replace_image(h->panel, check_index(L, 2), &image));
    return 0;
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* The note of {kind= "rule", "span" or "note", axis= "x", "y" or "right", at=, to=, text=, align=, marker=, color=}
** at TABLE. */
static plot_note read_note(lua_State *L, int table)
{
    static const char *const kinds[] = { "rule", "span", "note", NULL };
    static const char *const axes[] = { "x", "y", "right", NULL };
    luaL_checktype(L, table, LUA_TTABLE);
    return (plot_note){ .kind = (plot_kind)(PLOT_RULE + choice_field(L, table, "kind", kinds)),
                        .axis = (plot_axis)choice_field(L, table, "axis", axes),
                        .at = number_field(L, table, "at"),
                        .to = number_field(L, table, "to"),
                        .text = text_field(L, table, "text"),
                        .align = (int)number_field(L, table, "align"),
                        .marker = text_field(L, table, "marker"),
                        .color = (int)number_field(L, table, "color") };
}

static int add_note(lua_State *L) /* (panel, note) */
{
    plot_handle *h = plot_handle_check(L);
    plot_note note = read_note(L, 2);
    plot_handle_status(L, h, plot_panel_note(h->panel, &note));
    lua_pushinteger(L, (lua_Integer)plot_panel_count(h->panel));
    return 1;
}

static int replace_note(lua_State *L) /* (panel, index, note) */
{
    plot_handle *h = plot_handle_check(L);
    plot_note note = read_note(L, 3);
    plot_handle_status(L, h, plot_panel_replace_note(h->panel, check_index(L, 2), &note));
    return 0;
}

void plot_data_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "add", add_series },
        { "next_color", next_color },
        { "size", count_series },
        { "replace", replace_series },
        { "append", append_points },
        { "contour", add_contour },
        { "image", add_image },
        { "pixels", make_pixels },
        { "replace_image", replace_image },
        { "note", add_note },
        { "replace_note", replace_note },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}
