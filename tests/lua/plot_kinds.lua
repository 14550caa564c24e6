-- plot_kinds.lua: bars, histograms, boxes, violins, densities, steps, stems, error bars, polar and pair plots; rules, spans
-- and notes.  Goldens are tests/expected/plot_kind_*.txt; ACCEPT=1 in the environment writes what is drawn now there.
local nan, inf = 0 / 0, math.huge

local function picture(figure, options)
  options = options or {}
  return figure:text { cols = options.cols or 60, rows = options.rows or 15, charset = options.charset }
end

local function same_picture(a, b)
  a, b = picture(a), picture(b)
  if a ~= b then error("the pictures differ:\n" .. a .. b, 2) end
end

local function shows(figure, ...)
  local text = picture(figure)
  for _, word in ipairs { ... } do
    if not text:find(word, 1, true) then error(("no \"%s\" in\n%s"):format(word, text), 2) end
  end
end

local function lacks(figure, word)
  local text = picture(figure)
  if text:find(word, 1, true) then error(("\"%s\" in\n%s"):format(word, text), 2) end
end

local function golden(name, figure, rows)
  local path, text = ("tests/expected/plot_kind_%s.txt"):format(name), picture(figure, { rows = rows })
  if os.getenv("ACCEPT") == "1" then assert(io.open(path, "w")):write(text):close() end
  local file = assert(io.open(path))
  local want = file:read("a")
  file:close()
  if text ~= want then error(("%s differs:\n%sexpected\n%s"):format(path, text, want), 2) end
end

-- Numbers that look random and are the same everywhere.
local function noise(count, seed)
  local list, state = {}, seed or 1
  for i = 1, count do
    local sum = -6
    for _ = 1, 12 do
      state = (state * 16807) % 2147483647
      sum = sum + state / 2147483647
    end
    list[i] = sum
  end
  return list
end

local function shifted(list, by)
  local result = {}
  for i, v in ipairs(list) do result[i] = v + by end
  return result
end

local group_a, group_b = noise(200, 7), shifted(noise(200, 8), 2)

-- ---- goldens ----------------------------------------------------------------------------------

local goldens = {
  step = function() return plot.step({ 0, 10, 20, 30 }, { 4, 2, 1, 1 }, { label = "rate" }) end,
  stem = function() return plot.stem({ 1, 0.6, 0.3, -0.1, -0.4, 0.1 }) end,
  bar = function()
    return plot.bar({ "cat", "dog", "fox" }, { 12, 19, 3 }, { values = true, title = "Pets", ylabel = "count" })
  end,
  bar_grouped = function()
    return plot.bar({ "cat", "dog", "fox" }, { { 10, 24, 31 }, { 32, 17, 28 } },
      { label = { "train", "test" }, errors = { { 2, 3, 4 }, { 4, 2, 2 } } })
  end,
  bar_stacked = function()
    return plot.bar({ "a", "b", "c" }, { { 5, 8, 3 }, { 4, 2, 6 }, { -2, 3, -4 } },
      { label = { "x", "y", "z" }, stacked = true, values = true })
  end,
  bar_horizontal = function()
    return plot.bar({ "convolution", "linear", "softmax" }, { 31.25, 12.5, -4 }, { horizontal = true, values = true })
  end,
  bar_log = function() return plot.bar({ "a", "b", "c", "d" }, { 1, 20, 300, 4000 }, { yscale = "log" }) end,
  hist = function() return plot.hist(group_a, { bins = 20 }) end,
  hist_two = function() return plot.hist({ group_a, group_b }, { label = { "a", "b" }, bins = 16, density = true }) end,
  hist_stacked = function() return plot.hist({ group_a, group_b }, { label = { "a", "b" }, bins = 16, stacked = true }) end,
  hist_horizontal = function() return plot.hist(group_a, { horizontal = true, bins = 10, cumulative = true }) end,
  box = function() return plot.box({ group_a, group_b, noise(50, 3) }, { label = { "relu", "tanh", "none" } }) end,
  box_horizontal = function()
    return plot.box({ group_a, group_b, noise(50, 3) }, { label = { "relu", "tanh", "none" }, horizontal = true })
  end,
  violin = function() return plot.violin({ group_a, group_b }, { label = { "a", "b" } }) end,
  density = function() return plot.density({ group_a, group_b }, { label = { "a", "b" }, filled = true }) end,
  density_contour = function()
    return plot.density(group_a, group_b, { kind = "contour" })
  end,
  errorbar = function()
    return plot.errorbar({ 1, 2, 4 }, { 2, 3, 2.5 }, { low = { 0.5, 0.2, 1 }, high = 0.4 }, { xerror = 0.2, label = "score" })
  end,
  polar = function()
    return plot.polar({ 3, 5, 4, 2, 4 }, { names = { "speed", "size", "cost", "range", "mass" } })
  end,
  pairs = function()
    return plot.pairs(lab.tensor({ group_a, group_b }, { dtype = "float64" }):t(), { names = { "width", "height" }, title = "leaves" })
  end,
  notes = function()
    return plot.line({ 5, 3, 2, 1, 2, 3 }, { label = "loss" }):rule { x = 4, label = "best" }:rule { y = 2.5 }
        :span { x = { 1, 2 }, label = "warm-up" }:note(5, 2, "overfits", { marker = "★" })
  end,
}
local tall = { polar = 24, pairs = 20 }

