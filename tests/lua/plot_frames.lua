-- plot_frames.lua: columns of frames by their names, classes, axes of names, and what users of other libraries write.

local function picture(figure) return figure:text { cols = 60, rows = 16 } end

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

local nan = 0 / 0
local pets = data.Frame({ weight = { 4, 9, 5, 30, 3 }, height = { 25, 40, 24, 60, 22 },
  kind = { "cat", "dog", "cat", "dog", "cat" } }, { "weight", "height", "kind" })

-- ---- frames -----------------------------------------------------------------------------------

test("columns of a frame are given by their names, which the axes and the legend have", function()
  same_picture(plot.scatter(pets, { x = "weight", y = "height" }),
    plot.scatter(pets.weight, pets.height, { xlabel = "weight", ylabel = "height" }))
  same_picture(plot.scatter { pets, x = "weight", y = "height", classes = "kind" },
    plot.scatter(pets.weight, pets.height, { classes = pets:tolist "kind", xlabel = "weight", ylabel = "height" }))
  shows(plot.scatter(pets, { x = "weight", y = "height", classes = "kind" }), "cat", "dog", "weight", "height")
  lacks(plot.scatter(pets, { x = "weight", y = "height", xlabel = "kg" }), "weight")
  same_picture(plot.line(pets, { x = "weight", y = { "height", "weight" } }),
    plot.line(pets.weight, { pets.height, pets.weight }, { label = { "height", "weight" }, xlabel = "weight" }))
  same_picture(plot.stem(pets, { y = "weight" }), plot.stem(pets.weight, { ylabel = "weight" }))
  same_picture(plot.bar(pets, { names = "kind", y = "weight" }),
    plot.bar(pets:tolist "kind", pets.weight, { ylabel = "weight" }))
  same_picture(plot.polar(pets, { theta = "height", r = "weight" }), plot.polar(pets.height, pets.weight))
  same_picture(plot.figure():scatter(pets, { x = "weight", y = "height" }),
    plot.scatter(pets, { x = "weight", y = "height" }))
end)

test("the axis of the values is called what one column of them is", function()
  local by = pets:tolist "kind"
  same_picture(plot.hist(pets, { x = "weight", classes = "kind" }), plot.hist(pets.weight, { classes = by, xlabel = "weight" }))
  same_picture(plot.box(pets, { x = "weight", classes = "kind" }), plot.box(pets.weight, { classes = by, ylabel = "weight" }))
  same_picture(plot.box(pets, { x = "weight", classes = "kind", horizontal = true }),
    plot.box(pets.weight, { classes = by, xlabel = "weight", horizontal = true }))
  same_picture(plot.density(pets, { x = "weight" }), plot.density(pets.weight, { xlabel = "weight" }))
end)

test("lines of a frame are its columns of numbers", function()
  same_picture(plot.line(pets), plot.line({ pets.weight, pets.height }, { label = { "weight", "height" } }))
  shows(plot.line(pets, { label = { "kg", "cm" } }), "kg", "cm")
  fails(function() plot.scatter(pets) end, 'plot.scatter(frame, {x="…", y="…", classes="…"})')
  fails(function() plot.line(pets:select "kind") end, "the frame has no column of numbers")
end)

test("a column that is not there names the nearest", function()
  fails(function() plot.scatter(pets, { x = "wieght", y = "height" }) end,
    "plot.scatter: x: the frame has no column 'wieght'; did you mean 'weight'? (columns: weight, height, kind)")
  fails(function() plot.line(pets, { y = { "weight", "age" } }) end, "the frame has no column 'age'")
  fails(function() plot.hist(pets, { x = "kind" }) end, 'plot.bar(frame:value_counts("kind"))')
  fails(function() plot.hist(pets.weight, { classes = "kind" }) end, "the name of a column stands beside its frame")
end)

-- ---- classes ----------------------------------------------------------------------------------

