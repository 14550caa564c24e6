/* test_complete.c -- completion, signatures, colours and the table of variables, all of which look at a session without
** running its code. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lua_api/lua_api.h"
#include "tests/test.h"

static char printed[4096];

static void collect(void *ctx, const char *text, size_t size)
{
    (void)ctx;
    size_t n = strlen(printed);
    if (n + size >= sizeof printed) size = sizeof printed - 1 - n;
    memcpy(printed + n, text, size);
    printed[n + size] = '\0';
}

static session *open_with(const char *code)
{
    char error[256] = "";
    session *s =
        session_open(&(session_options){ .write = collect, .columns = 80 }, error, sizeof error);
    if (!s) TEST_FAIL("no session: %s\n", error);
    if (session_cell(s, code, strlen(code), "cell") != SESSION_OK)
        TEST_FAIL("%s\n", session_error(s));
    printed[0] = '\0';
    return s;
}

static char **complete(session *s, const char *code, size_t *start)
{
    return session_completions(s, code, strlen(code), start);
}

static void drop(char **names)
{
    for (int i = 0; names && names[i]; i++) free(names[i]);
    free(names);
}

/* Do the words that complete CODE have WORD among them, and is what they replace the beginning of it? */
static bool offers(session *s, const char *code, const char *word)
{
    size_t start;
    bool found = false;
    char **names = complete(s, code, &start);
    for (int i = 0; names && names[i]; i++)
        found = found || (strcmp(names[i], word) == 0 &&
                          strncmp(code + start, word, strlen(code + start)) == 0);
    drop(names);
    return found;
}

static void check_offers(session *s, const char *const cases[][2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!offers(s, cases[i][0], cases[i][1]))
            TEST_FAIL("after '%s' there is no '%s'\n", cases[i][0], cases[i][1]);
    CHECK_EQ_STR(printed, "");
}
#define CHECK_OFFERS(s, ...)                                                                       \
    do {                                                                                           \
        static const char *const cases[][2] = { __VA_ARGS__ };                                     \
        check_offers(s, cases, sizeof cases / sizeof *cases);                                      \
    } while (0)

static void check_nothing(session *s, const char *code)
{
    size_t start;
    char **names = complete(s, code, &start);
    if (names) TEST_FAIL("after '%s' there is '%s'\n", code, names[0]);
    drop(names);
}

static const char setup[] =
    "local trap = setmetatable({}, {__index = function() print 'ran' end, __len = function() print "
    "'ran' end,\n"
    "  __pairs = function() print 'ran' end, __call = function() print 'ran' end,\n"
    "  __tostring = function() print 'ran' end})\n"
    "local network = setmetatable({size = 1, grow = print}, getmetatable(trap))\n"
    "local x = lab.zeros(2)\n"
    "w = nn.Parameter(lab.ones(2))\n"
    "net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))\n"
    "opt = optim.Adam(net:parameters())\n"
    "config = {layers = {{width = 3, ['two words'] = 1}}, path = 'a', [7] = {seven = 1}}\n"
    "words = {alpha = 1, beta = 2}\n"
    "i = 1\n"
    "local function train_step(model, rate, ...) return model end\n";

TEST("names complete: globals, locals of earlier cells, modules, keywords, names of the entry "
     "itself")
{
    session *s = open_with(setup);
    CHECK_OFFERS(s, { "netw", "network" }, { "conf", "config" }, { "whi", "while" },
                 { "opti", "optim" }, { "prin", "print(" }, { "train_", "train_step(" },
                 { "met", "metrics" }, { "f(net", "network" }, { "x = 1 + conf", "config" },
                 { "local weather = 1\nwea", "weather" },
                 { "for index, value in pairs(t) do print(ind", "index" });
    check_nothing(s, "local conf");
    check_nothing(s, "-- conf");
    check_nothing(s, "--[[ conf");
    check_nothing(s, "123");
    check_nothing(s, "[[conf");
    session_close(s);
}

