/* plot_statistics.c -- what plots compute from numbers, for lua/plot: functions of the module "plot.core".
**
** Numbers come in and go out as plot.numbers; options are a table, whose words lua/plot has checked.  Results are
** made before anything is computed, so that nothing is lost when Lua runs out of memory. */
#include <lauxlib.h>
#include <math.h>

#include "lua_api/plot_lua.h"
#include "plot/statistics.h"

#define MOST_CELLS (1 << 24) /* of bins, grids and curves */

static void check(lua_State *L, plot_status status, const char *invalid)
{
    if (status == PLOT_NO_MEMORY) luaL_error(L, "plot: out of memory");
    if (status != PLOT_INVALID) return;
    lua_pushstring(L, invalid);
    plot_lua_error(L);
}

/* ---- options --------------------------------------------------------------------------------- */

static double number_option(lua_State *L, int table, const char *name, double usual)
{
    lua_getfield(L, table, name);
    double value = luaL_optnumber(L, -1, usual);
    lua_pop(L, 1);
    return value;
}

static bool flag_option(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    bool on = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return on;
}

/* Numbers, or NULL if the field is nil; the table keeps them. */
static const plot_numbers *numbers_option(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    const plot_numbers *numbers = lua_isnil(L, -1) ? NULL : plot_numbers_check(L, -1);
    lua_pop(L, 1);
    return numbers;
}

static size_t size_option(lua_State *L, int table, const char *name, size_t usual)
{
    double size = number_option(L, table, name, (double)usual);
    if (size >= 0 && size <= MOST_CELLS && size == floor(size)) return (size_t)size;
    lua_pushfstring(L, "%s: a whole number up to %d expected, got %f", name, MOST_CELLS, size);
    plot_lua_error(L);
    return 0;
}

/* The place of the field's word in WORDS, which end in NULL; 0 if it is nil. */
static int word_option(lua_State *L, int table, const char *name, const char *const words[])
{
    lua_getfield(L, table, name);
    int place = lua_isnil(L, -1) ? 0 : luaL_checkoption(L, -1, NULL, words);
    lua_pop(L, 1);
    return place;
}

/* ---- results --------------------------------------------------------------------------------- */

static void set_number(lua_State *L, const char *name, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

static void set_size(lua_State *L, const char *name, size_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

/* New numbers, which become the field of the table on top of the stack. */
static double *set_numbers(lua_State *L, const char *name, size_t n)
{
    plot_numbers *numbers = plot_numbers_push(L, n);
    lua_setfield(L, -2, name);
    return numbers->value;
}

static void set_outside(lua_State *L, const plot_outside *outside)
{
    set_number(L, "below", outside->below);
    set_number(L, "above", outside->above);
    set_size(L, "skipped", outside->skipped);
}

/* ---- one variable ---------------------------------------------------------------------------- */

/* summary(numbers): {count=, skipped=, low=, high=, mean=, deviation=}. */
static int summary(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1);
    plot_summary s = plot_summarize(x->value, x->n);
    lua_createtable(L, 0, 6);
    set_size(L, "count", s.count);
    set_size(L, "skipped", s.skipped);
    set_number(L, "low", s.low);
    set_number(L, "high", s.high);
    set_number(L, "mean", s.mean);
    set_number(L, "deviation", s.deviation);
    return 1;
}

/* quantiles(numbers, parts): numbers, one for each part from 0 to 1. */
static int quantiles(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1), *part = plot_numbers_check(L, 2);
    plot_numbers *q = plot_numbers_push(L, part->n);
    check(L, plot_quantiles(x->value, x->n, part->value, part->n, q->value, NULL),
          "quantiles: the parts should lie between 0 and 1");
    return 1;
}

/* box(numbers, reach): {lower=, median=, upper=, mean=, whisker_low=, whisker_high=, notch_low=, notch_high=,
** outliers=numbers, count=, skipped=}. */
static int box(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1);
    plot_box b;
    check(L, plot_box_measure(&b, x->value, x->n, luaL_optnumber(L, 2, 1.5), NULL),
          "box: how far whiskers reach should be a number from 0, in lengths of the box");
    lua_createtable(L, 0, 11);
    set_number(L, "lower", b.lower);
    set_number(L, "median", b.median);
    set_number(L, "upper", b.upper);
    set_number(L, "mean", b.mean);
    set_number(L, "whisker_low", b.whisker_low);
    set_number(L, "whisker_high", b.whisker_high);
    set_number(L, "notch_low", b.notch_low);
    set_number(L, "notch_high", b.notch_high);
    set_size(L, "count", b.count);
    set_size(L, "skipped", b.skipped);
    plot_box_outliers(&b, x->value, x->n, set_numbers(L, "outliers", b.outliers));
    return 1;
}

