/* test_patterns.c -- our string functions against Lua's own: the same results and the same errors, for texts and patterns
** at random.  PATTERNS=n sets how many. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdlib.h>

#include "lua_api/session.h"
#include "tests/test.h"

static void run(lua_State *L, const char *code)
{
    if (luaL_dostring(L, code)) TEST_FAIL("%s\n", lua_tostring(L, -1));
}

/* `own` is Lua's string library, `string` has our functions. */
static lua_State *open_both(void)
{
    lua_State *L = session_none();
    luaL_openlibs(L);
    run(L, "own = {} for k, f in pairs(string) do own[k] = f end");
    session_open_strings(L);
    return L;
}

static const char tools[] =
    "local pack, unpack = table.pack, table.unpack\n"
    "local function text(...)\n"
    "  local t = pack(...)\n"
    "  for i = 1, t.n do t[i] = type(t[i]) == 'string' and ('%q'):format(t[i]) or tostring(t[i]) "
    "end\n"
    "  return (own.gsub(table.concat(t, ', '), \"to '[%w.]+'\", \"to '?'\"))\n"
    "end\n"
    "function same(name, ...)\n"
    "  local a, b = text(pcall(own[name], ...)), text(pcall(string[name], ...))\n"
    "  if a ~= b then error(('%s(%s):\\n  %s, not\\n  %s'):format(name, text(...), b, a), 2) end\n"
    "end\n"
    "local function all(f, s, p, i)\n"
    "  local t = {}\n"
    "  for a, b, c in f(s, p, i) do t[#t + 1] = text(a, b, c) end\n"
    "  return table.concat(t, '; ')\n"
    "end\n"
    "function same_walk(s, p, i)\n"
    "  local a, b = text(pcall(all, own.gmatch, s, p, i)), text(pcall(all, string.gmatch, s, p, "
    "i))\n"
    "  if a ~= b then error(('gmatch(%s):\\n  %s, not\\n  %s'):format(text(s, p, i), b, a), 2) "
    "end\n"
    "end\n"
    "function same_all(s, p, r, i)\n"
    "  same('find', s, p, i) same('find', s, p, i, true) same('match', s, p, i)\n"
    "  same_walk(s, p, i) same('gsub', s, p, r) same('gsub', s, p, r, i)\n"
    "end\n";

TEST("patterns at random find, and fail, as Lua's do")
{
    lua_State *L = open_both();
    const char *wanted = getenv("PATTERNS");
    lua_pushinteger(L, wanted ? atoll(wanted) : 20000);
    lua_setglobal(L, "N");
    run(L, tools);
    run(L, "math.randomseed(1)\n"
           "local random = math.random\n"
           "local letters = {'a', 'b', 'c', 'a', 'b', '(', ')', '-', ']', '\\0', 'A', '1', ' ', "
           "'^', '%'}\n"
           "local items = {'a', 'b', '.', '%a', '%d', '%A', '%s', '%w', '%p', '%x', '%g', '%c', "
           "'%l', '%u',\n"
           "  '[ab]', '[^a]', '[a-c]', '[]]', '[^]]', '[%a]', '[^%a-]', '[a-]', '[%]]', '[b-%a]', "
           "'(', ')', '()',\n"
           "  '(a)', '(.-)', '(a*)', '%1', '%2', '%bab', '%b()', '%f[a]', '%f[^a]', '%f[%z]', '^', "
           "'$', '%%', '\\0',\n"
           "  '%', '[', '[^', '[a', '%f', '%b', '%ba', '%0', '%9', '-', '*', '+', '?', ']', '[%', "
           "'%z', '%Z'}\n"
           "local suffixes = {'', '', '', '', '*', '+', '-', '?'}\n"
           "local texts = {'', 'x', '%0', '%1', '<%1%2>', '%%', '%', '%x', '%9', 7, 'a%', 1.5}\n"
           "local replacements = {{a = 'z', b = 1, [1] = 'one', ab = false}, {a = {}}, true,\n"
           "  function() end, function(...) return ... end, function() return false end, "
           "function() return {} end,\n"
           "  function(a, b) return b end}\n"
           "local function pick(t) return t[random(#t)] end\n"
           "for _ = 1, N do\n"
           "  local s, p = {}, {}\n"
           "  for i = 1, random(0, 12) do s[i] = pick(letters) end\n"
           "  for i = 1, random(0, 6) do p[i] = pick(items) .. pick(suffixes) end\n"
           "  if random(8) == 1 then table.insert(p, 1, '^') end\n"
           "  if random(8) == 1 then p[#p + 1] = '$' end\n"
           "  local r = pick(random(2) == 1 and texts or replacements)\n"
           "  local i = random(4) == 1 and random(-14, 14) or nil\n"
           "  same_all(table.concat(s), table.concat(p), r, i)\n"
           "end");
    lua_close(L);
}

