/* track_lua.c -- what a training run is watched by, for the module "plot.core", in its field track: tracks of named numbers and of
** the time of steps, in one recorder, so that recording a step is one call. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lua_api/binding_private.h"
#include "lua_api/plot_lua.h"
#include "plot/track.h"

#define RECORDER "plot.recorder"

#define QUICK 8 /* names that are found without looking them up */

typedef struct recorder {
    plot_track **
        track; /* number i of the names in the user value stands at i - 1; the first is the steps' times */
    size_t count, capacity;
    const char *quick[QUICK]; /* the i-th name of the last step, kept alive by the names */
    plot_track *quick_track[QUICK];
    plot_spread *spread;
    plot_track *rate_track; /* of lr */
    double weight;          /* of the moving averages */
    lua_Integer step;
    bool clocked;      /* by a function, the second user value */
    double last;       /* when the last step ended whose time was recorded */
    lua_Integer steps; /* since then */
    double seconds,
        longest; /* of all that were recorded, and of the longest of those that were timed together */
    lua_Integer timed; /* how many those are */
    double due;        /* when it is time for a frame */
    double validating; /* seconds that validations took, all together */
    lua_Integer validations;
} recorder;

#define LEAST_TIME 50e-6 /* seconds; shorter steps are timed together */

static recorder *check(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, RECORDER);
}

static int recorder_gc(lua_State *L)
{
    recorder *r = check(L, 1);
    for (size_t i = 0; i < r->count; i++) plot_track_free(r->track[i]);
    free(r->track);
    plot_spread_free(r->spread);
    r->track = NULL;
    r->spread = NULL;
    r->count = r->capacity = 0;
    return 0;
}

static int no_memory(lua_State *L)
{
    return luaL_error(L, "plot: out of memory for what is logged");
}

/* A track more; its number. */
static lua_Integer add_track(lua_State *L, recorder *r, bool watched)
{
    if (r->count == r->capacity) {
        size_t wanted = 2 * r->capacity + 8;
        plot_track **grown = realloc(r->track, wanted * sizeof *grown);
        if (!grown) no_memory(L);
        r->track = grown;
        r->capacity = wanted;
    }
    plot_track *track = plot_track_new(r->weight, watched);
    if (!track) no_memory(L);
    r->track[r->count++] = track;
    return (lua_Integer)r->count;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The time by the clock of the recorder at index SELF. */
static double now_of(lua_State *L, const recorder *r, int self)
{
    if (!r->clocked) return seconds_now();
    lua_getiuservalue(L, self, 2);
    lua_call(L, 0, 1);
    double now = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return now;
}

/* recorder(weight, clock or nil): of the moving averages; a function that gives seconds. */
static int new_recorder(lua_State *L)
{
    double weight = luaL_checknumber(L, 1);
    lua_settop(L, 2);
    recorder *r = lua_newuserdatauv(L, sizeof *r, 2);
    *r = (recorder){ .weight = weight, .clocked = !lua_isnil(L, 2) };
    luaL_setmetatable(L, RECORDER);
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, 2);
    r->spread = plot_spread_new();
    if (!r->spread) no_memory(L);
    add_track(L, r, true);
    r->last = now_of(L, r, 3);
    return 1;
}

/* ---- recording ------------------------------------------------------------------------------- */

/* The number at the top of the stack, or the one in a tensor. */
static double value_of(lua_State *L, const char *name)
{
    double value = 0;
    int64_t whole;
    if (lua_type(L, -1) == LUA_TNUMBER) return lua_tonumber(L, -1);
    ml_tensor *t = lua_type(L, -1) == LUA_TUSERDATA ? lab_test(L, -1) : NULL;
    if (!t || ml_numel(t) != 1) {
        lua_pushfstring(L, "log: %s is %s; a number or a tensor of one expected", name,
                        luaL_typename(L, -1));
        plot_lua_error(L);
    }
    if (!ml_item(t, &value, &whole)) lab_error(L);
    return value;
}

/* Is it worth to look for spikes in numbers of this name? */
static bool is_watched(const char *name)
{
    return strcmp(name, "loss") == 0 || strcmp(name, "grad_norm") == 0;
}