local names = {}
for name in pairs(goldens) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  test(("the figure of %s is the stored one"):format(name), function() golden(name, goldens[name](), tall[name]) end)
end

test("every kind is drawn on every frame, in every charset and number of colors", function()
  for _, name in ipairs(names) do
    local figure = goldens[name]()
    for _, size in ipairs { { 1, 1 }, { 1, 30 }, { 2, 3 }, { 4, 4 }, { 8, 3 }, { 11, 7 }, { 20, 6 }, { 60, 1 }, { 60, 30 } } do
      for _, color in ipairs { false, 16, 256, 24 } do
        for _, charset in ipairs { "utf8", "ascii" } do
          local text = figure:text { cols = size[1], rows = size[2], color = color, charset = charset }
          local _, rows = text:gsub("\n", "")
          eq(rows, size[2])
          if charset == "ascii" and not color and text:find("[\x80-\xff]") then error(name .. ": not ASCII:\n" .. text) end
        end
      end
    end
  end
end)

-- ---- data -------------------------------------------------------------------------------------

local kinds = { "step", "stem", "bar", "hist", "box", "violin", "density" }

test("tensors of every dtype, lists and a frame's column give the same figure", function()
  for _, kind in ipairs(kinds) do
    local want = plot[kind] { 1, 0, 1, 1, 0, 1 }
    local t = lab.tensor { 1, 0, 1, 1, 0, 1 }
    for _, dtype in ipairs { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" } do
      same_picture(plot[kind](t:to(dtype)), want)
    end
    same_picture(plot[kind](data.Frame { y = { 1, 0, 1, 1, 0, 1 } }.y), want)
    same_picture(plot[kind](lab.stack({ t, t }, 2):select(2, 1)), want)
    same_picture(plot.figure():panel(1)[kind](plot.figure():panel(1), t), want)
  end
end)

test("what cannot be drawn is refused by every kind with its name", function()
  for _, kind in ipairs(kinds) do
    fails(function() plot[kind] {} end, ("plot.%s: no data"):format(kind))
    fails(function() plot[kind](lab.zeros(0)) end, ("plot.%s: "):format(kind))
    fails(function() plot[kind](lab.zeros(0)) end, "is empty: there is nothing to draw")
    fails(function() plot[kind]("x") end, "a string")
    fails(function() plot[kind] { "a", "b" } end, "value 1 is a string")
    fails(function() plot[kind](math.sin) end, "is a function; numbers expected")
    fails(function() plot[kind]({ 1, 2 }, { colour = 1 }) end, "colour")
    fails(function() plot[kind]({ 1, 2 }, { color = "bleu" }) end, "did you mean 'blue'?")
    fails(function() plot.figure()[kind](plot.figure(), {}) end, kind .. ": no data")
  end
end)

test("one value, equal values, NaN, infinite and huge ones give a figure", function()
  for _, kind in ipairs(kinds) do
    for _, values in ipairs { { 3 }, { 2, 2, 2 }, { nan, 1, nan, 2 }, { inf, 1, 2, -inf }, { 0, 0 }, { 1e15, 1e15 + 1 } } do
      eq(#picture(plot[kind](values)) > 800, true)
    end
  end
  for _, kind in ipairs { "hist", "box", "violin", "density" } do
    fails(function() plot[kind] { nan, nan } end, "no value is finite")
  end
end)

-- ---- bars -------------------------------------------------------------------------------------

test("a matrix (n, k) has a bar of each of k series at n names, a list one series in each member", function()
  local want = plot.bar({ "a", "b", "c" }, { { 1, 2, 3 }, { 4, 5, 6 } }, { label = { "x", "y" } })
  same_picture(plot.bar({ "a", "b", "c" }, lab.tensor { { 1, 4 }, { 2, 5 }, { 3, 6 } }, { label = { "x", "y" } }), want)
  same_picture(plot.bar { names = { "a", "b", "c" }, y = { { 1, 2, 3 }, { 4, 5, 6 } }, label = { "x", "y" } }, want)
  same_picture(plot.figure():bar({ "a", "b", "c" }, { { 1, 2, 3 }, { 4, 5, 6 } }, { label = { "x", "y" } }), want)
  same_picture(plot.bar({ 1, 2 }, { 7, 8 }), plot.bar({ "1", "2" }, { 7, 8 }))
  same_picture(plot.bar(lab.tensor { 1, 2 }, { 7, 8 }), plot.bar { 7, 8 })
end)

test("of a frame the first column are the names", function()
  local pets = data.Frame { pet = { "dog", "cat", "dog" } }
  same_picture(plot.bar(pets:value_counts("pet")), plot.bar({ "dog", "cat" }, { 2, 1 }, { ylabel = "count" }))
  shows(plot.bar(data.Frame({ name = { "a", "b" }, x = { 1, 2 }, y = { 2, 1 } })), "a", "b", "█ x", "▒ y")
  fails(function() plot.bar(pets) end, "the frame has 1 column: names and values expected")
end)

test("bars begin at 0 on the axis itself, and their values are beside them if asked", function()
  shows(plot.bar({ "cat", "dog" }, { 10, 5 }), "cat", "dog", "10 ┤", " 0 └")
  lacks(plot.bar({ "cat", "dog" }, { 17, 5 }), "17")
  shows(plot.bar({ "cat", "dog" }, { 17.25, 5 }, { values = true }), "17.3", "5")
  shows(plot.bar({ "cat", "dog" }, { 0.123456, 12345 }, { values = true }), "0.123", "12345")
  shows(plot.bar({ "cat", "dog" }, { 17, -5 }, { values = true, horizontal = true }), "17", "-5")
end)

test("bars that are NaN are missing and counted", function()
  shows(plot.bar({ "a", "b" }, { 1, nan }, { label = "x" }), "1 NaN")
  same_picture(plot.bar({ "a", "b" }, { { 1, 2 }, { nan, 1 } }, { stacked = true, legend = false }),
    plot.bar({ "a", "b" }, { { 1, 2 }, { 0, 1 } }, { stacked = true, legend = false }))
end)

test("bars say what does not fit together", function()
  fails(function() plot.bar({ "a", "b" }, { 1, 2, 3 }) end, "plot.bar: 3 values and 2 names; both must be as many")
  fails(function() plot.bar { { 1, 2 }, { 1 } } end, "series 2 has 1 values and the first series 2")
  fails(function() plot.bar("a", { 1 }) end, "names should be a list of strings")
  fails(function() plot.bar({ 1, 2 }, { 1, 2 }, { errors = { 1 } }) end, "1 errors and 2 values")
  fails(function() plot.bar { { 1, 2 }, { 3, 4 }, errors = { 1, 2 }, stacked = true } end, "stacked bars cannot have errors")
  fails(function() plot.bar { { 1, 2 }, { 3, 4 }, label = { "a" } } end, "label names 1 series; there are 2")
  fails(function() plot.bar({ 1, 2 }, { width = 2 }) end, "width should be above 0 and at most 1")
  fails(function() plot.bar({ 1, 2 }, { stacked = "yes" }) end, "stacked should be true or false")
end)

-- ---- histograms, boxes, violins, densities ----------------------------------------------------

test("bins hold what NumPy's do", function()
  -- numpy.histogram([0, 1, 1, 2, 5, 9.9], bins=5, range=(0, 10)) is 3 1 1 0 1
  local bars = picture(plot.hist({ 0, 1, 1, 2, 5, 9.9 }, { bins = 5, range = { 0, 10 }, axes = false, xlim = { 0, 10 } }), { cols = 5, rows = 3 })
  eq(bars, "█    \n█    \n███ █\n")
  same_picture(plot.hist({ 0, 1, 1, 2, 5, 9.9 }, { bins = { 0, 2, 4, 6, 8, 10 } }),
    plot.hist({ 0, 1, 1, 2, 5, 9.9 }, { bins = 5, range = { 0, 10 } }))
  same_picture(plot.hist({ 0, 1, nan, 1, 2, 5, 9.9, inf, 11 }, { bins = 5, range = { 0, 10 } }),
    plot.hist({ 0, 1, 1, 2, 5, 9.9 }, { bins = 5, range = { 0, 10 } }))
end)

test("a matrix is one series of a histogram, each column a box", function()
  local w = lab.tensor { { 1, 5 }, { 2, 6 }, { 3, 9 } }
  same_picture(plot.hist(w), plot.hist { 1, 5, 2, 6, 3, 9 })
  same_picture(plot.box(w), plot.box { { 1, 2, 3 }, { 5, 6, 9 } })
  same_picture(plot.violin(w), plot.violin { { 1, 2, 3 }, { 5, 6, 9 } })
end)

test("cumulative histograms rise to the number of values, with density to 1", function()
  shows(plot.hist({ 1, 2, 3, 4 }, { bins = 4, cumulative = true }), "4 ┤")
  shows(plot.hist({ 1, 2, 3, 4 }, { bins = 4, cumulative = true, density = true }), "1.0 ┤")
end)

test("logarithmic bins are equally wide on a logarithmic axis", function()
  shows(plot.hist({ 1, 10, 100, 1000 }, { log = true, bins = 3 }), "10", "100", "1000")
  fails(function() plot.hist({ -1, 0 }, { log = true }) end, "no value is above 0")
  fails(function() plot.hist({ 1, 2 }, { log = true, range = { 0, 2 } }) end, "begin above 0")
end)

test("classes split values into groups, named by their numbers or strings", function()
  local values, codes, texts = { 1, 2, 8, 9 }, { 3, 3, 1, 1 }, { "b", "b", "a", "a" }
  for _, kind in ipairs { "box", "violin" } do
    shows(plot[kind](values, { classes = texts }), "a", "b")
    same_picture(plot[kind](values, { classes = texts }), plot[kind]({ { 8, 9 }, { 1, 2 } }, { label = { "a", "b" } }))
    same_picture(plot[kind](values, { classes = lab.tensor(codes) }), plot[kind]({ { 8, 9 }, { 1, 2 } }, { label = { 1, 3 } }))
  end
  same_picture(plot.density(values, { classes = texts }), plot.density({ { 8, 9 }, { 1, 2 } }, { label = { "a", "b" } }))
  fails(function() plot.box(values, { classes = { 1, 2 } }) end, "4 values and 2 classes; both must be as many")
  fails(function() plot.box(noise(100), { classes = noise(100) }) end, "more than 60 different values")
end)

test("histograms, boxes and densities name options that make no sense", function()
  fails(function() plot.hist({ 1, 2 }, { bins = 0 }) end, "bins should be a whole number from 1 to 100000, got 0")
  fails(function() plot.hist({ 1, 2 }, { bins = { 1 } }) end, "a list of at least two edges")
  fails(function() plot.hist({ 1, 2 }, { bins = { 1, 3, 2 } }) end, "the edges should rise; edge 3 does not")
  fails(function() plot.box({ 1, 2 }, { whiskers = -1 }) end, "whiskers should be a number from 0 on")
  fails(function() plot.density({ 1, 2 }, { bandwidth = 0 }) end, "bandwidth should be above 0")
  fails(function() plot.density({ 1, 2 }, { bandwidth = "scot" }) end, "did you mean 'scott'?")
  fails(function() plot.density({ 1, 2 }, { 1, 2 }, { filled = true }) end, "filled is for densities of one variable")
  fails(function() plot.density({ 1, 2 }, { 1, 2, 3 }) end, "both must have as many")
end)

test("values beyond one and a half boxes are points", function()
  lacks(plot.box { 1, 2, 3, 4 }, "◦")
  shows(plot.box { 1, 2, 3, 4, 20 }, "◦")
  lacks(plot.box({ 1, 2, 3, 4, 20 }, { whiskers = inf }), "◦")
end)

-- ---- steps, stems, error bars -----------------------------------------------------------------

test("steps turn at their places, the ones before, or between", function()
  same_picture(plot.step({ 1, 2, 4 }, { 5, 7, 6 }), plot.line({ 1, 2, 2, 4, 4, 4 }, { 5, 5, 7, 7, 6, 6 }))
  same_picture(plot.step({ 1, 2, 4 }, { 5, 7, 6 }, { where = "pre" }), plot.line({ 1, 1, 1, 2, 2, 4 }, { 5, 5, 7, 7, 6, 6 }))
  same_picture(plot.step({ 1, 2, 4 }, { 5, 7, 6 }, { where = "mid" }), plot.line({ 1, 1.5, 1.5, 3, 3, 4 }, { 5, 5, 7, 7, 6, 6 }))
  fails(function() plot.step({ 1, 2 }, { where = "past" }) end, "did you mean 'post'?")
  fails(function() plot.step({ 1, 2 }, { 1, 2, 3 }) end, "x has 2 values and y 3; both must have as many")
end)

test("several series are a list, or a matrix beside x", function()
  for _, kind in ipairs { "step", "stem" } do
    local want = plot[kind]({ 1, 2, 3 }, { { 1, 2, 3 }, { 3, 1, 2 } }, { label = { "a", "b" } })
    same_picture(plot[kind]({ 1, 2, 3 }, lab.tensor { { 1, 3 }, { 2, 1 }, { 3, 2 } }, { label = { "a", "b" } }), want)
  end
end)

test("errors are one length, as many as values, or lengths below and above", function()
  local want = plot.errorbar({ 1, 2 }, { 5, 6 }, { low = { 1, 1 }, high = { 1, 1 } })
  same_picture(plot.errorbar({ 1, 2 }, { 5, 6 }, 1), want)
  same_picture(plot.errorbar({ 1, 2 }, { 5, 6 }, { 1, 1 }), want)
  same_picture(plot.errorbar({ 1, 2 }, { 5, 6 }, lab.ones(2, 2)), want)
  same_picture(plot.errorbar { y = { 5, 6 }, error = 1 }, want)
  fails(function() plot.errorbar({ 1, 2 }, { 5, 6 }) end, "no errors: give plot.errorbar(x, y, error), or xerror=")
  fails(function() plot.errorbar({ 1, 2 }, { 5, 6 }, { 1 }) end, "error has 1 values and y 2")
  fails(function() plot.errorbar({ 1, 2 }, { 5, 6 }, { 1, -1 }) end, "value 2 is negative: errors are lengths")
  fails(function() plot.errorbar({ 1 }, { 5, 6 }, 1) end, "both must have as many")
  shows(plot.errorbar({ 1, 2 }, { 5, 6 }, { nan, 1 }, { label = "e" }), "e")
end)

-- ---- polar, pairs -----------------------------------------------------------------------------

test("a polar plot is round, with rings and spokes, and radii may be drawn one over the other", function()
  shows(plot.polar(lab.linspace(0, 6, 50), lab.linspace(0, 1, 50)), "0°", "90°", "180°", "270°", "0.5")
  shows(plot.polar({ 3, 5, 4 }, { names = { "up", "right", "left" } }), "up", "right", "left")
  local twice = plot.polar({ 3, 5, 4 }, { label = "a" }):polar({ 1, 2, 3 }, { label = "b" })
  shows(twice, "a", "b")
  same_picture(plot.polar({ 0, 90 }, { 1, 2 }, { degrees = true }), plot.polar({ 0, math.pi / 2 }, { 1, 2 }))
  fails(function() plot.polar({ 1, 2 }, { 1, 2, 3 }) end, "both must have as many")
  fails(function() plot.polar({ 1, 2 }, { names = { "a" } }) end, "2 radii and 1 names")
  fails(function() plot.polar { nan } end, "no radius is finite")
  fails(function() plot.polar({ 1, 2 }, { rlim = 0 }) end, "rlim")
end)

test("pairs are of a frame's or a matrix's columns, with classes by color", function()
  local frame = data.Frame({ x = group_a, y = group_b, kind = { "p" } }, { "x", "y" })
  same_picture(plot.pairs(frame), plot.pairs(lab.tensor({ group_a, group_b }, { dtype = "float64" }):t(), { names = { "x", "y" } }))
  local small = data.Frame({ x = { 1, 2, 3 }, y = { 2, 1, 4 }, kind = { "p", "q", "p" } })
  local text = picture(plot.pairs(small, { classes = "kind" }), { rows = 30 })
  eq({ text:find("• p", 1, true) ~= nil, text:find("× q", 1, true) ~= nil }, { true, true })
  same_picture(plot.pairs(small, { classes = "kind" }),
    plot.pairs({ { 1, 2 }, { 2, 1 }, { 3, 4 } }, { names = { "x", "y" }, classes = { "p", "q", "p" } }))
  fails(function() plot.pairs(lab.zeros(5, 9)) end, "9 columns would be 81 panels; at most 8 can be seen")
  fails(function() plot.pairs(lab.zeros(5, 1)) end, "at least two columns of numbers are needed, got 1")
  fails(function() plot.pairs({ { 1, 2 }, { 3, 4 } }, { names = { "a" } }) end, "1 names and 2 columns")
  fails(function() plot.pairs(lab.tensor { { 1, nan }, { 2, nan } }) end, "has no finite value")
end)

test("bars narrower than a cell share it, and none floats above a gap", function()
  lab.manual_seed(3)
  local rows = {}
  for row in plot.hist(lab.randn(5000), { bins = 40 }):text({ cols = 34, rows = 15 }):gmatch("[^\n]*│([^\n]*)") do
    local cells = {}
    for _, code in utf8.codes(row) do cells[#cells + 1] = code end
    rows[#rows + 1] = cells
  end
  for r = 2, #rows do
    for col, code in ipairs(rows[r - 1]) do
      if code ~= 0x20 and rows[r][col] ~= 0x2588 then
        error(("column %d: U+%04X stands on U+%04X"):format(col, code, rows[r][col]))
      end
    end
  end
  assert(#rows > 8)
end)

-- ---- rules, spans, notes ----------------------------------------------------------------------

test("rules, spans and notes are on the figure, and the axes make room for the first two", function()
  shows(plot.line { 1, 2 }:rule { y = 100, label = "goal" }, "goal", "100", "┈")
  shows(plot.line { 1, 2 }:rule { x = { 1.25, 1.75 }, label = { "one", "two" } }, "one", "two", "┊")
  shows(plot.line { 1, 2 }:span { y = { 50, 100 }, label = "range" }, "range", "100", "░")
  shows(plot.line { 1, 2, 3 }:note(2, 2, "two\nlines", { align = "left", marker = "★" }), "★", "two", "lines")
  shows(plot.line { 1, 2 }:line({ 10, 20 }, { axis = "right" }):rule { y = 15, axis = "right", label = "mid" }, "mid")
  same_picture(plot.line { 1, 2 }:rule { x = lab.tensor(1.5) }, plot.line { 1, 2 }:rule { x = 1.5 })
end)

test("rules, spans and notes say what is missing", function()
  local f = plot.line { 1, 2 }
  fails(function() f:rule {} end, "rule: either x= or y= expected")
  fails(function() f:rule { x = 1, y = 2 } end, "rule: either x= or y= expected")
  fails(function() f:rule(3) end, "rule: a table of options expected")
  fails(function() f:rule { x = nan } end, "x should be a finite number, got")
  fails(function() f:rule { x = 1, lable = "a" } end, "label")
  fails(function() f:span { x = 1 } end, "x should be {low, high}")
  fails(function() f:span { x = { 2, 1 } } end, "the first should be the smaller")
  fails(function() f:span { x = { 1 } } end, "x should be {low, high}")
  fails(function() f:note(1, 2) end, "the text, is missing")
  fails(function() f:note(1) end, "no y")
  fails(function() f:note(1, inf, "a") end, "y should be a finite number")
  fails(function() f:note(1, 2, "a", { align = "middle" }) end, "left, center, right")
end)

-- ---- the second axis --------------------------------------------------------------------------

test("kinds can stand on the right axis", function()
  for _, kind in ipairs { "step", "stem", "bar", "hist", "density" } do
    shows(plot.line({ 1, 2, 3 }, { label = "left" })[kind](plot.line { 1, 2, 3 }, { 100, 300, 200, 250 },
      { axis = "right", ylabel = "other" }), "├", "other")
  end
end)