/* Sets the field edges of the table on top of the stack: given ones, or those of bins as the options say. */
static const double *set_edges(lua_State *L, const plot_numbers *x, size_t *bins)
{
    const plot_numbers *given = numbers_option(L, 2, "edges");
    if (given) {
        lua_getfield(L, 2, "edges");
        lua_setfield(L, -2, "edges");
        *bins = given->n > 0 ? given->n - 1 : 0;
        return given->value;
    }
    plot_binning b = { .bins = size_option(L, 2, "bins", 0),
                       .low = number_option(L, 2, "low", (double)NAN),
                       .high = number_option(L, 2, "high", (double)NAN),
                       .log = flag_option(L, 2, "log"),
                       .most = size_option(L, 2, "most", 0) };
    check(L, plot_binning_choose(&b, x->value, x->n, NULL),
          b.log ? "histogram: the range of logarithmic bins should be {low, high}, 0 < low < high"
                : "histogram: the range should be {low, high}, low < high");
    double *edge = set_numbers(L, "edges", b.bins + 1);
    plot_binning_edges(&b, edge);
    *bins = b.bins;
    return edge;
}

/* histogram(numbers, {edges=numbers | bins=, low=, high=, log=, most=; weights=numbers, measure="count" | "fraction" |
** "density", cumulative=}): {edges=numbers, counts=numbers, below=, above=, skipped=}. */
static int histogram(lua_State *L)
{
    static const char *const measures[] = { "count", "fraction", "density", NULL };
    const plot_numbers *x = plot_numbers_check(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const plot_numbers *weights = numbers_option(L, 2, "weights");
    if (weights && weights->n != x->n) {
        lua_pushfstring(L, "histogram: %I values, but %I weights", (lua_Integer)x->n,
                        (lua_Integer)weights->n);
        return plot_lua_error(L);
    }
    size_t bins;
    plot_outside outside;
    lua_createtable(L, 0, 5);
    const double *edge = set_edges(L, x, &bins);
    double *count = set_numbers(L, "counts", bins);
    check(L,
          plot_histogram(x->value, weights ? weights->value : NULL, x->n, edge, bins, count,
                         &outside),
          "histogram: the edges of bins should be two or more finite numbers that rise");
    plot_histogram_scale(edge, bins, count, (plot_measure)word_option(L, 2, "measure", measures),
                         flag_option(L, 2, "cumulative"));
    set_outside(L, &outside);
    return 1;
}

static const char *const rules[] = { "scott", "silverman", NULL };

/* The bandwidth that option NAME gives, as a number or by a rule, times the option adjust. */
static double bandwidth_option(lua_State *L, int table, const char *name, const plot_summary *s,
                               int dims)
{
    lua_getfield(L, table, name);
    bool number = lua_type(L, -1) == LUA_TNUMBER;
    double bandwidth = number ? lua_tonumber(L, -1) : 0;
    lua_pop(L, 1);
    if (!number)
        bandwidth =
            plot_bandwidth(s, (plot_bandwidth_rule)word_option(L, table, name, rules), dims);
    return bandwidth * number_option(L, table, "adjust", 1);
}

/* Where a density is shown: from the options LOW and HIGH, or the data and CUT bandwidths more. */
static plot_span density_span(lua_State *L, int table, const plot_summary *s, double bandwidth,
                              const char *low, const char *high, size_t n)
{
    double margin = number_option(L, table, "cut", 3) * bandwidth;
    double first = s->low - margin, last = s->high + margin;
    if (!(first < last)) plot_widen(&first, &last);
    return (plot_span){ number_option(L, table, low, first), number_option(L, table, high, last),
                        n };
}

/* kde(numbers, {bandwidth= | "scott" | "silverman", adjust=1, cut=3, points=256, low=, high=}):
** {x=numbers, density=numbers, bandwidth=, skipped=}. */
static int kde(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    plot_summary s = plot_summarize(x->value, x->n);
    size_t n = size_option(L, 2, "points", 256);
    double bandwidth = bandwidth_option(L, 2, "bandwidth", &s, 1);
    plot_span at = density_span(L, 2, &s, bandwidth, "low", "high", n);
    lua_createtable(L, 0, 4);
    double *place = set_numbers(L, "x", n), *density = set_numbers(L, "density", n);
    check(L, plot_density(x->value, x->n, bandwidth, at, density, NULL),
          "density: two or more points in a finite range {low, high}, low < high, and a bandwidth "
          "from 0 are needed");
    for (size_t i = 0; i < n; i++)
        place[i] = at.low + (at.high - at.low) * ((double)i / (double)(n - 1));
    set_number(L, "bandwidth", bandwidth);
    set_size(L, "skipped", s.skipped);
    return 1;
}

/* ecdf(numbers): the different values, rising, and the part of all that is not larger than each. */
static int ecdf(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1);
    plot_numbers *value = plot_numbers_push(L, x->n), *part = plot_numbers_push(L, x->n);
    check(L, plot_ecdf(x->value, x->n, value->value, part->value, &value->n, NULL), "");
    part->n = value->n;
    return 2;
}

