-- Stacked bars: where the time of an epoch goes, for three batch sizes.
local sizes = { "batch 32", "batch 128", "batch 512" }
local seconds = lab.tensor { { 4.1, 6.3, 1.2 }, { 2.2, 3.9, 0.9 }, { 1.6, 3.1, 0.8 } } -- a row for each size
local f = plot.bar(sizes, seconds, { label = { "data", "forward", "update" }, stacked = true, values = true })
f:set { title = "Seconds of an epoch", ylabel = "s" }
f:show()