TEST("fields and methods complete along chains of fields, indexes and calls")
{
    session *s = open_with(setup);
    CHECK_OFFERS(
        s, { "network.s", "size" }, { "network:g", "grow(" }, { "math.flo", "floor(" },
        { "lab.zeros_l", "zeros_like(" }, { "x:tan", "tanh(" }, { "data.Data", "DataLoader(" },
        { "nn.Lin", "Linear(" }, { "nn.functional.rel", "relu(" }, { "net[1].wei", "weight" },
        { "net[-1].in_f", "in_features" }, { "net[1].weight:su", "sum(" }, { "w.grad:su", "sum(" },
        { "x.sh", "shape" }, { "x.req", "requires_grad" }, { "x:relu():s", "sum(" },
        { "x:relu():sum(1, {keepdim=true}):ab", "abs(" }, { "lab.zeros(3):s", "sum(" },
        { "lab.tensor{1, 2}:s", "sum(" }, { "net(x):s", "sum(" }, { "net:par", "parameters(" },
        { "nn.Linear(2, 3):par", "parameters(" }, { "opt:st", "step(" },
        { "opt:zero", "zero_grad(" }, { "opt.param", "param_groups" },
        { "config.layers[1].wi", "width" }, { "config.layers[i].wi", "width" },
        { "config['layers'][1].wi", "width" }, { "config[7].se", "seven" },
        { "config.path:up", "upper(" }, { "('a'):re", "rep(" }, { "(x):su", "sum(" },
        { "local y = x:relu()\ny:su", "sum(" }, { "x[1]:su", "sum(" }, { "x.dtype:up", "upper(" },
        { "nn.Module:ext", "extend(" });
    check_nothing(s, "opt:prin");     /* what its class's functions see */
    check_nothing(s, "metrics.rank"); /* a file of ours */
    check_nothing(s, "network.nothing.at.all");
    check_nothing(s, "x.nothing");
    check_nothing(s, "nowhere.");
    session_close(s);
}

TEST("inside a call the options complete, from signatures and from comments")
{
    session *s = open_with(setup);
    CHECK_OFFERS(s, { "x:sum(1, {ke", "keepdim=" }, { "x:sum(1, {", "dtype=" },
                 { "lab.randn(3, 4, {requ", "requires_grad=" },
                 { "lab.randn(3, {dtype='a', d", "device=" }, { "optim.Adam(p, {l", "lr=" },
                 { "optim.Adam(p, {lr=0.1, be", "betas=" }, { "optim.AdamW(p, {am", "amsgrad=" },
                 { "nn.Linear(2, 3, {b", "bias=" }, { "nn.Linear(2, 3, {de", "device=" },
                 { "nn.CrossEntropyLoss{lab", "label_smoothing=" },
                 { "nn.CrossEntropyLoss{we", "weight=" }, { "data.DataLoader(d, {shu", "shuffle=" },
                 { "lab.save(p, v, {meta", "metadata=" }, { "plot.scatter(x, {tit", "title=" },
                 { "opt:zero_grad{set", "set_to_none=" }, { "net:fit(x, y, {ep", "epochs=" },
                 { "data.read_csv('f', {del", "delimiter=" });
    CHECK_OFFERS(s, { "f(net, {tru", "true" }); /* what is not known is completed as a name */
    session_close(s);
}

TEST("strings complete: dtypes, devices, words that an option takes, keys")
{
    session *s = open_with(setup);
    CHECK_OFFERS(
        s, { "lab.zeros(2, {dtype=\"fl", "float32\"" }, { "lab.zeros(2, {dtype='fl", "float64'" },
        { "lab.zeros(2, {device=\"c", "cpu\"" }, { "x:to(\"fl", "float32\"" },
        { "nn.Linear(1, 2, {dtype=\"fl", "float32\"" },
        { "lab.mse_loss(x, x, {reduction=\"s", "sum\"" }, { "nn.MSELoss{reduction=\"n", "none\"" },
        { "lab.quantile(x, 0.5, {interpolation=\"mid", "midpoint\"" },
        { "lab.pad(x, 1, {mode=\"ref", "reflect\"" }, { "lab.pad(x, {1, 1}, \"ref", "reflect\"" },
        { "config.layers[1]['two", "two words'" }, { "words[\"al", "alpha\"" },
        { "plot.line(x, {color=\"pur", "purple\"" });
    session_close(s);
}