/* The track whose name is at NAME; the table of names is at NAMES. */
static plot_track *track_named(lua_State *L, recorder *r, int names, int name)
{
    lua_pushvalue(L, name);
    if (lua_rawget(L, names) == LUA_TNIL) {
        const char *word = lua_tostring(L, name);
        lua_Integer number = add_track(L, r, is_watched(word));
        lua_pushvalue(L, name);
        lua_pushinteger(L, number);
        lua_rawset(L, names);
        lua_pop(L, 1);
        if (strcmp(word, "lr") == 0) r->rate_track = r->track[number - 1];
        return r->track[number - 1];
    }
    plot_track *track = r->track[lua_tointeger(L, -1) - 1];
    lua_pop(L, 1);
    return track;
}

static void push_value(lua_State *L, plot_track *track, double place, double value)
{
    if (plot_track_push(track, place, value) != PLOT_OK) no_memory(L);
}

static void check_name(lua_State *L, int idx)
{
    if (lua_type(L, idx) == LUA_TSTRING) return;
    lua_pushliteral(L, "log: names are strings, as in run:log{loss=0.5}");
    plot_lua_error(L);
}

/* Records the values of the table at 2, of a step.  The recorder's names are at 4.  The same names come step by step,
** and a short string that is the same has the same place in memory. */
static void record_values(lua_State *L, recorder *r)
{
    int i = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_settop(L, 5), i++) { /* 5: the name, 6: the value */
        check_name(L, 5);
        const char *name = lua_tostring(L, 5);
        double value = value_of(L, name);
        bool quick = i < QUICK && r->quick[i] == name;
        plot_track *track = quick ? r->quick_track[i] : track_named(L, r, 4, 5);
        push_value(L, track, (double)r->step, value);
        if (!quick && i < QUICK && strlen(name) <= 40) {
            r->quick[i] = name;
            r->quick_track[i] = track;
        }
    }
}

static void take_time(lua_State *L, recorder *r, double now)
{
    double spent = now - r->last;
    r->steps++;
    if (!r->clocked && spent < LEAST_TIME) return;
    push_value(L, r->track[0], (double)r->step, spent / (double)r->steps);
    r->seconds += spent;
    r->longest = fmax(r->longest, spent);
    r->timed += r->steps;
    r->last = now;
    r->steps = 0;
}

/* The recorder of the run at 1, which is its [1], and is pushed; upvalue 1 is the metatable of recorders. */
static recorder *recorder_of_run(lua_State *L)
{
    recorder *r = NULL;
    if (lua_istable(L, 1) && lua_rawgeti(L, 1, 1) == LUA_TUSERDATA && lua_getmetatable(L, -1)) {
        if (lua_rawequal(L, -1, lua_upvalueindex(1))) r = lua_touserdata(L, -2);
        lua_pop(L, 1);
    }
    if (!r) {
        lua_pushliteral(L, "log: it is called with a colon: run:log{loss=0.5}");
        plot_lua_error(L);
    }
    return r;
}

/* log(run, values): a step.  Upvalue 2 is called with the run when it is time for a frame, upvalue 3 with the run and
** the rates before and after when the learning rate has changed. */
static int log_step(lua_State *L)
{
    lua_settop(L, 2);
    recorder *r = recorder_of_run(L);
    double before = r->rate_track ? plot_track_last(r->rate_track) : 0;
    if (lua_type(L, 2) != LUA_TTABLE) {
        lua_pushfstring(L, "log: a table expected, as in run:log{loss=0.5}, got a %s",
                        luaL_typename(L, 2));
        return plot_lua_error(L);
    }
    lua_getiuservalue(L, 3, 1);
    r->step++;
    record_values(L, r);
    double now = now_of(L, r, 3), rate = r->rate_track ? plot_track_last(r->rate_track) : 0;
    take_time(L, r, now);
    if (before > 0 && rate > 0 && rate != before) {
        lua_pushvalue(L, lua_upvalueindex(3));
        lua_pushvalue(L, 1);
        lua_pushnumber(L, before);
        lua_pushnumber(L, rate);
        lua_call(L, 3, 0);
    }
    if (now >= r->due) {
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_pushvalue(L, 1);
        lua_call(L, 1, 0);
    }
    lua_settop(L, 1);
    return 1;
}