test("classes split points and lines into series, by strings or numbers", function()
  local x, y = { 1, 2, 3, 4 }, { 5, 6, 7, 9 }
  local want = plot.scatter({ 1, 3 }, { 5, 7 }, { label = "a" }):scatter({ 2, 4 }, { 6, 9 }, { label = "b" })
  same_picture(plot.scatter(x, y, { classes = { "a", "b", "a", "b" } }), want)
  same_picture(plot.scatter(x, y, { classes = lab.tensor { 1, 2, 1, 2 }, label = { "a", "b" } }), want)
  same_picture(plot.scatter(lab.tensor { { 1, 5 }, { 2, 6 }, { 3, 7 }, { 4, 9 } }, { classes = { "a", "b", "a", "b" } }), want)
  same_picture(plot.line(y, { classes = { "a", "b", "a", "b" } }),
    plot.line({ 1, 3 }, { 5, 7 }, { label = "a" }):line({ 2, 4 }, { 6, 9 }, { label = "b" }))
  fails(function() plot.scatter(x, y, { classes = { 1, 2 } }) end, "4 values and 2 classes")
end)

test("points whose class is missing belong to none", function()
  local x, y = { 1, 2, 3, 4 }, { 5, 6, 7, 9 }
  same_picture(plot.scatter(x, y, { classes = { "a", nan, "a", "b" } }),
    plot.scatter({ 1, 3 }, { 5, 7 }, { label = "a" }):scatter({ 4 }, { 9 }, { label = "b" }))
  same_picture(plot.box({ 1, 2, 3, 4 }, { classes = { 1, nan, 1, 2 } }), plot.box({ { 1, 3 }, { 4 } }, { label = { 1, 2 } }))
  fails(function() plot.box({ 1, 2 }, { classes = { nan, nan } }) end, "every one is missing")
end)

test("numbers of classes and bars are as short as float32 has them", function()
  shows(plot.bar(lab.tensor { 0.1, 0.2 }, { 1, 2 }), "0.1 ", "0.2 ")
  lacks(plot.bar(lab.tensor { 0.1, 0.2 }, { 1, 2 }), "0.1000")
  lacks(plot.scatter({ 1, 2 }, { 1, 2 }, { classes = lab.tensor { 0.1, 0.2 } }), "0.1000")
end)

test("the classes of several series have the palette's colors in turn", function()
  local f = plot.hist({ 1, 2, 3, 4 }, { classes = { 1, 1, 2, 2 }, label = { "a", "b" } })
  local g = plot.hist({ { 1, 2 }, { 3, 4 } }, { color = { 1, 2 }, label = { "a", "b" } })
  assert(f:text { color = 24 } == g:text { color = 24 }, "the second class has not the second color")
  local own, auto = plot.line({ 1, 2 }, { color = 2 }):line { 2, 1 }, plot.line({ 1, 2 }, { color = 2 }):line({ 2, 1 }, { color = 1 })
  assert(own:text { color = 24 } == auto:text { color = 24 }, "a color that is taken was given again")
end)

test("with colors the classes of one cloud look alike, and few points among many keep their marks", function()
  local function text_of(few)
    local f = plot.scatter(lab.linspace(0, 1, 300), lab.linspace(0, 1, 300), { label = "a" })
    return f:scatter(lab.linspace(0, 1, few), lab.linspace(1, 0, few), { label = "b" }):text { color = 24 }
  end
  assert(not text_of(60):find("×", 1, true), "the smaller class has marks, the larger dots")
  assert(text_of(5):find("×", 1, true), "five points among 300 have no marks")
end)

test("the ninth and tenth series have marks or dashes of their own beside the first colors", function()
  local points = lab.linspace(0, 1, 400)
  local scatters, lines = plot.figure(), plot.figure()
  for k = 1, 10 do
    scatters:scatter(points, points * k, { label = "class " .. k })
    lines:line(points, points * k, { label = "run " .. k })
  end
  local text = scatters:text { cols = 120, color = 24 }
  for _, mark in ipairs { "•", "×", "◇", "▲" } do assert(text:find(mark, 1, true), mark .. " is missing") end
  for _, charset in ipairs { "utf8", "ascii" } do
    local legend, seen = scatters:text { cols = 200, charset = charset }:match "[^\n]*", {}
    for mark in legend:gmatch "(%S+) class %d" do
      assert(not seen[mark], "two classes have " .. mark)
      seen[mark] = true
    end
  end
  local legend = lines:text { cols = 200, color = 24 }:match "[^\n]*"
  assert(legend:find("⠒⠒⠒", 1, true) and legend:find("⠒⠒⠀⠒⠒", 1, true), "the ninth line is not dashed: " .. legend)
end)

