-- Points in the colors of numbers: trials of a search over two hyperparameters, by their loss.  Where there
-- are no colors, small to large marks show it.
lab.manual_seed(9)
local n = 60
local rate = 10 ^ (-4 + 3 * lab.rand(n))
local width = 16 + 240 * lab.rand(n)
local loss = 0.3 + 0.4 * (rate:log10() + 2.5) ^ 2 + 0.4 * (width / 256 - 0.7) ^ 2 + 0.05 * lab.rand(n)
local f = plot.scatter(rate, width, { color_by = loss, map = "magma", label = "loss", xscale = "log" })
f:set { title = "Trials", xlabel = "learning rate", ylabel = "units" }
f:show()
