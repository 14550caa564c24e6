dofile("tests/lua/harness.lua")

local function shown(x, expected) eq(tostring(x), expected) end
local function text(x, expected) eq(lab.text(x), expected) end

test("rows stand under each other, with shape and dtype at the end", function()
  shown(lab.tensor{ { 1, -2.5 }, { 1 / 3, 4 } }, "[[ 1.0000, -2.5000],\n [ 0.3333,  4.0000]]   float32 2x2")
  shown(lab.tensor{ 1, 20, 300 }, "[  1,  20, 300]   float32 3")
  shown(lab.tensor({ 1, -2 }, { dtype = "int8" }), "[ 1, -2]   int8 2")
  shown(lab.tensor{ true, false }, "[ true, false]   bool 2")
  shown(lab.tensor(2.5), "2.5000   float32 scalar")
  shown(lab.zeros(0, 3), "[]   float32 0x3")
  shown(lab.zeros(2, 1, 2), "[[[0, 0]],\n\n [[0, 0]]]   float32 2x1x2")
end)

test("the format of the numbers follows their range", function()
  text(lab.tensor{ 0.5, 1 }, "[0.5000, 1.0000]")
  text(lab.tensor{ 1, 2000000 }, "[1, 2000000]")
  text(lab.tensor{ 0.5, 2000000 }, "[5.0000e-01, 2.0000e+06]")
  text(lab.tensor{ 0.00001, 0 }, "[1.0000e-05, 0.0000e+00]")
  text(lab.tensor{ 1e9, 1 }, "[1.0000e+09, 1.0000e+00]")
  text(lab.tensor{ 0 / 0, 1 / 0, -1 / 0, 1 }, "[nan, inf, -inf, 1]")
  text(lab.tensor{ 1 / 0, -1 / 0, 1.5 }, "[inf, -inf, 1.5000]")
  text(lab.tensor({ math.mininteger, math.maxinteger }, { dtype = "int64" }),
    "[-9223372036854775808, 9223372036854775807]")
  text(lab.tensor({ 1.5, 65504, 6e-8 }, { dtype = "float16" }), "[1.5000e+00, 6.5504e+04, 5.9605e-08]")
  text(lab.tensor({ 1.5, -3 }, { dtype = "bfloat16" }), "[1.5000, -3.0000]")
end)

test("text is one line whatever the shape", function()
  text(lab.tensor{ { 1, 2 }, { 3, 4 } }, "[[1, 2], [3, 4]]")
  text(lab.zeros(2, 1, 2), "[[[0, 0]], [[0, 0]]]")
  text(lab.zeros(0), "[]")
  text(3.0, "3.0")
  text("a", "a")
  text({ 1, { x = 2 } }, "{1, {x = 2}}")
end)

test("views are shown by what they are, not by how they lie in memory", function()
  text(lab.arange(1, 7):reshape(2, 3):t(), "[[1, 4], [2, 5], [3, 6]]")
  text(lab.arange(1, 4):flip(1), "[3, 2, 1]")
  text(lab.tensor{ 7 }:expand(3), "[7, 7, 7]")
end)

test("more than 1000 elements are summarised", function()
  eq(select(2, tostring(lab.arange(0, 1000)):gsub("…", "")), 0)
  shown(lab.arange(0, 1001, { dtype = "int64" }), "[   0,    1,    2,    …,  998,  999, 1000]   int64 1001")
  local wide = tostring(lab.zeros(40, 5, 30))
  eq(select(2, wide:gsub("\n", "")) < 60, true)
  eq(wide:find("[0, 0, 0, …, 0, 0, 0]", 1, true) ~= nil, true)
end)

test("no line is wider than the terminal", function()
  for _, x in ipairs{ lab.randn(1000), lab.randn(30, 30), lab.randn(2, 3, 40):mul(1e6), lab.arange(0, 999, { dtype = "int64" }) } do
    for line in tostring(x):gmatch("[^\n]+") do eq(utf8.len(line) <= 80, true) end
  end
end)

test("what gradients need to know is shown", function()
  local w = lab.tensor({ 1, 2 }, { requires_grad = true })
  shown(w, "[1, 2]   float32 2, requires_grad")
  shown(w * 2, "[2, 4]   float32 2, has a gradient")
  shown((w * 2):detach(), "[2, 4]   float32 2")
end)

test("tables show their fields in order and no addresses", function()
  text({ b = 1, a = "x", [10] = true, 5 }, '{5, [10] = true, a = "x", b = 1}')
  text({ ["not a name"] = 1, [true] = 2, [1.5] = 3 }, '{[1.5] = 3, ["not a name"] = 1, [true] = 2}')
  text({ "it's", 'say "hi"', "a\nb\27" }, [[{"it's", 'say "hi"', "a\nb␛"}]])
  text({ { { { { { 1 } } } } } }, "{{{{{{…}}}}}}" )
  text({ lab.zeros(2), lab.zeros(100, 100) }, "{[0, 0] float32 2, float32 100x100}")
  local t = { 1 }
  t.me = t
  text(t, "{1, me = {… itself}}")
  text({ print, coroutine.create(print) }, "{function print, coroutine (suspended)}")
  text(setmetatable({}, { __tostring = function() return "mine\27" end }), "mine␛")
  text(setmetatable({ x = 1 }, { __name = "Point" }), "Point {x = 1}")
end)

test("functions of ours have the names that users call them by", function()
  local df = data.Frame { a = { 1 } }
  text(df.columns, "function data.Frame:columns()")
  text(df.head, "function data.Frame:head(n)")
  text(data.StandardScaler().fit, "function data.Scaler:fit(x)")
  text(nn.Module.fit, "function nn.Module:fit(…)") -- it is read when first called
  text(nn.callbacks.EarlyStopping().update, "function nn.callbacks.Callback:update(epoch, logs, model)")
  text(data.read_csv, "function data.read_csv(path, options)")
  text({ df.columns }, "{function data.Frame:columns}")
end)

test("long tables take a line for each field, and stop", function()
  local t = {}
  for i = 1, 5 do t[("k"):rep(10) .. i] = ("v"):rep(20) end
  eq(select(2, lab.text(t):gsub("\n", "")), 6)
  local long = {}
  for i = 1, 10000 do long[i] = i end
  eq(lab.text(long):find("9940 more", 1, true) ~= nil, true)
end)
