-- pictures.lua: figures saved as SVG, PNG, HTML and text with colors.  What is in them is tested in
-- tests/unit/test_plot_picture.c.

local function saved(figure, ending, options)
  local path = os.tmpname()
  os.remove(path)
  path = path .. ending
  figure:save(path, options)
  local f = assert(io.open(path, "rb"))
  local bytes = f:read("a")
  f:close()
  return bytes, path
end

local function number_at(bytes, at) return (string.unpack(">I4", bytes, at)) end

-- One figure of every kind there is, made from the examples of their manual pages or like those.
local function figures()
  local all = {
    plot.line({ 3, 2, 1 }, { label = "a", title = "lines & <more>" }),
    plot.scatter(lab.randn(40, 2)),
    plot.contour(function(x, y) return x ^ 2 + 4 * y ^ 2 end, { -3, 3 }, { -2, 2 }),
    plot.heatmap(lab.randn(5, 7), { map = "rdbu", center = 0 }),
    plot.band({ 1, 2, 3 }, { 1, 2, 3 }, { 2, 3, 5 }),
    plot.figure { rows = 2, cols = 2, sharex = true, title = "four" },
  }
  for i = 1, 4 do all[#all]:panel(i):line({ i, 2, 1 }) end
  return all
end

test("every figure is saved as valid XML", function()
  local xmllint = io.popen("xmllint --version 2>&1"):read("l")
  for _, figure in ipairs(figures()) do
    local bytes, path = saved(figure, ".svg")
    assert(bytes:find("^<svg xmlns=") and bytes:find("</svg>\n$"))
    if xmllint and xmllint:find("libxml") then
      local complaint = io.popen(("xmllint --noout %s 2>&1"):format(path)):read("a")
      eq(complaint, "")
    end
    os.remove(path)
  end
end)

test("PNG has the width asked for, 1200 else, and the background", function()
  for _, figure in ipairs(figures()) do
    local bytes, path = saved(figure, ".png", { width = 300 })
    eq(bytes:sub(1, 8), "\137PNG\r\n\26\n")
    eq(number_at(bytes, 17), 300)
    eq(bytes:byte(26), 2) -- RGB: all is opaque
    os.remove(path)
  end
  local bytes, path = saved(plot.line { 1, 2 }, ".png")
  eq(number_at(bytes, 17), 1200)
  eq(number_at(bytes, 21), 825)
  os.remove(path)
  local clear, clear_path = saved(plot.line { 1, 2 }, ".png", { width = 300, transparent = true })
  eq(clear:byte(26), 6) -- RGBA
  os.remove(clear_path)
  local dark, dark_path = saved(plot.line { 1, 2 }, ".svg", { background = "dark" })
  local light, light_path = saved(plot.line { 1, 2 }, ".svg")
  assert(dark:find('fill="#12161a"', 1, true) and light:find('fill="#ffffff"', 1, true))
  os.remove(dark_path)
  os.remove(light_path)
end)

test("cols and rows say how large the text is against the picture", function()
  local small, path = saved(plot.line { 1, 2 }, ".svg", { cols = 40, rows = 12 })
  assert(small:find('width="344" height="216" viewBox="0 0 344 216"', 1, true), small:sub(1, 300))
  local wide, wide_path = saved(plot.line { 1, 2 }, ".svg", { cols = 40, rows = 12, width = 688 })
  assert(wide:find('width="688" height="432" viewBox="0 0 344 216"', 1, true), wide:sub(1, 300))
  os.remove(wide_path)
  os.remove(path)
  -- More rows of panels make a higher picture by themselves.
  local high, high_path = saved(plot.figure { rows = 3 }, ".svg")
  eq(tonumber(high:match('height="(%d+)"')), 57 * 16 + 24)
  os.remove(high_path)
end)

test("HTML is a page with the SVG; .ansi is the text with colors", function()
  local figure = plot.line({ 1, 4, 9 }, { title = "squares" })
  local page, path = saved(figure, ".html")
  assert(page:find("^<!DOCTYPE html>") and page:find("<title>squares</title>", 1, true))
  os.remove(path)
  local text, text_path = saved(figure, ".ansi", { cols = 40 })
  eq(text, figure:text { cols = 40, color = 24 })
  assert(text:find("\27[", 1, true))
  os.remove(text_path)
end)

test("what save does not know it says, and what it does", function()
  local figure = plot.line { 1, 2 }
  fails(function() figure:save("a.jpg") end, "known are .svg, .png")
  fails(function() figure:save("picture") end, "known are .svg, .png")
  fails(function() figure:save("a.png", { width = 0 }) end, "width should be a whole number from 1 to 16384, got 0")
  fails(function() figure:save("a.png", { width = 2.5 }) end, "width should be a whole number")
  fails(function() figure:save("a.svg", { cols = "wide" }) end, "cols should be a whole number")
  fails(function() figure:save("a.svg", { widht = 3 }) end, "widht")
  fails(function() figure:save("a.png", { transparent = 1 }) end, "transparent should be true or false")
  fails(function() figure:save("a.png", { background = "blue" }) end, "background is 'blue'")
  fails(function() figure:save("a.png", { cols = 1, rows = 1000, width = 16384 }) end, "16384 pixels")
  fails(function() figure:save("/nowhere/a.png") end, "/nowhere/a.png")
  eq(io.open("a.png"), nil)
end)

test("a terminal that is none is sent no pictures", function()
  fails(function() plot.line({ 1 }):show { graphics = "kitty" } end, "graphics should be true or false")
end)
