-- Densities: how far two estimates of a mean spread around it, smoothed by kernels.
lab.manual_seed(5)
local samples = lab.randn(500, 20):exp()
local means, medians = samples:mean(2), samples:median(2)
local f = plot.density({ means, medians }, { label = { "mean", "median" }, filled = true })
f:rule { x = math.exp(0.5), label = "true mean" }:set { title = "500 samples of 20 values" }
f:show()
