-- plot_statistics.lua: the statistics of "plot.core" as lua/plot calls them; their values are checked in C.
local core = require "plot.core"

local function numbers(list) return core.numbers(list, "test") end

local function list(n)
  local values = {}
  for i = 1, #n do values[i] = n[i] end
  return values
end

test("histograms take bins, edges, weights and measures", function()
  local x = numbers { 1, 2, 2, 3, 0 / 0, 9 }
  local h = core.histogram(x, { bins = 4 })
  eq(list(h.edges), { 1, 3, 5, 7, 9 })
  eq(list(h.counts), { 3, 1, 0, 1 })
  eq({ h.below, h.above, h.skipped }, { 0, 0, 1 })
  h = core.histogram(x, { edges = numbers { 0, 2, 3 }, weights = numbers { 1, 2, 3, 4, 5, 6 }, cumulative = true })
  eq(list(h.counts), { 1, 10 })
  eq(h.above, 6)
  eq(list(core.histogram(x, { bins = 2, low = 0, high = 4, measure = "density" }).counts), { 0.125, 0.375 })
  eq(list(core.histogram(numbers { 1, 2, 2, 5 }, {}).counts), { 1, 2, 0, 0, 1 })
  eq(list(core.histogram(numbers { 1, 10, 100 }, { bins = 2, log = true }).edges), { 1, 10, 100 })
  eq(list(core.histogram(numbers {}, {}).counts), { 0 })
  fails(function() core.histogram(x, { bins = 2, log = true, low = -1 }) end, "0 < low < high")
  fails(function() core.histogram(x, { edges = numbers { 1 } }) end, "edges of bins")
  fails(function() core.histogram(x, { bins = 1.5 }) end, "whole number")
  fails(function() core.histogram(x, { weights = numbers { 1 } }) end, "6 values, but 1 weights")
end)

test("summaries, quantiles, boxes and distributions come as numbers", function()
  local x = numbers { 4, 1, 3, 2, 100, 1 / 0 }
  local s = core.summary(x)
  eq({ s.count, s.skipped, s.low, s.high, s.mean }, { 5, 1, 1, 100, 22 })
  eq(list(core.quantiles(x, numbers { 0, 0.5, 1 })), { 1, 3, 100 })
  local b = core.box(x)
  eq({ b.lower, b.median, b.upper, b.whisker_low, b.whisker_high, b.count, b.skipped }, { 2, 3, 4, 1, 4, 5, 1 })
  eq(list(b.outliers), { 100 })
  eq(#core.box(x, math.huge).outliers, 0)
  local value, part = core.ecdf(numbers { 2, 1, 2, 0 / 0 })
  eq({ list(value), list(part) }, { { 1, 2 }, { 1 / 3, 1 } })
  fails(function() core.quantiles(x, numbers { 2 }) end, "between 0 and 1")
end)

test("densities have the area 1 on a line and in a plane", function()
  lab.manual_seed(1)
  local x, y = numbers(lab.randn(2000)), numbers(lab.randn(2000) * 3)
  local k = core.kde(x, { bandwidth = "silverman", points = 100 })
  local area = 0
  for i = 1, 100 do area = area + k.density[i] * (k.x[2] - k.x[1]) end
  close(area, 1, 1e-2)
  close(core.kde(x, { bandwidth = 0.5, adjust = 2 }).bandwidth, 1)
  local d = core.density2d(x, y, { columns = 40, rows = 30, smooth = true })
  local mass = 0
  for i = 1, #d.z do mass = mass + d.z[i] end
  close(mass * (d.xhigh - d.xlow) / 40 * (d.yhigh - d.ylow) / 30, 1, 1e-2)
  local counts = core.density2d(numbers { 0, 1, 1 }, numbers { 0, 1, 0 }, { columns = 2, rows = 2 })
  eq(list(counts.z), { 1, 1, 0, 1 })
  eq(#core.kde(numbers { 3, 3 }, {}).x, 256)
  fails(function() core.kde(x, { points = 1 }) end, "two or more points")
  fails(function() core.density2d(x, numbers { 1 }, {}) end, "x has 2000 values, y 1")
end)

test("means of groups come with what their spread says", function()
  local g = core.group_means(numbers { 2, 1, 2, 1 }, numbers { 5, 1, 7, 1 }, { spread = "error" })
  eq({ list(g.x), list(g.mean), list(g.low), list(g.high), list(g.count) },
    { { 1, 2 }, { 1, 6 }, { 1, 5 }, { 1, 7 }, { 2, 2 } })
  eq(list(core.group_means(nil, numbers { 1, 5 }, { spread = "extent" }).high), { 5 })
  fails(function() core.group_means(nil, numbers { 1, 5 }, { spread = "normal", level = 95 }) end, "between 0 and 1")
end)