TEST("files complete in strings, folders end in a slash")
{
    char dir[] = "/tmp/moonlab-complete-XXXXXX", path[200], code[300];
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/dataset.csv", dir);
    fclose(fopen(path, "w"));
    snprintf(path, sizeof path, "%s/data files", dir);
    mkdir(path, 0700);
    session *s = open_with(setup);
    snprintf(code, sizeof code, "lab.load(\"%s/da", dir);
    CHECK(offers(s, code, "dataset.csv\""));
    CHECK(offers(s, code, "data files/"));
    snprintf(code, sizeof code, "local f = '%s/datas", dir);
    CHECK(offers(s, code, "dataset.csv'"));
    setenv("HOME", dir, 1);
    CHECK(offers(s, "io.open('~/datas", "dataset.csv'"));
    check_nothing(s, "io.open('/no/such/folder/");
    session_close(s);
    rmdir(path);
    snprintf(path, sizeof path, "%s/dataset.csv", dir);
    unlink(path);
    rmdir(dir);
}

TEST("names that have help complete after a question mark")
{
    session *s = open_with(setup);
    CHECK_OFFERS(s, { "?nn.Lin", "nn.Linear" }, { "?tan", "tanh" }, { "??nn.Lin", "nn.Linear" },
                 { "?lab.zer", "lab.zeros" }, { "?conf", "config" }, { "?Lin", "Linear" });
    session_close(s);
}

TEST("completion runs nothing, finalizers included, and is quick in a table of a million")
{
    session *s = open_with(setup);
    static const char big[] =
        "big = {} for i = 1, 1e6 do big[i] = i end for i = 1, 2e5 do big['key' .. i] = i end";
    CHECK(session_cell(s, big, sizeof big - 1, "cell") == SESSION_OK);
    static const char garbage[] =
        "for i = 1, 1000 do setmetatable({}, {__gc = function() ran = true end}) end ran = nil";
    CHECK(session_cell(s, garbage, sizeof garbage - 1, "cell") == SESSION_OK);
    printed[0] = '\0';
    static const char *const texts[] = { "trap.",    "trap:",      "trap.a.b", "trap().",
                                         "trap[1].", "network.x.", "big.",     "big.key1",
                                         "big[1].x", "big['k",     "trap[\"a" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct timespec a, b;
        size_t start;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
        drop(complete(s, texts[i], &start));
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
        double seconds = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
        if (seconds > 0.5) TEST_FAIL("'%s' took %g s\n", texts[i], seconds);
        free(session_about(s, texts[i], strlen(texts[i])));
        char kinds[64];
        session_highlight(s, texts[i], strlen(texts[i]), kinds);
    }
    free(session_variables(s));
    CHECK_EQ_STR(printed, "");
    char kind[3];
    session_highlight(s, "ran", 3, kind);
    CHECK(kind[0] == SESSION_NAME); /* no finalizer has made it a global */
    session_close(s);
}

static void check_about(session *s, const char *code, const char *expected)
{
    char *about = session_about(s, code, strlen(code));
    if (!about || strncmp(about, expected, strlen(expected)) != 0)
        TEST_FAIL("about '%s': '%s', not '%s'\n", code, about ? about : "", expected);
    free(about);
}

TEST("a call's signature and its first sentence are told")
{
    session *s = open_with(setup);
    check_about(s, "lab.sum(", "lab.sum(x, dim?, keepdim=false, dtype?)\nsum over dim");
    check_about(s, "x:sum(1, ", "lab.sum(x, dim?, keepdim=false, dtype?)\nsum over dim");
    check_about(s, "nn.Linear(2, 3, {bias=", "nn.Linear(in_features, out_features, options)\n");
    check_about(s, "optim.Adam(", "optim.Adam(parameters, given)\nAdam");
    check_about(s, "train_step(", "train_step(model, rate, \u2026)");
    check_about(s, "lab.save(", "lab.save(path, value, ");
    check_about(s, "print(lab.exp", "lab.exp(x)");
    CHECK(session_about(s, "nowhere(", 8) == NULL);
    session_close(s);
}