test("the legend of pair plots names every class", function()
  local frame = data.Frame { a = { 1, 2, 3 }, b = { 2, 1, 3 }, c = { 3, 2, 1 }, d = { 1, 1, 2 }, kind = { "one", "two", "three" } }
  local text = plot.pairs(frame, { classes = "kind" }):text { cols = 80 }
  for _, word in ipairs { "one", "two", "three" } do assert(text:find(word, 1, true), text) end
end)

-- ---- axes of names ----------------------------------------------------------------------------

test("strings as x are names on the axis", function()
  local days, y = { "Mon", "Tue", "Wed" }, { 1, 3, 2 }
  for _, kind in ipairs { "line", "scatter", "step", "stem" } do
    same_picture(plot[kind](days, y), plot[kind]({ 1, 2, 3 }, y, { xnames = days }))
  end
  same_picture(plot.errorbar(days, y, { 1, 1, 1 }), plot.errorbar({ 1, 2, 3 }, y, { 1, 1, 1 }, { xnames = days }))
  same_picture(plot.scatter({ "b", "a", "b" }, y), plot.scatter({ 1, 2, 1 }, y, { xnames = { "b", "a" } }))
  fails(function() plot.line({ "Mon", 2 }, { 1, 2 }) end, "x mixes strings and other values")
end)

test("a matrix alone is a line of each column", function()
  local m = lab.tensor { { 1, 5 }, { 2, 4 }, { 3, 6 } }
  for _, kind in ipairs { "line", "step", "stem" } do
    same_picture(plot[kind](m), plot[kind]({ 1, 2, 3 }, m))
  end
  same_picture(plot.line(m:narrow(1, 1, 1)), plot.line { 1, 5 })
end)

-- ---- habits -----------------------------------------------------------------------------------

test("options of other libraries are told by their names here", function()
  fails(function() plot.line({ 1 }, { c = "red" }) end, "unknown option 'c': write color=1 to 8 or a name")
  fails(function() plot.line({ 1 }, { alpha = 0.5 }) end, "unknown option 'alpha': write faint=true")
  fails(function() plot.scatter({ 1 }, { 1 }, { hue = { 1 } }) end, "unknown option 'hue': write classes=…")
  fails(function() plot.heatmap({ { 1 } }, { cmap = "jet" }) end, "unknown option 'cmap': write map=…")
  fails(function() plot.figure { figsize = { 8, 6 } } end, "f:show{cols=100, rows=30}")
  fails(function() plot.hist({ 1, 2 }, 20) end, "plot.hist(x, {bins=20})")
  fails(function() plot.spy({ { 1 } }, { alpha = 1 }) end, "unknown option 'alpha' (options:")
end)

test("functions and methods of other libraries are told by their names here", function()
  fails(function() plot.imshow(lab.rand(3, 3)) end, "plot has no function 'imshow': image shows a picture, heatmap a matrix")
  fails(function() plot.subplots(2, 2) end, "plot.figure{rows=2, cols=2}")
  fails(function() plot.scater {} end, "plot has no function 'scater'; did you mean 'scatter'?")
  fails(function() plot.line({ 1 }):title "x" end, "a figure has no method 'title': it is an option of every plot, and f:set{title=…}")
  fails(function() plot.figure():panel(1):savefig "x" end, "a figure has no method 'savefig': it is f:save(path)")
  fails(function() plot.line({ 1 }):hitogram {} end, "a figure has no method 'hitogram'")
  assert(plot.nothing_of_this_kind == nil)
end)

test("a table of names and values is not taken for options", function()
  fails(function() plot.line { acc = 0.5, loss = 2 } end, "'acc' is a name, and names are options: plot.bar(names, values)")
  fails(function() plot.line { loss = { 3, 2 }, val = { 4, 3 } } end, 'several series are a list, {…, …}, with label={"loss", …}')
end)