/* ---- two variables --------------------------------------------------------------------------- */

static void check_pairs(lua_State *L, const char *op, const plot_numbers *x, const plot_numbers *y)
{
    if (x->n == y->n) return;
    lua_pushfstring(L, "%s: x has %I values, y %I", op, (lua_Integer)x->n, (lua_Integer)y->n);
    plot_lua_error(L);
}

/* density2d(x, y, {columns=, rows=, xlow=, xhigh=, ylow=, yhigh=, smooth=, bandwidth_x=, bandwidth_y=, adjust=1,
** cut=}): {z=numbers, a row of columns for each of the rows, the lowest first, xlow=, xhigh=, ylow=, yhigh=}; counts, with
** below=, above=, skipped=, or with smooth the density, with bandwidth_x=, bandwidth_y=. */
static int density2d(lua_State *L)
{
    const plot_numbers *x = plot_numbers_check(L, 1), *y = plot_numbers_check(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    check_pairs(L, "density", x, y);
    size_t columns = size_option(L, 3, "columns", 64), rows = size_option(L, 3, "rows", 32);
    bool smooth = flag_option(L, 3, "smooth");
    plot_summary sx = plot_summarize(x->value, x->n), sy = plot_summarize(y->value, y->n);
    double hx = smooth ? bandwidth_option(L, 3, "bandwidth_x", &sx, 2) : 0;
    double hy = smooth ? bandwidth_option(L, 3, "bandwidth_y", &sy, 2) : 0;
    plot_span across = density_span(L, 2, &sx, hx, "xlow", "xhigh", columns);
    plot_span up = density_span(L, 2, &sy, hy, "ylow", "yhigh", rows);
    if (columns * rows > MOST_CELLS) return luaL_error(L, "density: the grid is too fine");
    lua_createtable(L, 0, 9);
    double *z = set_numbers(L, "z", columns * rows);
    plot_outside outside;
    plot_status status = smooth
                             ? plot_density2d(x->value, y->value, x->n, hx, hy, across, up, z, NULL)
                             : plot_counts2d(x->value, y->value, x->n, across, up, z, &outside);
    check(L, status,
          "density: a grid of cells in finite ranges {low, high}, low < high, and bandwidths from "
          "0 are needed");
    set_number(L, "xlow", across.low);
    set_number(L, "xhigh", across.high);
    set_number(L, "ylow", up.low);
    set_number(L, "yhigh", up.high);
    if (!smooth) {
        set_outside(L, &outside);
        return 1;
    }
    set_number(L, "bandwidth_x", hx);
    set_number(L, "bandwidth_y", hy);
    return 1;
}

/* Memory for groups, which Lua collects. */
static plot_group *push_groups(lua_State *L, size_t n)
{
    if (n >= (SIZE_MAX >> 1) / sizeof(plot_group)) luaL_error(L, "plot: out of memory");
    return lua_newuserdatauv(L, (n + 1) * sizeof(plot_group), 0);
}

/* group_means(x or nil, y, {spread="deviation" | "error" | "normal" | "bootstrap" | "extent", level=0.95}): numbers x=,
** mean=, low=, high=, deviation=, count= of each different x. */
static int group_means(lua_State *L)
{
    static const char *const spreads[] = { "deviation", "error",  "normal",
                                           "bootstrap", "extent", NULL };
    static const char *const names[] = { "x", "mean", "low", "high", "deviation", "count" };
    const plot_numbers *x = lua_isnil(L, 1) ? NULL : plot_numbers_check(L, 1);
    const plot_numbers *y = plot_numbers_check(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    if (x) check_pairs(L, "means", x, y);
    size_t count;
    plot_group *group = push_groups(L, y->n);
    check(L,
          plot_group_means(x ? x->value : NULL, y->value, y->n,
                           (plot_spread)word_option(L, 3, "spread", spreads),
                           number_option(L, 3, "level", 0.95), group, &count, NULL),
          "means: the level of an interval should lie between 0 and 1, as 0.95 does");
    lua_createtable(L, 0, 6);
    for (int k = 0; k < 6; k++) {
        double *column = set_numbers(L, names[k], count);
        for (size_t i = 0; i < count; i++)
            column[i] = (double[]){ group[i].x,    group[i].mean,      group[i].low,
                                    group[i].high, group[i].deviation, (double)group[i].count }[k];
    }
    return 1;
}

void plot_statistics_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "summary", summary },
        { "quantiles", quantiles },
        { "box", box },
        { "histogram", histogram },
        { "kde", kde },
        { "ecdf", ecdf },
        { "density2d", density2d },
        { "group_means", group_means },
        { NULL, NULL },
    };
    luaL_setfuncs(L, functions, 0);
}