static void check_kinds(session *s, const char *code, const char *expected)
{
    char kinds[100];
    size_t n = strlen(code);
    session_highlight(s, code, n, kinds);
    kinds[n] = '\0';
    if (strcmp(kinds, expected) != 0)
        TEST_FAIL("'%s' has the kinds '%s', not '%s'\n", code, kinds, expected);
}

TEST("each byte of a piece of code has a kind, also where it is unfinished or wrong")
{
    session *s = open_with("known = 1");
    check_kinds(s, "local a = known.b", "kkkkk n o gggggon");
    check_kinds(s, "f(\"a", "noss");
    check_kinds(s, "x = 'a' -- no", "n o sss ccccc");
    check_kinds(s, "0x1F..[[a\nb", "000000sssss");
    check_kinds(s, "--[[a\nb", "ccccccc");
    check_kinds(s, "a @ b", "n ! n");
    check_kinds(s, "nn:known(lab)", "ggonnnnnogggo");
    session_close(s);
}

TEST(
    "the table of variables shows what was made in the session, sorted, no wider than the terminal")
{
    session *s = open_with(
        "local b = lab.zeros(4, 2, {requires_grad=true}) a = 0.5 c = ('x'):rep(300)\n"
        "net = nn.Linear(2, 3) function f(x, y) end t = {1, 2} _ = 3 two = lab.ones(3):sum()");
    char *table = session_variables(s);
    CHECK_EQ_STR(
        table ? table : "",
        "name  type      shape  dtype    device  grad  size  value\n"
        "a     number                                        0.5\n"
        "b     tensor    4x2    float32  cpu     yes   32 B  0 +- 0\n"
        "c     string                                        \"xxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "f     function                                      f(x, y)\n"
        "net   Linear                                        9 parameters\n"
        "t     table                                         2 elements\n"
        "two   tensor    ()     float32  cpu           4 B   3\n");
    free(table);
    session_close(s);
    s = open_with("");
    table = session_variables(s);
    CHECK_EQ_STR(table ? table : "none", "");
    free(table);
    session_close(s);
}

TEST("the last value is kept, of several all, unless the user has a _ of their own")
{
    session *s = open_with("6 * 7");
    static const char *const cells[][2] = {
        { "_", "42\n" },    { "1, 'a'", "1\na\n" }, { "_2", "a\n" }, { "_1", "a\n" },
        { "8;", "" },       { "_ + 1", "9\n" },     { "x = 5", "" }, { "for _ = 1, 2 do end", "" },
        { "_", "9\n" },     { "nil", "nil\n" },     { "_", "9\n" },  { "_ = 'mine'", "" },
        { "1 + 1", "2\n" }, { "_", "mine\n" }
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        printed[0] = '\0';
        CHECK(session_cell(s, cells[i][0], strlen(cells[i][0]), "cell") == SESSION_OK);
        CHECK_EQ_STR(printed, cells[i][1]);
    }
    session_close(s);
}

TEST("code is timed without showing anything, and an error in it is reported")
{
    session *s = open_with("local n = 0");
    session_times times;
    CHECK(session_bench(s, "1 + 1", 5, &times) == SESSION_OK);
    CHECK(times.median > 0 && times.low <= times.median && times.median <= times.high &&
          times.rounds >= 5 && times.runs > 100);
    CHECK(session_bench(s, "n = n + 1", 9, &times) == SESSION_OK);
    CHECK_EQ_STR(printed, "");
    CHECK(session_bench(s, "n.x.y", 5, &times) == SESSION_ERROR);
    CHECK(session_bench(s, "= 1", 3, &times) == SESSION_ERROR);
    session_close(s);
}

TEST("words in columns fit the terminal")
{
    static char names[5][8] = { "one", "two", "three", "four", "five" };
    char *words[5] = { names[0], names[1], names[2], names[3], names[4] };
    char *columns = session_in_columns(words, 5, 16, 9);
    CHECK_EQ_STR(columns ? columns : "", "one    four\ntwo    five\nthree");
    free(columns);
    columns = session_in_columns(words, 5, 16, 2);
    CHECK_EQ_STR(columns ? columns : "", "one    two\n... 3 more");
    free(columns);
    columns = session_in_columns(words, 5, 1, 9);
    CHECK_EQ_STR(columns ? columns : "", "one\ntwo\nthree\nfour\nfive");
    free(columns);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