TEST("limits of patterns are Lua's")
{
    lua_State *L = open_both();
    run(L, tools);
    run(L, "for n = 190, 210 do\n"
           "  for _, item in ipairs{'a?', 'a*', 'a-', 'a', '.?', '%a*'} do\n"
           "    same_all(('a'):rep(300), item:rep(n), 'x')\n"
           "    same_all(('a'):rep(5), item:rep(n), 'x')\n"
           "  end\n"
           "end\n"
           "for n = 30, 34 do\n"
           "  same_all('abc', ('()'):rep(n), '%1') same_all('abc', ('('):rep(n) .. (')'):rep(n), "
           "'%1')\n"
           "  same_all('abc', ('(a?)'):rep(n), '%9') same_all('abc', ('(a?)'):rep(n), '%0')\n"
           "end");
    lua_close(L);
}

TEST("bad arguments are told as Lua tells them, and numbers are texts")
{
    lua_State *L = open_both();
    run(L, tools);
    run(L, "local bad = {1, 1.5, 'a', {}, type, true, math.huge, -1, 0, '2', '1.5'}\n"
           "bad.n = #bad + 1\n"
           "for _, name in ipairs{'find', 'match', 'gsub', 'rep', 'upper', 'lower', 'reverse'} do\n"
           "  same(name)\n"
           "  for i = 1, bad.n do\n"
           "    same(name, bad[i]) same(name, 'abc', bad[i]) same(name, bad[i], 'b') same(name, "
           "121, bad[i])\n"
           "    for k = 1, bad.n do\n"
           "      same(name, 'a2b2', bad[i], bad[k]) same(name, 'abc', 'b', bad[i], bad[k]) "
           "same(name, 'abc', 2, bad[i], bad[k])\n"
           "    end\n"
           "  end\n"
           "end\n"
           "for i = 1, bad.n do same_walk(bad[i], 'a') same_walk('a1', bad[i]) same_walk('a1', "
           "'a', bad[i]) end");
    lua_close(L);
}

TEST("repeating and turning texts of any length, up to those that are too long")
{
    lua_State *L = open_both();
    run(L, tools);
    run(L,
        "for n = -2, 40 do for _, s in ipairs{'', 'a', 'abc', '\\0\\xff'} do\n"
        "  same('rep', s, n) same('rep', s, n, '') same('rep', s, n, ',') same('rep', s, n, ', and "
        "')\n"
        "  for _, name in ipairs{'upper', 'lower', 'reverse'} do same(name, s:rep(n, 'Xy')) end\n"
        "end end\n"
        "for _, n in ipairs{1 << 20, (1 << 20) + 1, 3000001} do\n"
        "  assert(own.rep('ab', n) == string.rep('ab', n))\n"
        "  assert(own.rep('ab', n, ', ') == string.rep('ab', n, ', '))\n"
        "  local s = own.rep('aBc', n)\n"
        "  for _, name in ipairs{'upper', 'lower', 'reverse'} do assert(own[name](s) == "
        "string[name](s)) end\n"
        "end\n"
        "local long = ('x'):rep(1000001)\n"
        "assert(own.rep(long, 3, long) == string.rep(long, 3, long))\n"
        "for _, n in ipairs{math.maxinteger, math.maxinteger // 2, math.maxinteger // 3} do\n"
        "  same('rep', 'abc', n) same('rep', 'a', n, 'bc')\n"
        "end");
    lua_close(L);
}

TEST("plain texts are found across the pieces in which they are looked for")
{
    lua_State *L = open_both();
    run(L, "local piece = 1 << 20\n"
           "for d = -3, 3 do\n"
           "  local s = ('a'):rep(piece + d) .. 'bcd' .. ('a'):rep(piece)\n"
           "  for _, p in ipairs{'b', 'ab', 'bcd', 'cda', 'x', 'aabcdaa'} do\n"
           "    local a, b = s:find(p, 1, true)\n"
           "    local c, d = own.find(s, p, 1, true)\n"
           "    assert(a == c and b == d)\n"
           "  end\n"
           "end");
    lua_close(L);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
