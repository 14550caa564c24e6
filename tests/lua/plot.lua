-- plot.lua: what plot.line and plot.scatter make of their arguments, and how figures are shown.  The drawing
-- itself is tested in tests/unit/test_plot.c.
local moonlab = os.getenv("MOONLAB") or "build/moonlab"

local function picture(figure, options)
  options = options or {}
  return figure:text { cols = options.cols or 60, rows = options.rows or 16, charset = options.charset }
end

local function same_picture(a, b)
  a, b = picture(a), picture(b)
  if a ~= b then error("the pictures differ:\n" .. a .. b, 2) end
end

local function other_picture(a, b)
  if picture(a) == picture(b) then error("the pictures are the same:\n" .. picture(a), 2) end
end

local function shows(figure, ...)
  local text = picture(figure)
  for _, word in ipairs { ... } do
    if not text:find(word, 1, true) then error(("no \"%s\" in\n%s"):format(word, text), 2) end
  end
end

-- Runs code in a moonlab of its own; returns its output.
local function run(code, environment, command)
  local path = os.tmpname()
  local f = assert(io.open(path, "w"))
  f:write(code)
  f:close()
  local pipe = assert(io.popen(("%s %s <%s 2>&1"):format(environment or "LC_ALL=C.UTF-8", command or moonlab, path)))
  local text = pipe:read("a")
  pipe:close()
  os.remove(path)
  return text
end

-- ---- data -------------------------------------------------------------------------------------