/* logger(frame, rate): the function log. */
static int new_logger(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    luaL_getmetatable(L, RECORDER);
    lua_insert(L, 1);
    lua_pushcclosure(L, log_step, 3);
    return 1;
}

/* record_validation(recorder, values): what took the time since the last step. */
static int record_validation(lua_State *L)
{
    recorder *r = check(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    double now = now_of(L, r, 1);
    lua_getiuservalue(L, 1, 1);
    for (lua_pushnil(L); lua_next(L, 2);
         lua_settop(L, 4)) { /* 3: the names, 4: a name, 5: its value */
        check_name(L, 4);
        double value = value_of(L, lua_tostring(L, 4));
        lua_pushfstring(L, "val_%s", lua_tostring(L, 4));
        push_value(L, track_named(L, r, 3, 6), (double)r->step, value);
    }
    double usual = plot_track_look(r->track[0]).median; /* of steps that were not yet timed */
    if (usual == usual) r->last += usual * (double)r->steps;
    if (now > r->last) r->validating += now - r->last;
    r->validations++;
    r->last = now;
    r->steps = 0;
    return 0;
}

/* extra(recorder, name, value): one more number of this step. */
static int record_extra(lua_State *L)
{
    recorder *r = check(L, 1);
    luaL_checkstring(L, 2);
    lua_settop(L, 3);
    lua_getiuservalue(L, 1, 1);
    push_value(L, track_named(L, r, 4, 2), (double)r->step, luaL_checknumber(L, 3));
    return 0;
}

/* pause(recorder, spent, due or nil): so many seconds were no part of a step; when the next frame is due. */
static int pause_steps(lua_State *L)
{
    recorder *r = check(L, 1);
    r->last += luaL_checknumber(L, 2);
    r->due = luaL_optnumber(L, 3, r->due);
    return 0;
}

static int get_step(lua_State *L) /* (recorder): how many steps there were */
{
    lua_pushinteger(L, check(L, 1)->step);
    return 1;
}

/* ---- looking --------------------------------------------------------------------------------- */

/* The track that the name at ARG calls, true for the steps' times; NULL if there is none. */
static plot_track *find_track(lua_State *L, const recorder *r, int arg)
{
    plot_track *track = lua_isboolean(L, arg) ? r->track[0] : NULL;
    if (track) return track;
    lua_getiuservalue(L, 1, 1);
    lua_pushvalue(L, arg);
    if (lua_rawget(L, -2) == LUA_TNUMBER) track = r->track[lua_tointeger(L, -1) - 1];
    lua_pop(L, 2);
    return track;
}

static void set_number(lua_State *L, const char *name, double value)
{
    if (value == value) {
        lua_pushnumber(L, value);
        lua_setfield(L, -2, name);
    }
}

static void set_count(lua_State *L, const char *name, size_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

/* facts(recorder, name): nil if nothing of that name was recorded; fields that are not known are nil. */
static int get_facts(lua_State *L)
{
    const plot_track *track = find_track(L, check(L, 1), 2);
    if (!track) return 0;
    plot_track_facts f = plot_track_look(track);
    lua_createtable(L, 0, 16);
    set_count(L, "n", f.n);
    set_count(L, "bad", f.bad);
    set_count(L, "spikes", f.spikes);
    set_number(L, "first_bad", f.first_bad);
    set_number(L, "place", f.place);
    set_number(L, "last", f.last);
    set_number(L, "median", f.median);
    set_number(L, "average", f.average);
    set_number(L, "early_average", f.early_average);
    if (f.lowest <= f.highest) {
        set_number(L, "lowest", f.lowest);
        set_number(L, "highest", f.highest);
    }
    if (f.lowest_average_place > 0) {
        set_number(L, "lowest_average", f.lowest_average);
        set_number(L, "lowest_average_place", f.lowest_average_place);
    }
    if (f.spikes > 0) {
        set_number(L, "spike_place", f.spike_place);
        set_number(L, "spike_value", f.spike_value);
        set_number(L, "spike_median", f.spike_median);
    }
    return 1;
}

/* bulk(recorder, name, positive): the range of most values, or nil. */
static int get_bulk(lua_State *L)
{
    const plot_track *track = find_track(L, check(L, 1), 2);
    double lo, hi;
    if (!track) return 0;
    plot_track_bulk(track, lua_toboolean(L, 3), &lo, &hi);
    if (!(lo <= hi)) return 0;
    lua_pushnumber(L, lo);
    lua_pushnumber(L, hi);
    return 2;
}

static int get_above(lua_State *L) /* (recorder, name, limit) */
{
    const plot_track *track = find_track(L, check(L, 1), 2);
    lua_pushinteger(L, track ? (lua_Integer)plot_track_above(track, luaL_checknumber(L, 3)) : 0);
    return 1;
}

static void push_list(lua_State *L, const double *value, size_t n)
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushnumber(L, value[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* values(recorder, name): a list of them and one of their places. */
static int get_values(lua_State *L)
{
    const plot_track *track = find_track(L, check(L, 1), 2);
    const double *place, *value;
    size_t n;
    if (!track) return 0;
    plot_track_values(track, &place, &value, &n);
    push_list(L, value, n);
    push_list(L, place, n);
    return 2;
}

/* averages(recorder, name, n): at most n means of the buckets' averages, from the first to the last. */
static int get_averages(lua_State *L)
{
    const plot_track *track = find_track(L, check(L, 1), 2);
    size_t n = (size_t)luaL_checkinteger(L, 3);
    if (!track) return 0;
    plot_buckets b = plot_track_buckets(track);
    if (b.count < n) n = b.count;
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        size_t first = i * b.count / n, end = (i + 1) * b.count / n;
        double sum = 0, count = 0;
        for (size_t k = first; k < end; k++)
            if (b.average[k] == b.average[k]) sum += b.average[k], count++;
        lua_pushnumber(L, sum / count);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int
get_names(lua_State *L) /* (recorder): name → number, in the order of their first values */
{
    check(L, 1);
    lua_getiuservalue(L, 1, 1);
    return 1;
}

/* times(recorder): the mean seconds of a step, without the longest pause; nil if none was timed. */
static int get_times(lua_State *L)
{
    const recorder *r = check(L, 1);
    if (r->timed < 2) return 0;
    lua_pushnumber(L, (r->seconds - r->longest) / (double)r->timed);
    return 1;
}

static int get_validations(lua_State *L) /* (recorder): how many, seconds */
{
    const recorder *r = check(L, 1);
    lua_pushinteger(L, r->validations);
    lua_pushnumber(L, r->validating);
    return 2;
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* The recorder at argument 3; the panel is the first. */
static const plot_track *track_to_draw(lua_State *L)
{
    lua_getiuservalue(L, 3, 1);
    lua_pushvalue(L, 4);
    const recorder *r = check(L, 3);
    const plot_track *track =
        lua_rawget(L, -2) == LUA_TNUMBER ? r->track[lua_tointeger(L, -1) - 1] : NULL;
    lua_pop(L, 2);
    return track;
}

/* draw(panel, index, recorder, name, what, style): replaces what was added at INDEX by the track's "band",
** "average", "highest" of each bucket, or all "values". */
static int draw_track(lua_State *L)
{
    static const char *const words[] = { "band", "average", "values", "highest", NULL };
    static const double nothing = 0;
    plot_handle *h = plot_handle_check(L);
    lua_Integer index = luaL_checkinteger(L, 2);
    int what = luaL_checkoption(L, 5, NULL, words);
    const plot_track *track = track_to_draw(L);
    plot_series series = plot_style_check(L, 6);
    plot_buckets b = { &nothing, &nothing, &nothing, &nothing, 0 };
    if (track) b = plot_track_buckets(track);
    series.kind = what == 0 ? PLOT_BAND : PLOT_LINE;
    series.x = b.place;
    series.y = what == 0 ? b.lo : b.average;
    series.y2 = what == 0 ? b.hi : NULL;
    series.n = b.count;
    if (what == 3) series.y = b.hi;
    if (what == 2 && track) plot_track_values(track, &series.x, &series.y, &series.n);
    plot_handle_status(L, h, plot_panel_replace(h->panel, (size_t)index - 1, &series));
    return 0;
}

/* sample(recorder, numbers, …): counts the sizes of numbers in this step. */
static int sample_spread(lua_State *L)
{
    recorder *r = check(L, 1);
    plot_spread_begin(r->spread, (double)r->step);
    for (int i = 2; i <= lua_gettop(L); i++) {
        const plot_numbers *numbers = plot_numbers_check(L, i);
        plot_spread_add(r->spread, numbers->value, numbers->n);
    }
    return 0;
}

/* norm(numbers): the square root of the sum of their squares. */
static int norm(lua_State *L)
{
    const plot_numbers *numbers = plot_numbers_check(L, 1);
    double sum = 0;
    for (size_t i = 0; i < numbers->n; i++) sum += numbers->value[i] * numbers->value[i];
    lua_pushnumber(L, sqrt(sum));
    return 1;
}

/* distance(before, after): the norm of the difference. */
static int distance(lua_State *L)
{
    const plot_numbers *a = plot_numbers_check(L, 1), *b = plot_numbers_check(L, 2);
    double sum = 0;
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        double d = b->value[i] - a->value[i];
        sum += d * d;
    }
    lua_pushnumber(L, sqrt(sum));
    return 1;
}

/* draw_spread(panel, index, recorder): an image of the spread's rows that have numbers; returns their decimal
** logarithms, lowest and highest, or nil where there are none. */
static int draw_spread(lua_State *L)
{
    enum { ROOM = PLOT_SPREAD_ROWS * PLOT_SPREAD_COLUMNS, LEAST = -4 };
    static const double octave = 0.30102999566398120; /* log10(2) */
    double z[ROOM], end;
    int low, high;
    plot_handle *h = plot_handle_check(L);
    lua_Integer index = luaL_checkinteger(L, 2);
    size_t columns = plot_spread_matrix(check(L, 3)->spread, z, &end, &low, &high);
    if (low > high) return 0;
    for (size_t i = 0; i < PLOT_SPREAD_ROWS * columns; i++) z[i] = z[i] > LEAST ? z[i] - LEAST : 0;
    plot_image image = { .z = z + (size_t)low * columns,
                         .rows = (size_t)(high - low + 1),
                         .cols = columns,
                         .x = { 0, end },
                         .y = { (PLOT_SPREAD_LOWEST + low) * octave,
                                (PLOT_SPREAD_LOWEST + high + 1) * octave },
                         .lo = 0,
                         .hi = -LEAST,
                         .peak = true };
    plot_handle_status(L, h, plot_panel_replace_image(h->panel, (size_t)index - 1, &image));
    lua_pushnumber(L, image.y[0]);
    lua_pushnumber(L, image.y[1]);
    return 2;
}

void plot_tracks_open(lua_State *L)
{
    static const luaL_Reg functions[] = { { "recorder", new_recorder },
                                          { "logger", new_logger },
                                          { "record_validation", record_validation },
                                          { "pause", pause_steps },
                                          { "step", get_step },
                                          { "extra", record_extra },
                                          { "facts", get_facts },
                                          { "bulk", get_bulk },
                                          { "above", get_above },
                                          { "values", get_values },
                                          { "averages", get_averages },
                                          { "names", get_names },
                                          { "validations", get_validations },
                                          { "times", get_times },
                                          { "draw", draw_track },
                                          { "sample", sample_spread },
                                          { "norm", norm },
                                          { "distance", distance },
                                          { "draw_spread", draw_spread },
                                          { NULL, NULL } };
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "track");
    luaL_newmetatable(L, RECORDER);
    lua_pushcfunction(L, recorder_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}
