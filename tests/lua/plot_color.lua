-- plot_color.lua: points in the colors of numbers, and numbers on heatmaps.

local nan, inf = 0 / 0, math.huge

local function picture(figure, options)
  options = options or {}
  return figure:text { cols = options.cols or 60, rows = options.rows or 15, color = options.color,
    background = options.background }
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

local function count(text, word)
  local _, n = text:gsub(word, "")
  return n
end

test("points with color_by are small to large marks without color, and a bar says which numbers they are", function()
  local f = plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = { 0, 50, 100 }, label = "loss" })
  shows(f, "loss", "100", "50")
  local plain = picture(plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = { 0, 50, 100 }, bar = false }))
  eq({ count(plain, "·"), count(plain, "•"), count(plain, "●") }, { 1, 1, 1 })
  local above = plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = { 0, 50, 100 }, range = { 0, 1000 }, bar = false })
  eq(count(picture(above), "·"), 3)
end)

test("points with color_by have the colors of the map's places, the same as a heatmap's", function()
  local f = plot.scatter({ 1, 2 }, { 1, 2 }, { color_by = { -16, 16 }, center = 0, bar = false })
  local text = picture(f, { color = 24, background = "light" })
  assert(text:find("38;2;13;64;119", 1, true)) -- the last of 16 shades, 31/32 of the map: between its last two colors
  eq(picture(f, { color = 24 }), picture(plot.scatter({ 1, 2 }, { 1, 2 },
    { color_by = { -16, 16 }, map = "rdbu", bar = false }), { color = 24 }))
end)

test("color_by may be a frame's column, a tensor, and go with X of two columns", function()
  local frame = data.Frame({ age = { 1, 2, 3 }, fare = { 3, 2, 1 }, loss = { 5, 6, 7 } }, { "age", "fare", "loss" })
  shows(plot.scatter(frame, { x = "age", y = "fare", color_by = "loss" }), "age", "fare", "loss")
  local X = lab.tensor { { 1, 3 }, { 2, 2 }, { 3, 1 } }
  eq(picture(plot.scatter(X, { color_by = lab.tensor { 5, 6, 7 } })),
    picture(plot.scatter({ 1, 2, 3 }, { 3, 2, 1 }, { color_by = { 5, 6, 7 } })))
  shows(plot.figure { rows = 1, cols = 2 }:panel(2):scatter(X, { color_by = { 1, 2, 3 }, label = "one" }), "one")
end)

test("points without a number or a place have no color and the legend counts them", function()
  shows(plot.scatter({ 1, 2, 3, nan }, { 1, 2, 3, 4 }, { color_by = { 0, nan, inf, 4 } }), "3 NaN")
  lacks(plot.scatter({ 1, 2 }, { 1, 2 }, { color_by = { 0, 4 } }), "NaN")
  shows(plot.scatter({ 1, 2, 3, 4 }, { -1, 0, -3, 4 }, { color_by = { 1, 2, 3, 4 }, yscale = "log" }), "3 points ≤ 0")
  local few = picture(plot.scatter({ 1, 2, 3, 4 }, { 1, 2, 3, 4 }, { color_by = { 7, 7, 7, 7 }, bar = false }))
  eq(count(few, "•"), 4)
end)

test("color_by beside other colors, of another length or without numbers is an error that says so", function()
  local x = { 1, 2, 3 }
  fails(function() plot.scatter(x, x, { color_by = { 1, 2 } }) end, "color_by has 2 values for 3 points; both must be as many")
  fails(function() plot.scatter(x, x, { color_by = x, classes = { 1, 1, 2 } }) end, "colored by color_by or classes")
  fails(function() plot.scatter(x, x, { color_by = x, color = 2 }) end, "colored by color_by or color; leave one of them out")
  fails(function() plot.scatter(x, x, { color_by = { nan, nan, nan } }) end, "color_by has no finite number")
  fails(function() plot.scatter(x, x, { color_by = "loss" }) end, 'plot.scatter(frame, {x="…", y="…", color_by="loss"})')
  fails(function() plot.scatter(x, x, { bar = true }) end, "bar is about the colors of numbers: give color_by, too")
  fails(function() plot.scatter(x, x, { color_by = x, range = { 1 } }) end, "range")
  fails(function() plot.scatter(x, x, { color_by = x, map = "jet" }) end, "map")
  fails(function() plot.scatter(x, x, { c = x }) end, "color_by=… each point")
  fails(function() plot.scatter(x, x, { color_by = x, cmap = "magma" }) end, "write map=…")
end)

test("numbers far beyond others and of one value keep their colors in their range", function()
  local f = plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = { -1.7e308, 0, 1.7e308 }, bar = false })
  eq(count(picture(f), "·"), 1)
  eq(count(picture(f), "●"), 1)
  for _, values in ipairs { { 0, 0, 0 }, { 1.7e308, 1.7e308, 1.7e308 }, { 5e-324, 0, 0 }, { -1.7e308, 1.7e308, nan } } do
    picture(plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = values }))
    picture(plot.scatter({ 1, 2, 3 }, { 1, 2, 3 }, { color_by = values, center = 1e308 }), { cols = 8, rows = 3, color = 256 })
  end
end)

test("a heatmap writes its numbers where there is room for all of them, and none elsewhere", function()
  local z = { { 1, 0.25 }, { -0.123456, nan } }
  shows(plot.heatmap(z, { numbers = true, bar = false }), "0.25", "-0.123", "nan")
  shows(plot.heatmap(z, { format = "%.1f%%", bar = false }), "1.0%", "0.2%", "-0.1%")
  lacks(plot.heatmap(z, { bar = false }), "0.25")
  local wide = lab.full({ 3, 30 }, 0.25)
  eq(picture(plot.heatmap(wide, { numbers = true, bar = false })), picture(plot.heatmap(wide, { bar = false })))
end)

test("what a heatmap cannot write is an error that says so", function()
  fails(function() plot.heatmap({ { 1 } }, { format = "%q %q" }) end, 'format "%q %q" writes no number')
  fails(function() plot.heatmap({ { 1 } }, { format = "%.20f" }) end, "is too long for an element: at most 11 bytes")
  fails(function() plot.heatmap({ { 1 } }, { numbers = 3 }) end, "numbers")
  fails(function() plot.heatmap({ { 1 } }, { annot = true }) end, "write numbers=true")
  fails(function() plot.heatmap({ { 1 } }, { fmt = ".2f" }) end, 'write format="%.2f"')
end)