test("a list, and tensors of every dtype, shape and layout give the same line", function()
  local want = plot.line({ 1, 0, 1, 1, 0, 0 })
  local t = lab.tensor { 1, 0, 1, 1, 0, 0 }
  for _, dtype in ipairs { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" } do
    same_picture(plot.line(t:to(dtype)), want)
  end
  same_picture(plot.line(t:reshape(1, 2, 3)), want)
  same_picture(plot.line(t:reshape(1, 6)), want)
  same_picture(plot.line(t:reshape(6, 1)), want)
  same_picture(plot.line(t:flip(1):flip(1)), want)
  same_picture(plot.line(lab.stack({ t, t }, 2):select(2, 1)), want)
  same_picture(plot.line(lab.tensor({ 1, 0, 1, 1, 0, 0 }, { requires_grad = true }) * 1), want)
  other_picture(plot.line { 1, 0, 1, 1, 0, 1 }, want)
end)

test("tensors may be on any device", function()
  if not lab.is_available("fake") then skip("no fake device plugin beside the executable") end
  same_picture(plot.line(lab.tensor({ 1, 2, 4 }, { device = "fake" })), plot.line { 1, 2, 4 })
  same_picture(plot.line { lab.tensor(1, { device = "fake" }), 2 }, plot.line { 1, 2 })
  local points = { { 1, 2 }, { 3, 5 } }
  same_picture(plot.scatter(lab.tensor(points, { device = "fake" })), plot.scatter(points))
end)

test("losses that were collected as tensors of one element are numbers", function()
  same_picture(plot.line { lab.tensor(3.0), lab.tensor { 2.0 }, 1.5 }, plot.line { 3, 2, 1.5 })
end)

test("places come first: plot.line(x, y)", function()
  same_picture(plot.line({ 1, 2, 3 }, { 4, 5, 7 }), plot.line { 4, 5, 7 })
  same_picture(plot.line { x = { 1, 2, 3 }, y = { 4, 5, 7 } }, plot.line { 4, 5, 7 })
  same_picture(plot.line { y = lab.tensor { 4, 5, 7 } }, plot.line { 4, 5, 7 })
  same_picture(plot.line({ 4, 5, 7 }, {}), plot.line { 4, 5, 7 })
  shows(plot.line({ 100, 150, 200 }, { 4, 5, 7 }), "100", "200")
end)

test("a rising line climbs from the lower left to the upper right", function()
  local last, rows = math.huge, 0
  for row in picture(plot.line { 1, 2, 3, 4 }, { charset = "ascii" }):gmatch("[^\n]+") do
    local ink = row:match("[|+]( .*)$") or row:match("^ *[%d.]+ [^%d ](.*)$")
    local at = ink and not row:find("%-%-%-%-") and ink:find("[^ ]")
    if at then
      assert(at < last, "a lower row does not begin further left")
      last, rows = at, rows + 1
    end
  end
  assert(rows >= 8, "only " .. rows .. " rows have ink")
end)

test("functions are drawn over a range, -3 to 3 unless said", function()
  local x, y = {}, {}
  for i = 0, 400 do x[i + 1] = -3 + 6 * (i / 400) end
  for i, v in ipairs(x) do y[i] = math.sin(v) end
  same_picture(plot.line(math.sin), plot.line(x, y))
  same_picture(plot.line(math.sin, { -3, 3 }), plot.line(x, y))
  same_picture(plot.line { y = math.sin, range = { -3, 3 } }, plot.line(x, y))
  other_picture(plot.line(math.sin, { -1, 3 }), plot.line(x, y))
  same_picture(plot.line({ 1, 2, 3 }, math.sqrt), plot.line { 1, 2 ^ 0.5, 3 ^ 0.5 })
  shows(plot.line(math.log, { 1, 1000 }, { xscale = "log" }), "1", "10", "100")
end)

test("functions may take and give tensors", function()
  local function tanh(x) return (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1) end
  same_picture(plot.line(lab.tanh, { -2, 2 }), plot.line(tanh, { -2, 2 }))
  same_picture(plot.line(function(x) return lab.tensor { x * x } end), plot.line(function(x) return x * x end))
  local w = lab.tensor({ 2.0 }, { requires_grad = true })
  same_picture(plot.line(function(x) return w * x end), plot.line(function(x) return 2 * x end))
end)

test("values that are no numbers leave a gap, which the legend counts", function()
  shows(plot.line({ 1, 2, 0 / 0, 3, 1 / 0 }, { label = "loss" }), "loss", "1 NaN", "1 Inf")
end)

-- ---- several series ---------------------------------------------------------------------------

test("a list of series is what chained calls are", function()
  local a, b = { 1, 2, 3 }, lab.tensor { 3, 2, 1 }
  local want = plot.figure():line(a, { label = "a" }):line(b, { label = "b" })
  same_picture(plot.line({ a, b }, { label = { "a", "b" } }), want)
  same_picture(plot.line { a, b, label = { "a", "b" } }, want)
  same_picture(plot.line { { y = a, label = "a" }, { y = b, label = "b" } }, want)
  same_picture(plot.line { y = { { y = a, label = "a" }, { y = b } }, label = { "x", "b" } }, want)
  same_picture(plot.line({ 1, 2, 3 }, { a, b }, { label = { "a", "b" } }), want)
  same_picture(plot.line({ 1, 2, 3 }, lab.tensor { { 1, 3 }, { 2, 2 }, { 3, 1 } }, { label = { "a", "b" } }), want)
  same_picture(plot.figure():panel(1):line(a, { label = "a" }):line(b, { label = "b" }), want)
  shows(want, "a", "b")
end)

test("an option of the call is every series', one of a series its own", function()
  local noisy = { 1, 5, 1, 5, 1, 5, 1, 5 }
  same_picture(plot.line { { y = noisy }, noisy, smooth = 0.9 },
    plot.figure():line(noisy, { smooth = 0.9 }):line(noisy, { smooth = 0.9 }))
  same_picture(plot.line { { y = noisy, smooth = 0.5 }, noisy, smooth = 0.9 },
    plot.figure():line(noisy, { smooth = 0.5 }):line(noisy, { smooth = 0.9 }))
end)

test("smooth is the debiased moving average; band=false leaves only that", function()
  local y, average, mean, weight = { 1, 5, 2, 8, 3 }, {}, 0, 1
  for i, v in ipairs(y) do
    mean, weight = mean * 0.9 + 0.1 * v, weight * 0.9
    average[i] = mean / (1 - weight)
  end
  same_picture(plot.line(y, { smooth = 0.9, band = false }), plot.line(average))
  same_picture(plot.line(y, { smooth = 0.9, band = true }), plot.line(y, { smooth = 0.9 }))
  other_picture(plot.line(y, { smooth = 0.9 }), plot.line(average))
end)

-- ---- scatter ----------------------------------------------------------------------------------

test("points are x and y, or a tensor (n, 2), or pairs", function()
  local want = plot.scatter({ 1, 2, 4 }, { 5, 7, 6 })
  same_picture(plot.scatter(lab.tensor { { 1, 5 }, { 2, 7 }, { 4, 6 } }), want)
  same_picture(plot.scatter(lab.tensor({ { 1, 2, 4 }, { 5, 7, 6 } }, { dtype = "int64" }):t()), want)
  same_picture(plot.scatter { { 1, 5 }, { 2, 7 }, { 4, 6 } }, want)
  same_picture(plot.scatter { x = { 1, 2, 4 }, y = { 5, 7, 6 } }, want)
  same_picture(plot.figure():scatter({ 1, 2, 4 }, { 5, 7, 6 }), want)
  other_picture(plot.line({ 1, 2, 4 }, { 5, 7, 6 }), want)
end)

test("points with classes are a series of each class", function()
  local points = lab.tensor { { 1, 5 }, { 2, 7 }, { 4, 6 }, { 3, 3 } }
  local want = plot.figure():scatter({ 2, 3 }, { 7, 3 }, { label = "1" }):scatter({ 1, 4 }, { 5, 6 }, { label = "2" })
  same_picture(plot.scatter(points, lab.tensor({ 2, 1, 2, 1 }, { dtype = "int64" })), want)
  same_picture(plot.scatter(points, { 2, 1, 2, 1 }), want)
  shows(plot.scatter(points, { 2, 1, 2, 1 }, { label = { "cat", "dog" } }), "cat", "dog")
end)

test("a marker is drawn at every point", function()
  local _, count = picture(plot.scatter({ 1, 2, 3 }, { 1, 3, 2 }, { marker = "@" })):gsub("@", "")
  eq(count, 3)
  _, count = picture(plot.line({ 1, 3, 2 }, { marker = "@" })):gsub("@", "")
  eq(count, 3)
end)

-- ---- settings ---------------------------------------------------------------------------------

test("title, labels, scales, limits and the legend can be set anywhere", function()
  local all = { title = "run 7", xlabel = "step", ylabel = "loss", yscale = "log", ylim = { 1, 1000 } }
  local named = { y = { 10, 100 }, label = "train" }
  for key, value in pairs(all) do named[key] = value end
  local want = plot.line(named)
  shows(want, "run 7", "step", "loss", "train", "1000")
  same_picture(plot.figure(all):line({ 10, 100 }, { label = "train" }), want)
  same_picture(plot.figure():line({ 10, 100 }, { label = "train" }):set(all), want)
  same_picture(plot.figure():panel(1):set(all):line({ 10, 100 }, { label = "train" }), want)
  assert(not picture(want:set { legend = false }):find("train"))
end)

test("either limit may be left to the data", function()
  shows(plot.line({ 1, 2 }, { ylim = { nil, 50 } }), "50")
  shows(plot.line({ 1, 2 }, { ylim = { -50 } }), "-50")
end)

-- ---- showing ----------------------------------------------------------------------------------

test("text has the rows and columns asked for, 80 by 20 unless said", function()
  local function size(text)
    local rows = 0
    for row in text:gmatch("([^\n]*)\n") do
      rows = rows + 1
      eq(utf8.len(row), utf8.len(text:match("^[^\n]*")))
    end
    return { utf8.len(text:match("^[^\n]*")), rows }
  end
  local f = plot.line { 1, 2 }
  eq(size(f:text()), { 80, 20 })
  eq(size(f:text { cols = 33, rows = 7 }), { 33, 7 })
  eq(size(plot.figure():text { cols = 1, rows = 1 }), { 1, 1 })
end)

test("color and charset are as asked for", function()
  local f = plot.line({ 1, 2 }, { title = "é" })
  assert(not f:text():find("\27"))
  for color, code in pairs { [true] = "\27[38;2;", [24] = "\27[38;2;", [256] = "\27[38;5;", [16] = "96m" } do
    assert(f:text({ color = color }):find(code, 1, true), tostring(color))
  end
  assert(f:text({ color = 24, background = "light" }) ~= f:text { color = 24 })
  assert(not plot.line({ 1, 2 }):text({ charset = "ascii" }):find("[\128-\255]"))
end)

test("a color can be told by number and by name", function()
  local function red(options) return plot.line({ 1, 2 }, options):text { color = 24 } end
  eq(red { color = "red" }, red { color = 6 })
  assert(red { color = "red" } ~= red {})
  eq(red { color = "grey" }, red { color = "gray" })
end)

test("control characters in labels reach no output", function()
  local text = plot.line({ 1, 2 }, { title = "a\27[31mb\n", label = "\155c", xlabel = "\7" }):text()
  assert(not text:find("[\0-\9\11-\31\127]") and utf8.len(text))
end)

test("print, tostring, show and the value of a last expression are the picture", function()
  local body = plot.line({ 1, 2, 4 }):text()
  eq(run "f = plot.line{1, 2, 4}; f:show()", body)
  eq(run "print(plot.line{1, 2, 4})", body)
  eq(run "print(tostring(plot.line{1, 2, 4}))", body)
  eq(run "show(plot.figure():panel(1):line{1, 2, 4})", body)
  assert(run("plot.line{1, 2, 4}", nil, moonlab .. " repl"):find(body, 1, true))
  eq(run "plot.line{1, 2, 4}", "") -- a statement of a script
  eq(run "local f = plot.line{1, 2, 4}", "")
  eq(run "print({plot.line{1, 2}, 3})", "{figure, 3}\n")
  eq(run("plot.line({1, 2, 4}):show()", "LC_ALL=C"), plot.line({ 1, 2, 4 }):text { charset = "ascii" })
end)

test("show takes a size of its own", function()
  eq(run "plot.line({1, 2, 4}):show{cols=30, rows=9, charset='ascii'}",
    plot.line({ 1, 2, 4 }):text { cols = 30, rows = 9, charset = "ascii" })
end)

test("a figure can be saved as text", function()
  local path = os.tmpname() .. ".txt"
  plot.line({ 1, 2, 4 }):save(path, { cols = 30 })
  local f = assert(io.open(path))
  eq(f:read("a"), plot.line({ 1, 2, 4 }):text { cols = 30 })
  f:close()
  os.remove(path)
  fails(function() plot.line({ 1, 2 }):save("a.jpg") end, "known are .svg, .png, .html, .txt")
  fails(function() plot.line({ 1, 2 }):save("/nowhere/at/all.txt") end, "/nowhere/at/all.txt")
end)

test("--safe saves beside the script only", function()
  local path = os.tmpname() .. ".txt"
  local text = run(("plot.line({1, 2}):save(%q)"):format(path), nil, moonlab .. " --safe")
  assert(text:find(path, 1, true) and text:find("save: ", 1, true), text)
  eq(io.open(path), nil)
end)

-- ---- contour ----------------------------------------------------------------------------------

local function bowl(x, y) return x ^ 2 + 4 * y ^ 2 end

-- What bowl gives on the grid that plot.contour makes of a range.
local function bowl_on_grid(x_low, x_high, y_low, y_high)
  local x = lab.linspace(x_low, x_high, 101, { dtype = "float64" })
  local y = lab.linspace(y_low, y_high, 101, { dtype = "float64" })
  return bowl(x:unsqueeze(1), y:unsqueeze(2)), x, y
end

test("contours of a function are those of its values on a grid", function()
  local z, x, y = bowl_on_grid(-2, 2, -1, 3)
  local want = plot.contour(z, x, y)
  same_picture(plot.contour(bowl, { -2, 2 }, { -1, 3 }), want)
  same_picture(plot.contour { z = bowl, x = { -2, 2 }, y = { -1, 3 } }, want)
  same_picture(plot.contour { z = z, x = x:tolist(), y = y }, want)
  same_picture(plot.contour(z:tolist(), x, y, {}), want)
  same_picture(plot.figure():contour(bowl, { -2, 2 }, { -1, 3 }), want)
  same_picture(plot.figure():panel(1):contour(z, { x = x, y = y }), want)
  same_picture(plot.contour(bowl), plot.contour(bowl, { -3, 3 }, { -3, 3 }))
  other_picture(plot.contour(bowl), want)
  shows(want, "10", "2")
end)

test("a function is called once, with tensors, or with numbers if it does not take those", function()
  local calls, dtype, shape = 0, nil, nil
  local function counted(x, y)
    calls, dtype, shape = calls + 1, x.dtype, y.shape
    return bowl(x, y)
  end
  same_picture(plot.contour(counted), plot.contour(bowl))
  eq({ calls, dtype, shape }, { 1, "float64", { 101, 101 } })
  local function waves(x, y) return math.sin(x) * y end
  same_picture(plot.contour(waves), plot.contour(function(x, y) return lab.sin(x) * y end))
  same_picture(plot.contour(function(x, y) return lab.tensor(bowl(x, y)) end), plot.contour(bowl))
  local w = lab.tensor(2.0, { requires_grad = true })
  same_picture(plot.contour(function(x, y) return x * w + y end), plot.contour(function(x, y) return x * 2 + y end))
  local function piecewise(x, y) if x < 0 then return y end return x + y end
  assert(#picture(plot.contour(piecewise)) > 0)
end)

test("rows of a matrix stand along y, columns along x, from 1", function()
  local rising = lab.arange(0, 12):reshape(3, 4)
  same_picture(plot.contour(rising), plot.contour(rising, { 1, 2, 3, 4 }, { 1, 2, 3 }))
  same_picture(plot.contour(rising), plot.contour(rising:to "float64", lab.arange(1, 5), lab.arange(1, 4)))
  other_picture(plot.contour(rising), plot.contour(rising:t()))
end)

test("levels are a list of values, or about how many to choose", function()
  shows(plot.contour(bowl, { levels = { 3, 17 } }), "3", "17")
  local text = picture(plot.contour(bowl, { levels = { 17 } }))
  assert(text:find("17", 1, true) and not text:find("10", 1, true), text)
  same_picture(plot.contour(bowl, { levels = lab.tensor { 3, 17 } }), plot.contour(bowl, { levels = { 17, 3, 3 } }))
  same_picture(plot.contour(bowl, { levels = 8 }), plot.contour(bowl))
  other_picture(plot.contour(bowl, { levels = 3 }), plot.contour(bowl))
end)

test("values that are no numbers are left out of contours, and counted", function()
  shows(plot.contour({ { 1, 2, 3 }, { 2, 0 / 0, 4 }, { 3, 4, 1 / 0 } }, { label = "z" }), "z", "1 NaN", "1 Inf")
end)

test("lines can be drawn over contours, on axes of any scale", function()
  shows(plot.contour(bowl):line({ -2, 0 }, { 1, 0 }, { label = "path" }), "path")
  shows(plot.contour(function(x, y) return x * y end, { 0.1, 10 }, { 1, 100 }, { xscale = "log", yscale = "log" }),
    "0.1", "100")
end)

test("contours say what is wrong with their arguments", function()
  local z = { { 1, 2 }, { 3, 4 } }
  fails(function() plot.contour() end, "plot.contour: no data: give z")
  fails(function() plot.contour("a") end, "z should be a function of x and y or a matrix")
  fails(function() plot.contour(nil) end, "got nil")
  fails(function() plot.contour { 1, 2, 3 } end, "got a list of 3")
  fails(function() plot.contour(lab.zeros(2, 2, 2)) end, "got float32 [2 2 2]")
  fails(function() plot.contour { { 1, 2 }, { 3 } } end, "rows of as many numbers each")
  fails(function() plot.contour(lab.zeros(0, 3)) end, "z is empty")
  fails(function() plot.contour(z, { 1, 2, 3 }) end, "x is a list of 3, but z has 2 columns")
  fails(function() plot.contour(z, { 1, 2 }, { 1 }) end, "y is a list of 1, but z has 2 rows")
  fails(function() plot.contour(z, { 1, 0 / 0 }) end, "x: value 2 is nan")
  fails(function() plot.contour({ 1, 2 }, { 1, 2 }, lab.zeros(2, 2)) end, "the order is z, x, y")
  fails(function() plot.contour(z, { z = z }) end, "z was given twice")
  fails(function() plot.contour(z, z, z, z, {}) end, "got 4 arguments")
  fails(function() plot.contour(z, { levels = 0 }) end, "levels is 0; a whole number from 1 to 100")
  fails(function() plot.contour(z, { levels = {} }) end, "levels is empty")
  fails(function() plot.contour(z, { levels = { 1 / 0 } }) end, "levels: value 1 is inf")
  fails(function() plot.contour(z, { levls = 3 }) end, "unknown option 'levls'; did you mean 'levels'?")
  fails(function() plot.contour(bowl, { 3, -3 }) end, "x is {3, -3}; the first should be the smaller")
  fails(function() plot.contour(bowl, { 1 }) end, "x should be {low, high}: z is a function")
  fails(function() plot.contour(bowl, { xscale = "log" }) end, "x begins at -3: on a log axis")
  fails(function() plot.contour(function() return nil end) end, "the function gave nil at (-3, -3)")
  fails(function() plot.contour(function(x) return x:nosuch() end) end, "'nosuch'")
  fails(function() plot.contour(function() error("mine", 0) end) end, "mine")
end)

-- ---- errors -----------------------------------------------------------------------------------

test("data that is missing or wrong is an error that says what came", function()
  fails(function() plot.line() end, "plot.line: no data")
  fails(function() plot.line(nil) end, "plot.line: y: a tensor, a list of numbers or a function expected, got nil")
  fails(function() plot.line({ 1 }, nil) end, "got nil")
  fails(function() plot.line("abc") end, "got a string")
  fails(function() plot.line {} end, "y is empty")
  fails(function() plot.line(lab.zeros(0, 3)) end, "y is empty")
  fails(function() plot.line { 1, "a" } end, "value 2 is a string")
  fails(function() plot.line { 1, lab.zeros(3) } end, "value 2 is float32 [3]")
  fails(function() plot.line({ { 1, 2 }, "a" }) end, "y of series 2")
  fails(function() plot.line({ 1 }, { 1 }, { 1 }, {}) end, "got 3 arguments")
  fails(function() plot.line({ 1 }, { y = { 1 } }) end, "given twice")
  fails(function() plot.line { { 1 }, y = { 1 } } end, "given twice")
  local freed = lab.zeros(3)
  freed:free()
  fails(function() plot.line(freed) end, "freed")
end)

test("numbers of values that differ are named", function()
  fails(function() plot.line({ 1, 2 }, lab.zeros(3)) end, "x is a list of 2 and y is float32 [3]: 2 and 3 values")
  fails(function() plot.line({ 1, 2 }, { { 1, 2 }, { 1 } }) end, "y of series 2 is a list of 1")
  fails(function() plot.scatter(lab.zeros(3, 2), { 1, 2 }) end, "x holds 3 points (float32 [3 2]) and y 2 classes")
  fails(function() plot.scatter(lab.zeros(3)) end, "one tensor of shape (n, 2) expected, got float32 [3]")
  fails(function() plot.scatter { 1, 2, 3 } end, "got a list of 3")
  fails(function() plot.scatter(lab.zeros(30, 2), lab.arange(0, 30)) end, "more than 20 different")
end)

test("unknown options name the nearest", function()
  fails(function() plot.line { y = { 1 }, tittle = "a" } end, "unknown option 'tittle'; did you mean 'title'?")
  fails(function() plot.line({ 1 }, { smoth = 0.5 }) end, "did you mean 'smooth'?")
  fails(function() plot.scatter({ 1 }, { 1 }, { smooth = 0.5 }) end, "unknown option 'smooth'")
  fails(function() plot.line { { y = { 1 }, yscale = "log" } } end, "unknown option 'yscale'")
  fails(function() plot.figure { colour = 2 } end, "plot.figure: unknown option 'colour'")
  fails(function() plot.figure():set { tilte = "a" } end, "did you mean 'title'?")
  fails(function() plot.figure():text { colums = 3 } end, "text: unknown option 'colums'")
  fails(function() plot.figure():show { color = true } end, "show: unknown option 'color'")
end)

test("options of a wrong kind or out of range say what they can be", function()
  local function line(options) return function() plot.line({ 1, 2 }, options) end end
  fails(line { smooth = 1 }, "smooth is 1; it should be a number from 0")
  fails(line { smooth = 0 / 0 }, "smooth is")
  fails(line { band = true }, "give smooth, too")
  fails(line { color = "bleu" }, "did you mean 'blue'?")
  fails(line { color = 9 }, "the colors are 1 to 8")
  fails(line { marker = "ab" }, "one character")
  fails(line { yscale = "lgo" }, "did you mean 'log'?")
  fails(line { title = {} }, "title should be a string")
  fails(line { label = true }, "label should be a string")
  fails(line { xlim = { 3, 1 } }, "xlim is {3, 1}; the first should be the smaller")
  fails(line { xlim = { 0 / 0, 1 } }, "one of them is nan")
  fails(line { xlim = 3 }, "xlim should be {low, high}")
  fails(line { legend = 1 }, "legend should be true or false")
  fails(function() plot.line(math.sin, { 1 }) end, "range should be {low, high}")
  fails(function() plot.line(math.log, { -1, 1 }, { xscale = "log" }) end, "above 0")
  fails(function() plot.figure(3) end, "a table of options expected")
  fails(function() plot.figure():panel(2) end, "there is no panel 2")
  fails(function() plot.figure():panel(0) end, "there is no panel 0")
  fails(function() plot.figure():panel((1 << 32) + 1) end, "there is no panel 4294967297")
  fails(function() plot.figure():panel(1, (1 << 32) + 1) end, "no panel in row 1, column 4294967297")
  fails(function() plot.figure():panel(math.mininteger, math.mininteger) end, "no panel in row")
  fails(function() plot.figure { rows = (1 << 32) + 1 } end, "1 to 32 of each")
  fails(function() plot.figure():text { cols = 5000 } end, "cols is 5000; a whole number from 1 to 4096")
  fails(function() plot.figure():text { rows = 0 } end, "rows is 0")
  fails(function() plot.figure():text { color = "red" } end, "color should be")
  fails(function() plot.figure():text { charset = "utf-8" } end, "did you mean 'utf8'?")
  fails(function() plot.figure().show() end, "colon")
end)

test("an error of the function that is drawn is its own", function()
  fails(function() plot.line(function() error("mine", 0) end) end, "mine")
  fails(function() plot.line(function() return nil end) end, "the function gave nil at -3")
  fails(function() plot.line(function() return "1" end) end, "the function gave a string")
end)

test("an error is at the line of the caller", function()
  local ok, message = pcall(function() plot.line("abc") end)
  assert(not ok and message:find("^tests/lua/plot.lua:%d+: plot.line"), message)
  ok, message = pcall(function() plot.line({ 1 }, { tittle = 1 }) end)
  assert(not ok and message:find("^tests/lua/plot.lua:%d+: plot.line"), message)
end)

test("a call that fails leaves the figure as it was", function()
  local f = plot.line { 1, 2, 3 }
  local before = f:text()
  fails(function() f:line({ { 3, 2, 1 }, { 1, "a" } }, { title = "no" }) end, "value 2")
  fails(function() f:line({ 3, 2, 1 }, { title = "no", yscale = "no" }) end, "yscale")
  fails(function() f:set { title = "no", xlim = { 2, 1 } } end, "xlim")
  eq(f:text(), before)
end)

-- ---- life -------------------------------------------------------------------------------------

test("a panel keeps its figure alive", function()
  local panels = {}
  for i = 1, 200 do panels[i] = plot.line({ i, i + 1 }):panel(1):panel(1) end
  collectgarbage()
  collectgarbage()
  for i = 1, 200, 50 do same_picture(panels[i], plot.line { i, i + 1 }) end
end)

test("plotting does not disturb gradients or change its data", function()
  local w = lab.tensor({ 1.0, 2.0 }, { requires_grad = true })
  local y = (w * w):sum()
  plot.line(w)
  plot.line(function(x) return w:sum() * x end)
  y:backward()
  eq(w.grad, { 2, 4 })
end)

-- ---- axes and panels --------------------------------------------------------------------------

local function drawing(f, cols, rows) return f:text { cols = cols or 80, rows = rows or 10 } end

test("axes count seconds as times of day or as durations", function()
  local x = lab.arange(0, 172800, 600, { dtype = "float64" })
  local day = drawing(plot.line(x + 1764201600, x:sin(), { xscale = "time" }))
  eq(day:find("27 Nov", 1, true) ~= nil, true)
  eq(day:find("12:00", 1, true) ~= nil, true)
  eq(drawing(plot.line(x, x:sin(), { xscale = "duration" })):find("1d12h", 1, true) ~= nil, true)
end)

test("numbers can be percents and bytes, and names stand for 1, 2, 3", function()
  eq(drawing(plot.line({ 0, 0.5, 1 }, { yunit = "percent" })):find("100%%") ~= nil, true)
  eq(drawing(plot.line({ 0, 4096 }, { yunit = "bytes" })):find("KiB") ~= nil, true)
  local named = drawing(plot.scatter({ 1, 2, 3 }, { 4, 5, 6 }, { xnames = { "cat", "dog", "漢字" } }))
  for _, name in ipairs { "cat", "dog", "漢字" } do eq(named:find(name, 1, true) ~= nil, true) end
end)

test("a symlog axis shows both sides of zero", function()
  local both = drawing(plot.line({ -1e6, -10, 0, 10, 1e6 }, { yscale = "symlog", ythreshold = 10 }), 60, 14)
  eq(both:find("%-1e%d ┤") ~= nil and both:find(" 1e%d ┤") ~= nil and both:find(" 0 ┤") ~= nil, true)
end)

test("a reversed axis turns the picture round", function()
  local up = drawing(plot.scatter({ 1, 2 }, { 1, 2 }, { marker = "x", legend = false }), 40, 12)
  local down = drawing(plot.scatter({ 1, 2 }, { 1, 2 }, { marker = "x", legend = false, yreverse = true }), 40, 12)
  local function first_column(text) return text:match("^.-\n?([^\n]*)x"):len() end
  eq(first_column(up) > first_column(down), true)
end)

test("panels are found by number and by place, and share axes", function()
  local f = plot.figure { layout = { "aab", "ccb" }, sharex = true }
  for i = 1, 3 do f:panel(i):line({ i, i + 1 }, { title = "panel " .. i }) end
  local text = drawing(f, 90, 24)
  for i = 1, 3 do eq(text:find("panel " .. i, 1, true) ~= nil, true) end
  f:panel(1, 3):line({ 5, 6 }, { title = "beside" })
  eq(drawing(f, 90, 24):find("beside", 1, true) ~= nil, true)
  fails(function() f:panel(4) end, "panel: there is no panel 4; this figure has 3")
  fails(function() f:panel(3, 1) end, "no panel in row 3, column 1")
end)

test("layouts that make no sense are refused", function()
  fails(function() plot.figure { layout = { "ab", "ba" } } end, "are no rectangle")
  fails(function() plot.figure { layout = { "ab", "c" } } end, "row 2 should be a string as long as the first")
  fails(function() plot.figure { layout = "ab" } end, "layout should be a list of strings")
  fails(function() plot.figure { rows = 0 } end, "rows should be a whole number from 1 on")
  fails(function() plot.figure { rows = 99 } end, "1 to 32")
  fails(function() plot.figure { rows = 2, heights = { 1 } } end, "heights should be a list of 2 numbers")
  fails(function() plot.figure { rows = 2, heights = { 1, -1 } } end, "weight 2 is not a positive")
  fails(function() plot.line({ 1 }, { xscale = "lgo" }) end, "did you mean 'log'?")
  fails(function() plot.line({ 1 }, { axis = "top" }) end, "axis is 'top'; it can be left, right")
  fails(function() plot.line({ 1 }, { ythreshold = 0 }) end, "ythreshold should be a number above 0")
  fails(function() plot.line({ 1 }, { xnames = {} }) end, "xnames should be a list of strings")
end)

test("a second y axis has its own scale and label", function()
  local text = drawing(plot.line({ 1, 2, 3 }, { ylabel = "loss" }):line({ 1e-3, 1e-2, 0.1 },
    { axis = "right", yscale = "log", ylabel = "rate" }), 70, 14)
  eq(text:find("loss", 1, true) ~= nil and text:find("rate", 1, true) ~= nil, true)
  eq(text:find("├ 0.1", 1, true) ~= nil, true)
end)

test("figures that are no longer used give their memory back without being asked", function()
  local x = lab.randn(1000000)
  local function resident()
    local file = io.open("/proc/self/statm")
    local pages = file:read("a"):match("^%d+ (%d+)")
    file:close()
    return pages * 4096
  end
  plot.line(x):text {}
  local before = resident()
  for _ = 1, 100 do plot.line(x) end
  eq(os.getenv("MOONLAB_SANITIZED") ~= nil or resident() - before < 200e6, true)
end)

test("ticks on the border of two rows are equally far apart", function()
  local text, at, row = plot.line({ 0.7, 0.87 }, { ylim = { 0.65, 0.9 } }):text { cols = 40, rows = 7 }, {}, 0
  for line in text:gmatch "[^\n]+" do
    row = row + 1
    if line:find "^%d" then at[#at + 1] = row end
  end
  assert(#at == 3 and at[3] - at[2] == at[2] - at[1], text)
end)
